package main

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/accesspoint-go/accesspoint/nas"
)

// parameters are those of a StorageClass. When all have been read, err says what is
// wrong with them. What is required, and what an ID or a path looks like, the SDK checks
// before it sends anything.
type parameters struct {
	left     map[string]string // that have not been read
	problems []string
}

// text returns a parameter, or its default.
func (p *parameters) text(name, byDefault string) string {
	value, ok := p.left[name]
	if !ok {
		return byDefault
	}
	delete(p.left, name)
	return value
}

// id returns the ID of a user or group. It has no default: it should not be the
// superuser's by accident.
func (p *parameters) id(name string) *uint32 {
	id, err := strconv.ParseUint(p.text(name, ""), 10, 32)
	if err != nil {
		p.problems = append(p.problems, name+" must be a number from 0 to 4294967295")
	}
	return new(uint32(id))
}

// yes returns a parameter that is true or false.
func (p *parameters) yes(name string, byDefault bool) bool {
	value, err := strconv.ParseBool(p.text(name, strconv.FormatBool(byDefault)))
	if err != nil {
		p.problems = append(p.problems, name+" must be true or false")
	}
	return value
}

// err returns all problems at once. A parameter that nobody has read is one: it may be
// misspelt.
func (p *parameters) err() error {
	for _, name := range slices.Sorted(maps.Keys(p.left)) {
		p.problems = append(p.problems, "there is no parameter "+name)
	}
	if p.problems == nil {
		return nil
	}
	return wrong("%s", strings.Join(p.problems, "; "))
}

// wrong returns the error of a claim or class with which nothing can be done.
func wrong(format string, a ...any) error {
	return fmt.Errorf("%w: %s", nas.ErrInvalidRequest, fmt.Sprintf(format, a...))
}
