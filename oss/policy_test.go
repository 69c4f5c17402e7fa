package oss_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/oss"
	"github.com/accesspoint-go/accesspoint/oss/osstest"
)

// admits returns a policy that admits a user.
func admits(user string) string {
	return `{"Version":"1","Statement":[{"Effect":"Allow","Principal":["` + user + `"],"Action":["oss:GetObject","oss:PutObject"],` +
		`"Resource":["acs:oss:cn-hangzhou:1234567890123456:accesspoint/ap-01/object/*"]}]}`
}

// withPolicy asks for ap-01 with a policy.
func withPolicy(policy string) oss.EnsureAccessPointRequest {
	in := ensureRequest("ap-01")
	in.Policy = policy
	return in
}

// setPolicy sets the policy of ap-01 by other means; an empty one deletes it.
func setPolicy(t *testing.T, srv *osstest.Server, policy string) {
	t.Helper()
	_, err := srv.Client().DeleteAccessPointPolicy(t.Context(), oss.DeleteAccessPointPolicyRequest{Bucket: osstest.Bucket, AccessPointName: "ap-01"})
	if policy != "" {
		_, err = srv.Client().PutAccessPointPolicy(t.Context(), oss.PutAccessPointPolicyRequest{Bucket: osstest.Bucket, AccessPointName: "ap-01", Policy: policy})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// policyNow returns the policy of ap-01, or an empty text.
func policyNow(t *testing.T, srv *osstest.Server) string {
	t.Helper()
	out, err := srv.Client().GetAccessPointPolicy(context.Background(), oss.GetAccessPointPolicyRequest{Bucket: osstest.Bucket, AccessPointName: "ap-01"})
	switch {
	case errors.Is(err, oss.CodeNoSuchAccessPointPolicy):
		return ""
	case err != nil:
		t.Fatal(err)
	}
	return out.Policy
}

// TestEnsurePolicy puts the policy where there is none, and nowhere else.
func TestEnsurePolicy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := osstest.NewServer(osstest.ReadyAfter(15 * time.Second))
		client := srv.Client()
		ap, err := client.EnsureAccessPoint(hour(t), withPolicy(admits("1")))
		if err != nil || ap.PublicEndpoint == "" || policyNow(t, srv) != admits("1") {
			t.Fatalf("got %+v, %v, policy %s", ap, err, policyNow(t, srv))
		}
		n, start := len(srv.Calls()), time.Now()
		if again, err := client.EnsureAccessPoint(hour(t), withPolicy(admits("1"))); err != nil || cmp.Diff(ap, again) != "" || time.Since(start) != 0 {
			t.Errorf("again: %+v, %v", again, err)
		}
		if d := cmp.Diff([]string{"GetAccessPoint", "GetAccessPointPolicy"}, srv.Calls()[n:]); d != "" {
			t.Errorf("to find it again (-want +got):\n%s", d)
		}

		_, err = client.EnsureAccessPoint(hour(t), withPolicy(admits("2")))
		drift, ok := errors.AsType[*oss.DriftError](err)
		if !ok || cmp.Diff([]oss.Drift{{Field: "Policy", Wanted: admits("2"), Found: admits("1")}}, drift.Fields) != "" || policyNow(t, srv) != admits("1") {
			t.Errorf("another policy: %v", err)
		}
		// Died after the creation, and before the policy.
		setPolicy(t, srv, "")
		if _, err := client.EnsureAccessPoint(hour(t), withPolicy(admits("2"))); err != nil || policyNow(t, srv) != admits("2") {
			t.Errorf("without a policy: %v, policy %s", err, policyNow(t, srv))
		}
		n = len(srv.Calls())
		if _, err := client.EnsureAccessPoint(hour(t), ensureRequest("ap-01")); err != nil || len(srv.Calls()) != n+1 {
			t.Errorf("any policy: %v, asked %v", err, srv.Calls()[n:])
		}

		// An access point that is not as asked otherwise gets none.
		setPolicy(t, srv, "")
		in := wanted(vpcRequest)
		in.Policy = admits("1")
		_, err = client.EnsureAccessPoint(hour(t), in)
		drift, ok = errors.AsType[*oss.DriftError](err)
		if !ok || len(drift.Fields) != 3 || drift.Fields[2] != (oss.Drift{Field: "Policy", Wanted: admits("1")}) || policyNow(t, srv) != "" {
			t.Errorf("another network: %v, policy %s", err, policyNow(t, srv))
		}
	})
}

// TestSamePolicy compares policies by what they say.
func TestSamePolicy(t *testing.T) {
	const plain = `{"Version":"1","Statement":[{"Effect":"Allow","Principal":["1","2"],"Action":["oss:GetObject"],"Resource":["*"]},{"Effect":"Deny","Principal":["3"],"Action":["*"],"Resource":["*"],"Condition":{"StringEquals":{"oss:Prefix":["a"]}}}]}`
	srv := osstest.NewServer()
	create(t, srv, "ap-01")
	for found, same := range map[string]bool{
		plain: true,
		strings.NewReplacer(`{`, "{\n ", `,`, " ,\t").Replace(plain):         true,
		strings.Replace(plain, `["oss:GetObject"]`, `"oss:GetObject"`, 1):    true,
		strings.Replace(plain, `["a"]`, `"a"`, 1):                            true,
		strings.Replace(plain, `["1","2"]`, `["2","1","2"]`, 1):              true,
		strings.Replace(plain, `"oss:GetObject"`, `"oss\u003aGetObject"`, 1): true,
		strings.Replace(plain, `{"Version":"1",`, `{`, 1)[:1] + `"Statement":[{"Resource":["*"],"Action":["*"],"Principal":["3"],"Effect":"Deny","Condition":{"StringEquals":{"oss:Prefix":["a"]}}},{"Effect":"Allow","Principal":["1","2"],"Action":["oss:GetObject"],"Resource":["*"]}],"Version":"1"}`: true,
		strings.Replace(plain, `["1","2"]`, `["1"]`, 1):                                     false,
		strings.Replace(plain, `"Deny"`, `"Allow"`, 1):                                      false,
		strings.Replace(plain, `"oss:GetObject"`, `"oss:getobject"`, 1):                     false,
		strings.Replace(plain, `,"Condition":{"StringEquals":{"oss:Prefix":["a"]}}`, ``, 1): false,
		strings.Replace(plain, `StringEquals`, `StringLike`, 1):                             false,
		`{"Version":"1","Statement":[]}`:                                                    false,
	} {
		setPolicy(t, srv, found)
		_, err := srv.Client().EnsureAccessPoint(t.Context(), withPolicy(plain))
		if same != (err == nil) || !same && !errors.Is(err, oss.ErrDrift) {
			t.Errorf("%s: %v", found, err)
		}
	}
	for _, invalid := range []string{"x", `{"Version":"2"}`, `{"Version":"1","Statement":[]`, strings.Repeat(" ", 20000)} {
		n := len(srv.Calls())
		if _, err := srv.Client().EnsureAccessPoint(t.Context(), withPolicy(invalid)); !errors.Is(err, oss.ErrInvalidRequest) || len(srv.Calls()) != n {
			t.Errorf("%.50s: %v", invalid, err)
		}
	}
}

// TestEnsurePolicyFaults meets each fault where the policy is read and put.
func TestEnsurePolicyFaults(t *testing.T) {
	for _, operation := range []string{"GetAccessPointPolicy", "PutAccessPointPolicy"} {
		for _, fault := range []osstest.Fault{
			osstest.ResponseLost, osstest.Reset, osstest.ServerError, osstest.Throttle, osstest.AppliedLate, osstest.Truncated, osstest.BadGateway, osstest.Slow,
			osstest.Conflict, osstest.CutBody, osstest.EmptyResponse, osstest.WebPage,
		} {
			synctest.Test(t, func(t *testing.T) {
				srv := osstest.NewServer()
				srv.Disturb(osstest.Disturbance{Late: 5 * time.Second, Seed: 1})
				srv.Inject(operation, fault)
				if _, err := srv.Client().EnsureAccessPoint(hour(t), withPolicy(admits("1"))); err != nil || policyNow(t, srv) != admits("1") {
					t.Errorf("%s, fault %v: %v", operation, fault, err)
				}
			})
		}
		synctest.Test(t, func(t *testing.T) {
			srv := osstest.NewServer()
			srv.Inject(operation, osstest.Denied)
			ap, err := srv.Client().EnsureAccessPoint(hour(t), withPolicy(admits("1")))
			if !errors.Is(err, oss.ErrAccessDenied) || ap.AccessPointName != "ap-01" || !strings.Contains(err.Error(), "EnsureAccessPoint: ") {
				t.Errorf("%s denied: %+v, %v", operation, ap, err)
			}
			if _, err := srv.Client().EnsureAccessPoint(hour(t), withPolicy(admits("1"))); err != nil || policyNow(t, srv) != admits("1") {
				t.Errorf("%s, allowed again: %v", operation, err)
			}
		})
	}
}

// TestEnsurePolicyWeather has two processes ensure the same access point in bad weather
// and short contexts. In good weather, one more call returns it with its policy.
func TestEnsurePolicyWeather(t *testing.T) {
	for seed := range uint64(60) {
		synctest.Test(t, func(t *testing.T) {
			srv := osstest.NewServer(osstest.ReadyAfter(3*time.Second), osstest.AnySignature())
			srv.Disturb(osstest.Disturbance{Faults: 0.3, Late: 8 * time.Second, Lag: 8 * time.Second, AnyCase: true, Seed: seed})
			var both sync.WaitGroup
			for process := range uint64(2) {
				both.Go(func() {
					random := rand.New(rand.NewPCG(seed, process))
					for range 4 {
						ctx, cancel := context.WithTimeout(t.Context(), time.Duration(1+random.IntN(30))*time.Second)
						_, err := srv.Client().EnsureAccessPoint(ctx, withPolicy(admits("1")))
						cancel()
						if errors.Is(err, oss.ErrDrift) {
							t.Errorf("seed %d: %v", seed, err)
						}
					}
				})
			}
			both.Wait()
			srv.Disturb(osstest.Disturbance{})
			<-time.After(8 * time.Second) // what is late has come
			if ap, err := srv.Client().EnsureAccessPoint(hour(t), withPolicy(admits("1"))); err != nil || ap.Status != oss.StatusEnable || policyNow(t, srv) != admits("1") {
				t.Errorf("seed %d: %+v, %v, policy %s", seed, ap, err, policyNow(t, srv))
			}
		})
	}
}

// TestEnsurePolicyLags looks at what is old: it costs time, and no second put.
func TestEnsurePolicyLags(t *testing.T) {
	for seed := range uint64(20) {
		synctest.Test(t, func(t *testing.T) {
			srv := osstest.NewServer()
			srv.Disturb(osstest.Disturbance{Lag: 9 * time.Second, Seed: seed})
			if _, err := srv.Client().EnsureAccessPoint(hour(t), withPolicy(admits("1"))); err != nil || count(srv.Calls(), "PutAccessPointPolicy") != 1 {
				t.Errorf("seed %d: %v, asked %v", seed, err, srv.Calls())
			}
		})
	}
}

// TestRepair puts the policy in place of another, and leaves what cannot be changed.
func TestRepair(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := osstest.NewServer()
		client := srv.Client()
		if r, err := client.RepairAccessPoint(hour(t), withPolicy(admits("1"))); err != nil || cmp.Diff(oss.Repair{ResourceID: "ap-01"}, r) != "" || policyNow(t, srv) != admits("1") {
			t.Errorf("created: %+v, %v", r, err)
		}
		n := len(srv.Calls())
		if r, err := client.RepairAccessPoint(hour(t), withPolicy(admits("1"))); err != nil || cmp.Diff(oss.Repair{ResourceID: "ap-01"}, r) != "" || count(srv.Calls()[n:], "PutAccessPointPolicy") != 0 {
			t.Errorf("nothing to do: %+v, %v", r, err)
		}
		policy := oss.Drift{Field: "Policy", Wanted: admits("2"), Found: admits("1")}
		srv.Inject("PutAccessPointPolicy", osstest.ResponseLost)
		r, err := client.RepairAccessPoint(hour(t), withPolicy(admits("2")))
		if d := cmp.Diff(oss.Repair{ResourceID: "ap-01", Changed: []oss.Drift{policy}}, r); d != "" || err != nil || policyNow(t, srv) != admits("2") {
			t.Errorf("repaired: %v (-want +got):\n%s", err, d)
		}
		in := wanted(vpcRequest)
		in.Policy = admits("3")
		r, err = client.RepairAccessPoint(hour(t), in)
		drift, ok := errors.AsType[*oss.DriftError](err)
		if !ok || len(r.Changed) != 1 || r.Changed[0].Field != "Policy" || len(r.Left) != 2 || cmp.Diff(r.Left, drift.Fields) != "" || policyNow(t, srv) != admits("3") {
			t.Errorf("partly: %+v, %v", r, err)
		}
		srv.Inject("PutAccessPointPolicy", osstest.Denied)
		r, err = client.RepairAccessPoint(hour(t), withPolicy(admits("4")))
		if !errors.Is(err, oss.ErrAccessDenied) || len(r.Changed) != 0 || len(r.Left) != 1 {
			t.Errorf("denied: %+v, %v", r, err)
		}
		if _, err := client.RepairAccessPoint(hour(t), oss.EnsureAccessPointRequest{}); !errors.Is(err, oss.ErrInvalidRequest) {
			t.Errorf("nothing asked: %v", err)
		}
	})
}
