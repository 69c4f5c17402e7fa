package privatelink

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// UntagResourcesRequest holds the parameters of [Client.UntagResources].
type UntagResourcesRequest struct {
	RegionID     string       `rpc:"RegionId"`     // default: the client's
	ResourceType ResourceType `rpc:"ResourceType"` // required
	ResourceIDs  []string     `rpc:"ResourceId"`   // required, up to 50
	TagKeys      []string     `rpc:"TagKey"`       // keys of the tags to remove, up to 20
	All          bool         `rpc:"All"`          // remove all tags; no effect if TagKeys are set
	ClientToken  string       `rpc:"ClientToken"`  // idempotency token, up to 64 ASCII characters; default: a random one for each call
	DryRun       bool         `rpc:"DryRun"`       // only check the request: see [Client.DryRun]
}

// Validate checks in against the documented constraints, without sending it. An
// empty RegionID is valid: a call sets it.
func (in UntagResourcesRequest) Validate() error {
	return invalid("UntagResources", append([]check.Problem{
		check.Required("ResourceType", in.ResourceType),
		check.That(in.ResourceType == "" || tagged(in.ResourceType), "ResourceType", "must be vpcendpoint or vpcendpointservice"),
		check.That(len(in.ResourceIDs) > 0, "ResourceId", "is required"),
		check.Items("ResourceId", len(in.ResourceIDs), maxTagged),
		check.Items("TagKey", len(in.TagKeys), maxTags),
		check.ASCII("ClientToken", in.ClientToken),
		check.Length("ClientToken", in.ClientToken, 1, 64),
	}, check.Each("ResourceId", in.ResourceIDs, resourceRules)...)...)
}

func (in UntagResourcesRequest) dryRun(c *Client, token string) (string, DryRunnable) {
	in.RegionID, in.ClientToken, in.DryRun = c.region(in.RegionID), token, true
	return "UntagResources", in
}

// UntagResourcesResponse is the response of [Client.UntagResources].
type UntagResourcesResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// UntagResources removes tags from each of the resources.
//
// All attempts of a call carry one ClientToken. It is retried even if an
// attempt may have run; if that attempt took effect and the service has
// forgotten the token, the retry may fail with [CodeTagInfoNotExist].
//
// [Client.DryRun] checks a request without running it.
//
// Errors: [CodeResourceIDNotFound], [CodeTagInfoNotExist],
// [CodeDuplicatedTagKey], [CodeInvalidTagKey], [CodeInvalidTagValue].
//
// RAM action: privatelink:UntagResources.
//
// API reference: https://www.alibabacloud.com/help/en/privatelink/developer-reference/api-privatelink-2020-04-15-untagresources
func (c *Client) UntagResources(ctx context.Context, in UntagResourcesRequest) (*UntagResourcesResponse, error) {
	in.RegionID, in.ClientToken = c.region(in.RegionID), token(in.ClientToken)
	return call[UntagResourcesResponse](ctx, c, rpc.Op{Name: "UntagResources", Version: version, Effect: effect(retry.Idempotent, in.DryRun), Form: true}, in.ClientToken, in)
}
