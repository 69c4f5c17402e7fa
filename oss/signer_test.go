package oss_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/oss4"
	"github.com/accesspoint-go/accesspoint/internal/uri"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
)

const ossTime = "20060102T150405Z"

// TestSignerVectors signs the requests that an official SDK was recorded
// sending, repeats included.
func TestSignerVectors(t *testing.T) {
	paths, err := filepath.Glob("testdata/vectors/*.json")
	if err != nil {
		t.Fatal(err)
	}
	var keys oss4.Keys
	signed := 0
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var v struct {
			wiretest.Vector
			Later []wiretest.Vector `json:"laterAttempts"`
		}
		if err := json.Unmarshal(text, &v); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		resource := "/"
		if v.Bucket != "" {
			resource = "/" + v.Bucket + "/"
		}
		key := credential.Key{ID: v.Client.ID, Secret: v.Client.Secret, Token: v.Client.Token}
		for i, attempt := range append([]wiretest.Vector{v.Vector}, v.Later...) {
			h := attempt.Header()
			want := h.Get("Authorization")
			if want == "" || strings.Contains(want, "AdditionalHeaders=") {
				continue // nothing was sent or signed, or with headers that our signer does not add
			}
			query, err := uri.Canonical(attempt.RawQuery, true)
			if err != nil {
				t.Fatal(err)
			}
			at, err := time.Parse(ossTime, h.Get("X-Oss-Date"))
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{"Authorization", "X-Oss-Date", "X-Oss-Content-Sha256", "X-Oss-Security-Token"} {
				h.Del(name)
			}
			req := &http.Request{Method: attempt.Method, Host: attempt.Host, URL: &url.URL{Path: attempt.Path, RawQuery: query}, Header: h}
			oss4.Sign(req, resource, v.Client.Region, key, &keys, at)
			if got := req.Header.Get("Authorization"); got != want {
				t.Errorf("%s, attempt %d:\ngot  %s\nwant %s\n%s", path, i+1, got, want, oss4.CanonicalRequest(req, resource))
			}
			signed++
		}
	}
	if signed < 80 {
		t.Errorf("only %d requests were signed", signed)
	}
}

// TestSignerUnits signs the cases of an official SDK's own unit tests that are in
// a header and without additional signed headers.
func TestSignerUnits(t *testing.T) {
	text, err := os.ReadFile("testdata/signer-v4.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Vectors []struct {
			Name       string
			Mode       string
			ID         string `json:"accessKeyId"`
			Secret     string `json:"accessKeySecret"`
			Token      string `json:"securityToken"`
			Method     string
			Product    string
			Region     string
			Bucket     string
			Key        string
			Query      map[string]string
			Headers    map[string]string `json:"requestHeaders"`
			SignUnix   int64
			Additional []string `json:"requestedAdditionalHeaders"`
			Expected   struct{ Signature string }
			Computed   struct{ CanonicalRequest string }
		}
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	signed := 0
	for _, v := range file.Vectors {
		if v.Mode != "header" || len(v.Additional) > 0 || v.Product != "oss" {
			continue
		}
		values := url.Values{}
		for name, value := range v.Query {
			values.Set(name, value)
		}
		query, err := uri.Canonical(values.Encode(), true)
		if err != nil {
			t.Fatal(err)
		}
		h := http.Header{}
		for name, value := range v.Headers {
			h.Set(name, value)
		}
		req := &http.Request{Method: v.Method, URL: &url.URL{RawQuery: query}, Header: h}
		resource := uri.Path(append([]string{v.Bucket}, strings.Split(v.Key, "/")...)...)
		oss4.Sign(req, resource, v.Region, credential.Key{ID: v.ID, Secret: v.Secret, Token: v.Token}, new(oss4.Keys), time.Unix(v.SignUnix, 0))
		if got := string(oss4.CanonicalRequest(req, resource)); got != v.Computed.CanonicalRequest {
			t.Errorf("%s: canonical request\ngot\n%s\nwant\n%s", v.Name, got, v.Computed.CanonicalRequest)
		}
		if got := req.Header.Get("Authorization"); !strings.HasSuffix(got, ",Signature="+v.Expected.Signature) {
			t.Errorf("%s: got %s, want %s", v.Name, got, v.Expected.Signature)
		}
		signed++
	}
	if signed != 2 {
		t.Errorf("%d cases were signed", signed)
	}
}

// TestSignerKeys checks that a remembered signing key is used for nothing but
// what it was derived from.
func TestSignerKeys(t *testing.T) {
	sign := func(keys *oss4.Keys, region, secret string, at time.Time) string {
		req := &http.Request{Method: "GET", URL: &url.URL{RawQuery: "accessPoint"}, Header: http.Header{}}
		oss4.Sign(req, "/", region, credential.Key{ID: "id", Secret: secret}, keys, at)
		return req.Header.Get("Authorization")
	}
	at := time.Date(2025, 8, 1, 23, 59, 59, 0, time.UTC)
	var keys oss4.Keys
	var all sync.WaitGroup
	for i, c := range []struct {
		region, secret string
		at             time.Time
	}{
		{"cn-hangzhou", "secret", at},
		{"cn-hangzhou", "secret", at},
		{"cn-hangzhou", "rotated", at}, // under the same ID
		{"cn-hangzhou", "rotated", at.Add(time.Second)},
		{"cn-beijing", "rotated", at.Add(time.Second)},
		{"cn-hangzhou", "secret", at.In(time.FixedZone("", 8*3600))},
	} {
		want := sign(new(oss4.Keys), c.region, c.secret, c.at)
		if got := sign(&keys, c.region, c.secret, c.at); got != want {
			t.Errorf("case %d: got %s, want %s", i+1, got, want)
		}
		all.Go(func() {
			for range 100 {
				if got := sign(&keys, c.region, c.secret, c.at); got != want {
					t.Errorf("case %d, among others: got %s, want %s", i+1, got, want)
				}
			}
		})
	}
	all.Wait()
}
