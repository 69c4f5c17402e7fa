package credential

import (
	"cmp"
	"context"
	"strings"
	"sync"
	"time"
)

// A Source is one place where a key may be.
type Source struct {
	Name string
	// Fetch gets the key. The error is an [Absent] if the source is not set up
	// on this machine.
	Fetch func(ctx context.Context) (*Fetched, error)
}

// Absent is the error of a source that is not set up: the next one is asked.
type Absent string

func (a Absent) Error() string { return string(a) }

// IsAbsent reports whether err is an [Absent].
func IsAbsent(err error) bool {
	_, absent := err.(Absent)
	return absent
}

// A Chain is the key of the first source that is set up. It stays with the
// source that served first: when that fails later, its failure is reported, and
// the program does not become somebody else.
//
// For the same reason a source that is set up and fails ends the search. The
// official SDKs of Alibaba Cloud go on, and a pod whose own role cannot be had
// for a moment runs as its node from then on.
type Chain struct {
	Cache
	sources []Source

	known  sync.Mutex // guards what follows
	served *Source    // the one that the key is fetched from; nil until there is one
	tried  []Tried    // those that did not serve before it
}

// Tried is a source that did not serve, and why.
type Tried struct {
	Source string
	Err    error
}

// NewChain returns a chain of the sources in their order. It asks none of them.
func NewChain(sources ...Source) *Chain {
	c := &Chain{sources: sources}
	c.Fetch = c.fetchFirst
	return c
}

func (c *Chain) fetchFirst(ctx context.Context) (*Fetched, error) {
	c.known.Lock()
	sources := c.sources
	if c.served != nil {
		sources = []Source{*c.served}
	}
	c.known.Unlock()
	var tried []Tried
	for i := range sources {
		s := &sources[i]
		name := s.Name
		got, err := s.Fetch(ctx)
		if err == nil {
			name = cmp.Or(got.Source, name)
			err = got.check(time.Now())
		}
		if err == nil {
			got.Source = name
			c.known.Lock()
			defer c.known.Unlock()
			if c.served == nil {
				c.served, c.tried = s, tried
			}
			return got, nil
		}
		tried = append(tried, Tried{name, err})
		if !IsAbsent(err) {
			break
		}
	}
	c.known.Lock()
	defer c.known.Unlock()
	if c.served == nil {
		c.tried = tried
	}
	return nil, &NoKeyError{tried}
}

// PassedOver returns a line for each source that was asked and did not serve:
// its name, a colon and why. It is empty before the first Retrieve.
func (c *Chain) PassedOver() []string {
	c.known.Lock()
	defer c.known.Unlock()
	return lines(c.tried)
}

func lines(tried []Tried) []string {
	var all []string
	for _, t := range tried {
		all = append(all, t.Source+": "+t.Err.Error())
	}
	return all
}

// A NoKeyError names all sources that were asked and why none served.
type NoKeyError struct{ Tried []Tried }

// Error returns one line.
func (e *NoKeyError) Error() string {
	return "no source has a key (" + strings.Join(lines(e.Tried), "; ") + ")"
}

// Unwrap returns the error of the source that ended the search.
func (e *NoKeyError) Unwrap() error {
	if e.Tried == nil {
		return nil
	}
	return e.Tried[len(e.Tried)-1].Err
}
