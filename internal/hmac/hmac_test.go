package hmac_test

import (
	"bytes"
	stdhmac "crypto/hmac"
	"crypto/sha256"
	"testing"

	"github.com/accesspoint-go/accesspoint/internal/hmac"
)

// FuzzSHA256 compares with crypto/hmac, around the lengths of a block and of the
// buffer too.
func FuzzSHA256(f *testing.F) {
	for _, n := range []int{0, 1, 32, 63, 64, 65, 511, 512, 513, 4096} {
		f.Add(bytes.Repeat([]byte("k"), n), []byte("message"))
		f.Add([]byte("key"), bytes.Repeat([]byte("m"), n))
	}
	f.Fuzz(func(t *testing.T, key, message []byte) {
		h := stdhmac.New(sha256.New, key)
		h.Write(message)
		if got := hmac.SHA256(key, message); !bytes.Equal(got[:], h.Sum(nil)) {
			t.Errorf("%x of %x under %x", got, message, key)
		}
	})
}

// TestSumAllocates keeps the sum from allocating, which is what it is for.
func TestSumAllocates(t *testing.T) {
	key, message := []byte("key"), make([]byte, 300)
	if n := testing.AllocsPerRun(10, func() { hmac.SHA256(key, message) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
