package privatelinktest_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/acs3"
	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/privatelink"
	"github.com/accesspoint-go/accesspoint/privatelink/privatelinktest"
)

func request(change func(*privatelink.CreateVpcEndpointRequest)) privatelink.CreateVpcEndpointRequest {
	in := privatelink.CreateVpcEndpointRequest{
		VpcID: privatelinktest.VpcID, ServiceID: privatelinktest.ServiceID, SecurityGroupIDs: []string{privatelinktest.SecurityGroupID},
	}
	if change != nil {
		change(&in)
	}
	return in
}

// made makes an endpoint and returns its ID.
func made(t *testing.T, srv *privatelinktest.Server, change func(*privatelink.CreateVpcEndpointRequest)) string {
	t.Helper()
	out, err := srv.Client().CreateVpcEndpoint(t.Context(), request(change))
	if err != nil {
		t.Fatal(err)
	}
	return out.EndpointID
}

// ids returns the endpoints that a list finds.
func ids(t *testing.T, srv *privatelinktest.Server, in privatelink.ListVpcEndpointsRequest) (found []string) {
	t.Helper()
	for ep, err := range srv.Client().VpcEndpoints(t.Context(), in) {
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, ep.EndpointID)
	}
	return found
}

// TestCreateRefuses checks the codes of what the server knows to be wrong.
func TestCreateRefuses(t *testing.T) {
	srv := privatelinktest.NewServer()
	srv.AddNetwork("vpc-2", "vsw-2", "cn-hangzhou-k")
	zone := func(zoneID, vSwitchID string) []privatelink.Zone {
		return []privatelink.Zone{{ZoneID: zoneID, VSwitchID: vSwitchID}}
	}
	for want, change := range map[privatelink.Code]func(*privatelink.CreateVpcEndpointRequest){
		privatelink.CodeServiceNotFound: func(in *privatelink.CreateVpcEndpointRequest) { in.ServiceID = "epsrv-none" },
		privatelink.CodeVpcNotFound:     func(in *privatelink.CreateVpcEndpointRequest) { in.VpcID = "vpc-none" },
		privatelink.CodeVSwitchNotFound: func(in *privatelink.CreateVpcEndpointRequest) { in.Zones = zone(privatelinktest.ZoneID, "vsw-none") },
		privatelink.CodeServiceNotSupportedZone: func(in *privatelink.CreateVpcEndpointRequest) {
			in.Zones = zone("cn-hangzhou-z", privatelinktest.VSwitchID)
		},
		privatelink.CodeEndpointZoneDuplicated: func(in *privatelink.CreateVpcEndpointRequest) {
			in.Zones = append(zone(privatelinktest.ZoneID, privatelinktest.VSwitchID), privatelink.Zone{ZoneID: privatelinktest.ZoneID})
		},
		privatelink.CodeSecurityGroupNotFound:            func(in *privatelink.CreateVpcEndpointRequest) { in.SecurityGroupIDs = []string{"sg-none"} },
		privatelink.CodeEndpointMustContainSecurityGroup: func(in *privatelink.CreateVpcEndpointRequest) { in.SecurityGroupIDs = nil },
		privatelink.CodeGatewayLoadBalancerNoSecurityGroup: func(in *privatelink.CreateVpcEndpointRequest) {
			in.EndpointType = privatelink.EndpointTypeGatewayLoadBalancer
		},
		privatelink.CodeEndpointTypeNotSupportedDualStack: func(in *privatelink.CreateVpcEndpointRequest) {
			in.EndpointType, in.AddressIPVersion = privatelink.EndpointTypeReverse, privatelink.AddressIPVersionDualStack
		},
	} {
		for _, dryRun := range []bool{false, true} {
			in := request(change)
			in.DryRun = dryRun
			if _, err := srv.Client().CreateVpcEndpoint(t.Context(), in); !errors.Is(err, want) {
				t.Errorf("dry run %v: got %v, want %s", dryRun, err, want)
			}
		}
	}
	for name, zones := range map[string][]privatelink.Zone{
		"of another VPC":  zone("cn-hangzhou-k", "vsw-2"),
		"of another zone": zone("cn-hangzhou-k", privatelinktest.VSwitchID),
	} {
		in := request(func(in *privatelink.CreateVpcEndpointRequest) { in.Zones = zones })
		if _, err := srv.Client().CreateVpcEndpoint(t.Context(), in); !errors.Is(err, privatelink.CodeVSwitchNotFound) {
			t.Errorf("a vSwitch %s: %v", name, err)
		}
	}
	if found := ids(t, srv, privatelink.ListVpcEndpointsRequest{}); found != nil {
		t.Errorf("there are %v", found)
	}
}

// TestCreateTakes checks what else there is than the plainest endpoint.
func TestCreateTakes(t *testing.T) {
	srv := privatelinktest.NewServer()
	srv.AddService("epsrv-2")
	srv.AddNetwork("vpc-2", "vsw-2", "cn-hangzhou-k")
	srv.AddSecurityGroup("sg-2")
	client := srv.Client()
	for name, in := range map[string]privatelink.CreateVpcEndpointRequest{
		"service by name": request(func(in *privatelink.CreateVpcEndpointRequest) {
			in.ServiceID, in.ServiceName = "", privatelinktest.ServiceName
		}),
		"gateway load balancer": request(func(in *privatelink.CreateVpcEndpointRequest) {
			in.EndpointType, in.SecurityGroupIDs = privatelink.EndpointTypeGatewayLoadBalancer, nil
		}),
		"added things": request(func(in *privatelink.CreateVpcEndpointRequest) {
			in.ServiceID, in.VpcID, in.SecurityGroupIDs = "epsrv-2", "vpc-2", []string{"sg-2"}
			in.Zones = []privatelink.Zone{{VSwitchID: "vsw-2"}}
		}),
	} {
		if _, err := client.CreateVpcEndpoint(t.Context(), in); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	in := request(func(in *privatelink.CreateVpcEndpointRequest) {
		in.EndpointName, in.EndpointDescription, in.ResourceGroupID = "name", "about it", "rg-1"
		in.ProtectedEnabled, in.ZoneAffinityEnabled, in.CrossRegionBandwidth, in.ServiceRegionID = true, true, 200, "cn-shanghai"
		in.AddressIPVersion, in.PolicyDocument = privatelink.AddressIPVersionDualStack, "{}"
	})
	out, err := client.CreateVpcEndpoint(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	wantOut := &privatelink.CreateVpcEndpointResponse{
		RequestID: out.RequestID, EndpointID: "ep-0000000000000004", EndpointName: "name", EndpointDescription: "about it",
		EndpointDomain: "ep-0000000000000004." + privatelinktest.ServiceID + ".cn-hangzhou.privatelink.aliyuncs.com",
		EndpointStatus: "Active", ConnectionStatus: "Connected", EndpointBusinessStatus: "Normal", VpcID: privatelinktest.VpcID,
		ServiceID: privatelinktest.ServiceID, ServiceName: privatelinktest.ServiceName, ServiceRegionID: "cn-shanghai", AddressIPVersion: "DualStack",
		Bandwidth: 1024, CrossRegionBandwidth: 200, ZoneAffinityEnabled: true, CreateTime: out.CreateTime,
	}
	if d := cmp.Diff(wantOut, out); d != "" || out.RequestID == "" || out.CreateTime == "" {
		t.Errorf("created (-want +got):\n%s", d)
	}
	got, err := client.GetVpcEndpointAttribute(t.Context(), privatelink.GetVpcEndpointAttributeRequest{EndpointID: out.EndpointID})
	if err != nil {
		t.Fatal(err)
	}
	want := privatelink.VpcEndpoint{
		EndpointID: out.EndpointID, EndpointName: "name", EndpointDescription: "about it", EndpointType: "Interface", EndpointDomain: out.EndpointDomain,
		EndpointStatus: "Active", ConnectionStatus: "Connected", EndpointBusinessStatus: "Normal", RegionID: privatelinktest.Region, VpcID: privatelinktest.VpcID,
		ServiceID: privatelinktest.ServiceID, ServiceName: privatelinktest.ServiceName, ServiceRegionID: "cn-shanghai", ResourceGroupID: "rg-1",
		ResourceOwner: true, Payer: "Endpoint", AddressIPVersion: "DualStack", Bandwidth: 1024, CrossRegionBandwidth: 200, PolicyDocument: "{}",
		ProtectedEnabled: true, ZoneAffinityEnabled: true, ZonePrivateIPAddressCount: 1, CreateTime: out.CreateTime,
	}
	if d := cmp.Diff(want, got.VpcEndpoint); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if _, err := client.GetVpcEndpointAttribute(t.Context(), privatelink.GetVpcEndpointAttributeRequest{RegionID: "cn-beijing", EndpointID: out.EndpointID}); !errors.Is(err, privatelink.Code("InvalidOperation.NotSupportedEndpoint")) {
		t.Errorf("in another region: %v", err)
	}
}

// TestDryRun checks that a dry run changes nothing.
func TestDryRun(t *testing.T) {
	srv := privatelinktest.NewServer()
	client, ctx := srv.Client(), t.Context()
	in := request(func(in *privatelink.CreateVpcEndpointRequest) { in.DryRun, in.ClientToken = true, "t" })
	for range 2 {
		if out, err := client.CreateVpcEndpoint(ctx, in); out != nil || !errors.Is(err, privatelink.CodeDryRunOperation) {
			t.Errorf("got %+v, %v", out, err)
		}
	}
	if found := ids(t, srv, privatelink.ListVpcEndpointsRequest{}); found != nil {
		t.Errorf("there are %v", found)
	}
	out, err := client.CreateVpcEndpoint(ctx, request(nil))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.DeleteVpcEndpoint(ctx, privatelink.DeleteVpcEndpointRequest{EndpointID: out.EndpointID, DryRun: true}); !errors.Is(err, privatelink.CodeDryRunOperation) {
		t.Errorf("got %v", err)
	}
	if _, err := client.DeleteVpcEndpoint(ctx, privatelink.DeleteVpcEndpointRequest{EndpointID: "ep-none", DryRun: true}); !errors.Is(err, privatelink.CodeEndpointNotFound) {
		t.Errorf("got %v", err)
	}
	if found := ids(t, srv, privatelink.ListVpcEndpointsRequest{}); len(found) != 1 {
		t.Errorf("there are %v", found)
	}
}

// TestTokens checks by what the server knows a repeat.
func TestTokens(t *testing.T) {
	srv := privatelinktest.NewServer()
	client, ctx := srv.Client(), t.Context()
	in := request(func(in *privatelink.CreateVpcEndpointRequest) { in.ClientToken = "t" })
	first, err := client.CreateVpcEndpoint(ctx, in)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []string{"there", "gone"} {
		again, err := client.CreateVpcEndpoint(ctx, in)
		if err != nil || again.EndpointID != first.EndpointID {
			t.Errorf("when it is %s: %+v, %v", step, again, err)
		}
		del := privatelink.DeleteVpcEndpointRequest{EndpointID: first.EndpointID, ClientToken: "t"} // another operation, so not the same call
		if _, err := client.DeleteVpcEndpoint(ctx, del); err != nil {
			t.Errorf("when it is %s: %v", step, err)
		}
	}
	other := in
	other.EndpointName = "other"
	if _, err := client.CreateVpcEndpoint(ctx, other); !errors.Is(err, privatelink.CodeIdempotentParameterMismatch) {
		t.Errorf("with another parameter: %v", err)
	}
	if _, err := client.DeleteVpcEndpoint(ctx, privatelink.DeleteVpcEndpointRequest{EndpointID: "ep-2", ClientToken: "t"}); !errors.Is(err, privatelink.CodeIdempotentParameterMismatch) {
		t.Errorf("with another endpoint: %v", err)
	}
	if _, err := client.DeleteVpcEndpoint(ctx, privatelink.DeleteVpcEndpointRequest{EndpointID: first.EndpointID}); !errors.Is(err, privatelink.CodeEndpointNotFound) {
		t.Errorf("with another token: %v", err)
	}
	// A refusal leaves the token free.
	in = request(func(in *privatelink.CreateVpcEndpointRequest) { in.ClientToken, in.VpcID = "u", "vpc-none" })
	_, _ = client.CreateVpcEndpoint(ctx, in)
	in.VpcID = privatelinktest.VpcID
	if _, err := client.CreateVpcEndpoint(ctx, in); err != nil {
		t.Errorf("after a refusal: %v", err)
	}
}

// TestTokensAreForgotten checks what an old token is worth: nothing, so that it
// makes a second endpoint.
func TestTokensAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := privatelinktest.NewServer()
		in := request(func(in *privatelink.CreateVpcEndpointRequest) { in.ClientToken = "t" })
		first := made(t, srv, func(r *privatelink.CreateVpcEndpointRequest) { *r = in })
		for _, step := range []struct {
			wait time.Duration
			same bool
		}{{24*time.Hour - 1, true}, {1, false}} {
			<-time.After(step.wait)
			again, err := srv.Client().CreateVpcEndpoint(t.Context(), in)
			if err != nil || (again.EndpointID == first) != step.same {
				t.Errorf("after %v: %+v, %v", step.wait, again, err)
			}
		}
		in.EndpointName = "other"
		if _, err := srv.Client().CreateVpcEndpoint(t.Context(), in); !errors.Is(err, privatelink.CodeIdempotentParameterMismatch) {
			t.Errorf("the token was not used anew: %v", err)
		}
	})
}

// TestLag checks that what reads find may be old, and that changes act on what is
// there.
func TestLag(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const lag = 10 * time.Second
		srv := privatelinktest.NewServer(privatelinktest.GoneAfter(time.Second))
		srv.Disturb(privatelinktest.Disturbance{Lag: lag})
		client, ctx := srv.Client(), t.Context()
		id := made(t, srv, func(in *privatelink.CreateVpcEndpointRequest) {
			in.Zones = []privatelink.Zone{{ZoneID: privatelinktest.ZoneID, VSwitchID: privatelinktest.VSwitchID}}
		})
		// seen counts the reads of each kind that find it, or its zone, alive.
		seen := func() (n [3]int) {
			for range 100 {
				if out, err := client.GetVpcEndpointAttribute(ctx, privatelink.GetVpcEndpointAttributeRequest{EndpointID: id}); err == nil && out.EndpointStatus == "Active" {
					n[0]++
				}
				n[1] += len(ids(t, srv, privatelink.ListVpcEndpointsRequest{EndpointStatus: "Active"}))
				out, err := client.ListVpcEndpointZones(ctx, privatelink.ListVpcEndpointZonesRequest{EndpointID: id})
				if err == nil && len(out.Zones) == 1 && out.Zones[0].ZoneStatus == "Connected" {
					n[2]++
				}
			}
			return n
		}
		some := func(when string, n ...int) {
			t.Helper()
			for _, n := range n {
				if n == 0 || n == 100 {
					t.Errorf("%s: %v of 100 reads find it", when, n)
				}
			}
		}
		<-time.After(lag / 2)
		n := seen()
		some("after half of the lag", n[:]...)
		<-time.After(lag / 2)
		if n := seen(); n != [3]int{100, 100, 100} {
			t.Errorf("after the lag: %v of 100 reads find it", n)
		}
		if _, err := client.RemoveZoneFromVpcEndpoint(ctx, privatelink.RemoveZoneFromVpcEndpointRequest{EndpointID: id, ZoneID: privatelinktest.ZoneID}); err != nil {
			t.Fatal(err)
		}
		<-time.After(time.Second)
		some("zone removed", seen()[2])
		if _, err := client.DeleteVpcEndpoint(ctx, privatelink.DeleteVpcEndpointRequest{EndpointID: id}); err != nil {
			t.Fatal(err)
		}
		<-time.After(lag / 2)
		n = seen()
		some("deleted", n[:2]...)
		if _, err := client.DeleteVpcEndpoint(ctx, privatelink.DeleteVpcEndpointRequest{EndpointID: id}); !errors.Is(err, privatelink.CodeEndpointNotFound) {
			t.Errorf("a change finds what is gone: %v", err)
		}
		<-time.After(lag/2 + time.Second)
		if n := seen(); n != [3]int{} {
			t.Errorf("when it is gone for long: %v of 100 reads find it", n)
		}
	})
}

// TestFilters checks each filter of the list, and all of them together.
func TestFilters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := privatelinktest.NewServer(privatelinktest.ReadyAfter(time.Minute))
		srv.AddService("epsrv-2")
		srv.AddNetwork("vpc-2", "vsw-2", "cn-hangzhou-k")
		client, ctx := srv.Client(), t.Context()
		want, err := client.CreateVpcEndpoint(ctx, request(func(in *privatelink.CreateVpcEndpointRequest) {
			in.EndpointName, in.VpcID, in.ServiceID, in.EndpointType = "wanted", "vpc-2", "epsrv-2", privatelink.EndpointTypeReverse
			in.ResourceGroupID, in.ServiceRegionID = "rg-2", "cn-beijing"
			in.Tags = []privatelink.Tag{{Key: "team", Value: "a"}, {Key: "env", Value: "prod"}}
		}))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.WaitVpcEndpointReady(ctx, want.EndpointID, privatelink.WaitOptions{}); err != nil { // the other is not
			t.Fatal(err)
		}
		if _, err := client.CreateVpcEndpoint(ctx, request(func(in *privatelink.CreateVpcEndpointRequest) {
			in.Tags, in.AddressIPVersion = []privatelink.Tag{{Key: "team", Value: "b"}}, privatelink.AddressIPVersionDualStack
		})); err != nil {
			t.Fatal(err)
		}
		for name, in := range map[string]privatelink.ListVpcEndpointsRequest{
			"ID":               {EndpointID: want.EndpointID},
			"name":             {EndpointName: "wanted"},
			"type":             {EndpointType: privatelink.EndpointTypeReverse},
			"status":           {EndpointStatus: privatelink.EndpointStatusActive},
			"connection":       {ConnectionStatus: privatelink.ConnectionStatusConnected},
			"addresses":        {AddressIPVersion: privatelink.AddressIPVersionIPv4},
			"VPC":              {VpcID: "vpc-2"},
			"service":          {ServiceName: "com.aliyuncs.privatelink.cn-hangzhou.epsrv-2"},
			"service's region": {ServiceRegionID: "cn-beijing"},
			"resource group":   {ResourceGroupID: "rg-2"},
			"tag":              {Tags: []privatelink.Tag{{Key: "team", Value: "a"}}},
			"tag's key":        {Tags: []privatelink.Tag{{Key: "env"}}},
			"tags":             {Tags: []privatelink.Tag{{Key: "env"}, {Key: "team"}}},
		} {
			if d := cmp.Diff([]string{want.EndpointID}, ids(t, srv, in)); d != "" {
				t.Errorf("by %s (-want +got):\n%s", name, d)
			}
		}
		for name, in := range map[string]privatelink.ListVpcEndpointsRequest{
			"tags of two endpoints": {Tags: []privatelink.Tag{{Key: "env"}, {Key: "team", Value: "b"}}},
		} {
			if found := ids(t, srv, in); found != nil {
				t.Errorf("by %s: %v", name, found)
			}
		}
		var tags []privatelink.Tag
		for ep, err := range client.VpcEndpoints(ctx, privatelink.ListVpcEndpointsRequest{EndpointID: want.EndpointID}) {
			if err != nil {
				t.Fatal(err)
			}
			tags = ep.Tags
		}
		if d := cmp.Diff([]privatelink.Tag{{Key: "team", Value: "a"}, {Key: "env", Value: "prod"}}, tags); d != "" {
			t.Errorf("tags (-want +got):\n%s", d)
		}
		if _, err := client.ListVpcEndpoints(ctx, privatelink.ListVpcEndpointsRequest{NextToken: "none"}); err == nil {
			t.Error("any token is a page")
		}
	})
}

// TestOptions checks what a test can ask of the server besides its states.
func TestOptions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var statuses []int
		srv := privatelinktest.NewServer(privatelinktest.Limit(1), privatelinktest.OnRequest(func(q privatelinktest.Request) {
			if q.Operation == "ListVpcEndpoints" {
				statuses = append(statuses, q.Status)
			}
		}))
		cfg := srv.Config()
		cfg.MaxAttempts = 1
		client, err := privatelink.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		throttled := 0
		for range 25 {
			if _, err := client.ListVpcEndpoints(t.Context(), privatelink.ListVpcEndpointsRequest{}); errors.Is(err, privatelink.ErrThrottled) {
				throttled++
			}
		}
		if throttled == 0 || throttled > 5 || len(statuses) != 25 {
			t.Errorf("%d of 25 were throttled, %d seen", throttled, len(statuses))
		}
		srv.Fail("DeleteVpcEndpoint", privatelink.APIError{StatusCode: 400, Code: privatelink.CodeEndpointLocked, Message: "busy"})
		_, err = client.DeleteVpcEndpoint(t.Context(), privatelink.DeleteVpcEndpointRequest{EndpointID: "ep-1"})
		if !errors.Is(err, privatelink.CodeEndpointLocked) || !errors.Is(err, privatelink.ErrConflict) {
			t.Errorf("got %v", err)
		}
	})
}

// TestEmpty adds what is needed, one after the other.
func TestEmpty(t *testing.T) {
	srv := privatelinktest.NewServer(privatelinktest.Empty())
	for _, step := range []struct {
		want error
		add  func()
	}{
		{privatelink.CodeServiceNotFound, func() { srv.AddService(privatelinktest.ServiceID) }},
		{privatelink.CodeVpcNotFound, func() { srv.AddNetwork(privatelinktest.VpcID, "vsw-2", "cn-hangzhou-k") }},
		{privatelink.CodeSecurityGroupNotFound, func() { srv.AddSecurityGroup(privatelinktest.SecurityGroupID) }},
		{privatelink.CodeVSwitchNotFound, func() { srv.AddNetwork(privatelinktest.VpcID, privatelinktest.VSwitchID, "cn-hangzhou-k") }},
		{privatelink.CodeServiceNotSupportedZone, func() { srv.AddNetwork(privatelinktest.VpcID, privatelinktest.VSwitchID, privatelinktest.ZoneID) }},
		{nil, nil},
	} {
		_, err := srv.Client().CreateVpcEndpoint(t.Context(), request(func(in *privatelink.CreateVpcEndpointRequest) {
			in.Zones = []privatelink.Zone{{ZoneID: privatelinktest.ZoneID, VSwitchID: privatelinktest.VSwitchID}}
		}))
		if !errors.Is(err, step.want) {
			t.Errorf("want %v, got %v", step.want, err)
		}
		if step.add != nil {
			step.add()
		}
	}
}

// TestRegionIsMandatory checks what the client of this module never sends.
func TestRegionIsMandatory(t *testing.T) {
	srv := privatelinktest.NewServer()
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "https://privatelink.cn-hangzhou.aliyuncs.com/?EndpointId=ep-1", http.NoBody)
	req.Header.Set("X-Acs-Action", "GetVpcEndpointAttribute")
	req.Header.Set("X-Acs-Version", "2020-04-15")
	acs3.Sign(req, nil, credential.Key{ID: privatelinktest.AccessKeyID, Secret: privatelinktest.AccessKeySecret}, "nonce", time.Now())
	w := httptest.NewRecorder()
	srv.ServeHTTP(w, req)
	if w.Code != 400 || !strings.Contains(w.Body.String(), `"MissingRegionId"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// TestPlanned refuses what nothing would ever meet.
func TestPlanned(t *testing.T) {
	srv := privatelinktest.NewServer()
	for what, plan := range map[string]func(){
		"an endpoint":              func() { srv.Accept("ep-1") },
		"a type of load balancers": func() { srv.AddLoadBalancer("lb-1", "SLB", privatelinktest.VSwitchID) },
		"a vSwitch":                func() { srv.AddLoadBalancer("lb-1", "slb", "vsw-0") },
		"a service":                func() { srv.AddService("ep-1") },
		"a time":                   func() { privatelinktest.NewServer(privatelinktest.ReadyAfter(-1)) },
		"a page":                   func() { privatelinktest.NewServer(privatelinktest.PageLimit(-1)) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s that there is not passes", what)
				}
			}()
			plan()
		}()
	}
}
