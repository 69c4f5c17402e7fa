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
	VpcID         string     `rpc:"VpcId"`            // required; it cannot be changed later
	VSwitchIDs    []string   `rpc:"VSwitchIds,comma"` // required; one with a free address, in one of the zones
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

// ConnectKmsInstance switches on a KMS instance that was bought, and puts it into
// a VPC, for good.
//
// The operation is asynchronous and takes up to an hour: see
// [Client.WaitKmsInstanceConnected]. How the service takes a repeat is not
// documented, so the call is retried only if the attempt certainly did not run.
// After an [*OutcomeUnknownError], look with [Client.GetKmsInstance]: an
// instance that is not [KmsInstanceUninitialized] any more shows that it ran.
//
// Errors: [CodeRAMRoleNotFound], which may pass where the role is new; those of an
// instance that does not exist, as [Client.GetKmsInstance] lists them.
//
// RAM action: kms:ConnectKmsInstance, by its name; the API reference states none.
//
// API reference: https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-kms-2016-01-20-connectkmsinstance
func (c *Client) ConnectKmsInstance(ctx context.Context, in ConnectKmsInstanceRequest) (*ConnectKmsInstanceResponse, error) {
	return call[ConnectKmsInstanceResponse](ctx, c, rpc.Op{Name: "ConnectKmsInstance", Version: version, Effect: retry.NonIdempotent}, in)
}
