package hostile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/kms"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/oss"
	"github.com/accesspoint-go/accesspoint/privatelink"
)

// tags are n tags of the greatest length, as the items of a JSON array.
func tags(n, key, value int) string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf(`{"Key":"%0*d","Value":%q}`, key, i, strings.Repeat("v", value)))
	}
	return strings.Join(all, ",")
}

// pagesOf are the lists of all services: a page that holds n items in full length, and
// the call that reads it, which says how many there are.
var pagesOf = []struct {
	name string
	n    int // in the longest page that the service has
	page func(n int) string
	list func(ctx context.Context, hc *http.Client) (int, error)
}{
	{"nas", 100, func(n int) string {
		return fmt.Sprintf(`{"RequestId":"r","TotalCount":%d,"AccessPoints":[%s]}`, n,
			strings.TrimSuffix(strings.Repeat(`{"AccessPointId":"ap-1","Tags":[`+tags(20, 128, 256)+`]},`, n), ","))
	}, func(ctx context.Context, hc *http.Client) (int, error) {
		c, err := nas.New(nas.Config{Region: "cn-hangzhou", Credentials: key, HTTPClient: hc})
		if err != nil {
			return 0, err
		}
		out, err := c.ListAccessPoints(ctx, nas.ListAccessPointsRequest{FileSystemID: "31a8e4", MaxResults: 100})
		if err != nil {
			return 0, err
		}
		return len(out.AccessPoints), whole(len(out.AccessPoints[0].Tags), 20)
	}},
	{"oss", 1000, func(n int) string {
		return "<ListAccessPointsResult><IsTruncated>false</IsTruncated><AccessPoints>" +
			strings.Repeat("<AccessPoint><AccessPointName>"+strings.Repeat("a", 19)+"</AccessPointName><Alias>"+strings.Repeat("b", 63)+"</Alias></AccessPoint>", n) +
			"</AccessPoints></ListAccessPointsResult>"
	}, func(ctx context.Context, hc *http.Client) (int, error) {
		c, err := oss.New(oss.Config{Region: "cn-hangzhou", Credentials: key, HTTPClient: hc})
		if err != nil {
			return 0, err
		}
		out, err := c.ListAccessPoints(ctx, oss.ListAccessPointsRequest{MaxKeys: 1000})
		if err != nil {
			return 0, err
		}
		return len(out.AccessPoints), nil
	}},
	{"efs", 1000, func(n int) string {
		return `{"AccessPoints":[` + strings.TrimSuffix(strings.Repeat(`{"AccessPointId":"fsap-01234567","Tags":[`+tags(50, 128, 256)+`]},`, n), ",") + `]}`
	}, describeMany(1000, 50)},
	// An answer of EFS with so many had 9.25 MB.
	{"efs, many", 10_000, func(n int) string {
		return `{"AccessPoints":[` + strings.TrimSuffix(strings.Repeat(`{"AccessPointId":"fsap-01234567","ClientToken":"`+strings.Repeat("t", 64)+`","Tags":[`+tags(2, 128, 256)+`]},`, n), ",") + `]}`
	}, describeMany(10_000, 2)},
	{"privatelink", 1000, func(n int) string {
		return fmt.Sprintf(`{"RequestId":"r","TotalCount":"%d","Endpoints":[%s]}`, n,
			strings.TrimSuffix(strings.Repeat(`{"EndpointId":"ep-1","Tags":[`+tags(20, 128, 256)+`]},`, n), ","))
	}, func(ctx context.Context, hc *http.Client) (int, error) {
		c, err := privatelink.New(privatelink.Config{Region: "cn-hangzhou", Credentials: key, HTTPClient: hc})
		if err != nil {
			return 0, err
		}
		out, err := c.ListVpcEndpoints(ctx, privatelink.ListVpcEndpointsRequest{MaxResults: 1000})
		if err != nil {
			return 0, err
		}
		return len(out.Endpoints), whole(len(out.Endpoints[0].Tags), 20)
	}},
	{"kms", 100, func(n int) string {
		return fmt.Sprintf(`{"RequestId":"r","TotalCount":%d,"PageNumber":1,"PageSize":100,"Policies":{"Policy":[%s]}}`, n,
			strings.TrimSuffix(strings.Repeat(`{"Name":"`+strings.Repeat("n", 64)+`"},`, n), ","))
	}, func(ctx context.Context, hc *http.Client) (int, error) {
		c, err := kms.New(kms.Config{Region: "cn-hangzhou", Credentials: key, HTTPClient: hc})
		if err != nil {
			return 0, err
		}
		out, err := c.ListPolicies(ctx, kms.ListPoliciesRequest{PageSize: 100})
		if err != nil {
			return 0, err
		}
		return len(out.Policies), nil
	}},
}

func describeMany(n, tags int) func(context.Context, *http.Client) (int, error) {
	return func(ctx context.Context, hc *http.Client) (int, error) {
		c, err := efs.New(efs.Config{Region: "us-east-1", Credentials: key, HTTPClient: hc})
		if err != nil {
			return 0, err
		}
		out, err := c.DescribeAccessPoints(ctx, efs.DescribeAccessPointsRequest{MaxResults: n})
		if err != nil {
			return 0, err
		}
		return len(out.AccessPoints), whole(len(out.AccessPoints[0].Tags), tags)
	}
}

func whole(got, want int) error {
	if got != want {
		return fmt.Errorf("%d tags, not %d", got, want)
	}
	return nil
}

// TestLargePages reads the longest page of every service, with as many tags as there
// can be and each as long as it can be, with the first request.
func TestLargePages(t *testing.T) {
	for i, p := range pagesOf {
		body, requests := p.page(p.n), 0
		by := wiretest.NewWays(wiretest.RoundTripFunc(func(r *http.Request) (*http.Response, error) {
			requests++
			return response(200, body), nil
		}))
		defer by.Close()
		by.First = i
		if n, err := p.list(t.Context(), &http.Client{Transport: by}); n != p.n || err != nil || requests != 1 {
			t.Errorf("%s, %d bytes over %s: %d items of %d requests: %v", p.name, len(body), ways[i%len(ways)].name, n, requests, err)
		}
	}
}

// TestTooLargePages has pages that have no end. They are asked for once, since another
// attempt would bring the same, and the error says what to do.
func TestTooLargePages(t *testing.T) {
	for i, p := range pagesOf {
		requests := 0
		by := wiretest.NewWays(wiretest.RoundTripFunc(func(r *http.Request) (*http.Response, error) {
			requests++
			resp := response(200, "")
			resp.Body = io.NopCloser(blanks{})
			return resp, nil
		}))
		defer by.Close()
		by.First = i // over one way each, which costs 32 MiB
		n, err := p.list(t.Context(), &http.Client{Transport: by})
		if n != 0 || err == nil || errors.Is(err, nas.ErrUnavailable) || requests != 1 ||
			!strings.Contains(err.Error(), "32 MiB") || !strings.Contains(err.Error(), "smaller pages (MaxResults, PageSize or MaxKeys)") {
			t.Errorf("%s over %s: %d requests: %v", p.name, ways[i%len(ways)].name, requests, err)
		}
	}
}

type blanks struct{}

func (blanks) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = ' '
	}
	return len(b), nil
}
