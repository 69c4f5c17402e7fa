package kms

import (
	"context"
	"net/url"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/encode"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// CreateApplicationAccessPointRequest holds the parameters of
// [Client.CreateApplicationAccessPoint].
type CreateApplicationAccessPointRequest struct {
	Name                 string               `rpc:"Name"`                 // required; unique, and the ID of the access point
	Description          string               `rpc:"Description"`          // any text
	AuthenticationMethod AuthenticationMethod `rpc:"AuthenticationMethod"` // default AuthenticationClientKey
	Policies             []string             `rpc:"Policies,json"`        // required; the names of 1 to 3 policies
}

// Validate checks in against the documented constraints, without sending it.
func (in CreateApplicationAccessPointRequest) Validate() error {
	return invalid("CreateApplicationAccessPoint",
		check.Required("Name", in.Name),
		check.That(len(in.Policies) > 0, "Policies", "is required"),
		check.Items("Policies", len(in.Policies), maxPolicies),
	)
}

// CreateApplicationAccessPointResponse is the response of
// [Client.CreateApplicationAccessPoint].
type CreateApplicationAccessPointResponse struct {
	RequestID string `json:"RequestId"`
	ApplicationAccessPoint
}

// CreateApplicationAccessPoint creates an access point through which
// applications use the keys and secrets that its policies allow.
//
// The operation is synchronous. It has no idempotency token, and a retry could
// be refused because of what an earlier attempt created. It is retried only if
// the attempt certainly did not run; otherwise the error is an
// [*OutcomeUnknownError], which [Client.Resume] settles.
// [Client.EnsureApplicationAccessPoint] handles all of this.
//
// Errors: [CodeResourceExist], [CodeResourceNotFound] for a policy,
// [CodeInvalidParameter], [CodeLimitExceeded].
//
// RAM action: presumably kms:CreateApplicationAccessPoint, like the operation;
// the API reference names none.
//
// API reference: https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-kms-2016-01-20-createapplicationaccesspoint
func (c *Client) CreateApplicationAccessPoint(ctx context.Context, in CreateApplicationAccessPointRequest) (*CreateApplicationAccessPointResponse, error) {
	began := time.Now()
	out, err := call[CreateApplicationAccessPointResponse](ctx, c, rpc.Op{Name: "CreateApplicationAccessPoint", Version: version, Effect: retry.NonIdempotent, JSON: encode.JSON}, in)
	if lost, ok := err.(*OutcomeUnknownError); ok {
		lost.Resume = c.trail("CreateApplicationAccessPoint", began, url.Values{"Name": {in.Name}, "Whole": {in.whole()}})
	}
	return out, err
}
