package conformance

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/nas"
)

var (
	inputs = flag.Int("inputs", 200, "how many random inputs each operation of each peer gets")
	seed   = flag.Uint64("seed", 1, "the first seed")
)

// services are filled in by the files of the services.
var services []*service

// A service is one of ours, with the SDKs that it is compared with.
type service struct {
	name  string
	ours  func(env, http.RoundTripper) (any, error) // makes a client
	peers []*peer
	// inputs makes a random input of each operation. What our Validate refuses
	// is thrown away.
	inputs map[string]func(*gen) tree
	// env makes a random environment that both sides can be configured for.
	env func(*gen) env
	// sign returns the Authorization header that the official signer computes.
	sign func(env, wiretest.Request) (string, error)
	fake func() (http.Handler, func(operation string, r fake.Refusal))
	// failure takes our error apart.
	failure func(error) (failure, bool)
	// jsonText are the members of answers that hold JSON in a text.
	jsonText []string
}

// A peer is an official SDK for one service.
type peer struct {
	name   string
	client func(env, http.RoundTripper) (any, error)
	// call calls an operation; nil stands for the method of that name.
	call func(client any, operation string, in tree) (any, error)
	// prune leaves out of an input what the SDK has no parameter for.
	prune   func(operation string, in tree) tree
	failure func(error) (failure, bool)
	// has reports whether the SDK has an operation; nil if it has all of ours.
	has func(operation string) bool
}

// A failure is what an error says about the service's answer.
type failure struct {
	Code      string
	Status    int
	RequestID string
}

// An env is where a call goes and who signs it.
type env struct {
	region, endpoint  string // the endpoint is a URL; empty for the region's own
	id, secret, token string
	pathStyle         bool // of the OSS address
	internal          bool // the region's internal endpoint
	fips, dualStack   bool // of the EFS endpoint
	typed             bool // the SDKs on darabonba-openapi give the errors below their common one
}

func (e env) scheme() string {
	if u, err := url.Parse(e.endpoint); err == nil && u.Scheme != "" {
		return u.Scheme
	}
	return "https"
}

// call calls the operation of a client with an input, whatever the client is: it
// finds the method and fills in the struct that the method takes.
func call(client any, operation string, in tree) (out any, err error) {
	method := reflect.ValueOf(client).MethodByName(operation)
	if !method.IsValid() {
		return nil, fmt.Errorf("%T has no %s", client, operation)
	}
	var args []reflect.Value
	for i := range method.Type().NumIn() {
		switch t := method.Type().In(i); {
		case method.Type().IsVariadic() && i == method.Type().NumIn()-1:
		case t == reflect.TypeFor[context.Context]():
			args = append(args, reflect.ValueOf(context.Background()))
		default:
			arg := reflect.New(t).Elem()
			if err := fill(arg, in, ""); err != nil {
				return nil, err
			}
			args = append(args, arg)
		}
	}
	return results(method.Call(args))
}

func results(values []reflect.Value) (any, error) {
	err, _ := values[1].Interface().(error)
	return values[0].Interface(), err
}

func (p *peer) do(client any, operation string, in tree) (any, error) {
	if p.call != nil {
		return p.call(client, operation, in)
	}
	return call(client, operation, in)
}

// capture returns the request that send makes. What becomes of the answer does
// not matter; that there was a request does.
func capture(send func(http.RoundTripper) error) (wiretest.Request, error) {
	r := wiretest.Answering(wiretest.Answer{Body: "{}"})
	err := send(wiretest.RoundTripFunc(func(req *http.Request) (*http.Response, error) {
		if req.Host == "" { // net/http sends the URL's then
			req.Host = req.URL.Host
		}
		return r.RoundTrip(req)
	}))
	all := r.Requests()
	if len(all) != 1 {
		return wiretest.Request{}, fmt.Errorf("%d requests: %w", len(all), err)
	}
	header := http.Header{}
	for name, values := range all[0].Header { // some SDKs set names in lower case
		header[http.CanonicalHeaderKey(name)] = values
	}
	all[0].Header = header
	return all[0], nil
}

// eachPeer runs a test for every service and peer.
func eachPeer(t *testing.T, f func(t *testing.T, s *service, p *peer)) {
	for _, s := range services {
		for _, p := range s.peers {
			t.Run(s.name+"/"+p.name, func(t *testing.T) { f(t, s, p) })
		}
	}
}

// operations returns the operations that both sides have.
func (s *service) operations(p *peer) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(s.inputs)), func(operation string) bool { return p.has != nil && !p.has(operation) })
}

// An exchange is an input with the requests that it became.
type exchange struct {
	env          env
	theirs, ours wiretest.Request
}

// send sends in both ways. It fails for an input that one side refuses.
func (s *service) send(p *peer, e env, operation string, in tree) (x exchange, err error) {
	x.env = e
	x.ours, err = capture(func(rt http.RoundTripper) error {
		client, err := s.ours(e, rt)
		if err == nil {
			_, err = call(client, operation, in)
		}
		return err
	})
	if err != nil {
		return x, fmt.Errorf("ours: %w", err)
	}
	x.theirs, err = capture(func(rt http.RoundTripper) error {
		client, err := p.client(e, rt)
		if err == nil {
			_, err = p.do(client, operation, in)
		}
		return err
	})
	if err != nil {
		return x, fmt.Errorf("theirs: %w", err)
	}
	return x, nil
}

// wrong returns what is wrong with an exchange: facts that differ for no known
// reason, and a signature that is not the official signer's.
func (s *service) wrong(p *peer, x exchange) []string {
	wrong := unexplained(p.name, x.ours.Header.Get("X-Acs-Action"), facts(x.theirs), facts(x.ours))
	want, err := s.sign(x.env, x.ours)
	if got := x.ours.Header.Get("Authorization"); err != nil || got != want {
		wrong = append(wrong, fmt.Sprintf("signature:\n\tofficial %s %v\n\tours     %s", want, err, got))
	}
	return wrong
}

// TestRequests sends random inputs both ways.
func TestRequests(t *testing.T) {
	eachPeer(t, func(t *testing.T, s *service, p *peer) {
		t.Parallel()
		for _, operation := range s.operations(p) {
			t.Run(operation, func(t *testing.T) {
				for n := range *inputs {
					seed := *seed + uint64(n)
					g := newGen(seed)
					e := s.env(g)
					in, x := s.valid(t, g, p, e, operation)
					if len(s.wrong(p, x)) == 0 {
						continue
					}
					in = shrink(in, func(in tree) bool {
						x, err := s.send(p, e, operation, in)
						return err == nil && len(s.wrong(p, x)) > 0
					})
					x, _ = s.send(p, e, operation, in)
					text, _ := json.Marshal(in)
					t.Fatalf("seed %d, reduced input %s, in %+v:\n%s", seed, text, e, strings.Join(s.wrong(p, x), "\n"))
				}
			})
		}
	})
}

// valid returns a random input that both sides send. Ours may refuse some by its
// rules; nothing else may go wrong.
func (s *service) valid(t *testing.T, g *gen, p *peer, e env, operation string) (tree, exchange) {
	t.Helper()
	var err error
	for range 100 {
		in := s.inputs[operation](g)
		if p.prune != nil {
			in = p.prune(operation, in)
		}
		var x exchange
		if x, err = s.send(p, e, operation, in); err == nil {
			return in, x
		}
		if !errors.Is(err, nas.ErrInvalidRequest) { // the same in all packages
			break
		}
	}
	t.Fatalf("no valid input: %v", err)
	return nil, exchange{}
}

// facts takes a request apart. What is different in every request is masked, so
// that a fact says only that it is there.
func facts(r wiretest.Request) map[string]string {
	f := map[string]string{"method": r.Method, "host": r.Host, "path": r.Path}
	query, err := url.ParseQuery(r.Query)
	if err != nil {
		f["query"] = err.Error()
	}
	for name, values := range query {
		f["query "+name] = strings.Join(values, "\n")
	}
	for name, values := range r.Header {
		value := strings.Join(values, "\n")
		switch name {
		case "Authorization":
			value, _, _ = strings.Cut(value, ",") // algorithm, key and scope
			if parts := strings.Split(value, "/"); len(parts) > 1 {
				parts[1] = "<day>"
				value = strings.Join(parts, "/")
			}
		case "X-Acs-Date", "X-Acs-Signature-Nonce", "X-Amz-Date", "X-Oss-Date":
			value = "<now>"
		}
		f["header "+name] = value
	}
	if form, err := url.ParseQuery(r.Body); err == nil && r.Header.Get("Content-Type") == "application/x-www-form-urlencoded" {
		for name, values := range form {
			f["form "+name] = strings.Join(values, "\n")
		}
		return f
	}
	for name, value := range bodyFacts(r.Body) {
		f[name] = value
	}
	return f
}

// unexplained returns the facts that differ and are not in the table of
// differences: neither in general nor for the recorded answer, or the RPC
// operation, of that name.
func unexplained(peer, of string, theirs, ours map[string]string) []string {
	var wrong []string
	for _, name := range slices.Sorted(maps.Keys(union(theirs, ours))) {
		a, inA := theirs[name]
		b, inB := ours[name]
		if inA != inB || a != b {
			if !explained(peer, name, said(a, inA), said(b, inB)) && !explained(peer, of+": "+name, said(a, inA), said(b, inB)) {
				wrong = append(wrong, fmt.Sprintf("%s:\n\t%s %s\n\tours     %s", name, pad(peer), said(a, inA), said(b, inB)))
			}
		}
	}
	return wrong
}

func pad(s string) string { return fmt.Sprintf("%-8s", s) }

const nothing = "(nothing)"

func said(value string, ok bool) string {
	if !ok {
		return nothing
	}
	return strconv.Quote(value)
}

// union returns all of a and b, and of b what is in both.
func union[V any](a, b map[string]V) map[string]V {
	u := maps.Clone(a)
	maps.Copy(u, b)
	return u
}

// TestMain reports the differences that did not occur in a whole run: they are
// out of date. In a process of TestChains it is the official side of a search.
func TestMain(m *testing.M) {
	if os.Getenv(chainCloud) != "" {
		if err := searchOfficially(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	flag.Parse()
	code := m.Run()
	whole := flag.Lookup("test.run").Value.String() == "" && flag.Lookup("test.fuzz").Value.String() == "" &&
		flag.Lookup("test.skip").Value.String() == "" && flag.Lookup("test.list").Value.String() == ""
	if code == 0 && whole && *inputs >= 200 && *seed == 1 {
		for _, d := range differences {
			if !used[d] {
				fmt.Fprintf(os.Stderr, "this difference did not occur: %s: %s (%s)\n", d.peer, d.fact, d.reason)
				code = 1
			}
		}
	}
	os.Exit(code)
}

var (
	usedMu sync.Mutex
	used   = map[*difference]bool{}
)

// explained reports whether the table knows the difference.
func explained(peer, fact, theirs, ours string) bool {
	for _, d := range differences {
		prefix, open := strings.CutSuffix(d.fact, "*")
		if d.peer != peer && d.peer != "all" || fact != d.fact && (!open || !strings.HasPrefix(fact, prefix)) {
			continue
		}
		if d.holds(theirs, ours) {
			usedMu.Lock()
			used[d] = true
			usedMu.Unlock()
			return true
		}
	}
	return false
}

// A gen makes random values.
type gen struct{ *rand.Rand }

func newGen(seed uint64) *gen { return &gen{rand.New(rand.NewPCG(seed, 0))} }

// alphabet has every character that one of the encodings treats in its own way.
var alphabet = []rune("abcdefghXYZ0189-_.~*+/ %=&?#@!$'(),;:[]|\\\"<>^`{}\t\n\r\x01\x7fé漢字😀\u2028")

// text returns a text of characters from the alphabet.
func (g *gen) text(low, high int) string { return g.from(alphabet, low, high) }

// word returns a text of lower-case letters and digits.
func (g *gen) word(low, high int) string {
	return g.from([]rune("abcdefghijklmnopqrstuvwxyz0123456789"), low, high)
}

func (g *gen) from(set []rune, low, high int) string {
	s := make([]rune, low+g.IntN(high-low+1))
	for i := range s {
		s[i] = set[g.IntN(len(set))]
	}
	return string(s)
}

// posix returns the ID of a user or group, often one at the border.
func (g *gen) posix() any {
	return pick(g, json.Number("0"), json.Number("4294967295"), json.Number("2147483648"), json.Number(strconv.Itoa(g.IntN(70000))))
}

func (g *gen) number(low, high int) any { return json.Number(strconv.Itoa(low + g.IntN(high-low+1))) }

func pick[T any](g *gen, from ...T) T { return from[g.IntN(len(from))] }

// list returns a list of values.
func (g *gen) list(low, high int, item func() any) any {
	l := make([]any, low+g.IntN(high-low+1))
	for i := range l {
		l[i] = item()
	}
	return l
}

// maybe adds a parameter to in, or does not.
func (g *gen) maybe(in tree, name string, value func() any) {
	if g.IntN(2) == 0 {
		in[name] = value()
	}
}

// key adds a key to an environment, at times a temporary one.
func (g *gen) key(e env) env {
	e.id, e.secret = "testAccessKeyId", g.word(8, 40)
	if g.IntN(2) == 0 {
		e.token = g.from([]rune("abcXYZ019+/="), 1, 200)
	}
	return e
}

// serve starts a fake on loopback.
func serve(t *testing.T, h http.Handler) env {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return env{endpoint: s.URL}
}

// until calls look until it reports true. The round trips are pause enough.
func until(t *testing.T, look func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for !look() {
		if ctx.Err() != nil {
			t.Fatal("it did not come true in a minute")
		}
	}
}
