package efs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/ensure"
	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/internal/mount"
	"github.com/accesspoint-go/accesspoint/internal/policy"
	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// An AccessPointPlan describes what [Client.ProvisionAccessPoint] creates.
type AccessPointPlan struct {
	FileSystem   CreateFileSystemRequest
	Policy       string                     // IAM policy of the file system, in JSON, with a Statement; empty for none
	AccessPoint  CreateAccessPointRequest   // leave its FileSystemID empty
	MountTargets []CreateMountTargetRequest // one for each Availability Zone; leave their FileSystemID empty
	// OnStep, if set, is called for each resource when it is found or created,
	// when it is available, and when it is deleted.
	OnStep func(ProvisionStep)
}

// A ProvisionedAccessPoint is what [Client.ProvisionAccessPoint] found or
// created.
type ProvisionedAccessPoint struct {
	FileSystem   FileSystem
	Policy       string // of the plan
	AccessPoint  AccessPoint
	MountTargets []MountTarget // in the order of the plan
}

// MountCommand returns the command line that mounts the access point at a
// directory, with the mount helper of the package amazon-efs-utils, and with
// TLS. If the plan has a policy, the command has the option iam: the client
// then authenticates with its own credentials instead of being anonymous.
func (p *ProvisionedAccessPoint) MountCommand(dir string) string {
	return mount.Command("efs", p.options(), p.FileSystem.FileSystemID+":/", dir)
}

// FstabLine returns the line of /etc/fstab that mounts the access point, as
// [ProvisionedAccessPoint.MountCommand] does, when the machine starts and its
// network is up.
func (p *ProvisionedAccessPoint) FstabLine(dir string) string {
	return mount.FstabLine("efs", "_netdev,noresvport,"+p.options(), p.FileSystem.FileSystemID+":/", dir)
}

func (p *ProvisionedAccessPoint) options() string {
	options := "tls,"
	if p.Policy != "" {
		options += "iam,"
	}
	return options + "accesspoint=" + p.AccessPoint.AccessPointID
}

const (
	kindFileSystem  = "FileSystem"
	kindPolicy      = "FileSystemPolicy"
	kindAccessPoint = "AccessPoint"
	kindMountTarget = "MountTarget"
)

// ProvisionAccessPoint creates everything that is needed to mount a directory:
// a file system, its policy, an access point, and the mount targets through
// which it is reached. The mount targets come last, so that nobody reaches the
// file system before it has its policy.
//
// It finds or creates each of them for the key, and waits until it is
// available, as [Client.EnsureFileSystem], [Client.EnsureAccessPoint] and
// [Client.EnsureMountTargets] do; the policy is set if there is none. It is
// idempotent: a call continues where an interrupted one ended, two concurrent
// calls with the same key create each resource once, and a call after a
// successful one changes nothing.
//
// Resources that exist but differ from the plan are left unchanged, and the
// error is a [*DriftError]. Policies are compared by their meaning: order and
// white space do not matter.
//
// If a step fails, nothing is undone, because another process may already use
// what exists. The returned value has what is known of it. The error is that of
// the step, joined with a [*LeftoverError] that lists what exists.
// [Client.DeprovisionAccessPoint] deletes everything.
//
// Errors: a [*ValidationError] for an inconsistent plan, with nothing sent;
// those of the three Ensure methods and of [Client.PutFileSystemPolicy];
// [*LeftoverError].
//
// IAM actions: those of the three Ensure methods; with Policy
// elasticfilesystem:DescribeFileSystemPolicy,
// elasticfilesystem:PutFileSystemPolicy.
func (c *Client) ProvisionAccessPoint(ctx context.Context, key string, plan AccessPointPlan) (*ProvisionedAccessPoint, error) {
	if err := c.made(); err != nil {
		return nil, err
	}
	if err := c.checkPlan(key, plan); err != nil {
		return nil, err
	}
	p := &provisioning{Client: c, steps: steps{start: time.Now(), onStep: plan.OnStep}, key: key, plan: plan, out: &ProvisionedAccessPoint{}}
	if kind, err := p.run(ctx); err != nil {
		return p.out, p.failed(fmt.Errorf("efs: ProvisionAccessPoint: %s: %w", kind, err))
	}
	return p.out, nil
}

// anyFileSystem stands for the file system of a plan until that is known.
const anyFileSystem = "fs-00000000"

// check says whether the requests are right, and fit together.
func (c *Client) checkPlan(key string, plan AccessPointPlan) error {
	rules := func(in interface{ Validate() error }) []check.Problem {
		if c.cfg.SkipValidation {
			return nil
		}
		return problemsOf(in)
	}
	point := plan.AccessPoint
	point.FileSystemID = anyFileSystem
	_, problems := c.mountTargetPlan(anyFileSystem, plan.MountTargets)
	for i := range problems {
		problems[i].Field = strings.Replace(problems[i].Field, "Targets", "MountTargets", 1)
	}
	problems = slices.Concat(c.keyRules(key, nil), problems,
		check.Under("FileSystem", append(rules(plan.FileSystem), c.reserved(plan.FileSystem.Tags)...)...),
		check.Under("AccessPoint", append(rules(point), c.reserved(plan.AccessPoint.Tags)...)...))
	if plan.Policy != "" {
		problems = append(problems, rules(PutFileSystemPolicyRequest{FileSystemID: anyFileSystem, Policy: plan.Policy})...)
	}
	return invalid("ProvisionAccessPoint", append(problems,
		check.That(plan.AccessPoint.FileSystemID == "", "AccessPoint.FileSystemId", "must not be set"),
		check.That(plan.FileSystem.CreationToken == "", "FileSystem.CreationToken", "must not be set"),
		check.That(plan.AccessPoint.ClientToken == "", "AccessPoint.ClientToken", "must not be set"),
		check.That(plan.Policy == "" || policy.Same(plan.Policy, plan.Policy), "Policy", "must be JSON"),
	)...)
}

// A provisioning is one call of ProvisionAccessPoint, or of the way back.
type provisioning struct {
	*Client
	steps
	key  string
	plan AccessPointPlan
	out  *ProvisionedAccessPoint
}

// run takes the steps, and returns which one failed.
func (p *provisioning) run(ctx context.Context) (kind string, err error) {
	p.out.FileSystem, err = p.ensureFileSystem(ctx, p.key, p.plan.FileSystem, func(fs FileSystem, created bool) {
		p.out.FileSystem = fs
		p.seen(kindFileSystem, fs.FileSystemID, created)
	})
	id := p.out.FileSystem.FileSystemID
	if err != nil {
		return p.failedAt(kindFileSystem, id, err)
	}
	p.step(kindFileSystem, id, "available")
	if p.plan.Policy != "" {
		created := false
		err := p.late(ctx, func(ctx context.Context) error {
			put, err := p.ensurePolicy(ctx, id)
			created = created || put
			return err
		})
		if err != nil {
			return kindPolicy, err
		}
		p.out.Policy = p.plan.Policy
		p.seen(kindPolicy, id, created)
	}
	err = p.late(ctx, func(ctx context.Context) error {
		in := p.plan.AccessPoint
		in.FileSystemID = id
		ap, err := p.ensureAccessPoint(ctx, p.key, in, func(ap AccessPoint, created bool) {
			p.seen(kindAccessPoint, ap.AccessPointID, created)
		})
		if ap.AccessPointID != "" { // a second time may not come as far
			p.out.AccessPoint = ap
		}
		return err
	})
	if err != nil {
		return p.failedAt(kindAccessPoint, p.out.AccessPoint.AccessPointID, err)
	}
	p.step(kindAccessPoint, p.out.AccessPoint.AccessPointID, "available")
	err = p.late(ctx, func(ctx context.Context) error {
		found, err := p.ensureMountTargets(ctx, id, p.plan.MountTargets, func(mt MountTarget, created bool) {
			p.seen(kindMountTarget, mt.MountTargetID, created)
		})
		for i, known := range p.out.MountTargets {
			if found[i].MountTargetID == "" {
				found[i] = known
			}
		}
		p.out.MountTargets = found
		return err
	})
	if err != nil {
		return kindMountTarget, err
	}
	for _, mt := range p.out.MountTargets {
		p.step(kindMountTarget, mt.MountTargetID, "available")
	}
	return "", nil
}

// late repeats what fails since the file system, which was just seen, does not show
// everywhere.
func (p *provisioning) late(ctx context.Context, do func(context.Context) error) error {
	shown := time.Now().Add(2 * p.cfg.settle())
	hidden := func(err error) bool { return errors.Is(err, CodeFileSystemNotFound) && time.Now().Before(shown) }
	_, err := wait.Retry(ctx, hidden, func(ctx context.Context) (struct{}, error) { return struct{}{}, do(ctx) })
	return err
}

// ensurePolicy puts the policy if there is none, and compares it otherwise.
func (p *provisioning) ensurePolicy(ctx context.Context, id string) (created bool, _ error) {
	return wait.Retry(fault.Expect(ctx, ErrNotFound), busy, func(ctx context.Context) (bool, error) {
		is, err := p.DescribeFileSystemPolicy(ctx, DescribeFileSystemPolicyRequest{FileSystemID: id})
		switch {
		case errors.Is(err, CodePolicyNotFound):
			_, err = p.PutFileSystemPolicy(ctx, PutFileSystemPolicyRequest{FileSystemID: id, Policy: p.plan.Policy})
			return err == nil, err
		case err != nil || policy.Same(is.Policy, p.plan.Policy):
			return false, err
		}
		return false, drifted("ProvisionAccessPoint", p.key, id, check.Same("Policy", p.plan.Policy, is.Policy))
	})
}

// DeprovisionAccessPoint deletes what [Client.ProvisionAccessPoint] created for
// the key: the access point, the mount targets of the plan, and the file system
// with all its files and its policy. The files can be restored only from a
// backup that was made before. Clients that have mounted the file system lose
// access.
//
// The ID of the file system must be given too, so that a mistyped key does not
// delete files. Nothing is deleted if the file system is not that of the key.
// The same holds if others depend on the file system: if it has access points
// of other keys, or mount targets in subnets that the plan does not name. The
// error is a [*DriftError] or an [ErrConflict] then. The call succeeds if the
// file system does not exist. It uses only the subnets and OnStep of the plan.
//
// Transient errors, and refusals because of another change in progress, are
// retried until ctx is done. If a step fails, a [*LeftoverError], joined with
// the error of the step, lists what still exists; call again.
//
// Errors: a [*ValidationError], with nothing sent; those of
// [Client.DescribeAccessPoints], [Client.DeleteAccessPoint],
// [Client.DeleteMountTarget] and [Client.EnsureFileSystemAbsent];
// [*LeftoverError].
//
// IAM actions: those of the operations Describe… and Delete… on file systems,
// access points and mount targets.
func (c *Client) DeprovisionAccessPoint(ctx context.Context, key, fileSystemID string, plan AccessPointPlan) error {
	const operation = "DeprovisionAccessPoint"
	if err := c.made(); err != nil {
		return err
	}
	subnets := make([]string, len(plan.MountTargets))
	for i, in := range plan.MountTargets {
		subnets[i] = in.SubnetID
	}
	if err := invalid(operation, append(c.keyRules(key, nil), append(fileSystemRules(fileSystemID),
		check.That(len(subnets) > 0 && !slices.Contains(subnets, ""), "MountTargets", "is required"))...)...); err != nil {
		return err
	}
	p := &provisioning{Client: c, steps: steps{start: time.Now(), onStep: plan.OnStep}, key: key}
	if err := p.takeDown(fault.Expect(ctx, ErrNotFound), bareID(fileSystemID), subnets); err != nil {
		return p.failed(fmt.Errorf("efs: %s: %w", operation, err))
	}
	return nil
}

// takeDown takes the steps of the way back. What it does shows in the service, so
// that calls with short contexts come to an end, too.
func (p *provisioning) takeDown(ctx context.Context, id string, subnets []string) error {
	for {
		fs, err := wait.Retry(ctx, busy, p.fileSystemByID(id))
		switch {
		case err != nil && !errors.Is(err, ErrNotFound):
			return err
		case err == nil && !fs.leaving():
			p.seen(kindFileSystem, id, false)
			if !fs.isOf(p.key) {
				return foreign("DeprovisionAccessPoint", p.key, fs)
			}
			left, err := wait.Retry(ctx, busy, func(ctx context.Context) (bool, error) { return p.clear(ctx, id, subnets) })
			hidden := errors.Is(err, CodeFileSystemNotFound) // it does not show yet, or any more
			if err != nil && !hidden {
				return err
			}
			if left || hidden {
				if err := wait.Sleep(ctx, takeDownPause); err != nil {
					return err
				}
				continue
			}
			for _, kind := range []string{kindAccessPoint, kindMountTarget} {
				p.gone(kind)
			}
		}
		err = p.EnsureFileSystemAbsent(ctx, p.key, id)
		if busy(err) && ctx.Err() == nil { // a mount target came meanwhile, or it passes
			if failed := wait.Sleep(ctx, takeDownPause); failed != nil {
				return errors.Join(failed, err)
			}
			continue
		}
		if err == nil {
			p.gone(kindFileSystem)
		}
		return err
	}
}

// takeDownPause is the time between two looks at mount targets that are being
// deleted, which takes a minute or so. Chosen.
const takeDownPause = 2 * time.Second

// busy reports whether a failure passes. A conflict does, unless it is with others.
func busy(err error) bool {
	_, foreign := errors.AsType[*foreignError](err)
	return ensure.Transient(err) || errors.Is(err, ErrConflict) && !foreign
}

// clear has the access points and the mount targets of the plan deleted, and reports
// whether mount targets are left. It deletes nothing if others than the plan depend on
// the file system.
func (p *provisioning) clear(ctx context.Context, id string, subnets []string) (left bool, _ error) {
	var others []string
	var points []AccessPoint
	for ap, err := range p.AccessPoints(ctx, DescribeAccessPointsRequest{FileSystemID: id}) {
		switch {
		case err != nil:
			return false, err
		case ap.leaving():
		case p.owns(ap):
			points = append(points, ap)
		default:
			others = append(others, ap.AccessPointID)
		}
	}
	var targets []MountTarget
	for mt, err := range p.MountTargets(ctx, DescribeMountTargetsRequest{FileSystemID: id}) {
		switch {
		case err != nil:
			return false, err
		case mt.leaving() || slices.Contains(subnets, mt.SubnetID):
			targets = append(targets, mt)
		default:
			others = append(others, mt.MountTargetID)
		}
	}
	if others != nil {
		return false, &foreignError{id, others}
	}
	for _, ap := range points {
		p.seen(kindAccessPoint, ap.AccessPointID, false)
	}
	for _, mt := range targets {
		p.seen(kindMountTarget, mt.MountTargetID, false)
	}
	for _, ap := range points {
		if _, err := p.DeleteAccessPoint(ctx, DeleteAccessPointRequest{AccessPointID: ap.AccessPointID}); err != nil && !errors.Is(err, ErrNotFound) {
			return false, err
		}
	}
	for _, mt := range targets {
		if mt.leaving() {
			continue
		}
		if _, err := p.DeleteMountTarget(ctx, DeleteMountTargetRequest{MountTargetID: mt.MountTargetID}); err != nil && !errors.Is(err, ErrNotFound) {
			return false, err
		}
	}
	return len(targets) > 0, nil
}

// owns reports whether an access point was created for the key: by its tag, or by its
// token if the tag was taken, or does not show.
func (p *provisioning) owns(ap AccessPoint) bool {
	if ap.tag(keyTag) == p.key {
		return true
	}
	for generation := range tokens {
		if ap.ClientToken == IdempotencyToken(ap.FileSystemID, p.key, strconv.Itoa(generation)) {
			return true
		}
	}
	return false
}
