package kms

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// DescribeApplicationAccessPointRequest holds the parameters of
// [Client.DescribeApplicationAccessPoint].
type DescribeApplicationAccessPointRequest struct {
	Name string `rpc:"Name"` // required
}

// Validate checks in against the documented constraints, without sending it.
func (in DescribeApplicationAccessPointRequest) Validate() error {
	return invalid("DescribeApplicationAccessPoint", check.Required("Name", in.Name))
}

// DescribeApplicationAccessPointResponse is the response of
// [Client.DescribeApplicationAccessPoint].
type DescribeApplicationAccessPointResponse struct {
	RequestID string `json:"RequestId"`
	ApplicationAccessPoint
}

// DescribeApplicationAccessPoint returns one access point.
//
// Errors: [CodeResourceNotFound], [CodeInvalidParameter].
//
// RAM action: presumably kms:DescribeApplicationAccessPoint, like the
// operation; the API reference names none.
//
// API reference: https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-kms-2016-01-20-describeapplicationaccesspoint
func (c *Client) DescribeApplicationAccessPoint(ctx context.Context, in DescribeApplicationAccessPointRequest) (*DescribeApplicationAccessPointResponse, error) {
	return call[DescribeApplicationAccessPointResponse](ctx, c, rpc.Op{Name: "DescribeApplicationAccessPoint", Version: version, Effect: retry.Read}, in)
}
