package aws

import (
	"cmp"
	"context"
	"strings"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/credential/machine"
)

func (s *sources) instanceOrNone(ctx context.Context) (*credential.Fetched, error) {
	return machine.IfAny(s.instance(ctx))
}

// instance returns the key of the instance's role, by IMDSv2.
func (s *sources) instance(ctx context.Context) (*credential.Fetched, error) {
	if s.m.Is("AWS_EC2_METADATA_DISABLED", "true") {
		return nil, credential.Absent("AWS_EC2_METADATA_DISABLED is true")
	}
	host := "http://169.254.169.254"
	if s.m.Is("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv6") {
		host = "http://[fd00:ec2::254]"
	}
	service := &machine.Metadata{
		Machine: s.m, URL: strings.TrimSuffix(cmp.Or(s.m.Getenv("AWS_EC2_METADATA_SERVICE_ENDPOINT"), host), "/") + "/latest/",
		Roles: "meta-data/iam/security-credentials/", Header: "X-aws-ec2-metadata-token",
	}
	return service.Key(ctx, "", func(a *machine.Answer) (*credential.Fetched, error) { return readKey(a) })
}
