package nas

import (
	"fmt"
	"io"
	"log/slog"

	"github.com/accesspoint-go/accesspoint/internal/encode"
)

// A Secret is a text that must not be disclosed, such as a password or a
// private key. Printed, encoded or logged, it shows REDACTED, or nothing if it
// is empty; [Secret.Value] returns the text. To make one, convert a string:
// nas.Secret(text). Do not print a struct of your own that has a Secret in an
// unexported field: package fmt cannot call these methods there, and prints the
// text.
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

// Format leaves the text out, for every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// MarshalJSON leaves the text out.
func (s Secret) MarshalJSON() ([]byte, error) { return encode.JSON(s.String()), nil }

// MarshalText leaves the text out of XML, YAML and the like.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// GobEncode leaves the text out. The result cannot be decoded.
func (s Secret) GobEncode() ([]byte, error) { return []byte(s.String()), nil }

// LogValue leaves the text out.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }
