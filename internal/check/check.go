// Package check validates parameters against their documented constraints, one
// line for each constraint. Every rule except Required accepts the zero value,
// which means "not set".
package check

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A Problem is one violated constraint; one without a reason is none.
type Problem struct {
	Field  string // the parameter's path in the service's documentation
	Reason string // never holds the value
}

// All returns those of ps that are problems. Like That, it is called in every rule:
// inlined there, the two would add 4 KB to a program.
//
//go:noinline
func All(ps ...Problem) (all []Problem) {
	for _, p := range ps {
		if p.Reason != "" {
			all = append(all, p)
		}
	}
	return all
}

// That reports reason against field unless ok.
//
//go:noinline
func That(ok bool, field, reason string) Problem {
	if ok {
		return Problem{}
	}
	return Problem{field, reason}
}

// Required says that field must be set.
func Required[T comparable](field string, v T) Problem {
	return That(v != *new(T), field, "is required")
}

// Length says that v has between least and most characters.
func Length(field, v string, least, most int) Problem {
	if n := utf8.RuneCountInString(v); v == "" || least <= n && n <= most {
		return Problem{}
	}
	return Problem{field, "must have " + between(least, most) + " characters"}
}

// Range says that v is between least and most.
func Range[T ~int | ~int64](field string, v, least, most T) Problem {
	if v == 0 || least <= v && v <= most {
		return Problem{}
	}
	return Problem{field, "must be " + between(int(least), int(most))}
}

// Items says that a list of n items has at most most.
func Items(field string, n, most int) Problem {
	if n <= most {
		return Problem{}
	}
	return Problem{field, "must have at most " + strconv.Itoa(most) + " items"}
}

func between(least, most int) string {
	if least == most {
		return strconv.Itoa(least)
	}
	return strconv.Itoa(least) + " to " + strconv.Itoa(most)
}

// OneOf says that v is one of the values.
func OneOf[T ~string](field string, v T, values ...T) Problem {
	if v == "" || slices.Contains(values, v) {
		return Problem{}
	}
	s := make([]string, len(values))
	for i, v := range values {
		s[i] = string(v)
	}
	return Problem{field, "must be " + strings.Join(s, " or ")}
}

// NoPrefix says that v starts with none of prefixes.
func NoPrefix(field, v string, prefixes ...string) Problem {
	for _, p := range prefixes {
		if strings.HasPrefix(v, p) {
			return Problem{field, "must not start with " + strings.Join(prefixes, " or ")}
		}
	}
	return Problem{}
}

// Lacks says that v contains none of parts.
func Lacks(field, v string, parts ...string) Problem {
	for _, p := range parts {
		if strings.Contains(v, p) {
			return Problem{field, "must not contain " + strings.Join(parts, " or ")}
		}
	}
	return Problem{}
}

// NoControls says that v can stand in a header.
func NoControls(field, v string) Problem {
	return That(!strings.ContainsFunc(v, func(r rune) bool { return r < ' ' || r == 0x7f }),
		field, "must not contain control characters")
}

// ASCII says that v has only printable ASCII characters.
func ASCII(field, v string) Problem {
	return That(!strings.ContainsFunc(v, func(r rune) bool { return r < ' ' || r > '~' }),
		field, "must have only printable ASCII characters")
}

// Key returns the problems of a key that names a resource for its creator.
func Key(key string) []Problem {
	return []Problem{
		Required("key", key),
		Length("key", key, 1, 128),
		ASCII("key", key),
	}
}

// Each applies rules to every element of vs. They name a part of the element, or
// nothing for the element itself; its path, in which the services count from 1,
// comes before that.
func Each[T any](field string, vs []T, rules func(v T) []Problem) (ps []Problem) {
	for i, v := range vs {
		for _, p := range rules(v) {
			if p.Reason == "" {
				continue
			}
			path := field + "." + strconv.Itoa(i+1)
			if p.Field != "" {
				path += "." + p.Field
			}
			ps = append(ps, Problem{path, p.Reason})
		}
	}
	return ps
}

// Under returns those of ps that are problems, as ones of a part of a request.
func Under(field string, ps ...Problem) []Problem {
	ps = All(ps...)
	for i := range ps {
		ps[i].Field = field + "." + ps[i].Field
	}
	return ps
}

// Unique says that no two of vs have the same key.
func Unique[T any](field string, vs []T, key func(T) string) Problem {
	seen := map[string]bool{}
	for _, v := range vs {
		if k := key(v); seen[k] {
			return Problem{field, "must not repeat a key"}
		} else {
			seen[k] = true
		}
	}
	return Problem{}
}

// A Difference is a parameter in which a resource is not as asked; the zero
// Difference is none.
type Difference struct{ Field, Wanted, Found string }

// Same says that found is as wanted.
func Same[T comparable](field string, wanted, found T) Difference {
	if wanted == found {
		return Difference{}
	}
	return Difference{field, fmt.Sprint(wanted), fmt.Sprint(found)}
}
