package efs

import (
	"strings"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/credential/aws"
	"github.com/accesspoint-go/accesspoint/internal/credential/machine"
)

// version is the API version that this package speaks.
const version = "2015-02-01"

// host returns the endpoint of the region. A region that no partition claims is
// taken for one of the commercial partition, as new ones are.
func (c *Config) host() string {
	name, domain, dualStackDomain := "elasticfilesystem", "amazonaws.com", "api.aws"
	switch {
	case strings.HasPrefix(c.Region, "cn-"):
		domain, dualStackDomain = "amazonaws.com.cn", "api.amazonwebservices.com.cn"
	case strings.HasPrefix(c.Region, "us-iso-"):
		domain, dualStackDomain = "c2s.ic.gov", "api.aws.ic.gov"
	case strings.HasPrefix(c.Region, "us-isob-"):
		domain, dualStackDomain = "sc2s.sgov.gov", "api.aws.scloud"
	case strings.HasPrefix(c.Region, "eu-isoe-"):
		domain, dualStackDomain = "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"
	case strings.HasPrefix(c.Region, "us-isof-"):
		domain, dualStackDomain = "csp.hci.ic.gov", "api.aws.hci.ic.gov"
	case strings.HasPrefix(c.Region, "eusc-"):
		domain, dualStackDomain = "amazonaws.eu", "api.amazonwebservices.eu"
	}
	if c.DualStack {
		// Three partitions have a shorter name there.
		if domain == "amazonaws.com" || domain == "amazonaws.com.cn" {
			name = "efs"
		}
		domain = dualStackDomain
	}
	if c.FIPS {
		name += "-fips"
	}
	return name + "." + c.Region + "." + domain
}

// complete sets what c does not say by the environment or the profile in use.
func (c *Config) complete() error {
	s := aws.Settings{Region: c.Region, Endpoint: c.Endpoint, FIPS: c.FIPS, DualStack: c.DualStack}
	err := s.Complete(machine.Machine{}, "efs")
	c.Region, c.Endpoint, c.FIPS, c.DualStack = s.Region, s.Endpoint, s.FIPS, s.DualStack
	return err
}

// origin says where a field comes from that c leaves open.
func (c *Config) origin(field string) string {
	const endpoint = "; without Config.Endpoint it comes from the environment variable AWS_ENDPOINT_URL_EFS or AWS_ENDPOINT_URL, " +
		"or endpoint_url of the profile in use"
	switch {
	case field == "Region" && c.Region == "":
		return "; without Config.Region it comes from the environment variable AWS_REGION or AWS_DEFAULT_REGION, " +
			"or region of the profile in use"
	case c.Endpoint != "" && field == "FIPS":
		return "; what New took from AWS_USE_FIPS_ENDPOINT or use_fips_endpoint, With has to set to false"
	case c.Endpoint != "" && field == "DualStack":
		return "; what New took from AWS_USE_DUALSTACK_ENDPOINT or use_dualstack_endpoint, With has to set to false"
	case c.Endpoint != "":
		return ""
	case field == "Endpoint":
		return endpoint
	case field == "FIPS":
		return endpoint + ", and FIPS from AWS_USE_FIPS_ENDPOINT or use_fips_endpoint"
	case field == "DualStack":
		return endpoint + ", and DualStack from AWS_USE_DUALSTACK_ENDPOINT or use_dualstack_endpoint"
	}
	return ""
}

// problems returns what is wrong with the settings that only this service has.
func (c *Config) problems() []check.Problem {
	return []check.Problem{
		check.That(!c.FIPS || c.Endpoint == "", "FIPS", "is not supported with Endpoint"),
		check.That(!c.DualStack || c.Endpoint == "", "DualStack", "is not supported with Endpoint"),
	}
}
