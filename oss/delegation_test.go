package oss_test

import (
	"context"
	"errors"
	"fmt"
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

const (
	foreign   = `{ "Effect":"Allow", "Principal":["20214760404935123"], "Action":["oss:GetObject"], "Resource":["acs:oss:*:*:examplebucket/*"] }`
	delegated = `{"Effect":"Allow","Principal":["*"],"Action":["oss:*"],"Resource":["acs:oss:*:1234567890123456:examplebucket","acs:oss:*:1234567890123456:examplebucket/*"],` +
		`"Condition":{"StringEquals":{"oss:DataAccessPointAccount":["1234567890123456"]}}}`
)

var delegation = oss.Delegation{Bucket: osstest.Bucket, AccountID: osstest.AccountID}

// to is the delegation to one access point.
func to(name string) oss.Delegation {
	d := delegation
	d.AccessPointNames = []string{name}
	return d
}

// bucketPolicy returns the policy of the bucket, or an empty text.
func bucketPolicy(t *testing.T, srv *osstest.Server) string {
	t.Helper()
	out, err := srv.Client().GetBucketPolicy(context.Background(), oss.GetBucketPolicyRequest{Bucket: osstest.Bucket})
	switch {
	case errors.Is(err, oss.CodeNoSuchBucketPolicy):
		return ""
	case err != nil:
		t.Fatal(err)
	}
	return out.Policy
}

func setBucketPolicy(t *testing.T, srv *osstest.Server, policy string) {
	t.Helper()
	if _, err := srv.Client().PutBucketPolicy(t.Context(), oss.PutBucketPolicyRequest{Bucket: osstest.Bucket, Policy: policy}); err != nil {
		t.Fatal(err)
	}
}

// TestDelegation adds the statement and takes it out again, and keeps the rest to the
// byte.
func TestDelegation(t *testing.T) {
	for name, c := range map[string]struct{ before, with, after string }{
		"no policy":     {"", `{"Version":"1","Statement":[` + delegated + `]}`, ""},
		"an empty list": {`{"Statement": [ ], "Version": "1"}`, `{"Statement": [` + delegated + ` ], "Version": "1"}`, ""},
		"one statement": {"{\n\"Version\":\"1\",\n\"Statement\":[\n" + foreign + "\n] }", "{\n\"Version\":\"1\",\n\"Statement\":[\n" + foreign + "," + delegated + "\n] }", "{\n\"Version\":\"1\",\n\"Statement\":[\n" + foreign + "\n] }"},
		"no list":       {`{"Statement": ` + foreign + `,"Version":"1"}`, `{"Statement": [` + foreign + `,` + delegated + `],"Version":"1"}`, `{"Statement": [` + foreign + `],"Version":"1"}`},
		"several": {`{"Id":"é","Version":"1","Statement":[` + foreign + ` , ` + foreign + `]}`, `{"Id":"é","Version":"1","Statement":[` + foreign + ` , ` + foreign + `,` + delegated + `]}`,
			`{"Id":"é","Version":"1","Statement":[` + foreign + ` , ` + foreign + `]}`},
		"there, first": {`{"Version":"1","Statement":[` + delegated + ` , ` + foreign + `]}`, `{"Version":"1","Statement":[` + delegated + ` , ` + foreign + `]}`, `{"Version":"1","Statement":[` + foreign + `]}`},
		"there, twice": {`{"Version":"1","Statement":[` + delegated + `,` + foreign + `,` + delegated + `]}`, `{"Version":"1","Statement":[` + delegated + `,` + foreign + `,` + delegated + `]}`,
			`{"Version":"1","Statement":[` + foreign + `]}`},
		"there, in other words": {`{"Version":"1","Statement":[` + strings.NewReplacer(`["*"]`, `"*"`, `:{`, `: {`).Replace(delegated) + `]}`, `{"Version":"1","Statement":[` + strings.NewReplacer(`["*"]`, `"*"`, `:{`, `: {`).Replace(delegated) + `]}`, ""},
		"there, no list":        {`{"Version":"1","Statement":` + delegated + `}`, `{"Version":"1","Statement":` + delegated + `}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := osstest.NewServer()
				if c.before != "" {
					setBucketPolicy(t, srv, c.before)
				}
				for again := range 2 {
					n, start := len(srv.Calls()), time.Now()
					if err := srv.Client().EnsureDelegation(hour(t), delegation); err != nil || bucketPolicy(t, srv) != c.with {
						t.Fatalf("got %v and %s", err, bucketPolicy(t, srv))
					}
					calls := srv.Calls()[n : len(srv.Calls())-1]
					if there := again == 1 || c.before == c.with; there && (len(calls) != 1 || time.Since(start) != 0) {
						t.Errorf("already there, after %v: %v", time.Since(start), calls)
					} else if !there && (count(calls, "PutBucketPolicy") != 1 || time.Since(start) < 30*time.Second || time.Since(start) > 36*time.Second) {
						t.Errorf("written, after %v: %v", time.Since(start), calls)
					}
				}
				for range 2 {
					if err := srv.Client().EnsureDelegationAbsent(hour(t), delegation); err != nil || bucketPolicy(t, srv) != c.after {
						t.Fatalf("absent: got %v and %s", err, bucketPolicy(t, srv))
					}
				}
			})
		})
	}
}

// TestDelegationToSome names access points in both ways that the sources have.
func TestDelegationToSome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := osstest.NewServer()
		in := delegation
		in.AccessPointNames = []string{"ap-01", "ap-02"}
		if err := srv.Client().EnsureDelegation(hour(t), in); err != nil {
			t.Fatal(err)
		}
		for _, arn := range []string{"acs:oss:cn-hangzhou:1234567890123456:accesspoint/ap-01", "acs:oss:oss-cn-hangzhou:1234567890123456:accesspoint/ap-02"} {
			if got := bucketPolicy(t, srv); !strings.Contains(got, `"`+arn+`"`) || strings.Contains(got, "DataAccessPointAccount") {
				t.Errorf("no %s in %s", arn, got)
			}
		}
		if err := srv.Client().EnsureDelegationAbsent(hour(t), to("ap-01")); err != nil || !strings.Contains(bucketPolicy(t, srv), "ap-01") {
			t.Errorf("that to another is not this: %v", err)
		}
	})
}

// TestDelegationRefuses names what is wrong, and sends nothing.
func TestDelegationRefuses(t *testing.T) {
	srv := osstest.NewServer()
	for want, in := range map[string]oss.Delegation{
		"Bucket is required":                                   {AccountID: "1"},
		"AccountID is required":                                {Bucket: "examplebucket"},
		"AccountID must have only digits":                      {Bucket: "examplebucket", AccountID: `1"`},
		"AccessPointNames.2 is required":                       {Bucket: "examplebucket", AccountID: "1", AccessPointNames: []string{"ap-01", ""}},
		`AccessPointNames.1 must have only lower-case letters`: {Bucket: "examplebucket", AccountID: "1", AccessPointNames: []string{"*"}},
	} {
		for _, call := range []func(context.Context, oss.Delegation) error{srv.Client().EnsureDelegation, srv.Client().EnsureDelegationAbsent} {
			if err := call(t.Context(), in); !errors.Is(err, oss.ErrInvalidRequest) || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v", want, err)
			}
		}
	}
	if err := (*oss.Client)(nil).EnsureDelegation(t.Context(), delegation); err == nil {
		t.Error("a nil Client delegates")
	}
	if srv.Calls() != nil {
		t.Errorf("sent %v", srv.Calls())
	}
}

// TestDelegationFails at once on what the service refuses for good, and on a policy that
// it cannot add to.
func TestDelegationFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv, start := osstest.NewServer(), time.Now()
		for _, operation := range []string{"GetBucketPolicy", "PutBucketPolicy"} {
			srv.Inject(operation, osstest.Denied)
			if err := srv.Client().EnsureDelegation(hour(t), delegation); !errors.Is(err, oss.ErrAccessDenied) || bucketPolicy(t, srv) != "" {
				t.Errorf("%s: %v", operation, err)
			}
		}
		setBucketPolicy(t, srv, `{"Version":"1"}`)
		if err := srv.Client().EnsureDelegation(hour(t), delegation); err == nil || !strings.Contains(err.Error(), "no list of statements") {
			t.Errorf("no statements: %v", err)
		}
		full := `{"Version":"1","Statement":[` + strings.Repeat(" ", 16300) + `]}`
		setBucketPolicy(t, srv, full)
		if err := srv.Client().EnsureDelegation(hour(t), delegation); !errors.Is(err, oss.ErrInvalidRequest) || bucketPolicy(t, srv) != full {
			t.Errorf("no room: %v", err)
		}
		if time.Since(start) != 0 {
			t.Errorf("after %v", time.Since(start))
		}
		in := delegation
		in.Bucket = "no-such-bucket"
		if err := srv.Client().EnsureDelegation(hour(t), in); !errors.Is(err, oss.CodeNoSuchBucket) {
			t.Errorf("no bucket: %v", err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		setBucketPolicy(t, srv, `{"Version":"1","Statement":[]}`)
		if err := srv.Client().EnsureDelegation(ctx, delegation); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "state written") {
			t.Errorf("a short context: %v", err)
		}
	})
}

// TestDelegationsTogether has processes add and remove statements of their own in bad
// weather. What a call that returned nil has written stands, and nobody else's is lost.
func TestDelegationsTogether(t *testing.T) {
	longest := time.Duration(0)
	for seed := range uint64(60) {
		synctest.Test(t, func(t *testing.T) {
			srv := osstest.NewServer(osstest.AnySignature(), osstest.Latency(time.Duration(seed%3)*300*time.Millisecond))
			setBucketPolicy(t, srv, `{"Version":"1","Statement":[`+foreign+`]}`)
			if err := srv.Client().EnsureDelegation(hour(t), to("ap-gone")); err != nil {
				t.Fatal(err)
			}
			d := osstest.Disturbance{Lag: 9 * time.Second, Late: 9 * time.Second, Seed: seed}
			if seed%2 == 1 {
				d.Faults, d.Mix = 0.25, map[osstest.Fault]float64{
					osstest.ResponseLost: 1, osstest.Reset: 1, osstest.ServerError: 1, osstest.Throttle: 1, osstest.AppliedLate: 2, osstest.Truncated: 1,
					osstest.BadGateway: 1, osstest.Slow: 2,
				}
			}
			srv.Disturb(d)
			start := time.Now()
			var all sync.WaitGroup
			for process := range 4 {
				all.Go(func() {
					random := rand.New(rand.NewPCG(seed, uint64(process)))
					<-time.After(time.Duration(random.IntN(10000)) * time.Millisecond)
					var err error
					if process == 0 {
						err = srv.Client().EnsureDelegationAbsent(hour(t), to("ap-gone"))
					} else {
						err = srv.Client().EnsureDelegation(hour(t), to(fmt.Sprint("ap-", process)))
					}
					if err != nil {
						t.Errorf("seed %d: process %d: %v", seed, process, err)
					}
				})
			}
			all.Wait()
			longest = max(longest, time.Since(start))
			srv.Disturb(osstest.Disturbance{})
			<-time.After(9 * time.Second) // what is late has come
			got := bucketPolicy(t, srv)
			for part, want := range map[string]bool{foreign: true, "ap-1": true, "ap-2": true, "ap-3": true, "ap-gone": false} {
				if strings.Contains(got, part) != want {
					t.Errorf("seed %d: %q: want %v in %s", seed, part, want, got)
				}
			}
		})
	}
	t.Logf("the longest took %v", longest)
}

// TestDelegationInShortContexts comes to an end, whatever ends the calls before.
func TestDelegationInShortContexts(t *testing.T) {
	for seed := range uint64(20) {
		synctest.Test(t, func(t *testing.T) {
			srv := osstest.NewServer(osstest.AnySignature())
			setBucketPolicy(t, srv, `{"Version":"1","Statement":[`+foreign+`]}`)
			<-time.After(9 * time.Second)
			srv.Disturb(osstest.Disturbance{Faults: 0.3, Lag: 9 * time.Second, Late: 9 * time.Second, Seed: seed})
			random := rand.New(rand.NewPCG(seed, 0))
			for range 5 {
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(1+random.IntN(30))*time.Second)
				_ = srv.Client().EnsureDelegation(ctx, delegation)
				cancel()
			}
			srv.Disturb(osstest.Disturbance{})
			<-time.After(9 * time.Second)
			if err := srv.Client().EnsureDelegation(hour(t), delegation); err != nil || cmp.Diff(`{"Version":"1","Statement":[`+foreign+`,`+delegated+`]}`, bucketPolicy(t, srv)) != "" {
				t.Errorf("seed %d: %v, %s", seed, err, bucketPolicy(t, srv))
			}
		})
	}
}

// A late is a limiter that holds the first write until it is told to let go.
type late struct{ held chan struct{} }

func (l *late) Wait(context.Context) error { return nil }

func (l *late) WaitFor(ctx context.Context, operation string) error {
	if operation != "PutBucketPolicy" || l.held == nil {
		return nil
	}
	held := l.held
	l.held = nil
	select {
	case <-held:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// TestDelegationReadsAgain before it writes what it read a while ago, and looks again
// for as long as others may write what they have read.
func TestDelegationReadsAgain(t *testing.T) {
	other := `{"Version":"1","Statement":[` + foreign + `]}`
	for name, c := range map[string]struct {
		fault   osstest.Fault // of the first write
		foreign time.Duration // when somebody else writes
		held    bool          // the first write is held back
	}{
		"a write that is held back": {0, 9 * time.Second, true},
		"a write that failed":       {osstest.ServerError, 100 * time.Millisecond, false},
		"a write that was lost":     {osstest.ResponseLost, 25 * time.Second, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv, start := osstest.NewServer(), time.Now()
				cfg := srv.Config()
				if c.held {
					held := make(chan struct{})
					time.AfterFunc(time.Minute, func() { close(held) })
					cfg.Limiter = &late{held}
				}
				client, err := oss.New(cfg)
				if err != nil {
					t.Fatal(err)
				}
				if c.fault != 0 {
					srv.Inject("PutBucketPolicy", c.fault)
				}
				time.AfterFunc(c.foreign, func() { setBucketPolicy(t, srv, other) })
				if err := client.EnsureDelegation(hour(t), delegation); err != nil || !strings.Contains(bucketPolicy(t, srv), delegated) || !strings.Contains(bucketPolicy(t, srv), foreign) {
					t.Errorf("after %v: %v, %s", time.Since(start), err, bucketPolicy(t, srv))
				}
			})
		})
	}
	for seed := range uint64(10) {
		synctest.Test(t, func(t *testing.T) {
			srv := osstest.NewServer()
			srv.Disturb(osstest.Disturbance{Lag: 9 * time.Second, Seed: seed})
			if err := srv.Client().EnsureDelegation(hour(t), delegation); err != nil || count(srv.Calls(), "PutBucketPolicy") != 1 {
				t.Errorf("seed %d: %v, asked %v", seed, err, srv.Calls())
			}
		})
	}
}
