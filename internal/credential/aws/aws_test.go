package aws_test

import (
	"fmt"
	"html"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/credential/aws"
	"github.com/accesspoint-go/accesspoint/internal/credential/credentialtest"
	"github.com/accesspoint-go/accesspoint/internal/credential/machine"
	"github.com/accesspoint-go/accesspoint/internal/sigv4"
)

// key is an answer with a key whose parts begin with name.
func key(name string, lasts time.Duration) string {
	return fmt.Sprintf(`{"Code":"Success","Type":"AWS-HMAC","AccessKeyId":"%[1]s-id","SecretAccessKey":"%[1]s-secret","Token":"%[1]s-token","Expiration":%[2]q}`,
		name, time.Now().Add(lasts).UTC().Format(time.RFC3339))
}

// giving is a service that gives a key to those who have the token.
func giving(name, authorization string, lasts time.Duration) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Authorization"); got != authorization {
			w.WriteHeader(403)
			fmt.Fprintf(w, `{"code":"Denied","message":"%s is not allowed"}`, got)
			return
		}
		fmt.Fprint(w, key(name, lasts))
	}
}

// sts is the security token service of a region. It names the key after the role.
func sts(region string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		_ = r.ParseForm()
		refuse := func(status int, code, message string) {
			w.WriteHeader(status)
			fmt.Fprintf(w, "<ErrorResponse xmlns=\"x\">\n<Error>\n<Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error><RequestId>r-1</RequestId></ErrorResponse>", code, html.EscapeString(message))
		}
		action := r.Form.Get("Action")
		switch {
		case r.Method != "POST" || r.Form.Get("Version") != "2011-06-15" || r.Form.Get("RoleSessionName") == "":
			refuse(400, "ValidationError", "")
			return
		case action == "AssumeRoleWithWebIdentity" && r.Header.Get("Authorization") == "":
			if got := r.Form.Get("WebIdentityToken"); got != "signed+token=" {
				refuse(400, "InvalidIdentityToken", got+" is not valid")
				return
			}
		case action == "AssumeRole":
			_, named, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
			named, _, _ = strings.Cut(named, "/")
			with := credential.Key{ID: named, Secret: strings.TrimSuffix(named, "-id") + "-secret", Token: r.Header.Get("X-Amz-Security-Token")}
			signed := []string{"host", "x-amz-date", "content-length", "content-type"}
			if with.Token != "" {
				signed = append(signed, "x-amz-security-token")
			}
			if at, _ := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date")); time.Since(at).Abs() > 15*time.Minute {
				refuse(403, "SignatureDoesNotMatch", "Signature expired")
				return
			}
			if want := sigv4.Authorization(r, body, signed, sigv4.Scope{Region: region, Service: "sts"}, with, new(sigv4.Keys)); r.Header.Get("Authorization") != want {
				refuse(403, "SignatureDoesNotMatch", "The token is "+with.Token)
				return
			}
		default:
			refuse(400, "InvalidAction", "")
			return
		}
		_, role, ok := strings.Cut(r.Form.Get("RoleArn"), ":role/")
		if !ok || r.Form.Get("ExternalId") != "" && r.Form.Get("ExternalId") != "x y" {
			refuse(403, "AccessDenied", "not authorized to perform: sts:"+action)
			return
		}
		fmt.Fprintf(w, `<%[1]sResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <%[1]sResult>
    <AssumedRoleUser><Arn>arn:aws:sts::1:assumed-role/x</Arn></AssumedRoleUser>
    <Credentials>
      <AccessKeyId>%[2]s-id</AccessKeyId>
      <SecretAccessKey>%[2]s-secret</SecretAccessKey>
      <SessionToken>%[2]s-token</SessionToken>
      <Expiration>%[3]s</Expiration>
    </Credentials>
  </%[1]sResult>
</%[1]sResponse>`, action, role, time.Now().Add(time.Hour).UTC().Format(time.RFC3339))
	}
}

// ec2 is the metadata service of an instance with a role.
func ec2(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method == "PUT" && r.URL.Path == "/latest/api/token" && r.Header.Get("X-Aws-Ec2-Metadata-Token-Ttl-Seconds") != "":
		fmt.Fprint(w, "metadata-token")
	case r.Header.Get("X-Aws-Ec2-Metadata-Token") != "metadata-token":
		w.WriteHeader(401)
	case r.URL.Path == "/latest/meta-data/iam/security-credentials/":
		fmt.Fprint(w, "worker")
	case r.URL.Path == "/latest/meta-data/iam/security-credentials/worker":
		fmt.Fprint(w, key("worker", 6*time.Hour))
	default:
		w.WriteHeader(404)
	}
}

// roleless is that of an instance without one.
func roleless(w http.ResponseWriter, r *http.Request) {
	if r.Method == "PUT" {
		fmt.Fprint(w, "metadata-token")
		return
	}
	w.WriteHeader(404)
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
	quoted := write("a b/key tool", "#!/bin/sh\n"+`echo '{"Version":1,"AccessKeyId":"'${1:-alone}'-id","SecretAccessKey":"'${1:-alone}'-secret"}'`+"\n")
	if err := os.Chmod(quoted, 0o700); err != nil { //nolint:gosec // it is run
		t.Fatal(err)
	}
	write("home1/.aws/config", `
[default]
region = eu-west-1
[profile role]
role_arn = arn:aws:iam::1:role/admin
source_profile = keys
role_session_name = me
duration_seconds = 3600
external_id = x y
[profile denied]
role_arn = arn:aws:iam::1:user/admin
source_profile = keys
[profile second]
role_arn = arn:aws:iam::1:role/second
source_profile = role
region = us-east-2 ; of STS
[profile own]
role_arn = arn:aws:iam::1:role/own
source_profile = own
[profile circle]
role_arn = arn:aws:iam::1:role/a
source_profile = circle2
[profile circle2]
role_arn = arn:aws:iam::1:role/b
source_profile = circle
[profile nobody]
role_arn = arn:aws:iam::1:role/a
source_profile = nobody at all
[profile empty source]
role_arn = arn:aws:iam::1:role/a
source_profile = empty
[profile empty]
region = eu-west-1
[profile no role]
source_profile = keys
[profile two]
role_arn = arn:aws:iam::1:role/a
source_profile = keys
credential_source = Environment
[profile mfa]
role_arn = arn:aws:iam::1:role/a
source_profile = keys
mfa_serial = arn:aws:iam::1:mfa/me
[profile of environment]
role_arn = arn:aws:iam::1:role/a
credential_source = Environment
[profile of container]
role_arn = arn:aws:iam::1:role/a
credential_source = EcsContainer
[profile of instance]
role_arn = arn:aws:iam::1:role/a
credential_source = Ec2InstanceMetadata
[profile of moon]
role_arn = arn:aws:iam::1:role/a
credential_source = Moon
[profile on anything]
role_arn = arn:aws:iam::1:role/a
[profile web]
role_arn = arn:aws:iam::1:role/web
web_identity_token_file = `+token+`
[profile web without]
web_identity_token_file = `+token+`
[profile process]
credential_process = echo '{"Version":1,"AccessKeyId":"proc-id","SecretAccessKey":"proc-secret","SessionToken":"proc-token","Expiration":"2099-01-01T00:00:00Z"}'
[profile process forever]
credential_process = echo '{"Version":1,"AccessKeyId":"proc-id","SecretAccessKey":"proc-secret"}'
[profile process fails]
credential_process = echo planted-secret; echo planted-secret >&2; exit 3
[profile process talks]
credential_process = echo planted-secret
[profile process version]
credential_process = echo '{"Version":2,"AccessKeyId":"a","SecretAccessKey":"planted-secret"}'
[profile process empty]
credential_process = echo '{"Version":1}'
[profile process quoted]
credential_process = "`+quoted+`" "proc"
[profile process quoted alone]
credential_process = "`+quoted+`"
[profile line end]
credential_process = printf '%s' '{"Version":1,"AccessKeyId":"a","SecretAccessKey":"planted-secret\n"}'
[profile endpoints]
role_arn = arn:aws:iam::1:role/admin
source_profile = keys
services = mine
endpoint_url = http://localhost:1111
[profile endpoint of all]
role_arn = arn:aws:iam::1:role/admin
source_profile = keys
endpoint_url = http://localhost:1111
[profile endpoints off]
role_arn = arn:aws:iam::1:role/admin
source_profile = keys
endpoint_url = http://localhost:1111
ignore_configured_endpoint_urls = true
[profile FIPS]
role_arn = arn:aws:iam::1:role/admin
source_profile = keys
use_fips_endpoint = true
[services mine]
s3 =
  endpoint_url = http://localhost:3333
sts =
  endpoint_url = http://localhost:2222
[profile sso]
sso_session = corp
[profile old sso]
sso_start_url = https://x
sso_region = us-east-1
[profile login]
login_session = x
[profile half]
aws_access_key_id = half-id
[keys]
aws_access_key_id = not-here
aws_secret_access_key = planted-secret
`)
	write("home1/.aws/credentials", `
[keys]
aws_access_key_id = file-id
aws_secret_access_key = file-secret
[own]
aws_access_key_id = file-id
aws_secret_access_key = file-secret
[profile web]
aws_access_key_id = not-here
aws_secret_access_key = planted-secret
`)
	write("home2/.aws/config", "[default]\naws_access_key_id = old-id\naws_secret_access_key = old-secret\naws_session_token = old-token\nregion = eu-west-1\n")
	write("home2/.aws/credentials", "[default]\naws_access_key_id = file-id\naws_secret_access_key = file-secret\n")
	if err := os.MkdirAll(filepath.Join(home, "directory", ".aws", "config"), 0o700); err != nil {
		t.Fatal(err)
	}

	env := func(pairs ...string) map[string]string {
		m := map[string]string{"HOME": filepath.Join(home, "none")}
		for i := 0; i < len(pairs); i += 2 {
			m[pairs[i]] = pairs[i+1]
		}
		return m
	}
	profile := func(name string, pairs ...string) map[string]string {
		m := env("HOME", filepath.Join(home, "home1"), "AWS_PROFILE", name, "AWS_REGION", "eu-west-1")
		for i := 0; i < len(pairs); i += 2 {
			m[pairs[i]] = pairs[i+1]
		}
		return m
	}
	irsa := func(pairs ...string) map[string]string {
		m := env("AWS_ROLE_ARN", "arn:aws:iam::1:role/pod", "AWS_WEB_IDENTITY_TOKEN_FILE", token, "AWS_REGION", "eu-west-1")
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
	const regional, instance, ecs, eks = "sts.eu-west-1.amazonaws.com", "169.254.169.254", "169.254.170.2", "169.254.170.23"
	west := sts("eu-west-1")
	full := func(uri string, pairs ...string) map[string]string {
		m := env("AWS_CONTAINER_CREDENTIALS_FULL_URI", uri)
		maps.Copy(m, env(pairs...))
		return m
	}
	relative := env("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials/planted-secret")
	answer := credentialtest.Answer

	for name, c := range map[string]struct {
		env    map[string]string
		hosts  map[string]http.HandlerFunc
		source string
		key    string
		says   []string
	}{
		"nothing": {env(), nil, "", "", []string{"environment: AWS_ACCESS_KEY_ID is not set", "web identity of the environment: AWS_WEB_IDENTITY_TOKEN_FILE is not set",
			`shared profile: the shared files have no profile "default"`, "container: neither AWS_CONTAINER_", "EC2 instance role: the metadata service: 169.254.169.254: "}},
		"environment":         {env("AWS_ACCESS_KEY_ID", "env-id", "AWS_SECRET_ACCESS_KEY", "env-secret", "AWS_PROFILE", "nobody"), nil, "environment", "env", nil},
		"environment, older":  {env("AWS_ACCESS_KEY", "env-id", "AWS_SECRET_KEY", "env-secret"), nil, "environment", "env", nil},
		"line end":            {env("AWS_ACCESS_KEY_ID", "env-id", "AWS_SECRET_ACCESS_KEY", "planted-secret\r\n"), nil, "", "", []string{"environment: the key's secret must not have white space"}},
		"half a key":          {env("AWS_ACCESS_KEY_ID", "env-id"), nil, "", "", []string{"AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not"}},
		"IRSA":                {irsa(), network(regional, west), "web identity of the environment", "pod", nil},
		"IRSA, profile too":   {irsa("HOME", filepath.Join(home, "home2")), network(regional, west), "web identity of the environment", "pod", nil},
		"IRSA, no region":     {irsa("AWS_REGION", ""), network("sts.amazonaws.com", west), "web identity of the environment", "pod", nil},
		"IRSA, file's region": {irsa("AWS_REGION", "", "HOME", filepath.Join(home, "home2")), network(regional, west), "web identity of the environment", "pod", nil},
		"IRSA, China":         {irsa("AWS_REGION", "cn-north-1"), network("sts.cn-north-1.amazonaws.com.cn", west), "web identity of the environment", "pod", nil},
		"IRSA, FIPS":          {irsa("AWS_USE_FIPS_ENDPOINT", "true"), network("sts-fips.eu-west-1.amazonaws.com", west), "web identity of the environment", "pod", nil},
		"IRSA, own endpoint":  {irsa("AWS_ENDPOINT_URL_STS", "http://localhost:4566"), network("localhost:4566", west), "web identity of the environment", "pod", nil},
		"IRSA, bad endpoint":  {irsa("AWS_ENDPOINT_URL", "http://me:planted-secret@localhost"), nil, "", "", []string{"AWS_ENDPOINT_URL or endpoint_url is not a URL with nothing but"}},
		"IRSA, bad region":    {irsa("AWS_REGION", "evil.com/"), nil, "", "", []string{"the region of STS is no region ID"}},
		"IRSA, no role":       {irsa("AWS_ROLE_ARN", ""), network(instance, ec2), "", "", []string{"AWS_WEB_IDENTITY_TOKEN_FILE is set and AWS_ROLE_ARN is not"}},
		"IRSA, no file":       {irsa("AWS_WEB_IDENTITY_TOKEN_FILE", token+"x"), network(instance, ec2), "", "", []string{"x does not exist"}},
		"IRSA, refused":       {irsa("AWS_ROLE_ARN", "arn:aws:iam::1:user/x"), network(regional, west, instance, ec2), "", "", []string{"answered 403: AccessDenied not authorized to perform: sts:AssumeRoleWithWebIdentity"}},
		"IRSA, bad token":     {irsa("AWS_WEB_IDENTITY_TOKEN_FILE", write("bad token", "planted-secret")), network(regional, west), "", "", []string{"InvalidIdentityToken REDACTED is not valid"}},
		"IRSA, empty token":   {irsa("AWS_WEB_IDENTITY_TOKEN_FILE", write("no token", "\n")), network(regional, west), "", "", []string{"no token is empty"}},
		"IRSA, long token":    {irsa("AWS_WEB_IDENTITY_TOKEN_FILE", write("two tokens", "a\nb")), network(regional, west), "", "", []string{"holds more than a token"}},
		"IRSA, HTML":          {irsa(), network(regional, credentialtest.HTML), "", "", []string{"its ID or secret is missing"}},
		"IRSA, HTML 502":      {irsa(), network(regional, answer(502, "<html>planted-secret")), "", "", []string{regional + " answered 502"}},
		"IRSA, cut":           {irsa(), network(regional, answer(200, "<AssumeRoleWithWebIdentityResponse><AccessKeyId>a</AccessKeyId><SecretAccessKey>planted-secret</SecretAccessKey>")), "", "", []string{"the response of " + regional + " breaks off"}},
		"IRSA, silent":        {irsa(), network(regional, credentialtest.Silent, instance, ec2), "", "", []string{"did not answer within 8s"}},
		"IRSA, no end":        {irsa(), network(regional, answer(200, "<AccessKeyId>a</AccessKeyId><SecretAccessKey>planted-secret</SecretAccessKey><SessionToken>t</SessionToken>")), "", "", []string{"has no end"}},

		"profile":                  {env("HOME", filepath.Join(home, "home2")), network(instance, ec2), `shared profile "default"`, "file", nil},
		"profile of old name":      {env("HOME", filepath.Join(home, "home1"), "AWS_DEFAULT_PROFILE", "keys"), nil, `shared profile "keys"`, "file", nil},
		"profile, files elsewhere": {env("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(home, "home2", ".aws", "credentials")), nil, `shared profile "default"`, "file", nil},
		"profile, directory":       {env("HOME", filepath.Join(home, "directory")), network(instance, ec2), "", "", []string{"shared profile: read ", "is a directory"}},
		"profile that is not":      {profile("nobody at all"), network(instance, ec2), "", "", []string{`the shared files have no profile "nobody at all", which AWS_PROFILE names`}},
		"profile role":             {profile("role"), network(regional, west), `shared profile "role"`, "admin", nil},
		"profile denied":           {profile("denied"), network(regional, west, instance, ec2), "", "", []string{`profile "denied": `, "AccessDenied"}},
		"profile second":           {profile("second", "AWS_REGION", ""), network("sts.us-east-2.amazonaws.com", sts("us-east-2"), "sts.amazonaws.com", sts("us-east-1")), `shared profile "second"`, "second", nil},
		"profile own":              {profile("own"), network(regional, west), `shared profile "own"`, "own", nil},
		"profile circle":           {profile("circle"), network(regional, west), "", "", []string{`profile "circle": it has no key for the profile that builds on it`}},
		"profile nobody":           {profile("nobody"), network(regional, west), "", "", []string{`profile "nobody at all": there is none`}},
		"profile empty source":     {profile("empty source"), network(regional, west), "", "", []string{`profile "empty": it has no key`}},
		"profile empty":            {profile("empty"), network(instance, ec2), "EC2 instance role", "worker", nil},
		"profile no role":          {profile("no role"), network(regional, west), "", "", []string{"source_profile needs a role_arn"}},
		"profile two":              {profile("two"), network(regional, west), "", "", []string{"it has more than one of"}},
		"profile MFA":              {profile("mfa"), network(regional, west), "", "", []string{"MFA", "CredentialsFromAWS"}},
		"profile of environment":   {profile("of environment"), network(regional, west), "", "", []string{`profile "of environment": AWS_ACCESS_KEY_ID is not set`}},
		"profile of container":     {profile("of container", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x"), network(regional, west, ecs, giving("task", "", time.Hour)), `shared profile "of container"`, "a", nil},
		"profile of instance":      {profile("of instance"), network(regional, west, instance, ec2), `shared profile "of instance"`, "a", nil},
		"profile of moon":          {profile("of moon"), network(regional, west), "", "", []string{"credential_source is none of"}},
		"profile on container":     {profile("on anything", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x"), network(regional, west, ecs, giving("task", "", time.Hour)), `shared profile "on anything"`, "a", nil},
		"profile on instance":      {profile("on anything"), network(regional, west, instance, ec2), `shared profile "on anything"`, "a", nil},
		"profile on nothing":       {profile("on anything"), network(regional, west), "", "", []string{`profile "on anything": role_arn without a source of keys: the metadata service: `}},
		"profile web":              {profile("web"), network(regional, west), `shared profile "web"`, "web", nil},
		"profile web without":      {profile("web without"), network(regional, west), "", "", []string{"web_identity_token_file needs a role_arn"}},
		"profile process":          {profile("process"), nil, `shared profile "process"`, "proc", nil},
		"profile process forever":  {profile("process forever"), nil, `shared profile "process forever"`, "proc", nil},
		"profile process quoted":   {profile("process quoted"), nil, `shared profile "process quoted"`, "proc", nil},
		"profile process alone":    {profile("process quoted alone"), nil, `shared profile "process quoted alone"`, "alone", nil},
		"profile process line end": {profile("line end"), nil, "", "", []string{`shared profile "line end": the key's secret must not have white space`}},
		"profile endpoints":        {profile("endpoints"), network("localhost:2222", west, "localhost:1111", answer(500, "")), `shared profile "endpoints"`, "admin", nil},
		"profile endpoint of all":  {profile("endpoint of all"), network("localhost:1111", west), `shared profile "endpoint of all"`, "admin", nil},
		"profile endpoints off":    {profile("endpoints off"), network(regional, west), `shared profile "endpoints off"`, "admin", nil},
		"profile endpoints, env":   {profile("endpoints", "AWS_ENDPOINT_URL", "http://localhost:4444"), network("localhost:4444", west), `shared profile "endpoints"`, "admin", nil},
		"profile endpoints, off":   {profile("endpoints", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"), network(regional, west), `shared profile "endpoints"`, "admin", nil},
		"profile FIPS":             {profile("FIPS"), network("sts-fips.eu-west-1.amazonaws.com", west), `shared profile "FIPS"`, "admin", nil},
		"profile FIPS, env":        {profile("FIPS", "AWS_USE_FIPS_ENDPOINT", "false"), network(regional, west), `shared profile "FIPS"`, "admin", nil},
		"profile process fails":    {profile("process fails"), nil, "", "", []string{`profile "process fails": the program ended with status 3`}},
		"profile process talks":    {profile("process talks"), nil, "", "", []string{"what the program printed: not JSON"}},
		"profile process version":  {profile("process version"), nil, "", "", []string{"another Version than 1"}},
		"profile process empty":    {profile("process empty"), nil, "", "", []string{"its ID or secret is missing"}},
		"profile SSO":              {profile("sso"), network(instance, ec2), "", "", []string{`profile "sso": it signs in by IAM Identity Center (SSO)`, "CredentialsFromAWS"}},
		"profile old SSO":          {profile("old sso"), network(instance, ec2), "", "", []string{"SSO"}},
		"profile login":            {profile("login"), network(instance, ec2), "", "", []string{"aws login", "CredentialsFromAWS"}},
		"profile half":             {profile("half"), network(instance, ec2), "", "", []string{`profile "half": it has half a key`}},

		"ECS":                    {relative, network(ecs, giving("task", "", time.Hour), instance, ec2), "container", "task", nil},
		"ECS, not a path":        {env("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "@evil.com/"), network("evil.com", giving("task", "", time.Hour)), "", "", []string{"does not start with a slash"}},
		"ECS, silent":            {relative, network(ecs, credentialtest.Silent, instance, ec2), "", "", []string{"container: 169.254.170.2 did not answer within 5s"}},
		"ECS, HTML":              {relative, network(ecs, credentialtest.HTML, instance, ec2), "", "", []string{"something else than JSON"}},
		"ECS, 404":               {relative, network(ecs, answer(404, "planted-secret"), instance, ec2), "", "", []string{"169.254.170.2 answered 404"}},
		"ECS, expired":           {relative, network(ecs, giving("task", "", -time.Minute), instance, ec2), "", "", []string{"the key expired at "}},
		"pod identity":           {full("http://169.254.170.23/v1/credentials", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", token), network(eks, giving("pod", "signed+token=", time.Hour)), "container", "pod", nil},
		"pod identity, IPv6":     {full("http://[fd00:ec2::23]/v1/credentials", "AWS_CONTAINER_AUTHORIZATION_TOKEN", "signed+token="), network("[fd00:ec2::23]", giving("pod", "signed+token=", time.Hour)), "container", "pod", nil},
		"pod identity, refused":  {full("http://169.254.170.23/v1/credentials", "AWS_CONTAINER_AUTHORIZATION_TOKEN", "planted-secret"), network(eks, giving("pod", "x", time.Hour), instance, ec2), "", "", []string{"answered 403: Denied REDACTED is not allowed"}},
		"pod identity, no file":  {full("http://169.254.170.23/", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", token+"x"), network(eks, giving("pod", "x", time.Hour), instance, ec2), "", "", []string{"x does not exist"}},
		"pod identity, 2 lines":  {full("http://169.254.170.23/", "AWS_CONTAINER_AUTHORIZATION_TOKEN", "a\r\nb: c"), network(eks, giving("pod", "x", time.Hour), instance, ec2), "", "", []string{"more than one line"}},
		"full URI, loopback":     {full("http://127.0.0.1:8080/x"), network("127.0.0.1:8080", giving("local", "", time.Hour)), "container", "local", nil},
		"full URI, localhost":    {full("http://localhost:8080/x"), network("localhost:8080", giving("local", "", time.Hour)), "container", "local", nil},
		"full URI, https":        {full("https://keys.example.com/x"), network("keys.example.com", giving("far", "", time.Hour)), "container", "far", nil},
		"full URI, http":         {full("http://keys.example.com/x"), network("keys.example.com", giving("far", "", time.Hour), instance, ec2), "", "", []string{"http is allowed for loopback, ECS and EKS addresses only, and keys.example.com is none"}},
		"full URI, metadata":     {full("http://169.254.169.254/x"), network(instance, ec2), "", "", []string{"and 169.254.169.254 is none"}},
		"full URI, other scheme": {full("ftp://127.0.0.1/x"), nil, "", "", []string{"another scheme"}},
		"full URI, none":         {full("planted-secret"), nil, "", "", []string{"AWS_CONTAINER_CREDENTIALS_FULL_URI is not a URL"}},

		"instance":             {env(), network(instance, ec2), "EC2 instance role", "worker", nil},
		"instance, off":        {env("AWS_EC2_METADATA_DISABLED", "TRUE"), network(instance, ec2), "", "", []string{"AWS_EC2_METADATA_DISABLED is true"}},
		"instance, IPv6":       {env("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv6"), network("[fd00:ec2::254]", ec2), "EC2 instance role", "worker", nil},
		"instance, elsewhere":  {env("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1338/"), network("127.0.0.1:1338", ec2), "EC2 instance role", "worker", nil},
		"instance, silent":     {env(), network(instance, credentialtest.Silent), "", "", []string{"169.254.169.254 did not answer within 1s", "hop limit"}},
		"instance, roleless":   {env(), network(instance, roleless), "", "", []string{"the instance has no such role, or none at all (404)"}},
		"instance, version 1":  {env(), network(instance, answer(404, "")), "", "", []string{"the metadata service: 169.254.169.254 answered 404"}},
		"instance, forbidden":  {env(), network(instance, answer(403, "")), "", "", []string{"answered 403"}},
		"instance, HTML":       {env(), network(instance, credentialtest.HTML), "", "", []string{"it did not answer with a token"}},
		"instance, not a role": {env(), network(instance, answer(200, "../../x")), "", "", []string{"did not answer with the name of a role"}},
		"instance, failed":     {env(), network(instance, failing), "", "", []string{"with the code AssumeRoleUnauthorizedAccess"}},
	} {
		t.Run(name, func(t *testing.T) {
			run := func(t *testing.T) {
				net := &credentialtest.Network{Hosts: c.hosts}
				chain := aws.New(machine.Machine{Env: c.env, Transport: net})
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
			if strings.Contains(name, "process") {
				run(t) // a program runs in real time
			} else {
				synctest.Test(t, run)
			}
		})
	}
}

// failing is the metadata service of an instance whose role cannot be assumed.
func failing(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/worker") {
		fmt.Fprint(w, `{"Code":"AssumeRoleUnauthorizedAccess","Message":"EC2 cannot assume the role worker"}`)
		return
	}
	ec2(w, r)
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
	net := &credentialtest.Network{Hosts: map[string]http.HandlerFunc{"169.254.169.254": ec2}}
	chain := aws.New(machine.Machine{Env: map[string]string{}, Transport: net})
	if s := net.Sent(); s != "" {
		t.Errorf("sent at once: %s", s)
	}
	for range 3 {
		if _, _, _, _, err := chain.Retrieve(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if s, want := net.Sent(), "PUT 169.254.169.254/latest/api/token\n"+
		"GET 169.254.169.254/latest/meta-data/iam/security-credentials/\n"+
		"GET 169.254.169.254/latest/meta-data/iam/security-credentials/worker"; s != want {
		t.Errorf("sent\n%s", s)
	}
}

// FuzzFiles reads shared files of any form.
func FuzzFiles(f *testing.F) {
	f.Add("[default]\naws_access_key_id = a\naws_secret_access_key = b", "[default]\nrole_arn = x\nsource_profile = default")
	f.Add("[profile a]\nsource_profile = b\nrole_arn = c", "[b]\nsource_profile = a\nrole_arn = c")
	f.Add("[profile default]\ns3 =\n  x = y\nregion = \"z\" # comment", "")
	f.Fuzz(func(t *testing.T, config, keys string) {
		if strings.Contains(strings.ToLower(config+keys), "credential_process") {
			return // it would run what it says
		}
		dir := t.TempDir()
		env := map[string]string{"AWS_CONFIG_FILE": filepath.Join(dir, "config"), "AWS_SHARED_CREDENTIALS_FILE": filepath.Join(dir, "keys")}
		for path, text := range map[string]string{env["AWS_CONFIG_FILE"]: config, env["AWS_SHARED_CREDENTIALS_FILE"]: keys} {
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		chain := aws.New(machine.Machine{Env: env, Transport: &credentialtest.Network{}})
		id, secret, _, _, err := chain.Retrieve(t.Context())
		if (err == nil) != (id != "" && secret != "") {
			t.Errorf("%q, %q, %v", id, secret, err)
		}
	})
}
