package oss

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/internal/policy"
	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// A Delegation is a statement in the policy of a bucket that delegates access
// control to the bucket's access points: a request through an access point is
// allowed if the access point's policy allows it. Without a delegation, only
// the bucket's owner can use an access point, regardless of its policy.
type Delegation struct {
	Bucket    string // required
	AccountID string // required; the account that owns the bucket and the access points: AccountID of [AccessPoint]
	// AccessPointNames restricts the delegation to these access points, in the
	// client's region. The default is all access points of the account. Each
	// takes about 120 bytes, and the list of a statement may have 4,095.
	AccessPointNames []string
}

func (in Delegation) problems() []check.Problem {
	digits := !strings.ContainsFunc(in.AccountID, func(r rune) bool { return r < '0' || r > '9' })
	return check.All(append(append(bucketRules(in.Bucket),
		check.Required("Bucket", in.Bucket),
		check.Required("AccountID", in.AccountID),
		check.That(digits, "AccountID", "must have only digits"),
	), check.Each("AccessPointNames", in.AccessPointNames, func(name string) []check.Problem {
		return check.All(
			check.Required("", name),
			check.That(labelChars(name), "", "must have only lower-case letters, digits and hyphens"),
		)
	})...)...)
}

// statement returns the statement for a region. The sources disagree on how it names
// an access point, so that it has both names.
func (in Delegation) statement(region string) string {
	condition := `"oss:DataAccessPointAccount":["` + in.AccountID + `"]`
	if len(in.AccessPointNames) > 0 {
		var arns []string
		for _, name := range in.AccessPointNames {
			tail := region + ":" + in.AccountID + ":accesspoint/" + name + `"`
			arns = append(arns, `"acs:oss:`+tail, `"acs:oss:oss-`+tail)
		}
		condition = `"oss:DataAccessPointArn":[` + strings.Join(arns, ",") + `]`
	}
	bucket := `"acs:oss:*:` + in.AccountID + ":" + in.Bucket
	return `{"Effect":"Allow","Principal":["*"],"Action":["oss:*"],"Resource":[` + bucket + `",` + bucket + `/*"],` +
		`"Condition":{"StringEquals":{` + condition + `}}}`
}

// EnsureDelegation adds the delegation to the policy of its bucket, unless the
// policy has it already, and preserves everything else, byte for byte. If the
// policy has it already, the call takes one request.
//
// The service cannot change a policy conditionally: of two concurrent writers,
// one may overwrite the change that the other made after the first had read the
// policy. Therefore EnsureDelegation keeps checking until three times
// [Config].Settle after it wrote the policy, and writes it again if the
// delegation is gone. A delegation that another call of EnsureDelegation or
// [Client.EnsureDelegationAbsent] overwrote is restored before that other call
// returns.
//
// Some conflicts remain possible. EnsureDelegation overwrites a change that
// another writer, such as [Client.PutBucketPolicy] or another tool, makes less
// than Settle before EnsureDelegation reads the policy, or between that read
// and its write. Another writer may also undo the change of a call that has
// returned. If a call is interrupted, call again, because nothing else checks
// its change.
//
// Transient errors are retried until ctx is done.
//
// Errors: a [*WaitError] around those of [Client.GetBucketPolicy] and
// [Client.PutBucketPolicy].
//
// RAM actions: oss:GetBucketPolicy, oss:PutBucketPolicy.
func (c *Client) EnsureDelegation(ctx context.Context, in Delegation) error {
	return c.delegate(ctx, "EnsureDelegation", in, true)
}

// EnsureDelegationAbsent removes the delegation from the policy of its bucket,
// and preserves everything else. If nothing else is left, it deletes the
// policy. It succeeds if there is no such delegation, or no policy.
//
// It works like [Client.EnsureDelegation], and the same conflicts remain
// possible.
//
// Errors: a [*WaitError] around those of [Client.GetBucketPolicy],
// [Client.PutBucketPolicy] and [Client.DeleteBucketPolicy].
//
// RAM actions: oss:GetBucketPolicy, oss:PutBucketPolicy,
// oss:DeleteBucketPolicy.
func (c *Client) EnsureDelegationAbsent(ctx context.Context, in Delegation) error {
	return c.delegate(ctx, "EnsureDelegationAbsent", in, false)
}

// delegate has the policy of a bucket hold a statement, or not hold it.
//
// Of a write that was sent before t, every look from t + Settle on sees what came. A
// look that does not see it was asked before that, and its caller writes, if at all,
// within another Settle. So what such writes do is seen from t + 3 Settle on, and a
// statement that is still there then is lost no more.
func (c *Client) delegate(ctx context.Context, operation string, in Delegation, wanted bool) error {
	if err := c.made(); err != nil {
		return err
	}
	if err := invalid(operation, in.problems()...); err != nil {
		return err
	}
	once, err := c.With(func(c *Config) { c.MaxAttempts = 1 }) // a repeat would write what was read long before
	if err != nil {
		return err
	}
	settle, statement := c.cfg.settle(), in.statement(c.cfg.Region)
	var written time.Time // at the latest
	_, failed := wait.Until(fault.Expect(ctx, ErrNotFound), policyPauses(settle), func(ctx context.Context) (bool, error) {
		asked := time.Now()
		policy, err := c.bucketPolicy(ctx, in.Bucket)
		if err != nil {
			return false, err
		}
		changed, err := rewritten(policy, statement, wanted)
		switch {
		case err != nil:
			return false, err
		case changed == policy:
			return written.IsZero() || !asked.Before(written.Add(3*settle)), nil
		case asked.Before(written.Add(settle)):
			return false, nil // it may not show yet
		}
		short, cancel := context.WithDeadline(ctx, asked.Add(settle))
		defer cancel()
		if err = once.setBucketPolicy(short, in.Bucket, changed); err == nil || errors.Is(err, ErrOutcomeUnknown) {
			written = time.Now()
		}
		if short.Err() != nil || errors.Is(err, context.DeadlineExceeded) {
			return false, ctx.Err() // another look comes first
		}
		return false, err
	}, wait.Goal[bool]{Done: func(done bool) (string, bool, error) {
		if written.IsZero() {
			return "not written", done, nil
		}
		return "written", done, nil
	}})
	return waitError(operation, failed)
}

// bucketPolicy returns the policy of a bucket, or an empty text if it has none.
func (c *Client) bucketPolicy(ctx context.Context, bucket string) (string, error) {
	out, err := c.GetBucketPolicy(ctx, GetBucketPolicyRequest{Bucket: bucket})
	switch {
	case noPolicy(err):
		return "", nil
	case err != nil:
		return "", err
	}
	return out.Policy, nil
}

// setBucketPolicy puts the policy of a bucket, or deletes it if it is empty.
func (c *Client) setBucketPolicy(ctx context.Context, bucket, policy string) error {
	var err error
	if policy == "" {
		_, err = c.DeleteBucketPolicy(ctx, DeleteBucketPolicyRequest{Bucket: bucket})
	} else {
		_, err = c.PutBucketPolicy(ctx, PutBucketPolicyRequest{Bucket: bucket, Policy: policy})
	}
	return err
}

// rewritten returns a policy with a statement in it, or without. The rest stays as it
// is. An empty policy is none.
func rewritten(whole, statement string, wanted bool) (string, error) {
	if whole == "" {
		if wanted {
			return `{"Version":"1","Statement":[` + statement + `]}`, nil
		}
		return "", nil
	}
	list, items, err := statementsOf(whole)
	if err != nil {
		return "", err
	}
	var kept []int
	for i, item := range items {
		if !policy.Same(item.in(whole), statement) {
			kept = append(kept, i)
		}
	}
	switch has := len(kept) < len(items); {
	case has == wanted:
		return whole, nil
	case wanted && len(items) == 0:
		return whole[:list.from+1] + statement + whole[list.from+1:], nil
	case wanted && items[0] == list: // no list, but its only item
		return whole[:list.from] + "[" + list.in(whole) + "," + statement + "]" + whole[list.to:], nil
	case wanted:
		end := items[len(items)-1].to
		return whole[:end] + "," + statement + whole[end:], nil
	case kept == nil:
		return "", nil
	}
	text := whole[:items[0].from] + items[kept[0]].in(whole)
	for _, i := range kept[1:] {
		text += whole[items[i-1].to:items[i].to] // with what separates it from the one before
	}
	return text + whole[items[len(items)-1].to:], nil
}

// A span is a part of a text.
type span struct{ from, to int }

func (s span) in(text string) string { return text[s.from:s.to] }

var errNoStatements = errors.New("oss: the bucket's policy has no list of statements")

// statementsOf returns where the list of a policy's statements is, and where these are.
// A policy may have a single one in place of a list.
func statementsOf(policy string) (list span, items []span, err error) {
	next := func(d *json.Decoder, from int) (span, error) {
		var value json.RawMessage
		err := d.Decode(&value)
		to := from + int(d.InputOffset())
		return span{to - len(value), to}, err
	}
	d := json.NewDecoder(strings.NewReader(policy))
	if _, err := d.Token(); err != nil {
		return list, nil, err
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return list, nil, err
		}
		value, err := next(d, 0)
		if err != nil {
			return list, nil, err
		}
		if name == "Statement" {
			list = value
		}
	}
	switch text := list.in(policy); {
	case strings.HasPrefix(text, "{"):
		return list, []span{list}, nil
	case !strings.HasPrefix(text, "["):
		return list, nil, errNoStatements
	default:
		d = json.NewDecoder(strings.NewReader(text))
	}
	_, _ = d.Token() // the bracket
	for d.More() {
		item, err := next(d, list.from)
		if err != nil {
			return list, nil, err
		}
		items = append(items, item)
	}
	return list, items, nil
}
