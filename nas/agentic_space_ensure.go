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

// EnsureAgenticSpace finds or creates the space at the path of in, waits until
// it is Running, compares it with in, and returns it. It is idempotent: the
// path is the key, so call it again after a crash or an error, and from several
// processes at once.
//
// It lists the spaces of the file system first. If none has the path, it
// creates one with the idempotency token (ClientToken)
//
//	IdempotencyToken(fileSystemID, path, "0")
//
// where path has no slash at its end. The service creates one space per token,
// so concurrent callers get the same space, and a creation with an unknown
// outcome is retried. A token creates nothing any more if its space was
// deleted, or if it was used with other parameters. In that case the call uses
// the next one ("1" after "0"), once no list has shown a space at the path for
// [Config].Settle, the consistency window. After it has created a space, the
// call waits for Settle and lists once more, to find duplicates.
//
// The API reference does not say whether the service refuses a second space at
// a path. If there are several, the error is a [*DuplicateError] with all IDs.
// Nothing is deleted.
//
// If the space differs from in, it is returned unchanged, with a [*DriftError];
// [Client.RepairAgenticSpace] changes it. An empty Description of in is not
// compared.
//
// Transient errors are retried until ctx is done; the error is then a
// [*WaitError]. The field DryRun of in must not be set.
//
// Errors: those of [Client.CreateAgenticSpace], [Client.DescribeAgenticSpaces]
// and [Client.WaitAgenticSpaceRunning], [*DriftError], [*DuplicateError].
//
// RAM actions: nas:CreateAgenticSpace, nas:DescribeAgenticSpaces,
// nas:GetAgenticSpace.
func (c *Client) EnsureAgenticSpace(ctx context.Context, in CreateAgenticSpaceRequest) (AgenticSpace, error) {
	if err := c.made(); err != nil {
		return AgenticSpace{}, err
	}
	fs, path := in.FileSystemID, directory(in.FileSystemPath)
	token := func(generation int) string { return IdempotencyToken(fs, path, strconv.Itoa(generation)) }
	if err := invalid("EnsureAgenticSpace",
		check.Required("FileSystemId", fs),
		check.That(spacePath(in.FileSystemPath), "FileSystemPath", "must be / and the name of a directory"),
		check.That(in.ClientToken == "" || in.ClientToken == token(0), "ClientToken", "must be that of the path, or not set"),
		check.That(!in.DryRun, "DryRun", "must not be set"),
	); err != nil {
		return AgenticSpace{}, err
	}
	if err := c.validate(in); err != nil {
		return AgenticSpace{}, err
	}
	in.FileSystemPath = path // of two spellings, the service might make two spaces
	ctx = fault.Expect(ctx, ErrNotFound, ErrConflict, ErrAlreadyExists)
	settle := c.cfg.settle()
	var looked, refused time.Time // the last time, and the first
	t := &ensure.Token[AgenticSpace]{
		Settle: settle, Memory: &c.view.memory, Key: spaceKey(fs, path), OfCall: true,
		Look: func(ctx context.Context) (wait.Found[AgenticSpace], error) {
			found, err := c.spacesAt(ctx, fs, path)
			looked = found.Asked
			return found, err
		},
		Send: func(ctx context.Context, generation int) (led ensure.Led[AgenticSpace], _ error) {
			in.ClientToken = token(generation)
			out, err := c.CreateAgenticSpace(ctx, in)
			switch {
			case errors.Is(err, CodeIdempotentParameterMismatch): // such a space may just have been created
				return ensure.Led[AgenticSpace]{Nothing: in.ClientToken, Err: err}, nil
			case err != nil:
				return led, err
			}
			led.Value.AgenticSpaceID = out.AgenticSpaceID
			return led, nil
		},
		Busy: func(err error) bool {
			if !errors.Is(err, ErrAlreadyExists) {
				return errors.Is(err, ErrConflict)
			}
			if refused.IsZero() {
				refused = time.Now()
			}
			return looked.Before(refused.Add(settle)) // another one at the path shows within Settle
		},
		Ready: func(ctx context.Context, s AgenticSpace) (AgenticSpace, error) {
			return c.WaitAgenticSpaceRunning(ctx, fs, s.AgenticSpaceID, WaitOptions{NotFoundGrace: time.Nanosecond, Transient: ensure.Transient})
		},
		ID:      func(s AgenticSpace) string { return s.AgenticSpaceID },
		Leaving: func(AgenticSpace) bool { return false }, // no such state is documented
	}
	s, err := t.Ensure(ctx)
	if err != nil {
		return s, ensured("EnsureAgenticSpace", path, s.AgenticSpaceID, "FileSystemPath", err)
	}
	return s, in.drift(s)
}

// spaceKey returns what the memory of a client has a path of a file system by. Keys
// of access points have no line end.
func spaceKey(fileSystemID, path string) string { return fileSystemID + "\nspace\n" + path }

// spacesAt returns the spaces at a path of a file system, the oldest first.
func (c *Client) spacesAt(ctx context.Context, fileSystemID, path string) (wait.Found[AgenticSpace], error) {
	found := wait.Found[AgenticSpace]{Asked: time.Now()}
	pages := 0
	at := func(s AgenticSpace) string { return directory(s.FileSystemPath) }
	list := func(ctx context.Context, _, token string) (wait.Page[AgenticSpace], error) {
		out, err := c.DescribeAgenticSpaces(ctx, DescribeAgenticSpacesRequest{FileSystemID: fileSystemID, NextToken: token, MaxResults: 100})
		if err != nil {
			return wait.Page[AgenticSpace]{}, err
		}
		pages++
		return wait.Page[AgenticSpace]{Items: out.AgenticSpaces, Next: out.NextToken}, nil
	}
	var err error
	found.Items, err = ensure.Query(at, list)(ctx, path)
	found.Sure = pages == 1
	slices.SortFunc(found.Items, func(a, b AgenticSpace) int {
		return cmp.Or(timeOf(a.CreateTimeUTC).Compare(timeOf(b.CreateTimeUTC)), strings.Compare(a.AgenticSpaceID, b.AgenticSpaceID))
	})
	return found, err
}

// drift compares a space with the request for it.
func (in CreateAgenticSpaceRequest) drift(s AgenticSpace) error {
	ds := []check.Difference{
		check.Same("FileSystemPath", in.FileSystemPath, directory(s.FileSystemPath)),
		check.Same("Quota.SizeLimit", strconv.FormatInt(in.Quota.SizeLimit, 10), strconv.FormatInt(s.Quota.SizeLimit, 10)),
		check.Same("Quota.FileCountLimit", strconv.FormatInt(in.Quota.FileCountLimit, 10), strconv.FormatInt(s.Quota.FileCountLimit, 10)),
	}
	if s.Azone != "" { // older samples lack it
		ds = append(ds, check.Same("Azone", in.Azone, s.Azone))
	}
	if in.Description != "" { // otherwise any will do
		ds = append(ds, check.Same("Description", in.Description, s.Description))
	}
	return drifted("EnsureAgenticSpace", in.FileSystemPath, s.AgenticSpaceID, ds...)
}

// EnsureAgenticSpaceAbsent deletes the space at a path of a file system,
// regardless of who created it, and waits until it is gone. It succeeds if
// there is none. The API reference does not say what happens to the data in the
// directory.
//
// It returns when no list has shown a space for [Config].Settle, the
// consistency window; before that, an interrupted creation may still become
// visible. The client remembers how long it has seen none, so repeated calls
// with short contexts on one client make progress. A new process for each call
// needs one context longer than Settle.
//
// A space that has access points is not deleted; the error is a [*DriftError]
// with their IDs. If all of them are being deleted already, the call waits
// until they are gone.
//
// Transient errors are retried until ctx is done; the error is then a
// [*WaitError].
//
// Errors: those of [Client.DescribeAgenticSpaces], [Client.ListAccessPoints]
// and [Client.DeleteAgenticSpace], [*DriftError].
//
// RAM actions: nas:DescribeAgenticSpaces, nas:ListAccessPoints,
// nas:DeleteAgenticSpace.
func (c *Client) EnsureAgenticSpaceAbsent(ctx context.Context, fileSystemID, path string) error {
	if err := c.made(); err != nil {
		return err
	}
	if err := invalid("EnsureAgenticSpaceAbsent",
		check.Required("FileSystemId", fileSystemID),
		check.That(spacePath(path), "FileSystemPath", "must be / and the name of a directory"),
	); err != nil {
		return err
	}
	path = directory(path)
	a := &ensure.Absent[AgenticSpace]{
		Settle: c.cfg.settle(), Memory: &c.view.memory, Key: spaceKey(fileSystemID, path),
		Look: func(ctx context.Context, _, by time.Time) (found wait.Found[AgenticSpace], err error) {
			if err := wait.Sleep(ctx, time.Until(by)); err != nil {
				return found, err
			}
			return c.spacesAt(ctx, fileSystemID, path)
		},
		ID: func(s AgenticSpace) string { return s.AgenticSpaceID },
		Delete: func(ctx context.Context, s AgenticSpace) error {
			if err := c.unused(ctx, fileSystemID, path, s.AgenticSpaceID); err != nil {
				return err
			}
			_, err := c.DeleteAgenticSpace(ctx, DeleteAgenticSpaceRequest{FileSystemID: fileSystemID, AgenticSpaceID: s.AgenticSpaceID})
			return err
		},
		Busy: func(err error) bool { return errors.Is(err, ErrConflict) || err == errLeaving },
	}
	err := a.Ensure(fault.Expect(ctx, ErrNotFound, ErrConflict))
	if errors.Is(err, CodeFileSystemNotFound) {
		return nil
	}
	return ensured("EnsureAgenticSpaceAbsent", path, "", "", err)
}

// errLeaving is for a space whose access points are being deleted.
var errLeaving = errors.New("the access points of the space are being deleted")

// unused returns an error for a space that has access points.
func (c *Client) unused(ctx context.Context, fileSystemID, path, id string) error {
	var standing []check.Difference
	leaving := false
	for ap, err := range c.AccessPoints(ctx, ListAccessPointsRequest{FileSystemID: fileSystemID, Filters: []Filter{{FilterAgenticSpaceID, id}}}) {
		switch {
		case err != nil:
			return err
		case ap.AgenticSpaceID != id: // not every service is to be trusted with a filter
		case ap.Status == StatusDeleting:
			leaving = true
		default:
			standing = append(standing, check.Same("AccessPointId", "", ap.AccessPointID))
		}
	}
	if err := drifted("EnsureAgenticSpaceAbsent", path, id, standing...); err != nil {
		return err
	}
	if leaving {
		return errLeaving
	}
	return nil
}
