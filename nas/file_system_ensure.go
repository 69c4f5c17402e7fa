package nas

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

// EnsureFileSystem finds or creates the file system of a key in the region,
// waits until it is Running, compares it with in, and returns it. It is safe to
// call again after a crash or an error.
//
// The key has 1 to 128 printable ASCII characters. It is kept in the tag
// accesspoint-key, so in has room for 19 tags. The service does not refuse a
// second file system, and honors an idempotency token (ClientToken) only for
// extreme ones, which get a token derived from the key. Therefore
// EnsureFileSystem creates a file system only after all lists have shown none
// for [Config].Settle, the consistency window, and for a random time of up to
// half of Settle more. There can still be several, if a call was interrupted or
// two calls listed at the same time. A call that sees several returns the
// oldest with a [*DuplicateError] that has all IDs. EnsureFileSystem deletes
// nothing.
//
// No two calls succeed with different file systems: a call that has found or
// created one lists again later, when any that was created before it would be
// visible. If the call created the file system, that is Settle after the
// creation. If it found it, that is Settle after it first saw it, or Settle and
// 4 seconds after its CreateTime, whichever is earlier.
//
// Parameters that in leaves out are not compared. If the file system differs
// otherwise, it is returned unchanged, with a [*DriftError];
// [Client.RepairFileSystem] changes what can be changed. The error is a
// [*DriftError] too if a file system that this client created exists but does
// not show the tag of the key after Settle; no other is created then. Other
// clients do not find a file system that has lost its tags.
//
// The client remembers how long it has seen none, so repeated calls with short
// contexts on one client make progress. A new process for each call needs one
// context longer than one and a half times Settle. It needs as long again for
// each token that an extreme file system with other parameters, or a deleted
// one, has used, and for a file system that has lost its tags. The error says
// how long.
//
// Transient errors are retried until ctx is done; the error is then a
// [*WaitError]. The fields ClientToken and DryRun of in must not be set.
//
// Errors: those of [Client.CreateFileSystem], [Client.DescribeFileSystems] and
// [Client.WaitFileSystemAvailable], [*DriftError], [*DuplicateError].
//
// RAM actions: nas:CreateFileSystem, nas:DescribeFileSystems.
func (c *Client) EnsureFileSystem(ctx context.Context, key string, in CreateFileSystemRequest) (FileSystem, error) {
	return c.ensureFileSystem(ctx, key, in, nil)
}

// ensureFileSystem is EnsureFileSystem, or a step of p if that is not nil: p is told what
// was found or created, before that is waited for, and proves at its own end that there
// is no other.
func (c *Client) ensureFileSystem(ctx context.Context, key string, in CreateFileSystemRequest, p *provisioning) (FileSystem, error) {
	const operation = "EnsureFileSystem"
	if err := c.made(); err != nil {
		return FileSystem{}, err
	}
	if err := invalid(operation, append(check.Key(key), in.reserved()...)...); err != nil {
		return FileSystem{}, err
	}
	tagged := in
	tagged.Tags = append(slices.Clone(in.Tags), Tag{keyTag, key})
	if err := c.validate(tagged); err != nil {
		return FileSystem{}, err
	}
	ctx = fault.Expect(ctx, ErrNotFound, ErrConflict)
	s := &settled[FileSystem]{
		operation: operation, key: key, memory: fileSystemKey(key), seen: p.sees(kindFileSystem),
		look: func(ctx context.Context) ([]FileSystem, error) {
			all, err := c.fileSystemsOf(ctx, key)
			return slices.DeleteFunc(all, func(fs FileSystem) bool { return fs.Status == FileSystemStatusDeleting }), err
		},
		id:   func(fs FileSystem) string { return fs.FileSystemID },
		born: func(fs FileSystem) time.Time { return timeOf(fs.CreateTime) },
		create: func(ctx context.Context, generation int) (string, error) {
			if in.FileSystemType == FileSystemTypeExtreme {
				tagged.ClientToken = IdempotencyToken("file-system", key, strconv.Itoa(generation))
			}
			out, err := c.CreateFileSystem(ctx, tagged)
			if err != nil {
				return "", err
			}
			return out.FileSystemID, nil
		},
		get: func(ctx context.Context, id string) error {
			fs, err := c.fileSystem(id)(ctx)
			if err != nil {
				return err
			}
			if fs.Status == FileSystemStatusDeleting {
				return ErrNotFound
			}
			return drifted(operation, key, id, check.Same("Tag."+strconv.Itoa(len(tagged.Tags))+".Value", key, tagOf(fs.Tags, keyTag)))
		},
	}
	if in.FileSystemType == FileSystemTypeExtreme {
		s.again = func(err error) bool { return errors.Is(err, CodeIdempotentParameterMismatch) }
	}
	for {
		all, id, err := s.ensure(ctx, c)
		if err != nil {
			return FileSystem{FileSystemID: id}, err
		}
		fs := all[0]
		if s.seen != nil {
			s.seen(id, false)
		}
		if err := s.several(all); err != nil {
			return fs, err
		}
		if fs.Status != FileSystemStatusRunning {
			ready, err := c.WaitFileSystemAvailable(ctx, id, WaitOptions{NotFoundGrace: c.cfg.settle(), Transient: ensure.Transient})
			if errors.Is(err, ErrNotFound) || ready.Status == FileSystemStatusDeleting && ctx.Err() == nil {
				continue // somebody has deleted it
			}
			if err != nil {
				return fs, ensured(operation, key, id, tagField(len(tagged.Tags)), err)
			}
			fs = ready
		}
		if p != nil {
			p.proofs = append(p.proofs, proof{kindFileSystem, id, func(ctx context.Context) error { return s.alone(ctx, id) }})
		} else if err := s.alone(ctx, id); errors.Is(err, ErrNotFound) {
			continue
		} else if err != nil {
			return fs, err
		}
		return fs, in.drift(key, fs)
	}
}

// reserved returns what keeps in from being that of a key.
func (in CreateFileSystemRequest) reserved() []check.Problem {
	return append(check.Each("Tag", in.Tags, func(t Tag) []check.Problem {
		return []check.Problem{check.That(t.Key != keyTag, "Key", "is reserved")}
	}), check.Items("Tag", len(in.Tags), maxTags-1),
		check.That(in.ClientToken == "", "ClientToken", "must not be set"),
		check.That(!in.DryRun, "DryRun", "must not be set"))
}

// EnsureFileSystemAbsent deletes the file system of a key, with all its files,
// and waits until it is gone. The ID of the file system must be given too, so
// that a mistyped key does not delete files. It succeeds if there is none. It
// returns when no list has shown one for [Config].Settle; see
// [Client.EnsureAccessPointAbsent].
//
// A file system of the key with another ID is left alone, and so is one of the
// ID without the tag of the key; the error is a [*DriftError] then. A file
// system that has mount targets is refused with an
// [ErrConflict] at once. A deletion with an unknown outcome is retried only
// after a list has shown the file system again.
//
// Transient errors are retried until ctx is done; the error is then a
// [*WaitError].
//
// Errors: those of [Client.DescribeFileSystems] and [Client.DeleteFileSystem],
// [*DriftError].
//
// RAM actions: nas:DescribeFileSystems, nas:DeleteFileSystem.
func (c *Client) EnsureFileSystemAbsent(ctx context.Context, key, fileSystemID string) error {
	if err := c.made(); err != nil {
		return err
	}
	if err := invalid("EnsureFileSystemAbsent", append(check.Key(key), check.Required("FileSystemId", fileSystemID))...); err != nil {
		return err
	}
	if err := c.fileSystemAbsent(ctx, key, fileSystemID, false); err != nil {
		return err
	}
	// One that has lost its tags still costs money, and another key may be meant.
	switch fs, err := wait.Retry(fault.Expect(ctx, ErrNotFound), ensure.Transient, c.fileSystem(fileSystemID)); {
	case err != nil && !errors.Is(err, ErrNotFound):
		return ensured("EnsureFileSystemAbsent", key, fileSystemID, "", err)
	case err == nil && fs.Status != FileSystemStatusDeleting:
		return drifted("EnsureFileSystemAbsent", key, fileSystemID, check.Same("Tag."+keyTag, key, tagOf(fs.Tags, keyTag)))
	}
	c.view.memory.Something(fileSystemKey(key))
	return nil
}

// fileSystemAbsent is EnsureFileSystemAbsent but for what is of another key. As a part of
// the way back, every conflict ends it. The caller forgets fileSystemKey(key).
func (c *Client) fileSystemAbsent(ctx context.Context, key, fileSystemID string, part bool) error {
	const operation = "EnsureFileSystemAbsent"
	mounts := 0
	a := &ensure.Absent[FileSystem]{
		Settle: c.cfg.settle(), Memory: &c.view.memory, Key: fileSystemKey(key), Keep: true,
		Look: ensure.Listed(func(ctx context.Context) ([]FileSystem, error) { return c.fileSystemsOf(ctx, key) }, nil),
		Foreign: func(fs FileSystem) error {
			return drifted(operation, key, fs.FileSystemID, check.Same("FileSystemId", fileSystemID, fs.FileSystemID))
		},
		Delete: func(ctx context.Context, fs FileSystem) error {
			if mounts = len(fs.MountTargets); fs.Status == FileSystemStatusDeleting {
				return nil
			}
			_, err := c.DeleteFileSystem(ctx, DeleteFileSystemRequest{FileSystemID: fs.FileSystemID})
			if errors.Is(err, ErrOutcomeUnknown) {
				return nil // the next look tells
			}
			return err
		},
		Busy: func(err error) bool { return !part && errors.Is(err, ErrConflict) && mounts == 0 },
	}
	return ensured(operation, key, "", "", a.Ensure(fault.Expect(ctx, ErrNotFound, ErrConflict)))
}

// fileSystemKey returns what the memory of a client has a file system by.
func fileSystemKey(key string) string { return "FileSystem/" + key }

// fileSystemsOf returns the file systems that were created for key, the oldest first.
func (c *Client) fileSystemsOf(ctx context.Context, key string) (found []FileSystem, _ error) {
	for fs, err := range c.FileSystems(ctx, DescribeFileSystemsRequest{Tags: []Tag{{keyTag, key}}}) {
		if err != nil {
			return nil, err
		}
		// What moves while pages are read can be on two of them.
		if tagOf(fs.Tags, keyTag) == key && !slices.ContainsFunc(found, func(other FileSystem) bool { return other.FileSystemID == fs.FileSystemID }) {
			found = append(found, fs)
		}
	}
	slices.SortFunc(found, func(a, b FileSystem) int {
		return cmp.Or(timeOf(a.CreateTime).Compare(timeOf(b.CreateTime)), strings.Compare(a.FileSystemID, b.FileSystemID))
	})
	return found, nil
}

// tagOf returns the value of a tag, or an empty text.
func tagOf(tags []Tag, key string) string {
	for _, t := range tags {
		if t.Key == key {
			return t.Value
		}
	}
	return ""
}

// drift compares a file system with the request for it.
func (in CreateFileSystemRequest) drift(key string, fs FileSystem) error {
	ds := []check.Difference{
		check.Same("FileSystemType", cmp.Or(in.FileSystemType, FileSystemTypeStandard), fs.FileSystemType),
		check.Same("StorageType", in.StorageType, fs.StorageType),
		check.Same("ProtocolType", in.ProtocolType, fs.ProtocolType),
		check.Same("EncryptType", int(in.EncryptType), fs.EncryptType),
	}
	if in.Capacity != 0 {
		ds = append(ds, check.Same("Capacity", in.Capacity, fs.Capacity))
	}
	if in.Bandwidth != 0 {
		ds = append(ds, check.Same("Bandwidth", in.Bandwidth, fs.Bandwidth))
	}
	for _, f := range [...]struct{ name, wanted, found string }{
		{"ZoneId", in.ZoneID, fs.ZoneID}, {"Description", in.Description, fs.Description}, {"ChargeType", string(in.ChargeType), fs.ChargeType},
		{"KmsKeyId", in.KMSKeyID, fs.KMSKeyID}, {"ResourceGroupId", in.ResourceGroupID, fs.ResourceGroupID}, {"RedundancyType", in.RedundancyType, fs.RedundancyType},
	} {
		if f.wanted != "" {
			ds = append(ds, check.Same(f.name, f.wanted, f.found))
		}
	}
	for i, t := range in.Tags {
		ds = append(ds, check.Same("Tag."+strconv.Itoa(i+1)+".Value", t.Value, tagOf(fs.Tags, t.Key)))
	}
	return drifted("EnsureFileSystem", key, fs.FileSystemID, ds...)
}
