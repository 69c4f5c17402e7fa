package efs

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/rest"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/uri"
)

// UntagResourceRequest holds the parameters of [Client.UntagResource].
type UntagResourceRequest struct {
	ResourceID string   `name:"ResourceId"` // required; the ID or ARN of an access point or a file system
	TagKeys    []string `name:"TagKeys"`    // required; up to 50
}

// Validate checks in against the documented constraints, without sending it.
func (in UntagResourceRequest) Validate() error {
	problems := append(resourceRules(in.ResourceID),
		check.That(len(in.TagKeys) > 0, "TagKeys", "is required"),
		check.Items("TagKeys", len(in.TagKeys), 50),
	)
	return invalid("UntagResource", append(problems, check.Each("TagKeys", in.TagKeys, func(key string) []check.Problem {
		return []check.Problem{
			check.Required("", key),
			check.Length("", key, 1, 128),
			check.That(!forAWS(key), "", "must not start with aws:"),
			check.That(tagText(key), "", "must have only letters, digits, spaces and _.:/=+-@"),
		}
	})...)...)
}

// UntagResourceResponse is the response of [Client.UntagResource].
type UntagResourceResponse struct {
	RequestID string `json:"-"`
}

// UntagResource removes tags from an access point or a file system. It succeeds
// if the resource does not have a tag with one of the keys.
//
// It is idempotent: it is retried even if an attempt may have run.
//
// Errors: [CodeAccessPointNotFound], [CodeFileSystemNotFound],
// [CodeBadRequest], [CodeInternalServerError], [CodeThrottlingException],
// [CodeValidationException].
//
// IAM action: elasticfilesystem:UntagResource.
//
// API reference: https://docs.aws.amazon.com/efs/latest/ug/API_UntagResource.html
func (c *Client) UntagResource(ctx context.Context, in UntagResourceRequest) (*UntagResourceResponse, error) {
	var query uri.Query
	for _, key := range in.TagKeys {
		query = query.With("tagKeys", key)
	}
	return call[UntagResourceResponse](ctx, c, rest.Op{
		Name: "UntagResource", Effect: retry.Idempotent, Method: http.MethodDelete, Path: uri.Path(version, "resource-tags", in.ResourceID), Query: query,
	}, "", in)
}
