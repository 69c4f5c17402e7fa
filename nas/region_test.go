package nas_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/accesspoint-go/accesspoint/internal/operations"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/nas"
)

// TestRegionOfEnvironment leaves the region to the environment and the profile.
func TestRegionOfEnvironment(t *testing.T) {
	dir := t.TempDir()
	profile, broken := filepath.Join(dir, "config.json"), filepath.Join(dir, "broken.json")
	if err := errors.Join(
		os.WriteFile(profile, []byte(`{"current":"mine","profiles":[{"name":"mine","region_id":"cn-shanghai"}]}`), 0o600),
		os.WriteFile(broken, []byte(`{"planted`), 0o600),
	); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		given string
		env   map[string]string
		want  string   // the region of the request, or
		says  []string // the error
	}{
		"environment":      {"", map[string]string{"ALIBABA_CLOUD_REGION_ID": "cn-beijing", "ALIBABA_CLOUD_CONFIG_FILE": broken}, "cn-beijing", nil},
		"second variable":  {"", map[string]string{"ALIBABA_CLOUD_REGION": "cn-beijing"}, "cn-beijing", nil},
		"profile":          {"", map[string]string{"ALIBABA_CLOUD_CONFIG_FILE": profile}, "cn-shanghai", nil},
		"own region":       {"cn-qingdao", map[string]string{"ALIBABA_CLOUD_REGION_ID": "cn-beijing"}, "cn-qingdao", nil},
		"own, broken file": {"cn-qingdao", map[string]string{"ALIBABA_CLOUD_CONFIG_FILE": broken}, "cn-qingdao", nil},
		"nowhere":          {"", nil, "", []string{"Region is required", "ALIBABA_CLOUD_REGION_ID", "ALIBABA_CLOUD_REGION,", "region_id"}},
		"broken file":      {"", map[string]string{"ALIBABA_CLOUD_CONFIG_FILE": broken}, "", []string{"Region is required", broken}},
		"no region":        {"", map[string]string{"ALIBABA_CLOUD_REGION_ID": "a/planted"}, "", []string{"Region must be", "ALIBABA_CLOUD_REGION_ID"}},
		"own no region":    {"A", map[string]string{"ALIBABA_CLOUD_REGION_ID": "cn-beijing"}, "", []string{"Region must be"}},
	} {
		t.Run(name, func(t *testing.T) {
			bare(t)
			for variable, value := range c.env {
				t.Setenv(variable, value)
			}
			r := wiretest.Answering()
			client, err := nas.New(nas.Config{
				Region: c.given, HTTPClient: r.Client(), MaxAttempts: 1,
				Credentials: nas.StaticCredentials{AccessKeyID: "id", AccessKeySecret: "secret"},
			})
			for _, part := range c.says {
				if !errors.Is(err, nas.ErrInvalidRequest) || !strings.Contains(err.Error(), part) {
					t.Errorf("%q is not in %v", part, err)
				}
			}
			if c.says != nil {
				if strings.Contains(err.Error(), "planted") || strings.Contains(err.Error(), "without Config.Region") != (c.given == "") {
					t.Errorf("got %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			t.Setenv("ALIBABA_CLOUD_REGION_ID", "cn-later") // New has read it
			if client, err = client.With(nil); err != nil {
				t.Fatal(err)
			}
			_ = operations.Of(client).Call(t.Context(), absentRequest)
			if host := r.Last(t).Host; !strings.Contains(host, c.want+".") {
				t.Errorf("sent to %s", host)
			}
		})
	}
}
