// Package sigv4 signs requests with AWS Signature Version 4.
//
// Format: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
package sigv4

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/header"
	"github.com/accesspoint-go/accesspoint/internal/hmac"
	"github.com/accesspoint-go/accesspoint/internal/uri"
)

const algorithm = "AWS4-HMAC-SHA256"

// A Scope is what a signature is valid for, besides its day.
type Scope struct{ Region, Service string }

// Sign adds the signing headers to req, whose body is body and whose query is
// canonical. The result depends on nothing but the arguments; keys only saves
// work.
func Sign(req *http.Request, body []byte, scope Scope, key credential.Key, keys *Keys, at time.Time) {
	h := req.Header
	header.Set(h, "X-Amz-Date", at.UTC().Format("20060102T150405Z"), "Authorization", "")
	signed := append(make([]string, 0, 5), "host", "x-amz-date")
	if key.Token != "" {
		header.Set(h, "X-Amz-Security-Token", key.Token)
		signed = append(signed, "x-amz-security-token")
	}
	if len(body) > 0 {
		signed = append(signed, "content-length", "content-type")
	}
	h["Authorization"][0] = Authorization(req, body, signed, scope, key, keys)
}

// Authorization returns the Authorization header of req, which has the headers
// named in signed. It sorts them.
func Authorization(req *http.Request, body []byte, signed []string, scope Scope, key credential.Key, keys *Keys) string {
	slices.Sort(signed)
	date := req.Header.Get("X-Amz-Date")
	day, _, _ := strings.Cut(date, "T")
	within := day + "/" + scope.Region + "/" + scope.Service + "/aws4_request"
	sum := sha256.Sum256(CanonicalRequest(req, body, signed))

	b := make([]byte, 0, 384)
	b = append(b, algorithm+"\n"...)
	b = append(b, date...)
	b = append(b, '\n')
	b = append(b, within...)
	b = append(b, '\n')
	b = hex.AppendEncode(b, sum[:])
	sum = hmac.SHA256(keys.derive(key.Secret, day, scope), b)

	b = append(b[:0], algorithm+" Credential="...)
	b = append(b, key.ID...)
	b = append(b, '/')
	b = append(b, within...)
	b = append(b, ", SignedHeaders="...)
	b = appendNames(b, signed)
	b = append(b, ", Signature="...)
	return string(hex.AppendEncode(b, sum[:]))
}

func appendNames(b []byte, names []string) []byte {
	for i, name := range names {
		if i > 0 {
			b = append(b, ';')
		}
		b = append(b, name...)
	}
	return b
}

// CanonicalRequest returns what is hashed of req. Its path is escaped once more,
// as for every service but S3.
func CanonicalRequest(req *http.Request, body []byte, signed []string) []byte {
	return appendCanonical(make([]byte, 0, 1024), req, body, signed)
}

func appendCanonical(b []byte, req *http.Request, body []byte, signed []string) []byte {
	b = append(b, req.Method...)
	b = append(b, '\n')
	path := req.URL.EscapedPath()
	if path == "" {
		path = "/"
	}
	for element := range strings.SplitSeq(path, "/") {
		b = uri.AppendEscaped(b, element)
		b = append(b, '/')
	}
	b = b[:len(b)-1]
	b = append(b, '\n')
	b = append(b, req.URL.RawQuery...)
	b = append(b, '\n')
	for _, name := range signed {
		b = append(b, name...)
		b = append(b, ':')
		switch name {
		case "host":
			b = append(b, host(req)...)
		case "content-length":
			b = strconv.AppendInt(b, req.ContentLength, 10)
		default:
			for i, v := range req.Header[canonical(name)] {
				if i > 0 {
					b = append(b, ',')
				}
				b = appendFolded(b, v)
			}
		}
		b = append(b, '\n')
	}
	b = append(b, '\n')
	b = appendNames(b, signed)
	b = append(b, '\n')
	sum := sha256.Sum256(body)
	return hex.AppendEncode(b, sum[:])
}

// canonical returns the name of a header as maps of headers have it. Those that
// every request has are at hand.
func canonical(name string) string {
	switch name {
	case "content-type":
		return "Content-Type"
	case "x-amz-date":
		return "X-Amz-Date"
	case "x-amz-security-token":
		return "X-Amz-Security-Token"
	}
	return http.CanonicalHeaderKey(name)
}

// appendFolded appends a header's value without the spaces around it, and with
// one space for several. Tabs within it stay.
func appendFolded(b []byte, v string) []byte {
	v = strings.TrimSpace(v)
	for i := range len(v) {
		if v[i] != ' ' || v[i-1] != ' ' { // the first byte is no space
			b = append(b, v[i])
		}
	}
	return b
}

// host returns the host without the port that its scheme implies.
func host(req *http.Request) string {
	if port := req.URL.Port(); port == "443" && req.URL.Scheme == "https" || port == "80" && req.URL.Scheme == "http" {
		return strings.TrimSuffix(req.Host, ":"+port)
	}
	return req.Host
}

// Keys remembers the last signing key derived from a secret, which holds for a
// day. The zero Keys is empty.
type Keys struct{ last atomic.Pointer[derived] }

type derived struct {
	secret, day string
	scope       Scope
	key         []byte
}

func (k *Keys) derive(secret, day string, scope Scope) []byte {
	// The secret is part of the match: it may be rotated under the same ID.
	if d := k.last.Load(); d != nil && d.secret == secret && d.day == day && d.scope == scope {
		return d.key
	}
	key := []byte("AWS4" + secret)
	for _, part := range []string{day, scope.Region, scope.Service, "aws4_request"} {
		sum := hmac.SHA256(key, []byte(part))
		key = sum[:]
	}
	k.last.Store(&derived{secret, day, scope, key})
	return key
}
