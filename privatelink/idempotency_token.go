package privatelink

import "github.com/accesspoint-go/accesspoint/internal/idempotency"

// IdempotencyToken makes a ClientToken of what tells a resource from all others.
// It is the same for the same parts on every machine and in every version of this
// module, so that a program that creates the resource again, after a restart for
// instance, has the token that it used before. It is a UUID; no part can be read
// from it.
func IdempotencyToken(parts ...string) string { return idempotency.Token(parts...) }
