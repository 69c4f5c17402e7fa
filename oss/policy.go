package oss

import (
	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/decode"
)

// policyRules are the rules of a policy's text. They are documented for buckets; the
// policies of access points are written in the same language.
func policyRules(policy string) []check.Problem {
	var read struct {
		Version string `json:"Version"`
	}
	err := decode.JSON([]byte(policy), &read)
	return check.All(
		check.Required("Policy", policy),
		check.That(policy == "" || err == nil, "Policy", "must be a JSON object"),
		check.That(policy == "" || err != nil || read.Version == "1", "Policy", "must have the Version 1"),
		check.That(len(policy) <= 16<<10, "Policy", "must have at most 16384 bytes"),
	)
}

// A policyResponse is the answer to each operation that returns a policy.
type policyResponse struct {
	RequestID string `xml:"-"`
	Policy    string `xml:"-"`
}

// readPolicy takes the whole answer for the policy, if it is JSON.
func readPolicy(body []byte, out *policyResponse) error {
	out.Policy = string(body)
	return decode.JSON(body, new(struct{}))
}
