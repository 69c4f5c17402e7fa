// Package credential caches and refreshes the credentials of all service
// packages, and checks the keys that they supply.
package credential

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
	"unicode"
)

// A Provider supplies the key that signs a request. It is the method set of
// every service package's Credentials.
type Provider interface {
	Retrieve(ctx context.Context) (id, secret, token string, expires time.Time, err error)
}

// A Key signs requests. Its Token is empty for a key that does not expire.
type Key struct{ ID, Secret, Token string }

// Check says why a key is of no use. It names the part that is wrong and never
// shows it. A line end in a file or a variable becomes a part of the key easily,
// and one in a header is refused by net/http, with the key in its error.
func (k Key) Check() error {
	var part string
	switch {
	case k.ID == "" || k.Secret == "":
		return errEmpty
	case HasBlanks(k.ID):
		part = "ID"
	case HasBlanks(k.Secret):
		part = "secret"
	case HasBlanks(k.Token):
		part = "token"
	default:
		return nil
	}
	return errors.New("the key's " + part + " must not have white space or control characters, such as a line end")
}

var errEmpty = errors.New("the key's ID or secret is empty")

// HasBlanks reports whether s has white space, control characters, or others that do
// not show, such as the byte order mark of some editors.
func HasBlanks(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return (r <= ' ' || r > '~') && (unicode.IsSpace(r) || unicode.In(r, unicode.Cc, unicode.Cf)) // few ask the tables
	})
}

// FromEnvironment reads a key from three environment variables, the third of
// which may be empty or unset. It returns nil unless the first two are set.
func FromEnvironment(id, secret, token string) Provider {
	k := Key{os.Getenv(id), os.Getenv(secret), os.Getenv(token)}
	if k.ID == "" || k.Secret == "" {
		return nil
	}
	return &environment{func() Key { return k }, id}
}

// An environment is a key of the environment. Of a function, nothing prints more
// than its address.
type environment struct {
	key func() Key
	id  string // the variable
}

// Retrieve returns the key, which does not expire, unless it is of no use.
func (e *environment) Retrieve(context.Context) (id, secret, token string, expires time.Time, err error) {
	if err := e.Check(); err != nil {
		return "", "", "", time.Time{}, err
	}
	k := e.key()
	return k.ID, k.Secret, k.Token, time.Time{}, nil
}

// Check says why the key is of no use.
func (e *environment) Check() error {
	if err := e.key().Check(); err != nil {
		return fmt.Errorf("%s: %w", e.Source(), err)
	}
	return nil
}

// Source names the variable.
func (e *environment) Source() string { return "environment " + e.id }
