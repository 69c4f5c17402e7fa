package efs_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/accesspoint-go/accesspoint/efs"
)

// TestAssumeRole checks what is said of a role that cannot be, what the base is,
// and that nothing happens before the first Retrieve.
func TestAssumeRole(t *testing.T) {
	bare(t)
	const arn = "arn:aws:iam::123456789012:role/provisioner"
	_, err := efs.AssumeRole(nil, efs.Role{ARN: "provisioner/role/of/nobody", Duration: time.Minute})
	invalid, ok := errors.AsType[*efs.ValidationError](err)
	if !ok || len(invalid.Problems) != 3 || !errors.Is(err, efs.ErrInvalidRequest) {
		t.Errorf("got %v", err)
	}
	creds, err := efs.AssumeRole(efs.DefaultCredentials(), efs.Role{ARN: arn, ExternalID: "of-the-other-account"})
	if err != nil {
		t.Fatal(err)
	}
	_, _, _, _, err = creds.Retrieve(t.Context())
	if err == nil || !strings.Contains(err.Error(), arn) || !strings.Contains(err.Error(), "no source has a key (environment: ") {
		t.Errorf("got %v", err)
	}
	t.Setenv("AWS_ACCESS_KEY_ID", "env-id")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "env-secret")
	t.Setenv("AWS_REGION", "not/a/region") // so that nothing is sent
	creds, err = efs.AssumeRole(nil, efs.Role{ARN: arn})
	if err != nil {
		t.Fatal(err)
	}
	_, _, _, _, err = creds.Retrieve(t.Context())
	if err == nil || !strings.Contains(err.Error(), "environment AWS_ACCESS_KEY_ID: the region of STS is no region ID") {
		t.Errorf("got %v", err)
	}
}
