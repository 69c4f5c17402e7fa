package oss_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/oss"
	"github.com/accesspoint-go/accesspoint/oss/osstest"
)

var (
	createRequest = oss.CreateAccessPointRequest{Bucket: osstest.Bucket, AccessPointName: "ap-01", NetworkOrigin: oss.NetworkOriginInternet}
	getRequest    = oss.GetAccessPointRequest{Bucket: osstest.Bucket, AccessPointName: "ap-01"}
)

// ownDefects are configurations that only this service has, with the field that is
// wrong.
var ownDefects = map[string]struct {
	change func(*oss.Config)
	field  string
}{
	"unknown network":  {func(c *oss.Config) { c.Network = "moon" }, "Network"},
	"internal name":    {func(c *oss.Config) { c.Region = "cn-hangzhou-internal" }, "Region"},
	"two endpoints":    {func(c *oss.Config) { c.Region, c.Network = "cn-hangzhou-finance", oss.NetworkInternal }, "Endpoint"},
	"region of a host": {func(c *oss.Config) { c.Region = "oss-cn-hangzhou" }, "Region"},
}

// absentRequest is about something that does not exist.
var absentRequest = oss.DeleteAccessPointRequest{Bucket: osstest.Bucket, AccessPointName: "ap-01"}

// ensure, ensureAbsent and createOne do so with what the tests of load are about.
func ensure(ctx context.Context, c *oss.Client, key string) (string, error) {
	ap, err := c.EnsureAccessPoint(ctx, ensureRequest(key))
	return ap.AccessPointName, err
}

func ensureAbsent(ctx context.Context, c *oss.Client, key string) error {
	return c.EnsureAccessPointAbsent(ctx, osstest.Bucket, key)
}

func createOne(ctx context.Context, c *oss.Client, name string) error {
	in := createRequest
	in.AccessPointName = name
	_, err := c.CreateAccessPoint(ctx, in)
	return err
}

// errorBody is a failure in the service's own form.
func errorBody(code string) string {
	return "<Error><Code>" + code + "</Code><RequestId>R</RequestId></Error>"
}

// TestEndpoint checks where requests go.
func TestEndpoint(t *testing.T) {
	for want, change := range map[string]func(*oss.Config){
		"examplebucket.oss-cn-hangzhou.aliyuncs.com/":                    nil,
		"examplebucket.oss-cn-hangzhou-internal.aliyuncs.com/":           func(c *oss.Config) { c.Network = oss.NetworkInternal },
		"oss-cn-hangzhou.aliyuncs.com/examplebucket/":                    func(c *oss.Config) { c.PathStyle = true },
		"examplebucket.oss.example.com:8443/":                            func(c *oss.Config) { c.Endpoint = "oss.example.com:8443" },
		"127.0.0.1:8080/examplebucket/":                                  func(c *oss.Config) { c.Endpoint = "http://127.0.0.1:8080/" },
		"192.0.2.1/examplebucket/":                                       func(c *oss.Config) { c.Endpoint = "192.0.2.1" },
		"[::1]:8080/examplebucket/":                                      func(c *oss.Config) { c.Endpoint = "http://[::1]:8080" },
		"[2001:db8::1]/examplebucket/":                                   func(c *oss.Config) { c.Endpoint = "https://[2001:db8::1]" },
		"emulator:8080/examplebucket/":                                   func(c *oss.Config) { c.Endpoint, c.AllowHTTP, c.PathStyle = "http://emulator:8080", true, true },
		"localhost:8080/examplebucket/":                                  func(c *oss.Config) { c.Endpoint = "http://localhost:8080" },
		"examplebucket.oss-cn-hzfinance.aliyuncs.com/":                   func(c *oss.Config) { c.Region = "cn-hangzhou-finance" },
		"examplebucket.oss-cn-szfinance.aliyuncs.com/":                   func(c *oss.Config) { c.Region = "cn-shenzhen-finance-1" },
		"examplebucket.oss-cn-shanghai-finance-1-pub.aliyuncs.com/":      func(c *oss.Config) { c.Region = "cn-shanghai-finance-1" },
		"examplebucket.oss-cn-beijing-finance-1-pub.aliyuncs.com/":       func(c *oss.Config) { c.Region = "cn-beijing-finance-1" },
		"examplebucket.oss-cn-shanghai-finance-1-internal.aliyuncs.com/": func(c *oss.Config) { c.Region, c.Network = "cn-shanghai-finance-1", oss.NetworkInternal },
		"examplebucket.oss-cn-north-2-gov-1.aliyuncs.com/":               func(c *oss.Config) { c.Region = "cn-north-2-gov-1" },
		"examplebucket.oss-cn-north-2-gov-1-internal.aliyuncs.com/":      func(c *oss.Config) { c.Region, c.Network = "cn-north-2-gov-1", oss.NetworkInternal },
		"examplebucket.oss-cn-hzfinance-internal.aliyuncs.com/": func(c *oss.Config) {
			c.Region, c.Network, c.Endpoint = "cn-hangzhou-finance", oss.NetworkInternal, "oss-cn-hzfinance-internal.aliyuncs.com"
		},
		"examplebucket.oss-ap-southeast-1.aliyuncs.com/":           func(c *oss.Config) { c.Region = "ap-southeast-1" },
		"examplebucket.oss-us-southeast-99-internal.aliyuncs.com/": func(c *oss.Config) { c.Region, c.Network = "us-southeast-99", oss.NetworkInternal },
	} {
		r := wiretest.Answering(wiretest.Answer{Body: created})
		if _, err := newClient(t, r, change).CreateAccessPoint(t.Context(), createRequest); err != nil {
			t.Errorf("%s: %v", want, err)
		} else if got := r.Last(t).Host + r.Last(t).Path; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// TestWithLeavesPathStyle checks that a client derived for another endpoint does
// not keep the style of an IP address.
func TestWithLeavesPathStyle(t *testing.T) {
	r := wiretest.Answering(wiretest.Answer{Body: created})
	c, err := newClient(t, r, func(c *oss.Config) { c.Endpoint = "http://127.0.0.1" }).With(func(c *oss.Config) { c.Endpoint = "" })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.CreateAccessPoint(t.Context(), createRequest); err != nil || r.Last(t).Path != "/" {
		t.Errorf("%v, path %s", err, r.Last(t).Path)
	}
}

// TestEnvironment checks that New reads the key when it is called, and which.
func TestEnvironment(t *testing.T) {
	const theirs, common = "OSS_ACCESS_KEY_ID=oss-id OSS_ACCESS_KEY_SECRET=oss-secret OSS_SESSION_TOKEN=oss-token",
		"ALIBABA_CLOUD_ACCESS_KEY_ID=ali-id ALIBABA_CLOUD_ACCESS_KEY_SECRET=ali-secret ALIBABA_CLOUD_SECURITY_TOKEN=ali-token"
	for set, want := range map[string][2]string{
		theirs:                                {"oss-id", "oss-token"},
		common:                                {"ali-id", "ali-token"},
		theirs + " " + common:                 {"oss-id", "oss-token"},
		common + " OSS_ACCESS_KEY_ID=x":       {"ali-id", "ali-token"},
		common + " OSS_SESSION_TOKEN=another": {"ali-id", "ali-token"},
	} {
		t.Run(set, func(t *testing.T) {
			for _, name := range []string{"OSS_ACCESS_KEY_ID", "OSS_ACCESS_KEY_SECRET", "OSS_SESSION_TOKEN",
				"ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN"} {
				t.Setenv(name, "")
			}
			for _, pair := range strings.Fields(set) {
				name, value, _ := strings.Cut(pair, "=")
				t.Setenv(name, value)
			}
			r := wiretest.Answering(wiretest.Answer{Body: created})
			c := newClient(t, r, func(c *oss.Config) { c.Credentials = nil })
			t.Setenv("OSS_ACCESS_KEY_ID", "later-id")
			if _, err := c.CreateAccessPoint(t.Context(), createRequest); err != nil {
				t.Fatal(err)
			}
			h := r.Last(t).Header
			if !strings.Contains(h.Get("Authorization"), "Credential="+want[0]+"/") || h.Get("X-Oss-Security-Token") != want[1] {
				t.Errorf("sent %v", h)
			}
		})
	}
}

// TestInvalidIsNotSent checks that a request that breaks a constraint stays here.
func TestInvalidIsNotSent(t *testing.T) {
	r := wiretest.Answering(wiretest.Answer{Body: created})
	c := newClient(t, r, nil)
	_, err := c.CreateAccessPoint(t.Context(), oss.CreateAccessPointRequest{AccessPointName: "A"})
	invalid, ok := errors.AsType[*oss.ValidationError](err)
	if !ok || len(invalid.Problems) != 4 || !errors.Is(err, oss.ErrInvalidRequest) {
		t.Errorf("got %v", err)
	}
	if n := len(r.Requests()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

// TestAstrayIsNotSent checks that SkipValidation lets nothing out that would go
// to another host, break out of its place or mean another operation.
func TestAstrayIsNotSent(t *testing.T) {
	ctx := t.Context()
	bad := []string{"a\r\nX-Evil: 1", "a\n", "a\x00", "\r", " ", "\t", "a b", "é", "\u00a0", "a\x7f"}
	badBuckets := append([]string{"a.b", "evil.example.com/", "a/b", "..", ".", "a@b", "a:80", "a?b", "a#b", "a%2fb", "A", "a_b", "a\\b", "[::1]", "a,b"}, bad...)
	for _, pathStyle := range []bool{false, true} {
		r := wiretest.Answering(wiretest.Answer{Body: got})
		c := newClient(t, r, func(c *oss.Config) { c.SkipValidation, c.PathStyle = true, pathStyle })
		refused := func(err error, what, value string) {
			t.Helper()
			if _, ok := errors.AsType[*oss.ValidationError](err); !ok {
				t.Errorf("%s %q: got %v", what, value, err)
			}
			if strings.ContainsAny(err.Error(), "\r\n\x00") {
				t.Errorf("%s %q is quoted: %q", what, value, err)
			}
		}
		for _, bucket := range append(badBuckets, "") {
			_, err := c.CreateAccessPoint(ctx, oss.CreateAccessPointRequest{Bucket: bucket, AccessPointName: "ap-01"})
			refused(err, "create in", bucket)
			_, err = c.GetAccessPoint(ctx, oss.GetAccessPointRequest{Bucket: bucket, AccessPointName: "ap-01"})
			refused(err, "get from", bucket)
			_, err = c.DeleteAccessPoint(ctx, oss.DeleteAccessPointRequest{Bucket: bucket, AccessPointName: "ap-01"})
			refused(err, "delete from", bucket)
			if bucket != "" {
				_, err = c.ListAccessPoints(ctx, oss.ListAccessPointsRequest{Bucket: bucket})
				refused(err, "list", bucket)
			}
		}
		for _, name := range append(bad, "") {
			_, err := c.GetAccessPoint(ctx, oss.GetAccessPointRequest{Bucket: "examplebucket", AccessPointName: name})
			refused(err, "get", name)
			_, err = c.DeleteAccessPoint(ctx, oss.DeleteAccessPointRequest{Bucket: "examplebucket", AccessPointName: name})
			refused(err, "delete", name)
		}
		if n := len(r.Requests()); n != 0 {
			t.Errorf("%d requests were sent", n)
		}
		// What only breaks the naming rules goes out.
		if _, err := c.GetAccessPoint(ctx, oss.GetAccessPointRequest{Bucket: "-b", AccessPointName: "AP_/01"}); err != nil {
			t.Error(err)
		}
	}
}

// TestTextStaysText checks that no value of a body or a query leaves its place.
func TestTextStaysText(t *testing.T) {
	r := wiretest.Answering(wiretest.Answer{Body: created}, wiretest.Answer{Body: listed})
	c := newClient(t, r, func(c *oss.Config) { c.SkipValidation = true })
	in := createRequest
	in.AccessPointName = "</AccessPointName><Evil/>\r\n&"
	if _, err := c.CreateAccessPoint(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if body := r.Last(t).Body; !strings.Contains(body, "<AccessPointName>&lt;/AccessPointName&gt;&lt;Evil/&gt;&#xD;&#xA;&amp;</AccessPointName>") {
		t.Error(body)
	}
	if _, err := c.ListAccessPoints(t.Context(), oss.ListAccessPointsRequest{ContinuationToken: "a&max-keys=1#\r\n%"}); err != nil {
		t.Fatal(err)
	}
	if query := r.Last(t).Query; query != "accessPoint&continuation-token=a%26max-keys%3D1%23%0D%0A%25" {
		t.Error(query)
	}
}

// TestAnswers reads good, bad and foreign answers.
func TestAnswers(t *testing.T) {
	const id = "688C7A26A1B2C3D4E5F60718"
	header := map[string]string{"X-Oss-Request-Id": "header-id"}
	vectors := wiretest.Vectors(t, "testdata/vectors")
	status := func(status int, code string) wiretest.Answer {
		return wiretest.Answer{Status: status, Body: errorBody(code)}
	}
	for name, c := range map[string]struct {
		answer wiretest.Answer
		want   oss.APIError // without Err
		is     []error
		isNot  []error
	}{
		"404": {answer: vectors["038-delete-not-found"].Answer(),
			want: oss.APIError{StatusCode: 404, Code: oss.CodeNoSuchAccessPoint, Message: "The specified access point does not exist. (EC 0000-00000000)", RequestID: id},
			is:   []error{oss.CodeNoSuchAccessPoint, oss.ErrNotFound}},
		"busy": {answer: vectors["037-delete-while-creating"].Answer(),
			want: oss.APIError{StatusCode: 409, Code: oss.CodeAccessPointCreatingConflict, Message: "The access point is being created. (EC 0000-00000000)", RequestID: id},
			is:   []error{oss.ErrConflict}},
		"busy, with another status": {answer: status(400, "AccessPointCreatingConflict"),
			want: oss.APIError{StatusCode: 400, Code: oss.CodeAccessPointCreatingConflict, RequestID: "R"},
			is:   []error{oss.ErrConflict}, isNot: []error{oss.ErrInvalidRequest}},
		"name taken": {answer: vectors["104-err-already-exists"].Answer(),
			want: oss.APIError{StatusCode: 409, Code: "AccessPointAlreadyExists", Message: "conflict (EC 0000-00000000)", RequestID: id},
			is:   []error{oss.ErrAlreadyExists}, isNot: []error{oss.ErrConflict}},
		"account suspended": {answer: vectors["100-err-user-disable"].Answer(),
			want: oss.APIError{StatusCode: 403, Code: oss.CodeUserDisable, Message: "UserDisable (EC 0003-00000801)", RequestID: id},
			is:   []error{oss.ErrAccessDenied}},
		"unknown key": {answer: vectors["101-err-invalid-access-key"].Answer(),
			want: oss.APIError{StatusCode: 403, Code: oss.CodeInvalidAccessKeyID, RequestID: id,
				Message: "The OSS Access Key Id you provided does not exist in our records. (EC 0002-00000902)"},
			is: []error{oss.ErrAccessDenied}, isNot: []error{oss.ErrNotFound}},
		"no bucket policy": {answer: vectors["more_bp-get-none"].Answer(),
			want: oss.APIError{StatusCode: 404, Code: oss.CodeNoSuchBucketPolicy, Message: "The bucket policy does not exist. (EC 0030-00000006)", RequestID: id},
			is:   []error{oss.ErrNotFound}, isNot: []error{oss.CodeNoSuchBucket}},
		"no bucket for it": {answer: vectors["more_bp-get-no-bucket"].Answer(),
			want: oss.APIError{StatusCode: 404, Code: oss.CodeNoSuchBucket, Message: "The specified bucket does not exist. (EC 0015-00000101)", RequestID: id}},
		"invalid policy": {answer: vectors["more_bp-put-invalid"].Answer(),
			want: oss.APIError{StatusCode: 400, Code: "InvalidPolicyDocument", Message: "The policy is invalid. (EC 0030-00000005)", RequestID: id},
			is:   []error{oss.ErrInvalidRequest}},
		"denied, with an EC": {answer: vectors["more_bp-delete-denied"].Answer(),
			want: oss.APIError{StatusCode: 403, Code: oss.CodeAccessDenied, Message: "You have no right to access this object. (EC 0003-00000001)", RequestID: id},
			is:   []error{oss.ErrAccessDenied}},
		"wrong signature": {answer: vectors["103-err-signature-mismatch"].Answer(),
			want: oss.APIError{StatusCode: 403, Code: oss.CodeSignatureDoesNotMatch, RequestID: id,
				Message: "The request signature we calculated does not match the signature you provided. Check your key and signing method. (EC 0002-00000201)"},
			is: []error{oss.ErrAccessDenied}},
		"with a namespace": {answer: vectors["106-err-namespace"].Answer(),
			want: oss.APIError{StatusCode: 400, Code: oss.CodeMalformedXML, Message: "m (EC 0031-00000001)", RequestID: id},
			is:   []error{oss.ErrInvalidRequest}},
		"in a header": {answer: vectors["107-err-bodyless-x-oss-err"].Answer(),
			want: oss.APIError{StatusCode: 404, Code: oss.CodeNoSuchBucket, Message: "The specified bucket does not exist. (EC 0015-00000101)", RequestID: id},
			is:   []error{oss.ErrNotFound}},
		"in a header, broken": {answer: wiretest.Answer{Status: 404, Header: map[string]string{"X-Oss-Err": "%", "X-Oss-Request-Id": "header-id"}},
			want: oss.APIError{StatusCode: 404, Message: "the response has no body", RequestID: "header-id"}},
		"only the EC": {answer: vectors["109-err-bodyless-plain"].Answer(),
			want: oss.APIError{StatusCode: 404, Message: "(EC 0015-00000101)", RequestID: id},
			is:   []error{oss.ErrNotFound}},
		"JSON, nested": {answer: vectors["113-err-json-nested"].Answer(),
			want: oss.APIError{StatusCode: 400, Code: oss.CodeInvalidArgument, Message: "bad (EC 0000-00000000)", RequestID: "RID"},
			is:   []error{oss.ErrInvalidRequest}},
		"JSON, flat": {answer: wiretest.Answer{Status: 400, Body: `{"Code":"InvalidArgument","Message":"bad","RequestId":17,"EC":null}`},
			want: oss.APIError{StatusCode: 400, Code: oss.CodeInvalidArgument, Message: "bad", RequestID: "17"}},
		"JSON of another kind": {answer: wiretest.Answer{Status: 400, Body: `{"Error":"bad"}`},
			want: oss.APIError{StatusCode: 400, Message: `not a response of the service: {"Error":"bad"}`}},
		"another page": {answer: vectors["110-err-html"].Answer(),
			want: oss.APIError{StatusCode: 404, Message: "not a response of the service: <html><body><h1>404 Not Found</h1></body></html>", RequestID: id}},
		"redirect with a reason": {answer: vectors["115-err-no-date-header-redirect"].Answer(),
			want: oss.APIError{StatusCode: 307, Code: "TemporaryRedirect", Message: "m", RequestID: "RID"}},
		"throttled": {answer: status(503, "MetaOperationQpsLimitExceeded"),
			want: oss.APIError{StatusCode: 503, Code: oss.CodeMetaOperationQPSLimitExceeded, RequestID: "R"},
			is:   []error{oss.ErrThrottled}, isNot: []error{oss.ErrUnavailable, oss.ErrQuotaExceeded}},
		"throttled, in all": {answer: status(503, "TotalQpsLimitExceeded"),
			want: oss.APIError{StatusCode: 503, Code: oss.CodeTotalQPSLimitExceeded, RequestID: "R"},
			is:   []error{oss.ErrThrottled}},
		"throttled, for the traffic": {answer: status(503, "DownloadTrafficRateLimitExceeded"),
			want: oss.APIError{StatusCode: 503, Code: oss.CodeDownloadTrafficRateLimitExceeded, RequestID: "R"},
			is:   []error{oss.ErrThrottled}},
		"throttled, with another status": {answer: status(400, "QpsLimitExceeded"),
			want: oss.APIError{StatusCode: 400, Code: "QpsLimitExceeded", RequestID: "R"},
			is:   []error{oss.ErrThrottled}, isNot: []error{oss.ErrQuotaExceeded}},
		"slow down": {answer: status(503, "SlowDown"),
			want: oss.APIError{StatusCode: 503, Code: "SlowDown", RequestID: "R"},
			is:   []error{oss.ErrThrottled}},
		"some limit": {answer: status(503, "CPULimitExceeded"),
			want: oss.APIError{StatusCode: 503, Code: "CPULimitExceeded", RequestID: "R"},
			is:   []error{oss.ErrThrottled}},
		"quota": {answer: status(400, "AccessPointLimitExceeded"),
			want: oss.APIError{StatusCode: 400, Code: "AccessPointLimitExceeded", RequestID: "R"},
			is:   []error{oss.ErrQuotaExceeded}, isNot: []error{oss.ErrThrottled}},
		"unavailable": {answer: status(503, "ServiceUnavailable"),
			want: oss.APIError{StatusCode: 503, Code: oss.CodeServiceUnavailable, RequestID: "R"},
			is:   []error{oss.ErrUnavailable}, isNot: []error{oss.ErrThrottled}},
		"another endpoint": {answer: wiretest.Answer{Status: 403, Body: "\ufeff<?xml version='1.0'?><o:Error xmlns:o='urn:o'><Code>AccessDenied</Code><Message><![CDATA[use the specified endpoint]]></Message>" +
			"<RequestId>R</RequestId><EC>0003-00001403</EC><Endpoint>oss-cn-shanghai.aliyuncs.com</Endpoint></o:Error>"},
			want: oss.APIError{StatusCode: 403, Code: oss.CodeAccessDenied, RequestID: "R", Message: "use the specified endpoint (endpoint oss-cn-shanghai.aliyuncs.com) (EC 0003-00001403)"},
			is:   []error{oss.ErrAccessDenied}},
		"denied": {answer: wiretest.Answer{Status: 403, Body: "<Error><Code>AccessDenied</Code><Message>m</Message><RequestId>R</RequestId>" +
			"<AccessDeniedDetail><AuthAction>oss:GetAccessPoint</AuthAction><NoPermissionType>ExplicitDeny</NoPermissionType></AccessDeniedDetail></Error>"},
			want: oss.APIError{StatusCode: 403, Code: oss.CodeAccessDenied, RequestID: "R", Message: "m (oss:GetAccessPoint: ExplicitDeny)"},
			is:   []error{oss.ErrAccessDenied}},
		"truncated failure": {answer: wiretest.Answer{Status: 403, Header: header, Body: "<Error><Code>AccessDenied</Code><Mess"},
			want: oss.APIError{StatusCode: 403, Code: oss.CodeAccessDenied, RequestID: "header-id"},
			is:   []error{oss.ErrAccessDenied}},
		"502 HTML": {answer: wiretest.Answer{Status: 502, Header: header, Body: "<html><body>502 Bad Gateway</body></html>"},
			want: oss.APIError{StatusCode: 502, RequestID: "header-id", Message: "not a response of the service: <html><body>502 Bad Gateway</body></html>"},
			is:   []error{oss.ErrUnavailable}},
		"504 without a body": {answer: wiretest.Answer{Status: 504},
			want: oss.APIError{StatusCode: 504, Message: "the response has no body"},
			is:   []error{oss.ErrUnavailable}},
		"a proxy's 404": {answer: wiretest.Answer{Status: 404, Body: "<html>no\n such  page</html>"},
			want:  oss.APIError{StatusCode: 404, Message: "not a response of the service: <html>no such page</html>"},
			isNot: []error{oss.ErrNotFound}},
		"redirect": {answer: wiretest.Answer{Status: 302, Header: map[string]string{"Location": "https://evil.example.com/"}},
			want: oss.APIError{StatusCode: 302, Message: "redirected, which is not followed"}},
		"truncated XML": {answer: wiretest.Answer{Header: header, Body: "<GetAccessPointResult><AccessPointName>ap-01</AccessPointName>"},
			want: oss.APIError{StatusCode: 200, RequestID: "header-id"}},
		"a list": {answer: vectors["028-list-bucket-page1"].Answer(),
			want: oss.APIError{StatusCode: 200, RequestID: id}},
		"another root with all that is needed": {answer: wiretest.Answer{Header: header, Body: "<Error><AccessPointName>ap-01</AccessPointName><Status>enable</Status></Error>"},
			want: oss.APIError{StatusCode: 200, RequestID: "header-id"}},
		"a failure with 200": {answer: vectors["019-get-wrong-root-still-decodes"].Answer(),
			want: oss.APIError{StatusCode: 200, RequestID: id}},
		"empty success": {answer: vectors["020-get-200-empty-body"].Answer(),
			want: oss.APIError{StatusCode: 200, RequestID: id}},
		"no boolean": {answer: vectors["022-get-bad-bool"].Answer(),
			want: oss.APIError{StatusCode: 200, RequestID: id}},
		"only a declaration": {answer: wiretest.Answer{Header: header, Body: `<?xml version="1.0" encoding="UTF-8"?>`},
			want: oss.APIError{StatusCode: 200, RequestID: "header-id"}},
		"HTML success": {answer: wiretest.Answer{Header: header, Body: "<html>"},
			want: oss.APIError{StatusCode: 200, RequestID: "header-id"}},
		"JSON success": {answer: wiretest.Answer{Header: header, Body: `{"AccessPointName":"ap-01"}`},
			want: oss.APIError{StatusCode: 200, RequestID: "header-id"}},
		"success without a name": {answer: wiretest.Answer{Header: header, Body: "<GetAccessPointResult></GetAccessPointResult>"},
			want: oss.APIError{StatusCode: 200, RequestID: "header-id"}},
		"over 32 MiB": {answer: wiretest.Answer{Header: header, Body: "<GetAccessPointResult><AccessPointName>" + strings.Repeat("x", 32<<20) + "</AccessPointName></GetAccessPointResult>"},
			want: oss.APIError{StatusCode: 200, RequestID: "header-id"}},
		"deep nesting": {answer: wiretest.Answer{Header: header, Body: "<GetAccessPointResult>" + strings.Repeat("<a>", 100_000)},
			want: oss.APIError{StatusCode: 200, RequestID: "header-id"}},
		"a long name": {answer: wiretest.Answer{Header: header, Body: "<" + strings.Repeat("é", 100_000) + ">"},
			want: oss.APIError{StatusCode: 200, RequestID: "header-id"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := wiretest.Answering(c.answer)
			client := newClient(t, r, func(c *oss.Config) { c.MaxAttempts = 1 })
			_, err := client.GetAccessPoint(t.Context(), getRequest)
			got, ok := errors.AsType[*oss.APIError](err)
			if !ok {
				t.Fatalf("got %T %v", err, err)
			}
			want := c.want
			want.Operation, want.Attempts, want.Err = "GetAccessPoint", 1, got.Err
			if d := cmp.Diff(want, *got, cmp.Comparer(func(a, b error) bool { return a == b })); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			if (got.StatusCode == 200) != (got.Err != nil) {
				t.Errorf("Err is %v", got.Err)
			}
			for _, target := range c.is {
				if !errors.Is(err, target) {
					t.Errorf("is not %v", target)
				}
			}
			for _, target := range c.isNot {
				if errors.Is(err, target) {
					t.Errorf("is %v", target)
				}
			}
			if strings.ContainsAny(err.Error(), "\n\r") || len(err.Error()) > 500 {
				t.Errorf("not one line: %q", err)
			}
			if n := len(r.Requests()); n != 1 {
				t.Errorf("%d requests", n)
			}
		})
	}
}

// TestLenientAnswer reads answers in other forms than the documented ones.
func TestLenientAnswer(t *testing.T) {
	r := wiretest.Answering(
		wiretest.Answer{Header: map[string]string{"X-Oss-Request-Id": "R"}, Body: `<?xml version="1.0"?><!-- x --><x:GetAccessPointResult xmlns:x="http://doc.example.com">
			<x:AccessPointName>ap-01</x:AccessPointName><x:AccountId>0012</x:AccountId><x:Status>ENABLE</x:Status><x:New><x:Status>no</x:Status></x:New>
			<x:VpcConfiguration><x:VpcId></x:VpcId></x:VpcConfiguration>
			<x:PublicAccessBlockConfiguration><x:BlockPublicAccess> TRUE </x:BlockPublicAccess></x:PublicAccessBlockConfiguration></x:GetAccessPointResult>`},
		wiretest.Answer{Body: `<ListAccessPointsResult><MaxKeys/><IsTruncated/><AccessPoints><AccessPoint><AccessPointName>ap-01</AccessPointName><VpcConfiguration/></AccessPoint>
			<AccessPoint><AccessPointName>ap-02</AccessPointName><VpcConfiguration><VpcId>vpc-1</VpcId></VpcConfiguration></AccessPoint></AccessPoints></ListAccessPointsResult>`},
		wiretest.Answer{Status: 200, Body: "<New/>"},
	)
	c := newClient(t, r, nil)
	out, err := c.GetAccessPoint(t.Context(), getRequest)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(&oss.GetAccessPointResponse{RequestID: "R", AccessPoint: oss.AccessPoint{
		AccessPointName: "ap-01", AccountID: "0012", Status: oss.StatusEnable, BlockPublicAccess: new(true),
	}}, out); d != "" {
		t.Errorf("get (-want +got):\n%s", d)
	}
	list, err := c.ListAccessPoints(t.Context(), oss.ListAccessPointsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(&oss.ListAccessPointsResponse{AccessPoints: []oss.AccessPoint{
		{AccessPointName: "ap-01"}, {AccessPointName: "ap-02", VpcConfiguration: &oss.VpcConfiguration{VpcID: "vpc-1"}},
	}}, list); d != "" {
		t.Errorf("list (-want +got):\n%s", d)
	}
	if _, err := c.DeleteAccessPoint(t.Context(), oss.DeleteAccessPointRequest{Bucket: "examplebucket", AccessPointName: "ap-01"}); err != nil {
		t.Errorf("delete: %v", err)
	}
}

// TestListNeedsAList checks that no other answer passes for an empty list.
func TestListNeedsAList(t *testing.T) {
	for _, body := range []string{got, created, errorBody("AccessDenied"), "<html></html>", ""} {
		out, err := newClient(t, wiretest.Answering(wiretest.Answer{Body: body}), func(c *oss.Config) { c.MaxAttempts = 1 }).
			ListAccessPoints(t.Context(), oss.ListAccessPointsRequest{})
		if err == nil {
			t.Errorf("%q passes for %+v", body, out)
		}
	}
}

// TestUnreadableCreate checks that a creation is not lost with its answer.
func TestUnreadableCreate(t *testing.T) {
	for _, body := range []string{"", "<html>", got, "<CreateAccessPointResult><Alias>a</Alias></CreateAccessPointResult>", "<CreateAccessPointResult><Acc"} {
		r := wiretest.Answering(wiretest.Answer{Body: body})
		_, err := newClient(t, r, nil).CreateAccessPoint(t.Context(), createRequest)
		if _, ok := errors.AsType[*oss.OutcomeUnknownError](err); !ok || len(r.Requests()) != 1 {
			t.Errorf("%q: %v, %d requests", body, err, len(r.Requests()))
		}
	}
}

// TestClockIsCorrected checks that a call goes through although this clock is
// wrong.
func TestClockIsCorrected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at := time.Now().Add(time.Hour)
		skewed := wiretest.Answer{Status: 403, Header: map[string]string{"Date": at.UTC().Format(http.TimeFormat)}, Body: errorBody("RequestTimeTooSkewed")}
		r := wiretest.Answering(skewed, wiretest.Answer{Body: created})
		if _, err := newClient(t, r, nil).CreateAccessPoint(t.Context(), createRequest); err != nil {
			t.Fatal(err)
		}
		if date := r.Last(t).Header.Get("X-Oss-Date"); date != at.UTC().Format(ossTime) {
			t.Errorf("signed at %s", date)
		}
	})
	// The time in the body is the service's. The Date may be a proxy's.
	synctest.Test(t, func(t *testing.T) {
		at := time.Now().Add(time.Hour)
		body := strings.Replace(errorBody("RequestTimeTooSkewed"), "</Error>", "<ServerTime>"+at.UTC().Format("2006-01-02T15:04:05.000Z")+"</ServerTime></Error>", 1)
		skewed := wiretest.Answer{Status: 403, Header: map[string]string{"Date": time.Now().UTC().Format(http.TimeFormat)}, Body: body}
		r := wiretest.Answering(skewed, wiretest.Answer{Body: created})
		if _, err := newClient(t, r, nil).CreateAccessPoint(t.Context(), createRequest); err != nil {
			t.Fatal(err)
		}
		if date := r.Last(t).Header.Get("X-Oss-Date"); date != at.UTC().Format(ossTime) {
			t.Errorf("signed at %s", date)
		}
	})
}

// TestRepeats checks which failures are sent again, by operation.
func TestRepeats(t *testing.T) {
	for name, c := range map[string]struct {
		fault       osstest.Fault
		create, get []string // the operations that the server sees
		unknown     bool     // the outcome of the create
	}{
		"throttled": {osstest.Throttle, []string{"CreateAccessPoint", "CreateAccessPoint"}, []string{"GetAccessPoint", "GetAccessPoint"}, false},
		"lost":      {osstest.ResponseLost, []string{"CreateAccessPoint"}, []string{"GetAccessPoint", "GetAccessPoint"}, true},
		"reset":     {osstest.Reset, []string{"CreateAccessPoint"}, []string{"GetAccessPoint", "GetAccessPoint"}, true},
		"500":       {osstest.ServerError, []string{"CreateAccessPoint"}, []string{"GetAccessPoint", "GetAccessPoint"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := osstest.NewServer()
				srv.Inject("CreateAccessPoint", c.fault)
				_, err := srv.Client().CreateAccessPoint(t.Context(), createRequest)
				if unknown, ok := errors.AsType[*oss.OutcomeUnknownError](err); ok != c.unknown || errors.Is(err, oss.ErrOutcomeUnknown) != c.unknown {
					t.Errorf("create: %v", err)
				} else if ok && unknown.Operation != "CreateAccessPoint" {
					t.Errorf("create: %+v", unknown)
				}
				if d := cmp.Diff(c.create, srv.Calls()); d != "" {
					t.Errorf("create (-want +got):\n%s", d)
				}

				srv = osstest.NewServer()
				srv.Inject("GetAccessPoint", c.fault)
				_, err = srv.Client().GetAccessPoint(t.Context(), getRequest)
				if !errors.Is(err, oss.CodeNoSuchAccessPoint) || errors.Is(err, oss.ErrOutcomeUnknown) {
					t.Errorf("get: %v", err)
				}
				if d := cmp.Diff(c.get, srv.Calls()); d != "" {
					t.Errorf("get (-want +got):\n%s", d)
				}

				srv = osstest.NewServer()
				create(t, srv, "ap-01")
				srv.Inject("DeleteAccessPoint", c.fault)
				_, err = srv.Client().DeleteAccessPoint(t.Context(), oss.DeleteAccessPointRequest{Bucket: osstest.Bucket, AccessPointName: "ap-01"})
				if gone := c.fault == osstest.ResponseLost; errors.Is(err, oss.CodeNoSuchAccessPoint) != gone || err != nil && !gone {
					t.Errorf("delete: %v", err)
				}
				if n := len(srv.Calls()); n != 3 {
					t.Errorf("delete: %v", srv.Calls())
				}
			})
		})
	}
}
