package nas

import (
	"slices"

	"github.com/accesspoint-go/accesspoint/internal/check"
)

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

// central are the regions without a public endpoint of their own, by the list in
// the official SDK. A region that is not in it, as new ones are, has one.
var central = []string{
	"ap-northeast-2-pop", "ap-southeast-2", "cn-beijing-finance-pop", "cn-beijing-gov-1", "cn-beijing-nu16-b01", "cn-edge-1",
	"cn-fujian", "cn-haidian-cm12-c01", "cn-hangzhou-bj-b01", "cn-hangzhou-internal-prod-1", "cn-hangzhou-internal-test-1",
	"cn-hangzhou-internal-test-2", "cn-hangzhou-internal-test-3", "cn-hangzhou-test-306", "cn-hongkong-finance-pop",
	"cn-qingdao-nebula", "cn-shanghai-et15-b01", "cn-shanghai-et2-b01", "cn-shanghai-inner", "cn-shanghai-internal-test-1",
	"cn-shenzhen-inner", "cn-shenzhen-st4-d01", "cn-shenzhen-su18-b01", "cn-wuhan", "cn-yushanfang", "cn-zhangbei",
	"cn-zhangbei-na61-b01", "cn-zhangjiakou-na62-a01", "cn-zhengzhou-nebula-1", "eu-west-1-oxs", "rus-west-1-pop",
}

// host returns the endpoint of the region.
func (c *Config) host() string {
	if c.Network == NetworkVPC {
		return "nas-vpc." + c.Region + ".aliyuncs.com"
	}
	switch {
	case c.Region == "cn-hangzhou-finance":
		return "nas.cn-hangzhou-dg-a01.aliyuncs.com"
	case slices.Contains(central, c.Region):
		return "nas.aliyuncs.com"
	}
	return "nas." + c.Region + ".aliyuncs.com"
}

// problems returns what is wrong with the settings that only this service has.
func (c *Config) problems() []check.Problem {
	return []check.Problem{check.OneOf("Network", c.Network, NetworkVPC)}
}
