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
	"github.com/accesspoint-go/accesspoint/internal/policy"
	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// EnsureAccessPointRequest holds the parameters of [Client.EnsureAccessPoint].
type EnsureAccessPointRequest struct {
	Bucket           string            // required
	AccessPointName  string            // required; see [CreateAccessPointRequest]
	NetworkOrigin    NetworkOrigin     // required
	VpcConfiguration *VpcConfiguration // required for [NetworkOriginVPC]; a VPC of the bucket's region
	// Policy is the policy of the access point: JSON text of Version 1, up to
	// 16 KB. If it is empty, the policy is neither set nor compared.
	Policy string
}

// Validate checks in against the documented constraints, without sending it.
func (in EnsureAccessPointRequest) Validate() error {
	problems := newPointRules(in.create())
	if in.Policy != "" {
		problems = append(problems, policyRules(in.Policy)...)
	}
	return invalid("EnsureAccessPoint", problems...)
}

// create returns the request that creates the access point.
func (in EnsureAccessPointRequest) create() CreateAccessPointRequest {
	return CreateAccessPointRequest{in.Bucket, in.AccessPointName, in.NetworkOrigin, in.VpcConfiguration}
}

// EnsureAccessPoint finds or creates the access point in.AccessPointName, waits
// until it can be used, sets its policy if it has none, compares it with in,
// and returns it. It is idempotent: the name is unique in the account and
// region and serves as the key, so call it again after a crash or an error, and
// from several processes at once. If the access point can be used already, the
// call takes one request, or two with a policy.
//
// If the access point is being deleted, the call waits until no response has
// shown it for [Config].Settle, and creates a new one.
//
// It never deletes anything, and changes nothing but a missing policy. If the
// access point differs from in, it is returned unchanged, with a [*DriftError];
// [Client.RepairAccessPoint] changes its policy. The error is a [*DriftError]
// too if another bucket owns the name. The call concludes that after Settle, if
// the service refuses the name and the bucket of in still does not show it.
//
// Policies are compared by their meaning: order and white space do not matter,
// nor whether a single value is in a list. The service cannot change a policy
// conditionally: if two concurrent calls find none and set different ones, only
// one of the two policies remains, and both calls may succeed. The next call
// with the other policy reports the drift.
//
// Concurrent calls share list requests, as [Client.WaitAccessPointEnabled]
// does.
//
// Transient errors are retried until ctx is done; then call again. An access
// point that was deleted less than Settle ago, other than by
// [Client.EnsureAccessPointAbsent], may still be returned.
//
// Errors: [*DriftError]; otherwise a [*WaitError] around those of
// [Client.CreateAccessPoint], [Client.GetAccessPoint],
// [Client.WaitAccessPointEnabled] and, with a policy,
// [Client.GetAccessPointPolicy] and [Client.PutAccessPointPolicy].
//
// RAM actions: oss:CreateAccessPoint, oss:GetAccessPoint, and with a policy
// oss:GetAccessPointPolicy and oss:PutAccessPointPolicy; oss:ListAccessPoints
// is used if it is allowed.
func (c *Client) EnsureAccessPoint(ctx context.Context, in EnsureAccessPointRequest) (AccessPoint, error) {
	if err := c.validate(in); err != nil {
		return AccessPoint{}, err
	}
	ctx = fault.Expect(ctx, ErrNotFound, ErrAlreadyExists, ErrConflict)
	ap, failed := c.findOrCreate(ctx, in.create())
	differences := differencesOf(in.create(), ap)
	if failed == nil && in.Policy != "" {
		var found string
		found, failed = c.policyOf(ctx, in, differences == nil)
		if failed == nil && !policy.Same(in.Policy, found) {
			differences = append(differences, check.Difference{Field: "Policy", Wanted: in.Policy, Found: found})
		}
	}
	switch {
	case failed == nil:
		return ap, drifted("EnsureAccessPoint", in.AccessPointName, in.AccessPointName, differences...)
	case errors.Is(failed, ensure.ErrTaken):
		return ap, fmt.Errorf("%w: %w", drifted("EnsureAccessPoint", in.AccessPointName, in.AccessPointName, check.Same("Bucket", in.Bucket, "another bucket")), failed.Err)
	}
	return ap, waitError("EnsureAccessPoint", failed)
}

// findOrCreate returns the access point that has the name of in, when it can be used
// or is not as asked.
func (c *Client) findOrCreate(ctx context.Context, in CreateAccessPointRequest) (AccessPoint, *wait.Error) {
	goal := enabled()
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
			return source.Look(ctx, in.AccessPointName, from, by)
		},
		// What would end the call is left to a get, which has all.
		Believe: func(ap AccessPoint) bool { return differencesOf(in, ap) == nil && ap.Status == StatusCreating },
		Get:     func(ctx context.Context) (AccessPoint, error) { return source.Get(ctx, in.AccessPointName) },
		Create: func(ctx context.Context) (AccessPoint, error) {
			_, err := c.CreateAccessPoint(ctx, in)
			return AccessPoint{Bucket: in.Bucket, AccessPointName: in.AccessPointName}, err
		},
		Absent: notFound,
		Busy:   func(err error) bool { return errors.Is(err, CodeAccessPointCreatingConflict) },
		// No source says how the service refuses a name that is taken.
		Refused: func(err error) bool { return errors.Is(err, ErrAlreadyExists) || errors.Is(err, ErrConflict) },
		Leaving: func(ap AccessPoint) bool { return ap.Status == StatusDeleting },
		Done: func(ap AccessPoint) (string, bool, error) {
			if differencesOf(in, ap) != nil {
				return string(ap.Status), true, nil // it never becomes what was asked for
			}
			return goal.Done(ap)
		},
	}
	return e.Ensure(ctx)
}

// policyOf returns the policy of the access point that in names, or an empty text if
// there is none. With put, it puts that of in then, and goes on until one shows.
func (c *Client) policyOf(ctx context.Context, in EnsureAccessPointRequest, put bool) (string, *wait.Error) {
	settle := c.cfg.settle()
	get := func(ctx context.Context) (string, error) {
		out, err := c.GetAccessPointPolicy(ctx, GetAccessPointPolicyRequest{Bucket: in.Bucket, AccessPointName: in.AccessPointName})
		if err != nil {
			return "", err
		}
		return out.Policy, nil
	}
	var next time.Time // put again, not before
	return wait.Until(ctx, policyPauses(settle), func(ctx context.Context) (string, error) {
		asked := time.Now()
		found, err := get(ctx)
		if !noPolicy(err) {
			return found, err
		}
		if !put || asked.Before(next) {
			return "", nil
		}
		_, err = c.PutAccessPointPolicy(ctx, PutAccessPointPolicyRequest{Bucket: in.Bucket, AccessPointName: in.AccessPointName, Policy: in.Policy})
		if err != nil {
			return "", err
		}
		next = time.Now().Add(settle)
		if found, err = get(ctx); noPolicy(err) {
			err = nil
		}
		return found, err
	}, wait.Goal[string]{Done: func(found string) (string, bool, error) {
		return "without a policy", found != "" || !put, nil
	}})
}

// EnsureAccessPointAbsent deletes the named access point of a bucket, and waits
// until it is gone. It succeeds if there is none. If another bucket owns the
// name, it succeeds too and deletes nothing.
//
// It returns when it has found none for [Config].Settle, the consistency
// window. Before that, an interrupted creation may still become visible, and a
// retried deletion may still delete the next access point of that name.
//
// Transient errors, and conflicts with a creation in progress, are retried
// until ctx is done.
//
// Errors: those of [Client.GetAccessPoint] and [Client.DeleteAccessPoint]; a
// [*WaitError] if ctx is done.
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
		Look: ensure.Listed(func(ctx context.Context) ([]AccessPoint, error) {
			ap, err := c.look(ctx, bucket, accessPointName)
			if err != nil || ap.Bucket != bucket || ap.AccessPointName != accessPointName {
				return nil, err
			}
			return []AccessPoint{ap}, nil
		}, nil),
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

// differencesOf returns in what an access point is not as asked.
func differencesOf(in CreateAccessPointRequest, ap AccessPoint) (all []check.Difference) {
	for _, d := range [...]check.Difference{
		check.Same("Bucket", in.Bucket, ap.Bucket),
		check.Same("AccessPointName", in.AccessPointName, ap.AccessPointName),
		check.Same("NetworkOrigin", in.NetworkOrigin.lower(), ap.NetworkOrigin.lower()),
		check.Same("VpcConfiguration.VpcId", in.VpcConfiguration.id(), ap.VpcConfiguration.id()),
	} {
		if d != (check.Difference{}) {
			all = append(all, d)
		}
	}
	return all
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
