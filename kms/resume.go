package kms

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/resume"
	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// A Resumed is the outcome of a call that ended in an [*OutcomeUnknownError].
type Resumed struct {
	Operation string // the API's name of the operation
	Created   bool   // whether it took effect, as far as [Client.Resume] can tell
	// NetworkRule, Policy or ApplicationAccessPoint is what the call created. The
	// others are zero.
	NetworkRule            NetworkRule
	Policy                 Policy
	ApplicationAccessPoint ApplicationAccessPoint
}

// Resume finds out whether a call that ended in an [*OutcomeUnknownError] took
// effect. text is the Resume field of that error; it may come from another
// process, and be days old.
//
// Resume looks up network rules, policies and access points by name. The
// Created field of the result is true if one exists that has every parameter of
// the call. The service does not say when it was created, so another call with
// the same parameters may have created it. Created is false if none exists, or
// if the policy is of another KMS instance. If one exists that differs in
// parameters that can be changed, the outcome stays unknown: the error is an
// [*OutcomeUnknownError] with the name in Candidates.
//
// For a client key the outcome always stays unknown, because the service does
// not say who created a key, and its private key was in the lost response.
// Candidates are the IDs of the client keys of the access point that were
// created at the time of the call. They may be in use by other callers: delete
// only those that you can attribute.
//
// To conclude that none exists, Resume takes [Config].Settle, the consistency
// window, during which the effect of the call may become visible. It does not
// wait if the call ended more than 15 minutes ago.
//
// If the text is of another service, region or version of this module, the
// error is a [*ValidationError] and nothing is sent. Transient errors are
// retried until ctx is done.
//
// RAM actions: kms:DescribeNetworkRule, kms:DescribePolicy,
// kms:DescribeApplicationAccessPoint or kms:ListClientKeys.
func (c *Client) Resume(ctx context.Context, text string) (*Resumed, error) {
	if err := c.made(); err != nil {
		return nil, err
	}
	p, err := resume.Parse(text, "kms", c.cfg.Region)
	out := &Resumed{Operation: p.Operation}
	name, settle := p.Key.Get("Name"), c.cfg.settle()
	var candidates []string
	find := map[string]func(context.Context) error{
		"CreateNetworkRule":            c.networkRule(CreateNetworkRuleRequest{Name: name}, &out.NetworkRule).get,
		"CreatePolicy":                 c.policy(CreatePolicyRequest{Name: name}, &out.Policy).get,
		"CreateApplicationAccessPoint": c.accessPoint(CreateApplicationAccessPointRequest{Name: name}, &out.ApplicationAccessPoint).get,
		"CreateClientKey": func(ctx context.Context) (err error) {
			candidates, err = c.keysOf(ctx, p, settle)
			return err
		},
	}[p.Operation]
	if err == nil && find == nil {
		err = resume.ErrForm
	}
	if err != nil {
		return nil, invalid("Resume", check.That(false, "text", err.Error()))
	}
	_, err = resume.Look(ctx, p, settle, c.transport.ServiceTime, func(ctx context.Context) (none, error) { return none{}, find(ctx) }, func(_ none, err error) bool {
		return err != nil && !errors.Is(err, ErrNotFound) || err == nil && p.Operation != "CreateClientKey" && out.whole(p.Key.Get("KmsInstance")) == p.Key.Get("Whole")
	})
	if failed, ok := err.(*wait.Error); ok {
		return nil, waitError("Resume", failed)
	}
	switch wanted := p.Key.Get("KmsInstance"); {
	case errors.Is(err, ErrNotFound):
		return out, nil
	case err != nil:
		return nil, err
	case p.Operation == "CreateClientKey":
	case wanted != "" && out.Policy.KmsInstance != wanted:
		out.Policy = Policy{}
		return out, nil
	case out.whole(wanted) == p.Key.Get("Whole"):
		out.Created = true
		return out, nil
	default:
		candidates = []string{name}
	}
	if candidates == nil {
		return out, nil
	}
	return nil, &OutcomeUnknownError{
		Operation: p.Operation, Resume: text, Candidates: candidates,
		Err: errors.New("kms: Resume: it cannot be told which of these the call created, if any: " + strings.Join(candidates, ", ")),
	}
}

// keysOf returns the IDs of the client keys that may have been created by the call.
func (c *Client) keysOf(ctx context.Context, p resume.Point, settle time.Duration) (ids []string, _ error) {
	out, err := c.ListClientKeys(ctx, ListClientKeysRequest{AapName: p.Key.Get("AapName")})
	if err != nil {
		return nil, err
	}
	for _, k := range out.ClientKeys {
		created, _ := time.Parse(time.RFC3339, k.CreateTime)
		if k.AapName == p.Key.Get("AapName") && (created.IsZero() || !p.Excludes(created, settle)) {
			ids = append(ids, k.ClientKeyID)
		}
	}
	slices.Sort(ids)
	return ids, nil
}

// whole returns the fingerprint of all that was found, as the requests have theirs.
// A KMS instance counts if one was asked for.
func (r *Resumed) whole(instance string) string {
	switch rule, p, ap := r.NetworkRule, r.Policy, r.ApplicationAccessPoint; r.Operation {
	case "CreateNetworkRule":
		return CreateNetworkRuleRequest{Name: rule.Name, Description: rule.Description, Type: rule.Type, SourcePrivateIP: rule.SourcePrivateIP}.whole()
	case "CreatePolicy":
		return CreatePolicyRequest{p.Name, p.Description, instance, p.Permissions, p.Resources, p.AccessControlRules}.whole()
	default:
		return CreateApplicationAccessPointRequest{ap.Name, ap.Description, ap.AuthenticationMethod, ap.Policies}.whole()
	}
}

func (in CreateNetworkRuleRequest) whole() string {
	return resume.Fingerprint(in.Description, string(in.Type), set(addresses(in.SourcePrivateIP)))
}

func (in CreatePolicyRequest) whole() string {
	return resume.Fingerprint(in.Description, in.KmsInstance, set(in.Permissions), set(in.Resources), set(in.AccessControlRules.NetworkRules))
}

func (in CreateApplicationAccessPointRequest) whole() string {
	return resume.Fingerprint(in.Description, string(cmp.Or(in.AuthenticationMethod, AuthenticationClientKey)), set(in.Policies))
}

// trail returns the text for Resume of a call that began at the given time.
func (c *Client) trail(operation string, began time.Time, key url.Values) string {
	from, to := resume.Times(began, c.transport.ServiceTime(began), c.transport.ServiceTime(time.Now()))
	return resume.Point{Service: "kms", Region: c.cfg.Region, Operation: operation, From: from, To: to, Key: key}.String()
}
