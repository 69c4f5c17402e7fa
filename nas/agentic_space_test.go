package nas_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

var createSpace = nas.CreateAgenticSpaceRequest{
	FileSystemID: nastest.AgenticFileSystemID, FileSystemPath: "/one", Azone: "cn-hangzhou-g", Description: "the first",
	Quota: nas.AgenticSpaceQuota{SizeLimit: 10 << 30, FileCountLimit: 10_000},
}

// TestAgenticSpaces runs the life of spaces.
func TestAgenticSpaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := nastest.NewServer(nastest.GoneAfter(time.Minute), nastest.PageLimit(1))
		client, ctx := srv.Client(), t.Context()
		in := createSpace
		in.ClientToken = "token-1"
		srv.Inject("CreateAgenticSpace", nastest.ResponseLost, nastest.ServerError)
		out, err := client.CreateAgenticSpace(ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		again, err := client.CreateAgenticSpace(ctx, in)
		if err != nil || again.AgenticSpaceID != out.AgenticSpaceID {
			t.Errorf("with the same token: %+v, %v", again, err)
		}
		in.Azone = "other"
		_, err = client.CreateAgenticSpace(ctx, in)
		if e, ok := errors.AsType[*nas.APIError](err); !ok || e.Code != nas.CodeIdempotentParameterMismatch || e.ClientToken != "token-1" {
			t.Errorf("with the token of another request: %v", err)
		}
		if _, err = client.CreateAgenticSpace(ctx, createSpace); !errors.Is(err, nas.ErrAlreadyExists) {
			t.Errorf("with another token: %v", err)
		}
		one := nas.GetAgenticSpaceRequest{FileSystemID: in.FileSystemID, AgenticSpaceID: out.AgenticSpaceID}
		if _, err := client.ModifyAgenticSpace(ctx, nas.ModifyAgenticSpaceRequest{FileSystemID: one.FileSystemID, AgenticSpaceID: one.AgenticSpaceID, Description: new("new")}); err != nil {
			t.Error(err)
		}
		if _, err := client.SetAgenticSpaceQuota(ctx, nas.SetAgenticSpaceQuotaRequest{FileSystemID: one.FileSystemID, AgenticSpaceID: one.AgenticSpaceID, SizeLimit: 11 << 30, FileCountLimit: 20_000}); err != nil {
			t.Error(err)
		}
		s, err := client.WaitAgenticSpaceRunning(ctx, one.FileSystemID, one.AgenticSpaceID, nas.WaitOptions{})
		if err != nil || s.Description != "new" || s.Quota != (nas.AgenticSpaceQuota{SizeLimit: 11 << 30, FileCountLimit: 20_000}) || s.FileSystemPath != "/one" {
			t.Errorf("%+v, %v", s, err)
		}
		var ids []string
		for s, err := range client.AgenticSpaces(ctx, nas.DescribeAgenticSpacesRequest{FileSystemID: one.FileSystemID}) {
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, s.AgenticSpaceID)
		}
		if !slices.Equal(ids, []string{nastest.AgenticSpaceID, one.AgenticSpaceID}) {
			t.Error(ids)
		}
		remove := nas.DeleteAgenticSpaceRequest{FileSystemID: one.FileSystemID, AgenticSpaceID: one.AgenticSpaceID}
		ap, err := client.CreateAccessPoint(ctx, nas.CreateAccessPointRequest{
			FileSystemID: one.FileSystemID, AgenticSpaceID: one.AgenticSpaceID, EnabledRAM: true, VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID,
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.DeleteAgenticSpace(ctx, remove); !errors.Is(err, nas.ErrConflict) {
			t.Errorf("with an access point: %v", err)
		}
		if _, err := client.DeleteAccessPoint(ctx, nas.DeleteAccessPointRequest{FileSystemID: one.FileSystemID, AccessPointID: ap.AccessPoint.AccessPointID}); err != nil {
			t.Error(err)
		}
		if err := client.WaitAccessPointDeleted(ctx, one.FileSystemID, ap.AccessPoint.AccessPointID, nas.WaitOptions{}); err != nil {
			t.Error(err)
		}
		if _, err := client.DeleteAgenticSpace(ctx, remove); err != nil {
			t.Error(err)
		}
		began := time.Now()
		if err := client.WaitAgenticSpaceDeleted(ctx, one.FileSystemID, one.AgenticSpaceID, nas.WaitOptions{}); err != nil || time.Since(began) < time.Minute {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
		if _, err := client.GetAgenticSpace(ctx, one); !errors.Is(err, nas.ErrNotFound) {
			t.Errorf("one that is gone: %v", err)
		}
	})
}

// TestDryRun asks what the service would say.
func TestDryRun(t *testing.T) {
	srv := nastest.NewServer()
	client, ctx := srv.Client(), t.Context()
	is := func(target error) func(error) bool { return func(err error) bool { return errors.Is(err, target) } }
	passes := func(err error) bool { return err == nil }
	for name, c := range map[string]struct {
		in   nas.DryRunnable
		want func(error) bool
	}{
		"a creation":               {createSpace, passes},
		"of what exists":           {with(createSpace, func(in *nas.CreateAgenticSpaceRequest) { in.FileSystemPath = "/agent" }), is(nas.ErrAlreadyExists)},
		"of what makes no sense":   {with(createSpace, func(in *nas.CreateAgenticSpaceRequest) { in.FileSystemPath = "" }), is(nas.ErrInvalidRequest)},
		"a change":                 {nas.ModifyAgenticSpaceRequest{FileSystemID: nastest.AgenticFileSystemID, AgenticSpaceID: nastest.AgenticSpaceID, Description: new("x")}, passes},
		"a quota":                  {nas.SetAgenticSpaceQuotaRequest{FileSystemID: nastest.AgenticFileSystemID, AgenticSpaceID: nastest.AgenticSpaceID, SizeLimit: 11 << 30}, passes},
		"a deletion":               {nas.DeleteAgenticSpaceRequest{FileSystemID: nastest.AgenticFileSystemID, AgenticSpaceID: nastest.AgenticSpaceID, ClientToken: "a"}, passes},
		"a deletion by a pointer":  {&nas.DeleteAgenticSpaceRequest{FileSystemID: nastest.AgenticFileSystemID, AgenticSpaceID: nastest.AgenticSpaceID}, passes},
		"of what does not exist":   {nas.DeleteAgenticSpaceRequest{FileSystemID: nastest.AgenticFileSystemID, AgenticSpaceID: "none"}, is(nas.ErrNotFound)},
		"nothing":                  {nil, is(nas.ErrInvalidRequest)},
		"a pointer that is nil":    {(*nas.DeleteAgenticSpaceRequest)(nil), is(nas.ErrInvalidRequest)},
		"a token that would break": {nas.DeleteAgenticSpaceRequest{FileSystemID: nastest.AgenticFileSystemID, AgenticSpaceID: nastest.AgenticSpaceID, ClientToken: strings.Repeat("a", 65)}, passes},
	} {
		if err := client.DryRun(ctx, c.in); !c.want(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	out, err := client.CreateAgenticSpace(ctx, with(createSpace, func(in *nas.CreateAgenticSpaceRequest) { in.DryRun = true }))
	if err != nil || out.AgenticSpaceID != "" || out.RequestID == "" {
		t.Errorf("%+v, %v", out, err)
	}
	n := 0
	for s, err := range client.AgenticSpaces(ctx, nas.DescribeAgenticSpacesRequest{FileSystemID: nastest.AgenticFileSystemID}) {
		if n++; err != nil || s.AgenticSpaceID != nastest.AgenticSpaceID || s.Description != "" || s.Quota.SizeLimit != 10<<30 {
			t.Errorf("%+v, %v", s, err)
		}
	}
	if n != 1 {
		t.Errorf("there are %d spaces", n)
	}
	srv.Fail("DeleteAgenticSpace", nas.APIError{StatusCode: 400, Code: nas.CodeDryRunOperation})
	if err := client.DryRun(ctx, nas.DeleteAgenticSpaceRequest{FileSystemID: nastest.AgenticFileSystemID, AgenticSpaceID: nastest.AgenticSpaceID}); err != nil {
		t.Errorf("with the code for what passes: %v", err)
	}
}

// with returns in after a change.
func with[T any](in T, change func(*T)) T {
	change(&in)
	return in
}

// TestClientToken has a token of its own in each call, and in its error.
func TestClientToken(t *testing.T) {
	r := wiretest.Answering(wiretest.Answer{Status: http.StatusBadGateway})
	client := newClient(t, r, func(c *nas.Config) { c.MaxAttempts = 1 })
	tokens := map[string]bool{}
	for range 2 {
		for _, call := range []func() error{
			func() error { _, err := client.CreateAgenticSpace(t.Context(), createSpace); return err },
			func() error {
				_, err := client.ModifyAgenticSpace(t.Context(), nas.ModifyAgenticSpaceRequest{FileSystemID: "fs", AgenticSpaceID: "s"})
				return err
			},
			func() error {
				_, err := client.SetAgenticSpaceQuota(t.Context(), nas.SetAgenticSpaceQuotaRequest{FileSystemID: "fs", AgenticSpaceID: "s"})
				return err
			},
			func() error {
				_, err := client.DeleteAgenticSpace(t.Context(), nas.DeleteAgenticSpaceRequest{FileSystemID: "fs", AgenticSpaceID: "s"})
				return err
			},
		} {
			lost, ok := errors.AsType[*nas.OutcomeUnknownError](call())
			if !ok {
				t.Fatal("the outcome is known")
			}
			inner, _ := errors.AsType[*nas.APIError](lost.Err)
			sent := r.Last(t).Query
			if lost.ClientToken == "" || inner.ClientToken != lost.ClientToken || tokens[lost.ClientToken] || !strings.Contains(sent, "ClientToken="+lost.ClientToken+"&") {
				t.Errorf("%q, %q was sent", lost.ClientToken, sent)
			}
			tokens[lost.ClientToken] = true
		}
	}
}
