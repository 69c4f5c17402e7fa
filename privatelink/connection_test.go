package privatelink_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/privatelink"
	"github.com/accesspoint-go/accesspoint/privatelink/privatelinktest"
)

// madeService creates a service whose owner accepts by hand, and returns its ID.
func madeService(t *testing.T, client *privatelink.Client) string {
	t.Helper()
	out, err := client.CreateVpcEndpointService(t.Context(), privatelink.CreateVpcEndpointServiceRequest{
		Resources: []privatelink.ServiceResource{{ResourceType: privatelink.ServiceResourceSLB, ResourceID: privatelinktest.LoadBalancerID, ZoneID: privatelinktest.ZoneID}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if s, err := client.WaitVpcEndpointServiceActive(t.Context(), out.ServiceID, privatelink.WaitOptions{}); err != nil || s.ServiceID != out.ServiceID {
		t.Fatalf("%+v, %v", s, err)
	}
	return out.ServiceID
}

// madeEndpoint creates an endpoint of a service in one zone, and returns its ID.
func madeEndpoint(t *testing.T, client *privatelink.Client, serviceID string) string {
	t.Helper()
	in := createRequest
	in.ServiceID = serviceID
	in.Zones = []privatelink.Zone{{ZoneID: privatelinktest.ZoneID, VSwitchID: privatelinktest.VSwitchID}}
	out, err := client.CreateVpcEndpoint(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return out.EndpointID
}

// pending returns the endpoints whose connections wait to be accepted.
func pending(t *testing.T, client *privatelink.Client, serviceID string) (ids []string) {
	t.Helper()
	for conn, err := range client.PendingConnections(t.Context(), serviceID) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, conn.EndpointID)
	}
	return ids
}

// TestBothSides has a provider and a consumer meet: the consumer's wait ends when the
// provider accepts.
func TestBothSides(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := privatelinktest.NewServer(privatelinktest.ReadyAfter(20*time.Second), privatelinktest.GoneAfter(5*time.Second))
		provider, consumer, ctx := srv.Client(), srv.Client(), t.Context()
		serviceID := madeService(t, provider)
		endpointID := madeEndpoint(t, consumer, serviceID)
		start := time.Now()
		if _, err := consumer.WaitVpcEndpointReady(ctx, endpointID, privatelink.WaitOptions{}); !errors.Is(err, privatelink.ErrAwaitingAcceptance) {
			t.Fatalf("got %v", err)
		}
		ready := make(chan error)
		go func() {
			ep, err := consumer.WaitVpcEndpointReady(ctx, endpointID, privatelink.WaitOptions{})
			if err == nil && (ep.EndpointStatus != privatelink.EndpointStatusActive || ep.ConnectionStatus != privatelink.ConnectionStatusConnected) {
				err = errors.New(string(ep.ConnectionStatus))
			}
			ready <- err
		}()
		<-time.After(30 * time.Second)
		if got := pending(t, provider, serviceID); len(got) != 1 || got[0] != endpointID {
			t.Fatalf("pending %v", got)
		}
		conn, err := provider.AcceptVpcEndpointConnection(ctx, serviceID, endpointID)
		if err != nil || conn.ConnectionStatus != privatelink.ConnectionStatusConnected || conn.EndpointVpcID != privatelinktest.VpcID || len(conn.Zones) != 1 {
			t.Fatalf("%+v, %v", conn, err)
		}
		if err := <-ready; err != nil {
			t.Errorf("after %v: %v", time.Since(start), err)
		}
		if got := pending(t, provider, serviceID); len(got) != 0 {
			t.Errorf("pending %v", got)
		}
		before := len(srv.Calls())
		if _, err := provider.AcceptVpcEndpointConnection(ctx, serviceID, endpointID); err != nil {
			t.Errorf("again: %v", err)
		}
		if calls := srv.Calls()[before:]; len(calls) != 1 {
			t.Errorf("again: %v", calls)
		}

		// One zone.
		zone := privatelinktest.ZoneID
		if z, err := provider.WaitVpcEndpointZoneConnected(ctx, serviceID, endpointID, zone, privatelink.WaitOptions{}); err != nil || z.ResourceID != privatelinktest.LoadBalancerID {
			t.Fatalf("%+v, %v", z, err)
		}
		enable := privatelink.EnableVpcEndpointZoneConnectionRequest{ServiceID: serviceID, EndpointID: endpointID, ZoneID: zone}
		if _, err := provider.EnableVpcEndpointZoneConnection(ctx, enable); !errors.Is(err, privatelink.CodeZoneStatusIncorrect) || !errors.Is(err, privatelink.ErrConflict) {
			t.Errorf("got %v", err)
		}
		if _, err := provider.DisableVpcEndpointZoneConnection(ctx, privatelink.DisableVpcEndpointZoneConnectionRequest{ServiceID: serviceID, EndpointID: endpointID, ZoneID: zone}); err != nil {
			t.Fatal(err)
		}
		if z, err := provider.WaitVpcEndpointZoneDisconnected(ctx, serviceID, endpointID, zone, privatelink.WaitOptions{}); err != nil || z.ZoneStatus != privatelink.ZoneStatusDisconnected {
			t.Fatalf("%+v, %v", z, err)
		}
		if _, err := provider.EnableVpcEndpointZoneConnection(ctx, enable); err != nil {
			t.Fatal(err)
		}
		if _, err := provider.WaitVpcEndpointZoneConnected(ctx, serviceID, endpointID, zone, privatelink.WaitOptions{}); err != nil {
			t.Fatal(err)
		}
		enable.ZoneID = "cn-hangzhou-z"
		if _, err := provider.EnableVpcEndpointZoneConnection(ctx, enable); !errors.Is(err, privatelink.CodeResourceNotFoundZone) || !errors.Is(err, privatelink.ErrNotFound) {
			t.Errorf("got %v", err)
		}

		// The bandwidth.
		if _, err := provider.UpdateVpcEndpointConnectionAttribute(ctx, privatelink.UpdateVpcEndpointConnectionAttributeRequest{ServiceID: serviceID, EndpointID: endpointID, Bandwidth: 500}); err != nil {
			t.Fatal(err)
		}
		if conn, err := provider.WaitVpcEndpointConnected(ctx, serviceID, endpointID, privatelink.WaitOptions{}); err != nil || conn.Bandwidth != 500 {
			t.Errorf("%+v, %v", conn, err)
		}
		if _, err := provider.DeleteVpcEndpointService(ctx, privatelink.DeleteVpcEndpointServiceRequest{ServiceID: serviceID}); !errors.Is(err, privatelink.CodeServiceConnectionDependence) {
			t.Errorf("got %v", err)
		}

		// The other way.
		for range 2 {
			if conn, err := provider.RejectVpcEndpointConnection(ctx, serviceID, endpointID); err != nil || conn.ConnectionStatus != privatelink.ConnectionStatusDisconnected {
				t.Fatalf("%+v, %v", conn, err)
			}
		}
		if got := pending(t, provider, serviceID); len(got) != 1 {
			t.Errorf("pending %v", got)
		}
		if _, err := provider.DeleteVpcEndpointService(ctx, privatelink.DeleteVpcEndpointServiceRequest{ServiceID: serviceID}); !errors.Is(err, privatelink.CodeServiceDependenceViolation) {
			t.Errorf("got %v", err)
		}
		if _, err := provider.DetachResourceFromVpcEndpointService(ctx, privatelink.DetachResourceFromVpcEndpointServiceRequest{ServiceID: serviceID, ResourceID: privatelinktest.LoadBalancerID}); err != nil {
			t.Fatal(err)
		}
		if _, err := provider.WaitVpcEndpointServiceActive(ctx, serviceID, privatelink.WaitOptions{}); err != nil {
			t.Fatal(err)
		}
		if _, err := provider.DeleteVpcEndpointService(ctx, privatelink.DeleteVpcEndpointServiceRequest{ServiceID: serviceID}); err != nil {
			t.Fatal(err)
		}
		if err := provider.WaitVpcEndpointServiceDeleted(ctx, serviceID, privatelink.WaitOptions{}); err != nil {
			t.Fatal(err)
		}
		if ep, err := consumer.GetVpcEndpointAttribute(ctx, privatelink.GetVpcEndpointAttributeRequest{EndpointID: endpointID}); err != nil || ep.ConnectionStatus != privatelink.ConnectionStatusServiceDeleted {
			t.Errorf("%+v, %v", ep, err)
		}
		for _, err := range provider.PendingConnections(ctx, serviceID) {
			if !errors.Is(err, privatelink.CodeServiceNotFound) {
				t.Errorf("got %v", err)
			}
		}
	})
}

// TestAcceptInAllWeather accepts and rejects in turn, while the service loses
// answers, does things late, and shows what was. After each call that succeeded, the
// connection becomes what was asked, and stays so.
func TestAcceptInAllWeather(t *testing.T) {
	for seed := range uint64(60) {
		synctest.Test(t, func(t *testing.T) {
			srv := privatelinktest.NewServer(privatelinktest.ReadyAfter(4*time.Second), privatelinktest.GoneAfter(2*time.Second), privatelinktest.AnySignature())
			client := srv.Client()
			serviceID := madeService(t, client)
			endpointID := madeEndpoint(t, client, serviceID)
			for step := range 6 {
				srv.Disturb(privatelinktest.Disturbance{Faults: 0.3, Late: 4 * time.Second, Lag: 5 * time.Second, AnyCase: true, Seed: seed<<8 + uint64(step)})
				turn, want := client.AcceptVpcEndpointConnection, privatelink.ConnectionStatusConnected
				if step%2 == 1 {
					turn, want = client.RejectVpcEndpointConnection, privatelink.ConnectionStatusDisconnected
				}
				// Contexts of some seconds, again and again, as controllers have them.
				for {
					ctx, cancel := context.WithTimeout(t.Context(), 7*time.Second)
					conn, err := turn(ctx, serviceID, endpointID)
					cancel()
					if err == nil {
						if conn.EndpointID != endpointID {
							t.Errorf("seed %d, step %d: %+v", seed, step, conn)
						}
						break
					}
				}
				srv.Disturb(privatelinktest.Disturbance{})
				<-time.After(20 * time.Second) // what was to be done late is done
				for conn, err := range client.VpcEndpointConnections(t.Context(), privatelink.ListVpcEndpointConnectionsRequest{EndpointID: endpointID}) {
					if err != nil || conn.ConnectionStatus != want {
						t.Errorf("seed %d, step %d: %s, %v; want %s", seed, step, conn.ConnectionStatus, err, want)
					}
				}
			}
		})
	}
}

// TestTurnAtOnce rejects what has just been accepted, and the reverse: what a look
// finds may be from before that.
func TestTurnAtOnce(t *testing.T) {
	for seed := range uint64(40) {
		synctest.Test(t, func(t *testing.T) {
			srv := privatelinktest.NewServer(privatelinktest.AnySignature(), privatelinktest.ReadyAfter(6*time.Second))
			client, ctx := srv.Client(), t.Context()
			serviceID := madeService(t, client)
			endpointID := madeEndpoint(t, client, serviceID)
			<-time.After(time.Minute)
			srv.Disturb(privatelinktest.Disturbance{Lag: 8 * time.Second, Seed: seed})
			want := privatelink.ConnectionStatusDisconnected
			if seed%4 == 0 { // one that is interrupted
				short, cancel := context.WithTimeout(ctx, time.Second)
				_, _ = client.AcceptVpcEndpointConnection(short, serviceID, endpointID)
				cancel()
				if _, err := client.RejectVpcEndpointConnection(ctx, serviceID, endpointID); err != nil {
					t.Fatal(err)
				}
			}
			for n := range seed % 4 {
				turn := client.AcceptVpcEndpointConnection
				if want = privatelink.ConnectionStatusConnected; n%2 == 1 {
					turn, want = client.RejectVpcEndpointConnection, privatelink.ConnectionStatusDisconnected
				}
				if _, err := turn(ctx, serviceID, endpointID); err != nil {
					t.Fatal(err)
				}
			}
			srv.Disturb(privatelinktest.Disturbance{})
			<-time.After(time.Minute)
			for conn, err := range client.VpcEndpointConnections(ctx, privatelink.ListVpcEndpointConnectionsRequest{EndpointID: endpointID}) {
				if err != nil || conn.ConnectionStatus != want {
					t.Errorf("seed %d: %s, %v; want %s", seed, conn.ConnectionStatus, err, want)
				}
			}
		})
	}
}

// TestAcceptSaysWhyNot checks how an acceptance fails.
func TestAcceptSaysWhyNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := privatelinktest.NewServer()
		client := srv.Client()
		serviceID := madeService(t, client)
		endpointID := madeEndpoint(t, client, serviceID)
		if _, err := client.AcceptVpcEndpointConnection(t.Context(), "", ""); !errors.Is(err, privatelink.ErrInvalidRequest) {
			t.Errorf("got %v", err)
		}
		if _, err := new(privatelink.Client).AcceptVpcEndpointConnection(t.Context(), serviceID, endpointID); err == nil {
			t.Error("a Client that New has not made accepts")
		}
		if _, err := client.AcceptVpcEndpointConnection(t.Context(), serviceID, "ep-none"); !errors.Is(err, privatelink.ErrNotFound) {
			t.Errorf("got %v", err)
		}
		if _, err := client.AcceptVpcEndpointConnection(t.Context(), "epsrv-none", endpointID); !errors.Is(err, privatelink.CodeServiceNotFound) {
			t.Errorf("got %v", err)
		}
		srv.Fail("EnableVpcEndpointConnection", privatelink.APIError{StatusCode: 400, Code: privatelink.CodeNoAvailableServiceResource})
		_, err := client.AcceptVpcEndpointConnection(t.Context(), serviceID, endpointID)
		if failed, ok := errors.AsType[*privatelink.WaitError](err); !ok || failed.State != "" && failed.State != "Disconnected" || !errors.Is(err, privatelink.CodeNoAvailableServiceResource) {
			t.Errorf("got %v", err)
		}
		// One that is busy for as long as the context lasts: the error has both.
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		for range 10 {
			srv.Fail("EnableVpcEndpointConnection", privatelink.APIError{StatusCode: 400, Code: privatelink.CodeEndpointConnectionOperationDenied})
		}
		if _, err := client.AcceptVpcEndpointConnection(ctx, serviceID, endpointID); !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, privatelink.CodeEndpointConnectionOperationDenied) {
			t.Errorf("got %v", err)
		}
	})
}
