package efs_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
)

const created = `{"AccessPointId":"fsap-0123456789abcdef0","FileSystemId":"fs-0123456789abcdef8","LifeCycleState":"creating"}`

const (
	accessPointARN = "arn:aws:elasticfilesystem:us-east-1:111122223333:access-point/fsap-01234567"
	fileSystemARN  = "arn:aws:elasticfilesystem:us-east-1:111122223333:file-system/fs-01234567"
)

// requests has one request for each operation, with all its parameters, by the
// name of its golden file.
var requests = map[string]any{
	"CreateAccessPoint": efs.CreateAccessPointRequest{
		ClientToken: "my-token-1", FileSystemID: "fs-01234567",
		PosixUser:     &efs.PosixUser{UID: new(uint32(0)), GID: new(uint32(4294967295)), SecondaryGIDs: []uint32{0, 345}},
		RootDirectory: &efs.RootDirectory{Path: "/data/é", CreationInfo: &efs.CreationInfo{OwnerUID: new(uint32(0)), OwnerGID: new(uint32(0)), Permissions: "0750"}},
		Tags:          []efs.Tag{{Key: "team", Value: "研发"}, {Key: "env"}},
	},
	"CreateAccessPoint-minimal": efs.CreateAccessPointRequest{ClientToken: "t", FileSystemID: "fs-01234567", RootDirectory: &efs.RootDirectory{}},
	"DescribeAccessPoints":      efs.DescribeAccessPointsRequest{FileSystemID: "fs-01234567", NextToken: "a+/==", MaxResults: 10},
	"DescribeAccessPoints-one":  efs.DescribeAccessPointsRequest{AccessPointID: accessPointARN},
	"DeleteAccessPoint":         efs.DeleteAccessPointRequest{AccessPointID: accessPointARN},

	"TagResource":         efs.TagResourceRequest{ResourceID: accessPointARN, Tags: []efs.Tag{{Key: "team", Value: "研发"}, {Key: "env"}}},
	"UntagResource":       efs.UntagResourceRequest{ResourceID: "fs-01234567", TagKeys: []string{"a-b", "a/b", "B"}},
	"ListTagsForResource": efs.ListTagsForResourceRequest{ResourceID: fileSystemARN, NextToken: "a+/==", MaxResults: 10},

	"CreateFileSystem": efs.CreateFileSystemRequest{
		CreationToken: "my-token-1", PerformanceMode: efs.GeneralPurpose, Encrypted: new(true), KmsKeyID: "alias/my-key",
		ThroughputMode: efs.ThroughputProvisioned, ProvisionedThroughputInMibps: 128.5, AvailabilityZoneName: "us-east-1a", Backup: new(false),
		Tags: []efs.Tag{{Key: "Name", Value: "home"}},
	},
	"CreateFileSystem-minimal":       efs.CreateFileSystemRequest{CreationToken: "t"},
	"DescribeFileSystems":            efs.DescribeFileSystemsRequest{FileSystemID: fileSystemARN, CreationToken: "my fs/token", MaxItems: 5, Marker: "M/1=="},
	"UpdateFileSystem":               efs.UpdateFileSystemRequest{FileSystemID: "fs-01234567", ThroughputMode: efs.ThroughputProvisioned, ProvisionedThroughputInMibps: 256},
	"DeleteFileSystem":               efs.DeleteFileSystemRequest{FileSystemID: fileSystemARN},
	"UpdateFileSystemProtection":     efs.UpdateFileSystemProtectionRequest{FileSystemID: "fs-01234567", ReplicationOverwriteProtection: efs.ProtectionDisabled},
	"PutFileSystemPolicy":            efs.PutFileSystemPolicyRequest{FileSystemID: fileSystemARN, Policy: `{"Version":"2012-10-17","Statement":[]}`, BypassPolicyLockoutSafetyCheck: true},
	"DescribeFileSystemPolicy":       efs.DescribeFileSystemPolicyRequest{FileSystemID: "fs-01234567"},
	"DeleteFileSystemPolicy":         efs.DeleteFileSystemPolicyRequest{FileSystemID: "fs-01234567"},
	"PutLifecycleConfiguration":      efs.PutLifecycleConfigurationRequest{FileSystemID: "fs-01234567", LifecyclePolicies: []efs.LifecyclePolicy{{TransitionToIA: efs.After30Days}, {TransitionToArchive: efs.After90Days}, {TransitionToPrimaryStorageClass: efs.After1Access}}},
	"PutLifecycleConfiguration-none": efs.PutLifecycleConfigurationRequest{FileSystemID: "fs-01234567", LifecyclePolicies: []efs.LifecyclePolicy{}},
	"DescribeLifecycleConfiguration": efs.DescribeLifecycleConfigurationRequest{FileSystemID: "fs-01234567"},
	"PutBackupPolicy":                efs.PutBackupPolicyRequest{FileSystemID: "fs-01234567", BackupPolicy: efs.BackupPolicy{Status: efs.BackupDisabled}},
	"DescribeBackupPolicy":           efs.DescribeBackupPolicyRequest{FileSystemID: "fs-01234567"},

	"CreateMountTarget": efs.CreateMountTargetRequest{
		FileSystemID: "fs-01234567", SubnetID: "subnet-01234567", IPAddress: "10.0.1.23", IPv6Address: "2001:db8::17", IPAddressType: efs.DualStack,
		SecurityGroups: []string{"sg-01234567", "sg-76543210"},
	},
	"DescribeMountTargets":                 efs.DescribeMountTargetsRequest{FileSystemID: fileSystemARN, MaxItems: 10, Marker: "m"},
	"DescribeMountTargets-one":             efs.DescribeMountTargetsRequest{MountTargetID: "fsmt-01234567"},
	"DescribeMountTargets-access":          efs.DescribeMountTargetsRequest{AccessPointID: accessPointARN},
	"DeleteMountTarget":                    efs.DeleteMountTargetRequest{MountTargetID: "fsmt-01234567"},
	"DescribeMountTargetSecurityGroups":    efs.DescribeMountTargetSecurityGroupsRequest{MountTargetID: "fsmt-01234567"},
	"ModifyMountTargetSecurityGroups":      efs.ModifyMountTargetSecurityGroupsRequest{MountTargetID: "fsmt-01234567", SecurityGroups: []string{"sg-01234567", "sg-76543210"}},
	"ModifyMountTargetSecurityGroups-none": efs.ModifyMountTargetSecurityGroupsRequest{MountTargetID: "fsmt-01234567", SecurityGroups: []string{}},

	"CreateReplicationConfiguration": efs.CreateReplicationConfigurationRequest{SourceFileSystemID: "fs-01234567", Destinations: []efs.DestinationToCreate{{
		Region: "us-west-2", AvailabilityZoneName: "us-west-2a", KmsKeyID: "alias/my-key", FileSystemID: fileSystemARN, RoleARN: "arn:aws:iam::111122223333:role/r",
	}}},
	"DescribeReplicationConfigurations":   efs.DescribeReplicationConfigurationsRequest{FileSystemID: "fs-01234567", MaxResults: 10, NextToken: "T/1=="},
	"DeleteReplicationConfiguration":      efs.DeleteReplicationConfigurationRequest{SourceFileSystemID: fileSystemARN},
	"DeleteReplicationConfiguration-half": efs.DeleteReplicationConfigurationRequest{SourceFileSystemID: "fs-01234567", DeletionMode: efs.LocalConfigurationOnly},

	"PutAccountPreferences":      efs.PutAccountPreferencesRequest{ResourceIDType: efs.LongID},
	"DescribeAccountPreferences": efs.DescribeAccountPreferencesRequest{MaxResults: 10, NextToken: "T/1=="},
}

// TestVectors sends what the official SDK was recorded sending, and reads what it
// was answered.
func TestVectors(t *testing.T) {
	tested := 0
	for name, v := range recordings(t) {
		send := sender(t, v)
		if send == nil || v.Method == "" {
			continue // another operation, or the SDK sent nothing
		}
		tested++
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := wiretest.Answering(v.answers()...)
				out, err := send(t.Context(), newClient(t, r, func(c *efs.Config) {
					c.SkipValidation = true
					c.MaxAttempts = 3
					c.Region, c.FIPS, c.DualStack = v.Config.Region, v.Config.UseFIPS, v.Config.UseDualStack
					c.Credentials = efs.StaticCredentials{AccessKeyID: v.Config.ID, SecretAccessKey: v.Config.Secret, SessionToken: v.Config.Token}
				}))
				first := r.Requests()[0]
				v.Agree(t, first)
				if want := v.Header().Get("Host"); first.Host != want {
					t.Errorf("sent to %s, the SDK to %s", first.Host, want)
				}
				if first.Header.Get("X-Amz-Security-Token") != v.Config.Token {
					t.Error("the session token is not sent")
				}
				want := v.Outcome.RequestsSent
				if slices.Contains(useless, name) || name == "098_dfs_time_string" {
					want = 3 // the SDK takes them for a success, or gives up
				}
				if n := len(r.Requests()); n != want {
					t.Errorf("%d requests, want %d; the SDK sent %d", n, want, v.Outcome.RequestsSent)
				}
				v.compare(t, name, out, err)
			})
		})
	}
	if tested < 95 {
		t.Errorf("only %d vectors were tested", tested)
	}
}

// sender returns the call that the vector records, or nil.
func sender(t *testing.T, v recording) func(context.Context, *efs.Client) (any, error) {
	read := func(in any) {
		if err := json.Unmarshal(v.Input, in); err != nil {
			t.Fatal(err)
		}
	}
	switch v.Operation {
	case "CreateAccessPoint":
		var in efs.CreateAccessPointRequest
		read(&in)
		if v.Name == "002_cap_autotoken" {
			in.ClientToken = "e2d5f1f0-7c1a-4b7e-9a54-0c7a3d2b1f00" // the SDK made one up
		}
		return func(ctx context.Context, c *efs.Client) (any, error) { return c.CreateAccessPoint(ctx, in) }
	case "DescribeAccessPoints":
		var in efs.DescribeAccessPointsRequest
		read(&in)
		switch v.Name {
		case "059_dap_empty_strings":
			return nil // the SDK sends an empty text, this package does not
		case "064_dap_pages":
			in.MaxResults = 2 // set on the SDK's paginator
		}
		if strings.Contains(v.Name, "_pages") {
			return func(ctx context.Context, c *efs.Client) (any, error) { return collect(ctx, c, in) }
		}
		return func(ctx context.Context, c *efs.Client) (any, error) { return c.DescribeAccessPoints(ctx, in) }
	case "DeleteAccessPoint":
		var in efs.DeleteAccessPointRequest
		read(&in)
		if v.Name == "074_xap_dotdot" {
			return nil // the SDK sends it, this package does not
		}
		return func(ctx context.Context, c *efs.Client) (any, error) { return c.DeleteAccessPoint(ctx, in) }
	}
	method, ok := reflect.TypeFor[*efs.Client]().MethodByName(v.Operation)
	if !ok {
		return nil
	}
	in := reflect.New(method.Type.In(2))
	read(in.Interface())
	if v.Name == "088_cfs_autotoken" {
		in.Elem().FieldByName("CreationToken").SetString("e2d5f1f0-7c1a-4b7e-9a54-0c7a3d2b1f00") // the SDK made one up
	}
	return func(ctx context.Context, c *efs.Client) (any, error) {
		out := method.Func.Call([]reflect.Value{reflect.ValueOf(c), reflect.ValueOf(ctx), in.Elem()})
		err, _ := out[1].Interface().(error)
		return out[0].Interface(), err
	}
}

// collect follows the pages from the first request on, as the SDK's paginator
// does.
func collect(ctx context.Context, c *efs.Client, in efs.DescribeAccessPointsRequest) (any, error) {
	var out struct{ CollectedIDs []string }
	for {
		page, err := c.DescribeAccessPoints(ctx, in)
		if err != nil {
			return nil, err
		}
		for _, ap := range page.AccessPoints {
			out.CollectedIDs = append(out.CollectedIDs, ap.AccessPointID)
		}
		if in.NextToken = page.NextToken; in.NextToken == "" || len(out.CollectedIDs) == 6 { // the recording ends there too
			return out, nil
		}
	}
}

// answers returns what the SDK was answered with, in order.
func (v recording) answers() []wiretest.Answer {
	answer := func(a recorded) wiretest.Answer {
		if a.Response.DropConnection {
			return wiretest.Answer{Err: errors.New("EOF")}
		}
		out := wiretest.Answer{Status: a.Response.Status, Header: map[string]string{}, Body: a.Response.Body}
		for _, h := range a.Response.Headers {
			out.Header[h[0]] = h[1]
		}
		if d, err := time.ParseDuration(a.Response.DateHeaderOffset); err == nil {
			out.Header["Date"] = time.Now().Add(d).UTC().Format(http.TimeFormat)
		}
		return out
	}
	all := []wiretest.Answer{answer(v.first)}
	for _, later := range v.LaterRequests {
		all = append(all, answer(later))
	}
	return all
}

// compare holds what this package made of the answer against what the SDK made
// of it.
func (v recording) compare(t *testing.T, name string, out any, err error) {
	t.Helper()
	if name == "016_cap_out_empty_body" { // a success without an ID is none
		if !errors.Is(err, efs.ErrOutcomeUnknown) {
			t.Errorf("got %v", err)
		}
		return
	}
	if v.Outcome.ErrorString == "" {
		if err != nil {
			t.Fatal(err)
		}
		text, _ := json.Marshal(out)
		var ours map[string]any
		_ = json.Unmarshal(text, &ours)
		want := v.Outcome.Output
		delete(want, "hasMorePages")
		if ids, ok := want["collectedIds"]; ok {
			want = map[string]any{"CollectedIDs": ids}
		}
		if d := cmp.Diff(want, wiretest.Within(ours, want)); d != "" {
			t.Errorf("answer (-official +ours):\n%s", d)
		}
		return
	}
	refused, ok := errors.AsType[*efs.APIError](err)
	if !ok {
		t.Fatalf("got %v, the SDK %s", err, v.Outcome.ErrorString)
	}
	code := v.Outcome.Code
	switch name {
	case "041_cap_err_errorcode_only":
		code = "AccessPointAlreadyExists" // the SDK does not see it
	case "049_cap_err_302":
		code = "" // the SDK's own words
	}
	if string(refused.Code) != code || refused.StatusCode != v.Outcome.HTTPStatus && v.Outcome.HTTPStatus != 0 || refused.RequestID != v.Outcome.RequestID {
		t.Errorf("got %+v, the SDK %+v", refused, v.Outcome)
	}
	if code != "" && refused.Message != v.Outcome.Message {
		t.Errorf("message %q, the SDK's %q", refused.Message, v.Outcome.Message)
	}
}
