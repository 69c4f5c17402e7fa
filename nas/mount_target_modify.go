package nas

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// ModifyMountTargetRequest holds the parameters of [Client.ModifyMountTarget].
type ModifyMountTargetRequest struct {
	FileSystemID               string            `rpc:"FileSystemId"`               // required
	MountTargetDomain          string            `rpc:"MountTargetDomain"`          // this or DualStackMountTargetDomain is required
	DualStackMountTargetDomain string            `rpc:"DualStackMountTargetDomain"` // only extreme file systems in the Chinese mainland
	AccessGroupName            string            `rpc:"AccessGroupName"`            // new permission group
	Status                     MountTargetStatus `rpc:"Status"`                     // Active or Inactive; only General-purpose
	AccessPointAccessOnly      *bool             `rpc:"AccessPointAccessOnly"`      // mounts require access points; only CPFS for Lingjun
}

// Validate checks in against the documented constraints, without sending it.
func (in ModifyMountTargetRequest) Validate() error {
	return invalid("ModifyMountTarget",
		check.Required("FileSystemId", in.FileSystemID),
		check.That(in.MountTargetDomain != "" || in.DualStackMountTargetDomain != "", "MountTargetDomain", "or DualStackMountTargetDomain is required"),
		check.OneOf("Status", in.Status, "Active", "Inactive"),
	)
}

// ModifyMountTargetResponse is the response of [Client.ModifyMountTarget].
type ModifyMountTargetResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// ModifyMountTarget changes the permission group of a mount target, which
// controls who may mount it, or turns the mount target on or off.
//
// The operation may be asynchronous. It is idempotent: it is retried even if an
// attempt may have run.
//
// Errors: [CodeFileSystemNotFound], [CodeInvalidMountTargetDomain],
// [CodeInvalidDualStackMountTargetDomain], [CodeFileSystemNotSupportedIPv6],
// [CodeInvalidState].
//
// RAM action: nas:ModifyMountTarget.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-modifymounttarget
func (c *Client) ModifyMountTarget(ctx context.Context, in ModifyMountTargetRequest) (*ModifyMountTargetResponse, error) {
	return call[ModifyMountTargetResponse](ctx, c, rpc.Op{Name: "ModifyMountTarget", Version: version, Effect: retry.Idempotent}, in)
}
