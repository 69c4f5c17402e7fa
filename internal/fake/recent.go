package fake

// A Recent remembers the latest entries by key: a server that runs for long neither
// grows by them nor becomes slower.
type Recent[K comparable, V any] struct {
	entries map[K]V
	keys    []K // those of entries, once full from the oldest at first on
	first   int
}

// Get returns the entry of key.
func (r *Recent[K, V]) Get(key K) (entry V, ok bool) {
	entry, ok = r.entries[key]
	return entry, ok
}

// Put adds an entry, or replaces it, and forgets the oldest of too many.
func (r *Recent[K, V]) Put(key K, entry V) {
	if r.entries == nil {
		r.entries = map[K]V{}
	}
	if _, ok := r.entries[key]; !ok {
		if len(r.keys) < remembered {
			r.keys = append(r.keys, key)
		} else {
			delete(r.entries, r.keys[r.first])
			r.keys[r.first] = key
			r.first = (r.first + 1) % remembered
		}
	}
	r.entries[key] = entry
}
