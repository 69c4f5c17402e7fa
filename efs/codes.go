package efs

import (
	"net/http"
	"strings"

	"github.com/accesspoint-go/accesspoint/internal/fault"
)

// The error codes that the API reference documents, and those that others have
// met. The service may return more.
const (
	CodeBadRequest                        Code = "BadRequest"                        // 400
	CodeAccessPointLimitExceeded          Code = "AccessPointLimitExceeded"          // 403, the file system has no room for more
	CodeAccessPointNotFound               Code = "AccessPointNotFound"               // 404
	CodeFileSystemNotFound                Code = "FileSystemNotFound"                // 404
	CodeAccessPointAlreadyExists          Code = "AccessPointAlreadyExists"          // 409, the ClientToken was used before
	CodeIncorrectFileSystemLifeCycleState Code = "IncorrectFileSystemLifeCycleState" // 409, the file system is not available yet, or no longer
	CodeThrottlingException               Code = "ThrottlingException"               // 429 as documented, 400 as users see it
	CodeInternalServerError               Code = "InternalServerError"               // 500

	CodeValidationException                 Code = "ValidationException"                 // 400, a value breaks a documented constraint
	CodeAccessDeniedException               Code = "AccessDeniedException"               // 403, an IAM policy is missing
	CodeUnrecognizedClientException         Code = "UnrecognizedClientException"         // 403, no such key
	CodeInvalidSignatureException           Code = "InvalidSignatureException"           // 403, wrong secret, or the clock is off by over 5 minutes
	CodeExpiredTokenException               Code = "ExpiredTokenException"               // 403
	CodeIncompleteSignature                 Code = "IncompleteSignature"                 // 400 or 403
	CodeMissingAuthenticationTokenException Code = "MissingAuthenticationTokenException" // 403
	CodeUnknownOperationException           Code = "UnknownOperationException"           // 404, the endpoint is not that of EFS
	CodeServiceUnavailable                  Code = "ServiceUnavailable"                  // 503

	// Of operations that this package does not have.
	CodeAvailabilityZonesMismatch      Code = "AvailabilityZonesMismatch"      // 400
	CodeInvalidPolicyException         Code = "InvalidPolicyException"         // 400
	CodeSecurityGroupLimitExceeded     Code = "SecurityGroupLimitExceeded"     // 400
	CodeSecurityGroupNotFound          Code = "SecurityGroupNotFound"          // 400
	CodeSubnetNotFound                 Code = "SubnetNotFound"                 // 400
	CodeThroughputLimitExceeded        Code = "ThroughputLimitExceeded"        // 400
	CodeUnsupportedAvailabilityZone    Code = "UnsupportedAvailabilityZone"    // 400
	CodeFileSystemLimitExceeded        Code = "FileSystemLimitExceeded"        // 403
	CodeMountTargetNotFound            Code = "MountTargetNotFound"            // 404
	CodePolicyNotFound                 Code = "PolicyNotFound"                 // 404
	CodeReplicationNotFound            Code = "ReplicationNotFound"            // 404
	CodeConflictException              Code = "ConflictException"              // 409
	CodeFileSystemAlreadyExists        Code = "FileSystemAlreadyExists"        // 409
	CodeFileSystemInUse                Code = "FileSystemInUse"                // 409
	CodeIPAddressInUse                 Code = "IpAddressInUse"                 // 409
	CodeMountTargetConflict            Code = "MountTargetConflict"            // 409
	CodeNetworkInterfaceLimitExceeded  Code = "NetworkInterfaceLimitExceeded"  // 409
	CodeNoFreeAddressesInSubnet        Code = "NoFreeAddressesInSubnet"        // 409
	CodeReplicationAlreadyExists       Code = "ReplicationAlreadyExists"       // 409
	CodeTooManyRequests                Code = "TooManyRequests"                // 429, one change a day
	CodeInsufficientThroughputCapacity Code = "InsufficientThroughputCapacity" // 503
	CodeDependencyTimeout              Code = "DependencyTimeout"              // 504
)

// spelled returns the constant for a code that was found in another case, since
// the service's names are compared without it. Other codes stay as they are.
func spelled(code string) string {
	for _, known := range [...]Code{
		CodeBadRequest, CodeAccessPointLimitExceeded, CodeAccessPointNotFound, CodeFileSystemNotFound,
		CodeAccessPointAlreadyExists, CodeIncorrectFileSystemLifeCycleState, CodeThrottlingException,
		CodeInternalServerError, CodeValidationException, CodeAccessDeniedException,
		CodeUnrecognizedClientException, CodeInvalidSignatureException, CodeExpiredTokenException,
		CodeIncompleteSignature, CodeMissingAuthenticationTokenException, CodeUnknownOperationException,
		CodeServiceUnavailable, CodeAvailabilityZonesMismatch, CodeInvalidPolicyException,
		CodeSecurityGroupLimitExceeded, CodeSecurityGroupNotFound, CodeSubnetNotFound,
		CodeThroughputLimitExceeded, CodeUnsupportedAvailabilityZone, CodeFileSystemLimitExceeded,
		CodeMountTargetNotFound, CodePolicyNotFound, CodeReplicationNotFound, CodeConflictException,
		CodeFileSystemAlreadyExists, CodeFileSystemInUse, CodeIPAddressInUse, CodeMountTargetConflict,
		CodeNetworkInterfaceLimitExceeded, CodeNoFreeAddressesInSubnet, CodeReplicationAlreadyExists,
		CodeTooManyRequests, CodeInsufficientThroughputCapacity, CodeDependencyTimeout,
	} {
		if strings.EqualFold(code, string(known)) {
			return string(known)
		}
	}
	return code
}

// kindOf returns the kind of an answer that reports a failure.
func kindOf(status int, code, requestID string) error {
	switch Code(code) {
	case "":
		if status == http.StatusNotFound {
			return nil // EFS names what it does not find: this comes from something before it
		}
	case CodeTooManyRequests:
		return ErrQuotaExceeded // unlike TooManyRequestsException it lasts a day
	case "TooManyRequestsException", "RequestLimitExceeded", "BandwidthLimitExceeded", "SlowDown", "PriorRequestNotComplete":
		return ErrThrottled
	case CodeAccessDeniedException, "AccessDenied", CodeUnrecognizedClientException, CodeMissingAuthenticationTokenException,
		"MissingAuthenticationToken", "RequestExpired":
		return ErrAccessDenied // whatever the status
	case CodeUnknownOperationException:
		return ErrInvalidRequest
	}
	return fault.KindOf(status, code, requestID)
}
