package decode

import (
	"bytes"
	"errors"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// maxDepth bounds the nesting. Answers have up to five levels.
const maxDepth = 200

// maxItems bounds a list: a body of a few MiB can have millions of items that
// say nothing, each of which takes a hundred times its room. The longest page
// that a service documents has 1,000; EFS may put all access points of a file
// system into one, of which there are 10,000 at most.
const maxItems = 100_000

var (
	errTooMany = errors.New("a list has more than 100,000 items")
	errTooDeep = errors.New("values are nested too deeply")
)

// errAbsent says that what was read stands for no value at all.
var errAbsent = errors.New("no value")

// A mismatchError is the error of a field that a value does not fit. The value has
// been read.
type mismatchError struct{ path, kind string }

func (e *mismatchError) Error() string { return e.path + " does not hold a " + e.kind }

func mismatch(v reflect.Value) error {
	if v.Kind() == reflect.Struct { // a time
		return &mismatchError{kind: v.Type().String()}
	}
	return &mismatchError{kind: v.Kind().String()}
}

// in says that e came up in the named element.
func (e *mismatchError) in(name string) error {
	e.path = strings.TrimSuffix(name+"."+e.path, ".")
	return e
}

// target returns what v, a pointer, points to; to something new if it is nil.
func target(v reflect.Value) reflect.Value {
	if v.IsNil() {
		v.Set(reflect.New(v.Type().Elem()))
	}
	return v.Elem()
}

// settle sets v, a pointer whose target was read with err, to nil if that is no
// value, or a group in which nothing is set.
func settle(v reflect.Value, err error) error {
	if err == errAbsent || err == nil && v.Elem().Kind() == reflect.Struct && v.Elem().IsZero() {
		v.SetZero()
		return errAbsent
	}
	return err
}

// timeType is that of the one struct that is no group.
var timeType = reflect.TypeFor[time.Time]()

// setText sets v, which is neither a group nor a list, to what s means for its
// type.
func setText(v reflect.Value, s string) error {
	if v.Kind() == reflect.String {
		v.SetString(s)
		return nil
	}
	s = strings.TrimSpace(s)
	if s == "" {
		return errAbsent
	}
	ok := false
	switch v.Kind() {
	case reflect.Bool:
		var b bool
		b, ok = boolean(s)
		v.SetBool(b)
	case reflect.Int, reflect.Int32, reflect.Int64:
		var n int64
		n, ok = integer(s)
		ok = ok && !v.OverflowInt(n)
		v.SetInt(n)
	case reflect.Float64:
		var n float64
		n, ok = number(s)
		v.SetFloat(n)
	case reflect.Struct: // a time
		var at time.Time
		at, ok = instant(s)
		v.Set(reflect.ValueOf(at))
	case reflect.Uint32:
		var n int64
		n, ok = integer(s)
		switch {
		case ok && n == -1: // what C calls no ID
			return errAbsent
		case math.MinInt32 <= n && n < 0:
			n = int64(uint32(n)) // a POSIX ID above 2^31 that went through a signed number
		}
		ok = ok && 0 <= n && n <= math.MaxUint32
		v.SetUint(uint64(n))
	}
	if !ok {
		return mismatch(v)
	}
	return nil
}

func boolean(s string) (value, ok bool) {
	switch strings.ToLower(s) {
	case "true", "1":
		return true, true
	case "false", "0":
		return false, true
	}
	return false, false
}

// integer returns the whole number that s spells: 1e3 and 2.0 are whole, too.
// strconv.ParseFloat, which is not exact beyond 2^53, would add 11 KB.
func integer(s string) (int64, bool) {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n, true
	}
	digits, power, ok := decimal(s)
	if !ok || power < 0 || power > 18 { // a fraction, or beyond any type
		return 0, false
	}
	n, err := strconv.ParseInt(digits+"000000000000000000"[:power], 10, 64)
	return n, err == nil
}

// decimal takes the number that s spells apart: digits times ten to the power.
func decimal(s string) (digits string, power int, ok bool) {
	mantissa := s
	if e := strings.IndexAny(s, "eE"); e >= 0 {
		n, err := strconv.Atoi(s[e+1:])
		if err != nil {
			return "", 0, false
		}
		mantissa, power = s[:e], n
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits = strings.TrimRight(whole+fraction, "0")
	if digits == "" || digits == "-" {
		return "0", 0, len(whole) > len(digits) // 0.0
	}
	return digits, power + len(whole) - len(digits), true
}

// number returns the number that s spells. It is exact for up to 15 digits and
// powers of ten up to 22, which is more than the services have.
func number(s string) (float64, bool) {
	digits, power, ok := decimal(s)
	n, err := strconv.ParseInt(digits, 10, 64)
	if !ok || err != nil || power < -300 || power > 300 {
		return 0, false
	}
	scale := 1.0
	for range max(power, -power) {
		scale *= 10
	}
	if power < 0 {
		return float64(n) / scale, true
	}
	return float64(n) * scale, true
}

// instant returns the time that s spells: seconds since 1970, with or without a
// fraction, or a time by RFC 3339.
func instant(s string) (time.Time, bool) {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, true
	}
	digits, power, ok := decimal(s)
	if power += 9; ok && power < 0 { // less than a nanosecond does not count
		digits, power = "0"+digits[:max(0, len(digits)+power)], 0
	}
	if !ok || power > 18 {
		return time.Time{}, false
	}
	n, err := strconv.ParseInt(digits+"000000000000000000"[:power], 10, 64)
	return time.Unix(0, n).UTC(), err == nil
}

// IsXML reports whether b is XML rather than JSON.
func IsXML(b []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(withoutBOM(b), " \t\r\n"), []byte("<"))
}

// withoutBOM returns b without the byte order mark that some gateways put before it.
func withoutBOM(b []byte) []byte { return bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")) }

// valid returns s as valid UTF-8: with U+FFFD for each byte that is not, as
// encoding/json has it.
func valid(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return string([]rune(s))
}
