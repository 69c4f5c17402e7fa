package conformance

import (
	"cmp"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
)

// TestCodes lets a fake refuse every operation with every code that the service's
// package knows, at every status that the code's comment names, and looks for
// the code, the status and the request ID in the SDK's error, and in ours.
func TestCodes(t *testing.T) {
	eachPeer(t, func(t *testing.T, s *service, p *peer) {
		t.Parallel()
		codes := codesOf(t, s.name)
		h, fail := s.fake()
		e := serve(t, h)
		e.region, e.id, e.secret = regionOf(s), "test-key-id", "test-key-secret"
		var requestID string
		rt := wiretest.RoundTripFunc(func(r *http.Request) (*http.Response, error) {
			resp, err := http.DefaultTransport.RoundTrip(r)
			if err == nil {
				h := resp.Header
				requestID = cmp.Or(h.Get("X-Acs-Request-Id"), h.Get("X-Oss-Request-Id"), h.Get("X-Amzn-Requestid"))
			}
			return resp, err
		})
		theirs := func(e env) func(string, tree) (failure, bool) {
			client, err := p.client(e, rt)
			if err != nil {
				t.Fatal(err)
			}
			return func(operation string, in tree) (failure, bool) {
				_, err := p.do(client, operation, in)
				return p.failure(err)
			}
		}
		client, err := s.ours(e, rt)
		if err != nil {
			t.Fatal(err)
		}
		callers := map[string]func(string, tree) (failure, bool){
			p.name: theirs(e),
			"ours": func(operation string, in tree) (failure, bool) {
				_, err := call(client, operation, in)
				return s.failure(err)
			},
		}
		if p.name == "tea" {
			e.typed = true
			callers["tea, typed"] = theirs(e)
		}
		n := 0
		for _, operation := range s.operations(p) {
			in, _ := s.valid(t, newGen(1), p, e, operation)
			if in["RegionId"] != nil {
				in["RegionId"] = e.region // another is refused before anything planned
			}
			for _, c := range codes {
				for who, try := range callers {
					fail(operation, fake.Refusal{Status: c.status, Code: c.code, Message: "planned"})
					got, ok := try(operation, in)
					if want := (failure{c.code, c.status, requestID}); !ok || got != want || requestID == "" {
						t.Errorf("%s: %s: got %+v, %v; want %+v", who, operation, got, ok, want)
					}
					n++
				}
			}
		}
		t.Logf("%d refusals, %d codes with their statuses", n, len(codes))
	})
}

// TestVerified has the SDKs send random valid inputs to the fakes, which have to
// find their signatures right, whatever else they refuse.
func TestVerified(t *testing.T) {
	eachPeer(t, func(t *testing.T, s *service, p *peer) {
		t.Parallel()
		h, _ := s.fake()
		e := serve(t, h)
		e.region, e.id, e.secret, e.pathStyle = regionOf(s), "test-key-id", "test-key-secret", true
		client, err := p.client(e, http.DefaultTransport)
		if err != nil {
			t.Fatal(err)
		}
		for _, operation := range s.operations(p) {
			for n := range *inputs / 4 {
				in, _ := s.valid(t, newGen(*seed+uint64(n)), p, e, operation)
				_, err := p.do(client, operation, in)
				f, refused := p.failure(err)
				if err != nil && !refused || strings.Contains(f.Code, "Signature") || strings.Contains(f.Code, "Auth") {
					t.Fatalf("seed %d: %s %v: %v", *seed+uint64(n), operation, in, err)
				}
			}
		}
	})
}

func regionOf(s *service) string {
	if s.name == "efs" {
		return "us-east-1"
	}
	return "cn-hangzhou"
}

// A refusal is a code with a status that it comes with.
type refusal struct {
	code   string
	status int
}

// codesOf reads the codes of a package from its source: the constants of type
// Code, and the statuses in their comments. Where a comment has none, 400 serves.
// The ledger of the fake has more, for constraints that a request breaks.
func codesOf(t *testing.T, name string) []refusal {
	t.Helper()
	path := filepath.Join("..", "..", name, "codes.go")
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	var all []refusal
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 || fmt.Sprint(spec.Type) != "Code" {
			return true
		}
		code, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, word := range strings.Fields(spec.Comment.Text()) {
			if status, err := strconv.Atoi(strings.Trim(word, ",;:")); err == nil && 400 <= status && status < 600 {
				all, found = append(all, refusal{code, status}), true
			}
		}
		if !found {
			all = append(all, refusal{code, 400})
		}
		return true
	})
	if len(all) < 15 {
		t.Fatalf("%s has only the codes %v", path, all)
	}
	text, err := os.ReadFile(filepath.Join("..", "..", name, name+"test", "constraints.json"))
	if err != nil {
		t.Fatal(err)
	}
	var ledger struct {
		Code   string
		Status int
		Rows   []struct {
			Code   string
			Status int
		}
	}
	if err := json.Unmarshal(text, &ledger); err != nil {
		t.Fatal(err)
	}
	for _, row := range ledger.Rows {
		if r := (refusal{cmp.Or(row.Code, ledger.Code), cmp.Or(row.Status, ledger.Status)}); !slices.Contains(all, r) {
			all = append(all, r)
		}
	}
	return all
}
