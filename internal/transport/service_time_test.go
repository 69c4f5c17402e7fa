package transport_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/transport"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
)

// TestServiceTime reads the service's clock, which is an hour ahead.
func TestServiceTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		dated := func(at time.Time) wiretest.Answer {
			return wiretest.Answer{Body: "fine", Header: map[string]string{"Date": at.UTC().Format(http.TimeFormat)}}
		}
		c := newClient(t, wiretest.Answering(
			dated(start.Add(time.Hour)),
			dated(start.Add(time.Hour)), // of another machine, which is behind
			wiretest.Answer{Status: 400, Body: "Bad", Header: map[string]string{"Date": start.Add(2 * time.Hour).Format(http.TimeFormat)}}, // not the service's
			wiretest.Answer{Body: "fine", Header: map[string]string{"Date": "today"}},
			dated(start.Add(time.Hour+10*time.Second)),
		), nil)
		call := func() {
			_, _ = c.Do(t.Context(), &transport.Request{Operation: "Op", Effect: retry.NonIdempotent, Method: "POST", Decode: whole})
		}
		check := func(name string, at time.Duration, want time.Duration) {
			t.Helper()
			got := c.ServiceTime(start.Add(at))
			if want == 0 && !got.IsZero() || want != 0 && !got.Equal(start.Add(want)) {
				t.Errorf("%s: %v", name, got.Sub(start))
			}
		}
		check("no response", time.Hour, 0)
		call()
		check("a response at that moment", 0, 0)
		check("a response before it", time.Nanosecond, time.Hour+time.Nanosecond)
		<-time.After(2 * time.Second)
		call()
		check("a clock that is behind", 2*time.Second+1, time.Hour+2*time.Second+1)
		<-time.After(2 * time.Second)
		call()
		call()
		check("what is no Date of the service", 5*time.Second, time.Hour+5*time.Second)
		call()
		check("a clock that is ahead", 5*time.Second, time.Hour+11*time.Second)
		check("the past", 3*time.Second, time.Hour+3*time.Second)
	})
}
