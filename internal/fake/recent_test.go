package fake

import "testing"

func TestRecent(t *testing.T) {
	var r Recent[int, string]
	for key := range 3 * remembered {
		r.Put(key, "first")
		r.Put(key, "second")
		if entry, ok := r.Get(key); !ok || entry != "second" {
			t.Fatalf("%d: %q, %t", key, entry, ok)
		}
	}
	for key, want := range map[int]bool{2*remembered - 1: false, 2 * remembered: true, 3*remembered - 1: true, 3 * remembered: false} {
		if _, ok := r.Get(key); ok != want {
			t.Errorf("%d: %t", key, ok)
		}
	}
	if len(r.entries) != remembered || len(r.keys) != remembered {
		t.Errorf("%d entries of %d keys", len(r.entries), len(r.keys))
	}
}
