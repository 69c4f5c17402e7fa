package nas

import "github.com/accesspoint-go/accesspoint/internal/fault"

// Error codes that the API reference documents, and codes that other projects
// have seen. The service may return more. The number is the HTTP status.
const (
	CodeInvalidRequest            Code = "InvalidRequest"                            // 400
	CodeProtocolTypeNotSupported  Code = "InvalidProtocolType.NotSupported"          // 403, not an NFS file system
	CodeRAMRoleNotExist           Code = "InvalidRamRole.NotExist"                   // 403
	CodeRAMRoleNoPermission       Code = "InvalidRamRole.NoPermission"               // 403
	CodeAccessPointCountsExceeded Code = "OperationDenied.AccessPointCountsExceeded" // 403, the limit of the file system is reached
	CodeInvalidState              Code = "OperationDenied.InvalidState"              // 403, another change is in progress
	CodeAccessGroupNotFound       Code = "InvalidAccessGroup.NotFound"               // 404
	CodeAccessPointNotFound       Code = "InvalidAccessPointId.NotFound"             // 404
	CodeFileSystemNotFound        Code = "InvalidFileSystem.NotFound"                // 404
	CodeVpcNotFound               Code = "InvalidVpc.NotFound"                       // 404
	CodeVSwitchNotFound           Code = "InvalidVswitch.NotFound"                   // 404

	CodeRegionNotSupported         Code = "Region.NotSupported"              // 400, from DescribeFileSystems
	CodeFileSystemTypeNotSupported Code = "InvalidFilesystemType.NotSupport" // 400, from DescribeAccessPoints

	CodeDirPathNotExist     Code = "InvalidParameter.DirPathNotExist"     // 404, from SetDirQuota
	CodeQuotaNotExistOnPath Code = "InvalidParameter.QuotaNotExistOnPath" // 404, from CancelDirQuota
	CodeMissingFileSystemID Code = "MissingFileSystemId"                  // 400, from GetRecycleBinAttribute
	CodeIllegalCharacters   Code = "IllegalCharacters"                    // 400, from GetRecycleBinAttribute

	// From the operations on permission groups, regions, resource groups and orders.
	CodeAccessGroupAlreadyExisted    Code = "InvalidAccessGroup.AlreadyExisted"         // 403, assumed by analogy
	CodeAccessGroupNotSupportedIPv6  Code = "InvalidAccessGroup.NotsupportedIPv6"       // 400
	CodeAccessRuleNotFound           Code = "InvalidAccessRule.NotFound"                // 404
	CodeInvalidSourceCidrIP          Code = "InvalidParam.SourceCidrIp"                 // 400
	CodeInvalidIPv6SourceCidrIP      Code = "InvalidParam.Ipv6SourceCidrIp"             // 400
	CodeIPv4AndIPv6MutuallyExclusive Code = "InvalidParam.IPv4AndIPv6MutuallyExclusive" // 400
	CodeNoSuchResource               Code = "Resource.NotFound"                         // 404, a permission group or a file system
	CodeRegionNotFound               Code = "InvalidRegionId.NotFound"                  // 404
	CodeResourceGroupNotExist        Code = "EntityNotExist.ResourceGroup"              // 404
	CodeResourceIDNotExist           Code = "EntityNotExist.ResourceId"                 // 404
	CodeOrderOpened                  Code = "ORDER.OPEND"                               // 400, the account has the service

	// From the operations on file systems and mount targets.
	CodeFileSystemAlreadyExisted                Code = "InvalidFileSystem.AlreadyExisted"                        // 403
	CodeFileSystemOrdering                      Code = "InvalidFileSystemStatus.Ordering"                        // 400, it is being ordered
	CodeOutOfStock                              Code = "Resource.OutOfStock"                                     // 403
	CodeUserInDebt                              Code = "User.InDebt"                                             // 403
	CodeNotSupportBYOK                          Code = "InvalidParam.NotSupportBYOK"                             // 400
	CodeInvalidKMSKeyID                         Code = "InvalidParameter.InvalidKmsKeyId"                        // 400
	CodeKMSKeyIDNotFound                        Code = "InvalidParameter.KmsKeyIdNotFound"                       // 400
	CodeKMSServiceNotEnabled                    Code = "InvalidParameter.KmsServiceNotEnabled"                   // 400
	CodeMissingKMSKeyID                         Code = "MissingParameter.KmsKeyId"                               // 400
	CodeNoEncryptionSLRPermission               Code = "SubAccount.NoEncryptionSLRPermission"                    // 400
	CodeNoExtremeSLRPermission                  Code = "SubAccount.NoExtremeSLRPermission"                       // 400
	CodeNoStandardSLRPermission                 Code = "SubAccount.NoStandardSLRPermission"                      // 400
	CodeLifecyclePolicyAssociated               Code = "OperationDenied.LifecyclePolicyAssociated"               // 400, a policy must be deleted first
	CodeLifecycleRecycleBinTieringJobAssociated Code = "OperationDenied.LifecycleRecycleBinTieringJobAssociated" // 400, a job must be deleted first
	CodeInvalidDescriptionFormat                Code = "InvalidDescription.InvalidFormat"                        // 404
	CodeNASNotFound                             Code = "Forbidden.NasNotFound"                                   // 403, a file system or a mount target
	CodeMountTargetNotFound                     Code = "InvalidMountTarget.NotFound"                             // 404
	CodeMountTargetAlreadyExisted               Code = "InvalidMountTarget.AlreadyExisted"                       // 403
	CodeMountTargetExceedLimit                  Code = "OperationDenied.MountTargetExceedLimit"                  // 403, the limit of the file system is reached
	CodeInvalidMountTargetDomain                Code = "InvalidParam.MountTargetDomain"                          // 400, the domain does not exist
	CodeInvalidDualStackMountTargetDomain       Code = "InvalidParam.DualStackMountTargetDomain"                 // 400, the domain does not exist
	CodeInvalidLBIDNotFound                     Code = "InvalidLBid.NotFound"                                    // 404, of a mount target
	CodeVolumeUnavailable                       Code = "VolumeUnavailable"                                       // 404, of a mount target
	CodeVolumeStatusForbidOperation             Code = "VolumeStatusForbidOperation"                             // 403, another change is in progress
	CodeMissingAccessGroupName                  Code = "MissingParameter.AccessGroupName"                        // 400
	CodeParameterVpcNotFound                    Code = "InvalidParameter.VpcNotFound"                            // 404
	CodeParameterVSwitchNotFound                Code = "InvalidParameter.VswNotFound"                            // 404
	CodeVSwitchIPNotEnough                      Code = "InvalidVSwitchId.IpNotEnough"                            // 400
	CodeVSwitchIPv6NotTurnedOn                  Code = "InvalidVSwitch.Ipv6NotTurnOn"                            // 400
	CodeConflictVpcCidr                         Code = "InvalidParameter.ConflictVpcCidr"                        // 400
	CodeFileSystemNotSupportedIPv6              Code = "InvalidFileSystem.NotsupportedIPv6"                      // 400
	CodeForbiddenRAM                            Code = "Forbbiden.Ram"                                           // 403, with this spelling, from CPFS access points

	// From the operations on tags.
	CodeResourceNotFound       Code = "InvalidResourceId.NotFound"       // 400
	CodeMissingResourceIDs     Code = "MissingParameter.ResourceIds"     // 400
	CodeMissingResourceIDOrTag Code = "MissingParameter.ResourceIdOrTag" // 400, from ListTagResources
	CodeDuplicateResourceID    Code = "Duplicate.ResourceId"             // 400
	CodeTooManyResourceIDs     Code = "NumberExceed.ResourceIds"         // 400, the request names more than 50
	CodeTooManyTags            Code = "NumberExceed.Tags"                // 400, the request has more than 20
	CodeTagsExceeded           Code = "CustomTag.NumberExceed"           // 400, the limit of the resource is reached
	CodeDuplicateTagKey        Code = "Duplicate.TagKey"                 // 400
	CodeInvalidTagKey          Code = "InvalidParameter.TagKey"          // 400
	CodeInvalidTagValue        Code = "InvalidParameter.TagValue"        // 400
	CodeTagKeyValueNotNull     Code = "OperationDenied.KeyValueNotNull"  // 403
	CodeInvalidNextToken       Code = "InvalidNextToken"                 // 400

	// From the operations that have a ClientToken or a dry run.
	CodeIdempotentParameterMismatch Code = "IdempotentParameterMismatch" // 400, the token was used with another request
	CodeDryRunOperation             Code = "DryRunOperation"             // 400, a successful dry run

	// From any operation.
	CodeIncorrectStatus       Code = "Instance.IncorrectStatus"              // 403, another change is in progress
	CodeNotEnoughBalance      Code = "InvalidAccountStatus.NotEnoughBalance" // 403
	CodeFeatureNotSupported   Code = "FeatureOrAPI.NotSupported"             // 400
	CodeForbidden             Code = "Forbidden.RAM"                         // 403, a RAM policy is missing
	CodeAccessKeyNotFound     Code = "InvalidAccessKeyId.NotFound"           // 404
	CodeSignatureDoesNotMatch Code = "SignatureDoesNotMatch"                 // 403
	CodeTimestampExpired      Code = "InvalidTimeStamp.Expired"              // 400, the local clock is wrong by more than 15 minutes
	CodeThrottling            Code = "Throttling"                            // 400
	CodeThrottlingUser        Code = "Throttling.User"                       // 400
	CodeInternalError         Code = "InternalError"                         // 500
	CodeServiceUnavailable    Code = "ServiceUnavailable"                    // 503
	CodeServiceTimeout        Code = "ServiceTimeout"                        // 504
)

// kindOf returns the kind of an answer that reports a failure.
func kindOf(status int, code, requestID string) error {
	switch Code(code) {
	case CodeRAMRoleNotExist, CodeRAMRoleNoPermission:
		return ErrAccessDenied
	case CodeProtocolTypeNotSupported, CodeTagKeyValueNotNull:
		return ErrInvalidRequest
	case CodeInvalidState, CodeIncorrectStatus, CodeFileSystemOrdering, CodeVolumeStatusForbidOperation,
		CodeLifecyclePolicyAssociated, CodeLifecycleRecycleBinTieringJobAssociated:
		return ErrConflict
	case CodeInvalidMountTargetDomain, CodeInvalidDualStackMountTargetDomain, CodeVolumeUnavailable:
		return ErrNotFound
	case CodeMountTargetExceedLimit, CodeVSwitchIPNotEnough, CodeOutOfStock:
		return ErrQuotaExceeded
	case CodeNoEncryptionSLRPermission, CodeNoExtremeSLRPermission, CodeNoStandardSLRPermission, CodeKMSServiceNotEnabled:
		return ErrAccessDenied
	case CodeOrderOpened:
		return ErrAlreadyExists
	case CodeTagsExceeded:
		return ErrQuotaExceeded
	}
	return fault.KindOf(status, code, requestID)
}
