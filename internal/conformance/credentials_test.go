package conformance

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	osscredentials "github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss/credentials"
	credentialsgo "github.com/aliyun/credentials-go/credentials"
	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	awscredentials "github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/efs/efstest"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
	"github.com/accesspoint-go/accesspoint/oss"
	"github.com/accesspoint-go/accesspoint/oss/osstest"
)

// A provider is what the Credentials of all packages are.
type provider interface {
	Retrieve(context.Context) (id, secret, token string, expires time.Time, err error)
}

// A caller is a client that is tried with credentials.
type caller struct {
	region string
	// strict is a fake that knows a single key, which has no token. The other
	// one takes every signature.
	strict, lax http.Handler
	call        func(ctx context.Context, c provider, endpoint string, rt http.RoundTripper) error
}

var callers = map[string]caller{
	"nas": {nastest.Region, nastest.NewServer(), nastest.NewServer(nastest.AnySignature()), func(ctx context.Context, c provider, endpoint string, rt http.RoundTripper) error {
		client, err := nas.New(nas.Config{Region: nastest.Region, Endpoint: endpoint, Credentials: c, MaxAttempts: 1, HTTPClient: &http.Client{Transport: rt}})
		if err == nil {
			_, err = client.ListAccessPoints(ctx, nas.ListAccessPointsRequest{FileSystemID: nastest.FileSystemID})
		}
		return err
	}},
	"oss": {osstest.Region, osstest.NewServer(), osstest.NewServer(osstest.AnySignature()), func(ctx context.Context, c provider, endpoint string, rt http.RoundTripper) error {
		client, err := oss.New(oss.Config{Region: osstest.Region, Endpoint: endpoint, PathStyle: true, Credentials: c, MaxAttempts: 1, HTTPClient: &http.Client{Transport: rt}})
		if err == nil {
			_, err = client.ListAccessPoints(ctx, oss.ListAccessPointsRequest{Bucket: osstest.Bucket})
		}
		return err
	}},
	"efs": {efstest.Region, efstest.NewServer(), efstest.NewServer(efstest.AnySignature()), func(ctx context.Context, c provider, endpoint string, rt http.RoundTripper) error {
		client, err := efs.New(efs.Config{Region: efstest.Region, Endpoint: endpoint, Credentials: c, MaxAttempts: 1, HTTPClient: &http.Client{Transport: rt}})
		if err == nil {
			_, err = client.DescribeAccessPoints(ctx, efs.DescribeAccessPointsRequest{})
		}
		return err
	}},
}

// TestOfficialCredentials lets our clients sign with the official SDKs' own
// providers: 64 callers meet one that has no key yet, the fakes find the
// signatures right, and the key is the provider's, with its end if it says one.
func TestOfficialCredentials(t *testing.T) {
	end := time.Now().Add(time.Hour).UTC().Truncate(time.Second)
	uri := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, keyJSON("uri-id", time.Hour)) }))
	t.Cleanup(uri.Close)
	program := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(program, fmt.Appendf(nil, "[default]\ncredential_process = echo '%s'\n",
		`{"Version":1,"AccessKeyId":"program-id","SecretAccessKey":"secret","SessionToken":"token","Expiration":"`+end.Format(time.RFC3339)+`"}`), 0o600); err != nil {
		t.Fatal(err)
	}

	alibaba := credentialsgo.NewCredential
	fromAlibaba := func(c *credentialsgo.Config) (provider, error) {
		p, err := alibaba(c)
		if err != nil {
			return nil, err
		}
		return nas.CredentialsFromAlibaba(p)
	}
	fromOSS := func(p osscredentials.CredentialsProvider) (provider, error) { return oss.CredentialsFromOSS(p) }
	fromAWS := func(p awssdk.CredentialsProvider) (provider, error) { return efs.CredentialsFromAWS(p) }
	awsKey := func(context.Context) (awssdk.Credentials, error) {
		return awssdk.Credentials{AccessKeyID: "func-id", SecretAccessKey: "secret", SessionToken: "token", CanExpire: true, Expires: end}, nil
	}
	ossKey := func(context.Context) (osscredentials.Credentials, error) {
		return osscredentials.Credentials{AccessKeyID: "func-id", AccessKeySecret: "secret", SecurityToken: "token", Expires: &end}, nil
	}
	fromConfig := func(ctx context.Context) (provider, error) {
		c, err := awsconfig.LoadDefaultConfig(ctx)
		if err != nil {
			return nil, err
		}
		return fromAWS(c.Credentials)
	}

	for _, c := range []struct {
		name, service     string
		env               map[string]string
		credentials       func(context.Context) (provider, error)
		id, secret, token string
		expires           time.Time
	}{
		{
			name: "credentials-go access_key", service: "nas", id: nastest.AccessKeyID, secret: nastest.AccessKeySecret,
			credentials: func(context.Context) (provider, error) {
				return fromAlibaba(new(credentialsgo.Config).SetType("access_key").SetAccessKeyId(nastest.AccessKeyID).SetAccessKeySecret(nastest.AccessKeySecret))
			},
		},
		{
			name: "credentials-go sts", service: "nas", id: "sts-id", secret: "secret", token: "token",
			credentials: func(context.Context) (provider, error) {
				return fromAlibaba(new(credentialsgo.Config).SetType("sts").SetAccessKeyId("sts-id").SetAccessKeySecret("secret").SetSecurityToken("token"))
			},
		},
		{
			// It says of no key when that ends.
			name: "credentials-go credentials_uri", service: "nas", id: "uri-id", secret: "secret", token: "token",
			credentials: func(context.Context) (provider, error) {
				return fromAlibaba(new(credentialsgo.Config).SetType("credentials_uri").SetURLCredential(uri.URL))
			},
		},
		{
			name: "credentials-go default", service: "nas", id: nastest.AccessKeyID, secret: nastest.AccessKeySecret,
			env:         map[string]string{"ALIBABA_CLOUD_ACCESS_KEY_ID": nastest.AccessKeyID, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": nastest.AccessKeySecret, "ALIBABA_CLOUD_SECURITY_TOKEN": ""},
			credentials: func(context.Context) (provider, error) { return fromAlibaba(nil) },
		},
		{
			name: "credentials-go in package oss", service: "oss", id: "sts-id", secret: "secret", token: "token",
			credentials: func(context.Context) (provider, error) {
				p, err := alibaba(new(credentialsgo.Config).SetType("sts").SetAccessKeyId("sts-id").SetAccessKeySecret("secret").SetSecurityToken("token"))
				if err != nil {
					return nil, err
				}
				return oss.CredentialsFromAlibaba(p)
			},
		},
		{
			name: "oss static", service: "oss", id: osstest.AccessKeyID, secret: osstest.AccessKeySecret,
			credentials: func(context.Context) (provider, error) {
				return fromOSS(osscredentials.NewStaticCredentialsProvider(osstest.AccessKeyID, osstest.AccessKeySecret))
			},
		},
		{
			name: "oss environment", service: "oss", id: "env-id", secret: "env-secret", token: "env-token",
			env: map[string]string{"OSS_ACCESS_KEY_ID": "env-id", "OSS_ACCESS_KEY_SECRET": "env-secret", "OSS_SESSION_TOKEN": "env-token"},
			credentials: func(context.Context) (provider, error) {
				return fromOSS(osscredentials.NewEnvironmentVariableCredentialsProvider())
			},
		},
		{
			name: "oss func", service: "oss", id: "func-id", secret: "secret", token: "token", expires: end,
			credentials: func(context.Context) (provider, error) {
				return fromOSS(osscredentials.CredentialsProviderFunc(ossKey))
			},
		},
		{
			name: "oss fetcher", service: "oss", id: "func-id", secret: "secret", token: "token", expires: end,
			credentials: func(context.Context) (provider, error) {
				return fromOSS(osscredentials.NewCredentialsFetcherProvider(osscredentials.CredentialsFetcherFunc(ossKey)))
			},
		},
		{
			name: "aws static", service: "efs", id: efstest.AccessKeyID, secret: efstest.SecretAccessKey,
			credentials: func(context.Context) (provider, error) {
				return fromAWS(awscredentials.NewStaticCredentialsProvider(efstest.AccessKeyID, efstest.SecretAccessKey, ""))
			},
		},
		{
			name: "aws cache", service: "efs", id: "func-id", secret: "secret", token: "token", expires: end,
			credentials: func(context.Context) (provider, error) {
				return fromAWS(awssdk.NewCredentialsCache(awssdk.CredentialsProviderFunc(awsKey)))
			},
		},
		{
			name: "aws config, environment", service: "efs", id: efstest.AccessKeyID, secret: efstest.SecretAccessKey,
			env:         map[string]string{"AWS_ACCESS_KEY_ID": efstest.AccessKeyID, "AWS_SECRET_ACCESS_KEY": efstest.SecretAccessKey},
			credentials: fromConfig,
		},
		{
			name: "aws config, program", service: "efs", id: "program-id", secret: "secret", token: "token", expires: end,
			env: map[string]string{"AWS_CONFIG_FILE": program}, credentials: fromConfig,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, name := range []string{
				"AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY", "AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY",
				"AWS_SESSION_TOKEN", "AWS_WEB_IDENTITY_TOKEN_FILE",
			} {
				t.Setenv(name, "")
			}
			t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
			t.Setenv("AWS_CONFIG_FILE", filepath.Join(t.TempDir(), "none"))
			t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(t.TempDir(), "none"))
			for name, value := range c.env {
				t.Setenv(name, value)
			}
			creds, err := c.credentials(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			by := callers[c.service]
			server := by.strict
			if c.token != "" {
				server = by.lax
			}
			e := serve(t, server)
			var all sync.WaitGroup
			start := make(chan struct{})
			for range 64 {
				all.Go(func() {
					<-start
					if err := by.call(t.Context(), creds, e.endpoint, http.DefaultTransport); err != nil {
						t.Error(err)
					}
				})
			}
			close(start)
			all.Wait()

			id, secret, token, expires, err := creds.Retrieve(t.Context())
			if err != nil || id != c.id || secret != c.secret || token != c.token || !expires.Equal(c.expires) {
				t.Errorf("got %s, %s, %s, %v, %v", id, secret, token, expires, err)
			}
			// What the lax fake does not look at, the official signer does.
			x := exchange{env: env{region: by.region, endpoint: "http://127.0.0.1:1", id: c.id, secret: c.secret, token: c.token, pathStyle: true}}
			x.ours, err = capture(func(rt http.RoundTripper) error { return by.call(t.Context(), creds, x.env.endpoint, rt) })
			if err != nil {
				t.Fatal(err)
			}
			s := services[slices.IndexFunc(services, func(s *service) bool { return s.name == c.service })]
			want, err := s.sign(x.env, x.ours)
			if got := x.ours.Header.Get("Authorization"); err != nil || got != want {
				t.Errorf("signature:\n\tofficial %s %v\n\tours     %s", want, err, got)
			}
		})
	}
}

// TestOfficialCredentialsFail passes on why an official provider has no key.
func TestOfficialCredentialsFail(t *testing.T) {
	down := errors.New("the vault is sealed")
	creds, err := efs.CredentialsFromAWS(awssdk.NewCredentialsCache(awssdk.CredentialsProviderFunc(func(context.Context) (awssdk.Credentials, error) {
		return awssdk.Credentials{}, down
	})))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, _, _, err := creds.Retrieve(t.Context()); !errors.Is(err, down) {
		t.Errorf("got %v", err)
	}
}
