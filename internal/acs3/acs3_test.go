package acs3_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/acs3"
	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/uri"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
)

// TestPublishedExample computes the signature that the public page on the
// request structure works out.
func TestPublishedExample(t *testing.T) {
	query, err := uri.Canonical("ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai", false)
	if err != nil {
		t.Fatal(err)
	}
	req := &http.Request{
		Method: "POST", Host: "ecs.cn-shanghai.aliyuncs.com", URL: &url.URL{Path: "/", RawQuery: query},
		Header: http.Header{"X-Acs-Action": {"RunInstances"}, "X-Acs-Version": {"2014-05-26"}},
	}
	at := time.Date(2023, 10, 26, 10, 22, 32, 0, time.UTC)
	acs3.Sign(req, nil, credential.Key{ID: "YourAccessKeyId", Secret: "YourAccessKeySecret"}, "3156853299f313e23d1673dc12e1703d", at)
	want := "ACS3-HMAC-SHA256 Credential=YourAccessKeyId," +
		"SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version," +
		"Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
	if got := req.Header.Get("Authorization"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestVectors signs the requests that official SDKs were recorded sending.
func TestVectors(t *testing.T) {
	signed := 0
	for _, service := range []string{"nas", "privatelink", "kms"} {
		for name, v := range wiretest.Vectors(t, "../../"+service+"/testdata/vectors") {
			h := v.Header()
			want := h.Get("Authorization")
			if !strings.HasPrefix(want, "ACS3-") {
				continue // signed with another algorithm
			}
			query, err := uri.Canonical(v.RawQuery, false)
			if err != nil {
				t.Fatal(err)
			}
			at, err := time.Parse(time.RFC3339, h.Get("X-Acs-Date"))
			if err != nil {
				t.Fatal(err)
			}
			key := credential.Key{ID: v.Client.ID, Secret: v.Client.Secret, Token: v.Client.Token}
			if h.Get("X-Acs-Security-Token") != key.Token {
				t.Fatalf("%s: the vector's token is not the client's", name)
			}
			host, nonce := h.Get("Host"), h.Get("X-Acs-Signature-Nonce")
			h.Del("Host")
			h.Del("Authorization")
			req := &http.Request{Method: v.Method, Host: host, URL: &url.URL{Path: v.Path, RawQuery: query}, Header: h}
			acs3.Sign(req, []byte(v.Body), key, nonce, at)
			if got := req.Header.Get("Authorization"); got != want {
				t.Errorf("%s:\ngot  %s\nwant %s", name, got, want)
			}
			signed++
		}
	}
	if signed < 50 {
		t.Errorf("only %d vectors were signed", signed)
	}
}

// TestCanonicalQuery writes out what is signed of queries that the official
// signers cannot express, or that few requests have: names and values escaped,
// and sorted by the escaped name. By the reference this is the query, and all of
// it. What holds for parameters of one name it does not say: they are sorted by
// their values then, as in AWS Signature Version 4. No operation has such, which
// internal/conformance sees to.
func TestCanonicalQuery(t *testing.T) {
	key := credential.Key{ID: "id", Secret: "secret"}
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for raw, want := range map[string]string{
		"":                              "",
		"a=2&a=1&a=":                    "a=&a=1&a=2",
		"a=%2F&a=-":                     "a=%2F&a=-", // the escaped forms are sorted
		"b&a=":                          "a=&b=",
		"a-b=1&a=2&a=1&A=3":             "A=3&a=1&a=2&a-b=1", // a is a whole name before a-b
		"Tag.2.Key=y&Tag.10.Key=x":      "Tag.10.Key=x&Tag.2.Key=y",
		"%C3%A9=1&a%2Fb=2&a%20b=3&*=~+": "%2A=~%20&%C3%A9=1&a%20b=3&a%2Fb=2",
	} {
		query, err := uri.Canonical(raw, false)
		if err != nil || query != want {
			t.Errorf("%s: %s, %v", raw, query, err)
		}
		req := &http.Request{Method: "GET", Host: "example.com", URL: &url.URL{Path: "/", RawQuery: query}, Header: http.Header{"X-Acs-Action": {"Op"}}}
		acs3.Sign(req, nil, key, "nonce", at)
		sum := sha256.Sum256([]byte("GET\n/\n" + want + "\n" +
			"host:example.com\nx-acs-action:Op\nx-acs-content-sha256:" + acs3.Hash(nil) + "\nx-acs-date:2026-01-02T03:04:05Z\nx-acs-signature-nonce:nonce\n\n" +
			"host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce\n" + acs3.Hash(nil)))
		mac := hmac.New(sha256.New, []byte("secret"))
		mac.Write([]byte("ACS3-HMAC-SHA256\n" + hex.EncodeToString(sum[:])))
		if got := req.Header.Get("Authorization"); !strings.HasSuffix(got, ",Signature="+hex.EncodeToString(mac.Sum(nil))) {
			t.Errorf("%s: %s", raw, got)
		}
	}
}
