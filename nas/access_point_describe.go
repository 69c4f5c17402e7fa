package nas

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// DescribeAccessPointRequest holds the parameters of [Client.DescribeAccessPoint].
type DescribeAccessPointRequest struct {
	FileSystemID  string `rpc:"FileSystemId"`  // required
	AccessPointID string `rpc:"AccessPointId"` // required
}

// Validate checks in against the documented constraints, without sending it.
func (in DescribeAccessPointRequest) Validate() error {
	return invalid("DescribeAccessPoint",
		check.Required("FileSystemId", in.FileSystemID),
		check.Required("AccessPointId", in.AccessPointID),
	)
}

// DescribeAccessPointResponse is the response of [Client.DescribeAccessPoint].
type DescribeAccessPointResponse struct {
	RequestID   string      `json:"RequestId"`
	AccessPoint AccessPoint `json:"AccessPoint"`
}

// DescribeAccessPoint returns one access point.
//
// Errors: [CodeAccessPointNotFound], [CodeFileSystemNotFound].
//
// RAM action: nas:DescribeAccessPoint.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-describeaccesspoint
func (c *Client) DescribeAccessPoint(ctx context.Context, in DescribeAccessPointRequest) (*DescribeAccessPointResponse, error) {
	return call[DescribeAccessPointResponse](ctx, c, rpc.Op{Name: "DescribeAccessPoint", Version: version, Effect: retry.Read}, in)
}
