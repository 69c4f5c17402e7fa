package nas

import (
	"context"
	"iter"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/page"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// ListTagResourcesRequest holds the parameters of [Client.ListTagResources].
type ListTagResourcesRequest struct {
	ResourceType ResourceType `rpc:"ResourceType"` // required
	ResourceIDs  []string     `rpc:"ResourceId"`   // only the tags of these, up to 50; these or Tags are required, according to an error code
	Tags         []Tag        `rpc:"Tag"`          // only of resources that have all of these, up to 20, with different keys
	NextToken    string       `rpc:"NextToken"`    // from the previous page; empty for the first
}

// Validate checks in against the documented constraints, without sending it.
func (in ListTagResourcesRequest) Validate() error {
	return invalid("ListTagResources", append(append([]check.Problem{
		check.Items("ResourceId", len(in.ResourceIDs), maxTagged),
		check.Required("ResourceType", in.ResourceType),
		check.Items("Tag", len(in.Tags), maxTags),
		check.Unique("Tag", in.Tags, tagKey),
	}, check.Each("Tag", in.Tags, tagFilterRules)...), check.Each("ResourceId", in.ResourceIDs, resourceRules)...)...)
}

// ListTagResourcesResponse is the response of [Client.ListTagResources]: one
// page.
type ListTagResourcesResponse struct {
	RequestID    string        `json:"RequestId"`
	TagResources []TagResource `json:"TagResources" answer:"required"`
	NextToken    string        `json:"NextToken"` // empty on the last page
}

// A TagResource is one tag of one resource.
type TagResource struct {
	ResourceType ResourceType `json:"ResourceType" enum:"accesspoint,filesystem"`
	ResourceID   string       `json:"ResourceId" answer:"required"`
	TagKey       string       `json:"TagKey"`
	TagValue     string       `json:"TagValue"`
}

// ListTagResources returns one page of the tags that resources have.
// [Client.TagsOfResources] iterates over all pages.
//
// Errors: [CodeResourceNotFound], [CodeMissingResourceIDOrTag],
// [CodeTooManyResourceIDs], [CodeDuplicateResourceID], [CodeTooManyTags],
// [CodeDuplicateTagKey], [CodeInvalidTagKey], [CodeInvalidTagValue],
// [CodeInvalidNextToken].
//
// RAM action: nas:ListTagResources.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-listtagresources
func (c *Client) ListTagResources(ctx context.Context, in ListTagResourcesRequest) (*ListTagResourcesResponse, error) {
	return call[ListTagResourcesResponse](ctx, c, rpc.Op{Name: "ListTagResources", Version: version, Effect: retry.Read}, in)
}

// TagsOfResources yields every tag that matches in, from all pages of
// [Client.ListTagResources]. Pagination is lazy: a page is fetched when the
// previous one is used up. The sequence ends after the first error.
func (c *Client) TagsOfResources(ctx context.Context, in ListTagResourcesRequest) iter.Seq2[TagResource, error] {
	return page.All(in.NextToken, func(token string) ([]TagResource, string, error) {
		in := in
		in.NextToken = token
		out, err := c.ListTagResources(ctx, in)
		if err != nil {
			return nil, "", err
		}
		return out.TagResources, out.NextToken, nil
	})
}
