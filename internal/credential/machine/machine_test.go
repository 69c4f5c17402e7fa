package machine_test

import (
	"context"
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
)

func TestParseINI(t *testing.T) {
	for text, want := range map[string]machine.INI{
		"":                                 {},
		"a = b\n":                          {}, // before any section
		"[x]":                              {"x": {}},
		"[x]\na=b\nA = c":                  {"x": {"a": "c"}},
		"[x]\r\na = b\r\n":                 {"x": {"a": "b"}},
		" [ x   y ] ; z\nk: v=w":           {"x y": {"k": "v=w"}},
		"[x]\na=b # c\nd=e#f\ng=h\t;i":     {"x": {"a": "b", "d": "e#f", "g": "h"}},
		"# a\n; b\n[x]\n\n#c\nd='e'":       {"x": {"d": "e"}},
		"[x]\na=\"b\nc=\"d\"":              {"x": {"a": "\"b", "c": "d"}},
		"[x]\na=\"":                        {"x": {"a": "\""}},
		"[x]\ns3 =\n  a = b\n\tc = d\ne=f": {"x": {"s3": "", "e": "f"}},
		"[x]\na = b\n  c = d":              {"x": {"a": "b", "c": "d"}},
		"[x]\na = b\n  c\n  d":             {"x": {"a": "b\nc\nd"}},
		"[x]\n  a = b":                     {"x": {"a": "b"}},
		"[x]\na=1\n[y]\nb=2\n[x]\nc=3":     {"x": {"a": "1", "c": "3"}, "y": {"b": "2"}},
		"[x\na=b\n]y[\nc=d":                {},
		"[x]\nno value\n=v\nk=":            {"x": {"": "v", "k": ""}},
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
	do := func(path string) (*machine.Answer, error) {
		return m.Do(t.Context(), &machine.Request{
			Method: "PUT", URL: server.URL + path, Near: true, Timeout: 5 * time.Second, Attempts: 2, Header: map[string]string{"X-Own": "1"},
		})
	}
	for path, c := range map[string]struct {
		status int
		body   string
		says   string
		calls  int64
	}{
		"/ok":       {200, "PUT 1", "", 1},
		"/redirect": {302, "", "", 1},
		"/endless":  {0, "", "longer than 1 MiB", 1},
		"/busy":     {429, "", "", 2},
		"/broken":   {0, "", "unexpected EOF", 2},
	} {
		calls.Store(0)
		a, err := do(path)
		switch {
		case c.says != "":
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%s: %v", path, err)
			}
		case err != nil || a.Status != c.status || string(a.Body) != c.body:
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

// TestSilent checks the time that a service has for its answer.
func TestSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := machine.Machine{Transport: waiting{}}
		start := time.Now()
		_, err := m.Do(t.Context(), &machine.Request{Method: "GET", URL: "http://there/?planted", Timeout: time.Second, Attempts: 1})
		if err == nil || time.Since(start) != time.Second || err.Error() != "there did not answer within 1s" {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		start = time.Now()
		_, err = m.Do(t.Context(), &machine.Request{Method: "GET", URL: "http://there/?planted", Timeout: time.Second, Attempts: 3})
		if took := time.Since(start); err == nil || took < 3*time.Second || took > 5*time.Second {
			t.Errorf("%v after %v", err, took)
		}
	})
}

type waiting struct{}

func (waiting) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}
