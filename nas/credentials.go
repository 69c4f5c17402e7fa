package nas

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/encode"
)

// Credentials supply the AccessKey that signs a request. The interface has the
// same method in every package of this module, so one value serves clients of
// all of them.
//
// A value may also have a method Invalidate(token string). The client calls it
// when the service reports that the key with that token has expired, and then
// sends the request once more, with the key that Retrieve returns next.
type Credentials interface {
	// Retrieve returns a key. It is called before every attempt, possibly by
	// several goroutines at once, and should return immediately if it has a
	// valid key. The token is empty if the key is not temporary, and expires is
	// zero if the key does not expire. A call waits for Retrieve no longer than
	// its context, and no longer than 30 seconds.
	Retrieve(ctx context.Context) (id, secret, token string, expires time.Time, err error)
}

// StaticCredentials are a fixed AccessKey. Printed, encoded or logged, they
// show only the key ID.
type StaticCredentials struct {
	AccessKeyID     string
	AccessKeySecret string
	SecurityToken   string // empty unless the key is temporary
}

// Retrieve returns the three fields.
func (s StaticCredentials) Retrieve(context.Context) (id, secret, token string, expires time.Time, err error) {
	return s.AccessKeyID, s.AccessKeySecret, s.SecurityToken, time.Time{}, nil
}

// String leaves the secrets out.
func (s StaticCredentials) String() string { return "AccessKey " + s.AccessKeyID }

// GoString leaves the secrets out.
func (s StaticCredentials) GoString() string { return s.String() }

// Format leaves the secrets out, for every verb.
func (s StaticCredentials) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// MarshalJSON leaves the secrets out.
func (s StaticCredentials) MarshalJSON() ([]byte, error) { return encode.JSON(s.String()), nil }

// MarshalText leaves the secrets out of XML, YAML and the like.
func (s StaticCredentials) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// GobEncode leaves the secrets out. The result cannot be decoded.
func (s StaticCredentials) GobEncode() ([]byte, error) { return []byte(s.String()), nil }

// LogValue leaves the secrets out.
func (s StaticCredentials) LogValue() slog.Value { return slog.StringValue(s.String()) }

const noCredentials = "are required: neither Config.Credentials nor the environment variables " +
	"ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET are set; DefaultCredentials looks in more places"

// orEnvironment returns c, or the environment's key for nil.
func orEnvironment(c Credentials) Credentials {
	if c != nil {
		return c
	}
	for _, names := range [...][3]string{
		{"ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN"},
	} {
		if key := credential.FromEnvironment(names[0], names[1], names[2]); key != nil {
			return key
		}
	}
	return nil
}
