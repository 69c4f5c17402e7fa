package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/kms"
	"github.com/accesspoint-go/accesspoint/oss"
)

// A server is a running examples/emulator, for the demo and the tests.
type server struct {
	endpoints
	Seed struct {
		NAS struct {
			FileSystem string `json:"file_system"`
			Vpc        string `json:"vpc"`
			VSwitch    string `json:"vswitch"`
		} `json:"nas"`
		OSS struct {
			Bucket string `json:"bucket"`
		} `json:"oss"`
		EFS struct {
			FileSystem string `json:"file_system"`
		} `json:"efs"`
		PrivateLink struct {
			Service       string `json:"service"`
			Vpc           string `json:"vpc"`
			SecurityGroup string `json:"security_group"`
		} `json:"privatelink"`
		KMS struct {
			Instance string `json:"instance"`
		} `json:"kms"`
	} `json:"seed_data"`

	cmd   *exec.Cmd
	ended chan struct{}
}

// serve builds and starts an emulator with these flags. It ends with ctx. onRequest
// hears of each request.
func serve(ctx context.Context, folder string, onRequest func(service, operation, code string), args ...string) (*server, error) {
	binary := filepath.Join(folder, "emulator")
	build := exec.CommandContext(ctx, "go", "build", "-o", binary, "github.com/accesspoint-go/accesspoint/examples/emulator")
	if text, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("building the emulator (run this in examples/workers): %w: %s", err, text)
	}
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 5 * time.Second
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewReader(out)
	first, err := lines.ReadBytes('\n')
	if err != nil {
		return nil, fmt.Errorf("the emulator did not start: %w", err)
	}
	s := &server{cmd: cmd, ended: make(chan struct{})}
	go func() {
		defer close(s.ended)
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				_ = cmd.Wait()
				return
			}
			if f := strings.Fields(line); len(f) > 3 {
				onRequest(f[0], f[1], f[3])
			}
		}
	}()
	return s, json.Unmarshal(first, s)
}

// stop stops it, and waits until it has ended.
func (s *server) stop() {
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	<-s.ended
}

// throttle changes how many calls of each operation a service takes in a second; 0 is
// any number.
func (s *server) throttle(ctx context.Context, perSecond float64) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.Control+"/throttle", strings.NewReader(fmt.Sprintf(`{"per_second": %v}`, perSecond)))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", req.URL, resp.Status)
	}
	return nil
}

// entries returns n access points, spread over the services, by keys with a prefix.
func (s *server) entries(prefix string, n int, of ...string) ([]entry, error) {
	requests := map[string]any{
		"nas":         map[string]any{"FileSystemID": s.Seed.NAS.FileSystem, "VpcID": s.Seed.NAS.Vpc, "VSwitchID": s.Seed.NAS.VSwitch},
		"oss":         map[string]any{"Bucket": s.Seed.OSS.Bucket, "NetworkOrigin": "internet"},
		"efs":         map[string]any{"FileSystemId": s.Seed.EFS.FileSystem},
		"privatelink": map[string]any{"ServiceID": s.Seed.PrivateLink.Service, "VpcID": s.Seed.PrivateLink.Vpc, "SecurityGroupIDs": []string{s.Seed.PrivateLink.SecurityGroup}},
		"kms":         map[string]any{"Policies": []string{policy}},
	}
	all := make([]entry, n)
	for i := range all {
		e := entry{Key: fmt.Sprintf("%s-%06d", prefix, i), Service: of[i%len(of)]}
		var err error
		if e.Request, err = json.Marshal(requests[e.Service]); err == nil {
			err = e.check()
		}
		if err != nil {
			return nil, err
		}
		all[i] = e
	}
	return all, nil
}

// policy is that of the access points of KMS.
const policy = "workers"

// throttles are the codes with which an emulator refuses a call that came too soon.
var throttles = map[string]bool{
	"Throttling.User": true, string(kms.CodeRejectedThrottling): true, string(efs.CodeThrottlingException): true, string(oss.CodeMetaOperationQPSLimitExceeded): true,
}
