package oss

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/ensure"
	"github.com/accesspoint-go/accesspoint/internal/fault"
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
	ctx = fault.Expect(ctx, ErrNotFound, ErrAlreadyExists, ErrConflict)
	arn := "" // of the access point that this call has created
	usable := enabled()
	source := c.source(in.Bucket)
	source.Get = func(ctx context.Context, name string) (AccessPoint, error) { // one of another name, too
		out, err := c.GetAccessPoint(ctx, GetAccessPointRequest{Bucket: in.Bucket, AccessPointName: name})
		if err != nil {
			return AccessPoint{}, err
		}
		return out.AccessPoint, nil
	}
	e := &ensure.Named[AccessPoint]{
		Settle: c.cfg.settle(),
		Memory: &c.view.memory,
		Key:    in.Bucket + "/" + in.AccessPointName,
		Look: func(ctx context.Context, from, by time.Time) wait.Look[AccessPoint] {
			look := source.Look(ctx, in.AccessPointName, from, by)
			if look.Listed && look.Err == nil && look.Value.Status == StatusEnable {
				look.Value.AccessPointARN = arn // this call need not ask for what it was told
			}
			return look
		},
		// What would end the call is left to a get.
		Believe: func(ap AccessPoint) bool {
			return drift(in, ap) == nil && (ap.Status == StatusCreating || ap.AccessPointARN != "")
		},
		Get: func(ctx context.Context) (AccessPoint, error) { return source.Get(ctx, in.AccessPointName) },
		Create: func(ctx context.Context) (AccessPoint, error) {
			out, err := c.CreateAccessPoint(ctx, in)
			if err != nil {
				return AccessPoint{}, err
			}
			arn = out.AccessPointARN
			return AccessPoint{Bucket: in.Bucket, AccessPointName: in.AccessPointName, AccessPointARN: arn}, nil
		},
		Absent: notFound,
		Busy:   func(err error) bool { return errors.Is(err, CodeAccessPointCreatingConflict) },
		// No source says how the service refuses a name that is taken.
		Refused: func(err error) bool { return errors.Is(err, ErrAlreadyExists) || errors.Is(err, ErrConflict) },
		Leaving: func(ap AccessPoint) bool { return ap.Status == StatusDeleting },
		Done: func(ap AccessPoint) (string, bool, error) {
			if drift(in, ap) != nil {
				return string(ap.Status), true, nil // it never becomes what was asked for
			}
			return usable.Done(ap)
		},
	}
	ap, failed := e.Ensure(ctx)
	switch {
	case failed == nil:
		return ap, drift(in, ap)
	case errors.Is(failed, ensure.ErrTaken):
		return ap, fmt.Errorf("%w: %w", drifted("EnsureAccessPoint", in.AccessPointName, in.AccessPointName, check.Same("Bucket", in.Bucket, "another bucket")), failed.Err)
	}
	return ap, waitError("EnsureAccessPoint", failed)
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
	ctx = fault.Expect(ctx, ErrNotFound, ErrConflict)
	a := &ensure.Absent[AccessPoint]{
		Settle: c.cfg.settle(),
		Memory: &c.view.memory,
		Key:    bucket + "/" + accessPointName,
		Look: func(ctx context.Context, _, by time.Time) (wait.Found[AccessPoint], error) {
			look := ensure.At(ctx, by, func(ctx context.Context) (AccessPoint, error) { return c.look(ctx, bucket, accessPointName) })
			found := wait.Found[AccessPoint]{Asked: look.Asked, Sure: true}
			if ap := look.Value; ap.Bucket == bucket && ap.AccessPointName == accessPointName {
				found.Items = []AccessPoint{ap}
			}
			return found, look.Err
		},
		Busy: func(err error) bool { return errors.Is(err, ErrConflict) },
		Delete: func(ctx context.Context, ap AccessPoint) error {
			if ap.Status == StatusDeleting {
				return nil
			}
			_, err := c.DeleteAccessPoint(ctx, DeleteAccessPointRequest{Bucket: bucket, AccessPointName: accessPointName})
			return err
		},
	}
	err := a.Ensure(ctx)
	if errors.Is(err, CodeNoSuchBucket) {
		return nil
	}
	if failed, ok := err.(*wait.Error); ok {
		return waitError("EnsureAccessPointAbsent", failed)
	}
	return err
}

// look returns the access point of a bucket that has the name, or an empty one.
func (c *Client) look(ctx context.Context, bucket, accessPointName string) (AccessPoint, error) {
	out, err := c.GetAccessPoint(ctx, GetAccessPointRequest{Bucket: bucket, AccessPointName: accessPointName})
	switch {
	case notFound(err):
		return AccessPoint{}, nil
	case err != nil:
		return AccessPoint{}, err
	}
	return out.AccessPoint, nil
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
