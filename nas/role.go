package nas

import (
	"time"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/credential/alibaba"
	"github.com/accesspoint-go/accesspoint/internal/credential/machine"
)

// A Role is a RAM role, and how [AssumeRole] takes it on.
type Role struct {
	// ARN names the role: acs:ram::123456789012****:role/provisioner. Required.
	ARN string
	// SessionName is what the audit trail calls the user of the role: 2 to 64
	// letters, digits and .@-_. The default is that of the environment variable
	// ALIBABA_CLOUD_ROLE_SESSION_NAME, or one that is made of the process ID.
	SessionName string
	// Duration is how long a key lasts: at least 15 minutes, and no longer than
	// the role allows. The default is 1 hour. Fractions of a second do not count.
	Duration time.Duration
	// Policy, JSON, takes away from the role what it does not allow. The default
	// is all that the role may do.
	Policy string
	// ExternalID is what the trust policy of another account's role may ask for:
	// 2 to 1224 characters.
	ExternalID string
	// Region is the one whose security token service (STS) is asked. The default
	// is the endpoint that the environment variable ALIBABA_CLOUD_STS_ENDPOINT
	// names, or the region of ALIBABA_CLOUD_STS_REGION, or else the central service.
	Region string
	// VPC has the region's STS asked over the internal network, which also
	// ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED=true does. The central one is not there:
	// without any region so far it is that of ALIBABA_CLOUD_REGION_ID, and Retrieve
	// fails if that is not set either.
	VPC bool
}

// AssumeRole returns the credentials of a RAM role that base may assume, whatever
// base is:
//
//	creds, err := nas.AssumeRole(nas.DefaultCredentials(), nas.Role{ARN: "acs:ram::123456789012****:role/provisioner"})
//
// If base is nil, it is the key that the environment holds now, as in [Config].
// The error is a [*ValidationError] that names every defect of role. Nothing is
// sent before the first Retrieve, which asks STS for a key (AssumeRole, RAM
// action sts:AssumeRole), over the proxy that the environment names.
//
// The value keeps its key and fetches the next one in time, like that of
// [DefaultCredentials]. If STS says that the token of base has expired, base is
// told so and asked once more. The method Source names the role and the source
// of base.
func AssumeRole(base Credentials, role Role) (Credentials, error) {
	base = orEnvironment(base)
	r := alibaba.Role(role)
	if err := invalid("AssumeRole", append(r.Problems(), check.That(base != nil, "Credentials", noCredentials))...); err != nil {
		return nil, err
	}
	return alibaba.Assume(machine.Machine{}, base, r), nil
}
