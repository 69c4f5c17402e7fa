package nas

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/ensure"
	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// EnsureAccessGroupRequest holds the parameters of [Client.EnsureAccessGroup].
type EnsureAccessGroupRequest struct {
	AccessGroupName string           // required; not the name of the default group
	FileSystemType  FileSystemType   // type of the file systems that the group is for: standard (default) or extreme
	Description     string           // default: not compared; a new group gets its name
	Rules           []AccessRuleSpec // rules that the group must have; no two with the same source
	RemoveOthers    bool             // remove all other rules of the group
}

// An AccessRuleSpec describes a rule that [Client.EnsureAccessGroup] finds or
// creates.
type AccessRuleSpec struct {
	SourceCidrIP     string         // IPv4 address or CIDR block that may mount; this or IPv6SourceCidrIP is required
	IPv6SourceCidrIP string         // IPv6 address or CIDR block; only extreme file systems in the Chinese mainland
	RWAccessType     RWAccessType   // default RDWR
	UserAccessType   UserAccessType // default no_squash
	Priority         int            // 1 (highest, default) to 100
}

// Validate checks in against the documented constraints, without sending it.
func (in EnsureAccessGroupRequest) Validate() error {
	return invalid("EnsureAccessGroup", in.problems()...)
}

func (in EnsureAccessGroupRequest) problems() []check.Problem {
	problems := append(problemsOf(in.create()), check.Unique("Rules", in.Rules, func(r AccessRuleSpec) string { return r.source() }))
	return append(problems, check.Each("Rules", in.Rules, func(r AccessRuleSpec) []check.Problem {
		return append(ruleRules(r.SourceCidrIP, r.IPv6SourceCidrIP, r.RWAccessType, r.UserAccessType, r.Priority),
			check.That((r.SourceCidrIP == "") != (r.IPv6SourceCidrIP == ""), "SourceCidrIp", "or Ipv6SourceCidrIp is required, and not both"))
	})...)
}

// create returns the request that creates the group.
func (in EnsureAccessGroupRequest) create() CreateAccessGroupRequest {
	return CreateAccessGroupRequest{in.AccessGroupName, AccessGroupTypeVPC, in.FileSystemType, in.Description}
}

// EnsureAccessGroup finds or creates a permission group, ensures its rules, and
// returns it with its Rules. It adds missing rules, and changes a rule that has
// the source of a rule of in but differs otherwise. It removes other rules only
// if in.RemoveOthers is set, and only after all rules of in are visible.
//
// It is idempotent: the name is the key, so call it again after a crash or an
// error, and from several processes at once. Sources are compared as CIDR
// blocks: 10.0.0.7/24 is 10.0.0.0/24.
//
// Rules have no name. If two processes add the same rule at once, or one dies
// before its rule is visible, there may be two identical rules, which have the
// effect of one; with in.RemoveOthers the copies are removed. Processes that
// ask for different rules for the same source overwrite each other's rule.
//
// If the group has another Description, or is not for VPCs, it is returned with
// a [*DriftError]. [Client.RepairAccessGroup] changes the description. The
// rules of a group that is not for VPCs are left unchanged.
//
// Transient errors and [CodeInvalidState] are retried until ctx is done; the
// error is then a [*WaitError].
//
// Errors: those of [Client.CreateAccessGroup], [Client.DescribeAccessGroups],
// [Client.DescribeAccessRules], [Client.CreateAccessRule],
// [Client.ModifyAccessRule] and [Client.DeleteAccessRule], [*DriftError].
//
// RAM actions: nas:DescribeAccessGroups, nas:CreateAccessGroup,
// nas:DescribeAccessRules, nas:CreateAccessRule, nas:ModifyAccessRule, and
// nas:DeleteAccessRule with in.RemoveOthers.
func (c *Client) EnsureAccessGroup(ctx context.Context, in EnsureAccessGroupRequest) (AccessGroup, error) {
	return c.ensureAccessGroup(ctx, in, func(AccessGroup, bool) error { return nil })
}

// ensureAccessGroup is EnsureAccessGroup. It calls seen with a group that it has found
// or created, and leaves its rules as they are if that returns an error.
func (c *Client) ensureAccessGroup(ctx context.Context, in EnsureAccessGroupRequest, seen func(group AccessGroup, created bool) error) (AccessGroup, error) {
	const operation = "EnsureAccessGroup"
	if err := c.validate(in); err != nil {
		return AccessGroup{}, err
	}
	if err := invalid(operation, check.Required("AccessGroupName", in.AccessGroupName)); err != nil {
		return AccessGroup{}, err
	}
	ctx = fault.Expect(ctx, ErrNotFound, ErrAlreadyExists, ErrConflict)
	created := false
	for {
		named := c.group(in)
		create := named.Create
		named.Create = func(ctx context.Context) (AccessGroup, error) {
			group, err := create(ctx)
			created = created || err == nil
			return group, err
		}
		group, failed := named.Ensure(ctx)
		if failed != nil {
			if created {
				_ = seen(AccessGroup{AccessGroupName: in.AccessGroupName}, true)
			}
			return group, waitError(operation, failed)
		}
		if err := seen(group, created); err != nil {
			return group, err
		}
		kind := check.Same("AccessGroupType", AccessGroupTypeVPC, cmp.Or(group.AccessGroupType, AccessGroupTypeVPC))
		drift := drifted(operation, in.AccessGroupName, group.AccessGroupName,
			kind, check.Same("Description", cmp.Or(in.Description, group.Description), group.Description))
		if kind != (check.Difference{}) {
			return group, drift
		}
		rules, failed := c.ensureRules(ctx, in)
		if group.Rules = rules; failed == nil {
			return group, drift
		}
		if !errors.Is(failed, CodeAccessGroupNotFound) {
			return group, waitError(operation, failed)
		}
		// Somebody has deleted it, or not all of the service knows it yet.
		if err := wait.Sleep(ctx, ruleWaits.Interval); err != nil {
			failed.Err = errors.Join(err, failed.Err)
			return group, waitError(operation, failed)
		}
	}
}

// EnsureAccessGroupAbsent deletes the named permission group, and its rules.
// fileSystemType is the type of the group's file systems; the default is
// standard. It succeeds if there is no such group. It returns when it has seen
// none for [Config].Settle, the consistency window, so that an interrupted
// creation does not leave a group behind.
//
// If a mount target uses the group, neither the group nor its rules are
// deleted, and the error is an [ErrConflict] at once. Otherwise transient
// errors and [CodeInvalidState] are retried until ctx is done; the error is a
// [*WaitError] then. The service also returns CodeInvalidState while an access
// point uses the group.
//
// Errors: those of [Client.DescribeAccessGroups] and
// [Client.DeleteAccessGroup].
//
// RAM actions: nas:DescribeAccessGroups, nas:DeleteAccessGroup.
func (c *Client) EnsureAccessGroupAbsent(ctx context.Context, fileSystemType FileSystemType, name string) error {
	const operation = "EnsureAccessGroupAbsent"
	remove := DeleteAccessGroupRequest{name, fileSystemType}
	if err := c.validate(remove); err != nil {
		return err
	}
	if err := invalid(operation, check.Required("AccessGroupName", name)); err != nil {
		return err
	}
	mounts := 0
	a := &ensure.Absent[AccessGroup]{
		Settle: c.cfg.settle(), Memory: &c.view.memory, Key: groupKey(fileSystemType, name),
		Look: ensure.Listed(func(ctx context.Context) ([]AccessGroup, error) {
			group, err := c.findGroup(ctx, fileSystemType, name)
			return []AccessGroup{group}, err
		}, func(err error) bool { return errors.Is(err, ErrNotFound) }),
		Delete: func(ctx context.Context, group AccessGroup) error {
			mounts = group.MountTargetCount
			_, err := c.DeleteAccessGroup(ctx, remove)
			return err
		},
		Busy: func(err error) bool { return errors.Is(err, ErrConflict) && mounts == 0 },
	}
	err := a.Ensure(fault.Expect(ctx, ErrNotFound, ErrConflict))
	if failed, ok := err.(*wait.Error); ok {
		return waitError(operation, failed)
	}
	return err
}

// groupKey returns what the memory of a client has a group by.
func groupKey(family FileSystemType, name string) string {
	return "AccessGroup/" + string(cmp.Or(family, FileSystemTypeStandard)) + "/" + name
}

// group returns how the group of in is found, and created.
func (c *Client) group(in EnsureAccessGroupRequest) *ensure.Named[AccessGroup] {
	return &ensure.Named[AccessGroup]{
		Settle: 2 * c.cfg.settle(), // right even if the service takes longer than it should
		Memory: &c.view.memory,
		Key:    groupKey(in.FileSystemType, in.AccessGroupName),
		Look: func(ctx context.Context, _, by time.Time) wait.Look[AccessGroup] {
			return ensure.At(ctx, by, func(ctx context.Context) (AccessGroup, error) {
				return c.findGroup(ctx, in.FileSystemType, in.AccessGroupName)
			})
		},
		Create: func(ctx context.Context) (AccessGroup, error) {
			_, err := c.CreateAccessGroup(ctx, in.create())
			return AccessGroup{AccessGroupName: in.AccessGroupName}, err
		},
		Absent:  func(err error) bool { return errors.Is(err, ErrNotFound) },
		Refused: func(err error) bool { return errors.Is(err, ErrAlreadyExists) },
		Busy:    func(err error) bool { return errors.Is(err, ErrConflict) },
		Done:    func(AccessGroup) (string, bool, error) { return "", true, nil },
	}
}

// findGroup returns the group of a name.
func (c *Client) findGroup(ctx context.Context, family FileSystemType, name string) (AccessGroup, error) {
	for group, err := range c.AccessGroups(ctx, DescribeAccessGroupsRequest{AccessGroupName: name, FileSystemType: family}) {
		if err != nil || group.AccessGroupName == name {
			return group, err
		}
	}
	return AccessGroup{}, fmt.Errorf("permission group %w", ErrNotFound)
}

// ruleWaits are the pauses between two looks at the rules of a group.
var ruleWaits = wait.Options{Interval: 500 * time.Millisecond, MaxInterval: 5 * time.Second, NotFoundGrace: time.Nanosecond, Transient: func(err error) bool {
	return ensure.Transient(err) || errors.Is(err, ErrConflict)
}}

// ensureRules returns the rules of a group when a look shows those of in, and with
// in.RemoveOthers no others.
func (c *Client) ensureRules(ctx context.Context, in EnsureAccessGroupRequest) ([]AccessRule, *wait.Error) {
	state, last := "", error(nil)
	rules, failed := wait.Until(ctx, ruleWaits, func(ctx context.Context) (rules []AccessRule, err error) {
		asked := time.Now()
		for rule, err := range c.AccessRules(ctx, DescribeAccessRulesRequest{AccessGroupName: in.AccessGroupName, FileSystemType: in.FileSystemType}) {
			if err != nil {
				return rules, err
			}
			// What moves while pages are read can be on two of them.
			if !slices.ContainsFunc(rules, func(r AccessRule) bool { return r.AccessRuleID == rule.AccessRuleID }) {
				rules = append(rules, rule)
			}
		}
		changes := in.changes(rules)
		if state = ""; len(changes) > 0 {
			state = strconv.Itoa(len(changes)) + " rules not as asked"
		}
		key := groupKey(in.FileSystemType, in.AccessGroupName)
		for _, change := range changes {
			// One that was sent may not show yet.
			if !asked.Before(c.view.memory.Sent(key, change.what).Add(c.cfg.settle())) {
				err := change.send(ctx, c)
				if last = cmp.Or(err, last); err != nil && !errors.Is(err, ErrOutcomeUnknown) && !errors.Is(err, CodeAccessRuleNotFound) {
					return rules, err
				}
				if err == nil || change.adds {
					c.view.memory.Send(key, change.what)
				}
			}
		}
		return rules, nil
	}, wait.Goal[[]AccessRule]{Done: func([]AccessRule) (string, bool, error) { return state, state == "", nil }})
	if failed != nil && last != nil && !errors.Is(failed.Err, last) {
		failed.Err = errors.Join(failed.Err, last)
	}
	return rules, failed
}

// A ruleChange is a change of one rule of a group.
type ruleChange struct {
	what string // the same for the same change
	adds bool
	send func(context.Context, *Client) error
}

// changes returns what makes rules those of in. What is to go waits until all else
// is as asked, so that nobody is shut out meanwhile.
func (in EnsureAccessGroupRequest) changes(rules []AccessRule) (changes []ruleChange) {
	rest := slices.Clone(rules)
	slices.SortStableFunc(rest, func(a, b AccessRule) int { // all processes keep the same one of two copies
		return cmp.Or(len(a.AccessRuleID)-len(b.AccessRuleID), strings.Compare(a.AccessRuleID, b.AccessRuleID))
	})
	take := func(wanted string, text func(AccessRuleSpec) string) (id string) {
		at := slices.IndexFunc(rest, func(r AccessRule) bool { return text(r.says()) == wanted })
		if at >= 0 {
			id = rest[at].AccessRuleID
			rest = slices.Delete(rest, at, at+1)
		}
		return id
	}
	var missing []AccessRuleSpec
	for _, wanted := range in.Rules {
		if take(wanted.text(), AccessRuleSpec.text) == "" {
			missing = append(missing, wanted)
		}
	}
	for _, wanted := range missing {
		id := take(wanted.source(), AccessRuleSpec.source)
		changes = append(changes, ruleChange{id + " " + wanted.text(), id == "", func(ctx context.Context, c *Client) error { return c.putRule(ctx, in, id, wanted) }})
	}
	if changes != nil || !in.RemoveOthers {
		return changes
	}
	for _, other := range rest {
		changes = append(changes, ruleChange{"remove " + other.AccessRuleID, false, func(ctx context.Context, c *Client) error {
			_, err := c.DeleteAccessRule(ctx, DeleteAccessRuleRequest{in.AccessGroupName, other.AccessRuleID, in.FileSystemType})
			return err
		}})
	}
	return changes
}

// putRule changes the rule of an ID, or adds one if that is empty.
func (c *Client) putRule(ctx context.Context, in EnsureAccessGroupRequest, id string, r AccessRuleSpec) error {
	r = r.complete()
	if id == "" {
		_, err := c.CreateAccessRule(ctx, CreateAccessRuleRequest{in.AccessGroupName, in.FileSystemType, r.SourceCidrIP, r.IPv6SourceCidrIP, r.RWAccessType, r.UserAccessType, r.Priority})
		return err
	}
	_, err := c.ModifyAccessRule(ctx, ModifyAccessRuleRequest{in.AccessGroupName, id, in.FileSystemType, r.SourceCidrIP, r.IPv6SourceCidrIP, r.RWAccessType, r.UserAccessType, r.Priority})
	return err
}

// says returns what a rule says.
func (r AccessRule) says() AccessRuleSpec {
	return AccessRuleSpec{r.SourceCidrIP, r.IPv6SourceCidrIP, r.RWAccess, r.UserAccess, r.Priority}
}

// complete sets what r leaves open to its default.
func (r AccessRuleSpec) complete() AccessRuleSpec {
	r.RWAccessType = cmp.Or(r.RWAccessType, RWAccessReadWrite)
	r.UserAccessType = cmp.Or(r.UserAccessType, UserAccessNoSquash)
	r.Priority = cmp.Or(r.Priority, 1)
	return r
}

// text returns the same text for rules that say the same.
func (r AccessRuleSpec) text() string {
	r = r.complete()
	return r.source() + " " + string(r.RWAccessType) + " " + string(r.UserAccessType) + " " + strconv.Itoa(r.Priority)
}

// source returns whom r lets in, in one of its spellings.
func (r AccessRuleSpec) source() string {
	source := cmp.Or(r.SourceCidrIP, r.IPv6SourceCidrIP)
	if block, err := netip.ParsePrefix(source); err == nil {
		if source = block.Masked().String(); block.IsSingleIP() {
			source = block.Addr().String()
		}
	} else if address, err := netip.ParseAddr(source); err == nil {
		source = address.String()
	}
	return source
}
