package kms

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// ReleaseKmsInstanceRequest holds the parameters of [Client.ReleaseKmsInstance].
type ReleaseKmsInstanceRequest struct {
	KmsInstanceID            string `rpc:"KmsInstanceId"`            // required
	ForceDeleteWithoutBackup *bool  `rpc:"ForceDeleteWithoutBackup"` // delete even if there is no backup; default false
}

// Validate checks in against the documented constraints, without sending it.
func (in ReleaseKmsInstanceRequest) Validate() error {
	return invalid("ReleaseKmsInstance", check.Required("KmsInstanceId", in.KmsInstanceID))
}

// ReleaseKmsInstanceResponse is the response of [Client.ReleaseKmsInstance].
type ReleaseKmsInstanceResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// ReleaseKmsInstance deletes a pay-as-you-go KMS instance whose deletion
// protection is off. Its keys and secrets are lost, and so is all data
// encrypted with the keys, unless a backup of the instance contains them. With
// ForceDeleteWithoutBackup there may be no backup.
//
// It is retried only if the attempt certainly did not run. After an
// [*OutcomeUnknownError], check before you call again:
// [Client.WaitKmsInstanceReleased] succeeds if it took effect. No other method
// of this package calls ReleaseKmsInstance.
//
// Errors: [CodeInstanceNotFound], [CodeNoBackup], [CodeUnsupportedOperation],
// [CodeInvalidParameter], [CodeServiceUnavailableMisspelt].
//
// RAM action: presumably kms:ReleaseKmsInstance, like the operation; the API
// reference names none.
//
// API reference: https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-kms-2016-01-20-releasekmsinstance
func (c *Client) ReleaseKmsInstance(ctx context.Context, in ReleaseKmsInstanceRequest) (*ReleaseKmsInstanceResponse, error) {
	return call[ReleaseKmsInstanceResponse](ctx, c, rpc.Op{Name: "ReleaseKmsInstance", Version: version, Effect: retry.NonIdempotent}, in)
}
