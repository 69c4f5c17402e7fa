package privatelink_test

import (
	"errors"
	"testing"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/ledger"
	"github.com/accesspoint-go/accesspoint/privatelink"
	"github.com/accesspoint-go/accesspoint/privatelink/privatelinktest"
)

// TestLedger holds Validate and the fake to the documented constraints.
func TestLedger(t *testing.T) {
	cfg := privatelinktest.NewServer().Config()
	cfg.SkipValidation = true
	client, err := privatelink.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ledger.Test(t, ledger.Suite{
		Path: "privatelinktest/constraints.json",
		Requests: map[string]any{
			"CreateVpcEndpoint":         privatelink.CreateVpcEndpointRequest{},
			"GetVpcEndpointAttribute":   privatelink.GetVpcEndpointAttributeRequest{},
			"ListVpcEndpoints":          privatelink.ListVpcEndpointsRequest{},
			"DeleteVpcEndpoint":         privatelink.DeleteVpcEndpointRequest{},
			"AddZoneToVpcEndpoint":      privatelink.AddZoneToVpcEndpointRequest{},
			"RemoveZoneFromVpcEndpoint": privatelink.RemoveZoneFromVpcEndpointRequest{},
			"ListVpcEndpointZones":      privatelink.ListVpcEndpointZonesRequest{},
		},
		Problems: func(err error) (problems []check.Problem) {
			if invalid, ok := errors.AsType[*privatelink.ValidationError](err); ok {
				for _, p := range invalid.Problems {
					problems = append(problems, check.Problem(p))
				}
			}
			return problems
		},
		Client: client,
		Code: func(err error) string {
			if refused, ok := errors.AsType[*privatelink.APIError](err); ok {
				return string(refused.Code)
			}
			return ""
		},
	})
}
