package efs_test

import (
	"errors"
	"testing"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/efs/efstest"
	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/ledger"
)

// TestLedger holds Validate and the fake to the documented constraints.
func TestLedger(t *testing.T) {
	cfg := efstest.NewServer().Config()
	cfg.SkipValidation = true
	client, err := efs.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ledger.Test(t, ledger.Suite{
		Path: "efstest/constraints.json",
		Requests: map[string]any{
			"CreateAccessPoint":    efs.CreateAccessPointRequest{},
			"DescribeAccessPoints": efs.DescribeAccessPointsRequest{},
			"DeleteAccessPoint":    efs.DeleteAccessPointRequest{},
		},
		Problems: func(err error) (problems []check.Problem) {
			if invalid, ok := errors.AsType[*efs.ValidationError](err); ok {
				for _, p := range invalid.Problems {
					problems = append(problems, check.Problem(p))
				}
			}
			return problems
		},
		Client: client,
		Code: func(err error) string {
			if refused, ok := errors.AsType[*efs.APIError](err); ok {
				return string(refused.Code)
			}
			return ""
		},
	})
}
