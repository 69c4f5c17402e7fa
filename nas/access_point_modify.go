package nas

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// ModifyAccessPointRequest holds the parameters of [Client.ModifyAccessPoint].
// A nil field leaves its setting unchanged.
type ModifyAccessPointRequest struct {
	FileSystemID    string  `rpc:"FileSystemId"`    // required
	AccessPointID   string  `rpc:"AccessPointId"`   // required
	AccessPointName *string `rpc:"AccessPointName"` // an empty name clears it
	AccessGroup     *string `rpc:"AccessGroup"`     // documented as required for General-purpose file systems; not for Agentic ones
	EnabledRAM      *bool   `rpc:"EnabledRam"`      // if false, all clients that the permission group allows can mount; not for Agentic file systems
}

// Validate checks in against the documented constraints, without sending it.
func (in ModifyAccessPointRequest) Validate() error {
	return invalid("ModifyAccessPoint",
		check.Required("FileSystemId", in.FileSystemID),
		check.Required("AccessPointId", in.AccessPointID),
	)
}

// ModifyAccessPointResponse is the response of [Client.ModifyAccessPoint].
type ModifyAccessPointResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// ModifyAccessPoint changes the name, the permission group or EnabledRAM of an
// access point. Nothing else can be changed after the creation. It is
// idempotent: it is retried even if an attempt may have run.
//
// Errors: [CodeAccessPointNotFound], [CodeFileSystemNotFound],
// [CodeAccessGroupNotFound].
//
// RAM action: nas:ModifyAccessPoint.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-modifyaccesspoint
func (c *Client) ModifyAccessPoint(ctx context.Context, in ModifyAccessPointRequest) (*ModifyAccessPointResponse, error) {
	return call[ModifyAccessPointResponse](ctx, c, rpc.Op{Name: "ModifyAccessPoint", Version: version, Effect: retry.Idempotent}, in)
}
