// Package resume writes and reads the texts by which a creation whose outcome is
// unknown can be looked for later, in another process too.
package resume

import (
	"errors"
	"net/url"
	"strings"
	"time"
)

// A Point is where a creation was left.
type Point struct {
	Service, Region, Operation string
	// From and To are when the call began and ended, to the second.
	From, To time.Time
	// Key is what the resource can be found by. It holds no secret.
	Key url.Values
}

// prefix names the form of the texts. A form that says more gets a number of
// its own.
const prefix = "accesspoint:1"

// The names of the times among the values. No parameter has such a name.
const from, to = "from", "to"

// String returns the text.
func (p Point) String() string {
	q := url.Values{from: {stamp(p.From)}, to: {stamp(p.To)}}
	for name, values := range p.Key {
		q[name] = values
	}
	return strings.Join([]string{prefix, p.Service, p.Region, p.Operation, q.Encode()}, ":")
}

func stamp(t time.Time) string { return t.UTC().Truncate(time.Second).Format(time.RFC3339) }

// The reasons why a text is refused. ErrForm is also that of an operation that
// no package has.
var (
	ErrForm    = errors.New("is not a text of an OutcomeUnknownError")
	errVersion = errors.New("was written by another version of this module")
	errService = errors.New("belongs to another service")
	errRegion  = errors.New("belongs to another region")
)

// Parse reads a text of the given service and region.
func Parse(text, service, region string) (Point, error) {
	parts := strings.SplitN(text, ":", 6)
	if len(parts) < 2 || parts[0] != "accesspoint" {
		return Point{}, ErrForm
	}
	if parts[0]+":"+parts[1] != prefix {
		return Point{}, errVersion
	}
	if len(parts) < 6 {
		return Point{}, ErrForm
	}
	p := Point{Service: parts[2], Region: parts[3], Operation: parts[4]}
	var err, errFrom, errTo error
	p.Key, err = url.ParseQuery(parts[5])
	p.From, errFrom = time.Parse(time.RFC3339, p.Key.Get(from))
	p.To, errTo = time.Parse(time.RFC3339, p.Key.Get(to))
	delete(p.Key, from)
	delete(p.Key, to)
	switch {
	case err != nil || errFrom != nil || errTo != nil || p.To.Before(p.From) || p.String() != text:
		return Point{}, ErrForm
	case p.Service != service:
		return Point{}, errService
	case p.Region != region:
		return Point{}, errRegion
	}
	return p, nil
}

// slack is how far the clocks of this machine and of the service may differ.
const slack = time.Minute

// Covers reports whether what was created at the given time may be the call's.
// Changes show within settle.
func (p Point) Covers(created time.Time, settle time.Duration) bool {
	return !created.Before(p.From.Add(-slack)) && !created.After(p.To.Add(settle+slack))
}
