package efs

import (
	"net/http"
	"strings"

	"github.com/accesspoint-go/accesspoint/internal/fault"
)

// Error codes that the API reference documents, and codes that other projects
// have seen. The service may return more. The number is the HTTP status.
const (
	CodeBadRequest                        Code = "BadRequest"                        // 400
	CodeAccessPointLimitExceeded          Code = "AccessPointLimitExceeded"          // 403, the limit of the file system is reached
	CodeAccessPointNotFound               Code = "AccessPointNotFound"               // 404
	CodeFileSystemNotFound                Code = "FileSystemNotFound"                // 404
	CodeAccessPointAlreadyExists          Code = "AccessPointAlreadyExists"          // 409, the ClientToken was used before
	CodeIncorrectFileSystemLifeCycleState Code = "IncorrectFileSystemLifeCycleState" // 409, the file system is not available yet, or not any more
	CodeThrottlingException               Code = "ThrottlingException"               // documented as 429, seen as 400
	CodeInternalServerError               Code = "InternalServerError"               // 500

	CodeValidationException                 Code = "ValidationException"                 // 400, a value breaks a documented constraint
	CodeAccessDeniedException               Code = "AccessDeniedException"               // 403, an IAM policy is missing
	CodeUnrecognizedClientException         Code = "UnrecognizedClientException"         // 403, no such key
	CodeInvalidSignatureException           Code = "InvalidSignatureException"           // 403, wrong secret, or the local clock is wrong by more than 5 minutes
	CodeExpiredTokenException               Code = "ExpiredTokenException"               // 403
	CodeIncompleteSignature                 Code = "IncompleteSignature"                 // 400 or 403
	CodeMissingAuthenticationTokenException Code = "MissingAuthenticationTokenException" // 403
	CodeUnknownOperationException           Code = "UnknownOperationException"           // 404, the endpoint is not that of EFS
	CodeServiceUnavailable                  Code = "ServiceUnavailable"                  // 503

	// From the operations on file systems.
	CodeFileSystemAlreadyExists        Code = "FileSystemAlreadyExists"        // 409, the CreationToken was used before
	CodeFileSystemInUse                Code = "FileSystemInUse"                // 409, the file system has mount targets
	CodeFileSystemLimitExceeded        Code = "FileSystemLimitExceeded"        // 403, the limit of the account is reached
	CodeInsufficientThroughputCapacity Code = "InsufficientThroughputCapacity" // 503, the region cannot provide it now
	CodeThroughputLimitExceeded        Code = "ThroughputLimitExceeded"        // 400, the limit is 1024 MiB/s, and more on request
	CodeTooManyRequests                Code = "TooManyRequests"                // 429, not throttling: one change in 24 hours is allowed
	CodeUnsupportedAvailabilityZone    Code = "UnsupportedAvailabilityZone"    // 400
	CodeInvalidPolicyException         Code = "InvalidPolicyException"         // 400, the policy is malformed, or locks the caller out
	CodePolicyNotFound                 Code = "PolicyNotFound"                 // 404, the file system has the default policy, or no backup policy

	// From the operations on mount targets.
	CodeAvailabilityZonesMismatch     Code = "AvailabilityZonesMismatch"     // 400, the file system is in another zone
	CodeDependencyTimeout             Code = "DependencyTimeout"             // 504, the network interface was not deleted in time
	CodeIncorrectMountTargetState     Code = "IncorrectMountTargetState"     // 409, it is not available yet, or no longer
	CodeIPAddressInUse                Code = "IpAddressInUse"                // 409
	CodeMountTargetConflict           Code = "MountTargetConflict"           // 409, the file system has one in the zone, or some in another VPC
	CodeMountTargetNotFound           Code = "MountTargetNotFound"           // 404
	CodeNetworkInterfaceLimitExceeded Code = "NetworkInterfaceLimitExceeded" // 409
	CodeNoFreeAddressesInSubnet       Code = "NoFreeAddressesInSubnet"       // 409
	CodeSecurityGroupLimitExceeded    Code = "SecurityGroupLimitExceeded"    // 400
	CodeSecurityGroupNotFound         Code = "SecurityGroupNotFound"         // 400, not in the VPC of the subnet
	CodeSubnetNotFound                Code = "SubnetNotFound"                // 400

	// From the operations on replication.
	CodeConflictException        Code = "ConflictException"        // 409, the source is encrypted, the destination is not
	CodeReplicationAlreadyExists Code = "ReplicationAlreadyExists" // 409, the file system takes part in a replication
	CodeReplicationNotFound      Code = "ReplicationNotFound"      // 404
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
		CodeTooManyRequests, CodeInsufficientThroughputCapacity, CodeDependencyTimeout, CodeIncorrectMountTargetState,
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
	case CodeInsufficientThroughputCapacity, CodeNoFreeAddressesInSubnet:
		return ErrQuotaExceeded // whatever the status: nothing was done, and it lasts
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
