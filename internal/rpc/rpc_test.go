package rpc_test

import (
	"context"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/acs3"
	"github.com/accesspoint-go/accesspoint/internal/encode"
	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
	"github.com/accesspoint-go/accesspoint/internal/transport"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
)

type item struct {
	Key   string `rpc:"Key"`
	Value string `rpc:"Value"`
	Sub   []item `rpc:"Sub"`
}

// pair has nothing but texts, as what is sent whole has.
type pair struct {
	Key   string `rpc:"Key"`
	Value string `rpc:"Value"`
}

type document struct {
	Names []string `json:"Names"`
}

type request struct {
	Text     string    `rpc:"Text"`
	Enum     enum      `rpc:"Enum"`
	Bool     bool      `rpc:"Bool"`
	Int      int       `rpc:"Int"`
	Long     int64     `rpc:"Long"`
	MaybeID  *uint32   `rpc:"MaybeId"`
	MaybeOn  *bool     `rpc:"MaybeOn"`
	MaybeSay *string   `rpc:"MaybeSay"`
	List     []string  `rpc:"List"`
	Items    []item    `rpc:"Item"`
	Whole    []pair    `rpc:"Whole,whole"`
	Comma    []uint32  `rpc:"Comma,comma"`
	JSON     []string  `rpc:"JSON,json"`
	Document *document `rpc:"Document,json"`
	Group    item      `rpc:"Group"`
	Local    string    // no parameter
}

type enum string

func TestParams(t *testing.T) {
	for name, c := range map[string]struct {
		in   request
		want string
	}{
		"zero is not set": {request{}, ""},
		"empty lists": {request{List: []string{}, Items: []item{}, Comma: []uint32{}, JSON: []string{}, Document: &document{}},
			"Document=%7B%22Names%22%3Anull%7D&JSON=%5B%5D"},
		"zero by pointer": {request{MaybeID: new(uint32(0)), MaybeOn: new(false), MaybeSay: new("")}, "MaybeId=0&MaybeOn=false&MaybeSay="},
		"whole":           {request{Whole: []pair{{"k", ""}, {}}}, "Whole.1.Key=k&Whole.1.Value=&Whole.2.Key=&Whole.2.Value="},
		"scalars": {request{Text: "a b*~+/é", Enum: "E", Bool: true, Int: -1, Long: 1 << 60, MaybeID: new(uint32(4294967295)), Local: "x"},
			"Bool=true&Enum=E&Int=-1&Long=1152921504606846976&MaybeId=4294967295&Text=a%20b%2A~%2B%2F%C3%A9"},
		"lists": {request{List: []string{"a", "", "c"}, Items: []item{{Key: "k"}, {Value: "v", Sub: []item{{Key: "s"}}}}, Comma: []uint32{0, 7}, JSON: []string{"a\"b", "c"}},
			"Comma=0%2C7&Item.1.Key=k&Item.2.Sub.1.Key=s&Item.2.Value=v&JSON=%5B%22a%5C%22b%22%2C%22c%22%5D&List.1=a&List.2=&List.3=c"},
		"a group": {request{Group: item{Key: "k", Sub: []item{{Value: "v"}}}}, "Group.Key=k&Group.Sub.1.Value=v"},
		"ten and more": {request{List: []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"}},
			"List.1=1&List.10=10&List.2=2&List.3=3&List.4=4&List.5=5&List.6=6&List.7=7&List.8=8&List.9=9"},
	} {
		if got := rpc.Params(c.in, encode.JSON).Encode(); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, c.want)
		}
	}
}

// FuzzParams checks that the parameters on the wire give the request back.
func FuzzParams(f *testing.F) {
	f.Add("a b", "k", "v", int64(3), uint32(0), uint8(2))
	f.Add("*~+/%&=", "\x00", "é\xff", int64(-1), uint32(4294967295), uint8(12))
	f.Fuzz(func(t *testing.T, text, key, value string, long int64, id uint32, n uint8) {
		in := request{Text: text, Long: long, MaybeID: &id}
		want := url.Values{"MaybeId": {strconv.FormatUint(uint64(id), 10)}}
		if text != "" {
			want.Set("Text", text)
		}
		if long != 0 {
			want.Set("Long", strconv.FormatInt(long, 10))
		}
		for i := range int(n % 32) {
			in.List = append(in.List, value)
			in.Items = append(in.Items, item{Key: key, Value: value})
			number := strconv.Itoa(i + 1)
			want.Set("List."+number, value)
			if key != "" {
				want.Set("Item."+number+".Key", key)
			}
			if value != "" {
				want.Set("Item."+number+".Value", value)
			}
		}
		got, err := url.ParseQuery(rpc.Params(in, encode.JSON).Encode())
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
	})
}

type static struct{}

func (static) Retrieve(context.Context) (id, secret, token string, expires time.Time, err error) {
	return "id", "secret", "", time.Time{}, nil
}

// TestForm checks that the parameters of an operation that has them in a form are
// there, and nowhere else.
func TestForm(t *testing.T) {
	r := wiretest.Answering(wiretest.Answer{Body: `{"RequestId":"R"}`})
	c, problems := transport.New(transport.Options{
		Service: "service", Region: "r", Host: "h.example.com", HTTPClient: r.Client(),
		Credentials: static{},
	}, rpc.Protocol(fault.KindOf), nil)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	type answer struct {
		RequestID string `json:"RequestId"`
	}
	if _, f := rpc.Call[answer](t.Context(), c, rpc.Op{Name: "Op", Version: "v", Form: true}, request{Text: "a b*~+/é", List: []string{"x"}}); f != nil {
		t.Fatal(f)
	}
	got := r.Last(t)
	if got.Query != "" || got.Body != "List.1=x&Text=a%20b%2A~%2B%2F%C3%A9" || got.Header.Get("Content-Type") != "application/x-www-form-urlencoded" ||
		got.Header.Get("X-Acs-Content-Sha256") != acs3.Hash([]byte(got.Body)) {
		t.Errorf("sent %+v", got)
	}
}
