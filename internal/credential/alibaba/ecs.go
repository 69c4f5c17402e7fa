package alibaba

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/credential/machine"
)

func (s *sources) ecsOfEnvironment(ctx context.Context) (*credential.Fetched, error) {
	return machine.IfAny(s.ecs(ctx, s.m.Getenv("ALIBABA_CLOUD_ECS_METADATA")))
}

// ecs returns the key of the instance's role.
func (s *sources) ecs(ctx context.Context, role string) (*credential.Fetched, error) {
	if s.m.Is("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true") {
		return nil, credential.Absent("ALIBABA_CLOUD_ECS_METADATA_DISABLED is true")
	}
	service := &machine.Metadata{
		Machine: s.m, URL: "http://100.100.100.200/latest/", Roles: "meta-data/ram/security-credentials/",
		Header: "X-aliyun-ecs-metadata-token", Plain: s.m.Is("ALIBABA_CLOUD_IMDSV1_DISABLED", "false"),
	}
	return service.Key(ctx, role, readKey)
}
