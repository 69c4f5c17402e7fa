package efs_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/efs/efstest"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
)

const otherFileSystem = "fs-fedcba9876543210f"

// ensureRequest has everything that can drift.
var ensureRequest = efs.CreateAccessPointRequest{
	FileSystemID: efstest.FileSystemID,
	PosixUser:    &efs.PosixUser{UID: new(uint32(0)), GID: new(uint32(1001)), SecondaryGIDs: []uint32{7, 8}},
	RootDirectory: &efs.RootDirectory{
		Path:         "/a",
		CreationInfo: &efs.CreationInfo{OwnerUID: new(uint32(0)), OwnerGID: new(uint32(2)), Permissions: "0750"},
	},
	Tags: []efs.Tag{{Key: "Name", Value: "n"}},
}

const (
	aCreate = "CreateAccessPoint"
	aLook   = "DescribeAccessPoints"
)

// mustEnsure ensures the key k in the file system that every server has.
func mustEnsure(t *testing.T, c *efs.Client) efs.AccessPoint {
	t.Helper()
	ap, err := c.EnsureAccessPoint(t.Context(), "k", createRequest)
	if err != nil {
		t.Fatal(err)
	}
	return ap
}

func mustEnsureAbsent(t *testing.T, c *efs.Client) {
	t.Helper()
	if err := c.EnsureAccessPointAbsent(t.Context(), efstest.FileSystemID, "k"); err != nil {
		t.Fatal(err)
	}
}

// TestEnsureRequests counts the requests of each way to an access point, and the
// time that it takes.
func TestEnsureRequests(t *testing.T) {
	remembering := []efstest.Option{efstest.RememberTokens(1000 * time.Hour)}
	for name, c := range map[string]struct {
		options []efstest.Option
		before  func(*testing.T, *efstest.Server)
		want    []string
		took    time.Duration // at most
	}{
		"new":   {nil, func(*testing.T, *efstest.Server) {}, []string{aCreate, aLook}, 0},
		"there": {nil, func(t *testing.T, srv *efstest.Server) { mustEnsure(t, srv.Client()) }, []string{aCreate, aLook}, 0},
		"there, of another generation": {remembering, func(t *testing.T, srv *efstest.Server) {
			mustEnsure(t, srv.Client())
			mustEnsureAbsent(t, srv.Client())
			mustEnsure(t, srv.Client())
		}, []string{aCreate, aLook, aLook}, 0},
		"new, slowly": {[]efstest.Option{efstest.ReadyAfter(time.Second)}, func(*testing.T, *efstest.Server) {}, []string{aCreate, aLook, aLook, aLook}, 3 * time.Second},
		"new, the answer lost": {nil, func(t *testing.T, srv *efstest.Server) { srv.Inject(aCreate, efstest.ResponseLost) },
			[]string{aCreate, aCreate, aLook, aLook}, time.Second},
		"absent before, and forgotten": {nil, func(t *testing.T, srv *efstest.Server) {
			mustEnsure(t, srv.Client())
			mustEnsureAbsent(t, srv.Client())
		}, []string{aCreate, aLook}, 0},
		"absent before, and remembered": {remembering, func(t *testing.T, srv *efstest.Server) {
			mustEnsure(t, srv.Client())
			mustEnsureAbsent(t, srv.Client())
		}, slices.Concat([]string{aCreate, aLook}, slices.Repeat([]string{aLook, aCreate, aLook}, 6), []string{aLook, aCreate, aLook, aCreate, aLook}), 22 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := efstest.NewServer(c.options...)
				c.before(t, srv)
				client, n, start := srv.Client(), len(srv.Calls()), time.Now()
				ap := mustEnsure(t, client)
				if took := time.Since(start); took > c.took {
					t.Errorf("took %v", took)
				}
				if d := cmp.Diff(c.want, srv.Calls()[n:]); d != "" {
					t.Errorf("(-want +got):\n%s", d)
				}
				list, err := client.DescribeAccessPoints(t.Context(), efs.DescribeAccessPointsRequest{})
				if err != nil || len(list.AccessPoints) != 1 || list.AccessPoints[0].AccessPointID != ap.AccessPointID || ap.LifeCycleState != efs.StateAvailable {
					t.Errorf("got %+v; %+v, %v", ap, list, err)
				}
			})
		})
	}
}

// TestEnsureGenerations makes a key absent again and again. Its token, and with
// the service that remembers tokens its generation, is part of the promise.
func TestEnsureGenerations(t *testing.T) {
	for _, remember := range []time.Duration{0, 1000 * time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			c := efstest.NewServer(efstest.RememberTokens(remember), efstest.GoneAfter(5*time.Second)).Client()
			for round := range 4 {
				generation := "0"
				if remember > 0 {
					generation = fmt.Sprint(round)
				}
				for range 2 {
					if ap := mustEnsure(t, c); ap.ClientToken != efs.IdempotencyToken(efstest.FileSystemID, "k", generation) {
						t.Errorf("round %d: the token is %s", round, ap.ClientToken)
					}
				}
				mustEnsureAbsent(t, c)
			}
		})
	}
	if got := efs.IdempotencyToken(efstest.FileSystemID, "volume-1", "0"); got != "80b06784-06bf-568c-b57e-6bf548027438" {
		t.Errorf("the token has changed: %s", got)
	}
}

// TestEnsureDuplicates has the service forget a token that it had refused: then a
// second access point cannot be prevented, but is reported, and nothing is
// deleted until the key is made absent.
func TestEnsureDuplicates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := efstest.NewServer(efstest.RememberTokens(time.Hour))
		c := srv.Client()
		mustEnsure(t, c)
		mustEnsureAbsent(t, c)
		second := mustEnsure(t, c)
		<-time.After(time.Hour)
		ap, err := srv.Client().EnsureAccessPoint(t.Context(), "k", createRequest)
		found, ok := errors.AsType[*efs.DuplicateError](err)
		if !ok || ap.AccessPointID != second.AccessPointID || len(found.IDs) != 2 || found.IDs[0] != second.AccessPointID {
			t.Fatalf("got %+v, %v", ap, err)
		}
		if text := `efs: EnsureAccessPoint "k": one was asked for, these exist: ` + strings.Join(found.IDs, ", "); err.Error() != text {
			t.Errorf("got %q", err)
		}
		if d := cmp.Diff(found.IDs, standing(t, c)); d != "" {
			t.Errorf("(-reported +standing):\n%s", d)
		}
		mustEnsureAbsent(t, c)
		if left := standing(t, c); left != nil {
			t.Errorf("%v are left", left)
		}
	})
}

// TestEnsureListsDuplicates has the refusal lead to nothing, and the list show
// two.
func TestEnsureListsDuplicates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := efstest.NewServer(efstest.RememberTokens(time.Hour))
		c := srv.Client()
		mustEnsure(t, c)
		mustEnsureAbsent(t, c)
		in := createRequest
		in.Tags = []efs.Tag{{Key: "accesspoint-key", Value: "k"}}
		for range 2 {
			if _, err := c.CreateAccessPoint(t.Context(), in); err != nil {
				t.Fatal(err)
			}
		}
		_, err := c.EnsureAccessPoint(t.Context(), "k", createRequest)
		if found, ok := errors.AsType[*efs.DuplicateError](err); !ok || !slices.Equal(found.IDs, standing(t, c)) {
			t.Errorf("got %v", err)
		}
	})
}

// standing returns the IDs of all access points.
func standing(t *testing.T, c *efs.Client) (ids []string) {
	t.Helper()
	for ap, err := range c.AccessPoints(t.Context(), efs.DescribeAccessPointsRequest{}) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, ap.AccessPointID)
	}
	return ids
}

// TestEnsureIgnoresWhatIsGone has lists show an access point that was deleted just
// before: it is no duplicate.
func TestEnsureIgnoresWhatIsGone(t *testing.T) {
	for seed := range uint64(20) {
		synctest.Test(t, func(t *testing.T) {
			srv := efstest.NewServer()
			c := srv.Client()
			old := mustEnsure(t, c)
			<-time.After(time.Minute)
			srv.Disturb(efstest.Disturbance{Lag: 9 * time.Second, Seed: seed})
			if _, err := c.DeleteAccessPoint(t.Context(), efs.DeleteAccessPointRequest{AccessPointID: old.AccessPointID}); err != nil {
				t.Fatal(err)
			}
			if ap := mustEnsure(t, srv.Client()); ap.AccessPointID == old.AccessPointID {
				t.Error("got one that is gone")
			}
		})
	}
}

// TestEnsureIgnoresWhatIsLeaving has the list show an access point of the key that
// is long in being deleted.
func TestEnsureIgnoresWhatIsLeaving(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := efstest.NewServer(efstest.GoneAfter(time.Hour))
		c := srv.Client()
		in := createRequest
		in.Tags = []efs.Tag{{Key: "accesspoint-key", Value: "k"}}
		leaving, err := c.CreateAccessPoint(t.Context(), in)
		if err == nil {
			_, err = c.DeleteAccessPoint(t.Context(), efs.DeleteAccessPointRequest{AccessPointID: leaving.AccessPointID})
		}
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		if ap := mustEnsure(t, c); ap.AccessPointID == leaving.AccessPointID || time.Since(start) > 0 {
			t.Errorf("got %s after %v", ap.AccessPointID, time.Since(start))
		}
	})
}

// TestEnsureAfterDeletion finds an access point that is being deleted in its way.
func TestEnsureAfterDeletion(t *testing.T) {
	for _, remember := range []time.Duration{0, time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			srv := efstest.NewServer(efstest.GoneAfter(30*time.Second), efstest.RememberTokens(remember))
			c := srv.Client()
			old := mustEnsure(t, c)
			if _, err := c.DeleteAccessPoint(t.Context(), efs.DeleteAccessPointRequest{AccessPointID: old.AccessPointID}); err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			ap := mustEnsure(t, c)
			took := time.Since(start)
			if ap.AccessPointID == old.AccessPointID || took < 30*time.Second || took > 60*time.Second || remember == 0 && took > 36*time.Second {
				t.Errorf("got %s after %v", ap.AccessPointID, took)
			}
		})
	}
}

// TestEnsureDeletedMeanwhile has somebody delete the access point that a call has
// created and waits for, or was just refused the token for. The token is free then, and
// only with that token does another process find what takes the place.
func TestEnsureDeletedMeanwhile(t *testing.T) {
	for _, refused := range []bool{false, true} {
		t.Run(fmt.Sprint("refused ", refused), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var srv *efstest.Server
				doomed := false
				srv = efstest.NewServer(efstest.ReadyAfter(time.Minute), efstest.OnRequest(func(r efstest.Request) {
					id := r.Params["AccessPointId"]
					if id != "" && r.Status == http.StatusOK && !refused || r.Status == http.StatusConflict && doomed {
						if id == "" {
							id = "fsap-00000000000000001"
						}
						srv.Ask("DeleteAccessPoint", map[string]string{"AccessPointId": id})
						doomed, refused = false, true
					}
				}))
				c := srv.Client()
				if refused {
					// What another process has created does not show at first, and then it does.
					ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
					defer cancel()
					if ap, err := srv.Client().EnsureAccessPoint(ctx, "k", createRequest); err == nil || ap.AccessPointID != "fsap-00000000000000001" {
						t.Fatal(ap.AccessPointID, err)
					}
					srv.Fail(aLook, efs.APIError{Code: efs.CodeAccessPointNotFound})
					ctx, cancel = context.WithTimeout(t.Context(), 30*time.Second)
					defer cancel()
					if ap, err := c.EnsureAccessPoint(ctx, "k", createRequest); err == nil || ap.AccessPointID != "fsap-00000000000000001" {
						t.Fatal(ap.AccessPointID, err)
					}
					doomed = true
				}
				ap := mustEnsure(t, c)
				if ap.AccessPointID != "fsap-00000000000000002" {
					t.Errorf("got %s", ap.AccessPointID)
				}
				if other := mustEnsure(t, srv.Client()); other.AccessPointID != ap.AccessPointID {
					t.Errorf("another process got %s instead of %s", other.AccessPointID, ap.AccessPointID)
				}
			})
		})
	}
}

// TestEnsureDeletedBeforeTheLook has somebody delete an access point that was available
// as soon as it was created, while no list can be had. The response to the creation is no
// proof by then.
func TestEnsureDeletedBeforeTheLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var srv *efstest.Server
		srv = efstest.NewServer(efstest.OnRequest(func(r efstest.Request) {
			if r.Operation == aLook && r.Status == http.StatusInternalServerError {
				srv.Ask("DeleteAccessPoint", map[string]string{"AccessPointId": "fsap-00000000000000001"})
			}
		}))
		srv.Inject(aLook, slices.Repeat([]efstest.Fault{efstest.ServerError}, 20)...)
		if ap := mustEnsure(t, srv.Client()); ap.AccessPointID != "fsap-00000000000000002" {
			t.Errorf("got %s", ap.AccessPointID)
		}
	})
}

// TestEnsureInvalid checks that bad input is refused before anything is sent.
func TestEnsureInvalid(t *testing.T) {
	srv := efstest.NewServer()
	c, ctx := srv.Client(), t.Context()
	with := func(change func(*efs.CreateAccessPointRequest)) efs.CreateAccessPointRequest {
		in := createRequest
		change(&in)
		return in
	}
	for name, c := range map[string]struct {
		err    error
		fields []string
	}{
		"no key":            {second(c.EnsureAccessPoint(ctx, "", createRequest)), []string{"key"}},
		"a long key":        {second(c.EnsureAccessPoint(ctx, strings.Repeat("k", 129), createRequest)), []string{"key"}},
		"not ASCII":         {second(c.EnsureAccessPoint(ctx, "é", createRequest)), []string{"key"}},
		"not for a tag":     {second(c.EnsureAccessPoint(ctx, "a*b", createRequest)), []string{"key"}},
		"a reserved tag":    {second(c.EnsureAccessPoint(ctx, "k", with(func(in *efs.CreateAccessPointRequest) { in.Tags = []efs.Tag{{}, {Key: "accesspoint-key"}} }))), []string{"Tags.2.Key"}},
		"another token":     {second(c.EnsureAccessPoint(ctx, "k", with(func(in *efs.CreateAccessPointRequest) { in.ClientToken = "t" }))), []string{"ClientToken"}},
		"much at once":      {second(c.EnsureAccessPoint(ctx, "", with(func(in *efs.CreateAccessPointRequest) { in.ClientToken = "t" }))), []string{"key", "ClientToken"}},
		"no file system":    {second(c.EnsureAccessPoint(ctx, "k", efs.CreateAccessPointRequest{})), []string{"FileSystemId"}},
		"a bad path":        {second(c.EnsureAccessPoint(ctx, "k", with(func(in *efs.CreateAccessPointRequest) { in.RootDirectory = &efs.RootDirectory{Path: "a"} }))), []string{"RootDirectory.Path"}},
		"absent: no key":    {c.EnsureAccessPointAbsent(ctx, efstest.FileSystemID, ""), []string{"key"}},
		"absent: odd key":   {c.EnsureAccessPointAbsent(ctx, efstest.FileSystemID, "a*b"), []string{"key"}},
		"absent: no parent": {c.EnsureAccessPointAbsent(ctx, "", "k"), []string{"FileSystemId"}},
		"absent: bad ID":    {c.EnsureAccessPointAbsent(ctx, "fs-1", "k"), []string{"FileSystemId"}},
	} {
		refused, ok := errors.AsType[*efs.ValidationError](c.err)
		if !ok {
			t.Errorf("%s: got %v", name, c.err)
			continue
		}
		var fields []string
		for _, p := range refused.Problems {
			fields = append(fields, p.Field)
		}
		if d := cmp.Diff(c.fields, fields); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
	if calls := srv.Calls(); len(calls) > 0 {
		t.Errorf("sent %v", calls)
	}
	for _, token := range []string{"", efs.IdempotencyToken(efstest.FileSystemID, "k", "0")} {
		in := with(func(in *efs.CreateAccessPointRequest) { in.ClientToken = token })
		if _, err := c.EnsureAccessPoint(ctx, "k", in); err != nil {
			t.Errorf("with the token %q: %v", token, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// TestEnsureDrift compares what is there with what is asked for, part by part.
func TestEnsureDrift(t *testing.T) {
	srv := efstest.NewServer()
	c := srv.Client()
	there, err := c.EnsureAccessPoint(t.Context(), "k", ensureRequest)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(*efs.CreateAccessPointRequest)
		want   []efs.Drift // none: it is as asked
	}{
		"nothing": {func(in *efs.CreateAccessPointRequest) {}, nil},
		"ARN": {func(in *efs.CreateAccessPointRequest) {
			in.FileSystemID = "arn:aws:elasticfilesystem:us-east-1:111122223333:file-system/" + in.FileSystemID
		}, nil},
		"order":          {func(in *efs.CreateAccessPointRequest) { in.PosixUser.SecondaryGIDs = []uint32{8, 7, 8} }, nil},
		"mode":           {func(in *efs.CreateAccessPointRequest) { in.RootDirectory.CreationInfo.Permissions = "750" }, nil},
		"fewer tags":     {func(in *efs.CreateAccessPointRequest) { in.Tags = nil }, nil},
		"UID":            {func(in *efs.CreateAccessPointRequest) { in.PosixUser.UID = new(uint32(5)) }, []efs.Drift{{Field: "PosixUser.Uid", Wanted: "5", Found: "0"}}},
		"GID":            {func(in *efs.CreateAccessPointRequest) { in.PosixUser.GID = new(uint32(5)) }, []efs.Drift{{Field: "PosixUser.Gid", Wanted: "5", Found: "1001"}}},
		"groups":         {func(in *efs.CreateAccessPointRequest) { in.PosixUser.SecondaryGIDs = []uint32{7} }, []efs.Drift{{Field: "PosixUser.SecondaryGids", Wanted: "7", Found: "7 8"}}},
		"no groups":      {func(in *efs.CreateAccessPointRequest) { in.PosixUser.SecondaryGIDs = nil }, []efs.Drift{{Field: "PosixUser.SecondaryGids", Wanted: "", Found: "7 8"}}},
		"no user":        {func(in *efs.CreateAccessPointRequest) { in.PosixUser = nil }, []efs.Drift{{Field: "PosixUser.Uid", Wanted: "none", Found: "0"}, {Field: "PosixUser.Gid", Wanted: "none", Found: "1001"}, {Field: "PosixUser.SecondaryGids", Wanted: "none", Found: "7 8"}}},
		"path":           {func(in *efs.CreateAccessPointRequest) { in.RootDirectory.Path = "/b" }, []efs.Drift{{Field: "RootDirectory.Path", Wanted: "/b", Found: "/a"}}},
		"owner":          {func(in *efs.CreateAccessPointRequest) { in.RootDirectory.CreationInfo.OwnerUID = new(uint32(9)) }, []efs.Drift{{Field: "RootDirectory.CreationInfo.OwnerUid", Wanted: "9", Found: "0"}}},
		"owner's group":  {func(in *efs.CreateAccessPointRequest) { in.RootDirectory.CreationInfo.OwnerGID = new(uint32(9)) }, []efs.Drift{{Field: "RootDirectory.CreationInfo.OwnerGid", Wanted: "9", Found: "2"}}},
		"another mode":   {func(in *efs.CreateAccessPointRequest) { in.RootDirectory.CreationInfo.Permissions = "0755" }, []efs.Drift{{Field: "RootDirectory.CreationInfo.Permissions", Wanted: "755", Found: "750"}}},
		"nothing to own": {func(in *efs.CreateAccessPointRequest) { in.RootDirectory.CreationInfo = nil }, []efs.Drift{{Field: "RootDirectory.CreationInfo.OwnerUid", Wanted: "none", Found: "0"}, {Field: "RootDirectory.CreationInfo.OwnerGid", Wanted: "none", Found: "2"}, {Field: "RootDirectory.CreationInfo.Permissions", Wanted: "none", Found: "750"}}},
		"a tag": {func(in *efs.CreateAccessPointRequest) {
			in.Tags = []efs.Tag{{Key: "Name", Value: "m"}, {Key: "more", Value: "x"}}
		}, []efs.Drift{{Field: "Tags.1.Value", Wanted: "m", Found: "n"}, {Field: "Tags.2.Value", Wanted: "x", Found: ""}}},
	} {
		in := ensureRequest
		user, root, info := *in.PosixUser, *in.RootDirectory, *in.RootDirectory.CreationInfo
		in.PosixUser, in.RootDirectory, root.CreationInfo = &user, &root, &info
		c.change(&in)
		ap, err := srv.Client().EnsureAccessPoint(t.Context(), "k", in)
		if d := cmp.Diff(there, ap); d != "" {
			t.Errorf("%s: not returned as it is (-is +returned):\n%s", name, d)
		}
		var got []efs.Drift
		if drift, ok := errors.AsType[*efs.DriftError](err); ok && drift.ResourceID == there.AccessPointID {
			got = drift.Fields
		} else if err != nil {
			t.Errorf("%s: got %v", name, err)
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
	if calls := srv.Calls(); slices.Contains(calls, "DeleteAccessPoint") {
		t.Errorf("sent %v", calls)
	}
}

// TestEnsureForeign has the token lead to an access point of another file system,
// and to one without the tag of the key, which EnsureAccessPointAbsent would not
// find.
func TestEnsureForeign(t *testing.T) { synctest.Test(t, ensureForeign) }

func ensureForeign(t *testing.T) {
	srv := efstest.NewServer()
	srv.AddFileSystem(otherFileSystem)
	c, ctx := srv.Client(), t.Context()
	for key, fileSystem := range map[string]string{"elsewhere": otherFileSystem, "untagged": efstest.FileSystemID} {
		there, err := c.CreateAccessPoint(ctx, efs.CreateAccessPointRequest{FileSystemID: fileSystem, ClientToken: efs.IdempotencyToken(efstest.FileSystemID, key, "0")})
		if err != nil {
			t.Fatal(err)
		}
		ap, err := c.EnsureAccessPoint(ctx, key, createRequest)
		want := fmt.Sprintf("efs: EnsureAccessPoint %q: %s differs from the request: ", key, there.AccessPointID)
		if key == "elsewhere" {
			want += fmt.Sprintf("FileSystemId is %q, not %q; ", otherFileSystem, efstest.FileSystemID)
		}
		want += fmt.Sprintf("Tags.1.Value is %q, not %q", "", key)
		if _, ok := errors.AsType[*efs.DriftError](err); !ok || err.Error() != want || ap.AccessPointID != there.AccessPointID {
			t.Errorf("%s: got %+v, %v", key, ap, err)
		}
	}
	if got := standing(t, c); len(got) != 2 {
		t.Errorf("%v stand", got)
	}
}

// TestEnsureWaitsOut meets failures that pass.
func TestEnsureWaitsOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := efstest.NewServer(efstest.GoneAfter(time.Second))
		c := srv.Client()
		for range 5 {
			srv.Fail(aCreate, efs.APIError{StatusCode: 409, Code: efs.CodeIncorrectFileSystemLifeCycleState})
		}
		srv.Inject(aLook, slices.Repeat([]efstest.Fault{efstest.Throttle, efstest.ServerError, efstest.Reset}, 5)...)
		mustEnsure(t, c)
		srv.Inject(aLook, slices.Repeat([]efstest.Fault{efstest.BadGateway, efstest.Truncated}, 5)...)
		srv.Inject("DeleteAccessPoint", slices.Repeat([]efstest.Fault{efstest.ServerError}, 9)...)
		srv.Fail("DeleteAccessPoint", efs.APIError{StatusCode: 409, Code: efs.CodeConflictException})
		mustEnsureAbsent(t, c)
		if left := standing(t, c); left != nil {
			t.Errorf("%v are left", left)
		}
	})
}

// TestEnsureFails meets failures that do not pass, and asks for one request.
func TestEnsureFails(t *testing.T) {
	for _, refused := range []efs.APIError{
		{StatusCode: 404, Code: efs.CodeFileSystemNotFound},
		{StatusCode: 403, Code: efs.CodeAccessPointLimitExceeded},
		{StatusCode: 403, Code: efs.CodeAccessDeniedException},
		{StatusCode: 400, Code: efs.CodeBadRequest},
	} {
		srv := efstest.NewServer()
		srv.Fail(aCreate, refused)
		ap, err := srv.Client().EnsureAccessPoint(t.Context(), "k", createRequest)
		if !errors.Is(err, refused.Code) || ap.AccessPointID != "" || len(srv.Calls()) != 1 {
			t.Errorf("got %+v, %v after %v", ap, err, srv.Calls())
		}
		srv.Fail(aLook, refused)
		err = srv.Client().EnsureAccessPointAbsent(t.Context(), efstest.FileSystemID, "k")
		if gone := refused.Code == efs.CodeFileSystemNotFound; gone && err != nil || !gone && !errors.Is(err, refused.Code) {
			t.Errorf("absent: got %v", err)
		}
	}
}

// TestEnsureInError returns an access point that cannot become available, with
// the state that it is in.
func TestEnsureInError(t *testing.T) {
	exists := refusal(409, "AccessPointAlreadyExists")
	exists.Body = `{"AccessPointId":"fsap-01234567"}`
	ap, err := newClient(t, wiretest.Answering(exists, inState("error")), nil).EnsureAccessPoint(t.Context(), "k", createRequest)
	if failed, ok := errors.AsType[*efs.WaitError](err); !ok || failed.State != "fsap-01234567 error" || ap.AccessPointID != "fsap-01234567" {
		t.Errorf("got %+v, %v", ap, err)
	}
}

// TestEnsureSeenBetween has an access point that no look finds at first, and none in
// the end, but some between: its token is not one that is remembered.
func TestEnsureSeenBetween(t *testing.T) {
	exists, notFound := refusal(409, "AccessPointAlreadyExists"), refusal(404, "AccessPointNotFound")
	exists.Body = `{"AccessPointId":"fsap-01234567"}`
	none := wiretest.Answer{Body: `{"AccessPoints":[]}`}
	last := wiretest.Answer{Body: `{"AccessPoints":[{"AccessPointId":"fsap-76543210","FileSystemId":"` + efstest.FileSystemID + `",
		"LifeCycleState":"available","Tags":[{"Key":"accesspoint-key","Value":"k"}]}]}`}
	for name, between := range map[string][]wiretest.Answer{
		"deleting":            {inState("deleting")},
		"creating, then gone": {inState("creating"), notFound},
	} {
		synctest.Test(t, func(t *testing.T) {
			start, looks := time.Now(), 0
			hc := &http.Client{Transport: wiretest.RoundTripFunc(func(r *http.Request) (*http.Response, error) {
				byID := strings.Contains(r.URL.String(), "fsap-01234567")
				if byID {
					looks++
				}
				answer := none
				switch age := time.Since(start); {
				case r.Method == http.MethodPost:
					body, err := io.ReadAll(r.Body)
					if err != nil || !bytes.Contains(body, []byte(efs.IdempotencyToken(efstest.FileSystemID, "k", "0"))) {
						t.Errorf("%s: sent %s, %v", name, body, err)
					}
					answer = exists
				case byID && 4*time.Second < age && age < 32*time.Second:
					answer = between[looks%len(between)]
				case byID:
					answer = notFound
				case age > 40*time.Second:
					answer = last
				}
				return wiretest.Answering(answer).RoundTrip(r)
			})}
			cfg := efstest.NewServer().Config()
			cfg.HTTPClient = hc
			c, err := efs.New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			if ap, err := c.EnsureAccessPoint(t.Context(), "k", createRequest); err != nil || ap.AccessPointID != "fsap-76543210" {
				t.Errorf("%s: got %+v, %v", name, ap, err)
			}
		})
	}
}

// TestEnsureUnreadable has a creation succeed with an answer that says nothing.
func TestEnsureUnreadable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		exists := refusal(409, "AccessPointAlreadyExists")
		exists.Body = `{"AccessPointId":"fsap-01234567"}`
		r := wiretest.Answering(wiretest.Answer{Body: `{}`}, exists, inState("available"))
		ap, err := newClient(t, r, nil).EnsureAccessPoint(t.Context(), "k", createRequest)
		if _, ok := errors.AsType[*efs.DriftError](err); !ok || ap.AccessPointID != "fsap-01234567" || len(r.Requests()) != 4 {
			t.Errorf("got %+v, %v after %d requests", ap, err, len(r.Requests()))
		}
	})
}

// TestEnsureAbsentTrustsNoFilter has the list of a file system hold what belongs
// to another.
func TestEnsureAbsentTrustsNoFilter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := wiretest.Answering(wiretest.Answer{Body: `{"AccessPoints":[{"AccessPointId":"fsap-01234567","FileSystemId":"` + otherFileSystem + `",
			"LifeCycleState":"available","Tags":[{"Key":"accesspoint-key","Value":"k"}]}]}`})
		if err := newClient(t, r, nil).EnsureAccessPointAbsent(t.Context(), efstest.FileSystemID, "k"); err != nil {
			t.Error(err)
		}
		for _, req := range r.Requests() {
			if req.Method != http.MethodGet {
				t.Errorf("sent %s %s", req.Method, req.Path)
			}
		}
	})
}

// TestEnsureUnnamed has refusals that do not name the access point, as one that was
// cut: it is found in the list, or the creation retried.
func TestEnsureUnnamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := efstest.NewServer()
		c := srv.Client()
		unnamed := efs.APIError{StatusCode: 409, Code: efs.CodeAccessPointAlreadyExists}
		srv.Fail(aCreate, unnamed)
		want := mustEnsure(t, c)
		for range 3 {
			srv.Fail(aCreate, unnamed)
		}
		if got := mustEnsure(t, srv.Client()); got.AccessPointID != want.AccessPointID {
			t.Errorf("got %s, want %s", got.AccessPointID, want.AccessPointID)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		for range 100 {
			srv.Fail(aCreate, unnamed)
		}
		_, err := c.EnsureAccessPoint(ctx, "other", createRequest)
		if !errors.Is(err, efs.CodeAccessPointAlreadyExists) || !errors.Is(err, context.DeadlineExceeded) || len(standing(t, c)) != 1 {
			t.Errorf("with nothing in the list: %v", err)
		}
	})
}

// TestEnsureOutOfTime ends the context at each stage. The error says what is
// known, and the next call gets what there is.
func TestEnsureOutOfTime(t *testing.T) {
	for name, c := range map[string]struct {
		options []efstest.Option
		before  func(*testing.T, *efstest.Server)
		is      []error
		state   string // of the *WaitError, if it is one
	}{
		"creating, outcome unknown": {nil, func(t *testing.T, srv *efstest.Server) {
			srv.Inject(aCreate, slices.Repeat([]efstest.Fault{efstest.ServerError}, 20)...)
		},
			[]error{efs.ErrOutcomeUnknown}, ""},
		"creating, throttled": {nil, func(t *testing.T, srv *efstest.Server) {
			srv.Inject(aCreate, slices.Repeat([]efstest.Fault{efstest.Throttle}, 200)...)
		},
			nil, ""},
		"file system not ready": {nil, func(t *testing.T, srv *efstest.Server) {
			for range 30 {
				srv.Fail(aCreate, efs.APIError{StatusCode: 409, Code: efs.CodeIncorrectFileSystemLifeCycleState})
			}
		}, []error{efs.CodeIncorrectFileSystemLifeCycleState}, ""},
		"looking at the list": {nil, func(t *testing.T, srv *efstest.Server) {
			srv.Inject(aLook, slices.Repeat([]efstest.Fault{efstest.ServerError}, 20)...)
		},
			[]error{efs.ErrUnavailable}, ""},
		"not available yet": {[]efstest.Option{efstest.ReadyAfter(time.Hour)}, func(*testing.T, *efstest.Server) {}, nil, "creating"},
		"deleting": {[]efstest.Option{efstest.GoneAfter(time.Hour)}, func(t *testing.T, srv *efstest.Server) {
			ap := mustEnsure(t, srv.Client())
			if _, err := srv.Client().DeleteAccessPoint(t.Context(), efs.DeleteAccessPointRequest{AccessPointID: ap.AccessPointID}); err != nil {
				t.Fatal(err)
			}
		}, []error{efs.CodeAccessPointAlreadyExists}, "deleting"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := efstest.NewServer(c.options...)
				c.before(t, srv)
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
				defer cancel()
				start := time.Now()
				_, err := srv.Client().EnsureAccessPoint(ctx, "k", createRequest)
				for _, is := range append(c.is, context.DeadlineExceeded) {
					if !errors.Is(err, is) {
						t.Errorf("not %v: %v", is, err)
					}
				}
				if took := time.Since(start); took > 5*time.Second {
					t.Errorf("took %v", took)
				}
				if failed, ok := errors.AsType[*efs.WaitError](err); c.state != "" && (!ok || !strings.HasPrefix(failed.State, "fsap-") || !strings.HasSuffix(failed.State, " "+c.state)) {
					t.Errorf("got %v", err)
				}
				<-time.After(3 * time.Hour)
				mustEnsure(t, srv.Client())
				if there := standing(t, srv.Client()); len(there) != 1 {
					t.Errorf("%v stand", there)
				}
			})
		})
	}
}

// TestEnsureAbsent deletes what has the key and the file system, and nothing else.
func TestEnsureAbsent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := efstest.NewServer(efstest.GoneAfter(3 * time.Second))
		srv.AddFileSystem(otherFileSystem)
		c, ctx := srv.Client(), t.Context()
		start := time.Now()
		mustEnsureAbsent(t, c) // what is not there
		if took := time.Since(start); took != 10*time.Second || len(srv.Calls()) != 2 {
			t.Errorf("nothing took %v and %v", took, srv.Calls())
		}

		gone := mustEnsure(t, c)
		var stay []string
		elsewhere := createRequest
		elsewhere.FileSystemID = otherFileSystem
		for _, ensure := range []func() (efs.AccessPoint, error){
			func() (efs.AccessPoint, error) { return c.EnsureAccessPoint(ctx, "k2", createRequest) },
			func() (efs.AccessPoint, error) { return c.EnsureAccessPoint(ctx, "k", elsewhere) },
		} {
			ap, err := ensure()
			if err != nil {
				t.Fatal(err)
			}
			stay = append(stay, ap.AccessPointID)
		}
		stay = append(stay, create(t, srv)) // without a tag
		n := len(srv.Calls())
		if err := c.EnsureAccessPointAbsent(ctx, "arn:aws:elasticfilesystem:us-east-1:111122223333:file-system/"+efstest.FileSystemID, "k"); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(stay, standing(t, c)); d != "" {
			t.Errorf("%s (-should stay +stand):\n%s", gone.AccessPointID, d)
		}
		if d := cmp.Diff([]string{aLook, "DeleteAccessPoint", aLook, aLook, aLook}, srv.Calls()[n:len(srv.Calls())-1]); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}

		ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		err := c.EnsureAccessPointAbsent(ctx, efstest.FileSystemID, "k2")
		if failed, ok := errors.AsType[*efs.WaitError](err); !ok || !errors.Is(err, context.DeadlineExceeded) || failed.Operation != "EnsureAccessPointAbsent" {
			t.Errorf("got %v", err)
		}
	})
}

// TestEnsureManyPages has the access point of the key on the second page of the
// list. A page that fails is asked for again, and no other.
func TestEnsureManyPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := efstest.NewServer()
		for range 1000 {
			create(t, srv)
		}
		c := srv.Client()
		mustEnsure(t, c)
		n := len(srv.Calls())
		srv.Inject(aLook, append([]efstest.Fault{0}, slices.Repeat([]efstest.Fault{efstest.ServerError}, 6)...)...)
		mustEnsureAbsent(t, c)
		if got := standing(t, c); len(got) != 1000 {
			t.Errorf("%d are left", len(got))
		}
		want := append(slices.Repeat([]string{aLook}, 8), "DeleteAccessPoint", aLook, aLook, aLook)
		if d := cmp.Diff(want, srv.Calls()[n:n+len(want)]); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
	})
}

// TestEnsureAbsentLasts has a creation that was under way show in the middle of the
// call, and reads lag after its deletion. A later call must not find it.
func TestEnsureAbsentLasts(t *testing.T) {
	for seed := range uint64(20) {
		synctest.Test(t, func(t *testing.T) {
			srv := efstest.NewServer(efstest.RememberTokens(1000 * time.Hour))
			c, ctx := srv.Client(), t.Context()
			srv.Disturb(efstest.Disturbance{Lag: 5 * time.Second, Seed: seed})
			time.AfterFunc(4*time.Second, func() {
				in := createRequest
				in.ClientToken = efs.IdempotencyToken(efstest.FileSystemID, "k", "0")
				in.Tags = []efs.Tag{{Key: "accesspoint-key", Value: "k"}}
				if _, err := c.CreateAccessPoint(ctx, in); err != nil {
					t.Error(err)
				}
			})
			mustEnsureAbsent(t, c)
			ap := mustEnsure(t, c)
			srv.Disturb(efstest.Disturbance{})
			if got := standing(t, c); !slices.Equal(got, []string{ap.AccessPointID}) {
				t.Errorf("seed %d: got %s, but %v stand", seed, ap.AccessPointID, got)
			}
		})
	}
}

// TestEnsureQuietly has a client ensure a key again and again: that takes one read,
// and no healthy call logs a warning. A limiter that fails is no reason to give up.
func TestEnsureQuietly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := efstest.NewServer(efstest.ReadyAfter(time.Second), efstest.GoneAfter(3*time.Second))
		var log bytes.Buffer
		cfg := srv.Config()
		cfg.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn}))
		fails := 0
		cfg.Limiter = limiterFunc(func(context.Context) error {
			if fails--; fails >= 0 {
				return errors.New("the limiter is out of order")
			}
			return nil
		})
		c, err := efs.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		mustEnsure(t, c)
		for range 3 {
			n := len(srv.Calls())
			mustEnsure(t, c)
			if d := cmp.Diff([]string{aLook}, srv.Calls()[n:]); d != "" {
				t.Errorf("again (-want +got):\n%s", d)
			}
		}
		other, err := efs.New(cfg) // which does not remember
		if err != nil {
			t.Fatal(err)
		}
		mustEnsure(t, other)
		mustEnsureAbsent(t, c)
		mustEnsure(t, c)
		if log.Len() > 0 {
			t.Errorf("logged %s", &log)
		}
		fails = 3
		mustEnsure(t, other)
		fails = 3
		mustEnsureAbsent(t, other)
	})
}

type limiterFunc func(context.Context) error

func (f limiterFunc) Wait(ctx context.Context) error { return f(ctx) }
