package oss

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
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

// samePolicy reports whether two policies, or statements, say the same.
func samePolicy(a, b string) bool {
	x, okA := meaning(a)
	y, okB := meaning(b)
	return okA && okB && x == y
}

// meaning returns a text that is the same for all policies that say the same.
func meaning(policy string) (text string, ok bool) {
	var tree any
	if json.Unmarshal([]byte(policy), &tree) != nil {
		return "", false
	}
	written, err := json.Marshal(evened(tree)) // members in order
	return string(written), err == nil
}

// evened returns the tree of a policy with its lists, which are sets, in order, and
// those of one item replaced by that.
func evened(tree any) any {
	switch tree := tree.(type) {
	case map[string]any:
		for name, v := range tree {
			tree[name] = evened(v)
		}
	case []any:
		items := make([]string, len(tree))
		for i, v := range tree {
			item, _ := json.Marshal(evened(v)) // of what was just read
			items[i] = string(item)
		}
		slices.Sort(items)
		items = slices.Compact(items)
		sorted := make([]any, len(items))
		for i, item := range items {
			sorted[i] = json.RawMessage(item)
		}
		if len(sorted) == 1 {
			return sorted[0]
		}
		return sorted
	}
	return tree
}
