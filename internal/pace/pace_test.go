package pace_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"

	"github.com/accesspoint-go/accesspoint/internal/pace"
)

// TestAcquire checks that each operation has a pace of its own.
func TestAcquire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p pace.Pacer
		start := time.Now()
		for range 200 {
			if err := p.Acquire(t.Context(), "A"); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(start); took < 900*time.Millisecond || took > 1100*time.Millisecond {
			t.Errorf("200 calls, 100 of them a second after a burst of 100, took %v", took)
		}
		start = time.Now()
		if err := p.Acquire(t.Context(), "B"); err != nil || time.Since(start) != 0 {
			t.Errorf("another operation waited %v: %v", time.Since(start), err)
		}
	})
}

// TestReport checks that a reported pause holds back, and is refused at once to
// those who cannot wait that long.
func TestReport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p pace.Pacer
		p.Report("A", 10*time.Second)
		p.Report("A", time.Second) // shorter, so without effect
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		start := time.Now()
		if err := p.Acquire(ctx, "A"); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 0 {
			t.Errorf("refused with %v after %v", err, time.Since(start))
		}
		if err := p.Acquire(t.Context(), "A"); err != nil || time.Since(start) != 10*time.Second {
			t.Errorf("waited %v: %v", time.Since(start), err)
		}
	})
}

// TestWait checks that a refused or abandoned wait gives its token back.
func TestWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := rate.NewLimiter(1, 1)
		_ = pace.Wait(t.Context(), l)
		short, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		if err := pace.Wait(short, l); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		left, leave := context.WithCancel(t.Context())
		time.AfterFunc(100*time.Millisecond, leave)
		if err := pace.Wait(left, l); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		start := time.Now()
		if err := pace.Wait(t.Context(), l); err != nil || time.Since(start) > time.Second {
			t.Errorf("the tokens are lost: waited %v, %v", time.Since(start), err)
		}
		if err := pace.Wait(t.Context(), rate.NewLimiter(1, 0)); err == nil || errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a limiter without a burst: %v", err)
		}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if err := pace.Wait(ended, rate.NewLimiter(1, 1)); !errors.Is(err, context.Canceled) {
			t.Errorf("an ended context: %v", err)
		}
	})
}
