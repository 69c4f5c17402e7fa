package nas

import (
	"github.com/accesspoint-go/accesspoint/internal/credential/alibaba"
	"github.com/accesspoint-go/accesspoint/internal/credential/machine"
)

// complete sets what c does not say by the environment or the profile in use.
func (c *Config) complete() (err error) {
	if c.Region == "" {
		c.Region, err = alibaba.Region(machine.Machine{})
	}
	return err
}

// origin says where a field comes from that c leaves open.
func (c *Config) origin(field string) string {
	if field != "Region" || c.Region != "" {
		return ""
	}
	return "; without Config.Region it comes from the environment variable ALIBABA_CLOUD_REGION_ID or ALIBABA_CLOUD_REGION, " +
		"or region_id of the profile in use"
}
