package benchmark

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	sdk "github.com/aws/aws-sdk-go-v2/service/efs"
	"github.com/aws/aws-sdk-go-v2/service/efs/types"
	"github.com/google/uuid"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/efs/efstest"
)

const efsRegion = efstest.Region

var efsCalls = []Call{create, createFull, list100, list1000}

var efsService = &Service{
	Name:    "efs",
	Calls:   efsCalls,
	Columns: []Column{{Ours, efsOurs}, {"aws-sdk-v2", efsAWS}, efsFloor, bare(efsFloor, efsCalls)},
	fake: func(n int, c conditions) http.Handler {
		s := efstest.NewServer(efstest.Limit(c.limit), efstest.Latency(c.latency), efstest.ReadyAfter(c.readyAfter))
		for i := range n {
			in := efsInputs[Short]
			in.Tags = append([]efs.Tag{{Key: "Name", Value: fmt.Sprintf("volume-%04d", i)}}, in.Tags...)
			must(s.Client().CreateAccessPoint(context.Background(), in))
		}
		return s
	},
	id: func(_ string, created any) string { return created.(*efs.CreateAccessPointResponse).AccessPointID },
}

// efsInputs are what every column creates, with a ClientToken that is new for each
// call.
var efsInputs = [...]efs.CreateAccessPointRequest{
	Short: {
		FileSystemID: efstest.FileSystemID, PosixUser: efsUser, RootDirectory: efsRoot,
		Tags: []efs.Tag{{Key: "team", Value: "storage"}, {Key: "env", Value: "prod"}},
	},
	Full: {
		FileSystemID: efstest.FileSystemID, PosixUser: efsUser, RootDirectory: efsRoot,
		Tags: []efs.Tag{
			{Key: "team", Value: "storage"}, {Key: "env", Value: "prod"}, {Key: "tenant", Value: "42"},
			{Key: "cost-center", Value: "cc-1017"}, {Key: "managed-by", Value: "provisioner"},
		},
	},
}

var (
	efsUser = &efs.PosixUser{UID: new(uint32(1001)), GID: new(uint32(1002)), SecondaryGIDs: []uint32{2001, 2002}}
	efsRoot = &efs.RootDirectory{
		Path: "/volumes/42", CreationInfo: &efs.CreationInfo{OwnerUID: new(uint32(1001)), OwnerGID: new(uint32(1002)), Permissions: "0750"},
	}
)

func efsOurs(endpoint string, rt http.RoundTripper) (*Client, error) {
	c, err := efs.New(efs.Config{
		Region: efsRegion, Endpoint: endpoint, HTTPClient: over(rt),
		Credentials: efs.StaticCredentials{AccessKeyID: keyID, SecretAccessKey: secret},
	})
	return &Client{
		Create: func(ctx context.Context, _ string, with Parameters) (any, error) {
			return c.CreateAccessPoint(ctx, efsInputs[with])
		},
		List: func(ctx context.Context, size int) (any, error) {
			return c.DescribeAccessPoints(ctx, efs.DescribeAccessPointsRequest{FileSystemID: efstest.FileSystemID, MaxResults: size})
		},
		Wait: func(ctx context.Context, id string) error {
			_, err := c.WaitAccessPointAvailable(ctx, id, efs.WaitOptions{})
			return err
		},
		WaitAll: func(ctx context.Context, ids []string) error {
			return failed(c.WaitAccessPointsAvailable(ctx, ids, efs.WaitOptions{}))
		},
	}, err
}

func efsAWS(endpoint string, rt http.RoundTripper) (*Client, error) {
	o := sdk.Options{
		Region: efsRegion, BaseEndpoint: aws.String(endpoint),
		Credentials: aws.NewCredentialsCache(credentials.NewStaticCredentialsProvider(keyID, secret, "")),
	}
	if rt != nil {
		o.HTTPClient = over(rt)
	}
	c := sdk.New(o)
	return &Client{
		Create: func(ctx context.Context, _ string, with Parameters) (any, error) { // it makes the ClientToken
			in := &efsInputs[with]
			info := in.RootDirectory.CreationInfo
			request := &sdk.CreateAccessPointInput{
				FileSystemId: aws.String(in.FileSystemID),
				PosixUser:    &types.PosixUser{Uid: aws.Int64(int64(*in.PosixUser.UID)), Gid: aws.Int64(int64(*in.PosixUser.GID))},
				RootDirectory: &types.RootDirectory{
					Path: aws.String(in.RootDirectory.Path),
					CreationInfo: &types.CreationInfo{
						OwnerUid: aws.Int64(int64(*info.OwnerUID)), OwnerGid: aws.Int64(int64(*info.OwnerGID)), Permissions: aws.String(info.Permissions),
					},
				},
			}
			for _, gid := range in.PosixUser.SecondaryGIDs {
				request.PosixUser.SecondaryGids = append(request.PosixUser.SecondaryGids, int64(gid))
			}
			for _, tag := range in.Tags {
				request.Tags = append(request.Tags, types.Tag{Key: aws.String(tag.Key), Value: aws.String(tag.Value)})
			}
			return c.CreateAccessPoint(ctx, request)
		},
		List: func(ctx context.Context, size int) (any, error) {
			return c.DescribeAccessPoints(ctx, &sdk.DescribeAccessPointsInput{FileSystemId: aws.String(efstest.FileSystemID), MaxResults: aws.Int32(int32(size))})
		},
		Ready: func(ctx context.Context, id string) (bool, error) {
			out, err := c.DescribeAccessPoints(ctx, &sdk.DescribeAccessPointsInput{AccessPointId: aws.String(id)})
			return err == nil && len(out.AccessPoints) == 1 && out.AccessPoints[0].LifeCycleState == types.LifeCycleStateAvailable, err
		},
	}, nil
}

var efsFloor = Column{FloorMin, func(endpoint string, rt http.RoundTripper) (*Client, error) {
	f := newFloor(endpoint, rt)
	return &Client{
		Create: func(ctx context.Context, _ string, with Parameters) (any, error) {
			in := efsInputs[with] // its struct is the API's JSON
			in.ClientToken = uuid.NewString()
			body, err := json.Marshal(in)
			if err != nil {
				return nil, err
			}
			out := new(efs.CreateAccessPointResponse)
			return out, f.efs(ctx, http.MethodPost, "", string(body), out)
		},
		List: func(ctx context.Context, size int) (any, error) {
			q := []param{
				{"FileSystemId", efstest.FileSystemID},
				{"MaxResults", strconv.Itoa(size)},
			}
			out := new(efs.DescribeAccessPointsResponse)
			return out, f.efs(ctx, http.MethodGet, "?"+encode(q), "", out)
		},
	}, nil
}}
