package conformance

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	sdk "github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss/credentials"
	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss/signer"

	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/oss"
	"github.com/accesspoint-go/accesspoint/oss/osstest"
)

func init() {
	services = append(services, &service{
		name: "oss",
		ours: func(e env, rt http.RoundTripper) (any, error) {
			network := oss.NetworkPublic
			if e.internal {
				network = oss.NetworkInternal
			}
			return oss.New(oss.Config{
				Region: e.region, Endpoint: e.endpoint, Network: network, PathStyle: e.pathStyle, MaxAttempts: 1, HTTPClient: &http.Client{Transport: rt},
				Credentials: oss.StaticCredentials{AccessKeyID: e.id, AccessKeySecret: e.secret, SecurityToken: e.token},
			})
		},
		peers: []*peer{{
			name:    "oss",
			client:  func(e env, rt http.RoundTripper) (any, error) { return newOSS(e, rt), nil },
			call:    callOSS,
			failure: ossFailure,
		}},
		env: func(g *gen) env {
			e := g.key(env{region: pick(g, "cn-hangzhou", "us-west-1", "ap-southeast-1"), pathStyle: g.IntN(2) == 0})
			switch g.IntN(3) {
			case 0:
				e.endpoint = pick(g, "http://127.0.0.1:8080", "https://[::1]:8443", "https://gateway.example.com:8443", "https://gateway.example.com")
			case 1:
				e.internal = true
			}
			return e
		},
		sign: signOSS4,
		fake: func() (http.Handler, func(string, fake.Refusal)) {
			s := osstest.NewServer()
			return s, func(operation string, r fake.Refusal) {
				s.Fail(operation, oss.APIError{StatusCode: r.Status, Code: oss.Code(r.Code), Message: r.Message})
			}
		},
		failure: func(err error) (failure, bool) {
			e, ok := errors.AsType[*oss.APIError](err)
			if !ok {
				return failure{}, false
			}
			return failure{string(e.Code), e.StatusCode, e.RequestID}, true
		},
		inputs: map[string]func(*gen) tree{
			"CreateAccessPoint": func(g *gen) tree {
				in := tree{"Bucket": bucket(g), "AccessPointName": g.word(1, 9) + "-" + g.word(1, 9), "NetworkOrigin": pick(g, "vpc", "internet")}
				if in["NetworkOrigin"] == "vpc" || g.IntN(4) == 0 {
					in["VpcConfiguration"] = tree{"VpcId": g.from(xmlRunes, 1, 30)}
				}
				return in
			},
			"GetAccessPoint":    ossPoint,
			"DeleteAccessPoint": ossPoint,

			"PutAccessPointPolicy":    withPolicy(ossPoint),
			"GetAccessPointPolicy":    ossPoint,
			"DeleteAccessPointPolicy": ossPoint,

			"PutAccessPointPublicAccessBlock": func(g *gen) tree {
				in := ossQueryPoint(g)
				g.maybe(in, "BlockPublicAccess", func() any { return g.IntN(2) == 0 })
				return in
			},
			"GetAccessPointPublicAccessBlock":    ossQueryPoint,
			"DeleteAccessPointPublicAccessBlock": ossQueryPoint,

			"CreateAccessPointForObjectProcess": func(g *gen) tree {
				in := tree{"Bucket": bucket(g), "AccessPointForObjectProcessName": g.word(1, 63), "AccessPointName": g.text(1, 20)}
				g.maybe(in, "AllowAnonymousAccessForObjectProcess", func() any { return g.IntN(2) == 0 })
				g.maybe(in, "ObjectProcessConfiguration", func() any { return ossObjectProcess(g) })
				return in
			},
			"GetAccessPointForObjectProcess":    ossProcess,
			"DeleteAccessPointForObjectProcess": ossProcess,
			"ListAccessPointsForObjectProcess": func(g *gen) tree {
				in := tree{}
				g.maybe(in, "MaxKeys", func() any { return g.number(1, 1000) })
				g.maybe(in, "ContinuationToken", func() any { return g.text(1, 60) })
				return in
			},
			"PutAccessPointConfigForObjectProcess": func(g *gen) tree {
				in := ossProcess(g)
				g.maybe(in, "AllowAnonymousAccessForObjectProcess", func() any { return g.IntN(2) == 0 })
				g.maybe(in, "BlockPublicAccess", func() any { return g.IntN(2) == 0 })
				g.maybe(in, "ObjectProcessConfiguration", func() any { return ossObjectProcess(g) })
				return in
			},
			"GetAccessPointConfigForObjectProcess":    ossProcess,
			"PutAccessPointPolicyForObjectProcess":    withPolicy(ossProcess),
			"GetAccessPointPolicyForObjectProcess":    ossProcess,
			"DeleteAccessPointPolicyForObjectProcess": ossProcess,

			"WriteGetObjectResponse": func(g *gen) tree {
				header := func() any { return g.from([]rune("abcXYZ019-_.~*+/%=&?#@!$'(),;:[]|\\\"<>^`{}"), 1, 40) }
				in := tree{"RequestRoute": header(), "RequestToken": header(), "FwdStatus": g.number(100, 599)}
				for _, name := range []string{
					"AcceptRanges", "CacheControl", "ContentDisposition", "ContentEncoding", "ContentLanguage", "ContentRange", "ContentType", "ETag", "Expires", "LastModified",
				} {
					g.maybe(in, "FwdHeader"+name, header)
				}
				g.maybe(in, "Body", func() any { return g.text(1, 200) })
				return in
			},

			"PutBucketPolicy":    withPolicy(ossBucket),
			"GetBucketPolicy":    ossBucket,
			"DeleteBucketPolicy": ossBucket,
			"ListAccessPoints": func(g *gen) tree {
				in := tree{}
				g.maybe(in, "MaxKeys", func() any { return g.number(1, 1000) })
				g.maybe(in, "ContinuationToken", func() any { return g.text(1, 60) })
				g.maybe(in, "Bucket", func() any { return bucket(g) })
				return in
			},
		},
	})
}

// xmlRunes are the characters that XML can hold.
var xmlRunes = []rune("abcXYZ019 -_.~*+/%=&?#@!$'(),;:[]|\\\"<>^`{}\t\n\ré漢字😀\u2028")

func bucket(g *gen) string { return g.word(1, 30) + "-" + g.word(1, 30) }

func ossPoint(g *gen) tree {
	return tree{"Bucket": bucket(g), "AccessPointName": g.from([]rune("abcXYZ019-_.~*+/%=&?#@!$'(),;:[]|\\\"<>^`{}"), 1, 40)}
}

// ossQueryPoint names an access point in the query, which holds any text.
func ossQueryPoint(g *gen) tree {
	return tree{"Bucket": bucket(g), "AccessPointName": g.text(1, 40)}
}

func ossBucket(g *gen) tree { return tree{"Bucket": bucket(g)} }

func ossProcess(g *gen) tree {
	in := ossPoint(g)
	return tree{"Bucket": in["Bucket"], "AccessPointForObjectProcessName": in["AccessPointName"]}
}

// ossObjectProcess is a configuration. Lists of nothing are left out by both sides, or
// sent as empty containers by the SDK alone, so that it has none.
func ossObjectProcess(g *gen) tree {
	xml := func() any { return g.from(xmlRunes, 1, 30) }
	in := tree{"TransformationConfigurations": g.list(1, 3, func() any {
		call := tree{"FunctionCompute": tree{"FunctionArn": xml(), "FunctionAssumeRoleArn": xml()}}
		g.maybe(call, "CustomForwardHeaders", func() any { return g.list(1, 3, xml) })
		return tree{"Actions": []any{"GetObject"}, "ContentTransformation": call}
	})}
	g.maybe(in, "AllowedFeatures", func() any { return []any{"GetObject-Range"} })
	return in
}

// ossWrapped returns an input of ours in the SDK's terms, which has the containers of lists.
func ossWrapped(value any) any {
	switch value := value.(type) {
	case tree:
		out := tree{}
		for name, v := range value {
			switch list, isList := ossWrapped(v).([]any); {
			case name == "CustomForwardHeaders":
				out["AdditionalFeatures"] = tree{name: tree{"CustomForwardHeader": list}}
			case isList:
				out[name] = tree{strings.TrimSuffix(name, "s"): list}
			default:
				out[name] = ossWrapped(v)
			}
		}
		return out
	case []any:
		list := make([]any, len(value))
		for i, v := range value {
			list[i] = ossWrapped(v)
		}
		return list
	}
	return value
}

// withPolicy adds a policy, in any of the forms that JSON has for it.
func withPolicy(input func(*gen) tree) func(*gen) tree {
	return func(g *gen) tree {
		in := input(g)
		policy := map[string]any{"Version": "1", "Statement": g.list(0, 3, func() any {
			return tree{"Effect": pick(g, "Allow", "Deny"), "Action": g.list(1, 3, func() any { return g.text(1, 20) }), "Resource": g.text(1, 40)}
		})}
		text, _ := json.Marshal(policy)
		if g.IntN(2) == 0 {
			text, _ = json.MarshalIndent(policy, "", pick(g, " ", "\t"))
		}
		in["Policy"] = string(text)
		return in
	}
}

// callOSS calls an operation of the SDK. That has what is in the body of a request in
// a struct of its own, or as a reader, and so it has what is in the body of an
// answer.
func callOSS(client any, operation string, in tree) (any, error) {
	body := tree{}
	outside := tree{}
	for name, v := range in {
		if slices.Contains([]string{"Bucket", "MaxKeys", "ContinuationToken", "AccessPointForObjectProcessName"}, name) || name == "AccessPointName" && !strings.HasPrefix(operation, "Create") {
			outside[name] = v
		} else {
			body[name] = v
		}
	}
	switch operation {
	case "CreateAccessPoint":
		outside["CreateAccessPointConfiguration"] = body
	case "CreateAccessPointForObjectProcess", "PutAccessPointConfigForObjectProcess":
		if block, ok := body["BlockPublicAccess"]; ok {
			delete(body, "BlockPublicAccess")
			body["PublicAccessBlockConfiguration"] = tree{"BlockPublicAccess": block}
		}
		outside[operation+"Configuration"] = ossWrapped(body)
	case "PutAccessPointPublicAccessBlock":
		outside["PublicAccessBlockConfiguration"] = body
	case "PutAccessPointPolicy", "PutAccessPointPolicyForObjectProcess", "PutBucketPolicy":
		outside["Body"] = in["Policy"]
	case "WriteGetObjectResponse":
		outside = maps.Clone(in)
		if tag, ok := in["FwdHeaderETag"]; ok {
			delete(outside, "FwdHeaderETag")
			outside["FwdHeaderEtag"] = tag
		}
	}
	out, err := call(client, operation, outside)
	if err != nil {
		return out, err
	}
	switch out := out.(type) {
	case *sdk.GetAccessPointPolicyResult:
		return struct{ Policy string }{out.Body}, nil
	case *sdk.GetAccessPointPolicyForObjectProcessResult:
		return struct{ Policy string }{out.Body}, nil
	case *sdk.GetBucketPolicyResult:
		return struct{ Policy string }{out.Body}, nil
	case *sdk.GetAccessPointPublicAccessBlockResult:
		return out.PublicAccessBlockConfiguration, nil
	}
	return out, nil
}

func newOSS(e env, rt http.RoundTripper) *sdk.Client {
	c := sdk.LoadDefaultConfig().WithRegion(e.region).WithRetryMaxAttempts(1).WithUsePathStyle(e.pathStyle).
		WithUseInternalEndpoint(e.internal).WithHttpClient(&http.Client{Transport: rt}).
		WithCredentialsProvider(credentials.NewStaticCredentialsProvider(e.id, e.secret, e.token))
	if e.endpoint != "" {
		c = c.WithEndpoint(e.endpoint)
	}
	return sdk.NewClient(c)
}

func ossFailure(err error) (failure, bool) {
	e, ok := errors.AsType[*sdk.ServiceError](err)
	if !ok {
		return failure{}, false
	}
	return failure{e.Code, e.StatusCode, e.RequestID}, true
}

// signOSS4 lets the official signer sign what ours sent. It has to be told the
// bucket, which is in the path or before the host.
func signOSS4(e env, r wiretest.Request) (string, error) {
	request, err := http.NewRequest(r.Method, e.scheme()+"://"+r.Host+r.Path, nil)
	if err != nil {
		return "", err
	}
	values, err := url.ParseQuery(r.Query)
	if err != nil {
		return "", err
	}
	// Of several values of one name it signs the last, as often as there are any;
	// of parameters without a name and a value, none.
	for _, v := range values {
		if slices.ContainsFunc(v, func(other string) bool { return other != v[0] }) {
			return "", errCannotSay
		}
	}
	if r.Query != "" && strings.Contains("&"+r.Query+"&", "&&") {
		return "", errCannotSay
	}
	request.URL.RawQuery = r.Query
	request.Header = r.Header.Clone()
	request.Header.Del("Authorization")
	at, err := time.Parse("20060102T150405Z", r.Header.Get("X-Oss-Date"))
	if err != nil {
		return "", err
	}
	sc := &signer.SigningContext{
		Product: sdk.Ptr("oss"), Region: sdk.Ptr(e.region), Request: request, Time: at,
		Credentials: &credentials.Credentials{AccessKeyID: e.id, AccessKeySecret: e.secret, SecurityToken: e.token},
	}
	if name := strings.Trim(r.Path, "/"); name != "" {
		sc.Bucket = sdk.Ptr(name)
	} else if name, rest, _ := strings.Cut(r.Host, "."); strings.Contains(rest, ".oss-") || strings.HasPrefix(rest, "oss-") || strings.HasPrefix(rest, "gateway.") {
		sc.Bucket = sdk.Ptr(name)
	}
	err = (&signer.SignerV4{}).Sign(context.Background(), sc)
	return request.Header.Get("Authorization"), err
}

// TestLifeOSS runs the life of access points.
func TestLifeOSS(t *testing.T) {
	srv := osstest.NewServer(osstest.ReadyAfter(50*time.Millisecond), osstest.GoneAfter(20*time.Millisecond))
	srv.AddBucket("otherbucket")
	e := serve(t, srv)
	e.region, e.id, e.secret, e.pathStyle = osstest.Region, osstest.AccessKeyID, osstest.AccessKeySecret, true
	c, ctx := newOSS(e, http.DefaultTransport), t.Context()
	names := []string{"ap-01", "ap-02", "ap-03", "ap-04", "ap-05"}
	for i, name := range names {
		configuration := &sdk.CreateAccessPointConfiguration{AccessPointName: sdk.Ptr(name), NetworkOrigin: sdk.Ptr("internet")}
		if i == 0 {
			configuration.NetworkOrigin, configuration.VpcConfiguration = sdk.Ptr("vpc"), &sdk.AccessPointVpcConfiguration{VpcId: sdk.Ptr(`vpc-"<&é`)}
		}
		out, err := c.CreateAccessPoint(ctx, &sdk.CreateAccessPointRequest{Bucket: sdk.Ptr(osstest.Bucket), CreateAccessPointConfiguration: configuration})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(*out.AccessPointArn, name) || !strings.HasSuffix(*out.Alias, "-ossalias") {
			t.Errorf("%s %s", *out.AccessPointArn, *out.Alias)
		}
	}
	_, err := c.CreateAccessPoint(ctx, &sdk.CreateAccessPointRequest{
		Bucket:                         sdk.Ptr("otherbucket"),
		CreateAccessPointConfiguration: &sdk.CreateAccessPointConfiguration{AccessPointName: sdk.Ptr("ap-01"), NetworkOrigin: sdk.Ptr("internet")},
	})
	ossRefused(t, err, 409, "AccessPointAlreadyExists")
	get := func(name string) *sdk.GetAccessPointResult {
		t.Helper()
		out, err := c.GetAccessPoint(ctx, &sdk.GetAccessPointRequest{Bucket: sdk.Ptr(osstest.Bucket), AccessPointName: sdk.Ptr(name)})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	remove := func(name string) error {
		out, err := c.DeleteAccessPoint(ctx, &sdk.DeleteAccessPointRequest{Bucket: sdk.Ptr(osstest.Bucket), AccessPointName: sdk.Ptr(name)})
		if err == nil && out.StatusCode != 204 {
			t.Errorf("deleted with %d", out.StatusCode)
		}
		return err
	}
	if got := get("ap-05"); *got.AccessPointStatus == "creating" {
		ossRefused(t, remove("ap-05"), 409, "AccessPointCreatingConflict")
	}
	until(t, func() bool { return *get("ap-05").AccessPointStatus == "enable" })
	got := get("ap-01")
	if *got.VpcConfiguration.VpcId != `vpc-"<&é` || *got.Bucket != osstest.Bucket || *got.AccountId != osstest.AccountID ||
		*got.PublicEndpoint == "" || *got.InternalEndpoint == "" || *got.CreationDate == "" || *got.PublicAccessBlockConfiguration.BlockPublicAccess {
		t.Errorf("%+v", got)
	}
	for _, bucket := range []*string{nil, sdk.Ptr(osstest.Bucket)} {
		var listed []string
		in := &sdk.ListAccessPointsRequest{Bucket: bucket, MaxKeys: 2, ContinuationToken: sdk.Ptr("")}
		pages := 0
		for more := true; more; pages++ {
			out, err := c.ListAccessPoints(ctx, in)
			if err != nil {
				t.Fatal(err)
			}
			for _, ap := range out.AccessPoints {
				listed = append(listed, *ap.AccessPointName)
			}
			more, in.ContinuationToken = *out.IsTruncated, out.NextContinuationToken
			if *out.MaxKeys != 2 {
				t.Errorf("a page of %d", *out.MaxKeys)
			}
		}
		if !slices.Equal(names, listed) || pages != 3 {
			t.Errorf("%v in %d pages", listed, pages)
		}
	}
	if err := remove("ap-01"); err != nil {
		t.Fatal(err)
	}
	until(t, func() bool {
		_, err := c.GetAccessPoint(ctx, &sdk.GetAccessPointRequest{Bucket: sdk.Ptr(osstest.Bucket), AccessPointName: sdk.Ptr("ap-01")})
		f, _ := ossFailure(err)
		return f.Code == "NoSuchAccessPoint" && f.Status == 404
	})

	// What a fake refuses by itself.
	_, err = c.ListAccessPoints(ctx, &sdk.ListAccessPointsRequest{Bucket: sdk.Ptr("no-such-bucket")})
	ossRefused(t, err, 404, "NoSuchBucket")
	_, err = c.ListAccessPoints(ctx, &sdk.ListAccessPointsRequest{MaxKeys: 1001})
	ossRefused(t, err, 400, "InvalidArgument")
	_, err = c.GetBucketAcl(ctx, &sdk.GetBucketAclRequest{Bucket: sdk.Ptr(osstest.Bucket)})
	ossRefused(t, err, 501, "NotImplemented")
	srv.Inject("ListAccessPoints", osstest.Throttle, osstest.ServerError)
	_, err = c.ListAccessPoints(ctx, &sdk.ListAccessPointsRequest{})
	ossRefused(t, err, 503, "MetaOperationQpsLimitExceeded")
	_, err = c.ListAccessPoints(ctx, &sdk.ListAccessPointsRequest{})
	ossRefused(t, err, 500, "InternalError")
	e.secret = "wrong"
	_, err = newOSS(e, http.DefaultTransport).ListAccessPoints(ctx, &sdk.ListAccessPointsRequest{})
	ossRefused(t, err, 403, "SignatureDoesNotMatch")
}

// TestLifeOSSPolicies sets, reads and deletes who may use an access point.
func TestLifeOSSPolicies(t *testing.T) {
	srv := osstest.NewServer()
	e := serve(t, srv)
	e.region, e.id, e.secret, e.pathStyle = osstest.Region, osstest.AccessKeyID, osstest.AccessKeySecret, true
	c, ctx := newOSS(e, http.DefaultTransport), t.Context()
	bucket, name := sdk.Ptr(osstest.Bucket), sdk.Ptr("ap-01")
	must := func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(c.CreateAccessPoint(ctx, &sdk.CreateAccessPointRequest{
		Bucket:                         bucket,
		CreateAccessPointConfiguration: &sdk.CreateAccessPointConfiguration{AccessPointName: name, NetworkOrigin: sdk.Ptr("internet")},
	}))
	const policy = `{"Version": "1", "Statement": [{"Effect": "Allow", "Principal": ["2"], "Action": ["oss:GetObject"], "Resource": ["*"]}]}`

	_, err := c.GetAccessPointPolicy(ctx, &sdk.GetAccessPointPolicyRequest{Bucket: bucket, AccessPointName: name})
	ossRefused(t, err, 404, "NoSuchAccessPointPolicy")
	must(c.PutAccessPointPolicy(ctx, &sdk.PutAccessPointPolicyRequest{Bucket: bucket, AccessPointName: name, Body: strings.NewReader(policy)}))
	if out, err := c.GetAccessPointPolicy(ctx, &sdk.GetAccessPointPolicyRequest{Bucket: bucket, AccessPointName: name}); err != nil || out.Body != policy {
		t.Errorf("got %+v, %v", out, err)
	}
	must(c.DeleteAccessPointPolicy(ctx, &sdk.DeleteAccessPointPolicyRequest{Bucket: bucket, AccessPointName: name}))
	_, err = c.GetAccessPointPolicy(ctx, &sdk.GetAccessPointPolicyRequest{Bucket: bucket, AccessPointName: name})
	ossRefused(t, err, 404, "NoSuchAccessPointPolicy")

	_, err = c.GetBucketPolicy(ctx, &sdk.GetBucketPolicyRequest{Bucket: bucket})
	ossRefused(t, err, 404, "NoSuchBucketPolicy")
	must(c.PutBucketPolicy(ctx, &sdk.PutBucketPolicyRequest{Bucket: bucket, Body: strings.NewReader(policy)}))
	if out, err := c.GetBucketPolicy(ctx, &sdk.GetBucketPolicyRequest{Bucket: bucket}); err != nil || out.Body != policy {
		t.Errorf("got %+v, %v", out, err)
	}
	out, err := c.DeleteBucketPolicy(ctx, &sdk.DeleteBucketPolicyRequest{Bucket: bucket})
	if err != nil || out.StatusCode != 204 {
		t.Errorf("%+v, %v", out, err)
	}

	for _, block := range []bool{true, false} {
		must(c.PutAccessPointPublicAccessBlock(ctx, &sdk.PutAccessPointPublicAccessBlockRequest{
			Bucket: bucket, AccessPointName: name, PublicAccessBlockConfiguration: &sdk.PublicAccessBlockConfiguration{BlockPublicAccess: sdk.Ptr(block)},
		}))
		got, err := c.GetAccessPointPublicAccessBlock(ctx, &sdk.GetAccessPointPublicAccessBlockRequest{Bucket: bucket, AccessPointName: name})
		if err != nil || *got.PublicAccessBlockConfiguration.BlockPublicAccess != block {
			t.Errorf("got %+v, %v", got, err)
		}
	}
	must(c.DeleteAccessPointPublicAccessBlock(ctx, &sdk.DeleteAccessPointPublicAccessBlockRequest{Bucket: bucket, AccessPointName: name}))
}

func ossRefused(t *testing.T, err error, status int, code string) {
	t.Helper()
	if f, _ := ossFailure(err); f.Code != code || f.Status != status || f.RequestID == "" {
		t.Errorf("got %+v (%v), want %d %s", f, err, status, code)
	}
}
