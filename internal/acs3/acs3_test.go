package acs3_test

import (
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
