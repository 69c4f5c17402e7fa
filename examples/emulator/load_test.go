package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/kms"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/oss"
	"github.com/accesspoint-go/accesspoint/privatelink"
)

var (
	load    = flag.Duration("load", time.Second, "how long TestLoad lets its callers call; from a minute on it also looks at the memory")
	callers = flag.Int("callers", 64, "how many callers TestLoad and TestTerm have")
	calls   = flag.Int("calls", 0, "how many calls TestCost makes between the first and the last that it compares; 0 skips it")
)

// A place is where one caller, and nobody else, creates things.
type place struct {
	create func(ctx context.Context, name string) (id string, err error)
	list   func(ctx context.Context) (ids []string, err error)
	remove func(ctx context.Context, id string) error
}

// places returns a place on each service, with clients of their own that send each
// request once.
func (e *emulator) places(t *testing.T, caller int) map[string]place {
	t.Helper()
	seed := e.SeedData
	fileSystem, efsFileSystem := fmt.Sprintf("31a8e4load%d", caller), fmt.Sprintf("fs-%017x", caller)
	bucket, vpc, vSwitch := fmt.Sprintf("load-%d", caller), fmt.Sprintf("vpc-load%d", caller), fmt.Sprintf("vsw-load%d", caller)
	e.ask(t, "POST", "/seed", fmt.Sprintf(`{"nas":{"file_systems":[%q],"networks":[{"vpc":%q,"vswitch":%q}]},"efs":{"file_systems":[%q]},"oss":{"buckets":[%q]},`+
		`"privatelink":{"networks":[{"vpc":%q,"vswitch":%q,"zone":%q}]}}`, fileSystem, vpc, vSwitch, efsFileSystem, bucket, vpc, vSwitch, seed.PrivateLink.Zone), nil)

	n, err1 := nas.New(nas.Config{Region: e.Region, Endpoint: e.NAS, HTTPClient: e.http, MaxAttempts: 1, Credentials: nas.StaticCredentials{AccessKeyID: e.AccessKeyID, AccessKeySecret: e.AccessKeySecret}})
	o, err2 := oss.New(oss.Config{Region: e.Region, Endpoint: e.OSS, HTTPClient: e.http, MaxAttempts: 1, Credentials: oss.StaticCredentials{AccessKeyID: e.AccessKeyID, AccessKeySecret: e.AccessKeySecret}})
	f, err3 := efs.New(efs.Config{Region: e.AWSRegion, Endpoint: e.EFS, HTTPClient: e.http, MaxAttempts: 1, Credentials: efs.StaticCredentials{AccessKeyID: e.AccessKeyID, SecretAccessKey: e.AccessKeySecret}})
	p, err4 := privatelink.New(privatelink.Config{Region: e.Region, Endpoint: e.PrivateLink, HTTPClient: e.http, MaxAttempts: 1, Credentials: privatelink.StaticCredentials{AccessKeyID: e.AccessKeyID, AccessKeySecret: e.AccessKeySecret}})
	k, err5 := kms.New(kms.Config{Region: e.Region, Endpoint: e.KMS, HTTPClient: e.http, MaxAttempts: 1, Credentials: kms.StaticCredentials{AccessKeyID: e.AccessKeyID, AccessKeySecret: e.AccessKeySecret}})
	if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
		t.Fatal(err)
	}
	return map[string]place{
		"nas": {func(ctx context.Context, _ string) (string, error) {
			out, err := n.CreateAccessPoint(ctx, nas.CreateAccessPointRequest{FileSystemID: fileSystem, VpcID: vpc, VSwitchID: vSwitch})
			if err != nil {
				return "", err
			}
			return out.AccessPoint.AccessPointID, nil
		}, func(ctx context.Context) (ids []string, err error) {
			for ap, err := range n.AccessPoints(ctx, nas.ListAccessPointsRequest{FileSystemID: fileSystem}) {
				if err != nil {
					return nil, err
				}
				ids = append(ids, ap.AccessPointID)
			}
			return ids, nil
		}, func(ctx context.Context, id string) error {
			_, err := n.DeleteAccessPoint(ctx, nas.DeleteAccessPointRequest{FileSystemID: fileSystem, AccessPointID: id})
			return err
		}},
		"oss": {func(ctx context.Context, name string) (string, error) {
			_, err := o.CreateAccessPoint(ctx, oss.CreateAccessPointRequest{Bucket: bucket, AccessPointName: name, NetworkOrigin: oss.NetworkOriginInternet})
			return name, err
		}, func(ctx context.Context) (ids []string, err error) {
			for ap, err := range o.AccessPoints(ctx, oss.ListAccessPointsRequest{Bucket: bucket}) {
				if err != nil {
					return nil, err
				}
				ids = append(ids, ap.AccessPointName)
			}
			return ids, nil
		}, func(ctx context.Context, id string) error {
			_, err := o.DeleteAccessPoint(ctx, oss.DeleteAccessPointRequest{Bucket: bucket, AccessPointName: id})
			return err
		}},
		"efs": {func(ctx context.Context, _ string) (string, error) {
			out, err := f.CreateAccessPoint(ctx, efs.CreateAccessPointRequest{FileSystemID: efsFileSystem})
			if err != nil {
				return "", err
			}
			return out.AccessPointID, nil
		}, func(ctx context.Context) (ids []string, err error) {
			for ap, err := range f.AccessPoints(ctx, efs.DescribeAccessPointsRequest{FileSystemID: efsFileSystem}) {
				if err != nil {
					return nil, err
				}
				ids = append(ids, ap.AccessPointID)
			}
			return ids, nil
		}, func(ctx context.Context, id string) error {
			_, err := f.DeleteAccessPoint(ctx, efs.DeleteAccessPointRequest{AccessPointID: id})
			return err
		}},
		"privatelink": {func(ctx context.Context, _ string) (string, error) {
			out, err := p.CreateVpcEndpoint(ctx, privatelink.CreateVpcEndpointRequest{
				ServiceID: seed.PrivateLink.Service, VpcID: vpc, SecurityGroupIDs: []string{seed.PrivateLink.SecurityGroup},
			})
			if err != nil {
				return "", err
			}
			return out.EndpointID, nil
		}, func(ctx context.Context) (ids []string, err error) {
			for ep, err := range p.VpcEndpoints(ctx, privatelink.ListVpcEndpointsRequest{VpcID: vpc}) {
				if err != nil {
					return nil, err
				}
				ids = append(ids, ep.EndpointID)
			}
			return ids, nil
		}, func(ctx context.Context, id string) error {
			_, err := p.DeleteVpcEndpoint(ctx, privatelink.DeleteVpcEndpointRequest{EndpointID: id})
			return err
		}},
		"kms": {func(ctx context.Context, name string) (string, error) {
			_, err := k.CreateNetworkRule(ctx, kms.CreateNetworkRuleRequest{Name: name, Type: kms.NetworkRulePrivate, SourcePrivateIP: []string{"10.0.0.0/8"}})
			return name, err
		}, func(ctx context.Context) (ids []string, err error) {
			for rule, err := range k.NetworkRules(ctx, kms.ListNetworkRulesRequest{}) {
				if err != nil {
					return nil, err
				}
				if strings.HasPrefix(rule.Name, fmt.Sprintf("load-%d-", caller)) {
					ids = append(ids, rule.Name)
				}
			}
			return ids, nil
		}, func(ctx context.Context, id string) error {
			_, err := k.DeleteNetworkRule(ctx, kms.DeleteNetworkRuleRequest{Name: id})
			return err
		}},
	}
}

// TestLoad has callers create and delete for a while, while requests meet all faults:
// what was answered stands, no goroutine stays, and the memory does not grow.
//
//	go test ./examples/emulator -run TestLoad -load 10m -timeout 20m -v
func TestLoad(t *testing.T) {
	before := runtime.NumGoroutine()
	e := start(t, "-ready-after", "0s", "-throttle", "0")
	e.http.Transport.(*http.Transport).MaxIdleConnsPerHost = *callers
	all := make([]map[string]place, *callers)
	for i := range all {
		all[i] = e.places(t, i)
	}
	weights := map[string]float64{}
	for name := range faults {
		weights[name] = 1
	}
	mix, err := json.Marshal(weights)
	if err != nil {
		t.Fatal(err)
	}
	e.ask(t, "POST", "/disturb", `{"faults":0.1,"late":"2ms","any_case":true,"shift":false,"mix":`+string(mix)+`}`, nil)

	stop := make(chan struct{})
	time.AfterFunc(*load, func() { close(stop) })
	var asked, changed atomic.Int64
	var wg sync.WaitGroup
	for i, places := range all {
		wg.Go(func() {
			random := rand.New(rand.NewPCG(uint64(i), 0))
			for round := 0; ; round++ {
				select {
				case <-stop:
					return
				default:
				}
				service := names[random.IntN(len(names))]
				if err := places[service].round(t.Context(), fmt.Sprintf("load-%d-%d", i, round), &asked, &changed); err != nil {
					t.Errorf("caller %d, %s: %v", i, service, err)
					return
				}
			}
		})
	}
	var heaps []uint64
	ticker := time.NewTicker(max(*load/20, 10*time.Millisecond))
	defer ticker.Stop()
	begun := time.Now()
	for running := true; running; {
		select {
		case <-ticker.C:
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			heaps = append(heaps, m.HeapAlloc)
			if *load >= time.Minute {
				t.Logf("%4.0f s: %9d calls, %8d changes answered, heap %5.1f MB, %d goroutines", time.Since(begun).Seconds(), asked.Load(), changed.Load(), float64(m.HeapAlloc)/1e6, runtime.NumGoroutine())
			}
		case <-stop:
			running = false
		}
	}
	wg.Wait()
	t.Logf("%d calls, %d changes answered", asked.Load(), changed.Load())
	if asked.Load() == 0 || changed.Load() == 0 {
		t.Errorf("%d calls, %d changes", asked.Load(), changed.Load())
	}
	if n := len(heaps); *load >= time.Minute && n >= 10 { // the last half, when the servers remember as much as they do at most
		if first, last := slices.Max(heaps[n/2:n*3/4]), slices.Min(heaps[n*3/4:]); float64(last) > 1.1*float64(first) {
			t.Errorf("the memory grew from %d to %d bytes", first, last)
		}
	}
	e.stop()
	left := 0
	for range 1000 { // a goroutine may be on its last steps
		if left = runtime.NumGoroutine(); left <= before {
			return
		}
		<-time.After(time.Millisecond)
	}
	t.Errorf("%d goroutines before, %d after", before, left)
}

// round creates some things and deletes what there is. That a call fails is no error;
// that what it has answered does not stand is one. An empty list where something stands
// is a fault that a look cannot tell from the truth: another look can.
func (p place) round(ctx context.Context, name string, asked, changed *atomic.Int64) error {
	standing := map[string]bool{}
	for i := range 4 {
		asked.Add(1)
		if id, err := p.create(ctx, name+"-"+strconv.Itoa(i)); err == nil {
			changed.Add(1)
			standing[id] = true
		}
	}
	list := func() (ids []string, err error) {
		for range 50 {
			asked.Add(1)
			if ids, err = p.list(ctx); err == nil && (len(ids) > 0 || len(standing) == 0) {
				break
			}
		}
		return ids, err
	}
	found, err := list()
	if err != nil {
		return err
	}
	for id := range standing {
		if !slices.Contains(found, id) {
			return fmt.Errorf("%s was created and is not there; there are %q", id, found)
		}
	}
	gone := map[string]bool{}
	for _, id := range found {
		asked.Add(1)
		delete(standing, id)
		if err := p.remove(ctx, id); err == nil {
			changed.Add(1)
			gone[id] = true
		}
	}
	found, err = list()
	for _, id := range found {
		if gone[id] {
			return fmt.Errorf("%s was deleted and is there", id)
		}
	}
	return err
}

// TestTerm ends the program while callers call: what it has begun they are answered.
func TestTerm(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-verify=false", "-throttle", "0", "-latency", "300ms")
	cmd.Env = append(os.Environ(), "BE_THE_EMULATOR=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	var ready readiness
	if line, err := lines.ReadBytes('\n'); err != nil || json.Unmarshal(line, &ready) != nil {
		t.Fatalf("%s %v", line, err)
	}
	url := ready.NAS + "/?Action=CreateAccessPoint&Version=2017-06-26&FileSystemId=" + ready.SeedData.NAS.FileSystem + "&VpcId=" + ready.SeedData.NAS.Vpc + "&VswId=" + ready.SeedData.NAS.VSwitch
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: *callers}}
	var mu sync.Mutex
	got, termed, late := map[string]bool{}, false, 0
	enough := make(chan struct{})
	var wg sync.WaitGroup
	for range *callers {
		wg.Go(func() {
			for {
				req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
				if err != nil {
					t.Error(err)
					return
				}
				resp, err := client.Do(req)
				if err != nil {
					return // it has ended
				}
				_, err = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
				mu.Lock()
				if id := resp.Header.Get("X-Acs-Request-Id"); id != "" && err == nil {
					if got[id] = true; len(got) == 2**callers {
						close(enough)
					}
					if termed {
						late++
					}
				}
				mu.Unlock()
			}
		})
	}
	printed := make(chan []string, 1)
	go func() {
		text, _ := io.ReadAll(lines)
		printed <- strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	}()
	<-enough
	mu.Lock()
	termed = true
	mu.Unlock()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	said := <-printed
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	wg.Wait()
	client.CloseIdleConnections()
	if late < *callers/4 { // nearly all of them wait for an answer at any time
		t.Errorf("%d answers came after the signal", late)
	}
	for _, line := range said {
		if fields := strings.Fields(line); len(fields) != 6 {
			t.Errorf("%q", line)
		} else if !got[fields[4]] {
			t.Errorf("this answer got lost: %s", line)
		} else {
			delete(got, fields[4])
		}
	}
	if len(got) > 0 {
		t.Errorf("%d answers have no line", len(got))
	}
}

// TestUntil obeys no request that comes when the services stop.
func TestUntil(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	obeyed := 0
	h := until(ctx, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { obeyed++ }))
	for _, want := range []int{http.StatusOK, http.StatusServiceUnavailable} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
		if w.Code != want || obeyed != 1 {
			t.Errorf("%d, obeyed %d", w.Code, obeyed)
		}
		cancel()
	}
}

// TestCost compares what the first calls cost with what the last cost, in time of the
// processor.
//
//	go test ./examples/emulator -run TestCost -calls 50000 -v
func TestCost(t *testing.T) {
	if *calls == 0 {
		t.Skip("without -calls")
	}
	e := start(t, "-ready-after", "0s", "-throttle", "0")
	places := e.places(t, 0)
	var asked, changed atomic.Int64
	batch := func() time.Duration { // 20 rounds of each service
		before := processorTime(t)
		for i := range 20 {
			for _, name := range names {
				if err := places[name].round(t.Context(), fmt.Sprintf("load-0-%d-%d", asked.Load(), i), &asked, &changed); err != nil {
					t.Fatal(err)
				}
			}
		}
		return processorTime(t) - before
	}
	least := func() time.Duration { return min(batch(), batch(), batch(), batch(), batch()) }
	for range 5 { // connections, caches, a heap of the usual size
		batch()
	}
	before := asked.Load()
	first, of := least(), asked.Load()-before
	for asked.Load() < int64(*calls) {
		batch()
	}
	before = asked.Load()
	last := least()
	each := func(d time.Duration, calls int64) time.Duration { return d * 5 / time.Duration(calls) }
	t.Logf("a call costs %v at first and %v after %d", each(first, of), each(last, asked.Load()-before), before)
	if change := float64(last)/float64(first) - 1; change > 0.2 || change < -0.2 {
		t.Errorf("that is %+.0f %%", 100*change)
	}
}

// processorTime returns what this process has used.
func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
