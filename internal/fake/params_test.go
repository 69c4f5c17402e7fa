package fake_test

import (
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/fake"
)

func TestMatch(t *testing.T) {
	p := fake.FromQuery(url.Values{"Filters.1.Name": {"a"}, "Filters.2.Value": {"b"}, "A.NetworkRules.1": {"r"}, "Zone.1.Sub.1.Key": {"x"}, "Zone.1.Sub.2.Key": {"y"}, "Name": {"n"}})
	for pattern, want := range map[string][]string{
		"Name":             {"Name"},
		"None":             {"None"},
		"Filters.N.Name":   {"Filters.1.Name", "Filters.2.Name"},
		"Filters.N":        {"Filters.1", "Filters.2"},
		"A.NetworkRules":   {"A.NetworkRules"},
		"A.NetworkRules.N": {"A.NetworkRules.1"},
		"Zone.N.Sub.N.Key": {"Zone.1.Sub.1.Key", "Zone.1.Sub.2.Key"},
		"None.N.Key":       nil,
	} {
		if d := cmp.Diff(want, p.Match(pattern)); d != "" {
			t.Errorf("%s (-want +got):\n%s", pattern, d)
		}
	}
}

func TestFromJSONAndXML(t *testing.T) {
	want := fake.Params{"A": "1", "B.C": "x", "L.1.K": "k", "L.2.K": "", "E": ""}
	got, err := fake.FromJSON([]byte(`{"A":1,"B":{"C":"x"},"L":[{"K":"k"},{"K":""}],"E":{},"Nil":null}`))
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("JSON: %v (-want +got):\n%s", err, d)
	}
	want = fake.Params{"A": "1", "B.C": "x & y"}
	got, root, err := fake.FromXML([]byte("<?xml version='1.0'?>\n<R xmlns='u'> <A>1</A><B><C>x &amp; y</C></B></R>"))
	if d := cmp.Diff(want, got); d != "" || err != nil || root != "R" {
		t.Errorf("XML: root %q, %v (-want +got):\n%s", root, err, d)
	}
	for _, broken := range []string{"", "{", "<R>", "<R></S>", "text"} {
		if _, err := fake.FromJSON([]byte(broken)); err == nil {
			t.Errorf("JSON %q passes", broken)
		}
		if _, _, err := fake.FromXML([]byte(broken)); err == nil {
			t.Errorf("XML %q passes", broken)
		}
	}
}
