// Package recipes shows how programs use this SDK together with what they have
// already: the configuration and the credentials of the official SDKs, OpenTelemetry
// and Prometheus. It holds nothing but examples, which run in tests:
//
//	cd examples/recipes
//	go test -v
//
// What needs no other module is in the examples of package nas: one http.Client and
// one OnAttempt for all five services, log/slog, a mock of one method, and an
// iterator as a slice.
//
// It is a module of its own, so that those others are not required by this SDK.
package recipes
