package nas_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"time"

	"golang.org/x/time/rate"

	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

// OnAttempt is called for every attempt, retries included: use it for metrics and
// traces. The Attempt types of the packages of this module convert to each other, so
// one function serves all services.
func ExampleConfig_onAttempt() {
	srv := nastest.NewServer()
	srv.Inject("ListAccessPoints", nastest.Throttle)
	cfg := srv.Config()
	cfg.OnAttempt = func(_ context.Context, a nas.Attempt) {
		fmt.Println(a.Operation, a.Number, a.Took >= 0, errors.Is(a.Err, nas.ErrThrottled))
	}
	client, err := nas.New(cfg)
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.ListAccessPoints(context.Background(), nas.ListAccessPointsRequest{FileSystemID: nastest.FileSystemID})
	fmt.Println(err)
	// Output:
	// ListAccessPoints 1 true true
	// ListAccessPoints 2 true false
	// <nil>
}

// A transport can be wrapped, for instance to trace requests. Packages such as
// otelhttp provide such transports.
func ExampleConfig_httpClient() {
	cfg := nastest.NewServer().Config()
	next := cfg.HTTPClient.Transport // in a program: nas.DefaultTransport()
	cfg.HTTPClient = &http.Client{Transport: roundTripperFunc(func(r *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(r)
		if err == nil {
			fmt.Println("traced:", resp.StatusCode)
		}
		return resp, err
	})}
	client, err := nas.New(cfg)
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.ListAccessPoints(context.Background(), nas.ListAccessPointsRequest{FileSystemID: nastest.FileSystemID})
	fmt.Println(err)
	// Output:
	// traced: 200
	// <nil>
}

type roundTripperFunc func(*http.Request) (*http.Response, error)

func (f roundTripperFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// Clients that have the same Limiter share its rate limit. Each attempt takes one
// of its tokens.
func ExampleConfig_limiter() {
	limit := rate.NewLimiter(rate.Every(time.Hour), 10) // a burst of 10 requests, then one an hour
	cfg := nastest.NewServer().Config()
	cfg.Limiter = limit
	for range 2 {
		client, err := nas.New(cfg)
		if err != nil {
			log.Fatal(err)
		}
		_, err = client.ListAccessPoints(context.Background(), nas.ListAccessPointsRequest{FileSystemID: nastest.FileSystemID})
		fmt.Println(err)
	}
	fmt.Printf("%.0f requests left\n", limit.Tokens())
	// Output:
	// <nil>
	// <nil>
	// 8 requests left
}
