package conformance

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/accesspoint-go/accesspoint/internal/wiretest"
)

// TestAnswers gives every recorded answer in the testdata of the service packages
// to the SDKs and to ours, and compares what they read: the members of an answer,
// the code, status and request ID of a failure, and which of the two it is.
// Answers to operations that ours does not have are left out.
func TestAnswers(t *testing.T) {
	eachPeer(t, func(t *testing.T, s *service, p *peer) {
		t.Parallel()
		compared, left := 0, 0
		for _, v := range recorded(t, s.name) {
			if !slices.Contains(s.operations(p), v.operation) {
				left++
				continue
			}
			compared++
			t.Run(v.name, func(t *testing.T) {
				e := env{region: regionOf(s), id: "id", secret: "secret"}
				in, _ := s.valid(t, newGen(1), p, e, v.operation)
				theirs, _ := s.read(p.client, p.do, p.failure, e, v, in)
				ours, soft := s.read(s.ours, call, s.failure, e, v, in)
				if theirs["outcome"] != ours["outcome"] { // then nothing else can be compared
					theirs, ours = map[string]string{"outcome": theirs["outcome"]}, map[string]string{"outcome": ours["outcome"]}
				}
				for name := range soft {
					if _, ok := theirs["answer "+name]; !ok {
						delete(ours, "answer "+name)
					}
				}
				for _, wrong := range unexplained(p.name, v.name, theirs, ours) {
					t.Errorf("%d %.300s\n%s", v.answer.Status, v.answer.Body, wrong)
				}
			})
		}
		t.Logf("%d answers compared, %d of other operations left out", compared, left)
	})
}

// A recording is one recorded answer.
type recording struct {
	name, operation string
	answer          wiretest.Answer
}

// recorded returns the answers in the testdata of a package: everything that
// has a status, a header and a body, whatever it is called.
func recorded(t *testing.T, service string) []recording {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("..", "..", service, "testdata", "vectors", "*.json"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no vectors of %s: %v", service, err)
	}
	var all []recording
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var file map[string]any
		if err := json.Unmarshal(text, &file); err != nil {
			t.Fatal(err)
		}
		name, n := strings.TrimSuffix(filepath.Base(path), ".json"), 0
		var walk func(any)
		walk = func(value any) {
			switch value := value.(type) {
			case []any:
				for _, v := range value {
					walk(v)
				}
			case map[string]any:
				status, isAnswer := value["status"].(float64)
				body, hasBody := value["body"].(string)
				if !isAnswer || !hasBody || status == 0 { // 0: the connection was dropped
					for _, key := range slices.Sorted(maps.Keys(value)) {
						walk(value[key])
					}
					return
				}
				n++
				r := recording{name, file["operation"].(string), wiretest.Answer{Status: int(status), Header: headersOf(value["headers"]), Body: body}}
				if n > 1 {
					r.name += "#" + strconv.Itoa(n)
				}
				all = append(all, r)
			}
		}
		walk(file)
	}
	return all
}

// headersOf reads an object or a list of pairs.
func headersOf(value any) map[string]string {
	h := map[string]string{}
	switch value := value.(type) {
	case map[string]any:
		for name, v := range value {
			h[name] = fmt.Sprint(v)
		}
	case []any:
		for _, pair := range value {
			h[fmt.Sprint(pair.([]any)[0])] = fmt.Sprint(pair.([]any)[1])
		}
	}
	return h
}

// read has a client read an answer, and returns the facts that it found in it.
func (s *service) read(
	client func(env, http.RoundTripper) (any, error), do func(any, string, tree) (any, error), take func(error) (failure, bool),
	e env, v recording, in tree,
) (facts map[string]string, soft map[string]bool) {
	facts = map[string]string{}
	c, err := client(e, wiretest.Answering(v.answer))
	if err != nil {
		facts["client"] = err.Error()
		return facts, nil
	}
	out, err := do(c, v.operation, in)
	if err != nil {
		facts["outcome"] = "failure"
		if f, ok := take(err); ok {
			facts["failure code"], facts["failure status"], facts["failure request ID"] = f.Code, strconv.Itoa(f.Status), f.RequestID
		}
		return facts, nil
	}
	facts["outcome"] = "answer"
	if v := reflect.Indirect(reflect.ValueOf(out)); v.Kind() == reflect.Struct && v.FieldByName("Body").IsValid() {
		out = v.FieldByName("Body").Interface() // without the header, which some SDKs add
	}
	members, soft := flatten(out)
	for name, value := range members {
		if slices.Contains(s.jsonText, name) && len(value) > 0 && strings.ContainsAny(value[:1], "[{") {
			var tree any
			if json.Unmarshal([]byte(value), &tree) == nil {
				within := map[string]string{}
				leaves(within, name, tree)
				for name, value := range within {
					facts["answer "+name] = value
				}
				continue
			}
		}
		facts["answer "+name] = value
	}
	return facts, soft
}
