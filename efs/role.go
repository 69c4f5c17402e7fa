package efs

import (
	"time"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/credential/aws"
	"github.com/accesspoint-go/accesspoint/internal/credential/machine"
)

// A Role is an IAM role, and how [AssumeRole] assumes it.
type Role struct {
	// ARN names the role: arn:aws:iam::123456789012:role/provisioner. Required.
	ARN string
	// SessionName is what the audit trail calls the user of the role: 2 to 64
	// letters, digits and _+=,.@-. The default is made of the process ID.
	SessionName string
	// Duration is how long a key lasts: from 15 minutes to 12 hours, and no
	// longer than the role allows. With the key of another role, it is up to 1
	// hour. The default is 1 hour. Fractions of a second do not count.
	Duration time.Duration
	// Policy, JSON, takes away from the role what it does not allow. The default
	// is all that the role may do.
	Policy string
	// ExternalID is what the trust policy of another account's role may ask for:
	// 2 to 1224 letters, digits and _+=,.@:/-.
	ExternalID string
	// Region is the one whose security token service (STS) is asked. The default
	// is that of AWS_REGION or AWS_DEFAULT_REGION, or of the profile in use, or
	// else the central service. AWS_ENDPOINT_URL_STS, AWS_ENDPOINT_URL and the
	// profile can name another endpoint.
	Region string
}

// AssumeRole returns the credentials of an IAM role that base may assume, whatever
// base is:
//
//	creds, err := efs.AssumeRole(efs.DefaultCredentials(), efs.Role{ARN: "arn:aws:iam::123456789012:role/provisioner"})
//
// If base is nil, it is the key that the environment holds now, as in [Config].
// The error is a [*ValidationError] that names every defect of role. Nothing is
// sent before the first Retrieve, which asks STS for a key (AssumeRole, IAM action
// sts:AssumeRole), over the proxy that the environment names.
//
// The value keeps its key and fetches the next one in time, like that of
// [DefaultCredentials]. If STS says that the token of base has expired, base is
// told so and asked once more. The method Source names the role and the source
// of base.
func AssumeRole(base Credentials, role Role) (Credentials, error) {
	base = orEnvironment(base)
	r := aws.Role(role)
	if err := invalid("AssumeRole", append(r.Problems(), check.That(base != nil, "Credentials", noCredentials))...); err != nil {
		return nil, err
	}
	return aws.Assume(machine.Machine{}, base, r), nil
}
