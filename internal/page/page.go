// Package page turns a paginated operation into an iterator.
package page

import (
	"errors"
	"fmt"
	"iter"

	"github.com/accesspoint-go/accesspoint/internal/fault"
)

// ErrRepeated ends a sequence whose service sends the same page token again.
var ErrRepeated = errors.New("the service repeated a page token")

// ErrNoToken ends a sequence whose service says that there are more pages, but
// not how to ask for them. It must not look complete.
var ErrNoToken = errors.New("the service names no token for the next page")

// ErrShort ends a sequence with fewer items than the service says there are. It
// must not look complete either. Another attempt may be: items that came and went
// while the pages were read can also be the reason.
var ErrShort = fmt.Errorf("%w: the list ended before the total that the service names", fault.Unavailable)

// All yields the items of every page. fetch returns one page and the token of
// the next, which is the zero token after the last page. The sequence ends
// after the first error.
func All[Item any, Token comparable](first Token, fetch func(Token) ([]Item, Token, error)) iter.Seq2[Item, error] {
	return Counted(first, false, func(token Token) ([]Item, Token, int, error) {
		items, next, err := fetch(token)
		return items, next, 0, err
	})
}

// Counted is All for an operation that also says how many items there are on all
// pages, 0 for unknown. If whole, the sequence has them all, and the least of those
// totals counts: one that is read later may have grown.
func Counted[Item any, Token comparable](first Token, whole bool, fetch func(Token) ([]Item, Token, int, error)) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		var none Token
		seen := map[Token]bool{first: true}
		count, least := 0, 0
		for token := first; ; {
			items, next, total, err := fetch(token)
			if err != nil {
				yield(*new(Item), err)
				return
			}
			if total > 0 && (least == 0 || total < least) {
				least = total
			}
			count += len(items)
			for _, item := range items {
				if !yield(item, nil) {
					return
				}
			}
			switch {
			case next == none && whole && count < least:
				err = ErrShort
			case next == none:
				return
			case seen[next]:
				err = ErrRepeated
			}
			if err != nil {
				yield(*new(Item), err)
				return
			}
			seen[next] = true
			token = next
		}
	}
}
