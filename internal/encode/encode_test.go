package encode_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"math"
	"testing"

	"github.com/accesspoint-go/accesspoint/internal/encode"
)

type group struct {
	ID string `xml:"Id"`
}

type body struct {
	Local string `xml:"-"`
	Text  string `xml:"Text"`
	Enum  enum   `xml:"Enum"`
	Group *group `xml:"Group"`
	On    *bool  `xml:"On"`

	Texts  []string `xml:"Texts>Text"`
	Groups []group  `xml:"Groups"`
	Deep   string   `xml:"Outer>Inner>Deep"`
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
			in.On = new(len(id) > 1)
			in.Texts, in.Groups, in.Deep = []string{text, id}, []group{{id}, {text}}, "d"+text
		}
		got := string(encode.XML("Root", in))
		type standard struct {
			XMLName xml.Name `xml:"Root"`
			Text    string   `xml:"Text,omitempty"`
			Enum    enum     `xml:"Enum,omitempty"`
			Group   *struct {
				ID string `xml:"Id,omitempty"`
			} `xml:"Group"`
			On    *bool `xml:"On"`
			Texts *struct {
				Text []string
			} `xml:"Texts"`
			Groups []struct {
				ID string `xml:"Id,omitempty"`
			} `xml:"Groups"`
			Deep *struct {
				Deep string `xml:"Inner>Deep"`
			} `xml:"Outer"`
		}
		same := standard{Text: text, Enum: enum(id)}
		if has {
			same.Group = &struct {
				ID string `xml:"Id,omitempty"`
			}{id}
			same.Deep = &struct {
				Deep string `xml:"Inner>Deep"`
			}{in.Deep}
			same.On, same.Texts = in.On, &struct{ Text []string }{in.Texts}
			for _, text := range []string{id, text} {
				same.Groups = append(same.Groups, struct {
					ID string `xml:"Id,omitempty"`
				}{text})
			}
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

type document struct {
	Text   string      `json:"Text"`
	Enum   enum        `json:"Enum,omitzero"`
	Bool   bool        `json:"Bool,omitzero"`
	Int    int         `json:"Int"`
	Long   int64       `json:"Long,omitzero"`
	ID     *uint32     `json:"Id"`
	Maybe  *uint32     `json:"Maybe,omitzero"`
	Texts  []string    `json:"Texts,omitzero"`
	IDs    []uint32    `json:"Ids"`
	Group  *document   `json:"Group,omitzero"`
	Groups []document  `json:"Groups,omitzero"`
	Inner  innerObject `json:"Inner,omitzero"`
}

type innerObject struct {
	Names []string `json:"Names"`
}

// TestNumbers compares fractions with encoding/json's.
func TestNumbers(t *testing.T) {
	for _, n := range []float64{0, 1, 128.5, -0.25, 3414, 1e15} {
		want, _ := json.Marshal(n)
		if got := string(encode.JSON(n)); got != string(want) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// TestNotSent leaves out the fields that have another place than the body.
func TestNotSent(t *testing.T) {
	in := struct {
		ID   string `name:"Id"`
		Text string `json:"Text"`
		Last string
	}{"a", "b", "c"}
	if got := string(encode.JSON(in)); got != `{"Text":"b"}` {
		t.Errorf("got %s", got)
	}
}

// FuzzJSON compares with encoding/json.
func FuzzJSON(f *testing.F) {
	f.Add("a", "b", uint32(0), int64(-1), byte(0))
	f.Add("<>&\"\\/\b\f\n\r\t\x00\x1f\x7f", "é\U0001F600\u2028\u2029\ufffd", uint32(math.MaxUint32), int64(math.MinInt64), byte(0xff))
	f.Add("\xff\xed\xa0\x80", "", uint32(1), int64(math.MaxInt64), byte(0x55))
	f.Fuzz(func(t *testing.T, text, other string, id uint32, long int64, has byte) {
		in := document{Text: text, Enum: enum(other), Bool: has&1 != 0, Int: int(int32(long)), Long: long}
		if has&2 != 0 {
			in.ID, in.IDs = &id, []uint32{id, 0}
		}
		if has&4 != 0 {
			in.Maybe, in.Texts = new(uint32(0)), []string{}
		}
		if has&8 != 0 {
			in.Texts, in.Inner = []string{text, other}, innerObject{[]string{other}}
		}
		if has&16 != 0 {
			in.Group, in.IDs = &document{Text: other}, []uint32{}
		}
		if has&32 != 0 {
			in.Groups = []document{{}, in}
		}
		for _, v := range []any{in, in.Texts, in.Text, in.ID, in.Inner} {
			var want bytes.Buffer
			standard := json.NewEncoder(&want)
			standard.SetEscapeHTML(false)
			if err := standard.Encode(v); err != nil {
				t.Fatal(err)
			}
			if got := string(encode.JSON(v)) + "\n"; got != want.String() {
				t.Errorf("got  %swant %s", got, want.String())
			}
		}
	})
}
