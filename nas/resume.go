package nas

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/ensure"
	"github.com/accesspoint-go/accesspoint/internal/resume"
	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// A Resumed is the outcome of a call that ended in an [*OutcomeUnknownError].
type Resumed struct {
	Operation   string      // the API's name of the operation
	Created     bool        // whether it took effect
	AccessPoint AccessPoint // what it created; zero if Created is false
}

// Resume finds out whether a call that ended in an [*OutcomeUnknownError] took
// effect. text is the Resume field of that error; it may come from another
// process, and be days old.
//
// Resume looks for access points that were created during the call, by the
// service's clock. The Created field of the result is true if exactly one of
// them has every parameter of the call, including the tags. It is false if none
// can be from the call: the call did not take effect, or the access point was
// deleted. In all other cases the outcome stays unknown, for instance if
// several match, if one differs in a parameter that can be changed, or if one
// was created shortly after the call. The error is then an
// [*OutcomeUnknownError] with their IDs as Candidates.
//
// Resume takes [Config].Settle, the consistency window, during which the effect
// of the call may become visible. It does not wait if the call ended more than
// 15 minutes ago.
//
// If the text is of another service, region or version of this module, the
// error is a [*ValidationError] and nothing is sent. Transient errors are
// retried until ctx is done.
//
// RAM action: nas:ListAccessPoints.
func (c *Client) Resume(ctx context.Context, text string) (*Resumed, error) {
	if err := c.made(); err != nil {
		return nil, err
	}
	p, err := resume.Parse(text, "nas", c.cfg.Region)
	if err == nil && p.Operation != "CreateAccessPoint" {
		err = resume.ErrForm
	}
	if err != nil {
		return nil, invalid("Resume", check.That(false, "text", err.Error()))
	}
	start, settle := time.Now(), c.cfg.settle()
	out := &Resumed{Operation: p.Operation}
	var same, like []string
	for done := false; !done; {
		asked := time.Now()
		done = asked.Sub(start) >= settle || p.Past(c.transport.ServiceTime(asked), settle)
		found, err := wait.Retry(ctx, ensure.Transient, func(ctx context.Context) (found []AccessPoint, _ error) {
			for ap, err := range c.AccessPoints(ctx, ListAccessPointsRequest{FileSystemID: p.Key.Get("FileSystemId")}) {
				if err != nil {
					return nil, err
				}
				found = append(found, ap)
			}
			return found, nil
		})
		if err != nil {
			return nil, err
		}
		for _, ap := range found {
			created := timeOf(ap.CreateTime)
			whole, fixed := ap.matches(p.Key)
			switch {
			case !fixed || !created.IsZero() && p.Excludes(created, settle):
			case whole && p.Covers(created, settle):
				same, out.AccessPoint = append(same, ap.AccessPointID), ap
				out.AccessPoint.RegionID = c.cfg.Region // lists lack it
			default:
				like = append(like, ap.AccessPointID)
			}
		}
		if done {
			break
		}
		next := start.Add(settle)
		if p.Past(c.transport.ServiceTime(time.Now().Add(1)), settle) {
			next = time.Now().Add(pastPause)
		}
		if err := wait.Sleep(ctx, time.Until(next)); err != nil {
			return nil, &WaitError{Operation: "Resume", State: "settling", Elapsed: time.Since(start), Err: err}
		}
	}
	// What has moved in a list of several pages was perhaps shown by one look only.
	slices.Sort(same)
	same = slices.Compact(same)
	switch {
	case len(same) == 1:
		out.Created = true
		return out, nil
	case len(same)+len(like) == 0:
		return out, nil
	}
	candidates := slices.Concat(same, like)
	slices.Sort(candidates)
	return nil, &OutcomeUnknownError{
		Operation: p.Operation, Resume: text, Candidates: slices.Compact(candidates),
		Err: errors.New("nas: Resume: it cannot be told which of these the call created, if any: " + strings.Join(slices.Compact(candidates), ", ")),
	}
}

// pastPause is the time between two looks if the call was long ago. Chosen: the
// service's time, which the first has told, then counts for the second.
const pastPause = 20 * time.Millisecond

// resume returns the text for Resume of a call of CreateAccessPoint that began at
// the given time.
func (in CreateAccessPointRequest) resume(c *Client, began time.Time) string {
	from, to := resume.Times(began, c.transport.ServiceTime(began), c.transport.ServiceTime(time.Now()))
	asked := AccessPoint{
		VpcID: in.VpcID, VSwitchID: in.VSwitchID, AgenticSpaceID: in.AgenticSpaceID, RootPath: in.RootDirectory,
		AccessPointName: in.AccessPointName, AccessGroup: in.AccessGroup, EnabledRAM: in.EnabledRAM, Tags: in.Tags,
		PosixUser: &PosixUser{in.PosixUserID, in.PosixGroupID, in.PosixSecondaryGroupIDs},
	}
	key := url.Values{"FileSystemId": {in.FileSystemID}, "Fixed": {asked.fixed(true)}, "Whole": {asked.whole(true)}}
	if in.OwnerUserID != nil || in.OwnerGroupID != nil {
		key.Set("Owner", RootPathPermission{in.OwnerUserID, in.OwnerGroupID, cmp.Or(in.Permission, "0755")}.fingerprint())
	}
	return resume.Point{Service: "nas", Region: c.cfg.Region, Operation: "CreateAccessPoint", From: from, To: to, Key: key}.String()
}

// matches reports whether ap is as a call asked whose text has key: in all, and in
// what cannot be changed.
func (ap AccessPoint) matches(key url.Values) (whole, fixed bool) {
	for _, zeros := range []bool{true, false} {
		fixed = fixed || ap.fixed(zeros) == key.Get("Fixed")
		whole = whole || ap.whole(zeros) == key.Get("Whole")
	}
	// Nothing is created for a root directory that exists, so this may be absent.
	if p := ap.RootPathPermission; p != nil && *p != (RootPathPermission{}) && key.Has("Owner") {
		whole = whole && p.fingerprint() == key.Get("Owner")
	}
	return whole, fixed
}

// fixed returns a fingerprint of what cannot be changed. The service may show zeros
// for a user that was not asked for; they count if zeros says so.
func (ap AccessPoint) fixed(zeros bool) string {
	var user PosixUser
	if ap.PosixUser != nil {
		user = *ap.PosixUser
	}
	if !zeros {
		user.PosixUserID, user.PosixGroupID = asked(nil, user.PosixUserID), asked(nil, user.PosixGroupID)
	}
	return resume.Fingerprint(ap.VpcID, ap.VSwitchID, ap.AgenticSpaceID, directory(ap.RootPath),
		number(user.PosixUserID), number(user.PosixGroupID), numbers(user.PosixSecondaryGroupIDs, zeros))
}

// whole returns a fingerprint of everything that a request can ask for but the
// owner of a new root directory.
func (ap AccessPoint) whole(zeros bool) string {
	parts := []string{ap.fixed(zeros), ap.AccessPointName, strconv.FormatBool(ap.EnabledRAM)}
	if ap.AgenticSpaceID == "" {
		parts = append(parts, cmp.Or(ap.AccessGroup, defaultGroup))
	}
	var tags []string
	for _, t := range ap.Tags {
		if !strings.HasPrefix(t.Key, "acs:") && !strings.HasPrefix(t.Key, "aliyun") { // of the service's own
			tags = append(tags, resume.Fingerprint(t.Key, t.Value))
		}
	}
	slices.Sort(tags) // as every program sorts texts; tags would cost it 17 KB
	parts = append(parts, tags...)
	return resume.Fingerprint(parts...)
}

func (p RootPathPermission) fingerprint() string {
	return resume.Fingerprint(number(p.OwnerUserID), number(p.OwnerGroupID), strings.TrimLeft(p.Permission, "0"))
}
