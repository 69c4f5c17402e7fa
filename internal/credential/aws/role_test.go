package aws_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/credential/aws"
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

const (
	admin = "arn:aws:iam::123456789012:role/admin"
	west  = "sts.eu-west-1.amazonaws.com"
)

// TestAssume assumes a role on top of several sources: what serves, and what is
// said when something on the way does not.
func TestAssume(t *testing.T) {
	config := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(config, []byte("[default]\nregion = eu-west-1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	static := base{Key: credential.Key{ID: "own-id", Secret: "own-secret", Token: "own-token"}}
	ofWest := map[string]http.HandlerFunc{west: sts("eu-west-1")}
	inWest := map[string]string{"AWS_REGION": "eu-west-1"}
	for name, c := range map[string]struct {
		base  credential.Provider
		env   map[string]string
		role  aws.Role
		hosts map[string]http.HandlerFunc
		says  string // an error; empty if the role is assumed
	}{
		"region of the environment": {base: static, env: inWest, hosts: ofWest},
		"region of the role":        {base: static, env: map[string]string{"AWS_REGION": "us-east-1"}, role: aws.Role{Region: "eu-west-1"}, hosts: ofWest},
		"region of the profile":     {base: static, env: map[string]string{"AWS_CONFIG_FILE": config}, hosts: ofWest},
		"no region":                 {base: static, hosts: map[string]http.HandlerFunc{"sts.amazonaws.com": sts("us-east-1")}},
		"permanent key":             {base: base{Key: credential.Key{ID: "own-id", Secret: "own-secret"}}, env: inWest, hosts: ofWest},
		"instance":                  {base: nil, env: inWest, hosts: map[string]http.HandlerFunc{west: sts("eu-west-1"), "169.254.169.254": ec2}},
		"another role":              {base: aws.Assume(machine.Machine{Env: inWest, Transport: &credentialtest.Network{Hosts: ofWest}}, static, aws.Role{ARN: "arn:aws:iam::123456789012:role/first"}), env: inWest, hosts: ofWest},
		"endpoint":                  {base: static, env: map[string]string{"AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL_STS": "http://localhost:4566"}, hosts: map[string]http.HandlerFunc{"localhost:4566": sts("eu-west-1")}},

		"base fails":   {base: base{err: errors.New("the vault is sealed")}, says: "with the key of aws_test.base: the vault is sealed"},
		"empty base":   {base: base{}, says: "the key's ID or secret is empty"},
		"line end":     {base: base{Key: credential.Key{ID: "own-id", Secret: "planted-secret\n"}}, says: "the key's secret must not have white space"},
		"wrong secret": {base: base{Key: credential.Key{ID: "own-id", Secret: "planted-secret", Token: "planted+token="}}, env: inWest, hosts: ofWest, says: "answered 403: SignatureDoesNotMatch The token is REDACTED"},
		"external ID":  {base: static, env: inWest, hosts: ofWest, role: aws.Role{ExternalID: "wrong"}, says: "answered 403: AccessDenied"},
		"bad region":   {base: static, env: map[string]string{"AWS_REGION": "evil.example/"}, says: "the region of STS is no region ID"},
	} {
		synctest.Test(t, func(t *testing.T) {
			if c.env == nil {
				c.env = map[string]string{}
			}
			c.role.ARN = admin
			net := &credentialtest.Network{Hosts: c.hosts}
			m := machine.Machine{Env: c.env, Transport: net}
			if c.base == nil {
				c.base = aws.New(m)
			}
			creds := aws.Assume(m, c.base, c.role)
			if net.Sent() != "" {
				t.Errorf("%s: sent at once: %s", name, net.Sent())
			}
			id, secret, token, expires, err := creds.Retrieve(t.Context())
			switch {
			case c.says == "":
				if err != nil || id != "admin-id" || secret != "admin-secret" || token != "admin-token" || time.Until(expires) < time.Minute {
					t.Errorf("%s: got %q, %q, %q, %v, %v", name, id, secret, token, expires, err)
				}
				if !strings.HasPrefix(creds.Source(), "role "+admin+" with the key of ") {
					t.Errorf("%s: the source is %q", name, creds.Source())
				}
			case err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(fmt.Sprintf("%+v", err), "planted"):
				t.Errorf("%s: %v", name, err)
			}
		})
	}
}

// TestAssumeParameters checks what STS is asked.
func TestAssumeParameters(t *testing.T) {
	var got url.Values
	net := &credentialtest.Network{Hosts: map[string]http.HandlerFunc{"sts.amazonaws.com": func(w http.ResponseWriter, r *http.Request) {
		sts("us-east-1")(w, r)
		got = r.Form
	}}}
	ask := func(r aws.Role) url.Values {
		t.Helper()
		// The variables of a pod are not those of this role.
		m := machine.Machine{Env: map[string]string{"AWS_ROLE_ARN": "x", "AWS_ROLE_SESSION_NAME": "x"}, Transport: net}
		if _, _, _, _, err := aws.Assume(m, base{Key: credential.Key{ID: "own-id", Secret: "own-secret"}}, r).Retrieve(t.Context()); err != nil {
			t.Error(err)
		}
		return got
	}
	if name := ask(aws.Role{ARN: admin}).Get("RoleSessionName"); !strings.HasPrefix(name, "accesspoint-go-") {
		t.Errorf("the session is called %q", name)
	}
	want := url.Values{"Action": {"AssumeRole"}, "Version": {"2011-06-15"}, "RoleArn": {admin}, "RoleSessionName": {"accesspoint-go"}}
	got.Set("RoleSessionName", "accesspoint-go")
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("the defaults (-want +got):\n%s", d)
	}
	want = url.Values{
		"Action": {"AssumeRole"}, "Version": {"2011-06-15"}, "RoleArn": {admin}, "RoleSessionName": {"me@here"},
		"DurationSeconds": {"900"}, "Policy": {`{"Version":"1"}`}, "ExternalId": {"x y"},
	}
	if d := cmp.Diff(want, ask(aws.Role{ARN: admin, SessionName: "me@here", Duration: 15 * time.Minute, Policy: `{"Version":"1"}`, ExternalID: "x y"})); d != "" {
		t.Errorf("all (-want +got):\n%s", d)
	}
}

// renewable has a new token whenever it is told that the last one has expired.
type renewable struct{ told []string }

func (r *renewable) Retrieve(context.Context) (id, secret, token string, expires time.Time, err error) {
	return "own-id", "own-secret", fmt.Sprint("own-token-", len(r.told)), time.Time{}, nil
}

func (r *renewable) Invalidate(token string) { r.told = append(r.told, token) }

// TestAssumeExpired lets the token of the base expire: STS says so, the base is
// told and asked once more.
func TestAssumeExpired(t *testing.T) {
	for _, code := range []string{"ExpiredToken", "ExpiredTokenException", "AccessDenied"} {
		synctest.Test(t, func(t *testing.T) {
			net := &credentialtest.Network{Hosts: map[string]http.HandlerFunc{"sts.amazonaws.com": func(w http.ResponseWriter, r *http.Request) {
				if token := r.Header.Get("X-Amz-Security-Token"); token != "own-token-1" {
					credentialtest.Answer(403, "<Code>"+code+"</Code><Message>"+token+" is out of date</Message>")(w, r)
					return
				}
				sts("us-east-1")(w, r)
			}}}
			b := new(renewable)
			_, _, _, _, err := aws.Assume(machine.Machine{Env: map[string]string{}, Transport: net}, b, aws.Role{ARN: admin}).Retrieve(t.Context())
			if ok := code != "AccessDenied"; (err == nil) != ok || len(b.told) == 1 != ok {
				t.Errorf("%s: %v; told %q", code, err, b.told)
			}
		})
	}
}

// TestRoleProblems has every rule broken once, and kept at its borders.
func TestRoleProblems(t *testing.T) {
	long := "arn:aws:iam::123456789012:role/"
	long += strings.Repeat("x", 2048-len(long))
	for field, roles := range map[string][]aws.Role{
		"": {
			{ARN: admin}, {ARN: "arn:aws-cn:iam::1:role/p/a"}, {ARN: long},
			{ARN: admin, SessionName: "a@", Duration: 15 * time.Minute, ExternalID: "x=", Region: "us-east-1"},
			{ARN: admin, SessionName: strings.Repeat("+", 64), Duration: 12 * time.Hour, ExternalID: strings.Repeat(":", 1224)},
		},
		"ARN": {
			{}, {ARN: "admin"}, {ARN: "arn:aws:iam::123456789012:user/x"}, {ARN: "arn:aws:iam:::role/xxxxxxxxxx"}, {ARN: "arn:aws:iam::123456789012:role/"},
			{ARN: "acs:ram::1234567890123:role/x"}, {ARN: "arn:aws:sts::123456789012:role/x"}, {ARN: "arn:aws:iam:x:123456789012:role/x"}, {ARN: long + "x"},
		},
		"SessionName": {{ARN: admin, SessionName: "a"}, {ARN: admin, SessionName: strings.Repeat("a", 65)}, {ARN: admin, SessionName: "a b"}, {ARN: admin, SessionName: "a\n"}},
		"Duration":    {{ARN: admin, Duration: 15*time.Minute - 1}, {ARN: admin, Duration: -time.Hour}, {ARN: admin, Duration: 12*time.Hour + 1}},
		"ExternalID":  {{ARN: admin, ExternalID: "x"}, {ARN: admin, ExternalID: strings.Repeat("x", 1225)}, {ARN: admin, ExternalID: "x\ny"}},
		"Region":      {{ARN: admin, Region: "evil.example/"}},
	} {
		for _, r := range roles {
			problems := r.Problems()
			if (len(problems) == 0) != (field == "") {
				t.Errorf("%s: %+v: %v", field, r, problems)
			}
			for _, p := range problems {
				if p.Field != field {
					t.Errorf("%s: %+v: %v", field, r, p)
				}
			}
		}
	}
}
