package conformance

import (
	"bytes"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
)

var broken = flag.Int("broken", 10, "how many broken requests each operation of each peer gets")

// A ledger is what a fake enforces of the pages.
type ledger struct {
	Code   string
	Status int
	Bases  map[string]tree
	Rows   []ledgerRow
}

type ledgerRow struct {
	Operations []string
	Parameter  string
	Code       string
	Status     int
	Reject     []tree
	Rule       *ledgerRule
}

type ledgerRule struct {
	Max       *int64
	MaxLength int
	OneOf     []string
}

func ledgerOf(t *testing.T, name string) (l ledger) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", name, name+"test", "constraints.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := unmarshal(string(text), &l); err != nil {
		t.Fatal(err)
	}
	return l
}

// TestBroken has the SDKs send random inputs that break one constraint each, as the
// ledgers have them from the pages. The fakes refuse them for that constraint, with
// the status and the code of the page. What an SDK refuses by itself does not count.
func TestBroken(t *testing.T) {
	eachPeer(t, func(t *testing.T, s *service, p *peer) {
		t.Parallel()
		l := ledgerOf(t, s.name)
		h, _ := s.fake()
		e := serve(t, h)
		e.region, e.id, e.secret, e.pathStyle = regionOf(s), "test-key-id", "test-key-secret", true
		var answered string
		client, err := p.client(e, wiretest.RoundTripFunc(func(r *http.Request) (*http.Response, error) {
			resp, err := http.DefaultTransport.RoundTrip(r)
			if err != nil {
				return nil, err
			}
			body, err := io.ReadAll(resp.Body)
			_ = resp.Body.Close()
			answered = string(body)
			resp.Body = io.NopCloser(bytes.NewReader(body))
			return resp, err
		}))
		if err != nil {
			t.Fatal(err)
		}
		forms := formsOf(s)
		var sent [2]int
		for _, operation := range s.operations(p) {
			var rows []ledgerRow
			for _, r := range l.Rows {
				if r.Rule != nil && slices.Contains(r.Operations, operation) {
					rows = append(rows, r)
				}
			}
			rows = append(rows, forms.rows(operation)...)
			if rows == nil {
				continue
			}
			for n := range *broken {
				seed := *seed + uint64(n)
				g := newGen(seed)
				r := rows[g.IntN(len(rows))]
				change := r.broken(g)
				if change == nil {
					continue
				}
				random, _ := s.valid(t, g, p, e, operation)
				if random["RegionId"] != nil {
					random["RegionId"] = e.region
				}
				// Where the rest of the random input lifts the constraint, or breaks one
				// that is known to the fake alone, the rest of the ledger's base does not.
				var wrong string
				for i, base := range []tree{random, nested(l.Bases[operation])} {
					in := forms.over(operation, base, change)
					if p.prune != nil && len(p.prune(operation, in)) < len(in) {
						break // the SDK has not all of the parameters
					}
					answered = ""
					_, err := p.do(client, operation, in)
					got, refused := p.failure(err)
					if err != nil && !refused && answered == "" {
						break // by the SDK
					}
					want := failure{cmp.Or(r.Code, l.Code), cmp.Or(r.Status, l.Status), got.RequestID}
					if got == want && (refusedFor(answered) == r.Parameter || refusedFor(answered)+".N" == r.Parameter) {
						sent[i]++
						wrong = ""
						break
					}
					text, _ := json.Marshal(in)
					wrong = fmt.Sprintf("%s: seed %d: %s, with %v: got %d %s of %q, want %d %s of %q\n\t%s", operation, seed, text, change,
						got.Status, got.Code, refusedFor(answered), want.Status, want.Code, r.Parameter, answered)
				}
				if wrong != "" {
					t.Error(wrong)
				}
			}
		}
		t.Logf("%d random inputs, and %d of the ledger, were refused", sent[0], sent[1])
	})
}

var (
	inMessage = regexp.MustCompile(`(?i)(?:"message":"|<Message>)([A-Za-z0-9.-]+) (?:must|is|may|needs|has|have|excludes|or|cannot|of)`)
	number    = regexp.MustCompile(`\.[0-9]+(\.|$)`)
)

// refusedFor returns the parameter that a refusal is about, if it is one of the
// ledger's.
func refusedFor(answer string) string {
	if m := inMessage.FindStringSubmatch(answer); m != nil {
		return number.ReplaceAllString(m[1], ".N$1")
	}
	return ""
}

// broken returns values that break the row: some of those that it has, or random
// ones.
func (r ledgerRow) broken(g *gen) tree {
	var ways []func() tree
	for _, values := range r.Reject {
		if !slices.ContainsFunc(slices.Collect(maps.Values(values)), hasEmptyItem) {
			ways = append(ways, func() tree { return values })
		}
	}
	one := func(value func() any) {
		if !strings.Contains(r.Parameter, ".N") && len(r.Reject) > 0 && len(r.Reject[0]) == 1 && r.Reject[0][r.Parameter] != nil {
			ways = append(ways, func() tree { return tree{r.Parameter: value()} })
		}
	}
	if r.Rule.Max != nil && *r.Rule.Max < 1<<31-1 {
		one(func() any { return json.Number(strconv.FormatInt(*r.Rule.Max+1+g.Int64N(1<<31-1-*r.Rule.Max), 10)) })
	}
	if r.Rule.MaxLength > 0 {
		one(func() any { return g.word(r.Rule.MaxLength+1, r.Rule.MaxLength+50) })
	}
	if r.Rule.OneOf != nil {
		one(func() any { return "x" + g.word(1, 12) })
	}
	if ways == nil {
		return nil
	}
	return ways[g.IntN(len(ways))]()
}

// hasEmptyItem reports whether a value is a list with an empty text, which
// alibaba-cloud-sdk-go leaves out.
func hasEmptyItem(value any) bool {
	list, _ := value.([]any)
	return slices.Contains(list, any(""))
}

// A formsOfService tells how lists are written.
type formsOfService struct{ fake.Forms }

func formsOf(s *service) formsOfService {
	client, err := s.ours(env{region: regionOf(s), id: "i", secret: "s"}, http.DefaultTransport)
	if err != nil {
		panic(err)
	}
	return formsOfService{fake.FormsOf(client)}
}

// rows returns a row for each number and boolean that is a parameter of its own: it is
// neither letters nor anything but true or false.
func (f formsOfService) rows(operation string) (rows []ledgerRow) {
	for _, path := range slices.Sorted(maps.Keys(f.Forms[operation])) {
		t := f.Forms[operation][path].Type
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if !strings.Contains(path, ".") && (t.Kind() == reflect.Bool || reflect.Int <= t.Kind() && t.Kind() <= reflect.Uint64) {
			rows = append(rows, ledgerRow{Parameter: path, Reject: []tree{{path: "many"}}, Rule: new(ledgerRule)})
		}
	}
	return rows
}

// over returns in with the values of a ledger over it, in the forms in which inputs
// have them.
func (f formsOfService) over(operation string, in, change tree) tree {
	out := clone(in).(tree)
	for _, path := range slices.Sorted(maps.Keys(change)) {
		value := written(change[path])
		elements := strings.Split(path, ".")
		if field, ok := f.Forms[operation][path]; isZero(value) && (!ok || field.Type.Kind() != reflect.Pointer) {
			value = nil // what our type would not send
		}
		if list, isList := value.([]any); isList && len(elements) == 1 {
			switch tag := f.Forms[operation][path].Tag.Get("rpc"); {
			case strings.HasSuffix(tag, ",json"):
				value = jsonText(list)
			case strings.HasSuffix(tag, ",comma"):
				texts := make([]string, len(list))
				for i, item := range list {
					texts[i] = fmt.Sprint(item)
				}
				value = strings.Join(texts, ",")
			}
		}
		at := out
		for _, element := range elements[:len(elements)-1] {
			next, ok := at[element].(tree)
			if !ok {
				next = tree{}
				at[element] = next
			}
			at = next
		}
		if last := elements[len(elements)-1]; value == nil {
			delete(at, last)
		} else {
			at[last] = value
		}
	}
	return out
}

func isZero(value any) bool {
	list, isList := value.([]any)
	return value == "" || value == json.Number("0") || isList && len(list) == 0
}

// nested returns a base of a ledger as an input.
func nested(base tree) tree { return formsOfService{}.over("", tree{}, base) }

// written returns a value of a ledger without its short forms.
func written(value any) any {
	switch value := value.(type) {
	case tree:
		times := 0
		if n, ok := value["times"].(json.Number); ok {
			times, _ = strconv.Atoi(n.String())
		}
		if text, ok := value["$repeat"].(string); ok {
			return strings.Repeat(text, times)
		}
		if item, ok := value["$list"]; ok {
			list := make([]any, times)
			text, _ := json.Marshal(item)
			for i := range list {
				var v any
				if err := unmarshal(strings.ReplaceAll(string(text), "$i", strconv.Itoa(i+1)), &v); err != nil {
					panic(err)
				}
				list[i] = v
			}
			return list
		}
		out := tree{}
		for name, v := range value {
			out[name] = written(v)
		}
		return out
	case []any:
		out := make([]any, len(value))
		for i, v := range value {
			out[i] = written(v)
		}
		return out
	}
	return value
}

func clone(value any) any {
	switch value := value.(type) {
	case tree:
		out := tree{}
		for name, v := range value {
			out[name] = clone(v)
		}
		return out
	case []any:
		out := make([]any, len(value))
		for i, v := range value {
			out[i] = clone(v)
		}
		return out
	}
	return value
}
