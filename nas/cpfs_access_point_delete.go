package nas

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// DeleteCpfsAccessPointRequest holds the parameters of
// [Client.DeleteCpfsAccessPoint].
type DeleteCpfsAccessPointRequest struct {
	RegionID      string `rpc:"RegionId"`      // default: the client's
	FileSystemID  string `rpc:"FileSystemId"`  // required
	AccessPointID string `rpc:"AccessPointId"` // required
}

// Validate checks in against the documented constraints, without sending it.
func (in DeleteCpfsAccessPointRequest) Validate() error {
	return invalid("DeleteCpfsAccessPoint",
		check.Required("FileSystemId", in.FileSystemID),
		check.Required("AccessPointId", in.AccessPointID),
	)
}

// DeleteCpfsAccessPointResponse is the response of
// [Client.DeleteCpfsAccessPoint].
type DeleteCpfsAccessPointResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// DeleteCpfsAccessPoint deletes a CPFS access point. Clients that have mounted
// it lose access; [Client.CpfsAccessPointMountedClients] lists them. The files
// remain.
//
// The operation may be asynchronous: see [Client.WaitCpfsAccessPointDeleted].
// It is retried even if an attempt may have run; if that attempt took effect,
// the retry fails with [CodeAccessPointNotFound].
//
// Errors: [CodeFileSystemNotFound], [CodeAccessPointNotFound], [CodeForbiddenRAM].
//
// RAM action: nas:DeleteCpfsAccessPoint.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-deletecpfsaccesspoint
func (c *Client) DeleteCpfsAccessPoint(ctx context.Context, in DeleteCpfsAccessPointRequest) (*DeleteCpfsAccessPointResponse, error) {
	in.RegionID = c.region(in.RegionID)
	return call[DeleteCpfsAccessPointResponse](ctx, c, rpc.Op{Name: "DeleteCpfsAccessPoint", Version: version, Effect: retry.Idempotent}, in)
}
