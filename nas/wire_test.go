package nas_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/nas"
)

const created = `{"RequestId":"98696EF0-1607-4E9D-B01D-F20930B6AAAA\n","AccessPoint":{"AccessPointDomain":"ap-ie15ydanoz.001014abcd-w1234.cn-hangzhou.nas.aliyuncs.com","AccessPointId":"ap-ie15ydabcd"}}`

// requests has one request for each operation, with all its parameters, by the
// name of its golden file.
var requests = map[string]any{
	"DescribeFileSystems": nas.DescribeFileSystemsRequest{
		FileSystemID: "31a8e4abcd", FileSystemTypes: []nas.FileSystemType{nas.FileSystemTypeStandard, nas.FileSystemTypeExtreme},
		StorageType: nas.StorageCapacity, VpcID: "vpc-1", ResourceGroupID: "rg-1", Tags: []nas.Tag{{Key: "team"}}, PageNumber: 2, PageSize: 100,
	},
	"GetRecycleBinAttribute": nas.GetRecycleBinAttributeRequest{FileSystemID: "31a8e4abcd"},
	"CreateDir": nas.CreateDirRequest{
		FileSystemID: "31a8e4abcd", RootDirectory: "/pvc-1/a_b.c", OwnerUserID: new(uint32(0)), OwnerGroupID: new(uint32(4294967295)), Permission: "0750", Recursion: new(false),
	},
	"SetDirQuota": nas.SetDirQuotaRequest{
		FileSystemID: "31a8e4abcd", Path: "/a b", UserType: nas.UserTypeUID, UserID: new(uint32(0)), QuotaType: nas.QuotaEnforcement,
		SizeLimit: new(int64(0)), FileCountLimit: new(int64(1_000_000_000)),
	},
	"CancelDirQuota":    nas.CancelDirQuotaRequest{FileSystemID: "31a8e4abcd", Path: "/a b", UserType: nas.UserTypeGID, UserID: new(uint32(7))},
	"DescribeDirQuotas": nas.DescribeDirQuotasRequest{FileSystemID: "31a8e4abcd", Path: "/a b", PageNumber: 2, PageSize: 100},
	"CreateAgenticSpace": nas.CreateAgenticSpaceRequest{
		FileSystemID: "31a8e4agen", FileSystemPath: "/a b/", Azone: "cn-hangzhou-g", Description: "agent's", ClientToken: "token-1",
		Quota: nas.AgenticSpaceQuota{SizeLimit: 1000 << 40, FileCountLimit: 100_000_000},
	},
	"GetAgenticSpace": nas.GetAgenticSpaceRequest{FileSystemID: "31a8e4agen", AgenticSpaceID: "agentic-1"},
	"DescribeAgenticSpaces": nas.DescribeAgenticSpacesRequest{
		FileSystemID: "31a8e4agen", Filters: []nas.AgenticSpaceFilter{{Key: nas.FilterAgenticSpaceIDs, Value: "agentic-1"}}, NextToken: "n", MaxResults: 100,
	},
	"ModifyAgenticSpace": nas.ModifyAgenticSpaceRequest{
		FileSystemID: "31a8e4agen", AgenticSpaceID: "agentic-1", Description: new(""), ClientToken: "token-1", DryRun: true,
	},
	"SetAgenticSpaceQuota": nas.SetAgenticSpaceQuotaRequest{
		FileSystemID: "31a8e4agen", AgenticSpaceID: "agentic-1", SizeLimit: 10 << 30, FileCountLimit: 10_000, ClientToken: "token-1", DryRun: true,
	},
	"DeleteAgenticSpace": nas.DeleteAgenticSpaceRequest{FileSystemID: "31a8e4agen", AgenticSpaceID: "agentic-1", ClientToken: "token-1", DryRun: true},
	"CreateAccessPoint": nas.CreateAccessPointRequest{
		FileSystemID: "31a8e4abcd", VpcID: "vpc-1", VSwitchID: "vsw-1",
		AccessGroup: "DEFAULT_VPC_GROUP_NAME", AccessPointName: "a b*~+/", RootDirectory: "/data/a", EnabledRAM: true,
		OwnerUserID: new(uint32(0)), OwnerGroupID: new(uint32(4294967295)), Permission: "0750",
		PosixUserID: new(uint32(0)), PosixGroupID: new(uint32(123)), PosixSecondaryGroupIDs: []uint32{0, 345},
		Tags: []nas.Tag{{Key: "team", Value: "研发"}, {Key: "env", Value: "prod"}},
	},
	"DescribeAccessPoint": nas.DescribeAccessPointRequest{FileSystemID: "31a8e4abcd", AccessPointID: "ap-1"},
	"DescribeAccessPoints": nas.DescribeAccessPointsRequest{
		FileSystemID: "31a8e4abcd", AccessGroup: "g", Tags: []nas.Tag{{Key: "team"}}, NextToken: "a+/==", MaxResults: 10,
	},
	"ListAccessPoints": nas.ListAccessPointsRequest{
		FileSystemID: "31a8e4abcd", Filters: []nas.Filter{{Name: nas.FilterAccessGroup, Value: "g"}}, NextToken: "n", MaxResults: 100,
	},
	"ModifyAccessPoint": nas.ModifyAccessPointRequest{
		FileSystemID: "31a8e4abcd", AccessPointID: "ap-1", AccessPointName: new(""), EnabledRAM: new(false),
	},
	"DeleteAccessPoint": nas.DeleteAccessPointRequest{FileSystemID: "31a8e4abcd", AccessPointID: "ap-1"},
	"CreateAccessGroup": nas.CreateAccessGroupRequest{
		AccessGroupName: "group-1", AccessGroupType: nas.AccessGroupTypeVPC, FileSystemType: nas.FileSystemTypeStandard, Description: "who may mount",
	},
	"DescribeAccessGroups": nas.DescribeAccessGroupsRequest{
		AccessGroupName: "group-1", FileSystemType: nas.FileSystemTypeCPFS, UseUTCDateTime: new(false), PageNumber: 2, PageSize: 100,
	},
	"ModifyAccessGroup": nas.ModifyAccessGroupRequest{AccessGroupName: "group-1", FileSystemType: nas.FileSystemTypeExtreme, Description: "who"},
	"DeleteAccessGroup": nas.DeleteAccessGroupRequest{AccessGroupName: "group-1", FileSystemType: nas.FileSystemTypeExtreme},
	"CreateAccessRule": nas.CreateAccessRuleRequest{
		AccessGroupName: "group-1", FileSystemType: nas.FileSystemTypeStandard, SourceCidrIP: "10.0.0.0/8",
		RWAccessType: nas.RWAccessReadOnly, UserAccessType: nas.UserAccessRootSquash, Priority: 100,
	},
	"CreateAccessRule-ipv6": nas.CreateAccessRuleRequest{AccessGroupName: "group-1", IPv6SourceCidrIP: "2001:db8::/32"},
	"DescribeAccessRules": nas.DescribeAccessRulesRequest{
		AccessGroupName: "group-1", FileSystemType: nas.FileSystemTypeStandard, AccessRuleID: "1", PageNumber: 2, PageSize: 100,
	},
	"ModifyAccessRule": nas.ModifyAccessRuleRequest{
		AccessGroupName: "group-1", AccessRuleID: "1", FileSystemType: nas.FileSystemTypeExtreme, IPv6SourceCidrIP: "2001:db8::1",
		RWAccessType: nas.RWAccessReadWrite, UserAccessType: nas.UserAccessAllSquash, Priority: 1,
	},
	"DeleteAccessRule": nas.DeleteAccessRuleRequest{AccessGroupName: "group-1", AccessRuleID: "1", FileSystemType: nas.FileSystemTypeExtreme},
	"DescribeRegions":  nas.DescribeRegionsRequest{FileSystemType: "all", PageNumber: 2, PageSize: 100},
	"DescribeZones":    nas.DescribeZonesRequest{RegionID: "cn-shanghai", FileSystemType: nas.FileSystemTypeExtreme},
	"ChangeResourceGroup": nas.ChangeResourceGroupRequest{
		RegionID: "cn-shanghai", ResourceType: nas.ResourceFileSystem, ResourceID: "31a8e4abcd", NewResourceGroupID: "rg-1",
	},
	"OpenNASService": nas.OpenNASServiceRequest{},
	"CreateFileSystem": nas.CreateFileSystemRequest{
		FileSystemType: nas.FileSystemTypeExtreme, StorageType: nas.StorageExtremeAdvance, ProtocolType: nas.ProtocolNFS, ZoneID: "cn-hangzhou-b",
		Capacity: 100, Bandwidth: 200, Description: "files", ChargeType: nas.ChargeSubscription, Duration: 1, EncryptType: nas.EncryptOwnKey, KMSKeyID: "key-1",
		VpcID: "vpc-1", VSwitchID: "vsw-1", RedundancyType: "ZRS", RedundancyVSwitchIDs: []string{"vsw-1", "vsw-2", "vsw-3"}, SnapshotID: "s-1",
		ResourceGroupID: "rg-1", Tags: []nas.Tag{{Key: "team", Value: "研发"}}, ClientToken: "token", DryRun: true,
	},
	"CreateFileSystem-standard": nas.CreateFileSystemRequest{StorageType: nas.StoragePerformance, ProtocolType: nas.ProtocolNFS},
	"ModifyFileSystem": nas.ModifyFileSystemRequest{
		FileSystemID: "31a8e4abcd", Description: "files",
		Options: &nas.ModifyFileSystemOptions{EnableABE: new(true), EnableOplock: new(false), VscAccessPointAccessOnly: new(true)},
	},
	"DeleteFileSystem": nas.DeleteFileSystemRequest{FileSystemID: "31a8e4abcd"},
	"CreateMountTarget": nas.CreateMountTargetRequest{
		FileSystemID: "31a8e4abcd", NetworkType: "Vpc", VpcID: "vpc-1", VSwitchID: "vsw-1", AccessGroupName: "g", SecurityGroupID: "sg-1", EnableIPv6: true, DryRun: true,
	},
	"DescribeMountTargets": nas.DescribeMountTargetsRequest{
		FileSystemID: "31a8e4abcd", MountTargetDomain: "m", DualStackMountTargetDomain: "d", PageNumber: 2, PageSize: 100,
	},
	"ModifyMountTarget": nas.ModifyMountTargetRequest{
		FileSystemID: "31a8e4abcd", MountTargetDomain: "m", DualStackMountTargetDomain: "d", AccessGroupName: "g", Status: nas.MountTargetInactive, AccessPointAccessOnly: new(false),
	},
	"DeleteMountTarget": nas.DeleteMountTargetRequest{FileSystemID: "31a8e4abcd", MountTargetDomain: "m"},
	"CreateCpfsAccessPoint": nas.CreateCpfsAccessPointRequest{
		FileSystemID: "bmcpfs-1", Description: "d", RootDirectory: nas.CpfsRootDirectory{RootPath: "/path/"},
	},
	"DescribeCpfsAccessPoints": nas.DescribeCpfsAccessPointsRequest{FileSystemID: "bmcpfs-1", AccessPointID: "ap-1", PageNumber: 2, PageSize: 100},
	"ModifyCpfsAccessPoint":    nas.ModifyCpfsAccessPointRequest{FileSystemID: "bmcpfs-1", AccessPointID: "ap-1", Description: new("")},
	"DeleteCpfsAccessPoint":    nas.DeleteCpfsAccessPointRequest{RegionID: "cn-shanghai", FileSystemID: "bmcpfs-1", AccessPointID: "ap-1"},
	"DescribeCpfsAccessPointMountedClients": nas.DescribeCpfsAccessPointMountedClientsRequest{
		FileSystemID: "bmcpfs-1", AccessPointID: "ap-1", PageNumber: 2, PageSize: 100,
	},
	"TagResources": nas.TagResourcesRequest{
		ResourceType: nas.ResourceAccessPoint, ResourceIDs: []string{"ap-1", "ap-2"}, Tags: []nas.Tag{{Key: "team", Value: "研发"}},
	},
	"UntagResources": nas.UntagResourcesRequest{
		ResourceType: nas.ResourceFileSystem, ResourceIDs: []string{"fs-1"}, TagKeys: []string{"env", "部门"}, All: true,
	},
	"ListTagResources": nas.ListTagResourcesRequest{
		ResourceType: nas.ResourceAccessPoint, ResourceIDs: []string{"ap-1"}, Tags: []nas.Tag{{Key: "team"}}, NextToken: "n",
	},
}

// TestVectors sends what an official SDK was recorded sending, and reads what it
// was answered.
func TestVectors(t *testing.T) {
	vectors := wiretest.Vectors(t, "testdata/vectors")
	create := func(change func(*nas.CreateAccessPointRequest)) func(context.Context, *nas.Client) (any, error) {
		in := nas.CreateAccessPointRequest{FileSystemID: "31a8e4abcd", VpcID: "vpc-1", VSwitchID: "vsw-1"}
		if change != nil {
			change(&in)
		}
		return func(ctx context.Context, c *nas.Client) (any, error) { return c.CreateAccessPoint(ctx, in) }
	}
	describe := func(ctx context.Context, c *nas.Client) (any, error) {
		return c.DescribeAccessPoint(ctx, nas.DescribeAccessPointRequest{FileSystemID: "31a8e4abcd", AccessPointID: "ap-ie15ydabcd"})
	}
	quota := func(change func(*nas.SetDirQuotaRequest)) func(context.Context, *nas.Client) (any, error) {
		in := nas.SetDirQuotaRequest{FileSystemID: "31a8e4abcd", Path: "/data/sub1", UserType: nas.UserTypeAll, QuotaType: nas.QuotaAccounting}
		change(&in)
		return func(ctx context.Context, c *nas.Client) (any, error) { return c.SetDirQuota(ctx, in) }
	}
	for name, send := range map[string]func(context.Context, *nas.Client) (any, error){
		"031-nas-describe-agentic-spaces": func(ctx context.Context, c *nas.Client) (any, error) {
			return c.DescribeAgenticSpaces(ctx, nas.DescribeAgenticSpacesRequest{
				FileSystemID: "1ca404abcd", Filters: []nas.AgenticSpaceFilter{{Key: nas.FilterAgenticSpaceIDs, Value: "agentic-1"}}, MaxResults: 20,
			})
		},
		"more_nas-gas-ok": func(ctx context.Context, c *nas.Client) (any, error) {
			return c.GetAgenticSpace(ctx, nas.GetAgenticSpaceRequest{FileSystemID: "31a8e4abcd", AgenticSpaceID: "agentic-229oypxjgpau2abcd"})
		},
		"more_nas-xas-ok": func(ctx context.Context, c *nas.Client) (any, error) {
			return c.DeleteAgenticSpace(ctx, nas.DeleteAgenticSpaceRequest{
				FileSystemID: "31a8e4abcd", AgenticSpaceID: "agentic-229oypxjgpau2abcd", ClientToken: "tok-3",
			})
		},
		"more_nas-rba-enabled": func(ctx context.Context, c *nas.Client) (any, error) {
			return c.GetRecycleBinAttribute(ctx, nas.GetRecycleBinAttributeRequest{FileSystemID: "31a8e4abcd"})
		},
		"more_nas-dir-all": func(ctx context.Context, c *nas.Client) (any, error) {
			return c.CreateDir(ctx, nas.CreateDirRequest{
				FileSystemID: "31a8e4abcd", RootDirectory: "/test", OwnerUserID: new(uint32(2147483647)), OwnerGroupID: new(uint32(123)), Permission: "0755", Recursion: new(false),
			})
		},
		"more_nas-dir-ok": func(ctx context.Context, c *nas.Client) (any, error) {
			return c.CreateDir(ctx, nas.CreateDirRequest{
				FileSystemID: "31a8e4abcd", RootDirectory: "/pvc-1/a_b.c-d", OwnerUserID: new(uint32(0)), OwnerGroupID: new(uint32(0)), Permission: "0777",
			})
		},
		"more_nas-sdq-enforce": quota(func(in *nas.SetDirQuotaRequest) {
			in.QuotaType, in.SizeLimit, in.FileCountLimit = nas.QuotaEnforcement, new(int64(1024)), new(int64(10000))
		}),
		"more_nas-sdq-success-text": quota(func(in *nas.SetDirQuotaRequest) {}),
		"more_nas-sdq-uid": quota(func(in *nas.SetDirQuotaRequest) {
			in.Path, in.UserType, in.UserID = "/", nas.UserTypeUID, new(uint32(500))
		}),
		"more_nas-xdq-ok": func(ctx context.Context, c *nas.Client) (any, error) {
			return c.CancelDirQuota(ctx, nas.CancelDirQuotaRequest{FileSystemID: "31a8e4abcd", Path: "/data/sub1", UserType: nas.UserTypeAll})
		},
		"more_nas-ddq-page": func(ctx context.Context, c *nas.Client) (any, error) {
			return c.DescribeDirQuotas(ctx, nas.DescribeDirQuotasRequest{FileSystemID: "31a8e4abcd", PageNumber: 1, PageSize: 100})
		},
		"001-nas-create-access-point-min": create(nil),
		"002-nas-create-access-point-all": create(func(in *nas.CreateAccessPointRequest) {
			*in = nas.CreateAccessPointRequest{
				FileSystemID: "31a8e4abcd", AgenticSpaceID: "agentic-229oypxjgpau2abcd", AccessGroup: "DEFAULT_VPC_GROUP_NAME",
				AccessPointName: "test", EnabledRAM: true, OwnerUserID: new(uint32(1)), OwnerGroupID: new(uint32(1)), Permission: "0755",
				PosixUserID: new(uint32(123)), PosixGroupID: new(uint32(123)), PosixSecondaryGroupIDs: []uint32{123, 345}, RootDirectory: "/data/a",
				Tags:  []nas.Tag{{Key: "TestKey", Value: "TestValue"}, {Key: "env", Value: "prod"}},
				VpcID: "vpc-2zesj9afh3y518k9oabcd", VSwitchID: "vsw-2zevmwkwyztjuoffgabcd",
			}
		}),
		"004-nas-create-access-point-special-chars": create(func(in *nas.CreateAccessPointRequest) {
			in.AccessPointName = "a b*~+/%=&?#@!$'(),;:[]|\\\"<>^`{}"
			in.RootDirectory = "/dir with space/plus+star*tilde~percent%20"
		}),
		"005-nas-create-access-point-unicode": create(func(in *nas.CreateAccessPointRequest) {
			in.AccessPointName = "接入点-é-😀"
			in.Tags = []nas.Tag{{Key: "部门", Value: "研发 一部"}}
		}),
		"010-nas-create-access-point-tag-key-only": create(func(in *nas.CreateAccessPointRequest) {
			in.Tags = []nas.Tag{{Key: "only-key"}, {Value: "only-value"}}
		}),
		"013-nas-describe-access-point":     describe,
		"014-nas-describe-access-point-sts": describe,
		"016-nas-list-access-points": func(ctx context.Context, c *nas.Client) (any, error) {
			return c.ListAccessPoints(ctx, nas.ListAccessPointsRequest{
				FileSystemID: "0913nx15amuix9aabcd", MaxResults: 20, NextToken: "52frCAAAAABoZS90cm+/==",
				Filters: []nas.Filter{{Name: nas.FilterAccessPointID, Value: "ap-1"}, {Name: nas.FilterAccessGroup, Value: "DEFAULT_VPC_GROUP_NAME"}},
			})
		},
		"017-nas-modify-access-point": func(ctx context.Context, c *nas.Client) (any, error) {
			return c.ModifyAccessPoint(ctx, nas.ModifyAccessPointRequest{
				FileSystemID: "1ca404abcd", AccessPointID: "ap-ie15ydabcd", AccessPointName: new("renamed"),
				AccessGroup: new("DEFAULT_VPC_GROUP_NAME"), EnabledRAM: new(false),
			})
		},
		"019-nas-tag-resources": func(ctx context.Context, c *nas.Client) (any, error) {
			return c.TagResources(ctx, nas.TagResourcesRequest{
				ResourceType: nas.ResourceAccessPoint, ResourceIDs: []string{"ap-1", "ap-2"}, Tags: []nas.Tag{{Key: "env", Value: "prod"}},
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			v := vectors[name]
			r := wiretest.Answering(v.Answer())
			out, err := send(t.Context(), newClient(t, r, func(c *nas.Config) { c.SkipValidation = true }))
			if err != nil {
				t.Fatal(err)
			}
			v.Agree(t, r.Last(t))
			var sdk struct {
				Body map[string]any `json:"body"`
			}
			// The official SDK has the IDs of users as texts.
			decoded := strings.NewReplacer(`"UserId": "500"`, `"UserId": 500`, `"UserId": ""`, `"UserId": null`).Replace(string(v.Decoded))
			if err := json.Unmarshal([]byte(decoded), &sdk); err != nil {
				t.Fatal(err)
			}
			for name, member := range sdk.Body { // a list that only the wire has a name for
				if wrapped, ok := member.(map[string]any); ok && len(wrapped) == 1 {
					for _, list := range wrapped {
						sdk.Body[name] = list
					}
				}
			}
			text, _ := json.Marshal(out)
			var ours map[string]any
			_ = json.Unmarshal(text, &ours)
			if d := cmp.Diff(sdk.Body, wiretest.Within(ours, sdk.Body)); d != "" {
				t.Errorf("answer (-official +ours):\n%s", d)
			}
		})
	}
}
