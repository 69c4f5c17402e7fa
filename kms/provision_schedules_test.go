package kms_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/ensuretest"
	"github.com/accesspoint-go/accesspoint/kms"
	"github.com/accesspoint-go/accesspoint/kms/kmstest"
)

// provisions returns the number of random schedules of each kind.
func provisions() int { return *ensuretest.Schedules * 3 / 10 }

// planRequest names a rule and a policy that it does not make, outside and basic.
func planRequest() kms.AccessPointPlan {
	policy := func(name string, rules ...string) kms.CreatePolicyRequest {
		in := policyRequest(name)
		in.Description, in.AccessControlRules.NetworkRules = "d", rules
		return in
	}
	rule := func(name string) kms.CreateNetworkRuleRequest {
		return kms.CreateNetworkRuleRequest{Name: name, Description: "d", Type: kms.NetworkRulePrivate, SourcePrivateIP: []string{"10.0.0.0/8"}}
	}
	return kms.AccessPointPlan{
		NetworkRules: []kms.CreateNetworkRuleRequest{rule("r1"), rule("r2")},
		Policies:     []kms.CreatePolicyRequest{policy("p1", "r1"), policy("p2", "r1", "r2", "outside")},
		AccessPoint:  kms.CreateApplicationAccessPointRequest{Name: "a", Description: "d", Policies: []string{"p1", "p2", "basic"}},
		ClientKey:    kms.CreateClientKeyRequest{Password: "a-passw0rd"},
	}
}

// A flowSchedule is what happens to some calls of ProvisionAccessPoint, one after
// the other.
type flowSchedule struct {
	Faults    float64
	Late, Lag time.Duration
	Seed      uint64
	Latency   time.Duration
	Stand     []string // what another has made before
	Drift     bool     // and not as asked
	Calls     []flowCall
}

// A flowCall is one call.
type flowCall struct {
	Death   time.Duration // when its process dies; never, if zero
	Timeout time.Duration // of its context; none, if zero
	Refused []string      // operations that the service refuses once
	Lost    bool          // the answer with the client key is lost
}

func randomFlow(seed uint64) flowSchedule {
	r := rand.New(rand.NewPCG(seed, 2))
	upTo := func(d time.Duration) time.Duration { return time.Duration(r.Int64N(int64(d) + 1)) }
	s := flowSchedule{Seed: seed, Latency: upTo(400 * time.Millisecond)}
	if r.IntN(4) > 0 {
		s.Faults, s.Late, s.Lag = r.Float64()*0.4, upTo(ensuretest.Settle/2), upTo(ensuretest.Settle/2)
	}
	if r.IntN(2) == 0 {
		for _, one := range []string{"r1", "r2", "p1", "p2", "a"} {
			if r.IntN(2) == 0 {
				s.Stand = append(s.Stand, one)
			}
		}
		s.Drift = r.IntN(3) == 0
	}
	for range 1 + r.IntN(3) {
		var c flowCall
		switch r.IntN(6) {
		case 0:
			c.Death = 1 + upTo(12*s.Latency)
		case 1:
			c.Death = 1 + upTo(3*ensuretest.Settle)
		case 2:
			c.Timeout = 1 + upTo(12*s.Latency)
		case 3:
			c.Timeout = 1 + upTo(ensuretest.Settle)
		}
		for _, operation := range []string{"CreateNetworkRule", "CreatePolicy", "CreateApplicationAccessPoint", "CreateClientKey", "DeleteNetworkRule", "DeletePolicy", "DeleteApplicationAccessPoint"} {
			if r.IntN(8) == 0 {
				c.Refused = append(c.Refused, operation)
			}
		}
		c.Lost = r.IntN(4) == 0
		s.Calls = append(s.Calls, c)
	}
	return s
}

// simpler returns schedules that are a little simpler.
func (s flowSchedule) simpler() (tries []flowSchedule) {
	add := func(change func(*flowSchedule)) {
		try := s
		try.Calls, try.Stand = slices.Clone(s.Calls), slices.Clone(s.Stand)
		change(&try)
		if fmt.Sprint(try) != fmt.Sprint(s) {
			tries = append(tries, try)
		}
	}
	for i := range s.Calls {
		if len(s.Calls) > 1 {
			add(func(s *flowSchedule) { s.Calls = slices.Delete(s.Calls, i, i+1) })
		}
		add(func(s *flowSchedule) { s.Calls[i].Death = 0 })
		add(func(s *flowSchedule) { s.Calls[i].Timeout = 0 })
		add(func(s *flowSchedule) { s.Calls[i].Lost = false })
		for j := range s.Calls[i].Refused {
			add(func(s *flowSchedule) { s.Calls[i].Refused = slices.Delete(slices.Clone(s.Calls[i].Refused), j, j+1) })
		}
	}
	for i := range s.Stand {
		add(func(s *flowSchedule) { s.Stand = slices.Delete(s.Stand, i, i+1) })
	}
	add(func(s *flowSchedule) { s.Drift = false })
	add(func(s *flowSchedule) { s.Faults = 0 })
	add(func(s *flowSchedule) { s.Late = 0 })
	add(func(s *flowSchedule) { s.Lag = 0 })
	add(func(s *flowSchedule) { s.Latency = 0 })
	return tries
}

// A flowWorld is a KMS and those who watch it.
type flowWorld struct {
	srv *kmstest.Server

	mu     sync.Mutex
	before map[string]bool // what stood before the call
	wrong  []string
	ends   map[string]int // how calls ended
}

func (s flowSchedule) world(t *testing.T) *flowWorld {
	w := &flowWorld{srv: kmstest.NewServer(kmstest.AnySignature())}
	ctx, c, plan := t.Context(), w.srv.Client(), planRequest()
	_, err := c.CreateNetworkRule(ctx, kms.CreateNetworkRuleRequest{Name: "outside", Type: kms.NetworkRulePrivate})
	_, errPolicy := c.CreatePolicy(ctx, policyRequest("basic"))
	if err := errors.Join(err, errPolicy); err != nil {
		t.Fatal(err)
	}
	description := "d"
	if s.Drift {
		description = "of another"
	}
	stands := func(name string) bool { return slices.Contains(s.Stand, name) }
	for _, in := range plan.NetworkRules {
		if in.Description = description; stands(in.Name) {
			_, err = c.CreateNetworkRule(ctx, in)
		}
	}
	for _, in := range plan.Policies {
		if in.Description = description; stands(in.Name) { // unless it lacks a rule
			_, _ = c.CreatePolicy(ctx, in)
		}
	}
	if in := plan.AccessPoint; stands("a") {
		in.Description = description
		_, _ = c.CreateApplicationAccessPoint(ctx, in)
	}
	if err != nil {
		t.Fatal(err)
	}
	<-time.After(ensuretest.Settle) // reads may lag, but not behind that
	return w
}

// standing returns what stands while the service is calm.
func (w *flowWorld) standing(t *testing.T) map[string]bool {
	found := map[string]bool{}
	ctx, c := context.Background(), w.srv.Client()
	for rule, err := range c.NetworkRules(ctx, kms.ListNetworkRulesRequest{}) {
		if err != nil {
			t.Fatal(err)
		}
		found["NetworkRule "+rule.Name] = true
	}
	for p, err := range c.Policies(ctx, kms.ListPoliciesRequest{}) {
		if err != nil {
			t.Fatal(err)
		}
		found["Policy "+p.Name] = true
	}
	for ap, err := range c.ApplicationAccessPoints(ctx, kms.ListApplicationAccessPointsRequest{}) {
		if err != nil {
			t.Fatal(err)
		}
		found["ApplicationAccessPoint "+ap.Name] = true
	}
	keys, err := c.ListClientKeys(ctx, kms.ListClientKeysRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range keys.ClientKeys {
		found["ClientKey "+k.ClientKeyID] = true
	}
	return found
}

var errDead = errors.New("the process is dead")

// client returns the client of a process that is dead when dead is closed.
func (w *flowWorld) client(t *testing.T, latency time.Duration, dead chan struct{}) *kms.Client {
	cfg := w.srv.Config()
	cfg.Settle = ensuretest.Settle
	inner := cfg.HTTPClient.Transport
	cfg.HTTPClient.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
		select {
		case <-dead:
			return nil, errDead
		default:
		}
		if kind, ok := strings.CutPrefix(r.Header.Get("X-Acs-Action"), "Delete"); ok {
			w.mu.Lock()
			if id := kind + " " + r.URL.Query().Get("Name") + r.URL.Query().Get("ClientKeyId"); w.before[id] || kind == "ClientKey" {
				w.wrong = append(w.wrong, "deletes "+id)
			}
			w.mu.Unlock()
		}
		<-time.After(latency / 2)
		answer, err := inner.RoundTrip(r.WithContext(context.WithoutCancel(r.Context()))) // it arrives in any case
		if err != nil {
			return nil, err
		}
		select {
		case <-time.After(latency / 2):
			return answer, nil
		case <-dead:
			err = errDead
		case <-r.Context().Done():
			err = r.Context().Err()
		}
		_, _ = io.Copy(io.Discard, answer.Body)
		_ = answer.Body.Close()
		return nil, err
	})
	c, err := kms.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// run returns what went wrong, and adds to ends how calls ended.
func (s flowSchedule) run(t *testing.T, ends map[string]int) (wrong []string) {
	synctest.Test(t, func(t *testing.T) {
		w := s.world(t)
		w.ends = ends
		for i, call := range s.Calls {
			for _, what := range s.call(t, w, call, uint64(i)) {
				wrong = append(wrong, fmt.Sprintf("call %d: %s", i+1, what))
			}
		}
		wrong = append(wrong, w.wrong...)
	})
	return wrong
}

func (s flowSchedule) call(t *testing.T, w *flowWorld, call flowCall, seed uint64) (wrong []string) {
	complain := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	before := w.standing(t)
	w.mu.Lock()
	w.before = before
	w.mu.Unlock()
	for _, operation := range call.Refused {
		w.srv.Fail(operation, kms.APIError{StatusCode: 403, Code: kms.CodeForbidden})
	}
	if call.Lost {
		w.srv.Inject("CreateClientKey", kmstest.ResponseLost)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if call.Timeout > 0 {
		ctx, cancel = context.WithTimeout(t.Context(), call.Timeout)
	}
	defer cancel()
	dead := make(chan struct{})
	if call.Death > 0 {
		death := time.AfterFunc(call.Death, func() { close(dead); cancel() })
		defer death.Stop()
	}
	w.srv.Disturb(kmstest.Disturbance{Faults: s.Faults, Late: s.Late, Lag: s.Lag, Seed: s.Seed + seed})
	start := time.Now()
	out, err := w.client(t, s.Latency, dead).ProvisionAccessPoint(ctx, planRequest())
	took := time.Since(start)
	<-time.After(s.Late + s.Lag + ensuretest.Settle)
	w.srv.Disturb(kmstest.Disturbance{})
	after := w.standing(t)
	died := false
	select {
	case <-dead:
		died = true
	default:
	}

	for one := range before {
		if !after[one] {
			complain("%s is gone", one)
		}
	}
	for one := range after {
		if before[one] {
			delete(after, one)
		}
	}
	left, _ := errors.AsType[*kms.LeftoverError](err)
	switch made := slices.Sorted(maps.Keys(after)); {
	case err == nil:
		w.ends["made"]++
		for _, one := range []string{"NetworkRule r1", "NetworkRule r2", "Policy p1", "Policy p2", "ApplicationAccessPoint a"} {
			if delete(after, one); !before[one] && !slices.Contains(made, one) {
				complain("%s does not stand", one)
			}
		}
		if key := "ClientKey " + out.ClientKey.ClientKeyID; len(after) != 1 || !after[key] || out.ClientKey.PrivateKeyData.Value() == "" {
			complain("%s is the client key, %v were made", key, made)
		}
		earlier := 0
		for one := range before {
			if strings.HasPrefix(one, "ClientKey ") {
				earlier++
			}
		}
		if len(out.EarlierKeys) != earlier {
			complain("%d earlier keys, not %d", len(out.EarlierKeys), earlier)
		}
	case died:
		w.ends["died"]++
		for one := range after {
			if strings.HasPrefix(one, "ClientKey ") {
				delete(after, one)
				break
			}
		}
		for one := range after {
			if strings.HasPrefix(one, "ClientKey ") {
				complain("a second key, %s", one)
			}
		}
	default:
		if left != nil {
			w.ends["undone in part"]++
		} else {
			w.ends["undone"]++
		}
		named := map[string]bool{}
		if left != nil {
			for _, l := range left.Leftovers {
				named[l.Kind+" "+l.Name] = true
				if before[l.Kind+" "+l.Name] {
					complain("%s %s stood before, and is called left over", l.Kind, l.Name)
				}
			}
		}
		for _, one := range made {
			if !named[one] && !(named["ClientKey "] && strings.HasPrefix(one, "ClientKey ")) {
				complain("%s stands, but the error is %v", one, err)
			}
		}
		if call.Timeout > 0 && took > call.Timeout+30*time.Second+time.Second {
			complain("took %v", took)
		}
		if call.Timeout == 0 && call.Refused == nil && !errors.Is(err, kms.ErrOutcomeUnknown) && !s.Drift && !s.refused() {
			complain("failed: %v", err)
		}
	}
	return wrong
}

// refused reports whether a refusal may be left over from another call.
func (s flowSchedule) refused() bool {
	return slices.ContainsFunc(s.Calls, func(c flowCall) bool { return c.Refused != nil })
}

// TestProvisionSchedules drives ProvisionAccessPoint through random schedules: what
// it found stands, and what it made stands only if it succeeds or says so.
func TestProvisionSchedules(t *testing.T) {
	ends := map[string]int{}
	for seed := range uint64(provisions()) {
		s := randomFlow(seed)
		wrong := s.run(t, ends)
		if len(wrong) == 0 {
			continue
		}
		for simpler := true; simpler; {
			simpler = false
			for _, try := range s.simpler() {
				if len(try.run(t, map[string]int{})) > 0 {
					s, simpler = try, true
					break
				}
			}
		}
		t.Fatalf("seed %d: %v\nshrunk: %#v\n%v", seed, wrong, s, s.run(t, map[string]int{}))
	}
	t.Log(ends)
	for _, end := range []string{"made", "died", "undone in part", "undone"} {
		if ends[end] < provisions()/10 {
			t.Errorf("only %d calls ended as %s", ends[end], end)
		}
	}
}
