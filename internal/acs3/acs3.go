// Package acs3 signs requests with ACS3-HMAC-SHA256, the signature of Alibaba
// Cloud's RPC services.
//
// Format: https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature
package acs3

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/header"
	"github.com/accesspoint-go/accesspoint/internal/hmac"
)

const algorithm = "ACS3-HMAC-SHA256"

// Sign adds the signing headers to req, whose body is body and whose query is
// canonical: encoded by RFC 3986 and sorted. The result depends on nothing but
// the arguments.
func Sign(req *http.Request, body []byte, key credential.Key, nonce string, at time.Time) {
	h := req.Header
	header.Set(h,
		"X-Acs-Date", at.UTC().Format(time.RFC3339),
		"X-Acs-Signature-Nonce", nonce,
		"X-Acs-Content-Sha256", Hash(body),
		"Authorization", "")
	if key.Token != "" {
		header.Set(h, "X-Acs-Accesskey-Id", key.ID, "X-Acs-Security-Token", key.Token)
	}
	h["Authorization"][0] = Authorization(req, key)
}

// A field is one that is signed, with its name in lower case.
type field struct {
	name   string
	values []string
}

// Authorization returns the Authorization header of req, which has every other
// header that is to be signed: its host, content type and all x-acs-* headers.
func Authorization(req *http.Request, key credential.Key) string {
	signed := make([]field, 1, 12)
	signed[0].name = "host" // its value is not among the headers
	for name, values := range req.Header {
		if name == "Content-Type" || strings.HasPrefix(name, "X-Acs-") {
			signed = insert(signed, field{lower(name), values})
		}
	}

	b := make([]byte, 0, 1024)
	b = append(b, req.Method...)
	b = append(b, '\n')
	path := req.URL.EscapedPath()
	if path == "" {
		path = "/"
	}
	b = append(b, path...)
	b = append(b, '\n')
	b = append(b, req.URL.RawQuery...)
	b = append(b, '\n')
	for _, h := range signed {
		b = append(b, h.name...)
		b = append(b, ':')
		if h.values == nil {
			b = append(b, req.Host...)
		} else {
			b = append(b, value(h.values)...)
		}
		b = append(b, '\n')
	}
	b = append(b, '\n')
	b = appendNames(b, signed)
	b = append(b, '\n')
	b = append(b, req.Header.Get("X-Acs-Content-Sha256")...)
	sum := sha256.Sum256(b)

	b = append(b[:0], algorithm+"\n"...)
	b = hex.AppendEncode(b, sum[:])
	sum = hmac.SHA256([]byte(key.Secret), b)

	b = append(b[:0], algorithm+" Credential="...)
	b = append(b, key.ID...)
	b = append(b, ",SignedHeaders="...)
	b = appendNames(b, signed)
	b = append(b, ",Signature="...)
	return string(hex.AppendEncode(b, sum[:]))
}

// insert adds h to headers that are sorted by their names. They are few, and
// slices.SortFunc would cost every program 13 KB more.
func insert(headers []field, h field) []field {
	headers = append(headers, h)
	for i := len(headers) - 1; i > 0 && headers[i-1].name > h.name; i-- {
		headers[i-1], headers[i] = h, headers[i-1]
	}
	return headers
}

func appendNames(b []byte, signed []field) []byte {
	for i, h := range signed {
		if i > 0 {
			b = append(b, ';')
		}
		b = append(b, h.name...)
	}
	return b
}

// lower returns the name of a header in lower case. Those that every request
// has are at hand.
func lower(name string) string {
	switch name {
	case "Content-Type":
		return "content-type"
	case "X-Acs-Action":
		return "x-acs-action"
	case "X-Acs-Content-Sha256":
		return "x-acs-content-sha256"
	case "X-Acs-Date":
		return "x-acs-date"
	case "X-Acs-Signature-Nonce":
		return "x-acs-signature-nonce"
	case "X-Acs-Version":
		return "x-acs-version"
	}
	return strings.ToLower(name)
}

// value returns a header's values as they are signed: trimmed, several of them
// in order and joined.
func value(values []string) string {
	if len(values) == 1 {
		return strings.TrimSpace(values[0])
	}
	sorted := make([]string, len(values))
	for i, v := range values {
		sorted[i] = strings.TrimSpace(v)
	}
	slices.Sort(sorted)
	return strings.Join(sorted, ",")
}

// Hash returns the SHA-256 of b in hexadecimal, as the payload hash is sent.
func Hash(b []byte) string {
	if len(b) == 0 {
		return "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
