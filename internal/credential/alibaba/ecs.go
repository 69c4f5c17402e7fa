package alibaba

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/credential/machine"
	"github.com/accesspoint-go/accesspoint/internal/uri"
)

const metadata = "http://100.100.100.200/latest/"

func (s sources) ecsOfEnvironment(ctx context.Context) (*credential.Fetched, error) {
	got, err := s.ecs(ctx, s.m.Getenv("ALIBABA_CLOUD_ECS_METADATA"))
	if err != nil {
		// Every machine is asked whether it is an instance with a role. Those
		// that are not answer in many ways, or not at all.
		return nil, credential.Absent(err.Error())
	}
	return got, nil
}

// ecs returns the key of the instance's role, of which there is one at most. Its
// name need not be known.
func (s sources) ecs(ctx context.Context, role string) (*credential.Fetched, error) {
	if s.m.Is("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true") {
		return nil, credential.Absent("ALIBABA_CLOUD_ECS_METADATA_DISABLED is true")
	}
	token, err := s.metadata(ctx, &machine.Request{
		Method: "PUT", URL: metadata + "api/token", Timeout: time.Second, Attempts: 1,
		Header: map[string]string{"X-aliyun-ecs-metadata-token-ttl-seconds": "300"},
	})
	var header map[string]string
	switch {
	case err == nil:
		header = map[string]string{"X-aliyun-ecs-metadata-token": string(token.Body)}
	case !s.m.Is("ALIBABA_CLOUD_IMDSV1_DISABLED", "false"):
		return nil, err
	}
	get := func(path string) (*machine.Answer, error) {
		r := &machine.Request{Method: "GET", URL: metadata + "meta-data/ram/security-credentials/" + path, Header: header, Timeout: 5 * time.Second, Attempts: 2}
		if header == nil {
			r.Timeout, r.Attempts = time.Second, 1 // nothing has answered yet
		}
		return s.metadata(ctx, r)
	}
	if role == "" {
		answer, err := get("")
		if err != nil {
			return nil, err
		}
		if role = strings.TrimSpace(string(answer.Body)); role == "" || strings.ContainsAny(role, " <>\n/") {
			return nil, errors.New("the metadata service did not answer with the name of a role")
		}
	}
	answer, err := get(uri.Escape(role))
	if err != nil {
		return nil, err
	}
	var out key
	if err := answer.JSON(&out); err != nil {
		return nil, err
	}
	return out.fetched(answer)
}

// metadata returns the answer of the metadata service, if it is one.
func (s sources) metadata(ctx context.Context, r *machine.Request) (*machine.Answer, error) {
	r.Near = true
	answer, err := s.m.Do(ctx, r)
	switch {
	case err != nil:
		return nil, fmt.Errorf("the metadata service: %w", err)
	case answer.Status == 404 && strings.Contains(r.URL, "/ram/"):
		return nil, errors.New("the instance has no such role, or none at all (404)")
	case answer.Status != 200:
		return nil, fmt.Errorf("the metadata service: %w", answer.Refused("", ""))
	}
	return answer, nil
}
