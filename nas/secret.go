package nas

import (
	"fmt"
	"io"
	"log/slog"

	"github.com/accesspoint-go/accesspoint/internal/encode"
)

// A Secret is a text that must not come to light, such as a password or a private
// key. It prints, encodes and logs as REDACTED, or as nothing if it is empty;
// [Secret.Value] is what it holds. To make one, convert: nas.Secret(text). Printing
// calls these methods wherever it can, which is not so below an unexported field of
// a struct of yours.
type Secret string

// Value returns the text itself.
func (s Secret) Value() string { return string(s) }

// String leaves the text out.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "REDACTED"
}

// GoString leaves the text out.
func (s Secret) GoString() string { return s.String() }

// Format leaves the text out, whatever the verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// MarshalJSON leaves the text out.
func (s Secret) MarshalJSON() ([]byte, error) { return encode.JSON(s.String()), nil }

// MarshalText leaves the text out of XML, YAML and the like.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// GobEncode leaves the text out of what encoding/gob writes, which cannot be read
// back.
func (s Secret) GobEncode() ([]byte, error) { return []byte(s.String()), nil }

// LogValue leaves the text out.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }
