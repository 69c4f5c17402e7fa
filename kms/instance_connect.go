package kms

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// ConnectKmsInstanceRequest holds the parameters of [Client.ConnectKmsInstance].
type ConnectKmsInstanceRequest struct {
	KmsInstanceID string     `rpc:"KmsInstanceId"`    // required
	VpcID         string     `rpc:"VpcId"`            // required; cannot be changed later
	VSwitchIDs    []string   `rpc:"VSwitchIds,comma"` // required; one vSwitch with a free address, in one of the zones
	ZoneIDs       []string   `rpc:"ZoneIds,comma"`    // required; two zones
	KMProvider    KMProvider `rpc:"KMProvider"`       // required
}

// Validate checks in against the documented constraints, without sending it.
func (in ConnectKmsInstanceRequest) Validate() error {
	return invalid("ConnectKmsInstance",
		check.Required("KmsInstanceId", in.KmsInstanceID),
		check.Required("VpcId", in.VpcID),
		check.That(len(in.VSwitchIDs) > 0, "VSwitchIds", "is required"),
		check.That(len(in.ZoneIDs) > 0, "ZoneIds", "is required"),
		check.That(len(in.ZoneIDs) == 0 || len(in.ZoneIDs) == 2, "ZoneIds", "must have 2 items"),
		check.Required("KMProvider", in.KMProvider),
		check.OneOf("KMProvider", in.KMProvider, KMProviderAliyun),
	)
}

// ConnectKmsInstanceResponse is the response of [Client.ConnectKmsInstance].
type ConnectKmsInstanceResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// ConnectKmsInstance activates a KMS instance that was bought, and connects it
// to a VPC permanently: the VPC cannot be changed later.
//
// The operation is asynchronous and takes up to an hour: see
// [Client.WaitKmsInstanceConnected]. The effect of a retry is not documented,
// so it is retried only if the attempt certainly did not run. After an
// [*OutcomeUnknownError], check with [Client.GetKmsInstance]: if the instance
// is no longer [KmsInstanceUninitialized], it took effect.
//
// Errors: [CodeRAMRoleNotFound], which may be temporary if the role is new;
// those of [Client.GetKmsInstance] for an instance that does not exist.
//
// RAM action: presumably kms:ConnectKmsInstance, like the operation; the API
// reference names none.
//
// API reference: https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-kms-2016-01-20-connectkmsinstance
func (c *Client) ConnectKmsInstance(ctx context.Context, in ConnectKmsInstanceRequest) (*ConnectKmsInstanceResponse, error) {
	return call[ConnectKmsInstanceResponse](ctx, c, rpc.Op{Name: "ConnectKmsInstance", Version: version, Effect: retry.NonIdempotent}, in)
}
