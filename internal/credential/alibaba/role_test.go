package alibaba_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/credential/alibaba"
	"github.com/accesspoint-go/accesspoint/internal/credential/credentialtest"
	"github.com/accesspoint-go/accesspoint/internal/credential/machine"
)

// base is a key that does not change, or an error.
type base struct {
	credential.Key
	err error
}

func (b base) Retrieve(context.Context) (id, secret, token string, expires time.Time, err error) {
	return b.ID, b.Secret, b.Token, time.Time{}, b.err
}

// renewable has a new token whenever it is told that the last one has expired.
type renewable struct{ told []string }

func (r *renewable) Retrieve(context.Context) (id, secret, token string, expires time.Time, err error) {
	return "own-id", "own-secret", fmt.Sprint("own-token-", len(r.told)), time.Time{}, nil
}

func (r *renewable) Invalidate(token string) { r.told = append(r.told, token) }

// credentialKey is a key whose parts begin with name, and which has no token.
func credentialKey(name string) credential.Key {
	return credential.Key{ID: name + "-id", Secret: name + "-secret"}
}

const (
	admin   = "acs:ram::1:role/admin"
	central = "sts.aliyuncs.com"
)

// TestAssume assumes a role on top of every source: what serves, and what is said
// when something on the way does not.
func TestAssume(t *testing.T) {
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte("signed+token=\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	static := base{Key: credential.Key{ID: "own-id", Secret: "own-secret", Token: "own-token"}}
	hosts := func(pairs ...any) map[string]http.HandlerFunc {
		m := map[string]http.HandlerFunc{central: sts}
		for i := 0; i < len(pairs); i += 2 {
			m[pairs[i].(string)] = pairs[i+1].(func(http.ResponseWriter, *http.Request))
		}
		return m
	}
	giver := func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, key("uri", time.Hour)) }
	answer := func(status int, body string) func(http.ResponseWriter, *http.Request) {
		return credentialtest.Answer(status, body)
	}
	for name, c := range map[string]struct {
		base  credential.Provider // nil for the chain of env
		env   map[string]string
		role  alibaba.Role
		hosts map[string]http.HandlerFunc
		says  []string // an error; nil if the role is assumed
		from  string   // the source of the base
	}{
		"static":          {base: static, from: "alibaba_test.base"},
		"permanent":       {base: base{Key: credential.Key{ID: "own-id", Secret: "own-secret"}}, from: "alibaba_test.base"},
		"environment":     {env: map[string]string{"ALIBABA_CLOUD_ACCESS_KEY_ID": "env-id", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "env-secret"}, from: "environment ALIBABA_CLOUD_ACCESS_KEY_ID"},
		"pod":             {env: map[string]string{"ALIBABA_CLOUD_ROLE_ARN": "acs:ram::1:role/pod", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN": "p", "ALIBABA_CLOUD_OIDC_TOKEN_FILE": token}, from: "OIDC role"},
		"instance":        {hosts: hosts("100.100.100.200", ecs), from: "ECS RAM role"},
		"credentials URI": {env: map[string]string{"ALIBABA_CLOUD_CREDENTIALS_URI": "http://sidecar/?planted"}, hosts: hosts("sidecar", giver), from: "credentials URI"},
		"another role":    {base: alibaba.Assume(machine.Machine{Env: map[string]string{}, Transport: &credentialtest.Network{Hosts: hosts()}}, static, alibaba.Role{ARN: "acs:ram::1:role/first"}), from: "role acs:ram::1:role/first with the key of alibaba_test.base"},
		"region":          {base: static, role: alibaba.Role{Region: "cn-beijing"}, hosts: hosts("sts.cn-beijing.aliyuncs.com", sts, central, answer(500, "")), from: "alibaba_test.base"},
		"VPC":             {base: static, role: alibaba.Role{Region: "cn-beijing", VPC: true}, hosts: hosts("sts-vpc.cn-beijing.aliyuncs.com", sts, central, answer(500, "")), from: "alibaba_test.base"},

		"base fails":    {base: base{err: errors.New("the vault is sealed")}, says: []string{"the key of alibaba_test.base: the vault is sealed"}},
		"base is empty": {base: base{}, says: []string{"the key of alibaba_test.base: the key's ID or secret is empty"}},
		"line end":      {base: base{Key: credential.Key{ID: "own-id", Secret: "planted-secret\n"}}, says: []string{"the key's secret must not have white space"}},
		"no source":     {env: map[string]string{"ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true"}, says: []string{"no source has a key (environment ALIBABA_CLOUD_ACCESS_KEY_ID: ", "credentials URI: "}},
		"pod fails":     {env: map[string]string{"ALIBABA_CLOUD_ROLE_ARN": "r", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN": "p", "ALIBABA_CLOUD_OIDC_TOKEN_FILE": token}, says: []string{"OIDC role: sts.aliyuncs.com answered 404: EntityNotExist.Role"}},
		"no such role":  {base: static, role: alibaba.Role{ARN: "acs:ram::1:role"}, says: []string{"role acs:ram::1:role with the key of alibaba_test.base: sts.aliyuncs.com answered 404: EntityNotExist.Role"}},
		"wrong secret":  {base: base{Key: credential.Key{ID: "own-id", Secret: "planted-secret", Token: "planted+token="}}, says: []string{"sts.aliyuncs.com answered 403: SignatureDoesNotMatch The token is REDACTED."}},
		"not connected": {base: static, hosts: map[string]http.HandlerFunc{}, says: []string{"sts.aliyuncs.com: ", "connection refused"}},
		"silent":        {base: static, hosts: hosts(central, credentialtest.Silent), says: []string{"sts.aliyuncs.com did not answer within 8s"}},
		"HTML":          {base: static, hosts: hosts(central, credentialtest.HTML), says: []string{"sts.aliyuncs.com answered 200 with something else than JSON"}},
		"redirected":    {base: static, hosts: hosts(central, http.RedirectHandler("http://evil/", http.StatusTemporaryRedirect).ServeHTTP, "evil", sts), says: []string{"sts.aliyuncs.com answered 307"}},
		"no key":        {base: static, hosts: hosts(central, answer(200, `{"Credentials":{}}`)), says: []string{"its ID or secret is missing"}},
		"no token":      {base: static, hosts: hosts(central, answer(200, `{"Credentials":{"AccessKeyId":"a","AccessKeySecret":"planted-secret"}}`)), says: []string{"it has no token"}},
		"bad end":       {base: static, hosts: hosts(central, answer(200, `{"Credentials":{"AccessKeyId":"a","AccessKeySecret":"planted-secret","SecurityToken":"t","Expiration":"soon"}}`)), says: []string{"not a time of RFC 3339"}},
		"expired at once": {base: static, hosts: hosts(central, func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, `{"Credentials":%s}`, key("admin", -time.Minute))
		}), says: []string{"the key expired at "}},
		"own endpoint":   {base: static, env: map[string]string{"ALIBABA_CLOUD_STS_ENDPOINT": "sts.example.com"}, hosts: hosts("sts.example.com", sts, central, answer(500, "")), from: "alibaba_test.base"},
		"own region":     {base: static, env: map[string]string{"ALIBABA_CLOUD_STS_ENDPOINT": "sts.example.com"}, role: alibaba.Role{Region: "cn-beijing"}, hosts: hosts("sts.cn-beijing.aliyuncs.com", sts), from: "alibaba_test.base"},
		"VPC, no region": {base: static, role: alibaba.Role{VPC: true}, says: []string{"the STS of a VPC needs a region: "}},
		"bad region":     {base: static, env: map[string]string{"ALIBABA_CLOUD_STS_REGION": "evil.example/"}, says: []string{"the region of STS is no region ID"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				if c.hosts == nil {
					c.hosts = hosts()
				}
				if c.env == nil {
					c.env = map[string]string{}
				}
				net := &credentialtest.Network{Hosts: c.hosts}
				m := machine.Machine{Env: c.env, Transport: net}
				if c.base == nil {
					c.base = alibaba.New(m)
				}
				if c.role.ARN == "" {
					c.role.ARN = admin
				}
				creds := alibaba.Assume(m, c.base, c.role)
				if net.Sent() != "" {
					t.Errorf("sent at once: %s", net.Sent())
				}
				id, secret, token, expires, err := creds.Retrieve(t.Context())
				if c.says == nil {
					if err != nil || id != "admin-id" || secret != "admin-secret" || token != "admin-token" || time.Until(expires) < time.Minute {
						t.Errorf("got %q, %q, %q, %v, %v", id, secret, token, expires, err)
					}
					if want := "role " + admin + " with the key of " + c.from; creds.Source() != want {
						t.Errorf("the source is %q, not %q", creds.Source(), want)
					}
					return
				}
				if err == nil || creds.Source() != "" {
					t.Fatalf("%q, %v", creds.Source(), err)
				}
				for _, part := range append(c.says, "role "+c.role.ARN+" with the key of ") {
					if !strings.Contains(err.Error(), part) {
						t.Errorf("%q is not in %v", part, err)
					}
				}
				for _, planted := range []string{"planted", "-secret", "-token", "signed+token"} {
					if strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, err), planted) {
						t.Errorf("%q is in %v", planted, err)
					}
				}
			})
		})
	}
}

// TestAssumeParameters checks what STS is asked.
func TestAssumeParameters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got url.Values
		net := &credentialtest.Network{Hosts: map[string]http.HandlerFunc{central: func(w http.ResponseWriter, r *http.Request) {
			got = r.URL.Query()
			sts(w, r)
		}}}
		ask := func(env map[string]string, r alibaba.Role) url.Values {
			t.Helper()
			if _, _, _, _, err := alibaba.Assume(machine.Machine{Env: env, Transport: net}, base{Key: credential.Key{ID: "own-id", Secret: "own-secret"}}, r).Retrieve(t.Context()); err != nil {
				t.Error(err)
			}
			return got
		}
		// The variables of a pod are not those of this role.
		pod := map[string]string{"ALIBABA_CLOUD_ROLE_ARN": "acs:ram::1:role/pod", "ALIBABA_CLOUD_ROLE_SESSION_NAME": "of-env"}
		if d := cmp.Diff(url.Values{"RoleArn": {admin}, "RoleSessionName": {"of-env"}, "DurationSeconds": {"3600"}}, ask(pod, alibaba.Role{ARN: admin})); d != "" {
			t.Errorf("the defaults (-want +got):\n%s", d)
		}
		want := url.Values{"RoleArn": {admin}, "RoleSessionName": {"me@here"}, "DurationSeconds": {"900"}, "Policy": {`{"Version":"1"}`}, "ExternalId": {"x=y"}}
		if d := cmp.Diff(want, ask(pod, alibaba.Role{ARN: admin, SessionName: "me@here", Duration: 15 * time.Minute, Policy: `{"Version":"1"}`, ExternalID: "x=y"})); d != "" {
			t.Errorf("all (-want +got):\n%s", d)
		}
		if name := ask(map[string]string{}, alibaba.Role{ARN: admin}).Get("RoleSessionName"); !strings.HasPrefix(name, "accesspoint-go-") {
			t.Errorf("the session is called %q", name)
		}
	})
}

// TestAssumeKeeps checks that the key of a role is fetched once for all callers,
// anew before it ends, and kept while STS is out of order.
func TestAssumeKeeps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls, up := 0, true
		net := &credentialtest.Network{Hosts: map[string]http.HandlerFunc{central: func(w http.ResponseWriter, r *http.Request) {
			if calls++; !up {
				w.WriteHeader(503)
				_, _ = io.WriteString(w, "{}")
				return
			}
			sts(w, r)
		}}}
		creds := alibaba.Assume(machine.Machine{Env: map[string]string{}, Transport: net}, base{Key: credential.Key{ID: "own-id", Secret: "own-secret"}}, alibaba.Role{ARN: admin})
		retrieve := func() error {
			id, _, _, _, err := creds.Retrieve(t.Context())
			if (err == nil) != (id == "admin-id") {
				t.Errorf("%q, %v", id, err)
			}
			return err
		}
		var all sync.WaitGroup
		for range 64 {
			all.Go(func() { _ = retrieve() })
		}
		all.Wait()
		if calls != 1 {
			t.Errorf("%d requests for 64 callers", calls)
		}
		<-time.After(55 * time.Minute)
		_ = retrieve()
		synctest.Wait()
		if calls != 2 {
			t.Errorf("%d requests after 55 minutes", calls)
		}
		up = false
		for range 59 {
			<-time.After(time.Minute)
			if err := retrieve(); err != nil {
				t.Fatalf("while it was valid: %v", err)
			}
		}
		<-time.After(2 * time.Minute)
		if err := retrieve(); err == nil || !strings.Contains(err.Error(), "answered 503") {
			t.Errorf("after its end: %v", err)
		}
	})
}

// TestAssumeExpired lets the token of the base expire: STS says so, the base is
// told and asked once more. What a service says of the role's own token is no
// news of the base's.
func TestAssumeExpired(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		good, code, calls := "own-token-1", "InvalidSecurityToken.Expired", 0
		net := &credentialtest.Network{Hosts: map[string]http.HandlerFunc{central: func(w http.ResponseWriter, r *http.Request) {
			calls++
			if token := r.Header.Get("X-Acs-Security-Token"); token != good {
				w.WriteHeader(400)
				fmt.Fprintf(w, `{"Code":%q,"Message":"%s is out of date"}`, code, token)
				return
			}
			fmt.Fprintf(w, `{"Credentials":%s}`, key("admin", time.Hour))
		}}}
		b := new(renewable)
		creds := alibaba.Assume(machine.Machine{Env: map[string]string{}, Transport: net}, b, alibaba.Role{ARN: admin})
		_, _, token, _, err := creds.Retrieve(t.Context())
		if d := cmp.Diff([]string{"own-token-0"}, b.told); d != "" || err != nil || calls != 2 {
			t.Errorf("%v after %d calls; told (-want +got):\n%s", err, calls, d)
		}
		creds.Invalidate(token)
		if _, _, _, _, err := creds.Retrieve(t.Context()); err != nil || len(b.told) != 1 || calls != 3 {
			t.Errorf("%v after %d calls; told %q", err, calls, b.told)
		}
		good = ""
		creds.Invalidate(token)
		_, _, _, _, err = creds.Retrieve(t.Context())
		if err == nil || len(b.told) != 2 || calls != 5 || strings.Contains(err.Error(), "own-token") {
			t.Errorf("%v after %d calls; told %q", err, calls, b.told)
		}
		code = "NoPermission"
		<-time.After(2 * time.Second) // the pause
		if _, _, _, _, err = creds.Retrieve(t.Context()); err == nil || len(b.told) != 2 || calls != 6 {
			t.Errorf("another refusal: %v after %d calls; told %q", err, calls, b.told)
		}
	})
}

// TestRoleProblems has every rule broken once, and kept at its borders.
func TestRoleProblems(t *testing.T) {
	for field, roles := range map[string][]alibaba.Role{
		"": {
			{ARN: admin},
			{ARN: admin, SessionName: "a@", Duration: 15 * time.Minute, ExternalID: "x=", Region: "cn-hangzhou", VPC: true},
			{ARN: admin, SessionName: strings.Repeat("-", 64), Duration: 12 * time.Hour, ExternalID: strings.Repeat("x", 1224)},
		},
		"ARN":         {{}, {ARN: "admin"}, {ARN: "acs:ram::1:user/x"}, {ARN: "acs:ram:::role/x"}, {ARN: "acs:ram::1:role/"}, {ARN: "arn:aws:iam::1:role/x"}},
		"SessionName": {{ARN: admin, SessionName: "a"}, {ARN: admin, SessionName: strings.Repeat("a", 65)}, {ARN: admin, SessionName: "a b"}, {ARN: admin, SessionName: "a\n"}},
		"Duration":    {{ARN: admin, Duration: 15*time.Minute - 1}, {ARN: admin, Duration: -time.Hour}},
		"ExternalID":  {{ARN: admin, ExternalID: "x"}, {ARN: admin, ExternalID: strings.Repeat("x", 1225)}},
		"Region":      {{ARN: admin, Region: "evil.example/"}},
	} {
		for _, r := range roles {
			if problems := r.Problems(); len(problems) != min(len(field), 1) || field != "" && problems[0].Field != field {
				t.Errorf("%s: %+v: %v", field, r, problems)
			}
		}
	}
}
