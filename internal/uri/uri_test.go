package uri_test

import (
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/uri"
)

func TestEncode(t *testing.T) {
	q := uri.Query{
		{Name: "Tag.2.Key", Value: "b"}, {Name: "b", Value: "a b*~+/%=&é"}, {Name: "Tag.10.Key", Value: ""}, {Name: "accessPoint", Bare: true},
		{Name: "a", Value: "2"}, {Name: "a", Value: "1"}, {Name: "token", Value: "x", Bare: true},
	}
	want := "Tag.10.Key=&Tag.2.Key=b&a=1&a=2&accessPoint&b=a%20b%2A~%2B%2F%25%3D%26%C3%A9&token=x"
	if got := q.Encode(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := (uri.Query{}).Encode(); got != "" {
		t.Errorf("no parameters give %q", got)
	}
}

func TestPath(t *testing.T) {
	for want, elements := range map[string][]string{
		"/a/b": {"a", "b"},
		"/2015-02-01/access-points/x%2F..%2F..%2Fadmin%3Fy%3D1": {"2015-02-01", "access-points", "x/../../admin?y=1"},
		"/arn%3Aaws%3Aefs%20%C3%A9":                             {"arn:aws:efs é"},
	} {
		if got := uri.Path(elements...); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestCanonical(t *testing.T) {
	for raw, want := range map[string]string{
		"":                          "",
		"b=2&a=1":                   "a=1&b=2",
		"a=x+y&a=x%20y":             "a=x%20y&a=x%20y",
		"empty=&none":               "empty=&none=",
		"a%2fb=%7e*":                "a%2Fb=~%2A",
		"tagKeys=a%2Fb&tagKeys=a-b": "tagKeys=a%2Fb&tagKeys=a-b",
	} {
		if got, err := uri.Canonical(raw, false); err != nil || got != want {
			t.Errorf("%q: got %q, %v, want %q", raw, got, err, want)
		}
	}
	if got, _ := uri.Canonical("x=&y&z=1", true); got != "x&y&z=1" {
		t.Errorf("bare: got %q", got)
	}
	if _, err := uri.Canonical("%zz", false); err == nil {
		t.Error("a broken escape passes")
	}
}

// FuzzQuery checks that what is encoded decodes to the same parameters, and that
// its canonical form is itself.
func FuzzQuery(f *testing.F) {
	f.Add("Name", "a b", "Name", "")
	f.Add("Tag.10.Key", "*~+/", "Tag.2.Key", "\x00\xff")
	f.Fuzz(func(t *testing.T, name1, value1, name2, value2 string) {
		for _, name := range []string{name1, name2} {
			if name == "" || uri.Escape(name) != name {
				return // the names of parameters are unreserved characters
			}
		}
		encoded := uri.Query{{Name: name1, Value: value1}, {Name: name2, Value: value2}}.Encode()
		got, err := url.ParseQuery(encoded)
		if err != nil {
			t.Fatal(err)
		}
		want := url.Values{}
		if name1 == name2 && uri.Escape(value2) < uri.Escape(value1) {
			value1, value2 = value2, value1
		}
		want.Add(name1, value1)
		want.Add(name2, value2)
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
		if again, err := uri.Canonical(encoded, false); err != nil || again != encoded {
			t.Errorf("canonical %q, %v, encoded %q", again, err, encoded)
		}
	})
}
