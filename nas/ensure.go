package nas

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// The tags of an access point that [Client.EnsureAccessPoint] created.
const (
	keyTag  = "accesspoint-key"  // the key that it was created for
	callTag = "accesspoint-call" // the call that created it
)

// EnsureAccessPoint returns the access point that key names in the file system
// of in. It creates it if there is none, waits until it is Active, and compares
// it with in.
//
// The same key always means the same access point, whoever asks: a program that
// asks again after it was interrupted, or after an error, gets what it had
// created. The key has 1 to 128 printable ASCII characters; the name of a volume
// serves well. It is kept in the tag accesspoint-key, beside a tag
// accesspoint-call, so that in has room for 18 tags.
//
// The service offers neither an idempotency token nor a unique name. Therefore
// EnsureAccessPoint creates only after it has found nothing throughout
// [Config].Settle, and looks once more when that time has passed again; a new
// access point takes at least twice Settle, one that stands already no time at
// all. If another call has created an older one meanwhile, it deletes its own
// and returns that. It deletes nothing else. As long as every change shows
// within Settle, one access point remains; two only if a call was broken off in
// the middle of its creation while another was under way. Two that remain are
// never passed over: the error is a [*DuplicateError] with the IDs of both.
//
// Concurrent calls on one client share lists of the file system until they create.
//
// An access point that differs from in is returned as it is, with a
// [*DriftError]. Failures that may pass, such as throttling, are waited out for
// as long as ctx allows. When ctx ends, call again with the same key.
//
// Errors: those of [Client.CreateAccessPoint] and
// [Client.WaitAccessPointActive], [*DriftError], [*DuplicateError].
//
// RAM actions: nas:CreateAccessPoint, nas:DescribeAccessPoints,
// nas:DescribeAccessPoint, nas:DeleteAccessPoint.
func (c *Client) EnsureAccessPoint(ctx context.Context, key string, in CreateAccessPointRequest) (AccessPoint, error) {
	if err := c.made(); err != nil {
		return AccessPoint{}, err
	}
	if err := invalid("EnsureAccessPoint", append(
		check.Each("Tag", in.Tags, func(t Tag) []check.Problem {
			return []check.Problem{check.That(t.Key != keyTag && t.Key != callTag, "Key", "is reserved")}
		}), check.Key(key)...)...); err != nil {
		return AccessPoint{}, err
	}
	e := &ensuring{
		Client:  c,
		key:     key,
		call:    rand.Text(),
		quiet:   time.Now(),
		seen:    map[string]time.Time{},
		dropped: map[string]bool{},
	}
	e.in = in
	e.in.Tags = append(slices.Clone(in.Tags), Tag{keyTag, e.key}, Tag{callTag, e.call})
	if err := c.validate(e.in); err != nil {
		return AccessPoint{}, err
	}
	found, err := e.find(ctx)
	if err != nil {
		return found, err
	}
	ap, err := c.WaitAccessPointActive(ctx, in.FileSystemID, found.AccessPointID, WaitOptions{})
	if err != nil {
		return ap, err
	}
	return ap, drift(key, in, ap)
}

// EnsureAccessPointAbsent deletes the access points that
// [Client.EnsureAccessPoint] created for key in a file system, and waits until
// they are gone. That there are none is success. It returns when it has found
// none for [Config].Settle: until then a creation that was broken off may yet show,
// and a list may yet show to a later call what is gone.
//
// Failures that may pass are waited out for as long as ctx allows.
//
// Errors: those of [Client.DescribeAccessPoints] and [Client.DeleteAccessPoint].
//
// RAM actions: nas:DescribeAccessPoints, nas:DeleteAccessPoint.
func (c *Client) EnsureAccessPointAbsent(ctx context.Context, fileSystemID, key string) error {
	if err := c.made(); err != nil {
		return err
	}
	if err := invalid("EnsureAccessPointAbsent", append(check.Key(key), check.Required("FileSystemId", fileSystemID))...); err != nil {
		return err
	}
	quiet := time.Now().Add(c.cfg.settle())
	for {
		asked := time.Now()
		found, err := c.look(ctx, fileSystemID, key)
		if errors.Is(err, ErrNotFound) { // the whole file system is gone
			return nil
		}
		if err != nil {
			return err
		}
		if len(found) == 0 && !asked.Before(quiet) {
			return nil
		}
		pause := 2 * time.Second
		if len(found) == 0 {
			pause = time.Until(quiet)
		}
		for _, ap := range found {
			if ap.Status == StatusDeleting {
				continue
			}
			if err := c.drop(ctx, fileSystemID, ap.AccessPointID); err != nil {
				return err
			}
		}
		if len(found) > 0 {
			quiet = time.Now().Add(c.cfg.settle())
		}
		if err := wait.Sleep(ctx, pause); err != nil {
			return &WaitError{Operation: "EnsureAccessPointAbsent", State: strconv.Itoa(len(found)) + " left", Err: err}
		}
	}
}

// look returns the access points of a file system that were created for key, the
// oldest first.
func (c *Client) look(ctx context.Context, fileSystemID, key string) ([]AccessPoint, error) {
	s := c.sourceOfKeys(fileSystemID)
	return wait.Retry(ctx, nil, func(ctx context.Context) ([]AccessPoint, error) { return s.Query(ctx, key) })
}

// lookShared is look, in one list with those who look at the same time. It may
// miss something if it is not sure.
func (c *Client) lookShared(ctx context.Context, fileSystemID, key string) ([]AccessPoint, bool, error) {
	s := c.sourceOfKeys(fileSystemID)
	found, err := wait.Retry(ctx, nil, func(ctx context.Context) (wait.Found[AccessPoint], error) {
		now := time.Now()
		return s.Find(ctx, key, now, now)
	})
	slices.SortFunc(found.Items, older)
	return found.Items, found.Sure, err
}

// sourceOfKeys returns where the access points of a file system are found by the
// keys that they were created for.
func (c *Client) sourceOfKeys(fileSystemID string) *wait.Source[AccessPoint] {
	return &wait.Source[AccessPoint]{
		Reader: c.reader(),
		List:   "by key in " + fileSystemID,
		Query: func(ctx context.Context, key string) ([]AccessPoint, error) {
			var found []AccessPoint
			in := DescribeAccessPointsRequest{FileSystemID: fileSystemID, Tags: []Tag{{keyTag, key}}}
			for ap, err := range c.DescribedAccessPoints(ctx, in) {
				if err != nil {
					return nil, err
				}
				// Not every service is to be trusted with a filter that it does not know.
				if ap.FileSystemID == fileSystemID && ap.tag(keyTag) == key {
					found = append(found, ap)
				}
			}
			slices.SortFunc(found, older)
			return found, nil
		},
		// No source says whether a tag without a value means any value.
		Page: func(ctx context.Context, token string) (wait.Page[AccessPoint], error) {
			out, err := c.DescribeAccessPoints(ctx, DescribeAccessPointsRequest{FileSystemID: fileSystemID, NextToken: token, MaxResults: 100})
			if err != nil {
				return wait.Page[AccessPoint]{}, err
			}
			return wait.Page[AccessPoint]{Items: out.AccessPoints, Next: out.NextToken, Total: out.TotalCount}, nil
		},
		ID:     func(ap AccessPoint) string { return ap.AccessPointID },
		Key:    func(ap AccessPoint) string { return ap.tag(keyTag) },
		Denied: c.listingDenied,
	}
}

// drop deletes an access point. That it is gone is success.
func (c *Client) drop(ctx context.Context, fileSystemID, accessPointID string) error {
	busy := func(err error) bool { return errors.Is(err, ErrConflict) }
	_, err := wait.Retry(ctx, busy, func(ctx context.Context) (*DeleteAccessPointResponse, error) {
		return c.DeleteAccessPoint(ctx, DeleteAccessPointRequest{FileSystemID: fileSystemID, AccessPointID: accessPointID})
	})
	if errors.Is(err, CodeAccessPointNotFound) {
		return nil
	}
	return err
}

// An ensuring is one call of EnsureAccessPoint.
type ensuring struct {
	*Client
	key, call string
	in        CreateAccessPointRequest

	id      string               // of the access point that this call created and did not drop; empty if none or not known
	lost    error                // of the last creation, if its outcome is unknown
	quiet   time.Time            // this call has created nothing since
	seen    map[string]time.Time // when this call first saw an access point
	dropped map[string]bool      // access points that this call has deleted
}

// find returns the access point of the key, which it creates if there is none.
//
// What was sent before a moment shows in a look that is asked for Settle later.
// So a look that is asked for Settle after the start of the call, and finds
// nothing, proves that no call that was broken off has left anything behind; and
// a look asked for Settle after the creation shows every access point that was
// under way at the same time. All calls that see the same two choose the same
// one, and those that created the others delete them. They do so while it is
// younger than twice Settle, for older ones may be in use.
//
// Until it creates, it shares lists with others. If such a look is not sure of
// what it does not find, one of its own tells.
func (e *ensuring) find(ctx context.Context) (AccessPoint, error) {
	settle := e.cfg.settle()
	shared := true
	for {
		asked := time.Now()
		found, sure, err := e.search(ctx, shared)
		if err != nil {
			return AccessPoint{}, err
		}
		next := e.quiet.Add(settle)
		switch settled := !asked.Before(next); {
		case len(found) == 0 && settled && !sure:
			shared = false
			continue
		case len(found) == 0 && settled && e.id == "":
			if err := e.create(ctx); err != nil {
				return AccessPoint{}, err
			}
			shared = false
			next = e.quiet.Add(settle)
		case len(found) == 0 && settled:
			// It does not show in lists yet, but the service has named it.
			return AccessPoint{AccessPointID: e.id, FileSystemID: e.in.FileSystemID}, nil
		case len(found) > 0 && settled && e.id != "" && !slices.ContainsFunc(found, func(ap AccessPoint) bool { return ap.AccessPointID == e.id }):
			return found[0], duplicates("EnsureAccessPoint", e.key, append(found, AccessPoint{AccessPointID: e.id}))
		case len(found) == 1 && (settled && e.mine(found[0]) || e.age(found[0]) >= 2*settle):
			return found[0], nil
		case len(found) == 1 && settled:
			next = time.Now().Add(2*settle - e.age(found[0]))
		case settled:
			dropped, err := e.dropNewer(ctx, found)
			if err != nil {
				return found[0], err
			}
			if !dropped && e.age(found[len(found)-1]) >= 3*settle {
				return found[0], duplicates("EnsureAccessPoint", e.key, found)
			}
			next = time.Now().Add(settle / 4)
		}
		if err := wait.Sleep(ctx, time.Until(next)); err != nil {
			return AccessPoint{AccessPointID: e.id}, &WaitError{Operation: "EnsureAccessPoint", State: "settling", Elapsed: time.Since(e.quiet), Err: errors.Join(err, e.lost)}
		}
	}
}

// search returns the access points of the key that are not on their way out, and
// whether there are surely no others.
func (e *ensuring) search(ctx context.Context, shared bool) (found []AccessPoint, sure bool, err error) {
	if sure = !shared; sure {
		found, err = e.look(ctx, e.in.FileSystemID, e.key)
	} else {
		found, sure, err = e.lookShared(ctx, e.in.FileSystemID, e.key)
	}
	found = slices.DeleteFunc(found, func(ap AccessPoint) bool {
		return ap.Status == StatusDeleting || e.dropped[ap.AccessPointID]
	})
	for _, ap := range found {
		if e.seen[ap.AccessPointID].IsZero() {
			e.seen[ap.AccessPointID] = time.Now()
		}
	}
	return found, sure, err
}

// create creates an access point, unless the service surely refuses. It does not
// fail if the outcome is unknown, for what was created carries its mark.
func (e *ensuring) create(ctx context.Context) error {
	out, err := wait.Retry(ctx, nil, func(ctx context.Context) (*CreateAccessPointResponse, error) {
		out, err := e.CreateAccessPoint(ctx, e.in)
		e.lost = nil
		if errors.Is(err, ErrOutcomeUnknown) {
			out, err, e.lost = new(CreateAccessPointResponse), nil, err
		}
		return out, err
	})
	if err != nil {
		return err
	}
	e.id, e.quiet = out.AccessPoint.AccessPointID, time.Now()
	return nil
}

// dropNewer deletes those access points that this call has created, but for the
// first of all.
func (e *ensuring) dropNewer(ctx context.Context, found []AccessPoint) (dropped bool, err error) {
	for _, ap := range found[1:] {
		if !e.mine(ap) || e.age(ap) >= 2*e.cfg.settle() {
			continue
		}
		if err := e.drop(ctx, ap.FileSystemID, ap.AccessPointID); err != nil {
			return dropped, err
		}
		e.dropped[ap.AccessPointID], dropped = true, true
		if ap.AccessPointID == e.id {
			e.id = ""
		}
	}
	return dropped, nil
}

// mine reports whether this call created ap.
func (e *ensuring) mine(ap AccessPoint) bool { return ap.tag(callTag) == e.call }

// age returns how old ap is at least. A wrong clock does not make it younger
// than the time that this call has seen it for.
func (e *ensuring) age(ap AccessPoint) time.Duration {
	created := e.seen[ap.AccessPointID]
	if t := ap.created(); !t.IsZero() && t.Before(created) {
		created = t
	}
	return time.Since(created)
}

func duplicates(operation, key string, aps []AccessPoint) error {
	e := &DuplicateError{Operation: operation, Key: key}
	for _, ap := range aps {
		e.IDs = append(e.IDs, ap.AccessPointID)
	}
	return e
}

// older orders access points by age, and those of one age by ID.
func older(a, b AccessPoint) int {
	if n := a.created().Compare(b.created()); n != 0 {
		return n
	}
	return strings.Compare(a.AccessPointID, b.AccessPointID)
}

// created returns the time of the creation, or no time if it is not to be read.
func (ap AccessPoint) created() time.Time {
	for _, s := range []string{ap.CreateTime, ap.CreateTimeUTC} {
		if t, err := time.Parse(time.RFC3339, s); err == nil {
			return t
		}
		if micros, err := strconv.ParseInt(s, 10, 64); err == nil {
			return time.UnixMicro(micros)
		}
	}
	return time.Time{}
}

// tag returns the value of a tag, or an empty text.
func (ap AccessPoint) tag(key string) string {
	for _, t := range ap.Tags {
		if t.Key == key {
			return t.Value
		}
	}
	return ""
}

// drift compares an access point with the request for it, in which what is not
// set stands for the documented default. The service may have tags of its own.
func drift(key string, in CreateAccessPointRequest, ap AccessPoint) error {
	wanted := in
	if wanted.AccessGroup == "" && wanted.AgenticSpaceID == "" {
		wanted.AccessGroup = "DEFAULT_VPC_GROUP_NAME"
	}
	if wanted.AccessPointName == "" { // then any will do
		wanted.AccessPointName = ap.AccessPointName
	}
	if wanted.RootDirectory == "" {
		wanted.RootDirectory = "/"
	}
	var user PosixUser
	if ap.PosixUser != nil {
		user = *ap.PosixUser
	}
	ds := []check.Difference{
		check.Same("VswId", wanted.VSwitchID, ap.VSwitchID),
		check.Same("VpcId", wanted.VpcID, ap.VpcID),
		check.Same("AgenticSpaceId", wanted.AgenticSpaceID, ap.AgenticSpaceID),
		check.Same("AccessGroup", wanted.AccessGroup, ap.AccessGroup),
		check.Same("AccessPointName", wanted.AccessPointName, ap.AccessPointName),
		check.Same("RootDirectory", wanted.RootDirectory, ap.RootPath),
		check.Same("EnabledRam", wanted.EnabledRAM, ap.EnabledRAM),
		check.Same("PosixUserId", number(wanted.PosixUserID), number(user.PosixUserID)),
		check.Same("PosixGroupId", number(wanted.PosixGroupID), number(user.PosixGroupID)),
		check.Same("PosixSecondaryGroupIds", numbers(wanted.PosixSecondaryGroupIDs), numbers(user.PosixSecondaryGroupIDs)),
	}
	// Nothing is created for a root directory that exists, so this may be absent.
	if p := ap.RootPathPermission; p != nil && in.OwnerUserID != nil {
		ds = append(ds,
			check.Same("OwnerUserId", number(in.OwnerUserID), number(p.OwnerUserID)),
			check.Same("OwnerGroupId", number(in.OwnerGroupID), number(p.OwnerGroupID)))
	}
	for i, t := range in.Tags {
		ds = append(ds, check.Same("Tag."+strconv.Itoa(i+1)+".Value", t.Value, ap.tag(t.Key)))
	}
	return drifted("EnsureAccessPoint", key, ap.AccessPointID, ds...)
}

func number(n *uint32) string {
	if n == nil {
		return "none"
	}
	return strconv.FormatUint(uint64(*n), 10)
}

func numbers(ns []uint32) string {
	var b strings.Builder
	for i, n := range slices.Sorted(slices.Values(ns)) {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.FormatUint(uint64(n), 10))
	}
	return b.String()
}
