package nas

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// UntagResourcesRequest holds the parameters of [Client.UntagResources].
type UntagResourcesRequest struct {
	ResourceType ResourceType `rpc:"ResourceType"` // required
	ResourceIDs  []string     `rpc:"ResourceId"`   // required, up to 50
	TagKeys      []string     `rpc:"TagKey"`       // keys of the tags to remove, up to 20
	All          bool         `rpc:"All"`          // remove all tags; no effect if TagKeys are set
}

// Validate checks in against the documented constraints, without sending it.
func (in UntagResourcesRequest) Validate() error {
	return invalid("UntagResources", append(check.Each("ResourceId", in.ResourceIDs, resourceRules),
		check.That(len(in.ResourceIDs) > 0, "ResourceId", "is required"),
		check.Items("ResourceId", len(in.ResourceIDs), maxTagged),
		check.Required("ResourceType", in.ResourceType),
		check.Items("TagKey", len(in.TagKeys), maxTags),
	)...)
}

// UntagResourcesResponse is the response of [Client.UntagResources].
type UntagResourcesResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// UntagResources removes tags from each of the resources.
//
// It is idempotent: it is retried even if an attempt may have run.
//
// Errors: [CodeMissingResourceIDs], [CodeTooManyResourceIDs],
// [CodeDuplicateResourceID], [CodeDuplicateTagKey], [CodeInvalidTagKey],
// [CodeInvalidTagValue].
//
// RAM action: nas:UntagResources.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-untagresources
func (c *Client) UntagResources(ctx context.Context, in UntagResourcesRequest) (*UntagResourcesResponse, error) {
	return call[UntagResourcesResponse](ctx, c, rpc.Op{Name: "UntagResources", Version: version, Effect: retry.Idempotent}, in)
}
