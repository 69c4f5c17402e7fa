package oss_test

import (
	"errors"
	"testing"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/ledger"
	"github.com/accesspoint-go/accesspoint/oss"
	"github.com/accesspoint-go/accesspoint/oss/osstest"
)

// TestLedger holds Validate and the fake to the documented constraints.
func TestLedger(t *testing.T) {
	cfg := osstest.NewServer().Config()
	cfg.SkipValidation = true
	client, err := oss.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ledger.Test(t, ledger.Suite{
		Path: "osstest/constraints.json",
		Requests: map[string]any{
			"CreateAccessPoint": oss.CreateAccessPointRequest{},
			"GetAccessPoint":    oss.GetAccessPointRequest{},
			"ListAccessPoints":  oss.ListAccessPointsRequest{},
			"DeleteAccessPoint": oss.DeleteAccessPointRequest{},
		},
		Problems: func(err error) (problems []check.Problem) {
			if invalid, ok := errors.AsType[*oss.ValidationError](err); ok {
				for _, p := range invalid.Problems {
					problems = append(problems, check.Problem(p))
				}
			}
			return problems
		},
		Client: client,
		Code: func(err error) string {
			if refused, ok := errors.AsType[*oss.APIError](err); ok {
				return string(refused.Code)
			}
			return ""
		},
	})
}
