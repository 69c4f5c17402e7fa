package fake_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
)

// An rpcServer is a service with one operation, which keeps its parameters.
type rpcServer struct {
	fake.Server
	params fake.Params
}

func newRPCServer(key credential.Key) *rpcServer {
	s := new(rpcServer)
	s.Operations = map[string]func(*fake.Call) (fake.Answer, *fake.Refusal){
		"CreateAccessPoint": func(call *fake.Call) (fake.Answer, *fake.Refusal) {
			s.params = call.Params
			return fake.RPCAnswer(200, call.RequestID, map[string]any{}), nil
		},
	}
	s.Dialect = &fake.RPC{Version: "2017-06-26", Region: "cn-hangzhou", Operations: s.OperationNames, Key: key}
	return s
}

// send returns the code of the refusal, or an empty text.
func (s *rpcServer) send(t *testing.T, r *http.Request) string {
	t.Helper()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	var answer struct{ Code string }
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || (w.Code == 200) != (answer.Code == "") {
		t.Errorf("%d %s: %v", w.Code, w.Body, err)
	}
	return answer.Code
}

// TestRecordedOlderSignature takes a request of an official SDK, at its time.
func TestRecordedOlderSignature(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := wiretest.Vectors(t, "testdata/vectors")["011-nas-create-access-point-v2-signature"]
		query, err := url.ParseQuery(v.RawQuery)
		if err != nil {
			t.Fatal(err)
		}
		signed, err := time.Parse(time.RFC3339, query.Get("Timestamp"))
		if err != nil {
			t.Fatal(err)
		}
		request := func(change func(r *http.Request)) *http.Request {
			r := httptest.NewRequest(v.Method, "https://"+v.Header().Get("Host")+v.Path+"?"+v.RawQuery, strings.NewReader(v.Body))
			r.Header = v.Header()
			change(r)
			return r
		}
		key := credential.Key{ID: v.Client.ID, Secret: v.Client.Secret}
		tampered := func(r *http.Request) {
			r.URL.RawQuery = strings.ReplaceAll(r.URL.RawQuery, "31a8e4abcd", "31a8e4abce")
		}
		asItIs := func(*http.Request) {}
		<-time.After(time.Until(signed.Add(15 * time.Minute)))
		s := newRPCServer(key)
		for _, c := range []struct {
			name, want string
			change     func(*http.Request)
		}{
			{"another method", "SignatureDoesNotMatch", func(r *http.Request) { r.Method = http.MethodGet }},
			{"tampered with", "SignatureDoesNotMatch", tampered},
			// The headers are not signed, so they do not say what is to be done.
			{"other headers", "", func(r *http.Request) { r.Header.Set("X-Acs-Action", "DeleteAccessPoint") }},
			{"again", "SignatureNonceUsed", asItIs},
		} {
			if got := s.send(t, request(c.change)); got != c.want {
				t.Errorf("%s: %s", c.name, got)
			}
		}
		// The parameters of the protocol are not among those of the operation.
		if d := cmp.Diff(fake.Params{"FileSystemId": "31a8e4abcd", "VpcId": "vpc-1", "VswId": "vsw-1"}, s.params); d != "" {
			t.Errorf("parameters (-want +got):\n%s", d)
		}
		if got := newRPCServer(credential.Key{ID: key.ID, Secret: "other"}).send(t, request(asItIs)); got != "SignatureDoesNotMatch" {
			t.Errorf("another secret: %s", got)
		}
		<-time.After(time.Second)
		if got := newRPCServer(key).send(t, request(asItIs)); got != "InvalidTimeStamp.Expired" {
			t.Errorf("too late: %s", got)
		}
	})
}

// sign signs by hand, and in another way than the server.
func sign(method string, values url.Values, secret string) {
	escape := func(s string) string {
		return strings.NewReplacer("+", "%20", "*", "%2A", "%7E", "~").Replace(url.QueryEscape(s))
	}
	mac := hmac.New(sha1.New, []byte(secret+"&"))
	mac.Write([]byte(method + "&" + escape("/") + "&" + escape(strings.NewReplacer("+", "%20", "*", "%2A", "%7E", "~").Replace(values.Encode()))))
	values.Set("Signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
}

func TestOlderSignature(t *testing.T) {
	key := credential.Key{ID: "id", Secret: "secret", Token: "to/k+en="}
	for name, c := range map[string]struct {
		before func(url.Values) // that it is signed
		after  func(url.Values)
		want   string
	}{
		"as it is":          {},
		"lower case format": {before: func(v url.Values) { v.Set("Format", "json") }},
		"empty values":      {before: func(v url.Values) { v.Set("SignatureType", ""); v.Set("Empty", "") }},
		"two signed values": {before: func(v url.Values) { v.Add("VpcId", "vpc-2") }}, // the first counts
		"a name below a list's": {before: func(v url.Values) {
			v.Set("Tag.2.Key", "b")
			v.Set("Tag.10.Key", "a")
		}},
		"unsigned parameter": {after: func(v url.Values) { v.Set("Extra", "1") }, want: "SignatureDoesNotMatch"},
		"second value":       {after: func(v url.Values) { v.Add("VpcId", "vpc-2") }, want: "SignatureDoesNotMatch"},
		"another signature":  {after: func(v url.Values) { v.Set("Signature", "AAAA") }, want: "SignatureDoesNotMatch"},
		"another action":     {before: func(v url.Values) { v.Set("Action", "CreateEverything") }, want: "InvalidApi.NotFound"},
		"no action":          {before: func(v url.Values) { v.Del("Action") }, want: "InvalidApi.NotFound"},
		"another version":    {before: func(v url.Values) { v.Set("Version", "2016-01-20") }, want: "InvalidApi.NotFound"},
		"another key":        {before: func(v url.Values) { v.Set("AccessKeyId", "other") }, want: "InvalidAccessKeyId.NotFound"},
		"another token":      {before: func(v url.Values) { v.Set("SecurityToken", "other") }, want: "InvalidSecurityToken.MismatchWithAccessKey"},
		"no token":           {before: func(v url.Values) { v.Del("SecurityToken") }, want: "InvalidSecurityToken.MismatchWithAccessKey"},
		"early":              {before: func(v url.Values) { v.Set("Timestamp", "2000-01-01T00:15:01Z") }, want: "InvalidTimeStamp.Expired"},
		"late":               {before: func(v url.Values) { v.Set("Timestamp", "1999-12-31T23:44:59Z") }, want: "InvalidTimeStamp.Expired"},
		"no time":            {before: func(v url.Values) { v.Set("Timestamp", "now") }, want: "InvalidTimeStamp.Format"},
		"another method":     {before: func(v url.Values) { v.Set("SignatureMethod", "HMAC-SHA256") }, want: "InvalidParameter"},
		"another form":       {before: func(v url.Values) { v.Set("SignatureVersion", "2.0") }, want: "InvalidParameter"},
		"no key":             {before: func(v url.Values) { v.Del("AccessKeyId") }, want: "MissingAccessKeyId"},
		"no nonce":           {before: func(v url.Values) { v.Del("SignatureNonce") }, want: "MissingSignatureNonce"},
		"no timestamp":       {before: func(v url.Values) { v.Del("Timestamp") }, want: "MissingTimestamp"},
		"no method":          {before: func(v url.Values) { v.Del("SignatureMethod") }, want: "MissingSignatureMethod"},
		"no form":            {before: func(v url.Values) { v.Del("SignatureVersion") }, want: "MissingSignatureVersion"},
		"no signature":       {after: func(v url.Values) { v.Del("Signature") }, want: "MissingSignature"},
		"none of it":         {after: func(v url.Values) { v.Del("Signature"); v.Del("AccessKeyId") }, want: "MissingAuthorization"},
	} {
		synctest.Test(t, func(t *testing.T) {
			for place, request := range map[string]func(v url.Values) *http.Request{
				"GET":  func(v url.Values) *http.Request { return httptest.NewRequest("GET", "/?"+v.Encode(), nil) },
				"POST": func(v url.Values) *http.Request { return httptest.NewRequest("POST", "/?"+v.Encode(), nil) },
				"POST form": func(v url.Values) *http.Request {
					r := httptest.NewRequest("POST", "/", strings.NewReader(v.Encode()))
					r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
					return r
				},
				"POST both": func(v url.Values) *http.Request {
					query, form := url.Values{}, url.Values{}
					for name := range v {
						if strings.HasPrefix(name, "S") || name == "Action" {
							query[name] = v[name]
						} else {
							form[name] = v[name]
						}
					}
					r := httptest.NewRequest("POST", "/?"+query.Encode(), strings.NewReader(form.Encode()))
					r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
					return r
				},
			} {
				s := newRPCServer(key)
				v := url.Values{
					"Action": {"CreateAccessPoint"}, "Version": {"2017-06-26"}, "Format": {"JSON"}, "Timestamp": {"2000-01-01T00:00:00Z"},
					"SignatureNonce": {"n"}, "SignatureMethod": {"HMAC-SHA1"}, "SignatureVersion": {"1.0"}, "AccessKeyId": {"id"}, "SecurityToken": {"to/k+en="},
					"VpcId": {"vpc-1"}, "Name": {"é *~+/&=%"},
				}
				if c.before != nil {
					c.before(v)
				}
				method, _, _ := strings.Cut(place, " ")
				sign(method, v, "secret")
				if c.after != nil {
					c.after(v)
				}
				if got := s.send(t, request(v)); got != c.want {
					t.Errorf("%s, %s: %q", name, place, got)
				}
				if c.want == "" && (s.params.Get("VpcId") != "vpc-1" || s.params.Get("Name") != "é *~+/&=%") {
					t.Errorf("%s, %s: parameters %v", name, place, s.params)
				}
			}
		})
	}
}

// TestUnknownOperation asks in ways that no operation is asked for.
func TestUnknownOperation(t *testing.T) {
	s := newRPCServer(credential.Key{ID: "id", Secret: "secret"})
	s.NoVerify = true
	const known = "Action=CreateAccessPoint&Version=2017-06-26"
	for _, c := range []struct{ method, target, want string }{
		{"GET", "/?" + known, ""},
		{"POST", "/?" + known, ""},
		{"PUT", "/?" + known, "UnsupportedHTTPMethod"},
		{"GET", "/elsewhere?" + known, "InvalidApi.NotFound"},
		{"GET", "/", "InvalidApi.NotFound"},
		{"GET", "/?Action=%zz", "InvalidParameter"},
	} {
		if got := s.send(t, httptest.NewRequest(c.method, c.target, nil)); got != c.want {
			t.Errorf("%s %s: %q", c.method, c.target, got)
		}
	}
}

// TestOtherRegion asks a server in one region for what is in another, by the parameter
// and by the host. A host that names no region says nothing.
func TestOtherRegion(t *testing.T) {
	s := newRPCServer(credential.Key{ID: "id", Secret: "secret"})
	s.NoVerify = true
	for _, c := range []struct{ host, parameter, want string }{
		{"nas.cn-hangzhou.aliyuncs.com", "", ""},
		{"nas-vpc.cn-hangzhou.aliyuncs.com", "&RegionId=cn-hangzhou", ""},
		{"nas.cn-hangzhou.aliyuncs.com", "&RegionId=cn-beijing", "InvalidOperation.NotSupportedEndpoint"},
		{"nas.cn-beijing.aliyuncs.com", "", "InvalidOperation.NotSupportedEndpoint"},
		{"kms-vpc.cn-beijing.aliyuncs.com", "", "InvalidOperation.NotSupportedEndpoint"},
		{"nas.aliyuncs.com", "", ""},
		{"nas.aliyuncs.com", "&RegionId=cn-beijing", "InvalidOperation.NotSupportedEndpoint"},
		{"127.0.0.1:4000", "", ""}, {"nas.cn-beijing.example.com", "", ""},
	} {
		r := httptest.NewRequest("POST", "/?Action=CreateAccessPoint&Version=2017-06-26"+c.parameter, nil)
		r.Host = c.host
		if got := s.send(t, r); got != c.want {
			t.Errorf("%s%s: %q, want %q", c.host, c.parameter, got, c.want)
		}
	}
}
