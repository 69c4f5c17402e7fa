package kms

import (
	"net/netip"
	"strings"

	"github.com/accesspoint-go/accesspoint/internal/check"
)

// An AuthenticationMethod is the way in which an application authenticates to
// an access point.
type AuthenticationMethod string

// AuthenticationClientKey is a key pair that is bound to the access point. It
// is the only documented method.
const AuthenticationClientKey AuthenticationMethod = "ClientKey"

// A NetworkRuleType is the kind of network of a network rule.
type NetworkRuleType string

// NetworkRulePrivate is for private addresses. It is the only documented type.
const NetworkRulePrivate NetworkRuleType = "Private"

// A Permission is a role that a policy grants.
type Permission string

// The documented roles. The service has more.
const (
	PermissionKeyUser    Permission = "RbacPermission/Template/CryptoServiceKeyUser"    // cryptographic operations with keys
	PermissionSecretUser Permission = "RbacPermission/Template/CryptoServiceSecretUser" // reading of secrets
)

// AccessControlRules say from where applications may use a policy.
type AccessControlRules struct {
	NetworkRules []string `json:"NetworkRules"` // names of network rules
}

// maxPolicies is the number of policies that an access point may have.
const maxPolicies = 3

// sourceRules are the rules of an address that a network rule lets in. That it
// is a private one is not asked: the service's own examples are not.
func sourceRules(source string) []check.Problem {
	return check.All(check.That(isSource(source), "", "must be an IP address or a CIDR block"))
}

func isSource(s string) bool {
	if strings.Contains(s, "/") {
		_, err := netip.ParsePrefix(s)
		return err == nil
	}
	_, err := netip.ParseAddr(s)
	return err == nil
}

// resourceRules are the rules of a key or secret that a policy opens.
func resourceRules(resource string) []check.Problem {
	kind, name, _ := strings.Cut(resource, "/")
	return check.All(check.That((kind == "key" || kind == "secret") && name != "", "", "must be key/ and an ID or *, or secret/ and a name or *"))
}
