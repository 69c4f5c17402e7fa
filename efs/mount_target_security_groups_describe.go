package efs

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/rest"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/uri"
)

// DescribeMountTargetSecurityGroupsRequest holds the parameters of
// [Client.DescribeMountTargetSecurityGroups].
type DescribeMountTargetSecurityGroupsRequest struct {
	MountTargetID string `name:"MountTargetId"` // required
}

// Validate checks in against the documented constraints, without sending it.
func (in DescribeMountTargetSecurityGroupsRequest) Validate() error {
	return invalid("DescribeMountTargetSecurityGroups", mountTargetRules(in.MountTargetID)...)
}

// DescribeMountTargetSecurityGroupsResponse is the response of
// [Client.DescribeMountTargetSecurityGroups].
type DescribeMountTargetSecurityGroupsResponse struct {
	RequestID      string   `json:"-"`
	SecurityGroups []string `json:"SecurityGroups" answer:"required"`
}

// DescribeMountTargetSecurityGroups returns the security groups of a mount
// target. The mount target must be available, and its network interface must
// exist.
//
// Errors: [CodeMountTargetNotFound], [CodeIncorrectMountTargetState],
// [CodeBadRequest], [CodeInternalServerError], [CodeThrottlingException],
// [CodeValidationException].
//
// IAM action: elasticfilesystem:DescribeMountTargetSecurityGroups, with
// ec2:DescribeNetworkInterfaceAttribute.
//
// API reference: https://docs.aws.amazon.com/efs/latest/ug/API_DescribeMountTargetSecurityGroups.html
func (c *Client) DescribeMountTargetSecurityGroups(ctx context.Context, in DescribeMountTargetSecurityGroupsRequest) (*DescribeMountTargetSecurityGroupsResponse, error) {
	return call[DescribeMountTargetSecurityGroupsResponse](ctx, c, rest.Op{
		Name: "DescribeMountTargetSecurityGroups", Effect: retry.Read, Method: http.MethodGet, Path: uri.Path(version, "mount-targets", in.MountTargetID, "security-groups"),
	}, "", in)
}
