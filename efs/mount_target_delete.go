package efs

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/rest"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/uri"
)

// DeleteMountTargetRequest holds the parameters of [Client.DeleteMountTarget].
type DeleteMountTargetRequest struct {
	MountTargetID string `name:"MountTargetId"` // required
}

// Validate checks in against the documented constraints, without sending it.
func (in DeleteMountTargetRequest) Validate() error {
	return invalid("DeleteMountTarget", mountTargetRules(in.MountTargetID)...)
}

// DeleteMountTargetResponse is the response of [Client.DeleteMountTarget].
type DeleteMountTargetResponse struct {
	RequestID string `json:"-"`
}

// DeleteMountTarget deletes a mount target and its network interface. Clients
// that have mounted the file system through it lose access: unmount first, or
// lose data that was written but not yet sent. The file system remains.
//
// The operation is asynchronous: see [Client.WaitMountTargetDeleted]. It is
// retried even if an attempt may have run; if that attempt took effect, the
// retry fails with [CodeMountTargetNotFound].
//
// Errors: [CodeMountTargetNotFound], [CodeDependencyTimeout],
// [CodeBadRequest], [CodeInternalServerError], [CodeThrottlingException],
// [CodeValidationException].
//
// IAM action: elasticfilesystem:DeleteMountTarget, with
// ec2:DeleteNetworkInterface.
//
// API reference: https://docs.aws.amazon.com/efs/latest/ug/API_DeleteMountTarget.html
func (c *Client) DeleteMountTarget(ctx context.Context, in DeleteMountTargetRequest) (*DeleteMountTargetResponse, error) {
	return call[DeleteMountTargetResponse](ctx, c, rest.Op{
		Name: "DeleteMountTarget", Effect: retry.Idempotent, Method: http.MethodDelete, Path: uri.Path(version, "mount-targets", in.MountTargetID),
	}, "", in)
}
