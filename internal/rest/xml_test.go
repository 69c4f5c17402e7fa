package rest_test

import (
	"encoding/xml"
	"testing"

	"github.com/accesspoint-go/accesspoint/internal/rest"
)

type group struct {
	ID string `xml:"Id"`
}

type body struct {
	Local string `xml:"-"`
	Text  string `xml:"Text"`
	Enum  enum   `xml:"Enum"`
	Group *group `xml:"Group"`
}

type enum string

// FuzzXML compares with encoding/xml.
func FuzzXML(f *testing.F) {
	f.Add("a", "b", true)
	f.Add("&<>\"'\t\n\r é\U0001F600", "]]>", false)
	f.Add("\xff\x00", "", true)
	f.Fuzz(func(t *testing.T, text, id string, has bool) {
		in := body{Local: "x", Text: text, Enum: enum(id)}
		if has {
			in.Group = &group{id}
		}
		got := string(rest.XML("Root", in))
		type standard struct {
			XMLName xml.Name `xml:"Root"`
			Text    string   `xml:"Text,omitempty"`
			Enum    enum     `xml:"Enum,omitempty"`
			Group   *struct {
				ID string `xml:"Id,omitempty"`
			} `xml:"Group"`
		}
		same := standard{Text: text, Enum: enum(id)}
		if has {
			same.Group = &struct {
				ID string `xml:"Id,omitempty"`
			}{id}
		}
		want, err := xml.Marshal(same)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	})
}
