package nas

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/ensure"
	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// A VolumePlan describes what [Client.ProvisionVolume] creates in a
// General-purpose NFS file system.
type VolumePlan struct {
	// Dir is the directory.
	Dir CreateDirRequest
	// Quota is the quota of the directory. Its FileSystemID and Path are those
	// of Dir and need not be set; its UserType defaults to [UserTypeAll], its
	// QuotaType to [QuotaEnforcement]. If Quota is nil, the quota of the
	// directory is left unchanged.
	Quota *SetDirQuotaRequest
	// AccessPoint is the access point. Its FileSystemID and RootDirectory are
	// those of Dir and need not be set.
	AccessPoint CreateAccessPointRequest
	// OnStep, if set, is called after each step.
	OnStep func(VolumeStep)
}

// A VolumeStep is a step of [Client.ProvisionVolume] or [Client.ReleaseVolume].
type VolumeStep string

// The steps of [Client.ProvisionVolume], in this order. [Client.ReleaseVolume] runs
// the last two in reverse order.
const (
	VolumeDir         VolumeStep = "directory"
	VolumeQuota       VolumeStep = "quota"
	VolumeAccessPoint VolumeStep = "access point"
)

// A Volume is what [Client.ProvisionVolume] found or created of a [VolumePlan].
type Volume struct {
	Path        string              // of the directory; empty if it may not exist
	Quota       *SetDirQuotaRequest // for [Client.WaitDirQuotaNormal]; nil if the plan's quota is not set
	QuotaStatus DirQuotaStatus      // Initializing until the quota takes effect, then Normal
	AccessPoint AccessPoint         // as far as known
}

// ProvisionVolume creates a volume, as a CSI driver needs one: a directory, its
// quota, and the access point of key with the directory as its root. It returns
// when the access point is Active. The quota takes effect 5 to 15 minutes
// later: wait for Volume.Quota with [Client.WaitDirQuotaNormal].
//
// It is idempotent. To resize a volume, call it again with another quota. A
// quota that is already set is not set again, since that could suspend it for
// minutes. If another call changed the quota less than [Config].Settle ago,
// this call may still see the old one. The directory keeps the owner and the
// mode that it was created with. If the access point differs from the plan, the
// error is a [*DriftError]; [Client.RepairAccessPoint] changes it.
//
// If a step fails, nothing is undone, because another process may already use
// what exists. The returned Volume has what is known of it. The error is that
// of the step, joined with a [*LeftoverError] that lists what exists: its kinds
// are the [VolumeStep] constants, and the ID of a directory or a quota is the
// path. The next call with the same key, in any process, continues from there.
//
// Transient errors are retried until ctx is done.
//
// Errors: a [*ValidationError] for an inconsistent plan, with nothing sent;
// those of [Client.CreateDir], [Client.DescribeDirQuotas], [Client.SetDirQuota]
// and [Client.EnsureAccessPoint]; [*LeftoverError].
//
// RAM actions: nas:CreateDir and those of [Client.EnsureAccessPoint]; with a
// quota, nas:DescribeDirQuotas and nas:SetDirQuota.
func (c *Client) ProvisionVolume(ctx context.Context, key string, plan VolumePlan) (Volume, error) {
	if err := c.made(); err != nil {
		return Volume{}, err
	}
	plan = plan.whole()
	if err := plan.check(key, c.cfg.SkipValidation); err != nil {
		return Volume{}, err
	}
	var v Volume
	var s steps
	failed := func(step VolumeStep, err error) (Volume, error) {
		return v, s.failed(fmt.Errorf("nas: ProvisionVolume %q: %s: %w", key, step, err))
	}
	if err := retried(ctx, nil, func(ctx context.Context) error { _, err := c.CreateDir(ctx, plan.Dir); return err }); err != nil {
		return failed(VolumeDir, err)
	}
	made := time.Now()
	v.Path = plan.Dir.RootDirectory
	s.seen(string(VolumeDir), v.Path, false)
	plan.done(VolumeDir)
	if plan.Quota != nil {
		// A directory that is new may not show yet.
		hidden := func(err error) bool { return notFound(err) && time.Since(made) < c.cfg.settle() }
		status, err := c.ensureQuota(ctx, *plan.Quota, hidden)
		if err != nil {
			return failed(VolumeQuota, err)
		}
		v.Quota, v.QuotaStatus = plan.Quota, status
		s.seen(string(VolumeQuota), plan.Quota.Path, false)
		plan.done(VolumeQuota)
	}
	var err error
	v.AccessPoint, err = c.ensureAccessPoint(ctx, key, plan.AccessPoint, func(id string, created bool) { s.seen(string(VolumeAccessPoint), id, created) })
	if err != nil {
		if id := v.AccessPoint.AccessPointID; id != "" {
			s.seen(string(VolumeAccessPoint), id, false)
		}
		return failed(VolumeAccessPoint, err)
	}
	plan.done(VolumeAccessPoint)
	return v, nil
}

// ensureQuota sets a quota unless it is as asked.
func (c *Client) ensureQuota(ctx context.Context, in SetDirQuotaRequest, hidden func(error) bool) (DirQuotaStatus, error) {
	var info DirQuotaInfo
	err := retried(fault.Expect(ctx, ErrNotFound), nil, func(ctx context.Context) (err error) {
		if info, err = c.quotas(in.FileSystemID, in.Path)(ctx); notFound(err) {
			return nil
		}
		return err
	})
	if err != nil {
		return "", err
	}
	if q := info.quota(in.UserType, in.UserID); q != nil && in.sets(*q) {
		return info.Status, nil
	}
	return DirQuotaInitializing, retried(ctx, hidden, func(ctx context.Context) error { _, err := c.SetDirQuota(ctx, in); return err })
}

// ReleaseVolume undoes [Client.ProvisionVolume]: it deletes the access point of
// key, waits until it is gone, as [Client.EnsureAccessPointAbsent] does, and
// cancels the quota, if plan has one. The directory and its data remain,
// because the API cannot delete a directory. Only these parts of plan are used:
// FileSystemID and RootDirectory of Dir, UserType and UserID of Quota, and
// OnStep.
//
// It is idempotent: each call takes both steps, and a step that has nothing to
// do succeeds. The error of a failed call names the step.
//
// Errors: those of [Client.EnsureAccessPointAbsent] and
// [Client.CancelDirQuota].
//
// RAM actions: those of [Client.EnsureAccessPointAbsent]; with a quota,
// nas:CancelDirQuota.
func (c *Client) ReleaseVolume(ctx context.Context, key string, plan VolumePlan) error {
	if err := c.made(); err != nil {
		return err
	}
	plan = plan.whole()
	problems := append(check.Key(key),
		check.Required("Dir.FileSystemId", plan.Dir.FileSystemID),
		check.Required("Dir.RootDirectory", plan.Dir.RootDirectory))
	var cancel CancelDirQuotaRequest
	if q := plan.Quota; q != nil {
		cancel = CancelDirQuotaRequest{q.FileSystemID, q.Path, q.UserType, q.UserID}
		problems = append(problems, check.Under("Quota", problemsOf(cancel)...)...)
	}
	if err := invalid("ReleaseVolume", problems...); err != nil {
		return err
	}
	if err := c.accessPointAbsent(ctx, plan.Dir.FileSystemID, key, plan.Quota != nil); err != nil {
		return fmt.Errorf("nas: ReleaseVolume %q: %s: %w", key, VolumeAccessPoint, err)
	}
	plan.done(VolumeAccessPoint)
	if plan.Quota == nil {
		return nil
	}
	// The step before has taken Settle: a quota that was set and whose answer was lost
	// shows by now.
	err := retried(fault.Expect(ctx, ErrNotFound), nil, func(ctx context.Context) error { _, err := c.CancelDirQuota(ctx, cancel); return err })
	if err != nil && !errors.Is(err, ErrNotFound) {
		return fmt.Errorf("nas: ReleaseVolume %q: %s of %s: %w", key, VolumeQuota, cancel.Path, err)
	}
	c.view.memory.Something(memoryKey(plan.Dir.FileSystemID, key))
	plan.done(VolumeQuota)
	return nil
}

// retried calls f until it succeeds, fails for good, or ctx is done. Conflicts with
// other changes pass, and what transient accepts, which may be nil.
func retried(ctx context.Context, transient func(error) bool, f func(context.Context) error) error {
	_, err := wait.Retry(ctx, func(err error) bool {
		return ensure.Transient(err) || errors.Is(err, ErrConflict) || transient != nil && transient(err)
	}, func(ctx context.Context) (struct{}, error) { return struct{}{}, f(ctx) })
	return err
}

// whole returns p with its defaults.
func (p VolumePlan) whole() VolumePlan {
	fs, path := p.Dir.FileSystemID, p.Dir.RootDirectory
	p.AccessPoint.FileSystemID = cmp.Or(p.AccessPoint.FileSystemID, fs)
	p.AccessPoint.RootDirectory = cmp.Or(p.AccessPoint.RootDirectory, path)
	if p.Quota != nil {
		q := *p.Quota
		q.FileSystemID, q.Path = cmp.Or(q.FileSystemID, fs), cmp.Or(q.Path, path)
		q.UserType, q.QuotaType = cmp.Or(q.UserType, UserTypeAll), cmp.Or(q.QuotaType, QuotaEnforcement)
		p.Quota = &q
	}
	return p
}

// done reports a step.
func (p VolumePlan) done(step VolumeStep) {
	if p.OnStep != nil {
		p.OnStep(step)
	}
}

// check says whether the requests are right, and fit together.
func (p VolumePlan) check(key string, skipValidation bool) error {
	fs, path, ap := p.Dir.FileSystemID, p.Dir.RootDirectory, p.AccessPoint
	problems := append(check.Key(key),
		check.That(ap.FileSystemID == fs, "AccessPoint.FileSystemId", "must be that of the directory"),
		check.That(directory(ap.RootDirectory) == directory(path), "AccessPoint.RootDirectory", "must be the directory"),
		check.That(ap.AgenticSpaceID == "", "AccessPoint.AgenticSpaceId", "must not be set"),
	)
	if p.Quota != nil {
		problems = append(problems,
			check.That(p.Quota.FileSystemID == fs, "Quota.FileSystemId", "must be that of the directory"),
			check.That(directory(p.Quota.Path) == directory(path), "Quota.Path", "must be the directory"))
	}
	problems = append(problems, check.Under("AccessPoint", ap.reserved()...)...)
	if !skipValidation {
		problems = append(problems, check.Under("Dir", problemsOf(p.Dir)...)...)
		if p.Quota != nil {
			problems = append(problems, check.Under("Quota", problemsOf(*p.Quota)...)...)
		}
		problems = append(problems, check.Under("AccessPoint", problemsOf(ap)...)...)
	}
	return invalid("ProvisionVolume", problems...)
}
