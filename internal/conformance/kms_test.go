package conformance

import (
	"errors"
	"net/http"
	"slices"
	"testing"

	sdk "github.com/alibabacloud-go/kms-20160120/v3/client"
	"github.com/alibabacloud-go/tea/tea"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	old "github.com/aliyun/alibaba-cloud-sdk-go/services/kms"

	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/kms"
	"github.com/accesspoint-go/accesspoint/kms/kmstest"
)

var oldKMS = map[string]func() requests.AcsRequest{
	"CreateApplicationAccessPoint":   func() requests.AcsRequest { return old.CreateCreateApplicationAccessPointRequest() },
	"DescribeApplicationAccessPoint": func() requests.AcsRequest { return old.CreateDescribeApplicationAccessPointRequest() },
	"ListApplicationAccessPoints":    func() requests.AcsRequest { return old.CreateListApplicationAccessPointsRequest() },
	"UpdateApplicationAccessPoint":   func() requests.AcsRequest { return old.CreateUpdateApplicationAccessPointRequest() },
	"DeleteApplicationAccessPoint":   func() requests.AcsRequest { return old.CreateDeleteApplicationAccessPointRequest() },
	"CreateClientKey":                func() requests.AcsRequest { return old.CreateCreateClientKeyRequest() },
	"GetClientKey":                   func() requests.AcsRequest { return old.CreateGetClientKeyRequest() },
	"ListClientKeys":                 func() requests.AcsRequest { return old.CreateListClientKeysRequest() },
	"DeleteClientKey":                func() requests.AcsRequest { return old.CreateDeleteClientKeyRequest() },
	"CreateNetworkRule":              func() requests.AcsRequest { return old.CreateCreateNetworkRuleRequest() },
	"DescribeNetworkRule":            func() requests.AcsRequest { return old.CreateDescribeNetworkRuleRequest() },
	"ListNetworkRules":               func() requests.AcsRequest { return old.CreateListNetworkRulesRequest() },
	"UpdateNetworkRule":              func() requests.AcsRequest { return old.CreateUpdateNetworkRuleRequest() },
	"DeleteNetworkRule":              func() requests.AcsRequest { return old.CreateDeleteNetworkRuleRequest() },
	"CreatePolicy":                   func() requests.AcsRequest { return old.CreateCreatePolicyRequest() },
	"DescribePolicy":                 func() requests.AcsRequest { return old.CreateDescribePolicyRequest() },
	"ListPolicies":                   func() requests.AcsRequest { return old.CreateListPoliciesRequest() },
	"UpdatePolicy":                   func() requests.AcsRequest { return old.CreateUpdatePolicyRequest() },
	"DeletePolicy":                   func() requests.AcsRequest { return old.CreateDeletePolicyRequest() },
	"ListKmsInstances":               func() requests.AcsRequest { return old.CreateListKmsInstancesRequest() },
	"GetKmsInstance":                 func() requests.AcsRequest { return old.CreateGetKmsInstanceRequest() },
	"ConnectKmsInstance":             func() requests.AcsRequest { return old.CreateConnectKmsInstanceRequest() },
	"UpdateKmsInstanceBindVpc":       func() requests.AcsRequest { return old.CreateUpdateKmsInstanceBindVpcRequest() },
	"DescribeRegions":                func() requests.AcsRequest { return old.CreateDescribeRegionsRequest() },
	"DescribeAccountKmsStatus":       func() requests.AcsRequest { return old.CreateDescribeAccountKmsStatusRequest() },
	"OpenKmsService":                 func() requests.AcsRequest { return old.CreateOpenKmsServiceRequest() },
}

func init() {
	services = append(services, &service{
		name: "kms",
		ours: func(e env, rt http.RoundTripper) (any, error) {
			network := kms.NetworkPublic
			if e.internal {
				network = kms.NetworkVPC
			}
			return kms.New(kms.Config{
				Region: e.region, Endpoint: e.endpoint, Network: network, MaxAttempts: 1, HTTPClient: &http.Client{Transport: rt},
				Credentials: kms.StaticCredentials{AccessKeyID: e.id, AccessKeySecret: e.secret, SecurityToken: e.token},
			})
		},
		peers: []*peer{
			{
				name:    "tea",
				client:  func(e env, rt http.RoundTripper) (any, error) { return newKMS(e, rt) },
				failure: teaFailure,
			},
			{
				name: "old",
				client: func(e env, rt http.RoundTripper) (any, error) {
					return newOld(e.orEndpointOf("kms"), rt, func(e env) (oldSDK, error) {
						if e.token != "" {
							return old.NewClientWithStsToken(e.region, e.id, e.secret, e.token)
						}
						return old.NewClientWithAccessKey(e.region, e.id, e.secret)
					})
				},
				call: oldCall(oldKMS), failure: oldFailure,
			},
		},
		env:  rpcEnv,
		sign: signACS3,
		fake: func() (http.Handler, func(string, fake.Refusal)) {
			s := kmstest.NewServer()
			return s, func(operation string, r fake.Refusal) {
				s.Fail(operation, kms.APIError{StatusCode: r.Status, Code: kms.Code(r.Code), Message: r.Message})
			}
		},
		failure: func(err error) (failure, bool) {
			e, ok := errors.AsType[*kms.APIError](err)
			if !ok {
				return failure{}, false
			}
			return failure{string(e.Code), e.StatusCode, e.RequestID}, true
		},
		jsonText: []string{"Policies", "Permissions", "Resources", "SourcePrivateIp", "AccessControlRules"},
		inputs: map[string]func(*gen) tree{
			"CreateApplicationAccessPoint": func(g *gen) tree {
				in := tree{"Name": g.text(1, 30), "Policies": kmsList(g, 1, 3)}
				g.maybe(in, "Description", func() any { return g.text(1, 40) })
				g.maybe(in, "AuthenticationMethod", func() any { return "ClientKey" })
				return in
			},
			"UpdateApplicationAccessPoint": func(g *gen) tree {
				in := kmsName(g)
				g.maybe(in, "Description", func() any { return g.text(0, 40) })
				g.maybe(in, "Policies", func() any { return kmsList(g, 0, 3) })
				return in
			},
			"ListApplicationAccessPoints": kmsPage,
			"ListNetworkRules":            kmsPage,
			"ListPolicies":                kmsPage,
			"CreateClientKey": func(g *gen) tree {
				in := tree{"AapName": g.text(1, 30), "Password": g.word(4, 30) + g.from([]rune("ABC~!@#$%^&*?_-"), 4, 30)}
				if g.IntN(2) == 0 {
					in["NotBefore"], in["NotAfter"] = "2023-08-31T17:14:33Z", pick(g, "2028-08-31T17:14:33Z", "2024-02-29T00:00:00Z")
				}
				return in
			},
			"GetClientKey":    kmsKey,
			"DeleteClientKey": kmsKey,
			"ListClientKeys": func(g *gen) tree {
				in := tree{}
				g.maybe(in, "AapName", func() any { return g.text(1, 30) })
				return in
			},
			"DescribeApplicationAccessPoint": kmsName,
			"DeleteApplicationAccessPoint":   kmsName,
			"DescribeNetworkRule":            kmsName,
			"DeleteNetworkRule":              kmsName,
			"DescribePolicy":                 kmsName,
			"DeletePolicy":                   kmsName,
			// Neither SDK has GetDefaultKmsInstance, GetKmsInstanceQuotaInfos and
			// ReleaseKmsInstance.
			"ListKmsInstances": kmsPage, // nor Filters
			"GetKmsInstance":   kmsInstance,
			"ConnectKmsInstance": func(g *gen) tree {
				in := kmsInstance(g)
				in["VpcId"], in["VSwitchIds"], in["KMProvider"] = g.text(1, 30), g.word(1, 30)+pick(g, "", ",b c"), "Aliyun"
				in["ZoneIds"] = g.word(1, 20) + "," + g.word(1, 20)
				return in
			},
			"UpdateKmsInstanceBindVpc": func(g *gen) tree {
				in := kmsInstance(g)
				in["BindVpcs"] = kmsVpcs(g)
				return in
			},
			"DescribeRegions":          nothingAsked,
			"DescribeAccountKmsStatus": nothingAsked,
			"OpenKmsService":           nothingAsked,
			"CreateNetworkRule": func(g *gen) tree {
				in := tree{"Name": g.text(1, 30), "Type": "Private"}
				g.maybe(in, "Description", func() any { return g.text(1, 40) })
				g.maybe(in, "SourcePrivateIp", func() any { return kmsSources(g) })
				return in
			},
			"UpdateNetworkRule": func(g *gen) tree {
				in := kmsName(g)
				g.maybe(in, "Description", func() any { return g.text(0, 40) })
				g.maybe(in, "SourcePrivateIp", func() any { return kmsSources(g) })
				return in
			},
			"CreatePolicy": func(g *gen) tree {
				in := tree{"Name": g.text(1, 30), "Permissions": kmsPermissions(g, 1), "Resources": kmsResources(g, 1)}
				g.maybe(in, "Description", func() any { return g.text(1, 40) })
				g.maybe(in, "KmsInstance", func() any { return g.text(1, 40) })
				g.maybe(in, "AccessControlRules", func() any { return kmsRules(g) })
				return in
			},
			"UpdatePolicy": func(g *gen) tree {
				in := kmsName(g)
				g.maybe(in, "Description", func() any { return g.text(0, 40) })
				g.maybe(in, "Permissions", func() any { return kmsPermissions(g, 0) })
				g.maybe(in, "Resources", func() any { return kmsResources(g, 0) })
				g.maybe(in, "AccessControlRules", func() any { return kmsRules(g) })
				return in
			},
		},
	})
}

func kmsName(g *gen) tree { return tree{"Name": g.text(1, 40)} }

func kmsKey(g *gen) tree { return tree{"ClientKeyId": "KAAP." + g.text(0, 40)} }

func kmsInstance(g *gen) tree { return tree{"KmsInstanceId": "kst-" + g.text(0, 40)} }

func nothingAsked(*gen) tree { return tree{} }

// kmsVpcs has the members in the order of the API reference.
func kmsVpcs(g *gen) string {
	type vpc struct {
		VpcID     string `json:"VpcId,omitempty"`
		VSwitchID string `json:"VSwitchId,omitempty"`
		RegionID  string `json:"RegionId,omitempty"`
		Owner     int64  `json:"VpcOwnerId,omitempty"`
	}
	vpcs := make([]vpc, g.IntN(4))
	for i := range vpcs {
		vpcs[i] = vpc{g.text(1, 20), g.text(0, 20), pick(g, "", "cn-hangzhou"), pick[int64](g, 0, 120708975881, 9007199254740993)}
	}
	return jsonText(vpcs)
}

func kmsPage(g *gen) tree {
	in := tree{}
	g.maybe(in, "PageNumber", func() any { return g.number(1, 1000) })
	g.maybe(in, "PageSize", func() any { return g.number(1, 100) })
	return in
}

func kmsSources(g *gen) string {
	return jsonText(g.list(0, 40, func() any { return pick(g, "10.0.0.1", "192.168.0.0/24", "2001:db8::/32") }))
}

func kmsPermissions(g *gen, low int) string {
	return jsonText(g.list(low, 2, func() any { return string(pick(g, kms.PermissionKeyUser, kms.PermissionSecretUser)) }))
}

func kmsResources(g *gen, low int) string {
	return jsonText(g.list(low, 10, func() any { return pick(g, "key/", "secret/") + g.text(1, 30) }))
}

func kmsRules(g *gen) string {
	return jsonText(tree{"NetworkRules": g.list(0, 4, func() any { return g.text(1, 20) })})
}

func kmsList(g *gen, low, high int) string {
	return jsonText(g.list(low, high, func() any { return g.text(1, 30) }))
}

func newKMS(e env, rt http.RoundTripper) (*sdk.Client, error) {
	c, err := sdk.NewClient(teaConfig(e, rt))
	c.DisableSDKError = &e.typed
	return c, err
}

// TestLifeKMS runs the life of a network rule, a policy, access points and a client
// key, with the newer SDK.
func TestLifeKMS(t *testing.T) {
	srv := kmstest.NewServer()
	e := serve(t, srv)
	e.region, e.id, e.secret = kmstest.Region, kmstest.AccessKeyID, kmstest.AccessKeySecret
	c, err := newKMS(e, http.DefaultTransport)
	if err != nil {
		t.Fatal(err)
	}
	s := tea.String
	rule, err := c.CreateNetworkRule(&sdk.CreateNetworkRuleRequest{Name: s("rule é"), Type: s("Private"), SourcePrivateIp: s(`["10.0.0.1","192.168.0.0/24"]`), Description: s("a b*~+/")})
	if err != nil || *rule.Body.Name != "rule é" || *rule.Body.SourcePrivateIp != `["10.0.0.1","192.168.0.0/24"]` {
		t.Fatal(rule, err)
	}
	gotRule, err := c.DescribeNetworkRule(&sdk.DescribeNetworkRuleRequest{Name: s("rule é")})
	if err != nil || *gotRule.Body.SourcePrivateIp != *rule.Body.SourcePrivateIp || *gotRule.Body.Arn != *rule.Body.Arn || *gotRule.Body.Description != "a b*~+/" {
		t.Fatal(gotRule, err)
	}
	policy := &sdk.CreatePolicyRequest{
		Name: s("policy"), KmsInstance: s(kmstest.InstanceID), AccessControlRules: s(`{"NetworkRules":["rule é"]}`),
		Permissions: s(`["RbacPermission/Template/CryptoServiceKeyUser"]`), Resources: s(`["key/*","secret/*"]`),
	}
	made, err := c.CreatePolicy(policy)
	if err != nil || *made.Body.Permissions != *policy.Permissions || *made.Body.AccessControlRules != *policy.AccessControlRules {
		t.Fatal(made, err)
	}
	gotPolicy, err := c.DescribePolicy(&sdk.DescribePolicyRequest{Name: s("policy")})
	if err != nil || len(gotPolicy.Body.Permissions) != 1 || len(gotPolicy.Body.Resources) != 2 || *gotPolicy.Body.Resources[1] != "secret/*" || *gotPolicy.Body.AccessControlRules != *policy.AccessControlRules {
		t.Fatal(gotPolicy, err)
	}
	rules, err := c.ListNetworkRules(&sdk.ListNetworkRulesRequest{PageSize: tea.Int32(5)})
	if err != nil || *rules.Body.TotalCount != 1 || *rules.Body.NetworkRules.NetworkRule[0].Name != "rule é" || *rules.Body.NetworkRules.NetworkRule[0].Type != "Private" {
		t.Fatal(rules, err)
	}
	policies, err := c.ListPolicies(&sdk.ListPoliciesRequest{})
	if err != nil || *policies.Body.PageSize != 20 || len(policies.Body.Policies.Policy) != 1 || *policies.Body.Policies.Policy[0].Name != "policy" {
		t.Fatal(policies, err)
	}
	if _, err := c.UpdateNetworkRule(&sdk.UpdateNetworkRuleRequest{Name: s("rule é"), Description: s(""), SourcePrivateIp: s(`["10.0.0.0/8"]`)}); err != nil {
		t.Fatal(err)
	}
	gotRule, err = c.DescribeNetworkRule(&sdk.DescribeNetworkRuleRequest{Name: s("rule é")})
	if err != nil || *gotRule.Body.SourcePrivateIp != `["10.0.0.0/8"]` || *gotRule.Body.Description != "" {
		t.Fatal(gotRule, err)
	}
	if _, err := c.UpdatePolicy(&sdk.UpdatePolicyRequest{Name: s("policy"), Resources: s(`["key/k"]`), AccessControlRules: s(`{"NetworkRules":[]}`)}); err != nil {
		t.Fatal(err)
	}
	gotPolicy, err = c.DescribePolicy(&sdk.DescribePolicyRequest{Name: s("policy")})
	if err != nil || *gotPolicy.Body.Resources[0] != "key/k" || len(gotPolicy.Body.Permissions) != 1 || *gotPolicy.Body.AccessControlRules != `{"NetworkRules":[]}` {
		t.Fatal(gotPolicy, err)
	}
	names := []string{"aap-1", "aap-2", "aap-3", "aap-4", "aap-5"}
	for _, name := range names {
		out, err := c.CreateApplicationAccessPoint(&sdk.CreateApplicationAccessPointRequest{Name: s(name), Policies: s(`["policy"]`), Description: s("d")})
		if err != nil || *out.Body.Name != name || *out.Body.Policies != `["policy"]` || *out.Body.AuthenticationMethod != "ClientKey" {
			t.Fatal(out, err)
		}
	}
	_, err = c.CreateApplicationAccessPoint(&sdk.CreateApplicationAccessPointRequest{Name: s("aap-1"), Policies: s(`["policy"]`)})
	teaRefused(t, err, 409, "Rejected.ResourceExist")
	var listed []string
	pages := int32(0)
	for total := int32(1); pages*2 < total; {
		pages++
		out, err := c.ListApplicationAccessPoints(&sdk.ListApplicationAccessPointsRequest{PageNumber: tea.Int32(pages), PageSize: tea.Int32(2)})
		if err != nil || *out.Body.PageNumber != pages {
			t.Fatal(out, err)
		}
		for _, item := range out.Body.ApplicationAccessPoints.ApplicationAccessPoint {
			listed = append(listed, *item.Name)
		}
		total = *out.Body.TotalCount
	}
	if !slices.Equal(names, listed) || pages != 3 {
		t.Errorf("%v in %d pages", listed, pages)
	}
	if _, err := c.UpdateApplicationAccessPoint(&sdk.UpdateApplicationAccessPointRequest{Name: s("aap-1"), Description: s(""), Policies: s("[]")}); err != nil {
		t.Fatal(err)
	}
	point, err := c.DescribeApplicationAccessPoint(&sdk.DescribeApplicationAccessPointRequest{Name: s("aap-1")})
	if err != nil || *point.Body.Description != "" || *point.Body.Policies != "[]" {
		t.Fatal(point, err)
	}
	key, err := c.CreateClientKey(&sdk.CreateClientKeyRequest{
		AapName: s("aap-1"), Password: s("p@ss~!#$%^&*?_-W0rd"), NotBefore: s("2023-08-31T17:14:33Z"), NotAfter: s("2028-08-31T17:14:33Z"),
	})
	if err != nil || *key.Body.PrivateKeyData == "" || *key.Body.KeyAlgorithm != "RSA_2048" || *key.Body.NotAfter != "2028-08-31T17:14:33Z" {
		t.Fatal(key, err)
	}
	gotKey, err := c.GetClientKey(&sdk.GetClientKeyRequest{ClientKeyId: key.Body.ClientKeyId})
	if err != nil || *gotKey.Body.AapName != "aap-1" || *gotKey.Body.NotBefore != "2023-08-31T17:14:33Z" || *gotKey.Body.PublicKeyData == "" {
		t.Fatal(gotKey, err)
	}
	if keys, err := c.ListClientKeys(&sdk.ListClientKeysRequest{AapName: s("aap-1")}); err != nil || len(keys.Body.ClientKeys) != 1 || *keys.Body.ClientKeys[0].ClientKeyId != *key.Body.ClientKeyId {
		t.Fatal(keys, err)
	}
	if _, err := c.DeleteClientKey(&sdk.DeleteClientKeyRequest{ClientKeyId: key.Body.ClientKeyId}); err != nil {
		t.Fatal(err)
	}
	_, err = c.GetClientKey(&sdk.GetClientKeyRequest{ClientKeyId: key.Body.ClientKeyId})
	teaRefused(t, err, 404, "Forbidden.ResourceNotFound")
	_, err = c.CreateClientKey(&sdk.CreateClientKeyRequest{AapName: s("aap-1"), Password: s("password")})
	teaRefused(t, err, 400, "InvalidParameter")
	if _, err := c.DeleteApplicationAccessPoint(&sdk.DeleteApplicationAccessPointRequest{Name: s("aap-1")}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.DeletePolicy(&sdk.DeletePolicyRequest{Name: s("policy")}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.DeleteNetworkRule(&sdk.DeleteNetworkRuleRequest{Name: s("rule é")}); err != nil {
		t.Fatal(err)
	}

	// Instances and the account.
	srv.AddUninitializedInstance("kst-new")
	got, err := c.GetKmsInstance(&sdk.GetKmsInstanceRequest{KmsInstanceId: s("kst-new")})
	if err != nil || *got.Body.KmsInstance.Status != "Uninitialized" || *got.Body.KmsInstance.SecretNum != "1000" {
		t.Fatal(got, err)
	}
	if _, err := c.ConnectKmsInstance(&sdk.ConnectKmsInstanceRequest{
		KmsInstanceId: s("kst-new"), VpcId: s("vpc-1"), VSwitchIds: s("vsw-1"), ZoneIds: s("cn-hangzhou-j,cn-hangzhou-k"), KMProvider: s("Aliyun"),
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.UpdateKmsInstanceBindVpc(&sdk.UpdateKmsInstanceBindVpcRequest{
		KmsInstanceId: s("kst-new"), BindVpcs: s(`[{"VpcId":"vpc-2","VSwitchId":"vsw-2","RegionId":"cn-hangzhou","VpcOwnerId":9007199254740993}]`),
	}); err != nil {
		t.Fatal(err)
	}
	// A connected instance has VswitchIds, which this version of the SDK cannot read.
	ours, err := srv.Client().GetKmsInstance(t.Context(), kms.GetKmsInstanceRequest{KmsInstanceID: "kst-new"})
	if err != nil || ours.KmsInstance.Status != kms.KmsInstanceConnected || ours.KmsInstance.VpcID != "vpc-1" ||
		len(ours.KmsInstance.ZoneIDs) != 2 || ours.KmsInstance.BindVpcs[0].VpcOwnerID != 9007199254740993 {
		t.Fatal(ours, err)
	}
	instances, err := c.ListKmsInstances(&sdk.ListKmsInstancesRequest{PageSize: tea.Int32(1), PageNumber: tea.Int32(2)})
	if err != nil || *instances.Body.TotalCount != 2 || *instances.Body.KmsInstances.KmsInstance[0].KmsInstanceId != "kst-new" {
		t.Fatal(instances, err)
	}
	if regions, err := c.DescribeRegions(); err != nil || *regions.Body.Regions.Region[0].RegionId != kmstest.Region {
		t.Fatal(regions, err)
	}
	if status, err := c.DescribeAccountKmsStatus(); err != nil || *status.Body.AccountStatus != "Enabled" {
		t.Fatal(status, err)
	}
	_, err = c.OpenKmsService()
	teaRefused(t, err, 400, "Forbidden.Opened")

	// What a fake refuses by itself.
	_, err = c.DescribeApplicationAccessPoint(&sdk.DescribeApplicationAccessPointRequest{Name: s("aap-1")})
	teaRefused(t, err, 404, "Forbidden.ResourceNotFound")
	_, err = c.DescribePolicy(&sdk.DescribePolicyRequest{Name: s("policy")})
	teaRefused(t, err, 404, "Forbidden.ResourceNotFound")
	_, err = c.DescribeNetworkRule(&sdk.DescribeNetworkRuleRequest{Name: s("rule é")})
	teaRefused(t, err, 404, "Forbidden.ResourceNotFound")
	_, err = c.CreateApplicationAccessPoint(&sdk.CreateApplicationAccessPointRequest{Name: s("x"), Policies: s("policy")})
	teaRefused(t, err, 400, "InvalidParameter")
	_, err = c.ListKeys(&sdk.ListKeysRequest{})
	teaRefused(t, err, 404, "InvalidApi.NotFound")
	srv.Inject("ListApplicationAccessPoints", kmstest.Throttle, kmstest.ServerError)
	_, err = c.ListApplicationAccessPoints(&sdk.ListApplicationAccessPointsRequest{})
	teaRefused(t, err, 400, "Rejected.Throttling")
	_, err = c.ListApplicationAccessPoints(&sdk.ListApplicationAccessPointsRequest{})
	teaRefused(t, err, 500, "InternalFailure")
	e.secret = "wrong"
	if c, err = newKMS(e, http.DefaultTransport); err != nil {
		t.Fatal(err)
	}
	_, err = c.ListApplicationAccessPoints(&sdk.ListApplicationAccessPointsRequest{})
	teaRefused(t, err, 403, "SignatureDoesNotMatch")
}

// TestLifeKMSOld does so with the older SDK, and its older signature.
func TestLifeKMSOld(t *testing.T) {
	e := serve(t, kmstest.NewServer())
	c, err := newOld(e, http.DefaultTransport, func(env) (oldSDK, error) {
		return old.NewClientWithAccessKey(kmstest.Region, kmstest.AccessKeyID, kmstest.AccessKeySecret)
	})
	if err != nil {
		t.Fatal(err)
	}
	do := func(operation string, in tree) map[string]string {
		t.Helper()
		out, err := oldCall(oldKMS)(c, operation, in)
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
	got := do("CreateNetworkRule", tree{"Name": "rule", "Type": "Private", "SourcePrivateIp": `["10.0.0.1"]`})
	expect(got, "SourcePrivateIp", `["10.0.0.1"]`)
	do("CreatePolicy", tree{
		"Name": "policy", "KmsInstance": kmstest.InstanceID, "AccessControlRules": `{"NetworkRules":["rule"]}`,
		"Permissions": `["RbacPermission/Template/CryptoServiceKeyUser"]`, "Resources": `["key/*"]`,
	})
	got = do("DescribePolicy", tree{"Name": "policy"})
	expect(got, "Resources.1", "key/*")
	for _, name := range []string{"a b*~+/é", "aap-2", "aap-3"} {
		do("CreateApplicationAccessPoint", tree{"Name": name, "Policies": `["policy"]`, "Description": "d"})
	}
	for page, want := range map[string]string{"1": "a b*~+/é", "2": "aap-3"} {
		got = do("ListApplicationAccessPoints", tree{"PageNumber": page, "PageSize": "2"})
		expect(got, "TotalCount", "3")
		expect(got, "ApplicationAccessPoints.1.Name", want)
	}
	do("UpdateApplicationAccessPoint", tree{"Name": "a b*~+/é", "Description": "other"})
	got = do("DescribeApplicationAccessPoint", tree{"Name": "a b*~+/é"})
	expect(got, "Description", "other")
	expect(got, "Policies", `["policy"]`)
	expect(do("DescribeNetworkRule", tree{"Name": "rule"}), "Type", "Private")
	expect(do("ListNetworkRules", nil), "NetworkRules.1.Name", "rule")
	expect(do("ListPolicies", tree{"PageSize": "1"}), "Policies.1.Name", "policy")
	do("UpdateNetworkRule", tree{"Name": "rule", "SourcePrivateIp": `["10.0.0.0/8"]`})
	expect(do("DescribeNetworkRule", tree{"Name": "rule"}), "SourcePrivateIp", `["10.0.0.0/8"]`)
	do("UpdatePolicy", tree{"Name": "policy", "Resources": `["secret/*"]`})
	got = do("DescribePolicy", tree{"Name": "policy"})
	expect(got, "Resources.1", "secret/*")
	expect(got, "Permissions.1", "RbacPermission/Template/CryptoServiceKeyUser")
	key := do("CreateClientKey", tree{"AapName": "a b*~+/é", "Password": "p@ss~!#$%^&*?_-W0rd"})
	got = do("GetClientKey", tree{"ClientKeyId": key["ClientKeyId"]})
	expect(got, "AapName", "a b*~+/é")
	expect(got, "NotAfter", key["NotAfter"])
	expect(do("ListClientKeys", tree{"AapName": "a b*~+/é"}), "ClientKeys.1.ClientKeyId", key["ClientKeyId"])
	do("DeleteClientKey", tree{"ClientKeyId": key["ClientKeyId"]})
	expect(do("ListClientKeys", nil), "ClientKeys.1.ClientKeyId", "")
	do("DeleteApplicationAccessPoint", tree{"Name": "a b*~+/é"})
	do("DeletePolicy", tree{"Name": "policy"})
	do("DeleteNetworkRule", tree{"Name": "rule"})
	_, err = oldCall(oldKMS)(c, "DescribeApplicationAccessPoint", tree{"Name": "a b*~+/é"})
	if f, _ := oldFailure(err); f.Code != "Forbidden.ResourceNotFound" || f.Status != 404 || f.RequestID == "" {
		t.Errorf("got %v", err)
	}
}
