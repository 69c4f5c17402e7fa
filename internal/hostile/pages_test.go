package hostile

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"math/big"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/internal/page"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/kms"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/oss"
	"github.com/accesspoint-go/accesspoint/privatelink"
)

// A list is an iterator over the pages of a service.
type list struct {
	name string
	// token is the parameter that says which page is asked for.
	token string
	// page writes a page with n items that is followed by another one if more,
	// with a token for that.
	page func(n int, more bool, token string) string
	each func(ctx context.Context, hc *http.Client) (iter.Seq[error], error)
}

// jsonPage returns a page with items of one form.
func jsonPage(items, item string) func(int, bool, string) string {
	return func(n int, _ bool, token string) string {
		text, _ := json.Marshal(token)
		return fmt.Sprintf(`{"RequestId":"r",%q:[%s],"NextToken":%s}`, items, strings.TrimSuffix(strings.Repeat(item+",", n), ","), text)
	}
}

// outcomes returns what an iterator yields besides its items.
func outcomes[Item any](all iter.Seq2[Item, error]) iter.Seq[error] {
	return func(yield func(error) bool) {
		for _, err := range all {
			if !yield(err) {
				return
			}
		}
	}
}

var lists = []list{
	{"nas AccessPoints", "NextToken", jsonPage("AccessPoints", `{"AccessPointId":"ap-1"}`), func(ctx context.Context, hc *http.Client) (iter.Seq[error], error) {
		c, err := nas.New(nas.Config{Region: "cn-hangzhou", Credentials: key, HTTPClient: hc})
		return outcomes(c.AccessPoints(ctx, nas.ListAccessPointsRequest{FileSystemID: "31a8e4"})), err
	}},
	{"nas DescribedAccessPoints", "NextToken", jsonPage("AccessPoints", `{"AccessPointId":"ap-1"}`), func(ctx context.Context, hc *http.Client) (iter.Seq[error], error) {
		c, err := nas.New(nas.Config{Region: "cn-hangzhou", Credentials: key, HTTPClient: hc})
		return outcomes(c.DescribedAccessPoints(ctx, nas.DescribeAccessPointsRequest{})), err
	}},
	{"oss AccessPoints", "continuation-token", func(n int, more bool, token string) string {
		var text bytes.Buffer
		_ = xml.EscapeText(&text, []byte(token))
		return fmt.Sprintf("<ListAccessPointsResult><IsTruncated>%t</IsTruncated><NextContinuationToken>%s</NextContinuationToken><AccessPoints>%s</AccessPoints></ListAccessPointsResult>",
			more, text.String(), strings.Repeat("<AccessPoint><AccessPointName>ap-01</AccessPointName></AccessPoint>", n))
	}, func(ctx context.Context, hc *http.Client) (iter.Seq[error], error) {
		c, err := oss.New(oss.Config{Region: "cn-hangzhou", Credentials: key, HTTPClient: hc})
		return outcomes(c.AccessPoints(ctx, oss.ListAccessPointsRequest{})), err
	}},
	{"efs AccessPoints", "NextToken", jsonPage("AccessPoints", `{"AccessPointId":"fsap-01234567"}`), func(ctx context.Context, hc *http.Client) (iter.Seq[error], error) {
		c, err := efs.New(efs.Config{Region: "us-east-1", Credentials: key, HTTPClient: hc})
		return outcomes(c.AccessPoints(ctx, efs.DescribeAccessPointsRequest{})), err
	}},
	{"privatelink VpcEndpoints", "NextToken", jsonPage("Endpoints", `{"EndpointId":"ep-1"}`), func(ctx context.Context, hc *http.Client) (iter.Seq[error], error) {
		c, err := privatelink.New(privatelink.Config{Region: "cn-hangzhou", Credentials: key, HTTPClient: hc})
		return outcomes(c.VpcEndpoints(ctx, privatelink.ListVpcEndpointsRequest{})), err
	}},
}

// A script is what a service does, page by page, and again from the start after
// its end.
type script []byte

func (s script) at(page int) int {
	if len(s) == 0 {
		return 0
	}
	return int(s[page%len(s)])
}

// items is how many the page has.
func (s script) items(page int) int { return s.at(page) & 3 }

// next returns the token of the next page: none, one of a few, or one that is
// longer with each page.
func (s script) next(page int, text string) string {
	switch n := s.at(page) >> 2; {
	case n == 0:
		return ""
	case n < 16:
		return fmt.Sprintf("%s-%d", text, n)
	default:
		return fmt.Sprintf("%s+%s", text, strings.Repeat("x", 20*page))
	}
}

// enough is how many pages are looked at of a list that has no end.
const enough = 12

// FuzzPages iterates over services that repeat tokens, leave them out or make
// them longer with each page, and over a KMS that lies about its pages. The
// sequence has the items of all pages up to the end, or to the first token that
// comes again, which is an error; nothing comes after an error, and nothing is
// asked for twice. Where every token is new, it goes on until the caller breaks
// or the context ends.
func FuzzPages(f *testing.F) {
	for _, s := range stories {
		f.Add([]byte(s.pages), s.text, s.total, s.size)
	}
	f.Fuzz(func(t *testing.T, pages []byte, text string, total, size int) {
		text = strings.TrimSpace(strings.Map(func(r rune) rune { // what a token of all services can hold
			if r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' || r >= 0xfffd && r <= 0xffff {
				return -1
			}
			return r
		}, text))
		story{pages, text, total, size}.read(t, direct)
	})
}

// TestPages reads the stories over HTTP/1.1, TLS and HTTP/2 in turn, which would
// make the fuzzer slow.
func TestPages(t *testing.T) {
	for _, s := range stories {
		s.read(t, inEveryWay)
	}
}

// A story is a service with pages.
type story struct {
	pages       script
	text        string
	total, size int // as KMS says them
}

var stories = []story{
	{[]byte{0x03}, "token", 0, 0},                         // one page
	{[]byte{0x05, 0x08, 0x0c, 0x02}, "a b+/=", 7, 2},      // four, two of them empty
	{[]byte{0x05}, "token", math.MaxInt, math.MaxInt},     // the same token for ever
	{[]byte{0x05, 0x09, 0x0d}, "é&<>\"", 500, 100},        // a circle
	{[]byte{0x04}, "token", 0, 0},                         // the same token, and no items
	{[]byte{0xff}, "token", -1, -1},                       // longer and longer
	{[]byte{0xfc, 0xfc, 0x05}, "token", 300, 100},         // longer, and empty
	{[]byte{0xff, 0x01}, strings.Repeat("t", 1000), 0, 0}, // longer than EFS has them
}

// read iterates over all lists of services that tell the story.
func (s story) read(t *testing.T, by travel) {
	for _, l := range lists {
		want, answer := s.pages.tokens(t, l, s.text)
		want.compare(t, l, answer, by)
	}
	for group, l := range kmsLists {
		want, answer := s.pages.numbers(t, group, s.total, s.size)
		want.compare(t, l, answer, by)
	}
}

// A travel is how requests get to a service.
type travel func(t *testing.T, service http.RoundTripper) http.RoundTripper

func direct(_ *testing.T, service http.RoundTripper) http.RoundTripper { return service }

func inEveryWay(t *testing.T, service http.RoundTripper) http.RoundTripper {
	ways := wiretest.NewWays(service)
	t.Cleanup(ways.Close)
	return ways
}

// TestNoToken has an OSS that says that there are more, and gives no token. That
// does not look like the end.
func TestNoToken(t *testing.T) {
	for _, l := range lists {
		if l.token != "continuation-token" {
			continue // the others say it by the token alone
		}
		sequence{0, 1, page.ErrNoToken}.compare(t, l, func(url.Values) string { return l.page(2, true, "") }, inEveryWay)
	}
}

// TestShortLists has every service say that its list has more than its one page. No
// iterator takes that for the whole, but for those that have no total, and none minds a
// page that is the whole.
func TestShortLists(t *testing.T) {
	short := 0
	for _, h := range holders {
		if h.new == nil {
			continue
		}
		var answer string
		cfg := reflect.New(reflect.TypeOf(h.new).In(0)).Elem()
		for name, value := range map[string]any{
			"Region": "cn-hangzhou", "Credentials": key, "SkipValidation": true, "MaxAttempts": 1,
			"HTTPClient": &http.Client{Transport: inEveryWay(t, wiretest.RoundTripFunc(func(*http.Request) (*http.Response, error) { return response(200, answer), nil }))},
		} {
			cfg.FieldByName(name).Set(reflect.ValueOf(value))
		}
		client := reflect.ValueOf(h.new).Call([]reflect.Value{cfg})[0]
		for m, method := range client.Methods() {
			if method.Type().NumOut() != 1 || method.Type().Out(0).Kind() != reflect.Func || method.Type().NumIn() != 2 || method.Type().In(1).Kind() != reflect.Struct {
				continue
			}
			list, ok := client.Type().MethodByName(strings.TrimSuffix(method.Type().In(1).Name(), "Request"))
			if !ok {
				t.Errorf("%s %s: no operation takes %v", h.dir, m.Name, method.Type().In(1))
				continue
			}
			out := reflect.New(list.Type.Out(0).Elem()).Elem()
			fill(out, nil)
			for _, name := range []string{"UserARNs", "NextToken", "NextMarker", "ContinuationToken", "NextContinuationToken", "IsTruncated", "PageNumber", "PageSize"} {
				if f := out.FieldByName(name); f.IsValid() {
					f.SetZero()
				}
			}
			in := reflect.New(method.Type().In(1)).Elem()
			if id := in.FieldByName("ResourceID"); id.IsValid() && h.dir == "efs" { // it is a part of the path
				fill(id, nil)
			}
			read := func() (items int, err error) {
				answer = write(h.dir, list.Name, out)
				all := method.Call([]reflect.Value{reflect.ValueOf(t.Context()), in})[0]
				for _, e := range all.Seq2() {
					if e.IsNil() {
						items++
					} else {
						err = e.Interface().(error)
					}
				}
				return items, err
			}
			total := out.FieldByName("TotalCount")
			if total.IsValid() && m.Name != "VpcEndpointServiceUsers" { // whether it counts both of its lists is not documented
				short++
				total.SetInt(2)
				if n, err := read(); n != 1 || !errors.Is(err, page.ErrShort) {
					t.Errorf("%s %s: one item of two: %d, %v", h.dir, m.Name, n, err)
				}
				total.SetInt(1)
			}
			if n, err := read(); n != 1 || err != nil {
				t.Errorf("%s %s: one item: %d, %v\n%s", h.dir, m.Name, n, err, answer)
			}
		}
	}
	if short < 7 {
		t.Errorf("only %d lists have a total", short)
	}
}

// A sequence is what has to come out of an iterator.
type sequence struct {
	items, requests int
	err             error
}

func (q *sequence) add(items int) {
	q.requests++
	q.items += items
}

// tokens returns what has to come out of l, and the service.
func (s script) tokens(t *testing.T, l list, text string) (sequence, func(query url.Values) string) {
	var want sequence
	seen := map[string]bool{"": true}
	for token := ""; want.err == nil; seen[token] = true {
		if want.requests == enough {
			want.err = context.Canceled
			continue
		}
		want.add(s.items(want.requests))
		if token = s.next(want.requests-1, text); token == "" {
			break
		}
		if seen[token] {
			want.err = page.ErrRepeated
		}
	}
	n := 0
	return want, func(query url.Values) string {
		if n > 0 && query.Get(l.token) != s.next(n-1, text) {
			t.Errorf("%s: page %d: asked with the token %q, not %q", l.name, n, query.Get(l.token), s.next(n-1, text))
		}
		token := s.next(n, text)
		n++
		return l.page(s.items(n-1), token != "", token)
	}
}

// kmsLists have their items within a group.
var kmsLists = map[string]list{
	`"ApplicationAccessPoints":{"ApplicationAccessPoint":[%s]}`: {name: "kms ApplicationAccessPoints", each: func(ctx context.Context, hc *http.Client) (iter.Seq[error], error) {
		c, err := kms.New(kms.Config{Region: "cn-hangzhou", Credentials: key, HTTPClient: hc})
		return outcomes(c.ApplicationAccessPoints(ctx, kms.ListApplicationAccessPointsRequest{})), err
	}},
	`"NetworkRules":{"NetworkRule":[%s]}`: {name: "kms NetworkRules", each: func(ctx context.Context, hc *http.Client) (iter.Seq[error], error) {
		c, err := kms.New(kms.Config{Region: "cn-hangzhou", Credentials: key, HTTPClient: hc})
		return outcomes(c.NetworkRules(ctx, kms.ListNetworkRulesRequest{})), err
	}},
	`"Policies":{"Policy":[%s]}`: {name: "kms Policies", each: func(ctx context.Context, hc *http.Client) (iter.Seq[error], error) {
		c, err := kms.New(kms.Config{Region: "cn-hangzhou", Credentials: key, HTTPClient: hc})
		return outcomes(c.Policies(ctx, kms.ListPoliciesRequest{})), err
	}},
}

// claimed is the number of the page that was asked for as the service says it.
func (s script) claimed(page, asked int) int {
	switch s.at(page) >> 2 {
	case 1:
		return 1
	case 2:
		return asked + 1
	case 3:
		return math.MaxInt
	case 4:
		return 0 // it does not say
	case 5:
		return -1
	case 6:
		return math.MinInt
	}
	return asked
}

// numbers does the same for KMS, which numbers its pages. What it says of the
// page counts, unless it is no number of a page.
func (s script) numbers(t *testing.T, group string, total, size int) (sequence, func(query url.Values) string) {
	var want sequence
	var asked []int
	seen := map[int]bool{}
	for number := 1; want.err == nil; number++ {
		switch {
		case number < 1:
			want.err = nas.ErrInvalidRequest // there are no more numbers
			continue
		case seen[number]:
			want.err = page.ErrRepeated
			continue
		case want.requests == enough:
			want.err = context.Canceled
			continue
		}
		seen[number] = true
		asked = append(asked, number)
		n := s.items(want.requests)
		want.add(n)
		if said := s.claimed(want.requests-1, number); said > 0 {
			number = said
		}
		long := 100
		if size > 0 {
			long = size
		}
		all := new(big.Int).Mul(big.NewInt(int64(number)), big.NewInt(int64(long)))
		if n == 0 || total > 0 && all.Cmp(big.NewInt(int64(total))) >= 0 {
			if want.items < total {
				want.err = page.ErrShort
			}
			break
		}
	}
	n := 0
	return want, func(query url.Values) string {
		if n < len(asked) && query.Get("PageNumber") != strconv.Itoa(asked[n]) {
			t.Errorf("kms: page %s is asked for, not %d", query.Get("PageNumber"), asked[n])
		}
		number, _ := strconv.Atoi(query.Get("PageNumber"))
		n++
		items := fmt.Sprintf(group, strings.TrimSuffix(strings.Repeat(`{"Name":"a"},`, s.items(n-1)), ","))
		return fmt.Sprintf(`{"RequestId":"r","PageNumber":%d,"PageSize":%d,"TotalCount":%d,%s}`, s.claimed(n-1, number), size, total, items)
	}
}

// compare iterates over l, whose service answers so.
func (q sequence) compare(t *testing.T, l list, answer func(query url.Values) string, by travel) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	requests := 0
	hc := &http.Client{Transport: by(t, wiretest.RoundTripFunc(func(r *http.Request) (*http.Response, error) {
		if requests == enough {
			cancel()
			return nil, context.Canceled
		}
		query, err := url.ParseQuery(r.URL.RawQuery)
		if err != nil {
			return nil, err
		}
		requests++
		return &http.Response{StatusCode: 200, Header: http.Header{}, Request: r, Body: io.NopCloser(strings.NewReader(answer(query)))}, nil
	}))}
	all, err := l.each(ctx, hc)
	if err != nil {
		t.Fatal(err)
	}
	items := 0
	for e := range all {
		if err != nil {
			t.Errorf("%s: goes on after %v", l.name, err)
		}
		if err = e; err == nil {
			items++
		}
	}
	if items != q.items || requests != q.requests || !errors.Is(err, q.err) {
		t.Errorf("%s: %d items of %d pages, %v; want %d of %d, %v", l.name, items, requests, err, q.items, q.requests, q.err)
	}
}
