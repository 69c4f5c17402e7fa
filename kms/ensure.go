package kms

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/ensure"
	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// EnsureNetworkRule finds or creates the network rule in.Name, compares it with
// in, and returns it. It is idempotent: the name is the key, so call it again
// after a crash or an error, and from several processes at once. The service
// refuses a second rule with the same name, so a creation whose response was
// lost is retried. EnsureNetworkRule changes and deletes nothing.
//
// If the rule differs from in, it is returned unchanged, with a [*DriftError];
// [Client.RepairNetworkRule] changes it. The order of the addresses,
// repetitions, and different spellings of the same CIDR block do not matter. An
// empty description of in is not compared. Transient errors are retried until
// ctx is done; then call again.
//
// Errors: those of [Client.CreateNetworkRule] and [Client.DescribeNetworkRule],
// [*DriftError].
//
// RAM actions: kms:DescribeNetworkRule, kms:CreateNetworkRule.
func (c *Client) EnsureNetworkRule(ctx context.Context, in CreateNetworkRuleRequest) (NetworkRule, error) {
	var rule NetworkRule
	if err := c.may("EnsureNetworkRule", in.Name, in); err != nil {
		return rule, err
	}
	err := c.ensure(ctx, c.networkRule(in, &rule))
	return rule, err
}

// EnsurePolicy finds or creates the policy in.Name, compares it with in, and
// returns it. It is idempotent, like [Client.EnsureNetworkRule].
//
// If the policy differs from in, or is of another KMS instance, it is returned
// unchanged, with a [*DriftError]; [Client.RepairPolicy] changes it. The order
// and repetitions of permissions, resources and network rules do not matter. A
// KMS instance or a description that in leaves empty is not compared.
//
// Errors: those of [Client.CreatePolicy] and [Client.DescribePolicy],
// [*DriftError].
//
// RAM actions: kms:DescribePolicy, kms:CreatePolicy.
func (c *Client) EnsurePolicy(ctx context.Context, in CreatePolicyRequest) (Policy, error) {
	var p Policy
	if err := c.may("EnsurePolicy", in.Name, in); err != nil {
		return p, err
	}
	err := c.ensure(ctx, c.policy(in, &p))
	return p, err
}

// EnsureApplicationAccessPoint finds or creates the access point in.Name,
// compares it with in, and returns it. It is idempotent, like
// [Client.EnsureNetworkRule]. [Client.ProvisionAccessPoint] also creates the
// policies and a client key.
//
// If the access point differs from in, it is returned unchanged, with a
// [*DriftError]; [Client.RepairApplicationAccessPoint] changes it. The order
// and repetitions of policies do not matter. An empty description of in is not
// compared.
//
// Errors: those of [Client.CreateApplicationAccessPoint] and
// [Client.DescribeApplicationAccessPoint], [*DriftError].
//
// RAM actions: kms:DescribeApplicationAccessPoint,
// kms:CreateApplicationAccessPoint.
func (c *Client) EnsureApplicationAccessPoint(ctx context.Context, in CreateApplicationAccessPointRequest) (ApplicationAccessPoint, error) {
	var ap ApplicationAccessPoint
	if err := c.may("EnsureApplicationAccessPoint", in.Name, in); err != nil {
		return ap, err
	}
	err := c.ensure(ctx, c.accessPoint(in, &ap))
	return ap, err
}

// EnsureNetworkRuleAbsent deletes the named network rule. It succeeds if there
// is none. It returns when it has seen none for [Config].Settle, the
// consistency window, so that an interrupted creation does not leave one
// behind. Policies that use the rule keep its name.
//
// Transient errors are retried until ctx is done.
//
// Errors: those of [Client.DescribeNetworkRule] and [Client.DeleteNetworkRule].
//
// RAM actions: kms:DescribeNetworkRule, kms:DeleteNetworkRule.
func (c *Client) EnsureNetworkRuleAbsent(ctx context.Context, name string) error {
	if err := c.may("EnsureNetworkRuleAbsent", name, nil); err != nil {
		return err
	}
	return c.absent(ctx, c.networkRule(CreateNetworkRuleRequest{Name: name}, new(NetworkRule)))
}

// EnsurePolicyAbsent deletes the named policy. It succeeds if there is none. It
// returns when it has seen none for [Config].Settle, the consistency window, so
// that an interrupted creation does not leave one behind. Access points that
// use the policy keep its name.
//
// Transient errors are retried until ctx is done.
//
// Errors: those of [Client.DescribePolicy] and [Client.DeletePolicy].
//
// RAM actions: kms:DescribePolicy, kms:DeletePolicy.
func (c *Client) EnsurePolicyAbsent(ctx context.Context, name string) error {
	if err := c.may("EnsurePolicyAbsent", name, nil); err != nil {
		return err
	}
	return c.absent(ctx, c.policy(CreatePolicyRequest{Name: name}, new(Policy)))
}

// EnsureApplicationAccessPointAbsent deletes the named access point, and with
// it the client keys that are bound to it. It succeeds if there is none. It
// returns when it has seen none for [Config].Settle, the consistency window, so
// that an interrupted creation does not leave one behind.
//
// Transient errors are retried until ctx is done.
//
// Errors: those of [Client.DescribeApplicationAccessPoint] and
// [Client.DeleteApplicationAccessPoint].
//
// RAM actions: kms:DescribeApplicationAccessPoint,
// kms:DeleteApplicationAccessPoint.
func (c *Client) EnsureApplicationAccessPointAbsent(ctx context.Context, name string) error {
	if err := c.may("EnsureApplicationAccessPointAbsent", name, nil); err != nil {
		return err
	}
	return c.absent(ctx, c.accessPoint(CreateApplicationAccessPointRequest{Name: name}, new(ApplicationAccessPoint)))
}

// may checks what a call is given. A name is asked for in any case: it is what
// the resource is found by.
func (c *Client) may(operation, name string, in interface{ Validate() error }) error {
	err := c.made()
	if in != nil {
		err = c.validate(in)
	}
	if err != nil {
		return err
	}
	return invalid(operation, check.Required("Name", name))
}

// A named is a resource that is known by its name, and what one call has done
// about it.
type named struct {
	kind   string
	name   string
	get    func(context.Context) error // this and create store what the service answers
	create func(context.Context) error
	remove func(context.Context) error
	drift  func() error // compares what was stored with the request

	created bool      // by this call, for sure
	lost    error     // of the last creation whose outcome is unknown
	lostAt  time.Time // when that ended
}

// ensure finds n, or creates it, and compares it with what was asked for.
func (c *Client) ensure(ctx context.Context, n *named) error {
	e := &ensure.Named[*named]{
		Settle: 2 * c.cfg.settle(), // right even if the service takes longer than it should
		Memory: &c.view.memory,
		Key:    n.kind + "/" + n.name,
		Look: func(ctx context.Context, _, by time.Time) wait.Look[*named] {
			return ensure.At(ctx, by, func(ctx context.Context) (*named, error) { return n, n.get(ctx) })
		},
		Create: func(ctx context.Context) (*named, error) {
			err := n.create(ctx)
			if n.created = err == nil; errors.Is(err, ErrOutcomeUnknown) {
				n.lost, n.lostAt = err, time.Now()
			}
			return n, err
		},
		Complete: true,
		Absent:   notFound,
		Refused:  func(err error) bool { return errors.Is(err, ErrAlreadyExists) },
		Done:     func(n *named) (string, bool, error) { return "", true, nil },
	}
	if _, failed := e.Ensure(fault.Expect(ctx, ErrNotFound, ErrAlreadyExists)); failed != nil {
		return waitError("Ensure"+n.kind, failed)
	}
	return n.drift()
}

// absent deletes n until it has stayed away for Settle.
func (c *Client) absent(ctx context.Context, n *named) error {
	a := &ensure.Absent[*named]{
		Settle: c.cfg.settle(),
		Memory: &c.view.memory,
		Key:    n.kind + "/" + n.name,
		Look:   ensure.Listed(func(ctx context.Context) ([]*named, error) { return []*named{n}, n.get(ctx) }, notFound),
		Delete: func(ctx context.Context, n *named) error { return n.remove(ctx) },
		Busy:   busy,
	}
	err := a.Ensure(fault.Expect(ctx, ErrNotFound, ErrConflict))
	if failed, ok := err.(*wait.Error); ok {
		return waitError("Ensure"+n.kind+"Absent", failed)
	}
	return err
}

func busy(err error) bool     { return errors.Is(err, ErrConflict) }
func notFound(err error) bool { return errors.Is(err, ErrNotFound) }

// drop deletes n. That it is gone is success.
func (n *named) drop(ctx context.Context, operation string) error {
	if err := retryCall(ctx, operation, busy, n.remove); !errors.Is(err, ErrNotFound) {
		return err
	}
	return nil
}

type none = struct{}

// A view is what clients share to which the service shows the same.
type view struct{ memory ensure.Memory }

// retryCall is wait.Retry for what returns an error alone. The operation is
// named if ctx ends it.
func retryCall(ctx context.Context, operation string, again func(error) bool, f func(context.Context) error) error {
	start, polls := time.Now(), 0
	_, err := wait.Retry(ctx, again, func(ctx context.Context) (none, error) {
		polls++
		return none{}, f(ctx)
	})
	if err != nil && ctx != nil && ctx.Err() != nil {
		return &WaitError{Operation: operation, Polls: polls, Elapsed: time.Since(start), Err: err}
	}
	return err
}

// The kinds of resource, by the names that the API has for them.
const (
	kindRule   = "NetworkRule"
	kindPolicy = "Policy"
	kindPoint  = "ApplicationAccessPoint"
	kindKey    = "ClientKey"
)

// storing returns a call of an operation, whose response is stored.
func storing[In, Out any](operation func(context.Context, In) (*Out, error), in In, store func(*Out)) func(context.Context) error {
	return func(ctx context.Context) error {
		out, err := operation(ctx, in)
		if err == nil {
			store(out)
		}
		return err
	}
}

func (c *Client) networkRule(in CreateNetworkRuleRequest, rule *NetworkRule) *named {
	return &named{
		kind:   kindRule,
		name:   in.Name,
		get:    storing(c.DescribeNetworkRule, DescribeNetworkRuleRequest{Name: in.Name}, func(out *DescribeNetworkRuleResponse) { *rule = out.NetworkRule }),
		create: storing(c.CreateNetworkRule, in, func(out *CreateNetworkRuleResponse) { *rule = out.NetworkRule }),
		remove: storing(c.DeleteNetworkRule, DeleteNetworkRuleRequest{Name: in.Name}, func(*DeleteNetworkRuleResponse) {}),
		drift: func() error {
			return drifted("EnsureNetworkRule", in.Name, in.Name,
				sameOrAny("Description", in.Description, rule.Description),
				check.Same("Type", in.Type, rule.Type),
				sameSet("SourcePrivateIp", addresses(in.SourcePrivateIP), addresses(rule.SourcePrivateIP)),
			)
		},
	}
}

func (c *Client) policy(in CreatePolicyRequest, p *Policy) *named {
	return &named{
		kind:   kindPolicy,
		name:   in.Name,
		get:    storing(c.DescribePolicy, DescribePolicyRequest{Name: in.Name}, func(out *DescribePolicyResponse) { *p = out.Policy }),
		create: storing(c.CreatePolicy, in, func(out *CreatePolicyResponse) { *p = out.Policy }),
		remove: storing(c.DeletePolicy, DeletePolicyRequest{Name: in.Name}, func(*DeletePolicyResponse) {}),
		drift: func() error {
			return drifted("EnsurePolicy", in.Name, in.Name,
				sameOrAny("Description", in.Description, p.Description),
				sameOrAny("KmsInstance", in.KmsInstance, p.KmsInstance), // the service may have a default one
				sameSet("Permissions", in.Permissions, p.Permissions),
				sameSet("Resources", in.Resources, p.Resources),
				sameSet("AccessControlRules", in.AccessControlRules.NetworkRules, p.AccessControlRules.NetworkRules),
			)
		},
	}
}

func (c *Client) accessPoint(in CreateApplicationAccessPointRequest, ap *ApplicationAccessPoint) *named {
	return &named{
		kind:   kindPoint,
		name:   in.Name,
		get:    storing(c.DescribeApplicationAccessPoint, DescribeApplicationAccessPointRequest{Name: in.Name}, func(out *DescribeApplicationAccessPointResponse) { *ap = out.ApplicationAccessPoint }),
		create: storing(c.CreateApplicationAccessPoint, in, func(out *CreateApplicationAccessPointResponse) { *ap = out.ApplicationAccessPoint }),
		remove: storing(c.DeleteApplicationAccessPoint, DeleteApplicationAccessPointRequest{Name: in.Name}, func(*DeleteApplicationAccessPointResponse) {}),
		drift: func() error {
			wanted := in.AuthenticationMethod
			if wanted == "" {
				wanted = AuthenticationClientKey
			}
			return drifted("EnsureApplicationAccessPoint", in.Name, in.Name,
				sameOrAny("Description", in.Description, ap.Description),
				check.Same("AuthenticationMethod", wanted, ap.AuthenticationMethod),
				sameSet("Policies", in.Policies, ap.Policies),
			)
		},
	}
}

// sameOrAny says that found is as wanted, if anything is.
func sameOrAny(field, wanted, found string) check.Difference {
	if wanted == "" {
		return check.Difference{}
	}
	return check.Same(field, wanted, found)
}

// sameSet says that two lists have the same items. That the service keeps their
// order, and repetitions, is not documented.
func sameSet[T ~string](field string, wanted, found []T) check.Difference {
	return check.Same(field, set(wanted), set(found))
}

// set returns a text that stands for the items, in whatever order.
func set[T ~string](items []T) string {
	var s []string
	for _, item := range slices.Compact(slices.Sorted(slices.Values(items))) {
		s = append(s, string(item))
	}
	return strings.Join(s, ",")
}

// addresses returns addresses and blocks in one form: 10.0.0.7/24 as 10.0.0.0/24,
// and a block of one address as that. Whether the service rewrites them so is not
// known.
func addresses(sources []string) []string {
	same := make([]string, len(sources))
	for i, s := range sources {
		if block, err := netip.ParsePrefix(s); err == nil {
			s = block.Masked().String()
			if block.IsSingleIP() {
				s = block.Addr().String()
			}
		} else if address, err := netip.ParseAddr(s); err == nil {
			s = address.String()
		}
		same[i] = s
	}
	return same
}
