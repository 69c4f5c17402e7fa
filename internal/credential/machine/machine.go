// Package machine reads what sources of credentials look at: the environment,
// files, programs, and services near and far. No error of it quotes what it
// read.
package machine

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"

	"github.com/accesspoint-go/accesspoint/internal/credential"
)

// A Machine is where sources look. The zero Machine is the one that the program
// runs on; tests bring others.
type Machine struct {
	Env       map[string]string // in place of the environment
	Transport http.RoundTripper // in place of the network
}

// Getenv returns an environment variable.
func (m *Machine) Getenv(name string) string {
	if m.Env != nil {
		return m.Env[name]
	}
	return os.Getenv(name)
}

// Is reports whether the environment variable has that value, in any case.
func (m *Machine) Is(name, value string) bool { return strings.EqualFold(m.Getenv(name), value) }

// File returns the path that an environment variable holds, or else one below
// the user's home directory.
func (m *Machine) File(variable string, elements ...string) (string, error) {
	if path := m.Getenv(variable); path != "" {
		return path, nil
	}
	home := m.Getenv("HOME")
	if home == "" {
		home = m.Getenv("USERPROFILE")
	}
	if home == "" && m.Env == nil {
		home, _ = os.UserHomeDir()
	}
	if home == "" {
		return "", credential.Absent("the user has no home directory")
	}
	return filepath.Join(append([]string{home}, elements...)...), nil
}

// IsRegion reports whether a region can stand in a host name.
func IsRegion(region string) bool {
	for _, c := range region {
		if !('a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-') {
			return false
		}
	}
	return true
}

// IsLoopback reports whether a host is this machine.
func IsLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// maxFile bounds how much of a file, an answer or an output is read.
const maxFile = 1 << 20

var errTooLong = errors.New("it is longer than 1 MiB")

// ReadFile returns the content of a file, without the byte order mark that some
// editors begin it with. A file that does not exist is Absent.
func (m *Machine) ReadFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, credential.Absent(path + " does not exist")
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // nothing was written
	var b bytes.Buffer
	n, err := b.ReadFrom(io.LimitReader(f, maxFile+1))
	if err == nil && n > maxFile {
		err = &fs.PathError{Op: "read", Path: path, Err: errTooLong}
	}
	return withoutMark(b.Bytes()), err
}

// withoutMark returns text without the byte order mark that it may begin with.
func withoutMark(text []byte) []byte { return bytes.TrimPrefix(text, []byte("\ufeff")) }

// ReadToken returns the token that a file holds, without the line end that it
// may have. A file that is named and missing is a failure, and no reason to look
// elsewhere.
func (m *Machine) ReadToken(path string) (string, error) {
	b, err := m.ReadFile(path)
	token := strings.TrimSpace(string(b))
	switch {
	case err != nil:
		return "", errors.New(err.Error())
	case token == "":
		return "", errors.New(path + " is empty")
	case strings.ContainsAny(token, "\r\n\x00"):
		return "", errors.New(path + " holds more than a token")
	}
	return token, nil
}
