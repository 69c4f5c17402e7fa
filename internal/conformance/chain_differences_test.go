package conformance

import (
	"slices"
	"strings"
)

// alibabaOrder is the sources in the order in which both are asked: our names,
// and the beginnings of theirs.
var alibabaOrder = [][2]string{
	{"environment ALIBABA_CLOUD_ACCESS_KEY_ID", "default/env"},
	{"OIDC role", "default/oidc_role_arn"},
	{"CLI profile", "default/cli_profile"},
	{"credentials file", "default/profile"},
	{"ECS RAM role", "default/ecs_ram_role"},
	{"credentials URI", "default/credential_uri"},
}

// wentOn reports whether the official chain found its key behind the source
// where ours ended.
func wentOn(theirs, ours found) bool {
	at := slices.IndexFunc(alibabaOrder, func(names [2]string) bool { return strings.HasPrefix(ours.Source, names[0]) })
	then := slices.IndexFunc(alibabaOrder, func(names [2]string) bool { return strings.HasPrefix(theirs.Source, names[1]) })
	return theirs.Err == "" && at >= 0 && then > at
}

// central returns the ID of a key, as if STS had been asked centrally for it and for
// those that it builds on.
func central(id string) string {
	return strings.ReplaceAll(id, ";sts-vpc.cn-hangzhou.aliyuncs.com;", ";sts.aliyuncs.com;")
}

// cli is a file of the CLI with the current profile p, which has these members
// besides, and a source profile ak.
func cli(members string) map[string]string {
	return map[string]string{
		"token":               "signed+token=\n",
		".aliyun/config.json": `{"current":"p","profiles":[{"name":"p",` + members + `},{"name":"ak","mode":"AK","access_key_id":"ak-id","access_key_secret":"ak-secret"}]}`,
	}
}

// behind is the environment of a machine that has a key in the last source that
// is asked, and no role.
func behind(pairs ...string) map[string]string {
	env := map[string]string{"ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true", "ALIBABA_CLOUD_CREDENTIALS_URI": "$URL/uri"}
	for i := 0; i < len(pairs); i += 2 {
		env[pairs[i]] = pairs[i+1]
	}
	return env
}

// chainDifferences is every way in which our search for a key is not the
// official one.
var chainDifferences = []*chainDifference{
	{
		cloud: "alibaba", reason: "a source that is set up and fails ends our search, and credentials-go goes on as somebody else",
		scene: scene{env: behind(
			"ALIBABA_CLOUD_OIDC_TOKEN_FILE", "$HOME/token", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "acs:ram::1:oidc-provider/p", "ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/denied",
		), files: map[string]string{"token": "signed+token="}},
		theirs: "uri",
		covers: func(_ *scene, theirs, ours found) bool { return ours.failed && wentOn(theirs, ours) },
	},
	{
		cloud: "alibaba", reason: "a profile that names a wrong program ends our search",
		scene:  scene{env: behind(), files: cli(`"mode":"External","process_command":"false"`)},
		theirs: "uri",
	},
	{
		cloud: "alibaba", reason: "a shell runs the External program, as the CLI does, and credentials-go splits the line itself",
		scene: scene{env: behind("WHO", "shell"), files: cli(`"mode":"External","process_command":"printf '{\"mode\":\"AK\",\"access_key_id\":\"%s\",\"access_key_secret\":\"s\"}' $WHO"`)},
		ours:  "shell", theirs: "$WHO",
	},
	{
		cloud: "alibaba", reason: "a role of the credentials file needs no session name here",
		scene: scene{env: behind(), files: map[string]string{
			".alibabacloud/credentials": "[default]\ntype=ram_role_arn\naccess_key_id=file-id\naccess_key_secret=file-secret\nrole_arn=acs:ram::1:role/file\n",
		}},
		theirs: "uri", ours: "sts;sts.aliyuncs.com;AssumeRole;acs:ram::1:role:file;own;3600;file-id",
		covers: func(s *scene, theirs, ours found) bool {
			without := false
			for _, text := range s.files {
				for section := range strings.SplitSeq(text, "\n[") {
					without = without || strings.Contains(section, "role_arn = ") && !strings.Contains(section, "role_session_name")
				}
			}
			return without && strings.HasPrefix(ours.Source, "credentials file") && (theirs.Err != "" || wentOn(theirs, ours))
		},
	},
	{
		cloud: "alibaba", reason: "a role of the credentials file may take its ARN from ALIBABA_CLOUD_ROLE_ARN here, as those of the CLI's file may",
		scene: scene{env: behind("ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/env"), files: map[string]string{
			".alibabacloud/credentials": "[default]\ntype=ram_role_arn\naccess_key_id=file-id\naccess_key_secret=file-secret\nrole_session_name=me\n",
		}},
		theirs: "uri", ours: "sts;sts.aliyuncs.com;AssumeRole;acs:ram::1:role:env;me;3600;file-id",
	},
	{
		cloud: "alibaba", reason: "the instance's role need not be named in the credentials file, for it has one at most",
		scene: scene{instance: "v2", env: map[string]string{"ALIBABA_CLOUD_CREDENTIALS_URI": "$URL/uri", "ALIBABA_CLOUD_ECS_METADATA": "other"}, files: map[string]string{
			".alibabacloud/credentials": "[default]\ntype=ecs_ram_role\n",
		}},
		theirs: "uri", ours: "instance-worker",
	},
	{
		cloud: "alibaba", reason: "a profile of the instance's role that names none does not take the name in ALIBABA_CLOUD_ECS_METADATA, for the instance has one role at most",
		scene: scene{
			instance: "v2", env: map[string]string{"ALIBABA_CLOUD_CREDENTIALS_URI": "$URL/uri", "ALIBABA_CLOUD_ECS_METADATA": "other"},
			files: cli(`"mode":"EcsRamRole"`),
		},
		theirs: "uri", ours: "instance-worker",
		covers: func(s *scene, theirs, ours found) bool {
			return s.env["ALIBABA_CLOUD_ECS_METADATA"] == "other" && s.instance == "v2" &&
				strings.Contains(ours.ID, "instance-worker") && (theirs.Err != "" || wentOn(theirs, ours))
		},
	},
	{
		cloud: "alibaba", reason: "ALIBABA_CLOUD_ROLE_SESSION_NAME names the sessions of OIDC too",
		scene: scene{env: behind("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "$HOME/token", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "acs:ram::1:oidc-provider/p",
			"ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/env", "ALIBABA_CLOUD_ROLE_SESSION_NAME", "me"), files: map[string]string{"token": "signed+token="}},
		theirs: "sts;sts.aliyuncs.com;AssumeRoleWithOIDC;acs:ram::1:role:env;own;", ours: "sts;sts.aliyuncs.com;AssumeRoleWithOIDC;acs:ram::1:role:env;me;",
		covers: func(s *scene, theirs, ours found) bool {
			name := ";" + s.env["ALIBABA_CLOUD_ROLE_SESSION_NAME"] + ";"
			return len(name) > 2 && strings.Contains(ours.ID, "WithOIDC") && strings.Replace(ours.ID, name, ";own;", 1) == theirs.ID
		},
	},
	{
		cloud: "alibaba", reason: "the line end of an OIDC token file is no part of the token",
		scene: scene{env: behind("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "$HOME/token", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "p", "ALIBABA_CLOUD_ROLE_ARN", "r"),
			files: map[string]string{"token": "signed+token=\n"}},
		theirs: "sts;sts.aliyuncs.com;AssumeRoleWithOIDC;r;own;3600;p;signed+token=\n;", ours: "sts;sts.aliyuncs.com;AssumeRoleWithOIDC;r;own;3600;p;signed+token=;",
	},
	{
		cloud: "alibaba", reason: "profiles of the mode CredentialsURI, which the CLI has, are read here",
		scene:  scene{env: behind(), files: cli(`"mode":"CredentialsURI","credentials_uri":"$URL/profile"`)},
		theirs: "uri", ours: "profile",
	},
	{
		cloud: "alibaba", reason: "a key is taken from one place: what a profile lacks is not filled in from the environment's half of a key",
		scene:  scene{env: behind("ALIBABA_CLOUD_ACCESS_KEY_ID", "env-id"), files: cli(`"mode":"AK","access_key_secret":"ak-secret"`)},
		theirs: "env-id", ours: "uri",
	},
	{
		cloud: "alibaba", reason: "the metadata service is asked without a token only if ALIBABA_CLOUD_IMDSV1_DISABLED is false",
		scene:  scene{instance: "v1", env: map[string]string{}},
		theirs: "instance-worker",
	},
	{
		cloud: "alibaba", reason: "a key that has expired is of no use",
		scene:  scene{env: behind("ALIBABA_CLOUD_CREDENTIALS_URI", "$URL/expired")},
		theirs: "expired",
	},
	{
		cloud: "aws", reason: "a shared file that cannot be used, or a missing AWS_PROFILE, is no failure while the environment has a key",
		scene: scene{env: noInstance("AWS_PROFILE", "missing", "AWS_ACCESS_KEY_ID", "env-id", "AWS_SECRET_ACCESS_KEY", "env-secret")},
		ours:  "env-id",
		covers: func(_ *scene, theirs, ours found) bool {
			return theirs.Err != "" && !strings.Contains(theirs.Err, "operation error") &&
				(ours.Source == "environment" || ours.Source == "web identity of the environment")
		},
	},
	{
		cloud: "aws", reason: "without a region STS is asked at its central endpoint",
		scene: scene{env: map[string]string{"AWS_EC2_METADATA_DISABLED": "true", "AWS_ROLE_ARN": "arn:aws:iam::1:role/env", "AWS_WEB_IDENTITY_TOKEN_FILE": "$HOME/token"},
			files: map[string]string{"token": "signed+token="}},
		ours: "sts;sts.amazonaws.com;AssumeRoleWithWebIdentity;arn:aws:iam::1:role:env;own;signed+token=;",
		covers: func(_ *scene, theirs, ours found) bool {
			if theirs.Err == "" { // with an endpoint of its own it goes on, and signs for no region
				return strings.ReplaceAll(ours.ID, ";us-east-1;", ";;") == theirs.ID
			}
			return strings.Contains(theirs.Err, "egion") && (strings.HasPrefix(ours.ID, "sts;sts.amazonaws.com;") || strings.Contains(ours.ID, ";us-east-1;"))
		},
	},
	{
		cloud: "aws", reason: "a key is taken from one file: the token that the config file has does not belong to the key of the credentials file",
		scene: scene{env: noInstance("AWS_PROFILE", "c"), files: map[string]string{
			".aws/config":      "[profile a]\naws_access_key_id=x\naws_secret_access_key=x\naws_session_token=x-token\n[profile c]\nrole_arn=arn:aws:iam::1:role/c\nsource_profile=a\n",
			".aws/credentials": "[a]\naws_access_key_id=a-id\naws_secret_access_key=a-secret\n",
		}},
		theirs: "sts;sts.eu-west-1.amazonaws.com;AssumeRole;arn:aws:iam::1:role:c;own;900;a-id;eu-west-1;x-token",
		ours:   "sts;sts.eu-west-1.amazonaws.com;AssumeRole;arn:aws:iam::1:role:c;own;900;a-id;eu-west-1;",
		covers: func(_ *scene, theirs, ours found) bool {
			if ours.ID == theirs.ID {
				return ours.Secret == theirs.Secret && ours.Token == "" && theirs.Token != ""
			}
			// The key asks for a role: the question names its token.
			id := theirs.ID
			for _, name := range []string{"default", "a", "b", "c"} {
				id = strings.ReplaceAll(id, ";"+name+"-token", ";")
			}
			return id == ours.ID
		},
	},
	{
		cloud: "aws", reason: "a duration_seconds between 15 and 16 minutes counts: aws-sdk-go-v2 compares whole minutes",
		scene: scene{env: noInstance(), files: map[string]string{
			".aws/config": "[default]\nrole_arn=arn:aws:iam::1:role/r\nsource_profile=default\nduration_seconds=930\naws_access_key_id=a-id\naws_secret_access_key=a-secret\n",
		}},
		theirs: "sts;sts.eu-west-1.amazonaws.com;AssumeRole;arn:aws:iam::1:role:r;own;900;a-id", ours: "sts;sts.eu-west-1.amazonaws.com;AssumeRole;arn:aws:iam::1:role:r;own;930;a-id",
		covers: func(_ *scene, theirs, ours found) bool {
			return ours.ID != theirs.ID && strings.Contains(ours.ID, ";930;") && strings.ReplaceAll(ours.ID, ";930;", ";900;") == theirs.ID
		},
	},
	{
		cloud: "aws", reason: "the line end of a token file is no part of the token",
		scene:  scene{env: noInstance("AWS_ROLE_ARN", "r", "AWS_WEB_IDENTITY_TOKEN_FILE", "$HOME/token"), files: map[string]string{"token": "signed+token=\n"}},
		theirs: "sts;sts.eu-west-1.amazonaws.com;AssumeRoleWithWebIdentity;r;own;signed+token=\n;",
		ours:   "sts;sts.eu-west-1.amazonaws.com;AssumeRoleWithWebIdentity;r;own;signed+token=;",
	},
	{
		cloud: "aws", reason: "the metadata service is asked by version 2 of its protocol alone",
		scene:  scene{instance: "v1", env: map[string]string{"AWS_EC2_METADATA_SERVICE_ENDPOINT": "$URL"}},
		theirs: "instance-worker",
	},
	{
		cloud: "alibaba", reason: "a comment in the credentials file begins with a space: other marks are part of the value",
		scene: scene{env: behind(), files: map[string]string{".alibabacloud/credentials": "[default]\ntype=access_key\naccess_key_id=file#id;x\naccess_key_secret=file:secret=\n"}},
		ours:  "file#id;x", theirs: "file",
	},
	{
		cloud: "aws", reason: "AWS_ENDPOINT_URL is for all services, STS included: the config package resolves it too late for its own calls",
		scene: scene{
			env:   noInstance("AWS_ROLE_ARN", "r", "AWS_WEB_IDENTITY_TOKEN_FILE", "$HOME/token", "AWS_ENDPOINT_URL", "$URL/sts"),
			files: map[string]string{"token": "signed"},
		},
		theirs: "sts;sts.eu-west-1.amazonaws.com;", ours: "sts;127.0.0.1:",
	},
	{
		cloud: "aws", reason: "endpoint_url of a profile is for all services, STS included: the config package resolves it too late for its own calls",
		scene: scene{
			env:   noInstance("AWS_ROLE_ARN", "r", "AWS_WEB_IDENTITY_TOKEN_FILE", "$HOME/token"),
			files: map[string]string{"token": "signed", ".aws/config": "[default]\nendpoint_url=$URL/sts\n"},
		},
		theirs: "sts;sts.eu-west-1.amazonaws.com;", ours: "sts;127.0.0.1:",
	},
	{
		cloud: "aws", reason: "credential_process keeps its quotes, which are the shell's: aws-sdk-go-v2 takes off the first and the last of them, and a path with spaces breaks in two",
		scene: scene{
			env: noInstance("AWS_CONTAINER_CREDENTIALS_FULL_URI", "$URL/container"),
			files: map[string]string{
				"a b/tool":    `echo "{\"Version\":1,\"AccessKeyId\":\"$1\",\"SecretAccessKey\":\"s\"}"` + "\n",
				".aws/config": `[default]` + "\n" + `credential_process = "sh" "$HOME/a b/tool" "program"` + "\n",
			},
		},
		ours: "program",
	},
	{
		cloud: "aws", reason: "a byte order mark, which some editors write, is no part of a file",
		scene: scene{
			env:   noInstance("AWS_CONTAINER_CREDENTIALS_FULL_URI", "$URL/container"),
			files: map[string]string{".aws/credentials": "\ufeff[default]\naws_access_key_id=one\naws_secret_access_key=s\n"},
		},
		theirs: "container", ours: "one",
	},
	{
		cloud: "alibaba", reason: "a byte order mark, which some editors write, is no part of the CLI's file",
		scene:  scene{env: behind(), files: map[string]string{".aliyun/config.json": "\ufeff" + cli(`"mode":"AK","access_key_id":"a-id","access_key_secret":"s"`)[".aliyun/config.json"]}},
		theirs: "uri", ours: "a-id",
	},
	{
		cloud: "alibaba", reason: "a profile of CloudSSO serves with the key that the CLI keeps in it, and only the CLI signs in",
		scene:  scene{env: behind(), files: cli(`"mode":"CloudSSO","access_key_id":"sso-id","access_key_secret":"s","sts_token":"t","sts_expiration":4070908800`)},
		theirs: "uri", ours: "sso-id",
	},
	{
		cloud: "alibaba", reason: "STS has an endpoint of its own by ALIBABA_CLOUD_STS_ENDPOINT, which the webhook of RRSA sets",
		scene: scene{env: behind("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "$HOME/token", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "p", "ALIBABA_CLOUD_ROLE_ARN", "r",
			"ALIBABA_CLOUD_STS_ENDPOINT", "sts-vpc.cn-beijing.aliyuncs.com"), files: map[string]string{"token": "signed+token="}},
		theirs: "sts;sts.aliyuncs.com;", ours: "sts;sts-vpc.cn-beijing.aliyuncs.com;",
	},
	{
		cloud: "alibaba", reason: "STS has an endpoint of its own by sts_endpoint, which the CLI reads",
		scene:  scene{env: behind(), files: cli(`"mode":"RamRoleArn","access_key_id":"a-id","access_key_secret":"s","ram_role_arn":"r","sts_endpoint":"sts-vpc.cn-beijing.aliyuncs.com"`)},
		theirs: "sts;sts.aliyuncs.com;", ours: "sts;sts-vpc.cn-beijing.aliyuncs.com;",
	},
	{
		cloud: "alibaba", reason: "the STS of a VPC takes the region of the profile, or ALIBABA_CLOUD_REGION_ID, if it has none of its own: credentials-go asks the central one, which is not in the VPC",
		scene: scene{env: behind("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "$HOME/token", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "p", "ALIBABA_CLOUD_ROLE_ARN", "r",
			"ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED", "true", "ALIBABA_CLOUD_REGION_ID", "cn-beijing"), files: map[string]string{"token": "signed+token="}},
		theirs: "sts;sts.aliyuncs.com;", ours: "sts;sts-vpc.cn-beijing.aliyuncs.com;",
		covers: func(_ *scene, theirs, ours found) bool {
			return strings.Contains(ours.ID, ";sts-vpc.cn-") &&
				strings.Contains(theirs.ID, ";sts.aliyuncs.com;") && central(ours.ID) == central(theirs.ID)
		},
	},
	{
		cloud: "alibaba", reason: "the STS of a VPC without any region is a failure",
		scene: scene{env: behind("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "$HOME/token", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "p", "ALIBABA_CLOUD_ROLE_ARN", "r",
			"ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED", "true"), files: map[string]string{"token": "signed+token="}},
		theirs: "sts;sts.aliyuncs.com;",
		covers: func(_ *scene, theirs, ours found) bool {
			return ours.failed && strings.Contains(ours.Err, "the STS of a VPC needs a region") && strings.Contains(theirs.ID, ";sts.aliyuncs.com;")
		},
	},
	{
		cloud: "aws", reason: "the address of the metadata service is read from the environment alone, not from the profile",
		scene: scene{
			env: map[string]string{"AWS_REGION": "eu-west-1"}, instance: "v2",
			files: map[string]string{".aws/config": "[default]\nec2_metadata_service_endpoint=$URL\n"},
		},
		theirs: "instance-worker",
	},
	{
		cloud: "aws", reason: "half a key in the credentials file does not hide a whole one in the config file",
		scene: scene{env: noInstance(), files: map[string]string{
			".aws/config":      "[default]\naws_access_key_id=config-id\naws_secret_access_key=s\n",
			".aws/credentials": "[default]\naws_access_key_id=keys-id\n",
		}},
		ours: "config-id",
	},
}
