// Package aws finds the credentials of AWS that a machine has to offer, in the
// places and in the order of the config package of aws-sdk-go-v2.
//
// It differs from that on purpose: the metadata service is asked by version 2 of
// its protocol alone; profiles of IAM Identity Center (SSO), of aws login and of
// MFA are refused; a missing AWS_PROFILE is no failure while the environment has
// a key; without a region, STS is asked at its central endpoint; files are read
// again for every key. All differences, and why, are in internal/conformance.
package aws

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/credential/machine"
)

// Default returns the chain of this machine.
func Default() *credential.Chain { return New(machine.Machine{}) }

// New returns the chain of a machine.
func New(m machine.Machine) *credential.Chain {
	s := &sources{m}
	return credential.NewChain(
		credential.Source{Name: "environment", Fetch: func(context.Context) (*credential.Fetched, error) { return s.environment() }},
		credential.Source{Name: "web identity of the environment", Fetch: s.webIdentityOfEnvironment},
		credential.Source{Name: "shared profile", Fetch: s.sharedProfile},
		credential.Source{Name: "container", Fetch: s.container},
		credential.Source{Name: "EC2 instance role", Fetch: s.instanceOrNone},
	)
}

// sources are the sources of a machine.
type sources struct{ m machine.Machine }

// remoteTimeout bounds an attempt at a service that is not on the machine.
const remoteTimeout = 8 * time.Second

func (s *sources) environment() (*credential.Fetched, error) {
	got := new(credential.Fetched)
	got.ID = cmp.Or(s.m.Getenv("AWS_ACCESS_KEY_ID"), s.m.Getenv("AWS_ACCESS_KEY"))
	got.Secret = cmp.Or(s.m.Getenv("AWS_SECRET_ACCESS_KEY"), s.m.Getenv("AWS_SECRET_KEY"))
	got.Token = s.m.Getenv("AWS_SESSION_TOKEN")
	switch {
	case got.ID == "":
		return nil, credential.Absent("AWS_ACCESS_KEY_ID is not set")
	case got.Secret == "":
		return nil, credential.Absent("AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not")
	}
	return got, nil
}

func (s *sources) webIdentityOfEnvironment(ctx context.Context) (*credential.Fetched, error) {
	file, arn := s.m.Getenv("AWS_WEB_IDENTITY_TOKEN_FILE"), s.m.Getenv("AWS_ROLE_ARN")
	switch {
	case file == "":
		return nil, credential.Absent("AWS_WEB_IDENTITY_TOKEN_FILE is not set")
	case arn == "":
		return nil, errors.New("AWS_WEB_IDENTITY_TOKEN_FILE is set and AWS_ROLE_ARN is not")
	}
	r := &role{arn: arn, session: s.m.Getenv("AWS_ROLE_SESSION_NAME"), sts: s.stsOfProfile()}
	return s.assumeByWebIdentity(ctx, r, file)
}

// container asks the service that ECS or EKS runs next to a container.
func (s *sources) container(ctx context.Context) (*credential.Fetched, error) {
	where := s.m.Getenv("AWS_CONTAINER_CREDENTIALS_FULL_URI")
	if path := s.m.Getenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"); path != "" {
		if path[0] != '/' {
			return nil, errors.New("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI does not start with a slash")
		}
		where = "http://169.254.170.2" + path
	}
	if where == "" {
		return nil, credential.Absent("neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set")
	}
	near, err := allowed(where)
	if err != nil {
		return nil, err
	}
	token := s.m.Getenv("AWS_CONTAINER_AUTHORIZATION_TOKEN")
	if file := s.m.Getenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"); file != "" {
		if token, err = s.m.ReadToken(file); err != nil {
			return nil, err
		}
	}
	r := &machine.Request{Method: "GET", URL: where, Near: near, Timeout: 5 * time.Second, Header: map[string]string{"Accept": "application/json"}}
	if token != "" {
		if strings.ContainsAny(token, "\r\n\x00") {
			return nil, errors.New("the authorization token has more than one line")
		}
		r.Header["Authorization"] = token
	}
	var got *credential.Fetched
	r.Read = func(answer *machine.Answer) (err error) {
		got, err = readKey(answer, token)
		return err
	}
	err = s.m.Do(ctx, r)
	return got, err
}

// allowed says why a URL may not be asked for a key, and reports whether it is
// on this machine. As in the official SDK, http is for addresses that are not
// reached over a network, and https for all. Of names, http may have localhost
// alone: others may lead elsewhere the next time.
func allowed(where string) (near bool, err error) {
	u, err := url.Parse(where)
	if err != nil || u.Hostname() == "" {
		return false, errors.New("AWS_CONTAINER_CREDENTIALS_FULL_URI is not a URL")
	}
	ip, err := netip.ParseAddr(u.Hostname())
	ip = ip.Unmap()
	near = err != nil && u.Hostname() == "localhost" ||
		err == nil && (ip.IsLoopback() || ip == ecsAddress || ip == eksAddress || ip == eksAddress6)
	switch {
	case u.Scheme == "https", u.Scheme == "http" && near:
		return near, nil
	case u.Scheme == "http":
		return false, fmt.Errorf("AWS_CONTAINER_CREDENTIALS_FULL_URI: http is allowed for loopback, ECS and EKS addresses only, and %s is none", u.Hostname())
	}
	return false, errors.New("AWS_CONTAINER_CREDENTIALS_FULL_URI has another scheme than http and https")
}

var (
	ecsAddress  = netip.AddrFrom4([4]byte{169, 254, 170, 2})
	eksAddress  = netip.AddrFrom4([4]byte{169, 254, 170, 23})
	eksAddress6 = netip.AddrFrom16([16]byte{0xfd, 0, 0x0e, 0xc2, 15: 0x23})
)

// readKey reads a key as the metadata and container services answer it.
func readKey(answer *machine.Answer, secrets ...string) (*credential.Fetched, error) {
	var out struct {
		Code, Message   string
		AccessKeyID     string `json:"AccessKeyId"`
		SecretAccessKey string
		Token           string
		Expiration      string
	}
	err := answer.JSON(&out)
	switch {
	case answer.Status != 200:
		return nil, answer.Refused(out.Code, out.Message, secrets...)
	case err != nil:
		return nil, err
	case out.Code != "" && !strings.EqualFold(out.Code, "Success"):
		return nil, fmt.Errorf("%s answered with the code %.100s", answer.Host, out.Code)
	}
	return answer.Key(out.AccessKeyID, out.SecretAccessKey, out.Token, out.Expiration)
}
