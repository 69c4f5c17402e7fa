package nas

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// ModifyCpfsAccessPointRequest holds the parameters of
// [Client.ModifyCpfsAccessPoint].
type ModifyCpfsAccessPointRequest struct {
	RegionID      string  `rpc:"RegionId"`      // default: the client's
	FileSystemID  string  `rpc:"FileSystemId"`  // required
	AccessPointID string  `rpc:"AccessPointId"` // required
	Description   *string `rpc:"Description"`   // any text
}

// Validate checks in against the documented constraints, without sending it.
func (in ModifyCpfsAccessPointRequest) Validate() error {
	return invalid("ModifyCpfsAccessPoint",
		check.Required("FileSystemId", in.FileSystemID),
		check.Required("AccessPointId", in.AccessPointID),
	)
}

// ModifyCpfsAccessPointResponse is the response of
// [Client.ModifyCpfsAccessPoint].
type ModifyCpfsAccessPointResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// ModifyCpfsAccessPoint changes the description of a CPFS access point.
//
// It is idempotent: it is retried even if an attempt may have run.
//
// Errors: [CodeFileSystemNotFound], [CodeAccessPointNotFound], [CodeForbiddenRAM].
//
// RAM action: nas:ModifyCpfsAccessPoint.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-modifycpfsaccesspoint
func (c *Client) ModifyCpfsAccessPoint(ctx context.Context, in ModifyCpfsAccessPointRequest) (*ModifyCpfsAccessPointResponse, error) {
	in.RegionID = c.region(in.RegionID)
	return call[ModifyCpfsAccessPointResponse](ctx, c, rpc.Op{Name: "ModifyCpfsAccessPoint", Version: version, Effect: retry.Idempotent}, in)
}
