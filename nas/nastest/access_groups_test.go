package nastest_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

// TestGroupLife takes a permission group and its rules through their life.
func TestGroupLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := nastest.NewServer()
		client, ctx := srv.Client(), t.Context()
		create := nas.CreateAccessGroupRequest{AccessGroupName: "team", AccessGroupType: nas.AccessGroupTypeVPC}
		if _, err := client.CreateAccessGroup(ctx, create); err != nil {
			t.Fatal(err)
		}
		if _, err := client.CreateAccessGroup(ctx, create); !errors.Is(err, nas.CodeAccessGroupAlreadyExisted) || !errors.Is(err, nas.ErrAlreadyExists) {
			t.Error(err)
		}
		var ids []string
		for _, in := range []nas.CreateAccessRuleRequest{
			{SourceCidrIP: "10.0.0.0/8"},
			{SourceCidrIP: "192.0.2.1", RWAccessType: nas.RWAccessReadOnly, UserAccessType: nas.UserAccessAllSquash, Priority: 7},
			{SourceCidrIP: "10.0.0.0/8"}, // rules need not differ
		} {
			in.AccessGroupName = "team"
			out, err := client.CreateAccessRule(ctx, in)
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, out.AccessRuleID)
		}
		if _, err := client.ModifyAccessGroup(ctx, nas.ModifyAccessGroupRequest{AccessGroupName: "team", Description: "who"}); err != nil {
			t.Error(err)
		}
		if _, err := client.ModifyAccessRule(ctx, nas.ModifyAccessRuleRequest{AccessGroupName: "team", AccessRuleID: ids[1], SourceCidrIP: "192.0.2.2"}); err != nil {
			t.Error(err)
		}
		if _, err := client.DeleteAccessRule(ctx, nas.DeleteAccessRuleRequest{AccessGroupName: "team", AccessRuleID: ids[2]}); err != nil {
			t.Error(err)
		}
		var rules []nas.AccessRule
		for rule, err := range client.AccessRules(ctx, nas.DescribeAccessRulesRequest{AccessGroupName: "team", PageSize: 1}) {
			if err != nil {
				t.Fatal(err)
			}
			rules = append(rules, rule)
		}
		rule := func(id, source string) nas.AccessRule {
			return nas.AccessRule{
				AccessRuleID: id, AccessGroupName: "team", FileSystemType: nas.FileSystemTypeStandard, RegionID: nastest.Region,
				SourceCidrIP: source, RWAccess: nas.RWAccessReadWrite, UserAccess: nas.UserAccessNoSquash, Priority: 1, // what was left out
			}
		}
		if d := cmp.Diff([]nas.AccessRule{rule(ids[0], "10.0.0.0/8"), rule(ids[1], "192.0.2.2")}, rules); d != "" {
			t.Errorf("rules (-want +got):\n%s", d)
		}
		var groups []nas.AccessGroup
		for group, err := range client.AccessGroups(ctx, nas.DescribeAccessGroupsRequest{PageSize: 1}) {
			if err != nil {
				t.Fatal(err)
			}
			groups = append(groups, group)
		}
		want := nas.AccessGroup{
			AccessGroupName: "team", AccessGroupType: nas.AccessGroupTypeVPC, FileSystemType: nas.FileSystemTypeStandard, Description: "who",
			RegionID: nastest.Region, RuleCount: 2, CreateTime: "2000-01-01T00:00:00Z",
		}
		if len(groups) != 2 || !cmp.Equal(groups[1], want) {
			t.Errorf("groups %+v, want the default one and %+v", groups, want)
		}
		point := request
		point.AccessGroup = "team"
		created, err := client.CreateAccessPoint(ctx, point)
		if err != nil {
			t.Fatal(err)
		}
		remove := nas.DeleteAccessGroupRequest{AccessGroupName: "team"}
		if _, err := client.DeleteAccessGroup(ctx, remove); !errors.Is(err, nas.CodeInvalidState) || !errors.Is(err, nas.ErrConflict) {
			t.Errorf("in use: %v", err)
		}
		if _, err := client.DeleteAccessPoint(ctx, nas.DeleteAccessPointRequest{FileSystemID: nastest.FileSystemID, AccessPointID: created.AccessPoint.AccessPointID}); err != nil {
			t.Fatal(err)
		}
		if _, err := client.DeleteAccessGroup(ctx, remove); err != nil {
			t.Error(err)
		}
		if _, err := client.DeleteAccessGroup(ctx, remove); !errors.Is(err, nas.CodeAccessGroupNotFound) {
			t.Errorf("gone: %v", err)
		}
		if _, err := client.CreateAccessPoint(ctx, point); !errors.Is(err, nas.CodeAccessGroupNotFound) {
			t.Errorf("an access point without a group: %v", err)
		}
	})
}

// TestGroupRefusals asks for what is not there, or not allowed.
func TestGroupRefusals(t *testing.T) {
	srv := nastest.NewServer()
	srv.AddAccessGroup("team")
	client, ctx := srv.Client(), t.Context()
	for want, send := range map[nas.Code]func() error{
		nas.CodeAccessGroupNotFound: func() error {
			_, err := client.DescribeAccessRules(ctx, nas.DescribeAccessRulesRequest{AccessGroupName: "team", FileSystemType: nas.FileSystemTypeExtreme})
			return err
		},
		nas.CodeAccessRuleNotFound: func() error {
			_, err := client.DeleteAccessRule(ctx, nas.DeleteAccessRuleRequest{AccessGroupName: "team", AccessRuleID: "1"})
			return err
		},
		nas.CodeAccessGroupNotSupportedIPv6: func() error {
			_, err := client.CreateAccessRule(ctx, nas.CreateAccessRuleRequest{AccessGroupName: "team", IPv6SourceCidrIP: "::/0"})
			return err
		},
		nas.CodeRegionNotFound: func() error {
			_, err := client.DescribeZones(ctx, nas.DescribeZonesRequest{RegionID: "none"})
			return err
		},
		nas.CodeResourceIDNotExist: func() error {
			_, err := client.ChangeResourceGroup(ctx, nas.ChangeResourceGroupRequest{ResourceType: nas.ResourceFileSystem, ResourceID: "none", NewResourceGroupID: "rg-1"})
			return err
		},
		nas.CodeResourceGroupNotExist: func() error {
			_, err := client.ChangeResourceGroup(ctx, nas.ChangeResourceGroupRequest{ResourceType: nas.ResourceFileSystem, ResourceID: nastest.FileSystemID, NewResourceGroupID: "none"})
			return err
		},
		nas.CodeOrderOpened: func() error {
			out, err := client.OpenNASService(ctx, nas.OpenNASServiceRequest{})
			if err != nil || out.OrderID == "" {
				t.Errorf("%+v, %v", out, err)
			}
			_, err = client.OpenNASService(ctx, nas.OpenNASServiceRequest{})
			return err
		},
	} {
		if err := send(); !errors.Is(err, want) {
			t.Errorf("want %s, got %v", want, err)
		}
	}
}

// TestPlaces lists regions and zones.
func TestPlaces(t *testing.T) {
	client, ctx := nastest.NewServer().Client(), t.Context()
	var regions []string
	for region, err := range client.Regions(ctx, nas.DescribeRegionsRequest{PageSize: 1}) {
		if err != nil {
			t.Fatal(err)
		}
		regions = append(regions, region.RegionID)
	}
	if d := cmp.Diff([]string{nastest.Region, "cn-shanghai"}, regions); d != "" {
		t.Error(d)
	}
	out, err := client.DescribeZones(ctx, nas.DescribeZonesRequest{})
	if err != nil {
		t.Fatal(err)
	}
	zone := out.Zones[0]
	if len(out.Zones) != 2 || zone.ZoneID != "cn-hangzhou-g" || zone.Capacity[0] != "NFS" || zone.InstanceTypes[1].ProtocolType != "SMB" {
		t.Errorf("%+v", out)
	}
}

// TestGroupLag has lists that show what groups and rules were.
func TestGroupLag(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := nastest.NewServer()
		client, ctx := srv.Client(), t.Context()
		srv.AddAccessGroup("team")
		out, err := client.CreateAccessRule(ctx, nas.CreateAccessRuleRequest{AccessGroupName: "team", SourceCidrIP: "10.0.0.1"})
		if err != nil {
			t.Fatal(err)
		}
		<-time.After(time.Minute)
		srv.Disturb(nastest.Disturbance{Lag: 10 * time.Second})
		if _, err := client.ModifyAccessRule(ctx, nas.ModifyAccessRuleRequest{AccessGroupName: "team", AccessRuleID: out.AccessRuleID, SourceCidrIP: "10.0.0.2"}); err != nil {
			t.Fatal(err)
		}
		seen := map[string]int{}
		for range 20 {
			<-time.After(time.Second)
			list, err := client.DescribeAccessRules(ctx, nas.DescribeAccessRulesRequest{AccessGroupName: "team"})
			if err != nil {
				t.Fatal(err)
			}
			seen[list.AccessRules[0].SourceCidrIP]++
		}
		if seen["10.0.0.1"] == 0 || seen["10.0.0.2"] < 10 {
			t.Error(seen)
		}
	})
}
