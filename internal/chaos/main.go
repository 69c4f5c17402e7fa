// Command chaos has real processes ensure resources over real TCP, kills them, and
// counts what exists in the end.
//
//	go run ./internal/chaos -service nas -seeds 10
//
// The program serves a fake of the service, puts a proxy before it that resets,
// cuts and delays connections and loses responses, and starts itself again as
// workers. Two of them ensure the same keys. They are killed with SIGKILL at random
// moments, and others take their places. When the last ones are done, the proxy and
// the fake behave, and one more worker makes one more call for each key: it succeeds,
// and one resource exists, the one that all calls before returned.
//
// Changes show within half of the time that the workers are told, so that a slow
// machine does not break the promise that the protocols rest upon.
package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"
)

var (
	service  = flag.String("service", "", "the service; all if empty")
	seeds    = flag.Int("seeds", 1, "runs of each service")
	first    = flag.Uint64("first", 1, "seed of the first run")
	keys     = flag.Int("keys", 8, "keys of a run")
	kills    = flag.Int("kills", 8, "processes that are killed in a run")
	settle   = flag.Duration("settle", 2*time.Second, "Config.Settle of the workers")
	faults   = flag.Float64("faults", 0.15, "share of the requests that meet a fault in the fake")
	endpoint = flag.String("worker", "", "be a worker that asks this endpoint")
)

// workers is how many processes are at work at the same time.
const workers = 2

func main() {
	flag.Parse()
	if *endpoint != "" {
		if err := work(*service, *endpoint, flag.Args()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	names := slices.Sorted(maps.Keys(services))
	if *service != "" {
		if services[*service].serve == nil {
			fmt.Fprintf(os.Stderr, "chaos: no service %q, but %s\n", *service, strings.Join(names, ", "))
			os.Exit(2)
		}
		names = []string{*service}
	}
	wrong := 0
	for _, name := range names {
		for seed := range uint64(*seeds) {
			start := time.Now()
			r, err := run(name, *first+seed)
			if err != nil {
				fmt.Fprintln(os.Stderr, "chaos:", err)
				os.Exit(1)
			}
			fmt.Printf("%s seed %d: %d keys, %d killed, %d requests, %d resources in %v\n", name, *first+seed, *keys, r.killed, r.requests, r.exist, time.Since(start).Round(time.Second/10))
			for _, what := range r.wrong {
				fmt.Println("  " + what)
			}
			wrong += len(r.wrong)
		}
	}
	if wrong > 0 {
		os.Exit(1)
	}
}

// work ensures the keys, each until it succeeds, and prints what it gets.
func work(name, endpoint string, keys []string) error {
	ensure, err := services[name].client(endpoint, *settle)
	if err != nil {
		return err
	}
	rand.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
	var all sync.WaitGroup
	for group := range slices.Chunk(keys, (len(keys)+3)/4) {
		all.Go(func() {
			for _, key := range group {
				for {
					// Some callers are patient, others have contexts shorter than Settle.
					ctx, cancel := context.WithTimeout(context.Background(), time.Duration((0.5+20*rand.Float64()*rand.Float64())*float64(*settle)))
					id, err := ensure(ctx, key)
					cancel()
					if err == nil {
						fmt.Println("got", key, id)
						break
					}
					fmt.Println("failed", key, strings.ReplaceAll(err.Error(), "\n", " "))
					time.Sleep(*settle / 20)
				}
			}
		})
	}
	all.Wait()
	return nil
}

// A report is what came of a run.
type report struct {
	killed, requests, exist int
	wrong                   []string
}

// A house is one run: the fake, the proxy, and what the workers have got.
type house struct {
	name   string
	proxy  *proxy
	random *rand.Rand

	mu   sync.Mutex
	got  map[string][]string // by key
	last map[string]string   // error of a key
}

func run(name string, seed uint64) (r report, err error) {
	h := &house{name: name, random: rand.New(rand.NewPCG(seed, 0)), got: map[string][]string{}, last: map[string]string{}}
	fake := services[name].serve(*settle)
	fake.disturb(*faults, *settle/4, *settle/4, seed)
	backend, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return r, err
	}
	srv := &http.Server{Handler: fake.handler, ReadHeaderTimeout: time.Minute}
	go func() { _ = srv.Serve(backend) }()
	defer srv.Close()
	if h.proxy, err = newProxy(backend.Addr().String(), *settle, seed); err != nil {
		return r, err
	}
	defer h.proxy.close()

	names := make([]string, *keys)
	for i := range names {
		names[i] = fmt.Sprintf("key-%d", i)
	}
	// One worker after the other in each place; the last one is not killed.
	lives := make([][]time.Duration, workers)
	for range *kills {
		place := h.random.IntN(workers)
		lives[place] = append(lives[place], time.Duration(0.05*float64(*settle)+h.random.ExpFloat64()*float64(*settle)))
	}
	errs := make([]error, workers)
	var all sync.WaitGroup
	var mu sync.Mutex
	for place, deaths := range lives {
		all.Go(func() {
			for _, after := range append(deaths, 0) {
				killed, err := h.worker(names, after)
				if err != nil {
					errs[place] = err
					return
				}
				if killed {
					mu.Lock()
					r.killed++
					mu.Unlock()
				}
			}
		})
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			r.wrong = append(r.wrong, err.Error())
		}
	}

	h.proxy.behave()
	fake.disturb(0, 0, 0, 0)
	time.Sleep(2 * *settle) // until all has shown
	before := maps.Clone(h.got)
	h.got = map[string][]string{}
	if _, err := h.worker(names, 0); err != nil {
		r.wrong = append(r.wrong, "one more call: "+err.Error())
	}
	for _, key := range names {
		exist, got := fake.standing(key), h.got[key]
		r.exist += len(exist)
		switch {
		case len(exist) != 1:
			r.wrong = append(r.wrong, fmt.Sprintf("P1: %s: %v exist", key, exist))
		case len(got) != 1 || got[0] != exist[0]:
			r.wrong = append(r.wrong, fmt.Sprintf("P4: %s: %v exists, one more call got %v (%s)", key, exist, got, h.last[key]))
		}
		for _, id := range before[key] {
			if !slices.Contains(exist, id) {
				r.wrong = append(r.wrong, fmt.Sprintf("P2: %s: a call got %s, but %v exist", key, id, exist))
			}
		}
	}
	r.requests = fake.requests()
	return r, nil
}

// patience is how long a worker that is not killed may take, in times of Settle.
const patience = 30

// worker runs one worker, which is killed after some time unless that is 0.
func (h *house) worker(keys []string, after time.Duration) (killed bool, err error) {
	self, err := os.Executable()
	if err != nil {
		return false, err
	}
	cmd := exec.Command(self, append([]string{"-service", h.name, "-settle", settle.String(), "-worker", "http://" + h.proxy.addr()}, keys...)...)
	cmd.Stderr = os.Stderr
	// A proxy of the environment is not to come between.
	cmd.Env = slices.DeleteFunc(os.Environ(), func(e string) bool { return strings.Contains(strings.ToLower(e), "_proxy=") })
	out, err := cmd.StdoutPipe()
	if err != nil {
		return false, err
	}
	if err := cmd.Start(); err != nil {
		return false, err
	}
	limit := after
	if limit == 0 {
		limit = patience * *settle
	}
	kill := time.AfterFunc(limit, func() { _ = cmd.Process.Kill() })
	for lines := bufio.NewScanner(out); lines.Scan(); {
		what, rest, _ := strings.Cut(lines.Text(), " ")
		key, text, _ := strings.Cut(rest, " ")
		h.mu.Lock()
		if what == "got" {
			h.got[key] = append(h.got[key], text)
		} else {
			h.last[key] = text
		}
		h.mu.Unlock()
	}
	err = cmd.Wait()
	if kill.Stop() {
		return false, err // it ended by itself
	}
	if after == 0 {
		return true, fmt.Errorf("P4: a worker has not ended after %v", limit)
	}
	return true, nil
}
