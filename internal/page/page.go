// Package page turns a paged operation into an iterator.
package page

import (
	"errors"
	"iter"
)

// ErrRepeated ends a sequence whose service sends the same page token again.
var ErrRepeated = errors.New("the service repeated a page token")

// ErrNoToken ends a sequence whose service says that there are more pages, but
// not how to ask for them. It must not look complete.
var ErrNoToken = errors.New("the service names no token for the next page")

// All yields the items of every page. fetch returns one page and the token of
// the next, which is the zero token after the last page. The sequence ends
// after the first error.
func All[Item any, Token comparable](first Token, fetch func(Token) ([]Item, Token, error)) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		var none Token
		seen := map[Token]bool{first: true}
		for token := first; ; {
			items, next, err := fetch(token)
			if err != nil {
				yield(*new(Item), err)
				return
			}
			for _, item := range items {
				if !yield(item, nil) {
					return
				}
			}
			if next == none {
				return
			}
			if seen[next] {
				yield(*new(Item), ErrRepeated)
				return
			}
			seen[next] = true
			token = next
		}
	}
}
