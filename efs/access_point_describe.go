package efs

import (
	"context"
	"iter"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/page"
	"github.com/accesspoint-go/accesspoint/internal/rest"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/uri"
)

// DescribeAccessPointsRequest holds the parameters of
// [Client.DescribeAccessPoints]. If neither ID is set, it returns all access
// points of the account and region.
type DescribeAccessPointsRequest struct {
	AccessPointID string `name:"AccessPointId"` // an ID or ARN; not with FileSystemID
	FileSystemID  string `name:"FileSystemId"`  // an ID or ARN; not with AccessPointID
	MaxResults    int    `name:"MaxResults"`    // from 1, default 100
	NextToken     string `name:"NextToken"`     // from the previous page; empty for the first
}

// Validate checks in against the documented constraints, without sending it.
func (in DescribeAccessPointsRequest) Validate() error {
	return invalid("DescribeAccessPoints",
		check.Range("MaxResults", in.MaxResults, 1, 2147483647),
		check.That(!lineEnd(in.NextToken), "NextToken", "must not contain a line end"),
		check.Length("AccessPointId", in.AccessPointID, 1, 128),
		check.That(accessPointID(in.AccessPointID), "AccessPointId", "must be fsap- and 8 to 40 hexadecimal digits, or such an ARN"),
		check.That(in.AccessPointID == "" || in.FileSystemID == "", "AccessPointId", "is not supported with FileSystemId"),
		check.Length("FileSystemId", in.FileSystemID, 1, 128),
		check.That(fileSystemID(in.FileSystemID), "FileSystemId", "must be fs- and 8 to 40 hexadecimal digits, or such an ARN"),
	)
}

// DescribeAccessPointsResponse is the response of
// [Client.DescribeAccessPoints]: one page.
type DescribeAccessPointsResponse struct {
	RequestID    string        `json:"-"`
	AccessPoints []AccessPoint `json:"AccessPoints" answer:"required"`
	NextToken    string        `json:"NextToken"` // empty on the last page
}

// DescribeAccessPoints returns one access point, or a page of those of a file
// system or of the account and region. [Client.AccessPoints] iterates over all
// pages.
//
// Errors: [CodeAccessPointNotFound], [CodeFileSystemNotFound],
// [CodeBadRequest], [CodeInternalServerError], [CodeThrottlingException],
// [CodeValidationException].
//
// IAM action: elasticfilesystem:DescribeAccessPoints.
//
// API reference: https://docs.aws.amazon.com/efs/latest/ug/API_DescribeAccessPoints.html
func (c *Client) DescribeAccessPoints(ctx context.Context, in DescribeAccessPointsRequest) (*DescribeAccessPointsResponse, error) {
	query := pageOf("MaxResults", in.MaxResults, "NextToken", in.NextToken)
	return call[DescribeAccessPointsResponse](ctx, c, rest.Op{
		Name: "DescribeAccessPoints", Effect: retry.Read, Method: http.MethodGet, Path: uri.Path(version, "access-points"),
		Query: query.With("AccessPointId", in.AccessPointID).With("FileSystemId", in.FileSystemID),
	}, "", in)
}

// AccessPoints yields every access point that matches in, from all pages of
// [Client.DescribeAccessPoints]. Pagination is lazy: a page is fetched when the
// previous one is used up. The sequence ends after the first error. MaxResults
// defaults to 1000 here.
func (c *Client) AccessPoints(ctx context.Context, in DescribeAccessPointsRequest) iter.Seq2[AccessPoint, error] {
	if in.MaxResults == 0 {
		in.MaxResults = 1000
	}
	return page.All(in.NextToken, func(token string) ([]AccessPoint, string, error) {
		in := in
		in.NextToken = token
		out, err := c.DescribeAccessPoints(ctx, in)
		if err != nil {
			return nil, "", err
		}
		return out.AccessPoints, out.NextToken, nil
	})
}
