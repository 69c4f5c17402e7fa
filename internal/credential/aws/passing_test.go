package aws_test

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

	"github.com/accesspoint-go/accesspoint/internal/credential/aws"
	"github.com/accesspoint-go/accesspoint/internal/credential/credentialtest"
	"github.com/accesspoint-go/accesspoint/internal/credential/machine"
	"github.com/accesspoint-go/accesspoint/internal/fault"
)

// A setUp is a machine on which one service must answer, and that service.
type setUp struct {
	env     map[string]string
	host    string
	service http.HandlerFunc
	id      string
}

func setUps(t *testing.T) map[string]setUp {
	token, config := filepath.Join(t.TempDir(), "token"), filepath.Join(t.TempDir(), "config")
	for path, text := range map[string]string{
		token:  "signed+token=\n",
		config: "[default]\nrole_arn=arn:aws:iam::1:role/admin\nsource_profile=default\naws_access_key_id=file-id\naws_secret_access_key=file-secret\n",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return map[string]setUp{
		"web identity": {map[string]string{
			"AWS_ROLE_ARN": "arn:aws:iam::1:role/pod", "AWS_WEB_IDENTITY_TOKEN_FILE": token, "AWS_REGION": "eu-west-1",
		}, "sts.eu-west-1.amazonaws.com", sts("eu-west-1"), "pod-id"},
		"role":      {map[string]string{"AWS_CONFIG_FILE": config, "AWS_REGION": "eu-west-1"}, "sts.eu-west-1.amazonaws.com", sts("eu-west-1"), "admin-id"},
		"instance":  {map[string]string{}, "169.254.169.254", ec2, "worker-id"},
		"container": {map[string]string{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/x"}, "169.254.170.2", giving("task", "", time.Hour), "task-id"},
	}
}

// TestPassing checks that a failure that passes is not the end, whichever of the
// requests it meets, and that one that stays is of the kind that it is.
func TestPassing(t *testing.T) {
	answer := credentialtest.Answer
	code := func(status int, code string) http.HandlerFunc {
		return answer(status, "<ErrorResponse><Error><Code>"+code+"</Code><Message>no</Message></Error></ErrorResponse>")
	}
	for what, c := range map[string]struct {
		failure http.HandlerFunc
		kind    error
		only    string // the set-ups that it can happen to
	}{
		"503":            {answer(503, ""), fault.Unavailable, ""},
		"500":            {answer(500, "<html>"), fault.Unavailable, ""},
		"429":            {answer(429, ""), fault.Throttled, ""},
		"silence":        {credentialtest.Silent, fault.Unavailable, "web identity,role,container"},
		"reset":          {credentialtest.Reset, fault.Unavailable, "web identity,role,container"},
		"throttling":     {code(400, "Throttling"), fault.Throttled, "web identity,role"},
		"limit":          {code(400, "RequestLimitExceeded"), fault.Throttled, "web identity,role"},
		"time-out":       {code(400, "RequestTimeout"), fault.Unavailable, "web identity,role"},
		"provider":       {code(400, "IDPCommunicationError"), fault.AccessDenied, "web identity"},
		"unknown so far": {code(400, "InvalidIdentityToken"), fault.AccessDenied, "web identity"},
		"cut XML":        {answer(200, "<AssumeRoleResponse><SecretAccessKey>planted-secret</SecretAccessKey>"), fault.Unavailable, "web identity,role"},
		"cut JSON":       {answer(200, `{"SecretAccessKey":"planted-secret`), fault.Unavailable, "container"},
	} {
		for name, up := range setUps(t) {
			if c.only != "" && !strings.Contains(","+c.only+",", ","+name+",") {
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
					id, _, _, _, err := aws.New(machine.Machine{Env: up.env, Transport: net}).Retrieve(t.Context())
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
				_, _, _, _, err := aws.New(machine.Machine{Env: up.env, Transport: net}).Retrieve(t.Context())
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

// TestInstancePasses checks that the first request of all may be slow once, or its
// connection broken off.
func TestInstancePasses(t *testing.T) {
	for what, first := range map[string]http.HandlerFunc{"silence": credentialtest.Silent, "reset": credentialtest.Reset} {
		synctest.Test(t, func(t *testing.T) {
			net := &credentialtest.Network{Hosts: map[string]http.HandlerFunc{"169.254.169.254": credentialtest.Once(first, ec2)}}
			id, _, _, _, err := aws.New(machine.Machine{Env: map[string]string{}, Transport: net}).Retrieve(t.Context())
			if id != "worker-id" {
				t.Errorf("%s: %q, %v", what, id, err)
			}
		})
	}
}

// TestRefusals checks the kinds of failures that stay.
func TestRefusals(t *testing.T) {
	for what, c := range map[string]struct {
		answer http.HandlerFunc
		kind   error
	}{
		"denied":     {credentialtest.Answer(403, "<Code>AccessDenied</Code>"), fault.AccessDenied},
		"expired":    {credentialtest.Answer(400, "<Code>ExpiredTokenException</Code>"), fault.AccessDenied},
		"a proxy":    {credentialtest.Answer(404, "<html>"), nil},
		"redirected": {credentialtest.Answer(307, ""), nil},
	} {
		up := setUps(t)["web identity"]
		synctest.Test(t, func(t *testing.T) {
			net := &credentialtest.Network{Hosts: map[string]http.HandlerFunc{up.host: c.answer}}
			_, _, _, _, err := aws.New(machine.Machine{Env: up.env, Transport: net}).Retrieve(t.Context())
			expectKind(t, what, err, c.kind)
			if n := strings.Count(net.Sent(), up.host); n != 1 {
				t.Errorf("%s: %d requests", what, n)
			}
		})
	}
	_, _, _, _, err := aws.New(machine.Machine{Env: map[string]string{"AWS_EC2_METADATA_DISABLED": "true"}}).Retrieve(t.Context())
	expectKind(t, "nothing", err, nil)
	_, _, _, _, err = aws.New(machine.Machine{Env: map[string]string{"AWS_PROFILE": "nobody"}}).Retrieve(t.Context())
	expectKind(t, "no such profile", err, nil)
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
