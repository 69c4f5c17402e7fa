package benchmark

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func eachColumn(t *testing.T, f func(t *testing.T, s *Service, column Column)) {
	columnsThat(t, func(*Service, Column) bool { return true }, f)
}

// columnsThat calls f for every column of which is holds.
func columnsThat(t *testing.T, is func(*Service, Column) bool, f func(t *testing.T, s *Service, column Column)) {
	for _, s := range Services {
		for _, column := range s.Columns {
			if !is(s, column) {
				continue
			}
			t.Run(s.Name+"/"+column.Name, func(t *testing.T) {
				t.Parallel()
				f(t, s, column)
			})
		}
	}
}

// TestAccepted makes all calls of all columns over loopback, with the transports
// that the SDKs have by default. The fakes check parameters and signatures.
func TestAccepted(t *testing.T) {
	eachColumn(t, func(t *testing.T, s *Service, column Column) {
		for _, call := range s.Calls {
			server := httptest.NewServer(s.fake(0, conditions{}))
			defer server.Close()
			client, err := column.New(server.URL, nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := client.Do(t.Context(), call); err != nil {
				t.Errorf("%s: %v", call.Name, err)
			}
			list, err := ours(t, s, server.URL).Do(t.Context(), list100)
			if err != nil {
				t.Fatal(err)
			}
			want := 0
			if call.Size == 0 {
				want = 1
			}
			if items(list) != want {
				t.Errorf("after %s, the list has %d items, not %d", call.Name, items(list), want)
			}
		}
		// The fakes do look at signatures.
		server := httptest.NewServer(s.fake(0, conditions{}))
		defer server.Close()
		wrong := roundTripFunc(func(req *http.Request) (*http.Response, error) {
			for name := range req.Header { // some SDKs write them in lower case
				if strings.EqualFold(name, "Authorization") {
					delete(req.Header, name)
				}
			}
			req.URL.RawQuery = strings.Replace(req.URL.RawQuery, "Signature=", "Signature=a", 1)
			return http.DefaultTransport.RoundTrip(req)
		})
		client, err := column.New(server.URL, wrong)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.Do(t.Context(), list100); err == nil {
			t.Error("the fake takes a wrong signature")
		}
	})
}

func ours(t *testing.T, s *Service, endpoint string) *Client {
	t.Helper()
	client, err := s.Columns[0].New(endpoint, nil)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// items returns how many items our answer to a list has.
func items(answer any) int {
	v := reflect.Indirect(reflect.ValueOf(answer))
	for i := range v.NumField() {
		if v.Field(i).Kind() == reflect.Slice {
			return v.Field(i).Len()
		}
	}
	return -1
}

// TestParameters compares what the columns send.
func TestParameters(t *testing.T) {
	for _, s := range Services {
		for _, call := range s.Calls {
			answer, err := s.answer(call)
			if err != nil {
				t.Fatal(err)
			}
			want := sent(t, s, s.Columns[0], call, answer)
			if len(want) < 4 {
				t.Errorf("%s %s: only %v", s.Name, call.Name, want)
			}
			for _, column := range s.Columns[1:] {
				if d := cmp.Diff(want, sent(t, s, column, call, answer)); d != "" {
					t.Errorf("%s %s (-ours +%s):\n%s", s.Name, call.Name, column.Name, d)
				}
			}
		}
	}
}

// TestFull looks for parameters that Full lacks.
func TestFull(t *testing.T) {
	for _, test := range []struct {
		service string
		in      any
		lacks   []string
	}{
		{"nas", nasInputs[Full], []string{"AgenticSpaceID", "AccessPointName"}},
		{"oss", ossInputs[Full], []string{"AccessPointName"}},
		{"efs", efsInputs[Full], []string{"ClientToken"}},
		{"privatelink", privateLinkInputs[Full], []string{"ClientToken", "DryRun", "EndpointName"}},
		{"kms", kmsInputs[Full], []string{"Name"}},
	} {
		if d := cmp.Diff(test.lacks, unset("", reflect.ValueOf(test.in))); d != "" {
			t.Errorf("%s (-want +got):\n%s", test.service, d)
		}
	}
}

// unset returns the names of the fields that are not set, at any depth.
func unset(name string, v reflect.Value) (names []string) {
	switch {
	case v.IsZero():
		return []string{name}
	case v.Kind() == reflect.Pointer && v.Elem().Kind() == reflect.Struct:
		return unset(name, v.Elem())
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			names = append(names, unset(v.Type().Field(i).Name, v.Field(i))...)
		}
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			names = append(names, unset(name, v.Index(i))...)
		}
	}
	return names
}

// sent returns the parameters of a column's request, with those of the protocol
// left out.
func sent(t *testing.T, s *Service, column Column, call Call, answer *Answer) map[string]string {
	t.Helper()
	f := map[string]string{}
	capture := roundTripFunc(func(req *http.Request) (*http.Response, error) {
		f["method"], f["path"], f["host"] = req.Method, req.URL.Path, req.URL.Host
		query, err := url.ParseQuery(req.URL.RawQuery)
		if err != nil {
			return nil, err
		}
		var body []byte
		if req.Body != nil {
			if body, err = io.ReadAll(req.Body); err != nil {
				return nil, err
			}
		}
		switch {
		case req.Header.Get("Content-Type") == "application/x-www-form-urlencoded":
			form, err := url.ParseQuery(string(body))
			if err != nil {
				return nil, err
			}
			for name := range form {
				f[name] = form.Get(name)
			}
		case len(body) > 0 && body[0] == '{':
			var value any
			if err := json.Unmarshal(body, &value); err != nil {
				return nil, err
			}
			flatten(f, "body", value)
		case len(body) > 0:
			if err := flattenXML(f, body); err != nil {
				return nil, err
			}
		}
		for name := range query {
			f[name] = query.Get(name)
		}
		for name := range req.Header {
			switch strings.ToLower(name) { // some SDKs write them in lower case
			case "x-acs-action":
				f["Action"] = strings.Join(req.Header[name], "")
			case "x-acs-version":
				f["Version"] = strings.Join(req.Header[name], "")
			}
		}
		req.Body = nil
		return answer.RoundTrip(req)
	})
	client, err := column.New(memory, capture)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = client.Do(t.Context(), call); err != nil {
		t.Fatalf("%s %s: %v", column.Name, call.Name, err)
	}
	for name, value := range f {
		switch name {
		case "Format", "AccessKeyId", "Timestamp", "Signature", "SignatureMethod", "SignatureNonce", "SignatureType", "SignatureVersion":
			delete(f, name)
		case "RegionId":
			if s.Name == "kms" { // alibaba-cloud-sdk-go adds it to every request
				delete(f, name)
			}
		case "ClientToken", "body.ClientToken":
			f[name] = strconv.Itoa(len(value)) + " characters"
		}
	}
	return f
}

// flatten notes all values of a JSON document by their paths.
func flatten(f map[string]string, path string, value any) {
	switch value := value.(type) {
	case map[string]any:
		for name, v := range value {
			flatten(f, path+"."+name, v)
		}
	case []any:
		for i, v := range value {
			flatten(f, path+"."+strconv.Itoa(i+1), v)
		}
	default:
		f[path] = fmt.Sprint(value)
	}
}

// flattenXML notes all texts of an XML document by their paths.
func flattenXML(f map[string]string, body []byte) error {
	d := xml.NewDecoder(bytes.NewReader(body))
	var path []string
	for {
		token, err := d.Token()
		switch token := token.(type) {
		case xml.StartElement:
			path = append(path, token.Name.Local)
		case xml.EndElement:
			path = path[:len(path)-1]
		case xml.CharData:
			if text := strings.TrimSpace(string(token)); text != "" {
				f["body."+strings.Join(path, ".")] = text
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// lacking are the members that an SDK has no field for.
var lacking = map[string][]string{
	"privatelink/alibaba-cloud-sdk-go": {"ServiceRegionId", "AddressIpVersion", "CrossRegionBandwidth", "ProtectedEnabled", "ZoneAffinityEnabled"},
}

// TestDecoded compares the answers of the columns with what was sent to them:
// every value of every item has to be there.
func TestDecoded(t *testing.T) {
	for _, s := range Services {
		for _, call := range s.Calls {
			answer, err := s.answer(call)
			if err != nil {
				t.Fatal(err)
			}
			want := wire(t, answer.Body)
			for _, column := range s.Columns {
				t.Run(s.Name+"/"+call.Name+"/"+column.Name, func(t *testing.T) {
					client, err := column.New(memory, answer)
					if err != nil {
						t.Fatal(err)
					}
					out, err := client.Do(t.Context(), call)
					if err != nil {
						t.Fatal(err)
					}
					if column.Name == FloorBare {
						if out != int64(len(answer.Body)) {
							t.Errorf("it read %v of %d bytes", out, len(answer.Body))
						}
						return
					}
					got := leaves(out)
					missing := 0
					for leaf, n := range want {
						name, _, _ := strings.Cut(leaf, "=")
						if got[leaf] < n && !slices.Contains(lacking[s.Name+"/"+column.Name], name) {
							if missing++; missing < 10 {
								t.Errorf("%s: %d of %d decoded", leaf, got[leaf], n)
							}
						}
					}
				})
			}
		}
	}
}

// wire counts the values of an answer's body by the names of their members.
func wire(t *testing.T, body []byte) map[string]int {
	t.Helper()
	counts := map[string]int{}
	if body[0] == '{' {
		var value any
		d := json.NewDecoder(bytes.NewReader(body))
		d.UseNumber()
		if err := d.Decode(&value); err != nil {
			t.Fatal(err)
		}
		count(counts, "", reflect.ValueOf(value))
	} else {
		d := xml.NewDecoder(bytes.NewReader(body))
		name := ""
		for {
			token, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			switch token := token.(type) {
			case xml.StartElement:
				name = token.Name.Local
			case xml.CharData:
				note(counts, name, strings.TrimSpace(string(token)))
			}
		}
	}
	if len(counts) < 2 {
		t.Fatalf("%d values", len(counts))
	}
	return counts
}

// leaves counts the values of an SDK's answer by the API's names of their members.
func leaves(answer any) map[string]int {
	counts := map[string]int{}
	count(counts, "", reflect.ValueOf(answer))
	return counts
}

func count(counts map[string]int, name string, v reflect.Value) {
	switch v.Kind() {
	case reflect.Invalid:
	case reflect.Pointer, reflect.Interface:
		count(counts, name, v.Elem())
	case reflect.Map:
		for _, key := range v.MapKeys() {
			count(counts, key.String(), v.MapIndex(key))
		}
	case reflect.Slice:
		for i := range v.Len() {
			count(counts, name, v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			switch {
			case !f.IsExported(), f.Name == "ResultMetadata", f.Name == "ResultCommon", f.Name == "BaseResponse", f.Name == "Headers":
				// what the SDKs add to an answer
			case f.Anonymous:
				count(counts, name, v.Field(i))
			default:
				count(counts, nameOf(f), v.Field(i))
			}
		}
	default:
		note(counts, name, fmt.Sprint(v.Interface()))
	}
}

func note(counts map[string]int, name, value string) {
	// Ours has the list of policies that the wire has as JSON in a text.
	if names := []string(nil); name == "Policies" && json.Unmarshal([]byte(value), &names) == nil {
		for _, value := range names {
			counts[name+"="+value]++
		}
		return
	}
	if value = strings.TrimSpace(value); value != "" && name != "RequestId" {
		counts[name+"="+value]++
	}
}

// nameOf returns the API's name of a field, the last of a path.
func nameOf(f reflect.StructField) string {
	for _, key := range []string{"json", "xml"} {
		if name, _, _ := strings.Cut(f.Tag.Get(key), ","); name != "" && name != "-" {
			return name[strings.LastIndexByte(name, '>')+1:]
		}
	}
	return f.Name
}
