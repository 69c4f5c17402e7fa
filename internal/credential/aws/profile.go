package aws

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/credential/machine"
	"github.com/accesspoint-go/accesspoint/internal/decode"
)

// profiles are the profiles of the shared files, by their names. Where both
// files have a value, the credentials file's counts.
func (s *sources) profiles() (machine.INI, error) {
	read := func(variable, name string) (machine.INI, error) {
		path, err := s.m.File(variable, ".aws", name)
		var text []byte
		if err == nil {
			text, err = s.m.ReadFile(path)
		}
		if err != nil && !credential.IsAbsent(err) {
			return nil, err
		}
		return machine.ParseINI(string(text)), nil
	}
	config, err := read("AWS_CONFIG_FILE", "config")
	if err != nil {
		return nil, err
	}
	keys, err := read("AWS_SHARED_CREDENTIALS_FILE", "credentials")
	if err != nil {
		return nil, err
	}
	all := machine.INI{}
	for section, values := range config {
		if name, ok := strings.CutPrefix(section, "profile "); ok {
			all[strings.TrimSpace(name)] = values
		} else if strings.HasPrefix(section, services) {
			all[section] = values
		} else if strings.EqualFold(section, "default") && config["profile default"] == nil {
			all[section] = values
		}
	}
	for name, values := range keys {
		p := all[name]
		switch {
		case strings.HasPrefix(name, "profile "):
			continue
		case p == nil:
			all[name] = values
			continue
		}
		// A key counts as a whole, or not at all.
		whole := values["aws_access_key_id"] != "" && values["aws_secret_access_key"] != ""
		if whole {
			delete(p, "aws_session_token")
		}
		for key, value := range values {
			if whole || !strings.HasPrefix(key, "aws_") {
				p[key] = value
			}
		}
	}
	return all, nil
}

// services stands before the names of sections with endpoints of single services.
const services = "services "

// profileInUse returns the name of the profile that the environment chooses.
func (s *sources) profileInUse() string {
	return cmp.Or(s.m.Getenv("AWS_PROFILE"), s.m.Getenv("AWS_DEFAULT_PROFILE"))
}

// sharedProfile returns the key that the profile in use leads to.
func (s *sources) sharedProfile(ctx context.Context) (*credential.Fetched, error) {
	all, err := s.profiles()
	if err != nil {
		return nil, err
	}
	name := s.profileInUse()
	if all[name] == nil && s.m.Getenv("AWS_PROFILE") != "" {
		return nil, fmt.Errorf("the shared files have no profile %q, which AWS_PROFILE names", name)
	}
	name = cmp.Or(name, "default")
	if all[name] == nil {
		return nil, credential.Absent(fmt.Sprintf("the shared files have no profile %q", name))
	}
	got, err := s.profile(ctx, all, name, s.stsOf(all, all[name]), nil)
	if err == nil {
		got.Source = fmt.Sprintf("shared profile %q", name)
	}
	return got, err
}

// profile returns the key of a profile. The names before are those of the
// profiles that build on it. STS is asked where the first of them has it
// throughout.
func (s *sources) profile(ctx context.Context, all machine.INI, name string, sts place, before []string) (*credential.Fetched, error) {
	p := all[name]
	if p == nil {
		return nil, fmt.Errorf("profile %q: there is none", name)
	}
	// A profile that builds on itself means its own key, and its role once.
	again := slices.Contains(before, name)
	roleARN, source := p["role_arn"], p["source_profile"]
	if again {
		roleARN, source = "", ""
	}
	id, secret := p["aws_access_key_id"], p["aws_secret_access_key"]
	hasKey := id != "" && secret != ""
	if before != nil && hasKey {
		source = ""
	}
	fail := func(reason string) (*credential.Fetched, error) {
		return nil, fmt.Errorf("profile %q: %s", name, reason)
	}
	ways := 0
	for _, key := range []string{"source_profile", "credential_source", "credential_process", "web_identity_token_file"} {
		if p[key] == "" || again && key == "source_profile" {
			continue
		}
		ways++
		if key != "credential_process" && p["role_arn"] == "" {
			return fail(key + " needs a role_arn")
		}
	}
	r := &role{arn: p["role_arn"], session: p["role_session_name"], sts: sts}
	onInstance := false
	var got *credential.Fetched
	var err error
	switch {
	case (id == "") != (secret == ""):
		return fail("it has half a key")
	case ways > 1 && !(before != nil && hasKey):
		return fail("it has more than one of source_profile, credential_source, credential_process and web_identity_token_file")
	case source != "":
		got, err = s.profile(ctx, all, source, sts, append(before, name))
	case hasKey:
		got = &credential.Fetched{Key: credential.Key{ID: id, Secret: secret, Token: p["aws_session_token"]}}
	case p["credential_source"] != "":
		got, err = s.named(ctx, p["credential_source"])
	case p["web_identity_token_file"] != "":
		got, err = s.assumeByWebIdentity(ctx, r, p["web_identity_token_file"])
		roleARN = ""
	case p["sso_session"]+p["sso_start_url"]+p["sso_account_id"]+p["sso_role_name"]+p["sso_region"] != "":
		return fail("it signs in by IAM Identity Center (SSO): load the config of aws-sdk-go-v2 and pass its Credentials to CredentialsFromAWS")
	case p["login_session"] != "":
		return fail("it signs in by aws login: load the config of aws-sdk-go-v2 and pass its Credentials to CredentialsFromAWS")
	case p["credential_process"] != "":
		got, err = s.process(ctx, p["credential_process"])
	case before != nil:
		return fail("it has no key for the profile that builds on it")
	case roleARN == "":
		return nil, credential.Absent(fmt.Sprintf("profile %q has no key", name))
	default:
		got, err = s.named(ctx, "")
		onInstance = true
	}
	if err == nil && roleARN != "" {
		if p["mfa_serial"] != "" {
			return fail("its role asks for an MFA code: load the config of aws-sdk-go-v2 and pass its Credentials to CredentialsFromAWS")
		}
		r.externalID = p["external_id"]
		r.seconds = "900"
		if n, _ := strconv.Atoi(p["duration_seconds"]); n > 900 {
			r.seconds = p["duration_seconds"]
		}
		got, err = s.assume(ctx, r, got.Key)
	}
	if err != nil {
		if onInstance {
			err = fmt.Errorf("role_arn without a source of keys: %w", err)
		}
		return nil, fmt.Errorf("profile %q: %w", name, err)
	}
	return got, nil
}

// named returns the key of a credential_source; with no name, that of whatever
// the program runs in.
func (s *sources) named(ctx context.Context, name string) (*credential.Fetched, error) {
	switch name {
	case "Environment":
		return s.environment()
	case "EcsContainer":
		return s.container(ctx)
	case "Ec2InstanceMetadata":
		return s.instance(ctx)
	case "":
		got, err := s.container(ctx)
		if credential.IsAbsent(err) {
			return s.instance(ctx)
		}
		return got, err
	}
	return nil, errors.New("credential_source is none of Environment, EcsContainer and Ec2InstanceMetadata")
}

// process returns the key that a program prints.
func (s *sources) process(ctx context.Context, command string) (*credential.Fetched, error) {
	out, err := s.m.Run(ctx, command)
	if err != nil {
		return nil, err
	}
	var printed struct {
		Version         int
		AccessKeyID     string `json:"AccessKeyId"`
		SecretAccessKey string
		SessionToken    string
		Expiration      string
	}
	if err := decode.JSON(out, &printed); err != nil {
		return nil, fmt.Errorf("what the program printed: %w", err)
	}
	if printed.Version != 1 {
		return nil, errors.New("what the program printed has another Version than 1")
	}
	got, err := machine.Key(printed.AccessKeyID, printed.SecretAccessKey, printed.SessionToken, printed.Expiration)
	if err != nil {
		return nil, fmt.Errorf("the key that the program printed: %w", err)
	}
	return got, nil
}
