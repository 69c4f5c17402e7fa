package kms

import "github.com/accesspoint-go/accesspoint/internal/fault"

// The error codes that the API reference documents, and those that others have
// met. The service may return more.
const (
	CodeInvalidParameter            Code = "InvalidParameter"               // 400
	CodeMissingParameter            Code = "MissingParameter"               // 400
	CodeLimitExceeded               Code = "Rejected.LimitExceeded"         // 400, the account has no room for more
	CodeRejectedThrottling          Code = "Rejected.Throttling"            // no page tells the status
	CodeNoPermission                Code = "Forbidden.NoPermission"         // 403, for some operations 400
	CodeServiceNotEnabled           Code = "Forbidden.KmsServiceNotEnabled" // 403, KMS is not activated for the account
	CodeResourceNotFound            Code = "Forbidden.ResourceNotFound"     // 404 by the pages of other operations; those of this package's do not list it
	CodeResourceExist               Code = "Rejected.ResourceExist"         // 409
	CodeInternalFailure             Code = "InternalFailure"                // 500
	CodeServiceUnavailableTemporary Code = "ServiceUnavailableTemporary"    // 503

	CodeForbidden             Code = "Forbidden.RAM"               // 403, a RAM policy is missing
	CodeAccessKeyNotFound     Code = "InvalidAccessKeyId.NotFound" // 404
	CodeSignatureDoesNotMatch Code = "SignatureDoesNotMatch"       // 403
	CodeTimestampExpired      Code = "InvalidTimeStamp.Expired"    // 400, the clock is off by over 15 minutes
	CodeThrottling            Code = "Throttling"                  // 400
	CodeThrottlingUser        Code = "Throttling.User"             // 400
	CodeInternalError         Code = "InternalError"               // 500
	CodeServiceUnavailable    Code = "ServiceUnavailable"          // 503
)

// kindOf returns the kind of an answer that reports a failure.
func kindOf(status int, code, requestID string) error {
	if Code(code) == CodeNoPermission {
		return ErrAccessDenied // at 400 too
	}
	return fault.KindOf(status, code, requestID)
}
