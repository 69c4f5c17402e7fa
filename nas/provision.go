package nas

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/ensure"
	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/internal/mount"
	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// An AccessPointPlan describes what [Client.ProvisionAccessPoint] creates.
type AccessPointPlan struct {
	FileSystem CreateFileSystemRequest // must be General-purpose NFS; CPFS and Agentic access points have other requests
	// AccessGroup is a permission group for this plan alone. The mount targets
	// and the access point use it, unless they name another. Leave its
	// Description empty: ProvisionAccessPoint marks the group with it. If
	// AccessGroup is nil, they use an existing group, by default
	// DEFAULT_VPC_GROUP_NAME, which allows the whole VPC.
	AccessGroup *EnsureAccessGroupRequest
	// MountTargets make the whole file system reachable. None are required,
	// because an access point has a domain of its own. Leave their FileSystemID
	// empty.
	MountTargets []CreateMountTargetRequest
	AccessPoint  CreateAccessPointRequest // leave its FileSystemID empty
	// OnStep, if set, is called for each resource when it is found or created,
	// when it is available, and when it is deleted.
	OnStep func(ProvisionStep)
}

// A ProvisionedAccessPoint is what [Client.ProvisionAccessPoint] found or
// created.
type ProvisionedAccessPoint struct {
	FileSystem   FileSystem
	AccessGroup  AccessGroup   // of the plan; zero if the plan has none
	MountTargets []MountTarget // in the order of the plan
	AccessPoint  AccessPoint
}

// MountCommand returns the command line that mounts the access point at a
// directory, with NFS 3 and the options that the service recommends. If the
// access point requires RAM policies (EnabledRAM), it is a command line for the
// NAS client of the package aliyun-alinas-utils, with TLS, which authenticates
// with the AccessKey in its credentials file.
func (p *ProvisionedAccessPoint) MountCommand(dir string) string {
	kind, options := p.mount()
	return mount.Command(kind, options, p.AccessPoint.DomainName+":/", dir)
}

// FstabLine returns the line of /etc/fstab that mounts the access point, as
// [ProvisionedAccessPoint.MountCommand] does, when the machine starts and its
// network is up.
func (p *ProvisionedAccessPoint) FstabLine(dir string) string {
	kind, options := p.mount()
	return mount.FstabLine(kind, "_netdev,"+options, p.AccessPoint.DomainName+":/", dir)
}

// mount returns the kind of the file system for a client, and its options. Those of
// NFS are from the pages on mounting; that an access point takes the same is assumed.
// Those of the NAS client are what the service's CSI driver passes.
func (p *ProvisionedAccessPoint) mount() (kind, options string) {
	if p.AccessPoint.EnabledRAM {
		return "alinas", "tls,vers=3,ram"
	}
	return "nfs", "vers=3,nolock,proto=tcp,rsize=1048576,wsize=1048576,hard,timeo=600,retrans=2,noresvport"
}

const (
	kindFileSystem  = "FileSystem"
	kindAccessGroup = "AccessGroup"
	kindMountTarget = "MountTarget"
	kindAccessPoint = "AccessPoint"
)

// ProvisionAccessPoint creates everything that is needed to mount a directory:
// a file system, a permission group that says who may mount it, its mount
// targets, and an access point.
//
// It finds or creates each of them for the key, and waits until it is
// available, as [Client.EnsureFileSystem], [Client.EnsureAccessGroup],
// [Client.EnsureMountTarget] and [Client.EnsureAccessPoint] do. A call
// continues where an interrupted one ended, and a call after a successful one
// changes nothing. The first call is slow, because only time proves that a
// resource does not exist. It takes about one and a half times [Config].Settle,
// the consistency window, for the file system, as much for each mount target,
// and Settle for the access point.
//
// Resources that exist but differ from the plan are left unchanged, except the
// rules of the permission group, and the error is a [*DriftError]. The group of
// the plan has a Description that is derived from the key. A group of that name
// with another Description is left unchanged as well. If there are several file
// systems, or several mount targets in one vSwitch, none is used, and the error
// is a [*DuplicateError]. At its end the call lists them again, as
// EnsureFileSystem and EnsureMountTarget do, so that two concurrent calls do
// not both succeed with different ones.
//
// If a step fails, nothing is undone, because another process may already use
// what exists. The returned value has what is known of it. The error is that of
// the step, joined with a [*LeftoverError] that lists what exists.
// [Client.DeprovisionAccessPoint] deletes everything.
//
// Errors: a [*ValidationError] for an inconsistent plan, with nothing sent;
// those of the four Ensure methods; [*LeftoverError].
//
// RAM actions: those of the four Ensure methods.
func (c *Client) ProvisionAccessPoint(ctx context.Context, key string, plan AccessPointPlan) (*ProvisionedAccessPoint, error) {
	if err := c.made(); err != nil {
		return nil, err
	}
	plan = plan.whole(key)
	if err := c.checkPlan(key, plan); err != nil {
		return nil, err
	}
	p := &provisioning{Client: c, steps: steps{start: time.Now(), onStep: plan.OnStep}, key: key, plan: plan, out: &ProvisionedAccessPoint{}}
	if kind, err := p.run(ctx); err != nil {
		return p.out, p.failed(fmt.Errorf("nas: ProvisionAccessPoint: %s: %w", kind, err))
	}
	return p.out, nil
}

// groupMark is the description of the permission group that a key has made. A
// description takes letters, digits, and few other characters, a key takes more.
func groupMark(key string) string {
	return keyTag + ":" + IdempotencyToken("access-group", key)
}

// whole returns p with its defaults.
func (p AccessPointPlan) whole(key string) AccessPointPlan {
	p.MountTargets = slices.Clone(p.MountTargets)
	group := ""
	if p.AccessGroup != nil {
		own := *p.AccessGroup
		own.Description = cmp.Or(own.Description, groupMark(key))
		p.AccessGroup, group = &own, own.AccessGroupName
		p.AccessPoint.AccessGroup = cmp.Or(p.AccessPoint.AccessGroup, group)
	}
	for i := range p.MountTargets {
		in := &p.MountTargets[i]
		in.NetworkType = cmp.Or(in.NetworkType, "Vpc")
		in.AccessGroupName = cmp.Or(in.AccessGroupName, group)
	}
	return p
}

// anyFileSystem stands for the file system of a plan until that is known.
const anyFileSystem = "00000000"

// checkPlan says whether the requests are right, and fit together.
func (c *Client) checkPlan(key string, plan AccessPointPlan) error {
	rules := func(in interface{ Validate() error }, least ...check.Problem) []check.Problem {
		if c.cfg.SkipValidation {
			return least
		}
		return problemsOf(in)
	}
	point, fs := plan.AccessPoint, plan.FileSystem
	point.FileSystemID = anyFileSystem
	problems := slices.Concat(check.Key(key),
		check.Under("FileSystem", append(append(rules(fs), fs.reserved()...),
			check.That(fs.FileSystemType == "" || fs.FileSystemType == FileSystemTypeStandard, "FileSystemType", "must be standard: no other has access points"),
			check.That(fs.StorageType != StorageAgentic, "StorageType", "must not be Agentic: its access points need a space"),
			check.That(fs.ProtocolType == "" || fs.ProtocolType == ProtocolNFS, "ProtocolType", "must be NFS: no other has access points"))...),
		check.Each("MountTargets", plan.MountTargets, func(in CreateMountTargetRequest) []check.Problem {
			set := in.FileSystemID != ""
			in.FileSystemID = anyFileSystem
			return append(rules(in, mountTargetRules(in.FileSystemID, in.VpcID, in.VSwitchID)...),
				check.That(!set, "FileSystemId", "must not be set"),
				check.That(!in.DryRun, "DryRun", "must not be set"))
		}),
		check.Under("AccessPoint", append(rules(point), plan.AccessPoint.reserved()...)...),
		[]check.Problem{
			check.That(plan.AccessPoint.FileSystemID == "", "AccessPoint.FileSystemId", "must not be set"),
			check.That(plan.AccessPoint.AgenticSpaceID == "", "AccessPoint.AgenticSpaceId", "must not be set"),
			check.Unique("MountTargets", plan.MountTargets, func(in CreateMountTargetRequest) string { return in.VpcID + " " + in.VSwitchID }),
		})
	if group := plan.AccessGroup; group != nil {
		problems = append(problems, check.Under("AccessGroup", append(rules(*group, check.Required("AccessGroupName", group.AccessGroupName)),
			check.That(group.FileSystemType == "" || group.FileSystemType == FileSystemTypeStandard, "FileSystemType", "must be standard"),
			check.That(group.Description == groupMark(key), "Description", "must not be set"))...)...)
	}
	return invalid("ProvisionAccessPoint", problems...)
}

// A provisioning is one call of ProvisionAccessPoint, or of the way back.
type provisioning struct {
	*Client
	steps
	key    string
	plan   AccessPointPlan
	out    *ProvisionedAccessPoint
	proofs []proof
	// Of the way back: for how long lists have shown no permission group, and whether the
	// call has deleted it.
	absent  time.Duration
	dropped bool
}

// A proof tells at the end of a call whether one of the resources that it found or
// created is the only one. Its error is a *DuplicateError if not.
type proof struct {
	kind, id string
	alone    func(context.Context) error
}

// run takes the steps, and returns which one failed.
func (p *provisioning) run(ctx context.Context) (kind string, err error) {
	p.out.FileSystem, err = p.ensureFileSystem(ctx, p.key, p.plan.FileSystem, p)
	id := p.out.FileSystem.FileSystemID
	if err != nil {
		return p.failedAt(kindFileSystem, id, err)
	}
	p.step(kindFileSystem, id, "available")
	if p.plan.AccessGroup != nil {
		p.out.AccessGroup, err = p.ensureAccessGroup(ctx, *p.plan.AccessGroup, func(group AccessGroup, created bool) error {
			if !created {
				if err := p.foreign("ProvisionAccessPoint", group); err != nil {
					return err
				}
			}
			p.seen(kindAccessGroup, group.AccessGroupName, created)
			return nil
		})
		if err != nil {
			return kindAccessGroup, err
		}
		p.step(kindAccessGroup, p.out.AccessGroup.AccessGroupName, "available")
	}
	for _, in := range p.plan.MountTargets {
		in.FileSystemID = id
		var m MountTarget
		err = p.late(ctx, func(ctx context.Context) (err error) {
			m, err = p.ensureMountTarget(ctx, in, p)
			return err
		})
		if m.MountTargetDomain != "" {
			p.out.MountTargets = append(p.out.MountTargets, m)
		}
		if err != nil {
			return p.failedAt(kindMountTarget, m.MountTargetDomain, err)
		}
		p.step(kindMountTarget, m.MountTargetDomain, "available")
	}
	err = p.late(ctx, func(ctx context.Context) (err error) {
		in := p.plan.AccessPoint
		in.FileSystemID = id
		p.out.AccessPoint, err = p.ensureAccessPoint(ctx, p.key, in, p.sees(kindAccessPoint))
		return err
	})
	if err != nil {
		return p.failedAt(kindAccessPoint, p.out.AccessPoint.AccessPointID, err)
	}
	p.step(kindAccessPoint, p.out.AccessPoint.AccessPointID, "available")
	// The steps have taken so long that this takes a look for each.
	for _, proof := range p.proofs {
		err := proof.alone(ctx)
		if errors.Is(err, ErrNotFound) { // somebody has deleted it
			p.step(proof.kind, proof.id, "deleted")
			p.proofs, p.out.MountTargets = nil, nil
			return p.run(ctx)
		}
		if err != nil {
			return p.failedAt(proof.kind, proof.id, err)
		}
	}
	return "", nil
}

// sees returns what tells of a resource of a kind, or nothing for a nil p.
func (p *provisioning) sees(kind string) func(id string, created bool) {
	if p == nil {
		return nil
	}
	return func(id string, created bool) { p.seen(kind, id, created) }
}

// foreign returns a *DriftError for a permission group that the key has not made.
func (p *provisioning) foreign(operation string, group AccessGroup) error {
	return drifted(operation, p.key, group.AccessGroupName, check.Same("AccessGroup.Description", groupMark(p.key), group.Description))
}

// late repeats what fails since the file system, or the permission group, which was
// just seen, does not show everywhere.
func (p *provisioning) late(ctx context.Context, do func(context.Context) error) error {
	shown := time.Now().Add(2 * p.cfg.settle())
	hidden := func(err error) bool {
		return (errors.Is(err, CodeFileSystemNotFound) || p.plan.AccessGroup != nil && errors.Is(err, CodeAccessGroupNotFound)) && time.Now().Before(shown)
	}
	_, err := wait.Retry(ctx, hidden, func(ctx context.Context) (struct{}, error) { return struct{}{}, do(ctx) })
	return err
}

// DeprovisionAccessPoint deletes what [Client.ProvisionAccessPoint] created for
// the key: the access point, the mount targets of the plan, the file system
// with all its files, and the permission group of the plan. The files can be
// restored only from a backup that was made before. Clients that have mounted
// the file system lose access.
//
// The ID of the file system must be given too, so that a mistyped key does not
// delete files. Nothing is deleted if the file system or the permission group
// is not that of the key. The same holds if others depend on the file system:
// if it has access points of other keys, or mount targets that the plan does
// not name. The error is a [*DriftError] or an [ErrConflict] then. The call
// succeeds if neither the file system nor the group exists. It uses only these
// parts of the plan: the vSwitches of the mount targets, the name of the
// permission group, and OnStep.
//
// A permission group that others use is not deleted. If mount targets use it,
// the error is an [ErrConflict] at once. If access points use it, the call
// retries until they no longer do, or until ctx is done.
//
// Transient errors, and refusals because of another change in progress, are
// retried until ctx is done. If a step fails, a [*LeftoverError], joined with
// the error of the step, lists what still exists; call again. The call returns
// when no list has shown a file system of the key for [Config].Settle. If the
// call did not delete the permission group itself, the same holds for the
// group. See [Client.EnsureAccessPointAbsent].
//
// Errors: a [*ValidationError], with nothing sent; those of
// [Client.ListAccessPoints], [Client.DeleteAccessPoint],
// [Client.DescribeMountTargets], [Client.DeleteMountTarget],
// [Client.EnsureFileSystemAbsent], [Client.DescribeAccessGroups] and
// [Client.DeleteAccessGroup]; [*LeftoverError].
//
// RAM actions: those of these methods.
func (c *Client) DeprovisionAccessPoint(ctx context.Context, key, fileSystemID string, plan AccessPointPlan) error {
	const operation = "DeprovisionAccessPoint"
	if err := c.made(); err != nil {
		return err
	}
	problems := append(check.Key(key), check.Required("FileSystemId", fileSystemID))
	problems = append(problems, check.Each("MountTargets", plan.MountTargets, func(in CreateMountTargetRequest) []check.Problem {
		return mountTargetRules(fileSystemID, in.VpcID, in.VSwitchID)[1:]
	})...)
	if plan.AccessGroup != nil {
		problems = append(problems, check.Required("AccessGroup.AccessGroupName", plan.AccessGroup.AccessGroupName))
	}
	if err := invalid(operation, problems...); err != nil {
		return err
	}
	p := &provisioning{Client: c, steps: steps{start: time.Now(), onStep: plan.OnStep}, key: key, plan: plan}
	if err := p.takeDown(fault.Expect(ctx, ErrNotFound, ErrConflict), fileSystemID); err != nil {
		return p.failed(fmt.Errorf("nas: %s: %w", operation, err))
	}
	return nil
}

// takeDown takes the steps of the way back. What it does shows in the service, so
// that calls with short contexts come to an end, too.
func (p *provisioning) takeDown(ctx context.Context, id string) error {
	if err := p.repeat(ctx, func(ctx context.Context) (again bool, _ error) { return p.demolish(ctx, id) }); err != nil {
		return err
	}
	if err := p.repeat(ctx, p.dropGroup); err != nil {
		return err
	}
	p.view.memory.Something(fileSystemKey(p.key))
	return nil
}

// repeat takes a step until that is no longer necessary. If ctx ends before, the error
// says what was in the way.
func (p *provisioning) repeat(ctx context.Context, step func(context.Context) (again bool, _ error)) error {
	for refused := error(nil); ; {
		again, err := step(ctx)
		if !again {
			if refused != nil && err != nil && ctx.Err() != nil {
				return errors.Join(err, refused)
			}
			return err
		}
		refused = err
		if failed := wait.Sleep(ctx, takeDownPause); failed != nil {
			return errors.Join(failed, refused)
		}
	}
}

// demolish takes the steps up to the deletion of the file system, once.
func (p *provisioning) demolish(ctx context.Context, id string) (again bool, _ error) {
	fs, err := wait.Retry(ctx, ensure.Transient, p.fileSystem(id))
	if err != nil && !errors.Is(err, ErrNotFound) {
		return busy(err), err
	}
	stands := err == nil && fs.Status != FileSystemStatusDeleting
	if stands {
		p.seen(kindFileSystem, id, false)
		if tag := tagOf(fs.Tags, keyTag); tag != p.key {
			return false, drifted("DeprovisionAccessPoint", p.key, id, check.Same("Tag."+keyTag, p.key, tag))
		}
	}
	if err := p.ownGroup(ctx); err != nil {
		return busy(err), err
	}
	if stands {
		left, err := p.clear(ctx, id)
		hidden := errors.Is(err, CodeFileSystemNotFound) // it does not show yet, or any more
		if hidden {
			err = errors.New(err.Error()) // who takes an ErrNotFound for success would leave the file system
		}
		if left || err != nil {
			return left || hidden || busy(err), err
		}
		p.gone(kindAccessPoint)
		p.gone(kindMountTarget)
	}
	// What came to the file system meanwhile is a conflict, and the next look tells
	// whose it is.
	err = p.fileSystemAbsent(ctx, p.key, id, true)
	other, drift := errors.AsType[*DriftError](err)
	if err != nil && !drift {
		return busy(err), err
	}
	p.gone(kindFileSystem)
	if drift {
		p.seen(kindFileSystem, other.ResourceID, false)
	}
	return false, err
}

// takeDownPause is the time between two looks at what is being deleted. Chosen.
const takeDownPause = 2 * time.Second

// busy reports whether a failure passes. A conflict does, unless it takes somebody to
// change something else.
func busy(err error) bool {
	_, foreign := errors.AsType[*foreignError](err)
	lasts := foreign || errors.Is(err, CodeLifecyclePolicyAssociated) || errors.Is(err, CodeLifecycleRecycleBinTieringJobAssociated)
	return ensure.Transient(err) || errors.Is(err, ErrConflict) && !lasts
}

// clear has the access points and the mount targets of the plan deleted, and reports
// whether any are left. It deletes nothing if others than the plan depend on the file
// system.
func (p *provisioning) clear(ctx context.Context, id string) (left bool, _ error) {
	var others []string
	var points []AccessPoint
	for ap, err := range p.AccessPoints(ctx, ListAccessPointsRequest{FileSystemID: id}) {
		switch {
		case err != nil:
			return false, err
		case ap.tag(keyTag) == p.key || ap.Status == StatusDeleting:
			points = append(points, ap)
		default:
			others = append(others, ap.AccessPointID)
		}
	}
	var targets []MountTarget
	for m, err := range p.MountTargets(ctx, DescribeMountTargetsRequest{FileSystemID: id}) {
		switch {
		case err != nil:
			return false, err
		case m.Status == MountTargetDeleting || slices.ContainsFunc(p.plan.MountTargets, func(in CreateMountTargetRequest) bool { return in.VpcID == m.VpcID && in.VSwitchID == m.VSwitchID }):
			targets = append(targets, m)
		default:
			others = append(others, m.MountTargetDomain)
		}
	}
	if others != nil {
		return false, &foreignError{id, others}
	}
	for _, ap := range points {
		p.seen(kindAccessPoint, ap.AccessPointID, false)
	}
	for _, m := range targets {
		p.seen(kindMountTarget, m.MountTargetDomain, false)
	}
	for _, ap := range points {
		if ap.Status == StatusDeleting {
			continue
		}
		if _, err := p.DeleteAccessPoint(ctx, DeleteAccessPointRequest{FileSystemID: id, AccessPointID: ap.AccessPointID}); err != nil && !errors.Is(err, ErrNotFound) {
			return false, err
		}
	}
	for _, m := range targets {
		if m.Status == MountTargetDeleting {
			continue
		}
		if _, err := p.DeleteMountTarget(ctx, DeleteMountTargetRequest{FileSystemID: id, MountTargetDomain: m.MountTargetDomain}); err != nil && !errors.Is(err, ErrNotFound) {
			return false, err
		}
	}
	return len(points)+len(targets) > 0, nil
}

// groupMemory returns what the memory of a client has the looks of the way back for the
// permission group of the plan by.
func (p *provisioning) groupMemory() string {
	return groupKey(FileSystemTypeStandard, p.plan.AccessGroup.AccessGroupName) + "\ndown"
}

// planned returns the permission group of the plan, or an [ErrNotFound].
func (p *provisioning) planned(ctx context.Context) (AccessGroup, error) {
	memory, key := &p.view.memory, p.groupMemory()
	group, err := wait.Retry(ctx, ensure.Transient, func(ctx context.Context) (AccessGroup, error) {
		asked := time.Now()
		group, err := p.findGroup(ctx, FileSystemTypeStandard, p.plan.AccessGroup.AccessGroupName)
		switch {
		case err == nil:
			memory.Something(key)
		case errors.Is(err, ErrNotFound):
			since, _ := memory.Nothing(key, asked, p.cfg.settle())
			p.absent = asked.Sub(since)
		}
		return group, err
	})
	if err != nil {
		return group, err
	}
	if err := p.foreign("DeprovisionAccessPoint", group); err != nil {
		return group, err
	}
	p.seen(kindAccessGroup, group.AccessGroupName, false)
	return group, nil
}

// ownGroup returns a *DriftError if the permission group of the plan is not of the key.
func (p *provisioning) ownGroup(ctx context.Context) error {
	if p.plan.AccessGroup == nil {
		return nil
	}
	_, err := p.planned(ctx)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// dropGroup deletes the permission group of the plan, until it does not show. Since the
// file system has not shown for Settle, one whose creation was interrupted does. One that
// this call has not deleted has to be absent for Settle, too: a list may be wrong.
func (p *provisioning) dropGroup(ctx context.Context) (again bool, _ error) {
	if p.plan.AccessGroup == nil {
		return false, nil
	}
	group, err := p.planned(ctx)
	if errors.Is(err, ErrNotFound) {
		if !p.dropped && p.absent < p.cfg.settle() {
			return true, nil
		}
		p.gone(kindAccessGroup)
		p.view.memory.Something(p.groupMemory())
		return false, nil
	}
	if err != nil {
		return busy(err), err
	}
	_, err = p.DeleteAccessGroup(ctx, DeleteAccessGroupRequest{group.AccessGroupName, FileSystemTypeStandard})
	if err == nil || errors.Is(err, ErrNotFound) {
		p.dropped = true
		return true, nil
	}
	return busy(err) && group.MountTargetCount == 0, err
}
