package kms_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/kms"
	"github.com/accesspoint-go/accesspoint/kms/kmstest"
)

var (
	ruleRequest  = kms.CreateNetworkRuleRequest{Name: "office", Type: kms.NetworkRulePrivate, Description: "d", SourcePrivateIP: []string{"10.0.0.0/24", "192.168.0.7"}}
	noContext    context.Context // a mistake that must not panic
	pointRequest = kms.CreateApplicationAccessPointRequest{Name: "billing", Description: "d", Policies: []string{"p", "q"}}
)

// prepared returns a server that holds two policies, p with the rule office and
// q without one.
func prepared(t *testing.T) *kmstest.Server {
	t.Helper()
	srv := kmstest.NewServer()
	ctx, client := context.Background(), srv.Client()
	_, err := client.CreateNetworkRule(ctx, ruleRequest)
	p := policyRequest("p")
	p.Description, p.AccessControlRules.NetworkRules = "d", []string{"office"}
	_, errP := client.CreatePolicy(ctx, p)
	_, errQ := client.CreatePolicy(ctx, policyRequest("q"))
	if err := errors.Join(err, errP, errQ); err != nil {
		t.Fatal(err)
	}
	return srv
}

// TestEnsure creates one of each kind, finds it again, and takes it away.
func TestEnsure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := prepared(t)
		client, start := srv.Client(), time.Now()
		for operation, k := range kinds {
			n := len(srv.Calls())
			for range 2 {
				if name, err := k.ensure(t.Context(), client, "new", ""); err != nil || name != "new" {
					t.Errorf("%s: %s, %v", operation, name, err)
				}
			}
			if d := cmp.Diff([]string{"Describe" + operation, "Create" + operation, "Describe" + operation}, srv.Calls()[n:]); d != "" {
				t.Errorf("asked (-want +got):\n%s", d)
			}
		}
		if took := time.Since(start); took != 0 {
			t.Errorf("took %v", took)
		}
		for operation, k := range kinds {
			srv.Fail("Delete"+operation, kms.APIError{StatusCode: 409, Code: "Rejected.Busy"})
			start := time.Now()
			if err := k.absent(t.Context(), client, "new"); err != nil {
				t.Errorf("%s: %v", operation, err)
			}
			if took := time.Since(start); took < 10*time.Second || took > 13*time.Second {
				t.Errorf("%s: absent after %v", operation, took)
			}
			if err := k.describe(t.Context(), client, "new"); !errors.Is(err, kms.ErrNotFound) {
				t.Errorf("%s: it still stands: %v", operation, err)
			}
			if err := k.absent(t.Context(), client, "none"); err != nil {
				t.Errorf("%s, none: %v", operation, err)
			}
		}
	})
}

// TestEnsureRefuses names what is wrong, and sends nothing.
func TestEnsureRefuses(t *testing.T) {
	srv := kmstest.NewServer()
	client := srv.Client()
	unchecked, err := client.With(func(c *kms.Config) { c.SkipValidation = true })
	if err != nil {
		t.Fatal(err)
	}
	for operation, k := range kinds {
		for name, c := range map[string]*kms.Client{"checked": client, "unchecked": unchecked} {
			if _, err := k.ensure(t.Context(), c, "", ""); !errors.Is(err, kms.ErrInvalidRequest) || !strings.Contains(err.Error(), "Name is required") {
				t.Errorf("%s, %s: %v", operation, name, err)
			}
			if err := k.absent(t.Context(), c, ""); !errors.Is(err, kms.ErrInvalidRequest) || !strings.Contains(err.Error(), "Name is required") {
				t.Errorf("%s, %s, absent: %v", operation, name, err)
			}
		}
		_, err := k.ensure(t.Context(), nil, "a", "")
		if errAbsent := k.absent(t.Context(), nil, "a"); err == nil || errAbsent == nil {
			t.Errorf("%s of a nil Client: %v, %v", operation, err, errAbsent)
		}
		if _, err := k.ensure(noContext, client, "a", ""); err == nil {
			t.Errorf("%s without a context", operation)
		}
	}
	if _, err := client.EnsurePolicy(t.Context(), kms.CreatePolicyRequest{Name: "p", Resources: []string{"alias/a"}}); !strings.Contains(err.Error(), "Permissions is required; Resources.1 must be key/") {
		t.Errorf("a bad policy: %v", err)
	}
	if n := srv.Calls(); n != nil {
		t.Errorf("sent %v", n)
	}
	// What the service refuses for good is not waited out.
	p := policyRequest("p")
	p.KmsInstance = "kst-none"
	if _, err := client.EnsurePolicy(t.Context(), p); !errors.Is(err, kms.CodeResourceNotFound) {
		t.Errorf("no instance: %v", err)
	}
}

// TestEnsureDrift compares what is found with what is asked, and changes nothing.
func TestEnsureDrift(t *testing.T) {
	var rule kms.CreateNetworkRuleRequest
	var policy kms.CreatePolicyRequest
	var point kms.CreateApplicationAccessPointRequest
	for name, c := range map[string]struct {
		change func()
		want   []kms.Drift
	}{
		"nothing":      {func() {}, nil},
		"any":          {func() { rule.Description, policy.Description, point.Description, policy.KmsInstance = "", "", "", "" }, nil},
		"a default":    {func() { point.AuthenticationMethod = kms.AuthenticationClientKey }, nil},
		"order":        {func() { rule.SourcePrivateIP = []string{"192.168.0.7", "10.0.0.0/24"} }, nil},
		"form":         {func() { rule.SourcePrivateIP = []string{"192.168.0.7/32", "10.0.0.7/24", "10.0.0.0/24"} }, nil},
		"order, again": {func() { point.Policies = []string{"q", "p", "q"} }, nil},
		"rule": {func() { rule.Description, rule.Type = "e", "Other" },
			[]kms.Drift{{Field: "Description", Wanted: "e", Found: "d"}, {Field: "Type", Wanted: "Other", Found: "Private"}}},
		"an address more": {func() { rule.SourcePrivateIP = append(rule.SourcePrivateIP, "::1") },
			[]kms.Drift{{Field: "SourcePrivateIp", Wanted: "10.0.0.0/24,192.168.0.7,::1", Found: "10.0.0.0/24,192.168.0.7"}}},
		"no addresses": {func() { rule.SourcePrivateIP = nil },
			[]kms.Drift{{Field: "SourcePrivateIp", Wanted: "", Found: "10.0.0.0/24,192.168.0.7"}}},
		"instance": {func() { policy.KmsInstance = "kst-2" }, []kms.Drift{{Field: "KmsInstance", Wanted: "kst-2", Found: kmstest.InstanceID}}},
		"policy": {func() {
			policy.Description, policy.Resources, policy.AccessControlRules.NetworkRules = "e", []string{"secret/*", "key/*"}, nil
			policy.Permissions = []kms.Permission{kms.PermissionSecretUser}
		}, []kms.Drift{
			{Field: "Description", Wanted: "e", Found: "d"},
			{Field: "Permissions", Wanted: string(kms.PermissionSecretUser), Found: string(kms.PermissionKeyUser)},
			{Field: "Resources", Wanted: "key/*,secret/*", Found: "key/*"},
			{Field: "AccessControlRules", Wanted: "", Found: "office"},
		}},
		"access point": {func() { point.Description, point.Policies, point.AuthenticationMethod = "e", []string{"p"}, "Other" },
			[]kms.Drift{{Field: "Description", Wanted: "e", Found: "d"}, {Field: "AuthenticationMethod", Wanted: "Other", Found: "ClientKey"}, {Field: "Policies", Wanted: "p", Found: "p,q"}}},
	} {
		t.Run(name, func(t *testing.T) {
			srv := prepared(t)
			client := srv.Client()
			if _, err := client.CreateApplicationAccessPoint(t.Context(), pointRequest); err != nil {
				t.Fatal(err)
			}
			n := len(srv.Calls())
			rule, policy, point = ruleRequest, policyRequest("p"), pointRequest
			policy.Description, policy.AccessControlRules.NetworkRules = "d", []string{"office"}
			rule.SourcePrivateIP = append([]string(nil), rule.SourcePrivateIP...)
			c.change()
			foundRule, errRule := client.EnsureNetworkRule(t.Context(), rule)
			foundPolicy, errPolicy := client.EnsurePolicy(t.Context(), policy)
			foundPoint, errPoint := client.EnsureApplicationAccessPoint(t.Context(), point)
			var got []kms.Drift
			for name, err := range map[string]error{"office": errRule, "p": errPolicy, "billing": errPoint} {
				if drift, ok := errors.AsType[*kms.DriftError](err); ok {
					got = drift.Fields
					operation := map[string]string{"office": "EnsureNetworkRule", "p": "EnsurePolicy", "billing": "EnsureApplicationAccessPoint"}[name]
					if drift.Operation != operation || drift.Key != name || drift.ResourceID != name || !strings.Contains(err.Error(), name+" differs from the request: "+got[0].Field+" is ") {
						t.Error(err)
					}
				} else if err != nil {
					t.Error(err)
				}
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			if len(foundRule.SourcePrivateIP) != 2 || foundPolicy.KmsInstance != kmstest.InstanceID || len(foundPoint.Policies) != 2 {
				t.Errorf("found %+v, %+v, %+v", foundRule, foundPolicy, foundPoint)
			}
			if d := cmp.Diff([]string{"DescribeNetworkRule", "DescribePolicy", "DescribeApplicationAccessPoint"}, srv.Calls()[n:]); d != "" {
				t.Errorf("asked (-want +got):\n%s", d)
			}
			repaired(t, srv, rule, policy, point, c.want)
		})
	}
}

// repaired checks that the three Repairs change what they can of drift, tell it, and
// leave the rest to the next Ensure.
func repaired(t *testing.T, srv *kmstest.Server, rule kms.CreateNetworkRuleRequest, policy kms.CreatePolicyRequest, point kms.CreateApplicationAccessPointRequest, drift []kms.Drift) {
	t.Helper()
	ctx, client := t.Context(), srv.Client()
	var change, keep []kms.Drift
	for _, d := range drift {
		switch d.Field {
		case "Type", "KmsInstance", "AuthenticationMethod":
			keep = append(keep, d)
		default:
			change = append(change, d)
		}
	}
	var left []kms.Drift
	note := func(err error) {
		t.Helper()
		if drift, ok := errors.AsType[*kms.DriftError](err); ok {
			left = append(left, drift.Fields...)
		} else if err != nil {
			t.Error(err)
		}
	}
	n := len(srv.Calls())
	all := kms.Repair{ResourceID: "office p billing"}
	repair, err := client.RepairNetworkRule(ctx, rule)
	note(err)
	second, err := client.RepairPolicy(ctx, policy)
	note(err)
	third, err := client.RepairApplicationAccessPoint(ctx, point)
	note(err)
	got := kms.Repair{
		ResourceID: strings.Join([]string{repair.ResourceID, second.ResourceID, third.ResourceID}, " "),
		Changed:    slices.Concat(repair.Changed, second.Changed, third.Changed),
		Left:       slices.Concat(repair.Left, second.Left, third.Left),
	}
	all.Changed, all.Left = change, keep
	want := 3 // looks
	if change != nil {
		want++
	}
	if d := cmp.Diff(all, got); d != "" || len(srv.Calls())-n != want {
		t.Errorf("repair asked %v (-want +got):\n%s", srv.Calls()[n:], d)
	}
	if d := cmp.Diff(keep, left); d != "" {
		t.Errorf("errors (-want +got):\n%s", d)
	}
	left = nil
	_, err = client.EnsureNetworkRule(ctx, rule)
	note(err)
	_, err = client.EnsurePolicy(ctx, policy)
	note(err)
	_, err = client.EnsureApplicationAccessPoint(ctx, point)
	note(err)
	if d := cmp.Diff(keep, left); d != "" {
		t.Errorf("what is left (-want +got):\n%s", d)
	}
}

// TestRepairRefused tells what is left when a change is refused, waits for what
// passes, and sends no more than what drifted.
func TestRepairRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := kmstest.NewServer()
		cfg := srv.Config()
		inner := cfg.HTTPClient.Transport
		var sent []string
		cfg.HTTPClient.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
			if r.Header.Get("X-Acs-Action") == "UpdateNetworkRule" {
				sent = append(sent, r.URL.Query().Encode())
			}
			return inner.RoundTrip(r)
		})
		client, err := kms.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		if repair, err := client.RepairNetworkRule(t.Context(), ruleRequest); err != nil || repair.ResourceID != "office" || repair.Changed != nil || sent != nil {
			t.Errorf("a new rule: got %+v, %v", repair, err)
		}
		in := ruleRequest
		in.Description = "e"
		srv.Fail("UpdateNetworkRule", kms.APIError{StatusCode: 403, Code: kms.CodeForbidden})
		repair, err := client.RepairNetworkRule(t.Context(), in)
		want := kms.Repair{ResourceID: "office", Left: []kms.Drift{{Field: "Description", Wanted: "e", Found: "d"}}}
		if d := cmp.Diff(want, repair); d != "" || !errors.Is(err, kms.ErrAccessDenied) || errors.Is(err, kms.ErrDrift) {
			t.Errorf("%v (-want +got):\n%s", err, d)
		}
		srv.Inject("UpdateNetworkRule", kmstest.Throttle, kmstest.Conflict, kmstest.ResponseLost)
		if repair, err = client.RepairNetworkRule(t.Context(), in); err != nil || len(repair.Changed) != 1 || repair.Left != nil {
			t.Errorf("got %+v, %v", repair, err)
		}
		for _, query := range sent {
			if query != "Description=e&Name=office" {
				t.Errorf("sent %s", query)
			}
		}
		if repair, err := client.RepairNetworkRule(t.Context(), kms.CreateNetworkRuleRequest{}); !errors.Is(err, kms.ErrInvalidRequest) || repair.ResourceID != "" {
			t.Errorf("got %+v, %v", repair, err)
		}
	})
}

// TestEnsureUnreadable creates what is there already, but whose answer could not
// be read.
func TestEnsureUnreadable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := kmstest.NewServer()
		cfg := srv.Config()
		inner := cfg.HTTPClient.Transport
		creations := 0
		cfg.HTTPClient.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
			answer, err := inner.RoundTrip(r)
			if err == nil && answer.StatusCode == 200 && r.Header.Get("X-Acs-Action") == "CreateNetworkRule" {
				creations++
				answer.Body, answer.ContentLength = io.NopCloser(strings.NewReader("{}")), 2
			}
			return answer, err
		})
		client, err := kms.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		srv.Disturb(kmstest.Disturbance{Lag: 3 * time.Second})
		if rule, err := client.EnsureNetworkRule(t.Context(), ruleRequest); err != nil || rule.ARN == "" || creations == 0 {
			t.Errorf("got %+v, %v after %d creations", rule, err, creations)
		}
	})
}

// TestEnsureGivesUp on a name that is refused, but never shows.
func TestEnsureGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := kmstest.NewServer()
		for range 2 {
			srv.Fail("CreateNetworkRule", kms.APIError{StatusCode: 409, Code: kms.CodeResourceExist})
		}
		start := time.Now()
		_, err := srv.Client().EnsureNetworkRule(context.Background(), ruleRequest)
		if took := time.Since(start); !errors.Is(err, kms.ErrAlreadyExists) || took < 20*time.Second || took > 30*time.Second {
			t.Errorf("%v after %v", err, took)
		}
	})
}

// TestEnsureEnds with its context, or for good, and tells what is known.
func TestEnsureEnds(t *testing.T) {
	for name, c := range map[string]struct {
		prepare func(srv *kmstest.Server)
		want    []error
		state   string
	}{
		"not to be seen": {func(srv *kmstest.Server) {
			for range 100 {
				srv.Inject("DescribeNetworkRule", kmstest.ServerError)
			}
		}, []error{context.DeadlineExceeded}, "state unknown"},
		"answer lost": {func(srv *kmstest.Server) {
			for range 100 {
				srv.Inject("CreateNetworkRule", kmstest.ServerError)
			}
		}, []error{context.DeadlineExceeded, kms.ErrOutcomeUnknown}, "state outcome unknown"},
		"not shown": {func(srv *kmstest.Server) {
			srv.Fail("CreateNetworkRule", kms.APIError{StatusCode: 409, Code: kms.CodeResourceExist})
		}, []error{context.DeadlineExceeded, kms.ErrAlreadyExists}, "state taken"},
		"refused after that": {func(srv *kmstest.Server) {
			srv.Inject("CreateNetworkRule", kmstest.Reset)
			srv.Fail("CreateNetworkRule", kms.APIError{StatusCode: 403, Code: kms.CodeForbidden})
		}, []error{kms.ErrOutcomeUnknown, kms.ErrAccessDenied}, "state outcome unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := kmstest.NewServer()
				c.prepare(srv)
				ctx, cancel := context.WithTimeout(t.Context(), 8*time.Second)
				defer cancel()
				start := time.Now()
				_, err := srv.Client().EnsureNetworkRule(ctx, ruleRequest)
				for _, want := range c.want {
					if !errors.Is(err, want) {
						t.Errorf("%v is not %v", err, want)
					}
				}
				if took := time.Since(start); took > 8*time.Second || !strings.Contains(err.Error(), c.state) || strings.Contains(err.Error(), "\n") {
					t.Errorf("after %v: %v", took, err)
				}
			})
		})
	}
}

// TestResume finds out what became of a call.
func TestResume(t *testing.T) {
	create := map[string]func(c *kms.Client) error{
		"CreateNetworkRule": func(c *kms.Client) error {
			in := ruleRequest
			in.Name = "new"
			_, err := c.CreateNetworkRule(context.Background(), in)
			return err
		},
		"CreatePolicy": func(c *kms.Client) error {
			_, err := c.CreatePolicy(context.Background(), policyRequest("new"))
			return err
		},
		"CreateApplicationAccessPoint": func(c *kms.Client) error {
			in := pointRequest
			in.Name = "new"
			_, err := c.CreateApplicationAccessPoint(context.Background(), in)
			return err
		},
		"CreateClientKey": func(c *kms.Client) error {
			_, err := c.CreateClientKey(context.Background(), kms.CreateClientKeyRequest{AapName: "billing", Password: "a-passw0rd"})
			return err
		},
	}
	for fault, created := range map[kmstest.Fault]bool{
		kmstest.ResponseLost: true, kmstest.AppliedLate: true, kmstest.Truncated: true, kmstest.BadGateway: true, kmstest.Reset: false, kmstest.ServerError: false,
	} {
		for operation, call := range create {
			synctest.Test(t, func(t *testing.T) {
				srv := prepared(t)
				if _, err := srv.Client().CreateApplicationAccessPoint(t.Context(), pointRequest); err != nil {
					t.Fatal(err)
				}
				if err := create["CreateClientKey"](srv.Client()); err != nil { // long before
					t.Fatal(err)
				}
				<-time.After(time.Hour)
				srv.Disturb(kmstest.Disturbance{Late: 8 * time.Second, Lag: 2 * time.Second})
				srv.Inject(operation, fault)
				lost, ok := errors.AsType[*kms.OutcomeUnknownError](call(srv.Client()))
				if !ok || strings.Contains(lost.Resume, "passw") {
					t.Fatalf("%s, %d: %+v", operation, fault, lost)
				}
				if kind := strings.TrimPrefix(operation, "Create"); kind != "ClientKey" {
					srv.Inject("Describe"+kind, kmstest.ServerError, kmstest.Reset, kmstest.Throttle)
				}
				srv.Inject("ListClientKeys", kmstest.ServerError, kmstest.Reset, kmstest.Throttle)
				out, err := srv.Client().Resume(t.Context(), lost.Resume)
				if operation == "CreateClientKey" && created {
					// Nothing tells whose it is.
					unknown, ok := errors.AsType[*kms.OutcomeUnknownError](err)
					if !ok || out != nil || len(unknown.Candidates) != 1 || unknown.Resume != lost.Resume {
						t.Fatalf("%d: %+v, %v", fault, out, err)
					}
					return
				}
				if err != nil || out.Created != created || out.Operation != operation {
					t.Fatalf("%s, %d: %+v, %v", operation, fault, out, err)
				}
				names := map[string]string{
					"CreateNetworkRule": out.NetworkRule.Name, "CreatePolicy": out.Policy.Name,
					"CreateApplicationAccessPoint": out.ApplicationAccessPoint.Name,
				}
				for of, name := range names {
					if (name != "") != (created && of == operation) {
						t.Errorf("%s, %d: %+v", operation, fault, out)
					}
				}
			})
		}
	}
}

// TestResumeTells what is known, and no more.
func TestResumeTells(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := prepared(t)
		srv.AddInstance("kst-2")
		client := srv.Client()
		lost := func(err error) string {
			t.Helper()
			e, ok := errors.AsType[*kms.OutcomeUnknownError](err)
			if !ok {
				t.Fatalf("not lost: %v", err)
			}
			return e.Resume
		}
		// A policy of another instance is not the call's.
		other := policyRequest("p")
		other.KmsInstance = "kst-2"
		srv.Inject("CreatePolicy", kmstest.Reset)
		_, err := client.CreatePolicy(t.Context(), other)
		if out, err := client.Resume(t.Context(), lost(err)); err != nil || out.Created || out.Policy.Name != "" {
			t.Errorf("got %+v, %v", out, err)
		}
		// One that differs in what can have been changed since may be the call's.
		changed := policyRequest("q")
		changed.Description = "other"
		srv.Inject("CreatePolicy", kmstest.Reset)
		_, err = client.CreatePolicy(t.Context(), changed)
		_, errChanged := client.Resume(t.Context(), lost(err))
		if one, ok := errors.AsType[*kms.OutcomeUnknownError](errChanged); !ok || !slices.Equal(one.Candidates, []string{"q"}) {
			t.Errorf("got %v", errChanged)
		}
		// Another's key that was created at its time is never called its own.
		if _, err := client.CreateApplicationAccessPoint(t.Context(), kms.CreateApplicationAccessPointRequest{Name: "other", Policies: []string{"p"}}); err != nil {
			t.Fatal(err)
		}
		theirs := kms.CreateClientKeyRequest{AapName: "other", Password: "a-passw0rd"}
		if _, err := client.CreateClientKey(t.Context(), theirs); err != nil {
			t.Fatal(err)
		}
		srv.Inject("CreateClientKey", kmstest.Reset)
		_, err = client.CreateClientKey(t.Context(), theirs)
		if out, err := client.Resume(t.Context(), lost(err)); !errors.Is(err, kms.ErrOutcomeUnknown) || out != nil {
			t.Errorf("got %+v, %v", out, err)
		}
		// One of two keys that were created at its time may be the call's.
		if _, err := client.CreateApplicationAccessPoint(t.Context(), pointRequest); err != nil {
			t.Fatal(err)
		}
		in := kms.CreateClientKeyRequest{AapName: "billing", Password: "a-passw0rd"}
		srv.Inject("CreateClientKey", kmstest.ResponseLost)
		_, err = client.CreateClientKey(t.Context(), in)
		if _, err := client.CreateClientKey(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		out, errTwo := client.Resume(t.Context(), lost(err))
		if two, ok := errors.AsType[*kms.OutcomeUnknownError](errTwo); !ok || len(two.Candidates) != 2 || two.Operation != "CreateClientKey" || out != nil {
			t.Errorf("got %+v, %v", out, errTwo)
		}
		// With the access point its keys are gone.
		if err := client.EnsureApplicationAccessPointAbsent(t.Context(), "billing"); err != nil {
			t.Fatal(err)
		}
		if out, err := client.Resume(t.Context(), lost(err)); err != nil || out.Created {
			t.Errorf("got %+v, %v", out, err)
		}
	})
}

// TestResumeRefuses texts that are not its own, and sends nothing.
func TestResumeRefuses(t *testing.T) {
	srv := kmstest.NewServer()
	const text = "accesspoint:2:kms:cn-hangzhou:CreateNetworkRule:Name=f&from=2026-05-01T12%3A00%3A00Z&to=2026-05-01T12%3A00%3A03Z"
	for name, c := range map[string]struct{ text, want string }{
		"empty":     {"", "text is not a text of an OutcomeUnknownError"},
		"service":   {strings.Replace(text, "kms", "oss", 1), "text belongs to another service"},
		"region":    {strings.Replace(text, "hangzhou", "beijing", 1), "text belongs to another region"},
		"version":   {strings.Replace(text, ":2:", ":3:", 1), "text was written by another version of this module"},
		"operation": {strings.Replace(text, "Create", "Delete", 1), "text is not a text of an OutcomeUnknownError"},
	} {
		if out, err := srv.Client().Resume(t.Context(), c.text); !errors.Is(err, kms.ErrInvalidRequest) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %+v, %v", name, out, err)
		}
	}
	if _, err := srv.Client().Resume(noContext, text); err == nil {
		t.Error("no context, no error")
	}
	if n := srv.Calls(); n != nil {
		t.Errorf("sent %v", n)
	}
	if _, err := (*kms.Client)(nil).Resume(t.Context(), text); err == nil {
		t.Error("a nil Client resumes")
	}
}
