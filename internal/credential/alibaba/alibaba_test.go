package alibaba_test

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/acs3"
	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/credential/alibaba"
	"github.com/accesspoint-go/accesspoint/internal/credential/credentialtest"
	"github.com/accesspoint-go/accesspoint/internal/credential/machine"
)

// later is a time in the form of the services.
func later(d time.Duration) string { return time.Now().Add(d).UTC().Format(time.RFC3339) }

// key is an answer with a key whose parts begin with name.
func key(name string, lasts time.Duration) string {
	return fmt.Sprintf(`{"Code":"Success","AccessKeyId":"%[1]s-id","AccessKeySecret":"%[1]s-secret","SecurityToken":"%[1]s-token","Expiration":%[2]q}`, name, later(lasts))
}

// giving is a service that gives a key.
func giving(name string, lasts time.Duration) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, key(name, lasts)) }
}

// sts is the security token service. It names the key after the role.
func sts(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	_ = r.ParseForm()
	refuse := func(status int, code, message string) {
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"RequestId":"r-1","Code":%q,"Message":%q}`, code, message)
	}
	action := r.Form.Get("Action")
	switch {
	case r.Method != "POST":
		refuse(405, "UnsupportedHTTPMethod", "")
	case action == "AssumeRoleWithOIDC":
		if r.Form.Get("OIDCToken") != "signed+token=" || r.Form.Get("OIDCProviderArn") == "" || r.Form.Get("Version") != "2015-04-01" {
			refuse(400, "AuthenticationFail.OIDCToken.Invalid", "The token "+r.Form.Get("OIDCToken")+" is not valid.")
			return
		}
	case r.Header.Get("X-Acs-Action") == "AssumeRole":
		signed := r.Header.Clone()
		signed.Del("Authorization")
		id := r.Header.Get("X-Acs-Accesskey-Id")
		_, rest, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
		named, _, _ := strings.Cut(rest, ",")
		with := credential.Key{ID: named, Secret: strings.TrimSuffix(named, "-id") + "-secret", Token: r.Header.Get("X-Acs-Security-Token")}
		want := acs3.Authorization(&http.Request{Method: r.Method, URL: r.URL, Host: r.Host, Header: signed}, with)
		at, _ := time.Parse(time.RFC3339, r.Header.Get("X-Acs-Date"))
		if off := time.Since(at).Abs(); off > 15*time.Minute {
			w.Header().Set("Date", time.Now().UTC().Format(http.TimeFormat))
			refuse(400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.")
			return
		}
		if r.Header.Get("Authorization") != want || with.Token != "" && id != named {
			refuse(403, "SignatureDoesNotMatch", "The token is "+with.Token+".")
			return
		}
	default:
		refuse(404, "InvalidAction.NotFound", "")
		return
	}
	arn := r.Form.Get("RoleArn")
	_, role, ok := strings.Cut(arn, ":role/")
	if !ok {
		refuse(404, "EntityNotExist.Role", "The role "+arn+" does not exist.")
		return
	}
	for _, name := range []string{"RoleSessionName", "DurationSeconds"} {
		if r.Form.Get(name) == "" {
			refuse(400, "Missing"+name, "")
			return
		}
	}
	fmt.Fprintf(w, `{"RequestId":"r-1","Credentials":%s}`, key(role, time.Hour))
}

// ecs is the metadata service of an instance with a role, which answers to
// tokens alone.
func ecs(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method == "PUT" && r.URL.Path == "/latest/api/token" && r.Header.Get("X-Aliyun-Ecs-Metadata-Token-Ttl-Seconds") != "":
		fmt.Fprint(w, "metadata-token")
	case r.Header.Get("X-Aliyun-Ecs-Metadata-Token") != "metadata-token":
		w.WriteHeader(403)
	case r.URL.Path == "/latest/meta-data/ram/security-credentials/":
		fmt.Fprint(w, "worker\n")
	case r.URL.Path == "/latest/meta-data/ram/security-credentials/worker":
		fmt.Fprint(w, key("worker", 6*time.Hour))
	default:
		w.WriteHeader(404)
	}
}

// plainECS is one that knows no tokens.
func plainECS(w http.ResponseWriter, r *http.Request) {
	if r.Method == "PUT" {
		w.WriteHeader(404)
		return
	}
	r.Header.Set("X-Aliyun-Ecs-Metadata-Token", "metadata-token")
	ecs(w, r)
}

// TestSources looks for a key on many machines: what serves, with which key, and
// what is said of the sources that do not.
func TestSources(t *testing.T) {
	home := t.TempDir()
	write := func(name, text string) string {
		t.Helper()
		path := filepath.Join(home, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	token := write("token", "signed+token=\n")
	write("home1/.aliyun/config.json", `{"current":"ak","profiles":[
		{"name":"ak","mode":"AK","access_key_id":"ak-id","access_key_secret":"ak-secret","sts_token":"left over"},
		{"name":"sts","mode":"StsToken","access_key_id":"sts-id","access_key_secret":"sts-secret","sts_token":"sts-token","extra":[1,{"x":null}]},
		{"name":"sts without","mode":"StsToken","access_key_id":"sts-id","access_key_secret":"sts-secret"},
		{"name":"role","mode":"RamRoleArn","access_key_id":"ak-id","access_key_secret":"ak-secret","ram_role_arn":"acs:ram::1:role/admin","ram_session_name":"me","expired_seconds":900,"policy":"{}","external_id":"x y"},
		{"name":"role of nobody","mode":"RamRoleArn","access_key_id":"ak-id","access_key_secret":"ak-secret","ram_role_arn":"acs:ram::1:user/x"},
		{"name":"wrong secret","mode":"RamRoleArn","access_key_id":"ak-id","access_key_secret":"planted-secret","ram_role_arn":"acs:ram::1:role/admin"},
		{"name":"chain","mode":"ChainableRamRoleArn","source_profile":"role","ram_role_arn":"acs:ram::1:role/second","sts_region":"cn-beijing","enable_vpc":true},
		{"name":"chain on ecs","mode":"ChainableRamRoleArn","source_profile":"ecs","ram_role_arn":"acs:ram::1:role/second"},
		{"name":"stolen","mode":"StsToken","access_key_id":"sts-id","access_key_secret":"planted-secret","sts_token":"planted+token="},
		{"name":"chain on stolen","mode":"ChainableRamRoleArn","source_profile":"stolen","ram_role_arn":"acs:ram::1:role/second"},
		{"name":"circle","mode":"ChainableRamRoleArn","source_profile":"circle","ram_role_arn":"acs:ram::1:role/second"},
		{"name":"ecs","mode":"EcsRamRole","ram_role_name":"worker"},
		{"name":"ecs other","mode":"EcsRamRole","ram_role_name":"../other"},
		{"name":"oidc","mode":"OIDC","oidc_token_file":"`+token+`","oidc_provider_arn":"acs:ram::1:oidc-provider/x","ram_role_arn":"acs:ram::1:role/pod","sts_region":"cn-shanghai"},
		{"name":"uri","mode":"CredentialsURI","credentials_uri":"http://sidecar:8080/key?planted-secret"},
		{"name":"external","mode":"External","process_command":"echo '{\"mode\":\"StsToken\",\"access_key_id\":\"ext-id\",\"access_key_secret\":\"ext-secret\",\"sts_token\":\"ext-token\",\"expiration\":\"2099-01-01T00:00:00Z\"}'"},
		{"name":"external fails","mode":"External","process_command":"echo planted-secret; echo planted-secret >&2; exit 3"},
		{"name":"external talks","mode":"External","process_command":"echo planted-secret"},
		{"name":"sso","mode":"CloudSSO","access_token":"planted-secret"},
		{"name":"sso valid","mode":"CloudSSO","access_token":"planted-secret","access_key_id":"sso-id","access_key_secret":"sso-secret","sts_token":"sso-token","sts_expiration":4070908800},
		{"name":"sso expired","mode":"CloudSSO","access_token":"planted-secret","access_key_id":"sso-id","access_key_secret":"sso-secret","sts_token":"sso-token","sts_expiration":900000000},
		{"name":"oauth valid","mode":"OAuth","oauth_refresh_token":"planted-secret","access_key_id":"oauth-id","access_key_secret":"oauth-secret","sts_token":"oauth-token","sts_expiration":4070908800},
		{"name":"oauth, no token","mode":"OAuth","oauth_refresh_token":"planted-secret","access_key_id":"oauth-id","access_key_secret":"oauth-secret","sts_expiration":4070908800},
		{"name":"chain on sso","mode":"ChainableRamRoleArn","source_profile":"sso valid","ram_role_arn":"acs:ram::1:role/second"},
		{"name":"rsa","mode":"RsaKeyPair"},
		{"name":"endpoint","mode":"RamRoleArn","access_key_id":"ak-id","access_key_secret":"ak-secret","ram_role_arn":"acs:ram::1:role/admin","sts_region":"cn-shanghai","sts_endpoint":"https://sts-vpc.cn-beijing.aliyuncs.com/"},
		{"name":"endpoint http","mode":"RamRoleArn","access_key_id":"ak-id","access_key_secret":"ak-secret","ram_role_arn":"acs:ram::1:role/admin","sts_endpoint":"http://sts.example.com"},
		{"name":"vpc","mode":"RamRoleArn","access_key_id":"ak-id","access_key_secret":"ak-secret","ram_role_arn":"acs:ram::1:role/admin","enable_vpc":true},
		{"name":"vpc own region","mode":"RamRoleArn","access_key_id":"ak-id","access_key_secret":"ak-secret","ram_role_arn":"acs:ram::1:role/admin","enable_vpc":true,"region_id":"cn-beijing"},
		{"name":"line end","mode":"AK","access_key_id":"planted-id","access_key_secret":"planted-secret\n"},
		{"name":"bad region","mode":"OIDC","oidc_token":"signed+token=","oidc_provider_arn":"p","ram_role_arn":"acs:ram::1:role/pod","sts_region":"evil.example.com/"}
	]}`)
	write("empty/.aliyun/config.json", `{"current":"default","profiles":[{"name":"default","mode":"AK","access_key_id":"","access_key_secret":""}]}`)
	write("broken/.aliyun/config.json", `{"current":"default","profiles":[{"name":"default","access_key_secret":"planted-secret`)
	write("nothing/.aliyun/config.json", `{}`)
	write("mark/.aliyun/config.json", "\ufeff"+`{"current":"ak","profiles":[{"name":"ak","mode":"AK","access_key_id":"ak-id","access_key_secret":"ak-secret"}]}`)
	write("mark2/.alibabacloud/credentials", "\ufeff[default]\r\ntype = access_key\r\naccess_key_id = ini-id\r\naccess_key_secret = ini-secret\r\n")
	write("ini/.alibabacloud/credentials", "[default]\ntype = access_key\naccess_key_id = ini-id\naccess_key_secret = ini-secret\n"+
		"[role]\ntype=ram_role_arn\naccess_key_id=ini-id\naccess_key_secret=ini-secret\nrole_arn=acs:ram::1:role/admin\nrole_session_name=me\n"+
		"[ecs]\ntype = ecs_ram_role\nrole_name = worker\n[rsa]\ntype=rsa_key_pair\n")
	if err := os.MkdirAll(filepath.Join(home, "directory", ".aliyun", "config.json"), 0o700); err != nil {
		t.Fatal(err)
	}

	env := func(pairs ...string) map[string]string {
		m := map[string]string{"HOME": filepath.Join(home, "none")}
		for i := 0; i < len(pairs); i += 2 {
			m[pairs[i]] = pairs[i+1]
		}
		return m
	}
	profile := func(name string) map[string]string {
		return env("HOME", filepath.Join(home, "home1"), "ALIBABA_CLOUD_PROFILE", name)
	}
	pod := func(pairs ...string) map[string]string {
		m := env("ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/pod", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "acs:ram::1:oidc-provider/x", "ALIBABA_CLOUD_OIDC_TOKEN_FILE", token)
		maps.Copy(m, env(pairs...))
		return m
	}
	network := func(pairs ...any) map[string]http.HandlerFunc {
		m := map[string]http.HandlerFunc{}
		for i := 0; i < len(pairs); i += 2 {
			switch h := pairs[i+1].(type) {
			case http.HandlerFunc:
				m[pairs[i].(string)] = h
			case func(http.ResponseWriter, *http.Request):
				m[pairs[i].(string)] = h
			}
		}
		return m
	}
	const beijing = "sts-vpc.cn-beijing.aliyuncs.com"
	const metadata, central, sidecar = "100.100.100.200", "sts.aliyuncs.com", "sidecar:8080"
	uri := env("ALIBABA_CLOUD_CREDENTIALS_URI", "http://sidecar:8080/key?planted-secret")
	answer := credentialtest.Answer

	for name, c := range map[string]struct {
		env    map[string]string
		hosts  map[string]http.HandlerFunc
		source string // that serves
		key    string // its name
		says   []string
	}{
		"nothing": {env(), nil, "", "", []string{
			"environment ALIBABA_CLOUD_ACCESS_KEY_ID: ALIBABA_CLOUD_ACCESS_KEY_ID is not set", "OIDC role: ALIBABA_CLOUD_OIDC_TOKEN_FILE is not set",
			"CLI profile: " + filepath.Join(home, "none", ".aliyun", "config.json") + " does not exist", "credentials file: ", "ECS RAM role: the metadata service: ",
			"credentials URI: ALIBABA_CLOUD_CREDENTIALS_URI is not set"}},
		"no home":       {map[string]string{"ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true"}, nil, "", "", []string{"CLI profile: the user has no home directory", "ALIBABA_CLOUD_ECS_METADATA_DISABLED is true"}},
		"environment":   {env("ALIBABA_CLOUD_ACCESS_KEY_ID", "env-id", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "env-secret"), nil, "environment ALIBABA_CLOUD_ACCESS_KEY_ID", "env", nil},
		"OSS's names":   {env("OSS_ACCESS_KEY_ID", "oss-id", "OSS_ACCESS_KEY_SECRET", "oss-secret", "ALIBABA_CLOUD_ACCESS_KEY_ID", "env-id", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "env-secret"), nil, "environment OSS_ACCESS_KEY_ID", "oss", nil},
		"line end":      {env("ALIBABA_CLOUD_ACCESS_KEY_ID", "env-id", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "planted-secret\n"), nil, "", "", []string{"environment ALIBABA_CLOUD_ACCESS_KEY_ID: the key's secret must not have white space"}},
		"half a key":    {env("ALIBABA_CLOUD_ACCESS_KEY_ID", "env-id"), nil, "", "", []string{"ALIBABA_CLOUD_ACCESS_KEY_ID is set and ALIBABA_CLOUD_ACCESS_KEY_SECRET is not"}},
		"before others": {pod("ALIBABA_CLOUD_ACCESS_KEY_ID", "env-id", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "env-secret", "ALIBABA_CLOUD_SECURITY_TOKEN", "env-token"), network(central, sts), "environment ALIBABA_CLOUD_ACCESS_KEY_ID", "env", nil},

		"pod":                     {pod(), network(central, sts), "OIDC role", "pod", nil},
		"pod, region":             {pod("ALIBABA_CLOUD_STS_REGION", "cn-beijing"), network("sts.cn-beijing.aliyuncs.com", sts), "OIDC role", "pod", nil},
		"pod, VPC":                {pod("ALIBABA_CLOUD_STS_REGION", "cn-beijing", "ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED", "True"), network("sts-vpc.cn-beijing.aliyuncs.com", sts), "OIDC role", "pod", nil},
		"pod, bad region":         {pod("ALIBABA_CLOUD_STS_REGION", "x.evil.com/"), network(central, sts), "", "", []string{"OIDC role: the region of STS is no region ID"}},
		"pod, VPC, own region":    {pod("ALIBABA_CLOUD_REGION_ID", "cn-beijing", "ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED", "true"), network(beijing, sts), "OIDC role", "pod", nil},
		"pod, VPC, no region":     {pod("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED", "true"), network(central, sts), "", "", []string{"OIDC role: the STS of a VPC needs a region: "}},
		"pod, no VPC, own region": {pod("ALIBABA_CLOUD_REGION_ID", "cn-beijing"), network(central, sts), "OIDC role", "pod", nil},
		"pod, endpoint":           {pod("ALIBABA_CLOUD_STS_ENDPOINT", beijing, "ALIBABA_CLOUD_STS_REGION", "cn-shanghai"), network(beijing, sts), "OIDC role", "pod", nil},
		"pod, endpoint, loopback": {pod("ALIBABA_CLOUD_STS_ENDPOINT", "http://127.0.0.1:8080"), network("127.0.0.1:8080", sts), "OIDC role", "pod", nil},
		"pod, bad endpoint":       {pod("ALIBABA_CLOUD_STS_ENDPOINT", "https://me:planted-secret@sts"), network("sts", sts), "", "", []string{"OIDC role: sts_endpoint or ALIBABA_CLOUD_STS_ENDPOINT is not a host"}},
		"pod, long endpoint":      {pod("ALIBABA_CLOUD_STS_ENDPOINT", "sts.example.com/planted"), network("sts.example.com", sts), "", "", []string{"sts_endpoint or ALIBABA_CLOUD_STS_ENDPOINT is not a host"}},
		"pod, token in variable":  {pod("ALIBABA_CLOUD_OIDC_TOKEN", "signed+token=", "ALIBABA_CLOUD_OIDC_TOKEN_FILE", ""), network(central, sts), "OIDC role", "pod", nil},
		"pod before profile":      {pod("HOME", filepath.Join(home, "home1")), network(central, sts), "OIDC role", "pod", nil},
		"pod, no file":            {pod("ALIBABA_CLOUD_OIDC_TOKEN_FILE", token+"x"), network(central, sts, metadata, ecs), "", "", []string{"OIDC role: " + token + "x does not exist"}},
		"pod, directory":          {pod("ALIBABA_CLOUD_OIDC_TOKEN_FILE", home), network(central, sts, metadata, ecs), "", "", []string{"OIDC role: read ", "is a directory"}},
		"pod, bad token":          {pod("ALIBABA_CLOUD_OIDC_TOKEN", "planted-secret"), network(central, sts, metadata, ecs), "", "", []string{"sts.aliyuncs.com answered 400: AuthenticationFail.OIDCToken.Invalid The token REDACTED is not valid."}},
		"pod, no such role":       {pod("ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:user/x"), network(central, sts, metadata, ecs), "", "", []string{"answered 404: EntityNotExist.Role"}},
		"pod, not connected":      {pod(), network(metadata, ecs), "", "", []string{"OIDC role: sts.aliyuncs.com: ", "connection refused"}},
		"pod, silent":             {pod(), network(central, credentialtest.Silent, metadata, ecs), "", "", []string{"sts.aliyuncs.com did not answer within 8s"}},
		"pod, HTML":               {pod(), network(central, credentialtest.HTML, metadata, ecs), "", "", []string{"answered 200 with something else than JSON"}},
		"pod, HTML 502":           {pod(), network(central, answer(502, "<html>planted-secret"), metadata, ecs), "", "", []string{"sts.aliyuncs.com answered 502"}},
		"pod, redirected":         {pod(), network(central, http.RedirectHandler("http://evil/", http.StatusTemporaryRedirect).ServeHTTP, "evil", sts), "", "", []string{"sts.aliyuncs.com answered 307"}},
		"pod, no key in answer":   {pod(), network(central, answer(200, `{"Credentials":{}}`)), "", "", []string{"its ID or secret is missing"}},
		"pod, no token in answer": {pod(), network(central, answer(200, `{"Credentials":{"AccessKeyId":"a","AccessKeySecret":"planted-secret"}}`)), "", "", []string{"it has no token"}},
		"pod, no end in answer":   {pod(), network(central, answer(200, `{"Credentials":{"AccessKeyId":"a","AccessKeySecret":"planted-secret","SecurityToken":"t"}}`)), "", "", []string{"has no end"}},
		"pod, end in other form":  {pod(), network(central, answer(200, `{"Credentials":{"AccessKeyId":"a","AccessKeySecret":"planted-secret","SecurityToken":"t","Expiration":"tomorrow"}}`)), "", "", []string{"not a time of RFC 3339"}},
		"pod, expired at once": {pod(), network(central, func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, `{"Credentials":%s}`, key("pod", -time.Minute))
		}), "", "", []string{"the key expired at "}},
		"pod, truncated":           {pod(), network(central, answer(200, `{"Credentials":{"AccessKeySecret":"planted-secret`)), "", "", []string{"the JSON breaks off"}},
		"pod, endless":             {pod(), network(central, answer(200, strings.Repeat(" ", 2<<20))), "", "", []string{"longer than 1 MiB"}},
		"profile":                  {profile(""), nil, `CLI profile "ak"`, "ak", nil},
		"profile StsToken":         {profile("sts"), nil, `CLI profile "sts"`, "sts", nil},
		"profile without token":    {profile("sts without"), nil, "", "", []string{`profile "sts without" (StsToken): it has no sts_token`}},
		"profile RamRoleArn":       {profile("role"), network(central, sts), `CLI profile "role"`, "admin", nil},
		"profile, no such role":    {profile("role of nobody"), network(central, sts), "", "", []string{`profile "role of nobody" (RamRoleArn)`, "EntityNotExist.Role"}},
		"profile, wrong secret":    {profile("wrong secret"), network(central, sts), "", "", []string{"SignatureDoesNotMatch"}},
		"profile chain":            {profile("chain"), network(central, sts, "sts-vpc.cn-beijing.aliyuncs.com", sts), `CLI profile "chain"`, "second", nil},
		"profile chain on ECS":     {profile("chain on ecs"), network(central, sts, metadata, ecs), `CLI profile "chain on ecs"`, "second", nil},
		"profile chain on stolen":  {profile("chain on stolen"), network(central, sts), "", "", []string{"SignatureDoesNotMatch The token is REDACTED."}},
		"profile circle":           {profile("circle"), network(central, sts), "", "", []string{`the source profiles of "circle" go round in a circle`}},
		"profile EcsRamRole":       {profile("ecs"), network(metadata, ecs), `CLI profile "ecs"`, "worker", nil},
		"profile, other role":      {profile("ecs other"), network(metadata, ecs), "", "", []string{"no such role, or none at all (404)"}},
		"profile OIDC":             {profile("oidc"), network("sts.cn-shanghai.aliyuncs.com", sts), `CLI profile "oidc"`, "pod", nil},
		"profile CredentialsURI":   {profile("uri"), network(sidecar, giving("uri", time.Hour)), `CLI profile "uri"`, "uri", nil},
		"profile External":         {profile("external"), nil, `CLI profile "external"`, "ext", nil},
		"profile External fails":   {profile("external fails"), nil, "", "", []string{`profile "external fails" (External): the program ended with status 3`}},
		"profile External talks":   {profile("external talks"), nil, "", "", []string{"what the program printed: not JSON"}},
		"profile of another kind":  {profile("rsa"), network(metadata, ecs), "", "", []string{`profile "rsa" (RsaKeyPair): this kind of profile is not supported`, "CredentialsFromAlibaba"}},
		"profile CloudSSO":         {profile("sso valid"), nil, `CLI profile "sso valid"`, "sso", nil},
		"profile CloudSSO, none":   {profile("sso"), network(metadata, ecs), "", "", []string{`profile "sso" (CloudSSO): it has no key: log in again (aliyun configure --mode CloudSSO --profile "sso")`, "CredentialsFromAlibaba"}},
		"profile CloudSSO, old":    {profile("sso expired"), network(metadata, ecs), "", "", []string{`it has a key that expired at 1998-07-09T16:00:00Z: log in again (aliyun configure --mode CloudSSO --profile "sso expired")`}},
		"profile OAuth":            {profile("oauth valid"), nil, `CLI profile "oauth valid"`, "oauth", nil},
		"profile OAuth, none":      {profile("oauth, no token"), network(metadata, ecs), "", "", []string{`it has no key: log in again (aliyun configure --mode OAuth --profile "oauth, no token")`}},
		"profile chain on SSO":     {profile("chain on sso"), network(central, sts), `CLI profile "chain on sso"`, "second", nil},
		"profile, endpoint":        {profile("endpoint"), network(beijing, sts), `CLI profile "endpoint"`, "admin", nil},
		"profile, plain endpoint":  {profile("endpoint http"), network("sts.example.com", sts), "", "", []string{"sts_endpoint or ALIBABA_CLOUD_STS_ENDPOINT is not a host"}},
		"profile, VPC":             {profile("vpc"), network(central, sts), "", "", []string{"the STS of a VPC needs a region: ALIBABA_CLOUD_STS_REGION and ALIBABA_CLOUD_REGION_ID are not set"}},
		"profile, VPC, region":     {profile("vpc own region"), network(beijing, sts), `CLI profile "vpc own region"`, "admin", nil},
		"profile, line end":        {profile("line end"), network(metadata, ecs), "", "", []string{`CLI profile "line end": the key's secret must not have white space or control characters`}},
		"profile with a mark":      {env("HOME", filepath.Join(home, "mark")), nil, `CLI profile "ak"`, "ak", nil},
		"credentials with a mark":  {env("HOME", filepath.Join(home, "mark2")), nil, `credentials file, profile "default"`, "ini", nil},
		"profile, bad region":      {profile("bad region"), network(central, sts), "", "", []string{"the region of STS is no region ID"}},
		"profile that is not":      {profile("nobody"), network(metadata, ecs), "", "", []string{`there is no profile "nobody"`}},
		"profile never filled in":  {env("HOME", filepath.Join(home, "empty")), network(metadata, ecs), "ECS RAM role", "worker", nil},
		"profiles none":            {env("HOME", filepath.Join(home, "nothing")), network(metadata, ecs), "ECS RAM role", "worker", nil},
		"profiles broken":          {env("HOME", filepath.Join(home, "broken")), network(metadata, ecs), "", "", []string{"config.json: the JSON breaks off"}},
		"profiles directory":       {env("HOME", filepath.Join(home, "directory")), network(metadata, ecs), "", "", []string{"CLI profile: read ", "is a directory"}},
		"profiles off":             {env("HOME", filepath.Join(home, "home1"), "ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "TRUE"), network(metadata, ecs), "ECS RAM role", "worker", nil},
		"profiles elsewhere":       {env("ALIBABA_CLOUD_CONFIG_FILE", filepath.Join(home, "home1", ".aliyun", "config.json")), nil, `CLI profile "ak"`, "ak", nil},
		"credentials file":         {env("HOME", filepath.Join(home, "ini")), nil, `credentials file, profile "default"`, "ini", nil},
		"credentials file, role":   {env("HOME", filepath.Join(home, "ini"), "ALIBABA_CLOUD_PROFILE", "role"), network(central, sts), `credentials file, profile "role"`, "admin", nil},
		"credentials file, ECS":    {env("HOME", filepath.Join(home, "ini"), "ALIBABA_CLOUD_PROFILE", "ecs"), network(metadata, ecs), `credentials file, profile "ecs"`, "worker", nil},
		"credentials file, RSA":    {env("HOME", filepath.Join(home, "ini"), "ALIBABA_CLOUD_PROFILE", "rsa"), network(metadata, ecs), "", "", []string{`profile "rsa": the type "rsa_key_pair" is not supported`}},
		"credentials file, others": {env("HOME", filepath.Join(home, "ini"), "ALIBABA_CLOUD_PROFILE", "x"), network(metadata, ecs), "ECS RAM role", "worker", nil},

		"instance":                 {env(), network(metadata, ecs), "ECS RAM role", "worker", nil},
		"instance, named":          {env("ALIBABA_CLOUD_ECS_METADATA", "worker"), network(metadata, ecs), "ECS RAM role", "worker", nil},
		"instance, named wrongly":  {env("ALIBABA_CLOUD_ECS_METADATA", "other"), network(metadata, ecs), "", "", []string{"the instance has no such role, or none at all (404)"}},
		"instance off":             {env("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true"), network(metadata, ecs), "", "", []string{"ALIBABA_CLOUD_ECS_METADATA_DISABLED is true"}},
		"instance, silent":         {env(), network(metadata, credentialtest.Silent), "", "", []string{"100.100.100.200 did not answer within 1s"}},
		"instance, plain":          {env(), network(metadata, plainECS), "", "", []string{"answered 404"}},
		"instance, plain, asked":   {env("ALIBABA_CLOUD_IMDSV1_DISABLED", "false"), network(metadata, plainECS), "ECS RAM role", "worker", nil},
		"instance, silent, asked":  {env("ALIBABA_CLOUD_IMDSV1_DISABLED", "false"), network(metadata, credentialtest.Silent), "", "", []string{"100.100.100.200 did not answer within 1s"}},
		"instance, HTML":           {env(), network(metadata, credentialtest.HTML), "", "", []string{"it did not answer with a token"}},
		"instance, role in HTML":   {env(), network(metadata, credentialtest.Once(ecs, credentialtest.HTML)), "", "", []string{"did not answer with the name of a role"}},
		"instance, named, HTML":    {env("ALIBABA_CLOUD_ECS_METADATA", "worker"), network(metadata, credentialtest.Once(ecs, credentialtest.HTML)), "", "", []string{"something else than JSON"}},
		"instance, two roles":      {env(), network(metadata, credentialtest.Once(ecs, answer(200, "../../x"))), "", "", []string{"did not answer with the name of a role"}},
		"instance, other code":     {env("ALIBABA_CLOUD_ECS_METADATA", "worker"), network(metadata, answer(200, `{"Code":"Failed","AccessKeySecret":"planted-secret"}`)), "", "", []string{"with the code Failed"}},
		"instance, then URI":       {uri, network(metadata, answer(404, ""), sidecar, giving("uri", time.Hour)), "credentials URI", "uri", nil},
		"URI":                      {uri, network(sidecar, giving("uri", time.Hour)), "credentials URI", "uri", nil},
		"URI, not found":           {uri, network(sidecar, answer(404, "planted-secret")), "", "", []string{"credentials URI: sidecar:8080 answered 404"}},
		"URI, not connected":       {uri, nil, "", "", []string{"credentials URI: sidecar:8080: "}},
		"URI, not valid":           {env("ALIBABA_CLOUD_CREDENTIALS_URI", "planted-secret"), nil, "", "", []string{"credentials URI: the URL is not valid"}},
		"URI, HTML":                {uri, network(sidecar, credentialtest.HTML), "", "", []string{"something else than JSON"}},
		"URI, not a web address":   {env("ALIBABA_CLOUD_CREDENTIALS_URI", "file:///etc/passwd"), nil, "", "", []string{"the URL is not valid"}},
		"URI, control in the path": {env("ALIBABA_CLOUD_CREDENTIALS_URI", "http://sidecar:8080/\x7fplanted-secret"), nil, "", "", []string{"the URL is not valid"}},
	} {
		t.Run(name, func(t *testing.T) {
			run := func(t *testing.T) {
				net := &credentialtest.Network{Hosts: c.hosts}
				m := machine.Machine{Env: c.env, Transport: net}
				chain := alibaba.New(m, alibaba.Environment(m, "OSS_ACCESS_KEY_ID", "OSS_ACCESS_KEY_SECRET", "OSS_SESSION_TOKEN"))
				id, secret, token, expires, err := chain.Retrieve(t.Context())
				if chain.Source() != c.source || id != nameOf(c.key, "id") || secret != nameOf(c.key, "secret") || token != "" && token != c.key+"-token" {
					t.Errorf("%q serves %q, %q, %q, %v: %v", chain.Source(), id, secret, token, expires, err)
				}
				if (err != nil) != (c.key == "") {
					t.Errorf("got %v", err)
				}
				text := fmt.Sprint(err) + strings.Join(chain.PassedOver(), "\n")
				for _, part := range c.says {
					if !strings.Contains(text, part) {
						t.Errorf("%q is not in %s", part, text)
					}
				}
				for _, secret := range []string{"planted", "-secret", "-token", "signed+token", "metadata-token"} {
					if strings.Contains(text, secret) {
						t.Errorf("%q is in %s", secret, text)
					}
				}
			}
			if strings.Contains(name, "External") {
				run(t) // a program runs in real time
			} else {
				synctest.Test(t, run)
			}
		})
	}
}

func nameOf(key, part string) string {
	if key == "" {
		return ""
	}
	return key + "-" + part
}

// TestRequests checks that nothing is sent before the first Retrieve, and no more
// than needed then.
func TestRequests(t *testing.T) {
	net := &credentialtest.Network{Hosts: map[string]http.HandlerFunc{"100.100.100.200": ecs}}
	chain := alibaba.New(machine.Machine{Env: map[string]string{}, Transport: net})
	if s := net.Sent(); s != "" {
		t.Errorf("sent at once: %s", s)
	}
	for range 3 {
		if _, _, _, _, err := chain.Retrieve(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if s, want := net.Sent(), "PUT 100.100.100.200/latest/api/token\n"+
		"GET 100.100.100.200/latest/meta-data/ram/security-credentials/\n"+
		"GET 100.100.100.200/latest/meta-data/ram/security-credentials/worker"; s != want {
		t.Errorf("sent\n%s", s)
	}
}

// TestClockSkew checks that a machine whose clock is wrong gets a key, and knows
// when it ends by its own clock.
func TestClockSkew(t *testing.T) {
	for _, off := range []time.Duration{-2 * time.Hour, 2 * time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			// The service lives at another time than the machine.
			there := func() time.Time { return time.Now().Add(off) }
			calls := 0
			service := func(w http.ResponseWriter, r *http.Request) {
				calls++
				w.Header().Set("Date", there().UTC().Format(http.TimeFormat))
				if at, _ := time.Parse(time.RFC3339, r.Header.Get("X-Acs-Date")); there().Sub(at).Abs() > 15*time.Minute {
					w.WriteHeader(400)
					fmt.Fprint(w, `{"Code":"InvalidTimeStamp.Expired"}`)
					return
				}
				fmt.Fprintf(w, `{"Credentials":%s}`, key("role", off+time.Hour))
			}
			net := &credentialtest.Network{Hosts: map[string]http.HandlerFunc{"sts.aliyuncs.com": service}}
			file := filepath.Join(t.TempDir(), "config.json")
			if err := os.WriteFile(file, []byte(`{"current":"r","profiles":[{"name":"r","mode":"RamRoleArn","access_key_id":"a","access_key_secret":"b","ram_role_arn":"c"}]}`), 0o600); err != nil {
				t.Fatal(err)
			}
			chain := alibaba.New(machine.Machine{Env: map[string]string{"ALIBABA_CLOUD_CONFIG_FILE": file}, Transport: net})
			_, _, _, expires, err := chain.Retrieve(t.Context())
			if left := time.Until(expires); err != nil || (left-time.Hour).Abs() > 2*time.Second || calls != 2 {
				t.Errorf("off by %v: %v left, %d calls, %v", off, left, calls, err)
			}
		})
	}
}

// TestContext checks that a caller waits for a silent machine no longer than it
// wants to.
func TestContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := &credentialtest.Network{Hosts: map[string]http.HandlerFunc{"100.100.100.200": credentialtest.Silent}}
		chain := alibaba.New(machine.Machine{Env: map[string]string{}, Transport: net})
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		start := time.Now()
		_, _, _, _, err := chain.Retrieve(ctx)
		if err == nil || time.Since(start) != 300*time.Millisecond {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		<-time.After(10 * time.Second) // the fetch ends by itself
	})
}

// FuzzProfiles reads profiles of any form.
func FuzzProfiles(f *testing.F) {
	f.Add(`{"current":"a","profiles":[{"name":"a","mode":"AK","access_key_id":"x","access_key_secret":"y"}]}`)
	f.Add(`{"current":"a","profiles":[null,{"name":"a","mode":"ChainableRamRoleArn","source_profile":"a"}]}`)
	f.Add(`{"profiles":{}}`)
	f.Add("[default]\ntype=access_key\naccess_key_id=x\naccess_key_secret=y")
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "External") {
			return // it would run what it says
		}
		file := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, variable := range []string{"ALIBABA_CLOUD_CONFIG_FILE", "ALIBABA_CLOUD_CREDENTIALS_FILE"} {
			chain := alibaba.New(machine.Machine{Env: map[string]string{variable: file}, Transport: &credentialtest.Network{}})
			id, secret, _, _, err := chain.Retrieve(t.Context())
			if (err == nil) != (id != "" && secret != "") {
				t.Errorf("%q, %q, %v", id, secret, err)
			}
		}
	})
}
