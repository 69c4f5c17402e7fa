package oss4_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/accesspoint-go/accesspoint/internal/oss4"
	"github.com/accesspoint-go/accesspoint/internal/uri"
)

// TestCanonicalQuery writes out what is signed of queries, also of those that
// the official signer cannot express: names and values escaped, sorted by the
// escaped name, and an empty value without its equals sign. What holds for
// parameters of one name the reference does not say, and the official signer
// signs the last value several times; here they are sorted by their values. No
// operation has such, which internal/conformance sees to.
func TestCanonicalQuery(t *testing.T) {
	for raw, want := range map[string]string{
		"":                              "",
		"accessPoint=&max-keys=10":      "accessPoint&max-keys=10",
		"a=2&a=1&a=":                    "a&a=1&a=2",
		"b=1&a=1&B=1":                   "B=1&a=1&b=1",
		"a-b=1&a=2&a=1":                 "a=1&a=2&a-b=1", // a is a whole name before a-b
		"%C3%A9=1&a%2Fb=2&a%20b=3&*=~+": "%2A=~%20&%C3%A9=1&a%20b=3&a%2Fb=2",
	} {
		query, err := uri.Canonical(raw, true)
		if err != nil {
			t.Fatal(err)
		}
		req := &http.Request{
			Method: "GET", Host: "bucket.example.com", URL: &url.URL{Path: "/", RawQuery: query},
			Header: http.Header{"X-Oss-Date": {"20260102T030405Z"}, "User-Agent": {"not signed"}},
		}
		if got, want := string(oss4.CanonicalRequest(req, "/bucket/")), "GET\n/bucket/\n"+want+"\nx-oss-date:20260102T030405Z\n\n\nUNSIGNED-PAYLOAD"; got != want {
			t.Errorf("%s:\ngot  %q\nwant %q", raw, got, want)
		}
	}
}
