package aws

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/credential/machine"
	"github.com/accesspoint-go/accesspoint/internal/uri"
)

func (s sources) instanceOrNone(ctx context.Context) (*credential.Fetched, error) {
	got, err := s.instance(ctx)
	if err != nil {
		// Every machine is asked whether it is an instance with a role. Those
		// that are not answer in many ways, or not at all.
		return nil, credential.Absent(err.Error())
	}
	return got, nil
}

// instance returns the key of the instance's role, by IMDSv2.
func (s sources) instance(ctx context.Context) (*credential.Fetched, error) {
	if s.m.Is("AWS_EC2_METADATA_DISABLED", "true") {
		return nil, credential.Absent("AWS_EC2_METADATA_DISABLED is true")
	}
	host := "http://169.254.169.254"
	if s.m.Is("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv6") {
		host = "http://[fd00:ec2::254]"
	}
	host = strings.TrimSuffix(cmp.Or(s.m.Getenv("AWS_EC2_METADATA_SERVICE_ENDPOINT"), host), "/") + "/latest/"
	token, err := s.metadata(ctx, &machine.Request{
		Method: "PUT", URL: host + "api/token", Timeout: time.Second, Attempts: 1,
		Header: map[string]string{"X-aws-ec2-metadata-token-ttl-seconds": "300"},
	})
	if err != nil {
		if _, silent := errors.AsType[*machine.Silent](err); silent {
			err = fmt.Errorf("%w (in a container on an instance, its hop limit may be 1)", err)
		}
		return nil, err
	}
	get := func(path string) (*machine.Answer, error) {
		return s.metadata(ctx, &machine.Request{
			Method: "GET", URL: host + "meta-data/iam/security-credentials/" + path, Timeout: 5 * time.Second, Attempts: 2,
			Header: map[string]string{"X-aws-ec2-metadata-token": string(token.Body)},
		})
	}
	answer, err := get("")
	if err != nil {
		return nil, err
	}
	role, _, _ := strings.Cut(strings.TrimSpace(string(answer.Body)), "\n")
	if role = strings.TrimSpace(role); role == "" || strings.ContainsAny(role, " <>/") {
		return nil, errors.New("the metadata service did not answer with the name of a role")
	}
	answer, err = get(uri.Escape(role))
	if err != nil {
		return nil, err
	}
	return readKey(answer)
}

// metadata returns the answer of the metadata service, if it is one.
func (s sources) metadata(ctx context.Context, r *machine.Request) (*machine.Answer, error) {
	r.Near = true
	answer, err := s.m.Do(ctx, r)
	switch {
	case err != nil:
		return nil, fmt.Errorf("the metadata service: %w", err)
	case answer.Status == 404 && strings.Contains(r.URL, "/iam/"):
		return nil, errors.New("the instance has no role (404)")
	case answer.Status != 200:
		return nil, fmt.Errorf("the metadata service: %w", answer.Refused("", ""))
	}
	return answer, nil
}
