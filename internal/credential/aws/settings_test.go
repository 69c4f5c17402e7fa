package aws_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/credential/aws"
	"github.com/accesspoint-go/accesspoint/internal/credential/machine"
)

// TestSettings looks for region and endpoint of EFS on many machines.
func TestSettings(t *testing.T) {
	config := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(config, []byte(`[default]
region = eu-west-1
[profile all]
region = eu-west-2
endpoint_url = https://all.example.com
use_fips_endpoint = TRUE
use_dualstack_endpoint = true
[profile own]
region = eu-west-2
services = mine
endpoint_url = https://all.example.com
use_fips_endpoint = yes
[profile other]
services = none
endpoint_url = https://all.example.com
[profile off]
services = mine
ignore_configured_endpoint_urls = true
[profile empty]
[services mine]
s3 =
  endpoint_url = https://s3.example.com
efs =
  endpoint_url = https://efs.example.com
`), 0o600); err != nil {
		t.Fatal(err)
	}
	env := func(pairs ...string) map[string]string {
		m := map[string]string{"AWS_CONFIG_FILE": config}
		for i := 0; i < len(pairs); i += 2 {
			m[pairs[i]] = pairs[i+1]
		}
		return m
	}
	west := aws.Settings{Region: "eu-west-1"}
	for name, c := range map[string]struct {
		env  map[string]string
		set  aws.Settings
		want aws.Settings
		says string
	}{
		"nothing":             {map[string]string{}, aws.Settings{}, aws.Settings{}, ""},
		"default profile":     {env(), aws.Settings{}, west, ""},
		"AWS_REGION":          {env("AWS_REGION", "us-east-1", "AWS_DEFAULT_REGION", "us-east-2"), aws.Settings{}, aws.Settings{Region: "us-east-1"}, ""},
		"AWS_DEFAULT_REGION":  {env("AWS_DEFAULT_REGION", "us-east-2"), aws.Settings{}, aws.Settings{Region: "us-east-2"}, ""},
		"own region":          {env("AWS_REGION", "us-east-1"), aws.Settings{Region: "us-west-1"}, aws.Settings{Region: "us-west-1"}, ""},
		"profile":             {env("AWS_PROFILE", "all"), aws.Settings{}, aws.Settings{"eu-west-2", "https://all.example.com", true, true}, ""},
		"profile, old name":   {env("AWS_DEFAULT_PROFILE", "all"), aws.Settings{}, aws.Settings{"eu-west-2", "https://all.example.com", true, true}, ""},
		"profile, own region": {env("AWS_PROFILE", "all"), west, aws.Settings{"eu-west-1", "https://all.example.com", true, true}, ""},
		"own endpoint":        {env("AWS_PROFILE", "all"), aws.Settings{Endpoint: "own"}, aws.Settings{Region: "eu-west-2", Endpoint: "own"}, ""},
		"own endpoint, env": {env("AWS_ENDPOINT_URL_EFS", "x", "AWS_USE_FIPS_ENDPOINT", "true", "AWS_REGION", "us-east-1"), aws.Settings{Endpoint: "own"},
			aws.Settings{Region: "us-east-1", Endpoint: "own"}, ""},
		"section of the service":  {env("AWS_PROFILE", "own"), aws.Settings{}, aws.Settings{Region: "eu-west-2", Endpoint: "https://efs.example.com"}, ""},
		"section that is not":     {env("AWS_PROFILE", "other"), west, aws.Settings{Region: "eu-west-1", Endpoint: "https://all.example.com"}, ""},
		"profile ignores":         {env("AWS_PROFILE", "off", "AWS_ENDPOINT_URL_EFS", "x"), west, west, ""},
		"env does not ignore":     {env("AWS_PROFILE", "off", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "false"), west, aws.Settings{Region: "eu-west-1", Endpoint: "https://efs.example.com"}, ""},
		"env ignores":             {env("AWS_PROFILE", "own", "AWS_ENDPOINT_URL", "x", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "TRUE"), west, west, ""},
		"env of all":              {env("AWS_PROFILE", "own", "AWS_ENDPOINT_URL", "https://env.example.com"), west, aws.Settings{Region: "eu-west-1", Endpoint: "https://env.example.com"}, ""},
		"env of the service":      {env("AWS_ENDPOINT_URL", "x", "AWS_ENDPOINT_URL_EFS", "https://env.example.com"), west, aws.Settings{Region: "eu-west-1", Endpoint: "https://env.example.com"}, ""},
		"env of another service":  {env("AWS_ENDPOINT_URL_STS", "x", "AWS_ENDPOINT_URL_S3", "x"), west, west, ""},
		"flags":                   {env("AWS_USE_FIPS_ENDPOINT", "true", "AWS_USE_DUALSTACK_ENDPOINT", "True"), west, aws.Settings{Region: "eu-west-1", FIPS: true, DualStack: true}, ""},
		"flags off":               {env("AWS_PROFILE", "all", "AWS_USE_FIPS_ENDPOINT", "FALSE", "AWS_USE_DUALSTACK_ENDPOINT", "false"), west, aws.Settings{Region: "eu-west-1", Endpoint: "https://all.example.com"}, ""},
		"own flags":               {env("AWS_USE_FIPS_ENDPOINT", "false"), aws.Settings{Region: "x", FIPS: true}, aws.Settings{Region: "x", FIPS: true}, ""},
		"flag of no kind":         {env("AWS_USE_FIPS_ENDPOINT", "planted"), west, west, "AWS_USE_FIPS_ENDPOINT is neither true nor false"},
		"other flag of no kind":   {env("AWS_USE_DUALSTACK_ENDPOINT", "1"), west, west, "AWS_USE_DUALSTACK_ENDPOINT is neither true nor false"},
		"missing profile":         {env("AWS_PROFILE", "nobody"), aws.Settings{}, aws.Settings{}, `no profile "nobody"`},
		"missing, known region":   {env("AWS_PROFILE", "nobody", "AWS_REGION", "eu-west-1"), aws.Settings{}, west, ""},
		"empty profile":           {env("AWS_PROFILE", "empty"), aws.Settings{}, aws.Settings{}, ""},
		"broken file":             {map[string]string{"AWS_CONFIG_FILE": t.TempDir()}, aws.Settings{}, aws.Settings{}, "directory"},
		"broken file, not needed": {map[string]string{"AWS_CONFIG_FILE": t.TempDir()}, aws.Settings{Region: "x", Endpoint: "y"}, aws.Settings{Region: "x", Endpoint: "y"}, ""},
	} {
		got := c.set
		err := got.Complete(machine.Machine{Env: c.env}, "efs")
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
		if (err != nil) != (c.says != "") || err != nil && (!strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "planted")) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
