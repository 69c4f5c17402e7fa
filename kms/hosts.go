package kms

import "github.com/accesspoint-go/accesspoint/internal/check"

// version is the API version that this package speaks.
const version = "2016-01-20"

// A Network is one of the networks on which a region can be reached.
type Network string

const (
	// NetworkPublic is the internet.
	NetworkPublic Network = ""
	// NetworkVPC is the region's internal network, reachable from its VPCs.
	NetworkVPC Network = "vpc"
)

// host returns the endpoint of the region.
func (c *Config) host() string {
	if c.Network == NetworkVPC {
		// Documented for the use of keys and secrets; that these operations are
		// served there too is not verified.
		return "kms-vpc." + c.Region + ".aliyuncs.com"
	}
	return "kms." + c.Region + ".aliyuncs.com"
}

// problems returns what is wrong with the settings that only this service has.
func (c *Config) problems() []check.Problem {
	return []check.Problem{check.OneOf("Network", c.Network, NetworkVPC)}
}
