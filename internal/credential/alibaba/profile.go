package alibaba

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/credential/machine"
	"github.com/accesspoint-go/accesspoint/internal/decode"
)

// A profile is one of the command line's (CLI).
type profile struct {
	_               incomparable
	Name            string `json:"name"`
	Mode            string `json:"mode"`
	AccessKeyID     string `json:"access_key_id"`
	AccessKeySecret string `json:"access_key_secret"`
	StsToken        string `json:"sts_token"`
	RoleARN         string `json:"ram_role_arn"`
	SessionName     string `json:"ram_session_name"`
	Seconds         int    `json:"expired_seconds"`
	StsExpiration   int64  `json:"sts_expiration"`
	StsRegion       string `json:"sts_region"`
	StsEndpoint     string `json:"sts_endpoint"`
	RegionID        string `json:"region_id"`
	EnableVPC       bool   `json:"enable_vpc"`
	SourceProfile   string `json:"source_profile"`
	RoleName        string `json:"ram_role_name"`
	OIDCTokenFile   string `json:"oidc_token_file"`
	OIDCToken       string `json:"oidc_token"`
	OIDCProviderARN string `json:"oidc_provider_arn"`
	Policy          string `json:"policy"`
	ExternalID      string `json:"external_id"`
	ProcessCommand  string `json:"process_command"`
	CredentialsURI  string `json:"credentials_uri"`
}

// cliProfiles returns the file of the CLI, its profiles, and the name of the one in
// use.
func (s *sources) cliProfiles() (path string, all []*profile, name string, err error) {
	if s.m.Is("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "true") {
		return "", nil, "", credential.Absent("ALIBABA_CLOUD_CLI_PROFILE_DISABLED is true")
	}
	path, err = s.m.File("ALIBABA_CLOUD_CONFIG_FILE", ".aliyun", "config.json")
	if err != nil {
		return "", nil, "", err
	}
	text, err := s.m.ReadFile(path)
	if err != nil {
		return "", nil, "", err
	}
	var file struct {
		Current  string     `json:"current"`
		Profiles []*profile `json:"profiles"`
	}
	if err := decode.JSON(text, &file); err != nil {
		return "", nil, "", fmt.Errorf("%s: %w", path, err)
	}
	if len(file.Profiles) == 0 {
		return "", nil, "", credential.Absent(path + " has no profiles")
	}
	return path, file.Profiles, cmp.Or(s.m.Getenv("ALIBABA_CLOUD_PROFILE"), file.Current), nil
}

// cliProfile returns the key of the CLI's current profile.
func (s *sources) cliProfile(ctx context.Context) (*credential.Fetched, error) {
	path, all, name, err := s.cliProfiles()
	if err != nil {
		return nil, err
	}
	got, err := s.profile(ctx, all, name, nil)
	switch {
	case credential.IsAbsent(err):
		return nil, credential.Absent(path + ": " + err.Error())
	case err != nil:
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	got.Source = fmt.Sprintf("CLI profile %q", name)
	return got, nil
}

// find returns the profile of that name, or nil.
func find(all []*profile, name string) *profile {
	i := slices.IndexFunc(all, func(p *profile) bool { return p != nil && p.Name == name })
	if i < 0 {
		return nil
	}
	return all[i]
}

// profile returns the key of a profile. The names before are those of the
// profiles that build on it.
func (s *sources) profile(ctx context.Context, all []*profile, name string, before []string) (*credential.Fetched, error) {
	if slices.Contains(before, name) {
		return nil, fmt.Errorf("the source profiles of %q go round in a circle", before[0])
	}
	p := find(all, name)
	if p == nil {
		return nil, fmt.Errorf("there is no profile %q", name)
	}
	got, err := s.byMode(ctx, all, p, append(before, name))
	if err != nil && !credential.IsAbsent(err) {
		err = fmt.Errorf("profile %q (%s): %w", name, p.Mode, err)
	}
	return got, err
}

// byMode returns the key of the profile p.
func (s *sources) byMode(ctx context.Context, all []*profile, p *profile, before []string) (*credential.Fetched, error) {
	r := &role{
		arn: p.RoleARN, session: p.SessionName, policy: p.Policy, externalID: p.ExternalID, seconds: p.Seconds,
		endpoint: p.StsEndpoint, region: p.StsRegion, ownRegion: p.RegionID, vpc: p.EnableVPC, provider: p.OIDCProviderARN, token: p.OIDCToken, tokenFile: p.OIDCTokenFile,
	}
	own := &credential.Fetched{Key: credential.Key{ID: p.AccessKeyID, Secret: p.AccessKeySecret, Token: p.StsToken}}
	switch p.Mode {
	case "AK", "StsToken", "RamRoleArn":
		switch {
		case own.ID == "" || own.Secret == "":
			// So the CLI writes a profile that was never filled in.
			return nil, credential.Absent(fmt.Sprintf("profile %q (%s) has no key", p.Name, p.Mode))
		case p.Mode == "StsToken" && own.Token == "":
			return nil, errors.New("it has no sts_token")
		case p.Mode == "StsToken":
			return own, nil
		}
		own.Token = "" // left over from another mode, if there is one
		if p.Mode == "RamRoleArn" {
			return s.assume(ctx, r, own.Key)
		}
		return own, nil
	case "ChainableRamRoleArn":
		source, err := present(s.profile(ctx, all, p.SourceProfile, before))
		if err != nil {
			return nil, err
		}
		return s.assume(ctx, r, source.Key)
	case "EcsRamRole":
		return present(s.ecs(ctx, p.RoleName))
	case "OIDC":
		return present(s.assumeByOIDC(ctx, r))
	case "CredentialsURI":
		return s.uri(ctx, p.CredentialsURI)
	case "CloudSSO", "OAuth":
		// The command line logs in, and stores the key that it gets here.
		own.Expires = time.Unix(p.StsExpiration, 0)
		problem := "has no key"
		if own.ID != "" && own.Secret != "" && own.Token != "" {
			if time.Now().Before(own.Expires) {
				return own, nil
			}
			problem = "has a key that expired at " + own.Expires.UTC().Format(time.RFC3339)
		}
		return nil, fmt.Errorf("it %s: log in again (aliyun configure --mode %s --profile %q), or pass the credentials of credentials-go to CredentialsFromAlibaba", problem, p.Mode, p.Name)
	case "External":
		return s.external(ctx, p.ProcessCommand)
	}
	return nil, errors.New("this kind of profile is not supported: make the credentials with credentials-go and pass them to CredentialsFromAlibaba")
}

// present makes an absence a failure: what a profile names is set up.
func present(got *credential.Fetched, err error) (*credential.Fetched, error) {
	if absent, ok := err.(credential.Absent); ok {
		err = errors.New(string(absent))
	}
	return got, err
}

// external returns the key that a program prints.
func (s *sources) external(ctx context.Context, command string) (*credential.Fetched, error) {
	if command == "" {
		return nil, errors.New("it has no process_command")
	}
	out, err := s.m.Run(ctx, command)
	if err != nil {
		return nil, err
	}
	var printed struct {
		Mode            string `json:"mode"`
		AccessKeyID     string `json:"access_key_id"`
		AccessKeySecret string `json:"access_key_secret"`
		StsToken        string `json:"sts_token"`
		Expiration      string `json:"expiration"`
	}
	if err := decode.JSON(out, &printed); err != nil {
		return nil, fmt.Errorf("what the program printed: %w", err)
	}
	if printed.Mode == "StsToken" && printed.StsToken == "" {
		return nil, errors.New("the program printed no sts_token")
	}
	got, err := machine.Key(printed.AccessKeyID, printed.AccessKeySecret, printed.StsToken, printed.Expiration)
	if err != nil {
		return nil, fmt.Errorf("the key that the program printed: %w", err)
	}
	return got, nil
}

// iniProfile returns the SDKs' own file, and the name and the values of the
// profile in use.
func (s *sources) iniProfile() (path, name string, p map[string]string, err error) {
	path, err = s.m.File("ALIBABA_CLOUD_CREDENTIALS_FILE", ".alibabacloud", "credentials")
	if err != nil {
		return "", "", nil, err
	}
	text, err := s.m.ReadFile(path)
	if err != nil {
		return "", "", nil, err
	}
	name = cmp.Or(s.m.Getenv("ALIBABA_CLOUD_PROFILE"), "default")
	p = machine.ParseINI(string(text))[name]
	if p == nil {
		return "", "", nil, credential.Absent(fmt.Sprintf("%s has no profile %q", path, name))
	}
	return path, name, p, nil
}

// credentialsFile returns the key of a profile of the SDKs' own file.
func (s *sources) credentialsFile(ctx context.Context) (*credential.Fetched, error) {
	path, name, p, err := s.iniProfile()
	if err != nil {
		return nil, err
	}
	var mode string
	switch kind := p["type"]; kind {
	case "access_key":
		mode = "AK"
	case "ram_role_arn":
		mode = "RamRoleArn"
	case "ecs_ram_role":
		mode = "EcsRamRole"
	default:
		return nil, fmt.Errorf("%s: profile %q: the type %q is not supported", path, name, kind)
	}
	got, err := present(s.byMode(ctx, nil, &profile{
		Name: name, Mode: mode, AccessKeyID: p["access_key_id"], AccessKeySecret: p["access_key_secret"],
		RoleARN: p["role_arn"], SessionName: p["role_session_name"], Policy: p["policy"], RoleName: p["role_name"],
	}, nil))
	if err != nil {
		return nil, fmt.Errorf("%s: profile %q: %w", path, name, err)
	}
	got.Source = fmt.Sprintf("credentials file, profile %q", name)
	return got, nil
}
