package efstest_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/efs/efstest"
	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/sigv4"
)

const collection = "/2015-02-01/access-points"

// send sends a request that is signed as the official SDK signs, headers of its
// own included, after change.
func send(t *testing.T, srv *efstest.Server, method, path, body string, at time.Time, change func(*http.Request)) (*http.Response, map[string]any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, "https://elasticfilesystem.us-east-1.amazonaws.com"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	signed := []string{"amz-sdk-invocation-id", "amz-sdk-request", "host", "x-amz-date"}
	req.Header.Set("Amz-Sdk-Invocation-Id", "01234567-89ab-4cde-8f01-23456789abcd")
	req.Header.Set("Amz-Sdk-Request", "attempt=1;  max=3")
	req.Header.Set("X-Amz-Date", at.UTC().Format("20060102T150405Z"))
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
		signed = append(signed, "content-type", "content-length")
	}
	key := credential.Key{ID: efstest.AccessKeyID, Secret: efstest.SecretAccessKey}
	req.Header.Set("Authorization", sigv4.Authorization(req, []byte(body), signed, sigv4.Scope{Region: efstest.Region, Service: "elasticfilesystem"}, key, new(sigv4.Keys)))
	if change != nil {
		change(req)
	}
	resp, err := srv.Config().HTTPClient.Transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var members map[string]any
	_ = json.Unmarshal(text, &members)
	return resp, members
}

// TestUnsignedContentType takes what some SDKs of AWS, and curl, send.
func TestUnsignedContentType(t *testing.T) {
	resp, members := send(t, efstest.NewServer(), "GET", collection, "", time.Now(), func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") })
	if resp.StatusCode != 200 {
		t.Errorf("got %d %v", resp.StatusCode, members)
	}
}

// TestRefusals checks the form and the code of what the server refuses, request
// by request.
func TestRefusals(t *testing.T) {
	const create = `{"ClientToken":"t","FileSystemId":"` + efstest.FileSystemID + `"`
	for name, c := range map[string]struct {
		method, path, body string
		late               time.Duration // how old the signature is
		change             func(*http.Request)
		status             int
		code               string
		message            string // its start
		modeled            bool   // in the form of the API's own errors
	}{
		"unsigned":             {"GET", collection, "", 0, func(r *http.Request) { r.Header.Del("Authorization") }, 403, "MissingAuthenticationTokenException", "", false},
		"half a signature":     {"GET", collection, "", 0, func(r *http.Request) { r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=x") }, 403, "IncompleteSignature", "", false},
		"no date":              {"GET", collection, "", 0, func(r *http.Request) { r.Header.Del("X-Amz-Date") }, 403, "IncompleteSignature", "", false},
		"another key":          {"GET", collection, "", 0, replace("Credential=test-key-id", "Credential=other"), 403, "UnrecognizedClientException", "", false},
		"an unexpected token":  {"GET", collection, "", 0, func(r *http.Request) { r.Header.Set("X-Amz-Security-Token", "t") }, 403, "UnrecognizedClientException", "", false},
		"another region":       {"GET", collection, "", 0, replace("us-east-1", "us-east-2"), 403, "InvalidSignatureException", "Credential should be scoped", false},
		"another signature":    {"GET", collection, "", 0, replace("Signature=", "Signature=0"), 403, "InvalidSignatureException", "The request signature we calculated", false},
		"another path":         {"DELETE", collection + "/fsap-01234567", "", 0, func(r *http.Request) { r.URL.Path = collection + "/fsap-76543210" }, 403, "InvalidSignatureException", "", false},
		"another query":        {"GET", collection, "", 0, func(r *http.Request) { r.URL.RawQuery = "MaxResults=1" }, 403, "InvalidSignatureException", "", false},
		"unsigned host":        {"GET", collection, "", 0, replace("host;", ""), 403, "InvalidSignatureException", "'Host' must be", false},
		"old":                  {"GET", collection, "", 301 * time.Second, nil, 403, "InvalidSignatureException", "Signature expired", false},
		"from the future":      {"GET", collection, "", -301 * time.Second, nil, 403, "InvalidSignatureException", "Signature not yet current", false},
		"unknown path":         {"GET", "/2015-02-01/tags/fs-01234567", "", 0, nil, 404, "UnknownOperationException", "", false},
		"no ID":                {"DELETE", collection + "/", "", 0, nil, 404, "UnknownOperationException", "", false},
		"another method":       {"PUT", collection, "{}", 0, nil, 404, "UnknownOperationException", "", false},
		"no object":            {"POST", collection, "[]", 0, nil, 400, "SerializationException", "", false},
		"no token":             {"POST", collection, `{"FileSystemId":"` + efstest.FileSystemID + `"}`, 0, nil, 400, "ValidationException", "ClientToken", false},
		"half a user":          {"POST", collection, create + `,"PosixUser":{"Uid":1}}`, 0, nil, 400, "ValidationException", "PosixUser.Gid", false},
		"empty user":           {"POST", collection, create + `,"PosixUser":{}}`, 0, nil, 400, "ValidationException", "PosixUser.Uid", false},
		"negative user":        {"POST", collection, create + `,"PosixUser":{"Uid":-1,"Gid":1}}`, 0, nil, 400, "ValidationException", "PosixUser.Uid", false},
		"user 2^32":            {"POST", collection, create + `,"PosixUser":{"Uid":1,"Gid":4294967296}}`, 0, nil, 400, "ValidationException", "PosixUser.Gid", false},
		"negative group":       {"POST", collection, create + `,"PosixUser":{"Uid":1,"Gid":1,"SecondaryGids":[1,-1]}}`, 0, nil, 400, "ValidationException", "PosixUser.SecondaryGids.2", false},
		"no owner":             {"POST", collection, create + `,"RootDirectory":{"Path":"/a","CreationInfo":{"OwnerGid":1,"Permissions":"755"}}}`, 0, nil, 400, "ValidationException", "RootDirectory.CreationInfo.OwnerUid", false},
		"unknown file system":  {"POST", collection, `{"ClientToken":"t","FileSystemId":"fs-76543210"}`, 0, nil, 404, "FileSystemNotFound", "", true},
		"two IDs":              {"GET", collection + "?AccessPointId=fsap-01234567&FileSystemId=fs-01234567", "", 0, nil, 400, "BadRequest", "", true},
		"unknown access point": {"DELETE", collection + "/fsap-01234567", "", 0, nil, 404, "AccessPointNotFound", "", true},
		"odd page token":       {"GET", collection + "?NextToken=x", "", 0, nil, 400, "BadRequest", "", true},
		"empty ID":             {"GET", collection + "?AccessPointId=", "", 0, nil, 400, "ValidationException", "AccessPointId", false},
	} {
		resp, members := send(t, efstest.NewServer(), c.method, c.path, c.body, time.Now().Add(-c.late), c.change)
		if resp.StatusCode != c.status || resp.Header.Get("X-Amzn-Errortype") != c.code || resp.Header.Get("X-Amzn-Requestid") == "" {
			t.Errorf("%s: got %d %v %v", name, resp.StatusCode, resp.Header, members)
		}
		message, _ := members["message"].(string)
		if c.modeled {
			message, _ = members["Message"].(string)
		}
		if message == "" || !strings.HasPrefix(message, c.message) || (members["ErrorCode"] == c.code) != c.modeled {
			t.Errorf("%s: got %v", name, members)
		}
	}
}

func replace(part, by string) func(*http.Request) {
	return func(r *http.Request) {
		r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), part, by, 1))
	}
}

// TestThrottling checks the two forms in which the service refuses for the rate.
func TestThrottling(t *testing.T) {
	srv := efstest.NewServer()
	srv.Inject("CreateAccessPoint", efstest.Throttle)
	srv.Inject("DescribeAccessPoints", efstest.Throttle)
	srv.Inject("DeleteAccessPoint", efstest.Throttle)
	create := `{"ClientToken":"t","FileSystemId":"` + efstest.FileSystemID + `"}`
	front := map[string]any{"message": "Rate exceeded"}
	for _, c := range []struct {
		method, path, body string
		status             int
		members            map[string]any
	}{
		{"POST", collection, create, 429, map[string]any{"ErrorCode": "ThrottlingException", "Message": "Rate exceeded"}},
		{"GET", collection, "", 400, front},
		{"DELETE", collection + "/fsap-01234567", "", 400, front},
	} {
		resp, members := send(t, srv, c.method, c.path, c.body, time.Now(), nil)
		if d := cmp.Diff(c.members, members); d != "" || resp.StatusCode != c.status || resp.Header.Get("X-Amzn-Errortype") != "ThrottlingException" {
			t.Errorf("%s: %d (-want +got):\n%s", c.method, resp.StatusCode, d)
		}
	}
}

// TestAnswer checks the members of an access point as they are answered.
func TestAnswer(t *testing.T) {
	srv := efstest.NewServer()
	resp, got := send(t, srv, "POST", collection, `{"ClientToken":"t","FileSystemId":"arn:aws:elasticfilesystem:us-east-1:111122223333:file-system/`+efstest.FileSystemID+`"}`, time.Now(), nil)
	want := map[string]any{
		"AccessPointId":  "fsap-00000000000000001",
		"AccessPointArn": "arn:aws:elasticfilesystem:us-east-1:111122223333:access-point/fsap-00000000000000001",
		"ClientToken":    "t", "FileSystemId": efstest.FileSystemID, "OwnerId": efstest.AccountID,
		"RootDirectory": map[string]any{"Path": "/"}, "Tags": []any{}, "LifeCycleState": "available",
	}
	if d := cmp.Diff(want, got); d != "" || resp.StatusCode != 200 {
		t.Errorf("%d (-want +got):\n%s", resp.StatusCode, d)
	}
	_, got = send(t, srv, "POST", collection, `{"ClientToken":"u","FileSystemId":"`+efstest.FileSystemID+`","PosixUser":{"Uid":0,"Gid":4294967295,"SecondaryGids":[7]},
		"RootDirectory":{"Path":"/a","CreationInfo":{"OwnerUid":0,"OwnerGid":1,"Permissions":"755"}},"Tags":[{"Key":"k","Value":""},{"Key":"Name","Value":"n"}]}`, time.Now(), nil)
	for name, want := range map[string]any{
		"Name":          "n",
		"Tags":          []any{map[string]any{"Key": "k", "Value": ""}, map[string]any{"Key": "Name", "Value": "n"}},
		"PosixUser":     map[string]any{"Uid": 0.0, "Gid": 4294967295.0, "SecondaryGids": []any{7.0}},
		"RootDirectory": map[string]any{"Path": "/a", "CreationInfo": map[string]any{"OwnerUid": 0.0, "OwnerGid": 1.0, "Permissions": "755"}},
	} {
		if d := cmp.Diff(want, got[name]); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

// TestTokens checks that a client token counts for the whole account, until its
// access point is gone, and for as long after that as the server remembers it.
func TestTokens(t *testing.T) {
	for _, remember := range []time.Duration{0, time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			srv := efstest.NewServer(efstest.GoneAfter(time.Minute), efstest.RememberTokens(remember))
			srv.AddFileSystem("fs-01234567")
			c, ctx := srv.Client(), t.Context()
			first, err := c.CreateAccessPoint(ctx, efs.CreateAccessPointRequest{ClientToken: "t", FileSystemID: efstest.FileSystemID})
			if err != nil {
				t.Fatal(err)
			}
			again := func(want string) {
				t.Helper()
				_, err := c.CreateAccessPoint(ctx, efs.CreateAccessPointRequest{ClientToken: "t", FileSystemID: "fs-01234567"})
				refused, _ := errors.AsType[*efs.APIError](err)
				if want == "" {
					if err != nil {
						t.Error(err)
					}
				} else if refused == nil || refused.Code != efs.CodeAccessPointAlreadyExists || refused.ResourceID != want {
					t.Errorf("got %+v", err)
				}
			}
			again(first.AccessPointID)
			if _, err := c.DeleteAccessPoint(ctx, efs.DeleteAccessPointRequest{AccessPointID: first.AccessPointARN}); err != nil {
				t.Fatal(err)
			}
			again(first.AccessPointID)
			if err := c.WaitAccessPointDeleted(ctx, first.AccessPointID, efs.WaitOptions{}); err != nil {
				t.Fatal(err)
			}
			if remember > 0 {
				again(first.AccessPointID)
				<-time.After(remember)
			}
			again("")
		})
	}
}

// TestLag checks that what reads find may be old, and that changes act on what is
// there.
func TestLag(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const lag = 10 * time.Second
		srv := efstest.NewServer(efstest.GoneAfter(time.Second))
		srv.Disturb(efstest.Disturbance{Lag: lag})
		c, ctx := srv.Client(), t.Context()
		out, err := c.CreateAccessPoint(ctx, efs.CreateAccessPointRequest{FileSystemID: efstest.FileSystemID})
		if err != nil {
			t.Fatal(err)
		}
		// seen counts the reads that find it, each kind by itself.
		seen := func() (gets, lists int) {
			for range 100 {
				if _, err := c.DescribeAccessPoints(ctx, efs.DescribeAccessPointsRequest{AccessPointID: out.AccessPointID}); err == nil {
					gets++
				}
				list, err := c.DescribeAccessPoints(ctx, efs.DescribeAccessPointsRequest{FileSystemID: efstest.FileSystemID})
				if err != nil {
					t.Fatal(err)
				}
				lists += len(list.AccessPoints)
			}
			return gets, lists
		}
		some := func(when string) {
			t.Helper()
			if gets, lists := seen(); gets == 0 || gets == 100 || lists == 0 || lists == 100 {
				t.Errorf("%s: %d gets and %d lists of 100 find it", when, gets, lists)
			}
		}
		all := func(when string, want int) {
			t.Helper()
			if gets, lists := seen(); gets != want || lists != want {
				t.Errorf("%s: %d gets and %d lists of 100 find it", when, gets, lists)
			}
		}
		<-time.After(lag / 2)
		some("just created")
		<-time.After(lag / 2)
		all("long created", 100)
		if _, err := c.DeleteAccessPoint(ctx, efs.DeleteAccessPointRequest{AccessPointID: out.AccessPointID}); err != nil {
			t.Fatal(err)
		}
		<-time.After(lag / 2)
		some("just deleted")
		if _, err := c.DeleteAccessPoint(ctx, efs.DeleteAccessPointRequest{AccessPointID: out.AccessPointID}); !errors.Is(err, efs.CodeAccessPointNotFound) {
			t.Errorf("deleted again: %v", err)
		}
		<-time.After(lag/2 + time.Second)
		all("long deleted", 0)
	})
}

// TestOverSockets checks the server behind net/http's own, as programs in other
// languages use it, with the IDs that need escaping in a path.
func TestOverSockets(t *testing.T) {
	srv := efstest.NewServer()
	over := httptest.NewServer(srv)
	defer over.Close()
	cfg := srv.Config()
	cfg.HTTPClient, cfg.Endpoint = nil, over.URL
	c, err := efs.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.CreateAccessPoint(t.Context(), efs.CreateAccessPointRequest{FileSystemID: efstest.FileSystemID})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.DescribeAccessPoints(t.Context(), efs.DescribeAccessPointsRequest{AccessPointID: out.AccessPointARN, MaxResults: 1}); err != nil {
		t.Error(err)
	}
	deleted, err := c.DeleteAccessPoint(t.Context(), efs.DeleteAccessPointRequest{AccessPointID: out.AccessPointARN})
	if err != nil || deleted.RequestID == "" {
		t.Errorf("%+v, %v", deleted, err)
	}
	if d := cmp.Diff([]string{"CreateAccessPoint", "DescribeAccessPoints", "DeleteAccessPoint"}, srv.Calls()); d != "" {
		t.Error(d)
	}
}

// TestFail checks that a planned failure arrives as it was planned.
func TestFail(t *testing.T) {
	srv := efstest.NewServer()
	srv.Fail("CreateAccessPoint", efs.APIError{StatusCode: 409, Code: efs.CodeIncorrectFileSystemLifeCycleState, Message: "m"})
	_, err := srv.Client().CreateAccessPoint(t.Context(), efs.CreateAccessPointRequest{FileSystemID: efstest.FileSystemID})
	refused, ok := errors.AsType[*efs.APIError](err)
	if !ok || refused.StatusCode != 409 || refused.Message != "m" || !errors.Is(err, efs.ErrConflict) {
		t.Errorf("got %+v", err)
	}
}

// TestBody checks that a body that was changed on the way is refused.
func TestBody(t *testing.T) {
	body := `{"ClientToken":"t","FileSystemId":"` + efstest.FileSystemID + `"}`
	resp, _ := send(t, efstest.NewServer(), "POST", collection, body, time.Now(), func(r *http.Request) {
		changed := []byte(strings.Replace(body, `"t"`, `"u"`, 1))
		r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(changed)), nil }
	})
	if resp.StatusCode != 403 {
		t.Errorf("got %d", resp.StatusCode)
	}
}

// TestFileSystems checks what the server refuses of file systems, mount targets and
// replications, and that lists lag and tags come late, as with access points.
func TestFileSystems(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := efstest.NewServer(efstest.ReadyAfter(10*time.Second), efstest.GoneAfter(5*time.Second), efstest.RememberTokens(time.Minute))
		srv.AddSubnet("subnet-76543210", "vpc-76543210", "us-east-1f")
		srv.AddSecurityGroup("sg-76543210", "vpc-76543210")
		c, ctx := srv.Client(), t.Context()
		refused := func(what string, err error, code efs.Code) {
			t.Helper()
			if !errors.Is(err, code) {
				t.Errorf("%s: got %v, want %s", what, err, code)
			}
		}
		_, err := c.CreateFileSystem(ctx, efs.CreateFileSystemRequest{AvailabilityZoneName: "eu-west-1a"})
		refused("another region's zone", err, efs.CodeUnsupportedAvailabilityZone)
		fs, err := c.CreateFileSystem(ctx, efs.CreateFileSystemRequest{CreationToken: "t", AvailabilityZoneName: "us-east-1a"})
		if err != nil {
			t.Fatal(err)
		}
		id := fs.FileSystemID
		_, err = c.CreateMountTarget(ctx, efs.CreateMountTargetRequest{FileSystemID: id, SubnetID: efstest.SubnetID})
		refused("a mount target of one that is created", err, efs.CodeIncorrectFileSystemLifeCycleState)
		_, err = c.CreateAccessPoint(ctx, efs.CreateAccessPointRequest{FileSystemID: id})
		refused("an access point of one that is created", err, efs.CodeIncorrectFileSystemLifeCycleState)
		<-time.After(10 * time.Second)
		if out, err := c.DescribeBackupPolicy(ctx, efs.DescribeBackupPolicyRequest{FileSystemID: id}); err != nil || out.BackupPolicy.Status != efs.BackupEnabled {
			t.Errorf("One Zone file systems have backups: %+v, %v", out, err)
		}
		for what, c2 := range map[string]struct {
			in   efs.CreateMountTargetRequest
			code efs.Code
		}{
			"another zone":         {efs.CreateMountTargetRequest{SubnetID: efstest.OtherSubnetID}, efs.CodeAvailabilityZonesMismatch},
			"no subnet":            {efs.CreateMountTargetRequest{SubnetID: "subnet-00000000"}, efs.CodeSubnetNotFound},
			"another VPC's group":  {efs.CreateMountTargetRequest{SubnetID: efstest.SubnetID, SecurityGroups: []string{"sg-76543210"}}, efs.CodeSecurityGroupNotFound},
			"too many groups":      {efs.CreateMountTargetRequest{SubnetID: efstest.SubnetID, SecurityGroups: slices.Repeat([]string{efstest.SecurityGroupID}, 6)}, efs.CodeSecurityGroupLimitExceeded},
			"a zone that is taken": {efs.CreateMountTargetRequest{FileSystemID: efstest.FileSystemID, SubnetID: efstest.SubnetID}, efs.CodeMountTargetConflict},
			"another VPC":          {efs.CreateMountTargetRequest{FileSystemID: efstest.FileSystemID, SubnetID: "subnet-76543210"}, efs.CodeMountTargetConflict},
			"no file system":       {efs.CreateMountTargetRequest{FileSystemID: "fs-00000000", SubnetID: efstest.SubnetID}, efs.CodeFileSystemNotFound},
		} {
			if c2.in.FileSystemID == "" {
				c2.in.FileSystemID = id
			}
			_, err := c.CreateMountTarget(ctx, c2.in)
			refused(what, err, c2.code)
		}
		mt, err := c.CreateMountTarget(ctx, efs.CreateMountTargetRequest{FileSystemID: id, SubnetID: efstest.SubnetID, IPAddress: "10.0.0.7"})
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.DescribeMountTargetSecurityGroups(ctx, efs.DescribeMountTargetSecurityGroupsRequest{MountTargetID: mt.MountTargetID})
		refused("groups of one that is created", err, efs.CodeIncorrectMountTargetState)
		srv.AddFileSystem("fs-01234567")
		_, err = c.CreateMountTarget(ctx, efs.CreateMountTargetRequest{FileSystemID: "fs-01234567", SubnetID: efstest.SubnetID, IPAddress: "10.0.0.7"})
		refused("an address in use", err, efs.CodeIPAddressInUse)
		<-time.After(10 * time.Second)
		if out, err := c.DescribeMountTargetSecurityGroups(ctx, efs.DescribeMountTargetSecurityGroupsRequest{MountTargetID: mt.MountTargetID}); err != nil || !slices.Equal(out.SecurityGroups, []string{efstest.SecurityGroupID}) {
			t.Errorf("the default of the VPC: %+v, %v", out, err)
		}

		_, err = c.PutFileSystemPolicy(ctx, efs.PutFileSystemPolicyRequest{FileSystemID: id, Policy: "{}"})
		refused("a policy without a statement", err, efs.CodeInvalidPolicyException)
		_, err = c.UpdateFileSystem(ctx, efs.UpdateFileSystemRequest{FileSystemID: id})
		refused("nothing", err, efs.CodeBadRequest)
		_, err = c.PutAccountPreferences(ctx, efs.PutAccountPreferencesRequest{ResourceIDType: efs.ShortID})
		refused("short IDs", err, efs.CodeBadRequest)

		replicate := func(source, to string) error {
			_, err := c.CreateReplicationConfiguration(ctx, efs.CreateReplicationConfigurationRequest{SourceFileSystemID: source, Destinations: []efs.DestinationToCreate{{FileSystemID: to}}})
			return err
		}
		refused("a destination that is protected", replicate(id, "fs-01234567"), efs.CodeBadRequest)
		_, err = c.UpdateFileSystemProtection(ctx, efs.UpdateFileSystemProtectionRequest{FileSystemID: "fs-01234567", ReplicationOverwriteProtection: efs.ProtectionDisabled})
		if err != nil {
			t.Fatal(err)
		}
		if err := replicate(id, "fs-01234567"); err != nil {
			t.Error(err)
		}
		refused("a second replication", replicate(id, "fs-01234567"), efs.CodeReplicationAlreadyExists)
		_, err = c.DeleteReplicationConfiguration(ctx, efs.DeleteReplicationConfigurationRequest{SourceFileSystemID: "fs-01234567"})
		refused("from the destination", err, efs.CodeReplicationNotFound)
		_, err = c.DeleteReplicationConfiguration(ctx, efs.DeleteReplicationConfigurationRequest{SourceFileSystemID: id, DeletionMode: efs.LocalConfigurationOnly})
		refused("half of it", err, efs.CodeBadRequest)
		_, err = c.DeleteFileSystem(ctx, efs.DeleteFileSystemRequest{FileSystemID: "fs-01234567"})
		refused("one that is replicated", err, efs.CodeFileSystemInUse)
		if _, err = c.DeleteReplicationConfiguration(ctx, efs.DeleteReplicationConfigurationRequest{SourceFileSystemID: id}); err != nil {
			t.Error(err)
		}
		<-time.After(5 * time.Second)
		out, err := c.DescribeFileSystems(ctx, efs.DescribeFileSystemsRequest{FileSystemID: "fs-01234567"})
		if err != nil || out.FileSystems[0].FileSystemProtection.ReplicationOverwriteProtection != efs.ProtectionEnabled {
			t.Errorf("its protection is on again: %+v, %v", out, err)
		}

		ap, err := c.CreateAccessPoint(ctx, efs.CreateAccessPointRequest{FileSystemID: id})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.DeleteMountTarget(ctx, efs.DeleteMountTargetRequest{MountTargetID: mt.MountTargetID}); err != nil {
			t.Error(err)
		}
		<-time.After(5 * time.Second)
		if _, err := c.DeleteFileSystem(ctx, efs.DeleteFileSystemRequest{FileSystemID: id}); err != nil {
			t.Error(err)
		}
		<-time.After(5 * time.Second)
		_, err = c.DescribeAccessPoints(ctx, efs.DescribeAccessPointsRequest{AccessPointID: ap.AccessPointID})
		refused("an access point that went with it", err, efs.CodeAccessPointNotFound)
		_, err = c.CreateFileSystem(ctx, efs.CreateFileSystemRequest{CreationToken: "t"})
		if exists, ok := errors.AsType[*efs.APIError](err); !ok || exists.ResourceID != id {
			t.Errorf("a token that is remembered: %v", err)
		}
		<-time.After(time.Minute)
		if _, err := c.CreateFileSystem(ctx, efs.CreateFileSystemRequest{CreationToken: "t"}); err != nil {
			t.Errorf("a token that is forgotten: %v", err)
		}

		srv.Disturb(efstest.Disturbance{TagLag: 20 * time.Second, Seed: 1})
		tag := func(key, value string) {
			if _, err := c.TagResource(ctx, efs.TagResourceRequest{ResourceID: efstest.FileSystemID, Tags: []efs.Tag{{Key: key, Value: value}}}); err != nil {
				t.Fatal(err)
			}
		}
		tag("a", "1")
		tag("b", "2")
		seen := func() (tags []efs.Tag) {
			for tag, err := range c.TagsForResource(ctx, efs.ListTagsForResourceRequest{ResourceID: efstest.FileSystemID}) {
				if err != nil {
					t.Fatal(err)
				}
				tags = append(tags, tag)
			}
			return tags
		}
		if tags := seen(); len(tags) > 1 {
			t.Errorf("they show at once: %v", tags)
		}
		<-time.After(20 * time.Second)
		if d := cmp.Diff([]efs.Tag{{Key: "a", Value: "1"}, {Key: "b", Value: "2"}}, seen()); d != "" {
			t.Error(d)
		}
	})
}
