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

// A Delegation is a statement in the policy of a bucket: it leaves the requests that
// come through access points to the policies of those. Without one, nobody but the
// bucket's owner gets in through an access point, whatever its policy says.
type Delegation struct {
	Bucket    string // required
	AccountID string // required; the owner of the bucket and of the access points, as in [AccessPoint]
	// AccessPointNames restricts it to these access points, of the client's region.
	// The default is all of the account. Each takes about 120 bytes of the 4,095
	// that a part of a statement may have.
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

// EnsureDelegation adds the statement to the policy of its bucket, if that lacks it,
// and keeps everything else as it is, byte for byte. If it is there already, that costs
// a single request.
//
// The service has no conditional change of a policy: who writes one may write over what
// another wrote since it was read. So EnsureDelegation looks again until three times
// [Config].Settle after it has written, and writes again if the statement is gone. A
// statement that another call of it, or of [Client.EnsureDelegationAbsent], has written
// over is back before the call that wrote it returns.
//
// What remains possible: others that change the policy, with [Client.PutBucketPolicy]
// or another tool, at most Settle before such a read or between it and the write, lose
// their change; and theirs may undo that of a call that has returned. A call that ended
// early, because its context or its process did, looks no more. Call again then.
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

// EnsureDelegationAbsent takes the statement out of the policy of its bucket again, and
// keeps everything else as it is. It deletes the policy if nothing is left of it. That
// there is no such statement, or no policy, is success.
//
// It works as [Client.EnsureDelegation] does, and leaves the same possible.
//
// Errors: a [*WaitError] around those of [Client.GetBucketPolicy],
// [Client.PutBucketPolicy] and [Client.DeleteBucketPolicy].
//
// RAM actions: oss:GetBucketPolicy, oss:PutBucketPolicy, oss:DeleteBucketPolicy.
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
