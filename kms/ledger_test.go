package kms_test

import (
	"errors"
	"testing"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/ledger"
	"github.com/accesspoint-go/accesspoint/kms"
	"github.com/accesspoint-go/accesspoint/kms/kmstest"
)

// TestLedger holds Validate and the fake to the documented constraints.
func TestLedger(t *testing.T) {
	cfg := kmstest.NewServer().Config()
	cfg.SkipValidation = true
	client, err := kms.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ledger.Test(t, ledger.Suite{
		Path: "kmstest/constraints.json",
		Requests: map[string]any{
			"CreateApplicationAccessPoint":   kms.CreateApplicationAccessPointRequest{},
			"DescribeApplicationAccessPoint": kms.DescribeApplicationAccessPointRequest{},
			"ListApplicationAccessPoints":    kms.ListApplicationAccessPointsRequest{},
			"UpdateApplicationAccessPoint":   kms.UpdateApplicationAccessPointRequest{},
			"DeleteApplicationAccessPoint":   kms.DeleteApplicationAccessPointRequest{},
			"CreateClientKey":                kms.CreateClientKeyRequest{},
			"GetClientKey":                   kms.GetClientKeyRequest{},
			"ListClientKeys":                 kms.ListClientKeysRequest{},
			"DeleteClientKey":                kms.DeleteClientKeyRequest{},
			"CreateNetworkRule":              kms.CreateNetworkRuleRequest{},
			"DescribeNetworkRule":            kms.DescribeNetworkRuleRequest{},
			"ListNetworkRules":               kms.ListNetworkRulesRequest{},
			"UpdateNetworkRule":              kms.UpdateNetworkRuleRequest{},
			"DeleteNetworkRule":              kms.DeleteNetworkRuleRequest{},
			"CreatePolicy":                   kms.CreatePolicyRequest{},
			"DescribePolicy":                 kms.DescribePolicyRequest{},
			"ListPolicies":                   kms.ListPoliciesRequest{},
			"UpdatePolicy":                   kms.UpdatePolicyRequest{},
			"DeletePolicy":                   kms.DeletePolicyRequest{},
		},
		Problems: func(err error) (problems []check.Problem) {
			if invalid, ok := errors.AsType[*kms.ValidationError](err); ok {
				for _, p := range invalid.Problems {
					problems = append(problems, check.Problem(p))
				}
			}
			return problems
		},
		Client: client,
		Code: func(err error) string {
			if refused, ok := errors.AsType[*kms.APIError](err); ok {
				return string(refused.Code)
			}
			return ""
		},
	})
}
