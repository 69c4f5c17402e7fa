package nas

import (
	"cmp"
	"context"
	"net/url"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/resume"
	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// Resumed is what became of a call whose outcome was unknown.
type Resumed struct {
	Operation   string      // the API's name of the operation
	Created     bool        // whether it took effect
	AccessPoint AccessPoint // what it created
}

// Resume finds out what became of a call that ended in an
// [*OutcomeUnknownError]. text is its Resume; it may come from another process
// and from an earlier day.
//
// Resume first waits until [Config].Settle has passed since that call. Then it
// looks for an access point that was created at its time with its file system,
// network, root directory and name. If there is none, the call did not take
// effect. If there are several, the error is a [*DuplicateError]: one of them may
// be the call's, and the service has nothing that tells which.
//
// A text of another service, region or version of this module is a
// [*ValidationError], and nothing is sent. Failures that may pass are waited out
// for as long as ctx allows.
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
	settle := c.cfg.settle()
	if err := wait.Sleep(ctx, time.Until(p.To.Add(settle))); err != nil {
		return nil, &WaitError{Operation: "Resume", State: "settling", Err: err}
	}
	found, err := wait.Retry(ctx, nil, func(ctx context.Context) ([]AccessPoint, error) {
		var found []AccessPoint
		for ap, err := range c.AccessPoints(ctx, ListAccessPointsRequest{FileSystemID: p.Key.Get("FileSystemId")}) {
			if err != nil {
				return nil, err
			}
			left := trail(ap.FileSystemID, ap.VpcID, ap.VSwitchID, ap.AgenticSpaceID, ap.AccessPointName, ap.RootPath)
			created := timeOf(ap.CreateTime)
			if left.Encode() == p.Key.Encode() && (created.IsZero() || p.Covers(created, settle)) {
				found = append(found, ap)
			}
		}
		return found, nil
	})
	switch {
	case err != nil:
		return nil, err
	case len(found) > 1:
		return nil, &DuplicateError{IDs: []string{found[0].AccessPointID, found[1].AccessPointID}}
	case len(found) == 1:
		return &Resumed{p.Operation, true, found[0]}, nil
	}
	return &Resumed{Operation: p.Operation}, nil
}

// resume returns the text for Resume of a call of CreateAccessPoint that began
// at the given time.
func (in CreateAccessPointRequest) resume(region string, began time.Time) string {
	return resume.Point{
		Service: "nas", Region: region, Operation: "CreateAccessPoint", From: began, To: time.Now(),
		Key: trail(in.FileSystemID, in.VpcID, in.VSwitchID, in.AgenticSpaceID, in.AccessPointName, cmp.Or(in.RootDirectory, "/")),
	}.String()
}

// trail returns what an access point and the request for it have in common.
func trail(fileSystemID, vpcID, vSwitchID, agenticSpaceID, name, root string) url.Values {
	return url.Values{
		"FileSystemId":    {fileSystemID},
		"VpcId":           {vpcID},
		"VswId":           {vSwitchID},
		"AgenticSpaceId":  {agenticSpaceID},
		"AccessPointName": {name},
		"RootDirectory":   {root},
	}
}
