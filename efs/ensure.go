package efs

import (
	"cmp"
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
	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// keyTag is a tag of every access point that [Client.EnsureAccessPoint] created:
// the key that it was created for. Tokens cannot be looked up, and whether lists
// have them is not certain.
const keyTag = "accesspoint-key"

// tagged is what a key must have beside what all services ask of one: it is the
// value of a tag.
const tagged = "must have only letters, digits, spaces and _.:/=+-@"

// EnsureAccessPoint finds or creates the access point of a key in the file
// system of in, waits until it is available, compares it with in, and returns
// it. It is idempotent: call it again after a crash or an error, and from
// several processes at once. The same key always means the same access point.
//
// The key has 1 to 128 ASCII letters, digits, spaces and characters of
// _.:/=+-@; the name of a volume serves well. It is kept in the tag
// accesspoint-key, and the idempotency token (ClientToken) is derived from it:
//
//	IdempotencyToken(fileSystemID, key, "0")
//
// EFS creates one access point per token. Therefore EnsureAccessPoint creates
// first. If the access point exists already, EFS refuses the creation and names
// it, and one more request gets it for the comparison. Concurrent callers get
// the same access point, and a creation with an unknown outcome is retried.
// After a creation it checks the list of the file system, with one request per
// thousand access points, which concurrent calls on one client share.
//
// If the access point is being deleted, the call waits until it is gone and
// creates a new one. EFS does not document how long it remembers the token of a
// deleted access point. If EFS still refuses the token after twice
// [Config].Settle, the call uses the next one ("1" after "0").
//
// A key can get a second access point if a change takes longer than Settle to
// show. The same can happen if EFS forgets the token of an existing access
// point, or one that it has refused because of a deleted access point. The call
// that creates the second access point finds the first one in the list, unless
// the call is interrupted. It deletes nothing, and its error is a
// [*DuplicateError] with the IDs of both.
//
// If the access point differs from in, it is returned unchanged, with a
// [*DriftError]. Transient errors, and refusals because the file system is not
// available yet, are retried until ctx is done; then call again. Repeated calls
// with short contexts on one client make progress. A new process for each call
// needs one context longer than twice Settle per token that EFS remembers of a
// deleted access point; the error says how long.
//
// Errors: those of [Client.CreateAccessPoint] and
// [Client.WaitAccessPointAvailable], [*DriftError], [*DuplicateError].
//
// IAM actions: elasticfilesystem:CreateAccessPoint,
// elasticfilesystem:TagResource, elasticfilesystem:DescribeAccessPoints.
func (c *Client) EnsureAccessPoint(ctx context.Context, key string, in CreateAccessPointRequest) (AccessPoint, error) {
	return c.ensureAccessPoint(ctx, key, in, nil)
}

// ensureAccessPoint calls seen before it waits.
func (c *Client) ensureAccessPoint(ctx context.Context, key string, in CreateAccessPointRequest, seen func(AccessPoint, bool)) (AccessPoint, error) {
	if err := c.made(); err != nil {
		return AccessPoint{}, err
	}
	token := func(generation int) string {
		return IdempotencyToken(bareID(in.FileSystemID), key, strconv.Itoa(generation))
	}
	problems := append(c.keyRules(key, in.Tags),
		check.That(in.ClientToken == "" || in.ClientToken == token(0), "ClientToken", "must be that of the key, or not set"))
	if err := invalid("EnsureAccessPoint", problems...); err != nil {
		return AccessPoint{}, err
	}
	in.Tags = append(slices.Clone(in.Tags), Tag{keyTag, key})
	if err := c.validate(in); err != nil {
		return AccessPoint{}, err
	}
	source := c.sourceOfKeys(in.FileSystemID)
	ap, err := ensureByToken(ctx, c, finding[AccessPoint]{
		operation: "EnsureAccessPoint", key: key, memory: c.memoryKey(in.FileSystemID, key), token: token,
		look: func(ctx context.Context) (wait.Found[AccessPoint], error) {
			now := time.Now()
			return source.Find(ctx, key, now, now)
		},
		create: func(ctx context.Context, token string) (AccessPoint, error) {
			in.ClientToken = token
			out, err := c.CreateAccessPoint(ctx, in)
			if err != nil {
				return AccessPoint{}, err
			}
			return out.AccessPoint, nil
		},
		exists:    CodeAccessPointAlreadyExists,
		withID:    func(id string) AccessPoint { return AccessPoint{AccessPointID: id} },
		available: c.WaitAccessPointAvailable,
		own:       func(ap AccessPoint) bool { return ap.FileSystemID == bareID(in.FileSystemID) },
		seen:      seen,
	})
	if err != nil {
		return ap, err
	}
	return ap, drift(key, in, ap)
}

// keyRules are those of a key, and of the tags beside that of the key.
func (c *Client) keyRules(key string, tags []Tag) []check.Problem {
	return append(append(c.reserved(tags), check.Key(key)...), check.That(tagText(key), "key", tagged))
}

// reserved are the problems of tags that are to be beside that of a key.
func (*Client) reserved(tags []Tag) []check.Problem {
	return check.Each("Tags", tags, func(t Tag) []check.Problem {
		return []check.Problem{check.That(t.Key != keyTag, "Key", "is reserved")}
	})
}

// A keyed is a resource that a key names by its tag.
type keyed interface {
	id() string
	state() LifeCycleState
	tag(key string) string
}

// A finding is what it takes to find or create a resource by the token of its
// creation.
type finding[T keyed] struct {
	operation, key string
	memory         string // what the key is remembered by
	token          func(generation int) string
	lookFirst      bool
	look           func(context.Context) (wait.Found[T], error) // all that have the key
	create         func(ctx context.Context, token string) (T, error)
	exists         Code // the refusal of a token that is taken
	withID         func(id string) T
	available      func(ctx context.Context, id string, opts WaitOptions) (T, error)
	own            func(T) bool                // it is where the key says
	seen           func(value T, created bool) // called as soon as it is created, and before it is waited for; nil for nobody
}

// ensureByToken returns the resource when it is available.
func ensureByToken[T keyed](ctx context.Context, c *Client, f finding[T]) (T, error) {
	ctx = fault.Expect(ctx, ErrNotFound, ErrAlreadyExists)
	leaving := func(v T) bool { return v.state() == StateDeleting || v.state() == StateDeleted }
	var created time.Time
	told := ""
	tell := func(v T) {
		if f.seen != nil && told != v.id() {
			told = v.id()
			f.seen(v, !created.IsZero())
		}
	}
	t := &ensure.Token[T]{
		// A second resource would not be noticed by later calls. So this is right even if
		// the service takes longer than it should.
		Settle:    2 * c.cfg.settle(),
		Memory:    &c.view.memory,
		Key:       f.memory,
		LookFirst: f.lookFirst,
		Look: func(ctx context.Context) (wait.Found[T], error) {
			found, err := f.look(ctx)
			found.Items = slices.DeleteFunc(found.Items, leaving)
			return found, err
		},
		Send: func(ctx context.Context, generation int) (led ensure.Led[T], _ error) {
			if id := c.view.memory.ID(f.memory); id != "" {
				led.Value = f.withID(id)
				return led, nil
			}
			value, err := f.create(ctx, f.token(generation))
			if err == nil {
				led.Value, led.New, created = value, true, time.Now()
				tell(value)
			} else if exists, ok := err.(*APIError); ok && exists.Code == f.exists && exists.ResourceID != "" {
				led.Value, led.Err, err = f.withID(exists.ResourceID), err, nil
			}
			return led, err
		},
		Busy: func(err error) bool {
			// The refusal that names no resource was cut.
			return errors.Is(err, CodeIncorrectFileSystemLifeCycleState) || errors.Is(err, f.exists)
		},
		Ready: func(ctx context.Context, v T) (T, error) {
			tell(v)
			opts := WaitOptions{NotFoundGrace: noGrace, Transient: ensure.Transient}
			var err error
			// What the response to a creation says does not last.
			if v.state() != StateAvailable || !created.IsZero() && time.Since(created) > c.cfg.settle() {
				v, err = f.available(ctx, v.id(), opts)
			}
			// The tags of one that is new may not show yet. How long they have not counts
			// over calls, from the first response without them: then they are lost.
			asked, hidden := time.Now(), "no tags of "+v.id()
			for polls := 1; err == nil && v.tag(keyTag) != f.key && f.own(v); polls++ {
				since := c.view.memory.Sent(f.memory, hidden)
				if since.IsZero() {
					since = time.Now()
					c.view.memory.Send(f.memory, hidden)
				}
				if asked.Sub(since) >= 2*c.cfg.settle() {
					break
				}
				if err = wait.Sleep(ctx, time.Second); err == nil {
					asked = time.Now() // of the last response, which may come after a suspension
					v, err = f.available(ctx, v.id(), opts)
				}
				if err != nil && ctx.Err() != nil {
					err = &wait.Error{State: fmt.Sprintf("its tags do not show; to be sure takes a context that lasts longer than %v, or more calls on the same client", 2*c.cfg.settle()), Polls: polls, Elapsed: time.Since(since), Err: err}
				}
			}
			return v, err
		},
		ID:      T.id,
		Leaving: leaving,
	}
	v, err := t.Ensure(ctx)
	if err != nil {
		err = ensured(f.operation, f.key, v.id(), "", err)
	}
	return v, err
}

// memoryKey returns what a key of a file system is remembered by.
func (c *Client) memoryKey(fileSystemID, key string) string { return bareID(fileSystemID) + "/" + key }

// EnsureAccessPointAbsent deletes the access points that
// [Client.EnsureAccessPoint] created for a key in a file system, and waits
// until they are gone. It succeeds if there are none. It returns when it has
// found none for [Config].Settle, the consistency window, so that an
// interrupted creation does not leave one behind, and no later call finds a
// deleted one.
//
// It finds them by the tag accesspoint-key. An access point that has lost the
// tag is not deleted. Each listing of the file system takes one request per
// thousand access points. Transient errors are retried until ctx is done.
//
// Errors: those of [Client.DescribeAccessPoints] and
// [Client.DeleteAccessPoint].
//
// IAM actions: elasticfilesystem:DescribeAccessPoints,
// elasticfilesystem:DeleteAccessPoint.
func (c *Client) EnsureAccessPointAbsent(ctx context.Context, fileSystemID, key string) error {
	if err := c.made(); err != nil {
		return err
	}
	if err := invalid("EnsureAccessPointAbsent", append(c.keyRules(key, nil), check.Required("FileSystemId", fileSystemID))...); err != nil {
		return err
	}
	source := c.sourceOfKeys(fileSystemID)
	a := &ensure.Absent[AccessPoint]{
		Settle: c.cfg.settle(),
		Memory: &c.view.memory,
		Key:    c.memoryKey(fileSystemID, key),
		Look: func(ctx context.Context, from, by time.Time) (wait.Found[AccessPoint], error) {
			return source.Find(ctx, key, from, by)
		},
		ID: func(ap AccessPoint) string { return ap.AccessPointID },
		Delete: func(ctx context.Context, ap AccessPoint) error {
			if ap.leaving() {
				return nil
			}
			_, err := c.DeleteAccessPoint(ctx, DeleteAccessPointRequest{AccessPointID: ap.AccessPointID})
			return err
		},
		Busy: func(err error) bool { return errors.Is(err, ErrConflict) },
	}
	err := a.Ensure(fault.Expect(ctx, ErrNotFound, ErrConflict))
	if errors.Is(err, ErrNotFound) { // the whole file system is gone
		return nil
	}
	return ensured("EnsureAccessPointAbsent", key, "", "", err)
}

// sourceOfKeys returns where the access points of a file system are found by the
// keys that they were created for.
func (c *Client) sourceOfKeys(fileSystemID string) *wait.Source[AccessPoint] {
	keyOf := func(ap AccessPoint) string {
		if ap.FileSystemID != bareID(fileSystemID) {
			return ""
		}
		return ap.tag(keyTag)
	}
	list := func(ctx context.Context, _, token string) (wait.Page[AccessPoint], error) { // there is no filter
		out, err := c.DescribeAccessPoints(ctx, DescribeAccessPointsRequest{FileSystemID: fileSystemID, MaxResults: 1000, NextToken: token})
		if err != nil {
			return wait.Page[AccessPoint]{}, err
		}
		return wait.Page[AccessPoint]{Items: out.AccessPoints, Next: out.NextToken}, nil
	}
	return &wait.Source[AccessPoint]{
		Reader: c.reader(),
		List:   bareID(fileSystemID),
		Query:  ensure.Query(keyOf, list),
		Page:   func(ctx context.Context, token string) (wait.Page[AccessPoint], error) { return list(ctx, "", token) },
		ID:     func(ap AccessPoint) string { return ap.AccessPointID },
		Key:    keyOf,
		Denied: c.listingDenied,
	}
}

// noGrace is for what has been seen.
const noGrace = time.Nanosecond

// drift compares an access point with the request for it, as describes does, and
// with its tags. It may have more tags.
func drift(key string, in CreateAccessPointRequest, ap AccessPoint) error {
	user, itsUser := in.PosixUser.texts(), ap.PosixUser.texts()
	root, itsRoot := in.RootDirectory.texts(), ap.RootDirectory.texts()
	ds := []check.Difference{
		check.Same("FileSystemId", bareID(in.FileSystemID), ap.FileSystemID),
		check.Same("PosixUser.Uid", user[0], itsUser[0]),
		check.Same("PosixUser.Gid", user[1], itsUser[1]),
		check.Same("PosixUser.SecondaryGids", user[2], itsUser[2]),
		check.Same("RootDirectory.Path", root[0], itsRoot[0]),
		check.Same("RootDirectory.CreationInfo.OwnerUid", root[1], itsRoot[1]),
		check.Same("RootDirectory.CreationInfo.OwnerGid", root[2], itsRoot[2]),
		check.Same("RootDirectory.CreationInfo.Permissions", root[3], itsRoot[3]),
	}
	return drifted("EnsureAccessPoint", key, ap.AccessPointID, append(ds, tagDifferences(in.Tags, ap)...)...)
}

// tagDifferences compares the tags of a resource with those that it was to have. It
// may have more.
func tagDifferences(tags []Tag, resource keyed) (ds []check.Difference) {
	for i, t := range tags {
		ds = append(ds, check.Same("Tags."+strconv.Itoa(i+1)+".Value", t.Value, resource.tag(t.Key)))
	}
	return ds
}

// none stands for what there is not: no user is another than user 0.
const none = "none"

// texts returns the members of u, to be compared.
func (u *PosixUser) texts() [3]string {
	if u == nil {
		return [3]string{none, none, none}
	}
	groups := slices.Compact(slices.Sorted(slices.Values(u.SecondaryGIDs)))
	return [3]string{number(u.UID), number(u.GID), strings.Trim(fmt.Sprint(groups), "[]")}
}

// texts returns the members of r and of its CreationInfo, to be compared.
func (r *RootDirectory) texts() [4]string {
	t := [4]string{"/", none, none, none}
	if r == nil {
		return t
	}
	t[0] = cmp.Or(r.Path, "/")
	if info := r.CreationInfo; info != nil {
		t[1], t[2], t[3] = number(info.OwnerUID), number(info.OwnerGID), strings.TrimLeft(info.Permissions, "0")
	}
	return t
}

func number(n *uint32) string {
	if n == nil {
		return none
	}
	return strconv.FormatUint(uint64(*n), 10)
}
