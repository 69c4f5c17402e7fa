package fake_test

import (
	"context"
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

// TestForms refuses what no request of a client could say, and takes what another
// SDK may say otherwise.
func TestForms(t *testing.T) {
	rules := fake.ParseRules([]byte(`{"status": 400, "code": "Invalid"}`), fake.FormsOf(client{}))
	for _, c := range []struct{ path, value, want string }{
		{"Size", "1000", ""}, {"Size", "-1", ""}, {"Size", "abc", "Size must be a number"}, {"Size", "1.5", "Size must be a number"},
		{"UID", "4294967295", ""}, {"UID", "", ""}, {"UID", "-5", "UID must be a number from 0 to 4294967295"}, {"UID", "4294967296", "UID must be a number from 0 to 4294967295"},
		{"IDs", "1,2", ""}, {"IDs", "a,b", "IDs must be a number from 0 to 4294967295"}, {"IDs", "1,,2", "IDs must be a number from 0 to 4294967295"},
		{"On", "true", ""}, {"On", "False", ""}, {"On", "maybe", "On must be true or false"},
		{"Rules", `["a"]`, ""}, {"Rules", `[a`, "Rules must be JSON"},
		{"Item.2.Size", "7", ""}, {"Item.2.Size", "many", "Item.2.Size must be a number"},
		{"Name", "abc", ""}, {"Other", "abc", ""},
	} {
		got := ""
		if f := rules.Check("Make", fake.Params{c.path: c.value}); f != nil {
			got = f.Message
		}
		if got != c.want {
			t.Errorf("%s=%s: %q, want %q", c.path, c.value, got, c.want)
		}
	}
}

type client struct{}

type MakeRequest struct {
	Size  int      `rpc:"Size"`
	UID   *uint32  `rpc:"UID"`
	IDs   []uint32 `rpc:"IDs,comma"`
	On    *bool    `rpc:"On"`
	Rules []string `rpc:"Rules,json"`
	Name  string   `rpc:"Name"`
	Items []struct {
		Size int64 `rpc:"Size"`
	} `rpc:"Item"`
}

type MakeResponse struct{}

func (client) Make(context.Context, MakeRequest) (*MakeResponse, error) {
	return new(MakeResponse), nil
}
