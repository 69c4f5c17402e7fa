package nas

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/ensure"
	"github.com/accesspoint-go/accesspoint/internal/fault"
)

// EnsureMountTarget finds or creates the mount target of a file system in the
// VPC and vSwitch of in, waits until it is Active, compares it with in, and
// returns it. It is safe to call again after a crash or an error.
//
// Mount targets have neither idempotency tokens nor tags: the file system, the
// VPC and the vSwitch are the key. EnsureMountTarget creates a mount target
// only after all lists have shown none for [Config].Settle, the consistency
// window, and for a random time of up to half of Settle more. If the service
// then refuses because the file system has no room for another, the call waits
// as long again for one to become visible before it returns that error.
//
// If there are several, the call returns the first, ordered by domain, with a
// [*DuplicateError] that has all domains. Two calls that have created one each
// do not both succeed: a call lists again Settle after it has created one, or
// after one has appeared that an earlier list did not show. If the first list
// of a client shows one, the call returns it at once, because the service does
// not say when it was created. EnsureMountTarget deletes nothing.
//
// NetworkType defaults to Vpc, and AccessGroupName to DEFAULT_VPC_GROUP_NAME,
// unless the file system is a CPFS one. If the mount target has another
// permission group, it is returned unchanged, with a [*DriftError];
// [Client.RepairMountTarget] changes it.
//
// The client remembers how long it has seen none, so repeated calls with short
// contexts on one client make progress. A new process for each call needs one
// context longer than one and a half times Settle.
//
// Transient errors are retried until ctx is done; the error is then a
// [*WaitError]. The field DryRun of in must not be set.
//
// Errors: those of [Client.CreateMountTarget], [Client.DescribeMountTargets]
// and [Client.WaitMountTargetAvailable], [*DriftError], [*DuplicateError].
//
// RAM actions: nas:CreateMountTarget, nas:DescribeMountTargets.
func (c *Client) EnsureMountTarget(ctx context.Context, in CreateMountTargetRequest) (MountTarget, error) {
	return c.ensureMountTarget(ctx, in, nil)
}

// ensureMountTarget is EnsureMountTarget, or a step of p, as ensureFileSystem is.
func (c *Client) ensureMountTarget(ctx context.Context, in CreateMountTargetRequest, p *provisioning) (MountTarget, error) {
	const operation = "EnsureMountTarget"
	if err := c.made(); err != nil {
		return MountTarget{}, err
	}
	in.NetworkType = cmp.Or(in.NetworkType, "Vpc")
	if !strings.Contains(in.FileSystemID, "cpfs") {
		in.AccessGroupName = cmp.Or(in.AccessGroupName, defaultGroup)
	}
	if err := invalid(operation, append(mountTargetRules(in.FileSystemID, in.VpcID, in.VSwitchID), check.That(!in.DryRun, "DryRun", "must not be set"))...); err != nil {
		return MountTarget{}, err
	}
	if err := c.validate(in); err != nil {
		return MountTarget{}, err
	}
	ctx = fault.Expect(ctx, ErrNotFound, ErrConflict)
	s := &settled[MountTarget]{
		operation: operation, key: in.VSwitchID, memory: mountTargetKey(in.FileSystemID, in.VpcID, in.VSwitchID), seen: p.sees(kindMountTarget),
		look: func(ctx context.Context) ([]MountTarget, error) {
			all, err := c.mountTargetsIn(ctx, in.FileSystemID, in.VpcID, in.VSwitchID)
			return slices.DeleteFunc(all, func(m MountTarget) bool { return m.Status == MountTargetDeleting }), err
		},
		id:   func(m MountTarget) string { return m.MountTargetDomain },
		born: func(MountTarget) time.Time { return time.Time{} },
		create: func(ctx context.Context, _ int) (string, error) {
			out, err := c.CreateMountTarget(ctx, in)
			if err != nil {
				return "", err
			}
			return out.MountTargetDomain, nil // which may be empty
		},
		full: func(err error) bool { return errors.Is(err, CodeMountTargetExceedLimit) },
		get: func(ctx context.Context, domain string) error {
			m, err := c.mountTarget(in.FileSystemID, domain)(ctx)
			switch {
			case err != nil:
				return err
			case m.Status == MountTargetDeleting:
				return ErrNotFound
			}
			return drifted(operation, in.VSwitchID, domain, check.Same("VpcId", in.VpcID, m.VpcID), check.Same("VSwitchId", in.VSwitchID, m.VSwitchID))
		},
	}
	for {
		all, domain, err := s.ensure(ctx, c)
		if err != nil {
			return MountTarget{MountTargetDomain: domain}, err
		}
		m := all[0]
		if s.seen != nil {
			s.seen(domain, false)
		}
		if err := s.several(all); err != nil {
			return m, err
		}
		if m.Status != MountTargetActive {
			ready, err := c.WaitMountTargetAvailable(ctx, in.FileSystemID, domain, WaitOptions{NotFoundGrace: c.cfg.settle(), Transient: ensure.Transient})
			if notFound(err) || ready.Status == MountTargetDeleting && ctx.Err() == nil {
				continue // somebody has deleted it
			}
			if err != nil {
				return m, ensured(operation, in.VSwitchID, domain, "", err)
			}
			m = ready
		}
		if p != nil {
			p.proofs = append(p.proofs, proof{kindMountTarget, domain, func(ctx context.Context) error { return s.alone(ctx, domain) }})
		} else if err := s.alone(ctx, domain); notFound(err) {
			continue
		} else if err != nil {
			return m, err
		}
		return m, drifted(operation, in.VSwitchID, m.MountTargetDomain, check.Same("AccessGroupName", cmp.Or(in.AccessGroupName, m.AccessGroup), m.AccessGroup))
	}
}

// EnsureMountTargetAbsent deletes the mount targets that a file system has in a
// VPC and vSwitch, regardless of who created them, and waits until they are
// gone. Clients that have mounted one lose access. It succeeds if there are
// none. It returns when no list has shown one for [Config].Settle; see
// [Client.EnsureAccessPointAbsent].
//
// Transient errors, and refusals because of another change in progress, are
// retried until ctx is done; the error is then a [*WaitError].
//
// Errors: those of [Client.DescribeMountTargets] and
// [Client.DeleteMountTarget].
//
// RAM actions: nas:DescribeMountTargets, nas:DeleteMountTarget.
func (c *Client) EnsureMountTargetAbsent(ctx context.Context, fileSystemID, vpcID, vSwitchID string) error {
	const operation = "EnsureMountTargetAbsent"
	if err := c.made(); err != nil {
		return err
	}
	if err := invalid(operation, mountTargetRules(fileSystemID, vpcID, vSwitchID)...); err != nil {
		return err
	}
	a := &ensure.Absent[MountTarget]{
		Settle: c.cfg.settle(), Memory: &c.view.memory, Key: mountTargetKey(fileSystemID, vpcID, vSwitchID),
		Look: ensure.Listed(func(ctx context.Context) ([]MountTarget, error) {
			return c.mountTargetsIn(ctx, fileSystemID, vpcID, vSwitchID)
		}, nil),
		ID: func(m MountTarget) string { return m.MountTargetDomain },
		Delete: func(ctx context.Context, m MountTarget) error {
			if m.Status == MountTargetDeleting {
				return nil
			}
			_, err := c.DeleteMountTarget(ctx, DeleteMountTargetRequest{FileSystemID: fileSystemID, MountTargetDomain: m.MountTargetDomain})
			return err
		},
		Busy: func(err error) bool { return errors.Is(err, ErrConflict) },
	}
	err := a.Ensure(fault.Expect(ctx, ErrNotFound, ErrConflict))
	if errors.Is(err, CodeFileSystemNotFound) {
		return nil
	}
	return ensured(operation, vSwitchID, "", "", err)
}

// mountTargetRules are the rules of what a mount target is found by.
func mountTargetRules(fileSystemID, vpcID, vSwitchID string) []check.Problem {
	return []check.Problem{check.Required("FileSystemId", fileSystemID), check.Required("VpcId", vpcID), check.Required("VSwitchId", vSwitchID)}
}

// mountTargetKey returns what the memory of a client has a mount target by.
func mountTargetKey(fileSystemID, vpcID, vSwitchID string) string {
	return "MountTarget/" + fileSystemID + "/" + vpcID + "/" + vSwitchID
}

// mountTargetsIn returns the mount targets of a file system in a vSwitch, by their
// domains: they have no time of creation.
func (c *Client) mountTargetsIn(ctx context.Context, fileSystemID, vpcID, vSwitchID string) (found []MountTarget, _ error) {
	for m, err := range c.MountTargets(ctx, DescribeMountTargetsRequest{FileSystemID: fileSystemID}) {
		if err != nil {
			return nil, err
		}
		if m.VpcID == vpcID && m.VSwitchID == vSwitchID && !slices.ContainsFunc(found, func(other MountTarget) bool { return other.MountTargetDomain == m.MountTargetDomain }) {
			found = append(found, m)
		}
	}
	slices.SortFunc(found, func(a, b MountTarget) int { return strings.Compare(a.MountTargetDomain, b.MountTargetDomain) })
	return found, nil
}
