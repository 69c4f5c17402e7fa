package conformance

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	kms "github.com/alibabacloud-go/kms-20160120/v3/client"
	privatelink "github.com/alibabacloud-go/privatelink-20200415/v5/client"
	oss "github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
	"github.com/aws/aws-sdk-go-v2/service/efs"
)

// official are the clients of the official SDKs.
var official = map[string]any{"oss": &oss.Client{}, "efs": &efs.Client{}, "privatelink": &privatelink.Client{}, "kms": &kms.Client{}}

// paginators are what the SDK of EFS has beside its client.
var paginators = map[string]any{
	"NewDescribeAccessPointsPaginator": efs.NewDescribeAccessPointsPaginator, "NewDescribeFileSystemsPaginator": efs.NewDescribeFileSystemsPaginator,
	"NewDescribeMountTargetsPaginator": efs.NewDescribeMountTargetsPaginator, "NewListTagsForResourcePaginator": efs.NewListTagsForResourcePaginator,
	"NewDescribeReplicationConfigurationsPaginator": efs.NewDescribeReplicationConfigurationsPaginator,
}

func migrating(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../.github/MIGRATING.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestMigratingNames checks that the official SDKs have what MIGRATING.md says that
// they have. That of NAS is not on the module proxy: the table has to have what
// alibaba-cloud-sdk-go shares with it.
func TestMigratingNames(t *testing.T) {
	checked := 0
	for _, table := range strings.Split(migrating(t), "\n| official SDK | `")[1:] {
		service, rows, _ := strings.Cut(table, "`")
		listed := map[string]bool{}
		for _, cell := range regexp.MustCompile("(?m)^\\| (`.*?) \\|").FindAllStringSubmatch(rows, -1) {
			names, later := strings.CutSuffix(cell[1], ", later versions") // than go.mod has
			for name := range strings.SplitSeq(names, ", ") {
				name = strings.Trim(name, "`")
				listed[name] = true
				checked++
				if service == "nas" || paginators[name] != nil {
					continue
				}
				if _, has := reflect.TypeOf(official[service]).MethodByName(name); has == later {
					t.Errorf("the SDK of %s has %s: %t", service, name, has)
				}
			}
		}
		for name := range oldNAS {
			if service == "nas" && !listed[name] {
				t.Errorf("nas: %s is not listed", name)
			}
		}
	}
	if checked < 164 {
		t.Errorf("only %d names", checked)
	}
}

// TestMigratingCode compiles the code for the official SDKs in MIGRATING.md.
func TestMigratingCode(t *testing.T) {
	imports := map[string]string{
		"privatelink": `"time"; "github.com/alibabacloud-go/tea/tea"; sdk "github.com/alibabacloud-go/privatelink-20200415/v5/client"`,
		"oss":         `"context"; sdk "github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"`,
		"efs": `"context"; "errors"; "fmt"; "github.com/aws/aws-sdk-go-v2/aws"; sdk "github.com/aws/aws-sdk-go-v2/service/efs"
			"github.com/aws/aws-sdk-go-v2/service/efs/types"`,
	}
	for _, block := range regexp.MustCompile("(?s)```go\n// official: (\\w+)\n(.*?)```").FindAllStringSubmatch(migrating(t), -1) {
		service := block[1]
		param := ""
		if strings.Contains(block[2], "ctx") {
			param = "ctx context.Context, "
		}
		code := fmt.Sprintf("package main\n\nimport (%s)\n\nfunc f(%sclient *sdk.Client) error {\n%s\nreturn nil\n}\n\nvar _ = f\n\nfunc main() {}\n",
			imports[service], param, block[2])
		file := filepath.Join(t.TempDir(), "main.go")
		if err := os.WriteFile(file, []byte(code), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", os.DevNull, file).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", service, err, out)
		}
		delete(imports, service)
	}
	if len(imports) > 0 {
		t.Errorf("no code of %v", imports)
	}
}
