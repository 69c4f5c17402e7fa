// Package oss4 signs requests with OSS4-HMAC-SHA256, the signature of Alibaba
// Cloud OSS.
//
// Format: https://www.alibabacloud.com/help/en/oss/developer-reference/recommend-to-use-signature-version-4
package oss4

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/credential"
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
	date := at.UTC().Format("20060102T150405Z")
	h := req.Header
	h.Set("X-Oss-Date", date)
	h.Set("X-Oss-Content-Sha256", payload)
	if key.Token != "" {
		h.Set("X-Oss-Security-Token", key.Token)
	}
	scope := date[:8] + "/" + region + "/" + product + "/aliyun_v4_request"
	toSign := algorithm + "\n" + date + "\n" + scope + "\n" + hexSHA256(CanonicalRequest(req, resource))
	mac := hmac.New(sha256.New, keys.derive(key.Secret, date[:8], region))
	mac.Write([]byte(toSign))
	h.Set("Authorization", algorithm+" Credential="+key.ID+"/"+scope+",Signature="+hex.EncodeToString(mac.Sum(nil)))
}

// CanonicalRequest returns what is hashed of req: its method, the resource, the
// query, its content type and MD5 and all x-oss-* headers.
func CanonicalRequest(req *http.Request, resource string) []byte {
	names := make([]string, 0, 8)
	for name := range req.Header {
		if lower := strings.ToLower(name); lower == "content-type" || lower == "content-md5" || strings.HasPrefix(lower, "x-oss-") {
			names = append(names, lower)
		}
	}
	slices.Sort(names)
	b := make([]byte, 0, 512)
	b = append(b, req.Method+"\n"...)
	b = append(b, resource+"\n"...)
	b = append(b, req.URL.RawQuery+"\n"...)
	for _, name := range names {
		b = append(b, name...)
		b = append(b, ':')
		b = append(b, strings.TrimSpace(strings.Join(req.Header.Values(name), ","))...)
		b = append(b, '\n')
	}
	b = append(b, "\n\n"...) // no additional headers
	return append(b, payload...)
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
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(part))
		key = mac.Sum(nil)
	}
	k.last.Store(&derived{secret, day, region, key})
	return key
}

func hexSHA256(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
