package conformance

import (
	"context"
	"encoding/json"
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
				g.maybe(in, "Tags", func() any { return efsTags(g, 0, 20) })
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

			"TagResource": func(g *gen) tree { return tree{"ResourceId": efsResource(g), "Tags": efsTags(g, 1, 20)} },
			"UntagResource": func(g *gen) tree {
				return tree{"ResourceId": efsResource(g), "TagKeys": g.list(1, 5, func() any { return g.from(tagRunes, 1, 40) })}
			},
			"ListTagsForResource": func(g *gen) tree { return efsPage(g, tree{"ResourceId": efsResource(g)}, "MaxResults", "NextToken") },

			"CreateFileSystem": func(g *gen) tree {
				in := tree{}
				g.maybe(in, "CreationToken", func() any { return g.from(ascii, 1, 64) })
				g.maybe(in, "PerformanceMode", func() any { return pick(g, "generalPurpose", "maxIO") })
				g.maybe(in, "Backup", func() any { return g.IntN(2) == 0 })
				g.maybe(in, "AvailabilityZoneName", func() any { return g.text(1, 64) })
				g.maybe(in, "Tags", func() any { return efsTags(g, 0, 20) })
				if g.IntN(2) == 0 {
					in["Encrypted"] = g.IntN(4) > 0
					g.maybe(in, "KmsKeyId", func() any { return anyKey(g) })
				}
				efsThroughput(g, in)
				return in
			},
			"DescribeFileSystems": func(g *gen) tree {
				in := efsPage(g, tree{}, "MaxItems", "Marker")
				g.maybe(in, "CreationToken", func() any { return g.text(1, 64) })
				g.maybe(in, "FileSystemId", func() any { return efsID(g, "file-system", "fs-") })
				return in
			},
			"UpdateFileSystem": func(g *gen) tree {
				in := efsOne(g)
				efsThroughput(g, in)
				return in
			},
			"DeleteFileSystem": efsOne,
			"UpdateFileSystemProtection": func(g *gen) tree {
				in := efsOne(g)
				g.maybe(in, "ReplicationOverwriteProtection", func() any { return pick(g, "ENABLED", "DISABLED") })
				return in
			},
			"PutFileSystemPolicy": func(g *gen) tree {
				in := efsOne(g)
				in["Policy"] = pick(g, g.text(1, 300), `{"Version":"2012-10-17","Statement":[]}`)
				if g.IntN(2) == 0 {
					in["BypassPolicyLockoutSafetyCheck"] = true
				}
				return in
			},
			"DescribeFileSystemPolicy": efsOne,
			"DeleteFileSystemPolicy":   efsOne,
			"PutLifecycleConfiguration": func(g *gen) tree {
				in := efsOne(g)
				in["LifecyclePolicies"] = g.list(0, 3, func() any {
					return tree{pick(g, "TransitionToIA", "TransitionToArchive"): pick(g, "AFTER_1_DAY", "AFTER_7_DAYS", "AFTER_90_DAYS", "AFTER_365_DAYS")}
				})
				return in
			},
			"DescribeLifecycleConfiguration": efsOne,
			"PutBackupPolicy": func(g *gen) tree {
				in := efsOne(g)
				in["BackupPolicy"] = tree{"Status": pick(g, "ENABLED", "DISABLED")}
				return in
			},
			"DescribeBackupPolicy": efsOne,

			"CreateMountTarget": func(g *gen) tree {
				in := efsOne(g)
				in["SubnetId"] = "subnet-" + g.from(hexDigits, 8, 40)
				g.maybe(in, "IpAddress", func() any { return "10.0.1." + g.from([]rune("0123456789"), 1, 3) })
				g.maybe(in, "Ipv6Address", func() any { return g.text(3, 39) })
				g.maybe(in, "IpAddressType", func() any { return pick(g, "IPV4_ONLY", "IPV6_ONLY", "DUAL_STACK") })
				g.maybe(in, "SecurityGroups", func() any { return securityGroups(g) })
				return in
			},
			"DescribeMountTargets": func(g *gen) tree {
				in := efsPage(g, tree{}, "MaxItems", "Marker")
				switch g.IntN(3) {
				case 0:
					in["FileSystemId"] = efsID(g, "file-system", "fs-")
				case 1:
					in["AccessPointId"] = efsID(g, "access-point", "fsap-")
				default:
					in["MountTargetId"] = "fsmt-" + g.from(hexDigits, 8, 40)
				}
				return in
			},
			"DeleteMountTarget":                 efsMountTarget,
			"DescribeMountTargetSecurityGroups": efsMountTarget,
			"ModifyMountTargetSecurityGroups": func(g *gen) tree {
				in := efsMountTarget(g)
				g.maybe(in, "SecurityGroups", func() any { return securityGroups(g) })
				return in
			},

			"CreateReplicationConfiguration": func(g *gen) tree {
				to := tree{}
				g.maybe(to, "Region", func() any { return g.text(1, 64) })
				g.maybe(to, "AvailabilityZoneName", func() any { return g.text(1, 64) })
				g.maybe(to, "KmsKeyId", func() any { return anyKey(g) })
				g.maybe(to, "FileSystemId", func() any { return efsID(g, "file-system", "fs-") })
				g.maybe(to, "RoleArn", func() any { return "arn:aws:iam::111122223333:role/" + g.from([]rune("abcXYZ019_+=,.@-/"), 1, 60) })
				return tree{"SourceFileSystemId": efsID(g, "file-system", "fs-"), "Destinations": []any{to}}
			},
			"DescribeReplicationConfigurations": func(g *gen) tree {
				in := efsPage(g, tree{}, "MaxResults", "NextToken")
				g.maybe(in, "FileSystemId", func() any { return efsID(g, "file-system", "fs-") })
				return in
			},
			"DeleteReplicationConfiguration": func(g *gen) tree {
				in := tree{"SourceFileSystemId": efsID(g, "file-system", "fs-")}
				g.maybe(in, "DeletionMode", func() any { return pick(g, "ALL_CONFIGURATIONS", "LOCAL_CONFIGURATION_ONLY") })
				return in
			},
			"PutAccountPreferences":      func(g *gen) tree { return tree{"ResourceIdType": pick(g, "LONG_ID", "SHORT_ID")} },
			"DescribeAccountPreferences": func(g *gen) tree { return efsPage(g, tree{}, "MaxResults", "NextToken") },
		},
	})
}

var hexDigits = []rune("0123456789abcdef")

func efsTags(g *gen, low, high int) any {
	return g.list(low, high, func() any { return tree{"Key": g.from(tagRunes, 1, 128), "Value": g.from(tagRunes, 0, 256)} })
}

// efsResource returns the ID or the ARN of what can have tags.
func efsResource(g *gen) string {
	if g.IntN(2) == 0 {
		return efsID(g, "file-system", "fs-")
	}
	return efsID(g, "access-point", "fsap-")
}

// efsOne returns an input that names a file system.
func efsOne(g *gen) tree { return tree{"FileSystemId": efsID(g, "file-system", "fs-")} }

func efsMountTarget(g *gen) tree { return tree{"MountTargetId": "fsmt-" + g.from(hexDigits, 8, 40)} }

// efsPage adds what a request for a page has.
func efsPage(g *gen, in tree, size, token string) tree {
	g.maybe(in, size, func() any { return pick(g, g.number(1, 1000), g.number(2147483647, 2147483647)) })
	g.maybe(in, token, func() any { return g.text(1, 128) })
	return in
}

// efsThroughput adds a mode, and what belongs to it.
func efsThroughput(g *gen, in tree) {
	switch mode := pick(g, "", "bursting", "elastic", "provisioned"); mode {
	case "":
	case "provisioned":
		in["ProvisionedThroughputInMibps"] = pick(g, json.Number("1"), json.Number("128.5"), json.Number("1024.0625"), json.Number("3414"))
		fallthrough
	default:
		in["ThroughputMode"] = mode
	}
}

func securityGroups(g *gen) any {
	return g.list(0, 6, func() any { return "sg-" + g.from(hexDigits, 8, 40) })
}

// anyKey names a key in one of the ways that there are.
func anyKey(g *gen) string {
	const id = "01234567-89ab-cdef-0123-456789abcdef"
	return pick(g, id, "mrk-"+g.from(hexDigits, 32, 32), "alias/"+g.from([]rune("abcXYZ019/_-"), 1, 40), "arn:aws:kms:us-east-1:111122223333:key/"+id)
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
	srv := efstest.NewServer(efstest.ReadyAfter(500*time.Millisecond), efstest.GoneAfter(20*time.Millisecond))
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
	_, err = c.DescribeTags(ctx, &sdk.DescribeTagsInput{FileSystemId: in.FileSystemId}) // which is deprecated
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

// TestLifeEFSFileSystems runs the life of file systems, and of what belongs to them.
func TestLifeEFSFileSystems(t *testing.T) {
	srv := efstest.NewServer(efstest.ReadyAfter(500*time.Millisecond), efstest.GoneAfter(20*time.Millisecond))
	e := serve(t, srv)
	e.region, e.id, e.secret = efstest.Region, efstest.AccessKeyID, efstest.SecretAccessKey
	c, ctx := newAWS(e, http.DefaultTransport), t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	create := &sdk.CreateFileSystemInput{
		CreationToken: aws.String("token-1"), Encrypted: aws.Bool(true), KmsKeyId: aws.String("alias/k"), ThroughputMode: types.ThroughputModeProvisioned,
		ProvisionedThroughputInMibps: aws.Float64(1.5), Tags: []types.Tag{{Key: aws.String("Name"), Value: aws.String("home")}},
	}
	fs, err := c.CreateFileSystem(ctx, create)
	must(err)
	if *fs.Name != "home" || *fs.ProvisionedThroughputInMibps != 1.5 || !*fs.Encrypted || time.Since(*fs.CreationTime).Abs() > time.Minute || fs.SizeInBytes.Value == 0 {
		t.Errorf("%+v", fs)
	}
	_, err = c.CreateFileSystem(ctx, create)
	if exists, ok := errors.AsType[*types.FileSystemAlreadyExists](err); !ok || *exists.FileSystemId != *fs.FileSystemId {
		t.Errorf("got %v", err)
	}
	target := &sdk.CreateMountTargetInput{FileSystemId: fs.FileSystemId, SubnetId: aws.String(efstest.OtherSubnetID)}
	_, err = c.CreateMountTarget(ctx, target)
	awsRefused[*types.IncorrectFileSystemLifeCycleState](t, err, 409, "IncorrectFileSystemLifeCycleState")
	available := func() bool {
		out, err := c.DescribeFileSystems(ctx, &sdk.DescribeFileSystemsInput{FileSystemId: fs.FileSystemArn})
		must(err)
		return out.FileSystems[0].LifeCycleState == types.LifeCycleStateAvailable
	}
	until(t, available)
	mt, err := c.CreateMountTarget(ctx, target)
	must(err)
	_, err = c.CreateMountTarget(ctx, target)
	awsRefused[*types.MountTargetConflict](t, err, 409, "MountTargetConflict")
	until(t, func() bool {
		out, err := c.DescribeMountTargets(ctx, &sdk.DescribeMountTargetsInput{FileSystemId: fs.FileSystemId})
		must(err)
		return len(out.MountTargets) == 1 && out.MountTargets[0].LifeCycleState == types.LifeCycleStateAvailable
	})
	groups := []string{efstest.OtherSecurityGroupID}
	_, err = c.ModifyMountTargetSecurityGroups(ctx, &sdk.ModifyMountTargetSecurityGroupsInput{MountTargetId: mt.MountTargetId, SecurityGroups: groups})
	must(err)
	shown, err := c.DescribeMountTargetSecurityGroups(ctx, &sdk.DescribeMountTargetSecurityGroupsInput{MountTargetId: mt.MountTargetId})
	must(err)
	if !slices.Equal(shown.SecurityGroups, groups) {
		t.Errorf("%v", shown.SecurityGroups)
	}

	_, err = c.TagResource(ctx, &sdk.TagResourceInput{ResourceId: fs.FileSystemId, Tags: []types.Tag{{Key: aws.String("a/b"), Value: aws.String("")}, {Key: aws.String("a-b"), Value: aws.String("1")}}})
	must(err)
	_, err = c.UntagResource(ctx, &sdk.UntagResourceInput{ResourceId: fs.FileSystemId, TagKeys: []string{"a/b", "Name"}})
	must(err)
	tags, err := c.ListTagsForResource(ctx, &sdk.ListTagsForResourceInput{ResourceId: fs.FileSystemArn})
	must(err)
	if len(tags.Tags) != 1 || *tags.Tags[0].Key != "a-b" {
		t.Errorf("%v", tags.Tags)
	}

	_, err = c.UpdateFileSystem(ctx, &sdk.UpdateFileSystemInput{FileSystemId: fs.FileSystemId, ThroughputMode: types.ThroughputModeElastic})
	must(err)
	until(t, available)
	_, err = c.UpdateFileSystem(ctx, &sdk.UpdateFileSystemInput{FileSystemId: fs.FileSystemId, ThroughputMode: types.ThroughputModeBursting})
	awsRefused[*types.TooManyRequests](t, err, 429, "TooManyRequests")

	_, err = c.DescribeFileSystemPolicy(ctx, &sdk.DescribeFileSystemPolicyInput{FileSystemId: fs.FileSystemId})
	awsRefused[*types.PolicyNotFound](t, err, 404, "PolicyNotFound")
	policy := `{"Statement":[]}`
	_, err = c.PutFileSystemPolicy(ctx, &sdk.PutFileSystemPolicyInput{FileSystemId: fs.FileSystemId, Policy: aws.String(policy)})
	must(err)
	got, err := c.DescribeFileSystemPolicy(ctx, &sdk.DescribeFileSystemPolicyInput{FileSystemId: fs.FileSystemId})
	must(err)
	if *got.Policy != policy {
		t.Errorf("%s", *got.Policy)
	}
	_, err = c.DeleteFileSystemPolicy(ctx, &sdk.DeleteFileSystemPolicyInput{FileSystemId: fs.FileSystemId})
	must(err)

	_, err = c.PutLifecycleConfiguration(ctx, &sdk.PutLifecycleConfigurationInput{FileSystemId: fs.FileSystemId, LifecyclePolicies: []types.LifecyclePolicy{{TransitionToIA: types.TransitionToIARulesAfter7Days}}})
	must(err)
	_, err = c.PutLifecycleConfiguration(ctx, &sdk.PutLifecycleConfigurationInput{FileSystemId: fs.FileSystemId, LifecyclePolicies: []types.LifecyclePolicy{}})
	must(err)
	lifecycle, err := c.DescribeLifecycleConfiguration(ctx, &sdk.DescribeLifecycleConfigurationInput{FileSystemId: fs.FileSystemId})
	must(err)
	if len(lifecycle.LifecyclePolicies) != 0 {
		t.Errorf("%v", lifecycle.LifecyclePolicies)
	}
	_, err = c.PutBackupPolicy(ctx, &sdk.PutBackupPolicyInput{FileSystemId: fs.FileSystemId, BackupPolicy: &types.BackupPolicy{Status: types.StatusEnabled}})
	must(err)
	until(t, func() bool {
		out, err := c.DescribeBackupPolicy(ctx, &sdk.DescribeBackupPolicyInput{FileSystemId: fs.FileSystemId})
		must(err)
		return out.BackupPolicy.Status == types.StatusEnabled
	})

	copied, err := c.CreateReplicationConfiguration(ctx, &sdk.CreateReplicationConfigurationInput{SourceFileSystemId: fs.FileSystemId, Destinations: []types.DestinationToCreate{{Region: aws.String(efstest.Region)}}})
	must(err)
	until(t, func() bool {
		out, err := c.DescribeReplicationConfigurations(ctx, &sdk.DescribeReplicationConfigurationsInput{FileSystemId: copied.Destinations[0].FileSystemId})
		must(err)
		return out.Replications[0].Destinations[0].Status == types.ReplicationStatusEnabled
	})
	_, err = c.UpdateFileSystemProtection(ctx, &sdk.UpdateFileSystemProtectionInput{FileSystemId: copied.Destinations[0].FileSystemId, ReplicationOverwriteProtection: types.ReplicationOverwriteProtectionDisabled})
	awsRefused[*types.ReplicationAlreadyExists](t, err, 409, "ReplicationAlreadyExists")
	_, err = c.DeleteReplicationConfiguration(ctx, &sdk.DeleteReplicationConfigurationInput{SourceFileSystemId: fs.FileSystemId})
	must(err)
	until(t, func() bool {
		_, err := c.DescribeReplicationConfigurations(ctx, &sdk.DescribeReplicationConfigurationsInput{FileSystemId: fs.FileSystemId})
		_, gone := errors.AsType[*types.ReplicationNotFound](err)
		return gone
	})

	_, err = c.DeleteFileSystem(ctx, &sdk.DeleteFileSystemInput{FileSystemId: fs.FileSystemId})
	awsRefused[*types.FileSystemInUse](t, err, 409, "FileSystemInUse")
	_, err = c.DeleteMountTarget(ctx, &sdk.DeleteMountTargetInput{MountTargetId: mt.MountTargetId})
	must(err)
	until(t, func() bool {
		_, err := c.DescribeMountTargets(ctx, &sdk.DescribeMountTargetsInput{MountTargetId: mt.MountTargetId})
		_, gone := errors.AsType[*types.MountTargetNotFound](err)
		return gone
	})
	_, err = c.DeleteFileSystem(ctx, &sdk.DeleteFileSystemInput{FileSystemId: fs.FileSystemId})
	must(err)
	until(t, func() bool {
		_, err := c.DescribeFileSystems(ctx, &sdk.DescribeFileSystemsInput{FileSystemId: fs.FileSystemId})
		_, gone := errors.AsType[*types.FileSystemNotFound](err)
		return gone
	})
	_, err = c.PutAccountPreferences(ctx, &sdk.PutAccountPreferencesInput{ResourceIdType: types.ResourceIdTypeLongId})
	must(err)
	preferences, err := c.DescribeAccountPreferences(ctx, &sdk.DescribeAccountPreferencesInput{})
	must(err)
	if preferences.ResourceIdPreference.ResourceIdType != types.ResourceIdTypeLongId {
		t.Errorf("%+v", preferences)
	}
}

func awsRefused[E error](t *testing.T, err error, status int, code string) {
	t.Helper()
	_, ok := errors.AsType[E](err)
	if f, _ := awsFailure(err); !ok || f.Code != code || f.Status != status || f.RequestID == "" {
		t.Errorf("got %+v (%v), want %d %s", f, err, status, code)
	}
}
