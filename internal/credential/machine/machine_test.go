package machine_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/credential/machine"
	"github.com/accesspoint-go/accesspoint/internal/fault"
)

func TestParseINI(t *testing.T) {
	for text, want := range map[string]machine.INI{
		"":                                     {},
		"a = b\n":                              {}, // before any section
		"[x]":                                  {"x": {}},
		"[x]\na=b\nA = c":                      {"x": {"a": "c"}},
		"[x]\r\na = b\r\n":                     {"x": {"a": "b"}},
		" [ x   y ] ; z\nk: v=w":               {"x y": {"k": "v=w"}},
		"[x]\na=b # c\nd=e#f\ng=h\t;i":         {"x": {"a": "b", "d": "e#f", "g": "h"}},
		"# a\n; b\n[x]\n\n#c\nd='e'":           {"x": {"d": "e"}},
		"[x]\na=\"b\nc=\"d\"":                  {"x": {"a": "\"b", "c": "d"}},
		"[x]\na=\"":                            {"x": {"a": "\""}},
		"[x]\ns3 =\n  A = b\n\tc = d\n x\ne=f": {"x": {"s3": "", "s3.a": "b", "s3.c": "d", "e": "f"}},
		"[x]\ns3 =\n  a = b\n[y]\n c = d":      {"x": {"s3": "", "s3.a": "b"}, "y": {"c": "d"}},
		"[x]\nCredential_Process = \"/a b/c\" \"d e\"\na = \"b\" \"c\"": {"x": {"credential_process": "\"/a b/c\" \"d e\"", "a": "b\" \"c"}},
		"[x]\ncredential_process = \"/a b/c\"":                          {"x": {"credential_process": "\"/a b/c\""}},
		"[x]\na = b\n  c = d":                                           {"x": {"a": "b", "c": "d"}},
		"[x]\na = b\n  c\n  d":                                          {"x": {"a": "b\nc\nd"}},
		"[x]\n  a = b":                                                  {"x": {"a": "b"}},
		"[x]\na=1\n[y]\nb=2\n[x]\nc=3":                                  {"x": {"a": "1", "c": "3"}, "y": {"b": "2"}},
		"[x\na=b\n]y[\nc=d":                                             {},
		"[x]\nno value\n=v\nk=":                                         {"x": {"": "v", "k": ""}},
	} {
		if d := cmp.Diff(want, machine.ParseINI(text)); d != "" {
			t.Errorf("%q (-want +got):\n%s", text, d)
		}
	}
}

func FuzzParseINI(f *testing.F) {
	f.Add("[x]\na = b # c\n  d = e\n[ y z ]\n\"=:'")
	f.Fuzz(func(t *testing.T, text string) {
		for name, section := range machine.ParseINI(text) {
			for key, value := range section {
				if key != strings.ToLower(key) || strings.ContainsAny(key+name, "\n") || len(value) > len(text) {
					t.Errorf("[%q] %q = %q", name, key, value)
				}
			}
		}
	})
}

func TestReadFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	m := machine.Machine{}
	if _, err := m.ReadFile(path); !credential.IsAbsent(err) {
		t.Errorf("a file that is not there: %v", err)
	}
	if _, err := m.ReadToken(path); err == nil || credential.IsAbsent(err) {
		t.Errorf("a token that is not there: %v", err)
	}
	if _, err := m.ReadFile(dir); err == nil || credential.IsAbsent(err) {
		t.Errorf("a directory: %v", err)
	}
	for text, want := range map[string]string{"\ufeffx\ufeff": "x\ufeff", "x": "x", "": "", "\ufeff": "", "\xef\xbb": "\xef\xbb"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if b, err := m.ReadFile(path); string(b) != want || err != nil {
			t.Errorf("%q is read as %q, %v", text, b, err)
		}
	}
	if err := os.WriteFile(path, make([]byte, 1<<20+1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := m.ReadFile(path); err == nil || !strings.Contains(err.Error(), "longer than 1 MiB") {
		t.Errorf("a long file: %v", err)
	}
	if os.Getuid() != 0 { // whom no permission stops
		if err := os.Chmod(path, 0); err != nil {
			t.Fatal(err)
		}
		if _, err := m.ReadFile(path); err == nil || credential.IsAbsent(err) || !strings.Contains(err.Error(), "permission") {
			t.Errorf("a file of somebody else: %v", err)
		}
	}
}

// TestRun runs programs: what they print, how they fail, and that none outlives
// its time.
func TestRun(t *testing.T) {
	m := machine.Machine{Env: map[string]string{"OWN": "value", "PATH": os.Getenv("PATH")}}
	out, err := m.Run(t.Context(), `printf '%s' "$OWN"; cat`)
	if string(out) != "value" || err != nil {
		t.Errorf("%q, %v", out, err)
	}
	if out, err := m.Run(t.Context(), `printf '\357\273\277{}'`); string(out) != "{}" || err != nil {
		t.Errorf("with a byte order mark: %q, %v", out, err)
	}
	dir := filepath.Join(t.TempDir(), "a b")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "key tool"), []byte("#!/bin/sh\nprintf '%s,' \"$@\""), 0o700); err != nil { //nolint:gosec // it is run
		t.Fatal(err)
	}
	if out, err := m.Run(t.Context(), `"`+dir+`/key tool" --for "c d"`); string(out) != "--for,c d," || err != nil {
		t.Errorf("a path with spaces: %q, %v", out, err)
	}
	for command, says := range map[string]string{
		"echo planted; exit 7":                     "ended with status 7",
		"no-such-program-planted 2>&1":             "ended with status 127",
		"kill -9 $$":                               "ended with status -1",
		"head -c 2000000 /dev/zero; echo 'planted": "",
		"head -c 2000000 /dev/zero":                "longer than 1 MiB",
	} {
		out, err := m.Run(t.Context(), command)
		if err == nil || out != nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "planted") {
			t.Errorf("%s: %q, %v", command, out, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	done := make(chan error, 1)
	go func() {
		_, err := m.Run(ctx, "sleep 3 & sleep 3")
		done <- err
	}()
	if err := <-done; err == nil || !strings.Contains(err.Error(), "did not end") {
		t.Errorf("got %v", err)
	}
}

// TestDo talks to a real server: no redirect is followed, no proxy asked for
// what is near, no connection kept, no answer read to its end that has none.
func TestDo(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	t.Setenv("http_proxy", "http://127.0.0.1:1")
	var calls, open atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		switch r.URL.Path {
		case "/redirect":
			http.Redirect(w, r, "/ok", http.StatusFound)
		case "/endless":
			for range 3 << 10 {
				_, _ = w.Write(make([]byte, 1<<10))
			}
		case "/busy":
			w.WriteHeader(http.StatusTooManyRequests)
		case "/json":
			fmt.Fprint(w, `{"a":`)
		case "/broken":
			w.Header().Set("Content-Length", "100")
			fmt.Fprint(w, "part")
		default:
			fmt.Fprint(w, r.Method, " ", r.Header.Get("X-Own"))
		}
	}))
	closed := make(chan struct{}, 100)
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		switch s {
		case http.StateNew:
			open.Add(1)
		case http.StateClosed:
			open.Add(-1)
			closed <- struct{}{}
		}
	}
	server.Start()
	defer server.Close()
	m := machine.Machine{}
	do := func(path string) (answer machine.Answer, err error) {
		err = m.Do(t.Context(), &machine.Request{
			Method: "PUT", URL: server.URL + path, Near: true, Timeout: 5 * time.Second, Header: map[string]string{"X-Own": "1"},
			Transient: []string{"Again"},
			Read: func(a *machine.Answer) error {
				answer = *a
				switch {
				case path == "/again":
					return a.Refused("Again", "")
				case path == "/json":
					return a.JSON(&struct{}{})
				case a.Status != 200:
					return a.Refused("", "")
				}
				return nil
			},
		})
		return answer, err
	}
	for path, c := range map[string]struct {
		status int
		body   string
		says   string
		calls  int64
	}{
		"/ok":       {200, "PUT 1", "", 1},
		"/redirect": {302, "", "answered 302", 1},
		"/endless":  {0, "", "longer than 1 MiB", 1},
		"/busy":     {429, "", "answered 429", 3},
		"/again":    {200, "PUT 1", "Again", 3},
		"/json":     {200, `{"a":`, "the JSON breaks off", 3},
		"/broken":   {0, "", "unexpected EOF", 3},
	} {
		calls.Store(0)
		a, err := do(path)
		if (err != nil) != (c.says != "") || err != nil && !strings.Contains(err.Error(), c.says) || a.Status != c.status || string(a.Body) != c.body {
			t.Errorf("%s: %+v, %v", path, a, err)
		}
		if n := calls.Load(); n != c.calls {
			t.Errorf("%s: %d calls", path, n)
		}
	}
	for open.Load() > 0 {
		<-closed
	}
}

// TestSilent checks the time that a service has for its answer, and that nothing
// goes on after the caller has left.
func TestSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := machine.Machine{Transport: waiting{}}
		start := time.Now()
		err := m.Do(t.Context(), &machine.Request{Method: "GET", URL: "http://there/?planted", Timeout: time.Second})
		if took := time.Since(start); !errors.Is(err, fault.Unavailable) || err.Error() != "there did not answer within 1s" || took <= 3*time.Second || took > 5*time.Second {
			t.Errorf("%v after %v", err, took)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 1100*time.Millisecond)
		defer cancel()
		start = time.Now()
		if err := m.Do(ctx, &machine.Request{Method: "GET", URL: "http://there/?planted", Timeout: time.Second}); err == nil || time.Since(start) != 1100*time.Millisecond {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
}

type waiting struct{}

func (waiting) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}
