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
	"CreateAccessGroup":    func() requests.AcsRequest { return old.CreateCreateAccessGroupRequest() },
	"DescribeAccessGroups": func() requests.AcsRequest { return old.CreateDescribeAccessGroupsRequest() },
	"ModifyAccessGroup":    func() requests.AcsRequest { return old.CreateModifyAccessGroupRequest() },
	"DeleteAccessGroup":    func() requests.AcsRequest { return old.CreateDeleteAccessGroupRequest() },
	"CreateAccessRule":     func() requests.AcsRequest { return old.CreateCreateAccessRuleRequest() },
	"DescribeAccessRules":  func() requests.AcsRequest { return old.CreateDescribeAccessRulesRequest() },
	"ModifyAccessRule":     func() requests.AcsRequest { return old.CreateModifyAccessRuleRequest() },
	"DeleteAccessRule":     func() requests.AcsRequest { return old.CreateDeleteAccessRuleRequest() },
	"DescribeRegions":      func() requests.AcsRequest { return old.CreateDescribeRegionsRequest() },
	"DescribeZones":        func() requests.AcsRequest { return old.CreateDescribeZonesRequest() },
	"OpenNASService":       func() requests.AcsRequest { return old.CreateOpenNASServiceRequest() },
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
