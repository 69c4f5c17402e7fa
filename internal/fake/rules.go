package fake

import (
	"cmp"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Rules are the documented constraints of a service, read from its ledger. They
// are applied apart from the clients' own validation, so that a mistake in the
// one is seen by the other.
type Rules struct {
	refusal    Refusal
	unknown    string                     // the code for a parameter that there is not
	common     []string                   // the parameters that SDKs have for every operation
	documented map[string]map[string]bool // the parameters that have a row, by operation
	rows       map[string][]rule          // by operation
	forms      Forms
}

type rule struct {
	parameter string
	constraint
	code   string
	status int
	reason string
}

// A constraint holds what a parameter must be. Its zero members demand nothing.
type constraint struct {
	When      *condition `json:"when"`
	Required  bool       `json:"required"`
	Forbidden bool       `json:"forbidden"`
	MinLength int        `json:"minLength"`
	MaxLength int        `json:"maxLength"`
	Min       *int64     `json:"min"`
	Max       *int64     `json:"max"`
	MinItems  int        `json:"minItems"`
	MaxItems  int        `json:"maxItems"`
	Multiple  int64      `json:"multiple"` // of which a number is one
	Unique    string     `json:"unique"`   // the member of an item that must not repeat
	OneOf     []string   `json:"oneOf"`
	Pattern   string     `json:"pattern"`
	Not       string     `json:"not"` // a pattern that must not match

	pattern, not *regexp.Regexp
}

// A condition restricts a constraint to some calls.
type condition struct {
	Parameter string   `json:"parameter"`
	Set       *bool    `json:"set"`
	Equals    string   `json:"equals"`
	OneOf     []string `json:"oneOf"` // of which an empty text is none
}

// ParseRules reads the rules of a ledger: its rows that have a rule. It panics if
// the ledger, which is embedded in the program, is broken.
func ParseRules(ledger []byte, forms Forms) *Rules {
	var file struct {
		Status  int      `json:"status"`
		Code    string   `json:"code"`
		Unknown string   `json:"unknown"`
		Common  []string `json:"common"`
		Rows    []struct {
			Operations []string    `json:"operations"`
			Parameter  string      `json:"parameter"`
			Constraint string      `json:"constraint"`
			Reason     string      `json:"reason"`
			Rule       *constraint `json:"rule"`
			Code       string      `json:"code"`
			Status     int         `json:"status"`
		} `json:"rows"`
	}
	if err := json.Unmarshal(ledger, &file); err != nil {
		panic("fake: " + err.Error())
	}
	rules := &Rules{
		refusal: Refusal{Status: file.Status, Code: file.Code}, unknown: cmp.Or(file.Unknown, file.Code), common: file.Common,
		documented: map[string]map[string]bool{}, rows: map[string][]rule{}, forms: forms,
	}
	for _, row := range file.Rows {
		for _, operation := range row.Operations {
			if rules.documented[operation] == nil {
				rules.documented[operation] = map[string]bool{}
			}
			rules.documented[operation][row.Parameter] = true
		}
		if row.Rule == nil {
			continue
		}
		r := rule{row.Parameter, *row.Rule, cmp.Or(row.Code, file.Code), cmp.Or(row.Status, file.Status), cmp.Or(row.Reason, "is against the rule: "+row.Constraint)}
		if r.Pattern != "" {
			r.pattern = regexp.MustCompile(r.Pattern)
		}
		if r.Not != "" {
			r.not = regexp.MustCompile(r.Not)
		}
		for _, operation := range row.Operations {
			rules.rows[operation] = append(rules.rows[operation], r)
		}
	}
	return rules
}

// Check returns the refusal for the first constraint that the call breaks, or
// nil.
func (r *Rules) Check(operation string, p Params) *Refusal {
	if r == nil {
		return nil
	}
	documented := func(path string) bool { return r.documented[operation][path] || slices.Contains(r.common, path) }
	switch wrong, unknown := r.forms.broken(operation, p, documented); {
	case wrong != "":
		return &Refusal{Status: r.refusal.Status, Code: r.refusal.Code, Message: wrong}
	case unknown != "":
		return &Refusal{Status: r.refusal.Status, Code: r.unknown, Message: unknown}
	}
	for _, rule := range r.rows[operation] {
		if rule.When != nil && !rule.When.holds(p) {
			continue
		}
		for _, path := range p.Match(rule.parameter) {
			if rule.broken(p, path) {
				return &Refusal{Status: rule.status, Code: rule.code, Message: path + " " + rule.reason}
			}
		}
	}
	return nil
}

func (c *condition) holds(p Params) bool {
	if c.Set != nil {
		return p.Has(c.Parameter) == *c.Set
	}
	if c.OneOf != nil {
		return slices.Contains(c.OneOf, p.Get(c.Parameter))
	}
	return p.Get(c.Parameter) == c.Equals
}

// broken reports whether the parameter at path breaks c.
func (c *constraint) broken(p Params, path string) bool {
	value, present := p[path]
	if c.Required && !p.Has(path) || c.Required && present && value == "" {
		return true
	}
	if c.Forbidden && p.Has(path) {
		return true
	}
	if n := p.Len(path); n > 0 && (n < c.MinItems || c.MaxItems > 0 && n > c.MaxItems) {
		return true
	}
	if c.Unique != "" {
		var seen []string
		for _, item := range p.Match(path + ".N." + c.Unique) {
			if slices.Contains(seen, p.Get(item)) {
				return true
			}
			seen = append(seen, p.Get(item))
		}
	}
	if !present {
		return false
	}
	n := utf8.RuneCountInString(value)
	if n < c.MinLength || c.MaxLength > 0 && n > c.MaxLength {
		return true
	}
	if c.Min != nil || c.Max != nil || c.Multiple > 0 {
		v, err := strconv.ParseInt(value, 10, 64)
		if err != nil || c.Min != nil && v < *c.Min || c.Max != nil && v > *c.Max || c.Multiple > 0 && v%c.Multiple != 0 {
			return true
		}
	}
	if c.OneOf != nil && !slices.Contains(c.OneOf, value) {
		return true
	}
	return c.pattern != nil && !c.pattern.MatchString(value) || c.not != nil && c.not.MatchString(strings.ToValidUTF8(value, "\uFFFD"))
}
