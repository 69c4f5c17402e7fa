package alibaba_test

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/credential/alibaba"
	"github.com/accesspoint-go/accesspoint/internal/credential/credentialtest"
	"github.com/accesspoint-go/accesspoint/internal/credential/machine"
	"github.com/accesspoint-go/accesspoint/internal/fault"
)

// setUps are machines on which one service must answer, and that service.
func setUps(t *testing.T) map[string]struct {
	env     map[string]string
	host    string
	service http.HandlerFunc
	id      string
} {
	token := filepath.Join(t.TempDir(), "token")
	config := filepath.Join(t.TempDir(), "config.json")
	for path, text := range map[string]string{
		token:  "signed+token=\n",
		config: `{"current":"r","profiles":[{"name":"r","mode":"RamRoleArn","access_key_id":"ak-id","access_key_secret":"ak-secret","ram_role_arn":"acs:ram::1:role/admin"}]}`,
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return map[string]struct {
		env     map[string]string
		host    string
		service http.HandlerFunc
		id      string
	}{
		"OIDC": {map[string]string{
			"ALIBABA_CLOUD_ROLE_ARN": "acs:ram::1:role/pod", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN": "p", "ALIBABA_CLOUD_OIDC_TOKEN_FILE": token,
		}, central, sts, "pod-id"},
		"role":     {map[string]string{"ALIBABA_CLOUD_CONFIG_FILE": config}, central, sts, "admin-id"},
		"instance": {map[string]string{}, "100.100.100.200", ecs, "worker-id"},
		"URI":      {map[string]string{"ALIBABA_CLOUD_CREDENTIALS_URI": "http://sidecar/"}, "sidecar", giving("uri", time.Hour), "uri-id"},
	}
}

// TestPassing checks that a failure that passes is not the end, whichever of the
// requests it meets, and that one that stays is of the kind that it is.
func TestPassing(t *testing.T) {
	answer := credentialtest.Answer
	for what, c := range map[string]struct {
		failure http.HandlerFunc
		kind    error
		only    string // the setups that it can happen to
	}{
		"503":                {answer(503, ""), fault.Unavailable, ""},
		"500":                {answer(500, `{"Code":"InternalError"}`), fault.Unavailable, ""},
		"429":                {answer(429, ""), fault.Throttled, ""},
		"silence":            {credentialtest.Silent, fault.Unavailable, "OIDC role URI"},
		"reset":              {credentialtest.Reset, fault.Unavailable, "OIDC role URI"},
		"throttling":         {answer(400, `{"Code":"Throttling"}`), fault.Throttled, "OIDC role"},
		"throttling of user": {answer(400, `{"Code":"Throttling.User","Message":"slowly"}`), fault.Throttled, "OIDC role"},
		"nonce":              {answer(400, `{"Code":"SignatureNonceUsed"}`), fault.AccessDenied, "role"},
		"cut JSON":           {answer(200, `{"Credentials":{"AccessKeySecret":"planted-secret`), fault.Unavailable, "OIDC role URI"},
	} {
		for name, up := range setUps(t) {
			if c.only != "" && !strings.Contains(" "+c.only+" ", " "+name+" ") {
				continue
			}
			requests := 1
			if name == "instance" {
				requests = 3
			}
			for at := range requests {
				synctest.Test(t, func(t *testing.T) {
					n := 0
					net := &credentialtest.Network{Hosts: map[string]http.HandlerFunc{up.host: func(w http.ResponseWriter, r *http.Request) {
						if n++; n == at+1 {
							c.failure(w, r)
							return
						}
						up.service(w, r)
					}}}
					begin := time.Now()
					id, _, _, _, err := alibaba.New(machine.Machine{Env: up.env, Transport: net}).Retrieve(t.Context())
					if err != nil || id != up.id || n != requests+1 {
						t.Errorf("%s, request %d of %s: %q after %d requests: %v", what, at+1, name, id, n, err)
					}
					if took := time.Since(begin); took == 0 || took > 10*time.Second {
						t.Errorf("%s, request %d of %s: it took %v", what, at+1, name, took)
					}
				})
			}
			synctest.Test(t, func(t *testing.T) {
				net := &credentialtest.Network{Hosts: map[string]http.HandlerFunc{up.host: c.failure}}
				begin := time.Now()
				_, _, _, _, err := alibaba.New(machine.Machine{Env: up.env, Transport: net}).Retrieve(t.Context())
				expectKind(t, what+" of "+name, err, c.kind)
				if n := strings.Count(net.Sent(), up.host); n != 3 {
					t.Errorf("%s of %s: %d requests", what, name, n)
				}
				if took := time.Since(begin); took > 27*time.Second {
					t.Errorf("%s of %s: it took %v", what, name, took)
				}
			})
		}
	}
}

// TestJitter checks that machines that are refused together do not return together.
func TestJitter(t *testing.T) {
	up := setUps(t)["OIDC"]
	times := map[time.Duration]bool{}
	for range 10 {
		synctest.Test(t, func(t *testing.T) {
			net := &credentialtest.Network{Hosts: map[string]http.HandlerFunc{up.host: credentialtest.Answer(503, "")}}
			begin := time.Now()
			_, _, _, _, _ = alibaba.New(machine.Machine{Env: up.env, Transport: net}).Retrieve(t.Context())
			times[time.Since(begin).Round(time.Millisecond)] = true
		})
	}
	if len(times) < 5 {
		t.Errorf("ten machines return at %v", times)
	}
}

// TestInstancePasses checks that the first request of all may be slow once, and
// that an instance whose metadata service fails for a while is still one: the
// search does not go on as somebody else.
func TestInstancePasses(t *testing.T) {
	for what, first := range map[string]http.HandlerFunc{"silence": credentialtest.Silent, "reset": credentialtest.Reset} {
		synctest.Test(t, func(t *testing.T) {
			net := &credentialtest.Network{Hosts: map[string]http.HandlerFunc{"100.100.100.200": credentialtest.Once(first, ecs)}}
			id, _, _, _, err := alibaba.New(machine.Machine{Env: map[string]string{}, Transport: net}).Retrieve(t.Context())
			if id != "worker-id" {
				t.Errorf("%s: %q, %v", what, id, err)
			}
		})
	}
	for what, c := range map[string]struct {
		service http.HandlerFunc
		kind    error
	}{
		"503 to the token": {credentialtest.Answer(503, ""), fault.Unavailable},
		"429 to the token": {credentialtest.Answer(429, ""), fault.Throttled},
		"silence after it": {credentialtest.Once(ecs, credentialtest.Silent), fault.Unavailable},
		"503 after it":     {credentialtest.Once(ecs, credentialtest.Answer(503, "")), fault.Unavailable},
	} {
		synctest.Test(t, func(t *testing.T) {
			net := &credentialtest.Network{Hosts: map[string]http.HandlerFunc{"100.100.100.200": c.service, "sidecar": giving("uri", time.Hour)}}
			m := machine.Machine{Env: map[string]string{"ALIBABA_CLOUD_CREDENTIALS_URI": "http://sidecar/"}, Transport: net}
			id, _, _, _, err := alibaba.New(m).Retrieve(t.Context())
			if id != "" {
				t.Errorf("%s: %q serves", what, id)
			}
			expectKind(t, what, err, c.kind)
		})
	}
}

// TestRefusals checks the kinds of failures that stay.
func TestRefusals(t *testing.T) {
	for what, c := range map[string]struct {
		answer http.HandlerFunc
		kind   error
	}{
		"denied":       {credentialtest.Answer(403, `{"Code":"NoPermission"}`), fault.AccessDenied},
		"no such role": {credentialtest.Answer(404, `{"Code":"EntityNotExist.Role"}`), fault.AccessDenied},
		"bad token":    {credentialtest.Answer(400, `{"Code":"AuthenticationFail.OIDCToken.Invalid"}`), fault.AccessDenied},
		"a proxy":      {credentialtest.Answer(404, "<html>"), nil},
		"redirected":   {credentialtest.Answer(307, ""), nil},
		"no JSON":      {credentialtest.HTML, nil},
	} {
		up := setUps(t)["OIDC"]
		synctest.Test(t, func(t *testing.T) {
			net := &credentialtest.Network{Hosts: map[string]http.HandlerFunc{up.host: c.answer}}
			_, _, _, _, err := alibaba.New(machine.Machine{Env: up.env, Transport: net}).Retrieve(t.Context())
			expectKind(t, what, err, c.kind)
			if n := strings.Count(net.Sent(), up.host); n != 1 {
				t.Errorf("%s: %d requests", what, n)
			}
			creds := alibaba.Assume(machine.Machine{Env: map[string]string{}, Transport: net}, base{Key: credentialKey("own")}, alibaba.Role{ARN: admin})
			_, _, _, _, err = creds.Retrieve(t.Context())
			expectKind(t, what+" of AssumeRole", err, c.kind)
		})
	}
	_, _, _, _, err := alibaba.New(machine.Machine{Env: map[string]string{"ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true"}}).Retrieve(t.Context())
	expectKind(t, "nothing", err, nil)
	_, _, _, _, err = alibaba.New(machine.Machine{Env: map[string]string{
		"ALIBABA_CLOUD_OIDC_TOKEN": "x", "ALIBABA_CLOUD_ROLE_ARN": "r", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN": "p", "ALIBABA_CLOUD_STS_REGION": "../",
	}}).Retrieve(t.Context())
	expectKind(t, "a bad region", err, nil)
}

// expectKind checks that err is of that kind and of no other.
func expectKind(t *testing.T, what string, err, want error) {
	t.Helper()
	if err == nil {
		t.Errorf("%s: no error", what)
	}
	for _, kind := range []error{
		fault.NotFound, fault.AlreadyExists, fault.Conflict, fault.Throttled, fault.QuotaExceeded, fault.AccessDenied,
		fault.InvalidRequest, fault.Unavailable, fault.OutcomeUnknown,
	} {
		if errors.Is(err, kind) != (kind == want) {
			t.Errorf("%s: is it %q? %v: %v", what, kind, errors.Is(err, kind), err)
		}
	}
	if strings.Contains(fmt.Sprintf("%+v %#v", err, err), "planted") {
		t.Errorf("%s: it shows a secret: %+v", what, err)
	}
}
