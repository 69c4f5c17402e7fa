package alibaba_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/accesspoint-go/accesspoint/internal/credential/alibaba"
	"github.com/accesspoint-go/accesspoint/internal/credential/machine"
)

// TestRegion looks for the region on many machines.
func TestRegion(t *testing.T) {
	dir := t.TempDir()
	config, keys, broken := filepath.Join(dir, "config.json"), filepath.Join(dir, "credentials"), filepath.Join(dir, "broken")
	if err := errors.Join(
		os.WriteFile(config, []byte("\ufeff"+`{"current":"a","profiles":[{"name":"a","region_id":"cn-beijing"},{"name":"b"},{"name":"c","region_id":"cn-shanghai"}]}`), 0o600),
		os.WriteFile(keys, []byte("[default]\nregion_id = cn-shenzhen\n[b]\nregion_id = cn-hongkong\n"), 0o600),
		os.WriteFile(broken, []byte("{"), 0o600),
	); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		env  map[string]string
		want string
		says string
	}{
		"nothing":         {map[string]string{}, "", ""},
		"environment":     {map[string]string{"ALIBABA_CLOUD_REGION_ID": "cn-hangzhou", "ALIBABA_CLOUD_REGION": "x", "ALIBABA_CLOUD_CONFIG_FILE": config}, "cn-hangzhou", ""},
		"second variable": {map[string]string{"ALIBABA_CLOUD_REGION": "cn-hangzhou"}, "cn-hangzhou", ""},
		"STS region":      {map[string]string{"ALIBABA_CLOUD_STS_REGION": "cn-hangzhou"}, "", ""},
		"profile":         {map[string]string{"ALIBABA_CLOUD_CONFIG_FILE": config, "ALIBABA_CLOUD_CREDENTIALS_FILE": keys}, "cn-beijing", ""},
		"profile by name": {map[string]string{"ALIBABA_CLOUD_CONFIG_FILE": config, "ALIBABA_CLOUD_PROFILE": "c"}, "cn-shanghai", ""},
		"profile without": {map[string]string{"ALIBABA_CLOUD_CONFIG_FILE": config, "ALIBABA_CLOUD_PROFILE": "b", "ALIBABA_CLOUD_CREDENTIALS_FILE": keys}, "cn-hongkong", ""},
		"no such profile": {map[string]string{"ALIBABA_CLOUD_CONFIG_FILE": config, "ALIBABA_CLOUD_PROFILE": "d"}, "", ""},
		"profiles off":    {map[string]string{"ALIBABA_CLOUD_CONFIG_FILE": config, "ALIBABA_CLOUD_CLI_PROFILE_DISABLED": "true", "ALIBABA_CLOUD_CREDENTIALS_FILE": keys}, "cn-shenzhen", ""},
		"broken":          {map[string]string{"ALIBABA_CLOUD_CONFIG_FILE": broken, "ALIBABA_CLOUD_CREDENTIALS_FILE": keys}, "", "the JSON breaks off"},
		"broken, unread":  {map[string]string{"ALIBABA_CLOUD_CONFIG_FILE": broken, "ALIBABA_CLOUD_REGION_ID": "cn-hangzhou"}, "cn-hangzhou", ""},
	} {
		got, err := alibaba.Region(machine.Machine{Env: c.env})
		if got != c.want || (err != nil) != (c.says != "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}
