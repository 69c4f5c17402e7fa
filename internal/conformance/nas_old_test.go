package conformance

import (
	"net/http"
	"testing"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	old "github.com/aliyun/alibaba-cloud-sdk-go/services/nas"

	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

// oldNAS are the operations that alibaba-cloud-sdk-go has: none on access points.
var oldNAS = map[string]func() requests.AcsRequest{
	"DescribeFileSystems":    func() requests.AcsRequest { return old.CreateDescribeFileSystemsRequest() },
	"GetRecycleBinAttribute": func() requests.AcsRequest { return old.CreateGetRecycleBinAttributeRequest() },
	"SetDirQuota":            func() requests.AcsRequest { return old.CreateSetDirQuotaRequest() },
	"CancelDirQuota":         func() requests.AcsRequest { return old.CreateCancelDirQuotaRequest() },
	"DescribeDirQuotas":      func() requests.AcsRequest { return old.CreateDescribeDirQuotasRequest() },
	"TagResources":           func() requests.AcsRequest { return old.CreateTagResourcesRequest() },
	"UntagResources":         func() requests.AcsRequest { return old.CreateUntagResourcesRequest() },
	"ListTagResources":       func() requests.AcsRequest { return old.CreateListTagResourcesRequest() },
	"CreateAccessGroup":      func() requests.AcsRequest { return old.CreateCreateAccessGroupRequest() },
	"DescribeAccessGroups":   func() requests.AcsRequest { return old.CreateDescribeAccessGroupsRequest() },
	"ModifyAccessGroup":      func() requests.AcsRequest { return old.CreateModifyAccessGroupRequest() },
	"DeleteAccessGroup":      func() requests.AcsRequest { return old.CreateDeleteAccessGroupRequest() },
	"CreateAccessRule":       func() requests.AcsRequest { return old.CreateCreateAccessRuleRequest() },
	"DescribeAccessRules":    func() requests.AcsRequest { return old.CreateDescribeAccessRulesRequest() },
	"ModifyAccessRule":       func() requests.AcsRequest { return old.CreateModifyAccessRuleRequest() },
	"DeleteAccessRule":       func() requests.AcsRequest { return old.CreateDeleteAccessRuleRequest() },
	"DescribeRegions":        func() requests.AcsRequest { return old.CreateDescribeRegionsRequest() },
	"DescribeZones":          func() requests.AcsRequest { return old.CreateDescribeZonesRequest() },
	"CreateFileSystem":       func() requests.AcsRequest { return old.CreateCreateFileSystemRequest() },
	"ModifyFileSystem":       func() requests.AcsRequest { return old.CreateModifyFileSystemRequest() },
	"DeleteFileSystem":       func() requests.AcsRequest { return old.CreateDeleteFileSystemRequest() },
	"CreateMountTarget":      func() requests.AcsRequest { return old.CreateCreateMountTargetRequest() },
	"DescribeMountTargets":   func() requests.AcsRequest { return old.CreateDescribeMountTargetsRequest() },
	"ModifyMountTarget":      func() requests.AcsRequest { return old.CreateModifyMountTargetRequest() },
	"DeleteMountTarget":      func() requests.AcsRequest { return old.CreateDeleteMountTargetRequest() },
	"OpenNASService":         func() requests.AcsRequest { return old.CreateOpenNASServiceRequest() },
}

var oldNASPeer = &peer{
	name: "old",
	client: func(e env, rt http.RoundTripper) (any, error) {
		return newOld(e.orEndpointOf("nas"), rt, func(e env) (oldSDK, error) {
			if e.token != "" {
				return old.NewClientWithStsToken(e.region, e.id, e.secret, e.token)
			}
			return old.NewClientWithAccessKey(e.region, e.id, e.secret)
		})
	},
	call: oldCall(oldNAS), prune: oldPrune(oldNAS), failure: oldFailure,
	has: func(operation string) bool { return oldNAS[operation] != nil },
}

// TestLifeNASOld runs the life of permission groups with the SDK.
func TestLifeNASOld(t *testing.T) {
	e := serve(t, nastest.NewServer())
	e.region, e.id, e.secret = nastest.Region, nastest.AccessKeyID, nastest.AccessKeySecret
	client, err := oldNASPeer.client(e, http.DefaultTransport)
	if err != nil {
		t.Fatal(err)
	}
	do := func(operation string, in tree) map[string]string {
		t.Helper()
		out, err := oldNASPeer.do(client, operation, in)
		if err != nil {
			t.Fatal(operation, err)
		}
		facts, _ := flatten(out)
		return facts
	}
	expect := func(got map[string]string, name, want string) {
		t.Helper()
		if got[name] != want {
			t.Errorf("%s is %q, want %q", name, got[name], want)
		}
	}
	group := tree{"AccessGroupName": "team"}
	expect(do("CreateAccessGroup", tree{"AccessGroupName": "team", "AccessGroupType": "Vpc"}), "AccessGroupName", "team")
	do("ModifyAccessGroup", tree{"AccessGroupName": "team", "Description": "who may mount"})
	rule := do("CreateAccessRule", tree{"AccessGroupName": "team", "SourceCidrIp": "10.0.0.0/8", "Priority": "7"})["AccessRuleId"]
	do("CreateAccessRule", tree{"AccessGroupName": "team", "SourceCidrIp": "192.0.2.1"})
	got := do("DescribeAccessGroups", group)
	for name, want := range map[string]string{"Description": "who may mount", "RuleCount": "2", "AccessGroupType": "Vpc"} {
		expect(got, "AccessGroups.1."+name, want)
	}
	do("ModifyAccessRule", tree{"AccessGroupName": "team", "AccessRuleId": rule, "SourceCidrIp": "10.0.0.0/8", "RWAccessType": "RDONLY", "UserAccessType": "all_squash"})
	got = do("DescribeAccessRules", tree{"AccessGroupName": "team", "AccessRuleId": rule})
	for name, want := range map[string]string{"SourceCidrIp": "10.0.0.0/8", "RWAccess": "RDONLY", "UserAccess": "all_squash", "Priority": "1"} {
		expect(got, "AccessRules.1."+name, want)
	}
	got = do("DescribeAccessRules", tree{"AccessGroupName": "team", "PageSize": "1", "PageNumber": "2"})
	expect(got, "TotalCount", "2")
	expect(got, "AccessRules.1.SourceCidrIp", "192.0.2.1")
	do("DeleteAccessRule", tree{"AccessGroupName": "team", "AccessRuleId": rule})
	do("DeleteAccessGroup", group)
	_, err = oldNASPeer.do(client, "DescribeAccessRules", group)
	if f, _ := oldFailure(err); f.Code != "InvalidAccessGroup.NotFound" || f.Status != 404 || f.RequestID == "" {
		t.Errorf("got %v", err)
	}
	expect(do("DescribeRegions", nil), "Regions.1.RegionId", nastest.Region)
	expect(do("DescribeZones", nil), "Zones.1.Capacity.1", "nfs")
	if do("OpenNASService", nil)["OrderId"] == "" {
		t.Error("no order")
	}
}

// TestLifeOldQuotas runs the life of quotas and tags with the SDK.
func TestLifeOldQuotas(t *testing.T) {
	e := serve(t, nastest.NewServer())
	e.region, e.id, e.secret = nastest.Region, nastest.AccessKeyID, nastest.AccessKeySecret
	client, err := oldNASPeer.client(e, http.DefaultTransport)
	if err != nil {
		t.Fatal(err)
	}
	do := func(operation string, in tree) map[string]string {
		t.Helper()
		out, err := oldNASPeer.do(client, operation, in)
		if err != nil {
			t.Fatal(operation, err)
		}
		facts, _ := flatten(out)
		return facts
	}
	expect := func(got map[string]string, want map[string]string) {
		t.Helper()
		for name, value := range want {
			if got[name] != value {
				t.Errorf("%s is %q, want %q", name, got[name], value)
			}
		}
	}
	fs := tree{"FileSystemId": nastest.FileSystemID}
	root := union(fs, tree{"Path": "/", "UserType": "Gid", "UserId": "7"})
	expect(do("SetDirQuota", union(root, tree{"QuotaType": "Enforcement", "SizeLimit": "10"})), map[string]string{"Success": "true"})
	expect(do("DescribeDirQuotas", fs), map[string]string{
		"TotalCount": "1", "DirQuotaInfos.1.Path": "/", "DirQuotaInfos.1.Status": "Normal",
		"DirQuotaInfos.1.UserQuotaInfos.1.UserId": "7", "DirQuotaInfos.1.UserQuotaInfos.1.SizeLimit": "10",
	})
	expect(do("CancelDirQuota", root), map[string]string{"Success": "true"})
	_, err = oldNASPeer.do(client, "CancelDirQuota", root)
	if f, _ := oldFailure(err); f.Code != "InvalidParameter.QuotaNotExistOnPath" || f.Status != 404 || f.RequestID == "" {
		t.Errorf("got %v", err)
	}
	expect(do("GetRecycleBinAttribute", fs), map[string]string{"RecycleBinAttribute.Status": "Disable"})
	tagged := tree{"ResourceType": "filesystem", "ResourceId": []any{nastest.FileSystemID}}
	do("TagResources", union(tagged, tree{"Tag": []any{tree{"Key": "k", "Value": "v"}}}))
	expect(do("ListTagResources", tagged), map[string]string{"TagResources.1.TagKey": "k", "TagResources.1.ResourceType": "filesystem"})
	expect(do("DescribeFileSystems", tree{"Tag": []any{tree{"Key": "k", "Value": "v"}}}), map[string]string{
		"TotalCount": "1", "FileSystems.1.FileSystemId": nastest.FileSystemID, "FileSystems.1.Status": "Running", "FileSystems.1.Tags.1.Key": "k",
	})
	do("UntagResources", union(tagged, tree{"TagKey": []any{"k"}}))
	expect(do("ListTagResources", tagged), map[string]string{"TagResources.1.TagKey": ""})
}
