// Package benchmark measures this module beside the services' own SDKs and beside
// the least that a program without an SDK would do. It is a module of its own, so
// that the SDKs stay out of the main module's requirements.
//
// A column is a client of a service ([Services]): ours with its defaults, so with
// validation, pacing and repeats; the official SDKs that the module proxy has,
// with theirs; and two floors. floor-min is plain net/http with a signature by
// hand, and encoding/json or encoding/xml. floor-bare sends a request that was
// signed beforehand and drops the answer.
//
// go test checks the columns: the same parameters on the wire (TestParameters),
// signatures that the fakes find right (TestAccepted), every item of a list decoded
// (TestDecoded), one signature by all signers (TestSigners). The answers are those
// of the fakes.
//
// A create is measured with the parameters that most callers set (call=create) and
// with all that the operation takes together (call=create-full; TestFull). The
// second is the stricter measure: the more a call encodes, signs and checks, the
// less the constant cost of net/http hides.
//
// go test -bench measures: calls in memory (BenchmarkCall, meant for -cpu 1), with
// one client for 64 goroutines (BenchmarkShared), over loopback to a server process
// (BenchmarkLoopback), signing alone (BenchmarkSign) and construction
// (BenchmarkNew). The names of sub-benchmarks have the form that benchstat reads:
//
//	go test -run '^$' -bench Call -cpu 1 -count 6 | benchstat -col /column -
//
// [Service.FanOut] and [Service.Waits] do what examples/fleet does, with every
// column: 64 callers create a thousand access points where the service throttles,
// and a thousand are waited for.
//
// go run ./cmd/report runs all of it in interleaved passes, weighs the programs of
// the folder program besides, and writes the folder results.
package benchmark
