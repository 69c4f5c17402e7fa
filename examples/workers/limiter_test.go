package main

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/efs/efstest"
)

// TestLocal counts the calls of each operation by itself.
func TestLocal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLocal(10, 5)
		start := time.Now()
		for range 15 {
			for _, operation := range []string{"CreateAccessPoint", "DescribeAccessPoints"} {
				if err := l.WaitFor(t.Context(), operation); err != nil {
					t.Fatal(err)
				}
			}
		}
		if took := time.Since(start); took != time.Second {
			t.Errorf("15 of each took %v", took)
		}
	})
}

// TestOperations sees the SDK tell the limiter its operations.
func TestOperations(t *testing.T) {
	s := efstest.NewServer()
	cfg := s.Config()
	l := newLocal(1000, 1)
	cfg.Limiter = l
	client, err := efs.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.EnsureAccessPoint(t.Context(), "v-1", efs.CreateAccessPointRequest{FileSystemID: efstest.FileSystemID}); err != nil {
		t.Fatal(err)
	}
	if l.of["CreateAccessPoint"] == nil || l.of["DescribeAccessPoints"] == nil || l.of[""] != nil {
		t.Errorf("%v", l.of)
	}
}

// TestShared has two processes share a limit, which Redis keeps, and go on without it
// when it is away, and with it when it is back.
func TestShared(t *testing.T) {
	server := startRedis(t)
	const perSecond, burst = 50, 5
	var alone atomic.Int64
	process := func() *shared {
		client, err := connectRedis(server.url)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = client.Close() })
		return newShared(client, "test", perSecond, burst, newLocal(1000, 1), func() { alone.Add(1) }, slog.New(slog.DiscardHandler))
	}
	both := []*shared{process(), process()}
	calls := func(n int) (took time.Duration) {
		start := time.Now()
		var all sync.WaitGroup
		for i := range n {
			all.Go(func() {
				if err := both[i%2].WaitFor(t.Context(), "CreateAccessPoint"); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		return time.Since(start)
	}
	// It can only be too early: a slow machine makes it later.
	if took, least := calls(50), (50-burst)*time.Second/perSecond; took < least-10*time.Millisecond {
		t.Errorf("50 calls took %v, less than %v", took, least)
	}
	if n := alone.Load(); n > 0 {
		t.Logf("Redis took more than %v %d times", answer, n)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := both[0].WaitFor(ended, "CreateAccessPoint"); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	server.stop(9)
	before := alone.Load()
	calls(20)
	if n := alone.Load() - before; n != 20 {
		t.Errorf("%d of 20 calls went on without Redis", n)
	}
	server.start()
	for asked := false; !asked; { // as soon as it may be asked again
		before := alone.Load()
		calls(2)
		asked = alone.Load() == before
	}
}
