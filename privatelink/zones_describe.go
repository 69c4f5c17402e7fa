package privatelink

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// A RegionZone is a zone of a region.
type RegionZone struct {
	ZoneID    string `json:"ZoneId" answer:"required"`
	LocalName string `json:"LocalName"`
}

// A CrossRegionSide is a side of a connection between regions.
type CrossRegionSide string

// The documented sides.
const (
	CrossRegionSideEndpoint        CrossRegionSide = "Endpoint"
	CrossRegionSideEndpointService CrossRegionSide = "EndpointService"
)

// DescribeZonesRequest holds the parameters of [Client.DescribeZones].
type DescribeZonesRequest struct {
	RegionID            string              `rpc:"RegionId"`            // default: the client's
	ServiceResourceType ServiceResourceType `rpc:"ServiceResourceType"` // only zones with resources of this type; default slb
	CrossRegion         bool                `rpc:"CrossRegion"`         // only zones for endpoints of services in other regions
	CrossRegionSide     CrossRegionSide     `rpc:"CrossRegionSide"`     // only with CrossRegion; default CrossRegionSideEndpoint
}

// Validate checks in against the documented constraints, without sending it. An
// empty RegionID is valid: a call sets it.
func (in DescribeZonesRequest) Validate() error {
	return invalid("DescribeZones",
		check.OneOf("CrossRegionSide", in.CrossRegionSide, CrossRegionSideEndpoint, CrossRegionSideEndpointService),
		check.That(in.CrossRegionSide == "" || in.CrossRegion, "CrossRegionSide", "needs CrossRegion"),
	)
}

// DescribeZonesResponse is the response of [Client.DescribeZones].
type DescribeZonesResponse struct {
	RequestID string       `json:"RequestId"`
	Zones     []RegionZone `json:"Zones" answer:"required"`
}

// DescribeZones returns the zones of a region with PrivateLink.
//
// Errors: only those of all operations, such as [CodeThrottling].
//
// RAM action: privatelink:DescribeZones.
//
// API reference: https://www.alibabacloud.com/help/en/privatelink/developer-reference/api-privatelink-2020-04-15-describezones
func (c *Client) DescribeZones(ctx context.Context, in DescribeZonesRequest) (*DescribeZonesResponse, error) {
	in.RegionID = c.region(in.RegionID)
	return call[DescribeZonesResponse](ctx, c, rpc.Op{Name: "DescribeZones", Version: version, Effect: retry.Read}, "", in)
}
