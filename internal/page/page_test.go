package page_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/internal/page"
)

func TestAll(t *testing.T) {
	broken := errors.New("broken")
	for name, c := range map[string]struct {
		pages map[string]struct {
			items []int
			next  string
			err   error
		}
		first string
		want  []int
		err   error
		calls int
	}{
		"one page":                 {pages: pages{"": {[]int{1, 2}, "", nil}}, want: []int{1, 2}, calls: 1},
		"three, one of them empty": {pages: pages{"": {[]int{1}, "a", nil}, "a": {nil, "b", nil}, "b": {[]int{2}, "", nil}}, want: []int{1, 2}, calls: 3},
		"from a token":             {pages: pages{"a": {[]int{2}, "", nil}}, first: "a", want: []int{2}, calls: 1},
		"error":                    {pages: pages{"": {[]int{1}, "a", nil}, "a": {[]int{9}, "", broken}}, want: []int{1}, err: broken, calls: 2},
		"same token":               {pages: pages{"": {[]int{1}, "a", nil}, "a": {[]int{2}, "a", nil}}, want: []int{1, 2}, err: page.ErrRepeated, calls: 2},
		"circle":                   {pages: pages{"": {[]int{1}, "a", nil}, "a": {[]int{2}, "b", nil}, "b": {[]int{3}, "a", nil}}, want: []int{1, 2, 3}, err: page.ErrRepeated, calls: 3},
		"back to start":            {pages: pages{"a": {[]int{1}, "b", nil}, "b": {[]int{2}, "a", nil}}, first: "a", want: []int{1, 2}, err: page.ErrRepeated, calls: 2},
	} {
		calls := 0
		var got []int
		var last error
		for item, err := range page.All(c.first, func(token string) ([]int, string, error) {
			calls++
			p := c.pages[token]
			return p.items, p.next, p.err
		}) {
			if last != nil {
				t.Errorf("%s: goes on after an error", name)
			}
			if last = err; err == nil {
				got = append(got, item)
			}
		}
		if d := cmp.Diff(c.want, got); d != "" || last != c.err || calls != c.calls {
			t.Errorf("%s: %d calls, error %v (-want +got):\n%s", name, calls, last, d)
		}
	}
}

// TestCounted ends sequences before, at and after the total that the service names.
func TestCounted(t *testing.T) {
	for name, c := range map[string]struct {
		totals []int // of pages with two items each
		whole  bool
		short  bool
	}{
		"as many":               {[]int{4, 4}, true, false},
		"fewer":                 {[]int{5, 5}, true, true},
		"of one page":           {[]int{3}, true, true},
		"more":                  {[]int{3, 3}, true, false},
		"unknown":               {[]int{0, 0}, true, false},
		"known later":           {[]int{0, 5}, true, true},
		"grown meanwhile":       {[]int{4, 5}, true, false},
		"shrunk meanwhile":      {[]int{5, 4}, true, false},
		"from the middle":       {[]int{9, 9}, false, false},
		"a total that is wrong": {[]int{-1, -1}, true, false},
	} {
		items := 0
		var err error
		for _, e := range page.Counted(0, c.whole, func(number int) ([]int, int, int, error) {
			next := number + 1
			if next == len(c.totals) {
				next = 0
			}
			return []int{1, 2}, next, c.totals[number], nil
		}) {
			if err = e; e == nil {
				items++
			}
		}
		if items != 2*len(c.totals) || errors.Is(err, page.ErrShort) != c.short || errors.Is(err, fault.Unavailable) != c.short {
			t.Errorf("%s: %d items, %v", name, items, err)
		}
	}
}

type pages = map[string]struct {
	items []int
	next  string
	err   error
}
