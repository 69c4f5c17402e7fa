package oss

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// EnsureAccessPoint returns the access point that in names. It creates it if
// there is none, waits until it can be used, and compares it with in.
//
// The name is the key: the service gives it to one access point in the account
// and region at a time. So whoever asks for it gets the same one, and a program
// that asks again after it was interrupted, or after an error, gets what it had
// created. One that can be used already costs a single request. One that is
// being deleted is waited for until it is gone, and for [Config].Settle more,
// until no answer shows it any longer; then another is created.
//
// An access point that differs from in is returned as it is, with a
// [*DriftError]; there is no operation that could change it. So is the name if it
// belongs to another bucket: the service refuses it, and the bucket does not show
// it for Settle. EnsureAccessPoint deletes nothing.
//
// Many calls at the same time share lists as [Client.WaitAccessPointEnabled] does.
// One that has created the access point may return it as a list shows it, with
// AccessPointARN but without what else lists lack: [Client.GetAccessPoint] has the
// rest. One that finds it returns all.
//
// Failures that may pass, such as throttling, are waited out for as long as ctx
// allows. When ctx ends, call again with the same name. What was deleted by
// other means than [Client.EnsureAccessPointAbsent] may, within Settle, still be
// taken for an access point that stands.
//
// Errors: [*DriftError]; otherwise a [*WaitError] around those of
// [Client.CreateAccessPoint], [Client.GetAccessPoint] and
// [Client.WaitAccessPointEnabled].
//
// RAM actions: oss:CreateAccessPoint, oss:GetAccessPoint; it uses
// oss:ListAccessPoints if it may.
func (c *Client) EnsureAccessPoint(ctx context.Context, in CreateAccessPointRequest) (AccessPoint, error) {
	if err := c.validate(in); err != nil {
		return AccessPoint{}, err
	}
	e := &ensuring{Client: c, in: in}
	source := c.source(in.Bucket)
	source.Get = e.get
	ap, failed := wait.Loop(ctx, wait.Options(ensurePauses), func(ctx context.Context, from, by time.Time) (AccessPoint, error) {
		return e.step(ctx, source.Look(ctx, in.AccessPointName, from, by))
	}, e.goal())
	if failed != nil {
		if e.lost != nil {
			failed.Err = errors.Join(failed.Err, e.lost)
		}
		return ap, waitError("EnsureAccessPoint", failed)
	}
	if e.foreign != nil {
		return ap, fmt.Errorf("%w: %w", drifted("EnsureAccessPoint", in.AccessPointName, in.AccessPointName, check.Same("Bucket", in.Bucket, "another bucket")), e.foreign)
	}
	return ap, drift(in, ap)
}

// ensurePauses are those between the steps to an access point. A bucket that does
// not exist is not waited for.
var ensurePauses = WaitOptions{Interval: time.Second, MaxInterval: 5 * time.Second, NotFoundGrace: time.Nanosecond}

// creations bounds those of unknown outcome between two looks.
const creations = 3

// An ensuring is one call of EnsureAccessPoint.
type ensuring struct {
	*Client
	in CreateAccessPointRequest

	arn     string    // of the access point that this call has created, if it has
	state   string    // what the last step found, if it was no access point to be had
	leaving time.Time // until then answers may show one that is being deleted, in any state
	next    time.Time // the next creation, not before
	taken   bool      // the name was refused, and has not shown since
	foreign error     // the refusal that proves that another bucket has the name
	lost    error     // of the last creation, if its outcome is unknown
}

// goal returns the goal of the steps.
func (e *ensuring) goal() wait.Goal[AccessPoint] {
	usable := enabled()
	return wait.Goal[AccessPoint]{Done: func(ap AccessPoint) (string, bool, error) {
		if ap == (AccessPoint{}) {
			return e.state, e.foreign != nil, nil
		}
		if drift(e.in, ap) == nil {
			return usable.Done(ap)
		}
		return string(ap.Status), true, nil // it never becomes what was asked for
	}}
}

// step returns the access point if a look has found it and it is there to stay. If
// there is none, it creates one: a second creation of one name does nothing, so
// that one may follow another whose outcome is unknown, or a list that misses what
// is there. What would end the call is left to a get, which has all fields and
// passes over nothing.
//
// What was done before a moment shows in a look that is asked for Settle later.
// So a name that was refused, and is not found for Settle, is not in this bucket,
// unless it was given up meanwhile; the next creation tells.
func (e *ensuring) step(ctx context.Context, look wait.Look[AccessPoint]) (AccessPoint, error) {
	ap := look.Value
	switch {
	case absent(look.Err):
		e.state = "not found"
		if e.taken {
			e.state = "taken"
		}
		if look.Asked.Before(e.next) {
			return AccessPoint{}, nil
		}
		if e.taken && look.Listed {
			return e.ask(ctx)
		}
		return AccessPoint{}, e.create(ctx)
	case look.Err != nil:
		return AccessPoint{}, look.Err
	}
	e.taken, e.lost = false, nil
	if ap.Status == StatusDeleting {
		e.leaving = time.Now().Add(e.cfg.settle())
	}
	if look.Asked.Before(e.leaving) {
		e.state = string(ap.Status)
		return AccessPoint{}, nil
	}
	if look.Listed && e.arn != "" && ap.Status == StatusEnable && drift(e.in, ap) == nil {
		ap.AccessPointARN = e.arn // what this call has created, it need not ask for again
		return ap, nil
	}
	if look.Listed && (ap.Status != StatusCreating || drift(e.in, ap) != nil) {
		// The list has just shown the same to many others.
		if err := wait.Sleep(ctx, rand.N(2*ensurePauses.Interval)); err != nil {
			return AccessPoint{}, err
		}
		return e.ask(ctx)
	}
	return ap, nil
}

// get returns the access point, or one of another name if the service does.
func (e *ensuring) get(ctx context.Context, name string) (AccessPoint, error) {
	out, err := e.GetAccessPoint(ctx, GetAccessPointRequest{Bucket: e.in.Bucket, AccessPointName: name})
	if err != nil {
		return AccessPoint{}, err
	}
	return out.AccessPoint, nil
}

// ask is a step after a get.
func (e *ensuring) ask(ctx context.Context) (AccessPoint, error) {
	look := wait.Look[AccessPoint]{Asked: time.Now()}
	look.Value, look.Err = e.get(ctx, e.in.AccessPointName)
	return e.step(ctx, look)
}

// absent reports whether err says that a bucket has no access point of a name.
func absent(err error) bool { return errors.Is(err, ErrNotFound) && !errors.Is(err, CodeNoSuchBucket) }

// create creates the access point, unless the service surely refuses for good. If
// the outcome is unknown, it tries again before the next look, which takes long
// where many look at the pages of a list. No source says how the service refuses a
// name that is taken; any conflict is taken for that, but for the one that is known
// to pass.
func (e *ensuring) create(ctx context.Context) error {
	out, err := e.CreateAccessPoint(ctx, e.in)
	for try := 1; errors.Is(err, ErrOutcomeUnknown); try++ {
		e.lost, e.taken = err, false // from now on by this one, perhaps
		if try == creations {
			return nil
		}
		if err := wait.Sleep(ctx, ensurePauses.Interval); err != nil {
			return err
		}
		out, err = e.CreateAccessPoint(ctx, e.in)
	}
	switch {
	case errors.Is(err, CodeAccessPointCreatingConflict):
		return nil
	case errors.Is(err, ErrAlreadyExists), errors.Is(err, ErrConflict):
		if e.taken {
			e.foreign = err
		}
		e.taken = true
	case err != nil:
		return err
	default:
		e.taken, e.lost, e.arn = false, nil, out.AccessPointARN
	}
	e.next = time.Now().Add(e.cfg.settle())
	return nil
}

// EnsureAccessPointAbsent deletes the access point of a bucket that has the name,
// and waits until it is gone. That there is none is success, and so is one of
// another bucket, which it leaves alone.
//
// It returns when it has found none for [Config].Settle: until then a creation
// that was broken off may yet show, and a deletion that was sent twice may yet
// hit what is created next under that name.
//
// Failures that may pass, and conflicts with a creation that is under way, are
// waited out for as long as ctx allows.
//
// Errors: those of [Client.GetAccessPoint] and [Client.DeleteAccessPoint]; a
// [*WaitError] if ctx ends.
//
// RAM actions: oss:GetAccessPoint, oss:DeleteAccessPoint.
func (c *Client) EnsureAccessPointAbsent(ctx context.Context, bucket, accessPointName string) error {
	if err := c.made(); err != nil {
		return err
	}
	start := time.Now()
	var gone time.Time // none has been found since
	for {
		asked := time.Now()
		ap, err := wait.Retry(ctx, nil, func(ctx context.Context) (*AccessPoint, error) {
			return c.look(ctx, bucket, accessPointName)
		})
		if errors.Is(err, CodeNoSuchBucket) {
			return nil
		}
		if err != nil {
			return err
		}
		pause, state := 2*time.Second, "not found"
		if ap == nil || ap.Bucket != bucket || ap.AccessPointName != accessPointName {
			if gone.IsZero() {
				gone = time.Now()
			}
			settled := gone.Add(c.cfg.settle())
			if !asked.Before(settled) {
				return nil
			}
			pause = time.Until(settled)
		} else {
			gone, state = time.Time{}, string(ap.Status)
			if ap.Status != StatusDeleting {
				if err := c.drop(ctx, bucket, accessPointName); err != nil {
					return err
				}
			}
		}
		if err := wait.Sleep(ctx, pause); err != nil {
			return &WaitError{Operation: "EnsureAccessPointAbsent", State: state, Elapsed: time.Since(start), Err: err}
		}
	}
}

// look returns the access point of a bucket that has the name, or nil.
func (c *Client) look(ctx context.Context, bucket, accessPointName string) (*AccessPoint, error) {
	out, err := c.GetAccessPoint(ctx, GetAccessPointRequest{Bucket: bucket, AccessPointName: accessPointName})
	switch {
	case absent(err):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return &out.AccessPoint, nil
}

// drop deletes an access point. That it is gone is success; that it is being
// created, or busy, is for the next look.
func (c *Client) drop(ctx context.Context, bucket, accessPointName string) error {
	_, err := wait.Retry(ctx, nil, func(ctx context.Context) (*DeleteAccessPointResponse, error) {
		return c.DeleteAccessPoint(ctx, DeleteAccessPointRequest{Bucket: bucket, AccessPointName: accessPointName})
	})
	if errors.Is(err, ErrNotFound) || errors.Is(err, ErrConflict) {
		return nil
	}
	return err
}

// drift compares an access point with the request for it.
func drift(in CreateAccessPointRequest, ap AccessPoint) error {
	return drifted("EnsureAccessPoint", in.AccessPointName, in.AccessPointName,
		check.Same("Bucket", in.Bucket, ap.Bucket),
		check.Same("AccessPointName", in.AccessPointName, ap.AccessPointName),
		check.Same("NetworkOrigin", in.NetworkOrigin.lower(), ap.NetworkOrigin.lower()),
		check.Same("VpcConfiguration.VpcId", in.VpcConfiguration.id(), ap.VpcConfiguration.id()),
	)
}

// lower is for comparisons. Like a [Status], the service may write an origin in
// either case.
func (o NetworkOrigin) lower() string { return strings.ToLower(string(o)) }

// id returns the ID of the VPC, or an empty text if there is none.
func (v *VpcConfiguration) id() string {
	if v == nil {
		return ""
	}
	return v.VpcID
}
