package privatelink_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/privatelink"
	"github.com/accesspoint-go/accesspoint/privatelink/privatelinktest"
)

var (
	createRequest = privatelink.CreateVpcEndpointRequest{
		VpcID: privatelinktest.VpcID, ServiceID: privatelinktest.ServiceID, SecurityGroupIDs: []string{privatelinktest.SecurityGroupID},
	}
	getRequest = privatelink.GetVpcEndpointAttributeRequest{EndpointID: "ep-1"}
)

// ownDefects are configurations that only this service has, with the field that is
// wrong.
var ownDefects = map[string]struct {
	change func(*privatelink.Config)
	field  string
}{
	"unknown network": {func(c *privatelink.Config) { c.Network = "moon" }, "Network"},
}

// absentRequest is about something that does not exist.
var absentRequest = privatelink.DeleteVpcEndpointRequest{EndpointID: "ep-1"}

// ensure, ensureAbsent and createOne do so with what the tests of load are about.
func ensure(ctx context.Context, c *privatelink.Client, key string) (string, error) {
	ep, err := c.EnsureVpcEndpoint(ctx, key, createRequest)
	return ep.EndpointID, err
}

func ensureAbsent(ctx context.Context, c *privatelink.Client, key string) error {
	return c.EnsureVpcEndpointAbsent(ctx, privatelinktest.VpcID, key)
}

func createOne(ctx context.Context, c *privatelink.Client, _ string) error {
	_, err := c.CreateVpcEndpoint(ctx, createRequest)
	return err
}

// TestEndpoint checks where requests go.
func TestEndpoint(t *testing.T) {
	for want, change := range map[string]func(*privatelink.Config){
		"privatelink.cn-hangzhou.aliyuncs.com":         nil,
		"privatelink-vpc.cn-hangzhou.aliyuncs.com":     func(c *privatelink.Config) { c.Network = privatelink.NetworkVPC },
		"privatelink.example.com:8443":                 func(c *privatelink.Config) { c.Endpoint = "privatelink.example.com:8443" },
		"127.0.0.1:8080":                               func(c *privatelink.Config) { c.Endpoint = "http://127.0.0.1:8080/" },
		"[::1]:8080":                                   func(c *privatelink.Config) { c.Endpoint = "http://[::1]:8080" },
		"emulator:8080":                                func(c *privatelink.Config) { c.Endpoint, c.AllowHTTP = "http://emulator:8080", true },
		"localhost:8080":                               func(c *privatelink.Config) { c.Endpoint = "http://localhost:8080" },
		"privatelink.ap-southeast-1.aliyuncs.com":      func(c *privatelink.Config) { c.Region = "ap-southeast-1" },
		"privatelink.xx-nowhere-9.aliyuncs.com":        func(c *privatelink.Config) { c.Region = "xx-nowhere-9" },
		"privatelink-vpc.us-southeast-99.aliyuncs.com": func(c *privatelink.Config) { c.Region, c.Network = "us-southeast-99", privatelink.NetworkVPC },
	} {
		r := wiretest.Answering(wiretest.Answer{Body: created})
		if _, err := newClient(t, r, change).CreateVpcEndpoint(t.Context(), createRequest); err != nil {
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
	c := newClient(t, r, func(c *privatelink.Config) { c.Credentials = nil })
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "later-id")
	if _, err := c.CreateVpcEndpoint(t.Context(), createRequest); err != nil {
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
	_, err := c.CreateVpcEndpoint(t.Context(), privatelink.CreateVpcEndpointRequest{EndpointName: "7"})
	invalid, ok := errors.AsType[*privatelink.ValidationError](err)
	if !ok || len(invalid.Problems) != 4 || !errors.Is(err, privatelink.ErrInvalidRequest) {
		t.Errorf("got %v", err)
	}
	if n := len(r.Requests()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

// TestAnswers reads good, bad and foreign answers.
func TestAnswers(t *testing.T) {
	header := map[string]string{"X-Acs-Request-Id": "header-id"}
	vectors := wiretest.Vectors(t, "testdata/vectors")
	for name, c := range map[string]struct {
		answer wiretest.Answer
		want   privatelink.APIError // without Err
		is     []error
		isNot  []error
	}{
		"busy": {answer: vectors["094-pl-error-operation-denied"].Answer(),
			want: privatelink.APIError{StatusCode: 400, Code: privatelink.CodeEndpointOperationDenied, Message: "demo: endpoint busy", RequestID: "R3"},
			is:   []error{privatelink.CodeEndpointOperationDenied, privatelink.ErrConflict}, isNot: []error{privatelink.ErrInvalidRequest}},
		"concurrent": {answer: vectors["095-pl-error-concurrent"].Answer(),
			want: privatelink.APIError{StatusCode: 400, Code: privatelink.CodeConcurrentCallNotSupported, Message: "demo: one call at a time", RequestID: "R4"},
			is:   []error{privatelink.ErrConflict}},
		"not found at 400": {answer: wiretest.Answer{Status: 400, Body: `{"Code":"EndpointNotFound","RequestId":"r"}`},
			want: privatelink.APIError{StatusCode: 400, Code: privatelink.CodeEndpointNotFound, RequestID: "r"},
			is:   []error{privatelink.CodeEndpointNotFound, privatelink.ErrNotFound}, isNot: []error{privatelink.ErrInvalidRequest}},
		"403 with its reason": {answer: wiretest.Answer{Status: 403, Body: `{"Code":"Forbidden.RAM","RequestId":"r","Message":"no",
				"AccessDeniedDetail":{"AuthAction":"privatelink:GetVpcEndpointAttribute","NoPermissionType":"ImplicitDeny"}}`},
			want: privatelink.APIError{StatusCode: 403, Code: privatelink.CodeForbidden, RequestID: "r", Message: "no (privatelink:GetVpcEndpointAttribute: ImplicitDeny)"},
			is:   []error{privatelink.ErrAccessDenied}},
		"lower-case keys": {answer: wiretest.Answer{Status: 400, Body: `{"code":"InvalidParameter","message":"lower case keys","requestId":"r"}`},
			want: privatelink.APIError{StatusCode: 400, Code: "InvalidParameter", Message: "lower case keys", RequestID: "r"},
			is:   []error{privatelink.ErrInvalidRequest}},
		"XML": {answer: wiretest.Answer{Status: 400, Body: "<?xml version='1.0'?><Error><RequestId>r</RequestId><HostId>h</HostId><Code>EndpointNotFound</Code><Message>m</Message></Error>"},
			want: privatelink.APIError{StatusCode: 400, Code: privatelink.CodeEndpointNotFound, Message: "m", RequestID: "r"},
			is:   []error{privatelink.ErrNotFound}},
		"502 HTML": {answer: wiretest.Answer{Status: 502, Header: header, Body: "<html><body>502 Bad Gateway</body></html>"},
			want: privatelink.APIError{StatusCode: 502, RequestID: "header-id",
				Message: "not a response of the service: <html><body>502 Bad Gateway</body></html>"},
			is: []error{privatelink.ErrUnavailable}},
		"504 without a body": {answer: wiretest.Answer{Status: 504, Header: header},
			want: privatelink.APIError{StatusCode: 504, RequestID: "header-id", Message: "the response has no body"},
			is:   []error{privatelink.ErrUnavailable}},
		"nonce used": {answer: wiretest.Answer{Status: 400, Body: `{"Code":"SignatureNonceUsed","RequestId":"r"}`},
			want: privatelink.APIError{StatusCode: 400, Code: "SignatureNonceUsed", RequestID: "r"}},
		"numeric code": {answer: wiretest.Answer{Status: 400, Header: header, Body: `{"Code":4001,"Message":null,"RequestId":17}`},
			want: privatelink.APIError{StatusCode: 400, Code: "4001", RequestID: "17"}},
		"unknown key": {answer: wiretest.Answer{Status: 404, Body: `{"Code":"InvalidAccessKeyId.NotFound","RequestId":"r"}`},
			want: privatelink.APIError{StatusCode: 404, Code: privatelink.CodeAccessKeyNotFound, RequestID: "r"},
			is:   []error{privatelink.ErrAccessDenied}, isNot: []error{privatelink.ErrNotFound}},
		"unknown operation": {answer: wiretest.Answer{Status: 404, Body: `{"Code":"InvalidApi.NotFound","RequestId":"r"}`},
			want: privatelink.APIError{StatusCode: 404, Code: "InvalidApi.NotFound", RequestID: "r"},
			is:   []error{privatelink.ErrInvalidRequest}, isNot: []error{privatelink.ErrNotFound}},
		"a proxy's 404": {answer: wiretest.Answer{Status: 404, Body: "<html>no\n such  page</html>"},
			want:  privatelink.APIError{StatusCode: 404, Message: "not a response of the service: <html>no such page</html>"},
			isNot: []error{privatelink.ErrNotFound}},
		"redirect": {answer: wiretest.Answer{Status: 302, Header: map[string]string{"Location": "https://evil.example.com/"}},
			want: privatelink.APIError{StatusCode: 302, Message: "redirected, which is not followed"}},
		"truncated JSON": {answer: wiretest.Answer{Header: header, Body: `{"RequestId":"R","EndpointId":"ep-1","EndpointSta`},
			want: privatelink.APIError{StatusCode: 200, RequestID: "header-id"}},
		"empty success": {answer: wiretest.Answer{Header: header},
			want: privatelink.APIError{StatusCode: 200, RequestID: "header-id"}},
		"HTML success": {answer: wiretest.Answer{Header: header, Body: "<html>"},
			want: privatelink.APIError{StatusCode: 200, RequestID: "header-id"}},
		"success without an ID": {answer: wiretest.Answer{Header: header, Body: `{"EndpointStatus":"Active"}`},
			want: privatelink.APIError{StatusCode: 200, RequestID: "header-id"}},
		"over 32 MiB": {answer: wiretest.Answer{Header: header, Body: `{"RequestId":"` + strings.Repeat("x", 32<<20) + `"}`},
			want: privatelink.APIError{StatusCode: 200, RequestID: "header-id"}},
		"deep nesting": {answer: wiretest.Answer{Header: header, Body: strings.Repeat("[", 100_000)},
			want: privatelink.APIError{StatusCode: 200, RequestID: "header-id"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := wiretest.Answering(c.answer)
			client := newClient(t, r, func(c *privatelink.Config) { c.MaxAttempts = 1 })
			_, err := client.GetVpcEndpointAttribute(t.Context(), getRequest)
			got, ok := errors.AsType[*privatelink.APIError](err)
			if !ok {
				t.Fatalf("got %T %v", err, err)
			}
			want := c.want
			want.Operation, want.Attempts, want.Err = "GetVpcEndpointAttribute", 1, got.Err
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

// TestKinds checks which kind each code is of that the service answers with 400.
func TestKinds(t *testing.T) {
	kinds := map[error][]privatelink.Code{
		privatelink.ErrNotFound: {privatelink.CodeEndpointNotFound, privatelink.CodeEndpointZoneNotFound, privatelink.CodeServiceNotFound, privatelink.CodeServiceDeleted, privatelink.CodeServiceResourceNotFound,
			privatelink.CodeVpcNotFound, privatelink.CodeVSwitchNotFound, privatelink.CodeSecurityGroupNotFound, privatelink.CodeVpcTunnelNotFound},
		privatelink.ErrAlreadyExists: {privatelink.CodeEndpointExist, privatelink.CodeEndpointDuplicated, privatelink.CodeEndpointZoneDuplicated},
		privatelink.ErrQuotaExceeded: {privatelink.CodeQuotaMismatched, privatelink.CodeIPQuotaPerEndpoint, privatelink.CodeZonesPerEndpointQuota,
			privatelink.CodeEndpointsPerVpcQuota, privatelink.CodeIdleEndpointsQuota, privatelink.CodeVSwitchIPNotEnough, "ResourceNotEnough.Other", "QuotaExceeded.Other"},
		privatelink.ErrAccessDenied: {privatelink.CodeServiceNotAuthorized, privatelink.CodeServiceLinkedRoleError, privatelink.CodeEndpointProtected},
		privatelink.ErrConflict: {privatelink.CodeEndpointLocked, privatelink.CodeEndpointOperationDenied, privatelink.CodeEndpointConnectionOperationDenied,
			privatelink.CodeConcurrentCallNotSupported, privatelink.CodeServiceStatusIncorrect, "IncorrectStatus.Other", privatelink.CodeVSwitchStatusNotAllowed,
			privatelink.CodePrivateDomainStatusNotSupported, privatelink.CodePrivateDNSNameDependency, privatelink.CodeENIIPUnavailable, privatelink.CodeIdempotentProcessing},
		privatelink.ErrUnavailable: {privatelink.CodeGenerateResourceIDFailed},
		privatelink.ErrThrottled:   {privatelink.CodeThrottling, privatelink.CodeThrottlingUser},
		privatelink.ErrInvalidRequest: {privatelink.CodeServiceNotSupportedZone, privatelink.CodeEndpointMustContainSecurityGroup, privatelink.CodeSecurityGroupTypeNotSupported,
			privatelink.CodeSecurityGroupTypeOnlySingleType, privatelink.CodeEndpointTypeMismatch, privatelink.CodeEndpointPolicyNotSupported,
			privatelink.CodePrivateDomainNotSupported, privatelink.CodeGatewayLoadBalancerNoSecurityGroup, privatelink.CodeGatewayLoadBalancerZoneCountDenied,
			privatelink.CodeEndpointTypeNotSupportedDualStack, privatelink.CodeServiceNotSupportedDualStack, privatelink.CodeVSwitchNotSupportedDualStack,
			privatelink.CodeAddressIPVersionNotSupportedSpecifyIpv6, privatelink.CodeInvalidIP, privatelink.CodeInvalidIpv6Address,
			privatelink.CodeInvalidAddressIPVersion, privatelink.CodeIdempotentFailed, privatelink.CodeIdempotentParameterMismatch},
		nil: {privatelink.CodeDryRunOperation},
	}
	for want, codes := range kinds {
		for _, code := range codes {
			err := &privatelink.APIError{StatusCode: 400, Code: code, RequestID: "r"}
			for kind := range kinds {
				if is := kind != nil && errors.Is(err, kind); is != (kind != nil && kind == want) {
					t.Errorf("%s is %v: %v", code, kind, is)
				}
			}
		}
	}
}

// TestLenientAnswer reads values of other types than the documented ones.
func TestLenientAnswer(t *testing.T) {
	r := wiretest.Answering(wiretest.Answer{Body: `{"requestid":"R \n","EndpointId":17,"Bandwidth":"1024","CrossRegionBandwidth":"","ResourceOwner":"true",
		"ZonePrivateIpAddressCount":1.0,"EndpointStatus":"ACTIVE","Payer":null,"Tags":"","New":{"x":[1]}}`})
	out, err := newClient(t, r, nil).GetVpcEndpointAttribute(t.Context(), getRequest)
	if err != nil {
		t.Fatal(err)
	}
	want := &privatelink.GetVpcEndpointAttributeResponse{RequestID: "R", VpcEndpoint: privatelink.VpcEndpoint{
		EndpointID: "17", Bandwidth: 1024, ResourceOwner: true, ZonePrivateIPAddressCount: 1, EndpointStatus: privatelink.EndpointStatusActive,
	}}
	if d := cmp.Diff(want, out); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	r = wiretest.Answering(wiretest.Answer{Body: `{"RequestId":"R","TotalCount":"2","MaxResults":"50","Endpoints":[{"EndpointId":"ep-1","Tags":[{"Key":"k","Value":1}]}]}`})
	list, err := newClient(t, r, nil).ListVpcEndpoints(t.Context(), privatelink.ListVpcEndpointsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	wantList := &privatelink.ListVpcEndpointsResponse{RequestID: "R", TotalCount: 2, MaxResults: 50,
		Endpoints: []privatelink.VpcEndpoint{{EndpointID: "ep-1", Tags: []privatelink.Tag{{Key: "k", Value: "1"}}}}}
	if d := cmp.Diff(wantList, list); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// TestRepeats checks that every operation is sent again, and that what it does is
// done once.
func TestRepeats(t *testing.T) {
	for name, fault := range map[string]privatelinktest.Fault{
		"throttled": privatelinktest.Throttle, "lost": privatelinktest.ResponseLost, "reset": privatelinktest.Reset, "500": privatelinktest.ServerError,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := privatelinktest.NewServer()
				client, ctx := srv.Client(), t.Context()
				var want []string
				for _, operation := range []string{"CreateVpcEndpoint", "GetVpcEndpointAttribute", "ListVpcEndpoints", "DeleteVpcEndpoint"} {
					srv.Inject(operation, fault, fault)
					want = append(want, operation, operation, operation)
				}
				out, err := client.CreateVpcEndpoint(ctx, createRequest)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := client.GetVpcEndpointAttribute(ctx, privatelink.GetVpcEndpointAttributeRequest{EndpointID: out.EndpointID}); err != nil {
					t.Error(err)
				}
				if list, err := client.ListVpcEndpoints(ctx, privatelink.ListVpcEndpointsRequest{}); err != nil || len(list.Endpoints) != 1 {
					t.Errorf("%+v, %v", list, err)
				}
				if _, err := client.DeleteVpcEndpoint(ctx, privatelink.DeleteVpcEndpointRequest{EndpointID: out.EndpointID}); err != nil {
					t.Error(err)
				}
				if d := cmp.Diff(want, srv.Calls()); d != "" {
					t.Errorf("calls (-want +got):\n%s", d)
				}
			})
		})
	}
}

// TestConflictIsFinal checks that a busy endpoint is left to the caller.
func TestConflictIsFinal(t *testing.T) {
	r := wiretest.Answering(refusal(400, privatelink.CodeConcurrentCallNotSupported))
	_, err := newClient(t, r, nil).DeleteVpcEndpoint(t.Context(), privatelink.DeleteVpcEndpointRequest{EndpointID: "ep-1"})
	if n := len(r.Requests()); n != 1 || !errors.Is(err, privatelink.ErrConflict) {
		t.Errorf("%d requests, %v", n, err)
	}
}

// TestToken checks that a call has one idempotency token, which its errors hold.
func TestToken(t *testing.T) {
	operations := map[string]func(ctx context.Context, c *privatelink.Client, token string, dryRun bool) error{
		"CreateVpcEndpoint": func(ctx context.Context, c *privatelink.Client, token string, dryRun bool) error {
			in := createRequest
			in.ClientToken, in.DryRun = token, dryRun
			_, err := c.CreateVpcEndpoint(ctx, in)
			return err
		},
		"DeleteVpcEndpoint": func(ctx context.Context, c *privatelink.Client, token string, dryRun bool) error {
			_, err := c.DeleteVpcEndpoint(ctx, privatelink.DeleteVpcEndpointRequest{EndpointID: "ep-1", ClientToken: token, DryRun: dryRun})
			return err
		},
	}
	check := func(t *testing.T, operation, given string, dryRun bool) {
		// The first attempt is lost, the second throttled, the third refused.
		r := wiretest.Answering(wiretest.Answer{Status: 500}, refusal(400, "Throttling"), refusal(400, "Other"))
		err := operations[operation](t.Context(), newClient(t, r, nil), given, dryRun)
		var tokens []string
		for _, request := range r.Requests() {
			q, _ := url.ParseQuery(request.Query)
			tokens = append(tokens, q.Get("ClientToken"))
			if (q.Get("DryRun") == "true") != dryRun {
				t.Errorf("sent %s", request.Query)
			}
		}
		token := tokens[0]
		if d := cmp.Diff([]string{token, token, token}, tokens); d != "" {
			t.Errorf("tokens (-want +got):\n%s", d)
		}
		if token == "" || len(token) > 64 || given != "" && token != given {
			t.Errorf("the token is %q", token)
		}
		if failed, ok := errors.AsType[*privatelink.APIError](err); !ok || failed.ClientToken != token || failed.Attempts != 3 {
			t.Errorf("got %+v", err)
		}
		// The lost attempt may have made an endpoint. A deletion that was refused
		// last did not delete, and a dry run does nothing.
		lost := operation == "CreateVpcEndpoint" && !dryRun
		if unknown, ok := errors.AsType[*privatelink.OutcomeUnknownError](err); ok != lost || ok && unknown.ClientToken != token {
			t.Errorf("got %+v, want lost %v", err, lost)
		}
	}
	for operation := range operations {
		for _, given := range []string{"", "mine"} {
			for _, dryRun := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s token=%q dry=%v", operation, given, dryRun), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) { check(t, operation, given, dryRun) })
				})
			}
		}
	}
}

// TestCreatedWithoutID checks that a success that names nothing is no success, but
// one that can be asked for again.
func TestCreatedWithoutID(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := wiretest.Answering(wiretest.Answer{Body: `{"RequestId":"R","EndpointStatus":"Creating"}`})
		_, err := newClient(t, r, nil).CreateVpcEndpoint(t.Context(), createRequest)
		if unknown, ok := errors.AsType[*privatelink.OutcomeUnknownError](err); !ok || unknown.ClientToken == "" || len(r.Requests()) != 4 {
			t.Errorf("got %+v after %d requests", err, len(r.Requests()))
		}
	})
}

// TestTokensDiffer checks that two calls with one request are two calls.
func TestTokensDiffer(t *testing.T) {
	srv := privatelinktest.NewServer()
	if first, second := create(t, srv), create(t, srv); first == second {
		t.Errorf("both made %s", first)
	}
	if createRequest.ClientToken != "" || createRequest.RegionID != "" {
		t.Errorf("the caller's request became %+v", createRequest)
	}
}

// TestRegion checks whose region a request names.
func TestRegion(t *testing.T) {
	for named, want := range map[string]string{"": "cn-hangzhou", "cn-beijing": "cn-beijing"} {
		r := wiretest.Answering(wiretest.Answer{Body: strings.TrimSuffix(created, "}") + `,"Endpoints":[]}`})
		c := newClient(t, r, nil)
		in := createRequest
		in.RegionID = named
		_, createErr := c.CreateVpcEndpoint(t.Context(), in)
		_, getErr := c.GetVpcEndpointAttribute(t.Context(), privatelink.GetVpcEndpointAttributeRequest{RegionID: named, EndpointID: "ep-1"})
		_, listErr := c.ListVpcEndpoints(t.Context(), privatelink.ListVpcEndpointsRequest{RegionID: named})
		_, deleteErr := c.DeleteVpcEndpoint(t.Context(), privatelink.DeleteVpcEndpointRequest{RegionID: named, EndpointID: "ep-1"})
		if err := errors.Join(createErr, getErr, listErr, deleteErr); err != nil {
			t.Fatal(err)
		}
		for _, request := range r.Requests() {
			if q, _ := url.ParseQuery(request.Query); q.Get("RegionId") != want {
				t.Errorf("sent %s", request.Query)
			}
		}
	}
}
