package nas_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/nas"
)

// TestGroupVectors sends and reads what an official SDK was recorded sending and
// reading of permission groups, regions and the account.
func TestGroupVectors(t *testing.T) {
	vectors := wiretest.Vectors(t, "testdata/vectors")
	for name, send := range map[string]func(context.Context, *nas.Client) (any, error){
		"022-nas-create-access-group": func(ctx context.Context, c *nas.Client) (any, error) {
			return c.CreateAccessGroup(ctx, nas.CreateAccessGroupRequest{
				AccessGroupName: "vpc-test", AccessGroupType: nas.AccessGroupTypeVPC, Description: "Demo group", FileSystemType: nas.FileSystemTypeStandard,
			})
		},
		"023-nas-describe-access-groups": func(ctx context.Context, c *nas.Client) (any, error) {
			return c.DescribeAccessGroups(ctx, nas.DescribeAccessGroupsRequest{
				AccessGroupName: "DEFAULT_VPC_GROUP_NAME", FileSystemType: nas.FileSystemTypeStandard, UseUTCDateTime: new(true), PageNumber: 1, PageSize: 2,
			})
		},
		"more_nas-mag-ok": func(ctx context.Context, c *nas.Client) (any, error) {
			return c.ModifyAccessGroup(ctx, nas.ModifyAccessGroupRequest{AccessGroupName: "group-01", Description: "a new text", FileSystemType: nas.FileSystemTypeStandard})
		},
		"more_nas-xag-ok": func(ctx context.Context, c *nas.Client) (any, error) {
			return c.DeleteAccessGroup(ctx, nas.DeleteAccessGroupRequest{AccessGroupName: "group-01", FileSystemType: nas.FileSystemTypeExtreme})
		},
		"more_nas-xag-err-busy": func(ctx context.Context, c *nas.Client) (any, error) {
			return c.DeleteAccessGroup(ctx, nas.DeleteAccessGroupRequest{AccessGroupName: "group-01"})
		},
		"025-nas-create-access-rule-ipv6": func(ctx context.Context, c *nas.Client) (any, error) {
			return c.CreateAccessRule(ctx, nas.CreateAccessRuleRequest{AccessGroupName: "vpc-test", IPv6SourceCidrIP: "2001:250:6000::/48", FileSystemType: nas.FileSystemTypeExtreme})
		},
		"026-nas-describe-access-rules": func(ctx context.Context, c *nas.Client) (any, error) {
			return c.DescribeAccessRules(ctx, nas.DescribeAccessRulesRequest{AccessGroupName: "vpc-test", PageNumber: 1, PageSize: 10})
		},
		"more_nas-mar-ipv6": func(ctx context.Context, c *nas.Client) (any, error) {
			return c.ModifyAccessRule(ctx, nas.ModifyAccessRuleRequest{
				AccessGroupName: "group-01", AccessRuleID: "1", FileSystemType: nas.FileSystemTypeExtreme, IPv6SourceCidrIP: "2001:250:6000::/48",
			})
		},
		"more_nas-xar-ok": func(ctx context.Context, c *nas.Client) (any, error) {
			return c.DeleteAccessRule(ctx, nas.DeleteAccessRuleRequest{AccessGroupName: "group-01", AccessRuleID: "1"})
		},
		"028-nas-describe-regions": func(ctx context.Context, c *nas.Client) (any, error) {
			return c.DescribeRegions(ctx, nas.DescribeRegionsRequest{FileSystemType: "all", PageSize: 100})
		},
		"029-nas-describe-zones": func(ctx context.Context, c *nas.Client) (any, error) {
			return c.DescribeZones(ctx, nas.DescribeZonesRequest{FileSystemType: nas.FileSystemTypeStandard})
		},
		"more_nas-crg-ok": func(ctx context.Context, c *nas.Client) (any, error) {
			return c.ChangeResourceGroup(ctx, nas.ChangeResourceGroupRequest{
				RegionID: "cn-hangzhou", ResourceType: nas.ResourceFileSystem, ResourceID: "31a8e4abcd", NewResourceGroupID: "rg-acfmwavnfdabcd",
			})
		},
		"more_nas-crg-err": func(ctx context.Context, c *nas.Client) (any, error) {
			return c.ChangeResourceGroup(ctx, nas.ChangeResourceGroupRequest{ResourceType: nas.ResourceFileSystem, ResourceID: "31a8e4abcd", NewResourceGroupID: "rg-none"})
		},
		"more_nas-open-already": func(ctx context.Context, c *nas.Client) (any, error) {
			return c.OpenNASService(ctx, nas.OpenNASServiceRequest{})
		},
	} {
		t.Run(name, func(t *testing.T) { agrees(t, vectors[name], send) })
	}
}

// agrees sends what an official SDK was recorded sending in v, and reads what it was
// answered, or was refused with.
func agrees(t *testing.T, v wiretest.Vector, send func(context.Context, *nas.Client) (any, error)) {
	r := wiretest.Answering(v.Answer())
	out, err := send(t.Context(), newClient(t, r, func(c *nas.Config) { c.SkipValidation, c.MaxAttempts = true, 1 }))
	v.Agree(t, r.Last(t))
	if v.Answer().Status >= 300 {
		refused, ok := errors.AsType[*nas.APIError](err)
		if !ok {
			t.Fatal(err)
		}
		var body struct{ Code, RequestID string }
		if json.Unmarshal([]byte(v.Answer().Body), &body) != nil || string(refused.Code) != body.Code || refused.RequestID != body.RequestID || refused.StatusCode != v.Answer().Status {
			t.Errorf("%+v, want %+v", refused, body)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	var sdk struct {
		Body map[string]any `json:"body"`
	}
	decoded := strings.ReplaceAll(string(v.Decoded), "not-a-real-password", "REDACTED") // ours does not print
	if err := json.Unmarshal([]byte(decoded), &sdk); err != nil {
		t.Fatal(err)
	}
	text, _ := json.Marshal(out)
	var ours map[string]any
	_ = json.Unmarshal(text, &ours)
	theirs := unwrapped(sdk.Body)
	asDocumented := cmp.Comparer(strings.EqualFold) // states, whatever case they came in
	if d := cmp.Diff(theirs, wiretest.Within(ours, theirs), asDocumented); d != "" {
		t.Errorf("answer (-official +ours):\n%s", d)
	}
}

// unwrapped returns a value without the groups around lists that only the wire
// knows.
func unwrapped(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = unwrapped(v[i])
		}
	case map[string]any:
		for name, member := range v {
			if group, ok := member.(map[string]any); ok && len(group) == 1 {
				for _, only := range group {
					if _, ok := only.([]any); ok {
						member = only
					}
				}
			}
			v[name] = unwrapped(member)
		}
	}
	return v
}
