package kms

import (
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

// Resumed is what became of a call whose outcome was unknown.
type Resumed struct {
	Operation string // the API's name of the operation
	Created   bool   // whether it took effect; see [Client.Resume] for how far that can be told
	// What it created; the others are zero.
	NetworkRule            NetworkRule
	Policy                 Policy
	ApplicationAccessPoint ApplicationAccessPoint
	ClientKey              ClientKey // without its private key, which is lost
}

// Resume finds out what became of a call that ended in an
// [*OutcomeUnknownError]. text is its Resume; it may come from another process
// and from an earlier day.
//
// Resume first waits until [Config].Settle has passed since that call. A network
// rule, a policy and an access point it looks up by name, and a policy counts
// only if it has the KMS instance that the call gave, if it gave one. The service
// does not tell when these were created. So Created says that it stands, be it
// the call's or of the same name from another; whether it is as asked is left to
// the caller, or to the Ensure method of its kind.
//
// A client key is looked up by its access point and the time of its creation. One
// that is found is of no use, for its private key was in the answer that was
// lost: delete it with [Client.DeleteClientKey], and create another. If there are
// several, the error is a [*DuplicateError]: one of them may be the call's, and
// the service has nothing that tells which.
//
// A text of another service, region or version of this module is a
// [*ValidationError], and nothing is sent. Failures that may pass are waited out
// for as long as ctx allows.
//
// RAM actions: kms:DescribeNetworkRule, kms:DescribePolicy,
// kms:DescribeApplicationAccessPoint or kms:ListClientKeys.
func (c *Client) Resume(ctx context.Context, text string) (*Resumed, error) {
	if err := c.made(); err != nil {
		return nil, err
	}
	p, err := resume.Parse(text, "kms", c.cfg.Region)
	out := &Resumed{Operation: p.Operation}
	find := map[string]func(context.Context) error{
		"CreateNetworkRule":            c.networkRule(CreateNetworkRuleRequest{Name: p.Key.Get("Name")}, &out.NetworkRule).get,
		"CreatePolicy":                 c.policy(CreatePolicyRequest{Name: p.Key.Get("Name")}, &out.Policy).get,
		"CreateApplicationAccessPoint": c.accessPoint(CreateApplicationAccessPointRequest{Name: p.Key.Get("Name")}, &out.ApplicationAccessPoint).get,
		"CreateClientKey":              func(ctx context.Context) error { return c.createdKey(ctx, p, &out.ClientKey) },
	}[p.Operation]
	if err == nil && find == nil {
		err = resume.ErrForm
	}
	if err != nil {
		return nil, invalid("Resume", check.That(false, "text", err.Error()))
	}
	err = retryCall(ctx, "Resume", nil, func(ctx context.Context) error {
		if err := wait.Sleep(ctx, time.Until(p.To.Add(c.cfg.settle()))); err != nil {
			return err
		}
		return find(ctx)
	})
	switch {
	case errors.Is(err, ErrNotFound):
	case err != nil:
		return nil, err
	case p.Key.Get("KmsInstance") != "" && out.Policy.KmsInstance != p.Key.Get("KmsInstance"):
		out.Policy = Policy{}
	default:
		out.Created = out.Operation != "CreateClientKey" || out.ClientKey.ClientKeyID != ""
	}
	return out, nil
}

// createdKey stores the client key that was created where and when p says, if
// there is one.
func (c *Client) createdKey(ctx context.Context, p resume.Point, found *ClientKey) error {
	out, err := c.ListClientKeys(ctx, ListClientKeysRequest{AapName: p.Key.Get("AapName")})
	if err != nil {
		return err
	}
	keys := slices.DeleteFunc(out.ClientKeys, func(k ClientKey) bool {
		created := k.created()
		return k.AapName != p.Key.Get("AapName") || !created.IsZero() && p.Excludes(created, c.cfg.settle())
	})
	switch len(keys) {
	case 0:
		return nil
	case 1:
		*found = keys[0]
		return nil
	}
	slices.SortFunc(keys, func(a, b ClientKey) int {
		if n := a.created().Compare(b.created()); n != 0 {
			return n
		}
		return strings.Compare(a.ClientKeyID, b.ClientKeyID)
	})
	e := &DuplicateError{Operation: "Resume"}
	for _, k := range keys {
		e.IDs = append(e.IDs, k.ClientKeyID)
	}
	return e
}

// created returns the time of the creation, or no time if it is not to be read.
func (k ClientKey) created() time.Time {
	t, _ := time.Parse(time.RFC3339, k.CreateTime)
	return t
}

// trail returns the text for Resume of a call that began at the given time.
func trail(operation, region string, began time.Time, key url.Values) string {
	from, _ := resume.Times(began, time.Time{}, time.Time{})
	return resume.Point{Service: "kms", Region: region, Operation: operation, From: from, To: time.Now(), Key: key}.String()
}
