package decode_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/accesspoint-go/accesspoint/internal/decode"
)

type inner struct {
	Name string `json:"Name"`
	UID  uint32 `json:"Uid"`
}

// all has a field of every type that answers have.
type all struct {
	RequestID string     `json:"RequestId"`
	Text      string     `json:"Text"`
	Bool      bool       `json:"Bool"`
	Int       int        `json:"Int"`
	Long      int64      `json:"Long"`
	UID       *uint32    `json:"Uid"`
	List      []string   `json:"List"`
	Commas    []string   `json:"Commas" list:"commas"`
	Numbers   []uint32   `json:"Numbers"`
	Group     *inner     `json:"Group"`
	Groups    []inner    `json:"Groups"`
	State     state      `json:"State" enum:"Active,ServiceDeleted"`
	States    []state    `json:"States" enum:"Active,ServiceDeleted"`
	Rate      float64    `json:"Rate"`
	At        time.Time  `json:"At"`
	Ended     *time.Time `json:"Ended"`
	Skipped   string     `json:"-"`
	Embedded
}

type state string

// Embedded is an embedded struct, as some responses have it.
type Embedded struct {
	Inside string `json:"Inside"`
}

func TestJSON(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for name, c := range map[string]struct {
		body string
		want all
	}{
		"as documented": {`{"RequestId":"r","Text":"t","Bool":true,"Int":1,"Long":9007199254740993,"Uid":0,"List":["a"],"Numbers":[0,4294967295],"Group":{"Name":"n"},"Groups":[{"Uid":3}],"Inside":"i"}`,
			all{RequestID: "r", Text: "t", Bool: true, Int: 1, Long: 9007199254740993, UID: new(uint32(0)), List: []string{"a"}, Numbers: []uint32{0, 4294967295},
				Group: &inner{Name: "n"}, Groups: []inner{{UID: 3}}, Embedded: Embedded{"i"}}},
		"the reverse": {`{"RequestId":7,"Text":true,"Bool":"True","Int":"1","Long":"9007199254740993","Uid":"0","List":"[\"a\"]","Numbers":"[\"0\",4294967295.0]","Group":"{\"Name\":5}","Groups":[{"Uid":3e0}],"Inside":1.50}`,
			all{RequestID: "7", Text: "true", Bool: true, Int: 1, Long: 9007199254740993, UID: new(uint32(0)), List: []string{"a"}, Numbers: []uint32{0, 4294967295},
				Group: &inner{Name: "5"}, Groups: []inner{{UID: 3}}, Embedded: Embedded{"1.50"}}},
		"empty texts":        {`{"Text":1,"Bool":"","Int":"","List":"","Group":"  ","Uid":" "}`, all{Text: "1"}},
		"nulls":              {`{"Text":null,"Bool":null,"Int":"3","Uid":null,"List":null,"Group":null}`, all{Int: 3}},
		"empty groups":       {`{"Group":{},"Groups":[{}]}`, all{Groups: []inner{{}}}},
		"a group of nothing": {`{"Group":{"Name":"","Uid":null,"New":1}}`, all{}},
		"no ID":              {`{"Uid":-1,"Group":{"Uid":"-1"}}`, all{}},
		"no items":           {`{"Numbers":[null,1,"",-1," ",2],"List":[null],"Groups":[null,{"Uid":1}]}`, all{Numbers: []uint32{1, 2}, List: []string{}, Groups: []inner{{UID: 1}}}},
		"wrapped lists":      {`{"List":{"Item":["a"]},"Numbers":{},"Groups":{"Count":1,"Group":[{"Uid":1}]},"States":{"State":null}}`, all{List: []string{"a"}, Groups: []inner{{UID: 1}}}},
		"states":             {`{"State":"ACTIVE","States":["servicedeleted","New","active"]}`, all{State: "Active", States: []state{"ServiceDeleted", "New", "Active"}}},
		"an unknown state":   {`{"State":"activE2"}`, all{State: "activE2"}},
		"times":              {`{"At":1767323045.678,"Ended":1.767323045E9}`, all{At: at.Add(678 * time.Millisecond), Ended: &at}},
		"times as texts":     {`{"At":"1767323045.0000000009","Ended":"2026-01-02T03:04:05Z"}`, all{At: at, Ended: &at}},
		"no times":           {`{"At":null,"Ended":"","Rate":null,"Int":1}`, all{Int: 1}},
		"a rate":             {`{"Rate":128.5}`, all{Rate: 128.5}},
		"a rate as a text":   {`{"Rate":"1.024e3"}`, all{Rate: 1024}},
		"a small rate":       {`{"Rate":-0.1}`, all{Rate: -0.1}},
		"byte order mark":    {"\ufeff{\"Int\":3}", all{Int: 3}},
		"other case":         {`{"requestid":"r","INT":"3","inside":"i"}`, all{RequestID: "r", Int: 3, Embedded: Embedded{"i"}}},
		"unknown":            {`{"New":{"deep":[1,{"x":null}]},"Int":"3","-":"s"}`, all{Int: 3}},
		"negative ID":        {`{"Uid":-2}`, all{UID: new(uint32(4294967294))}},
		"commas":             {`{"Commas":"a, \"b\",c"}`, all{Commas: []string{"a", "b", "c"}}},
		"one item":           {`{"Commas":"a"}`, all{Commas: []string{"a"}}},
		"no commas":          {`{"Commas":["a,b"]}`, all{Commas: []string{"a,b"}}},
		"JSON, no commas":    {`{"Commas":" [\"a,b\"]"}`, all{Commas: []string{"a,b"}}},
		"empty commas":       {`{"Commas":" "}`, all{}},
		"spaces around":      {" \n{\"Int\":\"3\"}\n ", all{Int: 3}},
	} {
		var got all
		if err := decode.JSON([]byte(c.body), &got); err != nil {
			t.Errorf("%s: %v", name, err)
		} else if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

func TestJSONFails(t *testing.T) {
	for name, body := range map[string]string{
		"nothing":                ``,
		"a part":                 `{"Text":"t`,
		"two values":             `{} {}`,
		"a list for a struct":    `[]`,
		"text for a number":      `{"Int":"three"}`,
		"fraction":               `{"Int":1.5}`,
		"too large for an ID":    `{"Uid":4294967296}`,
		"too small for an ID":    `{"Uid":-2147483649}`,
		"too large for int64":    `{"Long":9223372036854775808}`,
		"huge exponent":          `{"Int":1e999999999}`,
		"not a list":             `{"List":"a,b"}`,
		"not an object":          `{"Group":"x"}`,
		"null":                   `null`,
		"an object in a text":    `"{}"`,
		"an object for a text":   `{"Text":{}}`,
		"a list for a text":      `{"Text":["a"]}`,
		"an object for a state":  `{"State":{}}`,
		"an object for a number": `{"Int":{}}`,
		"no list in an object":   `{"List":{"status":"ok"}}`,
		"a list of lists":        `{"List":[["a"]]}`,
		"a text for an item":     `{"Groups":["x"]}`,
		"not a time":             `{"At":"soon"}`,
		"a time too late":        `{"At":1e30}`,
		"an object for a time":   `{"At":{"wall":1}}`,
		"a list for a time":      `{"Ended":[1]}`,
		"not a rate":             `{"Rate":"1.5.2"}`,
		"not a boolean":          `{"Bool":"maybe"}`,
		"deep":                   strings.Repeat(`[`, 100_000),
		"deep in a text":         `{"List":"` + strings.Repeat(`[`, 100_000) + `"}`,
		"not UTF-8 nor JSON":     "\xff\xfe",
	} {
		var got all
		if err := decode.JSON([]byte(body), &got); err == nil {
			t.Errorf("%s: decoded to %+v", name, got)
		}
	}
}

// TestMisfit reads the rest of an answer in which a field does not fit.
func TestMisfit(t *testing.T) {
	var got all
	err := decode.JSON([]byte(`{"Int":"x","Groups":[{"Uid":"x","Name":"n"},{"Name":"m"}],"Group":"{","Text":{},"RequestId":"r"}`), &got)
	if err == nil || err.Error() != "Int does not hold a int" {
		t.Error(err)
	}
	if d := cmp.Diff(all{RequestID: "r", Groups: []inner{{Name: "n"}, {Name: "m"}}}, got, cmpopts.IgnoreFields(all{}, "Group")); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if err := decode.JSON([]byte(`{"Groups":[{},{"Uid":"x"}]}`), &got); err == nil || err.Error() != "Groups.2.Uid does not hold a uint32" {
		t.Error(err)
	}
	type answer struct {
		xmlAnswer
		Count int `xml:"Sub>Count"`
	}
	var read answer
	err = decode.XML([]byte("<A><Sub><Count>x</Count></Sub><Text>t</Text></A>"), "A", &read)
	if err == nil || err.Error() != "Sub>Count does not hold a int" || read.Text != "t" {
		t.Errorf("%+v, %v", read, err)
	}
}

// TestCut tells an answer that ends early from one that is another.
func TestCut(t *testing.T) {
	const whole = `{"Text":"\u00e9","Groups":[{"Uid":1}],"Group":{"Name":"n"},"New":[true,null,{"x":-1.5e3}]} `
	for end := range len(whole) - 2 {
		if err := decode.JSON([]byte(whole[:end]), new(all)); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("cut after %d bytes: %v", end, err)
		}
	}
	const document = "<?xml version='1.0'?><A><!--c--><Text a='b'>t&amp;<![CDATA[x]]></Text></A>"
	for end := range len(document) - 1 {
		if err := decode.XML([]byte(document[:end]), "A", new(xmlAnswer)); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("cut after %d bytes: %v", end, err)
		}
	}
	for _, other := range []string{`{} {}`, `[]`, `null`, `<html>`, `{"Int":"x"}`, `{"Group":"{"}`, `{"List":"["}`, `{"a":tru }`, "{\"a\":\"\n"} {
		if err := decode.JSON([]byte(other), new(all)); err == nil || errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%s: %v", other, err)
		}
	}
	for _, other := range []string{"<html>", "<A></B>", "<A><Text>&x;</Text></A>", "<!DOCTYPE A><A/>"} {
		if err := decode.XML([]byte(other), "A", new(xmlAnswer)); err == nil || errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%s: %v", other, err)
		}
	}
}

func TestResponse(t *testing.T) {
	type item struct {
		ID string `json:"Id" answer:"required"`
	}
	type model struct {
		ID   string `json:"ModelId" answer:"required"`
		Name string `json:"Name"`
	}
	type response struct {
		RequestID string `json:"RequestId"`
		Group     struct {
			ID string `json:"Id" answer:"required"`
		} `json:"Group"`
		Items []item `json:"Items" answer:"required"`
		More  *struct {
			Item  item   `json:"Item"`
			Items []item `json:"Items"`
		} `json:"More"`
		Nameless *struct {
			model `answer:"Name"`
		} `json:"Nameless"`
	}
	for name, c := range map[string]struct {
		body   string
		wantID string
		fails  string
	}{
		"complete":             {`{"RequestId":"r\n","Group":{"Id":"x"},"Items":[{"Id":"1"}]}`, "r", ""},
		"ID in the header":     {`{"Group":{"Id":"x"},"Items":[]}`, "header", ""},
		"no items":             {`{"Group":{"Id":"x"},"Items":null}`, "header", ""},
		"none in a group":      {`{"Group":{"Id":"x"},"Items":{}}`, "header", ""},
		"incomplete":           {`{"RequestId":"r"}`, "r", "Group.ID is missing"},
		"without the list":     {`{"RequestId":"r","Group":{"Id":"x"}}`, "r", "Items is missing"},
		"an item without ID":   {`{"Group":{"Id":"x"},"Items":[{"Id":"1"},{}]}`, "header", "Items.ID is missing"},
		"and behind a pointer": {`{"Group":{"Id":"x"},"Items":[],"More":{"Item":{"Id":"1"},"Items":[{"Id":""}]}}`, "header", "More.Items.ID is missing"},
		"the other field":      {`{"Group":{"Id":"x"},"Items":[],"Nameless":{"Name":"n"}}`, "header", ""},
		"the wrong one":        {`{"Group":{"Id":"x"},"Items":[],"Nameless":{"ModelId":"n"}}`, "header", "Nameless.model.Name is missing"},
		"an object for the ID": {`{"RequestId":"r","Group":{"Id":{}},"Items":[]}`, "r", "Group.Id does not hold a string"},
		"cut":                  {`{"RequestId":"r","Group":{"Id":"x"`, "r", "the JSON breaks off: unexpected EOF"},
		"nothing":              {``, "header", "the JSON breaks off: unexpected EOF"},
	} {
		var got response
		got.Group.ID = "of an earlier attempt"
		err := decode.Response([]byte(c.body), "header", &got, decode.JSON)
		text := ""
		if err != nil {
			text = err.Error()
		}
		if got.RequestID != c.wantID || text != c.fails {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// FuzzJSON compares with encoding/json: what it takes, we take, with the same
// values, and what it calls broken, we do. But null is no answer, an empty group
// none, and of two lists by one name the second counts; encoding/json writes it over
// the first and leaves parts of that. It reads null in a list as a zero item, too.
func FuzzJSON(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"Int":"1"}`, `{"List":"[\"a\"]","Group":"{}"}`, `{"Groups":[{"Uid":"-2"}],"Bool":0}`, `{"Uid":1e2,"Text":{}}`, `[`, `"x"`, `null`,
		`{"Text":"\ud83d\ude00\ud83d \u00e9\n\"","text":"b","TEXT":null,"Long":-0,"New":[1,{"a":[true,false,null]}],"List":[],"Group":null}`,
		"{\"Text\":\"\xff\",\"Uid\":7 } ", `{"Numbers":[0,01]}`, `{"Int":1.}`, `{"Int":-}`, `{"a":1,}`, `{"a" 1}`, `{"Text":"\x"}`, "{\"Text\":\"\n\"}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var got, want all
		err := decode.JSON(body, &got)
		body = bytes.TrimPrefix(body, []byte("\ufeff"))
		theirs := json.Unmarshal(body, &want)
		if bytes.Equal(bytes.TrimSpace(body), []byte("null")) {
			theirs = errors.New("not an object")
		}
		if want.Group != nil && *want.Group == (inner{}) {
			want.Group = nil
		}
		for _, s := range append([]*state{&want.State}, pointers(want.States)...) {
			for _, documented := range []state{"Active", "ServiceDeleted"} {
				if strings.EqualFold(string(*s), string(documented)) {
					*s = documented
				}
			}
		}
		if theirs == nil {
			if err != nil && !strings.Contains(err.Error(), "too deeply") {
				t.Fatalf("encoding/json takes it: %v", err)
			}
			if err == nil && !unlike(body) {
				if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
					t.Errorf("(-encoding/json +ours):\n%s", d)
				}
			}
		} else if _, broken := errors.AsType[*json.SyntaxError](theirs); broken && err == nil {
			t.Errorf("encoding/json says %v, we read %+v", theirs, got)
		}
	})
}

func pointers[T any](list []T) []*T {
	p := make([]*T, len(list))
	for i := range list {
		p[i] = &list[i]
	}
	return p
}

// unlike reports whether a name of a list comes twice in body, or null in a list.
func unlike(body []byte) bool {
	seen := map[string]bool{}
	d := json.NewDecoder(bytes.NewReader(body))
	var open []json.Delim
	for {
		token, err := d.Token()
		if err != nil {
			return false
		}
		switch token := token.(type) {
		case json.Delim:
			if token == '[' || token == '{' {
				open = append(open, token)
			} else {
				open = open[:len(open)-1]
			}
		case nil:
			if len(open) > 0 && open[len(open)-1] == '[' {
				return true
			}
		case string:
			for _, list := range []string{"List", "Numbers", "Groups", "States"} {
				if strings.EqualFold(token, list) {
					if seen[list] {
						return true
					}
					seen[list] = true
				}
			}
		}
	}
}

type xmlItem struct {
	Name string `xml:"Name"`
	Deep string `xml:"Outer>Inner"`
}

type xmlAnswer struct {
	RequestID string    `xml:"-"`
	Text      string    `xml:"Text"`
	Group     *xmlItem  `xml:"Group"`
	Items     []xmlItem `xml:"Items>Item"`
	First     string    `xml:"Ends>First"`
	Second    string    `xml:"Ends>Second"`
	EmbeddedXML
}

// EmbeddedXML is an embedded struct, as some responses have it.
type EmbeddedXML struct {
	Inside string `xml:"Inside"`
}

func TestXML(t *testing.T) {
	type answer struct {
		xmlAnswer
		Bool  *bool `xml:"Sub>Bool"`
		Count int   `xml:"Count"`
	}
	const body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- a > b -->\n<x:Answer xmlns:x='urn:x' note=\"a > 'b'\">\n" +
		" <Text>a &amp; b &#65;&#x42;<![CDATA[<c>]]></Text> <Unknown><Text>not this</Text></Unknown>\n <Count> 7 </Count>" +
		"<Group><Name>n</Name><Outer><Inner>i</Inner><Other/></Outer></Group><Items><Item><Name>1</Name></Item><Item/></Items>" +
		"<Ends><First>f</First><Second>\n s \n</Second></Ends><Sub><Bool>true</Bool></Sub><Inside a='/'>in</Inside></x:Answer>\ntrailing"
	want := answer{xmlAnswer{Text: "a & b AB<c>", Group: &xmlItem{"n", "i"}, Items: []xmlItem{{Name: "1"}, {}}, First: "f", Second: "s", EmbeddedXML: EmbeddedXML{"in"}}, new(true), 7}
	var got answer
	if err := decode.XML([]byte(body), "Answer", &got); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got, cmp.AllowUnexported(answer{})); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	for end := range strings.Index(body, "\ntrailing") {
		if err := decode.XML([]byte(body[:end]), "Answer", new(answer)); err == nil {
			t.Errorf("cut after %d bytes it still decodes", end)
		}
	}
	for name, broken := range map[string]string{
		"nothing":           "",
		"another root":      "<Other></Other>",
		"an empty root":     "<Answer> </Answer>",
		"nothing in a root": "<?xml version='1.0'?><Answer/>",
		"document type":     "<!DOCTYPE x [<!ENTITY e 'v'>]><Answer><Text>&e;</Text></Answer>",
		"unknown entity":    "<Answer><Text>&e;</Text></Answer>",
		"bare ampersand":    "<Answer><Text>a & b</Text></Answer>",
		"long entity":       "<Answer><Text>&" + strings.Repeat("a", 1<<20) + ";</Text></Answer>",
		"huge reference":    "<Answer><Text>&#99999999999999999999;</Text></Answer>",
		"crossed":           "<Answer><Text></Answer></Text>",
		"tag in a tag":      "<Answer><Text <b></Text></Answer>",
		"no name":           "<Answer>< /></Answer>",
		"deep":              "<Answer>" + strings.Repeat("<a>", 100_000),
		"a word for number": "<Answer><Count>seven</Count></Answer>",
		"not XML":           "{}",
	} {
		if err := decode.XML([]byte(broken), "Answer", new(answer)); err == nil {
			t.Errorf("%s: decoded", name)
		}
	}
}

// FuzzXML compares with encoding/xml: what it takes, we take, with the same
// values but for the white space around them.
func FuzzXML(f *testing.F) {
	for _, seed := range []string{
		"<A/>", "<A><Text>t</Text></A>", "<A><Items><Item><Name>x</Name></Item></Items></A>", "<A x='>'><!--c--><Text><![CDATA[<]]>&lt;</Text></A>",
		"<?xml version='1.0'?><n:A xmlns:n='u'><Ends><First>1</First><Second/></Ends><Group/></n:A>", "<A><Text>&#x;</Text></A>", "<A></B>", "<!DOCTYPE A><A/>",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var got, want xmlAnswer
		err := decode.XML(body, "A", &got)
		theirs := readStandard(body, &want)
		if theirs != nil || bytes.Contains(body, []byte("<!")) && !bytes.Contains(body, []byte("<!--")) || !utf8.Valid(body) {
			return
		}
		if want.Group != nil && *want.Group == (xmlItem{}) {
			want.Group = nil
		}
		if err != nil {
			if strings.Contains(err.Error(), "too deeply") || strings.Contains(err.Error(), "directive") || strings.Contains(err.Error(), "in place of") || strings.Contains(err.Error(), "is empty") {
				return
			}
			t.Fatalf("encoding/xml takes it: %v", err)
		}
		if d := cmp.Diff(want, got, cmp.Transformer("trim", strings.TrimSpace)); d != "" {
			t.Errorf("(-encoding/xml +ours):\n%s", d)
		}
	})
}

// readStandard reads body as encoding/xml does, if its root is A.
func readStandard(body []byte, out *xmlAnswer) error {
	d := xml.NewDecoder(bytes.NewReader(body))
	for {
		token, err := d.Token()
		if err != nil {
			return err
		}
		if start, ok := token.(xml.StartElement); ok {
			if start.Name.Local != "A" {
				return errors.New("another root")
			}
			return d.DecodeElement(out, &start)
		}
	}
}

// TestBounds reads the worst answers of every kind: some of 8 MiB, which is as much
// as is read of one, and the others of 2 MiB. Each is refused, or read with little
// more memory than it has itself: what takes time by the square of the length also
// takes memory so.
func TestBounds(t *testing.T) {
	fillTo := func(size int, begin, piece, end string) string {
		return begin + strings.Repeat(piece, (size-len(begin)-len(end))/len(piece)) + end
	}
	fill := func(begin, piece, end string) string { return fillTo(2<<20, begin, piece, end) }
	whole := func(begin, piece, end string) string { return fillTo(8<<20, begin, piece, end) }
	nested := func(begin, end string) string {
		return strings.Repeat(begin, 100_000) + strings.Repeat(end, 100_000)
	}
	for name, c := range map[string]struct {
		body  string
		fails string // part of the error; empty if it is read
	}{
		"JSON: one text":              {fill(`{"Text":"`, "a", `"}`), ""},
		"JSON: escapes":               {whole(`{"Text":"`, `\u00e9\n`, `"}`), ""},
		"JSON: not UTF-8":             {fill(`{"Text":"`, "\xff", `"}`), ""},
		"JSON: not UTF-8 in names":    {fill(`{`, "\"\xed\xa0\x80\":1,", `"Int":1}`), ""},
		"JSON: a name":                {fill(`{"`, "a", `":1}`), ""},
		"JSON: a name with escapes":   {fill(`{"`, `\"`, `":1}`), ""},
		"JSON: unknown names":         {fill(`{`, `"a":{},`, `"Int":1}`), ""},
		"JSON: one name":              {fill(`{`, `"Text":"a",`, `"Int":1}`), ""},
		"JSON: one group":             {fill(`{`, `"Group":{"Name":"a"},`, `"Int":1}`), ""},
		"JSON: one list":              {fill(`{`, `"Groups":[{}],`, `"Int":1}`), ""},
		"JSON: a long list":           {fill(`{"Groups":[`, "{},", "{}]}"), "more than 100,000 items"},
		"JSON: a long list in a text": {fill(`{"Groups":"[`, "{},", `{}]"}`), "more than 100,000 items"},
		"JSON: a long unknown list":   {fill(`{"New":[`, "{},", "{}]}"), ""},
		"JSON: lists in a text":       {whole(`{"List":"[`, `\"\\\\\",`, `\"\"]"}`), "more than 100,000 items"},
		"JSON: digits":                {fill(`{"Int":`, "1", "}"), "Int does not hold"},
		"JSON: white space":           {fill(`{`, " ", "}"), ""},
		"JSON: open brackets":         {fill(`{"New":`, "[", ""), "too deeply"},
		"JSON: open braces":           {fill(``, `{"a":`, ""), "too deeply"},
		"JSON: nested":                {`{"New":` + nested("[", "]") + `}`, "too deeply"},
		"JSON: nested groups":         {nested(`{"Group":`, "}"), "too deeply"},
		"JSON: nested in a text":      {`{"List":"` + nested("[", "]") + `"}`, "too deeply"},

		"XML: one text":               {fill("<A><Text>", "a", "</Text></A>"), ""},
		"XML: a text with comments":   {whole("<A><Text>", "a<!---->", "</Text></A>"), ""},
		"XML: a text of CDATA":        {fill("<A><Text>", "<![CDATA[a]]>", "</Text></A>"), ""},
		"XML: a text with elements":   {fill("<A><Text>", "a<b/>", "</Text></A>"), ""},
		"XML: text between elements":  {fill("<A>", "a<b>a</b>", "</A>"), ""},
		"XML: entities":               {fill("<A><Text>", "&amp;&#65;", "</Text></A>"), ""},
		"XML: instructions":           {fill("", "<?a?>", "<A><b/></A>"), ""},
		"XML: an entity of its own":   {`<!DOCTYPE A [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><A><Text>&b;</Text></A>`, "directive"},
		"XML: entities that are none": {fill("<A><Text>", "&b;", "</Text></A>"), "not predefined"},
		"XML: a directive":            {fill("<A><!", "a", "></A>"), "directive"},
		"XML: directives":             {fill("<A>", "<!ELEMENT a>", "</A>"), "directive"},
		"XML: not UTF-8":              {fill("<A><Text>", "\xff", "</Text></A>"), ""},
		"XML: a name":                 {fill("<A><", "a", "/></A>"), ""},
		"XML: a name that ends badly": {fill("<A><", "a", "></b></A>"), "ends"},
		"XML: attributes":             {fill("<A ", "a='>' ", "><b/></A>"), ""},
		"XML: unknown elements":       {fill("<A>", "<b/>", "</A>"), ""},
		"XML: one element":            {fill("<A>", "<Text>a</Text>", "</A>"), ""},
		"XML: one group":              {fill("<A>", "<Group><Name>a</Name></Group>", "</A>"), ""},
		"XML: a long list":            {fill("<A><Items>", "<Item/>", "</Items></A>"), "more than 100,000 items"},
		"XML: a long list in parts":   {whole("<A>", "<Items><Item/></Items>", "</A>"), "more than 100,000 items"},
		"XML: nested":                 {"<A>" + nested("<a>", "</a>") + "</A>", "too deeply"},
		"XML: nested groups":          {"<A>" + nested("<Ends>", "</Ends>") + "</A>", "too deeply"},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		var err error
		if body := []byte(c.body); strings.HasPrefix(name, "JSON") {
			err = decode.JSON(body, new(all))
		} else {
			err = decode.XML(body, "A", new(xmlAnswer))
		}
		runtime.ReadMemStats(&after)
		if c.fails == "" && err != nil || c.fails != "" && (err == nil || !strings.Contains(err.Error(), c.fails) || len(err.Error()) > 200) {
			t.Errorf("%s: %.300v", name, err)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > 16*max(uint64(len(c.body)), 2<<20) {
			t.Errorf("%s: %d KiB of memory for %d KiB", name, used>>10, len(c.body)>>10)
		}
	}
}

// TestLongTexts checks that strings come out whole wherever they stand in a long
// answer.
func TestLongTexts(t *testing.T) {
	type item struct {
		ID, Name string
		Size     int64
		Tags     []struct{ Key, Value string }
	}
	type page struct{ Items []item }
	var want page
	for n := range 400 {
		i := item{ID: fmt.Sprintf("ap-%04d", n), Name: strings.Repeat("n", n*7%1500), Size: int64(n)}
		i.Tags = append(i.Tags, struct{ Key, Value string }{strings.Repeat("k", n*13%700), "é\n" + strings.Repeat("v", n%33)})
		want.Items = append(want.Items, i)
	}
	body, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got page
	if err := decode.JSON(body, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
