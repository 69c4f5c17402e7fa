package efs

import "github.com/accesspoint-go/accesspoint/internal/idempotency"

// IdempotencyToken returns an idempotency token (ClientToken) for the resource
// that parts identify. It is the same for the same parts on every machine and
// in every version of this module, so a program that retries a creation after a
// restart sends the token that it sent before. It is a UUID; the parts cannot
// be read from it.
func IdempotencyToken(parts ...string) string { return idempotency.Token(parts...) }
