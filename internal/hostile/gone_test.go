package hostile

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/kms"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/oss"
	"github.com/accesspoint-go/accesspoint/privatelink"
)

// goneCalls ask for things to be gone: waits for a deletion, and Ensure…Absent.
func goneCalls(t *testing.T, hc *http.Client) map[string]map[string]func(ctx context.Context) error {
	fine := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	n, err := nas.New(nas.Config{Region: "cn-hangzhou", Credentials: key, HTTPClient: hc})
	fine(err)
	o, err := oss.New(oss.Config{Region: "cn-hangzhou", Credentials: key, HTTPClient: hc})
	fine(err)
	e, err := efs.New(efs.Config{Region: "us-east-1", Credentials: key, HTTPClient: hc})
	fine(err)
	p, err := privatelink.New(privatelink.Config{Region: "cn-hangzhou", Credentials: key, HTTPClient: hc})
	fine(err)
	k, err := kms.New(kms.Config{Region: "cn-hangzhou", Credentials: key, HTTPClient: hc})
	fine(err)
	return map[string]map[string]func(ctx context.Context) error{
		"nas": {
			"wait": func(ctx context.Context) error {
				return n.WaitAccessPointDeleted(ctx, "31a8e4", "ap-1", nas.WaitOptions{})
			},
			"absent": func(ctx context.Context) error { return n.EnsureAccessPointAbsent(ctx, "31a8e4", "key") },
		},
		"oss": {
			"wait": func(ctx context.Context) error {
				return o.WaitAccessPointDeleted(ctx, "examplebucket", "ap-01", oss.WaitOptions{})
			},
			"absent": func(ctx context.Context) error { return o.EnsureAccessPointAbsent(ctx, "examplebucket", "ap-01") },
		},
		"efs": {
			"wait": func(ctx context.Context) error {
				return e.WaitAccessPointDeleted(ctx, "fsap-0123456789abcdef0", efs.WaitOptions{})
			},
			"absent": func(ctx context.Context) error { return e.EnsureAccessPointAbsent(ctx, "fs-01234567", "key") },
		},
		"privatelink": {
			"wait": func(ctx context.Context) error {
				return p.WaitVpcEndpointDeleted(ctx, "ep-1", privatelink.WaitOptions{})
			},
			"absent": func(ctx context.Context) error { return p.EnsureVpcEndpointAbsent(ctx, "vpc-1", "key") },
		},
		"kms": {
			"absent": func(ctx context.Context) error { return k.EnsureApplicationAccessPointAbsent(ctx, "billing") },
		},
	}
}

// TestGoneOrNot has every service refuse with codes of things that do not exist,
// over HTTP/1.1, TLS and HTTP/2.
// Only that of the thing itself makes it gone.
func TestGoneOrNot(t *testing.T) {
	for way, w := range ways {
		t.Run(w.name, func(t *testing.T) { testGoneOrNot(t, way) })
	}
}

func testGoneOrNot(t *testing.T, way int) {
	own := map[string]wiretest.Answer{
		"nas":         refusal("nas", 404, "InvalidAccessPointId.NotFound"),
		"oss":         refusal("oss", 404, "NoSuchAccessPoint"),
		"efs":         refusal("efs", 404, "AccessPointNotFound"),
		"privatelink": refusal("privatelink", 400, "EndpointNotFound"),
		"kms":         refusal("kms", 404, "Forbidden.ResourceNotFound"),
	}
	parents := map[string]wiretest.Answer{
		"nas": refusal("nas", 404, "InvalidFileSystem.NotFound"),
		"oss": refusal("oss", 404, "NoSuchBucket"),
		"efs": refusal("efs", 404, "FileSystemNotFound"),
	}
	try := func(service, call string, a wiretest.Answer) (err error) {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			defer cancel()
			ways := wiretest.NewWays(wiretest.Answering(a))
			defer ways.Close()
			ways.First = way
			err = goneCalls(t, &http.Client{Transport: ways})[service][call](ctx)
		})
		return err
	}
	for service, calls := range goneCalls(t, nil) {
		for call := range calls {
			if call == "wait" || service == "oss" || service == "kms" { // the others look at lists
				if err := try(service, call, own[service]); err != nil {
					t.Errorf("%s %s: it is not gone: %v", service, call, err)
				}
			}
			if a, ok := parents[service]; ok && call == "wait" {
				if err := try(service, call, a); err == nil {
					t.Errorf("%s %s: gone with %s", service, call, a.Body)
				}
			}
			for _, code := range []string{
				"InvalidRegionId", "InvalidRegionId.NotFound", "InvalidOperation.NotSupportedEndpoint", "InvalidApi.NotFound",
				"InvalidProduct.NotFound", "InvalidVersion.NotFound", "UnknownOperationException", "InvalidAccessKeyId.NotFound",
			} {
				err := try(service, call, refusal(service, 404, code))
				if err == nil || errors.Is(err, nas.ErrNotFound) {
					t.Errorf("%s %s: gone with %s: %v", service, call, code, err)
				}
			}
			if err := try(service, call, wiretest.Answer{Status: 404, Body: "<html>not here</html>"}); err == nil {
				t.Errorf("%s %s: gone with a proxy's 404", service, call)
			}
		}
	}
	other := wiretest.Answer{Body: `{"AccessPoints":[{"AccessPointId":"fsap-0123456789abcdef1","FileSystemId":"fs-01234567","LifeCycleState":"available"}]}`}
	if err := try("efs", "wait", other); err == nil || errors.Is(err, efs.ErrNotFound) {
		t.Errorf("efs: gone with the answer of another access point: %v", err)
	}
}

func refusal(service string, status int, code string) wiretest.Answer {
	switch service {
	case "oss":
		return wiretest.Answer{Status: status, Body: "<Error><Code>" + code + "</Code><Message>no</Message><RequestId>id-1</RequestId></Error>"}
	case "efs":
		return wiretest.Answer{Status: status, Body: fmt.Sprintf(`{"ErrorCode":%q,"Message":"no"}`, code), Header: map[string]string{"X-Amzn-Requestid": "id-1"}}
	}
	return wiretest.Answer{Status: status, Body: fmt.Sprintf(`{"Code":%q,"Message":"no","RequestId":"id-1"}`, code)}
}
