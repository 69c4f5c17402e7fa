package privatelink

import "github.com/accesspoint-go/accesspoint/internal/check"

// version is the API version that this package speaks.
const version = "2020-04-15"

// A Network is one of the networks on which a region can be reached.
type Network string

const (
	// NetworkPublic is the internet.
	NetworkPublic Network = ""
	// NetworkVPC is the region's internal network, reachable from its VPCs. The
	// host name follows the rule that the official SDK has for regions that it
	// does not list. It is not verified that the listed regions have one too.
	NetworkVPC Network = "vpc"
)

// host returns the endpoint of the region.
func (c *Config) host() string {
	if c.Network == NetworkVPC {
		return "privatelink-vpc." + c.Region + ".aliyuncs.com"
	}
	return "privatelink." + c.Region + ".aliyuncs.com"
}

// problems returns what is wrong with the settings that only this service has.
func (c *Config) problems() []check.Problem {
	return []check.Problem{check.OneOf("Network", c.Network, NetworkVPC)}
}
