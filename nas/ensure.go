package nas

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/ensure"
	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/internal/page"
	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// The tags of an access point that [Client.EnsureAccessPoint] created.
const (
	keyTag  = "accesspoint-key"  // the key that it was created for
	callTag = "accesspoint-call" // random text and the service's time then
	keptTag = "accesspoint-kept" // it is the one of its key
	ownTags = 3
)

// defaultGroup is the permission group of an access point for which none is asked.
const defaultGroup = "DEFAULT_VPC_GROUP_NAME"

// EnsureAccessPoint finds or creates the access point of a key in the file
// system of in, waits until it is Active, compares it with in, and returns it.
// It is idempotent: call it again after a crash or an error, and from several
// processes at once. The same key always means the same access point.
//
// The key has 1 to 128 printable ASCII characters; the name of a volume serves
// well. It is kept in the tag accesspoint-key. The tags accesspoint-call and
// accesspoint-kept are used too, so in has room for 17 tags. If in names
// neither an AgenticSpaceID nor an AccessGroup, DEFAULT_VPC_GROUP_NAME is sent.
//
// The service has neither an idempotency token nor a unique name for access
// points. Therefore a call that finds none creates one at once, and if several
// calls did, the oldest wins. A call returns the oldest one [Config].Settle and
// two seconds after its creation, when any older one would be visible. It marks
// it with accesspoint-kept and deletes the others that EnsureAccessPoint
// created for the key. An access point that was returned is never deleted. If
// the access point exists already, the call lists the access points of the file
// system once; concurrent calls on one client share that list.
//
// If a call ends early, the next call with the same key, in any process,
// continues with what it created. Its error and the returned AccessPoint
// contain the ID, if that is known. Repeated calls with contexts shorter than
// Settle make progress, as long as each has time to list the access points of
// the file system three times.
//
// If the access point differs from in, it is returned unchanged, with a
// [*DriftError]; [Client.RepairAccessPoint] changes it. The error is a
// [*DriftError] too if an access point that this client created exists but does
// not show the tag of the key after Settle; no other is created then. Other
// clients do not find an access point that has lost its tags, and each creates
// one more. If several are marked, or one with the tag of the key was not
// created by EnsureAccessPoint, the error is a [*DuplicateError] with all IDs,
// and nothing is deleted.
//
// Transient errors are retried until ctx is done; the error is then a
// [*WaitError].
//
// Errors: those of [Client.CreateAccessPoint], [Client.ListAccessPoints] and
// [Client.WaitAccessPointActive], [*DriftError], [*DuplicateError].
//
// RAM actions: nas:CreateAccessPoint, nas:ListAccessPoints,
// nas:DescribeAccessPoint. Without nas:TagResources and nas:DeleteAccessPoint
// the result is the same, but the access point is not marked, and the others
// remain.
func (c *Client) EnsureAccessPoint(ctx context.Context, key string, in CreateAccessPointRequest) (AccessPoint, error) {
	return c.ensureAccessPoint(ctx, key, in, nil)
}

// ensureAccessPoint is EnsureAccessPoint. It calls seen, if that is set, with the ID of
// what it has found or created, before it waits for it. If it fails, it also calls it
// with the IDs of all that it has created and not deleted.
func (c *Client) ensureAccessPoint(ctx context.Context, key string, in CreateAccessPointRequest, seen func(id string, created bool)) (AccessPoint, error) {
	if err := c.made(); err != nil {
		return AccessPoint{}, err
	}
	if err := invalid("EnsureAccessPoint", append(check.Key(key), in.reserved()...)...); err != nil {
		return AccessPoint{}, err
	}
	if in.AgenticSpaceID == "" && in.AccessGroup == "" {
		in.AccessGroup = defaultGroup
	}
	ctx = fault.Expect(ctx, ErrNotFound, ErrConflict)
	o := c.oldest(key, in)
	var made []string
	if seen != nil {
		create, remove := o.Create, o.Delete
		o.Create = func(ctx context.Context, started time.Time) (string, error) {
			id, err := create(ctx, started)
			if err == nil {
				made = append(made, id)
			}
			return id, err
		}
		o.Delete = func(ctx context.Context, id string) error {
			err := remove(ctx, id)
			if err == nil {
				made = slices.DeleteFunc(made, func(one string) bool { return one == id })
			}
			return err
		}
	}
	in.Tags = append(slices.Clone(in.Tags), Tag{keyTag, key})
	if err := c.validate(in); err != nil {
		return AccessPoint{}, err
	}
	for {
		ap, id, err := o.Ensure(ctx)
		if seen != nil && err == nil {
			seen(id, slices.Contains(made, id))
		}
		if err == nil && ap.Status != StatusActive {
			found := ap
			if ap, err = c.WaitAccessPointActive(ctx, in.FileSystemID, id, WaitOptions{NotFoundGrace: c.cfg.settle(), Transient: ensure.Transient}); err != nil {
				if notFound(err) || ap.Status == StatusDeleting {
					continue // somebody else has deleted it
				}
				if ap.AccessPointID == "" {
					ap = found
				}
			}
		}
		if err != nil {
			for _, id := range made {
				seen(id, true)
			}
			if ap.AccessPointID == "" && id != "" {
				ap = AccessPoint{AccessPointID: id, FileSystemID: in.FileSystemID}
			}
			return ap, ensured("EnsureAccessPoint", key, id, tagField(len(in.Tags)), err)
		}
		return ap, drift(key, in, ap)
	}
}

// reserved returns what keeps in from having the tags of an Ensure, too.
func (in CreateAccessPointRequest) reserved() []check.Problem {
	return append(check.Each("Tag", in.Tags, func(t Tag) []check.Problem {
		return []check.Problem{check.That(t.Key != keyTag && t.Key != callTag && t.Key != keptTag, "Key", "is reserved")}
	}), check.Items("Tag", len(in.Tags), maxTags-ownTags))
}

// oldest returns how the access point of a key is found, and created as in asks,
// with one more tag than that.
func (c *Client) oldest(key string, in CreateAccessPointRequest) *ensure.Oldest[AccessPoint] {
	fs := in.FileSystemID
	return &ensure.Oldest[AccessPoint]{
		Settle: c.cfg.settle(), Memory: &c.view.memory, Key: memoryKey(fs, key),
		Look: func(ctx context.Context, from, by time.Time) (wait.Found[AccessPoint], error) {
			found, err := c.look(ctx, fs, key, from, by)
			found.Items = slices.DeleteFunc(found.Items, func(ap AccessPoint) bool { return ap.Status == StatusDeleting })
			return found, err
		},
		Read: func(ap AccessPoint) ensure.Item {
			call := ap.tag(callTag)
			item := ensure.Item{ID: ap.AccessPointID, Created: timeOf(ap.CreateTime), Kept: ap.tag(keptTag) != "", Ours: call != ""}
			if s, err := strconv.ParseInt(call[strings.LastIndexByte(call, '.')+1:], 10, 64); err == nil {
				item.Started = time.Unix(s, 0)
			}
			return item
		},
		Create: func(ctx context.Context, started time.Time) (string, error) {
			call := rand.Text()
			if !started.IsZero() {
				call += "." + strconv.FormatInt(started.Unix(), 10)
			}
			in := in
			in.Tags = append(slices.Clone(in.Tags), Tag{keyTag, key}, Tag{callTag, call})
			out, err := c.CreateAccessPoint(ctx, in)
			if err != nil {
				return "", err
			}
			return out.AccessPoint.AccessPointID, nil
		},
		Get: func(ctx context.Context, id string) (AccessPoint, error) {
			ap, err := wait.Retry(ctx, ensure.Transient, func(ctx context.Context) (AccessPoint, error) { return c.source(fs).Get(ctx, id) })
			switch {
			case err != nil:
				return ap, err
			case ap.Status == StatusDeleting:
				return ap, ErrNotFound
			case ap.tag(keyTag) != key:
				return ap, &ensure.Bare{ID: id}
			}
			return ap, nil
		},
		Stray: func(ctx context.Context, since time.Time) (stray []ensure.Item, _ error) {
			now := time.Now()
			found, err := c.look(ctx, fs, "", now, now)
			for _, ap := range found.Items {
				if created := timeOf(ap.CreateTime); !created.Before(since) && ap.Status != StatusDeleting && in.left(ap) {
					stray = append(stray, ensure.Item{ID: ap.AccessPointID, Created: created})
				}
			}
			return stray, err
		},
		Keep: func(ctx context.Context, id string) error {
			_, err := c.TagResources(ctx, TagResourcesRequest{ResourceType: ResourceAccessPoint, ResourceIDs: []string{id}, Tags: []Tag{{keptTag, "true"}}})
			return err
		},
		Delete: func(ctx context.Context, id string) error {
			_, err := c.DeleteAccessPoint(ctx, DeleteAccessPointRequest{FileSystemID: fs, AccessPointID: id})
			return err
		},
		ServiceTime: c.transport.ServiceTime,
	}
}

// memoryKey returns what the memory of a client has a key of a file system by.
func memoryKey(fileSystemID, key string) string { return fileSystemID + "\n" + key }

// EnsureAccessPointAbsent deletes the access points that
// [Client.EnsureAccessPoint] created for a key in a file system, and waits
// until they are gone. It succeeds if there are none.
//
// It returns when no list has shown one for [Config].Settle, the consistency
// window. Before that, an interrupted creation may still become visible, and a
// later call may still see the deleted access point in a list. The client
// remembers how long it has seen none, so repeated calls with short contexts on
// one client make progress. A new process for each call needs one context
// longer than Settle.
//
// An access point that has the tag of the key but was not created by
// [Client.EnsureAccessPoint] is left alone. The error is a [*DriftError] then.
//
// Transient errors are retried until ctx is done; the error is then a
// [*WaitError].
//
// Errors: those of [Client.ListAccessPoints] and [Client.DeleteAccessPoint],
// [*DriftError].
//
// RAM actions: nas:ListAccessPoints, nas:DeleteAccessPoint.
func (c *Client) EnsureAccessPointAbsent(ctx context.Context, fileSystemID, key string) error {
	if err := c.made(); err != nil {
		return err
	}
	if err := invalid("EnsureAccessPointAbsent", append(check.Key(key), check.Required("FileSystemId", fileSystemID))...); err != nil {
		return err
	}
	return c.accessPointAbsent(ctx, fileSystemID, key, false)
}

// accessPointAbsent is EnsureAccessPointAbsent. With keep, the caller forgets
// memoryKey(fileSystemID, key).
func (c *Client) accessPointAbsent(ctx context.Context, fileSystemID, key string, keep bool) error {
	a := &ensure.Absent[AccessPoint]{
		Settle: c.cfg.settle(), Memory: &c.view.memory, Key: memoryKey(fileSystemID, key), Keep: keep,
		Look: func(ctx context.Context, from, by time.Time) (wait.Found[AccessPoint], error) {
			return c.look(ctx, fileSystemID, key, from, by)
		},
		ID: func(ap AccessPoint) string { return ap.AccessPointID },
		Foreign: func(ap AccessPoint) error {
			if ap.tag(callTag) != "" {
				return nil
			}
			return &DriftError{"EnsureAccessPointAbsent", key, ap.AccessPointID, []Drift{{Field: "Tag." + callTag, Wanted: "that of EnsureAccessPoint"}}}
		},
		Delete: func(ctx context.Context, ap AccessPoint) error {
			if ap.Status == StatusDeleting {
				return nil
			}
			busy := func(err error) bool { return ensure.Transient(err) || errors.Is(err, ErrConflict) }
			_, err := wait.Retry(ctx, busy, func(ctx context.Context) (*DeleteAccessPointResponse, error) {
				return c.DeleteAccessPoint(ctx, DeleteAccessPointRequest{FileSystemID: fileSystemID, AccessPointID: ap.AccessPointID})
			})
			if errors.Is(err, ErrNotFound) {
				return nil
			}
			return err
		},
	}
	err := a.Ensure(fault.Expect(ctx, ErrNotFound, ErrConflict))
	if errors.Is(err, CodeFileSystemNotFound) {
		return nil
	}
	return ensured("EnsureAccessPointAbsent", key, "", "", err)
}

// look returns the access points of a file system that were created for key, the
// oldest first, in one list with those who look at the same time.
func (c *Client) look(ctx context.Context, fileSystemID, key string, from, by time.Time) (wait.Found[AccessPoint], error) {
	s := c.source(fileSystemID)
	var sure, moved bool
	// The service cannot look them up by tag, except in a deprecated list that lacks
	// what Agentic file systems have.
	s.QueriesList = true
	s.Query = func(ctx context.Context, key string) (found []AccessPoint, _ error) {
		ids, pages, total := map[string]bool{}, 0, 0
		for ap, err := range page.All("", func(token string) ([]AccessPoint, string, error) {
			// Of many pages, none is asked for twice because another one failed.
			p, err := wait.Retry(ctx, ensure.Transient, func(ctx context.Context) (wait.Page[AccessPoint], error) { return s.Page(ctx, token) })
			moved = moved || pages > 0 && err == nil && p.Total != total
			pages, total = pages+1, p.Total
			return p.Items, p.Next, err
		}) {
			if err != nil {
				return nil, err
			}
			if ids[ap.AccessPointID] = true; s.Key(ap) == key {
				found = append(found, ap)
			}
		}
		sure = pages == 1 && total <= len(ids)
		moved = moved || total > 0 && total != len(ids)
		return found, nil
	}
	found, err := wait.Retry(ctx, ensure.Transient, func(ctx context.Context) (wait.Found[AccessPoint], error) {
		sure, moved = true, false
		return s.Find(ctx, key, from, by)
	})
	found.Sure, found.Moved = found.Sure && sure, found.Moved || moved
	found.Items = slices.DeleteFunc(found.Items, func(ap AccessPoint) bool { return ap.FileSystemID != fileSystemID })
	slices.SortFunc(found.Items, func(a, b AccessPoint) int {
		return cmp.Or(timeOf(a.CreateTime).Compare(timeOf(b.CreateTime)), strings.Compare(a.AccessPointID, b.AccessPointID))
	})
	return found, err
}

// timeOf returns a time of an answer, or no time if it cannot be read.
func timeOf(s string) time.Time {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t
	}
	if micros, err := strconv.ParseInt(s, 10, 64); err == nil {
		return time.UnixMicro(micros)
	}
	return time.Time{}
}

// tagField returns the path of the value of a tag of a request, counted from 1.
func tagField(n int) string { return "Tag." + strconv.Itoa(n) + ".Value" }

// tag returns the value of a tag, or an empty text.
func (ap AccessPoint) tag(key string) string { return tagOf(ap.Tags, key) }

// left reports whether a creation with in may have left ap, without some of its
// tags.
func (in CreateAccessPointRequest) left(ap AccessPoint) bool {
	for _, t := range ap.Tags {
		if !slices.Contains(in.Tags, t) {
			return false
		}
	}
	in.Tags = nil
	return in.AccessPointName == ap.AccessPointName && drift("", in, ap) == nil
}

// drift compares an access point with the request for it, in which what is not
// set stands for the documented default. The service may have tags of its own, and
// may show zeros for a user that was not asked for.
func drift(key string, in CreateAccessPointRequest, ap AccessPoint) error {
	user, root := ap.PosixUser, ap.RootPathPermission
	if user == nil {
		user = new(PosixUser)
	}
	if root == nil { // nothing is created for a root directory that exists
		root = new(RootPathPermission)
	}
	ds := []check.Difference{
		check.Same("VswId", in.VSwitchID, ap.VSwitchID),
		check.Same("VpcId", in.VpcID, ap.VpcID),
		check.Same("AgenticSpaceId", in.AgenticSpaceID, ap.AgenticSpaceID),
		check.Same("RootDirectory", directory(in.RootDirectory), directory(ap.RootPath)),
		check.Same("EnabledRam", in.EnabledRAM, ap.EnabledRAM),
		check.Same("PosixUserId", number(in.PosixUserID), number(asked(in.PosixUserID, user.PosixUserID))),
		check.Same("PosixGroupId", number(in.PosixGroupID), number(asked(in.PosixGroupID, user.PosixGroupID))),
		check.Same("PosixSecondaryGroupIds", numbers(in.PosixSecondaryGroupIDs, true), numbers(user.PosixSecondaryGroupIDs, len(in.PosixSecondaryGroupIDs) > 0)),
	}
	if in.AgenticSpaceID == "" { // a space has a group, but not of the caller's
		ds = append(ds, check.Same("AccessGroup", cmp.Or(in.AccessGroup, defaultGroup), ap.AccessGroup))
	}
	if in.AccessPointName != "" { // otherwise any will do
		ds = append(ds, check.Same("AccessPointName", in.AccessPointName, ap.AccessPointName))
	}
	if in.OwnerUserID != nil && root.OwnerUserID != nil {
		ds = append(ds, check.Same("OwnerUserId", number(in.OwnerUserID), number(root.OwnerUserID)))
	}
	if in.OwnerGroupID != nil && root.OwnerGroupID != nil {
		ds = append(ds, check.Same("OwnerGroupId", number(in.OwnerGroupID), number(root.OwnerGroupID)))
	}
	if mode := strings.TrimLeft(root.Permission, "0"); in.OwnerUserID != nil && in.OwnerGroupID != nil && root.Permission != "" {
		ds = append(ds, check.Same("Permission", strings.TrimLeft(cmp.Or(in.Permission, "0755"), "0"), mode))
	}
	for i, t := range in.Tags {
		ds = append(ds, check.Same(tagField(i+1), t.Value, ap.tag(t.Key)))
	}
	return drifted("EnsureAccessPoint", key, ap.AccessPointID, ds...)
}

// directory returns a path in one of its spellings.
func directory(path string) string { return "/" + strings.Trim(path, "/") }

func number(n *uint32) string {
	if n == nil {
		return "none"
	}
	return strconv.FormatUint(uint64(*n), 10)
}

// asked returns found. Zero is none where nothing was asked for.
func asked(wanted, found *uint32) *uint32 {
	if wanted == nil && found != nil && *found == 0 {
		return nil
	}
	return found
}

// numbers returns a set of numbers as text, zero if it counts.
func numbers(ns []uint32, zero bool) string {
	var texts []string
	for _, n := range ns {
		if n > 0 || zero {
			texts = append(texts, strconv.FormatUint(uint64(n), 10))
		}
	}
	slices.Sort(texts) // as every program sorts texts; numbers would cost it 8 KB
	return strings.Join(slices.Compact(texts), ",")
}
