package kms_test

import (
	"strings"
	"testing"

	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/kms"
)

// TestAllocations keeps a create with its full parameters within its budget, a third of which is that of
// net/http, and a page of 100 within one for what it returns.
func TestAllocations(t *testing.T) {
	const item = `{"Name":"billing","AuthenticationMethod":"ClientKey"}`
	page := `{"RequestId":"R","TotalCount":100,"ApplicationAccessPoints":{"ApplicationAccessPoint":[` + strings.Repeat(item+",", 99) + item + `]}}`
	client := newClient(t, nil, func(c *kms.Config) { c.HTTPClient = wiretest.Canned(created) })
	create := kms.CreateApplicationAccessPointRequest{Name: "aap_test", AuthenticationMethod: kms.AuthenticationClientKey, Policies: []string{"policy_1", "policy_2", "policy_3"}, Description: "d"}
	wiretest.Allocations(t, "create", 50, func() error {
		_, err := client.CreateApplicationAccessPoint(t.Context(), create)
		return err
	})
	lister := newClient(t, nil, func(c *kms.Config) { c.HTTPClient = wiretest.Canned(page) })
	wiretest.Allocations(t, "page of 100", 300, func() error {
		_, err := lister.ListApplicationAccessPoints(t.Context(), kms.ListApplicationAccessPointsRequest{PageSize: 100})
		return err
	})
}
