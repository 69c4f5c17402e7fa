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

var ossCalls = []Call{create, createFull, list100, list1000} // 100 of a bucket, 1,000 of the account

var ossService = &Service{
	Name:    "oss",
	Calls:   ossCalls,
	Columns: []Column{{Ours, ossOurs}, {"oss-sdk-v2", ossV2}, ossFloor, bare(ossFloor, ossCalls)},
	fake: func(n int, c conditions) http.Handler {
		s := osstest.NewServer(osstest.Limit(c.limit), osstest.Latency(c.latency), osstest.ReadyAfter(c.readyAfter))
		for i := range n {
			in := ossInputs[Full]
			in.AccessPointName = fmt.Sprintf("ap-%04d", i)
			must(s.Client().CreateAccessPoint(context.Background(), in))
		}
		return s
	},
	id: func(name string, _ any) string { return name },
}

// ossInputs are what every column creates, under the name that it is given.
var ossInputs = [...]oss.CreateAccessPointRequest{
	Short: {Bucket: osstest.Bucket, NetworkOrigin: oss.NetworkOriginInternet},
	Full: {
		Bucket: osstest.Bucket, NetworkOrigin: oss.NetworkOriginVPC,
		VpcConfiguration: &oss.VpcConfiguration{VpcID: "vpc-t4nlw426y44rd3iq4abcd"},
	},
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
		Create: func(ctx context.Context, name string, with Parameters) (any, error) {
			in := ossInputs[with]
			in.AccessPointName = name
			return c.CreateAccessPoint(ctx, in)
		},
		List: func(ctx context.Context, size int) (any, error) {
			return c.ListAccessPoints(ctx, oss.ListAccessPointsRequest{Bucket: ossBucket(size), MaxKeys: size})
		},
		Wait: func(ctx context.Context, name string) error {
			_, err := c.WaitAccessPointEnabled(ctx, osstest.Bucket, name, oss.WaitOptions{})
			return err
		},
		WaitAll: func(ctx context.Context, names []string) error {
			return failed(c.WaitAccessPointsEnabled(ctx, osstest.Bucket, names, oss.WaitOptions{}))
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
		Create: func(ctx context.Context, name string, with Parameters) (any, error) {
			in := &ossInputs[with]
			config := &sdk.CreateAccessPointConfiguration{AccessPointName: sdk.Ptr(name), NetworkOrigin: sdk.Ptr(string(in.NetworkOrigin))}
			if vpc := in.VpcConfiguration; vpc != nil {
				config.VpcConfiguration = &sdk.AccessPointVpcConfiguration{VpcId: sdk.Ptr(vpc.VpcID)}
			}
			return c.CreateAccessPoint(ctx, &sdk.CreateAccessPointRequest{Bucket: sdk.Ptr(in.Bucket), CreateAccessPointConfiguration: config})
		},
		List: func(ctx context.Context, size int) (any, error) {
			in := &sdk.ListAccessPointsRequest{MaxKeys: int64(size)}
			if bucket := ossBucket(size); bucket != "" {
				in.Bucket = &bucket
			}
			return c.ListAccessPoints(ctx, in)
		},
		Ready: func(ctx context.Context, name string) (bool, error) {
			out, err := c.GetAccessPoint(ctx, &sdk.GetAccessPointRequest{Bucket: sdk.Ptr(osstest.Bucket), AccessPointName: sdk.Ptr(name)})
			return err == nil && sdk.ToString(out.AccessPointStatus) == "enable", err
		},
	}, nil
}

var ossFloor = Column{FloorMin, func(endpoint string, rt http.RoundTripper) (*Client, error) {
	f := newFloor(endpoint, rt)
	return &Client{
		Create: func(ctx context.Context, name string, with Parameters) (any, error) {
			in := &ossInputs[with]
			body := "<CreateAccessPointConfiguration>" +
				"<AccessPointName>" + escapeXML(name) + "</AccessPointName>" +
				"<NetworkOrigin>" + escapeXML(string(in.NetworkOrigin)) + "</NetworkOrigin>"
			if vpc := in.VpcConfiguration; vpc != nil {
				body += "<VpcConfiguration><VpcId>" + escapeXML(vpc.VpcID) + "</VpcId></VpcConfiguration>"
			}
			body += "</CreateAccessPointConfiguration>"
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
