package benchmark

import (
	"context"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

func TestMain(m *testing.M) {
	ServeIfAsked()
	os.Exit(m.Run())
}

// BenchmarkCall makes calls that are answered from memory.
func BenchmarkCall(b *testing.B) {
	for _, s := range Services {
		for _, call := range s.Calls {
			answer, err := s.answer(call)
			if err != nil {
				b.Fatal(err)
			}
			for _, column := range s.Columns {
				b.Run(name(s, call, column), func(b *testing.B) {
					client, err := column.New(memory, answer)
					if err != nil {
						b.Fatal(err)
					}
					loop(b, func() error {
						_, err := client.Do(context.Background(), call)
						return err
					})
				})
			}
		}
	}
}

// loop measures do, one call after another. Besides the time on the clock it
// reports the time that this process used, garbage collection included: what else
// runs on the machine does not count there.
func loop(b *testing.B, do func() error) {
	b.ReportAllocs()
	cpu := cpuTime()
	for b.Loop() {
		if err := do(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64((cpuTime()-cpu).Nanoseconds())/float64(b.N), "cpu-ns/op")
}

func name(s *Service, call Call, column Column) string {
	return fmt.Sprintf("service=%s/call=%s/column=%s", s.Name, call.Name, column.Name)
}

// BenchmarkShared makes creates that are answered from memory, in 64 goroutines
// that share a client. Under the race detector it tells which clients bear that.
func BenchmarkShared(b *testing.B) {
	for _, s := range Services {
		answer, err := s.answer(create)
		if err != nil {
			b.Fatal(err)
		}
		for _, column := range s.Columns {
			b.Run(name(s, create, column), func(b *testing.B) {
				client, err := column.New(memory, answer)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportAllocs()
				b.ResetTimer()
				crowd(b, 64, b.N, func() error {
					_, err := client.Do(context.Background(), create)
					return err
				})
			})
		}
	}
}

// crowd makes n calls in that many goroutines.
func crowd(b *testing.B, callers, n int, do func() error) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() {
			for next.Add(1) <= int64(n) {
				if err := do(); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}

// BenchmarkLoopback makes calls to a server process. CPU is that of this process
// alone. The SDKs have the transports that they have by default.
func BenchmarkLoopback(b *testing.B) {
	server, err := StartServer()
	if err != nil {
		b.Fatal(err)
	}
	defer server.Close()
	for _, s := range Services {
		for _, call := range []Call{create, createFull, list100} {
			for _, callers := range []int{1, 16, 64} {
				for _, column := range s.Columns {
					client, err := column.New(server.Addresses[s.Name+"/"+call.Name], nil)
					if err != nil {
						b.Fatal(err)
					}
					do := func() error {
						_, err := client.Do(context.Background(), call)
						return err
					}
					b.Run(fmt.Sprintf("service=%s/call=%s/callers=%d/column=%s", s.Name, call.Name, callers, column.Name), func(b *testing.B) {
						crowd(b, callers, 4*callers, do) // connects
						before, err := server.Connections()
						if err != nil {
							b.Fatal(err)
						}
						b.ReportAllocs()
						cpu := cpuTime()
						b.ResetTimer()
						crowd(b, callers, b.N, do)
						b.StopTimer()
						cpu = cpuTime() - cpu
						after, err := server.Connections()
						if err != nil {
							b.Fatal(err)
						}
						b.ReportMetric(float64(cpu.Nanoseconds())/float64(b.N), "cpu-ns/op")
						b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
						b.ReportMetric(100*float64(after-before)/float64(b.N), "conns/100op")
					})
				}
			}
		}
	}
}

// cpuTime is what this process has used so far.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// TestSigners checks that all signers of a signature sign alike.
func TestSigners(t *testing.T) {
	for _, s := range Signatures {
		var first string
		for i, signer := range s.Signers {
			got, err := signer.New()()
			if err != nil {
				t.Fatal(err)
			}
			if i == 0 {
				first = got
			}
			if got != first || got == "" {
				t.Errorf("%s, %s:\n%s\nours:\n%s", s.Name, signer.Name, got, first)
			}
		}
	}
}

// BenchmarkSign signs.
func BenchmarkSign(b *testing.B) {
	for _, s := range Signatures {
		for _, signer := range s.Signers {
			b.Run(fmt.Sprintf("signature=%s/column=%s", s.Name, signer.Name), func(b *testing.B) {
				sign := signer.New()
				loop(b, func() error {
					_, err := sign()
					return err
				})
			})
		}
	}
}

// BenchmarkNew makes clients.
func BenchmarkNew(b *testing.B) {
	for _, s := range Services {
		for _, column := range s.Columns {
			if column.Name == FloorBare { // it signs its requests then
				continue
			}
			b.Run(fmt.Sprintf("service=%s/column=%s", s.Name, column.Name), func(b *testing.B) {
				loop(b, func() error {
					_, err := column.New(memory, nil)
					return err
				})
			})
		}
	}
}
