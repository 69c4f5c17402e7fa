//go:build unix

package doccheck

import (
	"encoding/json"
	"flag"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

var shell = flag.Bool("shell", false, "run the commands of the documents, which takes some minutes")

// A place says where a command is run.
type place struct {
	here  bool   // by TestShell
	by    string // a file that runs it elsewhere in CI,
	as    string // and its text that does
	never string // why it is not run
}

var (
	suite   = place{by: ".ci/run", as: "\ngo test ./...\n"}
	nested  = place{by: ".ci/run", as: "go vet ./... && go test ./..."}
	example = place{by: ".ci/run", as: `go run "./$example"`}
	sdks    = place{by: "examples/emulator/clients/clients_test.go", as: "func TestREADME("}
	publish = place{never: "it publishes a release"}
	figures = place{never: "it measures, for many minutes on an idle machine"}
)

// places are where the commands of the documents are run. A file stands for all of
// its commands that are not listed.
var places = map[string]place{
	"go get github.com/accesspoint-go/accesspoint/...": {by: ".ci/consumer", as: `go get "$module/...@$version"`},
	"go doc github.com/accesspoint-go/accesspoint/nas": {here: true},
	"go generate ./...":                                {by: ".ci/run", as: "\ngo generate ./...\n"},
	"go test ./...":                                    suite,
	"go test ./internal/crowded -v":                    suite,
	"go test ./nas ./nas/nastest ./internal/doccheck":  suite,
	"go test ./kms ./kms/kmstest ./internal/doccheck":  suite,
	"go test ./kms -run TestWire/SetSomething -update": {never: "it needs the operation that its reader adds"},
	"go run ./internal/gen op kms SetSomething":        {here: true},
	"go run ./internal/chaos -service nas -seeds 10":   {by: ".ci/run", as: `go run ./internal/chaos -service "$service"`},
	".ci/run":                                   {never: "it is what runs this test"},
	".ci/size":                                  {by: ".ci/run", as: "\n.ci/size\n"},
	".github/apidiff":                           {by: ".github/workflows/ci.yml", as: "run: .github/apidiff\n"},
	".github/release-check v0.1.0":              {never: "it refuses a version once that is released"},
	"git tag -a v0.1.0 -m v0.1.0":               publish,
	"git push origin v0.1.0":                    publish,
	"go run ./examples/quickstart":              example,
	"go run ./examples/lifecycle":               example,
	"go run ./examples/lifecycle -from-nothing": {here: true},
	"go run ./examples/whoami":                  example,
	"go run ./examples/fleet -n 200 -faults 0.2 -restart 0.1":        {here: true},
	"go run ./examples/fleet -limiter window60 -limit 2 -n 300":      {by: "examples/fleet/fleet_test.go", as: `{"-limiter", "window60", "-limit", "2", "-n", "300"}`},
	"go run ./examples/emulator -h":                                  {here: true},
	"go run ./examples/emulator -listen 127.0.0.1:0":                 {here: true},
	"go run ./examples/emulator -listen 127.0.0.1:4700":              {by: "examples/emulator/clients/clients_test.go", as: "func TestCommands("},
	"go run ./examples/emulator -listen 0.0.0.0:4700 -host emulator": {by: "examples/emulator/clients/clients_test.go", as: "func TestCommands("},
	"go run . demo":                             {by: "examples/workers/demo_test.go", as: `"demo", "-n", "60"`},
	"go run ./cmd/report":                       figures,
	"benchstat -col /column results/memory.txt": figures,
	"go test -run '^$' -bench Call -cpu 1 -count 6 | benchstat -col /column -": figures,
	"go test -v -timeout 1h -figures -run":                                     figures,
	"go test -v":                                                               nested,
	"go vet ./... && go test ./...":                                            nested,
	"go test -run TestRestart .":                                               nested,
	"go test -run TestLostAnswers .":                                           nested,
	"go test -run TestReplicas .":                                              nested,
	"CGO_ENABLED=0 go build -o /tmp/provisioner .":                             nested, // its own test compiles it
	"kubectl apply -f manifest.yaml":                                           {never: "it needs a cluster; TestManifest decodes the file"},
	"go run github.com/accesspoint-go/accesspoint/examples/emulator -control 127.0.0.1:4700 >/dev/null &": {here: true},
	"go run . migrate":                              {here: true},
	"go run . load desired.csv":                     {here: true},
	"go run . work -emulator http://127.0.0.1:4700": {here: true},
	"go run . status":                               {here: true},
	"examples/emulator/README.md":                   sdks,
	"examples/emulator/main.go":                     {here: true}, // a request to what the command before it serves
}

// optional is what may be left out of a command.
var optional = regexp.MustCompile(` \[[\w.]+\]`)

// TestShell checks that each command of the documents is run in CI, or says why not.
// With -shell it runs those that nothing else runs, in their order, in a copy of the
// module: each has to succeed, and what serves has to serve those that come after it.
func TestShell(t *testing.T) {
	var here []line
	used, seen := map[string]bool{}, map[string]bool{}
	for _, l := range lines(t) {
		l.text = optional.ReplaceAllString(l.text, "")
		key := l.text
		if _, ok := places[key]; !ok {
			key, _, _ = strings.Cut(l.where, ":")
		}
		switch p, ok := places[key]; {
		case !ok:
			t.Errorf("%s: %s: nobody has said where this is run", l.where, l.text)
		case p.by != "" && !strings.Contains(read(t, p.by), p.as):
			t.Errorf("%s: %s: %s has no %q", l.where, l.text, p.by, p.as)
		case p.here && !seen[l.dir+l.text]:
			here = append(here, l)
		}
		used[key], seen[l.dir+l.text] = true, true
	}
	for key := range places {
		if !used[key] {
			t.Errorf("%s: no document has it", key)
		}
	}
	if !*shell {
		return
	}
	s := newSession(t)
	for _, l := range here {
		t.Run(l.text, func(t *testing.T) {
			switch {
			case strings.Contains(l.text, "/emulator -listen "):
				out := s.serve(t, l)
				var ready struct{ Control string }
				until(t, func() bool {
					text, err := os.ReadFile(out)
					return err == nil && json.Unmarshal(text, &ready) == nil
				})
				s.env = append(s.env, "CONTROL="+ready.Control)
			case strings.Contains(l.text, "/emulator -control "):
				s.serve(t, l)
				until(t, func() bool {
					conn, err := net.Dial("tcp", s.control)
					return err == nil && conn.Close() == nil
				})
			case strings.Contains(l.text, " work "):
				s.serve(t, l)
			case strings.HasSuffix(l.text, " status"): // of desired.csv, as the README says
				until(t, func() bool {
					out := strings.Join(strings.Fields(s.run(t, l)), " ")
					return strings.Contains(out, " nas 2 0 0 0 0 oss 1 0 0 0 0 efs 1 0 0 0 0 privatelink 1 0 0 0 0 kms 0 0 0 0 1 payments-1 of kms, to be present: stopped ")
				})
			default:
				s.run(t, l)
			}
		})
	}
}

// A session runs commands one after the other.
type session struct {
	dir     string // a copy of the module
	control string // the address that is in place of 127.0.0.1:4700
	env     []string
	end     *testing.T
}

func newSession(t *testing.T) *session {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	s := &session{dir: t.TempDir(), control: listener.Addr().String(), end: t}
	if err := os.WriteFile(filepath.Join(s.dir, ".curlrc"), []byte("fail-with-body\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.env = append(os.Environ(), "CURL_HOME="+s.dir)
	cp := exec.CommandContext(t.Context(), "bash", "-c", `git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$0"`, s.dir)
	cp.Dir = root
	if out, err := cp.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return s
}

func (s *session) command(t *testing.T, l line) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(s.end.Context(), "bash", "-c", strings.ReplaceAll(l.text, "127.0.0.1:4700", s.control))
	cmd.Dir, cmd.Env = filepath.Join(s.dir, l.dir), slices.Clone(s.env)
	if l.dir == "" { // the cache has what a run in another directory compiled; what a nested module requires is there without
		cmd.Env = append(cmd.Env, "GOFLAGS="+os.Getenv("GOFLAGS")+" -trimpath")
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // with the program that go run starts
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	return cmd
}

// run returns what a command prints.
func (s *session) run(t *testing.T, l line) string {
	t.Helper()
	begun := time.Now()
	out, err := s.command(t, l).CombinedOutput()
	t.Logf("%v\n%s", time.Since(begun).Round(time.Millisecond), out)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

// serve starts a command that goes on to the end of the test. It returns the file
// that has what it prints.
func (s *session) serve(t *testing.T, l line) string {
	t.Helper()
	file, err := os.CreateTemp(s.dir, "out")
	if err != nil {
		t.Fatal(err)
	}
	l.text = strings.TrimSuffix(l.text, " &")
	cmd := s.command(t, l)
	cmd.Stdout = file
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s.end.Cleanup(func() {
		_ = cmd.Wait() // the context has ended it
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		_ = file.Close()
	})
	return file.Name()
}

// until waits for what other processes do.
func until(t *testing.T, done func() bool) {
	t.Helper()
	for tick := time.NewTicker(time.Second); !done(); {
		select {
		case <-tick.C:
		case <-t.Context().Done():
			t.Fatal(t.Context().Err())
		}
	}
}
