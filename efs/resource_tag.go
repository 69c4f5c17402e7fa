package efs

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/rest"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/uri"
)

// TagResourceRequest holds the parameters of [Client.TagResource].
type TagResourceRequest struct {
	ResourceID string `name:"ResourceId"` // required; the ID or ARN of an access point or a file system
	Tags       []Tag  `json:"Tags"`       // required; with different keys
}

// Validate checks in against the documented constraints, without sending it.
func (in TagResourceRequest) Validate() error {
	problems := append(resourceRules(in.ResourceID),
		check.That(len(in.Tags) > 0, "Tags", "is required"),
		check.Unique("Tags", in.Tags, tagKey),
	)
	return invalid("TagResource", append(problems, check.Each("Tags", in.Tags, tagRules)...)...)
}

func resourceRules(id string) []check.Problem {
	return []check.Problem{
		check.Required("ResourceId", id),
		check.Length("ResourceId", id, 1, 128),
		check.That(accessPointID(id) || fileSystemID(id), "ResourceId", "must be fs- or fsap- and 8 to 40 hexadecimal digits, or such an ARN"),
	}
}

// TagResourceResponse is the response of [Client.TagResource].
type TagResourceResponse struct {
	RequestID string `json:"-"`
}

// TagResource sets tags of an access point or a file system. An existing tag
// with the same key gets the new value; other tags remain.
//
// It is idempotent: it is retried even if an attempt may have run.
//
// Errors: [CodeAccessPointNotFound], [CodeFileSystemNotFound],
// [CodeBadRequest], [CodeInternalServerError], [CodeThrottlingException],
// [CodeValidationException].
//
// IAM action: elasticfilesystem:TagResource.
//
// API reference: https://docs.aws.amazon.com/efs/latest/ug/API_TagResource.html
func (c *Client) TagResource(ctx context.Context, in TagResourceRequest) (*TagResourceResponse, error) {
	return call[TagResourceResponse](ctx, c, withBody(rest.Op{
		Name: "TagResource", Effect: retry.Idempotent, Method: http.MethodPost, Path: uri.Path(version, "resource-tags", in.ResourceID),
	}, in), "", in)
}
