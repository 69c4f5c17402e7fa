package conformance

import (
	"encoding/json"
	"strings"
)

// alibabaScene makes a machine of the parts that credentials-go looks at.
func alibabaScene(g *gen) scene {
	s := scene{env: map[string]string{}, files: map[string]string{"token": "signed+token="}, instance: pick(g, "", "", "v2")}
	some := func(n int) bool { return g.IntN(n) == 0 }
	maybe := func(n int, name string, values ...string) {
		if some(n) {
			s.set(name, pick(g, values...))
		}
	}
	// The key of the environment: seldom whole, or nothing else is looked at.
	switch g.IntN(8) {
	case 0:
		s.set("ALIBABA_CLOUD_ACCESS_KEY_ID", "env-id")
		s.set("ALIBABA_CLOUD_ACCESS_KEY_SECRET", pick(g, "env-secret", ""))
		maybe(2, "ALIBABA_CLOUD_SECURITY_TOKEN", "env-token", "")
	case 1:
		maybe(2, "ALIBABA_CLOUD_ACCESS_KEY_ID", "")
		s.set("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "env-secret")
	}
	if some(4) {
		maybe(3, "ALIBABA_CLOUD_OIDC_TOKEN", "literal+token=")
		maybe(1, "ALIBABA_CLOUD_OIDC_TOKEN_FILE", "$HOME/token", "$HOME/token", "$HOME/missing", "")
		maybe(1, "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "acs:ram::1:oidc-provider/p", "acs:ram::1:oidc-provider/p", "")
		maybe(1, "ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/env", "acs:ram::1:role/env", "acs:ram::1:role/denied", "")
	}
	maybe(6, "ALIBABA_CLOUD_ROLE_SESSION_NAME", "env-session")
	maybe(4, "ALIBABA_CLOUD_STS_REGION", "cn-beijing", "")
	maybe(4, "ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED", "true", "TRUE", "false", "")
	maybe(3, "ALIBABA_CLOUD_PROFILE", "a", "b", "c", "a", "b", "c", "default", "missing", "")
	maybe(8, "ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "true", "True", "false", "1")
	if some(2) {
		path := ".aliyun/config.json"
		if some(3) {
			path = "elsewhere/cli.json"
			s.set("ALIBABA_CLOUD_CONFIG_FILE", pick(g, "$HOME/"+path, "$HOME/"+path, "$HOME/missing"))
		}
		profiles := []any{}
		for _, name := range []string{"default", "a", "b", "c"}[:pick(g, 0, 2, 3, 4, 4, 4)] {
			profiles = append(profiles, cliProfile(g, name))
		}
		text, _ := json.Marshal(tree{"current": pick(g, "a", "a", "b", "b", "c", "c", "default", "default", "", "missing"), "profiles": profiles, "meta_path": ""})
		s.files[path] = []string{string(text), "{", ""}[pick(g, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2)]
	}
	if some(2) {
		path := ".alibabacloud/credentials"
		if some(3) {
			path = "elsewhere/credentials"
			s.set("ALIBABA_CLOUD_CREDENTIALS_FILE", pick(g, "$HOME/"+path, "$HOME/"+path, "$HOME/missing"))
		}
		for _, name := range []string{"default", "a", "b"}[:1+g.IntN(3)] {
			s.files[path] += "[" + name + "]\n" + credentialsSection(g)
		}
	}
	maybe(4, "ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true", "TRUE", "false")
	maybe(3, "ALIBABA_CLOUD_ECS_METADATA", "worker", "other", "")
	maybe(6, "ALIBABA_CLOUD_IMDSV1_DISABLED", "true", "false")
	maybe(2, "ALIBABA_CLOUD_CREDENTIALS_URI", "$URL/uri", "$URL/uri", "$URL/denied", "")
	if some(2) { // a machine on which all is well
		for name, text := range s.env {
			if strings.Contains(text, "missing") || strings.Contains(text, "denied") {
				delete(s.env, name)
			}
		}
	}
	return s
}

// cliProfile makes a profile of the CLI.
func cliProfile(g *gen, name string) tree {
	p := tree{"name": name, "region_id": "cn-hangzhou", "output_format": "json"}
	key := func() {
		p["access_key_id"], p["access_key_secret"] = name+"-id", name+"-secret"
		if g.IntN(10) == 0 {
			p["access_key_secret"] = ""
		}
	}
	role := func() {
		p["ram_role_arn"] = "acs:ram::1:role/" + pick(g, name, name, name, name, name, "denied")
		g.maybe(p, "ram_session_name", func() any { return "session-" + name })
		g.maybe(p, "expired_seconds", func() any { return pick(g, 900, 7200, 0) })
		g.maybe(p, "sts_region", func() any { return "cn-hangzhou" })
		g.maybe(p, "enable_vpc", func() any { return true })
		g.maybe(p, "policy", func() any { return `{"Version":"1"}` })
		g.maybe(p, "external_id", func() any { return "outside" })
	}
	switch mode := pick(g, "AK", "StsToken", "AK", "StsToken", "RamRoleArn", "RamRoleArn", "ChainableRamRoleArn", "ChainableRamRoleArn", "EcsRamRole", "EcsRamRole", "OIDC", "OIDC", "External", "External", "Nonsense"); mode {
	case "AK":
		p["mode"] = mode
		key()
	case "StsToken":
		p["mode"] = mode
		key()
		p["sts_token"] = pick(g, name+"-token", name+"-token", name+"-token", "")
	case "RamRoleArn":
		p["mode"] = mode
		key()
		role()
	case "ChainableRamRoleArn":
		p["mode"] = mode
		role()
		// Never round in a circle: credentials-go does not come back from that.
		p["source_profile"] = pick(g, strings.Split(map[string]string{"default": "missing", "a": "default", "b": "a default", "c": "a b"}[name], " ")...)
	case "EcsRamRole":
		p["mode"] = mode
		g.maybe(p, "ram_role_name", func() any { return pick(g, "worker", "other") })
	case "OIDC":
		p["mode"] = mode
		role()
		delete(p, "external_id")
		p["oidc_provider_arn"] = "acs:ram::1:oidc-provider/" + name
		p["oidc_token_file"] = pick(g, "$HOME/token", "$HOME/token", "$HOME/missing")
	case "External":
		p["mode"] = mode
		p["process_command"] = pick(g,
			`echo '{"mode":"AK","access_key_id":"`+name+`-program","access_key_secret":"s"}'`,
			`echo '{"mode":"StsToken","access_key_id":"`+name+`-program","access_key_secret":"s","sts_token":"t","expiration":"2100-01-02T03:04:05Z"}'`,
			`echo '{"mode":"StsToken","access_key_id":"`+name+`-program","access_key_secret":"s"}'`,
			"false", "echo nonsense", "")
	default:
		p["mode"] = mode
	}
	return p
}

// credentialsSection makes a section of the SDKs' own file.
func credentialsSection(g *gen) string {
	key := pick(g, "access_key_id = file-id\naccess_key_secret = file-secret\n", "access_key_id = file-id\naccess_key_secret = file-secret\n", "access_key_id=file-id\naccess_key_secret=file-secret\n",
		"access_key_id = file-id\naccess_key_secret = file-secret\n", "access_key_id = file-id\naccess_key_secret =\n", "access_key_id = file-id\n")
	switch g.IntN(5) {
	case 0:
		return "# a comment\ntype = ram_role_arn\n" + key + "role_arn = acs:ram::1:role/" + pick(g, "file", "file", "denied") + "\n" +
			pick(g, "role_session_name = file-session\n", "role_session_name = file-session\n", "") + pick(g, "", "policy = {}\n")
	case 1:
		return "type = ecs_ram_role\nrole_name = " + pick(g, "worker", "other", "") + "\n"
	case 2:
		return pick(g, "", "type = access_key\n") + pick(g, key, "type = access_key\n"+key, "type = nonsense\n"+key, "")
	}
	return "type = access_key\n" + key
}

// alibabaScenes are those that chance does not bring.
var alibabaScenes = []scene{
	{
		name: "a token left over from another mode", env: behind(),
		files: cli(`"mode":"RamRoleArn","access_key_id":"a-id","access_key_secret":"s","sts_token":"a-token","ram_role_arn":"r"`),
	},
	{name: "nothing", env: map[string]string{"ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true"}},
	{name: "no home", env: map[string]string{"HOME": "", "ALIBABA_CLOUD_CREDENTIALS_URI": "$URL/uri"}},
	{
		name: "key of OSS in the environment", instance: "v2",
		env: map[string]string{"OSS_ACCESS_KEY_ID": "oss-id", "OSS_ACCESS_KEY_SECRET": "oss-secret"},
	},
	{
		name: "three roles on top of each other", env: map[string]string{},
		files: map[string]string{".aliyun/config.json": `{"current":"c","profiles":[
			{"name":"a","mode":"StsToken","access_key_id":"a-id","access_key_secret":"a-secret","sts_token":"a-token"},
			{"name":"b","mode":"ChainableRamRoleArn","source_profile":"a","ram_role_arn":"acs:ram::1:role/b"},
			{"name":"c","mode":"ChainableRamRoleArn","source_profile":"b","ram_role_arn":"acs:ram::1:role/c"}]}`},
	},
	{
		name: "the CLI's profile and the file's have the same name", env: map[string]string{"ALIBABA_CLOUD_PROFILE": "a"},
		files: map[string]string{
			".aliyun/config.json":       `{"current":"b","profiles":[{"name":"a","mode":"AK","access_key_id":"a-id","access_key_secret":"a-secret"}]}`,
			".alibabacloud/credentials": "[a]\ntype=access_key\naccess_key_id=file-id\naccess_key_secret=file-secret\n",
		},
	},
	{
		name: "types and quotes of the file", env: map[string]string{"ALIBABA_CLOUD_PROFILE": "a b"},
		files: map[string]string{".alibabacloud/credentials": "[default]\n\n[a b]\r\n; a comment\r\ntype : access_key\r\naccess_key_id = \"file-id\"\r\naccess_key_secret = file=secret\r\n"},
	},
	{
		name: "a duration that is too short", env: behind(),
		files: map[string]string{".aliyun/config.json": `{"current":"a","profiles":[
			{"name":"a","mode":"RamRoleArn","access_key_id":"a-id","access_key_secret":"a-secret","ram_role_arn":"acs:ram::1:role/a","expired_seconds":600}]}`},
	},
	{
		name: "two profiles of a name", env: map[string]string{},
		files: map[string]string{".aliyun/config.json": `{"current":"a","profiles":[
			{"name":"a","mode":"AK","access_key_id":"one","access_key_secret":"s"},{"name":"a","mode":"AK","access_key_id":"two","access_key_secret":"s"}]}`},
	},
	{
		name: "names of another case", env: map[string]string{},
		files: map[string]string{".aliyun/config.json": `{"Current":"a","PROFILES":[{"Name":"a","Mode":"AK","Access_Key_Id":"one","access_key_secret":"s"}]}`},
	},
	{
		name: "comments behind values", env: map[string]string{},
		files: map[string]string{".alibabacloud/credentials": "[default]\ntype = access_key # the kind\naccess_key_id = file-id ; mine\naccess_key_secret = 'file-secret'\n"},
	},
	{
		name: "the same section twice", env: map[string]string{},
		files: map[string]string{".alibabacloud/credentials": "[default]\ntype=access_key\naccess_key_id=one\naccess_key_secret=s\n[default]\naccess_key_id=two\n"},
	},
	{
		name: "names in capitals", env: map[string]string{"ALIBABA_CLOUD_CREDENTIALS_URI": "$URL/uri", "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true"},
		files: map[string]string{".alibabacloud/credentials": "[Default]\ntype=access_key\naccess_key_id=one\naccess_key_secret=s\n"},
	},
}
