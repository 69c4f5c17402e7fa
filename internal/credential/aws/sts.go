package aws

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/credential/machine"
	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/internal/sigv4"
)

// A role is what is asked of the security token service (STS).
type role struct {
	arn, session, externalID, policy string
	seconds                          string // empty leaves it to the service
	sts                              place
}

// assume takes on a role with a key that may do so.
func (s *sources) assume(ctx context.Context, r *role, with credential.Key) (*credential.Fetched, error) {
	form := r.form("AssumeRole", "ExternalId", r.externalID)
	scope := sigv4.Scope{Region: cmp.Or(r.sts.region, "us-east-1"), Service: "sts"}
	return s.sts(ctx, r, form, func(req *http.Request, body []byte, at time.Time) {
		sigv4.Sign(req, body, scope, with, new(sigv4.Keys), at)
	}, with.Secret, with.Token)
}

// assumeByWebIdentity takes on a role with a token that somebody else signed.
func (s *sources) assumeByWebIdentity(ctx context.Context, r *role, file string) (*credential.Fetched, error) {
	token, err := s.m.ReadToken(file)
	if err != nil {
		return nil, err
	}
	return s.sts(ctx, r, r.form("AssumeRoleWithWebIdentity", "WebIdentityToken", token), nil, token)
}

// form returns the parameters of both operations and more.
func (r *role) form(action string, more ...string) string {
	return machine.Form(append(more, "Action", action, "Version", "2011-06-15", "RoleArn", r.arn, "DurationSeconds", r.seconds, "Policy", r.policy,
		"RoleSessionName", cmp.Or(r.session, fmt.Sprintf("accesspoint-go-%d", os.Getpid())))...)
}

// sts asks the security token service for a key. It may quote the secrets that it
// was sent.
func (s *sources) sts(ctx context.Context, r *role, form string, sign func(*http.Request, []byte, time.Time), secrets ...string) (*credential.Fetched, error) {
	endpoint, err := s.stsEndpoint(r.sts)
	if err != nil {
		return nil, err
	}
	var got *credential.Fetched
	err = s.m.Do(ctx, &machine.Request{
		Method: "POST", URL: endpoint, Body: form, Sign: sign,
		Header:  map[string]string{"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"},
		Timeout: remoteTimeout,
		Read: func(answer *machine.Answer) (err error) {
			text := string(answer.Body)
			switch {
			case answer.Status != 200:
				return answer.Refused(element(text, "Code"), element(text, "Message"), secrets...)
			case strings.Contains(text, "<AssumeRole") && !strings.HasSuffix(strings.TrimSpace(text), "Response>"):
				return &credential.Failure{Kind: fault.Unavailable, Text: "the response of " + answer.Host + " breaks off"}
			}
			got, err = answer.Key(element(text, "AccessKeyId"), element(text, "SecretAccessKey"), element(text, "SessionToken"), element(text, "Expiration"))
			if err == nil && got.Expires.IsZero() {
				return errors.New("the key that " + answer.Host + " gave has no end")
			}
			return err
		},
		// The identity provider could not be reached, or is too new to be known
		// everywhere. The official SDK retries both.
		Transient: []string{"IDPCommunicationError", "InvalidIdentityToken"},
	})
	return got, err
}

// element returns the text of the first element with that name. The answers of
// STS have each of those that matter once, and no text in them that would have
// to be escaped. Reading them as XML would cost every program 20 KB.
func element(text, name string) string {
	_, rest, _ := strings.Cut(text, "<"+name+">")
	value, _, ok := strings.Cut(rest, "</"+name+">")
	if !ok || strings.Contains(value, "<") {
		return ""
	}
	return strings.TrimSpace(value)
}

// A place is where STS is, as far as profiles say it.
type place struct {
	region   string // empty for the central one
	endpoint string // of its own
	fips     bool
}

// stsOf returns where STS is for all roles of a profile.
func (s *sources) stsOf(all machine.INI, p map[string]string) place {
	fips, _ := s.flag("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint", p)
	return place{cmp.Or(s.regionOfEnvironment(), p["region"]), s.endpoint("sts", all, p), fips}
}

// stsOfProfile returns where STS is by the profile in use, which need not exist.
func (s *sources) stsOfProfile() place {
	all, _ := s.profiles()
	return s.stsOf(all, all[cmp.Or(s.profileInUse(), "default")])
}

// stsEndpoint returns the URL of STS.
func (s *sources) stsEndpoint(at place) (string, error) {
	if own := at.endpoint; own != "" {
		u, err := url.Parse(own)
		if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" {
			return "", errors.New("AWS_ENDPOINT_URL_STS, AWS_ENDPOINT_URL or endpoint_url is not a URL with nothing but a host and a path")
		}
		return strings.TrimSuffix(own, "/") + "/", nil
	}
	region := at.region
	if !machine.IsRegion(region) {
		return "", errors.New("the region of STS is no region ID")
	}
	if region == "" {
		return "https://sts.amazonaws.com/", nil
	}
	domain := "amazonaws.com"
	for _, p := range [][2]string{
		{"cn-", "amazonaws.com.cn"}, {"us-iso-", "c2s.ic.gov"}, {"us-isob-", "sc2s.sgov.gov"},
		{"eu-isoe-", "cloud.adc-e.uk"}, {"us-isof-", "csp.hci.ic.gov"}, {"eusc-", "amazonaws.eu"},
	} {
		if strings.HasPrefix(region, p[0]) {
			domain = p[1]
		}
	}
	name := "sts"
	if at.fips && !strings.HasPrefix(region, "us-gov-") { // those are so already
		name = "sts-fips"
	}
	return "https://" + name + "." + region + "." + domain + "/", nil
}
