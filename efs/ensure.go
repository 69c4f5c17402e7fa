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
	"github.com/accesspoint-go/accesspoint/internal/page"
	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// keyTag is a tag of every access point that [Client.EnsureAccessPoint] created:
// the key that it was created for. Tokens cannot be looked up, and whether lists
// have them is not certain.
const keyTag = "accesspoint-key"

// tagged is what a key must have beside what all services ask of one: it is the
// value of a tag.
const tagged = "must have only letters, digits, spaces and _.:/=+-@"

// EnsureAccessPoint returns the access point that key names in the file system
// of in. It creates it if there is none, waits until it is available, and
// compares it with in.
//
// The same key always means the same access point, whoever asks: a program that
// asks again after it was interrupted, or after an error, gets what it had
// created. The key has 1 to 128 letters and digits of ASCII, spaces and characters
// of _.:/=+-@; the name of a volume serves well. It is kept in the tag
// accesspoint-key, and in the ClientToken, which is
//
//	IdempotencyToken(fileSystemID, key, "0")
//
// EFS creates one access point for a token. Therefore EnsureAccessPoint creates
// first: if there is one already, the refusal names it, and with one more request
// it is found and compared. Callers at the same time get the same one, and a
// creation whose outcome is unknown is simply repeated. After a creation it looks
// at the list of the file system, a request for each thousand access points, which
// concurrent calls on one client share.
//
// One that is being deleted is waited for, and then created anew. EFS does not say
// how long it remembers the token of one that is gone. If it still does when twice
// [Config].Settle has passed, "1" takes the place of "0", and so on. One access
// point stands for a key as long as changes show within that time, and EFS
// forgets no token of one that stands, nor one that it has refused for one that is
// gone. Should it forget one, the call that creates the second, unless it is broken
// off, finds the first in the list, and its error is a [*DuplicateError] with the
// IDs of both. Nothing is deleted then.
//
// An access point that differs from in is returned as it is, with a
// [*DriftError]. Failures that may pass, such as throttling and a file system that
// is not available yet, are waited out for as long as ctx allows. When ctx ends,
// call again with the same key.
//
// Errors: those of [Client.CreateAccessPoint] and
// [Client.WaitAccessPointAvailable], [*DriftError], [*DuplicateError].
//
// IAM actions: elasticfilesystem:CreateAccessPoint,
// elasticfilesystem:TagResource, elasticfilesystem:DescribeAccessPoints.
func (c *Client) EnsureAccessPoint(ctx context.Context, key string, in CreateAccessPointRequest) (AccessPoint, error) {
	if err := c.made(); err != nil {
		return AccessPoint{}, err
	}
	e := &ensuring{c, key, in}
	problems := append(check.Each("Tags", in.Tags, func(t Tag) []check.Problem {
		return []check.Problem{check.That(t.Key != keyTag, "Key", "is reserved")}
	}), check.Key(key)...)
	problems = append(problems,
		check.That(tagText(key), "key", tagged),
		check.That(in.ClientToken == "" || in.ClientToken == e.token(0), "ClientToken", "must be that of the key, or not set"))
	if err := invalid("EnsureAccessPoint", problems...); err != nil {
		return AccessPoint{}, err
	}
	e.in.Tags = append(slices.Clone(in.Tags), Tag{keyTag, key})
	if err := c.validate(e.in); err != nil {
		return AccessPoint{}, err
	}
	ap, err := e.find(ctx)
	if err != nil {
		return ap, err
	}
	return ap, e.drift(ap)
}

// EnsureAccessPointAbsent deletes the access points that
// [Client.EnsureAccessPoint] created for key in a file system, and waits until
// they are gone. That there are none is success. It keeps looking until it has
// found nothing for [Config].Settle, so that a creation that was broken off does
// not outlive it, and no later call finds what is gone.
//
// It finds them by their tag accesspoint-key, and leaves one from which the tag
// was taken. Each look at the list of the file system is a request for each
// thousand access points. Failures that may pass are waited out for as long as ctx
// allows.
//
// Errors: those of [Client.DescribeAccessPoints] and [Client.DeleteAccessPoint].
//
// IAM actions: elasticfilesystem:DescribeAccessPoints,
// elasticfilesystem:DeleteAccessPoint.
func (c *Client) EnsureAccessPointAbsent(ctx context.Context, fileSystemID, key string) error {
	if err := c.made(); err != nil {
		return err
	}
	if err := invalid("EnsureAccessPointAbsent", append(check.Key(key), check.That(tagText(key), "key", tagged), check.Required("FileSystemId", fileSystemID))...); err != nil {
		return err
	}
	var quiet time.Time // since when nothing was found; zero if something was
	for {
		asked := time.Now()
		found, err := c.named(ctx, fileSystemID, key)
		if errors.Is(err, ErrNotFound) { // the whole file system is gone
			return nil
		}
		if err != nil {
			return err
		}
		pause := 2 * time.Second
		if len(found) > 0 {
			quiet = time.Time{}
		} else {
			if quiet.IsZero() {
				quiet = asked
			}
			if asked.Sub(quiet) >= c.cfg.settle() {
				return nil
			}
			pause = time.Until(quiet.Add(c.cfg.settle()))
		}
		for _, ap := range found {
			if ap.leaving() {
				continue
			}
			if err := c.drop(ctx, ap.AccessPointID); err != nil {
				return err
			}
		}
		if err := wait.Sleep(ctx, pause); err != nil {
			return &WaitError{Operation: "EnsureAccessPointAbsent", State: strconv.Itoa(len(found)) + " left", Err: err}
		}
	}
}

// named returns the access points of a file system that were created for key, from
// one list with those who ask at the same time.
func (c *Client) named(ctx context.Context, fileSystemID, key string) ([]AccessPoint, error) {
	s := c.sourceOfKeys(fileSystemID)
	return wait.Retry(ctx, nil, func(ctx context.Context) ([]AccessPoint, error) {
		now := time.Now()
		found, err := s.Find(ctx, key, now, now)
		return found.Items, err
	})
}

// sourceOfKeys returns where the access points of a file system are found by the
// keys that they were created for.
func (c *Client) sourceOfKeys(fileSystemID string) *wait.Source[AccessPoint] {
	list := func(ctx context.Context, token string) (*DescribeAccessPointsResponse, error) {
		return c.DescribeAccessPoints(ctx, DescribeAccessPointsRequest{FileSystemID: fileSystemID, MaxResults: 1000, NextToken: token})
	}
	keyOf := func(ap AccessPoint) string {
		if ap.FileSystemID != bareID(fileSystemID) {
			return ""
		}
		return ap.tag(keyTag)
	}
	return &wait.Source[AccessPoint]{
		Reader: c.reader(),
		List:   bareID(fileSystemID),
		// There is no filter.
		Query: func(ctx context.Context, key string) (found []AccessPoint, _ error) {
			for ap, err := range page.All("", func(token string) ([]AccessPoint, string, error) {
				// Of many pages, none is asked for twice because another one failed.
				out, err := wait.Retry(ctx, nil, func(ctx context.Context) (*DescribeAccessPointsResponse, error) { return list(ctx, token) })
				if err != nil {
					return nil, "", err
				}
				return out.AccessPoints, out.NextToken, nil
			}) {
				if err != nil {
					return nil, err
				}
				if keyOf(ap) == key {
					found = append(found, ap)
				}
			}
			return found, nil
		},
		Page: func(ctx context.Context, token string) (wait.Page[AccessPoint], error) {
			out, err := list(ctx, token)
			if err != nil {
				return wait.Page[AccessPoint]{}, err
			}
			return wait.Page[AccessPoint]{Items: out.AccessPoints, Next: out.NextToken}, nil
		},
		ID:     func(ap AccessPoint) string { return ap.AccessPointID },
		Key:    keyOf,
		Denied: c.listingDenied,
	}
}

// drop deletes an access point. That it is gone is success.
func (c *Client) drop(ctx context.Context, accessPointID string) error {
	busy := func(err error) bool { return errors.Is(err, ErrConflict) }
	_, err := wait.Retry(ctx, busy, func(ctx context.Context) (*DeleteAccessPointResponse, error) {
		return c.DeleteAccessPoint(ctx, DeleteAccessPointRequest{AccessPointID: accessPointID})
	})
	if errors.Is(err, CodeAccessPointNotFound) {
		return nil
	}
	return err
}

// An ensuring is one call of EnsureAccessPoint.
type ensuring struct {
	*Client
	key string
	in  CreateAccessPointRequest // with the tag of the key
}

// token returns the token of a generation: of the access point that is created
// when so many were deleted whose tokens the service remembers.
func (e *ensuring) token(generation int) string {
	return IdempotencyToken(bareID(e.in.FileSystemID), e.key, strconv.Itoa(generation))
}

// find returns the access point of the key, which it creates if there is none.
//
// A creation is the one question that the service answers by the state that it
// is in; whatever it lets be read may be old. So the token of a generation is
// sent until it either creates or leads to an access point. If it leads to one
// that no look has found for twice Settle, which is there if it was there when the
// first look was sent, then it is gone, and its token is remembered.
func (e *ensuring) find(ctx context.Context) (AccessPoint, error) {
	var (
		start      = time.Now()
		generation int
		id         string        // what the token led to
		hidden     time.Time     // since when no look has found that; zero if the last one did
		listed     bool          // the list was asked, too
		pause      time.Duration // before the token is sent again
	)
	for {
		e.in.ClientToken = e.token(generation)
		out, err := e.create(ctx)
		if err == nil {
			return e.alone(ctx, out.AccessPoint)
		}
		exists, _ := errors.AsType[*APIError](err)
		if exists == nil || exists.Code != CodeAccessPointAlreadyExists {
			return AccessPoint{}, err
		}
		if exists.ResourceID != id {
			id, hidden, pause = exists.ResourceID, time.Time{}, time.Second
		}
		asked := time.Now()
		var ap AccessPoint
		if id != "" { // the documentation has it always
			ap, err = e.WaitAccessPointAvailable(ctx, id, WaitOptions{NotFoundGrace: noGrace})
		}
		if !listed && (id == "" || errors.Is(err, ErrNotFound)) {
			// If it is gone, one of a later generation may stand.
			listed = true
			found, failed := e.standing(ctx)
			switch {
			case failed != nil:
				return AccessPoint{}, failed
			case len(found) > 1:
				return found[0], duplicates("EnsureAccessPoint", e.key, found)
			case len(found) == 1:
				ap, err = e.available(ctx, found[0])
			}
		}
		switch {
		case err == nil:
			return ap, nil
		case ap.leaving(), ap.AccessPointID != "" && errors.Is(err, ErrNotFound):
			hidden = time.Time{}
		case !errors.Is(err, ErrNotFound):
			return ap, err
		case hidden.IsZero():
			hidden = asked
		case asked.Sub(hidden) >= 2*e.cfg.settle():
			generation++
			continue
		}
		if err := wait.Sleep(ctx, pause); err != nil {
			return ap, &WaitError{Operation: "EnsureAccessPoint", State: string(ap.LifeCycleState), Elapsed: time.Since(start), Err: errors.Join(err, exists)}
		}
		pause = min(2*pause, e.cfg.settle()/2)
	}
}

// create creates an access point, or fails for good. The same token makes a
// repeat safe whatever became of the attempt before.
func (e *ensuring) create(ctx context.Context) (*CreateAccessPointResponse, error) {
	again := func(err error) bool {
		return errors.Is(err, ErrOutcomeUnknown) || errors.Is(err, CodeIncorrectFileSystemLifeCycleState)
	}
	return wait.Retry(ctx, again, func(ctx context.Context) (*CreateAccessPointResponse, error) {
		return e.CreateAccessPoint(ctx, e.in)
	})
}

// alone returns ap, which this call has created, when it is available. Another
// one of the same key can only stand beside it if the service has forgotten its
// token, or if a program has copied its tags. It is no other if it has not
// vanished from the list when Settle has passed.
func (e *ensuring) alone(ctx context.Context, ap AccessPoint) (AccessPoint, error) {
	created, settle := time.Now(), e.cfg.settle()
	for pause := time.Second; ; pause = min(2*pause, settle/2) {
		asked := time.Now()
		found, err := e.standing(ctx)
		if err != nil {
			return ap, err
		}
		if i := slices.IndexFunc(found, func(f AccessPoint) bool { return f.AccessPointID == ap.AccessPointID }); i >= 0 {
			ap = found[i]
			found = slices.Delete(found, i, i+1)
		}
		if len(found) == 0 {
			return e.available(ctx, ap)
		}
		if asked.Sub(created) >= settle {
			return found[0], duplicates("EnsureAccessPoint", e.key, append(found, ap))
		}
		if err := wait.Sleep(ctx, pause); err != nil {
			return ap, &WaitError{Operation: "EnsureAccessPoint", State: "not alone", Elapsed: time.Since(created), Err: err}
		}
	}
}

// standing returns the access points of the key that are not on their way out.
func (e *ensuring) standing(ctx context.Context) ([]AccessPoint, error) {
	found, err := e.named(ctx, e.in.FileSystemID, e.key)
	return slices.DeleteFunc(found, AccessPoint.leaving), err
}

// available returns ap when it is available.
func (e *ensuring) available(ctx context.Context, ap AccessPoint) (AccessPoint, error) {
	if ap.LifeCycleState == StateAvailable {
		return ap, nil
	}
	return e.WaitAccessPointAvailable(ctx, ap.AccessPointID, WaitOptions{NotFoundGrace: 3 * e.cfg.settle()})
}

// noGrace is for what has been seen.
const noGrace = time.Nanosecond

func duplicates(operation, key string, aps []AccessPoint) error {
	e := &DuplicateError{Operation: operation, Key: key}
	for _, ap := range aps {
		e.IDs = append(e.IDs, ap.AccessPointID)
	}
	return e
}

// drift compares an access point with the request for it, as describes does, and
// with its tags. It may have more tags.
func (e *ensuring) drift(ap AccessPoint) error {
	user, itsUser := e.in.PosixUser.texts(), ap.PosixUser.texts()
	root, itsRoot := e.in.RootDirectory.texts(), ap.RootDirectory.texts()
	ds := []check.Difference{
		check.Same("FileSystemId", bareID(e.in.FileSystemID), ap.FileSystemID),
		check.Same("PosixUser.Uid", user[0], itsUser[0]),
		check.Same("PosixUser.Gid", user[1], itsUser[1]),
		check.Same("PosixUser.SecondaryGids", user[2], itsUser[2]),
		check.Same("RootDirectory.Path", root[0], itsRoot[0]),
		check.Same("RootDirectory.CreationInfo.OwnerUid", root[1], itsRoot[1]),
		check.Same("RootDirectory.CreationInfo.OwnerGid", root[2], itsRoot[2]),
		check.Same("RootDirectory.CreationInfo.Permissions", root[3], itsRoot[3]),
	}
	for i, t := range e.in.Tags {
		ds = append(ds, check.Same("Tags."+strconv.Itoa(i+1)+".Value", t.Value, ap.tag(t.Key)))
	}
	return drifted("EnsureAccessPoint", e.key, ap.AccessPointID, ds...)
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
