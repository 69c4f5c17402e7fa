package oss_test

import (
	"strings"
	"testing"

	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/oss"
)

// TestAllocations keeps a create with its full parameters within its budget, a third of which is that of
// net/http, and a page of 100 within one for what it returns.
func TestAllocations(t *testing.T) {
	const item = `<AccessPoint><Bucket>examplebucket</Bucket><AccessPointName>ap-01</AccessPointName><Alias>ap-01-ossalias</Alias><NetworkOrigin>vpc</NetworkOrigin><VpcConfiguration><VpcId>vpc-1</VpcId></VpcConfiguration><Status>enable</Status></AccessPoint>`
	page := "<ListAccessPointsResult><IsTruncated>false</IsTruncated><AccessPoints>" + strings.Repeat(item, 100) + "</AccessPoints></ListAccessPointsResult>"
	client := newClient(t, nil, func(c *oss.Config) { c.HTTPClient = wiretest.Canned(created) })
	create := oss.CreateAccessPointRequest{
		Bucket: "examplebucket", AccessPointName: "ap-01", NetworkOrigin: oss.NetworkOriginVPC, VpcConfiguration: &oss.VpcConfiguration{VpcID: "vpc-1"},
	}
	wiretest.Allocations(t, "create", 56, func() error {
		_, err := client.CreateAccessPoint(t.Context(), create)
		return err
	})
	lister := newClient(t, nil, func(c *oss.Config) { c.HTTPClient = wiretest.Canned(page) })
	wiretest.Allocations(t, "page of 100", 800, func() error {
		_, err := lister.ListAccessPoints(t.Context(), oss.ListAccessPointsRequest{Bucket: "examplebucket", MaxKeys: 100})
		return err
	})
}
