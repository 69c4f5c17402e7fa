package efs

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/ensure"
	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// EnsureFileSystem finds or creates the file system of a key in the account and
// region, waits until it is available, compares it with in, and returns it. It
// can be mounted once it has mount targets: see [Client.EnsureMountTargets].
//
// It is idempotent, like [Client.EnsureAccessPoint]. The key is kept in the tag
// accesspoint-key, and the idempotency token (CreationToken) is derived from
// it:
//
//	IdempotencyToken("file-system", key, "0")
//
// EnsureFileSystem first checks the list of the account, with one request per
// hundred file systems, unless this client knows the file system already. It
// recognizes the file system by its tag or its token. If the list does not
// contain it, the call creates it. The service refuses a token that a file
// system has, and names that file system. Therefore concurrent callers get the
// same file system, and a creation with an unknown outcome is retried.
//
// If the file system is being deleted, the call waits until it is gone and
// creates a new, empty one, as EnsureAccessPoint does. EnsureFileSystem deletes
// nothing. There can be two only if the service forgets the token of an
// existing file system and does not list it either; the error is then a
// [*DuplicateError] with the IDs of both.
//
// Parameters that in leaves out are not compared, nor is Backup, nor a KMS key
// that in names by an alias. If the file system differs otherwise, it is
// returned unchanged, with a [*DriftError]. Transient errors are retried until
// ctx is done; then call again.
//
// Errors: those of [Client.CreateFileSystem] and
// [Client.WaitFileSystemAvailable], [*DriftError], [*DuplicateError].
//
// IAM actions: elasticfilesystem:CreateFileSystem,
// elasticfilesystem:TagResource, elasticfilesystem:DescribeFileSystems.
func (c *Client) EnsureFileSystem(ctx context.Context, key string, in CreateFileSystemRequest) (FileSystem, error) {
	return c.ensureFileSystem(ctx, key, in, nil)
}

// ensureFileSystem calls seen before it waits.
func (c *Client) ensureFileSystem(ctx context.Context, key string, in CreateFileSystemRequest, seen func(FileSystem, bool)) (FileSystem, error) {
	if err := c.made(); err != nil {
		return FileSystem{}, err
	}
	token := func(generation int) string { return fileSystemToken(key, generation) }
	problems := append(c.keyRules(key, in.Tags), check.That(in.CreationToken == "" || in.CreationToken == token(0), "CreationToken", "must be that of the key, or not set"))
	if err := invalid("EnsureFileSystem", problems...); err != nil {
		return FileSystem{}, err
	}
	in.Tags = append(slices.Clone(in.Tags), Tag{keyTag, key})
	if err := c.validate(in); err != nil {
		return FileSystem{}, err
	}
	fs, err := ensureByToken(ctx, c, finding[FileSystem]{
		operation: "EnsureFileSystem", key: key, memory: fileSystemMemory(key), token: token, lookFirst: true,
		look: func(ctx context.Context) (wait.Found[FileSystem], error) { return c.fileSystemsOf(ctx, key) },
		create: func(ctx context.Context, token string) (FileSystem, error) {
			in.CreationToken = token
			out, err := c.CreateFileSystem(ctx, in)
			if err != nil {
				return FileSystem{}, err
			}
			return out.FileSystem, nil
		},
		exists:    CodeFileSystemAlreadyExists,
		withID:    func(id string) FileSystem { return FileSystem{FileSystemID: id} },
		available: c.WaitFileSystemAvailable,
		own:       func(FileSystem) bool { return true },
		seen:      seen,
	})
	if err != nil {
		return fs, err
	}
	return fs, drifted("EnsureFileSystem", key, fs.FileSystemID, append(in.differences(fs), tagDifferences(in.Tags, fs)...)...)
}

func fileSystemToken(key string, generation int) string {
	return IdempotencyToken("file-system", key, strconv.Itoa(generation))
}

// tokens is how many tokens of a key are known again, as that of what was created for
// it. Each takes the deletion of one before. Chosen: more than anybody has.
const tokens = 10

// isOf reports whether fs was created for a key: by its tag, or by its token if the
// tag was taken, or does not show.
func (fs FileSystem) isOf(key string) bool {
	if fs.tag(keyTag) == key {
		return true
	}
	for generation := range tokens {
		if fs.CreationToken == fileSystemToken(key, generation) {
			return true
		}
	}
	return false
}

// fileSystemMemory returns what the key of a file system is remembered by.
func fileSystemMemory(key string) string { return "file-system/" + key }

// fileSystemsOf returns the file systems that were created for a key.
func (c *Client) fileSystemsOf(ctx context.Context, key string) (wait.Found[FileSystem], error) {
	pages, asked := 0, time.Now()
	keyOf := func(fs FileSystem) string {
		if fs.isOf(key) {
			return key
		}
		return ""
	}
	items, err := ensure.Query(keyOf, func(ctx context.Context, _, marker string) (wait.Page[FileSystem], error) { // there is no filter
		out, err := c.DescribeFileSystems(ctx, DescribeFileSystemsRequest{Marker: marker})
		if err != nil {
			return wait.Page[FileSystem]{}, err
		}
		pages++
		return wait.Page[FileSystem]{Items: out.FileSystems, Next: out.NextMarker}, nil
	})(ctx, key)
	return wait.Found[FileSystem]{Items: items, Sure: pages == 1, Asked: asked}, err
}

// EnsureFileSystemAbsent deletes the file system that [Client.EnsureFileSystem]
// created for a key, with everything in it, and waits until it is gone. The
// files can be restored only from a backup that was made before.
//
// The ID of the file system must be given too, so that a mistyped key does not
// delete files. If the ID and the key do not belong together, nothing is
// deleted, and the error is a [*DriftError]. The call succeeds if the file
// system does not exist. It returns when it has found none for [Config].Settle,
// the consistency window, so that no later call finds a deleted one.
//
// A file system that has mount targets is not deleted, unless they are being
// deleted: see [Client.EnsureMountTargetsAbsent]. A deletion with an unknown
// outcome is retried only after a list has shown the file system again.
// Transient errors are retried until ctx is done.
//
// Errors: those of [Client.DescribeFileSystems], [Client.DescribeMountTargets]
// and [Client.DeleteFileSystem], [*DriftError].
//
// IAM actions: elasticfilesystem:DescribeFileSystems,
// elasticfilesystem:DescribeMountTargets, elasticfilesystem:DeleteFileSystem.
func (c *Client) EnsureFileSystemAbsent(ctx context.Context, key, fileSystemID string) error {
	const operation = "EnsureFileSystemAbsent"
	if err := c.made(); err != nil {
		return err
	}
	if err := invalid(operation, append(c.keyRules(key, nil), fileSystemRules(fileSystemID)...)...); err != nil {
		return err
	}
	id := bareID(fileSystemID)
	ctx = fault.Expect(ctx, ErrNotFound, ErrConflict)
	fs, err := wait.Retry(ctx, ensure.Transient, c.fileSystemByID(id))
	switch {
	case err != nil && !errors.Is(err, ErrNotFound):
		return err
	case err == nil && !fs.leaving() && !fs.isOf(key):
		return foreign(operation, key, fs)
	}
	a := &ensure.Absent[FileSystem]{
		Settle: c.cfg.settle(),
		Memory: &c.view.memory,
		Key:    fileSystemMemory(key),
		Look: func(ctx context.Context, _, by time.Time) (wait.Found[FileSystem], error) {
			if err := wait.Sleep(ctx, time.Until(by)); err != nil {
				return wait.Found[FileSystem]{}, err
			}
			found, err := c.fileSystemsOf(ctx, key)
			for _, fs := range found.Items {
				if fs.FileSystemID != id && !fs.leaving() && err == nil {
					err = drifted(operation, key, fs.FileSystemID, check.Same("FileSystemId", id, fs.FileSystemID))
				}
			}
			return found, err
		},
		Delete: func(ctx context.Context, fs FileSystem) error {
			if fs.leaving() {
				return nil
			}
			_, err := c.DeleteFileSystem(ctx, DeleteFileSystemRequest{FileSystemID: fs.FileSystemID})
			switch {
			case errors.Is(err, ErrOutcomeUnknown):
				return nil // the next look tells
			case errors.Is(err, CodeFileSystemInUse):
				if standing := c.mountTargetsStanding(ctx, id); standing != "" {
					return &WaitError{Operation: operation, State: id + " has " + standing, Err: err}
				}
			}
			return err
		},
		Busy: func(err error) bool {
			_, final := err.(*WaitError)
			return errors.Is(err, ErrConflict) && !final
		},
	}
	return ensured(operation, key, "", "", a.Ensure(ctx))
}

// foreign returns the error that a file system was not created for a key.
func foreign(operation, key string, fs FileSystem) error {
	return drifted(operation, key, fs.FileSystemID,
		check.Same("CreationToken", fileSystemToken(key, 0), fs.CreationToken), check.Same("Tags."+keyTag, key, fs.tag(keyTag)))
}

// mountTargetsStanding names the mount targets of a file system that are not on
// their way out; it is empty if there are none, or nobody can tell.
func (c *Client) mountTargetsStanding(ctx context.Context, fileSystemID string) (names string) {
	for mt, err := range c.MountTargets(ctx, DescribeMountTargetsRequest{FileSystemID: fileSystemID}) {
		if err != nil {
			return ""
		}
		if !mt.leaving() {
			names += ", " + mt.MountTargetID
		}
	}
	if names == "" {
		return ""
	}
	return names[2:]
}

// RepairFileSystem does the same as [Client.EnsureFileSystem] with the same
// arguments, and then repairs drift by changing the throughput and the tags. It
// does not remove tags that in does not have.
//
// Differences that the service cannot change, such as the encryption, remain;
// the error is a [*DriftError] that lists them. The service allows one change
// of the throughput mode, or one decrease, in 24 hours; a second one fails with
// [CodeTooManyRequests]. If a change fails, the other changes are still made,
// and the error is that of the failed change; call again.
//
// It returns when the changes are complete. A change may take up to
// [Config].Settle, the consistency window, to show. Until then,
// EnsureFileSystem may report the drift again.
//
// Errors: those of [Client.EnsureFileSystem], [Client.UpdateFileSystem] and
// [Client.TagResource].
//
// IAM actions: those of [Client.EnsureFileSystem],
// elasticfilesystem:UpdateFileSystem.
func (c *Client) RepairFileSystem(ctx context.Context, key string, in CreateFileSystemRequest) (Repair, error) {
	fs, err := c.EnsureFileSystem(ctx, key, in)
	throughput := fix{fields: []string{"ThroughputMode", "ProvisionedThroughputInMibps"}, change: func(ctx context.Context) error {
		update := UpdateFileSystemRequest{FileSystemID: fs.FileSystemID, ThroughputMode: in.ThroughputMode, ProvisionedThroughputInMibps: in.ProvisionedThroughputInMibps}
		if fs.ThroughputMode == in.ThroughputMode {
			update.ThroughputMode = "" // an increase is always possible
		}
		_, err := c.UpdateFileSystem(ctx, update)
		if err != nil && !errors.Is(err, ErrOutcomeUnknown) {
			return err
		}
		is, failed := c.WaitFileSystemAvailable(ctx, fs.FileSystemID, WaitOptions{NotFoundGrace: noGrace, Transient: ensure.Transient})
		switch {
		case failed != nil:
			return failed
		case in.throughputOf(is):
			return nil // also if the answer was lost
		}
		return err
	}}
	return repair(ctx, "RepairFileSystem", fs.FileSystemID, err, throughput, c.retag(key, fs, in.Tags))
}

// throughputOf reports whether fs has the throughput that in asks for.
func (in CreateFileSystemRequest) throughputOf(fs FileSystem) bool {
	return len(CreateFileSystemRequest{ThroughputMode: in.ThroughputMode, ProvisionedThroughputInMibps: in.ProvisionedThroughputInMibps}.differences(fs)) == 0
}
