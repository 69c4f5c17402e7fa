package benchmark

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A floor is the least that a program without an SDK would write to make a call
// and have its answer in a struct: no retry, no validation, no pacing. It is
// plain Go, written to be right and short, as good as most would leave it: the
// derived key is kept, the headers to sign stand in their order.
type floor struct {
	http     *http.Client
	endpoint string
	keys     derivedKey
}

func newFloor(endpoint string, rt http.RoundTripper) *floor {
	if rt == nil {
		rt = floorTransport()
	}
	return &floor{http: &http.Client{Transport: rt}, endpoint: endpoint}
}

// floorTransport is shared by all floors and keeps as many connections as ours.
var floorTransport = sync.OnceValue(func() http.RoundTripper {
	return &http.Transport{MaxIdleConns: 256, MaxIdleConnsPerHost: 64, IdleConnTimeout: 90 * time.Second}
})

// do sends a signed request and returns the body of the answer.
func (f *floor) do(req *http.Request) ([]byte, error) {
	resp, err := f.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode/100 != 2 {
		err = fmt.Errorf("%s: %s", resp.Status, body)
	}
	return body, err
}

// A param is a parameter of a query.
type param struct{ name, value string }

// encode writes a query as the signatures want it: sorted, escaped by RFC 3986.
func encode(params []param) string {
	slices.SortFunc(params, func(a, b param) int { return strings.Compare(a.name, b.name) })
	var b strings.Builder
	for i, p := range params {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(escape(p.name))
		b.WriteByte('=')
		b.WriteString(escape(p.value))
	}
	return b.String()
}

func escape(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }

// rpc calls an operation of an RPC service.
func (f *floor) rpc(ctx context.Context, action, version string, params []param, out any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, f.endpoint+"/?"+encode(params), nil)
	if err != nil {
		return err
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("X-Acs-Action", action)
	req.Header.Set("X-Acs-Version", version)
	nonce := make([]byte, 16)
	_, _ = rand.Read(nonce)
	signACS3(req, hex.EncodeToString(nonce), time.Now())
	body, err := f.do(req)
	if err != nil {
		return err
	}
	return json.Unmarshal(body, out)
}

// oss calls an operation of a bucket, or of the account if it is empty.
func (f *floor) oss(ctx context.Context, method, bucket, query, body string, out any) error {
	resource := "/"
	if bucket != "" {
		resource = "/" + bucket + "/"
	}
	req, err := http.NewRequestWithContext(ctx, method, f.endpoint+resource+"?"+query, strings.NewReader(body))
	if err != nil {
		return err
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/xml")
	}
	signOSS4(req, resource, &f.keys, time.Now())
	answer, err := f.do(req)
	if err != nil {
		return err
	}
	return xml.Unmarshal(answer, out)
}

// efs calls an operation of EFS.
func (f *floor) efs(ctx context.Context, method, query, body string, out any) error {
	req, err := http.NewRequestWithContext(ctx, method, f.endpoint+"/2015-02-01/access-points"+query, strings.NewReader(body))
	if err != nil {
		return err
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	signSigV4(req, body, &f.keys, time.Now())
	answer, err := f.do(req)
	if err != nil {
		return err
	}
	return json.Unmarshal(answer, out)
}

// A derivedKey is a signing key that holds for a day.
type derivedKey struct {
	mu  sync.Mutex
	day string
	key []byte
}

func (d *derivedKey) of(day, prefix string, parts ...string) []byte {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.day != day {
		key := mac([]byte(prefix+secret), day)
		for _, part := range parts {
			key = mac(key, part)
		}
		d.day, d.key = day, key
	}
	return d.key
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// emptyHash is the hash of nothing.
var emptyHash = hash("")

func signACS3(req *http.Request, nonce string, at time.Time) {
	const names = "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version"
	date := at.UTC().Format("2006-01-02T15:04:05Z")
	h := req.Header
	h.Set("X-Acs-Date", date)
	h.Set("X-Acs-Signature-Nonce", nonce)
	h.Set("X-Acs-Content-Sha256", emptyHash)
	canonical := req.Method + "\n/\n" + req.URL.RawQuery + "\n" +
		"host:" + req.URL.Host + "\n" +
		"x-acs-action:" + h.Get("X-Acs-Action") + "\n" +
		"x-acs-content-sha256:" + emptyHash + "\n" +
		"x-acs-date:" + date + "\n" +
		"x-acs-signature-nonce:" + nonce + "\n" +
		"x-acs-version:" + h.Get("X-Acs-Version") + "\n\n" +
		names + "\n" + emptyHash
	signature := mac([]byte(secret), "ACS3-HMAC-SHA256\n"+hash(canonical))
	h.Set("Authorization", "ACS3-HMAC-SHA256 Credential="+keyID+",SignedHeaders="+names+",Signature="+hex.EncodeToString(signature))
}

func signOSS4(req *http.Request, resource string, keys *derivedKey, at time.Time) {
	const payload = "UNSIGNED-PAYLOAD"
	date := at.UTC().Format("20060102T150405Z")
	h := req.Header
	h.Set("X-Oss-Date", date)
	h.Set("X-Oss-Content-Sha256", payload)
	canonical := req.Method + "\n" + resource + "\n" + req.URL.RawQuery + "\n"
	if contentType := h.Get("Content-Type"); contentType != "" {
		canonical += "content-type:" + contentType + "\n"
	}
	canonical += "x-oss-content-sha256:" + payload + "\nx-oss-date:" + date + "\n\n\n" + payload
	scope := date[:8] + "/" + ossRegion + "/oss/aliyun_v4_request"
	key := keys.of(date[:8], "aliyun_v4", ossRegion, "oss", "aliyun_v4_request")
	signature := mac(key, "OSS4-HMAC-SHA256\n"+date+"\n"+scope+"\n"+hash(canonical))
	h.Set("Authorization", "OSS4-HMAC-SHA256 Credential="+keyID+"/"+scope+",Signature="+hex.EncodeToString(signature))
}

func signSigV4(req *http.Request, body string, keys *derivedKey, at time.Time) {
	names := "host;x-amz-date"
	date := at.UTC().Format("20060102T150405Z")
	req.Header.Set("X-Amz-Date", date)
	canonical := req.Method + "\n" + req.URL.Path + "\n" + req.URL.RawQuery + "\n"
	if contentType := req.Header.Get("Content-Type"); contentType != "" {
		names = "content-length;content-type;" + names
		canonical += "content-length:" + strconv.Itoa(len(body)) + "\ncontent-type:" + contentType + "\n"
	}
	canonical += "host:" + req.URL.Host + "\nx-amz-date:" + date + "\n\n" + names + "\n" + hash(body)
	scope := date[:8] + "/" + efsRegion + "/elasticfilesystem/aws4_request"
	key := keys.of(date[:8], "AWS4", efsRegion, "elasticfilesystem", "aws4_request")
	signature := mac(key, "AWS4-HMAC-SHA256\n"+date+"\n"+scope+"\n"+hash(canonical))
	req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+keyID+"/"+scope+", SignedHeaders="+names+", Signature="+hex.EncodeToString(signature))
}

// bare returns the column of the requests of another, signed beforehand, whose
// answers are read and dropped. Its calls return the number of bytes.
func bare(other Column, calls []Call) Column {
	return Column{Name: FloorBare, New: func(endpoint string, rt http.RoundTripper) (*Client, error) {
		type key struct {
			size int
			with Parameters
		}
		signed := map[key]*http.Request{}
		for _, call := range calls {
			keep := roundTripFunc(func(req *http.Request) (*http.Response, error) {
				signed[key{call.Size, call.With}] = req.Clone(context.Background())
				return nil, errKept
			})
			client, err := other.New(endpoint, keep)
			if err != nil {
				return nil, err
			}
			if _, err := client.Do(context.Background(), call); !errors.Is(err, errKept) {
				return nil, err
			}
		}
		f := newFloor(endpoint, rt)
		send := func(ctx context.Context, k key) (any, error) {
			req := signed[k].WithContext(ctx)
			if req.GetBody != nil {
				req.Body, _ = req.GetBody()
			}
			resp, err := f.http.Do(req)
			if err != nil {
				return nil, err
			}
			defer resp.Body.Close()
			if resp.StatusCode/100 != 2 {
				return nil, errors.New(resp.Status)
			}
			return io.Copy(io.Discard, resp.Body)
		}
		return &Client{
			Create: func(ctx context.Context, _ string, with Parameters) (any, error) { return send(ctx, key{with: with}) },
			List:   func(ctx context.Context, size int) (any, error) { return send(ctx, key{size: size}) },
		}, nil
	}}
}

var errKept = errors.New("kept, not sent")

type roundTripFunc func(*http.Request) (*http.Response, error)

func (f roundTripFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
