package oss

import (
	"bytes"
	"errors"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/decode"
	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// policyRules are the rules of a policy's text. They are documented for buckets; the
// policies of access points are written in the same language.
func policyRules(policy string) []check.Problem {
	version, err := versionOf([]byte(policy))
	return check.All(
		check.Required("Policy", policy),
		check.That(policy == "" || err == nil, "Policy", "must be a JSON object"),
		check.That(policy == "" || err != nil || version == "1", "Policy", "must have the Version 1"),
		check.That(len(policy) <= 16<<10, "Policy", "must have at most 16384 bytes"),
	)
}

// versionOf returns the Version of a policy, or an error if its text is no JSON
// object.
func versionOf(policy []byte) (string, error) {
	var read struct {
		Version string `json:"Version"`
	}
	err := decode.JSON(policy, &read)
	return read.Version, err
}

// A policyResponse is the answer to each operation that returns a policy.
type policyResponse struct {
	RequestID string `xml:"-"`
	Policy    string `xml:"-"`
}

// readPolicy takes the whole answer for the policy, if it is one: every policy has a
// Version, and no error does.
func readPolicy(body []byte, out *policyResponse) error {
	version, err := versionOf(body)
	if err == nil && version == "" {
		err = errors.New("JSON, but not a policy")
	}
	out.Policy = string(bytes.TrimPrefix(body, []byte("\ufeff")))
	return err
}

// noPolicy reports whether err says that there is no policy, as against no access
// point or bucket. No page has the code of access points.
func noPolicy(err error) bool { return notFound(err) && !errors.Is(err, CodeNoSuchAccessPoint) }

// policyPauses are those between two looks at a policy. What it belongs to was seen, so
// that its absence is a lag.
func policyPauses(settle time.Duration) wait.Options {
	return wait.Options{
		Interval: 500 * time.Millisecond, MaxInterval: 5 * time.Second, PollTimeout: -1, NotFoundGrace: settle,
		Transient: func(err error) bool { return errors.Is(err, ErrConflict) },
	}
}
