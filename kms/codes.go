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

	CodeInstanceNotFound           Code = "Forbidden.DKMSInstanceNotFound"     // 403
	CodeInstanceStateInvalid       Code = "Forbidden.DKMSInstanceStateInvalid" // 403, the instance is not connected
	CodeInstanceInUpgrade          Code = "Forbidden.KMSInstanceInUpgrade"     // no page tells the status; it passes
	CodeRAMRoleNotFound            Code = "Forbidden.RamRoleNotFound"          // no page tells the status; the role through which KMS reaches a VPC is missing
	CodeNoBackup                   Code = "Forbidden.NoBackup"                 // 403, a release would leave no backup
	CodeUnsupportedOperation       Code = "Rejected.UnsupportedOperation"      // 400
	CodeServiceUnavailableMisspelt Code = "SerivceUnvailableTemporary"         // 503, which the API reference spells so
	CodeOpened                     Code = "Forbidden.Opened"                   // 400, KMS is activated already
	CodeNoRealNameAuthentication   Code = "Forbidden.NoRealNameAuthentication" // 400
	CodeOrderFailed                Code = "CreateLXOrderFailed"                // 400
	CodeIllegalTimestamp           Code = "IllegalTimestamp"                   // 400, about the time of the signature

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
	switch Code(code) {
	case CodeNoPermission, CodeNoRealNameAuthentication, // at 400 too
		CodeRAMRoleNotFound: // what the request is about is there
		return ErrAccessDenied
	case CodeInstanceStateInvalid, CodeInstanceInUpgrade, CodeNoBackup:
		return ErrConflict
	case CodeOpened:
		return ErrAlreadyExists
	}
	return fault.KindOf(status, code, requestID)
}
