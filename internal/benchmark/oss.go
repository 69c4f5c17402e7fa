package benchmark

import (
	"context"
	"encoding/xml"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	sdk "github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss/credentials"

	"github.com/accesspoint-go/accesspoint/oss"
	"github.com/accesspoint-go/accesspoint/oss/osstest"
)

const ossRegion = osstest.Region

var ossCalls = []Call{create, list100, list1000} // 100 of a bucket, 1,000 of the account

var ossService = &Service{
	Name:    "oss",
	Calls:   ossCalls,
	Columns: []Column{{Ours, ossOurs}, {"oss-sdk-v2", ossV2}, ossFloor, bare(ossFloor, ossCalls)},
	fake: func(n int) http.Handler {
		s := osstest.NewServer()
		for i := range n {
			in := ossInput
			in.AccessPointName = fmt.Sprintf("ap-%04d", i)
			must(s.Client().CreateAccessPoint(context.Background(), in))
		}
		return s
	},
}

// ossInput is what every column creates.
var ossInput = oss.CreateAccessPointRequest{
	Bucket: osstest.Bucket, AccessPointName: "ap-42", NetworkOrigin: oss.NetworkOriginVPC,
	VpcConfiguration: &oss.VpcConfiguration{VpcID: "vpc-t4nlw426y44rd3iq4abcd"},
}

// ossBucket returns the bucket whose access points a page of that size lists:
// none for the account's.
func ossBucket(size int) string {
	if size > 100 {
		return ""
	}
	return osstest.Bucket
}

func ossOurs(endpoint string, rt http.RoundTripper) (*Client, error) {
	c, err := oss.New(oss.Config{
		Region: ossRegion, Endpoint: endpoint, HTTPClient: over(rt),
		Credentials: oss.StaticCredentials{AccessKeyID: keyID, AccessKeySecret: secret},
	})
	return &Client{
		Create: func(ctx context.Context) (any, error) { return c.CreateAccessPoint(ctx, ossInput) },
		List: func(ctx context.Context, size int) (any, error) {
			return c.ListAccessPoints(ctx, oss.ListAccessPointsRequest{Bucket: ossBucket(size), MaxKeys: size})
		},
	}, err
}

func ossV2(endpoint string, rt http.RoundTripper) (*Client, error) {
	config := sdk.LoadDefaultConfig().WithRegion(ossRegion).WithEndpoint(endpoint).
		WithCredentialsProvider(credentials.NewStaticCredentialsProvider(keyID, secret))
	if rt != nil {
		config = config.WithHttpClient(over(rt))
	}
	c := sdk.NewClient(config)
	return &Client{
		Create: func(ctx context.Context) (any, error) {
			in := &ossInput
			return c.CreateAccessPoint(ctx, &sdk.CreateAccessPointRequest{
				Bucket: sdk.Ptr(in.Bucket),
				CreateAccessPointConfiguration: &sdk.CreateAccessPointConfiguration{
					AccessPointName: sdk.Ptr(in.AccessPointName), NetworkOrigin: sdk.Ptr(string(in.NetworkOrigin)),
					VpcConfiguration: &sdk.AccessPointVpcConfiguration{VpcId: sdk.Ptr(in.VpcConfiguration.VpcID)},
				},
			})
		},
		List: func(ctx context.Context, size int) (any, error) {
			in := &sdk.ListAccessPointsRequest{MaxKeys: int64(size)}
			if bucket := ossBucket(size); bucket != "" {
				in.Bucket = &bucket
			}
			return c.ListAccessPoints(ctx, in)
		},
	}, nil
}

var ossFloor = Column{FloorMin, func(endpoint string, rt http.RoundTripper) (*Client, error) {
	f := newFloor(endpoint, rt)
	return &Client{
		Create: func(ctx context.Context) (any, error) {
			in := &ossInput
			body := "<CreateAccessPointConfiguration>" +
				"<AccessPointName>" + escapeXML(in.AccessPointName) + "</AccessPointName>" +
				"<NetworkOrigin>" + escapeXML(string(in.NetworkOrigin)) + "</NetworkOrigin>" +
				"<VpcConfiguration><VpcId>" + escapeXML(in.VpcConfiguration.VpcID) + "</VpcId></VpcConfiguration>" +
				"</CreateAccessPointConfiguration>"
			out := new(oss.CreateAccessPointResponse)
			return out, f.oss(ctx, http.MethodPut, in.Bucket, "accessPoint", body, out)
		},
		List: func(ctx context.Context, size int) (any, error) {
			out := new(oss.ListAccessPointsResponse)
			return out, f.oss(ctx, http.MethodGet, ossBucket(size), "accessPoint&max-keys="+strconv.Itoa(size), "", out)
		},
	}, nil
}}

func escapeXML(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text))
	return b.String()
}
