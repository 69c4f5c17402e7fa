// Package crowded measures what many concurrent waits cost: how many requests
// they send, and how late they notice a change.
package crowded

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/efs/efstest"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
	"github.com/accesspoint-go/accesspoint/oss"
	"github.com/accesspoint-go/accesspoint/oss/osstest"
	"github.com/accesspoint-go/accesspoint/privatelink"
	"github.com/accesspoint-go/accesspoint/privatelink/privatelinktest"
)

// A service is one whose resources are waited for.
type service struct {
	name   string
	page   int                      // how many resources a page of its lists has
	lists  func(*http.Request) bool // whether the request is for a list
	denial string                   // the body of a refusal with the status 403
	// start makes a fake whose resources take that long, and a client of it that
	// sends by way of the recorder.
	start func(readyAfter, goneAfter time.Duration, r *recorder) client
}

// A client does with one service what the tests need. The waits return the error
// of each, and the state of what was last seen.
type client struct {
	create   func(context.Context) (string, error)
	remove   func(context.Context, string) error
	ready    func(context.Context, string, options) (string, error)
	readyAll func(context.Context, []string, options) []result
	gone     func(context.Context, string, options) error
	goneAll  func(context.Context, []string, options) []result
}

// The waits of all services have these types but for their names.
type (
	options = nas.WaitOptions
	result  struct {
		id, seen string // seen is the ID of the value
		err      error
	}
)

// results turns the results of a service into those of the tests.
func results[T any, R ~struct {
	ID    string
	Value T
	Err   error
}](in []R, id func(T) string) []result {
	out := make([]result, len(in))
	for i, r := range in {
		r := nas.WaitResult[T](r)
		out[i] = result{r.ID, id(r.Value), r.Err}
	}
	return out
}

var services = []service{
	{
		name: "nas", page: 100,
		lists:  func(r *http.Request) bool { return r.Header.Get("X-Acs-Action") == "ListAccessPoints" },
		denial: `{"Code":"Forbidden.RAM","Message":"no","RequestId":"R"}`,
		start: func(readyAfter, goneAfter time.Duration, r *recorder) client {
			cfg := nastest.NewServer(nastest.ReadyAfter(readyAfter), nastest.GoneAfter(goneAfter), nastest.Latency(latency)).Config()
			cfg.HTTPClient, cfg.Logger = r.around(cfg.HTTPClient), r.logger()
			c, err := nas.New(cfg)
			if err != nil {
				panic(err)
			}
			const fs = nastest.FileSystemID
			id := func(ap nas.AccessPoint) string { return ap.AccessPointID }
			return client{
				create: func(ctx context.Context) (string, error) {
					out, err := c.CreateAccessPoint(ctx, nas.CreateAccessPointRequest{FileSystemID: fs, VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID})
					if err != nil {
						return "", err
					}
					return out.AccessPoint.AccessPointID, nil
				},
				remove: func(ctx context.Context, id string) error {
					_, err := c.DeleteAccessPoint(ctx, nas.DeleteAccessPointRequest{FileSystemID: fs, AccessPointID: id})
					return err
				},
				ready: func(ctx context.Context, ap string, o options) (string, error) {
					v, err := c.WaitAccessPointActive(ctx, fs, ap, o)
					return id(v), err
				},
				readyAll: func(ctx context.Context, ids []string, o options) []result {
					return results(c.WaitAccessPointsActive(ctx, fs, ids, o), id)
				},
				gone: func(ctx context.Context, ap string, o options) error { return c.WaitAccessPointDeleted(ctx, fs, ap, o) },
				goneAll: func(ctx context.Context, ids []string, o options) []result {
					return results(c.WaitAccessPointsDeleted(ctx, fs, ids, o), id)
				},
			}
		},
	},
	{
		name: "oss", page: 100,
		lists: func(r *http.Request) bool {
			return r.Method == http.MethodGet && r.Header.Get("X-Oss-Access-Point-Name") == ""
		},
		denial: `<Error><Code>AccessDenied</Code><Message>no</Message><RequestId>R</RequestId></Error>`,
		start: func(readyAfter, goneAfter time.Duration, r *recorder) client {
			cfg := osstest.NewServer(osstest.ReadyAfter(readyAfter), osstest.GoneAfter(goneAfter), osstest.Latency(latency)).Config()
			cfg.HTTPClient, cfg.Logger = r.around(cfg.HTTPClient), r.logger()
			c, err := oss.New(cfg)
			if err != nil {
				panic(err)
			}
			name := func(ap oss.AccessPoint) string { return ap.AccessPointName }
			created := 0
			return client{
				create: func(ctx context.Context) (string, error) {
					created++
					name := fmt.Sprintf("ap-%d", created)
					_, err := c.CreateAccessPoint(ctx, oss.CreateAccessPointRequest{Bucket: osstest.Bucket, AccessPointName: name, NetworkOrigin: oss.NetworkOriginInternet})
					return name, err
				},
				remove: func(ctx context.Context, name string) error {
					_, err := c.DeleteAccessPoint(ctx, oss.DeleteAccessPointRequest{Bucket: osstest.Bucket, AccessPointName: name})
					return err
				},
				ready: func(ctx context.Context, ap string, o options) (string, error) {
					v, err := c.WaitAccessPointEnabled(ctx, osstest.Bucket, ap, oss.WaitOptions(o))
					return name(v), err
				},
				readyAll: func(ctx context.Context, names []string, o options) []result {
					return results(c.WaitAccessPointsEnabled(ctx, osstest.Bucket, names, oss.WaitOptions(o)), name)
				},
				gone: func(ctx context.Context, ap string, o options) error {
					return c.WaitAccessPointDeleted(ctx, osstest.Bucket, ap, oss.WaitOptions(o))
				},
				goneAll: func(ctx context.Context, names []string, o options) []result {
					return results(c.WaitAccessPointsDeleted(ctx, osstest.Bucket, names, oss.WaitOptions(o)), name)
				},
			}
		},
	},
	{
		name: "efs", page: 1000,
		lists:  func(r *http.Request) bool { return r.Method == http.MethodGet && !r.URL.Query().Has("AccessPointId") },
		denial: `{"ErrorCode":"AccessDeniedException","Message":"no"}`,
		start: func(readyAfter, goneAfter time.Duration, r *recorder) client {
			cfg := efstest.NewServer(efstest.ReadyAfter(readyAfter), efstest.GoneAfter(goneAfter), efstest.Latency(latency)).Config()
			cfg.HTTPClient, cfg.Logger = r.around(cfg.HTTPClient), r.logger()
			c, err := efs.New(cfg)
			if err != nil {
				panic(err)
			}
			id := func(ap efs.AccessPoint) string { return ap.AccessPointID }
			return client{
				create: func(ctx context.Context) (string, error) {
					out, err := c.CreateAccessPoint(ctx, efs.CreateAccessPointRequest{FileSystemID: efstest.FileSystemID})
					if err != nil {
						return "", err
					}
					return out.AccessPointID, nil
				},
				remove: func(ctx context.Context, id string) error {
					_, err := c.DeleteAccessPoint(ctx, efs.DeleteAccessPointRequest{AccessPointID: id})
					return err
				},
				ready: func(ctx context.Context, ap string, o options) (string, error) {
					v, err := c.WaitAccessPointAvailable(ctx, ap, efs.WaitOptions(o))
					return id(v), err
				},
				readyAll: func(ctx context.Context, ids []string, o options) []result {
					return results(c.WaitAccessPointsAvailable(ctx, ids, efs.WaitOptions(o)), id)
				},
				gone: func(ctx context.Context, ap string, o options) error {
					return c.WaitAccessPointDeleted(ctx, ap, efs.WaitOptions(o))
				},
				goneAll: func(ctx context.Context, ids []string, o options) []result {
					return results(c.WaitAccessPointsDeleted(ctx, ids, efs.WaitOptions(o)), id)
				},
			}
		},
	},
	{
		name: "privatelink", page: 1000,
		lists:  func(r *http.Request) bool { return r.Header.Get("X-Acs-Action") == "ListVpcEndpoints" },
		denial: `{"Code":"Forbidden.RAM","Message":"no","RequestId":"R"}`,
		start: func(readyAfter, goneAfter time.Duration, r *recorder) client {
			cfg := privatelinktest.NewServer(privatelinktest.ReadyAfter(readyAfter), privatelinktest.GoneAfter(goneAfter), privatelinktest.Latency(latency)).Config()
			cfg.HTTPClient, cfg.Logger = r.around(cfg.HTTPClient), r.logger()
			c, err := privatelink.New(cfg)
			if err != nil {
				panic(err)
			}
			id := func(ep privatelink.VpcEndpoint) string { return ep.EndpointID }
			return client{
				create: func(ctx context.Context) (string, error) {
					out, err := c.CreateVpcEndpoint(ctx, privatelink.CreateVpcEndpointRequest{
						ServiceID: privatelinktest.ServiceID, VpcID: privatelinktest.VpcID, SecurityGroupIDs: []string{privatelinktest.SecurityGroupID},
					})
					if err != nil {
						return "", err
					}
					return out.EndpointID, nil
				},
				remove: func(ctx context.Context, id string) error {
					_, err := c.DeleteVpcEndpoint(ctx, privatelink.DeleteVpcEndpointRequest{EndpointID: id})
					return err
				},
				ready: func(ctx context.Context, ep string, o options) (string, error) {
					v, err := c.WaitVpcEndpointReady(ctx, ep, privatelink.WaitOptions(o))
					return id(v), err
				},
				readyAll: func(ctx context.Context, ids []string, o options) []result {
					return results(c.WaitVpcEndpointsReady(ctx, ids, privatelink.WaitOptions(o)), id)
				},
				gone: func(ctx context.Context, ep string, o options) error {
					return c.WaitVpcEndpointDeleted(ctx, ep, privatelink.WaitOptions(o))
				},
				goneAll: func(ctx context.Context, ids []string, o options) []result {
					return results(c.WaitVpcEndpointsDeleted(ctx, ids, privatelink.WaitOptions(o)), id)
				},
			}
		},
	},
}

const latency = 5 * time.Millisecond

// A recorder counts the requests of a client on their way.
type recorder struct {
	service service
	deny    bool // refuse to list
	repeat  bool // give the first response to a get again
	body    []byte
	panics  func(*http.Request) bool // nil for never
	next    http.RoundTripper
	log     bytes.Buffer

	mu          sync.Mutex
	lists, gets int
}

func (r *recorder) around(hc *http.Client) *http.Client {
	r.next = hc.Transport
	return &http.Client{Transport: r}
}

func (r *recorder) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(&r.log, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// RoundTrip counts req and sends it on.
func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	list := r.service.lists(req)
	r.mu.Lock()
	if list {
		r.lists++
	} else {
		r.gets++
	}
	r.mu.Unlock()
	if list && r.deny {
		return &http.Response{StatusCode: 403, Header: http.Header{}, Request: req, Body: io.NopCloser(strings.NewReader(r.service.denial))}, nil
	}
	if r.panics != nil && r.panics(req) {
		panic(r)
	}
	resp, err := r.next.RoundTrip(req)
	if err == nil && r.repeat && !list {
		if r.body == nil {
			r.body, err = io.ReadAll(resp.Body)
		}
		resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(r.body)), int64(len(r.body))
	}
	return resp, err
}

// sent returns how many requests there were since it was last asked.
func (r *recorder) sent() (lists, gets int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	lists, gets = r.lists, r.gets
	r.lists, r.gets = 0, 0
	return lists, gets
}

// each runs a test for each service, in a bubble.
func each(t *testing.T, f func(t *testing.T, s service)) {
	for _, s := range services {
		t.Run(s.name, func(t *testing.T) { synctest.Test(t, func(t *testing.T) { f(t, s) }) })
	}
}

// fill creates n resources over the given time.
func fill(t *testing.T, c client, n int, over time.Duration) []string {
	t.Helper()
	ids := make([]string, n)
	start := time.Now()
	for i := range ids {
		if d := time.Until(start.Add(over * time.Duration(i) / time.Duration(n))); d > 0 {
			<-time.After(d)
		}
		id, err := c.create(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		ids[i] = id
	}
	return ids
}

// hour returns a context that ends after an hour, so that a wait that misses its
// end does not run for ever in the time of a bubble.
func hour(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	t.Cleanup(cancel)
	return ctx
}

// eachAlone runs one wait for each ID at the same time, and returns their results.
func eachAlone(ctx context.Context, c client, ids []string, o options) []result {
	results := make([]result, len(ids))
	var wg sync.WaitGroup
	for i, id := range ids {
		wg.Go(func() {
			seen, err := c.ready(ctx, id, o)
			results[i] = result{id, seen, err}
		})
	}
	wg.Wait()
	return results
}

// TestFigures waits for 1,000 resources that turn ready 2 to 8 seconds after the
// waits begin: by one wait for many, and by 1,000 waits at the same time.
func TestFigures(t *testing.T) {
	const n, spread, readyAfter = 1000, 6 * time.Second, 8 * time.Second
	each(t, func(t *testing.T, s service) {
		for _, c := range []struct {
			name    string
			many    bool
			options options
			late    time.Duration // the longest interval
		}{
			// The default pauses are of 2, 3, 4.5 and 6.75 s, each up to a fifth longer or shorter.
			{"many", true, options{}, 8100 * time.Millisecond},
			{"single", false, options{Interval: time.Second, MaxInterval: time.Second}, 1200 * time.Millisecond},
		} {
			r := &recorder{service: s}
			client := s.start(readyAfter, 0, r)
			ids := fill(t, client, n, spread)
			filled := time.Now()
			r.sent()

			var mu sync.Mutex
			var late time.Duration // how late one was noticed at most
			notice := func(i int) {
				mu.Lock()
				defer mu.Unlock()
				late = max(late, time.Since(filled)-(readyAfter-spread+spread*time.Duration(i)/n))
			}
			var results []result
			if c.many {
				results = client.readyAll(hour(t), ids, c.options)
				notice(n - 1)
			} else {
				results = make([]result, n)
				var wg sync.WaitGroup
				for i, id := range ids {
					wg.Go(func() {
						seen, err := client.ready(hour(t), id, c.options)
						notice(i)
						results[i] = result{id, seen, err}
					})
				}
				wg.Wait()
			}
			for i, got := range results {
				if got.err != nil || got.id != ids[i] || got.seen != ids[i] {
					t.Errorf("%s: %d: %+v", c.name, i, got)
				}
			}
			lists, gets := r.sent()
			t.Logf("%s: %d pages and %d gets, noticed after %v at most", c.name, lists, gets, late)
			if limit := max(20, 120*100/s.page); lists+gets > limit {
				t.Errorf("%s: %d pages and %d gets, the limit is %d", c.name, lists, gets, limit)
			}
			if late > c.late+n/100*latency {
				t.Errorf("%s: one was noticed %v after it was ready", c.name, late)
			}
		}
	})
}

var account = flag.Int("account", 3000, "resources of a big account")

// TestBigAccount waits for one resource among many: each poll is a get.
func TestBigAccount(t *testing.T) {
	each(t, func(t *testing.T, s service) {
		n := *account
		r := &recorder{service: s}
		client := s.start(time.Minute, 0, r)
		ids := fill(t, client, n, 10*time.Second)
		r.sent()
		polls := 1
		if _, err := client.ready(hour(t), ids[n/2], options{OnPoll: func(int, time.Duration, string) { polls++ }}); err != nil {
			t.Error(err)
		}
		if lists, gets := r.sent(); lists != 0 || gets != polls || polls < 4 {
			t.Errorf("%d pages and %d gets in %d polls", lists, gets, polls)
		}
	})
}

// TestDenied takes away the permission to list.
func TestDenied(t *testing.T) {
	each(t, func(t *testing.T, s service) {
		r := &recorder{service: s, deny: true}
		client := s.start(10*time.Second, 0, r)
		ids := fill(t, client, 50, 0)
		r.sent()
		for range 2 {
			for i, got := range client.readyAll(hour(t), ids, options{}) {
				if got.err != nil || got.seen != ids[i] {
					t.Errorf("%d: %+v", i, got)
				}
			}
			for i, got := range eachAlone(hour(t), client, ids, options{}) {
				if got.err != nil || got.seen != ids[i] {
					t.Errorf("%d: %+v", i, got)
				}
			}
		}
		if lists, gets := r.sent(); lists != 1 || gets < 4*50 {
			t.Errorf("%d pages and %d gets", lists, gets)
		}
		if n := strings.Count(r.log.String(), "may not list"); n != 1 {
			t.Errorf("the log says it %d times:\n%s", n, &r.log)
		}
	})
}

// TestEachForItself waits for some that become ready, one that does not exist, one
// whose ID is wrong, and one twice.
func TestEachForItself(t *testing.T) {
	each(t, func(t *testing.T, s service) {
		client := s.start(10*time.Second, 0, &recorder{service: s})
		missing := fill(t, client, 1, 0)[0]
		if _, err := client.ready(hour(t), missing, options{}); err != nil { // some can only be deleted then
			t.Fatal(err)
		}
		if err := client.remove(t.Context(), missing); err != nil {
			t.Fatal(err)
		}
		ids := fill(t, client, 20, 0)
		start := time.Now()
		ids[3], ids[7], ids[8] = missing, "", ids[9]
		o := options{OnPoll: func(polls int, elapsed time.Duration, _ string) {
			if elapsed > time.Since(start) {
				t.Errorf("poll %d after %v", polls, elapsed)
			}
		}}
		for i, got := range client.readyAll(hour(t), ids, o) {
			switch {
			case got.id != ids[i]:
				t.Errorf("%d: %+v", i, got)
			case i == 3:
				if !errors.Is(got.err, nas.ErrNotFound) {
					t.Errorf("one that does not exist: %+v", got)
				}
			case i == 7:
				if !errors.Is(got.err, nas.ErrInvalidRequest) {
					t.Errorf("one without an ID: %+v", got)
				}
			case got.err != nil || got.seen != ids[i]:
				t.Errorf("%d: %+v", i, got)
			}
		}
		if took := time.Since(start); took < 30*time.Second || took > time.Minute {
			t.Errorf("it took %v to give up what does not exist", took)
		}
		if got := client.readyAll(t.Context(), nil, options{}); len(got) != 0 {
			t.Errorf("no IDs: %+v", got)
		}
	})
}

// TestOwnContexts ends the contexts of half of the waits before the resources are
// ready.
func TestOwnContexts(t *testing.T) {
	each(t, func(t *testing.T, s service) {
		client := s.start(10*time.Second, 0, &recorder{service: s})
		ids := fill(t, client, 200, 0)
		start := time.Now()
		var wg sync.WaitGroup
		for i, id := range ids {
			wg.Go(func() {
				ctx := hour(t)
				if i%2 == 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, time.Duration(i)*30*time.Millisecond)
					defer cancel()
				}
				seen, err := client.ready(ctx, id, options{})
				if i%2 == 0 {
					if took := time.Since(start); !errors.Is(err, context.DeadlineExceeded) || took != time.Duration(i)*30*time.Millisecond {
						t.Errorf("%d: %v after %v", i, err, took)
					}
				} else if err != nil || seen != id {
					t.Errorf("%d: %v, %v", i, seen, err)
				}
			})
		}
		wg.Wait()
	})
}

// TestDeleted waits for many to go. A list's word is not taken for it, so that each
// takes a get in the end.
func TestDeleted(t *testing.T) {
	each(t, func(t *testing.T, s service) {
		const n = 300
		r := &recorder{service: s}
		client := s.start(0, 10*time.Second, r)
		ids := fill(t, client, n+20, 0)
		for _, id := range ids[:n] {
			if err := client.remove(t.Context(), id); err != nil {
				t.Fatal(err)
			}
		}
		removed := time.Now()
		r.sent()
		for i, got := range client.goneAll(hour(t), ids[:n], options{}) {
			if got.err != nil || got.id != ids[i] {
				t.Errorf("%d: %+v", i, got)
			}
		}
		took := time.Since(removed)
		lists, gets := r.sent()
		t.Logf("%d pages and %d gets", lists, gets)
		if took < 8*time.Second || took > 16*time.Second || gets != n || lists > 8*4*100/s.page+8 {
			t.Errorf("%d pages and %d gets in %v", lists, gets, took)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		for i, got := range client.goneAll(ctx, ids[n:], options{}) {
			if !errors.Is(got.err, context.DeadlineExceeded) || got.seen != ids[n+i] {
				t.Errorf("one that stays: %+v", got)
			}
		}
		if err := client.gone(t.Context(), ids[0], options{}); err != nil {
			t.Error(err)
		}
	})
}

// TestOptions checks that options that make no sense end a wait before it sends
// anything, and which do make sense.
func TestOptions(t *testing.T) {
	each(t, func(t *testing.T, s service) {
		r := &recorder{service: s}
		client := s.start(0, 0, r)
		id := fill(t, client, 1, 0)[0]
		r.sent()
		for field, o := range map[string]options{
			"Interval must be at least 10ms":            {Interval: -1},
			"Interval must be at least 10ms ":           {Interval: 10*time.Millisecond - 1},
			"MaxInterval must be at least 10ms":         {MaxInterval: 1},
			"MaxInterval must not be less":              {Interval: time.Minute, MaxInterval: time.Second},
			"PollTimeout must not be negative":          {PollTimeout: -1},
			"NotFoundGrace must not be negative":        {NotFoundGrace: -1},
			"MaxInterval must be at least 10ms (below)": {MaxInterval: -time.Second},
		} {
			field, _, _ = strings.Cut(strings.TrimSpace(field), " (")
			_, ready := client.ready(t.Context(), id, o)
			gone := client.gone(t.Context(), id, o)
			many := client.readyAll(t.Context(), []string{id, id}, o)
			for _, err := range []error{ready, gone, many[0].err, many[1].err} {
				if !errors.Is(err, nas.ErrInvalidRequest) || !strings.Contains(err.Error(), field) {
					t.Errorf("%+v: %v", o, err)
				}
			}
		}
		if lists, gets := r.sent(); lists+gets > 0 {
			t.Errorf("%d pages and %d gets", lists, gets)
		}
		for _, o := range []options{{Interval: time.Minute}, {MaxInterval: time.Second}, {Interval: 10 * time.Millisecond}, {NotFoundGrace: 1, PollTimeout: time.Second}} {
			if _, err := client.ready(t.Context(), id, o); err != nil {
				t.Errorf("%+v: %v", o, err)
			}
		}
	})
}

// TestAnother has the service answer with another resource than the one asked for.
// That one is neither ready nor gone.
func TestAnother(t *testing.T) {
	each(t, func(t *testing.T, s service) {
		r := &recorder{service: s}
		client := s.start(0, 0, r)
		ids := fill(t, client, 2, 0)
		r.repeat = true
		if seen, err := client.ready(t.Context(), ids[0], options{}); err != nil || seen != ids[0] {
			t.Fatal(seen, err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if seen, err := client.ready(ctx, ids[1], options{}); err == nil || errors.Is(err, nas.ErrNotFound) || !strings.Contains(err.Error(), ids[0]) {
			t.Errorf("ready: %q, %v", seen, err)
		}
		if err := client.gone(ctx, ids[1], options{}); err == nil || errors.Is(err, nas.ErrNotFound) || !strings.Contains(err.Error(), ids[0]) {
			t.Errorf("gone: %v", err)
		}
	})
}

// TestPanics has the RoundTripper panic for some callers. It comes out where they
// called, and nobody else minds.
func TestPanics(t *testing.T) {
	each(t, func(t *testing.T, s service) {
		r := &recorder{service: s}
		client := s.start(5*time.Second, 0, r)
		ids := fill(t, client, 100, 0)
		r.panics = func(req *http.Request) bool { return req.Context().Value(r) != nil }
		var wg sync.WaitGroup
		var mu sync.Mutex
		panicked := 0
		for i, id := range ids {
			wg.Go(func() {
				defer func() {
					if p := recover(); p != nil {
						mu.Lock()
						defer mu.Unlock()
						if panicked++; i%2 != 0 {
							t.Errorf("%d: %v", i, p)
						}
					}
				}()
				ctx := hour(t)
				if i%2 == 0 {
					ctx = context.WithValue(ctx, r, i)
				}
				if seen, err := client.ready(ctx, id, options{}); err != nil || seen != id {
					t.Errorf("%d: %q, %v", i, seen, err)
				}
			})
		}
		wg.Wait()
		if panicked == 0 {
			t.Error("nobody has led")
		}
		// The one goroutine of a wait for many is the caller's.
		func() {
			defer func() {
				if recover() == nil {
					t.Error("a wait for many has not panicked")
				}
			}()
			client.readyAll(context.WithValue(hour(t), r, 0), ids, options{})
		}()
	})
}
