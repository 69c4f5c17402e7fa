package kms_test

import (
	"context"
	"fmt"
	"log"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"github.com/accesspoint-go/accesspoint/kms"
	"github.com/accesspoint-go/accesspoint/kms/kmstest"
)

// hide returns base with a tracing transport around it, which is shown neither the
// query of a request nor the headers that hold signatures and tokens.
func hide(base http.RoundTripper, traced func(http.RoundTripper) http.RoundTripper) http.RoundTripper {
	type whole struct{} // the key of the request as it is sent
	tracer := traced(transportFunc(func(shown *http.Request) (*http.Response, error) {
		sent := shown.Context().Value(whole{}).(*http.Request).Clone(shown.Context())
		for name, values := range shown.Header { // what the tracer adds, such as traceparent
			sent.Header[name] = values
		}
		return base.RoundTrip(sent)
	}))
	return transportFunc(func(r *http.Request) (*http.Response, error) {
		shown := r.Clone(context.WithValue(r.Context(), whole{}, r))
		shown.URL = &url.URL{Scheme: r.URL.Scheme, Host: r.URL.Host, Path: r.URL.Path}
		maps.DeleteFunc(shown.Header, func(name string, _ []string) bool {
			return name == "Authorization" || strings.HasSuffix(name, "Security-Token")
		})
		return tracer.RoundTrip(shown)
	})
}

var billing = kms.AccessPointPlan{
	Policies:    []kms.CreatePolicyRequest{{Name: "p", Permissions: []kms.Permission{kms.PermissionKeyUser}, Resources: []string{"key/*"}}},
	AccessPoint: kms.CreateApplicationAccessPointRequest{Name: "billing"},
	ClientKey:   kms.CreateClientKeyRequest{Password: "a-passw0rd"},
}

type transportFunc func(*http.Request) (*http.Response, error)

func (f transportFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// A tracing transport records the URL of a request, and with it the password of a
// client key. This one does not get to see it. Config.OnAttempt is told no
// parameters anyway.
func Example_tracing() {
	// otelhttp.NewTransport is a function like this one.
	traced := func(next http.RoundTripper) http.RoundTripper {
		return transportFunc(func(r *http.Request) (*http.Response, error) {
			fmt.Println("span:", r.Header.Get("X-Acs-Action"), r.URL, r.Header.Get("Authorization") != "")
			return next.RoundTrip(r)
		})
	}
	srv := kmstest.NewServer()
	cfg := srv.Config()
	// A program without a transport of its own would wrap kms.DefaultTransport().
	cfg.HTTPClient = &http.Client{Transport: hide(cfg.HTTPClient.Transport, traced)}
	cfg.OnAttempt = func(_ context.Context, a kms.Attempt) {
		fmt.Println("attempt:", a.Operation, a.Number, a.StatusCode, a.Err)
	}
	client, err := kms.New(cfg)
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	if _, err := srv.Client().ProvisionAccessPoint(ctx, billing); err != nil {
		log.Fatal(err)
	}
	key, err := client.CreateClientKey(ctx, kms.CreateClientKeyRequest{AapName: "billing", Password: "a-passw0rd"})
	fmt.Println(key.PrivateKeyData, err)
	// Output:
	// span: CreateClientKey https://kms.cn-hangzhou.aliyuncs.com/ false
	// attempt: CreateClientKey 1 200 <nil>
	// REDACTED <nil>
}
