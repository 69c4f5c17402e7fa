package resume_test

import (
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/resume"
)

var begin = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

func point(key url.Values) resume.Point {
	return resume.Point{Service: "nas", Region: "cn-hangzhou", Operation: "CreateAccessPoint", From: begin, To: begin.Add(3 * time.Second), Key: key}
}

// TestText reads what was written.
func TestText(t *testing.T) {
	want := point(url.Values{"FileSystemId": {"fs-1"}, "Name": {"a:b&c=d\nü"}, "Empty": {""}})
	text := want.String()
	got, err := resume.Parse(text, "nas", "cn-hangzhou")
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("%s: %v (-want +got):\n%s", text, err, d)
	}
	if strings.ContainsAny(text, "\n ") {
		t.Errorf("%q is not one word", text)
	}
}

// TestRefused tells why a text is none.
func TestRefused(t *testing.T) {
	text := point(nil).String()
	for name, c := range map[string]struct{ text, service, region, want string }{
		"empty":          {"", "nas", "cn-hangzhou", "is not a text"},
		"something else": {"arn:aws:x", "nas", "cn-hangzhou", "is not a text"},
		"cut":            {text[:len(text)-1], "nas", "cn-hangzhou", "is not a text"},
		"cut early":      {text[:20], "nas", "cn-hangzhou", "is not a text"},
		"no times":       {"accesspoint:2:nas:cn-hangzhou:CreateAccessPoint:", "nas", "cn-hangzhou", "is not a text"},
		"version":        {strings.Replace(text, ":2:", ":3:", 1), "nas", "cn-hangzhou", "another version"},
		"service":        {text, "oss", "cn-hangzhou", "another service"},
		"region":         {text, "nas", "cn-shanghai", "another region"},
	} {
		if p, err := resume.Parse(c.text, c.service, c.region); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
}

// TestTimes judges creation times: during the call, surely not, or neither.
func TestTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		service := now.Add(time.Hour) // its clock is off
		for name, c := range map[string]struct {
			began, ended time.Time
			created      time.Duration // after now
			covered      bool
			excluded     bool
		}{
			"known, before":       {service, service, time.Hour - 3*time.Second, false, true},
			"known, cut":          {service, service, time.Hour - 2*time.Second, true, false},
			"known, shows late":   {service, service, time.Hour + 72*time.Second, true, false},
			"known, after":        {service, service, time.Hour + 73*time.Second, false, false},
			"known, long after":   {service, service, time.Hour + 16*time.Minute + 11*time.Second, false, true},
			"unknown, before":     {time.Time{}, time.Time{}, -15*time.Minute - 3*time.Second, false, true},
			"unknown, early":      {time.Time{}, time.Time{}, -15 * time.Minute, true, false},
			"unknown, late":       {time.Time{}, time.Time{}, 15 * time.Minute, true, false},
			"unknown, long after": {time.Time{}, time.Time{}, 30*time.Minute + 11*time.Second, false, true},
		} {
			p := point(nil)
			p.From, p.To = resume.Times(now, c.began, c.ended)
			created := now.Add(c.created)
			if covered, excluded := p.Covers(created, 10*time.Second), p.Excludes(created, 10*time.Second); covered != c.covered || excluded != c.excluded {
				t.Errorf("%s: %t, %t", name, covered, excluded)
			}
		}
		p := point(nil)
		for passed, want := range map[time.Duration]bool{15*time.Minute + 13*time.Second: false, 15*time.Minute + 14*time.Second: true} {
			if got := p.Past(begin.Add(passed), 10*time.Second); got != want {
				t.Errorf("past after %v: %t", passed, got)
			}
		}
	})
}

// TestFingerprint tells parts apart.
func TestFingerprint(t *testing.T) {
	seen := map[string]bool{}
	for _, parts := range [][]string{nil, {""}, {"a"}, {"a", ""}, {"", "a"}, {"a", "b"}, {"ab"}, {"1:a"}, {"a", "1:b"}} {
		f := resume.Fingerprint(parts...)
		if seen[f] || f != resume.Fingerprint(parts...) {
			t.Errorf("%q: %s", parts, f)
		}
		seen[f] = true
	}
}

// FuzzParse reads any text. What it accepts, it would write the same way.
func FuzzParse(f *testing.F) {
	f.Add(point(url.Values{"a": {"b"}}).String())
	f.Add("accesspoint:2:nas:cn-hangzhou:X:from=2026-05-01T12%3A00%3A00Z&to=2026-05-01T12%3A00%3A03Z")
	f.Add("accesspoint:3:nas")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := resume.Parse(text, "nas", "cn-hangzhou")
		if err != nil {
			return
		}
		if p.Service != "nas" || p.Region != "cn-hangzhou" || p.To.Before(p.From) || p.String() != text {
			t.Errorf("%q is read as %+v", text, p)
		}
	})
}
