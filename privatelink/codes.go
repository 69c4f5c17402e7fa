package privatelink

import (
	"strings"

	"github.com/accesspoint-go/accesspoint/internal/fault"
)

// The error codes that the API reference documents, and those that others have
// met. The service may return more.
const (
	CodeEndpointExist                           Code = "EndpointExist"                                         // 400
	CodeEndpointZoneDuplicated                  Code = "EndpointZoneDuplicated"                                // 400, a zone is named twice
	CodeServiceNotFound                         Code = "EndpointServiceNotFound"                               // 400
	CodeServiceNotSupportedZone                 Code = "EndpointServiceNotSupportedZone"                       // 400
	CodeVSwitchNotFound                         Code = "VSwitchNotFound"                                       // 400
	CodeSecurityGroupNotFound                   Code = "SecurityGroupNotFound"                                 // 400
	CodeVpcTunnelNotFound                       Code = "VpcTunnelNotFound"                                     // 400
	CodeVpcNotFound                             Code = "VpcNotFound"                                           // 400
	CodeGenerateResourceIDFailed                Code = "GenerateResourceIdFailed"                              // 400, the service failed to name the endpoint
	CodeQuotaMismatched                         Code = "QuotaMisMatched"                                       // 400
	CodeEndpointMustContainSecurityGroup        Code = "EndpointMustContainSecurityGroup"                      // 400
	CodeEndpointDuplicated                      Code = "EndpointDuplicated"                                    // 400
	CodeServiceDeleted                          Code = "EndpointServiceDeleted"                                // 400
	CodeServiceResourceNotFound                 Code = "EndpointServiceResourceNotFound"                       // 400
	CodeSecurityGroupTypeNotSupported           Code = "SecurityGroupTypeNotSupport"                           // 400
	CodeENIIPUnavailable                        Code = "EniIpUnavailable"                                      // 400, the address is in use or reserved
	CodeServiceNotAuthorized                    Code = "EndpointServiceNotAuthorized"                          // 400, the account is not on the service's list
	CodeSecurityGroupTypeOnlySingleType         Code = "SecurityGroupTypeOnlySingleTypeSupporteded"            // 400, spelled so
	CodeIPQuotaPerEndpoint                      Code = "QuotaExceeded.IpQuotaPerEp"                            // 400
	CodeEndpointTypeMismatch                    Code = "Mismatch.EndpointType"                                 // 400
	CodeServiceStatusIncorrect                  Code = "IncorrectStatus.VpcEndpointService"                    // 400
	CodeServiceLinkedRoleError                  Code = "CheckServiceLinkRoleError"                             // 400
	CodeVSwitchIPNotEnough                      Code = "ResourceNotEnough.VSwitchIp"                           // 400, the vSwitch has no free address
	CodeVSwitchStatusNotAllowed                 Code = "VSwitchStatusNotAllowed"                               // 400
	CodeZonesPerEndpointQuota                   Code = "QuotaExceeded.epZonePerEndpoint"                       // 400
	CodeEndpointsPerVpcQuota                    Code = "QuotaExceeded.totalEpPerVpc"                           // 400
	CodeIdleEndpointsQuota                      Code = "QuotaExceeded.totalIdleEndpoint"                       // 400
	CodeEndpointPolicyNotSupported              Code = "OperationDenied.EndpointPolicyNotSupport"              // 400
	CodePrivateDomainStatusNotSupported         Code = "OperationDenied.PrivateDomainStatusNotSupport"         // 400
	CodePrivateDomainNotSupported               Code = "OperationDenied.PrivateDomainNotSupport"               // 400
	CodePrivateDNSNameDependency                Code = "DependencyViolation.PrivateDnsName"                    // 400
	CodeGatewayLoadBalancerNoSecurityGroup      Code = "GatewayLoadBalancerNotSupportSecurityGroup"            // 400
	CodeGatewayLoadBalancerZoneCountDenied      Code = "GatewayLoadBalancerZoneCountDeny"                      // 400
	CodeEndpointTypeNotSupportedDualStack       Code = "OperationDenied.EndpointTypeNotSupportDualstack"       // 400
	CodeServiceNotSupportedDualStack            Code = "OperationDenied.EndpointServiceNotSupportDualstack"    // 400
	CodeVSwitchNotSupportedDualStack            Code = "OperationDenied.VSwitchNotSupportDualstack"            // 400
	CodeAddressIPVersionNotSupportedSpecifyIpv6 Code = "OperationDenied.AddressIpVersionNotSupportSpecifyIpv6" // 400
	CodeInvalidIP                               Code = "IllegalParam.Ip"                                       // 400
	CodeInvalidIpv6Address                      Code = "IllegalParam.Ipv6Address"                              // 400
	CodeInvalidAddressIPVersion                 Code = "IllegalParam.AddressIpVersion"                         // 400

	// No source says with which status these come, but for those marked.
	CodeEndpointNotFound                  Code = "EndpointNotFound"                  // 400
	CodeEndpointZoneNotFound              Code = "EndpointZoneNotFound"              // the endpoint is not in the zone
	CodeEndpointOperationDenied           Code = "EndpointOperationDenied"           // busy with another change
	CodeEndpointLocked                    Code = "EndpointLocked"                    // busy with another change
	CodeEndpointConnectionOperationDenied Code = "EndpointConnectionOperationDenied" // its connection is busy
	CodeConcurrentCallNotSupported        Code = "ConcurrentCallNotSupported"        // 400, another call is under way
	CodeEndpointProtected                 Code = "OperationDenied.EndpointProtected" // 400, only the identity that created it may delete it
	CodeDryRunOperation                   Code = "DryRunOperation"                   // a dry run that the request passed
	CodeIdempotentFailed                  Code = "IdempotentFailed"                  // the call that used the token first failed: take another token
	CodeIdempotentProcessing              Code = "IdempotentProcessing"              // the call that used the token first is still running
	CodeIdempotentParameterMismatch       Code = "IdempotentParameterMismatch"       // the token was used with other parameters

	CodeForbidden             Code = "Forbidden.RAM"               // 403, a RAM policy is missing
	CodeAccessKeyNotFound     Code = "InvalidAccessKeyId.NotFound" // 404
	CodeSignatureDoesNotMatch Code = "SignatureDoesNotMatch"       // 403
	CodeTimestampExpired      Code = "InvalidTimeStamp.Expired"    // 400, the clock is off by over 15 minutes
	CodeThrottling            Code = "Throttling"                  // 400
	CodeThrottlingUser        Code = "Throttling.User"             // 400
	CodeInternalError         Code = "InternalError"               // 500
	CodeServiceUnavailable    Code = "ServiceUnavailable"          // 503
)

// kindOf returns the kind of an answer that reports a failure. The service
// answers almost every refusal with 400, so the code decides.
func kindOf(status int, code, requestID string) error {
	switch Code(code) {
	case CodeDryRunOperation:
		return nil // not a failure, though it comes as one
	case CodeServiceDeleted:
		return ErrNotFound // what the request names is gone, and does not come back
	case CodeEndpointExist, CodeEndpointDuplicated, CodeEndpointZoneDuplicated:
		return ErrAlreadyExists
	case CodeQuotaMismatched, CodeVSwitchIPNotEnough:
		return ErrQuotaExceeded
	case CodeServiceNotAuthorized, CodeServiceLinkedRoleError, CodeEndpointProtected:
		return ErrAccessDenied
	case CodeEndpointOperationDenied, CodeEndpointLocked, CodeEndpointConnectionOperationDenied, CodeConcurrentCallNotSupported,
		CodeServiceStatusIncorrect, CodeVSwitchStatusNotAllowed, CodePrivateDomainStatusNotSupported, CodePrivateDNSNameDependency,
		CodeENIIPUnavailable, CodeIdempotentProcessing:
		return ErrConflict
	case CodeGenerateResourceIDFailed:
		return ErrUnavailable // the service's own trouble
	}
	// Codes of these families that have been added since.
	switch {
	case strings.HasPrefix(code, "IncorrectStatus."):
		return ErrConflict
	case strings.HasPrefix(code, "ResourceNotEnough."):
		return ErrQuotaExceeded
	}
	return fault.KindOf(status, code, requestID)
}
