package efs_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/efs/efstest"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
)

// mutations are the calls that change something.
func mutations(srv *efstest.Server) []string {
	return slices.DeleteFunc(srv.Calls(), func(name string) bool {
		return strings.HasPrefix(name, "Describe") || strings.HasPrefix(name, "List")
	})
}

// timed returns what f returns, and how long it takes.
func timed[T any](f func() (T, error)) (T, time.Duration, error) {
	start := time.Now()
	v, err := f()
	return v, time.Since(start), err
}

// TestWaits waits for every state, from its beginning, and from one that does not
// lead to it.
func TestWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const ready, gone = 40 * time.Second, 30 * time.Second
		srv := efstest.NewServer(efstest.ReadyAfter(ready), efstest.GoneAfter(gone))
		c, ctx := srv.Client(), t.Context()
		within := func(what string, want time.Duration, err error, took time.Duration) {
			t.Helper()
			if err != nil || took < want || took > want+20*time.Second {
				t.Errorf("%s: %v after %v", what, err, took)
			}
		}
		made, err := c.CreateFileSystem(ctx, efs.CreateFileSystemRequest{})
		must(err)
		fs, took, err := timed(func() (efs.FileSystem, error) {
			return c.WaitFileSystemAvailable(ctx, made.FileSystemARN, efs.WaitOptions{})
		})
		within("available", ready, err, took)
		if fs.FileSystemID != made.FileSystemID || fs.LifeCycleState != efs.StateAvailable || fs.CreationTime.IsZero() {
			t.Errorf("%+v", fs)
		}
		mt, err := c.CreateMountTarget(ctx, efs.CreateMountTargetRequest{FileSystemID: fs.FileSystemID, SubnetID: efstest.SubnetID})
		must(err)
		_, took, err = timed(func() (efs.MountTarget, error) {
			return c.WaitMountTargetAvailable(ctx, mt.MountTargetID, efs.WaitOptions{})
		})
		within("mount target available", ready, err, took)
		_, err = c.PutBackupPolicy(ctx, efs.PutBackupPolicyRequest{FileSystemID: fs.FileSystemID, BackupPolicy: efs.BackupPolicy{Status: efs.BackupEnabled}})
		must(err)
		nothing := func(f func() error) (struct{}, time.Duration, error) {
			return timed(func() (struct{}, error) { return struct{}{}, f() })
		}
		_, took, err = nothing(func() error { return c.WaitBackupPolicy(ctx, fs.FileSystemID, efs.BackupEnabled, efs.WaitOptions{}) })
		within("backups", ready, err, took)
		must(c.WaitBackupPolicy(ctx, efstest.FileSystemID, efs.BackupDisabled, efs.WaitOptions{})) // that never had any
		if err := c.WaitBackupPolicy(ctx, fs.FileSystemID, efs.BackupEnabling, efs.WaitOptions{}); !errors.Is(err, efs.ErrInvalidRequest) {
			t.Errorf("got %v", err)
		}
		r, err := c.CreateReplicationConfiguration(ctx, efs.CreateReplicationConfigurationRequest{SourceFileSystemID: fs.FileSystemID, Destinations: []efs.DestinationToCreate{{Region: "us-west-2"}}})
		must(err)
		for _, id := range []string{fs.FileSystemARN, fs.FileSystemID} {
			got, err := c.WaitReplicationEnabled(ctx, id, efs.WaitOptions{})
			if err != nil || got.Destinations[0].Status != efs.ReplicationEnabled || got.Destinations[0].FileSystemID != r.Destinations[0].FileSystemID {
				t.Errorf("got %+v, %v", got, err)
			}
		}
		if _, err := c.DeleteFileSystem(ctx, efs.DeleteFileSystemRequest{FileSystemID: fs.FileSystemID}); !errors.Is(err, efs.CodeFileSystemInUse) {
			t.Errorf("got %v", err)
		}
		_, err = c.DeleteReplicationConfiguration(ctx, efs.DeleteReplicationConfigurationRequest{SourceFileSystemID: fs.FileSystemID})
		must(err)
		if _, err := c.WaitReplicationEnabled(ctx, fs.FileSystemID, efs.WaitOptions{}); err == nil || !strings.Contains(err.Error(), "DELETING does not become ENABLED") {
			t.Errorf("got %v", err)
		}
		_, took, err = nothing(func() error { return c.WaitReplicationDeleted(ctx, fs.FileSystemID, efs.WaitOptions{}) })
		within("replication deleted", gone, err, took)
		_, err = c.DeleteMountTarget(ctx, efs.DeleteMountTargetRequest{MountTargetID: mt.MountTargetID})
		must(err)
		if _, err := c.WaitMountTargetAvailable(ctx, mt.MountTargetID, efs.WaitOptions{}); err == nil || !strings.Contains(err.Error(), "deleting does not become available") {
			t.Errorf("got %v", err)
		}
		_, took, err = nothing(func() error { return c.WaitMountTargetDeleted(ctx, mt.MountTargetID, efs.WaitOptions{}) })
		within("mount target deleted", gone, err, took)
		_, err = c.DeleteFileSystem(ctx, efs.DeleteFileSystemRequest{FileSystemID: fs.FileSystemID})
		must(err)
		if _, err := c.WaitFileSystemAvailable(ctx, fs.FileSystemID, efs.WaitOptions{}); err == nil || !strings.Contains(err.Error(), "deleting does not become available") {
			t.Errorf("got %v", err)
		}
		_, took, err = nothing(func() error { return c.WaitFileSystemDeleted(ctx, fs.FileSystemID, efs.WaitOptions{}) })
		within("deleted", gone, err, took)
		must(c.WaitReplicationDeleted(ctx, fs.FileSystemID, efs.WaitOptions{}))

		// A wait for nothing is not one for everything.
		for name, wait := range map[string]func() error{
			"file system":  func() error { return c.WaitFileSystemDeleted(ctx, "", efs.WaitOptions{}) },
			"mount target": func() error { return c.WaitMountTargetDeleted(ctx, "", efs.WaitOptions{}) },
			"replication":  func() error { return c.WaitReplicationDeleted(ctx, "", efs.WaitOptions{}) },
		} {
			if err := wait(); !errors.Is(err, efs.ErrInvalidRequest) {
				t.Errorf("%s: got %v", name, err)
			}
		}
	})
}

// TestIterators follows the pages of every list.
func TestIterators(t *testing.T) {
	srv := efstest.NewServer(efstest.PageLimit(2))
	c, ctx := srv.Client(), t.Context()
	for range 4 {
		_, err := c.CreateFileSystem(ctx, efs.CreateFileSystemRequest{})
		must(err)
	}
	count := func(name string, want int, next func() (n int, err error)) {
		t.Helper()
		if n, err := next(); n != want || err != nil {
			t.Errorf("%s: %d, %v", name, n, err)
		}
	}
	count("file systems", 5, func() (n int, _ error) {
		for _, err := range c.FileSystems(ctx, efs.DescribeFileSystemsRequest{}) {
			if err != nil {
				return n, err
			}
			n++
		}
		return n, nil
	})
	for _, subnet := range []string{efstest.OtherSubnetID, efstest.ThirdSubnetID} {
		_, err := c.CreateMountTarget(ctx, efs.CreateMountTargetRequest{FileSystemID: efstest.FileSystemID, SubnetID: subnet})
		must(err)
	}
	count("mount targets", 3, func() (n int, _ error) {
		for _, err := range c.MountTargets(ctx, efs.DescribeMountTargetsRequest{FileSystemID: efstest.FileSystemID}) {
			if err != nil {
				return n, err
			}
			n++
		}
		return n, nil
	})
	_, err := c.TagResource(ctx, efs.TagResourceRequest{ResourceID: efstest.FileSystemID, Tags: []efs.Tag{{Key: "a"}, {Key: "b"}, {Key: "c"}, {Key: "d"}, {Key: "Name", Value: "n"}}})
	must(err)
	_, err = c.UntagResource(ctx, efs.UntagResourceRequest{ResourceID: efstest.FileSystemID, TagKeys: []string{"a", "x"}})
	must(err)
	count("tags", 4, func() (n int, _ error) {
		for _, err := range c.TagsForResource(ctx, efs.ListTagsForResourceRequest{ResourceID: efstest.FileSystemID}) {
			if err != nil {
				return n, err
			}
			n++
		}
		return n, nil
	})
	for fs, err := range c.FileSystems(ctx, efs.DescribeFileSystemsRequest{FileSystemID: efstest.FileSystemID}) {
		if must(err); fs.Name != "n" || fs.NumberOfMountTargets != 3 {
			t.Errorf("%+v", fs)
		}
		_, err := c.CreateReplicationConfiguration(ctx, efs.CreateReplicationConfigurationRequest{SourceFileSystemID: fs.FileSystemID, Destinations: []efs.DestinationToCreate{{}}})
		must(err)
	}
	count("replications", 1, func() (n int, _ error) {
		for _, err := range c.ReplicationConfigurations(ctx, efs.DescribeReplicationConfigurationsRequest{}) {
			if err != nil {
				return n, err
			}
			n++
		}
		return n, nil
	})
	for _, err := range c.MountTargets(ctx, efs.DescribeMountTargetsRequest{FileSystemID: "fs-76543210"}) {
		if !errors.Is(err, efs.CodeFileSystemNotFound) {
			t.Errorf("got %v", err)
		}
	}
}

// TestLostAnswers loses the answer of every change, and looks whether it is sent once
// more. What deletes data, and what would be refused the second time, is not.
func TestLostAnswers(t *testing.T) {
	const again, once = 2, 1
	for name, c := range map[string]struct {
		want int
		call func(ctx context.Context, c *efs.Client) error
	}{
		"TagResource": {again, func(ctx context.Context, c *efs.Client) error {
			_, err := c.TagResource(ctx, efs.TagResourceRequest{ResourceID: efstest.FileSystemID, Tags: []efs.Tag{{Key: "k"}}})
			return err
		}},
		"UntagResource": {again, func(ctx context.Context, c *efs.Client) error {
			_, err := c.UntagResource(ctx, efs.UntagResourceRequest{ResourceID: efstest.FileSystemID, TagKeys: []string{"k"}})
			return err
		}},
		"CreateFileSystem": {again, func(ctx context.Context, c *efs.Client) error {
			_, err := c.CreateFileSystem(ctx, efs.CreateFileSystemRequest{Encrypted: new(true), KmsKeyID: "alias/k"})
			return err
		}},
		"UpdateFileSystem": {once, func(ctx context.Context, c *efs.Client) error {
			_, err := c.UpdateFileSystem(ctx, efs.UpdateFileSystemRequest{FileSystemID: efstest.FileSystemID, ThroughputMode: efs.ThroughputElastic})
			return err
		}},
		"DeleteFileSystem": {once, func(ctx context.Context, c *efs.Client) error {
			_, err := c.DeleteFileSystem(ctx, efs.DeleteFileSystemRequest{FileSystemID: efstest.FileSystemID})
			return err
		}},
		"UpdateFileSystemProtection": {again, func(ctx context.Context, c *efs.Client) error {
			_, err := c.UpdateFileSystemProtection(ctx, efs.UpdateFileSystemProtectionRequest{FileSystemID: efstest.FileSystemID, ReplicationOverwriteProtection: efs.ProtectionDisabled})
			return err
		}},
		"PutFileSystemPolicy": {again, func(ctx context.Context, c *efs.Client) error {
			_, err := c.PutFileSystemPolicy(ctx, efs.PutFileSystemPolicyRequest{FileSystemID: efstest.FileSystemID, Policy: `{"Statement":[]}`})
			return err
		}},
		"DeleteFileSystemPolicy": {again, func(ctx context.Context, c *efs.Client) error {
			_, err := c.DeleteFileSystemPolicy(ctx, efs.DeleteFileSystemPolicyRequest{FileSystemID: efstest.FileSystemID})
			return err
		}},
		"PutLifecycleConfiguration": {again, func(ctx context.Context, c *efs.Client) error {
			_, err := c.PutLifecycleConfiguration(ctx, efs.PutLifecycleConfigurationRequest{FileSystemID: efstest.FileSystemID, LifecyclePolicies: []efs.LifecyclePolicy{}})
			return err
		}},
		"PutBackupPolicy": {again, func(ctx context.Context, c *efs.Client) error {
			_, err := c.PutBackupPolicy(ctx, efs.PutBackupPolicyRequest{FileSystemID: efstest.FileSystemID, BackupPolicy: efs.BackupPolicy{Status: efs.BackupEnabled}})
			return err
		}},
		"CreateMountTarget": {once, func(ctx context.Context, c *efs.Client) error {
			_, err := c.CreateMountTarget(ctx, efs.CreateMountTargetRequest{FileSystemID: efstest.FileSystemID, SubnetID: efstest.OtherSubnetID})
			return err
		}},
		"ModifyMountTargetSecurityGroups": {again, func(ctx context.Context, c *efs.Client) error {
			_, err := c.ModifyMountTargetSecurityGroups(ctx, efs.ModifyMountTargetSecurityGroupsRequest{MountTargetID: efstest.MountTargetID, SecurityGroups: []string{efstest.SecurityGroupID}})
			return err
		}},
		"CreateReplicationConfiguration": {once, func(ctx context.Context, c *efs.Client) error {
			_, err := c.CreateReplicationConfiguration(ctx, efs.CreateReplicationConfigurationRequest{SourceFileSystemID: efstest.FileSystemID, Destinations: []efs.DestinationToCreate{{Region: "us-west-2"}}})
			return err
		}},
		"DeleteReplicationConfiguration": {once, func(ctx context.Context, c *efs.Client) error {
			_, err := c.DeleteReplicationConfiguration(ctx, efs.DeleteReplicationConfigurationRequest{SourceFileSystemID: efstest.FileSystemID})
			return err
		}},
		"PutAccountPreferences": {again, func(ctx context.Context, c *efs.Client) error {
			_, err := c.PutAccountPreferences(ctx, efs.PutAccountPreferencesRequest{ResourceIDType: efs.LongID})
			return err
		}},
	} {
		synctest.Test(t, func(t *testing.T) {
			srv := efstest.NewServer()
			srv.Inject(name, efstest.ResponseLost)
			err := c.call(t.Context(), srv.Client())
			if n := len(srv.Calls()) - strings.Count(strings.Join(srv.Calls(), " "), "Describe"); n != c.want || errors.Is(err, efs.ErrOutcomeUnknown) != (c.want == once) || c.want == again && err != nil {
				t.Errorf("%s: %v after %v", name, err, srv.Calls())
			}
		})
	}
}

// TestEmptyResponses reads answers that say nothing: with no body, with one, and with
// what is none of the service's.
func TestEmptyResponses(t *testing.T) {
	for body, ok := range map[string]bool{"": true, " \n": true, "{}": true, `{"New":1}`: true, "<html>": false, "[]": false, `{"a`: false, `{"Code":"InternalError"}`: false, `{"message":"m"}`: false} {
		r := wiretest.Answering(wiretest.Answer{Body: body, Header: map[string]string{"X-Amzn-Requestid": "r"}})
		out, err := newClient(t, r, func(c *efs.Config) { c.MaxAttempts = 1 }).TagResource(t.Context(), efs.TagResourceRequest{ResourceID: "fs-01234567", Tags: []efs.Tag{{Key: "k"}}})
		if ok && (err != nil || out.RequestID != "r") || !ok && !errors.Is(err, efs.ErrOutcomeUnknown) {
			t.Errorf("%q: %+v, %v", body, out, err)
		}
	}
}

// TestThroughput checks the numbers that no ledger can write.
func TestThroughput(t *testing.T) {
	for _, n := range []float64{inf(1), inf(-1), inf(1) - inf(1)} {
		in := efs.UpdateFileSystemRequest{FileSystemID: "fs-01234567", ProvisionedThroughputInMibps: n}
		if err := in.Validate(); !errors.Is(err, efs.ErrInvalidRequest) {
			t.Errorf("%v: got %v", n, err)
		}
	}
	// A quota that lasts a day is no throttling.
	srv := efstest.NewServer()
	c, ctx := srv.Client(), t.Context()
	update := efs.UpdateFileSystemRequest{FileSystemID: efstest.FileSystemID, ThroughputMode: efs.ThroughputElastic}
	out, err := c.UpdateFileSystem(ctx, update)
	if err != nil || out.ThroughputMode != efs.ThroughputElastic {
		t.Errorf("%+v, %v", out, err)
	}
	update.ThroughputMode = efs.ThroughputBursting
	if _, err := c.UpdateFileSystem(ctx, update); !errors.Is(err, efs.CodeTooManyRequests) || !errors.Is(err, efs.ErrQuotaExceeded) || len(srv.Calls()) != 2 {
		t.Errorf("%v after %v", err, srv.Calls())
	}
}

func inf(sign float64) float64 {
	one := 1e308
	return sign * one * 10
}

// TestFileSystemRequests counts the requests of each way to a file system.
func TestFileSystemRequests(t *testing.T) {
	const (
		create = "CreateFileSystem"
		look   = "DescribeFileSystems"
	)
	in := efs.CreateFileSystemRequest{Encrypted: new(true), Tags: []efs.Tag{{Key: "Name", Value: "n"}}}
	for name, c := range map[string]struct {
		before func(ctx context.Context, srv *efstest.Server, c *efs.Client)
		want   []string
	}{
		"none":  {nil, []string{look, create, look}},
		"there": {func(ctx context.Context, srv *efstest.Server, _ *efs.Client) { ensureFileSystem(ctx, srv.Client(), in) }, []string{look}},
		"known": {func(ctx context.Context, _ *efstest.Server, c *efs.Client) { ensureFileSystem(ctx, c, in) }, []string{look}},
		"its tag was taken": {func(ctx context.Context, srv *efstest.Server, _ *efs.Client) {
			fs := ensureFileSystem(ctx, srv.Client(), in)
			_, err := srv.Client().UntagResource(ctx, efs.UntagResourceRequest{ResourceID: fs.FileSystemID, TagKeys: []string{"accesspoint-key"}})
			must(err)
		}, nil},
		"lost": {func(_ context.Context, srv *efstest.Server, _ *efs.Client) {
			srv.Inject(create, efstest.ResponseLost)
		}, []string{look, create, create, look, look}},
	} {
		synctest.Test(t, func(t *testing.T) {
			srv := efstest.NewServer()
			client := srv.Client()
			if c.before != nil {
				c.before(t.Context(), srv, client)
			}
			earlier := len(srv.Calls())
			fs, err := client.EnsureFileSystem(t.Context(), "k", in)
			if c.want == nil {
				if !errors.Is(err, efs.ErrDrift) {
					t.Errorf("%s: got %v", name, err)
				}
				return
			}
			if d := cmp.Diff(c.want, srv.Calls()[earlier:]); d != "" || err != nil || fs.LifeCycleState != efs.StateAvailable || fs.Name != "n" {
				t.Errorf("%s: %+v, %v\n%s", name, fs, err, d)
			}
		})
	}
}

func ensureFileSystem(ctx context.Context, c *efs.Client, in efs.CreateFileSystemRequest) efs.FileSystem {
	fs, err := c.EnsureFileSystem(ctx, "k", in)
	must(err)
	return fs
}

// TestFileSystemDrift names what is not as asked, and repairs what can be.
func TestFileSystemDrift(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := efstest.NewServer(efstest.ReadyAfter(10 * time.Second))
		c, ctx := srv.Client(), t.Context()
		fs := ensureFileSystem(ctx, c, efs.CreateFileSystemRequest{})
		for name, in := range map[string]efs.CreateFileSystemRequest{
			"PerformanceMode":      {PerformanceMode: efs.MaxIO},
			"Encrypted":            {Encrypted: new(true)},
			"KmsKeyId":             {Encrypted: new(true), KmsKeyID: "mrk-01234567012345670123456701234567"},
			"AvailabilityZoneName": {AvailabilityZoneName: "us-east-1a"},
		} {
			r, err := c.RepairFileSystem(ctx, "k", in)
			drift, ok := errors.AsType[*efs.DriftError](err)
			if !ok || drift.Fields[len(drift.Fields)-1].Field != name || r.ResourceID != fs.FileSystemID || len(r.Left) == 0 || r.Changed != nil {
				t.Errorf("%s: got %+v, %v", name, r, err)
			}
		}
		if got := mutations(srv); len(got) != 1 {
			t.Errorf("sent %v", got)
		}
		in := efs.CreateFileSystemRequest{ThroughputMode: efs.ThroughputProvisioned, ProvisionedThroughputInMibps: 8.5, Tags: []efs.Tag{{Key: "Name", Value: "n"}, {Key: "empty"}}}
		_, err := c.UntagResource(ctx, efs.UntagResourceRequest{ResourceID: fs.FileSystemID, TagKeys: []string{"accesspoint-key"}})
		must(err)
		srv.Inject("UpdateFileSystem", efstest.ResponseLost)
		r, err := c.RepairFileSystem(ctx, "k", in)
		var changed []string
		for _, d := range r.Changed {
			changed = append(changed, d.Field)
		}
		if d := cmp.Diff([]string{"ThroughputMode", "ProvisionedThroughputInMibps", "Tags.1.Value", "Tags.3.Value"}, changed); d != "" || err != nil || r.Left != nil {
			t.Errorf("%+v, %v\n%s", r, err, d)
		}
		if got := mutations(srv); len(got) != 4 {
			t.Errorf("sent %v", got)
		}
		if r, err := c.RepairFileSystem(ctx, "k", in); err != nil || r.Changed != nil || r.Left != nil {
			t.Errorf("%+v, %v", r, err)
		}
		in.ProvisionedThroughputInMibps = 16 // an increase, which is always possible
		if r, err := c.RepairFileSystem(ctx, "k", in); err != nil || len(r.Changed) != 1 {
			t.Errorf("%+v, %v", r, err)
		}
		for _, request := range srv.Requests() {
			if request.Params["ProvisionedThroughputInMibps"] == "16" && request.Params["ThroughputMode"] != "" {
				t.Errorf("sent %+v", request)
			}
		}
		in.ProvisionedThroughputInMibps = 2 // the second change of the day
		r, err = c.RepairFileSystem(ctx, "k", in)
		if !errors.Is(err, efs.CodeTooManyRequests) || len(r.Left) != 1 {
			t.Errorf("%+v, %v", r, err)
		}
	})
}

// TestFileSystemAbsent deletes one file system alone, and that once.
func TestFileSystemAbsent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := efstest.NewServer(efstest.GoneAfter(20 * time.Second))
		c, ctx := srv.Client(), t.Context()
		fs := ensureFileSystem(ctx, c, efs.CreateFileSystemRequest{})
		for name, id := range map[string]string{"none": "", "of nobody": efstest.FileSystemID, "another": "fs-76543210"} {
			if err := c.EnsureFileSystemAbsent(ctx, "k", id); err == nil {
				t.Errorf("%s: absent", name)
			}
			if err := c.EnsureFileSystemAbsent(ctx, "other", efstest.FileSystemID); !errors.Is(err, efs.ErrDrift) {
				t.Errorf("%s: got %v", name, err)
			}
		}
		err := c.EnsureFileSystemAbsent(ctx, "k", "fs-76543210")
		if drift, ok := errors.AsType[*efs.DriftError](err); !ok || drift.ResourceID != fs.FileSystemID {
			t.Errorf("got %v", err)
		}
		mt, err := c.CreateMountTarget(ctx, efs.CreateMountTargetRequest{FileSystemID: fs.FileSystemID, SubnetID: efstest.SubnetID})
		must(err)
		err = c.EnsureFileSystemAbsent(ctx, "k", fs.FileSystemID)
		if !errors.Is(err, efs.CodeFileSystemInUse) || !strings.Contains(err.Error(), mt.MountTargetID) {
			t.Errorf("got %v", err)
		}
		_, err = c.DeleteMountTarget(ctx, efs.DeleteMountTargetRequest{MountTargetID: mt.MountTargetID})
		must(err)
		srv.Inject("DeleteFileSystem", efstest.ResponseLost)
		earlier := len(srv.Calls())
		must(c.EnsureFileSystemAbsent(ctx, "k", fs.FileSystemARN)) // waits for the mount target
		calls := srv.Calls()[earlier:]
		for i, call := range calls {
			if call == "DeleteFileSystem" && i > 0 && calls[i-1] == "DeleteFileSystem" {
				t.Errorf("a deletion was repeated without a look: %v", calls)
			}
		}
		must(c.EnsureFileSystemAbsent(ctx, "k", fs.FileSystemID)) // again
		if _, err := c.DescribeFileSystems(ctx, efs.DescribeFileSystemsRequest{FileSystemID: fs.FileSystemID}); !errors.Is(err, efs.CodeFileSystemNotFound) {
			t.Errorf("got %v", err)
		}
		if again := ensureFileSystem(ctx, c, efs.CreateFileSystemRequest{}); again.FileSystemID == fs.FileSystemID {
			t.Error("it came back")
		}
	})
}

// TestMountTargets ensures mount targets, and refuses what cannot be.
func TestMountTargets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := efstest.NewServer(efstest.ReadyAfter(30*time.Second), efstest.GoneAfter(10*time.Second))
		srv.AddSubnet("subnet-01234567", efstest.VpcID, "us-east-1a")
		srv.AddSubnet("subnet-76543210", "vpc-01234567", "us-east-1f")
		c, ctx := srv.Client(), t.Context()
		targets := []efs.CreateMountTargetRequest{
			{SubnetID: efstest.OtherSubnetID, SecurityGroups: []string{efstest.OtherSecurityGroupID, efstest.SecurityGroupID}},
			{SubnetID: efstest.SubnetID, SecurityGroups: []string{efstest.SecurityGroupID}},
		}
		srv.Inject("CreateMountTarget", efstest.ResponseLost)
		srv.Fail("CreateMountTarget", efs.APIError{StatusCode: 409, Code: efs.CodeIncorrectFileSystemLifeCycleState})
		found, err := c.EnsureMountTargets(ctx, efstest.FileSystemID, targets)
		if err != nil || len(found) != 2 || found[0].SubnetID != efstest.OtherSubnetID || found[1].MountTargetID != efstest.MountTargetID || found[0].LifeCycleState != efs.StateAvailable {
			t.Fatalf("%+v, %v", found, err)
		}
		earlier := len(mutations(srv))
		again, err := c.EnsureMountTargets(ctx, efstest.FileSystemID, targets)
		if d := cmp.Diff(found, again); d != "" || err != nil || len(mutations(srv)) != earlier {
			t.Errorf("%v\n%s", err, d)
		}

		targets[1].SecurityGroups = []string{efstest.OtherSecurityGroupID}
		targets[0].IPAddress = "10.0.0.9"
		_, err = c.EnsureMountTargets(ctx, efstest.FileSystemID, targets)
		drift, ok := errors.AsType[*efs.DriftError](err)
		if !ok || len(drift.Fields) != 2 || drift.Fields[0].Field != "Targets.1.IpAddress" || drift.Fields[1].Field != "Targets.2.SecurityGroups" {
			t.Errorf("got %v", err)
		}
		r, err := c.RepairMountTargets(ctx, efstest.FileSystemID, targets)
		if !errors.Is(err, efs.ErrDrift) || len(r.Left) != 1 || len(r.Changed) != 1 {
			t.Errorf("%+v, %v", r, err)
		}
		targets[0].IPAddress = ""
		if r, err := c.RepairMountTargets(ctx, efstest.FileSystemID, targets); err != nil || r.Changed != nil {
			t.Errorf("%+v, %v", r, err)
		}

		for _, subnet := range []string{"subnet-01234567", "subnet-76543210"} { // the zone is taken; another VPC
			_, took, err := timed(func() ([]efs.MountTarget, error) {
				return c.EnsureMountTargets(ctx, efstest.FileSystemID, []efs.CreateMountTargetRequest{{SubnetID: subnet}})
			})
			if !errors.Is(err, efs.CodeMountTargetConflict) || !strings.Contains(err.Error(), subnet) || took < 10*time.Second || took > 30*time.Second {
				t.Errorf("%s: %v after %v", subnet, err, took)
			}
		}
		if _, err := c.EnsureMountTargets(ctx, efstest.FileSystemID, []efs.CreateMountTargetRequest{{SubnetID: "subnet-00000000"}}); !errors.Is(err, efs.CodeSubnetNotFound) {
			t.Errorf("got %v", err)
		}
		for name, targets := range map[string][]efs.CreateMountTargetRequest{
			"none":          nil,
			"twice":         {{SubnetID: efstest.SubnetID}, {SubnetID: efstest.SubnetID}},
			"no subnet":     {{}},
			"for another":   {{SubnetID: efstest.SubnetID, FileSystemID: "fs-76543210"}},
			"a wrong group": {{SubnetID: efstest.SubnetID, SecurityGroups: []string{"x"}}},
		} {
			if _, err := c.EnsureMountTargets(ctx, efstest.FileSystemID, targets); !errors.Is(err, efs.ErrInvalidRequest) {
				t.Errorf("%s: got %v", name, err)
			}
		}

		if err := c.EnsureMountTargetsAbsent(ctx, efstest.FileSystemID, nil); !errors.Is(err, efs.ErrInvalidRequest) {
			t.Errorf("got %v", err)
		}
		must(c.EnsureMountTargetsAbsent(ctx, efstest.FileSystemID, []string{efstest.OtherSubnetID, efstest.ThirdSubnetID}))
		must(c.EnsureMountTargetsAbsent(ctx, "fs-76543210", []string{efstest.SubnetID}))
		out, err := c.DescribeMountTargets(ctx, efs.DescribeMountTargetsRequest{FileSystemID: efstest.FileSystemID})
		if err != nil || len(out.MountTargets) != 1 || out.MountTargets[0].MountTargetID != efstest.MountTargetID {
			t.Errorf("%+v, %v", out, err)
		}
	})
}

// TestRepairAccessPoint sets tags, and nothing of another's.
func TestRepairAccessPoint(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := efstest.NewServer()
		srv.AddFileSystem(otherFileSystem)
		c, ctx := srv.Client(), t.Context()
		ap := mustEnsure(t, c)
		in := createRequest
		in.Tags = []efs.Tag{{Key: "Name", Value: "n"}, {Key: "team", Value: "a"}}
		_, err := c.UntagResource(ctx, efs.UntagResourceRequest{ResourceID: ap.AccessPointID, TagKeys: []string{"accesspoint-key"}})
		must(err)
		r, err := c.RepairAccessPoint(ctx, "k", in)
		if err != nil || len(r.Changed) != 3 || r.Left != nil || r.ResourceID != ap.AccessPointID {
			t.Errorf("%+v, %v", r, err)
		}
		if r, err := c.RepairAccessPoint(ctx, "k", in); err != nil || r.Changed != nil {
			t.Errorf("%+v, %v", r, err)
		}
		in.RootDirectory = &efs.RootDirectory{Path: "/other"}
		in.Tags[0].Value = "m"
		r, err = c.RepairAccessPoint(ctx, "k", in)
		if drift, ok := errors.AsType[*efs.DriftError](err); !ok || len(drift.Fields) != 1 || len(r.Changed) != 1 || r.Left[0].Field != "RootDirectory.Path" {
			t.Errorf("%+v, %v", r, err)
		}
		_, err = c.CreateAccessPoint(ctx, efs.CreateAccessPointRequest{FileSystemID: otherFileSystem, ClientToken: efs.IdempotencyToken(efstest.FileSystemID, "elsewhere", "0")})
		must(err)
		earlier := len(mutations(srv))
		r, err = c.RepairAccessPoint(ctx, "elsewhere", createRequest)
		if !errors.Is(err, efs.ErrDrift) || r.Changed != nil || len(mutations(srv)) != earlier+1 { // the creation that was refused
			t.Errorf("%+v, %v after %v", r, err, mutations(srv))
		}
	})
}
