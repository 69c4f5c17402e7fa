package aws

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/accesspoint-go/accesspoint/internal/credential/machine"
)

// Settings say where a service is.
type Settings struct {
	Region, Endpoint string
	FIPS, DualStack  bool
}

// Complete sets what s does not say, by what the environment says of the service,
// such as efs, or else the profile in use: in the same order as the config package
// of aws-sdk-go-v2. An endpoint that s has itself is left alone, and then so are
// the flags, which choose among others.
func (s *Settings) Complete(m machine.Machine, service string) error {
	at := &sources{m}
	s.Region = cmp.Or(s.Region, at.regionOfEnvironment())
	if s.Region != "" && s.Endpoint != "" {
		return nil // no profile has more to say
	}
	all, err := at.profiles()
	if err != nil {
		return err
	}
	name := m.Getenv("AWS_PROFILE")
	p := all[cmp.Or(at.profileInUse(), "default")]
	if p == nil && name != "" && s.Region == "" {
		return fmt.Errorf("the shared files have no profile %q, which AWS_PROFILE names", name)
	}
	s.Region = cmp.Or(s.Region, p["region"])
	if s.Endpoint != "" {
		return nil
	}
	s.Endpoint = at.endpoint(service, all, p)
	fips, err1 := at.flag("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint", p)
	dualStack, err2 := at.flag("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint", p)
	s.FIPS, s.DualStack = s.FIPS || fips, s.DualStack || dualStack
	return errors.Join(err1, err2)
}

func (s *sources) regionOfEnvironment() string {
	return cmp.Or(s.m.Getenv("AWS_REGION"), s.m.Getenv("AWS_DEFAULT_REGION"))
}

// endpoint returns the endpoint that a service has of its own, or nothing.
func (s *sources) endpoint(service string, all machine.INI, p map[string]string) string {
	if strings.EqualFold(cmp.Or(s.m.Getenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"), p["ignore_configured_endpoint_urls"]), "true") {
		return ""
	}
	return cmp.Or(
		s.m.Getenv("AWS_ENDPOINT_URL_"+strings.ToUpper(service)), s.m.Getenv("AWS_ENDPOINT_URL"),
		all[services+p["services"]][service+".endpoint_url"], p["endpoint_url"],
	)
}

// flag returns what the variable says, or else the profile. What the profile says
// counts if it is true: as in the official SDK, all else is false there.
func (s *sources) flag(variable, key string, p map[string]string) (bool, error) {
	switch value := strings.ToLower(s.m.Getenv(variable)); value {
	case "":
		return strings.EqualFold(p[key], "true"), nil
	case "true", "false":
		return value == "true", nil
	}
	return false, errors.New(variable + " is neither true nor false")
}
