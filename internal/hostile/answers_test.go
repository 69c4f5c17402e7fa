package hostile

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/kms"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/oss"
	"github.com/accesspoint-go/accesspoint/privatelink"
)

// An exchange is a recorded answer that reports success, and the operation that got
// it.
type exchange struct {
	service, operation, name, body string
}

// A reader has a client of each service, whose requests travel over HTTP/1.1, TLS and
// HTTP/2 in turn, and get what it is told to answer.
type reader struct {
	clients map[string]reflect.Value
	body    string
	broken  bool // the connection breaks after the body
}

func newReader(t *testing.T) *reader {
	rd := &reader{clients: map[string]reflect.Value{}}
	hc := &http.Client{Transport: inEveryWay(t, wiretest.RoundTripFunc(func(r *http.Request) (*http.Response, error) {
		var body io.Reader = strings.NewReader(rd.body)
		if rd.broken {
			body = io.MultiReader(body, iotest.ErrReader(io.ErrUnexpectedEOF))
		}
		return &http.Response{StatusCode: 200, Header: http.Header{}, Request: r, Body: io.NopCloser(body)}, nil
	}))}
	add := func(service string, client any, err error) {
		if err != nil {
			t.Fatal(err)
		}
		rd.clients[service] = reflect.ValueOf(client)
	}
	n, err := nas.New(nas.Config{Region: "cn-hangzhou", Credentials: key, HTTPClient: hc, MaxAttempts: 1, SkipValidation: true})
	add("nas", n, err)
	o, err := oss.New(oss.Config{Region: "cn-hangzhou", Credentials: key, HTTPClient: hc, MaxAttempts: 1, SkipValidation: true})
	add("oss", o, err)
	e, err := efs.New(efs.Config{Region: "us-east-1", Credentials: key, HTTPClient: hc, MaxAttempts: 1, SkipValidation: true})
	add("efs", e, err)
	p, err := privatelink.New(privatelink.Config{Region: "cn-hangzhou", Credentials: key, HTTPClient: hc, MaxAttempts: 1, SkipValidation: true})
	add("privatelink", p, err)
	k, err := kms.New(kms.Config{Region: "cn-hangzhou", Credentials: key, HTTPClient: hc, MaxAttempts: 1, SkipValidation: true})
	add("kms", k, err)
	return rd
}

// recorded returns the answers of the operations that the packages have.
func (rd *reader) recorded(t *testing.T) (all []exchange) {
	for service, client := range rd.clients {
		vectors := wiretest.Vectors(t, "../../"+service+"/testdata/vectors")
		for _, name := range slices.Sorted(maps.Keys(vectors)) {
			v := vectors[name]
			a := v.Answer()
			if client.MethodByName(v.Operation).IsValid() && a.Status/100 == 2 && a.Body != "" {
				all = append(all, exchange{service, v.Operation, service + " " + name, a.Body})
			}
		}
	}
	return all
}

// read returns what the operation makes of body.
func (rd *reader) read(x exchange, body string) (out any, err error) {
	rd.body, rd.broken = body, false
	return rd.call(x)
}

// readBroken does so when the connection breaks after it.
func (rd *reader) readBroken(x exchange, body string) (out any, err error) {
	rd.body, rd.broken = body, true
	return rd.call(x)
}

func (rd *reader) call(x exchange) (out any, err error) {
	call := rd.clients[x.service].MethodByName(x.operation)
	in := reflect.New(call.Type().In(1)).Elem()
	for i := range in.NumField() {
		if in.Field(i).Kind() == reflect.String {
			in.Field(i).SetString("ap-01")
		}
	}
	results := call.Call([]reflect.Value{reflect.ValueOf(context.Background()), in})
	err, _ = results[1].Interface().(error)
	return results[0].Interface(), err
}

// same checks that two readings are the same, or both fail.
func same(t *testing.T, what string, one any, oneErr error, other any, otherErr error) {
	t.Helper()
	if (oneErr == nil) != (otherErr == nil) {
		t.Errorf("%s: %v, but %v", what, oneErr, otherErr)
	} else if oneErr == nil {
		if d := cmp.Diff(one, other); d != "" {
			t.Errorf("%s:\n%s", what, d)
		}
	}
}

// TestRecordedAnswers changes the recorded answers. What is not there is nothing,
// however it is said; what is cut, in whole HTTP or with the connection, or another
// answer, is none.
func TestRecordedAnswers(t *testing.T) {
	read, rd := 0, newReader(t)
	for _, x := range rd.recorded(t) {
		want, err := rd.read(x, x.body)
		if err != nil {
			continue // an answer that is recorded because it is wrong
		}
		read++
		for range ways {
			got, err := rd.read(x, "\ufeff"+x.body)
			same(t, x.name+" with a byte order mark", want, nil, got, err)
			got, err = rd.read(x, x.body)
			same(t, x.name+" again", want, nil, got, err)
		}
		// TestNothingButID has the bodies where there is nothing to read.
		ignored := reflect.TypeOf(want).Elem().NumField() == 1 && (x.service == "oss" || x.service == "efs")
		mayBeEmpty := x.operation == "DescribeBackupPolicy" || x.operation == "GetDefaultKmsInstance" ||
			strings.HasSuffix(x.name, "-dryrun")
		whole := strings.TrimRight(x.body, " \r\n")
		for end := 0; end < len(whole); end += 1 + len(whole)/100 {
			if _, err := rd.read(x, x.body[:end]); !ignored && !errors.Is(err, nas.ErrUnavailable) {
				t.Errorf("%s, cut after %d bytes: %v", x.name, end, err)
			}
		}
		for end := len(x.body); end >= 0; end -= 1 + len(x.body)/10 {
			if _, err := rd.readBroken(x, x.body[:end]); !errors.Is(err, nas.ErrUnavailable) {
				t.Errorf("%s, broken off after %d of %d bytes: %v", x.name, end, len(x.body), err)
			}
		}
		for _, other := range []string{
			`{}`, `null`, `[]`, `"{}"`, `{"status":"ok"}`, `<html></html>`, `{"Code":"InternalError","Message":"m","RequestId":"R"}`,
			`<Error><Code>InternalError</Code><RequestId>R</RequestId></Error>`,
		} {
			if got, err := rd.read(x, other); !ignored && !mayBeEmpty && (err == nil || errors.Is(err, nas.ErrUnavailable)) {
				t.Errorf("%s: %s is read as %+v, %v", x.name, other, got, err)
			}
		}
		if x.service == "oss" {
			x.changeXML(t, rd)
		} else {
			x.changeJSON(t, rd, want)
		}
	}
	if read < 60 {
		t.Errorf("%d answers were read", read)
	}
}

// changeJSON changes each member of the answer in turn.
func (x exchange) changeJSON(t *testing.T, rd *reader, want any) {
	var root any
	if err := json.Unmarshal([]byte(x.body), &root); err != nil {
		t.Fatal(err)
	}
	write := func() string {
		text, _ := json.Marshal(root)
		return string(text)
	}
	var walk func(v any, path string)
	walk = func(v any, path string) {
		switch v := v.(type) {
		case []any:
			for i, item := range v {
				walk(item, fmt.Sprint(path, ".", i+1))
			}
		case map[string]any:
			for _, name := range slices.Sorted(maps.Keys(v)) {
				was, path := v[name], path+"."+name
				walk(was, path)
				delete(v, name)
				without, withoutErr := rd.read(x, write())
				nothing := []any{nil}
				switch was.(type) {
				case float64, bool:
					nothing = append(nothing, "", " ")
					if strings.HasSuffix(name, "id") || strings.HasSuffix(name, "Id") {
						nothing = append(nothing, -1, "-1")
					}
				case map[string]any:
					nothing = append(nothing, "", map[string]any{})
				}
				for _, v[name] = range nothing {
					got, err := rd.read(x, write())
					if _, list := was.([]any); list && withoutErr != nil || strings.Contains(fmt.Sprint(withoutErr), name+" is missing") {
						continue // of a list that has to be there, null is an empty one
					}
					same(t, fmt.Sprintf("%s: %s is %#v", x.name, path, v[name]), without, withoutErr, got, err)
				}
				if text, ok := was.(string); ok && !strings.HasPrefix(text, "[") && !strings.HasPrefix(text, "{") {
					for _, v[name] = range []any{map[string]any{}, []any{"x"}, map[string]any{"a": []any{}}} {
						if got, err := rd.read(x, write()); err == nil && !cmp.Equal(got, want) && !cmp.Equal(got, without) {
							t.Errorf("%s: %s is %#v: read as %+v", x.name, path, v[name], got)
						}
					}
				}
				v[name] = was
			}
		}
	}
	walk(root, "")
}

var leaf = regexp.MustCompile(`<(\w+)>[^<>]*</(\w+)>`)

// changeXML leaves each element empty in turn.
func (x exchange) changeXML(t *testing.T, rd *reader) {
	for _, at := range leaf.FindAllStringSubmatchIndex(x.body, -1) {
		name := x.body[at[2]:at[3]]
		before, after := x.body[:at[0]], x.body[at[1]:]
		without, withoutErr := rd.read(x, before+after)
		if strings.Contains(fmt.Sprint(withoutErr), "is empty") {
			continue // the root has to say something
		}
		for _, nothing := range []string{"<" + name + "/>", "<" + name + "> </" + name + ">", "<" + name + "><x>1</x></" + name + ">"} {
			got, err := rd.read(x, before+nothing+after)
			same(t, x.name+": "+nothing, without, withoutErr, got, err)
		}
	}
}

// TestNothingButID has operations whose response is a request ID. A body that is an
// error, or a web page, is none; nor is it proof of a deletion. The body of RPC services
// has the ID; those of oss and efs may be empty.
func TestNothingButID(t *testing.T) {
	rd := newReader(t)
	const page = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><br></body></html>"
	rpcBodies := bodies{
		good: []string{`{"RequestId":"R","New":1}`},
		bad: []string{
			page, "<html></html>", "OK", "", " \n", `{}`, `{"status":"ok"}`, `{"RequestId":"","Code":""}`,
			`{"RequestId":"R","Code":"InternalError","Message":"m"}`, `{"requestId":"R","code":500}`,
		},
	}
	for service, bodies := range map[string]bodies{
		"nas": rpcBodies, "privatelink": rpcBodies, "kms": rpcBodies,
		"efs": {
			good: []string{"", " \r\n", `{}`, `{"New":1}`},
			bad:  []string{page, "<html></html>", "OK", `{"message":"m"}`, `{"__type":"InternalServerError"}`, `{"New":`},
		},
		"oss": {
			good: []string{"", " \r\n", `<New/>`, `<?xml version="1.0"?><New><A>1</A></New>`},
			bad:  []string{page, "<html></html>", "<HTML><body/></HTML>", "OK", `<Error><Code>InternalError</Code></Error>`, `<Error/>`, `<New>`},
		},
	} {
		read := 0
		client := rd.clients[service]
		for m := range client.Type().Methods() {
			if m.Type.NumIn() != 3 || m.Type.NumOut() != 2 || m.Type.Out(0).Kind() != reflect.Pointer || m.Type.Out(0).Elem().NumField() != 1 || !strings.HasSuffix(m.Type.Out(0).Elem().Name(), "Response") {
				continue
			}
			read++
			x := exchange{service: service, operation: m.Name}
			for _, body := range bodies.good {
				if _, err := rd.read(x, body); err != nil {
					t.Errorf("%s %s: %q: %v", service, m.Name, body, err)
				}
			}
			for _, body := range bodies.bad {
				_, err := rd.read(x, body)
				var failed nas.ServiceError
				if err == nil || !errors.As(err, &failed) {
					t.Errorf("%s %s: %q: %v", service, m.Name, body, err)
				}
			}
		}
		if read == 0 {
			t.Errorf("%s has no such operation", service)
		}
	}
}

// bodies are those that are, and that are no, response of an operation.
type bodies struct{ good, bad []string }

// TestStates reads the states of each service in upper and lower case.
func TestStates(t *testing.T) {
	rd := newReader(t)
	for _, x := range []struct {
		exchange
		want []string // the documented ones
	}{
		{exchange{service: "nas", operation: "DescribeAccessPoint", body: `{"RequestId":"R","AccessPoint":{"AccessPointId":"ap-1","Status":%q}}`}, []string{"Active", "Inactive", "Pending", "Deleting"}},
		{exchange{service: "oss", operation: "GetAccessPoint", body: `<GetAccessPointResult><AccessPointName>ap-1</AccessPointName><Status>%s</Status></GetAccessPointResult>`}, []string{"enable", "disable", "creating", "deleting"}},
		{exchange{service: "efs", operation: "DescribeAccessPoints", body: `{"AccessPoints":[{"AccessPointId":"fsap-1","LifeCycleState":%q}]}`}, []string{"creating", "available", "updating", "deleting", "deleted", "error"}},
		{exchange{service: "privatelink", operation: "GetVpcEndpointAttribute", body: `{"RequestId":"R","EndpointId":"ep-1","ConnectionStatus":%q}`}, []string{"Pending", "Connecting", "Connected", "Disconnecting", "Disconnected", "Deleting", "ServiceDeleted"}},
		{exchange{service: "privatelink", operation: "ListVpcEndpointZones", body: `{"RequestId":"R","Zones":[{"ZoneId":"z","ZoneStatus":%q}]}`}, []string{"Wait", "Migrating"}},
		{exchange{service: "kms", operation: "DescribeApplicationAccessPoint", body: `{"RequestId":"R","Name":"n","AuthenticationMethod":%q}`}, []string{"ClientKey"}},
	} {
		for _, state := range append(x.want, "Unheard-Of") {
			want, err := rd.read(x.exchange, fmt.Sprintf(x.body, state))
			if err != nil || !strings.Contains(fmt.Sprintf("%+v", want), state) {
				t.Errorf("%s: %+v, %v", x.operation, want, err)
			}
			for _, written := range []string{strings.ToUpper(state), strings.ToLower(state)} {
				got, err := rd.read(x.exchange, fmt.Sprintf(x.body, written))
				if equal := cmp.Equal(want, got); err != nil || equal != (state != "Unheard-Of" || written == state) || !equal && !strings.Contains(fmt.Sprintf("%+v", got), written) {
					t.Errorf("%s: %s: %+v, %v", x.operation, written, got, err)
				}
			}
		}
	}
}
