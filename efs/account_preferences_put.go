package efs

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/rest"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/uri"
)

// A ResourceIDPreference is the length of the IDs of new resources.
type ResourceIDPreference struct {
	ResourceIDType ResourceIDType `json:"ResourceIdType" enum:"LONG_ID,SHORT_ID"`
	Resources      []string       `json:"Resources"` // FILE_SYSTEM and MOUNT_TARGET
}

// A ResourceIDType is a length of IDs.
type ResourceIDType string

// The types of IDs.
const (
	LongID  ResourceIDType = "LONG_ID"  // 17 digits
	ShortID ResourceIDType = "SHORT_ID" // 8 digits; refused since October 2021
)

// PutAccountPreferencesRequest holds the parameters of
// [Client.PutAccountPreferences].
type PutAccountPreferencesRequest struct {
	ResourceIDType ResourceIDType `json:"ResourceIdType"` // required; the service accepts only LONG_ID
}

// Validate checks in against the documented constraints, without sending it.
func (in PutAccountPreferencesRequest) Validate() error {
	return invalid("PutAccountPreferences",
		check.Required("ResourceIdType", in.ResourceIDType),
		check.OneOf("ResourceIdType", in.ResourceIDType, LongID, ShortID),
	)
}

// PutAccountPreferencesResponse is the response of
// [Client.PutAccountPreferences].
type PutAccountPreferencesResponse struct {
	RequestID            string               `json:"-"`
	ResourceIDPreference ResourceIDPreference `json:"ResourceIdPreference" answer:"required"`
}

// PutAccountPreferences sets the length of the IDs of new file systems and
// mount targets in the account and region.
//
// It is idempotent: it is retried even if an attempt may have run.
//
// Errors: [CodeBadRequest], [CodeInternalServerError],
// [CodeThrottlingException], [CodeValidationException].
//
// IAM action: elasticfilesystem:PutAccountPreferences.
//
// API reference: https://docs.aws.amazon.com/efs/latest/ug/API_PutAccountPreferences.html
func (c *Client) PutAccountPreferences(ctx context.Context, in PutAccountPreferencesRequest) (*PutAccountPreferencesResponse, error) {
	return call[PutAccountPreferencesResponse](ctx, c, withBody(rest.Op{
		Name: "PutAccountPreferences", Effect: retry.Idempotent, Method: http.MethodPut, Path: uri.Path(version, "account-preferences"),
	}, in), "", in)
}
