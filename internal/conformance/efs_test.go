package conformance

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	sdk "github.com/aws/aws-sdk-go-v2/service/efs"
	"github.com/aws/aws-sdk-go-v2/service/efs/types"
	"github.com/aws/smithy-go"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/efs/efstest"
	"github.com/accesspoint-go/accesspoint/internal/acs3"
	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
)

func init() {
	services = append(services, &service{
		name: "efs",
		ours: func(e env, rt http.RoundTripper) (any, error) {
			return efs.New(efs.Config{
				Region: e.region, Endpoint: e.endpoint, FIPS: e.fips, DualStack: e.dualStack, MaxAttempts: 1, HTTPClient: &http.Client{Transport: rt},
				Credentials: efs.StaticCredentials{AccessKeyID: e.id, SecretAccessKey: e.secret, SessionToken: e.token},
			})
		},
		peers: []*peer{{name: "aws", client: func(e env, rt http.RoundTripper) (any, error) { return newAWS(e, rt), nil }, failure: awsFailure}},
		env: func(g *gen) env {
			e := g.key(env{region: pick(g, "us-east-1", "cn-north-1", "us-gov-west-1", "eusc-de-east-1", "ap-southeast-7")})
			switch g.IntN(4) {
			case 0:
				e.endpoint = pick(g, "http://127.0.0.1:8080", "https://gateway.example.com:8443", "https://gateway.example.com")
			case 1:
				e.fips = true
			case 2:
				e.dualStack = true
			}
			return e
		},
		sign: signSigV4,
		fake: func() (http.Handler, func(string, fake.Refusal)) {
			s := efstest.NewServer()
			return s, func(operation string, r fake.Refusal) {
				s.Fail(operation, efs.APIError{StatusCode: r.Status, Code: efs.Code(r.Code), Message: r.Message})
			}
		},
		failure: func(err error) (failure, bool) {
			e, ok := errors.AsType[*efs.APIError](err)
			if !ok {
				return failure{}, false
			}
			return failure{string(e.Code), e.StatusCode, e.RequestID}, true
		},
		inputs: map[string]func(*gen) tree{
			"CreateAccessPoint": func(g *gen) tree {
				in := tree{"FileSystemId": efsID(g, "file-system", "fs-")}
				g.maybe(in, "ClientToken", func() any { return g.from(ascii, 1, 64) })
				g.maybe(in, "PosixUser", func() any {
					user := tree{"Uid": g.posix(), "Gid": g.posix()}
					g.maybe(user, "SecondaryGids", func() any { return g.list(0, 16, g.posix) })
					return user
				})
				g.maybe(in, "RootDirectory", func() any {
					root := tree{}
					g.maybe(root, "Path", func() any { return "/" + g.text(1, 30) })
					g.maybe(root, "CreationInfo", func() any {
						return tree{"OwnerUid": g.posix(), "OwnerGid": g.posix(), "Permissions": g.from([]rune("01234567"), 3, 4)}
					})
					return root
				})
				g.maybe(in, "Tags", func() any {
					return g.list(0, 20, func() any {
						return tree{"Key": g.from(tagRunes, 1, 128), "Value": g.from(tagRunes, 0, 256)}
					})
				})
				return in
			},
			"DescribeAccessPoints": func(g *gen) tree {
				in := tree{}
				g.maybe(in, "MaxResults", func() any { return pick(g, g.number(1, 1000), g.number(2147483647, 2147483647)) })
				g.maybe(in, "NextToken", func() any { return g.text(1, 128) })
				switch g.IntN(3) {
				case 0:
					in["FileSystemId"] = efsID(g, "file-system", "fs-")
				case 1:
					in["AccessPointId"] = efsID(g, "access-point", "fsap-")
				}
				return in
			},
			"DeleteAccessPoint": func(g *gen) tree { return tree{"AccessPointId": efsID(g, "access-point", "fsap-")} },
		},
	})
}

var (
	ascii    = []rune("abcXYZ019 -_.~*+/%=&?#@!$'(),;:[]|\\\"<>^`{}\t\x01\x7f")
	tagRunes = []rune("abcXYZ019 _.:/=+-@é漢\u2028\u00a0Ⅷ")
)

// efsID returns an ID or an ARN.
func efsID(g *gen, resource, prefix string) string {
	id := prefix + g.from([]rune("0123456789abcdef"), 8, 40)
	if g.IntN(2) == 0 {
		return "arn:aws:elasticfilesystem:us-east-1:111122223333:" + resource + "/" + id
	}
	return id
}

func newAWS(e env, rt http.RoundTripper, change ...func(*sdk.Options)) *sdk.Client {
	o := sdk.Options{
		Region: e.region, HTTPClient: &http.Client{Transport: rt}, Retryer: aws.NopRetryer{},
		Credentials: credentials.NewStaticCredentialsProvider(e.id, e.secret, e.token),
	}
	if e.endpoint != "" {
		o.BaseEndpoint = aws.String(e.endpoint)
	}
	if e.fips {
		o.EndpointOptions.UseFIPSEndpoint = aws.FIPSEndpointStateEnabled
	}
	if e.dualStack {
		o.EndpointOptions.UseDualStackEndpoint = aws.DualStackEndpointStateEnabled
	}
	return sdk.New(o, change...)
}

func awsFailure(err error) (failure, bool) {
	api, isAPI := errors.AsType[smithy.APIError](err)
	response, isResponse := errors.AsType[*awshttp.ResponseError](err)
	if !isAPI || !isResponse {
		return failure{}, false
	}
	return failure{api.ErrorCode(), response.HTTPStatusCode(), response.ServiceRequestID()}, true
}

// signSigV4 lets the official signer sign what ours sent, over the headers that
// ours signed. It signs every header that it is given.
func signSigV4(e env, r wiretest.Request) (string, error) {
	given := r.Header.Get("Authorization")
	_, names, _ := strings.Cut(given, "SignedHeaders=")
	names, _, _ = strings.Cut(names, ",")
	request, err := http.NewRequest(r.Method, e.scheme()+"://"+r.Host+r.Path, strings.NewReader(r.Body))
	if err != nil {
		return "", err
	}
	request.URL.RawQuery = r.Query
	for name := range strings.SplitSeq(names, ";") {
		if values := r.Header.Values(name); len(values) > 0 {
			request.Header[http.CanonicalHeaderKey(name)] = values
		}
	}
	at, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	if err != nil {
		return "", err
	}
	key := aws.Credentials{AccessKeyID: e.id, SecretAccessKey: e.secret, SessionToken: e.token}
	err = v4.NewSigner().SignHTTP(context.Background(), key, request, acs3.Hash([]byte(r.Body)), "elasticfilesystem", e.region, at)
	return request.Header.Get("Authorization"), err
}

// TestLifeEFS runs the life of access points.
func TestLifeEFS(t *testing.T) {
	srv := efstest.NewServer(efstest.ReadyAfter(50*time.Millisecond), efstest.GoneAfter(20*time.Millisecond))
	e := serve(t, srv)
	e.region, e.id, e.secret = efstest.Region, efstest.AccessKeyID, efstest.SecretAccessKey
	c, ctx := newAWS(e, http.DefaultTransport), t.Context()
	in := &sdk.CreateAccessPointInput{
		FileSystemId: aws.String(efstest.FileSystemID), ClientToken: aws.String("a\"<&>\u2028"),
		PosixUser:     &types.PosixUser{Uid: aws.Int64(0), Gid: aws.Int64(4294967295), SecondaryGids: []int64{0, 1}},
		RootDirectory: &types.RootDirectory{Path: aws.String("/a b/é"), CreationInfo: &types.CreationInfo{OwnerUid: aws.Int64(0), OwnerGid: aws.Int64(5), Permissions: aws.String("750")}},
		Tags:          []types.Tag{{Key: aws.String("Name"), Value: aws.String("x")}, {Key: aws.String("k"), Value: aws.String("")}},
	}
	in.ClientToken = aws.String("token-1")
	first, err := c.CreateAccessPoint(ctx, in)
	if err != nil {
		t.Fatal(err)
	}
	if *first.Name != "x" || *first.PosixUser.Uid != 0 || *first.PosixUser.Gid != 4294967295 || len(first.PosixUser.SecondaryGids) != 2 ||
		*first.RootDirectory.Path != "/a b/é" || *first.RootDirectory.CreationInfo.OwnerUid != 0 || len(first.Tags) != 2 || *first.OwnerId != efstest.AccountID {
		t.Errorf("%+v", first)
	}
	_, err = c.CreateAccessPoint(ctx, in)
	if exists, ok := errors.AsType[*types.AccessPointAlreadyExists](err); !ok || *exists.AccessPointId != *first.AccessPointId {
		t.Errorf("got %v", err)
	}
	ids := []string{*first.AccessPointId}
	for range 4 {
		in.ClientToken = nil // the SDK makes one
		out, err := c.CreateAccessPoint(ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, *out.AccessPointId)
	}
	state := func(id *string) types.LifeCycleState {
		t.Helper()
		out, err := c.DescribeAccessPoints(ctx, &sdk.DescribeAccessPointsInput{AccessPointId: id})
		if err != nil {
			t.Fatal(err)
		}
		return out.AccessPoints[0].LifeCycleState
	}
	until(t, func() bool { return state(&ids[4]) == types.LifeCycleStateAvailable })
	for _, fs := range []*string{nil, in.FileSystemId} {
		p := sdk.NewDescribeAccessPointsPaginator(c, &sdk.DescribeAccessPointsInput{FileSystemId: fs}, func(o *sdk.DescribeAccessPointsPaginatorOptions) { o.Limit = 2 })
		var listed []string
		pages := 0
		for ; p.HasMorePages(); pages++ {
			out, err := p.NextPage(ctx)
			if err != nil {
				t.Fatal(err)
			}
			for _, ap := range out.AccessPoints {
				listed = append(listed, *ap.AccessPointId)
			}
		}
		if !slices.Equal(ids, listed) || pages != 3 {
			t.Errorf("%v in %d pages", listed, pages)
		}
	}
	if _, err := c.DeleteAccessPoint(ctx, &sdk.DeleteAccessPointInput{AccessPointId: first.AccessPointArn}); err != nil {
		t.Fatal(err)
	}
	until(t, func() bool {
		_, err := c.DescribeAccessPoints(ctx, &sdk.DescribeAccessPointsInput{AccessPointId: first.AccessPointId})
		_, gone := errors.AsType[*types.AccessPointNotFound](err)
		return gone
	})

	// What a fake refuses by itself.
	_, err = c.DescribeAccessPoints(ctx, &sdk.DescribeAccessPointsInput{FileSystemId: aws.String("fs-00000000")})
	awsRefused[*types.FileSystemNotFound](t, err, 404, "FileSystemNotFound")
	_, err = c.DescribeAccessPoints(ctx, &sdk.DescribeAccessPointsInput{AccessPointId: &ids[1], FileSystemId: in.FileSystemId})
	awsRefused[*types.BadRequest](t, err, 400, "BadRequest")
	_, err = c.DescribeAccessPoints(ctx, &sdk.DescribeAccessPointsInput{AccessPointId: aws.String("x")})
	awsRefused[smithy.APIError](t, err, 400, "ValidationException")
	_, err = c.DescribeAccessPoints(ctx, &sdk.DescribeAccessPointsInput{NextToken: aws.String("")}) // signed as NextToken=
	awsRefused[smithy.APIError](t, err, 400, "ValidationException")
	_, err = c.DescribeFileSystems(ctx, &sdk.DescribeFileSystemsInput{})
	awsRefused[smithy.APIError](t, err, 404, "UnknownOperationException")
	srv.Inject("CreateAccessPoint", efstest.Throttle)
	in.ClientToken = nil
	_, err = c.CreateAccessPoint(ctx, in)
	awsRefused[*types.ThrottlingException](t, err, 429, "ThrottlingException")
	srv.Inject("DescribeAccessPoints", efstest.ServerError)
	_, err = c.DescribeAccessPoints(ctx, &sdk.DescribeAccessPointsInput{})
	awsRefused[*types.InternalServerError](t, err, 500, "InternalServerError")
	srv.Fail("CreateAccessPoint", efs.APIError{StatusCode: 403, Code: efs.CodeAccessPointLimitExceeded})
	_, err = c.CreateAccessPoint(ctx, in)
	awsRefused[*types.AccessPointLimitExceeded](t, err, 403, "AccessPointLimitExceeded")
	srv.Fail("CreateAccessPoint", efs.APIError{StatusCode: 409, Code: efs.CodeIncorrectFileSystemLifeCycleState})
	_, err = c.CreateAccessPoint(ctx, in)
	awsRefused[*types.IncorrectFileSystemLifeCycleState](t, err, 409, "IncorrectFileSystemLifeCycleState")
	e.secret = "wrong"
	_, err = newAWS(e, http.DefaultTransport).DescribeAccessPoints(ctx, &sdk.DescribeAccessPointsInput{})
	awsRefused[smithy.APIError](t, err, 403, "InvalidSignatureException")

	// The SDK's own repeats find what a fake wants repeated.
	e.secret = efstest.SecretAccessKey
	srv.Inject("DescribeAccessPoints", efstest.Throttle, efstest.ServerError)
	patient := newAWS(e, http.DefaultTransport, func(o *sdk.Options) {
		o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) {
			o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
		})
	})
	if _, err = patient.DescribeAccessPoints(ctx, &sdk.DescribeAccessPointsInput{}); err != nil {
		t.Error(err)
	}
}

func awsRefused[E error](t *testing.T, err error, status int, code string) {
	t.Helper()
	_, ok := errors.AsType[E](err)
	if f, _ := awsFailure(err); !ok || f.Code != code || f.Status != status || f.RequestID == "" {
		t.Errorf("got %+v (%v), want %d %s", f, err, status, code)
	}
}
