package efs

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/rest"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/uri"
)

// CreateMountTargetRequest holds the parameters of [Client.CreateMountTarget].
type CreateMountTargetRequest struct {
	FileSystemID   string        `json:"FileSystemId,omitzero"`   // required; an ID or ARN
	SubnetID       string        `json:"SubnetId,omitzero"`       // required; in the zone of a One Zone file system
	IPAddress      string        `json:"IpAddress,omitzero"`      // a free IPv4 address of the subnet; default: any
	IPv6Address    string        `json:"Ipv6Address,omitzero"`    // a free IPv6 address of the subnet; default: any
	IPAddressType  IPAddressType `json:"IpAddressType,omitzero"`  // default: IPV4_ONLY
	SecurityGroups []string      `json:"SecurityGroups,omitzero"` // up to 100, of the subnet's VPC, although the service may accept only 5; default: the VPC's default group
}

// An IPAddressType says which addresses a mount target has.
type IPAddressType string

// The types of addresses.
const (
	IPv4Only  IPAddressType = "IPV4_ONLY"
	IPv6Only  IPAddressType = "IPV6_ONLY"
	DualStack IPAddressType = "DUAL_STACK"
)

// Validate checks in against the documented constraints, without sending it.
func (in CreateMountTargetRequest) Validate() error {
	problems := append(fileSystemRules(in.FileSystemID),
		check.Required("SubnetId", in.SubnetID),
		check.That(in.SubnetID == "" || hexadecimal(in.SubnetID, "subnet-"), "SubnetId", "must be subnet- and 8 to 40 hexadecimal digits"),
		check.That(in.IPAddress == "" || fourNumbers(in.IPAddress), "IpAddress", "must be four numbers between dots"),
		check.Length("Ipv6Address", in.IPv6Address, 3, 39),
		check.OneOf("IpAddressType", in.IPAddressType, IPv4Only, IPv6Only, DualStack),
		check.Items("SecurityGroups", len(in.SecurityGroups), 100),
	)
	return invalid("CreateMountTarget", append(problems, check.Each("SecurityGroups", in.SecurityGroups, securityGroupRules)...)...)
}

func securityGroupRules(id string) []check.Problem {
	return []check.Problem{
		check.Required("", id),
		check.That(id == "" || hexadecimal(id, "sg-"), "", "must be sg- and 8 to 40 hexadecimal digits"),
	}
}

// CreateMountTargetResponse is the response of [Client.CreateMountTarget]: the
// mount target as it is created.
type CreateMountTargetResponse struct {
	RequestID string `json:"-"`
	MountTarget
}

// CreateMountTarget creates a mount target, which makes a file system reachable
// from an Availability Zone. A file system can have one in each zone, all in
// one VPC. The file system must be available.
//
// The operation is asynchronous: see [Client.WaitMountTargetAvailable]. It also
// creates a network interface; do not change that by other means.
//
// It is not retried if an attempt may have run, because the retry would be
// refused with [CodeMountTargetConflict]. The error is an
// [*OutcomeUnknownError]: check with [Client.DescribeMountTargets].
// [Client.EnsureMountTargets] handles all of this.
//
// Errors: [CodeMountTargetConflict], [CodeFileSystemNotFound],
// [CodeIncorrectFileSystemLifeCycleState], [CodeSubnetNotFound],
// [CodeSecurityGroupNotFound], [CodeSecurityGroupLimitExceeded],
// [CodeIPAddressInUse], [CodeNoFreeAddressesInSubnet],
// [CodeNetworkInterfaceLimitExceeded], [CodeAvailabilityZonesMismatch],
// [CodeUnsupportedAvailabilityZone], [CodeBadRequest],
// [CodeInternalServerError], [CodeThrottlingException],
// [CodeValidationException].
//
// IAM action: elasticfilesystem:CreateMountTarget, with ec2:DescribeSubnets,
// ec2:DescribeNetworkInterfaces and ec2:CreateNetworkInterface.
//
// API reference: https://docs.aws.amazon.com/efs/latest/ug/API_CreateMountTarget.html
func (c *Client) CreateMountTarget(ctx context.Context, in CreateMountTargetRequest) (*CreateMountTargetResponse, error) {
	return call[CreateMountTargetResponse](ctx, c, withBody(rest.Op{
		Name: "CreateMountTarget", Effect: retry.NonIdempotent, Method: http.MethodPost, Path: uri.Path(version, "mount-targets"),
	}, in), "", in)
}
