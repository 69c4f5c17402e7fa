// Package policy compares access policies by their meaning.
package policy

import (
	"encoding/json"
	"slices"
	"strings"
)

// Same reports whether two policies, which are JSON, say the same: lists are sets,
// one item needs no list, and the principal * is every AWS principal. Parts of policies,
// such as statements, compare likewise.
func Same(a, b string) bool {
	x, okA := meaning(a)
	y, okB := meaning(b)
	return okA && okB && x == y
}

// meaning returns a text that is the same for all policies that say the same.
func meaning(policy string) (text string, ok bool) {
	var tree any
	if json.Unmarshal([]byte(policy), &tree) != nil {
		return "", false
	}
	return written(even(tree)), true
}

// written returns a tree as JSON, its members in order.
func written(tree any) string {
	text, _ := json.Marshal(tree) // of what was read
	return string(text)
}

// even returns a tree in the one form of all that say the same.
func even(tree any) any {
	switch tree := tree.(type) {
	case map[string]any:
		for name, v := range tree {
			if tree[name] = even(v); name == "Principal" && tree[name] == "*" {
				tree[name] = map[string]any{"AWS": "*"}
			}
		}
	case []any:
		items := make([]any, len(tree))
		for i, v := range tree {
			items[i] = even(v)
		}
		slices.SortFunc(items, func(a, b any) int { return strings.Compare(written(a), written(b)) })
		items = slices.CompactFunc(items, func(a, b any) bool { return written(a) == written(b) })
		if len(items) == 1 {
			return items[0]
		}
		return items
	}
	return tree
}
