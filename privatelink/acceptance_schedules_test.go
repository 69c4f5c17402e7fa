package privatelink_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/privatelink"
	"github.com/accesspoint-go/accesspoint/privatelink/privatelinktest"
)

// TestAcceptanceSchedules has a provider ensure its service and accept what waits, and
// a consumer ensure its endpoint, while both die at random moments and are started
// again, and the service loses answers, does things late, and shows what was. In the
// end one service and one endpoint stand, connected.
func TestAcceptanceSchedules(t *testing.T) {
	for seed := range uint64(40) {
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 1))
			var mu sync.Mutex // of random
			srv := privatelinktest.NewServer(privatelinktest.ReadyAfter(6*time.Second), privatelinktest.GoneAfter(2*time.Second), privatelinktest.AnySignature())
			srv.Disturb(privatelinktest.Disturbance{Faults: 0.2, Late: 3 * time.Second, Lag: 4 * time.Second, AnyCase: true, Seed: seed})
			// lives runs a process again and again until it has done its work. Each life is a
			// client of its own, and all but the last end in the middle of something.
			lives := func(work func(ctx context.Context, c *privatelink.Client) bool) {
				for life := 0; ; life++ {
					mu.Lock()
					left := time.Duration(random.Int64N(int64(25 * time.Second)))
					mu.Unlock()
					if life > 8 {
						left = 5 * time.Minute
					}
					ctx, cancel := context.WithTimeout(t.Context(), left)
					done := work(ctx, srv.Client())
					cancel()
					if done {
						return
					}
				}
			}
			name := make(chan string, 100)
			var both sync.WaitGroup
			connected := make(chan struct{})
			both.Go(func() {
				lives(func(ctx context.Context, c *privatelink.Client) bool {
					s, err := c.EnsureVpcEndpointService(ctx, "service", serviceRequest())
					if err != nil {
						return false
					}
					select {
					case name <- s.ServiceID:
					default:
					}
					for {
						for conn, err := range c.PendingConnections(ctx, s.ServiceID) {
							if err != nil {
								return false
							}
							if _, err := c.AcceptVpcEndpointConnection(ctx, s.ServiceID, conn.EndpointID); err != nil {
								return false
							}
						}
						select {
						case <-connected:
							return true
						case <-ctx.Done():
							return false
						case <-time.After(2 * time.Second):
						}
					}
				})
			})
			both.Go(func() {
				in := withZone()
				in.ServiceID = <-name
				lives(func(ctx context.Context, c *privatelink.Client) bool {
					ep, err := c.EnsureVpcEndpoint(ctx, "endpoint", in)
					return err == nil && ep.ConnectionStatus == privatelink.ConnectionStatusConnected
				})
				close(connected)
			})
			both.Wait()
			srv.Disturb(privatelinktest.Disturbance{})
			<-time.After(30 * time.Second)
			found := services(t, srv, "service")
			if len(found) != 1 {
				t.Fatalf("seed %d: services %v", seed, found)
			}
			all := 0
			for conn, err := range srv.Client().VpcEndpointConnections(t.Context(), privatelink.ListVpcEndpointConnectionsRequest{ServiceID: found[0]}) {
				if all++; err != nil || conn.ConnectionStatus != privatelink.ConnectionStatusConnected {
					t.Errorf("seed %d: %+v, %v", seed, conn, err)
				}
			}
			if all != 1 {
				t.Errorf("seed %d: %d connections", seed, all)
			}
		})
	}
}
