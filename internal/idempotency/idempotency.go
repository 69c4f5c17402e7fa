// Package idempotency makes tokens that are the same on every machine.
package idempotency

import (
	"encoding/binary"

	"github.com/google/uuid"
)

// space is the name space of the tokens. With another one, resources that were
// created with a token could not be found again.
var space = uuid.UUID{0x5e, 0x3f, 0x0b, 0x6a, 0x29, 0xd1, 0x4c, 0x8e, 0x9b, 0x47, 0x83, 0x2c, 0xf0, 0x61, 0xa5, 0xd4}

// Token returns the UUID (version 5) of the parts, each of which is preceded by
// its length in eight bytes, so that ("ab", "c") and ("a", "bc") differ.
func Token(parts ...string) string {
	var name []byte
	for _, p := range parts {
		name = binary.BigEndian.AppendUint64(name, uint64(len(p)))
		name = append(name, p...)
	}
	return uuid.NewSHA1(space, name).String()
}
