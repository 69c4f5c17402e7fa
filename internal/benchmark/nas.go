package benchmark

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	openapiutil "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	"github.com/alibabacloud-go/tea/dara"
	"github.com/alibabacloud-go/tea/tea"

	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

var nasCalls = []Call{create, createFull, list100} // a page has 100 at most

var nasService = &Service{
	Name:    "nas",
	Calls:   nasCalls,
	Columns: []Column{{Ours, nasOurs}, {"darabonba", nasDarabonba}, nasFloor, bare(nasFloor, nasCalls)},
	fake: func(n int, c conditions) http.Handler {
		s := nastest.NewServer(nastest.Limit(c.limit), nastest.Latency(c.latency), nastest.ReadyAfter(c.readyAfter))
		for i := range n {
			in := nasInputs[Short]
			in.AccessPointName = fmt.Sprintf("volume-%04d", i)
			must(s.Client().CreateAccessPoint(context.Background(), in))
		}
		return s
	},
	id: func(_ string, created any) string {
		return created.(*nas.CreateAccessPointResponse).AccessPoint.AccessPointID
	},
}

// nasInputs are what every column creates, under the name that it is given. Full
// lacks only AgenticSpaceID, which excludes seven of the other parameters.
var nasInputs = [...]nas.CreateAccessPointRequest{
	Short: {
		FileSystemID: nastest.FileSystemID, VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID, AccessGroup: nastest.AccessGroup,
		RootDirectory: "/volumes/42", EnabledRAM: true,
		OwnerUserID: new(uint32(1001)), OwnerGroupID: new(uint32(1002)), Permission: "0750",
		PosixUserID: new(uint32(1001)), PosixGroupID: new(uint32(1002)), PosixSecondaryGroupIDs: []uint32{2001, 2002},
		Tags: []nas.Tag{{Key: "team", Value: "storage"}, {Key: "env", Value: "prod"}},
	},
	Full: {
		FileSystemID: nastest.FileSystemID, VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID, AccessGroup: nastest.AccessGroup,
		RootDirectory: "/volumes/42", EnabledRAM: true,
		OwnerUserID: new(uint32(1001)), OwnerGroupID: new(uint32(1002)), Permission: "0750",
		PosixUserID: new(uint32(1001)), PosixGroupID: new(uint32(1002)), PosixSecondaryGroupIDs: []uint32{2001, 2002},
		Tags: []nas.Tag{
			{Key: "team", Value: "storage"}, {Key: "env", Value: "prod"}, {Key: "tenant", Value: "42"},
			{Key: "cost-center", Value: "cc-1017"}, {Key: "managed-by", Value: "provisioner"},
		},
	},
}

func nasOurs(endpoint string, rt http.RoundTripper) (*Client, error) {
	c, err := nas.New(nas.Config{
		Region: nastest.Region, Endpoint: endpoint, HTTPClient: over(rt),
		Credentials: nas.StaticCredentials{AccessKeyID: keyID, AccessKeySecret: secret},
	})
	return &Client{
		Create: func(ctx context.Context, name string, with Parameters) (any, error) {
			in := nasInputs[with]
			in.AccessPointName = name
			return c.CreateAccessPoint(ctx, in)
		},
		List: func(ctx context.Context, size int) (any, error) {
			return c.ListAccessPoints(ctx, nas.ListAccessPointsRequest{FileSystemID: nastest.FileSystemID, MaxResults: size})
		},
		Wait: func(ctx context.Context, id string) error {
			_, err := c.WaitAccessPointActive(ctx, nastest.FileSystemID, id, nas.WaitOptions{})
			return err
		},
		WaitAll: func(ctx context.Context, ids []string) error {
			return failed(c.WaitAccessPointsActive(ctx, nastest.FileSystemID, ids, nas.WaitOptions{}))
		},
	}, err
}

// nasDarabonba calls the generic client of the SDKs on darabonba-openapi. The SDK
// of NAS itself is not on the module proxy; its methods hand their parameters to
// that client and convert the map that they get into a struct, which is left out
// here, in its favour.
func nasDarabonba(endpoint string, rt http.RoundTripper) (*Client, error) {
	c, err := openapi.NewClient(teaConfig(endpoint, nastest.Region, rt))
	call := func(action string, query map[string]any) (any, error) {
		out, err := c.CallApi(
			&openapiutil.Params{
				Action: tea.String(action), Version: tea.String("2017-06-26"), Protocol: tea.String("HTTPS"), Pathname: tea.String("/"),
				Method: tea.String("POST"), AuthType: tea.String("AK"), Style: tea.String("RPC"), ReqBodyType: tea.String("formData"), BodyType: tea.String("json"),
			},
			&openapiutil.OpenApiRequest{Query: openapiutil.Query(query)},
			&dara.RuntimeOptions{},
		)
		return out["body"], err
	}
	return &Client{
		Create: func(_ context.Context, name string, with Parameters) (any, error) {
			in := &nasInputs[with]
			return call("CreateAccessPoint", map[string]any{
				"FileSystemId": in.FileSystemID, "VpcId": in.VpcID, "VswId": in.VSwitchID, "AccessGroup": in.AccessGroup,
				"AccessPointName": name, "RootDirectory": in.RootDirectory, "EnabledRam": in.EnabledRAM,
				"OwnerUserId": *in.OwnerUserID, "OwnerGroupId": *in.OwnerGroupID, "Permission": in.Permission,
				"PosixUserId": *in.PosixUserID, "PosixGroupId": *in.PosixGroupID, "PosixSecondaryGroupIds": join(in.PosixSecondaryGroupIDs),
				"Tag": in.Tags,
			})
		},
		List: func(_ context.Context, size int) (any, error) {
			return call("ListAccessPoints", map[string]any{"FileSystemId": nastest.FileSystemID, "MaxResults": size})
		},
		Ready: func(_ context.Context, id string) (bool, error) {
			out, err := call("DescribeAccessPoint", map[string]any{"FileSystemId": nastest.FileSystemID, "AccessPointId": id})
			if err != nil {
				return false, err
			}
			point, _ := out.(map[string]any)["AccessPoint"].(map[string]any)
			return point["Status"] == "Active", nil
		},
	}, err
}

var nasFloor = Column{FloorMin, func(endpoint string, rt http.RoundTripper) (*Client, error) {
	f := newFloor(endpoint, rt)
	return &Client{
		Create: func(ctx context.Context, name string, with Parameters) (any, error) {
			in := &nasInputs[with]
			q := []param{
				{"FileSystemId", in.FileSystemID},
				{"VpcId", in.VpcID},
				{"VswId", in.VSwitchID},
				{"AccessGroup", in.AccessGroup},
				{"AccessPointName", name},
				{"RootDirectory", in.RootDirectory},
				{"EnabledRam", strconv.FormatBool(in.EnabledRAM)},
				{"OwnerUserId", number(*in.OwnerUserID)},
				{"OwnerGroupId", number(*in.OwnerGroupID)},
				{"Permission", in.Permission},
				{"PosixUserId", number(*in.PosixUserID)},
				{"PosixGroupId", number(*in.PosixGroupID)},
				{"PosixSecondaryGroupIds", join(in.PosixSecondaryGroupIDs)},
			}
			for i, tag := range in.Tags {
				n := strconv.Itoa(i + 1)
				q = append(q, param{"Tag." + n + ".Key", tag.Key}, param{"Tag." + n + ".Value", tag.Value})
			}
			out := new(nas.CreateAccessPointResponse)
			return out, f.rpc(ctx, "CreateAccessPoint", "2017-06-26", q, out)
		},
		List: func(ctx context.Context, size int) (any, error) {
			q := []param{
				{"FileSystemId", nastest.FileSystemID},
				{"MaxResults", strconv.Itoa(size)},
			}
			out := new(nas.ListAccessPointsResponse)
			return out, f.rpc(ctx, "ListAccessPoints", "2017-06-26", q, out)
		},
	}, nil
}}

func number(n uint32) string { return strconv.FormatUint(uint64(n), 10) }

func join(ids []uint32) string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = number(id)
	}
	return strings.Join(texts, ",")
}
