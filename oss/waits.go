package oss

import (
	"context"
	"errors"
	"fmt"

	"github.com/accesspoint-go/accesspoint/internal/ensure"
	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// WaitAccessPointEnabled waits until the access point can be used, and returns
// it. It fails at the third consecutive poll that finds the access point
// disabled or being deleted.
//
// Concurrent waits for access points of one bucket share pages of
// [Client.ListAccessPoints] if that takes fewer requests. An access point from
// such a page lacks AccountID and the fields below it: if you need them, call
// [Client.GetAccessPoint] after the wait.
//
// RAM actions: oss:GetAccessPoint; oss:ListAccessPoints is used if it is
// allowed.
func (c *Client) WaitAccessPointEnabled(ctx context.Context, bucket, accessPointName string, opts WaitOptions) (AccessPoint, error) {
	return waitOne(ctx, "WaitAccessPointEnabled", opts, c.source(bucket), accessPointName, enabled)
}

// WaitAccessPointsEnabled waits for each of the access points as
// [Client.WaitAccessPointEnabled] does, and returns when all of them have
// ended. The results are in the order of the names. A wait that fails does not
// end the others. OnPoll is called for each access point, one call at a time.
//
// The waits share list requests: polling a thousand access points of one bucket
// takes ten.
func (c *Client) WaitAccessPointsEnabled(ctx context.Context, bucket string, accessPointNames []string, opts WaitOptions) []WaitResult[AccessPoint] {
	return waitEach(ctx, "WaitAccessPointsEnabled", opts, c.source(bucket), accessPointNames, enabled)
}

// enabled returns the goal of a wait for an access point that can be used.
func enabled() wait.Goal[AccessPoint] {
	done := usable()
	return wait.Goal[AccessPoint]{Done: func(ap AccessPoint) (string, bool, error) { return done(ap.Status) }}
}

// usable returns a function that looks at one stage after the other, and reports whether
// it is one in which an access point can be used.
func usable() func(Status) (string, bool, error) {
	wrong := 0
	return func(s Status) (string, bool, error) {
		// No source calls these two failures; that a new access point leaves
		// them is not known either.
		if s == StatusDisable || s == StatusDeleting {
			wrong++
		} else {
			wrong = 0
		}
		if wrong >= 3 {
			return string(s), false, fmt.Errorf("an access point in state %s does not get to %s", s, StatusEnable)
		}
		return string(s), s == StatusEnable, nil
	}
}

// WaitAccessPointForObjectProcessEnabled waits until the access point for
// object processing can be used, and returns it. It fails at the third
// consecutive poll that finds it disabled or being deleted.
//
// RAM action: oss:GetAccessPointForObjectProcess.
func (c *Client) WaitAccessPointForObjectProcessEnabled(ctx context.Context, bucket, name string, opts WaitOptions) (AccessPointForObjectProcess, error) {
	done := usable()
	return waitFor(ctx, "WaitAccessPointForObjectProcessEnabled", opts, c.process(bucket, name), wait.Goal[AccessPointForObjectProcess]{
		Done: func(ap AccessPointForObjectProcess) (string, bool, error) { return done(ap.Status) },
	})
}

// WaitAccessPointForObjectProcessDeleted waits until the access point for
// object processing is gone. It succeeds if there is none in the first place.
//
// RAM action: oss:GetAccessPointForObjectProcess.
func (c *Client) WaitAccessPointForObjectProcessDeleted(ctx context.Context, bucket, name string, opts WaitOptions) error {
	_, err := waitFor(ctx, "WaitAccessPointForObjectProcessDeleted", opts, c.process(bucket, name), wait.Goal[AccessPointForObjectProcess]{
		Gone: func(err error) bool { return notFound(err) && !errors.Is(err, CodeNoSuchAccessPoint) },
		Done: func(ap AccessPointForObjectProcess) (string, bool, error) { return string(ap.Status), false, nil },
	})
	return err
}

// process returns the fetch of a wait for an access point for object processing.
func (c *Client) process(bucket, name string) func(context.Context) (AccessPointForObjectProcess, error) {
	return func(ctx context.Context) (AccessPointForObjectProcess, error) {
		out, err := c.GetAccessPointForObjectProcess(ctx, GetAccessPointForObjectProcessRequest{Bucket: bucket, AccessPointForObjectProcessName: name})
		if err != nil {
			return AccessPointForObjectProcess{}, err
		}
		return out.AccessPointForObjectProcess, about("GetAccessPointForObjectProcess", name, out.AccessPointNameForObjectProcess, out.RequestID)
	}
}

// WaitAccessPointDeleted waits until the access point is gone. It succeeds if
// there is none in the first place.
//
// It shares lists as [Client.WaitAccessPointEnabled] does. If a list no longer
// shows the access point, it confirms that with a request of its own.
//
// RAM actions: oss:GetAccessPoint; oss:ListAccessPoints is used if it is
// allowed.
func (c *Client) WaitAccessPointDeleted(ctx context.Context, bucket, accessPointName string, opts WaitOptions) error {
	_, err := waitOne(ctx, "WaitAccessPointDeleted", opts, c.source(bucket), accessPointName, gone)
	return err
}

// WaitAccessPointsDeleted waits for each of the access points as
// [Client.WaitAccessPointDeleted] does, and returns when all of them have
// ended. The results are in the order of the names. A wait that fails does not
// end the others. OnPoll is called for each access point, one call at a time.
//
// At the end it confirms each deletion with a request of its own, one after the
// other: a thousand access points take a thousand round trips. Concurrent calls
// of WaitAccessPointDeleted are faster.
func (c *Client) WaitAccessPointsDeleted(ctx context.Context, bucket string, accessPointNames []string, opts WaitOptions) []WaitResult[AccessPoint] {
	return waitEach(ctx, "WaitAccessPointsDeleted", opts, c.source(bucket), accessPointNames, gone)
}

// gone returns the goal of a wait for an access point that is gone: one that is
// seen is not.
func gone() wait.Goal[AccessPoint] {
	return wait.Goal[AccessPoint]{Gone: notFound, Done: func(ap AccessPoint) (string, bool, error) { return string(ap.Status), false, nil }}
}

// notFound does not take the bucket for the access point.
func notFound(err error) bool {
	return errors.Is(err, ErrNotFound) && !errors.Is(err, CodeNoSuchBucket)
}

// source returns where the access points of a bucket are found by name.
func (c *Client) source(bucket string) *wait.Source[AccessPoint] {
	one := func(name string) GetAccessPointRequest {
		return GetAccessPointRequest{Bucket: bucket, AccessPointName: name}
	}
	return &wait.Source[AccessPoint]{
		Reader: c.reader(),
		List:   bucket,
		Get: func(ctx context.Context, name string) (AccessPoint, error) {
			out, err := c.GetAccessPoint(ctx, one(name))
			if err != nil {
				return AccessPoint{}, err
			}
			return out.AccessPoint, about("GetAccessPoint", name, out.AccessPointName, out.RequestID)
		},
		Page: func(ctx context.Context, token string) (wait.Page[AccessPoint], error) {
			out, err := c.ListAccessPoints(ctx, ListAccessPointsRequest{Bucket: bucket, ContinuationToken: token, MaxKeys: 100})
			if err != nil {
				return wait.Page[AccessPoint]{}, err
			}
			if !out.IsTruncated {
				out.NextContinuationToken = "" // whatever it says
			}
			return wait.Page[AccessPoint]{Items: out.AccessPoints, Next: out.NextContinuationToken}, nil
		},
		ID: func(ap AccessPoint) string { return ap.AccessPointName },
		Listed: func(name string) string {
			if one(name).Validate() != nil {
				return ""
			}
			return name
		},
		Denied: c.listingDenied,
	}
}

// A view is what clients share to which the service shows the same.
type view struct {
	reader wait.Reader[AccessPoint]
	memory ensure.Memory
}

// reader returns the one that c shares.
func (c *Client) reader() *wait.Reader[AccessPoint] {
	if c.made() != nil {
		return new(wait.Reader[AccessPoint])
	}
	return &c.view.reader
}
