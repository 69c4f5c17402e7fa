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

// Resumed is what became of a call whose outcome was unknown.
type Resumed struct {
	Operation string // the API's name of the operation
	Created   bool   // whether it took effect
	// AccessPoint is what it created. If it did not take effect, it is the access
	// point of the bucket that has the name, if there is one.
	AccessPoint AccessPoint
}

// Resume finds out what became of a call that ended in an
// [*OutcomeUnknownError]. text is its Resume; it may come from another process
// and from an earlier day.
//
// Resume first waits until [Config].Settle has passed since that call. Then it
// looks for the access point of the call's bucket that has its name. If there is
// none, the call did not take effect. If there is one, the call created it if it
// has the call's network and was created at its time; another has the name
// otherwise, and is returned with Created false. One whose creation time cannot
// be read counts as the call's if it has the call's network, for the name is the
// caller's own choice.
//
// A text of another service, region or version of this module is a
// [*ValidationError], and nothing is sent. Failures that may pass are waited out
// for as long as ctx allows.
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
	if err := wait.Sleep(ctx, time.Until(p.To.Add(settle))); err != nil {
		return nil, &WaitError{Operation: "Resume", State: "settling", Err: err}
	}
	ap, err := wait.Retry(ctx, nil, func(ctx context.Context) (AccessPoint, error) {
		return c.look(ctx, p.Key.Get("Bucket"), p.Key.Get("AccessPointName"))
	})
	if err != nil && !errors.Is(err, CodeNoSuchBucket) {
		return nil, err
	}
	out := &Resumed{Operation: p.Operation}
	if ap != (AccessPoint{}) {
		created := ap.created()
		out.AccessPoint = ap
		out.Created = trail(ap.Bucket, ap.AccessPointName, ap.NetworkOrigin, ap.VpcConfiguration).Encode() == p.Key.Encode() &&
			(created.IsZero() || !p.Excludes(created, settle))
	}
	return out, nil
}

// resume returns the text for Resume of a call of CreateAccessPoint that began
// at the given time.
func (in CreateAccessPointRequest) resume(region string, began time.Time) string {
	from, _ := resume.Times(began, time.Time{}, time.Time{})
	return resume.Point{
		Service: "oss", Region: region, Operation: "CreateAccessPoint", From: from, To: time.Now(),
		Key: trail(in.Bucket, in.AccessPointName, in.NetworkOrigin, in.VpcConfiguration),
	}.String()
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
