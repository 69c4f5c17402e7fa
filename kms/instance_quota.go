package kms

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// A QuotaType is a kind of quota of a KMS instance.
type QuotaType string

// The kinds of quotas of a KMS instance.
const (
	QuotaKeys    QuotaType = "key"
	QuotaSecrets QuotaType = "secret"
	QuotaQPS     QuotaType = "qps" // requests a second
	QuotaVpcs    QuotaType = "vpc" // VPCs that may reach the instance
)

// GetKmsInstanceQuotaInfosRequest holds the parameters of
// [Client.GetKmsInstanceQuotaInfos].
type GetKmsInstanceQuotaInfosRequest struct {
	KmsInstanceID string    `rpc:"KmsInstanceId"` // optional; the effect of omitting it is not documented
	ResourceType  QuotaType `rpc:"ResourceType"`  // default: all
}

// Validate checks in against the documented constraints, without sending it.
func (in GetKmsInstanceQuotaInfosRequest) Validate() error {
	return invalid("GetKmsInstanceQuotaInfos",
		check.OneOf("ResourceType", in.ResourceType, QuotaKeys, QuotaSecrets, QuotaQPS, QuotaVpcs))
}

// GetKmsInstanceQuotaInfosResponse is the response of
// [Client.GetKmsInstanceQuotaInfos].
type GetKmsInstanceQuotaInfosResponse struct {
	RequestID             string                 `json:"RequestId"`
	KmsInstanceID         string                 `json:"KmsInstanceId"`
	KmsInstanceQuotaInfos []KmsInstanceQuotaInfo `json:"KmsInstanceQuotaInfos" answer:"required"`
}

// A KmsInstanceQuotaInfo is one quota of a KMS instance, and its use.
type KmsInstanceQuotaInfo struct {
	ResourceType  QuotaType `json:"ResourceType" answer:"required" enum:"key,secret,qps,vpc"`
	ResourceQuota int64     `json:"ResourceQuota"`
	UsedQuantity  int64     `json:"UsedQuantity"`
}

// GetKmsInstanceQuotaInfos returns the quotas of a KMS instance for keys,
// secrets, requests a second and VPCs, and their usage.
//
// Errors: [CodeInstanceNotFound], [CodeInstanceStateInvalid] for an instance that
// is not connected, [CodeInvalidParameter].
//
// RAM action: presumably kms:GetKmsInstanceQuotaInfos, like the operation; the
// API reference names none.
//
// API reference: https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-kms-2016-01-20-getkmsinstancequotainfos
func (c *Client) GetKmsInstanceQuotaInfos(ctx context.Context, in GetKmsInstanceQuotaInfosRequest) (*GetKmsInstanceQuotaInfosResponse, error) {
	return call[GetKmsInstanceQuotaInfosResponse](ctx, c, rpc.Op{Name: "GetKmsInstanceQuotaInfos", Version: version, Effect: retry.Read}, in)
}
