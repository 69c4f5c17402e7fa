package kms_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/operations"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/kms"
	"github.com/accesspoint-go/accesspoint/kms/kmstest"
)

var (
	createRequest   = kms.CreateNetworkRuleRequest{Name: "networkrule_test", Type: kms.NetworkRulePrivate}
	describeRequest = kms.DescribeApplicationAccessPointRequest{Name: "aap_test"}
)

// ownDefects are configurations that only this service has, with the field that is
// wrong.
var ownDefects = map[string]struct {
	change func(*kms.Config)
	field  string
}{
	"unknown network": {func(c *kms.Config) { c.Network = "moon" }, "Network"},
}

// absentRequest is about something that does not exist.
var absentRequest = kms.DeletePolicyRequest{Name: "policy_test"}

// ensure, ensureAbsent and createOne do so with what the tests of load are about.
func ensure(ctx context.Context, c *kms.Client, key string) (string, error) {
	rule, err := c.EnsureNetworkRule(ctx, kms.CreateNetworkRuleRequest{Name: key, Type: kms.NetworkRulePrivate})
	return rule.Name, err
}

func ensureAbsent(ctx context.Context, c *kms.Client, key string) error {
	return c.EnsureNetworkRuleAbsent(ctx, key)
}

func createOne(ctx context.Context, c *kms.Client, name string) error {
	_, err := c.CreateNetworkRule(ctx, kms.CreateNetworkRuleRequest{Name: name, Type: kms.NetworkRulePrivate})
	return err
}

// TestEndpoint checks where requests go.
func TestEndpoint(t *testing.T) {
	for want, change := range map[string]func(*kms.Config){
		"kms.cn-hangzhou.aliyuncs.com":         nil,
		"kms-vpc.cn-hangzhou.aliyuncs.com":     func(c *kms.Config) { c.Network = kms.NetworkVPC },
		"kms.cn-hangzhou-finance.aliyuncs.com": func(c *kms.Config) { c.Region = "cn-hangzhou-finance" },
		"kms.example.com:8443":                 func(c *kms.Config) { c.Endpoint = "kms.example.com:8443" },
		"127.0.0.1:8080":                       func(c *kms.Config) { c.Endpoint = "http://127.0.0.1:8080/" },
		"[::1]:8080":                           func(c *kms.Config) { c.Endpoint = "http://[::1]:8080" },
		"emulator:8080":                        func(c *kms.Config) { c.Endpoint, c.AllowHTTP = "http://emulator:8080", true },
		"localhost:8080":                       func(c *kms.Config) { c.Endpoint = "http://localhost:8080" },
		"kms.ap-southeast-1.aliyuncs.com":      func(c *kms.Config) { c.Region = "ap-southeast-1" },
		"kms-vpc.us-southeast-99.aliyuncs.com": func(c *kms.Config) { c.Region, c.Network = "us-southeast-99", kms.NetworkVPC },
	} {
		r := wiretest.Answering(wiretest.Answer{Body: created})
		if _, err := newClient(t, r, change).CreateNetworkRule(t.Context(), createRequest); err != nil {
			t.Errorf("%s: %v", want, err)
		} else if got := r.Last(t).Host; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// TestEnvironment checks that New reads the key when it is called.
func TestEnvironment(t *testing.T) {
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "env-id")
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "env-secret")
	t.Setenv("ALIBABA_CLOUD_SECURITY_TOKEN", "env-token")
	r := wiretest.Answering(wiretest.Answer{Body: created})
	c := newClient(t, r, func(c *kms.Config) { c.Credentials = nil })
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "later-id")
	if _, err := c.CreateNetworkRule(t.Context(), createRequest); err != nil {
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
	_, err := c.CreatePolicy(t.Context(), kms.CreatePolicyRequest{Resources: []string{"key/*", "alias/a", "secret/"}})
	invalid, ok := errors.AsType[*kms.ValidationError](err)
	if !ok || len(invalid.Problems) != 4 || !errors.Is(err, kms.ErrInvalidRequest) {
		t.Errorf("got %v", err)
	}
	if n := len(r.Requests()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

// TestAnswers reads good, bad and foreign answers.
func TestAnswers(t *testing.T) {
	header := map[string]string{"X-Acs-Request-Id": "header-id"}
	const demoID = "8906582E-6722-409A-A6C4-0E7863B733A5"
	vectors := wiretest.Vectors(t, "testdata/vectors")
	for name, c := range map[string]struct {
		answer wiretest.Answer
		want   kms.APIError // without Err
		is     []error
		isNot  []error
	}{
		"exists": {answer: vectors["128-kms-error-409-exists"].Answer(),
			want: kms.APIError{StatusCode: 409, Code: kms.CodeResourceExist, Message: "demo: name already taken", RequestID: "R5"},
			is:   []error{kms.CodeResourceExist, kms.ErrAlreadyExists}, isNot: []error{kms.ErrConflict}},
		"throttled": {answer: vectors["130-kms-error-rejected-throttling"].Answer(),
			want: kms.APIError{StatusCode: 429, Code: kms.CodeRejectedThrottling, Message: "demo: too many requests", RequestID: "R7"},
			is:   []error{kms.CodeRejectedThrottling, kms.ErrThrottled}},
		"throttled at another status": {answer: wiretest.Answer{Status: 403, Body: `{"Code":"Rejected.Throttling","RequestId":"r"}`},
			want: kms.APIError{StatusCode: 403, Code: kms.CodeRejectedThrottling, RequestID: "r"},
			is:   []error{kms.ErrThrottled}, isNot: []error{kms.ErrAccessDenied}},
		"not found": {answer: vectors["131-kms-error-acs4"].Answer(),
			want: kms.APIError{StatusCode: 404, Code: kms.CodeResourceNotFound, Message: "demo: no such resource", RequestID: "R8-body"},
			is:   []error{kms.CodeResourceNotFound, kms.ErrNotFound}},
		"not found at 403": {answer: wiretest.Answer{Status: 403, Body: `{"Code":"Forbidden.ResourceNotFound","RequestId":"r"}`},
			want: kms.APIError{StatusCode: 403, Code: kms.CodeResourceNotFound, RequestID: "r"},
			is:   []error{kms.ErrNotFound}, isNot: []error{kms.ErrAccessDenied}},
		"no instance, at 403": {answer: vectors["more_kms-release-err-gone"].Answer(),
			want: kms.APIError{StatusCode: 403, Code: kms.CodeInstanceNotFound, Message: "demo: no such instance", RequestID: demoID},
			is:   []error{kms.CodeInstanceNotFound, kms.ErrNotFound}, isNot: []error{kms.ErrAccessDenied}},
		"no instance to connect": {answer: vectors["more_kms-connect-err-state"].Answer(),
			want: kms.APIError{StatusCode: 404, Code: kms.CodeResourceNotFound, Message: "demo: no such instance", RequestID: demoID},
			is:   []error{kms.ErrNotFound}},
		"no backup": {answer: vectors["more_kms-release-err-nobackup"].Answer(),
			want: kms.APIError{StatusCode: 403, Code: kms.CodeNoBackup, Message: "demo: no backup", RequestID: demoID},
			is:   []error{kms.ErrConflict}, isNot: []error{kms.ErrAccessDenied}},
		"in upgrade": {answer: vectors["more_kms-bind-err-upgrade"].Answer(),
			want: kms.APIError{StatusCode: 403, Code: kms.CodeInstanceInUpgrade, Message: "demo: the instance is being upgraded", RequestID: demoID},
			is:   []error{kms.ErrConflict}, isNot: []error{kms.ErrAccessDenied}},
		"no role": {answer: wiretest.Answer{Status: 403, Body: `{"Code":"Forbidden.RamRoleNotFound","RequestId":"r"}`},
			want: kms.APIError{StatusCode: 403, Code: kms.CodeRAMRoleNotFound, RequestID: "r"},
			is:   []error{kms.ErrAccessDenied}, isNot: []error{kms.ErrNotFound}},
		"no role at 404": {answer: wiretest.Answer{Status: 404, Body: `{"Code":"Forbidden.RamRoleNotFound","RequestId":"r"}`},
			want:  kms.APIError{StatusCode: 404, Code: kms.CodeRAMRoleNotFound, RequestID: "r"},
			isNot: []error{kms.ErrNotFound}},
		"unavailable, misspelt": {answer: wiretest.Answer{Status: 503, Body: `{"Code":"SerivceUnvailableTemporary","RequestId":"r"}`},
			want: kms.APIError{StatusCode: 503, Code: kms.CodeServiceUnavailableMisspelt, RequestID: "r"},
			is:   []error{kms.ErrUnavailable}},
		"opened": {answer: wiretest.Answer{Status: 400, Body: `{"Code":"Forbidden.Opened","RequestId":"r"}`},
			want: kms.APIError{StatusCode: 400, Code: kms.CodeOpened, RequestID: "r"},
			is:   []error{kms.ErrAlreadyExists}, isNot: []error{kms.ErrInvalidRequest}},
		"no real name": {answer: wiretest.Answer{Status: 400, Body: `{"Code":"Forbidden.NoRealNameAuthentication","RequestId":"r"}`},
			want: kms.APIError{StatusCode: 400, Code: kms.CodeNoRealNameAuthentication, RequestID: "r"},
			is:   []error{kms.ErrAccessDenied}, isNot: []error{kms.ErrInvalidRequest}},
		"invalid": {answer: wiretest.Answer{Status: 400, Body: `{"HttpStatus":400,"Code":"InvalidParameter","Message":"m","RequestId":"r"}`},
			want: kms.APIError{StatusCode: 400, Code: kms.CodeInvalidParameter, Message: "m", RequestID: "r"},
			is:   []error{kms.ErrInvalidRequest}},
		"no permission": {answer: wiretest.Answer{Status: 403, Body: `{"Code":"Forbidden.NoPermission","RequestId":"r"}`},
			want: kms.APIError{StatusCode: 403, Code: kms.CodeNoPermission, RequestID: "r"},
			is:   []error{kms.ErrAccessDenied}},
		"no permission at 400": {answer: wiretest.Answer{Status: 400, Body: `{"Code":"Forbidden.NoPermission","RequestId":"r"}`},
			want: kms.APIError{StatusCode: 400, Code: kms.CodeNoPermission, RequestID: "r"},
			is:   []error{kms.ErrAccessDenied}, isNot: []error{kms.ErrInvalidRequest}},
		"403 with its reason": {answer: wiretest.Answer{Status: 403, Body: `{"Code":"Forbidden.RAM","Message":"no","RequestId":"r","AccessDeniedDetail":{"AuthAction":"kms:CreatePolicy","NoPermissionType":"ImplicitDeny"}}`},
			want: kms.APIError{StatusCode: 403, Code: kms.CodeForbidden, RequestID: "r", Message: "no (kms:CreatePolicy: ImplicitDeny)"},
			is:   []error{kms.ErrAccessDenied}},
		"not activated": {answer: wiretest.Answer{Status: 403, Body: `{"Code":"Forbidden.KmsServiceNotEnabled","RequestId":"r"}`},
			want: kms.APIError{StatusCode: 403, Code: kms.CodeServiceNotEnabled, RequestID: "r"},
			is:   []error{kms.ErrAccessDenied}},
		"quota": {answer: wiretest.Answer{Status: 400, Body: `{"Code":"Rejected.LimitExceeded","RequestId":"r"}`},
			want: kms.APIError{StatusCode: 400, Code: kms.CodeLimitExceeded, RequestID: "r"},
			is:   []error{kms.ErrQuotaExceeded}, isNot: []error{kms.ErrInvalidRequest, kms.ErrThrottled}},
		"disabled": {answer: wiretest.Answer{Status: 409, Body: `{"Code":"Rejected.Disabled","RequestId":"r"}`},
			want: kms.APIError{StatusCode: 409, Code: "Rejected.Disabled", RequestID: "r"},
			is:   []error{kms.ErrConflict}},
		"internal": {answer: wiretest.Answer{Status: 500, Body: `{"Code":"InternalFailure","RequestId":"r"}`},
			want: kms.APIError{StatusCode: 500, Code: kms.CodeInternalFailure, RequestID: "r"},
			is:   []error{kms.ErrUnavailable}},
		"unavailable": {answer: wiretest.Answer{Status: 503, Body: `{"Code":"ServiceUnavailableTemporary","RequestId":"r"}`},
			want: kms.APIError{StatusCode: 503, Code: kms.CodeServiceUnavailableTemporary, RequestID: "r"},
			is:   []error{kms.ErrUnavailable}},
		"lower-case keys": {answer: wiretest.Answer{Status: 400, Body: `{"code":"InvalidParameter","message":"lower case keys","requestId":"r"}`},
			want: kms.APIError{StatusCode: 400, Code: kms.CodeInvalidParameter, Message: "lower case keys", RequestID: "r"}},
		"XML": {answer: wiretest.Answer{Status: 404, Body: `<?xml version="1.0"?><KMS><HttpStatus>404</HttpStatus><Code>Forbidden.ResourceNotFound</Code><Message>m</Message><RequestId>r</RequestId></KMS>`},
			want: kms.APIError{StatusCode: 404, Code: kms.CodeResourceNotFound, Message: "m", RequestID: "r"},
			is:   []error{kms.ErrNotFound}},
		"502 HTML": {answer: wiretest.Answer{Status: 502, Header: header, Body: "<html><body>502 Bad Gateway</body></html>"},
			want: kms.APIError{StatusCode: 502, RequestID: "header-id",
				Message: "not a response of the service: <html><body>502 Bad Gateway</body></html>"},
			is: []error{kms.ErrUnavailable}},
		"504 without a body": {answer: wiretest.Answer{Status: 504, Header: header},
			want: kms.APIError{StatusCode: 504, RequestID: "header-id", Message: "the response has no body"},
			is:   []error{kms.ErrUnavailable}},
		"nonce used": {answer: wiretest.Answer{Status: 400, Body: `{"Code":"SignatureNonceUsed","RequestId":"r"}`},
			want: kms.APIError{StatusCode: 400, Code: "SignatureNonceUsed", RequestID: "r"}},
		"numeric code": {answer: wiretest.Answer{Status: 400, Header: header, Body: `{"Code":4001,"Message":null,"RequestId":17}`},
			want: kms.APIError{StatusCode: 400, Code: "4001", RequestID: "17"}},
		"unknown key": {answer: wiretest.Answer{Status: 404, Body: `{"Code":"InvalidAccessKeyId.NotFound","RequestId":"r"}`},
			want: kms.APIError{StatusCode: 404, Code: kms.CodeAccessKeyNotFound, RequestID: "r"},
			is:   []error{kms.ErrAccessDenied}, isNot: []error{kms.ErrNotFound}},
		"unknown operation": {answer: wiretest.Answer{Status: 404, Body: `{"Code":"InvalidApi.NotFound","RequestId":"r"}`},
			want: kms.APIError{StatusCode: 404, Code: "InvalidApi.NotFound", RequestID: "r"},
			is:   []error{kms.ErrInvalidRequest}, isNot: []error{kms.ErrNotFound}},
		"a proxy's 404": {answer: wiretest.Answer{Status: 404, Body: "<html>no\n such  page</html>"},
			want:  kms.APIError{StatusCode: 404, Message: "not a response of the service: <html>no such page</html>"},
			isNot: []error{kms.ErrNotFound}},
		"redirect": {answer: wiretest.Answer{Status: 302, Header: map[string]string{"Location": "https://evil.example.com/"}},
			want: kms.APIError{StatusCode: 302, Message: "redirected, which is not followed"}},
		"truncated JSON": {answer: wiretest.Answer{Header: header, Body: `{"RequestId":"R","Name":"aap_te`},
			want: kms.APIError{StatusCode: 200, RequestID: "header-id"}},
		"empty success": {answer: wiretest.Answer{Header: header},
			want: kms.APIError{StatusCode: 200, RequestID: "header-id"}},
		"HTML success": {answer: wiretest.Answer{Header: header, Body: "<html>"},
			want: kms.APIError{StatusCode: 200, RequestID: "header-id"}},
		"success without a name": {answer: wiretest.Answer{Header: header, Body: `{"Policies":"[]"}`},
			want: kms.APIError{StatusCode: 200, RequestID: "header-id"}},
		"a list that is none": {answer: wiretest.Answer{Header: header, Body: `{"Name":"aap_test","Policies":"p1,p2"}`},
			want: kms.APIError{StatusCode: 200, RequestID: "header-id"}},
		"over 32 MiB": {answer: wiretest.Answer{Header: header, Body: `{"RequestId":"` + strings.Repeat("x", 32<<20) + `"}`},
			want: kms.APIError{StatusCode: 200, RequestID: "header-id"}},
		"deep nesting": {answer: wiretest.Answer{Header: header, Body: strings.Repeat("[", 100_000)},
			want: kms.APIError{StatusCode: 200, RequestID: "header-id"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := wiretest.Answering(c.answer)
			client := newClient(t, r, func(c *kms.Config) { c.MaxAttempts = 1 })
			_, err := client.DescribeApplicationAccessPoint(t.Context(), describeRequest)
			got, ok := errors.AsType[*kms.APIError](err)
			if !ok {
				t.Fatalf("got %T %v", err, err)
			}
			want := c.want
			want.Operation, want.Attempts, want.Err = "DescribeApplicationAccessPoint", 1, got.Err
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

// once are the operations beside Create… that are not repeated if they may have
// run. Their answers have no more than a request ID.
var once = map[string]bool{"ConnectKmsInstance": true, "ReleaseKmsInstance": true, "OpenKmsService": true}

// TestEmptyResponse checks that an answer that does not say what was created or
// found passes for none. For a creation that leaves open whether it ran.
func TestEmptyResponse(t *testing.T) {
	for operation, request := range requests {
		synctest.Test(t, func(t *testing.T) {
			r := wiretest.Answering(wiretest.Answer{Body: `{"RequestId":"R"}`})
			err := operations.Of(newClient(t, r, nil)).Call(t.Context(), request)
			creates := strings.HasPrefix(operation, "Create")
			says := once[operation] || operation == "GetDefaultKmsInstance" || // there may be none
				strings.HasPrefix(operation, "Update") || strings.HasPrefix(operation, "Delete")
			if (err == nil) != says || errors.Is(err, kms.ErrOutcomeUnknown) != creates {
				t.Errorf("%s: got %v", operation, err)
			}
		})
	}
}

// TestLenientAnswer reads values of other types than the documented ones.
func TestLenientAnswer(t *testing.T) {
	r := wiretest.Answering(wiretest.Answer{Body: `{"requestid":"R \n","PageNumber":"1","PageSize":20.0,"TotalCount":null,
		"ApplicationAccessPoints":"{\"ApplicationAccessPoint\":[{\"Name\":17,\"New\":{}}]}","New":[1]}`})
	out, err := newClient(t, r, nil).ListApplicationAccessPoints(t.Context(), kms.ListApplicationAccessPointsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	want := &kms.ListApplicationAccessPointsResponse{RequestID: "R", PageNumber: 1, PageSize: 20}
	want.ApplicationAccessPoints = []kms.ApplicationAccessPoint{{Name: "17"}}
	if d := cmp.Diff(want, out); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// TestRepeats checks which failures are sent again, by operation.
func TestRepeats(t *testing.T) {
	for name, c := range map[string]struct {
		fault   kmstest.Fault
		again   bool // a create is sent again
		unknown bool // the outcome of the create
	}{
		"throttled": {kmstest.Throttle, true, false},
		"lost":      {kmstest.ResponseLost, false, true},
		"reset":     {kmstest.Reset, false, true},
		"500":       {kmstest.ServerError, false, true},
	} {
		for operation, request := range requests {
			t.Run(name+" "+operation, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					srv := kmstest.NewServer()
					srv.AddUninitializedInstance(instanceID)
					srv.Inject(operation, c.fault)
					err := operations.Of(srv.Client()).Call(t.Context(), request)
					create := strings.HasPrefix(operation, "Create") || once[operation]
					unknown, ok := errors.AsType[*kms.OutcomeUnknownError](err)
					if want := create && c.unknown; ok != want || errors.Is(err, kms.ErrOutcomeUnknown) != want {
						t.Errorf("got %v", err)
					} else if ok && unknown.Operation != operation {
						t.Errorf("got %+v", unknown)
					}
					want := []string{operation, operation}
					if create && !c.again {
						want = want[:1]
					}
					if d := cmp.Diff(want, srv.Calls()); d != "" {
						t.Errorf("(-want +got):\n%s", d)
					}
				})
			})
		}
	}
}

// TestClientKeyStaysIn plants a password and a private key, has them sent and
// answered in every way, and looks for them in all that is printed.
func TestClientKeyStaysIn(t *testing.T) {
	const password, escaped, private = "p!anted-0ne&", "p%21anted-0ne%26", "cHJpdmF0ZQ+/=="
	in := kms.CreateClientKeyRequest{AapName: "aap_test", Password: password}
	for name, answer := range map[string]wiretest.Answer{
		"created":            {Body: `{"RequestId":"R","ClientKeyId":"k","PrivateKeyData":"` + private + `"}`},
		"cut":                {Body: `{"RequestId":"R","ClientKeyId":"k","PrivateKeyData":"` + private},
		"of another type":    {Body: `{"RequestId":"R","ClientKeyId":["k"],"NotAfter":"n","PrivateKeyData":{"` + private + `":` + private + `}}`},
		"without the ID":     {Body: `{"RequestId":"R","PrivateKeyData":"` + private + `"}`},
		"refused":            {Status: 400, Body: `{"RequestId":"R","Code":"InvalidParameter","Message":"Password \"p!anted-0ne\u0026\" is in ` + escaped + `"}`},
		"a page with it":     {Status: 502, Body: "<p>Password=" + escaped + " or " + password + "</p>"},
		"a page with all":    {Status: 502, Body: "<p>/?AapName=aap_test&Password=" + escaped + "</p>"},
		"no answer":          {Err: &url.Error{Op: "Post", URL: "https://x/?Password=" + escaped, Err: io.EOF}},
		"not what was asked": {Status: 302, Header: map[string]string{"Location": "https://x/?Password=" + escaped}},
	} {
		synctest.Test(t, func(t *testing.T) {
			var log bytes.Buffer
			c := newClient(t, wiretest.Answering(answer), func(c *kms.Config) {
				c.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
				c.OnAttempt = func(_ context.Context, a kms.Attempt) { fmt.Fprintf(&log, "%+v %v\n", a, a.Err) }
			})
			out, err := c.CreateClientKey(t.Context(), in)
			if (err == nil) != (name == "created") || err == nil && out.PrivateKeyData.Value() != private {
				t.Errorf("%s: %v", name, err)
			}
			slog.New(slog.NewJSONHandler(&log, nil)).Info("m", "in", in, "out", out, "password", in.Password, "err", err)
			encoded, _ := json.Marshal([]any{in, out})
			marked, _ := xml.Marshal(in)
			encoded = append(encoded, marked...)
			everything := fmt.Sprintf("%v %+v %#v %v %+v %#v %+v %#v %s %s %q %x %d %s", err, err, err, in, in, in, out, out, out, in.Password, in.Password, in.Password, in.Password, encoded) + log.String()
			if out != nil {
				everything += fmt.Sprintf("%+v %#v %s %x", *out, *out, out.PrivateKeyData, []kms.Secret{out.PrivateKeyData})
			}
			if refused, ok := errors.AsType[*kms.APIError](err); ok {
				everything += fmt.Sprintf("%+v %#v", *refused, *refused)
			}
			for _, planted := range []string{password, escaped, "anted-0ne", private, fmt.Sprintf("%x", password), "112 33 97"} {
				if strings.Contains(everything, planted) {
					t.Errorf("%s: %q is in:\n%s", name, planted, everything)
				}
			}
			if !strings.Contains(everything, "REDACTED") {
				t.Errorf("%s: nothing was redacted, so nothing was tried:\n%s", name, everything)
			}
		})
	}
	if text := fmt.Sprint(kms.CreateClientKeyRequest{}); strings.Contains(text, "REDACTED") {
		t.Errorf("a password that is not set prints as one that is: %s", text)
	}
}

// TestClientKeyOnce checks that a client key whose answer was lost is neither made
// again nor passed off as another's, and that it can be found and deleted.
func TestClientKeyOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := kmstest.NewServer()
		create(t, srv, "aap_test")
		client, ctx := srv.Client(), t.Context()
		srv.Inject("CreateClientKey", kmstest.ResponseLost)
		out, err := client.CreateClientKey(ctx, kms.CreateClientKeyRequest{AapName: "aap_test", Password: "passw0rd"})
		if out != nil || !errors.Is(err, kms.ErrOutcomeUnknown) {
			t.Fatalf("got %+v, %v", out, err)
		}
		left, err := client.ListClientKeys(ctx, kms.ListClientKeysRequest{AapName: "aap_test"})
		if err != nil || len(left.ClientKeys) != 1 {
			t.Fatalf("got %+v, %v", left, err)
		}
		if _, err := client.DeleteClientKey(ctx, kms.DeleteClientKeyRequest{ClientKeyID: left.ClientKeys[0].ClientKeyID}); err != nil {
			t.Error(err)
		}
	})
}
