package kms_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/kms"
	"github.com/accesspoint-go/accesspoint/kms/kmstest"
)

// planned returns a server that holds what planRequest refers to.
func planned(t *testing.T) *kmstest.Server {
	t.Helper()
	srv := kmstest.NewServer()
	_, err := srv.Client().CreateNetworkRule(context.Background(), kms.CreateNetworkRuleRequest{Name: "outside", Type: kms.NetworkRulePrivate})
	_, errPolicy := srv.Client().CreatePolicy(context.Background(), policyRequest("basic"))
	if err := errors.Join(err, errPolicy); err != nil {
		t.Fatal(err)
	}
	return srv
}

// hooked returns a client of srv that calls f after each answer.
func hooked(t *testing.T, srv *kmstest.Server, f func(operation string)) *kms.Client {
	t.Helper()
	cfg := srv.Config()
	inner := cfg.HTTPClient.Transport
	cfg.HTTPClient.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
		answer, err := inner.RoundTrip(r)
		f(r.Header.Get("X-Acs-Action"))
		return answer, err
	})
	c, err := kms.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// leftovers returns what an error names, in its order.
func leftovers(err error) (names []string) {
	if left, ok := errors.AsType[*kms.LeftoverError](err); ok {
		for _, l := range left.Leftovers {
			names = append(names, fmt.Sprint(l.Kind, " ", l.Name, " ", l.Created))
		}
	}
	return names
}

// stands returns which of what planRequest makes stands.
func stands(t *testing.T, srv *kmstest.Server) (names []string) {
	t.Helper()
	plan := planRequest()
	for kind, all := range map[string][]string{
		"NetworkRule": {plan.NetworkRules[0].Name, plan.NetworkRules[1].Name}, "Policy": plan.AccessPoint.Policies[:2], "ApplicationAccessPoint": {"a"},
	} {
		for _, name := range all {
			if err := kinds[kind].describe(t.Context(), srv.Client(), name); err == nil {
				names = append(names, kind+" "+name)
			} else if !errors.Is(err, kms.ErrNotFound) {
				t.Fatal(err)
			}
		}
	}
	return names
}

// TestProvision makes all, and a second time only another client key.
func TestProvision(t *testing.T) {
	srv := planned(t)
	client, plan := srv.Client(), planRequest()
	out, err := client.ProvisionAccessPoint(t.Context(), plan)
	if err != nil || len(out.NetworkRules) != 2 || len(out.Policies) != 2 || out.AccessPoint.Name != "a" || out.ClientKey.PrivateKeyData == "" || out.EarlierKeys != nil {
		t.Fatalf("got %+v, %v", out, err)
	}
	if out.NetworkRules[1].Name != "r2" || out.Policies[1].ARN == "" || out.AccessPoint.ARN == "" {
		t.Errorf("got %+v", out)
	}
	if text := fmt.Sprintf("%+v %#v", out, plan); strings.Contains(text, "passw") || strings.Contains(text, out.ClientKey.PrivateKeyData.Value()) {
		t.Error("a secret is printed")
	}
	if plan.ClientKey.AapName != "" {
		t.Errorf("the plan of the caller has become %+v", plan)
	}
	n := len(srv.Calls())
	again, err := client.ProvisionAccessPoint(t.Context(), plan)
	if err != nil || len(again.EarlierKeys) != 1 || again.EarlierKeys[0].ClientKeyID != out.ClientKey.ClientKeyID || again.ClientKey.ClientKeyID == out.ClientKey.ClientKeyID {
		t.Errorf("again: %+v, %v", again, err)
	}
	if d := cmp.Diff([]string{
		"DescribeNetworkRule", "DescribePolicy", // outside and basic
		"DescribeNetworkRule", "DescribeNetworkRule", "DescribePolicy", "DescribePolicy", "DescribeApplicationAccessPoint",
		"ListClientKeys", "CreateClientKey",
	}, srv.Calls()[n:]); d != "" {
		t.Errorf("asked again (-want +got):\n%s", d)
	}

	plan.AccessPoint.Name, plan.AccessPoint.Policies = "b", nil
	if out, err := client.ProvisionAccessPoint(t.Context(), plan); err != nil || strings.Join(out.AccessPoint.Policies, " ") != "p1 p2" {
		t.Errorf("the policies of the plan: %+v, %v", out, err)
	}
}

// TestProvisionLeavesThePlan checks that nothing is written into what the caller's
// slices have room for.
func TestProvisionLeavesThePlan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		mine := []string{"a", "b", "c"}
		plan := planRequest()
		plan.AccessPoint.Policies = mine[:0]
		_, err := kmstest.NewServer().Client().ProvisionAccessPoint(t.Context(), plan)
		if d := cmp.Diff([]string{"a", "b", "c"}, mine); d != "" {
			t.Errorf("after %v (-want +got):\n%s", err, d)
		}
	})
}

// TestProvisionRefuses plans that do not fit together, and sends nothing.
func TestProvisionRefuses(t *testing.T) {
	srv := kmstest.NewServer()
	client := srv.Client()
	unchecked, err := client.With(func(c *kms.Config) { c.SkipValidation = true })
	if err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*kms.AccessPointPlan){
		"NetworkRules.2.Name must be one that a policy names":       func(p *kms.AccessPointPlan) { p.NetworkRules[1].Name = "typo" },
		"NetworkRules.1.Name must not be that of another rule":      func(p *kms.AccessPointPlan) { p.NetworkRules[1].Name = "r1" },
		"Policies.2.Name must not be that of another policy":        func(p *kms.AccessPointPlan) { p.Policies[1].Name = "p1" },
		"Policies.1.Name must be one that the access point names":   func(p *kms.AccessPointPlan) { p.AccessPoint.Policies = []string{"p2"} },
		"ClientKey.AapName must be the name of the access point":    func(p *kms.AccessPointPlan) { p.ClientKey.AapName = "b" },
		"AccessPoint.Name is required":                              func(p *kms.AccessPointPlan) { p.AccessPoint.Name = "" },
		"Policies.1.Resources.1 must be key/ and an ID or *":        func(p *kms.AccessPointPlan) { p.Policies[0].Resources = []string{"alias/a"} },
		"NetworkRules.1.SourcePrivateIp.1 must be an IP address":    func(p *kms.AccessPointPlan) { p.NetworkRules[0].SourcePrivateIP = []string{"a"} },
		"AccessPoint.Policies must have at most 3 items":            func(p *kms.AccessPointPlan) { p.AccessPoint.Policies = []string{"p1", "p2", "c", "d"} },
		"ClientKey.Password must have 8 to 64 characters":           func(p *kms.AccessPointPlan) { p.ClientKey.Password = "s3cret" },
		"AccessPoint.Name is required; AccessPoint.Policies is req": func(p *kms.AccessPointPlan) { *p = kms.AccessPointPlan{} },
	} {
		plan := planRequest()
		change(&plan)
		_, err := client.ProvisionAccessPoint(t.Context(), plan)
		if !errors.Is(err, kms.ErrInvalidRequest) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v", want, err)
		}
		if !strings.Contains(want, "Name") {
			continue
		}
		if _, err := unchecked.ProvisionAccessPoint(t.Context(), plan); !errors.Is(err, kms.ErrInvalidRequest) {
			t.Errorf("unchecked, %s: %v", want, err)
		}
	}
	if _, err := client.ProvisionAccessPoint(noContext, planRequest()); err == nil {
		t.Error("no context, no error")
	}
	if _, err := (*kms.Client)(nil).ProvisionAccessPoint(t.Context(), planRequest()); err == nil {
		t.Error("a nil Client provisions")
	}
	if n := srv.Calls(); n != nil {
		t.Errorf("sent %v", n)
	}
}

// TestProvisionRefers to what has to exist, though it may not show yet. If it does
// not exist, nothing is made.
func TestProvisionRefers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := planned(t)
		srv.Disturb(kmstest.Disturbance{Lag: 5 * time.Second, Seed: 3})
		if _, err := srv.Client().ProvisionAccessPoint(t.Context(), planRequest()); err != nil {
			t.Error(err)
		}
		srv = kmstest.NewServer()
		start := time.Now()
		_, err := srv.Client().ProvisionAccessPoint(t.Context(), planRequest())
		if took := time.Since(start); !errors.Is(err, kms.CodeResourceNotFound) || !strings.Contains(err.Error(), "NetworkRule outside: ") || took < 10*time.Second {
			t.Errorf("%v after %v", err, took)
		}
		for _, operation := range srv.Calls() {
			if operation != "DescribeNetworkRule" {
				t.Errorf("asked %s", operation)
			}
		}
	})
}

// TestProvisionUndoes what it made, also if its context has ended.
func TestProvisionUndoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := planned(t)
		srv.Fail("CreateClientKey", kms.APIError{StatusCode: 400, Code: kms.CodeLimitExceeded})
		_, err := srv.Client().ProvisionAccessPoint(t.Context(), planRequest())
		if !errors.Is(err, kms.ErrQuotaExceeded) || leftovers(err) != nil {
			t.Errorf("refused: %v", err)
		}
		if names := stands(t, srv); names != nil {
			t.Errorf("%v stand", names)
		}
		calls := srv.Calls()
		if d := cmp.Diff([]string{"ListClientKeys", "DeleteApplicationAccessPoint", "DeletePolicy", "DeletePolicy", "DeleteNetworkRule", "DeleteNetworkRule"}, calls[len(calls)-5-6:len(calls)-5]); d != "" {
			t.Errorf("undone by (-want +got):\n%s", d)
		}

		ctx, cancel := context.WithCancel(t.Context())
		c := hooked(t, srv, func(operation string) {
			if operation == "DescribeApplicationAccessPoint" { // which loses nothing
				cancel()
			}
		})
		_, err = c.ProvisionAccessPoint(ctx, planRequest())
		if !errors.Is(err, context.Canceled) || leftovers(err) != nil {
			t.Errorf("cancelled: %v", err)
		}
		if names := stands(t, srv); names != nil {
			t.Errorf("cancelled: %v stand", names)
		}
	})
}

// TestProvisionLeaves what it cannot take back, and what is in use.
func TestProvisionLeaves(t *testing.T) {
	all := []string{"ApplicationAccessPoint a true", "Policy p2 true", "Policy p1 true", "NetworkRule r2 true", "NetworkRule r1 true"}
	key := func(id string) string { return "ClientKey " + id + " false" }
	const first = "KAAP.00000000-0000-4000-8000-000000000001"
	for name, c := range map[string]struct {
		prepare func(srv *kmstest.Server)
		hook    func(srv *kmstest.Server, operation string)
		want    []string
		text    string
	}{
		"the key's answer is lost": {prepare: func(srv *kmstest.Server) { srv.Inject("CreateClientKey", kmstest.ResponseLost) },
			want: append([]string{key(first)}, all...), text: "it may have taken effect; kms: ProvisionAccessPoint left ClientKey " + first + " (perhaps another's), ApplicationAccessPoint a (in use), "},
		"the key was not created": {prepare: func(srv *kmstest.Server) { srv.Inject("CreateClientKey", kmstest.Reset) }, text: "it may have taken effect"},
		"the keys are not to be seen": {prepare: func(srv *kmstest.Server) {
			srv.Inject("CreateClientKey", kmstest.ResponseLost)
			srv.Fail("ListClientKeys", kms.APIError{StatusCode: 403, Code: kms.CodeForbidden})
		}, want: append([]string{key("")}, all...), text: "left ClientKey (perhaps another's), "},
		"another has a key": {
			prepare: func(srv *kmstest.Server) {
				srv.Fail("CreateClientKey", kms.APIError{StatusCode: 400, Code: kms.CodeLimitExceeded})
			},
			hook: func(srv *kmstest.Server, operation string) {
				if operation == "CreateClientKey" {
					_, _ = srv.Client().CreateClientKey(context.Background(), kms.CreateClientKeyRequest{AapName: "a", Password: "a-passw0rd"})
				}
			}, want: all, text: "Rejected.LimitExceeded"},
		"another has made the access point": {
			prepare: func(srv *kmstest.Server) {
				srv.Fail("CreateApplicationAccessPoint", kms.APIError{StatusCode: 403, Code: kms.CodeForbidden})
			},
			hook: func(srv *kmstest.Server, operation string) {
				if operation == "CreateApplicationAccessPoint" {
					_, _ = srv.Client().CreateApplicationAccessPoint(context.Background(), planRequest().AccessPoint)
				}
			}, want: all[1:], text: "Forbidden.RAM"},
		"the access point is not to be seen": {
			prepare: func(srv *kmstest.Server) {
				srv.Fail("CreateApplicationAccessPoint", kms.APIError{StatusCode: 403, Code: kms.CodeForbidden})
			},
			hook: func(srv *kmstest.Server, operation string) {
				if operation == "CreateApplicationAccessPoint" {
					srv.Fail("DescribeApplicationAccessPoint", kms.APIError{StatusCode: 403, Code: kms.CodeForbidden})
				}
			}, want: all[1:], text: "Forbidden.RAM"},
		"no keys where there is no access point": {prepare: func(srv *kmstest.Server) {
			srv.Inject("CreateClientKey", kmstest.Reset)
			for range 2 {
				srv.Fail("ListClientKeys", kms.APIError{StatusCode: 404, Code: kms.CodeResourceNotFound})
			}
		}, text: "it may have taken effect"},
		"a rule is created late": {prepare: func(srv *kmstest.Server) {
			srv.Disturb(kmstest.Disturbance{Late: 8 * time.Second, Seed: 2})
			srv.Inject("CreateNetworkRule", kmstest.AppliedLate)
			srv.Fail("CreateClientKey", kms.APIError{StatusCode: 403, Code: kms.CodeForbidden})
		}, text: "Forbidden.RAM"},
		"another's access point has one of the policies": {
			hook: func(srv *kmstest.Server, operation string) {
				if operation == "CreatePolicy" {
					_, _ = srv.Client().CreateApplicationAccessPoint(context.Background(), kms.CreateApplicationAccessPointRequest{Name: "a", Policies: []string{"p1"}})
				}
			}, want: []string{"Policy p1 true", "NetworkRule r1 true"}, text: "a differs from the request"},
		"not allowed to delete": {prepare: func(srv *kmstest.Server) {
			srv.Fail("CreateClientKey", kms.APIError{StatusCode: 403, Code: kms.CodeForbidden})
			srv.Fail("DeletePolicy", kms.APIError{StatusCode: 403, Code: kms.CodeForbidden, Message: "No."})
		}, want: []string{"Policy p2 true", "NetworkRule r2 true", "NetworkRule r1 true"}, text: "left Policy p2 (kms: DeletePolicy: 403 Forbidden.RAM: No."},
		"the policy is perhaps another's": {prepare: func(srv *kmstest.Server) {
			srv.Inject("CreatePolicy", kmstest.ResponseLost)
			srv.Fail("CreateApplicationAccessPoint", kms.APIError{StatusCode: 403, Code: kms.CodeForbidden})
		}, want: []string{"Policy p1 false", "NetworkRule r1 true"}, text: "left Policy p1 (perhaps another's), NetworkRule r1 (in use)"},
		"the rule is found": {prepare: func(srv *kmstest.Server) {
			_, _ = srv.Client().CreateNetworkRule(context.Background(), planRequest().NetworkRules[0])
			srv.Fail("CreateClientKey", kms.APIError{StatusCode: 403, Code: kms.CodeForbidden})
		}, text: "Forbidden.RAM"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := planned(t)
				if c.prepare != nil {
					c.prepare(srv)
				}
				client := hooked(t, srv, func(operation string) {
					if c.hook != nil {
						c.hook(srv, operation)
					}
				})
				out, err := client.ProvisionAccessPoint(t.Context(), planRequest())
				if out != nil || err == nil || !strings.Contains(err.Error(), c.text) || strings.Contains(err.Error(), "\n") {
					t.Errorf("got %+v, %v", out, err)
				}
				if d := cmp.Diff(c.want, leftovers(err)); d != "" {
					t.Errorf("%v (-want +got):\n%s", err, d)
				}
				<-time.After(10 * time.Second)
				standing := stands(t, srv)
				if c.want == nil && name != "the rule is found" && standing != nil {
					t.Errorf("%v stand", standing)
				}
				for _, one := range c.want {
					if one = strings.Join(strings.Fields(one)[:2], " "); !strings.HasPrefix(one, "ClientKey") && !strings.Contains(strings.Join(standing, ","), one) {
						t.Errorf("%s does not stand", one)
					}
				}
				if lost, ok := errors.AsType[*kms.OutcomeUnknownError](err); ok && lost.Operation == "CreateClientKey" {
					out, err := srv.Client().Resume(t.Context(), lost.Resume)
					if found := errors.Is(err, kms.ErrOutcomeUnknown); found != (c.want != nil) || !found && (err != nil || out.Created) {
						t.Errorf("resumed: %+v, %v", out, err)
					}
				}
				// The call again takes up what is left.
				if drift, ok := errors.AsType[*kms.DriftError](err); !ok {
					if _, err := srv.Client().ProvisionAccessPoint(t.Context(), planRequest()); err != nil {
						t.Errorf("again: %v", err)
					}
				} else if drift.ResourceID != "a" {
					t.Error(drift)
				}
			})
		})
	}
}

// TestProvisionTogether has two processes make the same at the same time, while
// reads lag: everything once, and a client key each.
func TestProvisionTogether(t *testing.T) {
	for seed := range uint64(provisions()) {
		synctest.Test(t, func(t *testing.T) {
			w := flowSchedule{}.world(t)
			w.srv.Disturb(kmstest.Disturbance{Lag: 5 * time.Second, Seed: seed})
			ids := make(chan string, 2)
			for i := range cap(ids) {
				c := w.client(t, 100*time.Millisecond+time.Duration(i)*time.Duration(seed)*time.Millisecond, make(chan struct{}))
				go func() {
					out, err := c.ProvisionAccessPoint(t.Context(), planRequest())
					if err != nil {
						t.Error(err)
						ids <- ""
						return
					}
					ids <- "ClientKey " + out.ClientKey.ClientKeyID
				}()
			}
			a, b := <-ids, <-ids
			w.srv.Disturb(kmstest.Disturbance{})
			if there := w.standing(t); a == b || !there[a] || !there[b] || len(there) != 5+2+2 {
				t.Errorf("seed %d: %s and %s were made, %v stand", seed, a, b, there)
			}
		})
	}
}
