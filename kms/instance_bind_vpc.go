package kms

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/encode"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// UpdateKmsInstanceBindVpcRequest holds the parameters of
// [Client.UpdateKmsInstanceBindVpc].
type UpdateKmsInstanceBindVpcRequest struct {
	KmsInstanceID string    `rpc:"KmsInstanceId"` // required
	BindVpcs      []BindVpc `rpc:"BindVpcs,json"` // required; replaces the existing ones; an empty list removes all
}

// Validate checks in against the documented constraints, without sending it.
func (in UpdateKmsInstanceBindVpcRequest) Validate() error {
	return invalid("UpdateKmsInstanceBindVpc",
		check.Required("KmsInstanceId", in.KmsInstanceID),
		check.That(in.BindVpcs != nil, "BindVpcs", "is required"),
	)
}

// UpdateKmsInstanceBindVpcResponse is the response of
// [Client.UpdateKmsInstanceBindVpc].
type UpdateKmsInstanceBindVpcResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// UpdateKmsInstanceBindVpc sets the VPCs, besides the instance's own, that may
// reach a KMS instance. Applications in VPCs that are not in the list lose
// access to it.
//
// It is idempotent: it is retried even if an attempt may have run. Each VPC
// takes one unit of the quota [QuotaVpcs].
//
// Errors: [CodeInstanceInUpgrade], which is temporary; those of
// [Client.GetKmsInstance] for an instance that does not exist.
//
// RAM action: presumably kms:UpdateKmsInstanceBindVpc, like the operation; the
// API reference names none.
//
// API reference: https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-kms-2016-01-20-updatekmsinstancebindvpc
func (c *Client) UpdateKmsInstanceBindVpc(ctx context.Context, in UpdateKmsInstanceBindVpcRequest) (*UpdateKmsInstanceBindVpcResponse, error) {
	return call[UpdateKmsInstanceBindVpcResponse](ctx, c, rpc.Op{Name: "UpdateKmsInstanceBindVpc", Version: version, Effect: retry.Idempotent, JSON: encode.JSON}, in)
}
