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

// ListTagsForResourceRequest holds the parameters of
// [Client.ListTagsForResource].
type ListTagsForResourceRequest struct {
	ResourceID string `name:"ResourceId"` // required; the ID or ARN of an access point or a file system
	MaxResults int    `name:"MaxResults"` // from 1, default 100
	NextToken  string `name:"NextToken"`  // from the previous page; empty for the first
}

// Validate checks in against the documented constraints, without sending it.
func (in ListTagsForResourceRequest) Validate() error {
	return invalid("ListTagsForResource", append(resourceRules(in.ResourceID),
		check.Range("MaxResults", in.MaxResults, 1, 2147483647),
		check.That(!lineEnd(in.NextToken), "NextToken", "must not contain a line end"),
	)...)
}

// ListTagsForResourceResponse is the response of [Client.ListTagsForResource]:
// one page.
type ListTagsForResourceResponse struct {
	RequestID string `json:"-"`
	Tags      []Tag  `json:"Tags" answer:"required"`
	NextToken string `json:"NextToken"` // empty on the last page
}

// ListTagsForResource returns a page of the tags of an access point or a file
// system. [Client.TagsForResource] iterates over all pages.
//
// Errors: [CodeAccessPointNotFound], [CodeFileSystemNotFound],
// [CodeBadRequest], [CodeInternalServerError], [CodeThrottlingException],
// [CodeValidationException].
//
// IAM action: elasticfilesystem:ListTagsForResource; its API page names
// elasticfilesystem:DescribeAccessPoints.
//
// API reference: https://docs.aws.amazon.com/efs/latest/ug/API_ListTagsForResource.html
func (c *Client) ListTagsForResource(ctx context.Context, in ListTagsForResourceRequest) (*ListTagsForResourceResponse, error) {
	return call[ListTagsForResourceResponse](ctx, c, rest.Op{
		Name: "ListTagsForResource", Effect: retry.Read, Method: http.MethodGet, Path: uri.Path(version, "resource-tags", in.ResourceID),
		Query: pageOf("MaxResults", in.MaxResults, "NextToken", in.NextToken),
	}, "", in)
}

// TagsForResource yields every tag of an access point or a file system, from
// all pages of [Client.ListTagsForResource]. Pagination is lazy: a page is
// fetched when the previous one is used up. The sequence ends after the first
// error.
func (c *Client) TagsForResource(ctx context.Context, in ListTagsForResourceRequest) iter.Seq2[Tag, error] {
	return page.All(in.NextToken, func(token string) ([]Tag, string, error) {
		in := in
		in.NextToken = token
		out, err := c.ListTagsForResource(ctx, in)
		if err != nil {
			return nil, "", err
		}
		return out.Tags, out.NextToken, nil
	})
}
