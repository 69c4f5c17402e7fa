package efs

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/rest"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/uri"
)

// A LifecyclePolicy says when files move to another storage class. Exactly one
// of its fields is set.
type LifecyclePolicy struct {
	TransitionToIA                  Transition `json:"TransitionToIA,omitzero"`                  // to Infrequent Access, if the file was not read for this long
	TransitionToPrimaryStorageClass Transition `json:"TransitionToPrimaryStorageClass,omitzero"` // back to the primary class; only AFTER_1_ACCESS
	// TransitionToArchive is to Archive, if the file was not read for this
	// long, which must be longer than TransitionToIA. It requires elastic
	// throughput and the mode generalPurpose.
	TransitionToArchive Transition `json:"TransitionToArchive,omitzero"`
}

// A Transition says when a file moves to another storage class.
type Transition string

// The documented transitions.
const (
	After1Day    Transition = "AFTER_1_DAY"
	After7Days   Transition = "AFTER_7_DAYS"
	After14Days  Transition = "AFTER_14_DAYS"
	After30Days  Transition = "AFTER_30_DAYS"
	After60Days  Transition = "AFTER_60_DAYS"
	After90Days  Transition = "AFTER_90_DAYS"
	After180Days Transition = "AFTER_180_DAYS"
	After270Days Transition = "AFTER_270_DAYS"
	After365Days Transition = "AFTER_365_DAYS"
	After1Access Transition = "AFTER_1_ACCESS" // only for TransitionToPrimaryStorageClass
)

// PutLifecycleConfigurationRequest holds the parameters of
// [Client.PutLifecycleConfiguration].
type PutLifecycleConfigurationRequest struct {
	FileSystemID      string            `name:"FileSystemId"`      // required; an ID or ARN
	LifecyclePolicies []LifecyclePolicy `json:"LifecyclePolicies"` // required; up to 3; an empty list removes all, nil is not allowed
}

// Validate checks in against the documented constraints, without sending it.
func (in PutLifecycleConfigurationRequest) Validate() error {
	problems := append(fileSystemRules(in.FileSystemID),
		check.That(in.LifecyclePolicies != nil, "LifecyclePolicies", "is required, and may be empty"),
		check.Items("LifecyclePolicies", len(in.LifecyclePolicies), 3),
	)
	return invalid("PutLifecycleConfiguration", append(problems, check.Each("LifecyclePolicies", in.LifecyclePolicies, func(p LifecyclePolicy) []check.Problem {
		set := 0
		for _, t := range [...]Transition{p.TransitionToIA, p.TransitionToPrimaryStorageClass, p.TransitionToArchive} {
			if t != "" {
				set++
			}
		}
		return []check.Problem{
			check.That(set == 1, "", "must have exactly one transition"),
			check.OneOf("TransitionToIA", p.TransitionToIA, After1Day, After7Days, After14Days, After30Days, After60Days, After90Days, After180Days, After270Days, After365Days),
			check.OneOf("TransitionToPrimaryStorageClass", p.TransitionToPrimaryStorageClass, After1Access),
			check.OneOf("TransitionToArchive", p.TransitionToArchive, After1Day, After7Days, After14Days, After30Days, After60Days, After90Days, After180Days, After270Days, After365Days),
		}
	})...)...)
}

// PutLifecycleConfigurationResponse is the response of
// [Client.PutLifecycleConfiguration].
type PutLifecycleConfigurationResponse struct {
	RequestID         string            `json:"-"`
	LifecyclePolicies []LifecyclePolicy `json:"LifecyclePolicies" answer:"required"`
}

// PutLifecycleConfiguration sets when files of a file system move to another
// storage class. It replaces all existing lifecycle policies; with an empty
// list, files no longer move.
//
// It is idempotent: it is retried even if an attempt may have run.
//
// Errors: [CodeFileSystemNotFound], [CodeIncorrectFileSystemLifeCycleState],
// [CodeBadRequest], [CodeInternalServerError], [CodeThrottlingException],
// [CodeValidationException].
//
// IAM action: elasticfilesystem:PutLifecycleConfiguration.
//
// API reference: https://docs.aws.amazon.com/efs/latest/ug/API_PutLifecycleConfiguration.html
func (c *Client) PutLifecycleConfiguration(ctx context.Context, in PutLifecycleConfigurationRequest) (*PutLifecycleConfigurationResponse, error) {
	return call[PutLifecycleConfigurationResponse](ctx, c, withBody(rest.Op{
		Name: "PutLifecycleConfiguration", Effect: retry.Idempotent, Method: http.MethodPut, Path: uri.Path(version, "file-systems", in.FileSystemID, "lifecycle-configuration"),
	}, in), "", in)
}
