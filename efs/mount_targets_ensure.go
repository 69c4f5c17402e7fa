package efs

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/ensure"
	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// EnsureMountTargets finds or creates the mount targets of a file system in the
// subnets of targets, waits until all are available, compares them with
// targets, and returns them in the order of targets. FileSystemID need not be
// set in targets.
//
// It is idempotent. A mount target has neither an idempotency token nor tags:
// the subnet is the key. The service refuses a second one in an Availability
// Zone with [CodeMountTargetConflict], so concurrent callers get the same ones,
// and a creation with an unknown outcome is retried. If the service refuses a
// creation although the list of the file system shows no mount target in the
// subnet, the call retries for [Config].Settle, the consistency window. Then it
// returns the refusal, because a mount target exists in another subnet of the
// zone, or others exist in another VPC. If the file system is not available
// yet, the call waits for it.
//
// If a mount target is being deleted, the call waits until it is gone and
// creates a new one. If one differs, it is returned unchanged, with a
// [*DriftError] whose fields number the targets from 1. Security groups are
// compared regardless of their order, and only if the target has some. A call
// that fails returns what it knows of each mount target; call again.
//
// Errors: those of [Client.CreateMountTarget], [Client.DescribeMountTargets]
// and [Client.DescribeMountTargetSecurityGroups], [*DriftError].
//
// IAM actions: those of [Client.CreateMountTarget],
// elasticfilesystem:DescribeMountTargets, and with SecurityGroups those of
// [Client.DescribeMountTargetSecurityGroups].
func (c *Client) EnsureMountTargets(ctx context.Context, fileSystemID string, targets []CreateMountTargetRequest) ([]MountTarget, error) {
	return c.ensureMountTargets(ctx, fileSystemID, targets, nil)
}

// ensureMountTargets calls seen before it waits for a mount target.
func (c *Client) ensureMountTargets(ctx context.Context, fileSystemID string, targets []CreateMountTargetRequest, seen func(MountTarget, bool)) ([]MountTarget, error) {
	if err := c.made(); err != nil {
		return nil, err
	}
	targets, problems := c.mountTargetPlan(fileSystemID, targets)
	if err := invalid(ensureMountTargets, append(problems, fileSystemRules(fileSystemID)...)...); err != nil {
		return nil, err
	}
	ctx = fault.Expect(ctx, ErrNotFound, ErrConflict)
	found := make([]MountTarget, len(targets))
	for i, in := range targets {
		mt, created, err := c.findMountTarget(ctx, in)
		if found[i] = mt; err != nil {
			return found, ensured(ensureMountTargets, "", cmp.Or(mt.MountTargetID, in.SubnetID), "", err)
		}
		if seen != nil {
			seen(mt, created)
		}
	}
	var ds []check.Difference
	for i, in := range targets {
		mt, groups, err := c.awaitMountTarget(ctx, in, found[i], seen)
		if found[i] = mt; err != nil {
			return found, ensured(ensureMountTargets, "", mt.MountTargetID, "", err)
		}
		ds = append(ds, in.differences("Targets."+strconv.Itoa(i+1)+".", mt, groups)...)
	}
	return found, drifted(ensureMountTargets, bareID(fileSystemID), bareID(fileSystemID), ds...)
}

// awaitMountTarget waits until a mount target is available, and returns it with its
// security groups if in asks for some. One that is gone, or does not show, is looked
// for again.
func (c *Client) awaitMountTarget(ctx context.Context, in CreateMountTargetRequest, mt MountTarget, seen func(MountTarget, bool)) (_ MountTarget, groups []string, err error) {
	for {
		var is MountTarget
		if is, err = c.WaitMountTargetAvailable(ctx, mt.MountTargetID, WaitOptions{NotFoundGrace: noGrace, Transient: ensure.Transient}); err == nil {
			if groups, err = c.securityGroups(ctx, in, is); err == nil {
				return is, groups, nil
			}
		}
		passes := errors.Is(err, CodeMountTargetNotFound) || errors.Is(err, CodeIncorrectMountTargetState) || is.leaving()
		if !passes {
			return mt, nil, err
		}
		if ended := wait.Sleep(ctx, time.Second); ended != nil {
			if !errors.Is(err, ended) {
				err = &wait.Error{State: string(is.LifeCycleState), Err: errors.Join(ended, err)}
			}
			return mt, nil, err
		}
		again, created, failed := c.findMountTarget(ctx, in)
		if failed != nil {
			return mt, nil, failed
		}
		if mt = again; seen != nil {
			seen(mt, created)
		}
	}
}

const ensureMountTargets = "EnsureMountTargets"

// mountTargetPlan returns targets as they are sent for a file system, and what is
// wrong with them.
func (c *Client) mountTargetPlan(fileSystemID string, targets []CreateMountTargetRequest) ([]CreateMountTargetRequest, []check.Problem) {
	targets = slices.Clone(targets)
	subnets := map[string]int{}
	for i := range targets {
		subnets[targets[i].SubnetID]++
		if targets[i].FileSystemID == "" {
			targets[i].FileSystemID = fileSystemID
		}
	}
	problems := check.Each("Targets", targets, func(in CreateMountTargetRequest) []check.Problem {
		ps := []check.Problem{
			check.That(bareID(in.FileSystemID) == bareID(fileSystemID), "FileSystemId", "must be that of all, or not set"),
			check.That(subnets[in.SubnetID] == 1, "SubnetId", "must not be that of another target"),
		}
		if !c.cfg.SkipValidation || in.SubnetID == "" {
			ps = append(ps, problemsOf(in)...)
		}
		return ps
	})
	return targets, append(problems, check.That(len(targets) > 0, "Targets", "is required"))
}

// errNoMountTarget says that a list has none in a subnet.
var errNoMountTarget = errors.New("no mount target in the subnet")

// findMountTarget finds or creates one, in whatever state.
func (c *Client) findMountTarget(ctx context.Context, in CreateMountTargetRequest) (mt MountTarget, created bool, _ error) {
	n := &ensure.Named[MountTarget]{
		Settle: c.cfg.settle(),
		Memory: &c.view.memory,
		Key:    "mount-target/" + bareID(in.FileSystemID) + "/" + in.SubnetID,
		Look: func(ctx context.Context, _, by time.Time) wait.Look[MountTarget] {
			return ensure.At(ctx, by, func(ctx context.Context) (MountTarget, error) {
				all, err := c.mountTargetsIn(ctx, in.FileSystemID, in.SubnetID)
				if err == nil && len(all) == 0 {
					err = errNoMountTarget
				}
				if err != nil {
					return MountTarget{}, err
				}
				return all[0], nil
			})
		},
		Create: func(ctx context.Context) (MountTarget, error) {
			out, err := c.CreateMountTarget(ctx, in)
			if err != nil {
				return MountTarget{}, err
			}
			created = true
			return out.MountTarget, nil
		},
		Complete: true,
		Absent:   func(err error) bool { return err == errNoMountTarget },
		Refused: func(err error) bool {
			return errors.Is(err, CodeMountTargetConflict) || errors.Is(err, CodeIPAddressInUse)
		},
		Busy:    func(err error) bool { return errors.Is(err, CodeIncorrectFileSystemLifeCycleState) },
		Leaving: MountTarget.leaving,
		Done:    func(mt MountTarget) (string, bool, error) { return string(mt.LifeCycleState), true, nil },
	}
	mt, failed := n.Ensure(ctx)
	if failed != nil {
		return mt, created, failed
	}
	return mt, created, nil
}

// mountTargetsIn returns the mount targets of a file system in some subnets, those
// that are not on their way out first.
func (c *Client) mountTargetsIn(ctx context.Context, fileSystemID string, subnets ...string) (found []MountTarget, _ error) {
	for mt, err := range c.MountTargets(ctx, DescribeMountTargetsRequest{FileSystemID: fileSystemID}) {
		switch {
		case err != nil:
			return nil, err
		case !slices.Contains(subnets, mt.SubnetID):
		case mt.leaving():
			found = append(found, mt)
		default:
			found = slices.Insert(found, 0, mt)
		}
	}
	return found, nil
}

// securityGroups returns those of a mount target, if in asks for some.
func (c *Client) securityGroups(ctx context.Context, in CreateMountTargetRequest, mt MountTarget) ([]string, error) {
	if len(in.SecurityGroups) == 0 {
		return nil, nil
	}
	out, err := wait.Retry(ctx, ensure.Transient, func(ctx context.Context) (*DescribeMountTargetSecurityGroupsResponse, error) {
		return c.DescribeMountTargetSecurityGroups(ctx, DescribeMountTargetSecurityGroupsRequest{MountTargetID: mt.MountTargetID})
	})
	if err != nil {
		return nil, err
	}
	return out.SecurityGroups, nil
}

// differences compares a mount target with what in asks for.
func (in CreateMountTargetRequest) differences(path string, mt MountTarget, groups []string) (ds []check.Difference) {
	set := func(ids []string) string {
		return strings.Join(slices.Compact(slices.Sorted(slices.Values(ids))), ",")
	}
	if in.IPAddress != "" {
		ds = append(ds, check.Same(path+"IpAddress", in.IPAddress, mt.IPAddress))
	}
	if in.IPv6Address != "" {
		ds = append(ds, check.Same(path+"Ipv6Address", in.IPv6Address, mt.IPv6Address))
	}
	if in.IPAddressType != "" {
		ds = append(ds, check.Same(path+"IpAddressType", in.IPAddressType, mt.addressType()))
	}
	if len(in.SecurityGroups) > 0 {
		ds = append(ds, check.Same(path+"SecurityGroups", set(in.SecurityGroups), set(groups)))
	}
	return ds
}

// addressType returns which addresses a mount target has.
func (mt MountTarget) addressType() IPAddressType {
	switch {
	case mt.IPv6Address == "":
		return IPv4Only
	case mt.IPAddress == "":
		return IPv6Only
	}
	return DualStack
}

// RepairMountTargets does the same as [Client.EnsureMountTargets] with the same
// arguments, and then repairs drift by replacing security groups.
//
// The service cannot change the addresses of a mount target. Such differences
// remain; the error is a [*DriftError] that lists them. If a change fails, the
// other changes are still made, and the error is that of the failed change;
// call again.
//
// A change may take up to [Config].Settle, the consistency window, to show.
// Until then, EnsureMountTargets may report the drift again.
//
// Errors: those of [Client.EnsureMountTargets] and
// [Client.ModifyMountTargetSecurityGroups].
//
// IAM actions: those of [Client.EnsureMountTargets] and of
// [Client.ModifyMountTargetSecurityGroups].
func (c *Client) RepairMountTargets(ctx context.Context, fileSystemID string, targets []CreateMountTargetRequest) (Repair, error) {
	found, err := c.EnsureMountTargets(ctx, fileSystemID, targets)
	fixes := make([]fix, len(found))
	for i, mt := range found {
		fixes[i] = fix{fields: []string{"Targets." + strconv.Itoa(i+1) + ".SecurityGroups"}, change: func(ctx context.Context) error {
			_, err := c.ModifyMountTargetSecurityGroups(ctx, ModifyMountTargetSecurityGroupsRequest{MountTargetID: mt.MountTargetID, SecurityGroups: targets[i].SecurityGroups})
			return err
		}}
	}
	return repair(ctx, "RepairMountTargets", bareID(fileSystemID), err, fixes...)
}

// EnsureMountTargetsAbsent deletes the mount targets of a file system in the
// given subnets, regardless of who created them, and waits until they are gone.
// Mount targets in other subnets remain. It succeeds if there are none, or if
// the file system does not exist. It returns when it has found none for
// [Config].Settle, the consistency window.
//
// Clients that have mounted the file system through one of them lose access:
// see [Client.DeleteMountTarget]. Transient errors are retried until ctx is
// done.
//
// Errors: those of [Client.DescribeMountTargets] and
// [Client.DeleteMountTarget].
//
// IAM actions: elasticfilesystem:DescribeMountTargets, and those of
// [Client.DeleteMountTarget].
func (c *Client) EnsureMountTargetsAbsent(ctx context.Context, fileSystemID string, subnetIDs []string) error {
	const operation = "EnsureMountTargetsAbsent"
	if err := c.made(); err != nil {
		return err
	}
	if err := invalid(operation, append(fileSystemRules(fileSystemID), check.That(len(subnetIDs) > 0 && !slices.Contains(subnetIDs, ""), "SubnetIds", "is required"))...); err != nil {
		return err
	}
	a := &ensure.Absent[MountTarget]{
		Settle: c.cfg.settle(),
		Memory: &c.view.memory,
		Key:    "mount-targets/" + bareID(fileSystemID) + "/" + strings.Join(slices.Sorted(slices.Values(subnetIDs)), ","),
		// There is one in each zone, so that the list is short.
		Look: ensure.Listed(func(ctx context.Context) ([]MountTarget, error) {
			return c.mountTargetsIn(ctx, fileSystemID, subnetIDs...)
		}, nil),
		ID: func(mt MountTarget) string { return mt.MountTargetID },
		Delete: func(ctx context.Context, mt MountTarget) error {
			if mt.leaving() {
				return nil
			}
			_, err := c.DeleteMountTarget(ctx, DeleteMountTargetRequest{MountTargetID: mt.MountTargetID})
			return err
		},
		Busy: func(err error) bool { return errors.Is(err, ErrConflict) },
	}
	err := a.Ensure(fault.Expect(ctx, ErrNotFound, ErrConflict))
	if errors.Is(err, CodeFileSystemNotFound) {
		return nil
	}
	return ensured(operation, "", "", "", err)
}
