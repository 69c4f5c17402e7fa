package benchmark

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	sdk "github.com/alibabacloud-go/privatelink-20200415/v5/client"
	"github.com/alibabacloud-go/tea/tea"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	old "github.com/aliyun/alibaba-cloud-sdk-go/services/privatelink"
	"github.com/google/uuid"

	"github.com/accesspoint-go/accesspoint/privatelink"
	"github.com/accesspoint-go/accesspoint/privatelink/privatelinktest"
)

var privateLinkCalls = []Call{create, createFull, list100, list1000}

var privateLinkService = &Service{
	Name:  "privatelink",
	Calls: privateLinkCalls,
	Columns: []Column{
		{Ours, privateLinkOurs}, {"privatelink-v5", privateLinkV5}, {"alibaba-cloud-sdk-go", privateLinkOld},
		privateLinkFloor, bare(privateLinkFloor, privateLinkCalls),
	},
	fake: func(n int, c conditions) http.Handler {
		s := privatelinktest.NewServer(privatelinktest.Limit(c.limit), privatelinktest.Latency(c.latency), privatelinktest.ReadyAfter(c.readyAfter))
		s.AddNetwork(privatelinktest.VpcID, secondVSwitch, secondZone)
		s.AddSecurityGroup(secondSecurityGroup)
		for i := range n {
			in := privateLinkInputs[Short]
			in.EndpointName = fmt.Sprintf("volume-%04d", i)
			must(s.Client().CreateVpcEndpoint(context.Background(), in))
		}
		return s
	},
	id: func(_ string, created any) string { return created.(*privatelink.CreateVpcEndpointResponse).EndpointID },
}

const secondVSwitch, secondZone, secondSecurityGroup = "vsw-bp1second2tq5h4xabcd", "cn-hangzhou-k", "sg-bp1second55nh68xabcd"

// privateLinkInputs are what every column creates, under the name that it is
// given, with a ClientToken that is new for each call. Full lacks only DryRun.
var privateLinkInputs = [...]privatelink.CreateVpcEndpointRequest{
	Short: {
		RegionID: privatelinktest.Region, EndpointDescription: "the storage of tenant 42",
		EndpointType: privatelink.EndpointTypeInterface, VpcID: privatelinktest.VpcID,
		ServiceID: privatelinktest.ServiceID, ServiceName: privatelinktest.ServiceName,
		Zones: []privatelink.Zone{
			{ZoneID: privatelinktest.ZoneID, VSwitchID: privatelinktest.VSwitchID, IP: "10.0.0.42"},
			{ZoneID: secondZone, VSwitchID: secondVSwitch, IP: "10.0.1.42"},
		},
		SecurityGroupIDs: []string{privatelinktest.SecurityGroupID}, ProtectedEnabled: true,
		Tags: []privatelink.Tag{{Key: "team", Value: "storage"}, {Key: "env", Value: "prod"}},
	},
	Full: {
		RegionID: privatelinktest.Region, EndpointDescription: "the storage of tenant 42",
		EndpointType: privatelink.EndpointTypeInterface, ZonePrivateIPAddressCount: 1, VpcID: privatelinktest.VpcID,
		ServiceID: privatelinktest.ServiceID, ServiceName: "com.aliyuncs.privatelink.cn-beijing." + privatelinktest.ServiceID,
		ServiceRegionID: "cn-beijing", CrossRegionBandwidth: 200,
		AddressIPVersion: privatelink.AddressIPVersionDualStack, ZoneAffinityEnabled: true,
		Zones: []privatelink.Zone{
			{ZoneID: privatelinktest.ZoneID, VSwitchID: privatelinktest.VSwitchID, IP: "10.0.0.42", Ipv6Address: "2408:4005:3c5:6b00::42"},
			{ZoneID: secondZone, VSwitchID: secondVSwitch, IP: "10.0.1.42", Ipv6Address: "2408:4005:3c5:6b01::42"},
		},
		SecurityGroupIDs: []string{privatelinktest.SecurityGroupID, secondSecurityGroup}, ProtectedEnabled: true,
		ResourceGroupID: "rg-acfmy7wkdabcd",
		PolicyDocument:  `{"Version":"1","Statement":[{"Effect":"Allow","Action":"*","Principal":"*","Resource":"*"}]}`,
		Tags:            []privatelink.Tag{{Key: "team", Value: "storage"}, {Key: "env", Value: "prod"}, {Key: "tenant", Value: "42"}},
	},
}

func privateLinkOurs(endpoint string, rt http.RoundTripper) (*Client, error) {
	c, err := privatelink.New(privatelink.Config{
		Region: privatelinktest.Region, Endpoint: endpoint, HTTPClient: over(rt),
		Credentials: privatelink.StaticCredentials{AccessKeyID: keyID, AccessKeySecret: secret},
	})
	return &Client{
		Create: func(ctx context.Context, name string, with Parameters) (any, error) {
			in := privateLinkInputs[with]
			in.EndpointName = name
			return c.CreateVpcEndpoint(ctx, in)
		},
		List: func(ctx context.Context, size int) (any, error) {
			return c.ListVpcEndpoints(ctx, privatelink.ListVpcEndpointsRequest{MaxResults: size})
		},
		Wait: func(ctx context.Context, id string) error {
			_, err := c.WaitVpcEndpointReady(ctx, id, privatelink.WaitOptions{})
			return err
		},
		WaitAll: func(ctx context.Context, ids []string) error {
			return failed(c.WaitVpcEndpointsReady(ctx, ids, privatelink.WaitOptions{}))
		},
	}, err
}

func privateLinkV5(endpoint string, rt http.RoundTripper) (*Client, error) {
	c, err := sdk.NewClient(teaConfig(endpoint, privatelinktest.Region, rt))
	return &Client{
		Create: func(_ context.Context, name string, with Parameters) (any, error) {
			in := &privateLinkInputs[with]
			request := &sdk.CreateVpcEndpointRequest{
				RegionId: tea.String(in.RegionID), ClientToken: tea.String(uuid.NewString()),
				EndpointName: tea.String(name), EndpointDescription: tea.String(in.EndpointDescription),
				EndpointType: tea.String(string(in.EndpointType)), VpcId: tea.String(in.VpcID),
				ServiceId: tea.String(in.ServiceID), ServiceName: tea.String(in.ServiceName), ProtectedEnabled: tea.Bool(in.ProtectedEnabled),
			}
			for _, z := range in.Zones {
				request.Zone = append(request.Zone, &sdk.CreateVpcEndpointRequestZone{ZoneId: tea.String(z.ZoneID), VSwitchId: tea.String(z.VSwitchID), Ip: tea.String(z.IP)})
			}
			if with == Full {
				for i, z := range in.Zones {
					request.Zone[i].Ipv6Address = tea.String(z.Ipv6Address)
				}
				request.ZonePrivateIpAddressCount = tea.Int64(in.ZonePrivateIPAddressCount)
				request.ServiceRegionId, request.CrossRegionBandwidth = tea.String(in.ServiceRegionID), tea.Int32(int32(in.CrossRegionBandwidth))
				request.AddressIpVersion, request.ZoneAffinityEnabled = tea.String(string(in.AddressIPVersion)), tea.Bool(in.ZoneAffinityEnabled)
				request.ResourceGroupId, request.PolicyDocument = tea.String(in.ResourceGroupID), tea.String(in.PolicyDocument)
			}
			for _, id := range in.SecurityGroupIDs {
				request.SecurityGroupId = append(request.SecurityGroupId, tea.String(id))
			}
			for _, tag := range in.Tags {
				request.Tag = append(request.Tag, &sdk.CreateVpcEndpointRequestTag{Key: tea.String(tag.Key), Value: tea.String(tag.Value)})
			}
			return c.CreateVpcEndpoint(request)
		},
		List: func(_ context.Context, size int) (any, error) {
			return c.ListVpcEndpoints(&sdk.ListVpcEndpointsRequest{RegionId: tea.String(privatelinktest.Region), MaxResults: tea.Int32(int32(size))})
		},
		Ready: func(_ context.Context, id string) (bool, error) {
			out, err := c.GetVpcEndpointAttribute(&sdk.GetVpcEndpointAttributeRequest{RegionId: tea.String(privatelinktest.Region), EndpointId: tea.String(id)})
			return err == nil && tea.StringValue(out.Body.ConnectionStatus) == "Connected", err
		},
	}, err
}

func privateLinkOld(endpoint string, rt http.RoundTripper) (*Client, error) {
	c, err := old.NewClientWithAccessKey(privatelinktest.Region, keyID, secret)
	through(c, rt)
	return &Client{
		Create: func(_ context.Context, name string, with Parameters) (any, error) { // it adds the region
			in := &privateLinkInputs[with]
			request := old.CreateCreateVpcEndpointRequest()
			direct(request, endpoint)
			request.ClientToken = uuid.NewString()
			request.EndpointName, request.EndpointDescription = name, in.EndpointDescription
			request.EndpointType, request.VpcId = string(in.EndpointType), in.VpcID
			request.ServiceId, request.ServiceName = in.ServiceID, in.ServiceName
			request.ProtectedEnabled = requests.NewBoolean(in.ProtectedEnabled)
			var zones []old.CreateVpcEndpointZone
			for _, z := range in.Zones {
				zones = append(zones, old.CreateVpcEndpointZone{ZoneId: z.ZoneID, VSwitchId: z.VSwitchID, Ip: z.IP})
			}
			var tags []old.CreateVpcEndpointTag
			for _, tag := range in.Tags {
				tags = append(tags, old.CreateVpcEndpointTag(tag))
			}
			request.Zone, request.SecurityGroupId, request.Tag = &zones, &in.SecurityGroupIDs, &tags
			if with == Full {
				request.ZonePrivateIpAddressCount, request.ResourceGroupId = requests.NewInteger(int(in.ZonePrivateIPAddressCount)), in.ResourceGroupID
				q := request.QueryParams // its struct lacks these
				q["ServiceRegionId"], q["CrossRegionBandwidth"] = in.ServiceRegionID, strconv.FormatInt(in.CrossRegionBandwidth, 10)
				q["AddressIpVersion"], q["ZoneAffinityEnabled"] = string(in.AddressIPVersion), strconv.FormatBool(in.ZoneAffinityEnabled)
				q["PolicyDocument"] = in.PolicyDocument
				for i, z := range in.Zones {
					q["Zone."+strconv.Itoa(i+1)+".Ipv6Address"] = z.Ipv6Address
				}
			}
			return c.CreateVpcEndpoint(request)
		},
		List: func(_ context.Context, size int) (any, error) {
			request := old.CreateListVpcEndpointsRequest()
			direct(request, endpoint)
			request.MaxResults = requests.NewInteger(size)
			return c.ListVpcEndpoints(request)
		},
		Ready: func(_ context.Context, id string) (bool, error) {
			request := old.CreateGetVpcEndpointAttributeRequest()
			direct(request, endpoint)
			request.EndpointId = id
			out, err := c.GetVpcEndpointAttribute(request)
			return err == nil && out.ConnectionStatus == "Connected", err
		},
	}, err
}

var privateLinkFloor = Column{FloorMin, func(endpoint string, rt http.RoundTripper) (*Client, error) {
	f := newFloor(endpoint, rt)
	return &Client{
		Create: func(ctx context.Context, name string, with Parameters) (any, error) {
			in := &privateLinkInputs[with]
			q := []param{
				{"RegionId", in.RegionID},
				{"ClientToken", uuid.NewString()},
				{"EndpointName", name},
				{"EndpointDescription", in.EndpointDescription},
				{"EndpointType", string(in.EndpointType)},
				{"VpcId", in.VpcID},
				{"ServiceId", in.ServiceID},
				{"ServiceName", in.ServiceName},
				{"ProtectedEnabled", strconv.FormatBool(in.ProtectedEnabled)},
			}
			if with == Full {
				q = append(q,
					param{"ZonePrivateIpAddressCount", strconv.FormatInt(in.ZonePrivateIPAddressCount, 10)},
					param{"ServiceRegionId", in.ServiceRegionID},
					param{"CrossRegionBandwidth", strconv.FormatInt(in.CrossRegionBandwidth, 10)},
					param{"AddressIpVersion", string(in.AddressIPVersion)},
					param{"ZoneAffinityEnabled", strconv.FormatBool(in.ZoneAffinityEnabled)},
					param{"ResourceGroupId", in.ResourceGroupID},
					param{"PolicyDocument", in.PolicyDocument},
				)
			}
			for i, z := range in.Zones {
				n := strconv.Itoa(i + 1)
				q = append(q, param{"Zone." + n + ".ZoneId", z.ZoneID}, param{"Zone." + n + ".VSwitchId", z.VSwitchID}, param{"Zone." + n + ".ip", z.IP})
				if with == Full {
					q = append(q, param{"Zone." + n + ".Ipv6Address", z.Ipv6Address})
				}
			}
			for i, id := range in.SecurityGroupIDs {
				q = append(q, param{"SecurityGroupId." + strconv.Itoa(i+1), id})
			}
			for i, tag := range in.Tags {
				n := strconv.Itoa(i + 1)
				q = append(q, param{"Tag." + n + ".Key", tag.Key}, param{"Tag." + n + ".Value", tag.Value})
			}
			out := new(privatelink.CreateVpcEndpointResponse)
			return out, f.rpc(ctx, "CreateVpcEndpoint", "2020-04-15", q, out)
		},
		List: func(ctx context.Context, size int) (any, error) {
			q := []param{
				{"RegionId", privatelinktest.Region},
				{"MaxResults", strconv.Itoa(size)},
			}
			out := new(privatelink.ListVpcEndpointsResponse)
			return out, f.rpc(ctx, "ListVpcEndpoints", "2020-04-15", q, out)
		},
	}, nil
}}
