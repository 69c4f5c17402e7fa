package main

import (
	"bytes"
	"context"
	"flag"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// These turn on and size the tests that measure the table of README.md.
var (
	figures = flag.Bool("figures", false, "measure the figures of README.md, which takes many minutes")
	keys    = flag.Int("keys", 1000, "with -figures: access points of each service")
	limit   = flag.Float64("limit", 200, "with -figures: calls a second of each operation")
)

// TestMain makes the binary of the tests the program itself where the demo starts it as
// a worker.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "work" {
		main()
	}
	flag.Parse()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	os.Exit(m.Run())
}

// testDatabase returns an empty database in SQLite.
func testDatabase(t *testing.T, id string) *database {
	t.Helper()
	db, err := open(t.Context(), filepath.Join(t.TempDir(), "workers.db"), id)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.close)
	if err := db.migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return db
}

// typed runs the program with these arguments.
func typed(args ...string) (status int, stdout, stderr string) {
	var out, errs bytes.Buffer
	status = run(context.Background(), args, &out, &errs)
	return status, out.String(), errs.String()
}

// TestCommands runs the commands as one types them, with all that can be wrong.
func TestCommands(t *testing.T) {
	folder := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	db := "-database=" + filepath.Join(folder, "workers.db")
	good := file("good.jsonl", `{"key": "a-1", "service": "efs", "request": {"FileSystemId": "fs-0123456789abcdef8"}}`+"\n\n")
	for _, c := range []struct {
		name   string
		args   []string
		status int
		says   string
	}{
		{"no such command", []string{"play"}, 2, "migrate"},
		{"help", []string{"help"}, 0, "migrate"},
		{"a flag that there is not", []string{"load", "-x"}, 2, "Usage: workers load [flags] FILE"},
		{"no file", []string{"load", db}, 2, "Usage"},
		{"before migrate", []string{"load", db, good}, 1, "no such table"},
		{"migrate", []string{"migrate", db}, 0, ""},
		{"migrate again", []string{"migrate", db}, 0, ""},
		{"load", []string{"load", db, good}, 0, "1 read, 1 of them new or changed and queued"},
		{"load again", []string{"load", db, good}, 0, "1 read, 0 of them"},
		{"the sample", []string{"load", db, "desired.csv"}, 0, "6 read, 6 of them"},
		{"status", []string{"status", db}, 0, "efs          0     2"},
		{"CSV without a column", []string{"load", db, file("a.csv", "key,service,state\n")}, 1, "no column request"},
		{"an unknown service", []string{"load", db, file("b.csv", "key,service,state,request\nk,nfs,present,{}\n")}, 1, `line 2: k: there is no service "nfs"`},
		{"an unknown state", []string{"load", db, file("c.csv", "key,service,state,request\nk,nas,gone,{}\n")}, 1, `the state "gone"`},
		{"an unknown member", []string{"load", db, file("d.jsonl", `{"key": "k", "service": "nas", "request": {"FileSystem": "x"}}`)}, 1, `unknown field "FileSystem"`},
		{"a request that breaks constraints", []string{"load", db, file("e.jsonl", `{"key": "k", "service": "nas", "request": {"FileSystemID": "x"}}`)}, 1, "VpcId"},
		{"absent, nowhere", []string{"load", db, file("f.jsonl", `{"key": "k", "service": "nas", "state": "absent", "request": {}}`)}, 1, "could stand in"},
		{"twice", []string{"load", db, file("g.jsonl", strings.Repeat(`{"key": "k", "service": "kms", "request": {"Policies": ["p"]}}`+"\n", 2))}, 1, "twice"},
		{"elsewhere", []string{"load", db, file("h.jsonl", `{"key": "a-1", "service": "efs", "request": {"FileSystemId": "fs-11111111111111111"}}`)}, 1, "make it absent there"},
		{"work nowhere", []string{"work", db}, 2, "either -emulator or -live"},
		{"work off this machine", []string{"work", db, "-emulator", "http://192.0.2.1:80"}, 1, "not an address on loopback"},
		{"a timeout that lets nothing be created", []string{"work", db, "-emulator", "http://127.0.0.1:1", "-timeout", "40s"}, 2, "at least 50s"},
	} {
		status, stdout, stderr := typed(c.args...)
		if status != c.status || !strings.Contains(stdout+stderr, c.says) {
			t.Errorf("%s: status %d\n%s%s", c.name, status, stdout, stderr)
		}
	}
}

// TestView draws frames that fit a terminal of 80x24, however many processes there were.
func TestView(t *testing.T) {
	var out bytes.Buffer
	v := newView(&out, strings.Repeat("title ", 20))
	v.live = true
	s := &snapshot{asked: 1000000, perSecond: 99999, counts: map[serviceStatus]int{}, by: map[string]int{}}
	for _, name := range serviceNames {
		s.counts[serviceStatus{name, done}] = 123456
	}
	for range 12 {
		v.say("%s", strings.Repeat("event ", 30))
		s.processes = append(s.processes, &process{readiness: readiness{ID: strings.Repeat("x", 60)}, state: "draining", throttled: 99999, rescued: 9999})
		out.Reset()
		v.show(s)
		lines := strings.Split(strings.TrimSuffix(out.String(), "\x1b[J"), "\n")
		if len(lines) > 23 {
			t.Errorf("%d lines:\n%s", len(lines), &out)
		}
		for i, line := range lines {
			if _, text, _ := strings.Cut(line, "\r\x1b[K"); len(text) > columns {
				t.Errorf("line %d has %d columns: %s", i, len(text), text)
			}
		}
	}
	out.Reset()
	v.live = false
	v.say("killed")
	v.last = time.Time{}
	v.show(s)
	if text := out.String(); strings.Contains(text, "\x1b") || strings.Count(text, "\n") != 2 {
		t.Errorf("elsewhere than on a terminal: %q", text)
	}
}
