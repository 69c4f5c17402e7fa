package conformance

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"testing"
	"time"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	openapiutil "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	"github.com/alibabacloud-go/tea/dara"
	"github.com/alibabacloud-go/tea/tea"

	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

// The SDK of NAS is not on the module proxy. Its methods do no more than this
// file: they name an operation and hand its parameters to the generic client.

func init() {
	services = append(services, &service{
		name: "nas",
		ours: func(e env, rt http.RoundTripper) (any, error) {
			network := nas.NetworkPublic
			if e.internal {
				network = nas.NetworkVPC
			}
			return nas.New(nas.Config{
				Region: e.region, Endpoint: e.endpoint, Network: network, MaxAttempts: 1, HTTPClient: &http.Client{Transport: rt},
				Credentials: nas.StaticCredentials{AccessKeyID: e.id, AccessKeySecret: e.secret, SecurityToken: e.token},
			})
		},
		peers: []*peer{{name: "tea", client: newTeaNAS, call: callTeaNAS, failure: teaFailure}, oldNASPeer},
		env:   rpcEnv,
		sign:  signACS3,
		fake: func() (http.Handler, func(string, fake.Refusal)) {
			s := nastest.NewServer()
			return s, func(operation string, r fake.Refusal) {
				s.Fail(operation, nas.APIError{StatusCode: r.Status, Code: nas.Code(r.Code), Message: r.Message})
			}
		},
		failure: func(err error) (failure, bool) {
			e, ok := errors.AsType[*nas.APIError](err)
			if !ok {
				return failure{}, false
			}
			return failure{string(e.Code), e.StatusCode, e.RequestID}, true
		},
		inputs: map[string]func(*gen) tree{
			"DescribeFileSystems": func(g *gen) tree {
				in := tree{}
				for _, name := range []string{"FileSystemId", "VpcId", "StorageType"} {
					g.maybe(in, name, func() any { return g.text(1, 20) })
				}
				g.maybe(in, "FileSystemType", func() any { return pick(g, "all", "standard,extreme", "cpfs") })
				g.maybe(in, "PageNumber", func() any { return g.number(1, 1000) })
				g.maybe(in, "PageSize", func() any { return g.number(1, 100) })
				g.maybe(in, "Tag", func() any { return nasTags(g) })
				return in
			},
			"GetRecycleBinAttribute": func(g *gen) tree { return tree{"FileSystemId": g.text(1, 20)} },
			"CreateDir": func(g *gen) tree {
				in := tree{
					"FileSystemId": g.text(1, 20), "RootDirectory": "/" + g.from([]rune("aZ09_-/"), 0, 30), "OwnerUserId": g.posix(), "OwnerGroupId": g.posix(),
					"Permission": pick(g, "", "0") + g.from([]rune("01234567"), 3, 3),
				}
				g.maybe(in, "Recursion", func() any { return g.IntN(2) == 0 })
				return in
			},
			"SetDirQuota": func(g *gen) tree {
				in := nasQuota(g)
				in["QuotaType"] = pick(g, "Accounting", "Enforcement")
				in["SizeLimit"] = g.number(0, 10_000_000)
				g.maybe(in, "FileCountLimit", func() any { return g.number(0, 1_000_000_000) })
				return in
			},
			"CancelDirQuota": nasQuota,
			"DescribeDirQuotas": func(g *gen) tree {
				in := tree{"FileSystemId": g.text(1, 20)}
				g.maybe(in, "Path", func() any { return "/" + g.text(0, 30) })
				g.maybe(in, "PageNumber", func() any { return g.number(1, 1000) })
				g.maybe(in, "PageSize", func() any { return g.number(1, 100) })
				return in
			},
			"CreateAgenticSpace": func(g *gen) tree {
				in := tree{
					"FileSystemId": g.text(1, 20), "FileSystemPath": "/" + g.word(1, 20) + pick(g, "", "/"), "Azone": g.text(1, 20),
					"Quota": tree{"SizeLimit": json.Number(strconv.Itoa((10 + g.IntN(1_000_000)) << 30)), "FileCountLimit": g.number(10_000, 100_000_000)},
				}
				g.maybe(in, "Description", func() any { return "a" + g.text(1, 127) })
				return nasToken(g, in)
			},
			"GetAgenticSpace": nasSpace,
			"DescribeAgenticSpaces": func(g *gen) tree {
				in := nasPage(g)
				in["FileSystemId"] = g.text(1, 20)
				g.maybe(in, "Filters", func() any {
					return g.list(0, 3, func() any { return tree{"Key": "AgenticSpaceIds", "Value": g.text(1, 20)} })
				})
				return in
			},
			"ModifyAgenticSpace": func(g *gen) tree {
				in := nasSpace(g)
				g.maybe(in, "Description", func() any { return g.text(0, 40) })
				return nasToken(g, in)
			},
			"SetAgenticSpaceQuota": func(g *gen) tree {
				in := nasSpace(g)
				g.maybe(in, "SizeLimit", func() any { return json.Number(strconv.Itoa((10 + g.IntN(1_000_000)) << 30)) })
				g.maybe(in, "FileCountLimit", func() any { return g.number(10_000, 100_000_000) })
				return nasToken(g, in)
			},
			"DeleteAgenticSpace": func(g *gen) tree { return nasToken(g, nasSpace(g)) },
			"TagResources": func(g *gen) tree {
				return tree{"ResourceType": pick(g, "filesystem", "accesspoint"), "ResourceId": nasIDs(g, 1), "Tag": nasTags(g)}
			},
			"UntagResources": func(g *gen) tree {
				in := tree{"ResourceType": pick(g, "filesystem", "accesspoint"), "ResourceId": nasIDs(g, 1)}
				g.maybe(in, "TagKey", func() any { return nasIDs(g, 0) })
				g.maybe(in, "All", func() any { return true })
				return in
			},
			"ListTagResources": func(g *gen) tree {
				in := tree{"ResourceType": pick(g, "filesystem", "accesspoint")}
				g.maybe(in, "ResourceId", func() any { return nasIDs(g, 0) })
				g.maybe(in, "Tag", func() any { return nasTags(g) })
				g.maybe(in, "NextToken", func() any { return g.text(1, 60) })
				return in
			},
			"CreateAccessPoint": func(g *gen) tree {
				in := tree{"FileSystemId": g.text(1, 20), "VpcId": g.word(1, 20), "VswId": g.text(1, 20)}
				g.maybe(in, "AccessPointName", func() any { return g.text(1, 40) })
				g.maybe(in, "RootDirectory", func() any { return "/" + g.text(0, 40) })
				g.maybe(in, "EnabledRam", func() any { return true })
				g.maybe(in, "Tag", func() any { return nasTags(g) })
				if g.IntN(4) == 0 { // of an Agentic file system
					in["AgenticSpaceId"], in["EnabledRam"] = g.text(1, 20), true
					return in
				}
				g.maybe(in, "AccessGroup", func() any { return g.text(1, 40) })
				for _, name := range []string{"PosixUserId", "PosixGroupId"} {
					g.maybe(in, name, g.posix)
				}
				g.maybe(in, "PosixSecondaryGroupIds", func() any { return pick(g, "0", "1,4294967295", "5,5,0") })
				if g.IntN(2) == 0 {
					in["OwnerUserId"], in["OwnerGroupId"] = g.posix(), g.posix()
					g.maybe(in, "Permission", func() any { return "0" + g.from([]rune("01234567"), 3, 3) })
				}
				return in
			},
			"DescribeAccessPoint": nasPoint,
			"DeleteAccessPoint":   nasPoint,
			"DescribeAccessPoints": func(g *gen) tree {
				in := nasPage(g)
				g.maybe(in, "FileSystemId", func() any { return g.text(1, 20) })
				g.maybe(in, "AccessGroup", func() any { return g.text(1, 20) })
				g.maybe(in, "Tag", func() any { return nasTags(g) })
				return in
			},
			"ListAccessPoints": func(g *gen) tree {
				in := nasPage(g)
				in["FileSystemId"] = g.text(1, 20)
				g.maybe(in, "Filters", func() any {
					return g.list(0, 3, func() any {
						return tree{"Name": pick(g, "AccessGroup", "AccessPointId", "AgenticSpaceId"), "Value": g.text(1, 20)}
					})
				})
				return in
			},
			"ModifyAccessPoint": func(g *gen) tree {
				in := nasPoint(g)
				g.maybe(in, "AccessPointName", func() any { return g.text(0, 20) })
				g.maybe(in, "AccessGroup", func() any { return g.text(0, 20) })
				g.maybe(in, "EnabledRam", func() any { return g.IntN(2) == 0 })
				return in
			},
			"CreateAccessGroup": func(g *gen) tree {
				in := nasGroup(g)
				in["AccessGroupType"] = pick(g, "Vpc", "VPC")
				g.maybe(in, "Description", func() any { return g.text(2, 128) })
				return in
			},
			"DescribeAccessGroups": func(g *gen) tree {
				in := nasNumbers(g)
				g.maybe(in, "AccessGroupName", func() any { return nasGroupName(g) })
				g.maybe(in, "FileSystemType", func() any { return pick(g, "standard", "extreme", "cpfs") })
				g.maybe(in, "UseUTCDateTime", func() any { return g.IntN(2) == 0 })
				return in
			},
			"ModifyAccessGroup": func(g *gen) tree {
				in := nasGroup(g)
				g.maybe(in, "Description", func() any { return g.text(2, 128) })
				return in
			},
			"DeleteAccessGroup": nasGroup,
			"CreateAccessRule":  func(g *gen) tree { return nasRule(g, nasGroup(g)) },
			"DescribeAccessRules": func(g *gen) tree {
				in := union(nasGroup(g), nasNumbers(g))
				g.maybe(in, "AccessRuleId", func() any { return g.text(1, 20) })
				return in
			},
			"ModifyAccessRule": func(g *gen) tree {
				return union(nasRule(g, nasGroup(g)), tree{"AccessRuleId": g.text(1, 20)})
			},
			"DeleteAccessRule": func(g *gen) tree { return union(nasGroup(g), tree{"AccessRuleId": g.text(1, 20)}) },
			"DescribeRegions": func(g *gen) tree {
				in := nasNumbers(g)
				g.maybe(in, "FileSystemType", func() any { return pick(g, "all", "standard", "extreme", "cpfs") })
				return in
			},
			"DescribeZones": func(g *gen) tree {
				in := tree{"RegionId": g.word(1, 20)}
				g.maybe(in, "FileSystemType", func() any { return pick(g, "standard", "extreme", "cpfs") })
				return in
			},
			"ChangeResourceGroup": func(g *gen) tree {
				in := tree{"ResourceType": "filesystem", "ResourceId": g.text(1, 20), "NewResourceGroupId": g.text(1, 20)}
				g.maybe(in, "RegionId", func() any { return g.word(1, 20) })
				return in
			},
			"CreateFileSystem": func(g *gen) tree {
				in := tree{"StorageType": pick(g, "Capacity", "Premium"), "ProtocolType": pick(g, "NFS", "SMB")}
				if g.IntN(2) == 0 {
					in = tree{
						"FileSystemType": "extreme", "StorageType": pick(g, "standard", "advance"), "ProtocolType": "NFS", "ZoneId": g.text(1, 20),
						"Capacity": g.number(100, 262144), "ClientToken": g.from(ascii, 1, 64),
					}
					g.maybe(in, "SnapshotId", func() any { return g.text(1, 20) })
				}
				if g.IntN(3) == 0 {
					in["ChargeType"], in["Duration"] = "Subscription", g.number(1, 36)
				}
				if g.IntN(3) == 0 {
					in["EncryptType"], in["KmsKeyId"] = g.number(1, 2), g.text(1, 20)
				}
				g.maybe(in, "Description", func() any { return "a" + g.text(1, 127) })
				g.maybe(in, "Tag", func() any { return nasTags(g) })
				for _, name := range []string{"VpcId", "VSwitchId", "ResourceGroupId"} {
					g.maybe(in, name, func() any { return g.text(1, 20) })
				}
				return in
			},
			"ModifyFileSystem": func(g *gen) tree {
				in := tree{"FileSystemId": g.text(1, 20)}
				g.maybe(in, "Description", func() any { return "a" + g.text(1, 127) })
				return in
			},
			"DeleteFileSystem": func(g *gen) tree { return tree{"FileSystemId": g.text(1, 20)} },
			"CreateMountTarget": func(g *gen) tree {
				in := tree{"FileSystemId": g.text(1, 20), "NetworkType": pick(g, "Vpc", "VPC", "vpc"), "VpcId": g.text(1, 20), "VSwitchId": g.text(1, 20)}
				g.maybe(in, "AccessGroupName", func() any { return g.text(1, 20) })
				g.maybe(in, "SecurityGroupId", func() any { return g.text(1, 20) })
				g.maybe(in, "EnableIpv6", func() any { return true })
				g.maybe(in, "DryRun", func() any { return true })
				return in
			},
			"DescribeMountTargets": func(g *gen) tree {
				in := nasNumbers(g)
				in["FileSystemId"] = g.text(1, 20)
				g.maybe(in, "MountTargetDomain", func() any { return g.text(1, 40) })
				g.maybe(in, "DualStackMountTargetDomain", func() any { return g.text(1, 40) })
				return in
			},
			"ModifyMountTarget": func(g *gen) tree {
				in := tree{"FileSystemId": g.text(1, 20), "MountTargetDomain": g.text(1, 40)}
				g.maybe(in, "AccessGroupName", func() any { return g.text(1, 20) })
				g.maybe(in, "Status", func() any { return pick(g, "Active", "Inactive") })
				return in
			},
			"DeleteMountTarget": func(g *gen) tree { return tree{"FileSystemId": g.text(1, 20), "MountTargetDomain": g.text(1, 40)} },
			"OpenNASService":    func(*gen) tree { return tree{} },
		},
	})
}

func nasPoint(g *gen) tree {
	return tree{"FileSystemId": g.text(1, 20), "AccessPointId": g.text(1, 20)}
}

// nasQuota returns what a quota is for.
func nasQuota(g *gen) tree {
	in := tree{"FileSystemId": g.text(1, 20), "Path": "/" + g.text(0, 30), "UserType": pick(g, "AllUsers", "Uid", "Gid")}
	if in["UserType"] != "AllUsers" {
		in["UserId"] = g.posix()
	}
	return in
}

func nasSpace(g *gen) tree {
	return tree{"FileSystemId": g.text(1, 20), "AgenticSpaceId": g.text(1, 20)}
}

// nasToken adds what calls with a ClientToken have in common.
func nasToken(g *gen, in tree) tree {
	g.maybe(in, "ClientToken", func() any { return g.word(1, 64) })
	g.maybe(in, "DryRun", func() any { return true })
	return in
}

func nasIDs(g *gen, least int) any {
	return g.list(least, 20, func() any { return g.text(1, 20) })
}

func nasPage(g *gen) tree {
	in := tree{}
	g.maybe(in, "MaxResults", func() any { return g.number(10, 100) })
	g.maybe(in, "NextToken", func() any { return g.text(1, 60) })
	return in
}

func nasNumbers(g *gen) tree {
	in := tree{}
	g.maybe(in, "PageNumber", func() any { return g.number(1, 1000) })
	g.maybe(in, "PageSize", func() any { return g.number(1, 100) })
	return in
}

func nasGroup(g *gen) tree {
	in := tree{"AccessGroupName": nasGroupName(g)}
	g.maybe(in, "FileSystemType", func() any { return pick(g, "standard", "extreme") })
	return in
}

func nasGroupName(g *gen) any {
	return g.from([]rune("abzAZ"), 1, 1) + g.from([]rune("abzAZ09_-"), 2, 63)
}

// nasRule adds to a group what a rule says.
func nasRule(g *gen, in tree) tree {
	if g.IntN(2) == 0 {
		in["SourceCidrIp"] = pick(g, "0.0.0.0/0", "10.1.2.3/8", "192.0.2.1")
	} else {
		in["Ipv6SourceCidrIp"] = pick(g, "::/0", "2001:db8::/32", "fd00::a:b")
	}
	g.maybe(in, "RWAccessType", func() any { return pick(g, "RDWR", "RDONLY") })
	g.maybe(in, "UserAccessType", func() any { return pick(g, "no_squash", "root_squash", "all_squash") })
	g.maybe(in, "Priority", func() any { return g.number(1, 100) })
	return in
}

func nasTags(g *gen) any {
	return g.list(0, 20, func() any { return tree{"Key": g.text(1, 12), "Value": g.text(1, 128)} })
}

func newTeaNAS(e env, rt http.RoundTripper) (any, error) {
	c, err := openapi.NewClient(teaConfig(e.orEndpointOf("nas"), rt))
	c.DisableSDKError = &e.typed
	return c, err
}

func callTeaNAS(client any, operation string, in tree) (any, error) {
	method := "POST"
	if operation == "GetRecycleBinAttribute" {
		method = "GET"
	}
	out, err := client.(*openapi.Client).CallApi(
		&openapiutil.Params{
			Action: tea.String(operation), Version: tea.String("2017-06-26"), Protocol: tea.String("HTTPS"), Pathname: tea.String("/"),
			Method: tea.String(method), AuthType: tea.String("AK"), Style: tea.String("RPC"), ReqBodyType: tea.String("formData"), BodyType: tea.String("json"),
		},
		&openapiutil.OpenApiRequest{Query: openapiutil.Query(in)},
		&dara.RuntimeOptions{},
	)
	return out["body"], err
}

// TestLifeNAS runs the life of access points.
func TestLifeNAS(t *testing.T) {
	srv := nastest.NewServer(nastest.ReadyAfter(500*time.Millisecond), nastest.GoneAfter(20*time.Millisecond))
	e := serve(t, srv)
	e.region, e.id, e.secret = nastest.Region, nastest.AccessKeyID, nastest.AccessKeySecret
	client, err := newTeaNAS(e, http.DefaultTransport)
	if err != nil {
		t.Fatal(err)
	}
	do := func(operation string, in tree) tree {
		t.Helper()
		out, err := callTeaNAS(client, operation, in)
		if err != nil {
			t.Fatal(err)
		}
		return out.(tree)
	}
	var ids []string
	for i := range 25 {
		out := do("CreateAccessPoint", tree{
			"FileSystemId": nastest.FileSystemID, "VpcId": nastest.VpcID, "VswId": nastest.VSwitchID, "AccessPointName": fmt.Sprintf("a b*~+/é %d", i),
			"OwnerUserId": 0, "OwnerGroupId": 7, "Permission": "0750", "PosixUserId": 0, "PosixGroupId": 0, "PosixSecondaryGroupIds": "1,4294967295",
			"Tag": []any{tree{"Key": "k", "Value": "v"}},
		})
		ids = append(ids, out["AccessPoint"].(tree)["AccessPointId"].(string))
	}
	point := tree{"FileSystemId": nastest.FileSystemID, "AccessPointId": ids[0]}
	describe := func() tree { return do("DescribeAccessPoint", point)["AccessPoint"].(tree) }
	if got := describe()["Status"]; got != "Pending" {
		t.Errorf("a new access point is %v", got)
	}
	until(t, func() bool { return describe()["Status"] == "Active" })
	for _, operation := range []string{"ListAccessPoints", "DescribeAccessPoints"} {
		var listed []string
		in := tree{"FileSystemId": nastest.FileSystemID, "MaxResults": 10}
		pages := 0
		for more := true; more; pages++ {
			out := do(operation, in)
			for _, item := range out["AccessPoints"].([]any) {
				listed = append(listed, item.(tree)["AccessPointId"].(string))
			}
			in["NextToken"] = out["NextToken"]
			more = out["NextToken"] != ""
		}
		if !slices.Equal(ids, listed) || pages != 3 {
			t.Errorf("%s found %d in %d pages", operation, len(listed), pages)
		}
	}
	do("ModifyAccessPoint", union(point, tree{"AccessPointName": "", "EnabledRam": true}))
	got, _ := flatten(describe())
	for name, want := range map[string]string{
		"AccessPointName": "", "EnabledRam": "true", "RootPathPermission.OwnerUserId": "0", "RootPathPermission.Permission": "0750",
		"PosixUser.PosixUserId": "0", "PosixUser.PosixSecondaryGroupIds.2": "4294967295", "Tags.1.Key": "k",
	} {
		if got[name] != want {
			t.Errorf("%s is %q, want %q", name, got[name], want)
		}
	}
	do("DeleteAccessPoint", point)
	until(t, func() bool {
		_, err := callTeaNAS(client, "DescribeAccessPoint", point)
		f, _ := teaFailure(err)
		return f.Code == "InvalidAccessPointId.NotFound" && f.Status == 404
	})

	// What a fake refuses by itself.
	refused := func(client any, operation string, in tree, status int, code string) {
		t.Helper()
		_, err := callTeaNAS(client, operation, in)
		if f, _ := teaFailure(err); f.Code != code || f.Status != status || f.RequestID == "" {
			t.Errorf("got %+v, want %d %s", err, status, code)
		}
	}
	refused(client, "DescribeAccessPoint", tree{"FileSystemId": "none", "AccessPointId": "ap"}, 404, "InvalidFileSystem.NotFound")
	refused(client, "CreateAccessPoint", tree{"FileSystemId": nastest.FileSystemID}, 400, "InvalidRequest")
	refused(client, "CreateSnapshot", tree{}, 404, "InvalidApi.NotFound")
	srv.Inject("ListAccessPoints", nastest.Throttle, nastest.ServerError)
	refused(client, "ListAccessPoints", tree{"FileSystemId": nastest.FileSystemID}, 400, "Throttling.User")
	refused(client, "ListAccessPoints", tree{"FileSystemId": nastest.FileSystemID}, 500, "InternalError")
	e.secret = "wrong"
	if client, err = newTeaNAS(e, http.DefaultTransport); err != nil {
		t.Fatal(err)
	}
	refused(client, "ListAccessPoints", tree{"FileSystemId": nastest.FileSystemID}, 403, "SignatureDoesNotMatch")
}
