package ensuretest

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fake"
)

// A Schedule is what happens in one run. Its fields and those of its calls are in
// the tables fields, by which a schedule is printed, read and shrunk.
type Schedule struct {
	Seed      uint64
	Faults    float64 // share of the requests that meet one
	Mix       map[fake.Fault]float64
	Late, Lag time.Duration
	TagLag    time.Duration
	TagsLost  float64
	AnyCase   bool
	Shift     bool
	Clock     time.Duration // of the service, against that of all machines
	Jitter    time.Duration
	Page      int           // items on a page
	Latency   time.Duration // of the network, there and back
	Weather   time.Duration // after which it is fair; 0 if it lasts until the last call returns
	Pauses    float64       // share of the steps at which a process is suspended
	Attempts  int           // MaxAttempts of the clients
	Together  bool          // the clients share their looks
	Absent    bool          // in the end every key is made absent
	Hurry     time.Duration // of the contexts of Absent, which is called until it succeeds
	Wild      bool          // changes may show later than Settle says
	Calls     []Call
}

// A Call is one call of Ensure.
type Call struct {
	Key   int
	Start time.Duration
	Other bool // it asks for other settings
	// Timeout is that of its context. A call that fails is made again, until it
	// does not: by the same process, or by a new one each time.
	Timeout time.Duration
	Anew    bool
	// Crashes are when its process dies, after its start. Another takes its key up
	// Restart later, and dies after the next of the Crashes.
	Crashes []time.Duration
	Restart time.Duration
}

func (c Call) key() string { return fmt.Sprintf("key-%d", c.Key) }

// A field is one that is printed, read and shrunk. Its dimension is the kind of
// trouble that it stands for; empty for what every schedule may have.
type field struct {
	name, dimension string
	value           any
}

func (s *Schedule) fields() []field {
	return []field{
		{"seed", "", &s.Seed}, {"wild", "", &s.Wild}, {"absent", "", &s.Absent},
		{"faults", "", &s.Faults}, {"mix", "", &s.Mix}, {"late", "", &s.Late}, {"lag", "", &s.Lag}, {"latency", "", &s.Latency},
		{"taglag", "tags", &s.TagLag}, {"tagslost", "lost tags", &s.TagsLost},
		{"anycase", "case", &s.AnyCase}, {"page", "pages", &s.Page}, {"shift", "shift", &s.Shift},
		{"clock", "clocks", &s.Clock}, {"jitter", "clocks", &s.Jitter},
		{"weather", "weather", &s.Weather}, {"pauses", "pauses", &s.Pauses},
		{"hurry", "absent contexts", &s.Hurry},
		{"attempts", "attempts", &s.Attempts}, {"together", "together", &s.Together},
	}
}

func (c *Call) fields() []field {
	return []field{
		{"key", "", &c.Key}, {"start", "", &c.Start}, {"crashes", "", &c.Crashes}, {"restart", "", &c.Restart},
		{"other", "drift", &c.Other}, {"timeout", "contexts", &c.Timeout}, {"anew", "contexts", &c.Anew},
	}
}

// Dimensions are the kinds of trouble that a schedule may have beside the usual
// faults, lateness, lag, rivals and crashes.
var Dimensions = []string{
	"clocks", "contexts", "errors", "slow", "tags", "lost tags", "case", "pages", "shift",
	"pauses", "weather", "drift", "attempts", "together",
	"absent contexts",
	"orphans", // a process dies while another is at work on the same key
}

// A kind is a fault by name.
type kind struct {
	name, dimension string
	fault           fake.Fault
}

// kinds are all faults. Those that do not pass, or that come as if all
// were well, belong to the dimension errors, or slow.
var kinds = []kind{
	{"response-lost", "", fake.ResponseLost}, {"reset", "", fake.Reset}, {"server-error", "", fake.ServerError}, {"throttle", "", fake.Throttle},
	{"applied-late", "", fake.AppliedLate}, {"truncated", "", fake.Truncated}, {"bad-gateway", "", fake.BadGateway},
	{"slow", "slow", fake.Slow}, {"denied", "errors", fake.Denied}, {"proxy-auth", "errors", fake.ProxyAuth}, {"conflict", "errors", fake.Conflict},
	{"web-page", "errors", fake.WebPage}, {"cut-body", "errors", fake.CutBody}, {"empty-response", "errors", fake.EmptyResponse},
	{"empty-list", "errors", fake.EmptyList}, // wild only: no client can tell
}

// needs returns the dimensions that a schedule has.
func (s Schedule) needs() (dimensions []string) {
	add := func(fields []field) {
		for _, f := range fields {
			if f.dimension != "" && !reflect.ValueOf(f.value).Elem().IsZero() {
				dimensions = append(dimensions, f.dimension)
			}
		}
	}
	add(s.fields())
	for i := range s.Calls {
		add(s.Calls[i].fields())
	}
	for _, k := range kinds {
		if k.dimension != "" && s.Mix[k.fault] > 0 && s.Faults > 0 {
			dimensions = append(dimensions, k.dimension)
		}
	}
	for _, c := range s.Calls {
		if c.Crashes != nil && s.rivals(c) > 0 {
			dimensions = append(dimensions, "orphans")
		}
	}
	slices.Sort(dimensions)
	return slices.Compact(dimensions)
}

// rivals returns how many other calls have the key of c.
func (s Schedule) rivals(c Call) int {
	n := -1
	for _, other := range s.Calls {
		if other.Key == c.Key {
			n++
		}
	}
	return n
}

// final reports whether a call may fail for a fault that does not pass.
func (s Schedule) final() bool {
	for _, k := range kinds {
		if k.dimension == "errors" && s.Mix[k.fault] > 0 && s.Faults > 0 {
			return true
		}
	}
	return false
}

func (s Schedule) weather(seed uint64) fake.Disturbance {
	return fake.Disturbance{
		Faults: s.Faults, Mix: s.Mix, Late: s.Late, Lag: s.Lag, TagLag: s.TagLag, TagsLost: s.TagsLost,
		AnyCase: s.AnyCase, Shift: s.Shift, Seed: s.Seed + seed,
	}
}

// Random returns a schedule that has some of the given dimensions. Lateness and
// lag add up to at most Settle, unless it is wild: then either may be longer,
// lateness up to three times Settle.
func Random(seed uint64, wild bool, dimensions []string) Schedule {
	r := rand.New(rand.NewPCG(seed, 1))
	upTo := func(d time.Duration) time.Duration { return time.Duration(r.Int64N(int64(d) + 1)) }
	s := Schedule{
		Faults:  r.Float64() * 0.4,
		Late:    upTo(Settle / 2),
		Lag:     upTo(Settle / 2),
		Seed:    seed,
		Latency: upTo(400 * time.Millisecond),
		Absent:  r.IntN(4) == 0,
		Wild:    wild,
	}
	if wild {
		s.Late = Settle + upTo(2*Settle)
		if r.IntN(2) == 0 {
			s.Lag = upTo(3 * Settle / 2)
		}
	}
	if r.IntN(4) == 0 {
		s.Faults = 0
	}
	keys := 1 + r.IntN(2)
	for range 1 + r.IntN(4) {
		c := Call{Key: r.IntN(keys)}
		switch r.IntN(3) {
		case 0: // at the same instant as others
		case 1:
			c.Start = upTo(Settle / 2)
		default:
			c.Start = upTo(4 * Settle)
		}
		for r.IntN(3) == 0 {
			// Creations are under way shortly after the start of a call, or a
			// multiple of Settle later.
			crash := 1 + upTo(2*s.Latency)
			switch r.IntN(3) {
			case 0:
				crash += Settle
			case 1:
				crash += upTo(5 * Settle / 2)
			}
			c.Crashes = append(c.Crashes, crash)
		}
		if r.IntN(2) == 0 {
			c.Restart = upTo(Settle)
		}
		s.Calls = append(s.Calls, c)
	}
	s.swarm(dimensions)
	return s
}

// swarm adds to s some of the dimensions, so that each schedule has few, and all
// combinations occur.
func (s *Schedule) swarm(dimensions []string) {
	r := rand.New(rand.NewPCG(s.Seed, 3))
	upTo := func(d time.Duration) time.Duration { return time.Duration(r.Int64N(int64(d) + 1)) }
	// between returns a time of any order of magnitude.
	between := func(from, to time.Duration) time.Duration {
		return time.Duration(float64(from) * math.Exp(r.Float64()*math.Log(float64(to)/float64(from))))
	}
	has := map[string]bool{}
	for _, d := range Dimensions { // all draw alike, whatever is allowed
		has[d] = r.IntN(3) == 0 && slices.Contains(dimensions, d)
	}
	if r.IntN(4) > 0 { // unequal weights, from 1 to 64
		s.Mix = map[fake.Fault]float64{}
		for _, k := range kinds {
			weight := math.Round(math.Exp2(6 * r.Float64()))
			if r.IntN(2) == 0 && (k.dimension == "" || has[k.dimension]) && (k.fault != fake.EmptyList || s.Wild) {
				s.Mix[k.fault] = weight
			}
		}
		if len(s.Mix) == 0 {
			s.Mix = nil
		}
	}
	if has["clocks"] {
		if s.Clock = between(time.Second/10, 15*time.Minute); r.IntN(2) == 0 {
			s.Clock = -s.Clock
		}
		if r.IntN(2) == 0 {
			s.Jitter = Settle / 20
		}
	}
	if has["tags"] {
		if s.TagLag = upTo(Settle - min(Settle, s.Late+s.Lag)); s.Wild {
			s.TagLag = upTo(3 * Settle)
		}
	}
	if has["lost tags"] {
		s.TagsLost = []float64{0.2, 0.5, 1}[r.IntN(3)]
	}
	s.AnyCase = has["case"]
	if has["pages"] || has["shift"] {
		s.Page = 1 + r.IntN(3)
		s.Shift = has["shift"]
	}
	if has["pauses"] {
		s.Pauses = 0.02 + 0.2*r.Float64()
	}
	if has["weather"] {
		s.Weather = between(Settle/2, 20*Settle)
	}
	if has["attempts"] {
		s.Attempts = 1
	}
	s.Together = has["together"]
	if has["absent contexts"] && s.Absent {
		s.Hurry = between(Settle/10, 2*Settle) + s.room()
	}
	for i := range s.Calls {
		c := &s.Calls[i]
		if has["contexts"] && r.IntN(3) > 0 {
			c.Timeout = between(Settle/10, 12*Settle) + s.room()
			c.Anew = r.IntN(2) == 0
		}
		c.Other = has["drift"] && r.IntN(3) == 0
		if !slices.Contains(dimensions, "orphans") && s.rivals(*c) > 0 {
			c.Crashes = nil
		}
	}
}

// room returns what every context has to have room for: two requests and a word with
// the service, and if lists have several pages, to read one three times, as it takes to
// prove which is the oldest.
func (s *Schedule) room() time.Duration {
	perPage := s.Latency + time.Duration(s.Faults*float64(time.Second))
	return 8*s.Latency + time.Duration(3*s.pages())*perPage
}

// pages returns how many pages a list may have, beyond the one that there always is.
func (s *Schedule) pages() int {
	const most = 12 // items
	if s.Page == 0 {
		return 0
	}
	return (most - 1) / s.Page
}

// String returns the schedule on one line, as [Parse] reads it.
func (s Schedule) String() string {
	parts := []string{text(s.fields())}
	for i := range s.Calls {
		parts = append(parts, text(s.Calls[i].fields()))
	}
	return strings.Join(parts, " ; ")
}

func text(fields []field) string {
	var words []string
	for _, f := range fields {
		v := reflect.ValueOf(f.value).Elem()
		if v.IsZero() {
			continue
		}
		word := f.name
		switch v := v.Interface().(type) {
		case bool:
		case []time.Duration:
			var ds []string
			for _, d := range v {
				ds = append(ds, d.String())
			}
			word += "=" + strings.Join(ds, ",")
		case map[fake.Fault]float64:
			var ws []string
			for _, k := range kinds {
				if w := v[k.fault]; w > 0 {
					ws = append(ws, fmt.Sprintf("%s:%g", k.name, w))
				}
			}
			word += "=" + strings.Join(ws, ",")
		default:
			word += fmt.Sprintf("=%v", v)
		}
		words = append(words, word)
	}
	if words == nil {
		return "call"
	}
	return strings.Join(words, " ")
}

// Parse reads a schedule.
func Parse(line string) (s Schedule, err error) {
	for i, part := range strings.Split(line, ";") {
		fields := s.fields()
		if i > 0 {
			s.Calls = append(s.Calls, Call{})
			fields = s.Calls[i-1].fields()
		}
		for word := range strings.FieldsSeq(part) {
			name, value, _ := strings.Cut(word, "=")
			at := slices.IndexFunc(fields, func(f field) bool { return f.name == name })
			if word == "call" && i > 0 {
				continue
			}
			if at < 0 {
				return s, fmt.Errorf("there is no field %q", name)
			}
			if err := read(fields[at].value, value); err != nil {
				return s, fmt.Errorf("%s: %w", word, err)
			}
		}
	}
	return s, nil
}

func read(into any, value string) (err error) {
	switch into := into.(type) {
	case *bool:
		*into = true
	case *uint64:
		*into, err = strconv.ParseUint(value, 10, 64)
	case *int:
		*into, err = strconv.Atoi(value)
	case *float64:
		*into, err = strconv.ParseFloat(value, 64)
	case *time.Duration:
		*into, err = time.ParseDuration(value)
	case *[]time.Duration:
		for one := range strings.SplitSeq(value, ",") {
			d, err := time.ParseDuration(one)
			if err != nil {
				return err
			}
			*into = append(*into, d)
		}
	case *map[fake.Fault]float64:
		*into = map[fake.Fault]float64{}
		for one := range strings.SplitSeq(value, ",") {
			name, weight, _ := strings.Cut(one, ":")
			at := slices.IndexFunc(kinds, func(k kind) bool { return k.name == name })
			if at < 0 {
				return fmt.Errorf("there is no fault %q", name)
			}
			if (*into)[kinds[at].fault], err = strconv.ParseFloat(weight, 64); err != nil {
				return err
			}
		}
	}
	return err
}

// clone returns a copy that shares nothing with s.
func (s Schedule) clone() Schedule {
	s.Mix = maps.Clone(s.Mix)
	s.Calls = slices.Clone(s.Calls)
	for i := range s.Calls {
		s.Calls[i].Crashes = slices.Clone(s.Calls[i].Crashes)
	}
	return s
}

// Shrink returns a simpler schedule of which fails still reports that it fails.
func Shrink(s Schedule, fails func(Schedule) bool) Schedule {
	for simpler := true; simpler; {
		simpler = false
		for _, try := range simplifications(s) {
			if fails(try) {
				s, simpler = try, true
				break
			}
		}
	}
	return s
}

// simplifications returns schedules that are a little simpler than s, the boldest
// first.
func simplifications(s Schedule) (tries []Schedule) {
	add := func(change func(*Schedule)) {
		try := s.clone()
		change(&try)
		if try.String() != s.String() {
			tries = append(tries, try)
		}
	}
	for i := range s.Calls {
		if len(s.Calls) > 1 {
			add(func(s *Schedule) { s.Calls = slices.Delete(s.Calls, i, i+1) })
		}
	}
	for i := range s.fields() {
		if s.fields()[i].name != "seed" && s.fields()[i].name != "wild" {
			add(func(s *Schedule) { zero(s.fields()[i].value) })
		}
	}
	for _, k := range kinds {
		if len(s.Mix) > 1 {
			add(func(s *Schedule) { delete(s.Mix, k.fault) })
		}
	}
	for i := range s.Calls {
		for j := range s.Calls[i].fields() {
			add(func(s *Schedule) { zero(s.Calls[i].fields()[j].value) })
		}
		if n := len(s.Calls[i].Crashes); n > 1 {
			add(func(s *Schedule) { s.Calls[i].Crashes = s.Calls[i].Crashes[1:] })
			add(func(s *Schedule) { s.Calls[i].Crashes = s.Calls[i].Crashes[:n-1] })
		}
	}
	return tries
}

func zero(value any) { reflect.ValueOf(value).Elem().SetZero() }
