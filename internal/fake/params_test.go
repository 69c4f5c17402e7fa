package fake_test

import (
	"context"
	"net/url"
	"strings"
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
	got, _, err := fake.FromJSON([]byte(`{"A":1,"B":{"C":"x"},"L":[{"K":"k"},{"K":""}],"E":{},"Nil":null}`))
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("JSON: %v (-want +got):\n%s", err, d)
	}
	want = fake.Params{"A": "1", "B.C": "x & y"}
	got, root, err := fake.FromXML([]byte("<?xml version='1.0'?>\n<R xmlns='u'> <A>1</A><B><C>x &amp; y</C></B></R>"))
	if d := cmp.Diff(want, got); d != "" || err != nil || root != "R" {
		t.Errorf("XML: root %q, %v (-want +got):\n%s", root, err, d)
	}
	for _, broken := range []string{"", "{", "<R>", "<R></S>", "text"} {
		if _, _, err := fake.FromJSON([]byte(broken)); err == nil {
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
	rules := fake.ParseRules([]byte(`{"status": 400, "code": "Invalid", "common": ["Common"], "rows": [{"operations": ["Make"], "parameter": "Documented"}]}`), fake.FormsOf(client{}))
	for _, c := range []struct{ path, value, want string }{
		{"Size", "1000", ""}, {"Size", "-1", ""}, {"Size", "abc", "Size must be a number"}, {"Size", "1.5", "Size must be a number"},
		{"UID", "4294967295", ""}, {"UID", "", ""}, {"UID", "-5", "UID must be a number from 0 to 4294967295"}, {"UID", "4294967296", "UID must be a number from 0 to 4294967295"},
		{"IDs", "1,2", ""}, {"IDs", "a,b", "IDs must be a number from 0 to 4294967295"}, {"IDs", "1,,2", "IDs must be a number from 0 to 4294967295"},
		{"On", "true", ""}, {"On", "False", ""}, {"On", "maybe", "On must be true or false"},
		{"Rules", `["a"]`, ""}, {"Rules", `[a`, "Rules must be JSON"},
		{"Item.1.Size", "7", ""}, {"Item.1.Size", "many", "Item.1.Size must be a number"},
		{"Item.2.Size", "7", "Item.1 is missing: Item.2.Size is given"}, {"Item.0.Size", "7", "Item.1 is missing: Item.0.Size is given"},
		{"Item", "7", "Item must be a list: Item.1 and so on"}, {"Item.Size", "7", "Make has no parameter Item.Size."},
		{"Name", "abc", ""}, {"Names", "abc", "Make has no parameter Names."}, {"Rules.1", "abc", ""}, {"Common", "abc", ""}, {"Documented", "abc", ""},
	} {
		got := ""
		if f := rules.Check("Make", fake.Params{c.path: c.value}); f != nil {
			got = f.Message
		}
		if got != c.want {
			t.Errorf("%s=%s: %q, want %q", c.path, c.value, got, c.want)
		}
	}
	for path, want := range map[string]string{"Common": "", "Name": "Open has no parameter Name."} {
		got := ""
		if f := rules.Check("Open", fake.Params{path: "abc"}); f != nil {
			got = f.Message
		}
		if got != want {
			t.Errorf("%s of an operation without parameters: %q, want %q", path, got, want)
		}
	}
}

// TestMistyped names the member whose type is wrong.
func TestMistyped(t *testing.T) {
	forms := fake.FormsOf(client{})
	for body, want := range map[string]string{
		`{"Size":1,"UID":2,"IDs":[1],"On":true,"Rules":["a"],"Name":"n","Item":[{"Size":3}],"Other":1}`: "",
		`{"Size":"1"}`:           "Size a number",
		`{"UID":null}`:           "",
		`{"IDs":1}`:              "IDs a list",
		`{"IDs":[1,"2"]}`:        "IDs.2 a number",
		`{"On":"true"}`:          "On a boolean",
		`{"Name":7}`:             "Name a string",
		`{"Item":{"Size":3}}`:    "Item a list",
		`{"Item":[{"Size":{}}]}`: "Item.1.Size a number",
		`{"Item":["x"]}`:         "Item.1 an object",
		`[`:                      "",
	} {
		_, object, _ := fake.FromJSON([]byte(body))
		path, kind := forms.Mistyped("Make", object)
		if got := strings.TrimSpace(path + " " + kind); got != want {
			t.Errorf("%s: %q, want %q", body, got, want)
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

type OpenRequest struct{}

type OpenResponse struct{}

func (client) Open(context.Context, OpenRequest) (*OpenResponse, error) {
	return new(OpenResponse), nil
}
