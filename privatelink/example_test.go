package privatelink_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"golang.org/x/time/rate"

	"github.com/accesspoint-go/accesspoint/privatelink"
	"github.com/accesspoint-go/accesspoint/privatelink/privatelinktest"
)

func Example() {
	// A program would write privatelink.New(privatelink.Config{Region: "cn-hangzhou"}).
	client := privatelinktest.NewServer(privatelinktest.ReadyAfter(20 * time.Millisecond)).Client()

	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	out, err := client.CreateVpcEndpoint(ctx, privatelink.CreateVpcEndpointRequest{
		EndpointName:     "team-a",
		VpcID:            privatelinktest.VpcID,
		ServiceID:        privatelinktest.ServiceID,
		SecurityGroupIDs: []string{privatelinktest.SecurityGroupID},
		Zones:            []privatelink.Zone{{ZoneID: privatelinktest.ZoneID, VSwitchID: privatelinktest.VSwitchID}},
	})
	if err != nil {
		log.Fatal(err)
	}
	ep, err := client.WaitVpcEndpointReady(ctx, out.EndpointID, privatelink.WaitOptions{Interval: 10 * time.Millisecond})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(ep.EndpointName, ep.EndpointStatus, ep.ConnectionStatus)
	fmt.Println(ep.EndpointDomain)
	// Output:
	// team-a Active Connected
	// ep-0000000000000001.epsrv-bp1xdsq46ael67loabcd.cn-hangzhou.privatelink.aliyuncs.com
}

// EnsureVpcEndpoint finds or creates the endpoint of a key. A program that was
// restarted during the call calls again with the same key.
func ExampleClient_EnsureVpcEndpoint() {
	cfg := privatelinktest.NewServer().Config()
	cfg.Settle = 10 * time.Millisecond // a test need not wait for the real service
	client, err := privatelink.New(cfg)
	if err != nil {
		log.Fatal(err)
	}

	ctx := context.Background()
	wanted := privatelink.CreateVpcEndpointRequest{
		VpcID: privatelinktest.VpcID, ServiceID: privatelinktest.ServiceID, SecurityGroupIDs: []string{privatelinktest.SecurityGroupID},
		Zones: []privatelink.Zone{{ZoneID: privatelinktest.ZoneID, VSwitchID: privatelinktest.VSwitchID}},
	}
	for range 2 {
		ep, err := client.EnsureVpcEndpoint(ctx, "cluster-1", wanted)
		fmt.Println(ep.EndpointID, ep.EndpointStatus, ep.ConnectionStatus, err)
	}

	wanted.ProtectedEnabled = true
	_, err = client.EnsureVpcEndpoint(ctx, "cluster-1", wanted)
	if drift, ok := errors.AsType[*privatelink.DriftError](err); ok {
		fmt.Println(drift.Fields)
	}
	fmt.Println(client.EnsureVpcEndpointAbsent(ctx, privatelinktest.VpcID, "cluster-1"))
	// Output:
	// ep-0000000000000001 Active Connected <nil>
	// ep-0000000000000001 Active Connected <nil>
	// [{ProtectedEnabled true false}]
	// <nil>
}

// RepairVpcEndpoint changes what the service can change. Its error lists the rest.
func ExampleClient_RepairVpcEndpoint() {
	srv := privatelinktest.NewServer()
	srv.AddSecurityGroup("sg-2")
	cfg := srv.Config()
	cfg.Settle = 10 * time.Millisecond // a test need not wait for the real service
	client, err := privatelink.New(cfg)
	if err != nil {
		log.Fatal(err)
	}

	ctx := context.Background()
	wanted := privatelink.CreateVpcEndpointRequest{
		VpcID: privatelinktest.VpcID, ServiceID: privatelinktest.ServiceID, SecurityGroupIDs: []string{privatelinktest.SecurityGroupID}, EndpointName: "old",
	}
	existing := wanted // which becomes the endpoint of a key by its tag
	existing.Tags = []privatelink.Tag{{Key: "accesspoint-key", Value: "cluster-1"}}
	if _, err := client.CreateVpcEndpoint(ctx, existing); err != nil {
		log.Fatal(err)
	}

	wanted.EndpointName, wanted.SecurityGroupIDs, wanted.ProtectedEnabled = "new", []string{"sg-2"}, true
	repair, err := client.RepairVpcEndpoint(ctx, "cluster-1", wanted)
	for _, d := range repair.Changed {
		fmt.Println("changed", d.Field)
	}
	for _, d := range repair.Left {
		fmt.Println("left", d.Field)
	}
	fmt.Println(errors.Is(err, privatelink.ErrDrift))
	// Output:
	// changed EndpointName
	// changed SecurityGroupId.1
	// changed SecurityGroupId
	// left ProtectedEnabled
	// true
}

// The owner of a service accepts all pending connections.
func ExampleClient_AcceptVpcEndpointConnection() {
	srv := privatelinktest.NewServer(privatelinktest.AcceptByHand())
	client, ctx := srv.Client(), context.Background()
	if _, err := client.CreateVpcEndpoint(ctx, privatelink.CreateVpcEndpointRequest{ // by a consumer
		VpcID: privatelinktest.VpcID, ServiceID: privatelinktest.ServiceID, SecurityGroupIDs: []string{privatelinktest.SecurityGroupID},
	}); err != nil {
		log.Fatal(err)
	}

	for waiting, err := range client.PendingConnections(ctx, privatelinktest.ServiceID) {
		if err != nil {
			log.Fatal(err)
		}
		conn, err := client.AcceptVpcEndpointConnection(ctx, waiting.ServiceID, waiting.EndpointID)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(conn.EndpointID, conn.ConnectionStatus)
	}
	// Output:
	// ep-0000000000000001 Connected
}

func ExampleValidationError() {
	err := privatelink.CreateVpcEndpointRequest{VpcID: "vpc-1", EndpointName: "1", Zones: []privatelink.Zone{{IP: "10.0.0.300"}}}.Validate()
	if invalid, ok := errors.AsType[*privatelink.ValidationError](err); ok {
		for _, p := range invalid.Problems {
			fmt.Println(p.Field, p.Reason)
		}
	}
	// Output:
	// EndpointName must have 2 to 128 characters
	// EndpointName must start with a letter and have only letters, digits, _ and -
	// ServiceId is required unless ServiceName is set
	// Zone.1.ip must be an IPv4 address
}

func ExampleAPIError() {
	client := privatelinktest.NewServer().Client()
	_, err := client.GetVpcEndpointAttribute(context.Background(), privatelink.GetVpcEndpointAttributeRequest{EndpointID: "ep-none"})
	fmt.Println(errors.Is(err, privatelink.CodeEndpointNotFound), errors.Is(err, privatelink.ErrNotFound))
	if refused, ok := errors.AsType[*privatelink.APIError](err); ok {
		fmt.Println(refused.Operation, refused.Code)
	}
	// Output:
	// true true
	// GetVpcEndpointAttribute EndpointNotFound
}

// A dry run says whether the service would accept a request, and if not, why.
func ExampleClient_DryRun() {
	client := privatelinktest.NewServer().Client()
	in := privatelink.CreateVpcEndpointRequest{VpcID: privatelinktest.VpcID, ServiceID: privatelinktest.ServiceID}
	err := client.DryRun(context.Background(), in)
	fmt.Println(errors.Is(err, privatelink.CodeEndpointMustContainSecurityGroup))

	in.SecurityGroupIDs = []string{privatelinktest.SecurityGroupID}
	fmt.Println(client.DryRun(context.Background(), in))
	// Output:
	// true
	// <nil>
}

// An endpoint can be deleted when it has no zones left. The service allows one change
// to its zones at a time.
func ExampleClient_RemoveZoneFromVpcEndpoint() {
	client := privatelinktest.NewServer(privatelinktest.GoneAfter(20 * time.Millisecond)).Client()
	ctx := context.Background()
	out, err := client.CreateVpcEndpoint(ctx, privatelink.CreateVpcEndpointRequest{
		VpcID: privatelinktest.VpcID, ServiceID: privatelinktest.ServiceID, SecurityGroupIDs: []string{privatelinktest.SecurityGroupID},
		Zones: []privatelink.Zone{{ZoneID: privatelinktest.ZoneID, VSwitchID: privatelinktest.VSwitchID}},
	})
	if err != nil {
		log.Fatal(err)
	}
	for zone, err := range client.VpcEndpointZones(ctx, privatelink.ListVpcEndpointZonesRequest{EndpointID: out.EndpointID}) {
		if err != nil {
			log.Fatal(err)
		}
		_, err := client.RemoveZoneFromVpcEndpoint(ctx, privatelink.RemoveZoneFromVpcEndpointRequest{EndpointID: out.EndpointID, ZoneID: zone.ZoneID})
		if err != nil {
			log.Fatal(err)
		}
		if err := client.WaitVpcEndpointZoneRemoved(ctx, out.EndpointID, zone.ZoneID, privatelink.WaitOptions{Interval: 10 * time.Millisecond}); err != nil {
			log.Fatal(err)
		}
		fmt.Println("removed from", zone.ZoneID)
	}
	_, err = client.DeleteVpcEndpoint(ctx, privatelink.DeleteVpcEndpointRequest{EndpointID: out.EndpointID})
	fmt.Println(err)
	// Output:
	// removed from cn-hangzhou-j
	// <nil>
}

// A creation whose outcome is unknown can be retried with the same idempotency token:
// the service recognizes the retry.
func ExampleOutcomeUnknownError() {
	srv := privatelinktest.NewServer()
	srv.Inject("CreateVpcEndpoint", privatelinktest.ResponseLost)
	cfg := srv.Config()
	cfg.MaxAttempts = 1 // else the call itself would repeat
	client, err := privatelink.New(cfg)
	if err != nil {
		log.Fatal(err)
	}

	ctx := context.Background()
	in := privatelink.CreateVpcEndpointRequest{
		VpcID: privatelinktest.VpcID, ServiceID: privatelinktest.ServiceID, SecurityGroupIDs: []string{privatelinktest.SecurityGroupID},
	}
	out, err := client.CreateVpcEndpoint(ctx, in)
	if unknown, ok := errors.AsType[*privatelink.OutcomeUnknownError](err); ok {
		in.ClientToken = unknown.ClientToken
		out, err = client.CreateVpcEndpoint(ctx, in)
	}
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("made", out.EndpointID)
	for ep, err := range client.VpcEndpoints(ctx, privatelink.ListVpcEndpointsRequest{}) {
		fmt.Println("found", ep.EndpointID, err)
	}
	// Output:
	// made ep-0000000000000001
	// found ep-0000000000000001 <nil>
}

func ExampleClient_VpcEndpoints() {
	client := privatelinktest.NewServer().Client()
	ctx := context.Background()
	for range 25 {
		if _, err := client.CreateVpcEndpoint(ctx, privatelink.CreateVpcEndpointRequest{
			VpcID: privatelinktest.VpcID, ServiceID: privatelinktest.ServiceID, SecurityGroupIDs: []string{privatelinktest.SecurityGroupID},
		}); err != nil {
			log.Fatal(err)
		}
	}
	n := 0
	for _, err := range client.VpcEndpoints(ctx, privatelink.ListVpcEndpointsRequest{VpcID: privatelinktest.VpcID, MaxResults: 10}) {
		if err != nil {
			log.Fatal(err)
		}
		n++
	}
	fmt.Println(n)
	// Output: 25
}

// With derives a client with other settings for a single call. Both clients share
// connections and pacing.
func ExampleClient_With() {
	client := privatelinktest.NewServer().Client()
	careful, err := client.With(func(c *privatelink.Config) {
		c.MaxAttempts = 1
		c.Limiter = rate.NewLimiter(5, 1)
	})
	if err != nil {
		log.Fatal(err)
	}
	_, err = careful.DeleteVpcEndpoint(context.Background(), privatelink.DeleteVpcEndpointRequest{EndpointID: "ep-none"})
	fmt.Println(errors.Is(err, privatelink.ErrNotFound))
	// Output: true
}

// Wait polls for any condition, such as one that no named wait covers.
func ExampleWait() {
	left := 3
	v, err := privatelink.Wait(context.Background(), privatelink.WaitOptions{Interval: 10 * time.Millisecond},
		func(context.Context) (int, error) { left--; return left, nil },
		func(n int) (state string, ok bool, err error) { return fmt.Sprint(n), n == 0, nil })
	fmt.Println(v, err)
	// Output: 0 <nil>
}
