package main

import (
	"context"
	"errors"

	"github.com/accesspoint-go/accesspoint/kms"
	"github.com/accesspoint-go/accesspoint/kms/kmstest"
)

// startKMS prepares an application access point and what its policy needs: a
// network rule and the policy itself. All three have the key as their name.
func startKMS(o *options, j *job) error {
	cfg := kms.Config{Region: o.region}
	instance := o.kmsInstance
	if !o.live {
		cfg = kmstest.NewServer().Config()
		cfg.Settle = settle
		instance = kmstest.InstanceID
	}
	cfg.OnAttempt = func(_ context.Context, a kms.Attempt) { j.sent(a.Operation) }
	client, err := kms.New(cfg)
	if err != nil {
		return err
	}
	j.create = func(ctx context.Context, key string) (created, error) {
		_, err := client.EnsureNetworkRule(ctx, kms.CreateNetworkRuleRequest{
			Name: key, Type: kms.NetworkRulePrivate, SourcePrivateIP: []string{"10.0.0.0/8"},
		})
		if err != nil {
			return created{}, err
		}
		_, err = client.EnsurePolicy(ctx, kms.CreatePolicyRequest{
			Name: key, KmsInstance: instance, Permissions: []kms.Permission{kms.PermissionSecretUser}, Resources: []string{"secret/*"},
			AccessControlRules: kms.AccessControlRules{NetworkRules: []string{key}},
		})
		if err != nil {
			return created{}, err
		}
		ap, err := client.EnsureApplicationAccessPoint(ctx, kms.CreateApplicationAccessPointRequest{Name: key, Policies: []string{key}})
		return created{id: ap.Name, state: "created", address: ap.ARN}, err
	}
	j.remove = func(ctx context.Context, key string) error {
		return errors.Join(
			client.EnsureApplicationAccessPointAbsent(ctx, key),
			client.EnsurePolicyAbsent(ctx, key),
			client.EnsureNetworkRuleAbsent(ctx, key),
		)
	}
	return nil
}
