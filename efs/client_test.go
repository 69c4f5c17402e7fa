package efs_test

import (
	"context"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/efs/efstest"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
)

var (
	createRequest   = efs.CreateAccessPointRequest{FileSystemID: efstest.FileSystemID}
	describeRequest = efs.DescribeAccessPointsRequest{AccessPointID: "fsap-01234567"}
	deleteRequest   = efs.DeleteAccessPointRequest{AccessPointID: "fsap-01234567"}
)

// ownDefects are configurations that only this service has, with the field that is
// wrong.
var ownDefects = map[string]struct {
	change func(*efs.Config)
	field  string
}{
	"FIPS of an own": {func(c *efs.Config) { c.Endpoint, c.FIPS = "efs.example.com", true }, "FIPS"},
	"IPv6 of an own": {func(c *efs.Config) { c.Endpoint, c.DualStack = "efs.example.com", true }, "DualStack"},
}

// absentRequest is about something that does not exist.
var absentRequest = efs.DeleteAccessPointRequest{AccessPointID: "fsap-01234567"}

// ensure, ensureAbsent and createOne do so with what the tests of load are about.
func ensure(ctx context.Context, c *efs.Client, key string) (string, error) {
	ap, err := c.EnsureAccessPoint(ctx, key, createRequest)
	return ap.AccessPointID, err
}

func ensureAbsent(ctx context.Context, c *efs.Client, key string) error {
	return c.EnsureAccessPointAbsent(ctx, efstest.FileSystemID, key)
}

func createOne(ctx context.Context, c *efs.Client, _ string) error {
	_, err := c.CreateAccessPoint(ctx, createRequest)
	return err
}

// TestEndpoint checks where requests go, and for regions that it is where the
// official SDK's rules send them.
func TestEndpoint(t *testing.T) {
	for want, change := range map[string]func(*efs.Config){
		"elasticfilesystem.us-east-1.amazonaws.com": nil,
		"efs.example.com:8443":                      func(c *efs.Config) { c.Endpoint = "efs.example.com:8443" },
		"127.0.0.1:8080":                            func(c *efs.Config) { c.Endpoint = "http://127.0.0.1:8080/" },
		"[::1]:8080":                                func(c *efs.Config) { c.Endpoint = "http://[::1]:8080" },
		"emulator:8080":                             func(c *efs.Config) { c.Endpoint, c.AllowHTTP = "http://emulator:8080", true },
		"localhost:8080":                            func(c *efs.Config) { c.Endpoint = "http://localhost:8080" },
	} {
		r := wiretest.Answering(wiretest.Answer{Body: created})
		if _, err := newClient(t, r, change).CreateAccessPoint(t.Context(), createRequest); err != nil {
			t.Errorf("%s: %v", want, err)
		} else if got := r.Last(t).Host; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}

	text, err := os.ReadFile("testdata/endpoints.json")
	if err != nil {
		t.Fatal(err)
	}
	var rows []struct {
		Region, Endpoint, URL, Error string
		UseFIPS, UseDualStack        bool
	}
	if err := json.Unmarshal(text, &rows); err != nil {
		t.Fatal(err)
	}
	sent := 0
	for _, row := range rows {
		r := wiretest.Answering(wiretest.Answer{Body: created})
		cfg := efstest.NewServer().Config()
		cfg.Region, cfg.Endpoint, cfg.FIPS, cfg.DualStack, cfg.HTTPClient = row.Region, row.Endpoint, row.UseFIPS, row.UseDualStack, r.Client()
		c, err := efs.New(cfg)
		// Unlike the rules, New takes neither a region in upper case nor an
		// endpoint with a path.
		if row.Error != "" || row.Region != strings.ToLower(row.Region) || strings.Count(row.Endpoint, "/") > 2 {
			if err == nil {
				t.Errorf("%+v: no error", row)
			}
			continue
		}
		if err != nil {
			t.Errorf("%+v: %v", row, err)
			continue
		}
		if _, err := c.CreateAccessPoint(t.Context(), createRequest); err != nil {
			t.Errorf("%+v: %v", row, err)
			continue
		}
		if got := "https://" + r.Last(t).Host; got != row.URL {
			t.Errorf("%+v: got %s", row, got)
		}
		sent++
	}
	if sent != 92 {
		t.Errorf("%d rows were sent", sent)
	}
}

// TestEnvironment checks that New reads the key when it is called.
func TestEnvironment(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "env-id")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "env-secret")
	t.Setenv("AWS_SESSION_TOKEN", "env-token")
	r := wiretest.Answering(wiretest.Answer{Body: created})
	c := newClient(t, r, func(c *efs.Config) { c.Credentials = nil })
	t.Setenv("AWS_ACCESS_KEY_ID", "later-id")
	if _, err := c.CreateAccessPoint(t.Context(), createRequest); err != nil {
		t.Fatal(err)
	}
	h := r.Last(t).Header
	if !strings.Contains(h.Get("Authorization"), "Credential=env-id/") || h.Get("X-Amz-Security-Token") != "env-token" {
		t.Errorf("sent %v", h)
	}
}

// TestInvalidIsNotSent checks that a request that breaks a constraint stays here.
func TestInvalidIsNotSent(t *testing.T) {
	r := wiretest.Answering(wiretest.Answer{Body: created})
	c := newClient(t, r, nil)
	_, err := c.CreateAccessPoint(t.Context(), efs.CreateAccessPointRequest{
		ClientToken: "é", Tags: []efs.Tag{{}, {}}, RootDirectory: &efs.RootDirectory{Path: "a", CreationInfo: &efs.CreationInfo{}},
	})
	invalid, ok := errors.AsType[*efs.ValidationError](err)
	if !ok || len(invalid.Problems) != 9 || !errors.Is(err, efs.ErrInvalidRequest) {
		t.Errorf("got %v", err)
	}
	if n := len(r.Requests()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

// TestStrayIdentifierIsNotSent checks that an identifier that makes the path that
// of something else stays here, whatever the settings.
func TestStrayIdentifierIsNotSent(t *testing.T) {
	r := wiretest.Answering(wiretest.Answer{Status: 204})
	c := newClient(t, r, func(c *efs.Config) { c.SkipValidation = true })
	for _, id := range []string{"", ".", ".."} {
		_, err := c.DeleteAccessPoint(t.Context(), efs.DeleteAccessPointRequest{AccessPointID: id})
		if !errors.Is(err, efs.ErrInvalidRequest) {
			t.Errorf("%q: got %v", id, err)
		}
	}
	if n := len(r.Requests()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
	if _, err := c.DeleteAccessPoint(t.Context(), efs.DeleteAccessPointRequest{AccessPointID: "x/../../file-systems/fs-1?y#z"}); err != nil {
		t.Error(err)
	}
	if got, want := r.Last(t).Path, "/2015-02-01/access-points/x%2F..%2F..%2Ffile-systems%2Ffs-1%3Fy%23z"; got != want {
		t.Errorf("sent %s", got)
	}
}

// TestAnswers reads good, bad and foreign answers.
func TestAnswers(t *testing.T) {
	const id = "3a4f7d4e-4132-4a77-b41c-993152b3c0f5"
	header := map[string]string{"X-Amzn-Requestid": "header-id"}
	coded := func(code string) map[string]string {
		return map[string]string{"X-Amzn-Errortype": code, "X-Amzn-Requestid": id}
	}
	vectors := wiretest.Vectors(t, "testdata/vectors")
	for name, c := range map[string]struct {
		answer wiretest.Answer
		want   efs.APIError // without Err
		is     []error
		isNot  []error
	}{
		"400": {answer: vectors["026_cap_err_badrequest"].Answer(),
			want: efs.APIError{StatusCode: 400, Code: efs.CodeBadRequest, Message: "bad", RequestID: id},
			is:   []error{efs.CodeBadRequest, efs.ErrInvalidRequest}},
		"404": {answer: vectors["062_dap_notfound"].Answer(),
			want: efs.APIError{StatusCode: 404, Code: efs.CodeAccessPointNotFound, Message: "Access point fsap-0123456789abcdef0 does not exist.", RequestID: id},
			is:   []error{efs.CodeAccessPointNotFound, efs.ErrNotFound}},
		"409 with an ID": {answer: vectors["022_cap_err_exists"].Answer(),
			want: efs.APIError{StatusCode: 409, Code: efs.CodeAccessPointAlreadyExists, RequestID: id, ResourceID: "fsap-0123456789abcdef0",
				Message: "Access point already exists with creation token my-token-1"},
			is: []error{efs.ErrAlreadyExists}, isNot: []error{efs.ErrConflict}},
		"409 without a message": {answer: vectors["023_cap_err_exists_nomsg"].Answer(),
			want: efs.APIError{StatusCode: 409, Code: efs.CodeAccessPointAlreadyExists, RequestID: id, ResourceID: "fsap-0123456789abcdef0"}},
		"code with a URI": {answer: vectors["038_cap_err_hdr_uri"].Answer(),
			want: efs.APIError{StatusCode: 409, Code: efs.CodeAccessPointAlreadyExists, Message: "m", RequestID: id, ResourceID: "fsap-0123456789abcdef0"}},
		"code in the body": {answer: vectors["040_cap_err_code_body"].Answer(),
			want: efs.APIError{StatusCode: 404, Code: efs.CodeFileSystemNotFound, Message: "m", RequestID: id}, is: []error{efs.ErrNotFound}},
		"ErrorCode in the body": {answer: vectors["041_cap_err_errorcode_only"].Answer(),
			want: efs.APIError{StatusCode: 409, Code: efs.CodeAccessPointAlreadyExists, Message: "m", RequestID: id, ResourceID: "fsap-0123456789abcdef0"}},
		"__type in the body": {answer: wiretest.Answer{Status: 400, Body: `{"__type":"com.amazonaws.elasticfilesystem#ValidationException","message":"m"}`},
			want: efs.APIError{StatusCode: 400, Code: efs.CodeValidationException, Message: "m"}, is: []error{efs.ErrInvalidRequest}},
		"namespace and URI in the header": {answer: wiretest.Answer{Status: 404, Header: coded(" com.amazonaws.efs#AccessPointNotFound:http://internal.amazon.com/#x ")},
			want: efs.APIError{StatusCode: 404, Code: efs.CodeAccessPointNotFound, RequestID: id}},
		"code in another case": {answer: wiretest.Answer{Status: 404, Header: coded("ACCESSPOINTNOTFOUND")},
			want: efs.APIError{StatusCode: 404, Code: efs.CodeAccessPointNotFound, RequestID: id}, is: []error{efs.CodeAccessPointNotFound, efs.ErrNotFound}},
		"code that nobody knows": {answer: wiretest.Answer{Status: 409, Header: coded("SomethingNew")},
			want: efs.APIError{StatusCode: 409, Code: "SomethingNew", RequestID: id}, is: []error{efs.ErrConflict}},
		"quota": {answer: vectors["025_cap_err_limit"].Answer(),
			want: efs.APIError{StatusCode: 403, Code: efs.CodeAccessPointLimitExceeded, RequestID: id,
				Message: "You have reached the maximum number of access points (1000) for your file system fs-0123456789abcdef8. Delete an access point and add a new one."},
			is: []error{efs.ErrQuotaExceeded}, isNot: []error{efs.ErrAccessDenied, efs.ErrThrottled}},
		"quota that looks like throttling": {answer: wiretest.Answer{Status: 429, Header: coded("TooManyRequests")},
			want: efs.APIError{StatusCode: 429, Code: efs.CodeTooManyRequests, RequestID: id},
			is:   []error{efs.ErrQuotaExceeded}, isNot: []error{efs.ErrThrottled}},
		"busy": {answer: vectors["028_cap_err_state"].Answer(),
			want: efs.APIError{StatusCode: 409, Code: efs.CodeIncorrectFileSystemLifeCycleState, Message: "None", RequestID: id},
			is:   []error{efs.ErrConflict}, isNot: []error{efs.ErrAlreadyExists}},
		"wrong signature": {answer: vectors["046_cap_err_signature"].Answer(),
			want: efs.APIError{StatusCode: 403, Code: efs.CodeInvalidSignatureException, RequestID: id,
				Message: "The request signature we calculated does not match the signature you provided."},
			is: []error{efs.ErrAccessDenied}},
		"expired token": {answer: vectors["047_cap_err_expired_token"].Answer(),
			want: efs.APIError{StatusCode: 403, Code: efs.CodeExpiredTokenException, Message: "The security token included in the request is expired", RequestID: id},
			is:   []error{efs.ErrAccessDenied}},
		"denied with another status": {answer: wiretest.Answer{Status: 400, Header: coded("AccessDeniedException"), Body: `{"Message":"not authorized"}`},
			want: efs.APIError{StatusCode: 400, Code: efs.CodeAccessDeniedException, Message: "not authorized", RequestID: id},
			is:   []error{efs.ErrAccessDenied}, isNot: []error{efs.ErrInvalidRequest}},
		"other request ID headers": {answer: wiretest.Answer{Status: 400, Header: map[string]string{"X-Amz-Request-Id": "other"}, Body: `{"code":"BadRequest"}`},
			want: efs.APIError{StatusCode: 400, Code: efs.CodeBadRequest, RequestID: "other"}},
		"400 HTML": {answer: vectors["044_cap_err_html_400"].Answer(),
			want: efs.APIError{StatusCode: 400, RequestID: id, Message: "not a response of the service: <html>bad</html>"}},
		"404 without a body": {answer: vectors["043_cap_err_empty_body"].Answer(),
			want: efs.APIError{StatusCode: 404, Code: efs.CodeFileSystemNotFound, RequestID: id}, is: []error{efs.ErrNotFound}},
		"503 HTML": {answer: vectors["035_cap_err_503_html_x3"].Answer(),
			want: efs.APIError{StatusCode: 503, Message: "not a response of the service: <html><body>503</body></html>"},
			is:   []error{efs.ErrUnavailable}},
		"504 without a body": {answer: wiretest.Answer{Status: 504, Header: header},
			want: efs.APIError{StatusCode: 504, RequestID: "header-id", Message: "the response has no body"},
			is:   []error{efs.ErrUnavailable}},
		"numeric code": {answer: wiretest.Answer{Status: 400, Header: header, Body: `{"code":4001,"message":null}`},
			want: efs.APIError{StatusCode: 400, Code: "4001", RequestID: "header-id"}},
		"unknown operation": {answer: wiretest.Answer{Status: 404, Header: coded("UnknownOperationException"), Body: `{}`},
			want: efs.APIError{StatusCode: 404, Code: efs.CodeUnknownOperationException, RequestID: id},
			is:   []error{efs.ErrInvalidRequest}, isNot: []error{efs.ErrNotFound}},
		"a proxy's 404": {answer: wiretest.Answer{Status: 404, Body: "<html>no\n such  page</html>"},
			want:  efs.APIError{StatusCode: 404, Message: "not a response of the service: <html>no such page</html>"},
			isNot: []error{efs.ErrNotFound}},
		"a front end's 404": {answer: wiretest.Answer{Status: 404, Header: header, Body: `{"message":"no such path"}`},
			want:  efs.APIError{StatusCode: 404, RequestID: "header-id", Message: "no such path"},
			isNot: []error{efs.ErrNotFound}},
		"redirect": {answer: vectors["049_cap_err_302"].Answer(),
			want: efs.APIError{StatusCode: 302, RequestID: id, Message: "redirected, which is not followed"}},
		"truncated JSON": {answer: wiretest.Answer{Header: header, Body: `{"AccessPoints":[{"AccessPo`},
			want: efs.APIError{StatusCode: 200, RequestID: "header-id"}},
		"empty success": {answer: wiretest.Answer{Header: header},
			want: efs.APIError{StatusCode: 200, RequestID: "header-id"}},
		"HTML success": {answer: wiretest.Answer{Header: header, Body: "<html>"},
			want: efs.APIError{StatusCode: 200, RequestID: "header-id"}},
		"fraction of a user": {answer: wiretest.Answer{Header: header, Body: `{"AccessPoints":[{"PosixUser":{"Uid":1001.5,"Gid":0}}]}`},
			want: efs.APIError{StatusCode: 200, RequestID: "header-id"}},
		"over 32 MiB": {answer: wiretest.Answer{Header: header, Body: `{"NextToken":"` + strings.Repeat("x", 32<<20) + `"}`},
			want: efs.APIError{StatusCode: 200, RequestID: "header-id"}},
		"deep nesting": {answer: wiretest.Answer{Header: header, Body: strings.Repeat("[", 100_000)},
			want: efs.APIError{StatusCode: 200, RequestID: "header-id"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := wiretest.Answering(c.answer)
			client := newClient(t, r, func(c *efs.Config) { c.MaxAttempts = 1 })
			_, err := client.DescribeAccessPoints(t.Context(), describeRequest)
			got, ok := errors.AsType[*efs.APIError](err)
			if !ok {
				t.Fatalf("got %T %v", err, err)
			}
			want := c.want
			want.Operation, want.Attempts, want.Err = "DescribeAccessPoints", 1, got.Err
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

// useless are the recordings of a create whose response names nothing.
var useless = []string{"016_cap_out_empty_body", "017_cap_out_not_json", "019_cap_out_float_id", "020_cap_out_exp_id"}

// TestUselessCreation checks that a create whose answer does not name the access
// point is not taken for a success, and that what happened stays open.
func TestUselessCreation(t *testing.T) {
	for name, v := range wiretest.Vectors(t, "testdata/vectors") {
		if !slices.Contains(useless, name) {
			continue
		}
		r := wiretest.Answering(v.Answer())
		_, err := newClient(t, r, func(c *efs.Config) { c.MaxAttempts = 1 }).CreateAccessPoint(t.Context(), efs.CreateAccessPointRequest{ClientToken: "t", FileSystemID: efstest.FileSystemID})
		unknown, ok := errors.AsType[*efs.OutcomeUnknownError](err)
		if !ok || unknown.ClientToken != "t" || !errors.Is(err, efs.ErrOutcomeUnknown) {
			t.Errorf("%s: %v", name, err)
		}
		if refused, ok := errors.AsType[*efs.APIError](err); !ok || refused.ClientToken != "t" || refused.StatusCode != 200 || refused.RequestID == "" {
			t.Errorf("%s: %+v", name, refused)
		}
		if n := len(r.Requests()); n != 1 {
			t.Errorf("%s: %d requests", name, n)
		}
	}
}

// TestLenientAnswer reads values of other types than the documented ones.
func TestLenientAnswer(t *testing.T) {
	r := wiretest.Answering(wiretest.Answer{Header: map[string]string{"X-Amzn-Requestid": "R"}, Body: `{"NextToken":null,"accesspoints":[{"AccessPointId":17,"LifeCycleState":"AVAILABLE",
		"PosixUser":{"Uid":"1001","Gid":1.0E3,"SecondaryGids":["0",-2]},"RootDirectory":null,"Tags":"","New":{"x":[1]}},{"AccessPointId":"b","PosixUser":null}]}`})
	out, err := newClient(t, r, nil).DescribeAccessPoints(t.Context(), describeRequest)
	if err != nil {
		t.Fatal(err)
	}
	want := &efs.DescribeAccessPointsResponse{RequestID: "R", AccessPoints: []efs.AccessPoint{{
		AccessPointID: "17", LifeCycleState: efs.StateAvailable,
		PosixUser: &efs.PosixUser{UID: new(uint32(1001)), GID: new(uint32(1000)), SecondaryGIDs: []uint32{0, 4294967294}},
	}, {AccessPointID: "b"}}}
	if d := cmp.Diff(want, out); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// TestDeleteNeedsNoBody checks that a deletion is known by its status.
func TestDeleteNeedsNoBody(t *testing.T) {
	for _, status := range []int{200, 204} {
		for _, body := range []string{"", "\r\n", "{}"} {
			r := wiretest.Answering(wiretest.Answer{Status: status, Header: map[string]string{"X-Amzn-Requestid": "R"}, Body: body})
			out, err := newClient(t, r, nil).DeleteAccessPoint(t.Context(), deleteRequest)
			if err != nil || out.RequestID != "R" {
				t.Errorf("%d, %q: %+v, %v", status, body, out, err)
			}
		}
	}
}

// TestDeleteMeetsAWebPage repeats a deletion whose answer is a proxy's.
func TestDeleteMeetsAWebPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := efstest.NewServer()
		c := srv.Client()
		out, err := c.CreateAccessPoint(t.Context(), createRequest)
		if err != nil {
			t.Fatal(err)
		}
		const remove = "DeleteAccessPoint"
		srv.Inject(remove, efstest.WebPage)
		deleted, err := c.DeleteAccessPoint(t.Context(), efs.DeleteAccessPointRequest{AccessPointID: out.AccessPointID})
		if err != nil || deleted.RequestID == "" {
			t.Errorf("%+v, %v", deleted, err)
		}
		if d := cmp.Diff([]string{"CreateAccessPoint", remove, remove}, srv.Calls()); d != "" {
			t.Errorf("calls (-want +got):\n%s", d)
		}
	})
}

// TestRepeats checks which failures are sent again, by operation.
func TestRepeats(t *testing.T) {
	const create, describe, remove = "CreateAccessPoint", "DescribeAccessPoints", "DeleteAccessPoint"
	for name, c := range map[string]struct {
		fault  efstest.Fault
		create []string // the operations that the server sees
	}{
		"throttled": {efstest.Throttle, []string{create, create}},
		"lost":      {efstest.ResponseLost, []string{create, create, describe}},
		"reset":     {efstest.Reset, []string{create, create}},
		"500":       {efstest.ServerError, []string{create, create}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := efstest.NewServer()
				srv.Inject(create, c.fault)
				out, err := srv.Client().CreateAccessPoint(t.Context(), createRequest)
				if err != nil || out.AccessPointID == "" || out.FileSystemID != efstest.FileSystemID || out.RequestID == "" {
					t.Errorf("create: %+v, %v", out, err)
				}
				if d := cmp.Diff(c.create, srv.Calls()); d != "" {
					t.Errorf("create (-want +got):\n%s", d)
				}

				srv = efstest.NewServer()
				srv.Inject(describe, c.fault)
				_, err = srv.Client().DescribeAccessPoints(t.Context(), describeRequest)
				if !errors.Is(err, efs.CodeAccessPointNotFound) || errors.Is(err, efs.ErrOutcomeUnknown) {
					t.Errorf("describe: %v", err)
				}
				if d := cmp.Diff([]string{describe, describe}, srv.Calls()); d != "" {
					t.Errorf("describe (-want +got):\n%s", d)
				}

				srv = efstest.NewServer()
				srv.Inject(remove, c.fault)
				_, err = srv.Client().DeleteAccessPoint(t.Context(), deleteRequest)
				if !errors.Is(err, efs.CodeAccessPointNotFound) || errors.Is(err, efs.ErrOutcomeUnknown) {
					t.Errorf("delete: %v", err)
				}
				if d := cmp.Diff([]string{remove, remove}, srv.Calls()); d != "" {
					t.Errorf("delete (-want +got):\n%s", d)
				}
			})
		})
	}
}

// TestOneTokenPerCall checks that all attempts of a call have the same token, two
// calls have different ones, and that errors hold it.
func TestOneTokenPerCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := wiretest.Answering(wiretest.Answer{Status: 500})
		c := newClient(t, r, nil)
		in := createRequest
		var tokens []string
		for range 2 {
			_, err := c.CreateAccessPoint(t.Context(), in)
			unknown, ok := errors.AsType[*efs.OutcomeUnknownError](err)
			refused, _ := errors.AsType[*efs.APIError](err)
			if !ok || unknown.ClientToken == "" || refused.ClientToken != unknown.ClientToken || refused.Attempts != 4 {
				t.Fatalf("got %+v", err)
			}
			tokens = append(tokens, unknown.ClientToken)
		}
		if in.ClientToken != "" {
			t.Errorf("the caller's request has the token %s", in.ClientToken)
		}
		if tokens[0] == tokens[1] || len(tokens[0]) > 64 {
			t.Errorf("tokens %q", tokens)
		}
		for i, sent := range r.Requests() {
			var body struct{ ClientToken string }
			if err := json.Unmarshal([]byte(sent.Body), &body); err != nil || body.ClientToken != tokens[i/4] {
				t.Errorf("request %d has the token %q of %q", i+1, body.ClientToken, tokens)
			}
		}
	})
}

// TestExistingAccessPoint checks what becomes of a refusal for a token that was
// used before, perhaps by an earlier attempt of the same call.
func TestExistingAccessPoint(t *testing.T) {
	const id = "fsap-0123456789abcdef0"
	full := efs.CreateAccessPointRequest{
		ClientToken: "t", FileSystemID: "fs-01234567",
		PosixUser:     &efs.PosixUser{UID: new(uint32(1)), GID: new(uint32(2)), SecondaryGIDs: []uint32{3, 4}},
		RootDirectory: &efs.RootDirectory{Path: "/a", CreationInfo: &efs.CreationInfo{OwnerUID: new(uint32(5)), OwnerGID: new(uint32(6)), Permissions: "755"}},
	}
	minimal := efs.CreateAccessPointRequest{ClientToken: "t", FileSystemID: "arn:aws:elasticfilesystem:us-east-1:111122223333:file-system/fs-01234567"}
	const (
		echo = `"AccessPointId":"` + id + `","FileSystemId":"fs-01234567","ClientToken":"t","LifeCycleState":"creating"`
		user = `,"PosixUser":{"Uid":1,"Gid":2,"SecondaryGids":[4,3]}`
		root = `,"RootDirectory":{"Path":"/a","CreationInfo":{"OwnerUid":5,"OwnerGid":6,"Permissions":"0755"}}`
	)
	exists := wiretest.Answer{Status: 409, Body: `{"ErrorCode":"AccessPointAlreadyExists","AccessPointId":"` + id + `"}`}
	found := func(members string) wiretest.Answer {
		return wiretest.Answer{Header: map[string]string{"X-Amzn-Requestid": "R"}, Body: `{"AccessPoints":[{` + members + `}]}`}
	}
	lost := wiretest.Answer{Err: errors.New("connection reset")}
	for name, c := range map[string]struct {
		in       efs.CreateAccessPointRequest
		answers  []wiretest.Answer
		requests int
		adopted  bool
		unknown  bool
	}{
		"the same":                        {full, []wiretest.Answer{lost, exists, found(echo + user + root)}, 3, true, false},
		"after a 500":                     {full, []wiretest.Answer{{Status: 500}, exists, found(echo + user + root)}, 3, true, false},
		"throttled in between":            {full, []wiretest.Answer{lost, refusal(400, "ThrottlingException"), exists, found(echo + user + root)}, 4, true, false},
		"defaults filled in":              {minimal, []wiretest.Answer{lost, exists, found(echo + `,"RootDirectory":{"Path":"/"}`)}, 3, true, false},
		"defaults left out":               {minimal, []wiretest.Answer{lost, exists, found(echo)}, 3, true, false},
		"token not echoed":                {minimal, []wiretest.Answer{lost, exists, found(strings.Replace(echo, `"ClientToken":"t",`, "", 1))}, 3, true, false},
		"looked up in a second try":       {minimal, []wiretest.Answer{lost, exists, {Status: 503}, found(echo)}, 4, true, false},
		"nothing was unknown":             {full, []wiretest.Answer{exists}, 1, false, false},
		"nothing but throttling":          {full, []wiretest.Answer{refusal(400, "ThrottlingException"), exists}, 2, false, false},
		"another file system":             {full, []wiretest.Answer{lost, exists, found(strings.Replace(echo, "fs-01234567", "fs-76543210", 1) + user + root)}, 3, false, false},
		"another token":                   {minimal, []wiretest.Answer{lost, exists, found(strings.Replace(echo, `"t"`, `"u"`, 1))}, 3, false, false},
		"a user that nobody asked for":    {minimal, []wiretest.Answer{lost, exists, found(echo + user)}, 3, false, false},
		"no user":                         {full, []wiretest.Answer{lost, exists, found(echo + root)}, 3, false, false},
		"another group":                   {full, []wiretest.Answer{lost, exists, found(echo + strings.Replace(user, "3]", "5]", 1) + root)}, 3, false, false},
		"a group less":                    {full, []wiretest.Answer{lost, exists, found(echo + strings.Replace(user, "4,3]", "4]", 1) + root)}, 3, false, false},
		"another user":                    {full, []wiretest.Answer{lost, exists, found(echo + strings.Replace(user, `"Uid":1`, `"Uid":0`, 1) + root)}, 3, false, false},
		"another path":                    {full, []wiretest.Answer{lost, exists, found(echo + user + strings.Replace(root, "/a", "/b", 1))}, 3, false, false},
		"another mode":                    {full, []wiretest.Answer{lost, exists, found(echo + user + strings.Replace(root, "0755", "0700", 1))}, 3, false, false},
		"no creation info":                {full, []wiretest.Answer{lost, exists, found(echo + user + `,"RootDirectory":{"Path":"/a"}`)}, 3, false, false},
		"being deleted":                   {minimal, []wiretest.Answer{lost, exists, found(strings.Replace(echo, "creating", "deleting", 1))}, 3, false, false},
		"denied":                          {full, []wiretest.Answer{lost, exists, refusal(403, "AccessDeniedException")}, 3, false, false},
		"not found":                       {full, []wiretest.Answer{lost, exists, refusal(404, "AccessPointNotFound")}, 3, false, false},
		"not listed":                      {full, []wiretest.Answer{lost, exists, {Body: `{"AccessPoints":[]}`}}, 3, false, false},
		"unreadable":                      {full, []wiretest.Answer{lost, exists, {Body: `<html>`}}, 6, false, false},
		"the refusal does not name it":    {full, []wiretest.Answer{lost, {Status: 409, Body: `{"ErrorCode":"AccessPointAlreadyExists"}`}}, 2, false, true},
		"another refusal after a failure": {full, []wiretest.Answer{lost, refusal(403, "AccessPointLimitExceeded")}, 2, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := wiretest.Answering(c.answers...)
				out, err := newClient(t, r, nil).CreateAccessPoint(t.Context(), c.in)
				if n := len(r.Requests()); n != c.requests {
					t.Errorf("%d requests", n)
				}
				if c.adopted {
					if err != nil || out.AccessPointID != id || out.RequestID != "R" {
						t.Errorf("got %+v, %v", out, err)
					}
					return
				}
				refused, ok := errors.AsType[*efs.APIError](err)
				if !ok || refused.ClientToken != "t" || errors.Is(err, efs.ErrOutcomeUnknown) != c.unknown {
					t.Fatalf("got %+v", err)
				}
				if !c.unknown && (refused.Code != efs.CodeAccessPointAlreadyExists || refused.ResourceID != id || refused.Operation != "CreateAccessPoint") {
					t.Errorf("got %+v", refused)
				}
			})
		})
	}
}

// TestExistingAccessPointOutOfTime checks that the end of the context during the
// look is not lost, and neither is the ID.
func TestExistingAccessPointOutOfTime(t *testing.T) {
	for name, faults := range map[string][]efstest.Fault{
		"during the look":         nil,
		"before the second one":   {efstest.Throttle},
		"before the second, lost": {efstest.ResponseLost},
	} {
		synctest.Test(t, func(t *testing.T) {
			srv := efstest.NewServer(efstest.Latency(time.Second))
			srv.Inject("CreateAccessPoint", efstest.ResponseLost)
			srv.Inject("DescribeAccessPoints", faults...)
			limit := 3 * time.Second
			if faults != nil {
				limit = 3600 * time.Millisecond
			}
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			_, err := srv.Client().CreateAccessPoint(ctx, createRequest)
			refused, ok := errors.AsType[*efs.APIError](err)
			if !ok || !errors.Is(err, efs.ErrAlreadyExists) || refused.ResourceID == "" || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s: got %+v", name, err)
			}
			if errors.Is(err, efs.ErrThrottled) || errors.Is(err, efs.ErrUnavailable) {
				t.Errorf("%s: got the look's failure too: %+v", name, err)
			}
		})
	}
}

// TestClockSkew checks that a wrong clock costs one more attempt, once.
func TestClockSkew(t *testing.T) {
	vector := wiretest.Vectors(t, "testdata/vectors")["050_cap_retry_clockskew"].Answer()
	for _, code := range []string{
		vector.Header["x-amzn-ErrorType"], "InvalidSignatureException", "SignatureDoesNotMatch", "RequestTimeTooSkewed", "RequestExpired", "AuthFailure",
	} {
		synctest.Test(t, func(t *testing.T) {
			skewed := wiretest.Answer{Status: vector.Status, Body: vector.Body, Header: map[string]string{
				"X-Amzn-Errortype": code, "Date": time.Now().Add(10 * time.Minute).UTC().Format(http.TimeFormat),
			}}
			r := wiretest.Answering(skewed, wiretest.Answer{Body: created})
			c := newClient(t, r, func(c *efs.Config) { c.MaxAttempts = 1 })
			for range 2 {
				if _, err := c.CreateAccessPoint(t.Context(), createRequest); err != nil {
					t.Fatalf("%s: %v", code, err)
				}
			}
			var signed []string
			for _, sent := range r.Requests() {
				signed = append(signed, sent.Header.Get("X-Amz-Date"))
			}
			if d := cmp.Diff([]string{"20000101T000000Z", "20000101T001000Z", "20000101T001000Z"}, signed); d != "" {
				t.Errorf("%s: signing times (-want +got):\n%s", code, d)
			}
		})
	}
}

// TestCodesAreSpelled checks that every code is known in every case.
func TestCodesAreSpelled(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "codes.go", nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	codes := 0
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(spec.Names[0].Name, "Code") {
			return true
		}
		codes++
		code, _ := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		r := wiretest.Answering(wiretest.Answer{Status: 400, Body: `{"code":"` + strings.ToUpper(code) + `"}`})
		_, err := newClient(t, r, func(c *efs.Config) { c.MaxAttempts = 1 }).DescribeAccessPoints(t.Context(), describeRequest)
		if !errors.Is(err, efs.Code(code)) {
			t.Errorf("%s is read as %v", code, err)
		}
		return true
	})
	if codes < 35 {
		t.Errorf("%d codes", codes)
	}
}
