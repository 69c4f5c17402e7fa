package kms

import "github.com/accesspoint-go/accesspoint/internal/fault"

// Error codes that the API reference documents, and codes that other projects
// have seen. The service may return more. The number is the HTTP status.
const (
	CodeInvalidParameter            Code = "InvalidParameter"               // 400
	CodeMissingParameter            Code = "MissingParameter"               // 400
	CodeLimitExceeded               Code = "Rejected.LimitExceeded"         // 400, the limit of the account is reached
	CodeRejectedThrottling          Code = "Rejected.Throttling"            // the status is not documented
	CodeNoPermission                Code = "Forbidden.NoPermission"         // 403, for some operations 400
	CodeServiceNotEnabled           Code = "Forbidden.KmsServiceNotEnabled" // 403, KMS is not activated for the account
	CodeResourceNotFound            Code = "Forbidden.ResourceNotFound"     // 404 according to the API pages of other operations; those of this package's operations do not list it
	CodeResourceExist               Code = "Rejected.ResourceExist"         // 409
	CodeInternalFailure             Code = "InternalFailure"                // 500
	CodeServiceUnavailableTemporary Code = "ServiceUnavailableTemporary"    // 503

	CodeInstanceNotFound           Code = "Forbidden.DKMSInstanceNotFound"     // 403
	CodeInstanceStateInvalid       Code = "Forbidden.DKMSInstanceStateInvalid" // 403, the instance is not connected
	CodeInstanceInUpgrade          Code = "Forbidden.KMSInstanceInUpgrade"     // the status is not documented; temporary
	CodeRAMRoleNotFound            Code = "Forbidden.RamRoleNotFound"          // the status is not documented; the role through which KMS reaches a VPC is missing
	CodeNoBackup                   Code = "Forbidden.NoBackup"                 // 403, a release would leave no backup
	CodeUnsupportedOperation       Code = "Rejected.UnsupportedOperation"      // 400
	CodeServiceUnavailableMisspelt Code = "SerivceUnvailableTemporary"         // 503, with this spelling
	CodeOpened                     Code = "Forbidden.Opened"                   // 400, KMS is activated already
	CodeNoRealNameAuthentication   Code = "Forbidden.NoRealNameAuthentication" // 400
	CodeOrderFailed                Code = "CreateLXOrderFailed"                // 400
	CodeIllegalTimestamp           Code = "IllegalTimestamp"                   // 400, the time of the signature is not valid

	CodeForbidden             Code = "Forbidden.RAM"               // 403, a RAM policy is missing
	CodeAccessKeyNotFound     Code = "InvalidAccessKeyId.NotFound" // 404
	CodeSignatureDoesNotMatch Code = "SignatureDoesNotMatch"       // 403
	CodeTimestampExpired      Code = "InvalidTimeStamp.Expired"    // 400, the local clock is wrong by more than 15 minutes
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
