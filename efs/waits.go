package efs

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/ensure"
	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// WaitAccessPointAvailable waits until the access point can be mounted, and
// returns it. It fails at once if the access point is deleting, deleted or in
// error.
//
// Concurrent waits share lists of the access points of the account and region if
// that takes fewer requests: a page has 1,000.
//
// IAM action: elasticfilesystem:DescribeAccessPoints. Permission for the one
// access point is enough; permission for all lets waits share lists.
func (c *Client) WaitAccessPointAvailable(ctx context.Context, accessPointID string, opts WaitOptions) (AccessPoint, error) {
	return waitOne(ctx, "WaitAccessPointAvailable", opts, c.source(), accessPointID, available)
}

// WaitAccessPointsAvailable waits for each of the access points as
// [Client.WaitAccessPointAvailable] does, and returns when all of them have
// ended. The results are in the order of the IDs. A wait that fails does not
// end the others. OnPoll is called for each access point, one call at a time.
func (c *Client) WaitAccessPointsAvailable(ctx context.Context, accessPointIDs []string, opts WaitOptions) []WaitResult[AccessPoint] {
	return waitEach(ctx, "WaitAccessPointsAvailable", opts, c.source(), accessPointIDs, available)
}

// available returns the goal of a wait for an access point that can be mounted.
func available() wait.Goal[AccessPoint] {
	return wait.Goal[AccessPoint]{Done: func(ap AccessPoint) (string, bool, error) {
		state := ap.LifeCycleState
		if state == StateDeleting || state == StateDeleted || state == StateError {
			return string(state), false, fmt.Errorf("an access point that is %s does not become %s", state, StateAvailable)
		}
		return string(state), state == StateAvailable, nil
	}}
}

// WaitAccessPointDeleted waits until the access point is gone. It succeeds if
// there is none in the first place. It fails at once if the access point is in
// error.
//
// It shares lists as [Client.WaitAccessPointAvailable] does. If a list no
// longer shows the access point, it confirms that with a request of its own.
//
// IAM action: elasticfilesystem:DescribeAccessPoints. Permission for the one
// access point is enough; permission for all lets waits share lists.
func (c *Client) WaitAccessPointDeleted(ctx context.Context, accessPointID string, opts WaitOptions) error {
	_, err := waitOne(ctx, "WaitAccessPointDeleted", opts, c.source(), accessPointID, gone)
	return err
}

// WaitAccessPointsDeleted waits for each of the access points as
// [Client.WaitAccessPointDeleted] does, and returns when all of them have
// ended. The results are in the order of the IDs. A wait that fails does not
// end the others. OnPoll is called for each access point, one call at a time.
//
// At the end it confirms each deletion with a request of its own, one after the
// other: a thousand access points take a thousand round trips. Concurrent calls
// of WaitAccessPointDeleted are faster.
func (c *Client) WaitAccessPointsDeleted(ctx context.Context, accessPointIDs []string, opts WaitOptions) []WaitResult[AccessPoint] {
	return waitEach(ctx, "WaitAccessPointsDeleted", opts, c.source(), accessPointIDs, gone)
}

// gone returns the goal of a wait for an access point that is gone: one that is
// seen is not, unless it says so itself.
func gone() wait.Goal[AccessPoint] {
	return wait.Goal[AccessPoint]{Gone: notFound, Done: func(ap AccessPoint) (string, bool, error) {
		state := ap.LifeCycleState
		if state == StateError {
			return string(state), false, fmt.Errorf("an access point that is in %s does not become %s", state, StateDeleted)
		}
		return string(state), state == StateDeleted, nil
	}}
}

// goal returns that of a wait for a state, other than one of those that do not lead
// to it. What is seen says its state.
func goal[T any, S ~string](what string, wanted S, state func(T) S, never ...S) wait.Goal[T] {
	return wait.Goal[T]{Done: func(v T) (string, bool, error) {
		s := state(v)
		if slices.Contains(never, s) {
			return string(s), false, fmt.Errorf("a %s that is in state %s does not become %s", what, s, wanted)
		}
		return string(s), s == wanted, nil
	}}
}

// absence returns the goal of a wait for something to go.
func absence[T any, S ~string](what string, state func(T) S, never ...S) wait.Goal[T] {
	g := goal(what, S(StateDeleted), state, never...)
	g.Gone = func(err error) bool { return errors.Is(err, ErrNotFound) }
	return g
}

// WaitFileSystemAvailable waits until the file system is available, so that
// mount targets and access points can be created, or until a change of it is
// complete, and returns it. It fails at once if the file system is deleting,
// deleted or in error.
//
// IAM action: elasticfilesystem:DescribeFileSystems.
func (c *Client) WaitFileSystemAvailable(ctx context.Context, fileSystemID string, opts WaitOptions) (FileSystem, error) {
	return waitFor(ctx, "WaitFileSystemAvailable", opts, c.fileSystemByID(fileSystemID),
		goal("file system", StateAvailable, FileSystem.state, StateDeleting, StateDeleted, StateError))
}

// WaitFileSystemDeleted waits until the file system is gone. It succeeds if
// there is none in the first place. It fails at once if the file system is in
// error.
//
// IAM action: elasticfilesystem:DescribeFileSystems.
func (c *Client) WaitFileSystemDeleted(ctx context.Context, fileSystemID string, opts WaitOptions) error {
	_, err := waitFor(ctx, "WaitFileSystemDeleted", opts, c.fileSystemByID(fileSystemID), absence("file system", FileSystem.state, StateError))
	return err
}

func (c *Client) fileSystemByID(id string) func(context.Context) (FileSystem, error) {
	return func(ctx context.Context) (FileSystem, error) {
		// The request without an ID would be for a list.
		if err := invalid("DescribeFileSystems", check.Required("FileSystemId", id)); err != nil {
			return FileSystem{}, err
		}
		out, err := c.DescribeFileSystems(ctx, DescribeFileSystemsRequest{FileSystemID: id})
		if err != nil {
			return FileSystem{}, err
		}
		return out.only(id)
	}
}

// WaitMountTargetAvailable waits until the file system can be mounted through
// the mount target, and returns the mount target. Its DNS name may take a
// little longer to resolve. It fails at once if the mount target is deleting,
// deleted or in error.
//
// IAM action: elasticfilesystem:DescribeMountTargets.
func (c *Client) WaitMountTargetAvailable(ctx context.Context, mountTargetID string, opts WaitOptions) (MountTarget, error) {
	return waitFor(ctx, "WaitMountTargetAvailable", opts, c.mountTargetByID(mountTargetID),
		goal("mount target", StateAvailable, MountTarget.state, StateDeleting, StateDeleted, StateError))
}

// WaitMountTargetDeleted waits until the mount target is gone. It succeeds if
// there is none in the first place. It fails at once if the mount target is in
// error.
//
// IAM action: elasticfilesystem:DescribeMountTargets.
func (c *Client) WaitMountTargetDeleted(ctx context.Context, mountTargetID string, opts WaitOptions) error {
	_, err := waitFor(ctx, "WaitMountTargetDeleted", opts, c.mountTargetByID(mountTargetID), absence("mount target", MountTarget.state, StateError))
	return err
}

func (c *Client) mountTargetByID(id string) func(context.Context) (MountTarget, error) {
	return func(ctx context.Context) (MountTarget, error) {
		out, err := c.DescribeMountTargets(ctx, DescribeMountTargetsRequest{MountTargetID: id})
		if err != nil {
			return MountTarget{}, err
		}
		return out.only(id)
	}
}

// WaitReplicationEnabled waits until the replication that a file system takes
// part in is enabled, and returns it; the first copy of the files may still be
// running. It fails at once if the replication is deleting or in error; its
// StatusMessage says why.
//
// IAM action: elasticfilesystem:DescribeReplicationConfigurations.
func (c *Client) WaitReplicationEnabled(ctx context.Context, fileSystemID string, opts WaitOptions) (ReplicationConfiguration, error) {
	return waitFor(ctx, "WaitReplicationEnabled", opts, c.replicationOf(fileSystemID),
		goal("replication", ReplicationEnabled, ReplicationConfiguration.status, ReplicationDeleting, ReplicationError))
}

// WaitReplicationDeleted waits until a file system takes part in no
// replication. It succeeds at once if the file system takes part in none, or
// does not exist.
//
// IAM action: elasticfilesystem:DescribeReplicationConfigurations.
func (c *Client) WaitReplicationDeleted(ctx context.Context, fileSystemID string, opts WaitOptions) error {
	_, err := waitFor(ctx, "WaitReplicationDeleted", opts, c.replicationOf(fileSystemID), absence("replication", ReplicationConfiguration.status))
	return err
}

func (c *Client) replicationOf(id string) func(context.Context) (ReplicationConfiguration, error) {
	return func(ctx context.Context) (none ReplicationConfiguration, _ error) {
		if err := invalid("DescribeReplicationConfigurations", check.Required("FileSystemId", id)); err != nil {
			return none, err
		}
		out, err := c.DescribeReplicationConfigurations(ctx, DescribeReplicationConfigurationsRequest{FileSystemID: id})
		if err != nil {
			return none, err
		}
		for _, r := range out.Replications {
			if bareID(id) == r.SourceFileSystemID || slices.ContainsFunc(r.Destinations, func(d ReplicationDestination) bool { return d.FileSystemID == bareID(id) }) {
				return r, nil
			}
		}
		// As with access points, the service is documented to refuse the request.
		if len(out.Replications) > 0 {
			return none, about("DescribeReplicationConfigurations", bareID(id), out.Replications[0].SourceFileSystemID, out.RequestID)
		}
		return none, fmt.Errorf("efs: DescribeReplicationConfigurations: %s: %w (request %s)", bareID(id), ErrNotFound, out.RequestID)
	}
}

// WaitBackupPolicy waits until the automatic backups of the file system have
// the status wanted, which is [BackupEnabled] or [BackupDisabled]. A file
// system that never had any counts as disabled.
//
// IAM action: elasticfilesystem:DescribeBackupPolicy.
func (c *Client) WaitBackupPolicy(ctx context.Context, fileSystemID string, wanted BackupStatus, opts WaitOptions) error {
	if err := invalid("WaitBackupPolicy", check.OneOf("wanted", wanted, BackupEnabled, BackupDisabled), check.Required("wanted", wanted)); err != nil {
		return err
	}
	_, err := waitFor(ctx, "WaitBackupPolicy", opts, func(ctx context.Context) (BackupStatus, error) {
		out, err := c.DescribeBackupPolicy(ctx, DescribeBackupPolicyRequest{FileSystemID: fileSystemID})
		if errors.Is(err, CodePolicyNotFound) {
			return BackupDisabled, nil
		}
		if err != nil {
			return "", err
		}
		return out.BackupPolicy.Status, nil
	}, wait.Goal[BackupStatus]{Done: func(s BackupStatus) (string, bool, error) { return string(s), s == wanted, nil }})
	return err
}

// notFound reports whether err says that the access point does not exist. That the
// file system does not, it may say of another one than was meant.
func notFound(err error) bool {
	return errors.Is(err, ErrNotFound) && !errors.Is(err, CodeFileSystemNotFound)
}

// source returns where access points are found by ID.
func (c *Client) source() *wait.Source[AccessPoint] {
	return &wait.Source[AccessPoint]{
		Reader: c.reader(),
		Get: func(ctx context.Context, id string) (AccessPoint, error) {
			// The request without an ID would be for a list.
			if err := invalid("DescribeAccessPoints", check.Required("AccessPointId", id)); err != nil {
				return AccessPoint{}, err
			}
			out, err := c.DescribeAccessPoints(ctx, DescribeAccessPointsRequest{AccessPointID: id})
			if err != nil {
				return AccessPoint{}, err
			}
			return out.only(id)
		},
		Page: func(ctx context.Context, token string) (wait.Page[AccessPoint], error) {
			out, err := c.DescribeAccessPoints(ctx, DescribeAccessPointsRequest{NextToken: token, MaxResults: 1000})
			if err != nil {
				return wait.Page[AccessPoint]{}, err
			}
			return wait.Page[AccessPoint]{Items: out.AccessPoints, Next: out.NextToken}, nil
		},
		ID: func(ap AccessPoint) string { return ap.AccessPointID },
		Listed: func(id string) string {
			if (DescribeAccessPointsRequest{AccessPointID: id}).Validate() != nil {
				return ""
			}
			return bareID(id)
		},
		Denied: c.listingDenied,
	}
}

// A view is what clients share to which the service shows the same.
type view struct {
	reader wait.Reader[AccessPoint]
	memory ensure.Memory
}

// reader returns the one that c shares.
func (c *Client) reader() *wait.Reader[AccessPoint] {
	if c.made() != nil {
		return new(wait.Reader[AccessPoint])
	}
	return &c.view.reader
}
