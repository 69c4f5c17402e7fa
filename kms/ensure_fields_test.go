package kms_test

import (
	"context"
	"errors"
	"testing"

	"github.com/accesspoint-go/accesspoint/internal/ensuretest"
	"github.com/accesspoint-go/accesspoint/kms"
	"github.com/accesspoint-go/accesspoint/kms/kmstest"
)

// differences returns the drift that err tells of, or err.
func differences[T any](_ T, err error) (all []ensuretest.Difference, _ error) {
	drift, ok := errors.AsType[*kms.DriftError](err)
	if !ok {
		return nil, err
	}
	for _, d := range drift.Fields {
		all = append(all, ensuretest.Difference(d))
	}
	return all, nil
}

const isKey = "it is what the resource is found by"

// TestEnsureFields goes through every parameter of what is ensured.
func TestEnsureFields(t *testing.T) {
	type rule = kms.CreateNetworkRuleRequest
	t.Run("rule", func(t *testing.T) {
		ensuretest.Fields(t, rule{Name: "new", Type: kms.NetworkRulePrivate}, map[string]ensuretest.Field[rule]{
			"Name":        {Why: isKey},
			"Description": {Drift: "Description", Unset: func(in *rule) { in.Description = "" }, Changed: func(in *rule) { in.Description = "d" }, Other: func(in *rule) { in.Description = "e" }, Any: true},
			"Type":        {Why: "there is one type"},
			"SourcePrivateIP": {Drift: "SourcePrivateIp", Unset: func(in *rule) {}, Default: func(in *rule) { in.SourcePrivateIP = []string{} },
				Changed: func(in *rule) { in.SourcePrivateIP = []string{"10.0.0.1"} }, Other: func(in *rule) { in.SourcePrivateIP = []string{"10.0.0.1", "10.0.0.2"} }},
		}, func(t *testing.T) func(context.Context, rule) ([]ensuretest.Difference, error) {
			c := prepared(t).Client()
			return func(ctx context.Context, in rule) ([]ensuretest.Difference, error) {
				return differences(c.EnsureNetworkRule(ctx, in))
			}
		})
	})
	type policy = kms.CreatePolicyRequest
	t.Run("policy", func(t *testing.T) {
		ensuretest.Fields(t, policyRequest("new"), map[string]ensuretest.Field[policy]{
			"Name":        {Why: isKey},
			"Description": {Drift: "Description", Unset: func(in *policy) { in.Description = "" }, Changed: func(in *policy) { in.Description = "d" }, Other: func(in *policy) { in.Description = "e" }, Any: true},
			"KmsInstance": {Drift: "KmsInstance", Unset: func(in *policy) { in.KmsInstance = "" }, Changed: func(in *policy) { in.KmsInstance = kmstest.InstanceID }, Other: func(in *policy) { in.KmsInstance = "shared" }, Any: true},
			"Permissions": {Drift: "Permissions", Changed: func(in *policy) { in.Permissions = []kms.Permission{kms.PermissionSecretUser} },
				Other: func(in *policy) { in.Permissions = []kms.Permission{kms.PermissionSecretUser, kms.PermissionKeyUser} }},
			"Resources": {Drift: "Resources", Changed: func(in *policy) { in.Resources = []string{"key/*"} }, Other: func(in *policy) { in.Resources = []string{"secret/*"} }},
			"AccessControlRules.NetworkRules": {Drift: "AccessControlRules", Unset: func(in *policy) { in.AccessControlRules.NetworkRules = nil },
				Default: func(in *policy) { in.AccessControlRules.NetworkRules = []string{} },
				Changed: func(in *policy) { in.AccessControlRules.NetworkRules = []string{"office"} },
				Other:   func(in *policy) { in.AccessControlRules.NetworkRules = []string{"office", "home"} }},
		}, func(t *testing.T) func(context.Context, policy) ([]ensuretest.Difference, error) {
			c := prepared(t).Client()
			if _, err := c.CreateNetworkRule(t.Context(), rule{Name: "home", Type: kms.NetworkRulePrivate}); err != nil {
				t.Fatal(err)
			}
			return func(ctx context.Context, in policy) ([]ensuretest.Difference, error) {
				return differences(c.EnsurePolicy(ctx, in))
			}
		})
	})
	type point = kms.CreateApplicationAccessPointRequest
	t.Run("access point", func(t *testing.T) {
		ensuretest.Fields(t, point{Name: "new", Policies: []string{"p"}}, map[string]ensuretest.Field[point]{
			"Name":        {Why: isKey},
			"Description": {Drift: "Description", Unset: func(in *point) { in.Description = "" }, Changed: func(in *point) { in.Description = "d" }, Other: func(in *point) { in.Description = "e" }, Any: true},
			// There is one method.
			"AuthenticationMethod": {Drift: "AuthenticationMethod", Unset: func(in *point) { in.AuthenticationMethod = "" }, Default: func(in *point) { in.AuthenticationMethod = kms.AuthenticationClientKey }},
			"Policies":             {Drift: "Policies", Changed: func(in *point) { in.Policies = []string{"q"} }, Other: func(in *point) { in.Policies = []string{"q", "p"} }},
		}, func(t *testing.T) func(context.Context, point) ([]ensuretest.Difference, error) {
			c := prepared(t).Client()
			return func(ctx context.Context, in point) ([]ensuretest.Difference, error) {
				return differences(c.EnsureApplicationAccessPoint(ctx, in))
			}
		})
	})
}
