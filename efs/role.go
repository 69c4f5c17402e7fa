package efs

import (
	"time"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/credential/aws"
	"github.com/accesspoint-go/accesspoint/internal/credential/machine"
)

// A Role is an IAM role for [AssumeRole].
type Role struct {
	// ARN is the ARN of the role, such as
	// arn:aws:iam::123456789012:role/provisioner. Required.
	ARN string
	// SessionName identifies the user of the role in audit logs: 2 to 64
	// letters, digits and _+=,.@-. The default is made of the process ID.
	SessionName string
	// Duration is the lifetime of a key: 15 minutes to 12 hours, and no longer
	// than the role allows. If base is itself a role, the limit is 1 hour. It
	// is rounded down to whole seconds. The default is 1 hour.
	Duration time.Duration
	// Policy is a session policy, in JSON: the key may do only what both the
	// role and Policy allow. By default it may do everything that the role
	// allows.
	Policy string
	// ExternalID is the external ID that the role's trust policy may require,
	// usually if the role is another account's: 2 to 1224 letters, digits and
	// _+=,.@:/-.
	ExternalID string
	// Region selects the endpoint of the security token service (STS). The
	// default is the region in AWS_REGION or AWS_DEFAULT_REGION, or of the
	// profile in use, or else the central endpoint. AWS_ENDPOINT_URL_STS,
	// AWS_ENDPOINT_URL and the profile can name another endpoint.
	Region string
}

// AssumeRole returns credentials that assume an IAM role. They sign the requests
// to the security token service (STS) with the key of base:
//
//	creds, err := efs.AssumeRole(efs.DefaultCredentials(), efs.Role{ARN: "arn:aws:iam::123456789012:role/provisioner"})
//
// If base is nil, AssumeRole reads the key from the environment, as [New] does.
// The error is a [*ValidationError] that lists every problem. Nothing is sent
// before the first Retrieve, which asks STS for a key (IAM action
// sts:AssumeRole), through the proxy that the environment names.
//
// The returned value caches its key and refreshes it before it expires, like
// [DefaultCredentials]. If STS reports that the token of base has expired, it
// invalidates base and asks base for a key once more. It also has a method
// Source, which names the role and the source of base.
func AssumeRole(base Credentials, role Role) (Credentials, error) {
	base = orEnvironment(base)
	r := aws.Role(role)
	if err := invalid("AssumeRole", append(r.Problems(), check.That(base != nil, "Credentials", noCredentials))...); err != nil {
		return nil, err
	}
	return aws.Assume(machine.Machine{}, base, r), nil
}
