// Package clients runs what the README of the emulator shows: each block of code as it
// stands, with the client that it is for, against an emulator of its own. It is a module
// of its own, so that the SDKs stay out of the main module's requirements. The page of
// the control side is tried in a browser.
package clients

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	// The programs in the README import these.
	_ "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	_ "github.com/alibabacloud-go/privatelink-20200415/v5/client"
	_ "github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
)

var emulator string // the program

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "emulator")
	if err != nil {
		panic(err)
	}
	emulator = filepath.Join(dir, "emulator")
	build := exec.CommandContext(context.Background(), "go", "build", "-o", emulator, ".")
	build.Dir = ".."
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%s%v\n", out, err)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// start starts an emulator on free ports and returns the first line that it prints.
func start(t *testing.T, args ...string) map[string]any {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), emulator, append(args, "-listen", "127.0.0.1:0")...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // the context has ended the program
		_, _ = io.Copy(io.Discard, out)
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var ready map[string]any
	if err := json.Unmarshal(line, &ready); err != nil {
		t.Fatal(err)
	}
	return ready
}

// missing skips a test for want of a client; in CI it fails.
func missing(t *testing.T, client, how string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is not installed: %s", client, how)
	}
	fmt.Fprintf(os.Stderr, "\nSKIPPED: %s: %s is not installed: %s\n\n", t.Name(), client, how)
	t.Skip()
}

// A block is one of code in the README.
type block struct{ heading, language, code string }

func blocks(t *testing.T) (all []block) {
	t.Helper()
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var heading string
	var open *block
	for line := range strings.Lines(string(text)) {
		fence, isFence := strings.CutPrefix(strings.TrimSpace(line), "```")
		switch {
		case open != nil && isFence:
			all = append(all, *open)
			open = nil
		case open != nil:
			open.code += line
		case isFence:
			open = &block{heading: heading, language: fence}
		case strings.HasPrefix(line, "#"):
			heading = strings.TrimSpace(strings.TrimLeft(line, "#"))
		}
	}
	if open != nil || len(all) < 10 {
		t.Fatalf("%d blocks, open: %+v", len(all), open)
	}
	return all
}

// ways returns how a block can be run: with each program of that name that there is.
func (b block) ways(t *testing.T) (ways [][]string) {
	t.Helper()
	switch b.language {
	case "python":
		for _, python := range programs("python3") {
			if exec.CommandContext(t.Context(), python, "-c", "import boto3").Run() == nil {
				ways = append(ways, []string{python, "-"})
			}
		}
		if ways == nil {
			missing(t, "boto3", "apt-get install python3-boto3")
		}
	case "js":
		if _, err := os.Stat("node_modules"); err != nil || len(programs("node")) == 0 {
			missing(t, b.heading, "npm ci in examples/emulator/clients")
		}
		kind := "commonjs"
		if strings.HasPrefix(b.code, "import ") {
			kind = "module"
		}
		ways = append(ways, []string{"node", "--input-type=" + kind, "-"})
	case "sh":
		if !strings.Contains(b.code, "aws ") {
			return [][]string{{"bash", "-euo", "pipefail", "-s"}}
		}
		for _, aws := range programs("aws") {
			ways = append(ways, []string{"bash", "-euo", "pipefail", "-c", `aws() { "` + aws + `" "$@"; }; source /dev/stdin`})
		}
		if ways == nil {
			missing(t, "the AWS CLI", "apt-get install awscli")
		}
	case "go":
		return [][]string{{"go", "run", filepath.Join(t.TempDir(), "main.go")}} // which the test writes
	default:
		t.Fatalf("a block in %q", b.language)
	}
	return ways
}

// programs returns those of that name on the path.
func programs(name string) (found []string) {
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		file := filepath.Join(dir, name)
		info, err := os.Stat(file)
		if err != nil || info.IsDir() || info.Mode()&0o111 == 0 {
			continue
		}
		if !slices.ContainsFunc(found, func(other string) bool {
			same, err := os.Stat(other)
			return err == nil && os.SameFile(info, same)
		}) {
			found = append(found, file)
		}
	}
	return found
}

// TestREADME runs each block: it has to succeed, and so has every request that it sends.
func TestREADME(t *testing.T) {
	for _, b := range blocks(t) {
		t.Run(b.heading, func(t *testing.T) {
			for _, way := range b.ways(t) {
				ready := start(t)
				code := b.code
				for i, name := range []string{"nas", "oss", "efs", "privatelink", "kms", "control"} {
					url, _ := ready[name].(string)
					code = strings.ReplaceAll(code, fmt.Sprintf("127.0.0.1:%d", 4700+i), strings.TrimPrefix(url, "http://"))
				}
				if b.language == "go" {
					if err := os.WriteFile(way[len(way)-1], []byte(code), 0o600); err != nil {
						t.Fatal(err)
					}
				}
				ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
				cmd := exec.CommandContext(ctx, way[0], way[1:]...)
				cmd.Stdin = strings.NewReader(code)
				cmd.Env = append(os.Environ(), "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null", "AWS_PAGER=")
				begun := time.Now()
				out, err := cmd.CombinedOutput()
				cancel()
				t.Logf("%s, %v:\n%s", way[0], time.Since(begun).Round(time.Millisecond), out)
				if err != nil {
					t.Errorf("%v: %v\n%s", way, err, out)
				}
				control, _ := ready["control"].(string)
				requests := asked(t, control)
				if len(requests) == 0 && !strings.Contains(b.code, "control=") {
					t.Errorf("%v: no request", way)
				}
				for _, q := range requests {
					if q.Status >= 300 {
						t.Errorf("%v: %+v", way, q)
					}
				}
			}
		})
	}
}

// A request is one that the emulator has got.
type request struct {
	Service, Operation, Code string
	Status                   int
}

func asked(t *testing.T, control string) []request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, control+"/requests", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var said struct{ Requests []request }
	if err := json.NewDecoder(resp.Body).Decode(&said); err != nil {
		t.Fatal(err)
	}
	return said.Requests
}

// TestCommands starts the emulator with the flags that the README shows.
func TestCommands(t *testing.T) {
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(text)) {
		if flags, ok := strings.CutPrefix(line, "    go run ./examples/emulator "); ok {
			start(t, strings.Fields(flags)...)
			n++
		}
	}
	if n == 0 {
		t.Error("no command")
	}
}
