package nas

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// A ResourceType is a kind of resource that can have tags.
type ResourceType string

// The documented kinds.
const (
	ResourceAccessPoint ResourceType = "accesspoint"
	ResourceFileSystem  ResourceType = "filesystem"
)

// maxTagged is the number of resources that one call can name.
const maxTagged = 50

// TagResourcesRequest holds the parameters of [Client.TagResources].
type TagResourcesRequest struct {
	ResourceType ResourceType `rpc:"ResourceType"` // required
	ResourceIDs  []string     `rpc:"ResourceId"`   // required, up to 50
	Tags         []Tag        `rpc:"Tag"`          // required, up to 20, with different keys
}

// Validate checks in against the documented constraints, without sending it.
func (in TagResourcesRequest) Validate() error {
	return invalid("TagResources", append(append([]check.Problem{
		check.That(len(in.ResourceIDs) > 0, "ResourceId", "is required"),
		check.Items("ResourceId", len(in.ResourceIDs), maxTagged),
		check.Required("ResourceType", in.ResourceType),
		check.That(len(in.Tags) > 0, "Tag", "is required"),
		check.Items("Tag", len(in.Tags), maxTags),
		check.Unique("Tag", in.Tags, tagKey),
	}, check.Each("Tag", in.Tags, tagRules)...), check.Each("ResourceId", in.ResourceIDs, resourceRules)...)...)
}

// resourceRules are the rules of an ID among several.
func resourceRules(id string) []check.Problem {
	return []check.Problem{check.Required("", id)}
}

// TagResourcesResponse is the response of [Client.TagResources].
type TagResourcesResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// TagResources gives each of the resources all of the tags. An existing tag
// with the same key is replaced. A resource can have 20 tags.
//
// It is idempotent: it is retried even if an attempt may have run.
//
// Errors: [CodeResourceNotFound], [CodeTagsExceeded], [CodeMissingResourceIDs],
// [CodeTooManyResourceIDs], [CodeDuplicateResourceID], [CodeTooManyTags],
// [CodeDuplicateTagKey], [CodeInvalidTagKey], [CodeInvalidTagValue],
// [CodeTagKeyValueNotNull].
//
// RAM action: nas:TagResources.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-tagresources
func (c *Client) TagResources(ctx context.Context, in TagResourcesRequest) (*TagResourcesResponse, error) {
	return call[TagResourcesResponse](ctx, c, rpc.Op{Name: "TagResources", Version: version, Effect: retry.Idempotent}, in)
}
