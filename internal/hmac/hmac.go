// Package hmac computes HMAC-SHA256, on which all signature algorithms are
// built.
package hmac

import "crypto/sha256"

// SHA256 returns HMAC-SHA256 of message (RFC 2104). crypto/hmac, which keeps a state
// that can be written to, would make seven allocations for each of the one or two
// sums of a request.
func SHA256(key, message []byte) [sha256.Size]byte {
	if len(key) > sha256.BlockSize {
		hash := sha256.Sum256(key)
		key = hash[:]
	}
	inner := make([]byte, sha256.BlockSize, sha256.BlockSize+512)
	outer := make([]byte, sha256.BlockSize, sha256.BlockSize+sha256.Size)
	copy(inner, key)
	copy(outer, key)
	for i := range sha256.BlockSize {
		inner[i] ^= 0x36
		outer[i] ^= 0x5c
	}
	sum := sha256.Sum256(append(inner, message...))
	return sha256.Sum256(append(outer, sum[:]...))
}
