package oss

import (
	"context"
	"errors"
	"fmt"

	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// WaitAccessPointEnabled waits until the access point can be used, and returns
// it. It fails at the third poll in a row that finds the access point disabled
// or being deleted.
//
// When several waits for access points of one bucket run at the same time, they
// look at pages of [Client.ListAccessPoints] together if that takes fewer
// requests. What they return then lacks what lists lack, from AccountID on: where
// that is needed, call [Client.GetAccessPoint] after the wait.
//
// It needs the permission oss:GetAccessPoint, and uses oss:ListAccessPoints if it
// may.
func (c *Client) WaitAccessPointEnabled(ctx context.Context, bucket, accessPointName string, opts WaitOptions) (AccessPoint, error) {
	r := waitEach(ctx, "WaitAccessPointEnabled", opts, c.waitSource(bucket, nil), []string{accessPointName}, enabled)[0]
	return r.Value, r.Err
}

// WaitAccessPointsEnabled waits for each of the access points as
// [Client.WaitAccessPointEnabled] does, and returns when all waits have ended, the
// results in the order of the names. One that fails does not end the others.
// OnPoll is called for each access point, one call at a time.
//
// A thousand access points of one bucket take ten requests to look at.
func (c *Client) WaitAccessPointsEnabled(ctx context.Context, bucket string, accessPointNames []string, opts WaitOptions) []WaitResult[AccessPoint] {
	return waitEach(ctx, "WaitAccessPointsEnabled", opts, c.waitSource(bucket, nil), accessPointNames, enabled)
}

// enabled returns the test of a wait for an access point that can be used.
func enabled() func(AccessPoint) (string, bool, error) {
	wrong := 0
	return func(ap AccessPoint) (string, bool, error) {
		// No source calls these two failures; that a new access point leaves
		// them is not known either.
		if ap.Status.is(StatusDisable) || ap.Status.is(StatusDeleting) {
			wrong++
		} else {
			wrong = 0
		}
		if wrong >= 3 {
			return string(ap.Status), false, fmt.Errorf("an access point in state %s does not get to %s", ap.Status, StatusEnable)
		}
		return string(ap.Status), ap.Status.is(StatusEnable), nil
	}
}

// WaitAccessPointDeleted waits until the access point is gone. That it does not
// exist in the first place is success.
//
// It looks at lists as [Client.WaitAccessPointEnabled] does, but takes no list's
// word that the access point is gone.
//
// It needs the permission oss:GetAccessPoint, and uses oss:ListAccessPoints if it
// may.
func (c *Client) WaitAccessPointDeleted(ctx context.Context, bucket, accessPointName string, opts WaitOptions) error {
	return waitEach(ctx, "WaitAccessPointDeleted", opts, c.waitSource(bucket, notFound), []string{accessPointName}, gone)[0].Err
}

// WaitAccessPointsDeleted waits for each of the access points as
// [Client.WaitAccessPointDeleted] does, and returns when all waits have ended, the
// results in the order of the names. One that fails does not end the others.
// OnPoll is called for each access point, one call at a time.
//
// Each access point takes a request of its own in the end.
func (c *Client) WaitAccessPointsDeleted(ctx context.Context, bucket string, accessPointNames []string, opts WaitOptions) []WaitResult[AccessPoint] {
	return waitEach(ctx, "WaitAccessPointsDeleted", opts, c.waitSource(bucket, notFound), accessPointNames, gone)
}

// gone returns the test of a wait for an access point that is gone: one that is
// seen is not.
func gone() func(AccessPoint) (string, bool, error) {
	return func(ap AccessPoint) (string, bool, error) { return string(ap.Status), false, nil }
}

func notFound(err error) bool { return errors.Is(err, ErrNotFound) }

// waitSource returns where waits look for the access points of a bucket. An error
// for which gone is true ends a wait for a deletion.
func (c *Client) waitSource(bucket string, gone func(error) bool) *wait.Source[AccessPoint] {
	one := func(name string) GetAccessPointRequest {
		return GetAccessPointRequest{Bucket: bucket, AccessPointName: name}
	}
	return &wait.Source[AccessPoint]{
		Crowds: c.crowds(),
		List:   bucket,
		Get: func(ctx context.Context, name string) (AccessPoint, error) {
			out, err := c.GetAccessPoint(ctx, one(name))
			if err != nil {
				return AccessPoint{}, err
			}
			return out.AccessPoint, nil
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
		Gone:   gone,
		Denied: c.listingDenied,
	}
}
