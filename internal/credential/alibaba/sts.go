package alibaba

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/acs3"
	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/credential/machine"
)

// A role is what is asked of the security token service (STS).
type role struct {
	arn, session, policy, externalID string
	seconds                          int
	region                           string // of the service; empty for the central one
	vpc                              bool
	provider                         string // the OIDC provider
	token, tokenFile                 string // of OIDC
}

func (s sources) oidcOfEnvironment(ctx context.Context) (*credential.Fetched, error) {
	if s.m.Getenv("ALIBABA_CLOUD_OIDC_TOKEN") == "" {
		for _, name := range []string{"ALIBABA_CLOUD_OIDC_TOKEN_FILE", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "ALIBABA_CLOUD_ROLE_ARN"} {
			if s.m.Getenv(name) == "" {
				return nil, credential.Absent(name + " is not set")
			}
		}
	}
	return s.assumeByOIDC(ctx, &role{})
}

// assumeByOIDC takes on a role with a token that somebody else signed. What r
// does not say is taken from the environment.
func (s sources) assumeByOIDC(ctx context.Context, r *role) (*credential.Fetched, error) {
	r.arn = cmp.Or(r.arn, s.m.Getenv("ALIBABA_CLOUD_ROLE_ARN"))
	r.provider = cmp.Or(r.provider, s.m.Getenv("ALIBABA_CLOUD_OIDC_PROVIDER_ARN"))
	r.token = cmp.Or(r.token, s.m.Getenv("ALIBABA_CLOUD_OIDC_TOKEN"))
	r.tokenFile = cmp.Or(r.tokenFile, s.m.Getenv("ALIBABA_CLOUD_OIDC_TOKEN_FILE"))
	switch {
	case r.arn == "":
		return nil, credential.Absent("the ARN of the role is not set")
	case r.provider == "":
		return nil, credential.Absent("the ARN of the OIDC provider is not set")
	case r.token == "" && r.tokenFile == "":
		return nil, credential.Absent("the OIDC token file is not set")
	case r.token == "":
		token, err := s.m.ReadToken(r.tokenFile)
		if err != nil {
			return nil, err
		}
		r.token = token
	}
	query := machine.Form("Action", "AssumeRoleWithOIDC", "Format", "JSON", "Version", stsVersion,
		"Timestamp", time.Now().UTC().Format("2006-01-02T15:04:05Z"))
	form := s.parameters(r, "OIDCProviderArn", r.provider, "OIDCToken", r.token)
	return s.sts(ctx, r, query, form, nil, r.token)
}

// assume takes on a role with a key that may do so.
func (s sources) assume(ctx context.Context, r *role, with credential.Key) (*credential.Fetched, error) {
	r.arn = cmp.Or(r.arn, s.m.Getenv("ALIBABA_CLOUD_ROLE_ARN"))
	if r.arn == "" {
		return nil, errors.New("the ARN of the role is not set")
	}
	return s.sts(ctx, r, s.parameters(r, "ExternalId", r.externalID), "", func(req *http.Request, body []byte, at time.Time) {
		req.Header.Set("X-Acs-Action", "AssumeRole")
		req.Header.Set("X-Acs-Version", stsVersion)
		acs3.Sign(req, body, with, rand.Text(), at)
	}, with.Secret, with.Token)
}

const stsVersion = "2015-04-01"

// parameters returns those of both operations and more.
func (s sources) parameters(r *role, more ...string) string {
	session := cmp.Or(r.session, s.m.Getenv("ALIBABA_CLOUD_ROLE_SESSION_NAME"), fmt.Sprintf("accesspoint-go-%d", os.Getpid()))
	return machine.Form(append(more, "RoleArn", r.arn, "RoleSessionName", session, "Policy", r.policy,
		"DurationSeconds", strconv.Itoa(cmp.Or(r.seconds, 3600)))...)
}

// sts asks the security token service for a key. It may quote the secrets that it
// was sent.
func (s sources) sts(ctx context.Context, r *role, query, form string, sign func(*http.Request, []byte, time.Time), secrets ...string) (*credential.Fetched, error) {
	host, err := s.stsHost(r)
	if err != nil {
		return nil, err
	}
	request := &machine.Request{
		Method: "POST", URL: "https://" + host + "/?" + query, Sign: sign,
		Header:  map[string]string{"Accept": "application/json"},
		Timeout: remoteTimeout, Attempts: 3,
	}
	if form != "" {
		request.Body = form
		request.Header["Content-Type"] = "application/x-www-form-urlencoded"
	}
	answer, err := s.m.Do(ctx, request)
	if err != nil {
		return nil, err
	}
	var out struct {
		Code, Message string
		Credentials   key
	}
	err = answer.JSON(&out)
	if answer.Status != 200 {
		return nil, answer.Refused(out.Code, out.Message, secrets...)
	}
	if err != nil {
		return nil, err
	}
	return out.Credentials.fetched(answer)
}

func (s sources) stsHost(r *role) (string, error) {
	name := "sts"
	if r.vpc || s.m.Is("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED", "true") {
		name = "sts-vpc"
	}
	region := cmp.Or(r.region, s.m.Getenv("ALIBABA_CLOUD_STS_REGION"))
	if !machine.IsRegion(region) {
		return "", errors.New("the region of STS is no region ID")
	}
	if region == "" {
		// The central endpoint has no twin in the VPCs.
		return "sts.aliyuncs.com", nil
	}
	return strings.Join([]string{name, region, "aliyuncs.com"}, "."), nil
}
