package nas_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

var (
	createRequest   = nas.CreateAccessPointRequest{FileSystemID: nastest.FileSystemID, VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID}
	describeRequest = nas.DescribeAccessPointRequest{FileSystemID: nastest.FileSystemID, AccessPointID: "ap-1"}
)

// ownDefects are configurations that only this service has, with the field that is
// wrong.
var ownDefects = map[string]struct {
	change func(*nas.Config)
	field  string
}{
	"unknown network": {func(c *nas.Config) { c.Network = "moon" }, "Network"},
}

// absentRequest is about something that does not exist.
var absentRequest = nas.DeleteAccessPointRequest{FileSystemID: nastest.FileSystemID, AccessPointID: "ap-1"}

// ensure, ensureAbsent and createOne do so with what the tests of load are about.
func ensure(ctx context.Context, c *nas.Client, key string) (string, error) {
	ap, err := c.EnsureAccessPoint(ctx, key, createRequest)
	return ap.AccessPointID, err
}

func ensureAbsent(ctx context.Context, c *nas.Client, key string) error {
	return c.EnsureAccessPointAbsent(ctx, nastest.FileSystemID, key)
}

func createOne(ctx context.Context, c *nas.Client, _ string) error {
	_, err := c.CreateAccessPoint(ctx, createRequest)
	return err
}

// TestEndpoint checks where requests go.
func TestEndpoint(t *testing.T) {
	for want, change := range map[string]func(*nas.Config){
		"nas.cn-hangzhou.aliyuncs.com":         nil,
		"nas-vpc.cn-hangzhou.aliyuncs.com":     func(c *nas.Config) { c.Network = nas.NetworkVPC },
		"nas.cn-hangzhou-dg-a01.aliyuncs.com":  func(c *nas.Config) { c.Region = "cn-hangzhou-finance" },
		"nas.example.com:8443":                 func(c *nas.Config) { c.Endpoint = "nas.example.com:8443" },
		"127.0.0.1:8080":                       func(c *nas.Config) { c.Endpoint = "http://127.0.0.1:8080/" },
		"[::1]:8080":                           func(c *nas.Config) { c.Endpoint = "http://[::1]:8080" },
		"emulator:8080":                        func(c *nas.Config) { c.Endpoint, c.AllowHTTP = "http://emulator:8080", true },
		"localhost:8080":                       func(c *nas.Config) { c.Endpoint = "http://localhost:8080" },
		"nas.ap-southeast-1.aliyuncs.com":      func(c *nas.Config) { c.Region = "ap-southeast-1" },
		"nas.aliyuncs.com":                     func(c *nas.Config) { c.Region = "ap-southeast-2" },
		"nas-vpc.ap-southeast-2.aliyuncs.com":  func(c *nas.Config) { c.Region, c.Network = "ap-southeast-2", nas.NetworkVPC },
		"nas-vpc.us-southeast-99.aliyuncs.com": func(c *nas.Config) { c.Region, c.Network = "us-southeast-99", nas.NetworkVPC },
	} {
		r := wiretest.Answering(wiretest.Answer{Body: created})
		if _, err := newClient(t, r, change).CreateAccessPoint(t.Context(), createRequest); err != nil {
			t.Errorf("%s: %v", want, err)
		} else if got := r.Last(t).Host; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// TestCentralEndpoint checks which regions have no endpoint of their own, and that
// requests name the region there, and nowhere else.
func TestCentralEndpoint(t *testing.T) {
	regions := map[string]string{}
	for _, region := range strings.Fields(`ap-northeast-1 ap-northeast-2 ap-southeast-1 ap-southeast-3 ap-southeast-5 ap-southeast-6 ap-southeast-7
		ap-southeast-8 cn-beijing cn-beijing-finance-1 cn-chengdu cn-guangzhou cn-hangzhou cn-heyuan cn-hongkong cn-huhehaote cn-shanghai
		cn-shanghai-finance-1 cn-shenzhen cn-shenzhen-finance-1 cn-wulanchabu cn-zhangjiakou cn-zhongwei eu-central-1 eu-west-1 eu-west-2
		me-central-1 me-east-1 na-south-1 us-east-1 us-southeast-1 us-west-1 xx-new-9`) {
		regions[region] = "nas." + region + ".aliyuncs.com"
	}
	for _, region := range strings.Fields(`ap-northeast-2-pop ap-southeast-2 cn-beijing-finance-pop cn-beijing-gov-1 cn-beijing-nu16-b01 cn-edge-1 cn-fujian
		cn-haidian-cm12-c01 cn-hangzhou-bj-b01 cn-hangzhou-internal-prod-1 cn-hangzhou-internal-test-1 cn-hangzhou-internal-test-2
		cn-hangzhou-internal-test-3 cn-hangzhou-test-306 cn-hongkong-finance-pop cn-qingdao-nebula cn-shanghai-et15-b01 cn-shanghai-et2-b01
		cn-shanghai-inner cn-shanghai-internal-test-1 cn-shenzhen-inner cn-shenzhen-st4-d01 cn-shenzhen-su18-b01 cn-wuhan cn-yushanfang
		cn-zhangbei cn-zhangbei-na61-b01 cn-zhangjiakou-na62-a01 cn-zhengzhou-nebula-1 eu-west-1-oxs rus-west-1-pop`) {
		regions[region] = "nas.aliyuncs.com"
	}
	if len(regions) != 33+31 {
		t.Errorf("%d regions", len(regions))
	}
	regions["cn-hangzhou-finance"] = "nas.cn-hangzhou-dg-a01.aliyuncs.com"
	for region, want := range regions {
		for endpoint, host := range map[string]string{"": want, "nas.aliyuncs.com": "nas.aliyuncs.com", "nas.example.com": "nas.example.com"} {
			r := wiretest.Answering(wiretest.Answer{Body: created})
			c := newClient(t, r, func(c *nas.Config) { c.Region, c.Endpoint = region, endpoint })
			if _, err := c.CreateAccessPoint(t.Context(), createRequest); err != nil {
				t.Fatal(err)
			}
			sent := r.Last(t)
			if sent.Host != host || strings.Contains(sent.Query, "&RegionId="+region+"&") != (host == "nas.aliyuncs.com") {
				t.Errorf("%s: %s?%s", region, sent.Host, sent.Query)
			}
		}
	}
}

// TestEnvironment checks that New reads the key when it is called.
func TestEnvironment(t *testing.T) {
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "env-id")
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "env-secret")
	t.Setenv("ALIBABA_CLOUD_SECURITY_TOKEN", "env-token")
	r := wiretest.Answering(wiretest.Answer{Body: created})
	c := newClient(t, r, func(c *nas.Config) { c.Credentials = nil })
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "later-id")
	if _, err := c.CreateAccessPoint(t.Context(), createRequest); err != nil {
		t.Fatal(err)
	}
	h := r.Last(t).Header
	if !strings.Contains(h.Get("Authorization"), "Credential=env-id,") || h.Get("X-Acs-Security-Token") != "env-token" {
		t.Errorf("sent %v", h)
	}
}

// TestInvalidIsNotSent checks that a request that breaks a constraint stays here.
func TestInvalidIsNotSent(t *testing.T) {
	r := wiretest.Answering(wiretest.Answer{Body: created})
	c := newClient(t, r, nil)
	_, err := c.CreateAccessPoint(t.Context(), nas.CreateAccessPointRequest{Permission: "777"})
	invalid, ok := errors.AsType[*nas.ValidationError](err)
	if !ok || len(invalid.Problems) != 5 || !errors.Is(err, nas.ErrInvalidRequest) {
		t.Errorf("got %v", err)
	}
	if n := len(r.Requests()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

// TestAnswers reads good, bad and foreign answers.
func TestAnswers(t *testing.T) {
	const id = "8906582E-6722-409A-A6C4-0E7863B733A5"
	header := map[string]string{"X-Acs-Request-Id": "header-id"}
	vectors := wiretest.Vectors(t, "testdata/vectors")
	for name, c := range map[string]struct {
		answer wiretest.Answer
		want   nas.APIError // without Err
		is     []error
		isNot  []error
	}{
		"400": {answer: vectors["032-nas-error-400"].Answer(),
			want: nas.APIError{StatusCode: 400, Code: nas.CodeInvalidRequest, Message: "demo: request refused", RequestID: id},
			is:   []error{nas.CodeInvalidRequest, nas.ErrInvalidRequest}},
		"403 with its reason": {answer: vectors["034-nas-error-403-access-denied-detail"].Answer(),
			want: nas.APIError{StatusCode: 403, Code: nas.CodeForbidden, RequestID: id,
				Message: "demo: identity may not call this (nas:CreateAccessPoint: ImplicitDeny)"},
			is: []error{nas.ErrAccessDenied}},
		"404": {answer: vectors["035-nas-error-404"].Answer(),
			want: nas.APIError{StatusCode: 404, Code: nas.CodeAccessPointNotFound, Message: "demo: no such access point", RequestID: id},
			is:   []error{nas.CodeAccessPointNotFound, nas.ErrNotFound}},
		"lower-case keys": {answer: vectors["040-nas-error-lowercase-keys"].Answer(),
			want: nas.APIError{StatusCode: 400, Code: "InvalidParameter", Message: "lower case keys", RequestID: id}},
		"XML": {answer: vectors["041-nas-error-xml"].Answer(),
			want: nas.APIError{StatusCode: 404, Code: nas.CodeFileSystemNotFound, Message: "demo: no such file system", RequestID: id},
			is:   []error{nas.ErrNotFound}},
		"502 HTML": {answer: vectors["043-nas-error-502-html"].Answer(),
			want: nas.APIError{StatusCode: 502, RequestID: "0ED8D006-F706-4D23-88ED-E11ED28DCAC0",
				Message: "not a response of the service: <html><body>502 Bad Gateway</body></html>"},
			is: []error{nas.ErrUnavailable}},
		"504 without a body": {answer: vectors["044-nas-error-504-empty-body"].Answer(),
			want: nas.APIError{StatusCode: 504, RequestID: "0ED8D006-F706-4D23-88ED-E11ED28DCAC0", Message: "the response has no body"},
			is:   []error{nas.ErrUnavailable}},
		"nonce used": {answer: vectors["046-nas-error-signature-nonce-used"].Answer(),
			want: nas.APIError{StatusCode: 400, Code: "SignatureNonceUsed", Message: "demo: nonce seen before", RequestID: id}},
		"XML in another form": {answer: wiretest.Answer{Status: 403, Body: "\ufeff<?xml version='1.0'?>\n<!-- c --><x:Error xmlns:x='urn:x' a='>'><x:RequestId>r</x:RequestId>" +
			"<x:Code><![CDATA[Forbidden.RAM]]></x:Code><x:Message a=\"b\">no &lt;it&gt; &#65;</x:Message>" +
			"<x:AccessDeniedDetail><x:AuthAction>nas:DescribeAccessPoint</x:AuthAction><x:NoPermissionType>ImplicitDeny</x:NoPermissionType></x:AccessDeniedDetail></x:Error>"},
			want: nas.APIError{StatusCode: 403, Code: nas.CodeForbidden, Message: "no <it> A (nas:DescribeAccessPoint: ImplicitDeny)", RequestID: "r"},
			is:   []error{nas.ErrAccessDenied}},
		"byte order mark": {answer: wiretest.Answer{Status: 403, Body: "\ufeff" + `{"Code":"Forbidden.RAM","RequestId":"r"}`},
			want: nas.APIError{StatusCode: 403, Code: nas.CodeForbidden, RequestID: "r"},
			is:   []error{nas.ErrAccessDenied}},
		"an object for the message": {answer: wiretest.Answer{Status: 403, Body: `{"Message":{"text":"m"},"Code":"Forbidden.RAM","RequestId":"r"}`},
			want: nas.APIError{StatusCode: 403, Code: nas.CodeForbidden, RequestID: "r"},
			is:   []error{nas.ErrAccessDenied}},
		"a code, then cut": {answer: wiretest.Answer{Status: 403, Body: `{"RequestId":"r","Code":"Forbidden.RAM","Mess`},
			want: nas.APIError{StatusCode: 403, Code: nas.CodeForbidden, RequestID: "r"},
			is:   []error{nas.ErrAccessDenied}},
		"numeric code": {answer: wiretest.Answer{Status: 400, Header: header, Body: `{"Code":4001,"Message":null,"RequestId":17}`},
			want: nas.APIError{StatusCode: 400, Code: "4001", RequestID: "17"}},
		"unknown key": {answer: wiretest.Answer{Status: 404, Body: `{"Code":"InvalidAccessKeyId.NotFound","RequestId":"r"}`},
			want: nas.APIError{StatusCode: 404, Code: nas.CodeAccessKeyNotFound, RequestID: "r"},
			is:   []error{nas.ErrAccessDenied}, isNot: []error{nas.ErrNotFound}},
		"unknown operation": {answer: wiretest.Answer{Status: 404, Body: `{"Code":"InvalidApi.NotFound","RequestId":"r"}`},
			want: nas.APIError{StatusCode: 404, Code: "InvalidApi.NotFound", RequestID: "r"},
			is:   []error{nas.ErrInvalidRequest}, isNot: []error{nas.ErrNotFound}},
		"a proxy's 404": {answer: wiretest.Answer{Status: 404, Body: "<html>no\n such  page</html>"},
			want:  nas.APIError{StatusCode: 404, Message: "not a response of the service: <html>no such page</html>"},
			isNot: []error{nas.ErrNotFound}},
		"quota": {answer: wiretest.Answer{Status: 403, Body: `{"Code":"OperationDenied.AccessPointCountsExceeded","RequestId":"r"}`},
			want: nas.APIError{StatusCode: 403, Code: nas.CodeAccessPointCountsExceeded, RequestID: "r"},
			is:   []error{nas.ErrQuotaExceeded}, isNot: []error{nas.ErrAccessDenied}},
		"busy": {answer: wiretest.Answer{Status: 403, Body: `{"Code":"OperationDenied.InvalidState","RequestId":"r"}`},
			want: nas.APIError{StatusCode: 403, Code: nas.CodeInvalidState, RequestID: "r"},
			is:   []error{nas.ErrConflict}},
		"busy, by another code": {answer: wiretest.Answer{Status: 403, Body: `{"Code":"Instance.IncorrectStatus","RequestId":"r"}`},
			want: nas.APIError{StatusCode: 403, Code: nas.CodeIncorrectStatus, RequestID: "r"},
			is:   []error{nas.ErrConflict}, isNot: []error{nas.ErrAccessDenied}},
		"too many tags": {answer: wiretest.Answer{Status: 400, Body: `{"Code":"CustomTag.NumberExceed","RequestId":"r"}`},
			want: nas.APIError{StatusCode: 400, Code: nas.CodeTagsExceeded, RequestID: "r"},
			is:   []error{nas.ErrQuotaExceeded}, isNot: []error{nas.ErrInvalidRequest}},
		"a tag without a value": {answer: wiretest.Answer{Status: 403, Body: `{"Code":"OperationDenied.KeyValueNotNull","RequestId":"r"}`},
			want: nas.APIError{StatusCode: 403, Code: nas.CodeTagKeyValueNotNull, RequestID: "r"},
			is:   []error{nas.ErrInvalidRequest}, isNot: []error{nas.ErrAccessDenied}},
		"redirect": {answer: wiretest.Answer{Status: 302, Header: map[string]string{"Location": "https://evil.example.com/"}},
			want: nas.APIError{StatusCode: 302, Message: "redirected, which is not followed"}},
		"truncated JSON": {answer: wiretest.Answer{Header: header, Body: `{"RequestId":"R","AccessPoint":{"AccessPo`},
			want: nas.APIError{StatusCode: 200, RequestID: "header-id"}},
		"empty success": {answer: wiretest.Answer{Header: header},
			want: nas.APIError{StatusCode: 200, RequestID: "header-id"}},
		"HTML success": {answer: wiretest.Answer{Header: header, Body: "<html>"},
			want: nas.APIError{StatusCode: 200, RequestID: "header-id"}},
		"success without an ID": {answer: wiretest.Answer{Header: header, Body: `{"AccessPoint":{}}`},
			want: nas.APIError{StatusCode: 200, RequestID: "header-id"}},
		"over 32 MiB": {answer: wiretest.Answer{Header: header, Body: `{"RequestId":"` + strings.Repeat("x", 32<<20) + `"}`},
			want: nas.APIError{StatusCode: 200, RequestID: "header-id"}},
		"deep nesting": {answer: wiretest.Answer{Header: header, Body: strings.Repeat("[", 100_000)},
			want: nas.APIError{StatusCode: 200, RequestID: "header-id"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := wiretest.Answering(c.answer)
			client := newClient(t, r, func(c *nas.Config) { c.MaxAttempts = 1 })
			_, err := client.DescribeAccessPoint(t.Context(), describeRequest)
			got, ok := errors.AsType[*nas.APIError](err)
			if !ok {
				t.Fatalf("got %T %v", err, err)
			}
			want := c.want
			want.Operation, want.Attempts, want.Err = "DescribeAccessPoint", 1, got.Err
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

// TestLenientAnswer reads values of other types than the documented ones.
func TestLenientAnswer(t *testing.T) {
	r := wiretest.Answering(wiretest.Answer{Body: `{"requestid":"R \n","AccessPoint":{"AccessPointId":17,"EnabledRam":"true","Status":"ACTIVE",
		"PosixUser":{"PosixUserId":"0","PosixGroupId":-2,"PosixSecondaryGroupIds":"[1,\"2\"]"},"RootPathPermission":null,"Tags":"","New":{"x":[1]}}}`})
	out, err := newClient(t, r, nil).DescribeAccessPoint(t.Context(), describeRequest)
	if err != nil {
		t.Fatal(err)
	}
	want := &nas.DescribeAccessPointResponse{RequestID: "R", AccessPoint: nas.AccessPoint{
		AccessPointID: "17", EnabledRAM: true, Status: nas.StatusActive,
		PosixUser: &nas.PosixUser{PosixUserID: new(uint32(0)), PosixGroupID: new(uint32(4294967294)), PosixSecondaryGroupIDs: []uint32{1, 2}},
	}}
	if d := cmp.Diff(want, out); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// TestRepeats checks which failures are sent again, by operation.
func TestRepeats(t *testing.T) {
	for name, c := range map[string]struct {
		fault            nastest.Fault
		create, describe []string // the operations that the server sees
		unknown          bool     // the outcome of the create
	}{
		"throttled": {nastest.Throttle, []string{"CreateAccessPoint", "CreateAccessPoint"}, []string{"DescribeAccessPoint", "DescribeAccessPoint"}, false},
		"lost":      {nastest.ResponseLost, []string{"CreateAccessPoint"}, []string{"DescribeAccessPoint", "DescribeAccessPoint"}, true},
		"reset":     {nastest.Reset, []string{"CreateAccessPoint"}, []string{"DescribeAccessPoint", "DescribeAccessPoint"}, true},
		"500":       {nastest.ServerError, []string{"CreateAccessPoint"}, []string{"DescribeAccessPoint", "DescribeAccessPoint"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := nastest.NewServer()
				srv.Inject("CreateAccessPoint", c.fault)
				_, err := srv.Client().CreateAccessPoint(t.Context(), createRequest)
				if unknown, ok := errors.AsType[*nas.OutcomeUnknownError](err); ok != c.unknown || errors.Is(err, nas.ErrOutcomeUnknown) != c.unknown {
					t.Errorf("create: %v", err)
				} else if ok && unknown.Operation != "CreateAccessPoint" {
					t.Errorf("create: %+v", unknown)
				}
				if d := cmp.Diff(c.create, srv.Calls()); d != "" {
					t.Errorf("create (-want +got):\n%s", d)
				}

				srv = nastest.NewServer()
				srv.Inject("DescribeAccessPoint", c.fault)
				_, err = srv.Client().DescribeAccessPoint(t.Context(), describeRequest)
				if !errors.Is(err, nas.CodeAccessPointNotFound) || errors.Is(err, nas.ErrOutcomeUnknown) {
					t.Errorf("describe: %v", err)
				}
				if d := cmp.Diff(c.describe, srv.Calls()); d != "" {
					t.Errorf("describe (-want +got):\n%s", d)
				}
			})
		})
	}
}
