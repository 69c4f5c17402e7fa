package kms

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// An AccountStatus says whether an account may use KMS.
type AccountStatus string

// The states of an account in KMS.
const (
	AccountEnabled    AccountStatus = "Enabled"
	AccountNotEnabled AccountStatus = "NotEnabled" // see [Client.OpenKmsService]
	AccountInDebt     AccountStatus = "InDebt"
	AccountSuspended  AccountStatus = "Suspended"
)

// DescribeAccountKmsStatusRequest is empty: [Client.DescribeAccountKmsStatus] has no
// parameters.
type DescribeAccountKmsStatusRequest struct{}

// Validate returns nil: there are no documented constraints.
func (in DescribeAccountKmsStatusRequest) Validate() error { return nil }

// DescribeAccountKmsStatusResponse is the response of
// [Client.DescribeAccountKmsStatus].
type DescribeAccountKmsStatusResponse struct {
	RequestID     string        `json:"RequestId"`
	AccountStatus AccountStatus `json:"AccountStatus" answer:"required" enum:"Enabled,NotEnabled,InDebt,Suspended"`
}

// DescribeAccountKmsStatus says whether the account has activated KMS.
//
// Errors: [CodeNoPermission], [CodeInvalidParameter].
//
// RAM action: presumably kms:DescribeAccountKmsStatus, like the operation; the
// API reference names none.
//
// API reference: https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-kms-2016-01-20-describeaccountkmsstatus
func (c *Client) DescribeAccountKmsStatus(ctx context.Context, in DescribeAccountKmsStatusRequest) (*DescribeAccountKmsStatusResponse, error) {
	return call[DescribeAccountKmsStatusResponse](ctx, c, rpc.Op{Name: "DescribeAccountKmsStatus", Version: version, Effect: retry.Read}, in)
}
