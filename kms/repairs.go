package kms

import (
	"context"
	"errors"
	"slices"
)

// RepairNetworkRule does the same as [Client.EnsureNetworkRule] with the same
// argument, and then repairs drift by changing the addresses and the
// description, for all policies that use the rule. Parameters that did not
// drift are not sent.
//
// If the type of the rule differs, the error is a [*DriftError], because the
// service cannot change it. A change may take up to [Config].Settle, the
// consistency window, to show. Until then, EnsureNetworkRule may report the
// drift again.
//
// Errors: those of [Client.EnsureNetworkRule] and [Client.UpdateNetworkRule].
//
// RAM actions: those of [Client.EnsureNetworkRule], kms:UpdateNetworkRule.
func (c *Client) RepairNetworkRule(ctx context.Context, in CreateNetworkRuleRequest) (Repair, error) {
	rule, err := c.EnsureNetworkRule(ctx, in)
	update := UpdateNetworkRuleRequest{Name: in.Name}
	if differs(err, "Description") {
		update.Description = &in.Description
	}
	if differs(err, "SourcePrivateIp") {
		update.SourcePrivateIP = orEmpty(in.SourcePrivateIP)
	}
	return repair(ctx, "RepairNetworkRule", rule.Name, err, fix{[]string{"Description", "SourcePrivateIp"}, func(ctx context.Context) error {
		_, err := c.UpdateNetworkRule(ctx, update)
		return err
	}})
}

// RepairPolicy does the same as [Client.EnsurePolicy] with the same argument,
// and then repairs drift by changing the permissions, the resources, the
// network rules and the description, for all access points that use the policy.
// Parameters that did not drift are not sent.
//
// If the KMS instance of the policy differs, the error is a [*DriftError],
// because the service cannot change it. A change may take up to
// [Config].Settle, the consistency window, to show. Until then, EnsurePolicy
// may report the drift again.
//
// Errors: those of [Client.EnsurePolicy] and [Client.UpdatePolicy].
//
// RAM actions: those of [Client.EnsurePolicy], kms:UpdatePolicy.
func (c *Client) RepairPolicy(ctx context.Context, in CreatePolicyRequest) (Repair, error) {
	p, err := c.EnsurePolicy(ctx, in)
	update := UpdatePolicyRequest{Name: in.Name}
	if differs(err, "Description") {
		update.Description = &in.Description
	}
	if differs(err, "Permissions") {
		update.Permissions = orEmpty(in.Permissions)
	}
	if differs(err, "Resources") {
		update.Resources = orEmpty(in.Resources)
	}
	if differs(err, "AccessControlRules") {
		update.AccessControlRules.NetworkRules = orEmpty(in.AccessControlRules.NetworkRules)
	}
	fields := []string{"Description", "Permissions", "Resources", "AccessControlRules"}
	return repair(ctx, "RepairPolicy", p.Name, err, fix{fields, func(ctx context.Context) error {
		_, err := c.UpdatePolicy(ctx, update)
		return err
	}})
}

// RepairApplicationAccessPoint does the same as
// [Client.EnsureApplicationAccessPoint] with the same argument, and then
// repairs drift by changing the policies and the description. Parameters that
// did not drift are not sent.
//
// If the authentication method differs, the error is a [*DriftError], because
// the service cannot change it. A change may take up to [Config].Settle, the
// consistency window, to show. Until then, EnsureApplicationAccessPoint may
// report the drift again.
//
// Errors: those of [Client.EnsureApplicationAccessPoint] and
// [Client.UpdateApplicationAccessPoint].
//
// RAM actions: those of [Client.EnsureApplicationAccessPoint],
// kms:UpdateApplicationAccessPoint.
func (c *Client) RepairApplicationAccessPoint(ctx context.Context, in CreateApplicationAccessPointRequest) (Repair, error) {
	ap, err := c.EnsureApplicationAccessPoint(ctx, in)
	update := UpdateApplicationAccessPointRequest{Name: in.Name}
	if differs(err, "Description") {
		update.Description = &in.Description
	}
	if differs(err, "Policies") {
		update.Policies = orEmpty(in.Policies)
	}
	return repair(ctx, "RepairApplicationAccessPoint", ap.Name, err, fix{[]string{"Description", "Policies"}, func(ctx context.Context) error {
		_, err := c.UpdateApplicationAccessPoint(ctx, update)
		return err
	}})
}

// differs reports whether err is drift of that field.
func differs(err error, field string) bool {
	drift, ok := errors.AsType[*DriftError](err)
	return ok && slices.ContainsFunc(drift.Fields, func(d Drift) bool { return d.Field == field })
}

// orEmpty returns a list that is sent, where there is none as [].
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
