package conformance

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	awsefs "github.com/aws/aws-sdk-go-v2/service/efs"

	"github.com/accesspoint-go/accesspoint/internal/credential/aws"
	"github.com/accesspoint-go/accesspoint/internal/credential/machine"
)

// TestSettings looks for the region and the endpoint of EFS on many machines, by
// our search and by the official one: both find the same.
func TestSettings(t *testing.T) {
	for _, pair := range os.Environ() {
		if name, value, _ := strings.Cut(pair, "="); strings.HasPrefix(name, "AWS_") {
			t.Setenv(name, value) // has it restored
			os.Unsetenv(name)
		}
	}
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	dir := t.TempDir()
	config := filepath.Join(dir, "config")
	t.Setenv("AWS_CONFIG_FILE", config)
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(dir, "none"))
	seen := map[aws.Settings]bool{}
	for n := range *inputs {
		g := newGen(*seed + uint64(n))
		env := map[string]string{}
		maybe := func(n int, name string, values ...string) {
			if g.IntN(n) == 0 {
				env[name] = pick(g, values...)
			}
		}
		maybe(3, "AWS_REGION", "us-east-1")
		maybe(3, "AWS_DEFAULT_REGION", "us-east-2")
		maybe(2, "AWS_PROFILE", "a", "b")
		maybe(4, "AWS_DEFAULT_PROFILE", "a", "b")
		maybe(4, "AWS_ENDPOINT_URL", "https://env.example.com")
		maybe(4, "AWS_ENDPOINT_URL_EFS", "https://env-efs.example.com")
		maybe(4, "AWS_ENDPOINT_URL_STS", "https://env-sts.example.com")
		maybe(6, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true", "false", "TRUE")
		maybe(4, "AWS_USE_FIPS_ENDPOINT", "true", "False")
		maybe(4, "AWS_USE_DUALSTACK_ENDPOINT", "true", "False")
		var text strings.Builder
		for _, head := range []string{"[default]", "[profile a]", "[profile b]"} {
			text.WriteString(head + "\n")
			line := func(n int, key string, values ...string) {
				if g.IntN(n) == 0 {
					text.WriteString(key + " = " + pick(g, values...) + "\n")
				}
			}
			line(2, "region", "eu-west-1")
			line(3, "endpoint_url", "https://profile.example.com")
			line(2, "services", "one", "two", "none")
			line(6, "ignore_configured_endpoint_urls", "true", "false")
			line(4, "use_fips_endpoint", "true", "false", "yes")
			line(4, "use_dualstack_endpoint", "TRUE", "false", "1")
		}
		text.WriteString("[services one]\ns3 =\n  endpoint_url = https://one-s3.example.com\nefs =\n  endpoint_url = https://one-efs.example.com\n" +
			"[services two]\nefs =\n    region = x\n    endpoint_url = https://two-efs.example.com\nsts =\n  endpoint_url = https://two-sts.example.com\n")
		if err := os.WriteFile(config, []byte(text.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		for name, value := range env {
			os.Setenv(name, value)
		}
		cfg, err := awsconfig.LoadDefaultConfig(t.Context())
		if err != nil {
			t.Fatalf("%v\n%v\n%s", err, env, &text)
		}
		o := awsefs.NewFromConfig(cfg).Options() // which reads the environment too
		for name := range env {
			os.Unsetenv(name)
		}
		want := aws.Settings{
			Region: o.Region, Endpoint: awssdk.ToString(o.BaseEndpoint),
			FIPS:      o.EndpointOptions.UseFIPSEndpoint == awssdk.FIPSEndpointStateEnabled,
			DualStack: o.EndpointOptions.UseDualStackEndpoint == awssdk.DualStackEndpointStateEnabled,
		}
		env["AWS_CONFIG_FILE"] = config
		var got aws.Settings
		err = got.Complete(machine.Machine{Env: env}, "efs")
		if got != want || err != nil {
			t.Errorf("seed %d: theirs %+v, ours %+v, %v\n%v\n%s", *seed+uint64(n), want, got, err, env, &text)
		}
		seen[got] = true
	}
	if len(seen) < 20 {
		t.Errorf("the random machines say too little: %d different settings", len(seen))
	}
}
