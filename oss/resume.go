package oss

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/resume"
	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// A Resumed is the outcome of a call that ended in an [*OutcomeUnknownError].
type Resumed struct {
	Operation string // the API's name of the operation
	Created   bool   // whether it took effect
	// AccessPoint is what the call created. If it did not take effect, it is
	// the access point of the bucket that has the name, if there is one.
	AccessPoint AccessPoint
}

// Resume finds out whether a call that ended in an [*OutcomeUnknownError] took
// effect. text is the Resume field of that error; it may come from another
// process, and be days old.
//
// Resume looks in the bucket of the call for the access point with the name of
// the call. The Created field of the result is true if that access point has
// the network of the call and was created during the call, by the service's
// clock. It is false if there is none, or if it cannot be from the call because
// it has another network or was created at another time. In all other cases the
// outcome stays unknown, for instance if the time cannot be read. The error is
// then an [*OutcomeUnknownError] with the name in Candidates.
//
// To conclude that the call did not take effect, Resume takes [Config].Settle,
// the consistency window, during which the effect may become visible. It does
// not wait if the call ended more than 15 minutes ago.
//
// If the text is of another service, region or version of this module, the
// error is a [*ValidationError] and nothing is sent. Transient errors are
// retried until ctx is done.
//
// RAM action: oss:GetAccessPoint.
func (c *Client) Resume(ctx context.Context, text string) (*Resumed, error) {
	if err := c.made(); err != nil {
		return nil, err
	}
	p, err := resume.Parse(text, "oss", c.cfg.Region)
	if err == nil && p.Operation != "CreateAccessPoint" {
		err = resume.ErrForm
	}
	if err != nil {
		return nil, invalid("Resume", check.That(false, "text", err.Error()))
	}
	settle := c.cfg.settle()
	ap, err := resume.Look(ctx, p, settle, c.transport.ServiceTime, func(ctx context.Context) (AccessPoint, error) {
		return c.look(ctx, p.Key.Get("Bucket"), p.Key.Get("AccessPointName"))
	}, func(ap AccessPoint, err error) bool {
		return err != nil || asked(p, ap) && p.Covers(ap.created(), settle) // an older one may be gone already
	})
	out := &Resumed{Operation: p.Operation, AccessPoint: ap}
	if failed, ok := err.(*wait.Error); ok {
		return nil, waitError("Resume", failed)
	}
	if errors.Is(err, CodeNoSuchBucket) || err == nil && ap == (AccessPoint{}) {
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	created := ap.created()
	switch {
	case !asked(p, ap):
		return out, nil
	case created.IsZero(), !p.Covers(created, settle) && !p.Excludes(created, settle):
		return nil, &OutcomeUnknownError{
			Operation: p.Operation, Resume: text, Candidates: []string{ap.AccessPointName},
			Err: errors.New("oss: Resume: it cannot be told whether the call created " + ap.AccessPointName),
		}
	}
	out.Created = p.Covers(created, settle)
	return out, nil
}

// resume returns the text for Resume of a call of CreateAccessPoint that began
// at the given time.
func (in CreateAccessPointRequest) resume(c *Client, began time.Time) string {
	from, to := resume.Times(began, c.transport.ServiceTime(began), c.transport.ServiceTime(time.Now()))
	return resume.Point{
		Service: "oss", Region: c.cfg.Region, Operation: "CreateAccessPoint", From: from, To: to,
		Key: trail(in.Bucket, in.AccessPointName, in.NetworkOrigin, in.VpcConfiguration),
	}.String()
}

// asked reports whether ap is as the call of a text asked.
func asked(p resume.Point, ap AccessPoint) bool {
	return trail(ap.Bucket, ap.AccessPointName, ap.NetworkOrigin, ap.VpcConfiguration).Encode() == p.Key.Encode()
}

// trail returns what an access point and the request for it have in common.
func trail(bucket, name string, origin NetworkOrigin, vpc *VpcConfiguration) url.Values {
	return url.Values{
		"Bucket":          {bucket},
		"AccessPointName": {name},
		"NetworkOrigin":   {origin.lower()},
		"VpcId":           {vpc.id()},
	}
}

// created returns the time of the creation, or no time if it is not to be read.
func (ap AccessPoint) created() time.Time {
	seconds, err := strconv.ParseInt(ap.CreationDate, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}
