package nas

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// DescribeZonesRequest holds the parameters of [Client.DescribeZones].
type DescribeZonesRequest struct {
	RegionID       string         `rpc:"RegionId"`       // default: the client's
	FileSystemType FileSystemType `rpc:"FileSystemType"` // show what zones offer for this type: standard, extreme or cpfs
}

// Validate checks in against the documented constraints, without sending it.
func (in DescribeZonesRequest) Validate() error {
	return invalid("DescribeZones", check.OneOf("FileSystemType", in.FileSystemType, "standard", "extreme", "cpfs"))
}

// DescribeZonesResponse is the response of [Client.DescribeZones].
type DescribeZonesResponse struct {
	RequestID string `json:"RequestId"`
	Zones     []Zone `json:"Zones" answer:"required"`
}

// A Zone is a part of a region, with the file systems that can be created there.
type Zone struct {
	ZoneID        string         `json:"ZoneId" answer:"required"`
	InstanceTypes []InstanceType `json:"InstanceTypes"`
	Capacity      []ProtocolType `json:"Capacity" enum:"NFS,SMB"`    // protocols of General-purpose Capacity file systems
	Performance   []ProtocolType `json:"Performance" enum:"NFS,SMB"` // protocols of General-purpose Performance file systems
}

// An InstanceType is a kind of file system that a zone offers.
type InstanceType struct {
	StorageType  StorageType  `json:"StorageType"` // as spelled by this operation, which may differ from other operations
	ProtocolType ProtocolType `json:"ProtocolType" enum:"NFS,SMB,cpfs"`
}

// DescribeZones returns the zones of a region, and the file systems that each
// of them offers. There is no pagination: the list is complete.
//
// Errors: [CodeRegionNotFound], [CodeInternalError].
//
// RAM action: nas:DescribeZones.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-describezones
func (c *Client) DescribeZones(ctx context.Context, in DescribeZonesRequest) (*DescribeZonesResponse, error) {
	in.RegionID = c.region(in.RegionID)
	return call[DescribeZonesResponse](ctx, c, rpc.Op{Name: "DescribeZones", Version: version, Effect: retry.Read}, in)
}

// region returns the region that a request names, or else the client's.
func (c *Client) region(named string) string {
	if named != "" || c.made() != nil {
		return named
	}
	return c.cfg.Region
}
