package kms_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/url"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/kms"
)

const created = `{"RequestId":"bcfefe15-46f0-44a3-bd96-3d422474b71a","Name":"aap_test","Policies":"[\"policy_test\"]","Arn":"acs:kms:cn-hangzhou:119285303511:applicationaccesspoint/aap_test","AuthenticationMethod":"ClientKey"}`

const keyID = "KAAP.66abf237-63f6-4625-b8cf-47e1086eabcd"

const instanceID = "kst-phzz64f722a1buamw0abcd"

var connect = kms.ConnectKmsInstanceRequest{
	KmsInstanceID: instanceID, VpcID: "vpc-bp19z7cwmltad5dffabcd", VSwitchIDs: []string{"vsw-bp1i512amda6d10a0abcd"},
	ZoneIDs: []string{"cn-hangzhou-k", "cn-hangzhou-j"}, KMProvider: kms.KMProviderAliyun,
}

var bind = kms.UpdateKmsInstanceBindVpcRequest{KmsInstanceID: instanceID, BindVpcs: []kms.BindVpc{
	{VpcID: "vpc-bp1go9qvmj78j4f4cabcd", VSwitchID: "vsw-bp16c5pvvcf0fp5b9abcd", RegionID: "cn-hangzhou", VpcOwnerID: 120708975881},
}}

// requests has one request for each operation, with all its parameters, by the
// name of its golden file.
var requests = map[string]any{
	"CreateApplicationAccessPoint": kms.CreateApplicationAccessPointRequest{
		Name: "a b*~+/", Description: "应用 & <b>", AuthenticationMethod: kms.AuthenticationClientKey,
		Policies: []string{"kst-hzz62ee817bvyyr5xabcd.efkd", `q"uote`, "策略 1"},
	},
	"DescribeApplicationAccessPoint": kms.DescribeApplicationAccessPointRequest{Name: "aap_test"},
	"ListApplicationAccessPoints":    kms.ListApplicationAccessPointsRequest{PageNumber: 2, PageSize: 100},
	"UpdateApplicationAccessPoint": kms.UpdateApplicationAccessPointRequest{
		Name: "aap_test", Description: new(""), Policies: []string{},
	},
	"DeleteApplicationAccessPoint": kms.DeleteApplicationAccessPointRequest{Name: "aap_test"},
	"CreateClientKey": kms.CreateClientKeyRequest{
		AapName: "aap_test", Password: "p@ss~!#$%^&*?_-W0rd", NotBefore: "2023-08-31T17:14:33Z", NotAfter: "2028-08-31T17:14:33Z",
	},
	"GetClientKey":    kms.GetClientKeyRequest{ClientKeyID: keyID},
	"ListClientKeys":  kms.ListClientKeysRequest{AapName: "aap_test"},
	"DeleteClientKey": kms.DeleteClientKeyRequest{ClientKeyID: keyID},
	"CreateNetworkRule": kms.CreateNetworkRuleRequest{
		Name: "networkrule_test", Description: "d", Type: kms.NetworkRulePrivate, SourcePrivateIP: []string{"192.10.0.1", "192.168.0.0/24"},
	},
	"DescribeNetworkRule": kms.DescribeNetworkRuleRequest{Name: "networkrule_test"},
	"ListNetworkRules":    kms.ListNetworkRulesRequest{PageNumber: 2, PageSize: 100},
	"UpdateNetworkRule": kms.UpdateNetworkRuleRequest{
		Name: "networkrule_test", Description: new(""), SourcePrivateIP: []string{"192.10.0.1", "192.168.0.0/24"},
	},
	"DeleteNetworkRule": kms.DeleteNetworkRuleRequest{Name: "networkrule_test"},
	"CreatePolicy": kms.CreatePolicyRequest{
		Name: "policy_test", Description: "d", KmsInstance: "kst-hzz634e67d126u9p9abcd",
		Permissions: []kms.Permission{kms.PermissionKeyUser, kms.PermissionSecretUser}, Resources: []string{"key/*", "secret/a"},
		AccessControlRules: kms.AccessControlRules{NetworkRules: []string{"networkrule_test"}},
	},
	"DescribePolicy": kms.DescribePolicyRequest{Name: "policy_test"},
	"ListPolicies":   kms.ListPoliciesRequest{PageNumber: 2, PageSize: 100},
	"UpdatePolicy": kms.UpdatePolicyRequest{
		Name: "policy_test", Description: new("d"), Permissions: []kms.Permission{}, Resources: []string{"key/*"},
		AccessControlRules: kms.AccessControlRules{NetworkRules: []string{}},
	},
	"DeletePolicy":             kms.DeletePolicyRequest{Name: "policy_test"},
	"ListKmsInstances":         kms.ListKmsInstancesRequest{Filters: `[{"Key":"Status","Values":["Connected"]}]`, PageNumber: 2, PageSize: 100},
	"GetKmsInstance":           kms.GetKmsInstanceRequest{KmsInstanceID: instanceID},
	"GetDefaultKmsInstance":    kms.GetDefaultKmsInstanceRequest{},
	"GetKmsInstanceQuotaInfos": kms.GetKmsInstanceQuotaInfosRequest{KmsInstanceID: instanceID, ResourceType: kms.QuotaQPS},
	"ConnectKmsInstance":       connect,
	"UpdateKmsInstanceBindVpc": bind,
	"ReleaseKmsInstance":       kms.ReleaseKmsInstanceRequest{KmsInstanceID: instanceID, ForceDeleteWithoutBackup: new(true)},
	"DescribeRegions":          kms.DescribeRegionsRequest{},
	"DescribeAccountKmsStatus": kms.DescribeAccountKmsStatusRequest{},
	"OpenKmsService":           kms.OpenKmsServiceRequest{},
}

// jsonTexts are the parameters and members that are JSON in a string.
var jsonTexts = []string{"Policies", "Permissions", "Resources", "SourcePrivateIp", "AccessControlRules", "BindVpcs"}

// compact returns the query without the spaces in its JSON texts, where they
// mean nothing.
func compact(t *testing.T, query string) string {
	t.Helper()
	q, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range jsonTexts {
		if q.Has(name) {
			var b bytes.Buffer
			if err := json.Compact(&b, []byte(q.Get(name))); err != nil {
				t.Fatal(err)
			}
			q.Set(name, b.String())
		}
	}
	return q.Encode()
}

// unfold replaces the JSON texts in body by what they hold.
func unfold(body map[string]any) {
	for _, name := range jsonTexts {
		if text, ok := body[name].(string); ok {
			var value any
			if json.Unmarshal([]byte(text), &value) == nil {
				body[name] = value
			}
		}
	}
}

// plain replaces the wrappers of lists in a tree by the lists, which is how ours
// shows them, and numbers by texts: some come as texts.
func plain(tree any) any {
	switch tree := tree.(type) {
	case map[string]any:
		if len(tree) == 1 {
			for _, value := range tree {
				if list, ok := value.([]any); ok {
					return plain(list)
				}
			}
		}
		for name, value := range tree {
			tree[name] = plain(value)
		}
	case []any:
		for i, value := range tree {
			tree[i] = plain(value)
		}
	case float64:
		return strconv.FormatFloat(tree, 'f', -1, 64)
	}
	return tree
}

// TestVectors sends what an official SDK was recorded sending, and reads what it
// was answered.
func TestVectors(t *testing.T) {
	vectors := wiretest.Vectors(t, "testdata/vectors")
	create := func(in kms.CreateApplicationAccessPointRequest) func(context.Context, *kms.Client) (any, error) {
		in.Name = "aap_test"
		return func(ctx context.Context, c *kms.Client) (any, error) { return c.CreateApplicationAccessPoint(ctx, in) }
	}
	update := func(in kms.UpdateApplicationAccessPointRequest) func(context.Context, *kms.Client) (any, error) {
		in.Name = "aap_test"
		return func(ctx context.Context, c *kms.Client) (any, error) { return c.UpdateApplicationAccessPoint(ctx, in) }
	}
	for name, send := range map[string]func(context.Context, *kms.Client) (any, error){
		"097-kms-create-aap-all": create(kms.CreateApplicationAccessPointRequest{
			Description: "aap description", AuthenticationMethod: kms.AuthenticationClientKey,
			Policies: []string{"kst-hzz62ee817bvyyr5xabcd.efkd", "kst-hzz62ee817bvyyr5xabcd.eyyp"},
		}),
		"098-kms-create-aap-unicode": create(kms.CreateApplicationAccessPointRequest{
			Description: "应用接入点 a+b*c~d/e", Policies: []string{"策略 1"},
		}),
		"100-kms-create-aap-v3-sdk": create(kms.CreateApplicationAccessPointRequest{
			Description: "aap description", AuthenticationMethod: kms.AuthenticationClientKey, Policies: []string{"p1"},
		}),
		"101-kms-create-aap-acs4": create(kms.CreateApplicationAccessPointRequest{
			Description: "acs4 a+b*c~d/e 中", Policies: []string{"policy_test"},
		}),
		"103-kms-describe-aap": func(ctx context.Context, c *kms.Client) (any, error) {
			return c.DescribeApplicationAccessPoint(ctx, kms.DescribeApplicationAccessPointRequest{Name: "aap_test"})
		},
		"104-kms-list-aaps": func(ctx context.Context, c *kms.Client) (any, error) {
			return c.ListApplicationAccessPoints(ctx, kms.ListApplicationAccessPointsRequest{PageNumber: 1, PageSize: 10})
		},
		"106-kms-update-aap": update(kms.UpdateApplicationAccessPointRequest{
			Description: new("d2"), Policies: []string{"a", "b", "c"},
		}),
		"107-kms-update-aap-clear-description": update(kms.UpdateApplicationAccessPointRequest{Description: new("")}),
		"109-kms-create-client-key": func(ctx context.Context, c *kms.Client) (any, error) {
			out, err := c.CreateClientKey(ctx, kms.CreateClientKeyRequest{
				AapName: "aap_test", Password: "p@ss~!#$%^&*?_-W0rd", NotBefore: "2023-08-31T17:14:33Z", NotAfter: "2028-08-31T17:14:33Z",
			})
			if err != nil {
				return nil, err
			}
			return struct { // in which the private key is not hidden
				kms.CreateClientKeyResponse
				PrivateKeyData string
			}{*out, out.PrivateKeyData.Value()}, nil
		},
		"110-kms-get-client-key": func(ctx context.Context, c *kms.Client) (any, error) {
			return c.GetClientKey(ctx, kms.GetClientKeyRequest{ClientKeyID: keyID})
		},
		"112-kms-list-client-keys-sts": func(ctx context.Context, c *kms.Client) (any, error) {
			return c.ListClientKeys(ctx, kms.ListClientKeysRequest{})
		},
		"113-kms-delete-client-key": func(ctx context.Context, c *kms.Client) (any, error) {
			return c.DeleteClientKey(ctx, kms.DeleteClientKeyRequest{ClientKeyID: keyID})
		},
		"115-kms-describe-network-rule": func(ctx context.Context, c *kms.Client) (any, error) {
			return c.DescribeNetworkRule(ctx, kms.DescribeNetworkRuleRequest{Name: "networkrule_test"})
		},
		"116-kms-list-network-rules": func(ctx context.Context, c *kms.Client) (any, error) {
			return c.ListNetworkRules(ctx, kms.ListNetworkRulesRequest{PageNumber: 2, PageSize: 100})
		},
		"118-kms-delete-network-rule": func(ctx context.Context, c *kms.Client) (any, error) {
			return c.DeleteNetworkRule(ctx, kms.DeleteNetworkRuleRequest{Name: "networkrule_test"})
		},
		"119-kms-create-policy": func(ctx context.Context, c *kms.Client) (any, error) {
			return c.CreatePolicy(ctx, kms.CreatePolicyRequest{
				Name: "policy_test", Description: "policy  description", KmsInstance: "kst-hzz634e67d126u9p9abcd",
				Permissions:        []kms.Permission{kms.PermissionKeyUser, kms.PermissionSecretUser},
				Resources:          []string{"secret/acs/ram/user/ram-secret", "key/*"},
				AccessControlRules: kms.AccessControlRules{NetworkRules: []string{"networkrule_test"}},
			})
		},
		"121-kms-list-policies": func(ctx context.Context, c *kms.Client) (any, error) {
			return c.ListPolicies(ctx, kms.ListPoliciesRequest{PageSize: 20})
		},
		"124-kms-list-instances": func(ctx context.Context, c *kms.Client) (any, error) {
			return c.ListKmsInstances(ctx, kms.ListKmsInstancesRequest{
				PageNumber: 1, PageSize: 20, Filters: `[{"Key":"Status","Values":["Connected"]}]`,
			})
		},
		"125-kms-get-instance": func(ctx context.Context, c *kms.Client) (any, error) {
			return c.GetKmsInstance(ctx, kms.GetKmsInstanceRequest{KmsInstanceID: "kst-hzz1"})
		},
		"127-kms-describe-account-status": func(ctx context.Context, c *kms.Client) (any, error) {
			return c.DescribeAccountKmsStatus(ctx, kms.DescribeAccountKmsStatusRequest{})
		},
		"more_kms-bind-ok": func(ctx context.Context, c *kms.Client) (any, error) {
			return c.UpdateKmsInstanceBindVpc(ctx, bind)
		},
		"more_kms-connect-ok": func(ctx context.Context, c *kms.Client) (any, error) { return c.ConnectKmsInstance(ctx, connect) },
		"more_kms-defaultinst-none": func(ctx context.Context, c *kms.Client) (any, error) {
			return c.GetDefaultKmsInstance(ctx, kms.GetDefaultKmsInstanceRequest{})
		},
		"more_kms-defaultinst-ok": func(ctx context.Context, c *kms.Client) (any, error) {
			return c.GetDefaultKmsInstance(ctx, kms.GetDefaultKmsInstanceRequest{})
		},
		"more_kms-openkms-ok": func(ctx context.Context, c *kms.Client) (any, error) {
			return c.OpenKmsService(ctx, kms.OpenKmsServiceRequest{})
		},
		"more_kms-quota-all": func(ctx context.Context, c *kms.Client) (any, error) {
			return c.GetKmsInstanceQuotaInfos(ctx, kms.GetKmsInstanceQuotaInfosRequest{})
		},
		"more_kms-release-ok": func(ctx context.Context, c *kms.Client) (any, error) {
			return c.ReleaseKmsInstance(ctx, kms.ReleaseKmsInstanceRequest{KmsInstanceID: "kst-hzz6abcd"})
		},
		"122-kms-update-policy": func(ctx context.Context, c *kms.Client) (any, error) {
			return c.UpdatePolicy(ctx, kms.UpdatePolicyRequest{
				Name: "policy_test", Permissions: []kms.Permission{kms.PermissionKeyUser}, Resources: []string{"key/*"},
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			v := vectors[name]
			r := wiretest.Answering(v.Answer())
			out, err := send(t.Context(), newClient(t, r, nil))
			if err != nil {
				t.Fatal(err)
			}
			v.RawQuery = compact(t, v.RawQuery)
			v.Agree(t, r.Last(t))
			var sdk struct {
				Body map[string]any `json:"body"`
			}
			if err := json.Unmarshal(v.Decoded, &sdk); err != nil {
				t.Fatal(err)
			}
			unfold(sdk.Body)
			text, _ := json.Marshal(out)
			var ours map[string]any
			_ = json.Unmarshal(text, &ours)
			want := plain(sdk.Body)
			if d := cmp.Diff(want, wiretest.Within(plain(ours), want)); d != "" {
				t.Errorf("answer (-official +ours):\n%s", d)
			}
		})
	}
}

// TestEitherForm reads lists and groups as JSON in a string and as JSON: the
// documentation has now the one and now the other. The first case is an answer
// on which the official SDK fails.
func TestEitherForm(t *testing.T) {
	vector := wiretest.Vectors(t, "testdata/vectors")["133-kms-decode-string-for-array"]
	policy := kms.DescribePolicyResponse{RequestID: "R10", Policy: kms.Policy{
		Name: "policy_test", Permissions: []kms.Permission{kms.PermissionKeyUser}, Resources: []string{"key/*"},
	}}
	withRules := policy
	withRules.AccessControlRules.NetworkRules = []string{"r1", "r2"}
	const lists = `{"RequestId":"R10","Name":"policy_test","Permissions":["RbacPermission/Template/CryptoServiceKeyUser"],"Resources":["key/*"]`
	for name, c := range map[string]struct {
		answer wiretest.Answer
		want   kms.DescribePolicyResponse
	}{
		"strings":        {vector.Answer(), policy},
		"arrays":         {wiretest.Answer{Body: lists + `}`}, policy},
		"rules, string":  {wiretest.Answer{Body: lists + `,"AccessControlRules":"{\"NetworkRules\": [\"r1\", \"r2\"]}"}`}, withRules},
		"rules, object":  {wiretest.Answer{Body: lists + `,"AccessControlRules":{"NetworkRules":["r1","r2"]}}`}, withRules},
		"rules, inner":   {wiretest.Answer{Body: lists + `,"AccessControlRules":{"NetworkRules":"[\"r1\",\"r2\"]"}}`}, withRules},
		"rules, empty":   {wiretest.Answer{Body: lists + `,"AccessControlRules":""}`}, policy},
		"rules, nothing": {wiretest.Answer{Body: lists + `,"AccessControlRules":"{}"}`}, policy},
		"rules, null":    {wiretest.Answer{Body: lists + `,"AccessControlRules":null}`}, policy},
	} {
		t.Run(name, func(t *testing.T) {
			r := wiretest.Answering(c.answer)
			out, err := newClient(t, r, nil).DescribePolicy(t.Context(), kms.DescribePolicyRequest{Name: "policy_test"})
			if err != nil {
				t.Fatal(err)
			}
			vector.Agree(t, r.Last(t))
			if d := cmp.Diff(&c.want, out); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
	for _, form := range []string{`"[\"10.0.0.1\",\"10.0.0.0/8\"]"`, `["10.0.0.1","10.0.0.0/8"]`} {
		r := wiretest.Answering(wiretest.Answer{Body: `{"RequestId":"R","Name":"n","Arn":"a","SourcePrivateIp":` + form + `}`})
		out, err := newClient(t, r, nil).CreateNetworkRule(t.Context(), kms.CreateNetworkRuleRequest{Name: "n", Type: kms.NetworkRulePrivate})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff([]string{"10.0.0.1", "10.0.0.0/8"}, out.SourcePrivateIP); d != "" {
			t.Errorf("%s (-want +got):\n%s", form, d)
		}
	}
	for _, form := range []string{`"[\"p1\"]"`, `["p1"]`} {
		r := wiretest.Answering(wiretest.Answer{Body: `{"RequestId":"R","Name":"n","Policies":` + form + `}`})
		out, err := newClient(t, r, nil).DescribeApplicationAccessPoint(t.Context(), describeRequest)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff([]string{"p1"}, out.Policies); d != "" {
			t.Errorf("%s (-want +got):\n%s", form, d)
		}
	}
}

// TestJSONText checks that a list that has special characters in it means the
// same on the other side, whatever its text.
func TestJSONText(t *testing.T) {
	names := []string{"a<b>&c", "q\"uo\\te", "tab\tline\n", "\u2028😀"}
	r := wiretest.Answering(wiretest.Answer{Body: created})
	if _, err := newClient(t, r, func(c *kms.Config) { c.SkipValidation = true }).
		CreateApplicationAccessPoint(t.Context(), kms.CreateApplicationAccessPointRequest{Name: "n", Policies: names}); err != nil {
		t.Fatal(err)
	}
	q, err := url.ParseQuery(r.Last(t).Query)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	if err := json.Unmarshal([]byte(q.Get("Policies")), &got); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(names, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}
