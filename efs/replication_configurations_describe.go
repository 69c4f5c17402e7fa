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

// DescribeReplicationConfigurationsRequest holds the parameters of
// [Client.DescribeReplicationConfigurations].
type DescribeReplicationConfigurationsRequest struct {
	FileSystemID string `name:"FileSystemId"` // source or destination; default: all of the account and region
	MaxResults   int    `name:"MaxResults"`   // from 1, default 100
	NextToken    string `name:"NextToken"`    // from the previous page; empty for the first
}

// Validate checks in against the documented constraints, without sending it.
func (in DescribeReplicationConfigurationsRequest) Validate() error {
	return invalid("DescribeReplicationConfigurations",
		check.Length("FileSystemId", in.FileSystemID, 1, 128),
		check.That(fileSystemID(in.FileSystemID), "FileSystemId", "must be fs- and 8 to 40 hexadecimal digits, or such an ARN"),
		check.That(!lineEnd(in.NextToken), "NextToken", "must not contain a line end"),
		check.Range("MaxResults", in.MaxResults, 1, 2147483647),
	)
}

// DescribeReplicationConfigurationsResponse is the response of
// [Client.DescribeReplicationConfigurations]: one page.
type DescribeReplicationConfigurationsResponse struct {
	RequestID    string                     `json:"-"`
	Replications []ReplicationConfiguration `json:"Replications" answer:"required"`
	NextToken    string                     `json:"NextToken"` // empty on the last page
}

// DescribeReplicationConfigurations returns the replication of a file system,
// or a page of those of the account and region.
// [Client.ReplicationConfigurations] iterates over all pages.
//
// Errors: [CodeReplicationNotFound], [CodeFileSystemNotFound],
// [CodeBadRequest], [CodeInternalServerError], [CodeThrottlingException],
// [CodeValidationException].
//
// IAM action: elasticfilesystem:DescribeReplicationConfigurations.
//
// API reference: https://docs.aws.amazon.com/efs/latest/ug/API_DescribeReplicationConfigurations.html
func (c *Client) DescribeReplicationConfigurations(ctx context.Context, in DescribeReplicationConfigurationsRequest) (*DescribeReplicationConfigurationsResponse, error) {
	return call[DescribeReplicationConfigurationsResponse](ctx, c, rest.Op{
		Name: "DescribeReplicationConfigurations", Effect: retry.Read, Method: http.MethodGet, Path: uri.Path(version, "file-systems", "replication-configurations"),
		Query: pageOf("MaxResults", in.MaxResults, "NextToken", in.NextToken).With("FileSystemId", in.FileSystemID),
	}, "", in)
}

// ReplicationConfigurations yields every replication that matches in, from all
// pages of [Client.DescribeReplicationConfigurations]. Pagination is lazy: a
// page is fetched when the previous one is used up. The sequence ends after the
// first error.
func (c *Client) ReplicationConfigurations(ctx context.Context, in DescribeReplicationConfigurationsRequest) iter.Seq2[ReplicationConfiguration, error] {
	return page.All(in.NextToken, func(token string) ([]ReplicationConfiguration, string, error) {
		in := in
		in.NextToken = token
		out, err := c.DescribeReplicationConfigurations(ctx, in)
		if err != nil {
			return nil, "", err
		}
		return out.Replications, out.NextToken, nil
	})
}
