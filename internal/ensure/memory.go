// Package ensure implements the methods of the services that are named Ensure…:
// it finds or creates the one resource of a key, or deletes it, safely under
// retries, lost responses, concurrent callers and eventual consistency. A
// service supplies functions that list, create and delete its resources.
package ensure

import (
	"sync"
	"time"
)

// capacity bounds the keys that a client remembers: at least so many, at most
// twice, at about 300 bytes each. With fewer, calls for more keys than that begin
// anew more often. Chosen: ten thousand in all.
const capacity = 5000

// A Memory is what a client has learned of keys, so that a call goes on where
// one before it was ended by its context. What it has forgotten costs time or
// requests, never correctness. The zero Memory is ready for use.
type Memory struct {
	mu         sync.Mutex
	young, old map[string]*known
}

// known is what is known of one key. All times but the service's are of this
// machine's monotonic clock.
type known struct {
	seen    map[string]span      // since when a resource is known to exist, by ID, and when it was last shown
	created map[string]creation  // what no look has shown yet, by ID
	lost    creation             // the last one whose outcome is unknown
	gone    span                 // the looks that have shown nothing, in a row
	id      string               // of the resource that the key's token led to
	rows    map[string]span      // what has been so for a time, by what it is
	refused time.Time            // when a creation was first refused for its name, if nothing was shown since
	leaving time.Time            // when a look last showed a resource that was being deleted
	sent    map[string]time.Time // when changes were sent that may not show yet, by what they are
	given   int                  // how many tokens of the key have been given up, in a row
	used    time.Time            // when given was last asked for
}

// A span is a row of looks with the same result.
type span struct{ first, last time.Time }

// A creation is one that was sent and not refused.
type creation struct {
	at       time.Time // when the response, or the error in its place, came
	from, by time.Time // the service's time, at least, before it was sent and at at; zero if unknown
}

// update calls f with what is known of key, which f may change. f must not block.
func (m *Memory) update(key string, f func(*known)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	k := m.young[key]
	if k == nil {
		if k = m.old[key]; k == nil {
			k = &known{}
		}
		if len(m.young) >= capacity {
			m.old, m.young = m.young, nil
		}
		if m.young == nil {
			m.young = map[string]*known{}
		}
		m.young[key] = k
		delete(m.old, key)
	}
	f(k)
	if k.empty() {
		delete(m.young, key)
	}
}

func (k *known) empty() bool {
	return len(k.seen) == 0 && len(k.created) == 0 && k.lost == creation{} && k.gone == span{} && k.id == "" &&
		len(k.rows) == 0 && k.refused.IsZero() && k.leaving.IsZero() && len(k.sent) == 0 && k.given == 0
}

// Send remembers that a change of what key has was sent just now. Looks before it that
// have shown nothing say nothing of what it leads to.
func (m *Memory) Send(key, change string) {
	m.update(key, func(k *known) {
		k.gone = span{}
		if k.sent == nil {
			k.sent = map[string]time.Time{}
		}
		k.sent[change] = time.Now()
	})
}

// Sent returns when a change of what key has was last sent, or no time if that is
// not known.
func (m *Memory) Sent(key, change string) (at time.Time) {
	m.update(key, func(k *known) { at = k.sent[change] })
	return at
}

// Nothing notes a look, asked at a time, that has shown nothing, and returns since
// when looks in a row have, and when the last one before it was asked.
func (m *Memory) Nothing(key string, asked time.Time, settle time.Duration) (since, before time.Time) {
	m.update(key, func(k *known) {
		if k.gone == (span{}) || asked.Sub(k.gone.last) > lapse*settle {
			k.gone = span{first: asked}
		}
		since, before = k.gone.first, k.gone.last
		if asked.After(before) {
			k.gone.last = asked
		}
	})
	return since, before
}

// Something forgets the looks that have shown nothing, and what was sent meanwhile.
func (m *Memory) Something(key string) { m.update(key, func(k *known) { *k = known{} }) }

// Show notes that a look has shown the resource of an ID, and no other. It returns since
// when this client has known that it exists, and whether the client has looked for it
// before. What was sent for the key is forgotten.
func (m *Memory) Show(key, id string) (since time.Time, before bool) {
	m.update(key, func(k *known) {
		before = !k.empty()
		s, ok := k.seen[id]
		if s.last = time.Now(); !ok {
			s.first = s.last
		}
		*k = known{seen: map[string]span{id: s}}
		since = s.first
	})
	return since, before
}

// Know remembers the ID of what was just created for a key.
func (m *Memory) Know(key, id string) {
	m.update(key, func(k *known) {
		now := time.Now()
		k.id, k.seen = id, map[string]span{id: {now, now}}
	})
}

// ID returns the ID that the token of a key is known to lead to, or an empty text.
func (m *Memory) ID(key string) (id string) {
	m.update(key, func(k *known) { id = k.id })
	return id
}

// GiveUp notes that the token of a generation creates nothing any more, nor leads to
// what the key has.
func (m *Memory) GiveUp(key string, generation int) {
	m.update(key, func(k *known) { k.id, k.given, k.used = "", max(k.given, generation+1), time.Now() })
}

// Generation returns the first generation whose token has not been given up. Calls of
// long ago do not count, for a service may forget a token.
func (m *Memory) Generation(key string, settle time.Duration) (generation int) {
	m.update(key, func(k *known) {
		now := time.Now()
		if now.Sub(k.used) > lapse*settle {
			k.given = 0
		}
		generation, k.used = k.given, now
	})
	return generation
}
