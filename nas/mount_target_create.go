package nas

import (
	"context"
	"strings"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// CreateMountTargetRequest holds the parameters of [Client.CreateMountTarget].
type CreateMountTargetRequest struct {
	FileSystemID    string `rpc:"FileSystemId"`    // required
	NetworkType     string `rpc:"NetworkType"`     // required; Vpc, in upper or lower case
	VpcID           string `rpc:"VpcId"`           // required
	VSwitchID       string `rpc:"VSwitchId"`       // required
	AccessGroupName string `rpc:"AccessGroupName"` // permission group; required except for CPFS; usually DEFAULT_VPC_GROUP_NAME
	SecurityGroupID string `rpc:"SecurityGroupId"` // default: none
	EnableIPv6      bool   `rpc:"EnableIpv6"`      // also a dual-stack domain; only extreme file systems in the Chinese mainland
	DryRun          bool   `rpc:"DryRun"`          // only check the request, for CPFS: see [Client.DryRun]
}

// Validate checks in against the documented constraints, without sending it.
func (in CreateMountTargetRequest) Validate() error {
	return invalid("CreateMountTarget",
		check.Required("FileSystemId", in.FileSystemID),
		check.Required("NetworkType", in.NetworkType),
		check.That(in.NetworkType == "" || strings.EqualFold(in.NetworkType, "Vpc"), "NetworkType", "must be Vpc"),
		check.Required("VpcId", in.VpcID),
		check.Required("VSwitchId", in.VSwitchID),
	)
}

func (in CreateMountTargetRequest) dryRun(string) (string, DryRunnable) {
	in.DryRun = true
	return "CreateMountTarget", in
}

// CreateMountTargetResponse is the response of [Client.CreateMountTarget].
type CreateMountTargetResponse struct {
	RequestID         string `json:"RequestId" answer:"required"`
	MountTargetDomain string `json:"MountTargetDomain"` // the name to mount; empty for a dry run, and possibly for an extreme file system
	MountTargetExtra  struct {
		DualStackMountTargetDomain string `json:"DualStackMountTargetDomain"`
	} `json:"MountTargetExtra"`
}

// CreateMountTarget creates a mount target of a file system that is Running.
//
// The operation is asynchronous: mount only after
// [Client.WaitMountTargetAvailable]. It has no idempotency token, so it is
// retried only if the attempt certainly did not run. If it may have run, the
// error is an [*OutcomeUnknownError]: check with [Client.DescribeMountTargets]
// before you call again. If the response has no domain, because the service has
// only accepted the order (status 202), DescribeMountTargets shows it later.
// [Client.EnsureMountTarget] handles all of this.
//
// Errors: [CodeFileSystemNotFound], [CodeAccessGroupNotFound],
// [CodeMissingAccessGroupName], [CodeParameterVpcNotFound],
// [CodeParameterVSwitchNotFound], [CodeMountTargetAlreadyExisted],
// [CodeMountTargetExceedLimit], [CodeVSwitchIPNotEnough], [CodeOutOfStock],
// [CodeConflictVpcCidr], [CodeFileSystemNotSupportedIPv6],
// [CodeVSwitchIPv6NotTurnedOn], [CodeNoStandardSLRPermission],
// [CodeRAMRoleNotExist], [CodeRAMRoleNoPermission], [CodeInvalidState].
//
// RAM action: nas:CreateMountTarget.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-createmounttarget
func (c *Client) CreateMountTarget(ctx context.Context, in CreateMountTargetRequest) (*CreateMountTargetResponse, error) {
	return call[CreateMountTargetResponse](ctx, c, rpc.Op{Name: "CreateMountTarget", Version: version, Effect: effect(retry.NonIdempotent, in.DryRun)}, in)
}
