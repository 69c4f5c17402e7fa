package benchmark

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	sdk "github.com/alibabacloud-go/kms-20160120/v3/client"
	"github.com/alibabacloud-go/tea/tea"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	old "github.com/aliyun/alibaba-cloud-sdk-go/services/kms"

	"github.com/accesspoint-go/accesspoint/kms"
	"github.com/accesspoint-go/accesspoint/kms/kmstest"
)

var kmsCalls = []Call{create, createFull, list100} // a page has 100 at most

var kmsService = &Service{
	Name:  "kms",
	Calls: kmsCalls,
	Columns: []Column{
		{Ours, kmsOurs}, {"kms-v3", kmsV3}, {"alibaba-cloud-sdk-go", kmsOld}, kmsFloor, bare(kmsFloor, kmsCalls),
	},
	fake: func(n int, c conditions) http.Handler {
		s := kmstest.NewServer(kmstest.Limit(c.limit), kmstest.Latency(c.latency)) // an access point is ready at once
		for _, name := range kmsInputs[Full].Policies {
			must(s.Client().CreatePolicy(context.Background(), kms.CreatePolicyRequest{
				Name: name, KmsInstance: kmstest.InstanceID,
				Permissions: []kms.Permission{kms.PermissionKeyUser}, Resources: []string{"key/*"},
			}))
		}
		for i := range n {
			in := kmsInputs[Short]
			in.Name = fmt.Sprintf("application-%04d", i)
			must(s.Client().CreateApplicationAccessPoint(context.Background(), in))
		}
		return s
	},
}

// kmsInputs are what every column creates, under the name that it is given.
var kmsInputs = [...]kms.CreateApplicationAccessPointRequest{
	Short: {
		Description: "the keys of tenant 42", AuthenticationMethod: kms.AuthenticationClientKey,
		Policies: []string{"tenant-42-keys"},
	},
	Full: {
		Description: "the keys of tenant 42", AuthenticationMethod: kms.AuthenticationClientKey,
		Policies: []string{"tenant-42-keys", "tenant-42-secrets", "auditors"},
	},
}

func kmsOurs(endpoint string, rt http.RoundTripper) (*Client, error) {
	c, err := kms.New(kms.Config{
		Region: kmstest.Region, Endpoint: endpoint, HTTPClient: over(rt),
		Credentials: kms.StaticCredentials{AccessKeyID: keyID, AccessKeySecret: secret},
	})
	return &Client{
		Create: func(ctx context.Context, name string, with Parameters) (any, error) {
			in := kmsInputs[with]
			in.Name = name
			return c.CreateApplicationAccessPoint(ctx, in)
		},
		List: func(ctx context.Context, size int) (any, error) {
			return c.ListApplicationAccessPoints(ctx, kms.ListApplicationAccessPointsRequest{PageNumber: 1, PageSize: size})
		},
	}, err
}

// policies returns the parameter as the API wants it: JSON.
func policies(names []string) string {
	text, err := json.Marshal(names)
	return string(must(text, err))
}

func kmsV3(endpoint string, rt http.RoundTripper) (*Client, error) {
	c, err := sdk.NewClient(teaConfig(endpoint, kmstest.Region, rt))
	return &Client{
		Create: func(_ context.Context, name string, with Parameters) (any, error) {
			in := &kmsInputs[with]
			return c.CreateApplicationAccessPoint(&sdk.CreateApplicationAccessPointRequest{
				Name: tea.String(name), Description: tea.String(in.Description),
				AuthenticationMethod: tea.String(string(in.AuthenticationMethod)), Policies: tea.String(policies(in.Policies)),
			})
		},
		List: func(_ context.Context, size int) (any, error) {
			return c.ListApplicationAccessPoints(&sdk.ListApplicationAccessPointsRequest{PageNumber: tea.Int32(1), PageSize: tea.Int32(int32(size))})
		},
	}, err
}

func kmsOld(endpoint string, rt http.RoundTripper) (*Client, error) {
	c, err := old.NewClientWithAccessKey(kmstest.Region, keyID, secret)
	through(c, rt)
	return &Client{
		Create: func(_ context.Context, name string, with Parameters) (any, error) {
			in := &kmsInputs[with]
			request := old.CreateCreateApplicationAccessPointRequest()
			direct(request, endpoint)
			request.Name, request.Description = name, in.Description
			request.AuthenticationMethod, request.Policies = string(in.AuthenticationMethod), policies(in.Policies)
			return c.CreateApplicationAccessPoint(request)
		},
		List: func(_ context.Context, size int) (any, error) {
			request := old.CreateListApplicationAccessPointsRequest()
			direct(request, endpoint)
			request.PageNumber, request.PageSize = requests.NewInteger(1), requests.NewInteger(size)
			return c.ListApplicationAccessPoints(request)
		},
	}, err
}

// The answer of the create has the policies as JSON in a text.
type kmsCreated struct {
	RequestID            string `json:"RequestId"`
	Name                 string
	ARN                  string `json:"Arn"`
	Description          string
	AuthenticationMethod string
	Policies             string
}

// The list has its items within a group.
type kmsListed struct {
	RequestID               string `json:"RequestId"`
	ApplicationAccessPoints struct {
		ApplicationAccessPoint []kms.ApplicationAccessPoint
	}
	PageNumber, PageSize, TotalCount int
}

var kmsFloor = Column{FloorMin, func(endpoint string, rt http.RoundTripper) (*Client, error) {
	f := newFloor(endpoint, rt)
	return &Client{
		Create: func(ctx context.Context, name string, with Parameters) (any, error) {
			in := &kmsInputs[with]
			q := []param{
				{"Name", name},
				{"Description", in.Description},
				{"AuthenticationMethod", string(in.AuthenticationMethod)},
				{"Policies", policies(in.Policies)},
			}
			out := new(kmsCreated)
			return out, f.rpc(ctx, "CreateApplicationAccessPoint", "2016-01-20", q, out)
		},
		List: func(ctx context.Context, size int) (any, error) {
			q := []param{
				{"PageNumber", "1"},
				{"PageSize", strconv.Itoa(size)},
			}
			out := new(kmsListed)
			return out, f.rpc(ctx, "ListApplicationAccessPoints", "2016-01-20", q, out)
		},
	}, nil
}}
