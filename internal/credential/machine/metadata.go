package machine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/internal/uri"
)

// Metadata is the metadata service of an instance. Both clouds have the same
// protocol.
type Metadata struct {
	Machine
	URL    string // of the service, with a slash at its end
	Roles  string // the path below it where the names of roles are, and below them their keys
	Header string // the header for the token; with -ttl-seconds appended, that for its lifetime
	// Plain allows requests without a token if the service gives none.
	Plain bool
}

// A nobodyError is the error of a service that was not there.
type nobodyError struct{ error }

func (e *nobodyError) Unwrap() error { return e.error }

// Key returns the key of the instance's role, of which there is one at most. Its
// name need not be known.
func (d *Metadata) Key(ctx context.Context, role string, read func(*Answer) (*credential.Fetched, error)) (got *credential.Fetched, err error) {
	var token string
	// Nothing has answered yet, and on most machines nothing will.
	err = d.ask(ctx, &Request{Method: "PUT", URL: d.URL + "api/token", Timeout: time.Second, Header: map[string]string{d.Header + "-ttl-seconds": "300"}}, func(a *Answer) error {
		if token = strings.TrimSpace(string(a.Body)); credential.HasBlanks(token) {
			return errors.New("it did not answer with a token")
		}
		return nil
	})
	get := &Request{Method: "GET", URL: d.URL + d.Roles, Timeout: 3 * time.Second, Header: map[string]string{d.Header: token}}
	switch {
	case err != nil && !d.Plain:
		if _, nobody := errors.AsType[*nobodyError](err); nobody {
			err = fmt.Errorf("%w (in a container on an instance, its hop limit may be 1)", err)
		}
		return nil, err
	case err != nil:
		get.Timeout, get.Header = time.Second, nil
	}
	if role == "" {
		err = d.ask(ctx, get, func(a *Answer) error {
			role, _, _ = strings.Cut(strings.TrimSpace(string(a.Body)), "\n")
			if role = strings.TrimSpace(role); role == "" || strings.ContainsAny(role, " <>/") {
				return errors.New("it did not answer with the name of a role")
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	get.URL += uri.Escape(role)
	err = d.ask(ctx, get, func(a *Answer) (err error) {
		got, err = read(a)
		return err
	})
	return got, err
}

// ask sends r and has the answer read if its status is 200.
func (d *Metadata) ask(ctx context.Context, r *Request, read func(*Answer) error) error {
	r.Near = true
	r.Read = func(a *Answer) error {
		switch {
		case a.Status == 404 && r.Method == "GET":
			return errors.New("the instance has no such role, or none at all (404)")
		case a.Status != 200:
			return a.Refused("", "")
		}
		return read(a)
	}
	err := d.Do(ctx, r)
	if err == nil {
		return nil
	}
	if _, silent := err.(*credential.Failure); silent && r.Header[d.Header] == "" {
		err = &nobodyError{err}
	}
	return fmt.Errorf("the metadata service: %w", err)
}

// IfAny turns the errors of a machine that is no instance with a role, which are
// many, into an [credential.Absent]. A metadata service that is temporarily
// unavailable belongs to an instance: its error is no reason to look elsewhere.
func IfAny(got *credential.Fetched, err error) (*credential.Fetched, error) {
	_, nobody := errors.AsType[*nobodyError](err)
	if err != nil && (nobody || !errors.Is(err, fault.Unavailable) && !errors.Is(err, fault.Throttled)) {
		err = credential.Absent(err.Error())
	}
	return got, err
}
