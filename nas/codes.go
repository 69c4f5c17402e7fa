package nas

import "github.com/accesspoint-go/accesspoint/internal/fault"

// The error codes that the API reference documents, and those that others have
// met. The service may return more.
const (
	CodeInvalidRequest            Code = "InvalidRequest"                            // 400
	CodeProtocolTypeNotSupported  Code = "InvalidProtocolType.NotSupported"          // 403, not an NFS file system
	CodeRAMRoleNotExist           Code = "InvalidRamRole.NotExist"                   // 403
	CodeRAMRoleNoPermission       Code = "InvalidRamRole.NoPermission"               // 403
	CodeAccessPointCountsExceeded Code = "OperationDenied.AccessPointCountsExceeded" // 403, the file system has no room for more
	CodeInvalidState              Code = "OperationDenied.InvalidState"              // 403, busy with another change
	CodeAccessGroupNotFound       Code = "InvalidAccessGroup.NotFound"               // 404
	CodeAccessPointNotFound       Code = "InvalidAccessPointId.NotFound"             // 404
	CodeFileSystemNotFound        Code = "InvalidFileSystem.NotFound"                // 404
	CodeVpcNotFound               Code = "InvalidVpc.NotFound"                       // 404
	CodeVSwitchNotFound           Code = "InvalidVswitch.NotFound"                   // 404

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
	case CodeRAMRoleNotExist, CodeRAMRoleNoPermission:
		return ErrAccessDenied
	case CodeProtocolTypeNotSupported:
		return ErrInvalidRequest
	case CodeInvalidState:
		return ErrConflict
	}
	return fault.KindOf(status, code, requestID)
}
