package nas_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/nas"
)

// TestAllocations keeps a create within its budget, a third of which is that of
// net/http, and a page of 100 within one for what it returns.
func TestAllocations(t *testing.T) {
	answering := func(body string) *http.Client {
		return &http.Client{Transport: wiretest.RoundTripFunc(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), Request: r}, nil
		})}
	}
	const item = `{"AccessPointId":"ap-1","ARN":"acs:nas:cn-hangzhou:178321033379:accesspoint/ap-1","Status":"Active","EnabledRam":false,"FileSystemId":"31a8e4","PosixUser":{"PosixUserId":1,"PosixGroupId":2,"PosixSecondaryGroupIds":[3]},"Tags":[{"Key":"k","Value":"v"}]}`
	page := `{"RequestId":"R","TotalCount":100,"AccessPoints":[` + strings.Repeat(item+",", 99) + item + `]}`
	client := newClient(t, wiretest.Answering(), func(c *nas.Config) { c.HTTPClient = answering(created) })
	lister := newClient(t, wiretest.Answering(), func(c *nas.Config) { c.HTTPClient = answering(page) })
	create := nas.CreateAccessPointRequest{
		FileSystemID: "31a8e4", VpcID: "vpc-1", VSwitchID: "vsw-1", AccessPointName: "a b", OwnerUserID: new(uint32(0)), OwnerGroupID: new(uint32(0)),
		Permission: "0750", PosixUserID: new(uint32(1)), Tags: []nas.Tag{{Key: "team", Value: "a"}, {Key: "env", Value: "prod"}},
	}
	for name, c := range map[string]struct {
		budget float64
		call   func() error
	}{
		"create": {62, func() error { _, err := client.CreateAccessPoint(t.Context(), create); return err }},
		"page of 100": {2000, func() error {
			_, err := lister.ListAccessPoints(t.Context(), nas.ListAccessPointsRequest{FileSystemID: "31a8e4", MaxResults: 100})
			return err
		}},
	} {
		n := testing.AllocsPerRun(50, func() {
			if err := c.call(); err != nil {
				t.Fatal(err)
			}
		})
		t.Logf("%s: %.0f allocations", name, n)
		if n > c.budget {
			t.Errorf("%s: %.0f allocations, the budget is %.0f", name, n, c.budget)
		}
	}
}
