// Package resume encodes and decodes the text of OutcomeUnknownError.Resume, by
// which another process can find out whether a creation with an unknown outcome
// took effect.
package resume

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// A Point is where a creation was left.
type Point struct {
	Service, Region, Operation string
	// From and To are when the call began and ended, to the second, by the service's
	// clock. See [Times].
	From, To time.Time
	// Key is what the resource can be found by: the parameters of a look, and
	// fingerprints of the others. It holds no secret.
	Key url.Values
}

// Times returns From and To of a call that began at a time of this machine, and
// ends now. began and ended are what the service's clock had passed then, or zero
// if that is not known: the clocks may be apart by as much as the services allow.
func Times(at, began, ended time.Time) (from, to time.Time) {
	from, to = began, ended.Add(slack)
	if began.IsZero() {
		from = at.Add(-apart)
	}
	if ended.IsZero() {
		to = time.Now().Add(apart)
	}
	return from, to
}

// Fingerprint returns a text that stands for parts, and for no others.
func Fingerprint(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// prefix names the form of the texts. A form that says more gets a number of
// its own.
const prefix = "accesspoint:2"

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

const (
	// slack is how much later than by its last response the service's clock may be.
	// Chosen: an attempt, and what a call does beside it.
	slack = time.Minute
	// apart is how far the clocks of this machine and of the service may differ. The
	// services refuse a signature beyond that. Documented.
	apart = 15 * time.Minute
	// grain is what two times of the service's machines may differ by that stand for
	// the same moment, cut to seconds. Chosen.
	grain = 2 * time.Second
)

// Covers reports whether what was created at the given time was created during the
// call. Changes show within settle.
func (p Point) Covers(created time.Time, settle time.Duration) bool {
	return !created.Before(p.From.Add(-grain)) && !created.After(p.To.Add(settle+grain))
}

// Excludes reports whether what was created at the given time is surely not the
// call's, even if this machine was suspended for a while in it.
func (p Point) Excludes(created time.Time, settle time.Duration) bool {
	return created.Before(p.From.Add(-grain)) || created.After(p.To.Add(settle+apart))
}

// Past reports whether all that the call may have done shows in a look that is
// asked when the service's clock has passed a time.
func (p Point) Past(passed time.Time, settle time.Duration) bool {
	return passed.After(p.To.Add(settle + apart))
}
