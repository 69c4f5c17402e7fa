package efs

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/rest"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/uri"
)

// ModifyMountTargetSecurityGroupsRequest holds the parameters of
// [Client.ModifyMountTargetSecurityGroups].
type ModifyMountTargetSecurityGroupsRequest struct {
	MountTargetID string `name:"MountTargetId"` // required
	// SecurityGroups replace all existing ones: up to 100, of the subnet's VPC,
	// although the service may accept only 5. The effect of nil is not
	// documented.
	SecurityGroups []string `json:"SecurityGroups,omitzero"`
}

// Validate checks in against the documented constraints, without sending it.
func (in ModifyMountTargetSecurityGroupsRequest) Validate() error {
	problems := append(mountTargetRules(in.MountTargetID), check.Items("SecurityGroups", len(in.SecurityGroups), 100))
	return invalid("ModifyMountTargetSecurityGroups", append(problems, check.Each("SecurityGroups", in.SecurityGroups, securityGroupRules)...)...)
}

// ModifyMountTargetSecurityGroupsResponse is the response of
// [Client.ModifyMountTargetSecurityGroups].
type ModifyMountTargetSecurityGroupsResponse struct {
	RequestID string `json:"-"`
}

// ModifyMountTargetSecurityGroups replaces the security groups of a mount
// target, which must be available.
//
// It is idempotent: it is retried even if an attempt may have run.
//
// Errors: [CodeMountTargetNotFound], [CodeIncorrectMountTargetState],
// [CodeSecurityGroupNotFound], [CodeSecurityGroupLimitExceeded],
// [CodeBadRequest], [CodeInternalServerError], [CodeThrottlingException],
// [CodeValidationException].
//
// IAM action: elasticfilesystem:ModifyMountTargetSecurityGroups, with
// ec2:ModifyNetworkInterfaceAttribute.
//
// API reference: https://docs.aws.amazon.com/efs/latest/ug/API_ModifyMountTargetSecurityGroups.html
func (c *Client) ModifyMountTargetSecurityGroups(ctx context.Context, in ModifyMountTargetSecurityGroupsRequest) (*ModifyMountTargetSecurityGroupsResponse, error) {
	return call[ModifyMountTargetSecurityGroupsResponse](ctx, c, withBody(rest.Op{
		Name: "ModifyMountTargetSecurityGroups", Effect: retry.Idempotent, Method: http.MethodPut, Path: uri.Path(version, "mount-targets", in.MountTargetID, "security-groups"),
	}, in), "", in)
}
