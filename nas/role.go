package nas

import (
	"time"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/credential/alibaba"
	"github.com/accesspoint-go/accesspoint/internal/credential/machine"
)

// A Role is a RAM role for [AssumeRole].
type Role struct {
	// ARN is the ARN of the role, such as
	// acs:ram::123456789012****:role/provisioner. Required.
	ARN string
	// SessionName identifies the user of the role in audit logs: 2 to 64
	// letters, digits and .@-_. The default is the environment variable
	// ALIBABA_CLOUD_ROLE_SESSION_NAME, or a name made of the process ID.
	SessionName string
	// Duration is the lifetime of a key: at least 15 minutes, and no longer
	// than the role allows. It is rounded down to whole seconds. The default is
	// 1 hour.
	Duration time.Duration
	// Policy is a session policy, in JSON: the key may do only what both the
	// role and Policy allow. By default it may do everything that the role
	// allows.
	Policy string
	// ExternalID is the external ID that the role's trust policy may require,
	// usually if the role is another account's: 2 to 1224 characters.
	ExternalID string
	// Region selects the endpoint of the security token service (STS). The
	// default is the endpoint in the environment variable
	// ALIBABA_CLOUD_STS_ENDPOINT, or the one of the region in
	// ALIBABA_CLOUD_STS_REGION, or else the central endpoint.
	Region string
	// VPC sends the requests to the internal STS endpoint of a region, which is
	// reachable from its VPCs. The central endpoint is not, so a region is
	// needed: Region, or else ALIBABA_CLOUD_STS_REGION or
	// ALIBABA_CLOUD_REGION_ID; Retrieve fails if none is set. The environment
	// variable ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED=true has the same effect as
	// VPC.
	VPC bool
}

// AssumeRole returns credentials that assume a RAM role. They sign the requests
// to the security token service (STS) with the key of base:
//
//	creds, err := nas.AssumeRole(nas.DefaultCredentials(), nas.Role{ARN: "acs:ram::123456789012****:role/provisioner"})
//
// If base is nil, AssumeRole reads the key from the environment, as [New] does.
// The error is a [*ValidationError] that lists every problem. Nothing is sent
// before the first Retrieve, which asks STS for a key (RAM action
// sts:AssumeRole), through the proxy that the environment names.
//
// The returned value caches its key and refreshes it before it expires, like
// [DefaultCredentials]. If STS reports that the token of base has expired, it
// invalidates base and asks base for a key once more. It also has a method
// Source, which names the role and the source of base.
func AssumeRole(base Credentials, role Role) (Credentials, error) {
	base = orEnvironment(base)
	r := alibaba.Role(role)
	if err := invalid("AssumeRole", append(r.Problems(), check.That(base != nil, "Credentials", noCredentials))...); err != nil {
		return nil, err
	}
	return alibaba.Assume(machine.Machine{}, base, r), nil
}
