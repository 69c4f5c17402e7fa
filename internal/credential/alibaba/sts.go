package alibaba

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
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
	endpoint, region                 string // of the service; empty for the central one
	ownRegion                        string // of the profile, which STS in a VPC may be taken from
	vpc                              bool
	provider                         string // the OIDC provider
	token, tokenFile                 string // of OIDC
}

func (s *sources) oidcOfEnvironment(ctx context.Context) (*credential.Fetched, error) {
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
func (s *sources) assumeByOIDC(ctx context.Context, r *role) (*credential.Fetched, error) {
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
func (s *sources) assume(ctx context.Context, r *role, with credential.Key) (*credential.Fetched, error) {
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
func (s *sources) parameters(r *role, more ...string) string {
	session := cmp.Or(r.session, s.m.Getenv("ALIBABA_CLOUD_ROLE_SESSION_NAME"), fmt.Sprintf("accesspoint-go-%d", os.Getpid()))
	return machine.Form(append(more, "RoleArn", r.arn, "RoleSessionName", session, "Policy", r.policy,
		"DurationSeconds", strconv.Itoa(cmp.Or(r.seconds, 3600)))...)
}

// sts asks the security token service for a key. It may quote the secrets that it
// was sent.
func (s *sources) sts(ctx context.Context, r *role, query, form string, sign func(*http.Request, []byte, time.Time), secrets ...string) (*credential.Fetched, error) {
	endpoint, err := s.stsEndpoint(r)
	if err != nil {
		return nil, err
	}
	var got *credential.Fetched
	request := &machine.Request{
		Method: "POST", URL: endpoint + "/?" + query, Sign: sign,
		Header:  map[string]string{"Accept": "application/json"},
		Timeout: remoteTimeout,
		Read: func(answer *machine.Answer) error {
			var out struct {
				Code, Message string
				Credentials   key
			}
			err := answer.JSON(&out)
			if answer.Status != 200 {
				return answer.Refused(out.Code, out.Message, secrets...)
			}
			if err == nil {
				got, err = out.Credentials.fetched(answer)
			}
			return err
		},
		// A proxy sent the request twice. The next attempt has a new nonce.
		Transient: []string{"SignatureNonceUsed"},
	}
	if form != "" {
		request.Body = form
		request.Header["Content-Type"] = "application/x-www-form-urlencoded"
	}
	err = s.m.Do(ctx, request)
	return got, err
}

// stsEndpoint returns the URL of STS. What the role says itself comes before what
// the environment says of all roles.
func (s *sources) stsEndpoint(r *role) (string, error) {
	own := r.endpoint
	if own == "" && r.region == "" {
		own = s.m.Getenv("ALIBABA_CLOUD_STS_ENDPOINT")
	}
	if own != "" {
		if !strings.Contains(own, "://") {
			own = "https://" + own
		}
		own = strings.TrimSuffix(own, "/")
		u, err := url.Parse(own)
		if err != nil || u.Host == "" || u.User != nil || u.Path != "" || u.RawQuery != "" || u.Fragment != "" ||
			u.Scheme != "https" && (u.Scheme != "http" || !machine.IsLoopback(u.Hostname())) {
			return "", errors.New("sts_endpoint or ALIBABA_CLOUD_STS_ENDPOINT is not a host, with https:// or without")
		}
		return own, nil
	}
	name := "sts"
	region := cmp.Or(r.region, s.m.Getenv("ALIBABA_CLOUD_STS_REGION"))
	if r.vpc || s.m.Is("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED", "true") {
		name = "sts-vpc"
		region = cmp.Or(region, r.ownRegion, RegionOfEnvironment(s.m))
		if region == "" { // the central endpoint has no twin in the VPCs
			return "", errors.New("the STS of a VPC needs a region: ALIBABA_CLOUD_STS_REGION and ALIBABA_CLOUD_REGION_ID are not set")
		}
	}
	if !machine.IsRegion(region) {
		return "", errors.New("the region of STS is no region ID")
	}
	if region == "" {
		return "https://sts.aliyuncs.com", nil
	}
	return "https://" + name + "." + region + ".aliyuncs.com", nil
}
