// Package decode decodes the responses of the services. It is lenient, because
// services deviate from their documented types: they send numbers as strings,
// for instance, and the reverse.
package decode

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// JSON decodes the object that body holds into out, a pointer to a struct, by the
// json tags of its fields, as encoding/json does, with these differences:
//
//   - A [time.Time] is seconds since 1970, or a text by RFC 3339.
//   - A value of another type than the field's is converted if its meaning is
//     plain: numbers and booleans in strings and the reverse, JSON texts in strings
//     for lists and groups, and a list that is wrapped in an object. A string that is
//     none is not: "{}" is no ID.
//   - null, and an empty text for anything but a string, is the absence of a value:
//     pointers are nil, and a list has one item less. So is -1 for a POSIX ID, and
//     a group in which nothing is set. A list that is there is not nil.
//   - A list whose list tag is commas may also be a text with commas between its
//     items, which may be quoted.
//   - An enum tag lists the documented values of a text. They count in whatever case,
//     and come out as documented; others pass through.
//   - Fields that do not fit do not keep the others from being read.
//
// Names that out does not have are passed over. An error that is
// [io.ErrUnexpectedEOF] says that body ends early.
//
// encoding/json would have to read an answer that is not to the letter twice,
// and cost every program 225 to 250 KB.
func JSON(body []byte, out any) error {
	p := newJSONReader(withoutBOM(body))
	if first := p.peek(); first != '{' && p.at < len(p.text) {
		return errors.New("not JSON, or not an object")
	}
	return p.whole(reflect.ValueOf(out).Elem(), nil, 0)
}

// readJSON reads the value that is written in a text into v.
func readJSON(text string, v reflect.Value, f *field, depth int) error {
	p := newJSONReader([]byte(text))
	err := p.whole(v, f, depth)
	if _, fits := err.(*mismatchError); err == nil || fits || err == errAbsent || err == errTooDeep || err == errTooMany {
		return err
	}
	return mismatch(v) // not JSON
}

func newJSONReader(text []byte) *jsonReader {
	return &jsonReader{text: text}
}

// whole reads the one value that the text holds into v.
func (p *jsonReader) whole(v reflect.Value, f *field, depth int) error {
	err := p.value(v, f, depth)
	if _, read := err.(*mismatchError); err != nil && !read && err != errAbsent {
		return err
	}
	if p.peek(); p.at < len(p.text) {
		return p.broken()
	}
	return err
}

// A jsonReader takes values off the front of a JSON text.
type jsonReader struct {
	text []byte
	at   int
	copy string // a part of the text again, for the strings in it
	from int    // where copy begins
}

// together is how long a part of a text is whose strings share one copy of it: that
// costs less than to copy each. Higher, and a string that somebody keeps, keeps more
// of the answer that it came with. Chosen.
const together = 1024

// part returns a part of the text.
func (p *jsonReader) part(from, to int) string {
	if from < p.from || to > p.from+len(p.copy) {
		if to-from > together/2 {
			return string(p.text[from:to])
		}
		p.from = from
		p.copy = string(p.text[from:min(from+together, len(p.text))])
	}
	return p.copy[from-p.from : to-p.from]
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
	if ends(p.text[p.at:]) {
		return fmt.Errorf("the JSON breaks off: %w", io.ErrUnexpectedEOF)
	}
	return fmt.Errorf("not JSON at byte %d", p.at)
}

// ends reports whether rest, which is not JSON, could be if it went on.
func ends(rest []byte) bool {
	for _, word := range []string{"true", "false", "null"} {
		if strings.HasPrefix(word, string(rest)) {
			return true
		}
	}
	return rest[0] == '\\' && len(rest) < len(`\u0000`) || len(bytes.Trim(rest, "+-.0123456789Ee")) == 0
}

// value reads the next value into v; into nothing if v is invalid.
func (p *jsonReader) value(v reflect.Value, f *field, depth int) error {
	if depth > maxDepth {
		return errTooDeep
	}
	kind := reflect.Invalid
	if v.IsValid() {
		kind = v.Kind()
	}
	if kind == reflect.Pointer {
		return settle(v, p.value(target(v), f, depth))
	}
	group := kind == reflect.Struct && v.Type() != timeType
	switch p.peek() {
	case '{':
		switch {
		case kind == reflect.Invalid || group:
			return p.object(v, depth)
		case kind == reflect.Slice:
			return p.wrapped(v, f, depth)
		}
		if err := p.object(reflect.Value{}, depth); err != nil {
			return err
		}
		return mismatch(v)
	case '[':
		if kind == reflect.Invalid || kind == reflect.Slice {
			return p.list(v, f, depth)
		}
		if err := p.list(reflect.Value{}, nil, depth); err != nil {
			return err
		}
		return mismatch(v)
	case '"':
		if kind == reflect.String && f != nil && f.enum != nil {
			text, err := p.name()
			v.SetString(f.documented(text))
			return err
		}
		s, err := p.string()
		switch {
		case err != nil || kind == reflect.Invalid:
			return err
		case group || kind == reflect.Slice:
			if strings.TrimSpace(s) == "" {
				return f.absent(v)
			}
			if f != nil && f.commas && !strings.HasPrefix(strings.TrimSpace(s), "[") {
				return setItems(v, strings.Split(s, ","))
			}
			return readJSON(s, v, f, depth+1)
		}
		return setText(v, s)
	}
	s, err := p.literal()
	switch {
	case err != nil || kind == reflect.Invalid:
		return err
	case s == "null":
		return f.absent(v)
	case group || kind == reflect.Slice:
		return mismatch(v)
	}
	return setText(v, s)
}

// setItems makes v a list of the items, without the spaces and quotes around them.
func setItems(v reflect.Value, items []string) error {
	if len(items) > maxItems {
		return errTooMany
	}
	v.Set(reflect.MakeSlice(v.Type(), len(items), len(items)))
	for i, item := range items {
		v.Index(i).SetString(strings.Trim(item, " \""))
	}
	return nil
}

// object reads an object into the struct v.
func (p *jsonReader) object(v reflect.Value, depth int) error {
	var plan plan
	if v.IsValid() {
		plan = jsonPlans.of(v.Type())
	}
	var wrong error
	for more, err := p.open(), error(nil); more || err != nil; more, err = p.more('}') {
		if err != nil {
			return err
		}
		name, err := p.member()
		if err != nil {
			return err
		}
		var into reflect.Value
		f := plan.find(name)
		if f != nil {
			into = v.Field(f.index[0])
			if len(f.index) > 1 {
				into = v.FieldByIndex(f.index)
			}
		}
		switch err := p.value(into, f, depth+1); err {
		case nil, errAbsent:
		default:
			e, read := err.(*mismatchError)
			if !read {
				return err
			}
			wrong = cmp.Or(wrong, e.in(string(name)))
		}
	}
	return wrong
}

// wrapped reads an object whose only list is that for v, such as
// {"NetworkRule": […]}.
func (p *jsonReader) wrapped(v reflect.Value, f *field, depth int) error {
	fits, found := true, false
	for more, err := p.open(), error(nil); more || err != nil; more, err = p.more('}') {
		if err == nil {
			_, err = p.member()
		}
		if err != nil {
			return err
		}
		switch first := p.peek(); {
		case first == '[' && !found:
			found = true
			err = p.list(v, f, depth+1)
		default:
			fits = fits && first == 'n'
			err = p.value(reflect.Value{}, nil, depth+1)
		}
		if err != nil {
			return err
		}
	}
	switch {
	case found:
		return nil
	case !fits:
		return mismatch(v)
	}
	return f.absent(v)
}

// open takes off the start of an object, and reports whether it has members.
func (p *jsonReader) open() bool {
	p.at++ // {
	if p.peek() == '}' {
		p.at++
		return false
	}
	return true
}

// member takes off the name of a member.
func (p *jsonReader) member() ([]byte, error) {
	if p.peek() != '"' {
		return nil, p.broken()
	}
	name, err := p.name()
	if err == nil && p.peek() != ':' {
		err = p.broken()
	}
	p.at++
	return name, err
}

// list reads a list into the slice v.
func (p *jsonReader) list(v reflect.Value, f *field, depth int) error {
	p.at++ // [
	start := p.at
	if p.peek() == ']' {
		p.at++
		if v.IsValid() { // an empty list is not the same as none
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		return nil
	}
	if v.IsValid() {
		v.SetZero()
	}
	var wrong error
	for n := 0; ; {
		var item reflect.Value
		if v.IsValid() {
			if n == maxItems {
				return errTooMany
			}
			if n == v.Cap() {
				v.Grow(p.room(n, start, depth))
			}
			v.SetLen(n + 1)
			item = v.Index(n)
		}
		err := p.value(item, f, depth+1)
		e, read := err.(*mismatchError)
		switch {
		case read:
			wrong = cmp.Or(wrong, e.in(strconv.Itoa(n+1)))
		case err == errAbsent:
			item.SetZero()
			v.SetLen(n)
			n--
		case err != nil:
			return err
		}
		n++
		if more, err := p.more(']'); !more {
			return cmp.Or(err, wrong)
		}
	}
}

// room returns by how many items a list grows that has n of them, which are read from
// start on. The first item of a page tells about how many follow; a list within an
// item has a few.
func (p *jsonReader) room(n, start, depth int) int {
	const pageDepth, page, few = 2, 128, 4
	switch {
	case n == 1 && depth <= pageDepth:
		return max(1, min((len(p.text)-p.at)/(p.at-start), page))
	case n == 0 && depth > pageDepth:
		return few
	}
	return max(1, n)
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
	var bits byte
	for ; p.at < len(p.text); p.at++ {
		c := p.text[p.at]
		bits |= c
		switch {
		case c == '"':
			s := p.part(start, p.at)
			if bits >= utf8.RuneSelf {
				s = valid(s)
			}
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
