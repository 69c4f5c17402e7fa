package nas_test

import (
	"errors"
	"testing"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/ledger"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

// TestLedger holds Validate and the fake to the documented constraints.
func TestLedger(t *testing.T) {
	cfg := nastest.NewServer().Config()
	cfg.SkipValidation = true
	client, err := nas.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ledger.Test(t, ledger.Suite{
		Path: "nastest/constraints.json",
		Requests: map[string]any{
			"CreateAccessPoint":    nas.CreateAccessPointRequest{},
			"DescribeAccessPoint":  nas.DescribeAccessPointRequest{},
			"DescribeAccessPoints": nas.DescribeAccessPointsRequest{},
			"ListAccessPoints":     nas.ListAccessPointsRequest{},
			"ModifyAccessPoint":    nas.ModifyAccessPointRequest{},
			"DeleteAccessPoint":    nas.DeleteAccessPointRequest{},
		},
		Problems: func(err error) (problems []check.Problem) {
			if invalid, ok := errors.AsType[*nas.ValidationError](err); ok {
				for _, p := range invalid.Problems {
					problems = append(problems, check.Problem(p))
				}
			}
			return problems
		},
		Client: client,
		Code: func(err error) string {
			if refused, ok := errors.AsType[*nas.APIError](err); ok {
				return string(refused.Code)
			}
			return ""
		},
	})
}
