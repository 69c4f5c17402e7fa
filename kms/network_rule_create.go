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

// CreateNetworkRuleRequest holds the parameters of [Client.CreateNetworkRule].
type CreateNetworkRuleRequest struct {
	Name            string          `rpc:"Name"`                 // required; unique, and the ID of the rule
	Description     string          `rpc:"Description"`          // any text
	Type            NetworkRuleType `rpc:"Type"`                 // required; NetworkRulePrivate
	SourcePrivateIP []string        `rpc:"SourcePrivateIp,json"` // private addresses and CIDR blocks, such as 192.168.0.0/24
}

// Validate checks in against the documented constraints, without sending it.
func (in CreateNetworkRuleRequest) Validate() error {
	return invalid("CreateNetworkRule", append([]check.Problem{
		check.Required("Name", in.Name),
		check.Required("Type", in.Type),
	}, check.Each("SourcePrivateIp", in.SourcePrivateIP, sourceRules)...)...)
}

// CreateNetworkRuleResponse is the response of [Client.CreateNetworkRule].
type CreateNetworkRuleResponse struct {
	RequestID string `json:"RequestId"`
	NetworkRule
}

// CreateNetworkRule creates a network rule: a set of addresses from which a
// policy can allow access.
//
// The operation is synchronous. It has no idempotency token, and a retry could
// be refused because of what an earlier attempt created. It is retried only if
// the attempt certainly did not run; otherwise the error is an
// [*OutcomeUnknownError], which [Client.Resume] settles.
// [Client.EnsureNetworkRule] handles all of this.
//
// Errors: [CodeResourceExist], [CodeInvalidParameter], [CodeLimitExceeded].
//
// RAM action: presumably kms:CreateNetworkRule, like the operation; the API
// reference names none.
//
// API reference: https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-kms-2016-01-20-createnetworkrule
func (c *Client) CreateNetworkRule(ctx context.Context, in CreateNetworkRuleRequest) (*CreateNetworkRuleResponse, error) {
	began := time.Now()
	out, err := call[CreateNetworkRuleResponse](ctx, c, rpc.Op{Name: "CreateNetworkRule", Version: version, Effect: retry.NonIdempotent, JSON: encode.JSON}, in)
	if lost, ok := err.(*OutcomeUnknownError); ok {
		lost.Resume = c.trail("CreateNetworkRule", began, url.Values{"Name": {in.Name}, "Whole": {in.whole()}})
	}
	return out, err
}
