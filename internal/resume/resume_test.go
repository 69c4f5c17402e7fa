package resume_test

import (
	"net/url"
	"strings"
	"testing"
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
		"no times":       {"accesspoint:1:nas:cn-hangzhou:CreateAccessPoint:", "nas", "cn-hangzhou", "is not a text"},
		"version":        {strings.Replace(text, ":1:", ":2:", 1), "nas", "cn-hangzhou", "another version"},
		"service":        {text, "oss", "cn-hangzhou", "another service"},
		"region":         {text, "nas", "cn-shanghai", "another region"},
	} {
		if p, err := resume.Parse(c.text, c.service, c.region); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
}

// TestCovers judges creation times.
func TestCovers(t *testing.T) {
	p := point(nil)
	for offset, want := range map[time.Duration]bool{
		-61 * time.Second: false, -time.Minute: true, 0: true, 73 * time.Second: true, 74 * time.Second: false,
	} {
		if got := p.Covers(begin.Add(offset), 10*time.Second); got != want {
			t.Errorf("%v: %t", offset, got)
		}
	}
}

// FuzzParse reads any text. What it accepts, it would write the same way.
func FuzzParse(f *testing.F) {
	f.Add(point(url.Values{"a": {"b"}}).String())
	f.Add("accesspoint:1:nas:cn-hangzhou:X:from=2026-05-01T12%3A00%3A00Z&to=2026-05-01T12%3A00%3A03Z")
	f.Add("accesspoint:2:nas")
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
