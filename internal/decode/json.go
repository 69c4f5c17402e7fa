// Package decode reads the answers of the services, which keep to their
// documented types less strictly than their documentation.
package decode

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"unicode/utf16"
	"unicode/utf8"
)

// JSON decodes body into out, a pointer to a struct, by the json tags of its
// fields, as encoding/json does. Where a value has another type than the field,
// it is converted if its meaning is plain: numbers and booleans in strings and
// the reverse, JSON texts in strings for lists and groups and the reverse. Names
// that out does not have are passed over; null is the absence of a value. On an error, what was
// read before it is in out.
//
// encoding/json would have to read an answer that is not to the letter twice,
// and cost every program 90 KB.
func JSON(body []byte, out any) error {
	return readJSON(body, reflect.ValueOf(out).Elem(), 0)
}

// readJSON reads the one value that text holds into v.
func readJSON(text []byte, v reflect.Value, depth int) error {
	p := jsonReader{text: text}
	if len(text) <= short {
		p.whole = string(text)
	}
	if err := p.value(v, depth); err != nil {
		return err
	}
	if p.peek(); p.at < len(text) {
		return p.broken()
	}
	return nil
}

// A jsonReader takes values off the front of a JSON text.
type jsonReader struct {
	text  []byte
	at    int
	whole string // the text again, if it is short
}

// short is the length up to which the strings in a text are parts of one copy of
// it: that costs less than to copy each. Those of longer texts are copied, since
// one that somebody keeps must not keep a page of them.
const short = 2048

// part returns a part of the text.
func (p *jsonReader) part(from, to int) string {
	if p.whole != "" {
		return p.whole[from:to]
	}
	return string(p.text[from:to])
}

// peek returns the next byte that is no white space, or 0 at the end.
func (p *jsonReader) peek() byte {
	for ; p.at < len(p.text); p.at++ {
		switch c := p.text[p.at]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

func (p *jsonReader) broken() error {
	if p.at >= len(p.text) {
		return errors.New("the JSON breaks off")
	}
	return fmt.Errorf("not JSON at byte %d", p.at)
}

// value reads the next value into v; into nothing if v is invalid.
func (p *jsonReader) value(v reflect.Value, depth int) error {
	if depth > maxDepth {
		return errors.New("values are nested too deeply")
	}
	first := p.peek()
	start := p.at
	if v.IsValid() && v.Kind() == reflect.Pointer && first != 'n' {
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		v = v.Elem()
	}
	kind := reflect.Invalid
	if v.IsValid() {
		kind = v.Kind()
	}
	switch first {
	case '{', '[':
		fits := first == '{' && kind == reflect.Struct || first == '[' && kind == reflect.Slice
		inner := v
		if !fits {
			inner = reflect.Value{}
		}
		var err error
		if first == '{' {
			err = p.object(inner, depth)
		} else {
			err = p.list(inner, depth)
		}
		switch {
		case err != nil || fits || kind == reflect.Invalid:
			return err
		case kind == reflect.String:
			v.SetString(p.part(start, p.at))
			return nil
		}
		return mismatch(v)
	case '"':
		s, err := p.string()
		switch {
		case err != nil || kind == reflect.Invalid:
			return err
		case kind == reflect.String:
			v.SetString(s)
			return nil
		case kind == reflect.Struct || kind == reflect.Slice:
			if strings.TrimSpace(s) == "" {
				return nil
			}
			return readJSON([]byte(s), v, depth+1)
		}
		if !setText(v, s) {
			return mismatch(v)
		}
		return nil
	}
	s, err := p.literal()
	if err != nil || kind == reflect.Invalid {
		return err
	}
	if s == "null" {
		if kind == reflect.Pointer || kind == reflect.Slice {
			v.SetZero()
		}
		return nil
	}
	if !setText(v, s) {
		return mismatch(v)
	}
	return nil
}

// object reads an object into the struct v.
func (p *jsonReader) object(v reflect.Value, depth int) error {
	p.at++ // {
	if p.peek() == '}' {
		p.at++
		return nil
	}
	var plan jsonPlan
	if v.IsValid() {
		plan = jsonPlanOf(v.Type())
	}
	for {
		if p.peek() != '"' {
			return p.broken()
		}
		name, err := p.name()
		if err != nil {
			return err
		}
		if p.peek() != ':' {
			return p.broken()
		}
		p.at++
		var field reflect.Value
		if index := plan.find(name); index != nil {
			field = v.FieldByIndex(index)
		}
		if err := p.value(field, depth+1); err != nil {
			return in(string(name), err)
		}
		if more, err := p.more('}'); !more {
			return err
		}
	}
}

// list reads a list into the slice v.
func (p *jsonReader) list(v reflect.Value, depth int) error {
	p.at++ // [
	if v.IsValid() {
		v.SetZero()
	}
	if p.peek() == ']' {
		p.at++
		if v.IsValid() { // an empty list is not the same as none
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		return nil
	}
	for n := 0; ; n++ {
		var item reflect.Value
		if v.IsValid() {
			if n == maxItems {
				return errTooMany
			}
			if n == v.Cap() {
				v.Grow(max(1, n))
			}
			v.SetLen(n + 1)
			item = v.Index(n)
		}
		if err := p.value(item, depth+1); err != nil {
			return in(strconv.Itoa(n+1), err)
		}
		if more, err := p.more(']'); !more {
			return err
		}
	}
}

// more takes off the comma before another element, or the end.
func (p *jsonReader) more(end byte) (bool, error) {
	switch p.peek() {
	case ',':
		p.at++
		return true, nil
	case end:
		p.at++
		return false, nil
	}
	return false, p.broken()
}

// name reads the name of a member.
func (p *jsonReader) name() ([]byte, error) {
	if end := bytes.IndexByte(p.text[p.at+1:], '"'); end >= 0 {
		if name := p.text[p.at+1:][:end]; plain(name) {
			p.at += len(name) + 2
			return name, nil
		}
	}
	s, err := p.string()
	return []byte(s), err
}

// plain reports whether a string is written as it reads.
func plain(b []byte) bool {
	for _, c := range b {
		if c < ' ' || c >= utf8.RuneSelf || c == '\\' {
			return false
		}
	}
	return true
}

// string reads a string.
func (p *jsonReader) string() (string, error) {
	p.at++ // "
	start := p.at
	for ; p.at < len(p.text); p.at++ {
		switch c := p.text[p.at]; {
		case c == '"':
			s := valid(p.part(start, p.at))
			p.at++
			return s, nil
		case c == '\\':
			return p.escaped(start)
		case c < ' ':
			return "", p.broken()
		}
	}
	return "", p.broken()
}

// escaped reads the rest of a string from its first backslash on.
func (p *jsonReader) escaped(start int) (string, error) {
	b := append([]byte(nil), p.text[start:p.at]...)
	for p.at < len(p.text) {
		switch c := p.text[p.at]; {
		case c == '"':
			p.at++
			return valid(string(b)), nil
		case c < ' ':
			return "", p.broken()
		case c != '\\':
			b = append(b, c)
			p.at++
			continue
		}
		if p.at+1 >= len(p.text) {
			p.at++
			return "", p.broken()
		}
		switch c := p.text[p.at+1]; c {
		case 'u':
			r, ok := p.unicode()
			if !ok {
				return "", p.broken()
			}
			b = utf8.AppendRune(b, r)
			continue
		case '"', '\\', '/':
			b = append(b, c)
		default:
			i := strings.IndexByte("bfnrt", c)
			if i < 0 {
				return "", p.broken()
			}
			b = append(b, "\b\f\n\r\t"[i])
		}
		p.at += 2
	}
	return "", p.broken()
}

// unicode reads an escape of \u and four digits, or two that are one character.
func (p *jsonReader) unicode() (rune, bool) {
	unit := func() (rune, bool) {
		if rest := p.text[p.at:]; len(rest) >= 6 && rest[0] == '\\' && rest[1] == 'u' {
			n, err := strconv.ParseUint(string(rest[2:6]), 16, 16)
			return rune(n), err == nil
		}
		return 0, false
	}
	r, ok := unit()
	if !ok {
		return 0, false
	}
	p.at += 6
	if utf16.IsSurrogate(r) {
		if low, ok := unit(); ok {
			if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
				p.at += 6
				return pair, true
			}
		}
		return utf8.RuneError, true
	}
	return r, true
}

// literal reads a number, true, false or null.
func (p *jsonReader) literal() (string, error) {
	rest := p.text[p.at:]
	for _, word := range []string{"true", "false", "null"} {
		if bytes.HasPrefix(rest, []byte(word)) {
			p.at += len(word)
			return word, nil
		}
	}
	n := numberLen(rest)
	if n == 0 {
		return "", p.broken()
	}
	p.at += n
	return p.part(p.at-n, p.at), nil
}

// numberLen returns the length of the number at the start of b, or 0.
func numberLen(b []byte) int {
	digits := func(i int) int {
		for i < len(b) && '0' <= b[i] && b[i] <= '9' {
			i++
		}
		return i
	}
	i := 0
	if i < len(b) && b[i] == '-' {
		i++
	}
	end := digits(i)
	if end == i || b[i] == '0' && end > i+1 {
		return 0
	}
	if end < len(b) && b[end] == '.' {
		fraction := digits(end + 1)
		if fraction == end+1 {
			return 0
		}
		end = fraction
	}
	if end < len(b) && (b[end] == 'e' || b[end] == 'E') {
		i := end + 1
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		exponent := digits(i)
		if exponent == i {
			return 0
		}
		end = exponent
	}
	return end
}

// A jsonPlan is where the members of an object go in a struct: the indexes of
// the fields by their names.
type jsonPlan map[string][]int

// find returns the index of the field with that name, in its own case if there
// is one, or nil.
func (plan jsonPlan) find(name []byte) []int {
	if index := plan[string(name)]; index != nil {
		return index
	}
	for other, index := range plan {
		if strings.EqualFold(other, string(name)) {
			return index
		}
	}
	return nil
}

var jsonPlans sync.Map // reflect.Type → jsonPlan, for the few answer types of a program

func jsonPlanOf(t reflect.Type) jsonPlan {
	if plan, ok := jsonPlans.Load(t); ok {
		return plan.(jsonPlan)
	}
	plan := jsonPlan{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous:
			for inner, index := range jsonPlanOf(f.Type) {
				plan[inner] = append([]int{i}, index...)
			}
		case name == "-" || !f.IsExported():
		case name == "":
			plan[f.Name] = []int{i}
		default:
			plan[name] = []int{i}
		}
	}
	jsonPlans.Store(t, plan)
	return plan
}
