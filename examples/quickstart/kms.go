package main

import (
	"context"
	"errors"

	"github.com/accesspoint-go/accesspoint/kms"
	"github.com/accesspoint-go/accesspoint/kms/kmstest"
)

// kmsJob makes an application access point, and what its policy needs first: a
// network rule and the policy. KMS has done each when it answers.
func kmsJob(o *options) (*job, error) {
	skip, err := o.skips("kms", "-region", o.region, "-kms-instance", o.kmsInstance)
	if skip || err != nil {
		return nil, err
	}
	j := &job{service: "kms", account: account(o.region, "ALIBABA_CLOUD_ACCESS_KEY_ID")}
	cfg := kms.Config{Region: o.region}
	if !o.live {
		cfg = kmstest.NewServer().Config()
		o.kmsInstance = kmstest.InstanceID
	}
	cfg.OnAttempt = func(kms.Attempt) { j.requests.Add(1) }
	client, err := kms.New(cfg)
	if err != nil {
		return nil, err
	}
	name := uniqueName() // of all three: each kind has names of its own

	j.create = func(ctx context.Context, state func(string)) (made, error) {
		state("network rule")
		_, err := client.CreateNetworkRule(ctx, kms.CreateNetworkRuleRequest{
			Name: name, Type: kms.NetworkRulePrivate, SourcePrivateIP: []string{"10.0.0.0/8"},
		})
		if err != nil {
			return made{}, err
		}
		m := made{id: name, state: "incomplete"}
		state("policy")
		_, err = client.CreatePolicy(ctx, kms.CreatePolicyRequest{
			Name: name, KmsInstance: o.kmsInstance, Permissions: []kms.Permission{kms.PermissionSecretUser}, Resources: []string{"secret/*"},
			AccessControlRules: kms.AccessControlRules{NetworkRules: []string{name}},
		})
		if err != nil {
			return m, err
		}
		state("access point")
		out, err := client.CreateApplicationAccessPoint(ctx, kms.CreateApplicationAccessPointRequest{Name: name, Policies: []string{name}})
		if err != nil {
			return m, err
		}
		return made{id: name, address: out.ARN, state: "created"}, nil
	}
	j.remove = func(ctx context.Context, m made) error {
		_, point := client.DeleteApplicationAccessPoint(ctx, kms.DeleteApplicationAccessPointRequest{Name: m.id})
		_, policy := client.DeletePolicy(ctx, kms.DeletePolicyRequest{Name: m.id})
		_, rule := client.DeleteNetworkRule(ctx, kms.DeleteNetworkRuleRequest{Name: m.id})
		var failed []error
		for _, err := range []error{point, policy, rule} {
			if !errors.Is(err, kms.ErrNotFound) { // as after a create that did not come so far
				failed = append(failed, err)
			}
		}
		return errors.Join(failed...)
	}
	return j, nil
}
