package decode_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/decode"
)

type inner struct {
	Name string `json:"Name"`
	UID  uint32 `json:"Uid"`
}

// all has a field of every type that answers have.
type all struct {
	RequestID string   `json:"RequestId"`
	Text      string   `json:"Text"`
	Bool      bool     `json:"Bool"`
	Int       int      `json:"Int"`
	Long      int64    `json:"Long"`
	UID       *uint32  `json:"Uid"`
	List      []string `json:"List"`
	Numbers   []uint32 `json:"Numbers"`
	Group     *inner   `json:"Group"`
	Groups    []inner  `json:"Groups"`
	Skipped   string   `json:"-"`
	Embedded
}

// Embedded is an embedded struct, as some responses have it.
type Embedded struct {
	Inside string `json:"Inside"`
}

func TestJSON(t *testing.T) {
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
		"empty texts": {`{"Text":1,"Bool":"","Int":"","List":"","Group":"  ","Uid":" "}`,
			all{Text: "1", Group: &inner{}, UID: new(uint32(0))}},
		"nulls":          {`{"Text":null,"Bool":null,"Int":"3","Uid":null,"List":null,"Group":null}`, all{Int: 3}},
		"other case":     {`{"requestid":"r","INT":"3","inside":"i"}`, all{RequestID: "r", Int: 3, Embedded: Embedded{"i"}}},
		"unknown":        {`{"New":{"deep":[1,{"x":null}]},"Int":"3","-":"s"}`, all{Int: 3}},
		"object in text": {`{"Text":{"a":[1, 2]},"Inside":["b"]}`, all{Text: `{"a":[1, 2]}`, Embedded: Embedded{`["b"]`}}},
		"negative ID":    {`{"Uid":-2}`, all{UID: new(uint32(4294967294))}},
		"spaces around":  {" \n{\"Int\":\"3\"}\n ", all{Int: 3}},
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
		"nothing":             ``,
		"a part":              `{"Text":"t`,
		"two values":          `{} {}`,
		"a list for a struct": `[]`,
		"text for a number":   `{"Int":"three"}`,
		"fraction":            `{"Int":1.5}`,
		"too large for an ID": `{"Uid":4294967296}`,
		"too small for an ID": `{"Uid":-2147483649}`,
		"too large for int64": `{"Long":9223372036854775808}`,
		"huge exponent":       `{"Int":1e999999999}`,
		"not a list":          `{"List":"a,b"}`,
		"not an object":       `{"Group":"x"}`,
		"not a boolean":       `{"Bool":"maybe"}`,
		"deep":                strings.Repeat(`[`, 100_000),
		"deep in a text":      `{"List":"` + strings.Repeat(`[`, 100_000) + `"}`,
		"not UTF-8 nor JSON":  "\xff\xfe",
	} {
		var got all
		if err := decode.JSON([]byte(body), &got); err == nil {
			t.Errorf("%s: decoded to %+v", name, got)
		}
	}
}

func TestFinish(t *testing.T) {
	type answer struct {
		RequestID string
		Group     struct {
			ID string `answer:"required"`
		}
	}
	for name, c := range map[string]struct {
		in     answer
		wantID string
		fails  bool
	}{
		"complete": {answer{"r\n", struct {
			ID string `answer:"required"`
		}{"x"}}, "r", false},
		"ID in the header": {answer{"", struct {
			ID string `answer:"required"`
		}{"x"}}, "header", false},
		"incomplete": {answer{"r", struct {
			ID string `answer:"required"`
		}{}}, "r", true},
	} {
		err := decode.Finish(&c.in, "header")
		if c.in.RequestID != c.wantID || (err != nil) != c.fails {
			t.Errorf("%s: %+v, %v", name, c.in, err)
		}
	}
}

// FuzzJSON looks for panics, and for bodies that the plain decoder takes and the
// lenient one does not.
func FuzzJSON(f *testing.F) {
	for _, seed := range []string{`{}`, `{"Int":"1"}`, `{"List":"[\"a\"]","Group":"{}"}`, `{"Groups":[{"Uid":"-2"}],"Bool":0}`, `{"Uid":1e2,"Text":{}}`, `[`, `"x"`, `null`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var got all
		_ = decode.JSON(body, &got)
	})
}
