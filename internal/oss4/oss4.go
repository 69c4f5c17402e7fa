// Package oss4 signs requests with OSS4-HMAC-SHA256, the signature algorithm of
// Alibaba Cloud OSS.
//
// Format:
// https://www.alibabacloud.com/help/en/oss/developer-reference/recommend-to-use-signature-version-4
package oss4

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/header"
	"github.com/accesspoint-go/accesspoint/internal/hmac"
)

const (
	algorithm = "OSS4-HMAC-SHA256"
	product   = "oss"
	payload   = "UNSIGNED-PAYLOAD" // the service takes no other
)

// Sign adds the signing headers to req, whose query is canonical. resource is
// the path that is signed: "/" or, whatever the style of the address,
// "/bucket/". The result depends on nothing but the arguments; keys only saves
// work.
func Sign(req *http.Request, resource, region string, key credential.Key, keys *Keys, at time.Time) {
	h := req.Header
	date := at.UTC().Format("20060102T150405Z")
	header.Set(h, "X-Oss-Date", date, "X-Oss-Content-Sha256", payload, "Authorization", "")
	if key.Token != "" {
		header.Set(h, "X-Oss-Security-Token", key.Token)
	}
	scope := date[:8] + "/" + region + "/" + product + "/aliyun_v4_request"
	sum := sha256.Sum256(CanonicalRequest(req, resource))

	b := make([]byte, 0, 256)
	b = append(b, algorithm+"\n"...)
	b = append(b, date...)
	b = append(b, '\n')
	b = append(b, scope...)
	b = append(b, '\n')
	b = hex.AppendEncode(b, sum[:])
	sum = hmac.SHA256(keys.derive(key.Secret, date[:8], region), b)

	b = append(b[:0], algorithm+" Credential="...)
	b = append(b, key.ID...)
	b = append(b, '/')
	b = append(b, scope...)
	b = append(b, ",Signature="...)
	h["Authorization"][0] = string(hex.AppendEncode(b, sum[:]))
}

// CanonicalRequest returns what is hashed of req: its method, the resource, the
// query, its content type and MD5 and all x-oss-* headers.
func CanonicalRequest(req *http.Request, resource string) []byte {
	return appendCanonical(make([]byte, 0, 512), req, resource)
}

func appendCanonical(b []byte, req *http.Request, resource string) []byte {
	names := make([]string, 0, 8)
	for name := range req.Header {
		if isSigned(name) {
			names = insert(names, name)
		}
	}
	b = append(b, req.Method...)
	b = append(b, '\n')
	b = append(b, resource...)
	b = append(b, '\n')
	b = append(b, req.URL.RawQuery...)
	b = append(b, '\n')
	for _, name := range names {
		for i := range len(name) {
			b = append(b, lower(name[i]))
		}
		b = append(b, ':')
		b = append(b, strings.TrimSpace(strings.Join(req.Header[name], ","))...)
		b = append(b, '\n')
	}
	b = append(b, "\n\n"...) // no additional headers
	return append(b, payload...)
}

func isSigned(name string) bool {
	const prefix = "x-oss-"
	return strings.EqualFold(name, "content-type") || strings.EqualFold(name, "content-md5") ||
		len(name) >= len(prefix) && strings.EqualFold(name[:len(prefix)], prefix)
}

// insert adds name to names that are sorted by their lower case, which few names
// have at hand.
func insert(names []string, name string) []string {
	names = append(names, name)
	for i := len(names) - 1; i > 0 && less(name, names[i-1]); i-- {
		names[i-1], names[i] = name, names[i-1]
	}
	return names
}

// less compares in lower case.
func less(a, b string) bool {
	for i := range min(len(a), len(b)) {
		if x, y := lower(a[i]), lower(b[i]); x != y {
			return x < y
		}
	}
	return len(a) < len(b)
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

// Keys remembers the last signing key derived from a secret, which holds for a
// day. The zero Keys is empty.
type Keys struct{ last atomic.Pointer[derived] }

type derived struct {
	secret, day, region string
	key                 []byte
}

func (k *Keys) derive(secret, day, region string) []byte {
	if d := k.last.Load(); d != nil && d.secret == secret && d.day == day && d.region == region {
		return d.key
	}
	key := []byte("aliyun_v4" + secret)
	for _, part := range []string{day, region, product, "aliyun_v4_request"} {
		sum := hmac.SHA256(key, []byte(part))
		key = sum[:]
	}
	k.last.Store(&derived{secret, day, region, key})
	return key
}
