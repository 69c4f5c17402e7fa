package oss_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/oss4"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/oss"
	"github.com/accesspoint-go/accesspoint/oss/osstest"
)

// TestFakeAddresses reaches the fake in every style, and over a socket.
func TestFakeAddresses(t *testing.T) {
	srv := osstest.NewServer()
	create(t, srv, "ap-01")
	socket := httptest.NewServer(srv)
	defer socket.Close()
	for name, change := range map[string]func(*oss.Config){
		"host of the bucket": nil,
		"internal":           func(c *oss.Config) { c.Network = oss.NetworkInternal },
		"path":               func(c *oss.Config) { c.PathStyle = true },
		"dual stack":         func(c *oss.Config) { c.Endpoint = "cn-hangzhou.oss.aliyuncs.com" },
		"localhost":          func(c *oss.Config) { c.Endpoint = "http://localhost:8080" },
		"localhost, path":    func(c *oss.Config) { c.Endpoint, c.PathStyle = "http://localhost:8080", true },
		"one label":          func(c *oss.Config) { c.Endpoint, c.AllowHTTP = "http://emulator:8080", true },
		"IPv6":               func(c *oss.Config) { c.Endpoint = "http://[::1]:8080" },
		"socket":             func(c *oss.Config) { c.Endpoint, c.HTTPClient = socket.URL, nil },
	} {
		cfg := srv.Config()
		if change != nil {
			change(&cfg)
		}
		client, err := oss.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		if ap, err := client.GetAccessPoint(t.Context(), getRequest); err != nil || ap.Bucket != osstest.Bucket {
			t.Errorf("%s: %+v, %v", name, ap, err)
		}
		if page, err := client.ListAccessPoints(t.Context(), oss.ListAccessPointsRequest{}); err != nil || len(page.AccessPoints) != 1 {
			t.Errorf("%s: %+v, %v", name, page, err)
		}
		if page, err := client.ListAccessPoints(t.Context(), oss.ListAccessPointsRequest{Bucket: "missing"}); !errors.Is(err, oss.CodeNoSuchBucket) {
			t.Errorf("%s: %+v, %v", name, page, err)
		}
	}
}

// TestFakeLife walks an access point through its states.
func TestFakeLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := osstest.NewServer(osstest.ReadyAfter(time.Minute), osstest.GoneAfter(time.Minute))
		srv.AddBucket("another")
		client, ctx := srv.Client(), t.Context()
		status := func(want oss.Status) {
			t.Helper()
			if ap, err := client.GetAccessPoint(ctx, getRequest); err != nil || ap.Status != want {
				t.Errorf("got %+v, %v, want %s", ap, err, want)
			}
		}
		del := oss.DeleteAccessPointRequest{Bucket: osstest.Bucket, AccessPointName: "ap-01"}
		create(t, srv, "ap-01")
		status(oss.StatusCreating)
		if _, err := client.DeleteAccessPoint(ctx, del); !errors.Is(err, oss.CodeAccessPointCreatingConflict) || !errors.Is(err, oss.ErrConflict) {
			t.Errorf("delete while creating: %v", err)
		}
		for _, bucket := range []string{osstest.Bucket, "another"} {
			in := createRequest
			in.Bucket = bucket
			if _, err := client.CreateAccessPoint(ctx, in); !errors.Is(err, oss.ErrAlreadyExists) {
				t.Errorf("second one in %s: %v", bucket, err)
			}
		}
		if _, err := client.GetAccessPoint(ctx, oss.GetAccessPointRequest{Bucket: "another", AccessPointName: "ap-01"}); !errors.Is(err, oss.CodeNoSuchAccessPoint) {
			t.Errorf("get from another bucket: %v", err)
		}
		<-time.After(time.Minute)
		status(oss.StatusEnable)
		if out, err := client.DeleteAccessPoint(ctx, del); err != nil || len(out.RequestID) != 24 {
			t.Errorf("%+v, %v", out, err)
		}
		status(oss.StatusDeleting)
		<-time.After(time.Minute)
		if _, err := client.GetAccessPoint(ctx, getRequest); !errors.Is(err, oss.CodeNoSuchAccessPoint) {
			t.Errorf("get when gone: %v", err)
		}
		create(t, srv, "ap-01")
	})
}

// TestFakeLags reads what is older by up to the lag, and writes to what there is.
func TestFakeLags(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const lag = 10 * time.Second
		srv := osstest.NewServer(osstest.GoneAfter(time.Second))
		srv.AddBucket("another")
		client, ctx := srv.Client(), t.Context()
		// reads counts what get and list find in 100 reads within the lag, and
		// then in as many after it.
		reads := func() (gets, lists, late int) {
			for i := range 200 {
				_, err := client.GetAccessPoint(ctx, getRequest)
				if err != nil && !errors.Is(err, oss.CodeNoSuchAccessPoint) {
					t.Fatal(err)
				}
				page, listErr := client.ListAccessPoints(ctx, oss.ListAccessPointsRequest{})
				if listErr != nil || len(page.AccessPoints) > 1 {
					t.Fatalf("%+v, %v", page, listErr)
				}
				switch {
				case i >= 100 && err == nil && len(page.AccessPoints) == 1:
					late++
				case i < 100 && err == nil:
					gets++
				}
				if i < 100 {
					lists += len(page.AccessPoints)
				}
				<-time.After(lag/100 + time.Millisecond)
			}
			return gets, lists, late
		}
		srv.Disturb(osstest.Disturbance{Lag: lag})
		create(t, srv, "ap-01")
		if _, err := client.CreateAccessPoint(ctx, createRequest); !errors.Is(err, oss.ErrAlreadyExists) {
			t.Errorf("a second creation at once: %v", err)
		}
		if gets, lists, late := reads(); gets < 20 || gets > 80 || lists < 20 || lists > 80 || late != 100 {
			t.Errorf("created: seen %d and %d times, later %d", gets, lists, late)
		}
		del := oss.DeleteAccessPointRequest{Bucket: osstest.Bucket, AccessPointName: "ap-01"}
		if _, err := client.DeleteAccessPoint(ctx, del); err != nil {
			t.Error(err)
		}
		<-time.After(time.Second)
		if _, err := client.DeleteAccessPoint(ctx, del); !errors.Is(err, oss.CodeNoSuchAccessPoint) {
			t.Errorf("a second deletion: %v", err)
		}
		in := createRequest
		in.Bucket = "another"
		if _, err := client.CreateAccessPoint(ctx, in); err != nil { // the name is free, whatever reads show
			t.Error(err)
		}
		if gets, lists, late := reads(); gets < 20 || gets > 80 || lists != 100 || late != 0 {
			t.Errorf("deleted: seen %d and %d times, later %d", gets, lists, late)
		}
	})
}

// TestFakeAnswers compares an answer with what is documented, down to the empty
// group of an access point without a VPC.
func TestFakeAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := osstest.NewServer()
		create(t, srv, "ap-01")
		out, err := srv.Client().GetAccessPoint(t.Context(), getRequest)
		if err != nil {
			t.Fatal(err)
		}
		if len(out.RequestID) != 24 || !strings.HasPrefix(out.Alias, "ap-01-") || len(out.Alias) != len("ap-01-")+34+len("-ossalias") {
			t.Errorf("got %+v", out)
		}
		if d := cmp.Diff(&oss.GetAccessPointResponse{RequestID: out.RequestID, AccessPoint: oss.AccessPoint{
			AccessPointName: "ap-01", Bucket: osstest.Bucket, Alias: out.Alias, Status: oss.StatusEnable, NetworkOrigin: oss.NetworkOriginInternet,
			AccountID: osstest.AccountID, AccessPointARN: "arn:acs:oss:cn-hangzhou:1234567890123456:accesspoint/ap-01",
			CreationDate:     "946684800", // when a bubble begins
			PublicEndpoint:   "ap-01-1234567890123456.oss-cn-hangzhou.oss-accesspoint.aliyuncs.com",
			InternalEndpoint: "ap-01-1234567890123456.oss-cn-hangzhou-internal.oss-accesspoint.aliyuncs.com", BlockPublicAccess: new(false),
		}}, out); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
		answer := httptest.NewRecorder()
		srv.ServeHTTP(answer, request("GET", "/?accessPoint", "", "ap-01", nil))
		for _, part := range []string{`<?xml version="1.0" encoding="UTF-8"?>`, "<VpcConfiguration>\n    <VpcId></VpcId>"} {
			if !strings.Contains(answer.Body.String(), part) {
				t.Errorf("no %s in %s", part, answer.Body)
			}
		}
	})
}

// request returns a request that is signed for the fake, then changed.
func request(method, target, body, point string, change func(*http.Request)) *http.Request {
	req := httptest.NewRequest(method, target, strings.NewReader(body))
	req.Host = osstest.Bucket + ".oss-cn-hangzhou.aliyuncs.com"
	if point != "" {
		req.Header.Set("X-Oss-Access-Point-Name", point)
	}
	oss4.Sign(req, "/"+osstest.Bucket+"/", osstest.Region, credential.Key{ID: osstest.AccessKeyID, Secret: osstest.AccessKeySecret}, new(oss4.Keys), time.Now())
	if change != nil {
		change(req)
	}
	return req
}

// TestFakeRefuses sends what only other clients would.
func TestFakeRefuses(t *testing.T) {
	sign := func(change func(req *http.Request, region *string, key *credential.Key, at *time.Time)) func(*http.Request) {
		return func(req *http.Request) {
			region, key, at := osstest.Region, credential.Key{ID: osstest.AccessKeyID, Secret: osstest.AccessKeySecret}, time.Now()
			change(req, &region, &key, &at)
			oss4.Sign(req, "/"+osstest.Bucket+"/", region, key, new(oss4.Keys), at)
		}
	}
	for name, c := range map[string]struct {
		method, target, body, point string
		change                      func(*http.Request)
		status                      int
		code                        string
	}{
		"nothing wrong":     {method: "GET", target: "/?accessPoint", status: 200},
		"name in the query": {method: "GET", target: "/?accessPoint&x-oss-access-point-name=ap-02", status: 404, code: "NoSuchAccessPoint"},
		"query in no order": {method: "GET", target: "/?accessPoint&max-keys=7", status: 200, change: func(req *http.Request) { req.URL.RawQuery = "max-keys=7&accessPoint=" }},
		"no keys":           {method: "GET", target: "/?accessPoint&max-keys=0", status: 400, code: "InvalidArgument"},
		"spaces in the field": {method: "GET", target: "/?accessPoint", status: 200, change: func(req *http.Request) {
			req.Header.Set("Authorization", strings.ReplaceAll(req.Header.Get("Authorization"), ",", ", "))
		}},
		"empty token":         {method: "GET", target: "/?accessPoint&continuation-token", status: 200},
		"other token":         {method: "GET", target: "/?accessPoint&continuation-token=x", status: 400, code: "InvalidArgument"},
		"other sub-resource":  {method: "GET", target: "/?acl", status: 501, code: "NotImplemented"},
		"the bucket's block":  {method: "PUT", target: "/?publicAccessBlock", body: "<PublicAccessBlockConfiguration/>", status: 501, code: "NotImplemented"},
		"block of none":       {method: "PUT", target: "/?publicAccessBlock&x-oss-access-point-name=ap-01", body: "<PublicAccessBlockConfiguration/>", status: 404, code: "NoSuchAccessPoint"},
		"policy of nothing":   {method: "GET", target: "/?accessPointPolicy", status: 400, code: "MissingArgument"},
		"no policy":           {method: "GET", target: "/?policy", status: 404, code: "NoSuchBucketPolicy"},
		"delete no policy":    {method: "DELETE", target: "/?policy", status: 204},
		"post a policy":       {method: "POST", target: "/?policy", status: 405, code: "MethodNotAllowed"},
		"an object":           {method: "GET", target: "/" + osstest.Bucket + "/x?accessPoint", status: 501, code: "NotImplemented"},
		"broken query":        {method: "GET", target: "/?accessPoint", status: 400, code: "InvalidArgument", change: func(req *http.Request) { req.URL.RawQuery = "accessPoint&x=%zz" }},
		"other method":        {method: "POST", target: "/?accessPoint", status: 405, code: "MethodNotAllowed"},
		"delete without name": {method: "DELETE", target: "/?accessPoint", status: 400, code: "MissingArgument"},
		"delete anywhere":     {method: "DELETE", target: "/?accessPoint", point: "ap-01", status: 400, code: "MissingArgument", change: func(req *http.Request) { req.Host = "oss-cn-hangzhou.aliyuncs.com" }},
		"no body":             {method: "PUT", target: "/?accessPoint", status: 400, code: "MalformedXML"},
		"other body":          {method: "PUT", target: "/?accessPoint", body: "<Other/>", status: 400, code: "MalformedXML"},
		"half a body":         {method: "PUT", target: "/?accessPoint", body: "<CreateAccessPointConfiguration><AccessPointName>", status: 400, code: "MalformedXML"},
		"empty configuration": {method: "PUT", target: "/?accessPoint", body: "<CreateAccessPointConfiguration/>", status: 400, code: "InvalidArgument"},
		"other checksum": {method: "PUT", target: "/?accessPoint", body: "<CreateAccessPointConfiguration/>", status: 400, code: "InvalidDigest", change: sign(func(req *http.Request, _ *string, _ *credential.Key, _ *time.Time) {
			req.Header.Set("Content-Md5", "AAAA")
		})},
		"not signed":     {method: "GET", target: "/?accessPoint", status: 403, code: "AccessDenied", change: func(req *http.Request) { req.Header.Del("Authorization") }},
		"changed header": {method: "GET", target: "/?accessPoint", point: "ap-01", status: 403, code: "SignatureDoesNotMatch", change: func(req *http.Request) { req.Header.Set("X-Oss-Access-Point-Name", "ap-02") }},
		"changed bucket": {method: "GET", target: "/?accessPoint", status: 403, code: "SignatureDoesNotMatch", change: func(req *http.Request) { req.Host = "another.oss-cn-hangzhou.aliyuncs.com" }},
		"changed query":  {method: "GET", target: "/?accessPoint", status: 403, code: "SignatureDoesNotMatch", change: func(req *http.Request) { req.URL.RawQuery += "&max-keys=1" }},
		"no signature": {method: "GET", target: "/?accessPoint", status: 403, code: "SignatureDoesNotMatch", change: func(req *http.Request) {
			h, _, _ := strings.Cut(req.Header.Get("Authorization"), ",Signature=")
			req.Header.Set("Authorization", h)
		}},
		"other secret":      {method: "GET", target: "/?accessPoint", status: 403, code: "SignatureDoesNotMatch", change: sign(func(_ *http.Request, _ *string, key *credential.Key, _ *time.Time) { key.Secret = "x" })},
		"other key":         {method: "GET", target: "/?accessPoint", status: 403, code: "InvalidAccessKeyId", change: sign(func(_ *http.Request, _ *string, key *credential.Key, _ *time.Time) { key.ID = "x" })},
		"token":             {method: "GET", target: "/?accessPoint", status: 403, code: "InvalidSecurityToken", change: sign(func(_ *http.Request, _ *string, key *credential.Key, _ *time.Time) { key.Token = "x" })},
		"other region":      {method: "GET", target: "/?accessPoint", status: 400, code: "InvalidArgument", change: sign(func(_ *http.Request, region *string, _ *credential.Key, _ *time.Time) { *region = "cn-beijing" })},
		"late":              {method: "GET", target: "/?accessPoint", status: 403, code: "RequestTimeTooSkewed", change: sign(func(_ *http.Request, _ *string, _ *credential.Key, at *time.Time) { *at = at.Add(-16 * time.Minute) })},
		"early":             {method: "GET", target: "/?accessPoint", status: 403, code: "RequestTimeTooSkewed", change: sign(func(_ *http.Request, _ *string, _ *credential.Key, at *time.Time) { *at = at.Add(16 * time.Minute) })},
		"within the window": {method: "GET", target: "/?accessPoint", status: 200, change: sign(func(_ *http.Request, _ *string, _ *credential.Key, at *time.Time) { *at = at.Add(14 * time.Minute) })},
		"no date":           {method: "GET", target: "/?accessPoint", status: 403, code: "AccessDenied", change: func(req *http.Request) { req.Header.Del("X-Oss-Date") }},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				answer := httptest.NewRecorder()
				osstest.NewServer().ServeHTTP(answer, request(c.method, c.target, c.body, c.point, c.change))
				body := answer.Body.String()
				if answer.Code != c.status || c.code != "" && !strings.Contains(body, "<Code>"+c.code+"</Code>") {
					t.Errorf("%d %s", answer.Code, body)
				}
				if id := answer.Header().Get("X-Oss-Request-Id"); len(id) != 24 || c.code != "" && !strings.Contains(body, "<RequestId>"+id+"</RequestId>") {
					t.Errorf("request ID %q, body %s", id, body)
				}
			})
		})
	}
}

// TestFakePolicies keeps policies as they were put, and refuses what no page allows.
func TestFakePolicies(t *testing.T) {
	srv := osstest.NewServer()
	client, ctx := srv.Client(), t.Context()
	create(t, srv, "ap-01")
	put := func(policy string) error {
		_, err := client.PutAccessPointPolicy(ctx, oss.PutAccessPointPolicyRequest{Bucket: osstest.Bucket, AccessPointName: "ap-01", Policy: policy})
		_, inBucket := client.PutBucketPolicy(ctx, oss.PutBucketPolicyRequest{Bucket: osstest.Bucket, Policy: policy})
		if fmt.Sprint(errors.Is(err, oss.ErrInvalidRequest)) != fmt.Sprint(errors.Is(inBucket, oss.ErrInvalidRequest)) {
			t.Errorf("%s: of the bucket %v, of the access point %v", policy, inBucket, err)
		}
		return err
	}
	get := func() (string, error) {
		out, err := client.GetAccessPointPolicy(ctx, oss.GetAccessPointPolicyRequest{Bucket: osstest.Bucket, AccessPointName: "ap-01"})
		if err != nil {
			return "", err
		}
		inBucket, err := client.GetBucketPolicy(ctx, oss.GetBucketPolicyRequest{Bucket: osstest.Bucket})
		if err != nil || inBucket.Policy != out.Policy {
			t.Errorf("of the bucket %+v, %v, of the access point %+v", inBucket, err, out)
		}
		return out.Policy, nil
	}
	if _, err := get(); !errors.Is(err, oss.CodeNoSuchAccessPointPolicy) || !errors.Is(err, oss.ErrNotFound) {
		t.Errorf("none: %v", err)
	}
	if err := put(policy); err != nil {
		t.Fatal(err)
	}
	if got, err := get(); got != policy || err != nil {
		t.Errorf("got %s, %v", got, err)
	}
	for _, invalid := range []string{
		`{"Version":1,"Statement":[]}`,
		`{"Version":"1","Statement":[{"Effect":"allow","Principal":"*","Action":"*","Resource":"*"}]}`,
		`{"Version":"1","Statement":[{"Effect":"Allow","Action":["*"],"Resource":["*"]}]}`,
		`{"Version":"1","Statement":[{"Effect":"Allow","Principal":["*"],"Action":["*"],"Resource":["` + strings.Repeat("r", 4096) + `"]}]}`,
		`{"Version":"1","Statement":"x"}`,
	} {
		if err := put(invalid); !errors.Is(err, oss.ErrInvalidRequest) {
			t.Errorf("%.100s: %v", invalid, err)
		}
	}
	if err := put(`{"Version":"1","Statement":[]` + strings.Repeat(" ", 16384-30) + "}"); err != nil {
		t.Errorf("16 KB: %v", err)
	}
	open := `{"Version":"1","Statement":[{"Effect":"Allow","Principal":"*","Action":"oss:GetObject","Resource":"*"}]}`
	block := oss.PutAccessPointPublicAccessBlockRequest{Bucket: osstest.Bucket, AccessPointName: "ap-01", BlockPublicAccess: new(true)}
	if _, err := client.PutAccessPointPublicAccessBlock(ctx, block); err != nil {
		t.Fatal(err)
	}
	if err := put(open); !errors.Is(err, oss.ErrAccessDenied) {
		t.Errorf("admits everyone: %v", err)
	}
	if ap, err := client.GetAccessPoint(ctx, getRequest); err != nil || !*ap.BlockPublicAccess {
		t.Errorf("%+v, %v", ap, err)
	}
	if _, err := client.DeleteAccessPointPublicAccessBlock(ctx, oss.DeleteAccessPointPublicAccessBlockRequest{Bucket: osstest.Bucket, AccessPointName: "ap-01"}); err != nil {
		t.Fatal(err)
	}
	if out, err := client.GetAccessPointPublicAccessBlock(ctx, oss.GetAccessPointPublicAccessBlockRequest{Bucket: osstest.Bucket, AccessPointName: "ap-01"}); err != nil || *out.BlockPublicAccess {
		t.Errorf("%+v, %v", out, err)
	}
	if err := put(open); err != nil {
		t.Errorf("admits everyone again: %v", err)
	}
	for range 2 {
		if _, err := client.DeleteAccessPointPolicy(ctx, oss.DeleteAccessPointPolicyRequest{Bucket: osstest.Bucket, AccessPointName: "ap-01"}); err != nil {
			t.Error(err)
		}
		if _, err := client.DeleteBucketPolicy(ctx, oss.DeleteBucketPolicyRequest{Bucket: osstest.Bucket}); err != nil {
			t.Error(err)
		}
	}
	if _, err := client.GetBucketPolicy(ctx, oss.GetBucketPolicyRequest{Bucket: osstest.Bucket}); !errors.Is(err, oss.CodeNoSuchBucketPolicy) {
		t.Errorf("deleted: %v", err)
	}
	if _, err := client.GetBucketPolicy(ctx, oss.GetBucketPolicyRequest{Bucket: "no-such-bucket"}); !errors.Is(err, oss.CodeNoSuchBucket) {
		t.Errorf("no bucket: %v", err)
	}
}

// TestPolicyAnswers takes JSON alone for a policy.
func TestPolicyAnswers(t *testing.T) {
	for body, ok := range map[string]bool{policy: true, " {\"Version\":\"1\"}\n": true, "": false, "{}": false, `{"Code":"InternalError","Message":"m"}`: false, policy[:40]: false, "<html></html>": false, "[]": false} {
		c := newClient(t, wiretest.Answering(wiretest.Answer{Body: body}), func(c *oss.Config) { c.MaxAttempts = 1 })
		out, err := c.GetBucketPolicy(t.Context(), oss.GetBucketPolicyRequest{Bucket: "examplebucket"})
		if ok != (err == nil) || ok && out.Policy != body {
			t.Errorf("%q: %+v, %v", body, out, err)
		}
	}
}
