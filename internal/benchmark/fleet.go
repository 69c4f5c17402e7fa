package benchmark

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/nas"
)

// The fleet that is created and waited for, as in examples/fleet.
const (
	FleetSize    = 1000
	FleetCallers = 64
	FleetLimit   = 200 // creates a second that a service takes, in bursts of 20

	fleetLatency = 5 * time.Millisecond
	soonest      = 2 * time.Second // after which the first that is waited for is ready
	latest       = 8 * time.Second // and the last
	pollEvery    = 2 * time.Second // where an SDK has no waits
)

// A FanOut is what came of many creates that were started at once.
type FanOut struct {
	Succeeded, Failed   int
	Requests, Throttled int
	Seconds             float64 // from the first start to the last end
	SlowestOverMedian   float64 // of the creates that succeeded
}

// FanOut lets FleetCallers make FleetSize creates with one client, which sends
// into memory.
func (s *Service) FanOut(column Column) (FanOut, error) {
	return fanOut(s.fake(0, conditions{limit: FleetLimit, latency: fleetLatency}), column, FleetSize, FleetCallers)
}

func fanOut(service http.Handler, column Column, creates, callers int) (FanOut, error) {
	sent := &counter{next: fake.Transport(service)}
	client, err := column.New(memory, sent)
	if err != nil {
		return FanOut{}, err
	}
	var (
		next  atomic.Int64
		all   sync.WaitGroup
		mu    sync.Mutex
		took  []float64 // by those that succeeded
		fails []error
	)
	start := time.Now()
	for range callers {
		all.Go(func() {
			for i := next.Add(1); i <= int64(creates); i = next.Add(1) {
				start := time.Now()
				_, err := client.Create(context.Background(), fmt.Sprintf("volume-%04d", i), Short)
				end := time.Since(start).Seconds()
				mu.Lock()
				if err == nil {
					took = append(took, end)
				} else {
					fails = append(fails, err)
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	f := FanOut{
		Succeeded: len(took), Failed: len(fails), Requests: int(sent.requests.Load()), Throttled: int(sent.refused.Load()),
		Seconds: time.Since(start).Seconds(),
	}
	// Nothing is lost on the way here, and nothing but the limit stands against a
	// create.
	if f.Succeeded == 0 || f.Requests < creates || f.Requests-f.Throttled != f.Succeeded {
		return f, fmt.Errorf("%s: %+v: %w", column.Name, f, errors.Join(fails...))
	}
	slices.Sort(took)
	f.SlowestOverMedian = took[len(took)-1] / took[len(took)/2]
	return f, nil
}

// A Waited is what a way to wait for many access points needed.
type Waited struct {
	Column, Way string
	Requests    int
	Seconds     float64 // until all are known to be ready
}

// Waits creates FleetSize access points that are ready 2 to 8 seconds after the
// last was created, and waits for them from then on in every way that the
// columns have, all at the same time. There is no limit. It returns nothing for a
// service that creates nothing in the background.
func (s *Service) Waits() ([]Waited, error) { return s.waits(FleetSize) }

func (s *Service) waits(n int) ([]Waited, error) {
	if s.id == nil {
		return nil, nil
	}
	service := s.fake(0, conditions{latency: fleetLatency, readyAfter: latest})
	ids, err := s.spread(service, n)
	if err != nil {
		return nil, err
	}
	var runs []func() (Waited, error)
	for _, column := range s.Columns {
		for _, way := range ways {
			sent := &counter{next: fake.Transport(service)}
			client, err := column.New(memory, sent)
			if err != nil {
				return nil, err
			}
			if wait := way.of(client); wait != nil {
				runs = append(runs, func() (Waited, error) {
					start := time.Now()
					err := wait(context.Background(), ids)
					return Waited{column.Name, way.name, int(sent.requests.Load()), time.Since(start).Seconds()}, err
				})
			}
		}
	}
	results, errs := make([]Waited, len(runs)), make([]error, len(runs))
	var all sync.WaitGroup
	for i, run := range runs {
		all.Go(func() { results[i], errs[i] = run() })
	}
	all.Wait()
	return results, errors.Join(errs...)
}

// spread creates n access points over as long as they will take to be ready one
// after another, and returns their IDs.
func (s *Service) spread(service http.Handler, n int) ([]string, error) {
	client, err := s.Columns[0].New(memory, fake.Transport(service))
	if err != nil {
		return nil, err
	}
	ids := make([]string, n)
	start := time.Now()
	for i := range ids {
		<-time.After(time.Until(start.Add((latest - soonest) * time.Duration(i) / time.Duration(n))))
		name := fmt.Sprintf("volume-%04d", i)
		created, err := client.Create(context.Background(), name, Short)
		if err != nil {
			return nil, err
		}
		ids[i] = s.id(name, created)
	}
	return ids, nil
}

// ways are the ways to wait for many. A client that does not know one has nil
// there.
var ways = []struct {
	name string
	of   func(*Client) func(ctx context.Context, ids []string) error
}{
	{"one wait for all", func(c *Client) func(context.Context, []string) error { return c.WaitAll }},
	{"a wait for each", func(c *Client) func(context.Context, []string) error {
		if c.Wait == nil {
			return nil
		}
		return each(c.Wait)
	}},
	{"a get for each every 2 s", func(c *Client) func(context.Context, []string) error {
		if c.Ready == nil {
			return nil
		}
		return each(func(ctx context.Context, id string) error {
			for {
				if ready, err := c.Ready(ctx, id); ready || err != nil {
					return err
				}
				select {
				case <-time.After(pollEvery):
				case <-ctx.Done():
					return ctx.Err()
				}
			}
		})
	}},
}

// each waits for every ID in a goroutine of its own.
func each(wait func(context.Context, string) error) func(context.Context, []string) error {
	return func(ctx context.Context, ids []string) error {
		errs := make([]error, len(ids))
		var all sync.WaitGroup
		for i, id := range ids {
			all.Go(func() { errs[i] = wait(ctx, id) })
		}
		all.Wait()
		return errors.Join(errs...)
	}
}

// failed joins the errors of a wait for many. The result has the same form in
// all services.
func failed[T any, R ~struct {
	ID    string
	Value T
	Err   error
}](results []R) error {
	var errs []error
	for _, r := range results {
		errs = append(errs, nas.WaitResult[T](r).Err)
	}
	return errors.Join(errs...)
}

// A counter counts requests on their way into memory. It hands them over as a
// connection would: some SDKs write the names of headers in lower case, or give no
// way to read the body again.
type counter struct {
	next              http.RoundTripper
	requests, refused atomic.Int64
}

func (c *counter) RoundTrip(req *http.Request) (*http.Response, error) {
	c.requests.Add(1)
	out := req.Clone(req.Context())
	out.Header = http.Header{}
	for name, values := range req.Header {
		out.Header[http.CanonicalHeaderKey(name)] = values
	}
	if req.Body != nil {
		body, err := io.ReadAll(req.Body)
		req.Body.Close()
		if err != nil {
			return nil, err
		}
		out.Body = http.NoBody // it is read by way of GetBody
		out.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	}
	resp, err := c.next.RoundTrip(out)
	if err == nil && resp.StatusCode/100 != 2 {
		c.refused.Add(1)
	}
	return resp, err
}
