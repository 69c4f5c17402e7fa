package privatelink

import (
	"strings"

	"github.com/accesspoint-go/accesspoint/internal/fault"
)

// Error codes that the API reference documents, and codes that other projects
// have seen. The service may return more. The number is the HTTP status.
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
	CodeSecurityGroupTypeOnlySingleType         Code = "SecurityGroupTypeOnlySingleTypeSupporteded"            // 400, with this spelling
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
	CodeEndpointNotFound                        Code = "EndpointNotFound"                                      // 400
	CodeEndpointZoneNotFound                    Code = "EndpointZoneNotFound"                                  // 400, the endpoint is not in the zone
	CodeEndpointOperationDenied                 Code = "EndpointOperationDenied"                               // 400, another change is in progress
	CodeEndpointLocked                          Code = "EndpointLocked"                                        // 400, another change is in progress
	CodeEndpointConnectionOperationDenied       Code = "EndpointConnectionOperationDenied"                     // 400, its connection is busy

	// From the operations on security groups, zones and connections.
	CodeEndpointIsProtected             Code = "EndpointProtected"                                            // 400, as CodeEndpointProtected
	CodeEndpointDependenceViolation     Code = "EndpointDependenceViolation"                                  // 400, something that depends on the endpoint must be deleted first
	CodeVpcNatServiceException          Code = "VpcNatServiceException"                                       // 400, the NAT gateway is busy
	CodeSecurityGroupExist              Code = "SecurityGroupExist"                                           // 400, the endpoint has it already
	CodeEndpointConnectionNotFound      Code = "EndpointConnectionNotFound"                                   // 400
	CodeNoAvailableServiceResource      Code = "OperationDenied.NoAvailableServiceResource"                   // 400
	CodeUpdateBandwidthUnsupported      Code = "UpdateBandWidthUnSupported"                                   // 400
	CodeVpcNatBandwidthNotSupported     Code = "OperationDenied.VpcNatServiceResourceTypeNotSupportBandwidth" // 400
	CodeEndpointBusinessStatusIncorrect Code = "IncorrectBusinessStatus.VpcEndpoint"                          // 400, payments are overdue
	CodeServiceBusinessStatusIncorrect  Code = "IncorrectBusinessStatus.VpcEndpointService"                   // 400, payments are overdue
	CodeEndpointStatusIncorrect         Code = "IncorrectStatus.VpcEndpoint"                                  // 400
	CodeConnectionStatusIncorrect       Code = "IncorrectStatus.VpcEndpointConnection"                        // 400
	CodeZoneStatusIncorrect             Code = "IncorrectStatus.VpcEndpointZone"                              // 400
	CodeResourceNotFoundEndpoint        Code = "ResourceNotFound.VpcEndpoint"                                 // 404
	CodeResourceNotFoundConnection      Code = "ResourceNotFound.VpcEndpointConnection"                       // 404
	CodeResourceNotFoundService         Code = "ResourceNotFound.VpcEndpointService"                          // 404
	CodeResourceNotFoundZone            Code = "ResourceNotFound.VpcEndpointZone"                             // 404
	CodeZoneOperationDenied             Code = "ZoneOperationDenied"                                          // 400
	CodeZoneMismatch                    Code = "Mismatch.ZoneId"                                              // 400
	CodeCurrentResourceAutoAllocated    Code = "OperationDenied.CurrentResourceAutoAllocated"                 // 400
	CodeInvalidResourceAllocateMode     Code = "IllegalParam.ResourceAllocateMode"                            // 400
	CodeInvalidResourceReplaceMode      Code = "IllegalParam.ResourceReplaceMode"                             // 400
	CodeMissingResourceAllocateMode     Code = "MissingParam.ResourceAllocateMode"                            // 400
	CodeMissingResourceIDOfZone         Code = "MissingParam.ResourceId"                                      // 400

	// From the operations on endpoint services. The codes about private domain
	// names refer to parameters that the API reference does not list. Two more
	// codes end with the name of a parameter: MissingParam. and
	// IllegalParamFormat.
	CodeServiceLocked                      Code = "EndpointServiceLocked"                              // 400, another change is in progress
	CodeServiceOperationDenied             Code = "EndpointServiceOperationDenied"                     // 400, another change is in progress
	CodeServiceConnectionDependence        Code = "EndpointServiceConnectionDependence"                // 400, endpoints are connected
	CodeServiceDependenceViolation         Code = "EndpointServiceDependenceViolation"                 // 400, something that depends on the service must be deleted first
	CodeDeleteFailedDueToEndpointExist     Code = "DeleteFailedDueToEndpointExist"                     // 400
	CodeServiceExist                       Code = "EndpointServiceExist"                               // 400
	CodeServiceNameConflict                Code = "Conflict.ServiceName"                               // 400
	CodeServiceNotSupportedIpv6            Code = "EndpointServiceNotSupportIpv6"                      // 400
	CodeServiceDowngradeNotAllowed         Code = "EndpointServiceDowngradeNotAllowed"                 // 400
	CodeServicePayerForbidden              Code = "EndpointServicePayerForbidden"                      // 400
	CodeInvalidPrivateDNSName              Code = "InvalidParam.PrivateDnsName"                        // 400
	CodePrivateServiceDomainBusinessStatus Code = "OperationDenied.PrivateServiceDomainBusinessStatus" // 400
	CodeServiceResourceExist               Code = "EndpointServiceResourceExist"                       // 400, the service has it already
	CodeServiceResourceCannotRemove        Code = "EndpointServiceResourceCannotRemove"                // 400
	CodeServiceResourceTypeNotEqual        Code = "EndpointServiceResourceTypeNotEqual"                // 400, the service has resources of another type
	CodeServiceResourceTypeNotSupported    Code = "EndpointServiceResourceTypeNotSupport"              // 400
	CodeServiceResourceNotSupportedIpv6    Code = "ServiceResourceNotSupportIpv6"                      // 400
	CodeResourceTypeMismatch               Code = "Mismatch.ResourceType"                              // 400
	CodeResourceAutoAllocateViolation      Code = "ResourceAutoAllocateViolation"                      // 400
	CodeLoadBalancerNotFound               Code = "LoadBalancerNotFound"                               // 400
	CodeALBNotFound                        Code = "AlbNotFound"                                        // 400
	CodeNATGatewayNotFound                 Code = "ResourceNotFound.NatGateway"                        // 400
	CodeLoadBalancerNotSupported           Code = "LoadBalancerNotSupportPrivateLink"                  // 400
	CodeMissingUserARN                     Code = "MissingParam.UserArn"                               // 400
	CodeUserMismatch                       Code = "Mismatch.UserIdAndUserArn"                          // 400

	// From the operations on tags, resource groups and the account.
	CodeResourceIDNotFound              Code = "InvalidResourceId.NotFound"            // 400, what is to be tagged
	CodeTagInfoNotExist                 Code = "TagInfoNotExist"                       // 400
	CodeTagsPerResourceQuota            Code = "QuotaExceed.TagsPerResource"           // 400, 20
	CodeDuplicatedTagKey                Code = "DuplicatedTagKey"                      // 400
	CodeInvalidTagKey                   Code = "IllegalTagKeyParam"                    // 400
	CodeInvalidTagValue                 Code = "IllegalTagValueParam"                  // 400
	CodeMissingTagKey                   Code = "MissingTagKeyParam"                    // 400
	CodeMissingTagValue                 Code = "MissingTagValueParam"                  // 400
	CodeMissingResourceIDOrTag          Code = "MissingResourceIdOrTagParam"           // 400
	CodeResourceNotFound                Code = "ResourceNotFound"                      // 400, what is to change its group
	CodeInvalidResourceGroup            Code = "InvalidResourceGroup"                  // 400
	CodeMissingResourceGroupID          Code = "MissingParameter.ResourceGroupId"      // 400
	CodeMissingResourceID               Code = "MissingParameter.ResourceId"           // 400
	CodeMissingResourceRegionID         Code = "MissingParameter.ResourceRegionId"     // 400
	CodeChangeResourceGroupNoPermission Code = "NoPermission.ChangeResourceGroup"      // 400
	CodeSystemError                     Code = "SystemError"                           // 400, an internal error of the service
	CodeNeedOpenProduct                 Code = "NeedOpenProduct"                       // 400, PrivateLink is not activated
	CodeOrderOpened                     Code = "OrderOpend"                            // 400, with this spelling: PrivateLink is activated already
	CodeAccountTypeRestricted           Code = "AccountTypeRestricted"                 // 400
	CodeNotEnoughBalance                Code = "InvalidAccountStatus.NotEnoughBalance" // 400

	// The status of these is not documented, except where given.
	CodeConcurrentCallNotSupported  Code = "ConcurrentCallNotSupported"        // 400, another call is under way
	CodeEndpointProtected           Code = "OperationDenied.EndpointProtected" // 400, only the identity that created it may delete it
	CodeDryRunOperation             Code = "DryRunOperation"                   // a successful dry run
	CodeIdempotentFailed            Code = "IdempotentFailed"                  // the call that first used the token failed: use another token
	CodeIdempotentProcessing        Code = "IdempotentProcessing"              // the call that first used the token is still running
	CodeIdempotentParameterMismatch Code = "IdempotentParameterMismatch"       // the token was used with other parameters

	CodeForbidden             Code = "Forbidden.RAM"               // 403, a RAM policy is missing
	CodeAccessKeyNotFound     Code = "InvalidAccessKeyId.NotFound" // 404
	CodeSignatureDoesNotMatch Code = "SignatureDoesNotMatch"       // 403
	CodeTimestampExpired      Code = "InvalidTimeStamp.Expired"    // 400, the local clock is wrong by more than 15 minutes
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
	case CodeEndpointExist, CodeEndpointDuplicated, CodeEndpointZoneDuplicated, CodeSecurityGroupExist,
		CodeServiceExist, CodeServiceNameConflict, CodeServiceResourceExist, CodeOrderOpened:
		return ErrAlreadyExists
	case CodeQuotaMismatched, CodeVSwitchIPNotEnough:
		return ErrQuotaExceeded
	case CodeServiceNotAuthorized, CodeServiceLinkedRoleError, CodeEndpointProtected, CodeEndpointIsProtected, CodeServicePayerForbidden,
		CodeEndpointBusinessStatusIncorrect, CodeServiceBusinessStatusIncorrect, CodeChangeResourceGroupNoPermission,
		CodeNeedOpenProduct, CodeAccountTypeRestricted, CodeNotEnoughBalance:
		return ErrAccessDenied
	case CodeEndpointOperationDenied, CodeEndpointLocked, CodeEndpointConnectionOperationDenied, CodeConcurrentCallNotSupported,
		CodeServiceStatusIncorrect, CodeVSwitchStatusNotAllowed, CodePrivateDomainStatusNotSupported, CodePrivateDNSNameDependency,
		CodeENIIPUnavailable, CodeIdempotentProcessing, CodeVpcNatServiceException, CodeZoneOperationDenied,
		CodeEndpointDependenceViolation, CodeServiceLocked, CodeServiceOperationDenied, CodeServiceConnectionDependence,
		CodeServiceDependenceViolation, CodeDeleteFailedDueToEndpointExist, CodeServiceResourceCannotRemove, CodeResourceAutoAllocateViolation:
		return ErrConflict
	case CodeGenerateResourceIDFailed, CodeSystemError:
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
