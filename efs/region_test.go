package efs_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/internal/operations"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
)

func TestMain(m *testing.M) { wiretest.WithoutProfiles(m) }

// TestSettings leaves region and endpoint to the environment and the profile.
func TestSettings(t *testing.T) {
	config := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(config, []byte(`[default]
region = eu-west-1
[profile all]
region = eu-west-2
endpoint_url = https://all.example.com
[profile flags]
region = eu-west-2
use_fips_endpoint = true
use_dualstack_endpoint = true
`), 0o600); err != nil {
		t.Fatal(err)
	}
	env := func(pairs ...string) map[string]string {
		m := map[string]string{}
		for i := 0; i < len(pairs); i += 2 {
			m[pairs[i]] = pairs[i+1]
		}
		return m
	}
	for name, c := range map[string]struct {
		given efs.Config
		env   map[string]string
		want  string   // where the request goes, or
		says  []string // the error
	}{
		"region":              {efs.Config{}, env("AWS_REGION", "us-east-1"), "elasticfilesystem.us-east-1.amazonaws.com", nil},
		"default region":      {efs.Config{}, env("AWS_DEFAULT_REGION", "us-east-2"), "elasticfilesystem.us-east-2.amazonaws.com", nil},
		"profile":             {efs.Config{}, env("AWS_CONFIG_FILE", config), "elasticfilesystem.eu-west-1.amazonaws.com", nil},
		"own region":          {efs.Config{Region: "us-west-1"}, env("AWS_REGION", "us-east-1"), "elasticfilesystem.us-west-1.amazonaws.com", nil},
		"endpoint":            {efs.Config{Region: "us-west-1"}, env("AWS_ENDPOINT_URL", "http://localhost:4566"), "localhost:4566", nil},
		"endpoint of EFS":     {efs.Config{Region: "us-west-1"}, env("AWS_ENDPOINT_URL", "x/y", "AWS_ENDPOINT_URL_EFS", "https://own.example.com"), "own.example.com", nil},
		"endpoint of profile": {efs.Config{}, env("AWS_CONFIG_FILE", config, "AWS_PROFILE", "all"), "all.example.com", nil},
		"endpoints off":       {efs.Config{}, env("AWS_CONFIG_FILE", config, "AWS_PROFILE", "all", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"), "elasticfilesystem.eu-west-2.amazonaws.com", nil},
		"own endpoint":        {efs.Config{Region: "us-west-1", Endpoint: "own.example.com"}, env("AWS_ENDPOINT_URL", "x/y", "AWS_USE_FIPS_ENDPOINT", "true"), "own.example.com", nil},
		"FIPS":                {efs.Config{Region: "us-west-1"}, env("AWS_USE_FIPS_ENDPOINT", "true"), "elasticfilesystem-fips.us-west-1.amazonaws.com", nil},
		"dual stack":          {efs.Config{Region: "us-west-1"}, env("AWS_USE_DUALSTACK_ENDPOINT", "true"), "efs.us-west-1.api.aws", nil},
		"flags of profile":    {efs.Config{}, env("AWS_CONFIG_FILE", config, "AWS_PROFILE", "flags"), "efs-fips.eu-west-2.api.aws", nil},
		"nowhere":             {efs.Config{}, nil, "", []string{"Region is required", "AWS_REGION", "AWS_DEFAULT_REGION", "or region of the profile"}},
		"no such profile":     {efs.Config{}, env("AWS_PROFILE", "nobody"), "", []string{"Region is required", `no profile "nobody"`}},
		"no region":           {efs.Config{}, env("AWS_REGION", "a/planted"), "", []string{"Region must be", "AWS_REGION"}},
		"plain http":          {efs.Config{Region: "us-west-1"}, env("AWS_ENDPOINT_URL_EFS", "http://planted.example.com"), "", []string{"Endpoint ", "AWS_ENDPOINT_URL_EFS or AWS_ENDPOINT_URL", "endpoint_url"}},
		"FIPS of Config":      {efs.Config{Region: "us-west-1", FIPS: true}, env("AWS_ENDPOINT_URL", "https://own.example.com"), "", []string{"FIPS ", "AWS_ENDPOINT_URL"}},
		"FIPS of environment": {efs.Config{Region: "us-west-1"}, env("AWS_ENDPOINT_URL", "https://own.example.com", "AWS_USE_FIPS_ENDPOINT", "true"), "", []string{"FIPS ", "AWS_ENDPOINT_URL", "AWS_USE_FIPS_ENDPOINT"}},
		"dual of environment": {efs.Config{Region: "us-west-1"}, env("AWS_ENDPOINT_URL", "https://own.example.com", "AWS_USE_DUALSTACK_ENDPOINT", "true"), "", []string{"DualStack ", "AWS_ENDPOINT_URL", "AWS_USE_DUALSTACK_ENDPOINT"}},
		"flag of no kind":     {efs.Config{Region: "us-west-1"}, env("AWS_USE_FIPS_ENDPOINT", "planted"), "", []string{"AWS_USE_FIPS_ENDPOINT is neither true nor false"}},
	} {
		t.Run(name, func(t *testing.T) {
			bare(t)
			for variable, value := range c.env {
				t.Setenv(variable, value)
			}
			r := wiretest.Answering()
			cfg := c.given
			cfg.HTTPClient, cfg.MaxAttempts = r.Client(), 1
			cfg.Credentials = efs.StaticCredentials{AccessKeyID: "id", SecretAccessKey: "secret"}
			client, err := efs.New(cfg)
			for _, part := range c.says {
				if !errors.Is(err, efs.ErrInvalidRequest) || !strings.Contains(err.Error(), part) {
					t.Errorf("%q is not in %v", part, err)
				}
			}
			if c.says != nil {
				if strings.Contains(err.Error(), "planted") {
					t.Errorf("got %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			t.Setenv("AWS_REGION", "x-later") // New has read it
			if client, err = client.With(nil); err != nil {
				t.Fatal(err)
			}
			_ = operations.Of(client).Call(t.Context(), absentRequest)
			if host := r.Last(t).Host; host != c.want {
				t.Errorf("sent to %s", host)
			}
		})
	}
}

// TestEndpointInPlaceOfFlags gives an endpoint to a client whose flags come from the
// environment. What has to be done is in the error, and then it works.
func TestEndpointInPlaceOfFlags(t *testing.T) {
	bare(t)
	t.Setenv("AWS_USE_FIPS_ENDPOINT", "true")
	t.Setenv("AWS_USE_DUALSTACK_ENDPOINT", "true")
	r := wiretest.Answering()
	client, err := efs.New(efs.Config{
		Region: "us-west-1", HTTPClient: r.Client(), MaxAttempts: 1,
		Credentials: efs.StaticCredentials{AccessKeyID: "id", SecretAccessKey: "secret"},
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.With(func(c *efs.Config) { c.Endpoint = "own.example.com" })
	for _, part := range []string{"FIPS is not", "AWS_USE_FIPS_ENDPOINT", "DualStack is not", "AWS_USE_DUALSTACK_ENDPOINT", "With has to set to false"} {
		if !errors.Is(err, efs.ErrInvalidRequest) || !strings.Contains(err.Error(), part) {
			t.Errorf("%q is not in %v", part, err)
		}
	}
	client, err = client.With(func(c *efs.Config) { c.Endpoint, c.FIPS, c.DualStack = "own.example.com", false, false })
	if err != nil {
		t.Fatal(err)
	}
	_ = operations.Of(client).Call(t.Context(), absentRequest)
	if host := r.Last(t).Host; host != "own.example.com" {
		t.Errorf("sent to %s", host)
	}
}
