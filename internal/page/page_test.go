package page_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

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

type pages = map[string]struct {
	items []int
	next  string
	err   error
}
