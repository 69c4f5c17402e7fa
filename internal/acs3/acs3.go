// Package acs3 signs requests with ACS3-HMAC-SHA256, the signature algorithm of
// Alibaba Cloud's RPC services.
//
// Format:
// https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature
package acs3

import (
	"cmp"
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

// Authorization returns the Authorization header of req, which has every other
// header that is to be signed: its host, content type and all x-acs-* headers.
func Authorization(req *http.Request, key credential.Key) string {
	signed := append(make([]string, 0, 12), "Host") // whose value is not among the headers
	for name := range req.Header {
		if name == "Content-Type" || strings.HasPrefix(name, "X-Acs-") {
			signed = append(signed, name)
		}
	}
	slices.Sort(signed) // as in lower case: names in canonical form differ in no letter's case alone

	b := appendAll(make([]byte, 0, 1024),
		req.Method, "\n", cmp.Or(req.URL.EscapedPath(), "/"), "\n", req.URL.RawQuery, "\n")
	for i, name := range signed {
		text := req.Host
		if name != "Host" {
			text = value(req.Header[name])
		}
		signed[i] = lower(name)
		b = appendAll(b, signed[i], ":", text, "\n")
	}
	names := strings.Join(signed, ";")
	b = appendAll(b, "\n", names, "\n", req.Header.Get("X-Acs-Content-Sha256"))
	sum := sha256.Sum256(b)

	b = hex.AppendEncode(appendAll(b[:0], algorithm, "\n"), sum[:])
	sum = hmac.SHA256([]byte(key.Secret), b)

	b = appendAll(b[:0], algorithm, " Credential=", key.ID, ",SignedHeaders=", names, ",Signature=")
	return string(hex.AppendEncode(b, sum[:]))
}

func appendAll(b []byte, texts ...string) []byte {
	for _, text := range texts {
		b = append(b, text...)
	}
	return b
}

// lower returns the name of a header in lower case. Those that every request
// has are at hand.
func lower(name string) string {
	switch name {
	case "Content-Type":
		return "content-type"
	case "Host":
		return "host"
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
