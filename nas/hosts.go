package nas

import "github.com/accesspoint-go/accesspoint/internal/check"

// version is the API version that this package speaks.
const version = "2017-06-26"

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
		return "nas-vpc." + c.Region + ".aliyuncs.com"
	}
	if c.Region == "cn-hangzhou-finance" {
		return "nas.cn-hangzhou-dg-a01.aliyuncs.com" // the one region whose endpoint has another name
	}
	return "nas." + c.Region + ".aliyuncs.com"
}

// problems returns what is wrong with the settings that only this service has.
func (c *Config) problems() []check.Problem {
	return []check.Problem{check.OneOf("Network", c.Network, NetworkVPC)}
}
