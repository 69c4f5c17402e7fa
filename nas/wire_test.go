package nas_test

import (
	"context"
	"encoding/json"
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
	for name, send := range map[string]func(context.Context, *nas.Client) (any, error){
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
			if err := json.Unmarshal(v.Decoded, &sdk); err != nil {
				t.Fatal(err)
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
