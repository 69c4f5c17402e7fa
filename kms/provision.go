package kms

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// An AccessPointPlan describes what [Client.ProvisionAccessPoint] creates.
type AccessPointPlan struct {
	NetworkRules []CreateNetworkRuleRequest          // each must be used by one of Policies, which may also use existing rules
	Policies     []CreatePolicyRequest               // each must be used by AccessPoint, which may also use existing policies
	AccessPoint  CreateApplicationAccessPointRequest // its Policies default to those of the plan
	ClientKey    CreateClientKeyRequest              // its AapName is the name of AccessPoint and need not be set
}

// A ProvisionedAccessPoint is what [Client.ProvisionAccessPoint] found or
// created.
type ProvisionedAccessPoint struct {
	NetworkRules []NetworkRule // in the order of the plan
	Policies     []Policy      // in the order of the plan
	AccessPoint  ApplicationAccessPoint
	ClientKey    CreateClientKeyResponse // with the private key, which cannot be read again
	// EarlierKeys are the client keys that the access point had before the
	// call. They may be in use; one may be from a call whose process died
	// before it got the response.
	EarlierKeys []ClientKey
}

// ProvisionAccessPoint creates everything that an application needs to use keys
// and secrets: network rules, policies that use them, an access point with the
// policies, and a client key that is bound to the access point.
//
// It finds or creates everything except the client key, as
// [Client.EnsureNetworkRule], [Client.EnsurePolicy] and
// [Client.EnsureApplicationAccessPoint] do, so a call continues where an
// interrupted one ended. It is not idempotent, because each call creates a new
// client key: call it once for each key that you need, and store the key. If a
// process dies before it has stored the key, its next call creates another;
// EarlierKeys lists the previous ones. None of them is deleted, because nobody
// can tell lost keys from keys in use.
//
// If a step fails, ProvisionAccessPoint deletes, in reverse order, what this
// call created. It has 30 seconds for that, even if ctx has ended. It does not
// delete resources that it found. If the response to a creation was lost, it
// does not delete that resource either, because another caller may have created
// it. It also keeps resources in use: a policy of an existing access point of
// the plan, a rule of such a policy, or an access point with client keys. The
// error is that of the step, joined with a [*LeftoverError] that lists the
// resources that may remain. If the response for the client key was lost, the
// error is also an [*OutcomeUnknownError], whose Resume finds the candidates.
//
// Two concurrent calls with the same names create each resource once, and one
// client key each. However, if one of them fails, it may delete what the other
// has just found and not used yet.
//
// Errors: a [*ValidationError] for an inconsistent plan, with nothing sent;
// those of the three Ensure methods and of [Client.CreateClientKey];
// [*LeftoverError].
//
// RAM actions: those of the operations Describe…, Create… and Delete… on
// network rules, policies and access points; kms:CreateClientKey,
// kms:ListClientKeys.
func (c *Client) ProvisionAccessPoint(ctx context.Context, plan AccessPointPlan) (*ProvisionedAccessPoint, error) {
	if err := c.made(); err != nil {
		return nil, err
	}
	if len(plan.AccessPoint.Policies) == 0 {
		plan.AccessPoint.Policies = slices.Clip(plan.AccessPoint.Policies) // what lies behind it is the caller's
		for _, in := range plan.Policies {
			plan.AccessPoint.Policies = append(plan.AccessPoint.Policies, in.Name)
		}
	}
	if plan.ClientKey.AapName == "" {
		plan.ClientKey.AapName = plan.AccessPoint.Name
	}
	if err := plan.check(c.cfg.SkipValidation); err != nil {
		return nil, err
	}
	f := c.provisioning(plan)
	if err := f.run(ctx); err != nil {
		return nil, f.undo(ctx, err)
	}
	return f.out, nil
}

// check says whether the requests are right, and fit together.
func (p AccessPointPlan) check(skipValidation bool) error {
	problems := func(in interface{ Validate() error }) []check.Problem {
		if skipValidation {
			return nil
		}
		return problemsOf(in)
	}
	rules, policies := map[string]int{}, map[string]int{}
	for _, in := range p.NetworkRules {
		rules[in.Name]++
	}
	named := map[string]bool{}
	for _, in := range p.Policies {
		policies[in.Name]++
		for _, rule := range in.AccessControlRules.NetworkRules {
			named[rule] = true
		}
	}
	return invalid("ProvisionAccessPoint", slices.Concat(
		check.Each("NetworkRules", p.NetworkRules, func(in CreateNetworkRuleRequest) []check.Problem {
			return append(problems(in),
				check.That(rules[in.Name] == 1, "Name", "must not be that of another rule"),
				check.That(named[in.Name], "Name", "must be one that a policy names"))
		}),
		check.Each("Policies", p.Policies, func(in CreatePolicyRequest) []check.Problem {
			return append(problems(in),
				check.That(policies[in.Name] == 1, "Name", "must not be that of another policy"),
				check.That(slices.Contains(p.AccessPoint.Policies, in.Name), "Name", "must be one that the access point names"))
		}),
		check.Under("AccessPoint", problems(p.AccessPoint)...),
		check.Under("ClientKey", append(problems(p.ClientKey), check.That(p.ClientKey.AapName == p.AccessPoint.Name, "AapName", "must be the name of the access point"))...),
		[]check.Problem{check.That(p.AccessPoint.Name != "" || !skipValidation, "AccessPoint.Name", "is required")},
	)...)
}

// A provisioning is one call of ProvisionAccessPoint.
type provisioning struct {
	*Client
	plan  AccessPointPlan
	out   *ProvisionedAccessPoint
	steps []step   // the access point is the last
	refer []*named // what the plan names, but does not make

	lost   error // of the creation of the client key, if its outcome is unknown
	lostAt time.Time
}

// A step is a resource that a plan makes.
type step struct {
	*named
	below map[string]*named // by name, what the plan makes that it may use
	uses  func() []string   // the names of what it uses, as it was last seen
}

func (c *Client) provisioning(plan AccessPointPlan) *provisioning {
	f := &provisioning{Client: c, plan: plan, out: &ProvisionedAccessPoint{
		NetworkRules: make([]NetworkRule, len(plan.NetworkRules)),
		Policies:     make([]Policy, len(plan.Policies)),
	}}
	rules, policies := map[string]*named{}, map[string]*named{}
	for i, in := range plan.NetworkRules {
		rules[in.Name] = c.networkRule(in, &f.out.NetworkRules[i])
		f.steps = append(f.steps, step{named: rules[in.Name]})
	}
	for i, in := range plan.Policies {
		for _, name := range in.AccessControlRules.NetworkRules {
			if rules[name] == nil {
				f.refer = append(f.refer, c.networkRule(CreateNetworkRuleRequest{Name: name}, new(NetworkRule)))
			}
		}
		policies[in.Name] = c.policy(in, &f.out.Policies[i])
		f.steps = append(f.steps, step{policies[in.Name], rules, func() []string { return f.out.Policies[i].AccessControlRules.NetworkRules }})
	}
	for _, name := range plan.AccessPoint.Policies {
		if policies[name] == nil {
			f.refer = append(f.refer, c.policy(CreatePolicyRequest{Name: name}, new(Policy)))
		}
	}
	point := c.accessPoint(plan.AccessPoint, &f.out.AccessPoint)
	f.steps = append(f.steps, step{point, policies, func() []string { return f.out.AccessPoint.Policies }})
	return f
}

const provision = "ProvisionAccessPoint"

// run takes the steps. It looks first whether what is not part of them exists:
// that the service refuses to name what does not is assumed.
func (f *provisioning) run(ctx context.Context) error {
	shown := time.Now().Add(f.cfg.settle())
	hidden := func(err error) bool { return errors.Is(err, ErrNotFound) && time.Now().Before(shown) }
	for _, n := range f.refer {
		if err := retryCall(ctx, provision, hidden, n.get); err != nil {
			return at(n, err)
		}
	}
	for _, s := range f.steps {
		if err := f.ensure(ctx, s.named); err != nil {
			return at(s.named, err)
		}
	}
	if !f.point().created {
		var err error
		if f.out.EarlierKeys, err = f.keys(ctx); err != nil {
			return err
		}
	}
	err := retryCall(ctx, provision, nil, func(ctx context.Context) error {
		key, err := f.CreateClientKey(ctx, f.plan.ClientKey)
		if errors.Is(err, ErrOutcomeUnknown) { // which may look like one that passes
			f.lost, f.lostAt = err, time.Now()
			return nil
		}
		if err == nil {
			f.out.ClientKey = *key
		}
		return err
	})
	if f.lost != nil {
		return f.lost
	}
	return err
}

// at says at which resource of a plan err occurred.
func at(n *named, err error) error {
	return fmt.Errorf("kms: %s: %s %s: %w", provision, n.kind, n.name, err)
}

func (f *provisioning) point() *named { return f.steps[len(f.steps)-1].named }

// keys returns the client keys of the access point.
func (f *provisioning) keys(ctx context.Context) (keys []ClientKey, _ error) {
	err := retryCall(ctx, provision, nil, func(ctx context.Context) error {
		out, err := f.ListClientKeys(ctx, ListClientKeysRequest{AapName: f.plan.ClientKey.AapName})
		if err == nil {
			keys = out.ClientKeys
		}
		return err
	})
	if errors.Is(err, ErrNotFound) { // then there is no access point
		return nil, nil
	}
	return keys, err
}

// undoTimeout bounds the time for taking back what a call has created.
const undoTimeout = 30 * time.Second

var errUsed = errors.New("in use")

// undo deletes what this call has created, after the step that failed with first,
// and returns first with what is left.
//
// A creation whose answer was lost may take effect until Settle has passed. What
// was created in its place is not deleted before, so that it is refused.
func (f *provisioning) undo(ctx context.Context, first error) error {
	if f.lost == nil && !slices.ContainsFunc(f.steps, func(s step) bool { return s.created || s.lost != nil }) {
		return first
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoTimeout)
	defer cancel()
	left := &LeftoverError{}
	used := map[*named]bool{f.point(): f.undoKey(ctx, left)}
	for _, s := range slices.Backward(f.steps) {
		if s.lost != nil {
			_ = wait.Sleep(ctx, time.Until(s.lostAt.Add(f.cfg.settle())))
		}
		stands, seen := true, true
		switch {
		case s.created && used[s.named]:
			left.add(s.kind, s.name, true, errUsed)
		case s.created:
			if err := s.drop(ctx, provision); err != nil {
				left.add(s.kind, s.name, true, err)
			} else {
				stands = false
			}
		case s.lost != nil || s.below != nil:
			err := retryCall(ctx, provision, nil, s.get)
			stands, seen = !errors.Is(err, ErrNotFound), err == nil
			if stands && s.lost != nil {
				left.add(s.kind, s.name, false, s.lost)
			}
		}
		for name, n := range s.below {
			used[n] = used[n] || stands && (!seen || slices.Contains(s.uses(), name))
		}
	}
	if left.Leftovers == nil {
		return first
	}
	return fmt.Errorf("%w; %w", first, left)
}

// undoKey names the client key that this call may have created, and reports
// whether the access point has any that are to be kept.
func (f *provisioning) undoKey(ctx context.Context, left *LeftoverError) bool {
	if f.lost != nil {
		_ = wait.Sleep(ctx, time.Until(f.lostAt.Add(f.cfg.settle())))
	} else if !f.point().created {
		return true
	}
	keys, err := f.keys(ctx)
	if err != nil && f.lost != nil {
		left.add(kindKey, "", false, f.lost)
	}
	for _, k := range keys {
		earlier := slices.ContainsFunc(f.out.EarlierKeys, func(e ClientKey) bool { return e.ClientKeyID == k.ClientKeyID })
		if f.lost != nil && !earlier {
			left.add(kindKey, k.ClientKeyID, false, f.lost)
		}
	}
	return err != nil || len(keys) > 0
}

// A LeftoverError lists the resources that may exist after a failed call of
// [Client.ProvisionAccessPoint]. Call again to continue from there, or delete
// them in the order of Leftovers.
type LeftoverError struct {
	Leftovers []Leftover // in the order in which they can be deleted
}

// A Leftover is a resource that may exist after a failed call of
// [Client.ProvisionAccessPoint].
type Leftover struct {
	Kind    string // NetworkRule, Policy, ApplicationAccessPoint or ClientKey
	Name    string // for a client key, its ID; empty if that is not known
	Created bool   // this call created it; if false, it may be another caller's, because the response to its creation was lost
	Err     error  // why it was not deleted
}

func (e *LeftoverError) add(kind, name string, created bool, err error) {
	e.Leftovers = append(e.Leftovers, Leftover{kind, name, created, err})
}

// Error returns one line. Its wording may change.
func (e *LeftoverError) Error() string {
	items := make([]string, len(e.Leftovers))
	for i, l := range e.Leftovers {
		items[i] = strings.TrimSuffix(l.Kind+" "+l.Name, " ")
		switch {
		case !l.Created:
			items[i] += " (perhaps another's)"
		case l.Err != nil:
			items[i] += " (" + strings.ReplaceAll(l.Err.Error(), "\n", "; ") + ")"
		}
	}
	return "kms: " + provision + " left " + strings.Join(items, ", ")
}
