package conformance

import "strings"

// awsScene makes a machine of the parts that the config package of aws-sdk-go-v2
// looks at.
func awsScene(g *gen) scene {
	s := scene{env: map[string]string{}, files: map[string]string{"token": "signed+token="}, instance: pick(g, "", "", "v2")}
	some := func(n int) bool { return g.IntN(n) == 0 }
	maybe := func(n int, name string, values ...string) {
		if some(n) {
			s.set(name, pick(g, values...))
		}
	}
	switch g.IntN(8) {
	case 0:
		s.set(pick(g, "AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY"), "env-id")
		maybe(1, pick(g, "AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY"), "env-secret", "env-secret", "")
		maybe(2, "AWS_SESSION_TOKEN", "env-token", "")
	case 1:
		maybe(2, "AWS_ACCESS_KEY_ID", "")
		s.set("AWS_SECRET_ACCESS_KEY", "env-secret")
	}
	if some(5) {
		maybe(1, "AWS_WEB_IDENTITY_TOKEN_FILE", "$HOME/token", "$HOME/token", "$HOME/missing", "")
		maybe(1, "AWS_ROLE_ARN", "arn:aws:iam::1:role/env", "arn:aws:iam::1:role/env", "arn:aws:iam::1:role/denied", "")
		maybe(2, "AWS_ROLE_SESSION_NAME", "env-session")
	}
	if !some(8) {
		s.set(pick(g, "AWS_REGION", "AWS_DEFAULT_REGION"), "eu-west-1")
	}
	maybe(4, "AWS_ENDPOINT_URL_STS", "$URL/sts", "$URL/sts/")
	maybe(2, "AWS_PROFILE", "a", "b", "c", "a", "b", "c", "default", "missing", "")
	maybe(8, "AWS_DEFAULT_PROFILE", "a", "default", "missing")
	config, keys := ".aws/config", ".aws/credentials"
	if some(6) {
		config = "elsewhere/config"
		s.set("AWS_CONFIG_FILE", pick(g, "$HOME/"+config, "$HOME/missing"))
	}
	if some(6) {
		keys = "elsewhere/credentials"
		s.set("AWS_SHARED_CREDENTIALS_FILE", pick(g, "$HOME/"+keys, "$HOME/missing"))
	}
	if !some(3) {
		for _, name := range []string{"default", "a", "b", "c"} {
			if some(5) {
				continue
			}
			head := "[profile " + name + "]\n"
			if name == "default" {
				head = "[default]\n"
			}
			s.files[config] += head + awsSection(g, name)
		}
	}
	if some(2) {
		for _, name := range []string{"default", "a", "b", "profile c"} {
			if some(2) {
				s.files[keys] += "[" + name + "]\n" + awsKey(g, name+"-file")
			}
		}
	}
	switch g.IntN(5) {
	case 0:
		s.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", pick(g, "$URL/container", "$URL/container", "$URL/denied", "http://example.com/x"))
		maybe(3, "AWS_CONTAINER_AUTHORIZATION_TOKEN", "Basic abc")
		maybe(4, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "$HOME/token", "$HOME/missing")
	case 1:
		s.set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", pick(g, "/relative", "/denied"))
	}
	s.set("AWS_EC2_METADATA_SERVICE_ENDPOINT", "$URL"+pick(g, "", "/"))
	maybe(3, "AWS_EC2_METADATA_DISABLED", "true", "TRUE", "false")
	if s.instance == "" {
		// Or the official side asks again and again whether there is none.
		s.set("AWS_EC2_METADATA_DISABLED", "true")
	}
	return s
}

func awsKey(g *gen, name string) string {
	return pick(g,
		"aws_access_key_id = "+name+"-id\naws_secret_access_key = "+name+"-secret\n",
		"aws_access_key_id="+name+"-id\naws_secret_access_key="+name+"-secret\naws_session_token="+name+"-token\n",
		"aws_access_key_id = "+name+"-id\naws_secret_access_key = "+name+"-secret # a comment\n")
}

// awsSection makes a profile of the config file.
func awsSection(g *gen, name string) string {
	var b strings.Builder
	line := func(n int, key string, values ...string) {
		if g.IntN(n) == 0 {
			b.WriteString(key + " = " + pick(g, values...) + "\n")
		}
	}
	role := func() {
		line(1, "role_arn", "arn:aws:iam::1:role/"+name, "arn:aws:iam::1:role/"+name, "arn:aws:iam::1:role/denied")
		line(2, "role_session_name", "session-"+name)
		line(3, "duration_seconds", "900", "3600", "60", "930", "nonsense")
		line(4, "external_id", "outside")
	}
	switch g.IntN(9) {
	case 0, 1:
		b.WriteString(awsKey(g, name))
		line(8, "role_arn", "arn:aws:iam::1:role/"+name)
	case 2, 3:
		role()
		line(1, "source_profile", "default", "a", "b", "c", name)
		if g.IntN(4) == 0 {
			b.WriteString(awsKey(g, name))
		}
	case 4:
		role()
		line(1, "credential_source", "EcsContainer", "Ec2InstanceMetadata", "Environment", "Nonsense")
	case 5:
		line(1, "credential_process",
			`echo '{"Version":1,"AccessKeyId":"`+name+`-program","SecretAccessKey":"s"}'`,
			`printf '{"Version":1,"AccessKeyId":"%s","SecretAccessKey":"s","SessionToken":"t","Expiration":"2100-01-02T03:04:05Z"}' "`+name+`-program"`,
			`echo '{"Version":2,"AccessKeyId":"`+name+`-program","SecretAccessKey":"s"}'`,
			"false", "echo nonsense")
		if g.IntN(3) == 0 {
			role()
		}
	case 6:
		role()
		line(1, "web_identity_token_file", "$HOME/token", "$HOME/token", "$HOME/missing")
	case 7:
		role() // with whatever the program runs in
	case 8:
		line(1, "output", "json")
	}
	line(10, "source_profile", "a")
	line(10, "credential_process", `echo '{"Version":1,"AccessKeyId":"late-program","SecretAccessKey":"s"}'`)
	line(6, "region", "us-east-1")
	line(6, "s3", "\n  max_concurrent_requests = 20\n  role_arn = none")
	return b.String()
}

// noInstance is the environment of a machine that is no instance.
func noInstance(pairs ...string) map[string]string {
	env := map[string]string{"AWS_EC2_METADATA_DISABLED": "true", "AWS_REGION": "eu-west-1"}
	for i := 0; i < len(pairs); i += 2 {
		env[pairs[i]] = pairs[i+1]
	}
	return env
}

// awsScenes are those that chance does not bring.
var awsScenes = []scene{
	{
		name: "roles on top of each other, with the region of the first", env: map[string]string{"AWS_EC2_METADATA_DISABLED": "true", "AWS_PROFILE": "c"},
		files: map[string]string{
			".aws/config": "[profile c]\nregion=eu-west-1\nrole_arn=c\nsource_profile=b\n[profile b]\nrole_arn=b\nsource_profile=a\n[profile a]\naws_access_key_id=a-id\naws_secret_access_key=s\n",
		},
	},
	{name: "nothing", env: noInstance()},
	{name: "no home", env: noInstance("HOME", "", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "$URL/container")},
	{
		name: "two names for a key", env: noInstance("AWS_ACCESS_KEY_ID", "new-id", "AWS_ACCESS_KEY", "old-id", "AWS_SECRET_KEY", "old-secret"),
	},
	{
		name: "a profile in both files", env: noInstance("AWS_PROFILE", "a"),
		files: map[string]string{
			".aws/config":      "[profile a]\naws_access_key_id=config-id\naws_secret_access_key=config-secret\naws_session_token=config-token\n",
			".aws/credentials": "[a]\naws_access_key_id=keys-id\naws_secret_access_key=keys-secret\n",
		},
	},
	{
		name: "three roles on top of each other", env: noInstance("AWS_PROFILE", "c"),
		files: map[string]string{
			".aws/config":      "[profile c]\nrole_arn=arn:aws:iam::1:role/c\nsource_profile=b\n[profile b]\nrole_arn=arn:aws:iam::1:role/b\nsource_profile=a\n",
			".aws/credentials": "[a]\naws_access_key_id=a-id\naws_secret_access_key=a-secret\naws_session_token=a-token\n",
		},
	},
	{
		name: "a role in a circle", env: noInstance("AWS_PROFILE", "a"),
		files: map[string]string{".aws/config": "[profile a]\nrole_arn=arn:aws:iam::1:role/a\nsource_profile=b\n[profile b]\nrole_arn=arn:aws:iam::1:role/b\nsource_profile=a\n"},
	},
	{
		name: "half a key in a file", env: noInstance(),
		files: map[string]string{".aws/credentials": "[default]\naws_access_key_id=a-id\n"},
	},
	{
		name: "two default sections", env: noInstance(),
		files: map[string]string{".aws/config": "[default]\naws_access_key_id=one\naws_secret_access_key=s\n[profile default]\naws_access_key_id=two\naws_secret_access_key=s\n"},
	},
	{
		name: "names in capitals", env: noInstance("AWS_PROFILE", "A"),
		files: map[string]string{".aws/config": "[profile A]\nAWS_ACCESS_KEY_ID=one\nAws_Secret_Access_Key=s\n[profile a]\naws_access_key_id=two\naws_secret_access_key=s\n"},
	},
	{
		name: "a whole key in one file and half a one in the other", env: noInstance(),
		files: map[string]string{
			".aws/config":      "[default]\naws_access_key_id=config-id\n",
			".aws/credentials": "[default]\naws_access_key_id=keys-id\naws_secret_access_key=s\n",
		},
	},
	{
		name: "the default section in capitals", env: noInstance(),
		files: map[string]string{".aws/credentials": "[DEFAULT]\naws_access_key_id=one\naws_secret_access_key=s\n"},
	},
	{
		name: "spaces in sections", env: noInstance("AWS_PROFILE", "a"),
		files: map[string]string{".aws/config": "[ profile   a ] ; mine\naws_access_key_id=one\naws_secret_access_key=s\n"},
	},
	{
		name: "marks in values", env: noInstance(),
		files: map[string]string{".aws/credentials": "[default]\naws_access_key_id = one#1;2\naws_secret_access_key = a=b:c\naws_session_token = \"quoted\"\n"},
	},
	{
		name: "a value that is empty", env: noInstance(),
		files: map[string]string{".aws/credentials": "[default]\naws_access_key_id =\naws_secret_access_key = s\n"},
	},
	{
		name: "the same section twice", env: noInstance(),
		files: map[string]string{".aws/credentials": "[default]\naws_access_key_id=one\naws_secret_access_key=s\n[default]\naws_access_key_id=two\naws_secret_access_key=s\n"},
	},
	{
		name: "a role of a profile in the credentials file", env: noInstance("AWS_PROFILE", "r"),
		files: map[string]string{".aws/credentials": "[a]\naws_access_key_id=one\naws_secret_access_key=s\n[r]\nrole_arn=arn:aws:iam::1:role/r\nsource_profile=a\n"},
	},
	{
		name: "AWS_DEFAULT_PROFILE names none", env: noInstance("AWS_DEFAULT_PROFILE", "missing", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "$URL/container"),
		files: map[string]string{".aws/credentials": "[default]\naws_access_key_id=one\naws_secret_access_key=s\n"},
	},
	{
		name: "AWS_PROFILE before AWS_DEFAULT_PROFILE", env: noInstance("AWS_PROFILE", "a", "AWS_DEFAULT_PROFILE", "b"),
		files: map[string]string{".aws/credentials": "[a]\naws_access_key_id=one\naws_secret_access_key=s\n[b]\naws_access_key_id=two\naws_secret_access_key=s\n"},
	},
	{
		name: "both URIs of a container", env: noInstance("AWS_CONTAINER_CREDENTIALS_FULL_URI", "$URL/full", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/relative"),
	},
	{
		name: "a program that needs a shell", env: noInstance("WHO", "me"),
		files: map[string]string{".aws/config": `[default]
credential_process = id="$WHO-id"; echo "{\"Version\":1,\"AccessKeyId\":\"$id\",\"SecretAccessKey\":\"s\"}"
`},
	},
	{
		name: "an MFA code for a role", env: noInstance(),
		files: map[string]string{".aws/config": "[default]\nrole_arn=arn:aws:iam::1:role/r\nsource_profile=default\nmfa_serial=m\naws_access_key_id=a-id\naws_secret_access_key=a-secret\n"},
	},
	{
		name: "a region in the profile of a role", env: map[string]string{"AWS_EC2_METADATA_DISABLED": "true", "AWS_PROFILE": "r"},
		files: map[string]string{".aws/config": "[profile a]\nregion=eu-west-1\naws_access_key_id=one\naws_secret_access_key=s\n[profile r]\nregion=us-east-1\nrole_arn=arn:aws:iam::1:role/r\nsource_profile=a\n"},
	},
	{
		name: "a region in the profile below a web identity", env: map[string]string{"AWS_EC2_METADATA_DISABLED": "true", "AWS_ROLE_ARN": "r", "AWS_WEB_IDENTITY_TOKEN_FILE": "$HOME/token"},
		files: map[string]string{"token": "signed", ".aws/config": "[default]\nregion=us-east-1\n"},
	},
	{
		name: "endpoints that are to be ignored", env: noInstance("AWS_ROLE_ARN", "r", "AWS_WEB_IDENTITY_TOKEN_FILE", "$HOME/token", "AWS_ENDPOINT_URL_STS", "$URL/sts", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"),
		files: map[string]string{"token": "signed"},
	},
	{
		name: "an endpoint of STS in the profile", env: noInstance("AWS_ROLE_ARN", "r", "AWS_WEB_IDENTITY_TOKEN_FILE", "$HOME/token"),
		files: map[string]string{"token": "signed", ".aws/config": "[default]\nservices = mine\n[services mine]\nsts =\n  endpoint_url = $URL/sts\n"},
	},
	{
		name: "endpoints in the profile that are to be ignored", env: noInstance("AWS_ROLE_ARN", "r", "AWS_WEB_IDENTITY_TOKEN_FILE", "$HOME/token"),
		files: map[string]string{"token": "signed", ".aws/config": "[default]\nservices = mine\nignore_configured_endpoint_urls = true\n[services mine]\nsts =\n  endpoint_url = $URL/sts\n"},
	},
	{
		name: "endpoints of STS in environment and profile", env: noInstance("AWS_ROLE_ARN", "r", "AWS_WEB_IDENTITY_TOKEN_FILE", "$HOME/token", "AWS_ENDPOINT_URL_STS", "$URL/sts/"),
		files: map[string]string{"token": "signed", ".aws/config": "[default]\nservices = mine\n[services mine]\nsts =\n  endpoint_url = http://127.0.0.1:1/\n"},
	},
	{
		name: "a container's token in a file", env: noInstance("AWS_CONTAINER_CREDENTIALS_FULL_URI", "$URL/container", "AWS_CONTAINER_AUTHORIZATION_TOKEN", "literal", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "$HOME/token"),
		files: map[string]string{"token": "signed"},
	},
}
