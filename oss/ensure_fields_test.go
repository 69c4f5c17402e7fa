package oss_test

import (
	"context"
	"errors"
	"testing"

	"github.com/accesspoint-go/accesspoint/internal/ensuretest"
	"github.com/accesspoint-go/accesspoint/oss"
	"github.com/accesspoint-go/accesspoint/oss/osstest"
)

// TestEnsureFields goes through every parameter of what is ensured.
func TestEnsureFields(t *testing.T) {
	type request = oss.EnsureAccessPointRequest
	vpc := func(id string) func(*request) {
		return func(in *request) {
			in.NetworkOrigin, in.VpcConfiguration = oss.NetworkOriginVPC, &oss.VpcConfiguration{VpcID: id}
		}
	}
	policy := func(effect string) func(*request) {
		return func(in *request) {
			in.Policy = `{"Version":"1","Statement":[{"Effect":"` + effect + `","Action":["oss:GetObject"],"Principal":["1234567890123456"],"Resource":["acs:oss:cn-hangzhou:1234567890123456:accesspoint/ap-01/object/*"]}]}`
		}
	}
	base := request{Bucket: osstest.Bucket, AccessPointName: "ap-01", NetworkOrigin: oss.NetworkOriginInternet}
	ensuretest.Fields(t, base, map[string]ensuretest.Field[request]{
		"Bucket":                 {Why: "the name belongs to one bucket; TestEnsureTaken asks for it in another"},
		"AccessPointName":        {Why: "it is what the access point is found by"},
		"NetworkOrigin":          {Why: "with it goes the VPC, which is compared below"},
		"VpcConfiguration":       {Drift: "VpcConfiguration", Changed: vpc("vpc-1"), Other: vpc("vpc-2")},
		"VpcConfiguration.VpcID": {Drift: "VpcConfiguration.VpcId", Changed: vpc("vpc-1"), Other: vpc("vpc-2")},
		"Policy":                 {Drift: "Policy", Unset: func(*request) {}, Changed: policy("Allow"), Other: policy("Deny"), Any: true, Hidden: true}, // one that has none is given it
	}, func(*testing.T) func(context.Context, request) ([]ensuretest.Difference, error) {
		c := osstest.NewServer().Client()
		return func(ctx context.Context, in request) (all []ensuretest.Difference, _ error) {
			_, err := c.EnsureAccessPoint(ctx, in)
			drift, ok := errors.AsType[*oss.DriftError](err)
			if !ok {
				return nil, err
			}
			for _, d := range drift.Fields {
				all = append(all, ensuretest.Difference(d))
			}
			return all, nil
		}
	})
}
