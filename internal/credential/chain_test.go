package credential_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/credential"
)

// TestChain checks which of the sources serve, and what is said of the others.
func TestChain(t *testing.T) {
	absent := func(name string) credential.Source {
		return credential.Source{Name: name, Fetch: func(context.Context) (*credential.Fetched, error) {
			return nil, credential.Absent(name + " is not here")
		}}
	}
	broken := credential.Source{Name: "broken", Fetch: func(context.Context) (*credential.Fetched, error) { return nil, errors.New("out of order") }}
	expired := credential.Source{Name: "expired"}
	expired.Fetch = func(context.Context) (*credential.Fetched, error) {
		f := numbered(7, 0)
		f.Expires = time.Now().Add(-time.Hour)
		return f, nil
	}
	good := credential.Source{Name: "good", Fetch: func(context.Context) (*credential.Fetched, error) { return numbered(1, 0), nil }}
	detailed := credential.Source{Name: "detailed", Fetch: func(context.Context) (*credential.Fetched, error) {
		f := numbered(1, 0)
		f.Source = "detailed, part two"
		return f, nil
	}}
	for name, c := range map[string]struct {
		sources []credential.Source
		serves  string
		passed  []string
		says    []string
	}{
		"the first":        {[]credential.Source{good, broken}, "good", nil, nil},
		"the second":       {[]credential.Source{absent("a"), detailed}, "detailed, part two", []string{"a: a is not here"}, nil},
		"failure ends it":  {[]credential.Source{absent("a"), broken, good}, "", []string{"a: a is not here", "broken: out of order"}, []string{"a: a is not here; broken: out of order"}},
		"useless":          {[]credential.Source{expired, good}, "", nil, []string{"expired: the key expired at "}},
		"none":             {nil, "", nil, []string{"no source has a key"}},
		"none of them all": {[]credential.Source{absent("a"), absent("b")}, "", []string{"a: a is not here", "b: b is not here"}, []string{"a is not here", "b is not here"}},
	} {
		chain := credential.NewChain(c.sources...)
		if chain.PassedOver() != nil || chain.Source() != "" {
			t.Errorf("%s: sources were asked before there was a call", name)
		}
		_, _, _, _, err := chain.Retrieve(t.Context())
		if (err == nil) != (c.serves != "") || chain.Source() != c.serves {
			t.Errorf("%s: %q serves, %v", name, chain.Source(), err)
		}
		if d := cmp.Diff(c.passed, chain.PassedOver()); d != "" && name != "useless" {
			t.Errorf("%s: passed over (-want +got):\n%s", name, d)
		}
		for _, part := range c.says {
			if err == nil || !strings.Contains(err.Error(), part) {
				t.Errorf("%s: %q is not in %v", name, part, err)
			}
		}
	}
}

// TestChainStays checks that a chain does not change over to another source when
// the one that served fails.
func TestChainStays(t *testing.T) { synctest.Test(t, testChainStays) }

func testChainStays(t *testing.T) {
	up := true
	first := credential.Source{Name: "first", Fetch: func(context.Context) (*credential.Fetched, error) {
		if !up {
			return nil, credential.Absent("gone")
		}
		return numbered(1, 0), nil
	}}
	second := credential.Source{Name: "second", Fetch: func(context.Context) (*credential.Fetched, error) { return numbered(2, 0), nil }}
	chain := credential.NewChain(first, second)
	_, _, token, _, err := chain.Retrieve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	up = false
	chain.Invalidate(token)
	if id, _, _, _, err := chain.Retrieve(t.Context()); err == nil || !strings.Contains(err.Error(), "first: gone") {
		t.Errorf("%s, %v", id, err)
	}
	up = true
	advance(t, 2*time.Second) // the pause
	if id, _, _, _, err := chain.Retrieve(t.Context()); id != "id-1" {
		t.Errorf("%s, %v", id, err)
	}
}
