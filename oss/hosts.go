package oss

import (
	"net"
	"net/netip"
	"strings"

	"github.com/accesspoint-go/accesspoint/internal/check"
)

// A Network is one of the networks on which a region can be reached.
type Network string

const (
	// NetworkPublic is the internet.
	NetworkPublic Network = ""
	// NetworkInternal is the region's internal network, reachable from its VPCs.
	NetworkInternal Network = "internal"
)

// host returns the endpoint of the region. On the internet, those of the finance
// cloud have other names (https://www.alibabacloud.com/help/en/oss/user-guide/regions-and-endpoints).
func (c *Config) host() string {
	if c.Network == NetworkInternal {
		return "oss-" + c.Region + "-internal.aliyuncs.com"
	}
	name := c.Region
	switch name {
	case "cn-hangzhou-finance":
		name = "cn-hzfinance"
	case "cn-shenzhen-finance-1":
		name = "cn-szfinance"
	case "cn-shanghai-finance-1", "cn-beijing-finance-1":
		name += "-pub"
	}
	return "oss-" + name + ".aliyuncs.com"
}

// problems returns what is wrong with the settings that only this service has.
func (c *Config) problems() []check.Problem {
	return []check.Problem{
		check.NoPrefix("Region", c.Region, "oss-"),
		check.That(!strings.HasSuffix(c.Region, "-internal"), "Region", "must not end in -internal, as the names of endpoints do: that is for Network"),
		check.That(c.Region != "cn-hangzhou-finance" || c.Network != NetworkInternal || c.Endpoint != "", "Endpoint",
			"is required: the region has several endpoints on its internal network"),
		check.OneOf("Network", c.Network, NetworkInternal),
	}
}

// pathStyle reports whether the bucket goes into the path.
func (c *Config) pathStyle() bool { return c.PathStyle || isPlace(c.Endpoint) }

// isPlace reports whether the host of endpoint is an IP address, before which no
// bucket can stand, or localhost, before which it would be a name for any resolver.
func isPlace(endpoint string) bool {
	if _, host, ok := strings.Cut(endpoint, "://"); ok {
		endpoint = host
	}
	endpoint = strings.TrimSuffix(endpoint, "/")
	if host, _, err := net.SplitHostPort(endpoint); err == nil {
		endpoint = host
	}
	_, err := netip.ParseAddr(strings.Trim(endpoint, "[]"))
	return err == nil || endpoint == "localhost"
}
