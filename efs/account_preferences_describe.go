package efs

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/rest"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/uri"
)

// DescribeAccountPreferencesRequest holds the parameters of
// [Client.DescribeAccountPreferences].
type DescribeAccountPreferencesRequest struct {
	MaxResults int    `json:"MaxResults,omitzero"` // from 1, default 100
	NextToken  string `json:"NextToken,omitzero"`  // from the previous response
}

// Validate checks in against the documented constraints, without sending it.
func (in DescribeAccountPreferencesRequest) Validate() error {
	return invalid("DescribeAccountPreferences",
		check.That(!lineEnd(in.NextToken), "NextToken", "must not contain a line end"),
		check.Range("MaxResults", in.MaxResults, 1, 2147483647),
	)
}

// DescribeAccountPreferencesResponse is the response of
// [Client.DescribeAccountPreferences].
type DescribeAccountPreferencesResponse struct {
	RequestID            string               `json:"-"`
	ResourceIDPreference ResourceIDPreference `json:"ResourceIdPreference" answer:"required"`
	NextToken            string               `json:"NextToken"` // documented, although there is only one preference
}

// DescribeAccountPreferences returns the length of the IDs of new file systems
// and mount targets in the account and region. The request is a GET with a
// body, which some proxies do not forward.
//
// Errors: [CodeInternalServerError], [CodeThrottlingException],
// [CodeValidationException].
//
// IAM action: elasticfilesystem:DescribeAccountPreferences.
//
// API reference: https://docs.aws.amazon.com/efs/latest/ug/API_DescribeAccountPreferences.html
func (c *Client) DescribeAccountPreferences(ctx context.Context, in DescribeAccountPreferencesRequest) (*DescribeAccountPreferencesResponse, error) {
	return call[DescribeAccountPreferencesResponse](ctx, c, withBody(rest.Op{
		Name: "DescribeAccountPreferences", Effect: retry.Read, Method: http.MethodGet, Path: uri.Path(version, "account-preferences"),
	}, in), "", in)
}
