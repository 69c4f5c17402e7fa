package conformance

import (
	"cmp"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	credentialsgo "github.com/aliyun/credentials-go/credentials"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/credential/alibaba"
	"github.com/accesspoint-go/accesspoint/internal/credential/aws"
	"github.com/accesspoint-go/accesspoint/internal/credential/machine"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
)

// A scene is a machine on which both sides look for a key. In its values and
// files, $HOME is the home directory and $URL a service on loopback.
type scene struct {
	name     string
	env      map[string]string
	files    map[string]string // by their paths below the home directory
	instance string            // what the metadata service is: one of v2, v1 and, for none, the empty string
}

func (s *scene) set(name, value string) { s.env[name] = value }

// String returns what is needed to build the scene by hand.
func (s *scene) String() string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(s.env)) {
		fmt.Fprintf(&b, "%s=%q\n", name, s.env[name])
	}
	for _, name := range slices.Sorted(maps.Keys(s.files)) {
		fmt.Fprintf(&b, "--- $HOME/%s\n%s\n", name, s.files[name])
	}
	fmt.Fprintf(&b, "--- metadata service: %q\n", s.instance)
	return b.String()
}

// A found is the end of a search.
type found struct {
	ID, Secret, Token string
	Source            string // of the key: our name for it, or theirs
	Err               string // of a search that found none
	failed            bool   // ours alone: a source that is set up failed, and ended the search
}

func (f found) key() string {
	if f.Err != "" {
		return nothing
	}
	return f.ID + "/" + f.Secret + "/" + f.Token
}

// A chainDifference is a way in which the searches of a peer and of this module
// differ on purpose. Its scene shows it.
type chainDifference struct {
	cloud, reason string
	scene         scene
	theirs, ours  string // how the IDs of the keys that they find in the scene begin; empty for none
	// covers, if set, reports whether the ends of another search are a case of it.
	covers func(s *scene, theirs, ours found) bool
}

// A cloud is what its chains are compared by.
type cloud struct {
	ours   func(machine.Machine) *credential.Chain
	theirs func() (found, error)
	random func(*gen) scene
	fixed  []scene
}

var clouds = map[string]cloud{
	"alibaba": {
		ours:   func(m machine.Machine) *credential.Chain { return alibaba.New(m) },
		theirs: alibabaOfficial, random: alibabaScene, fixed: alibabaScenes,
	},
	"aws": {ours: aws.New, theirs: awsOfficial, random: awsScene, fixed: awsScenes},
}

// TestChains looks for a key on many machines, by our chains and by the official
// ones: both find the same, or both find none, unless the table of differences
// says why not. Of the usual number of inputs, each cloud gets 50 random scenes.
func TestChains(t *testing.T) {
	for _, name := range slices.Sorted(maps.Keys(clouds)) {
		c := clouds[name]
		all := slices.Clone(c.fixed)
		for n := range *inputs / 4 {
			s := c.random(newGen(*seed + uint64(n)))
			s.name = fmt.Sprintf("seed %d", *seed+uint64(n))
			all = append(all, s)
		}
		t.Run(name, func(t *testing.T) {
			var mu sync.Mutex
			keys, same, none, differ := map[string]bool{}, 0, 0, 0
			t.Run("scenes", func(t *testing.T) {
				for _, s := range all {
					t.Run(s.name, func(t *testing.T) {
						t.Parallel()
						theirs, ours := search(t, name, &s)
						mu.Lock()
						defer mu.Unlock()
						keys[ours.key()] = true
						switch {
						case theirs.key() != ours.key():
							differ++
						case ours.Err != "":
							none++
							return
						default:
							same++
							return
						}
						known := slices.ContainsFunc(chainDifferences, func(d *chainDifference) bool {
							return d.cloud == name && d.covers != nil && d.covers(&s, theirs, ours)
						})
						if !known {
							t.Errorf("theirs %s from %q: %.300s\nours   %s from %q: %s\n%s",
								theirs.key(), theirs.Source, theirs.Err, ours.key(), ours.Source, ours.Err, &s)
						}
					})
				}
			})
			t.Logf("%d scenes with the same key, %d with none, %d that differ on purpose; %d different keys", same, none, differ, len(keys))
			if same < len(all)/4 || none == 0 || len(keys) < 10 {
				t.Error("the random scenes say too little")
			}
		})
	}
}

// TestChainDifferences shows each difference in its scene.
func TestChainDifferences(t *testing.T) {
	for _, d := range chainDifferences {
		t.Run(d.cloud+"/"+d.reason, func(t *testing.T) {
			t.Parallel()
			theirs, ours := search(t, d.cloud, &d.scene)
			for _, end := range []struct {
				who  string
				got  found
				want string
			}{{"theirs", theirs, d.theirs}, {"ours", ours, d.ours}} {
				if (end.got.Err == "") != (end.want != "") || !strings.HasPrefix(end.got.ID, end.want) {
					t.Errorf("%s: %s from %q: %.300s, want %q\n%s", end.who, end.got.key(), end.got.Source, end.got.Err, end.want, &d.scene)
				}
			}
		})
	}
}

// search builds the scene and lets both sides look for a key. The official side
// reads the real environment, once per process, and so has a process of its own.
func search(t *testing.T, name string, s *scene) (theirs, ours found) {
	t.Helper()
	home := t.TempDir()
	w := newWorld(t, s.instance)
	fill := strings.NewReplacer("$HOME", home, "$URL", w.url).Replace
	env := map[string]string{"HOME": home, "PATH": os.Getenv("PATH")}
	for variable, value := range s.env {
		env[variable] = fill(value)
	}
	for path, text := range s.files {
		path = filepath.Join(home, path)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(fill(text)), 0o600)); err != nil {
			t.Fatal(err)
		}
	}

	chain := clouds[name].ours(machine.Machine{Env: env, Transport: wiretest.RoundTripFunc(w.roundTrip)})
	var err error
	ours.ID, ours.Secret, ours.Token, _, err = chain.Retrieve(t.Context())
	ours.Source = chain.Source()
	if err != nil {
		ours.Err = err.Error()
		none, ok := errors.AsType[*credential.NoKeyError](err)
		if !ok {
			t.Fatalf("ours: %v", err)
		}
		last := none.Tried[len(none.Tried)-1]
		ours.failed, ours.Source = !credential.IsAbsent(last.Err), last.Source
	}
	for path, text := range s.files { // the official side writes to them
		if now, err := os.ReadFile(filepath.Join(home, path)); err != nil || string(now) != fill(text) {
			t.Errorf("ours changed %s: %v", path, err)
		}
	}

	result := filepath.Join(t.TempDir(), "found")
	c := exec.CommandContext(t.Context(), os.Args[0])
	c.Env = append(w.proxied(), chainCloud+"="+name, chainResult+"="+result)
	for variable, value := range env {
		c.Env = append(c.Env, variable+"="+value)
	}
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, out, s)
	}
	text, err := os.ReadFile(result)
	if err == nil {
		err = json.Unmarshal(text, &theirs)
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return theirs, ours
}

// The environment of a process that runs the official side.
const (
	chainCloud  = "CONFORMANCE_CHAIN_CLOUD"
	chainResult = "CONFORMANCE_CHAIN_RESULT"
)

// searchOfficially is what a process does that runs the official side.
func searchOfficially() error {
	got, err := clouds[os.Getenv(chainCloud)].theirs()
	if err == nil && (got.ID == "" || got.Secret == "") {
		err = errors.New("half a key")
	}
	if err != nil {
		got = found{Err: cmp.Or(err.Error(), "?")}
	}
	text, err := json.Marshal(got)
	if err != nil {
		return err
	}
	return os.WriteFile(os.Getenv(chainResult), text, 0o600)
}

func alibabaOfficial() (found, error) {
	c, err := credentialsgo.NewCredential(nil)
	if err != nil {
		return found{}, err
	}
	got, err := c.GetCredential()
	if err != nil {
		return found{}, err
	}
	text := func(s *string) string {
		if s == nil {
			return ""
		}
		return *s
	}
	return found{ID: text(got.AccessKeyId), Secret: text(got.AccessKeySecret), Token: text(got.SecurityToken), Source: text(got.ProviderName)}, nil
}

func awsOfficial() (found, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	c, err := awsconfig.LoadDefaultConfig(ctx)
	if err != nil {
		return found{}, err
	}
	got, err := c.Credentials.Retrieve(ctx)
	return found{ID: got.AccessKeyID, Secret: got.SecretAccessKey, Token: got.SessionToken, Source: got.Source}, err
}

// A world is all services that the scenes ask, on loopback. The official side
// reaches those with names through a proxy, so that nothing leaves the machine,
// whatever it asks for. Ours has a transport.
type world struct {
	t        *testing.T
	instance string
	url      string // of the services that are on loopback by their own address
	secure   string // where the proxy leads those who ask for TLS
}

func newWorld(t *testing.T, instance string) *world {
	w := &world{t: t, instance: instance}
	plain := httptest.NewServer(w)
	secure := httptest.NewUnstartedServer(w)
	secure.TLS = &tls.Config{Certificates: []tls.Certificate{authority().certificate}}
	secure.StartTLS()
	t.Cleanup(plain.Close)
	t.Cleanup(secure.Close)
	w.url, w.secure = plain.URL, secure.Listener.Addr().String()
	return w
}

// proxied returns the environment of a process that is to live in this world.
func (w *world) proxied() []string {
	w.t.Helper()
	file := filepath.Join(w.t.TempDir(), "authority.pem")
	if err := os.WriteFile(file, authority().pem, 0o600); err != nil {
		w.t.Fatal(err)
	}
	return []string{"HTTP_PROXY=" + w.url, "HTTPS_PROXY=" + w.url, "NO_PROXY=", "SSL_CERT_FILE=" + file, "GORACE=atexit_sleep_ms=0"}
}

// roundTrip answers a request of ours.
func (w *world) roundTrip(r *http.Request) (*http.Response, error) {
	rec := httptest.NewRecorder()
	if r.Host == "" {
		r.Host = r.URL.Host
	}
	w.ServeHTTP(rec, r)
	return rec.Result(), nil
}

// ServeHTTP is a service, or the proxy on the way to one.
func (w *world) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	host := r.Host
	switch own := host == strings.TrimPrefix(w.url, "http://"); {
	case r.Method == http.MethodConnect:
		w.connect(rw)
	case own && strings.Trim(r.URL.Path, "/") == "sts", strings.HasPrefix(host, "sts.") && strings.HasSuffix(host, ".amazonaws.com"):
		awsSTS(rw, r)
	case strings.HasPrefix(host, "sts") && strings.HasSuffix(host, ".aliyuncs.com"):
		alibabaSTS(rw, r)
	case host == "100.100.100.200", own && strings.HasPrefix(r.URL.Path, "/latest/"):
		w.metadata(rw, r)
	case host == "169.254.169.254":
		rw.WriteHeader(404)
	case own, host == "169.254.170.2":
		local(rw, r)
	default:
		w.t.Errorf("a request to %s", host)
		rw.WriteHeader(502)
	}
}

// connect joins the connection with one to the secure services.
func (w *world) connect(rw http.ResponseWriter) {
	there, err := net.Dial("tcp", w.secure)
	if err != nil {
		rw.WriteHeader(502)
		return
	}
	rw.WriteHeader(200)
	here, buffered, err := http.NewResponseController(rw).Hijack()
	if err != nil {
		there.Close()
		return
	}
	go func() {
		_, _ = io.Copy(there, buffered)
		there.Close()
	}()
	_, _ = io.Copy(here, there)
	here.Close()
}

// keyJSON is a key in the form of all services that answer JSON.
func keyJSON(id string, lasts time.Duration) string {
	text, _ := json.Marshal(map[string]string{
		"Code": "Success", "AccessKeyId": id, "AccessKeySecret": "secret", "SecretAccessKey": "secret",
		"SecurityToken": "token", "Token": "token", "Expiration": time.Now().Add(lasts).UTC().Format(time.RFC3339),
	})
	return string(text)
}

// local is a service that gives keys on loopback: the path names the key.
func local(rw http.ResponseWriter, r *http.Request) {
	id := strings.TrimPrefix(r.URL.Path, "/")
	if authorization := r.Header.Get("Authorization"); authorization != "" {
		id += "+with+" + strings.ReplaceAll(authorization, " ", "+") // an ID has no spaces
	}
	lasts := time.Hour
	switch r.URL.Path {
	case "/denied":
		rw.WriteHeader(403)
		fmt.Fprint(rw, `{"code":"Denied","message":"no"}`)
		return
	case "/expired":
		lasts = -time.Hour
	}
	fmt.Fprint(rw, keyJSON(id, lasts))
}

// metadata is the metadata service of both clouds.
func (w *world) metadata(rw http.ResponseWriter, r *http.Request) {
	token := cmp.Or(r.Header.Get("X-Aliyun-Ecs-Metadata-Token"), r.Header.Get("X-Aws-Ec2-Metadata-Token"))
	_, path, _ := strings.Cut(r.URL.Path, "/security-credentials/")
	switch {
	case w.instance == "", w.instance == "v1" && r.Method == http.MethodPut:
		rw.WriteHeader(404)
	case r.Method == http.MethodPut:
		rw.Header().Set("X-Aws-Ec2-Metadata-Token-Ttl-Seconds", "300")
		fmt.Fprint(rw, "metadata-token")
	case w.instance == "v2" && token != "metadata-token":
		rw.WriteHeader(401)
	case path == "":
		fmt.Fprint(rw, "worker")
	case path == "worker":
		fmt.Fprint(rw, keyJSON("instance-worker", 6*time.Hour))
	default:
		rw.WriteHeader(404)
	}
}

// ownSession matches the names that the sides give a session that has none.
var ownSession = regexp.MustCompile(`^(accesspoint-go-|credentials-go-|aws-go-sdk-)?\d+$`)

// asked says what STS was asked for. It becomes the ID of the key, so that the
// keys agree only if the questions did.
func asked(host string, form url.Values, with ...string) string {
	parts := []string{"sts", host}
	for _, name := range []string{"Action", "RoleArn", "RoleSessionName", "DurationSeconds", "Policy", "ExternalId", "OIDCProviderArn", "OIDCToken", "WebIdentityToken"} {
		value := form.Get(name)
		if name == "RoleSessionName" && ownSession.MatchString(value) {
			value = "own"
		}
		if value != "" {
			parts = append(parts, value)
		}
	}
	// The scope of the next question is split by slashes.
	return strings.ReplaceAll(strings.Join(append(parts, with...), ";"), "/", ":")
}

// questions returns the parameters of a call, and of its Authorization the
// scope.
func questions(r *http.Request) (form url.Values, scope []string) {
	body, _ := io.ReadAll(r.Body)
	form, _ = url.ParseQuery(string(body))
	maps.Copy(form, r.URL.Query())
	_, rest, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	rest, _, _ = strings.Cut(rest, ",")
	return form, strings.Split(rest, "/")
}

func alibabaSTS(rw http.ResponseWriter, r *http.Request) {
	form, scope := questions(r)
	if action := r.Header.Get("X-Acs-Action"); action != "" {
		form.Set("Action", action)
	}
	if strings.Contains(form.Get("RoleArn"), "denied") || slices.Contains([]string{"", "600"}, form.Get("DurationSeconds")) {
		rw.WriteHeader(403)
		fmt.Fprint(rw, `{"RequestId":"r","Code":"NoPermission","Message":"no"}`)
		return
	}
	id := asked(r.Host, form, cmp.Or(form.Get("AccessKeyId"), scope[0]), cmp.Or(form.Get("SecurityToken"), r.Header.Get("X-Acs-Security-Token")))
	fmt.Fprintf(rw, `{"RequestId":"r","Credentials":%s}`, keyJSON(id, time.Hour))
}

func awsSTS(rw http.ResponseWriter, r *http.Request) {
	form, scope := questions(r)
	rw.Header().Set("Content-Type", "text/xml")
	action := form.Get("Action")
	if strings.Contains(form.Get("RoleArn"), "denied") {
		rw.WriteHeader(403)
		fmt.Fprint(rw, `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error><RequestId>r</RequestId></ErrorResponse>`)
		return
	}
	region := ""
	if len(scope) > 2 {
		region = scope[2]
	}
	id := asked(r.Host, form, scope[0], region, r.Header.Get("X-Amz-Security-Token"))
	fmt.Fprintf(rw, `<%[1]sResponse><%[1]sResult><Credentials><AccessKeyId>%[2]s</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken><Expiration>%[3]s</Expiration></Credentials></%[1]sResult></%[1]sResponse>`,
		action, id, time.Now().Add(time.Hour).UTC().Format(time.RFC3339))
}

// authority is the certificate of the secure services, and what makes a process
// trust it.
var authority = sync.OnceValue(func() (a struct {
	certificate tls.Certificate
	pem         []byte
}) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		DNSNames: []string{
			"sts.aliyuncs.com", "sts.cn-beijing.aliyuncs.com", "sts-vpc.cn-beijing.aliyuncs.com", "sts.cn-hangzhou.aliyuncs.com", "sts-vpc.cn-hangzhou.aliyuncs.com",
			"sts.amazonaws.com", "sts.us-east-1.amazonaws.com", "sts.eu-west-1.amazonaws.com",
		},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	a.certificate = tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
	a.pem = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return a
})
