// Package acs3 signs requests with ACS3-HMAC-SHA256, the signature of Alibaba
// Cloud's RPC services.
//
// Format: https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature
package acs3

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/credential"
)

const algorithm = "ACS3-HMAC-SHA256"

// Sign adds the signing headers to req, whose body is body and whose query is
// canonical: encoded by RFC 3986 and sorted. The result depends on nothing but
// the arguments.
func Sign(req *http.Request, body []byte, key credential.Key, nonce string, at time.Time) {
	h := req.Header
	h.Set("X-Acs-Date", at.UTC().Format("2006-01-02T15:04:05Z"))
	h.Set("X-Acs-Signature-Nonce", nonce)
	h.Set("X-Acs-Content-Sha256", Hash(body))
	if key.Token != "" {
		h.Set("X-Acs-Accesskey-Id", key.ID)
		h.Set("X-Acs-Security-Token", key.Token)
	}
	h.Set("Authorization", Authorization(req, key))
}

// Authorization returns the Authorization header of req, which has every other
// header that is to be signed: its host, content type and all x-acs-* headers.
func Authorization(req *http.Request, key credential.Key) string {
	names := make([]string, 1, 12)
	names[0] = "host"
	for name := range req.Header {
		if lower := strings.ToLower(name); lower == "content-type" || strings.HasPrefix(lower, "x-acs-") {
			names = append(names, lower)
		}
	}
	slices.Sort(names)
	signed := strings.Join(names, ";")

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
	for _, name := range names {
		b = append(b, name...)
		b = append(b, ':')
		if name == "host" {
			b = append(b, req.Host...)
		} else {
			b = append(b, value(req.Header, name)...)
		}
		b = append(b, '\n')
	}
	b = append(b, '\n')
	b = append(b, signed...)
	b = append(b, '\n')
	b = append(b, req.Header.Get("X-Acs-Content-Sha256")...)

	mac := hmac.New(sha256.New, []byte(key.Secret))
	mac.Write([]byte(algorithm + "\n" + Hash(b)))
	return algorithm + " Credential=" + key.ID + ",SignedHeaders=" + signed + ",Signature=" + hex.EncodeToString(mac.Sum(nil))
}

// value returns the header as it is signed: trimmed, several values in order
// and joined.
func value(h http.Header, name string) string {
	values := h.Values(name)
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
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
