package screen

import (
	"bytes"
	"flag"
	"io"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// terminal returns a screen of so many columns that can be written over.
func terminal(w io.Writer, columns *int) *Screen {
	return &Screen{w: w, columns: func() int { return *columns }, rewrite: true}
}

func widest(text string) int {
	n := 0
	for line := range strings.Lines(text) {
		n = max(n, width(strings.TrimSuffix(line, "\n")))
	}
	return n
}

// TestProgress writes lines over each other, cut to the terminal, whose width
// changes meanwhile.
func TestProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		columns := 40
		p := terminal(&out, &columns).Progress([]string{"nas", "privatelink"}, nil)
		expect := func(want string) { // since it was last asked
			t.Helper()
			synctest.Wait()
			p.mu.Lock()
			defer p.mu.Unlock()
			if diff := cmp.Diff(want, out.String()); diff != "" {
				t.Error(diff)
			}
			out.Reset()
		}
		p.Set(0, "Pending")
		p.Set(1, "Creating, which takes some minutes")
		expect("") // before it is time
		<-time.After(redraw)
		expect("\r\x1b[K   0.1s  nas          Pending\n" + "\r\x1b[K   0.1s  privatelink  Creating, which…\n")
		p.mu.Lock()
		columns = 30
		p.mu.Unlock()
		p.Finish(0, "Active\x1b[2J")
		<-time.After(redraw)
		expect("\x1b[2A" + "\r\x1b[K   0.1s  nas          Active?…\n" + "\r\x1b[K   0.2s  privatelink  Creatin…\n")
		p.Say("Interrupted: removing what was created.")
		expect("\x1b[2A\r\x1b[J" + "Interrupted: removing what was\n  created.\n" +
			"\r\x1b[K   0.1s  nas          Active?…\n" + "\r\x1b[K   0.2s  privatelink  Creatin…\n")
		p.End()
		expect("\x1b[2A" + "\r\x1b[K   0.1s  nas          Active?…\n" + "\r\x1b[K   0.2s  privatelink  Creatin…\n")
	})
}

// TestLog prints each change once where lines cannot be written over, and asks
// for reports seldom.
func TestLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		ready := 0
		p := New(&out).Progress([]string{"nas", "oss"}, func(int) string {
			ready++
			return strings.Repeat("ready ", ready)
		})
		p.Set(0, "Pending")
		p.Set(0, "Pending")
		<-time.After(2 * time.Second)
		p.Set(0, "Active")
		p.Finish(0, "Active")
		p.Say("Interrupted.")
		<-time.After(2 * logged)
		p.Finish(1, "done")
		<-time.After(logged)
		p.End()
		if diff := cmp.Diff("   0.0s  nas  Pending\n   2.0s  nas  Active\nInterrupted.\n  10.0s  oss  ready \n  20.0s  oss  ready ready \n  22.0s  oss  done\n", out.String()); diff != "" {
			t.Error(diff)
		}
	})
}

// TestWidths prints on terminals of all widths, and elsewhere.
func TestWidths(t *testing.T) {
	text := "  passed over: container: neither AWS_CONTAINER_CREDENTIALS_RELATIVE nor AWS_CONTAINER is set\nhttp://example.com/a/word/that/is/wider/than/some/of/the/terminals stays whole"
	table := [][]string{
		{"SERVICE", "ID", "STATE", "READY", "REQUESTS", "ADDRESS"},
		{"nas", "ap-0000000001", "Active", "2.1s", "10", "ap-0000000001nvp.w1.cn-hangzhou.nas.aliyuncs.com"},
		{"privatelink", "ep-0000000000000001", "Active/Connected", "14.0s", "7", "-"},
	}
	for columns := 40; columns <= 140; columns++ {
		var printed, tabled bytes.Buffer
		s := terminal(&printed, &columns)
		s.Print(text)
		prose, address, _ := strings.Cut(printed.String(), "http:")
		if widest(prose) > columns || cmp.Diff(strings.Fields(text), strings.Fields(prose+"http:"+address)) != "" {
			t.Errorf("%d columns:\n%s", columns, &printed)
		}
		terminal(&tabled, &columns).Table(table)
		if widest(tabled.String()) > columns {
			t.Errorf("%d columns:\n%s", columns, &tabled)
		}
		for _, cell := range strings.Fields("ID STATE READY REQUESTS ADDRESS ap-0000000001 ep-0000000000000001 Active Active/Connected 2.1s 14.0s 10") {
			if !strings.Contains(tabled.String(), " "+cell) {
				t.Errorf("%d columns, no %s:\n%s", columns, cell, &tabled)
			}
		}
	}
	var out bytes.Buffer
	s := New(&out)
	s.Print(text)
	s.Table(table[:2])
	want := text + "\n" +
		"SERVICE  ID             STATE   READY  REQUESTS  ADDRESS\n" +
		"nas      ap-0000000001  Active   2.1s        10  ap-0000000001nvp.w1.cn-hangzhou.nas.aliyuncs.com\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
	out.Reset()
	columns := 40
	terminal(&out, &columns).Table(table)
	want = `SERVICE      ID
nas          ap-0000000001
privatelink  ep-0000000000000001

SERVICE      STATE             READY
nas          Active             2.1s
privatelink  Active/Connected  14.0s

SERVICE      REQUESTS
nas                10
privatelink         7

SERVICE      ADDRESS
nas          ap-0000000001nvp.w1.cn-han…
privatelink  -
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

// TestUsage explains flags beside their names, and below them where that leaves
// too little room.
func TestUsage(t *testing.T) {
	var out bytes.Buffer
	f := flag.NewFlagSet("fleet", flag.ContinueOnError)
	f.SetOutput(&out)
	f.Int("n", 1000, "how many access points")
	f.Bool("json", false, "print one line of JSON for each service and nothing else at all")
	f.String("only", "", "`services` to use")
	for columns, want := range map[int]string{
		60: `Usage: fleet [flags]
Counts what is there.
  -json           print one line of JSON for each service
                  and nothing else at all
  -n int          how many access points (default 1000)
  -only services  services to use
`,
		30: `Usage: fleet [flags]
Counts what is there.
  -json
      print one line of JSON
      for each service and
      nothing else at all
  -n int
      how many access points
      (default 1000)
  -only services
      services to use
`,
	} {
		out.Reset()
		printUsage(terminal(&out, &columns), f, "Counts what is there.")
		if diff := cmp.Diff(want, out.String()); diff != "" {
			t.Errorf("%d columns: %s", columns, diff)
		}
	}
	out.Reset()
	Usage(f, "Counts what is there.")
	if err := f.Parse([]string{"-h"}); err != flag.ErrHelp || !strings.Contains(out.String(), " nothing else at\n") {
		t.Errorf("%v\n%s", err, &out)
	}
}

// TestNew tells terminals from files and devices.
func TestNew(t *testing.T) {
	t.Setenv("TERM", "xterm")
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = null.Close() }()
	if s := New(null); s.rewrite || s.columns() != 0 {
		t.Errorf("%s is a terminal of %d columns", os.DevNull, s.columns())
	}
}
