package oss_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/oss"
	"github.com/accesspoint-go/accesspoint/oss/osstest"
)

// createProcess creates an access point for object processing on ap-01.
func createProcess(t *testing.T, srv *osstest.Server, name string) {
	t.Helper()
	_, err := srv.Client().CreateAccessPointForObjectProcess(t.Context(), oss.CreateAccessPointForObjectProcessRequest{
		Bucket: osstest.Bucket, AccessPointForObjectProcessName: name, AccessPointName: "ap-01", ObjectProcessConfiguration: objectProcess,
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestObjectProcess walks an access point for object processing through its life.
func TestObjectProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := osstest.NewServer(osstest.ReadyAfter(time.Minute), osstest.GoneAfter(time.Minute))
		srv.AddBucket("another")
		client, ctx := srv.Client(), t.Context()
		create(t, srv, "ap-01")
		in := oss.CreateAccessPointForObjectProcessRequest{
			Bucket: osstest.Bucket, AccessPointForObjectProcessName: "fc-ap-01", AccessPointName: "ap-02", ObjectProcessConfiguration: objectProcess,
		}
		if _, err := client.CreateAccessPointForObjectProcess(ctx, in); !errors.Is(err, oss.CodeNoSuchAccessPoint) {
			t.Errorf("on nothing: %v", err)
		}
		in.AccessPointName = "ap-01"
		out, err := client.CreateAccessPointForObjectProcess(ctx, in)
		if err != nil || !strings.HasSuffix(out.AccessPointForObjectProcessAlias, "-opapalias") || !strings.HasSuffix(out.AccessPointForObjectProcessARN, "/fc-ap-01") {
			t.Fatalf("%+v, %v", out, err)
		}
		if _, err := client.CreateAccessPointForObjectProcess(ctx, in); !errors.Is(err, oss.ErrAlreadyExists) {
			t.Errorf("a second one: %v", err)
		}
		start := time.Now()
		ap, err := client.WaitAccessPointForObjectProcessEnabled(hour(t), osstest.Bucket, "fc-ap-01", oss.WaitOptions{})
		if err != nil || time.Since(start) < time.Minute || ap.Status != oss.StatusEnable || ap.AccessPointName != "ap-01" || ap.InternalEndpoint == "" || *ap.BlockPublicAccess {
			t.Errorf("after %v: %+v, %v", time.Since(start), ap, err)
		}

		of := oss.GetAccessPointConfigForObjectProcessRequest{Bucket: osstest.Bucket, AccessPointForObjectProcessName: "fc-ap-01"}
		config, err := client.GetAccessPointConfigForObjectProcess(ctx, of)
		if d := cmp.Diff(objectProcess, config.ObjectProcessConfiguration); err != nil || d != "" {
			t.Errorf("%v (-want +got):\n%s", err, d)
		}
		if _, err := client.PutAccessPointConfigForObjectProcess(ctx, oss.PutAccessPointConfigForObjectProcessRequest{
			Bucket: osstest.Bucket, AccessPointForObjectProcessName: "fc-ap-01", BlockPublicAccess: new(true),
		}); err != nil {
			t.Error(err)
		}
		config, err = client.GetAccessPointConfigForObjectProcess(ctx, of)
		if err != nil || !*config.BlockPublicAccess || *config.AllowAnonymousAccessForObjectProcess || config.ObjectProcessConfiguration.TransformationConfigurations != nil {
			t.Errorf("%+v, %v", config, err)
		}

		policyOf := oss.GetAccessPointPolicyForObjectProcessRequest{Bucket: osstest.Bucket, AccessPointForObjectProcessName: "fc-ap-01"}
		if _, err := client.GetAccessPointPolicyForObjectProcess(ctx, policyOf); !errors.Is(err, oss.ErrNotFound) {
			t.Errorf("no policy: %v", err)
		}
		if _, err := client.PutAccessPointPolicyForObjectProcess(ctx, oss.PutAccessPointPolicyForObjectProcessRequest{
			Bucket: osstest.Bucket, AccessPointForObjectProcessName: "fc-ap-01", Policy: policy,
		}); err != nil {
			t.Error(err)
		}
		if got, err := client.GetAccessPointPolicyForObjectProcess(ctx, policyOf); err != nil || got.Policy != policy {
			t.Errorf("%+v, %v", got, err)
		}
		if _, err := client.DeleteAccessPointPolicyForObjectProcess(ctx, oss.DeleteAccessPointPolicyForObjectProcessRequest(policyOf)); err != nil {
			t.Error(err)
		}

		if _, err := client.DeleteAccessPoint(ctx, oss.DeleteAccessPointRequest{Bucket: osstest.Bucket, AccessPointName: "ap-01"}); !errors.Is(err, oss.ErrConflict) {
			t.Errorf("the access point goes first: %v", err)
		}
		if _, err := client.DeleteAccessPointForObjectProcess(ctx, oss.DeleteAccessPointForObjectProcessRequest(policyOf)); err != nil {
			t.Error(err)
		}
		start = time.Now()
		if err := client.WaitAccessPointForObjectProcessDeleted(hour(t), osstest.Bucket, "fc-ap-01", oss.WaitOptions{}); err != nil || time.Since(start) < time.Minute {
			t.Errorf("after %v: %v", time.Since(start), err)
		}
		if _, err := client.GetAccessPointForObjectProcess(ctx, oss.GetAccessPointForObjectProcessRequest(policyOf)); !errors.Is(err, oss.CodeNoSuchAccessPointForObjectProcess) || !errors.Is(err, oss.ErrNotFound) {
			t.Errorf("gone: %v", err)
		}
		if err := client.EnsureAccessPointAbsent(hour(t), osstest.Bucket, "ap-01"); err != nil {
			t.Error(err)
		}
	})
}

// TestObjectProcessWaits ends waits that lead nowhere.
func TestObjectProcessWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		state := func(name, status string) wiretest.Answer {
			return wiretest.Answer{Body: "<GetAccessPointForObjectProcessResult><AccessPointNameForObjectProcess>" + name + "</AccessPointNameForObjectProcess><Status>" + status + "</Status></GetAccessPointForObjectProcessResult>"}
		}
		for name, c := range map[string]struct {
			answer wiretest.Answer
			want   string
		}{
			"disabled":     {state("fc", "Disable"), "does not get to enable"},
			"another":      {state("other", "enable"), `about "other"`},
			"no bucket":    {wiretest.Answer{Status: 404, Body: errorBody("NoSuchBucket")}, "NoSuchBucket"},
			"another root": {wiretest.Answer{Body: got}, "in place of"},
		} {
			_, err := newClient(t, wiretest.Answering(c.answer), nil).WaitAccessPointForObjectProcessEnabled(hour(t), "examplebucket", "fc", oss.WaitOptions{NotFoundGrace: time.Nanosecond})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for _, code := range []string{"NoSuchBucket", "NoSuchAccessPoint"} {
			r := wiretest.Answering(wiretest.Answer{Status: 404, Body: errorBody(code)})
			if err := newClient(t, r, nil).WaitAccessPointForObjectProcessDeleted(hour(t), "examplebucket", "fc", oss.WaitOptions{NotFoundGrace: time.Nanosecond}); err == nil {
				t.Errorf("%s counts as gone", code)
			}
		}
	})
}

// TestObjectProcessPages lists the access points for object processing of the account.
func TestObjectProcessPages(t *testing.T) {
	srv := osstest.NewServer(osstest.PageLimit(2))
	create(t, srv, "ap-01")
	var want, listed []string
	for i := range 5 {
		want = append(want, fmt.Sprint("fc-", i))
		createProcess(t, srv, want[i])
	}
	for ap, err := range srv.Client().AccessPointsForObjectProcess(t.Context(), oss.ListAccessPointsForObjectProcessRequest{}) {
		if err != nil || ap.AccessPointName != "ap-01" || ap.AllowAnonymousAccessForObjectProcess == nil {
			t.Fatalf("%+v, %v", ap, err)
		}
		listed = append(listed, ap.AccessPointNameForObjectProcess)
	}
	if d := cmp.Diff(want, listed); d != "" || count(srv.Calls(), "ListAccessPointsForObjectProcess") != 3 {
		t.Errorf("(-want +got):\n%s", d)
	}
	// The alias has another name in test data of the official SDK.
	r := wiretest.Answering(wiretest.Answer{Body: "<CreateAccessPointForObjectProcessResult><AccessPointForObjectProcessArn>a</AccessPointForObjectProcessArn><Alias>b</Alias></CreateAccessPointForObjectProcessResult>"})
	out, err := newClient(t, r, nil).CreateAccessPointForObjectProcess(t.Context(), oss.CreateAccessPointForObjectProcessRequest{
		Bucket: "examplebucket", AccessPointForObjectProcessName: "fc", AccessPointName: "ap-01",
	})
	if err != nil || out.AccessPointForObjectProcessAlias != "b" {
		t.Errorf("%+v, %v", out, err)
	}
}
