// Package wiretest compares requests, as sent over the wire, with recorded
// ones. It is for tests.
package wiretest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/operations"
)

// update makes Golden write its files: go test ./nas -run TestWire -update.
var update = flag.Bool("update", false, "write the golden wire files")

// A Request is a request as it was sent.
type Request struct {
	Method, Host, Path, Query string
	Header                    http.Header
	Body                      string
}

// An Answer is what a Recorder answers with. The zero Answer is an empty 200.
type Answer struct {
	Status int
	Header map[string]string
	Body   string
	Err    error // in place of an answer
}

// A Recorder is a RoundTripper that keeps the requests and gives its answers in
// turn, the last one again and again.
type Recorder struct {
	Answers []Answer

	mu       sync.Mutex
	requests []Request
}

// Answering returns a Recorder.
func Answering(answers ...Answer) *Recorder { return &Recorder{Answers: answers} }

// Client returns an http.Client that sends to r.
func (r *Recorder) Client() *http.Client { return &http.Client{Transport: r} }

// Requests returns the requests so far.
func (r *Recorder) Requests() []Request {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.requests)
}

// Last returns the last request. It fails the test if there is none.
func (r *Recorder) Last(t *testing.T) Request {
	t.Helper()
	all := r.Requests()
	if len(all) == 0 {
		t.Fatal("nothing was sent")
	}
	return all[len(all)-1]
}

// RoundTrip records req and answers it.
func (r *Recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		body, _ = io.ReadAll(req.Body)
		_ = req.Body.Close()
	}
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.requests = append(r.requests, Request{req.Method, req.Host, req.URL.EscapedPath(), req.URL.RawQuery, req.Header.Clone(), string(body)})
	var a Answer
	if len(r.Answers) > 0 {
		a = r.Answers[min(len(r.requests), len(r.Answers))-1]
	}
	if a.Err != nil {
		return nil, a.Err
	}
	h := http.Header{}
	for name, value := range a.Header {
		h.Set(name, value)
	}
	return &http.Response{
		StatusCode: max(a.Status, 200), Header: h, Request: req,
		Body: io.NopCloser(strings.NewReader(a.Body)), ContentLength: int64(len(a.Body)),
	}, nil
}

// A RoundTripFunc is a RoundTripper that is a function.
type RoundTripFunc func(*http.Request) (*http.Response, error)

// RoundTrip calls f.
func (f RoundTripFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// Canned returns an http.Client that answers every request with body and
// allocates as little as that takes.
func Canned(body string) *http.Client {
	return &http.Client{Transport: RoundTripFunc(func(r *http.Request) (*http.Response, error) {
		return &http.Response{
			StatusCode: 200, Header: http.Header{}, Request: r,
			Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
		}, nil
	})}
}

// Allocations keeps a call within its budget of allocations. The race detector
// makes up to five of its own, for which the budget leaves room.
func Allocations(t *testing.T, name string, budget int, call func() error) {
	t.Helper()
	n := int(testing.AllocsPerRun(50, func() {
		if err := call(); err != nil {
			t.Fatal(err)
		}
	}))
	t.Logf("%s: %d allocations", name, n)
	if n > budget {
		t.Errorf("%s: %d allocations, the budget is %d", name, n, budget)
	}
}

// errNotSent is what Wire and Depth have instead of an answer.
var errNotSent = errors.New("not sent")

// Wire sends each of the requests, which go by the names of their golden files,
// and compares it with its file. A second request of an operation is named after
// the operation and a hyphen. client makes one that sends through hc, without a
// second attempt.
func Wire(t *testing.T, requests map[string]any, client func(t *testing.T, hc *http.Client) any) {
	eachOperation(t, requests, client, func(t *testing.T, name string, call func(*testing.T, *http.Client) error) {
		synctest.Test(t, func(t *testing.T) {
			r := Answering(Answer{Err: errNotSent})
			if err := call(t, r.Client()); len(r.Requests()) == 0 {
				t.Fatal(err)
			}
			Golden(t, name, r.Last(t))
		})
	})
}

// Depth keeps the path from every operation to net/http short enough to be read
// in a sitting. Its parameters are those of Wire.
func Depth(t *testing.T, requests map[string]any, client func(t *testing.T, hc *http.Client) any) {
	eachOperation(t, requests, client, func(t *testing.T, _ string, call func(*testing.T, *http.Client) error) {
		var frames []string
		err := call(t, &http.Client{Transport: RoundTripFunc(func(*http.Request) (*http.Response, error) {
			frames = stack()
			return nil, errNotSent
		})})
		if err == nil {
			t.Error("no error")
		}
		if len(frames) == 0 || len(frames) > 5 {
			t.Errorf("%d functions:\n%s", len(frames), strings.Join(frames, "\n"))
		}
	})
}

// eachOperation runs test with each of the requests. There must be one for every
// operation.
func eachOperation(t *testing.T, requests map[string]any, client func(*testing.T, *http.Client) any, test func(t *testing.T, name string, call func(*testing.T, *http.Client) error)) {
	missing := map[string]bool{}
	for _, operation := range operations.Of(client(t, nil)).Names() {
		missing[operation] = true
	}
	for name, request := range requests {
		operation, _, _ := strings.Cut(name, "-")
		if operation != operations.Name(request) {
			t.Errorf("the request for %s is named %s", operations.Name(request), name)
		}
		delete(missing, operation)
		t.Run(name, func(t *testing.T) {
			test(t, name, func(t *testing.T, hc *http.Client) error {
				return operations.Of(client(t, hc)).Call(t.Context(), request)
			})
		})
	}
	for operation := range missing {
		t.Errorf("there is no request for %s", operation)
	}
}

// stack returns the functions of this module on the stack, without those of
// tests.
func stack() (names []string) {
	pc := make([]uintptr, 100)
	frames := runtime.CallersFrames(pc[:runtime.Callers(1, pc)])
	for more := true; more; {
		var f runtime.Frame
		f, more = frames.Next()
		if strings.Contains(f.Function, "accesspoint-go/") && !strings.HasSuffix(f.File, "_test.go") && !strings.Contains(f.File, "/internal/wiretest/") && !strings.Contains(f.File, "/internal/operations/") {
			names = append(names, f.Function)
		}
	}
	return names
}

// Golden compares r with testdata/wire/<name>.txt. What differs from run to run
// is masked in the file.
func Golden(t *testing.T, name string, r Request) {
	t.Helper()
	path := filepath.Join("testdata", "wire", name+".txt")
	got := r.text()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := gocmp.Diff(string(want), got); d != "" {
		t.Errorf("request (-want +got):\n%s", d)
	}
}

// form is the type of a body that holds parameters.
const form = "application/x-www-form-urlencoded"

// text writes r a line for each part: the query and a form decoded, the headers
// sorted, JSON indented.
func (r Request) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s%s\n%s", r.Method, r.Host, r.Path, parameters(r.Query))
	var names []string
	for name := range r.Header {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Fprintf(&b, "%s: %s\n", name, mask(name, r.Header.Get(name)))
	}
	if r.Header.Get("Content-Type") == form {
		b.WriteString("\n" + parameters(r.Body))
	} else if r.Body != "" {
		body := r.Body
		var indented bytes.Buffer
		if json.Indent(&indented, []byte(r.Body), "", "  ") == nil {
			body = indented.String()
		}
		b.WriteString("\n" + body + "\n")
	}
	return b.String()
}

// parameters writes a query a line for each parameter, decoded.
func parameters(query string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(query, "&") {
		if part != "" {
			text, _ := url.QueryUnescape(part)
			fmt.Fprintf(&b, "  %s\n", text)
		}
	}
	return b.String()
}

func mask(name, value string) string {
	switch name {
	case "Authorization":
		before, _, _ := strings.Cut(value, "Signature=")
		for _, date := range []string{"/20000101/"} {
			before = strings.ReplaceAll(before, date, "/<day>/")
		}
		return before + "Signature=<signature>"
	case "User-Agent", "X-Acs-Signature-Nonce", "X-Acs-Date", "X-Amz-Date", "X-Oss-Date", "Amz-Sdk-Invocation-Id":
		return "<" + strings.ToLower(name) + ">"
	}
	return value
}

// A Vector is a recorded exchange of an official SDK.
type Vector struct {
	Name      string
	Operation string          `json:"operation"`
	Input     json.RawMessage `json:"input"`
	Method    string          `json:"method"`
	Host      string          `json:"host"`
	Path      string          `json:"path"`
	RawQuery  string          `json:"rawQuery"`
	Headers   headers         `json:"headers"`
	Body      string          `json:"body"`
	Response  *vectorAnswer   `json:"response"`
	Responses []*vectorAnswer `json:"responses"`
	Decoded   json.RawMessage `json:"decoded"`
	Bucket    string          `json:"bucket"`
	Client    struct {
		ID     string `json:"accessKeyId"`
		Secret string `json:"accessKeySecret"`
		Token  string `json:"securityToken"`
		Region string `json:"region"`
	} `json:"client"`
	Config struct {
		ID     string `json:"accessKeyId"`
		Secret string `json:"secretAccessKey"`
		Token  string `json:"sessionToken"`
		Region string `json:"region"`
	} `json:"config"`
	Result struct {
		Output json.RawMessage `json:"output"`
	} `json:"result"`
}

type vectorAnswer struct {
	Status  int     `json:"status"`
	Headers headers `json:"headers"`
	Body    string  `json:"body"`
}

// headers are an object or a list of pairs, as the recorder of the vector had
// them.
type headers map[string]string

func (h *headers) UnmarshalJSON(text []byte) error {
	*h = headers{}
	var pairs [][2]string
	if json.Unmarshal(text, &pairs) == nil {
		for _, p := range pairs {
			(*h)[p[0]] = p[1]
		}
		return nil
	}
	return json.Unmarshal(text, (*map[string]string)(h))
}

// Vectors returns the recorded exchanges in dir by their names, the files'
// without .json.
func Vectors(t *testing.T, dir string) map[string]Vector {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no vectors in %s: %v", dir, err)
	}
	vectors := map[string]Vector{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var v Vector
		if err := json.Unmarshal(text, &v); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		v.Name = strings.TrimSuffix(filepath.Base(path), ".json")
		vectors[v.Name] = v
	}
	return vectors
}

// Header returns the vector's request header.
func (v Vector) Header() http.Header {
	h := http.Header{}
	for name, value := range v.Headers {
		h.Set(name, value)
	}
	return h
}

// Answer returns what the SDK was answered with first.
func (v Vector) Answer() Answer {
	if all := v.Answers(); len(all) > 0 {
		return all[0]
	}
	return Answer{}
}

// Answers returns what the SDK was answered with.
func (v Vector) Answers() (all []Answer) {
	recorded := v.Responses
	if v.Response != nil {
		recorded = []*vectorAnswer{v.Response}
	}
	for _, a := range recorded {
		if a != nil {
			all = append(all, Answer{Status: a.Status, Header: a.Headers, Body: a.Body})
		}
	}
	return all
}

// Agree checks that got asks for the same as the SDK's request: its method,
// host, path, decoded query and decoded body.
func (v Vector) Agree(t *testing.T, got Request) {
	t.Helper()
	type essence struct {
		Method, Host, Path string
		Query              url.Values
		Body               any
	}
	of := func(method, host, path, query, body string) essence {
		q, err := url.ParseQuery(query)
		if err != nil {
			t.Errorf("query %q: %v", query, err)
		}
		x := essence{method, host, path, q, nil}
		if v.Header().Get("Content-Type") != form {
			x.Body = decodeBody(body)
		} else if x.Body, err = url.ParseQuery(body); err != nil {
			t.Errorf("form %q: %v", body, err)
		}
		return x
	}
	host := cmp.Or(v.Host, v.Header().Get("Host"))
	if d := gocmp.Diff(of(v.Method, host, v.Path, v.RawQuery, v.Body), of(got.Method, got.Host, got.Path, got.Query, got.Body)); d != "" {
		t.Errorf("%s: request (-official +ours):\n%s", v.Name, d)
	}
}

// decodeBody returns the tree of a JSON or XML body, else its text.
func decodeBody(body string) any {
	var tree any
	if json.Unmarshal([]byte(body), &tree) == nil {
		return tree
	}
	var list []string
	d := xml.NewDecoder(strings.NewReader(body))
	for {
		token, err := d.Token()
		switch token := token.(type) {
		case xml.StartElement:
			list = append(list, "<"+token.Name.Local+">")
		case xml.EndElement:
			list = append(list, "</"+token.Name.Local+">")
		case xml.CharData:
			if s := strings.TrimSpace(string(token)); s != "" {
				list = append(list, s)
			}
		}
		if err == io.EOF && list != nil {
			return list
		}
		if err != nil {
			return body
		}
	}
}

// Within returns the part of tree that shape has too, so that a decoded answer
// can be compared with that of an SDK, which leaves out what is empty.
func Within(tree, shape any) any {
	switch shape := shape.(type) {
	case map[string]any:
		in, ok := tree.(map[string]any)
		if !ok {
			return tree
		}
		out := map[string]any{}
		for name, s := range shape {
			if v, ok := in[name]; ok {
				out[name] = Within(v, s)
			}
		}
		return out
	case []any:
		in, ok := tree.([]any)
		if !ok || len(in) != len(shape) {
			return tree
		}
		out := make([]any, len(in))
		for i := range in {
			out[i] = Within(in[i], shape[i])
		}
		return out
	}
	return tree
}
