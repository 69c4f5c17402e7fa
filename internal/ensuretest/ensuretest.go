// Package ensuretest drives the Ensure functions of a service through random
// schedules, and compares what they return with what exists in the end. A schedule
// has faults by weight, late changes and lists that lag, clocks that are off,
// contexts that end, processes that die or are suspended in the middle of a call,
// their successors, and callers at the same time. The package also runs one client
// for a day, and against a service that takes fewer calls for a while.
//
// Fair weather is when the service makes no mistakes. A schedule is within Settle
// if every change shows within [Settle] after it was sent, and wild if not. These
// are the promises; a complaint begins with the number of the one that was broken.
//
//   - P1, one per key: within Settle, after the weather and one more call, one
//     resource exists for a key that was ensured. Where the service has tokens or
//     unique names, there are never two.
//   - P2, kept: what a call returned without an error, or with a drift, exists for
//     as long as nothing makes its key absent.
//   - P3, reported: if two exist after all, the next call returns the IDs of all that
//     have not lost their tags.
//   - P4, it ends: after the weather, one more call for a key returns what exists,
//     without an error. One more call of Absent leaves nothing. Calls with short
//     contexts come to an end, too, when they are repeated: on one client, and in a new
//     process each time or else the error says how long one context has to be, and
//     one that long is enough.
//   - P5, bounds: a call returns when its context ends. In fair weather it takes no
//     longer than fairTime and no more requests than fairRequests, and than three
//     readings of all pages of a list where those have a limit; in any weather it
//     sends no more than foulRate requests a second beyond that.
//   - P6, named: a call that fails after it was told the ID of what it created
//     returns the ID in its value or in its error.
//   - P7, patience: within Settle, a call whose context does not end, and that meets
//     only faults that pass, returns without an error.
//   - P8, absent: within Settle, nothing exists for a key once Absent has returned
//     without an error, unless the key is ensured again.
//   - P9, no loop: a call sends no more creations of which it does not know that
//     they were refused than the service's MaxCreates; and a client that was told an
//     ID creates no second one because the first does not show its tags. What the
//     service says does not exist, more than Settle after it was created, is another
//     matter: it is taken for deleted.
//   - P10, others: Ensure leaves alone what is not its own.
package ensuretest

import (
	"context"
	"net/http"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fake"
)

// Settle is the time within which every change shows in a schedule that is not
// wild, as the clients are told.
const Settle = 10 * time.Second

const (
	// fairTime bounds a call in fair weather. The longest is that of a service that
	// remembers two tokens of a key, each of which costs twice Settle to give up.
	// Chosen: higher hides a wait too many, lower fails that one.
	fairTime = 8 * Settle
	// fairRequests bounds the requests of a call in fair weather, where lists have one
	// page. Chosen, as twice what the longest took.
	fairRequests = 80
	// foulRate bounds the requests a second of a call in foul weather. Chosen: the
	// quickest repeats come from 4 attempts a call of an operation.
	foulRate = 4
)

// A Service is one whose Ensure functions are tested.
type Service struct {
	Name string
	// Worlds are the kinds of that service that there may be.
	Worlds map[string]func(Schedule) World
	// Creates and Deletes tell the requests that do.
	Creates, Deletes func(*http.Request) bool
	// Token returns what a creation is known by, if the service has that.
	Token func(*http.Request) string
	// Created returns the ID in the response to a creation; nil if it has none that
	// the caller does not choose.
	Created func(body []byte) string
	// MaxCreates bounds the creations of a call, and is 0 where the service makes
	// repeats harmless.
	MaxCreates int
	// Unique services never have two for a key while changes show within Settle.
	Unique bool
	// Reports tells that processes that look for a key at the same time may create one
	// each, which are never deleted and always reported: P3 takes the place of P1 and P7
	// then.
	Reports bool
	// TagsTell says that calls with other settings find a resource by its tags alone:
	// when those are lost, they create another, under another token.
	TagsTell bool
	// Keeps tells that P2 holds in wild schedules, too.
	Keeps bool
	// Marks are the outcomes that have to occur in a run of many schedules.
	Marks []string
}

// A World is a service with empty state and its clients.
type World struct {
	// Disturb makes the service misbehave, and calms it with zeros.
	Disturb func(fake.Disturbance)
	// Caller returns a new client.
	Caller func(Process) Caller
	// Standing returns the IDs of what exists for a key. The service is calm.
	Standing func(key string) []string
	// Wrong, if set, returns what the service's own test saw go wrong.
	Wrong func() []string
}

// Calm ends all misbehaviour.
func (w World) Calm() { w.Disturb(fake.Disturbance{}) }

// A Process is what a client runs in.
type Process struct {
	Wrap        func(http.RoundTripper) http.RoundTripper // which its requests pass through
	MaxAttempts int                                       // of its Config
	Together    bool                                      // it shares the looks at lists with the other clients of its world
}

// Plain is a process that nothing happens to.
func Plain() Process {
	return Process{Wrap: func(rt http.RoundTripper) http.RoundTripper { return rt }}
}

// A Caller is one process that uses the service.
type Caller struct {
	Ensure func(ctx context.Context, key string) (id string, err error)
	// Other is Ensure with other settings.
	Other  func(ctx context.Context, key string) (id string, err error)
	Absent func(ctx context.Context, key string) error
	// Duplicates returns the IDs that an error of Ensure reports.
	Duplicates func(err error) []string
	// Drifts reports whether an error of Ensure is a drift.
	Drifts func(err error) bool
}

// Mix converts the weights of faults to those of a test package.
func Mix[F ~int](mix map[fake.Fault]float64) map[F]float64 {
	if mix == nil {
		return nil
	}
	to := map[F]float64{}
	for fault, weight := range mix {
		to[F(fault)] = weight
	}
	return to
}
