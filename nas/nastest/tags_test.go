package nastest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

// raw sends an operation by its parameters.
func raw(t *testing.T, srv *nastest.Server, operation string, params ...string) (status int, body []byte) {
	t.Helper()
	q := url.Values{}
	for _, p := range params {
		name, value, _ := strings.Cut(p, "=")
		q.Set(name, value)
	}
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://nas.example.com/?"+q.Encode(), nil)
	r.Header.Set("X-Acs-Action", operation)
	r.Header.Set("X-Acs-Version", "2017-06-26")
	resp, err := srv.Config().HTTPClient.Transport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	if body, err = io.ReadAll(resp.Body); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, body
}

// ask returns the code of the refusal, if it is one, and the tags in the answer.
func ask(t *testing.T, srv *nastest.Server, operation string, params ...string) (code string, tags []string) {
	t.Helper()
	var answer struct {
		Code         string
		TagResources struct {
			TagResource []struct{ ResourceID, TagKey, TagValue string }
		}
	}
	if _, body := raw(t, srv, operation, params...); json.Unmarshal(body, &answer) != nil {
		t.Fatalf("%s", body)
	}
	for _, r := range answer.TagResources.TagResource {
		tags = append(tags, r.ResourceID+" "+r.TagKey+"="+r.TagValue)
	}
	return answer.Code, tags
}

// TestTags sets, changes, lists and removes tags of access points.
func TestTags(t *testing.T) {
	srv := nastest.NewServer(nastest.AnySignature())
	for range 2 {
		in := request
		in.Tags = []nas.Tag{{Key: "k", Value: "1"}}
		if _, err := srv.Client().CreateAccessPoint(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
	const one, two = "ResourceId.1=ap-0000000001", "ResourceId.1=ap-0000000002"
	const kind = "ResourceType=accesspoint"
	for _, step := range []struct {
		operation string
		params    []string
		code      string
		tags      []string
	}{
		{"ListTagResources", []string{kind, "Tag.1.Key=k"}, "", []string{"ap-0000000001 k=1", "ap-0000000002 k=1"}},
		{"TagResources", []string{kind, one, "Tag.1.Key=k", "Tag.1.Value=2", "Tag.2.Key=l", "Tag.2.Value=3"}, "", nil},
		{"ListTagResources", []string{kind, one}, "", []string{"ap-0000000001 k=2", "ap-0000000001 l=3"}},
		{"ListTagResources", []string{kind, "Tag.1.Key=k", "Tag.1.Value=1"}, "", []string{"ap-0000000002 k=1"}},
		{"UntagResources", []string{kind, one, "TagKey.1=k"}, "", nil},
		{"UntagResources", []string{kind, two, "All=true"}, "", nil},
		{"ListTagResources", []string{kind, one, "ResourceId.2=ap-0000000002"}, "", []string{"ap-0000000001 l=3"}},
		{"ListTagResources", []string{kind}, string(nas.CodeMissingResourceIDOrTag), nil},
		{"TagResources", []string{"ResourceType=filesystem", "ResourceId.1=" + nastest.FileSystemID, "Tag.1.Key=k", "Tag.1.Value=fs"}, "", nil},
		{"ListTagResources", []string{"ResourceType=filesystem", "Tag.1.Key=k"}, "", []string{nastest.FileSystemID + " k=fs"}},
		{"ListTagResources", []string{kind, "Tag.1.Key=k"}, "", nil},
		{"TagResources", []string{kind, one, "ResourceId.2=ap-0000000001", "Tag.1.Key=k", "Tag.1.Value=2"}, string(nas.CodeDuplicateResourceID), nil},
		{"TagResources", []string{kind, "ResourceId.1=ap-none", "Tag.1.Key=k", "Tag.1.Value=2"}, string(nas.CodeResourceNotFound), nil},
		{"TagResources", []string{kind, one, "Tag.1.Key=k"}, string(nas.CodeInvalidTagValue), nil},
		{"TagResources", []string{kind, one, "Tag.1.Key=k", "Tag.1.Value=1", "Tag.2.Key=k", "Tag.2.Value=1"}, string(nas.CodeDuplicateTagKey), nil},
		{"TagResources", []string{one, "Tag.1.Key=k", "Tag.1.Value=2"}, string(nas.CodeInvalidRequest), nil},
		{"UntagResources", []string{kind, one}, string(nas.CodeInvalidTagKey), nil},
		{"ListTagResources", []string{kind, one, "NextToken=none"}, string(nas.CodeInvalidNextToken), nil},
	} {
		code, tags := ask(t, srv, step.operation, step.params...)
		if d := cmp.Diff(step.tags, tags); d != "" || code != step.code {
			t.Errorf("%s %v: %q, want %q (-want +got):\n%s", step.operation, step.params, code, step.code, d)
		}
	}
}

// TestTagsLater has tags that show later than their access point, and never.
func TestTagsLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := nastest.NewServer(nastest.AnySignature())
		in := request
		in.Tags = []nas.Tag{{Key: "k", Value: "1"}}
		shown := func() (n int) {
			for ap, err := range srv.Client().AccessPoints(t.Context(), nas.ListAccessPointsRequest{FileSystemID: nastest.FileSystemID}) {
				if err != nil {
					t.Fatal(err)
				}
				n += len(ap.Tags)
			}
			return n
		}
		srv.Disturb(nastest.Disturbance{TagLag: 10 * time.Second})
		for range 20 {
			if _, err := srv.Client().CreateAccessPoint(t.Context(), in); err != nil {
				t.Fatal(err)
			}
		}
		<-time.After(5 * time.Second)
		if n := shown(); n < 3 || n > 17 {
			t.Errorf("after half the time %d of 20 show", n)
		}
		<-time.After(5 * time.Second)
		if n := shown(); n != 20 {
			t.Errorf("after all the time %d of 20 show", n)
		}
		srv.Disturb(nastest.Disturbance{TagsLost: 1})
		if _, err := srv.Client().CreateAccessPoint(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		<-time.After(1000 * time.Hour)
		if n := shown(); n != 20 {
			t.Errorf("of those that were lost %d show", n-20)
		}
	})
}

// TestWorld has a clock that is off, states in any case, and short pages.
func TestWorld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := nastest.NewServer(nastest.AnySignature(), nastest.ClockOffset(-10*time.Minute), nastest.PageLimit(3))
		srv.Disturb(nastest.Disturbance{AnyCase: true})
		for range 10 {
			if _, err := srv.Client().CreateAccessPoint(t.Context(), request); err != nil {
				t.Fatal(err)
			}
		}
		states := map[string]bool{}
		for range 10 {
			_, body := raw(t, srv, "ListAccessPoints", "FileSystemId="+nastest.FileSystemID, "MaxResults=100")
			var list struct {
				AccessPoints []struct{ Status, CreateTime string }
				NextToken    string
			}
			if err := json.Unmarshal(body, &list); err != nil || len(list.AccessPoints) != 3 || list.NextToken == "" {
				t.Fatalf("%s, %v", body, err)
			}
			for _, ap := range list.AccessPoints {
				states[ap.Status] = true
				if ap.CreateTime != "1999-12-31T23:50:00Z" {
					t.Error(ap.CreateTime)
				}
			}
		}
		if d := cmp.Diff(map[string]bool{"Active": true, "ACTIVE": true, "active": true}, states); d != "" {
			t.Error(d)
		}
	})
}
