package fault_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/kms"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/oss"
	"github.com/accesspoint-go/accesspoint/privatelink"
)

// answer returns the error of a service for an answer with a code.
var answer = map[string]func(status int, code string) error{
	"nas": func(status int, code string) error {
		return &nas.APIError{StatusCode: status, Code: nas.Code(code), RequestID: "id-1"}
	},
	"oss": func(status int, code string) error {
		return &oss.APIError{StatusCode: status, Code: oss.Code(code), RequestID: "id-1"}
	},
	"efs": func(status int, code string) error {
		return &efs.APIError{StatusCode: status, Code: efs.Code(code), RequestID: "id-1"}
	},
	"kms": func(status int, code string) error {
		return &kms.APIError{StatusCode: status, Code: kms.Code(code), RequestID: "id-1"}
	},
	"privatelink": func(status int, code string) error {
		return &privatelink.APIError{StatusCode: status, Code: privatelink.Code(code), RequestID: "id-1"}
	},
}

// kinds names what a code can be besides NotFound.
var kinds = map[string]error{"not-found": fault.NotFound, "denied": fault.AccessDenied, "invalid": fault.InvalidRequest}

// isAbsence reports whether a code has words, or a status, of something that does
// not exist.
func isAbsence(status, code string) bool {
	for _, word := range []string{"NotFound", "NotExist", "NoSuch", "ServiceDeleted"} {
		if strings.Contains(code, word) {
			return true
		}
	}
	return status == "404"
}

// TestAbsence goes through every code that a source documents and that has
// NotFound, NotExist or 404, of the packages' operations and of others. A code of
// theirs that is not in the list fails the test.
func TestAbsence(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "absence.txt"))
	if err != nil {
		t.Fatal(err)
	}
	listed := map[[2]string]bool{}
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		if len(f) == 0 || f[0] == "#" {
			continue
		}
		service, kind := f[0], kinds[f[3]]
		status, err := strconv.Atoi(f[1])
		if err != nil || kind == nil || answer[service] == nil {
			t.Fatal(line)
		}
		listed[[2]string{service, f[2]}] = true
		got := answer[service](status, f[2])
		for name, other := range kinds {
			if errors.Is(got, other) != (other == kind) {
				t.Errorf("%s %s %d is %s: %t", service, f[2], status, name, errors.Is(got, other))
			}
		}
	}
	found := 0
	for service := range answer {
		for code, comment := range codes(t, service) {
			status, _, _ := strings.Cut(strings.TrimSuffix(strings.Fields(comment + " -")[0], ","), ",")
			if isAbsence(status, code) {
				if found++; !listed[[2]string{service, code}] {
					t.Errorf("%s %s is not in the list", service, code)
				}
			}
		}
	}
	if found < 25 {
		t.Errorf("only %d codes were found in the packages", found)
	}
}

// codes returns the codes of a package, with their comments.
func codes(t *testing.T, service string) map[string]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "..", service, "codes.go"), nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == 1 {
			if lit, ok := spec.Values[0].(*ast.BasicLit); ok && strings.HasPrefix(spec.Names[0].Name, "Code") {
				code, _ := strconv.Unquote(lit.Value)
				all[code] = spec.Comment.Text()
			}
		}
		return true
	})
	return all
}

// TestFound checks the kinds of what was found, which every package knows from
// every other.
func TestFound(t *testing.T) {
	kinds := [][2]error{
		{nas.ErrDrift, nas.ErrDuplicate}, {oss.ErrDrift, oss.ErrDuplicate}, {efs.ErrDrift, efs.ErrDuplicate},
		{privatelink.ErrDrift, privatelink.ErrDuplicate}, {kms.ErrDrift, kms.ErrDuplicate},
	}
	drifts := []error{new(nas.DriftError), new(oss.DriftError), new(efs.DriftError), new(privatelink.DriftError), new(kms.DriftError)}
	duplicates := []error{new(nas.DuplicateError), new(efs.DuplicateError), new(privatelink.DuplicateError)}
	for _, kind := range kinds {
		for _, err := range drifts {
			if !errors.Is(err, kind[0]) || errors.Is(err, kind[1]) {
				t.Errorf("%T is not ErrDrift, or ErrDuplicate", err)
			}
		}
		for _, err := range duplicates {
			if errors.Is(err, kind[0]) || !errors.Is(err, kind[1]) {
				t.Errorf("%T is not ErrDuplicate, or ErrDrift", err)
			}
		}
	}
}

// TestKinds checks the codes that others say something else of.
func TestKinds(t *testing.T) {
	for _, c := range []struct {
		status int
		code   string
		want   error
		class  fault.Class
	}{
		{408, "", fault.Unavailable, fault.Unknown},
		{400, "RequestTimeout", fault.Unavailable, fault.Unknown},
		{400, "RequestTimeoutException", fault.Unavailable, fault.Unknown},
		{403, "RequestTimeTooSkewed", fault.AccessDenied, fault.Final},
		{400, "SignatureNonceUsed", fault.Conflict, fault.Final},
		{400, "SignatureDoesNotMatch", fault.AccessDenied, fault.Final},
		{400, "Throttling.User", fault.Throttled, fault.Refused},
		{400, "throttling", fault.Throttled, fault.Refused},
		{429, "", fault.Throttled, fault.Refused},
		{503, "SecurityToken.CheckFailed", fault.Unavailable, fault.Unknown},
		{403, "Forbbiden.Ram", fault.AccessDenied, fault.Final},
		{403, "Region.NotSupported", fault.AccessDenied, fault.Final},
		{400, "Region.NotSupported", fault.InvalidRequest, fault.Final},
		{403, "EntityAlreadyExists", fault.AlreadyExists, fault.Final},
		{400, "Rejected.LimitExceeded", fault.QuotaExceeded, fault.Final},
		{409, "Busy", fault.Conflict, fault.Final},
		{404, "", fault.NotFound, fault.Final},
		{301, "Moved", nil, fault.Final},
	} {
		kind := fault.KindOf(c.status, c.code, "id-1")
		if kind != c.want || fault.ClassOf(kind) != c.class {
			t.Errorf("%d %s is %v, of class %d", c.status, c.code, kind, fault.ClassOf(kind))
		}
	}
	if kind := fault.KindOf(404, "", ""); kind != nil {
		t.Errorf("a proxy's 404 is %v", kind)
	}
}
