package privatelink

import (
	"context"
	"strings"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// A ResourceType is a kind of resource that can have tags.
type ResourceType string

// The documented kinds. The service ignores case.
const (
	ResourceVpcEndpoint        ResourceType = "vpcendpoint"
	ResourceVpcEndpointService ResourceType = "vpcendpointservice"
)

func tagged(kind ResourceType) bool {
	return strings.EqualFold(string(kind), string(ResourceVpcEndpoint)) || strings.EqualFold(string(kind), string(ResourceVpcEndpointService))
}

// maxTagged is the number of resources that one call can name.
const maxTagged = 50

// resourceRules are the rules of an ID among several.
func resourceRules(id string) []check.Problem {
	return []check.Problem{check.Required("", id)}
}

// TagResourcesRequest holds the parameters of [Client.TagResources].
type TagResourcesRequest struct {
	RegionID     string       `rpc:"RegionId"`     // default: the client's
	ResourceType ResourceType `rpc:"ResourceType"` // required
	ResourceIDs  []string     `rpc:"ResourceId"`   // required, up to 50
	Tags         []Tag        `rpc:"Tag,whole"`    // required, up to 20, with different keys
	ClientToken  string       `rpc:"ClientToken"`  // idempotency token, up to 64 ASCII characters; default: a random one for each call
	DryRun       bool         `rpc:"DryRun"`       // only check the request: see [Client.DryRun]
}

// Validate checks in against the documented constraints, without sending it. An
// empty RegionID is valid: a call sets it.
func (in TagResourcesRequest) Validate() error {
	return invalid("TagResources", append([]check.Problem{
		check.Required("ResourceType", in.ResourceType),
		check.That(in.ResourceType == "" || tagged(in.ResourceType), "ResourceType", "must be vpcendpoint or vpcendpointservice"),
		check.That(len(in.ResourceIDs) > 0, "ResourceId", "is required"),
		check.Items("ResourceId", len(in.ResourceIDs), maxTagged),
		check.That(len(in.Tags) > 0, "Tag", "is required"),
		check.Items("Tag", len(in.Tags), maxTags),
		check.Unique("Tag", in.Tags, tagKey),
		check.ASCII("ClientToken", in.ClientToken),
		check.Length("ClientToken", in.ClientToken, 1, 64),
	}, append(check.Each("Tag", in.Tags, tagRules), check.Each("ResourceId", in.ResourceIDs, resourceRules)...)...)...)
}

func (in TagResourcesRequest) dryRun(c *Client, token string) (string, DryRunnable) {
	in.RegionID, in.ClientToken, in.DryRun = c.region(in.RegionID), token, true
	return "TagResources", in
}

// TagResourcesResponse is the response of [Client.TagResources].
type TagResourcesResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// TagResources gives each of the resources all of the tags. An existing tag
// with the same key is replaced. A resource can have 20 tags.
//
// All attempts of a call carry one ClientToken. It is idempotent: it is retried
// even if an attempt may have run.
//
// [Client.DryRun] checks a request without running it.
//
// Errors: [CodeResourceIDNotFound], [CodeTagsPerResourceQuota],
// [CodeDuplicatedTagKey], [CodeInvalidTagKey], [CodeInvalidTagValue],
// [CodeMissingTagKey], [CodeMissingTagValue].
//
// RAM action: privatelink:TagResources.
//
// API reference: https://www.alibabacloud.com/help/en/privatelink/developer-reference/api-privatelink-2020-04-15-tagresources
func (c *Client) TagResources(ctx context.Context, in TagResourcesRequest) (*TagResourcesResponse, error) {
	in.RegionID, in.ClientToken = c.region(in.RegionID), token(in.ClientToken)
	return call[TagResourcesResponse](ctx, c, rpc.Op{Name: "TagResources", Version: version, Effect: effect(retry.Idempotent, in.DryRun), Form: true}, in.ClientToken, in)
}
