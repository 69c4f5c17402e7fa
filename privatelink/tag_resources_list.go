package privatelink

import (
	"context"
	"iter"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/page"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// A TagResource is one tag of one resource.
type TagResource struct {
	ResourceType ResourceType `json:"ResourceType" enum:"vpcendpoint,vpcendpointservice"`
	ResourceID   string       `json:"ResourceId" answer:"required"`
	TagKey       string       `json:"TagKey"`
	TagValue     string       `json:"TagValue"`
}

// ListTagResourcesRequest holds the parameters of [Client.ListTagResources].
type ListTagResourcesRequest struct {
	RegionID     string       `rpc:"RegionId"`     // default: the client's
	ResourceType ResourceType `rpc:"ResourceType"` // required
	ResourceIDs  []string     `rpc:"ResourceId"`   // only the tags of these, up to 50; required, unless Tags are set
	Tags         []Tag        `rpc:"Tag"`          // only of resources that have all of these, up to 20, with different keys
	NextToken    string       `rpc:"NextToken"`    // from the previous page; empty for the first
	ClientToken  string       `rpc:"ClientToken"`  // no effect, because the operation changes nothing
}

// Validate checks in against the documented constraints, without sending it. An
// empty RegionID is valid: a call sets it.
func (in ListTagResourcesRequest) Validate() error {
	return invalid("ListTagResources", append([]check.Problem{
		check.Required("ResourceType", in.ResourceType),
		check.That(in.ResourceType == "" || tagged(in.ResourceType), "ResourceType", "must be vpcendpoint or vpcendpointservice"),
		check.That(len(in.ResourceIDs) > 0 || len(in.Tags) > 0, "ResourceId", "is required unless Tag is set"),
		check.Items("ResourceId", len(in.ResourceIDs), maxTagged),
		check.Items("Tag", len(in.Tags), maxTags),
		check.Unique("Tag", in.Tags, tagKey),
		check.ASCII("ClientToken", in.ClientToken),
		check.Length("ClientToken", in.ClientToken, 1, 64),
	}, append(check.Each("Tag", in.Tags, tagFilterRules), check.Each("ResourceId", in.ResourceIDs, resourceRules)...)...)...)
}

// ListTagResourcesResponse is the response of [Client.ListTagResources]: one
// page.
type ListTagResourcesResponse struct {
	RequestID    string        `json:"RequestId"`
	TagResources []TagResource `json:"TagResources" answer:"required"`
	NextToken    string        `json:"NextToken"` // empty on the last page
}

// ListTagResources returns one page of the tags that resources have.
// [Client.TagsOfResources] iterates over all pages.
//
// Errors: [CodeMissingResourceIDOrTag], [CodeDuplicatedTagKey],
// [CodeInvalidTagKey], [CodeInvalidTagValue], [CodeMissingTagKey],
// [CodeMissingTagValue].
//
// RAM action: privatelink:ListTagResources.
//
// API reference: https://www.alibabacloud.com/help/en/privatelink/developer-reference/api-privatelink-2020-04-15-listtagresources
func (c *Client) ListTagResources(ctx context.Context, in ListTagResourcesRequest) (*ListTagResourcesResponse, error) {
	in.RegionID = c.region(in.RegionID)
	return call[ListTagResourcesResponse](ctx, c, rpc.Op{Name: "ListTagResources", Version: version, Effect: retry.Read}, "", in)
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
