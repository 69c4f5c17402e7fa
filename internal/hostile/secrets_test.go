package hostile

import (
	"bytes"
	"context"
	"encoding"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/efs/efstest"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/kms"
	"github.com/accesspoint-go/accesspoint/kms/kmstest"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
	"github.com/accesspoint-go/accesspoint/oss"
	"github.com/accesspoint-go/accesspoint/oss/osstest"
	"github.com/accesspoint-go/accesspoint/privatelink"
	"github.com/accesspoint-go/accesspoint/privatelink/privatelinktest"
)

// Every secret of these tests holds the mark, which is the same however it is
// escaped, and which nothing else holds.
const (
	mark        = "pl4nted"
	plantedText = "Secret-1+/=" + mark
)

// A holder is a public package: what leads to everything in it that can hold a
// secret, or reach one.
type holder struct {
	dir    string
	new    any // its function New, and
	static any // its StaticCredentials; nil for a fake
	// more leads to what those two do not: above all the errors, which hide
	// behind error.
	more []any
}

var holders = []holder{
	{"nas", nas.New, nas.StaticCredentials{}, []any{
		nas.AssumeRole, &nas.APIError{}, &nas.OutcomeUnknownError{}, &nas.ValidationError{}, &nas.WaitError{}, &nas.DriftError{}, new(nas.ServiceError), &nas.DuplicateError{}, &nas.LeftoverError{},
	}},
	{"oss", oss.New, oss.StaticCredentials{}, []any{
		oss.AssumeRole, &oss.APIError{}, &oss.OutcomeUnknownError{}, &oss.ValidationError{}, &oss.WaitError{}, &oss.DriftError{}, new(oss.ServiceError),
	}},
	{"efs", efs.New, efs.StaticCredentials{}, []any{
		efs.AssumeRole, &efs.APIError{}, &efs.OutcomeUnknownError{}, &efs.ValidationError{}, &efs.WaitError{}, &efs.DriftError{}, new(efs.ServiceError), &efs.DuplicateError{}, &efs.LeftoverError{},
	}},
	{"privatelink", privatelink.New, privatelink.StaticCredentials{}, []any{
		privatelink.AssumeRole, &privatelink.APIError{}, &privatelink.OutcomeUnknownError{}, &privatelink.ValidationError{}, &privatelink.WaitError{}, &privatelink.DriftError{}, new(privatelink.ServiceError), &privatelink.DuplicateError{}, &privatelink.InUseError{},
	}},
	{"kms", kms.New, kms.StaticCredentials{}, []any{
		kms.AssumeRole, &kms.APIError{}, &kms.OutcomeUnknownError{}, &kms.ValidationError{}, &kms.WaitError{}, kms.Wait[int], &kms.DriftError{}, new(kms.ServiceError), &kms.LeftoverError{},
	}},
	{"nas/nastest", nil, nil, []any{nastest.NewServer, nastest.LimitBy}},
	{"oss/osstest", nil, nil, []any{osstest.NewServer, osstest.LimitBy}},
	{"efs/efstest", nil, nil, []any{efstest.NewServer, efstest.LimitBy}},
	{"privatelink/privatelinktest", nil, nil, []any{privatelinktest.NewServer, privatelinktest.LimitBy}},
	{"kms/kmstest", nil, nil, []any{kmstest.NewServer, kmstest.LimitBy}},
}

const module = "github.com/accesspoint-go/accesspoint/"

// reached returns the types of the package to which its roots lead, by fields,
// methods and their parameters.
func (h holder) reached() []reflect.Type {
	var found []reflect.Type
	seen := map[reflect.Type]bool{}
	var visit func(t reflect.Type)
	visit = func(t reflect.Type) {
		if t == nil || seen[t] {
			return
		}
		seen[t] = true
		if t.PkgPath() != "" && t.PkgPath() != module+h.dir && t.Kind() != reflect.Func {
			return
		}
		if t.PkgPath() == module+h.dir {
			found = append(found, t)
			if t.Kind() != reflect.Interface {
				visit(reflect.PointerTo(t))
			}
		}
		switch t.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Chan, reflect.Map:
			visit(t.Elem())
		case reflect.Struct:
			for _, f := range reflect.VisibleFields(t) {
				if f.IsExported() {
					visit(f.Type)
				}
			}
		case reflect.Func:
			for i := range t.NumIn() {
				visit(t.In(i))
			}
			for i := range t.NumOut() {
				visit(t.Out(i))
			}
		}
		for i := range t.NumMethod() {
			visit(t.Method(i).Type)
		}
	}
	for _, root := range append([]any{h.new, h.static}, h.more...) {
		visit(reflect.TypeOf(root))
	}
	return found
}

// A hider has every method by which one of the standard library's encoders, or one
// that is like them, asks for what may be shown.
type hider interface {
	fmt.Formatter
	fmt.GoStringer
	fmt.Stringer
	json.Marshaler
	encoding.TextMarshaler
	gob.GobEncoder
	slog.LogValuer
}

var _ = []hider{
	nas.StaticCredentials{}, oss.StaticCredentials{}, efs.StaticCredentials{}, privatelink.StaticCredentials{}, kms.StaticCredentials{},
	nas.Secret(""), kms.Secret(""),
}

func init() {
	for _, h := range holders {
		if h.static != nil {
			gob.Register(h.static) // so that it is encoded in a Config too
		}
	}
}

// TestSecretTypes prints a value of every public type in every way, with a secret
// in each field that is called like one. A type that it does not get to is a
// failure: lead to it from the list of holders.
func TestSecretTypes(t *testing.T) {
	hidden := 0
	for _, h := range holders {
		t.Run(h.dir, func(t *testing.T) {
			names := map[string]bool{}
			for _, ty := range h.reached() {
				name, _, _ := strings.Cut(ty.Name(), "[") // of a generic type
				names[name] = true
				if ty.Kind() == reflect.Interface || h.new == nil { // a fake makes its own keys, which are no secrets
					continue
				}
				v := reflect.New(ty)
				hidden += fill(v.Elem(), h.static)
				expectHidden(t, ty.String(), dump(v.Interface())+dump(v.Elem().Interface()))
			}
			for _, name := range exported(t, h.dir) {
				if !names[name] {
					t.Errorf("%s.%s is not tried for secrets", h.dir, name)
				}
			}
		})
	}
	if hidden < 20 {
		t.Errorf("only %d secrets were planted", hidden)
	}
}

// exported returns the names of the exported types of a package.
func exported(t *testing.T, dir string) (names []string) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("..", "..", dir, "*.go"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if d, ok := d.(*ast.GenDecl); ok {
				for _, spec := range d.Specs {
					if ty, ok := spec.(*ast.TypeSpec); ok && ty.Name.IsExported() {
						names = append(names, ty.Name.Name)
					}
				}
			}
		}
	}
	return names
}

// isSecret reports whether a field is called like one that holds a secret.
// Tokens of calls and pages are none.
func isSecret(name string) bool {
	switch name {
	case "ClientToken", "CreationToken", "NextToken", "ContinuationToken", "NextContinuationToken":
		return false
	}
	for _, part := range []string{"Secret", "Password", "Passwd", "Private", "Token", "Signature", "Authorization"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}

// fill sets everything that can be set in v, and returns how many secrets it
// planted. static is a StaticCredentials.
func fill(v reflect.Value, static any) (secrets int) {
	switch v.Kind() {
	case reflect.String:
		if v.Type().Name() == "Secret" {
			v.SetString(plantedText)
			return 1
		}
		v.SetString("word-1")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int32, reflect.Int64:
		v.SetInt(10)
	case reflect.Uint32, reflect.Uint64:
		v.SetUint(10)
	case reflect.Float64:
		v.SetFloat(10)
	case reflect.Pointer:
		if v.Type().Elem().PkgPath() != "" && v.Type() != reflect.TypeFor[*time.Time]() && !strings.HasPrefix(v.Type().Elem().PkgPath(), module) {
			return 0 // a Logger or an HTTPClient
		}
		v.Set(reflect.New(v.Type().Elem()))
		return fill(v.Elem(), static)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		return fill(v.Index(0), static)
	case reflect.Interface:
		switch {
		case v.Type() == reflect.TypeFor[error]():
			v.Set(reflect.ValueOf(errors.New("an error")))
		case static != nil && reflect.TypeOf(static).Implements(v.Type()):
			key := reflect.New(reflect.TypeOf(static)).Elem()
			secrets = fill(key, nil)
			v.Set(key)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Unix(10, 0)))
			return 0
		}
		for i := range v.NumField() {
			f := v.Type().Field(i)
			switch {
			case !f.IsExported():
			case f.Type.Kind() == reflect.String && isSecret(f.Name):
				v.Field(i).SetString(plantedText)
				secrets++
			default:
				secrets += fill(v.Field(i), static)
			}
		}
	}
	return secrets
}

// dump returns v as all that prints, encodes or logs has it. Of an error it does
// so for the whole chain.
func dump(v any) string {
	var b bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
		fmt.Fprintf(&b, verb+"\n", v)
	}
	if text, err := json.Marshal(v); err == nil {
		b.Write(text)
	} else {
		fmt.Fprintf(&b, "%v\n", err)
	}
	for _, log := range []slog.Handler{slog.NewTextHandler(&b, nil), slog.NewJSONHandler(&b, nil)} {
		slog.New(log).Info("a record", "value", v)
	}
	if r := reflect.ValueOf(v); r.Kind() != reflect.Pointer || !r.IsNil() { // gob panics
		_ = gob.NewEncoder(&b).Encode(v) // some cannot be encoded, up to there
	}
	_ = xml.NewEncoder(&b).Encode(v)
	yaml(&b, reflect.ValueOf(v), 8)
	switch v := v.(type) {
	case interface{ Unwrap() error }:
		if inner := v.Unwrap(); inner != nil {
			b.WriteString(dump(inner))
		}
	case interface{ Unwrap() []error }:
		for _, inner := range v.Unwrap() {
			b.WriteString(dump(inner))
		}
	}
	return b.String()
}

// yaml writes v as encoders do that know MarshalText and otherwise look into all that
// is exported, down to a depth.
func yaml(b *bytes.Buffer, v reflect.Value, depth int) {
	if !v.IsValid() || depth == 0 {
		return
	}
	if v.Type().Implements(reflect.TypeFor[encoding.TextMarshaler]()) && !(v.Kind() == reflect.Pointer && v.IsNil()) {
		text, _ := v.Interface().(encoding.TextMarshaler).MarshalText()
		b.Write(text)
		return
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		yaml(b, v.Elem(), depth-1)
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			yaml(b, v.Index(i), depth-1)
		}
	case reflect.Map:
		for name, value := range v.Seq2() {
			yaml(b, name, depth-1)
			yaml(b, value, depth-1)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				yaml(b, v.Field(i), depth-1)
			}
		}
	case reflect.Func, reflect.Chan, reflect.UnsafePointer:
	default:
		fmt.Fprintln(b, v)
	}
}

// expectHidden looks for what was planted.
func expectHidden(t *testing.T, what, text string) {
	t.Helper()
	for _, form := range []string{mark, hex.EncodeToString([]byte(mark)), "Signature="} {
		if i := strings.Index(text, form); i >= 0 {
			t.Errorf("%s: a secret is in %q", what, text[max(0, i-200):min(len(text), i+50)])
		}
	}
}

// The key that is planted in a client. The service knows all of it.
const (
	plantedKey   = "key" + mark + "+/"
	plantedToken = "token+" + mark + "/=="
)

// refusing is an error of a service: of OSS, or of the others.
func refusing(service string, status int, code, message string) *http.Response {
	var text bytes.Buffer
	if service == "oss" {
		_ = xml.EscapeText(&text, []byte(message))
		return response(status, "<Error><Code>"+code+"</Code><Message>"+text.String()+"</Message><RequestId>"+text.String()+"</RequestId><EC>"+text.String()+"</EC></Error>")
	}
	_ = json.NewEncoder(&text).Encode(map[string]string{"Code": code, "Message": message, "RequestId": message, "AccessPointId": message})
	return response(status, text.String())
}

func response(status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}
}

// repeaters are services that repeat what they have seen, wherever they can.
var repeaters = map[string]func(service, seen string) (*http.Response, error){
	"refuses": func(service, seen string) (*http.Response, error) {
		return refusing(service, 403, "SignatureDoesNotMatch", seen), nil
	},
	"says that the token expired": func(service, seen string) (*http.Response, error) {
		return refusing(service, 400, map[string]string{"oss": "SecurityTokenExpired", "efs": "ExpiredToken"}[service], seen), nil
	},
	"says that the clock is wrong": func(service, seen string) (*http.Response, error) {
		r := refusing(service, 403, "InvalidTimeStamp.Expired", seen)
		r.Header.Set("Date", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat))
		return r, nil
	},
	"throttles": func(service, seen string) (*http.Response, error) {
		return refusing(service, 429, "Throttling", seen), nil
	},
	"fails": func(service, seen string) (*http.Response, error) { return refusing(service, 500, "", seen), nil },
	"is a proxy": func(_, seen string) (*http.Response, error) {
		return response(502, "<html><pre>"+seen), nil
	},
	"talks": func(_, seen string) (*http.Response, error) { return response(200, seen), nil },
	"answers with something else": func(_, seen string) (*http.Response, error) {
		text, _ := json.Marshal(map[string]any{seen: seen, "TotalCount": seen, "AccessPoint": seen, "AccessPoints": seen, "Endpoints": seen, "Zones": seen})
		return response(200, string(text)), nil
	},
	"leads elsewhere": func(_, seen string) (*http.Response, error) {
		r := response(302, seen)
		r.Header.Set("Location", "https://evil.example/?"+url.QueryEscape(seen))
		return r, nil
	},
	"breaks off": func(_, seen string) (*http.Response, error) {
		r := response(500, "")
		r.Body = io.NopCloser(io.MultiReader(strings.NewReader(seen), iotest.ErrReader(io.ErrUnexpectedEOF)))
		return r, nil
	},
	"is not reached": func(_, seen string) (*http.Response, error) {
		return nil, &url.Error{Op: "Post", URL: "https://proxy.example/?" + seen, Err: errors.New("refused")}
	},
}

// seen returns all that a service can know of a request and its key.
func seen(r *http.Request) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", r.Method, r.URL)
	for name, values := range r.Header {
		fmt.Fprintf(&b, "%s: %s\n", name, strings.Join(values, ","))
	}
	if r.Body != nil {
		_, _ = io.Copy(&b, r.Body)
	}
	parts := []string{plantedKey, plantedToken}
	for _, values := range r.URL.Query() {
		parts = append(parts, values...)
	}
	for _, part := range parts {
		fmt.Fprintf(&b, "\n%s %s %q", part, url.QueryEscape(part), part)
	}
	return b.String()
}

// TestSecretsStayIn calls every method of every client, with secrets in the key
// and in the requests, of services that succeed and of all repeaters, over
// HTTP/1.1, TLS and HTTP/2 in turn. What comes
// back, what is logged and what OnAttempt is told holds none of them.
func TestSecretsStayIn(t *testing.T) {
	redacted := 0
	for _, h := range holders {
		if h.new == nil {
			continue
		}
		run := func(name string, answer func(seen string) (*http.Response, error)) {
			t.Run(h.dir+" "+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					if strings.Contains(h.drive(t, answer), "REDACTED") {
						redacted++
					}
				})
			})
		}
		run("succeeds", nil)
		for name, answer := range repeaters {
			run(name, func(seen string) (*http.Response, error) { return answer(h.dir, seen) })
		}
	}
	if redacted < 5*7 {
		t.Errorf("something was redacted in %d runs only, so little was tried", redacted)
	}
}

// drive calls the methods of a client, and returns all that came of it. A nil
// answer is one that succeeds.
func (h holder) drive(t *testing.T, answer func(seen string) (*http.Response, error)) string {
	var log, told, returned bytes.Buffer
	var requests int
	protocols := map[string]bool{}
	queries := map[string]bool{} // each once, since what came of the calls is megabytes
	var wanted reflect.Method    // the operation that is being called
	rt := wiretest.RoundTripFunc(func(r *http.Request) (*http.Response, error) {
		protocols[fmt.Sprint(r.Proto, r.TLS != nil)] = true
		if requests++; strings.Contains(r.URL.RawQuery, "=") { // without one it names a resource of OSS
			queries[r.URL.RawQuery] = true
		}
		if answer == nil {
			return response(200, success(h.dir, wanted)), nil
		}
		resp, err := answer(seen(r))
		if resp != nil {
			resp.Request = r
		}
		return resp, err
	})
	ways := wiretest.NewWays(rt)
	defer ways.Close()
	static := reflect.New(reflect.TypeOf(h.static)).Elem()
	fill(static, nil)
	for i := range static.NumField() {
		name := static.Type().Field(i).Name
		switch {
		case strings.Contains(name, "Secret"):
			static.Field(i).SetString(plantedKey)
		case strings.Contains(name, "Token"):
			static.Field(i).SetString(plantedToken)
		}
	}
	cfg := reflect.New(reflect.TypeOf(h.new).In(0)).Elem()
	for name, value := range map[string]any{
		"Region": "cn-hangzhou", "Credentials": static.Interface(), "SkipValidation": true, "MaxAttempts": 2,
		"HTTPClient": &http.Client{Transport: ways}, "MaxThrottle": time.Second,
		"Logger": slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	} {
		cfg.FieldByName(name).Set(reflect.ValueOf(value))
	}
	hook := cfg.FieldByName("OnAttempt")
	hook.Set(reflect.MakeFunc(hook.Type(), func(in []reflect.Value) []reflect.Value {
		told.WriteString(dump(in[1].Interface()))
		return nil
	}))
	made := reflect.ValueOf(h.new).Call([]reflect.Value{cfg})
	if err, _ := made[1].Interface().(error); err != nil {
		t.Fatal(err)
	}
	client := made[0]
	expectHidden(t, "the configuration", dump(cfg.Interface()))
	expectHidden(t, "the client", dump(client.Interface())+dump(client.Elem().Interface()))

	failures := 0
	for i := range client.NumMethod() {
		if wanted = client.Type().Method(i); wanted.Name == "Format" {
			continue // dump calls it
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		start := returned.Len()
		for _, out := range client.Method(i).Call(h.arguments(ctx, t, wanted)) {
			if out.Kind() == reflect.Func {
				out.Call([]reflect.Value{reflect.MakeFunc(out.Type().In(0), func(in []reflect.Value) []reflect.Value {
					returned.WriteString(dump(in[0].Interface()) + dump(in[1].Interface()))
					return []reflect.Value{reflect.ValueOf(true)}
				})})
				continue
			}
			if _, failed := out.Interface().(error); failed {
				failures++
			}
			returned.WriteString(dump(out.Interface()))
		}
		cancel()
		expectHidden(t, wanted.Name, string(returned.Bytes()[start:]))
	}
	expectHidden(t, "the log", log.String())
	expectHidden(t, "what OnAttempt is told", told.String())
	all := returned.String() + log.String() + told.String()
	for query := range queries {
		// One parameter alone may be the key by which Resume looks, which is no secret.
		if strings.Contains(query, "&") && strings.Contains(all, query) {
			t.Errorf("the query %q is in what was returned, logged or told", query)
		}
	}
	if len(protocols) != 3 {
		t.Errorf("requests came by %v only", protocols)
	}
	if requests < 3 || log.Len() == 0 || told.Len() == 0 || answer != nil && failures < 3 {
		t.Errorf("%d requests, %d failures, %d bytes of log: too little was tried", requests, failures, log.Len())
	}
	return all
}

// arguments returns some for a method, with a password in every field for one.
func (h holder) arguments(ctx context.Context, t *testing.T, m reflect.Method) (in []reflect.Value) {
	for i := 1; i < m.Type.NumIn(); i++ {
		ty := m.Type.In(i)
		if m.Type.IsVariadic() && i == m.Type.NumIn()-1 {
			ty = ty.Elem()
		}
		v := reflect.New(ty).Elem()
		switch {
		case ty == reflect.TypeFor[context.Context]():
			v.Set(reflect.ValueOf(ctx))
		case ty.Kind() == reflect.Func: // of With
			v.Set(reflect.MakeFunc(ty, func(in []reflect.Value) []reflect.Value {
				cfg := in[0].Elem()
				expectHidden(t, m.Name, dump(cfg.Interface())+dump(cfg.FieldByName("Credentials").Interface()))
				return nil
			}))
		case strings.HasSuffix(ty.Name(), "Options"):
		default:
			fill(v, nil)
		}
		in = append(in, v)
	}
	return in
}

// success returns an answer to an operation of a service, with a secret wherever
// it has one.
func success(service string, m reflect.Method) string {
	if m.Type.NumOut() == 0 || m.Type.Out(0).Kind() != reflect.Pointer || !strings.HasSuffix(m.Type.Out(0).Elem().Name(), "Response") {
		return "{}"
	}
	out := reflect.New(m.Type.Out(0).Elem()).Elem()
	fill(out, nil)
	return write(service, m.Name, out)
}

// write returns a response as the body in which a service sends it.
func write(service, operation string, out reflect.Value) string {
	if service == "oss" {
		return asXML(operation+"Result", out)
	}
	text, _ := json.Marshal(asJSON(out))
	return string(text)
}

// asJSON returns v in terms of the standard library, with its secrets.
func asJSON(v reflect.Value) any {
	switch v.Kind() {
	case reflect.String:
		return v.String()
	case reflect.Pointer:
		return asJSON(v.Elem())
	case reflect.Slice:
		if v.Len() == 0 {
			return []any{}
		}
		return []any{asJSON(v.Index(0))}
	case reflect.Struct:
		if at, ok := v.Interface().(time.Time); ok { // as EFS tells times
			return at.Unix()
		}
		m := map[string]any{}
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if inner, ok := asJSON(v.Field(i)).(map[string]any); ok && f.Anonymous {
				maps.Copy(m, inner)
				continue
			}
			m[f.Tag.Get("json")] = asJSON(v.Field(i))
		}
		return m
	}
	return v.Interface()
}

// asXML returns v as an element.
func asXML(name string, v reflect.Value) string {
	name, inner, nested := strings.Cut(name, ">")
	var text string
	switch {
	case nested:
		text = asXML(inner, v)
	case v.Kind() == reflect.Pointer:
		return asXML(name, v.Elem())
	case v.Kind() == reflect.Slice:
		return asXML(name, v.Index(0))
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			if tag := v.Type().Field(i).Tag.Get("xml"); tag != "-" {
				text += asXML(tag, v.Field(i))
			} else if v.Type().Field(i).Anonymous {
				text += strings.TrimSuffix(strings.TrimPrefix(asXML("x", v.Field(i)), "<x>"), "</x>")
			}
		}
	default:
		text = fmt.Sprint(v.Interface())
	}
	return "<" + name + ">" + text + "</" + name + ">"
}

// model has the form of the keys of credentials-go.
type model struct {
	AccessKeyId, AccessKeySecret, SecurityToken *string //nolint:revive,staticcheck // so they are spelled there
}

type modelFunc func() (*model, error)

func (f modelFunc) GetCredential() (*model, error) { return f() }

// TestSecretCredentials prints credentials that hold a key, and clients that took
// theirs from the environment.
func TestSecretCredentials(t *testing.T) {
	for name, value := range map[string]string{
		"ALIBABA_CLOUD_ACCESS_KEY_ID": "id", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": plantedKey, "ALIBABA_CLOUD_SECURITY_TOKEN": plantedToken,
		"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": plantedKey, "AWS_SESSION_TOKEN": plantedToken,
		"OSS_ACCESS_KEY_ID": "id", "OSS_ACCESS_KEY_SECRET": plantedKey, "OSS_SESSION_TOKEN": plantedToken,
		"ALIBABA_CLOUD_STS_REGION": "not/a/region", // so that no role is asked for
	} {
		t.Setenv(name, value)
	}
	official, err := nas.CredentialsFromAlibaba(modelFunc(func() (*model, error) {
		return &model{new("id"), new(plantedKey), new(plantedToken)}, nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	role, err := nas.AssumeRole(nas.StaticCredentials{AccessKeyID: "id", AccessKeySecret: plantedKey}, nas.Role{ARN: "acs:ram::1:role/x"})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]nas.Credentials{
		"nas": nas.DefaultCredentials(), "oss": oss.DefaultCredentials(), "efs": efs.DefaultCredentials(), "official": official, "role": role,
	} {
		for range 2 { // the second time after a refusal
			expectHidden(t, name, dump(c))
			_, secret, token, _, err := c.Retrieve(t.Context())
			expectHidden(t, name, dump(c)+dump(err))
			if (err == nil) != (name != "role") || err == nil && (secret != plantedKey || token != plantedToken) {
				t.Errorf("%s: %v", name, err)
			}
			if renewable, ok := c.(interface{ Invalidate(token string) }); ok {
				renewable.Invalidate(token)
			}
		}
	}
	for _, h := range holders {
		if h.new == nil {
			continue
		}
		cfg := reflect.New(reflect.TypeOf(h.new).In(0)).Elem()
		cfg.FieldByName("Region").SetString("cn-hangzhou")
		made := reflect.ValueOf(h.new).Call([]reflect.Value{cfg})
		if err, _ := made[1].Interface().(error); err != nil {
			t.Fatal(err)
		}
		with := made[0].MethodByName("With")
		in := []reflect.Type{made[0].Type(), with.Type().In(0)}
		with.Call(h.arguments(t.Context(), t, reflect.Method{Name: "With", Type: reflect.FuncOf(in, nil, false)}))
	}
}
