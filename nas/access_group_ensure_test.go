package nas_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/ensuretest"
	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

// wantedGroup is a permission group of two rules.
var wantedGroup = nas.EnsureAccessGroupRequest{
	AccessGroupName: "team", Description: "who may mount",
	Rules: []nas.AccessRuleSpec{
		{SourceCidrIP: "10.0.0.0/8"},
		{SourceCidrIP: "192.0.2.1", RWAccessType: nas.RWAccessReadOnly, UserAccessType: nas.UserAccessRootSquash, Priority: 7},
	},
}

// rulesOf returns what the rules of a group say, in order.
func rulesOf(t *testing.T, c *nas.Client, group string) (texts []string) {
	t.Helper()
	for rule, err := range c.AccessRules(t.Context(), nas.DescribeAccessRulesRequest{AccessGroupName: group}) {
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, ruleText(rule))
	}
	slices.Sort(texts)
	return texts
}

func ruleText(r nas.AccessRule) string {
	return fmt.Sprintf("%s%s %s %s %d", r.SourceCidrIP, r.IPv6SourceCidrIP, r.RWAccess, r.UserAccess, r.Priority)
}

// addRule adds a rule by hand.
func addRule(t *testing.T, c *nas.Client, source string) {
	t.Helper()
	if _, err := c.CreateAccessRule(t.Context(), nas.CreateAccessRuleRequest{AccessGroupName: "team", SourceCidrIP: source}); err != nil {
		t.Fatal(err)
	}
}

const (
	ruleOne = "10.0.0.0/8 RDWR no_squash 1"
	ruleTwo = "192.0.2.1 RDONLY root_squash 7"
)

// TestEnsureAccessGroup creates a group, finds it, changes its rules, and leaves
// others alone until it is asked to remove them.
func TestEnsureAccessGroup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := nastest.NewServer()
		client, ctx := srv.Client(), t.Context()
		ensure := func(in nas.EnsureAccessGroupRequest, rules []string, calls ...string) {
			t.Helper()
			before := len(srv.Calls())
			group, err := client.EnsureAccessGroup(ctx, in)
			if err != nil {
				t.Fatal(err)
			}
			sent := srv.Calls()[before:]
			if d := cmp.Diff(calls, sent); calls != nil && d != "" {
				t.Errorf("calls (-want +got):\n%s", d)
			}
			var got []string
			for _, r := range group.Rules {
				got = append(got, ruleText(r))
			}
			slices.Sort(got)
			if d := cmp.Diff(rules, got); d != "" {
				t.Errorf("rules returned (-want +got):\n%s", d)
			}
			if d := cmp.Diff(rules, rulesOf(t, client, "team")); d != "" {
				t.Errorf("rules (-want +got):\n%s", d)
			}
		}
		ensure(wantedGroup, []string{ruleOne, ruleTwo},
			"DescribeAccessGroups", "CreateAccessGroup", "DescribeAccessGroups", "DescribeAccessRules", "CreateAccessRule", "CreateAccessRule", "DescribeAccessRules")
		ensure(wantedGroup, []string{ruleOne, ruleTwo}, "DescribeAccessGroups", "DescribeAccessRules")

		addRule(t, client, "172.16.0.0/12")
		addRule(t, client, "10.0.0.9/8") // says the same as the first
		in := wantedGroup
		in.Rules = []nas.AccessRuleSpec{{SourceCidrIP: "10.1.2.3/8"}, {SourceCidrIP: "192.0.2.1/32", Priority: 100}}
		const two = "192.0.2.1/32 RDWR no_squash 100"
		ensure(in, []string{ruleOne, "10.0.0.9/8 RDWR no_squash 1", "172.16.0.0/12 RDWR no_squash 1", two},
			"DescribeAccessGroups", "DescribeAccessRules", "ModifyAccessRule", "DescribeAccessRules")
		in.RemoveOthers = true
		ensure(in, []string{ruleOne, two}, "DescribeAccessGroups", "DescribeAccessRules", "DeleteAccessRule", "DeleteAccessRule", "DescribeAccessRules")
		in.Rules = nil
		ensure(in, nil)
		if err := client.EnsureAccessGroupAbsent(ctx, "", "team"); err != nil {
			t.Fatal(err)
		}
		if _, err := client.DescribeAccessRules(ctx, nas.DescribeAccessRulesRequest{AccessGroupName: "team"}); !errors.Is(err, nas.CodeAccessGroupNotFound) {
			t.Error(err)
		}
	})
}

// TestEnsureAccessGroupKeeps removes nothing while a rule that is asked for lacks, and
// not the one copy of a rule that moves from page to page.
func TestEnsureAccessGroupKeeps(t *testing.T) {
	in := wantedGroup
	in.RemoveOthers = true
	synctest.Test(t, func(t *testing.T) {
		srv := nastest.NewServer()
		srv.AddAccessGroup("team")
		client := srv.Client()
		addRule(t, client, "172.16.0.0/12")
		srv.Inject("CreateAccessRule", nastest.ResponseLost)
		in := in
		in.Description = ""
		if _, err := client.EnsureAccessGroup(t.Context(), in); err != nil {
			t.Error(err)
		}
		calls := srv.Calls()
		if at := slices.Index(calls, "DeleteAccessRule"); at < 0 || calls[at-1] != "DescribeAccessRules" {
			t.Errorf("nothing is removed before a look shows the rest: %v", calls)
		}
	})
	in.Rules = in.Rules[:1]
	page := wiretest.Answer{Body: `{"RequestId":"r","PageNumber":1,"PageSize":1,"TotalCount":2,"AccessRules":{"AccessRule":[{"AccessRuleId":"1","SourceCidrIp":"10.0.0.0/8","RWAccess":"RDWR","UserAccess":"no_squash","Priority":1}]}}`}
	r := wiretest.Answering(wiretest.Answer{Body: `{"RequestId":"r","PageNumber":1,"PageSize":100,"TotalCount":1,"AccessGroups":{"AccessGroup":[{"AccessGroupName":"team","AccessGroupType":"vpc","Description":"who may mount"}]}}`},
		page, wiretest.Answer{Body: strings.Replace(page.Body, `"PageNumber":1`, `"PageNumber":2`, 1)})
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		group, err := newClient(t, r, nil).EnsureAccessGroup(ctx, in)
		if err != nil || len(group.Rules) != 1 || len(r.Requests()) != 3 {
			t.Errorf("%+v, %v, %d requests", group, err, len(r.Requests()))
		}
	})
}

// TestEnsureAccessGroupAbsentInUse has a group by which somebody mounts: it is refused
// at once, and keeps its rules.
func TestEnsureAccessGroupAbsentInUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, ctx := nastest.NewServer().Client(), t.Context()
		if _, err := client.EnsureAccessGroup(ctx, wantedGroup); err != nil {
			t.Fatal(err)
		}
		if _, err := client.CreateMountTarget(ctx, nas.CreateMountTargetRequest{
			FileSystemID: nastest.FileSystemID, NetworkType: "Vpc", VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID, AccessGroupName: "team",
		}); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if err := client.EnsureAccessGroupAbsent(ctx, "", "team"); !errors.Is(err, nas.CodeInvalidState) || time.Since(began) > time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		if d := cmp.Diff([]string{ruleOne, ruleTwo}, rulesOf(t, client, "team")); d != "" {
			t.Error(d)
		}
	})
}

// TestRepairAccessGroup has a description that is not as asked.
func TestRepairAccessGroup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := nastest.NewServer()
		client, ctx := srv.Client(), t.Context()
		if _, err := client.EnsureAccessGroup(ctx, wantedGroup); err != nil {
			t.Fatal(err)
		}
		in := wantedGroup
		in.Description, in.Rules = "another text", in.Rules[:1:1]
		in.Rules = append(in.Rules, nas.AccessRuleSpec{SourceCidrIP: "192.0.2.2"})
		want := []nas.Drift{{Field: "Description", Wanted: "another text", Found: "who may mount"}}
		group, err := client.EnsureAccessGroup(ctx, in)
		drift, ok := errors.AsType[*nas.DriftError](err)
		if !ok || !cmp.Equal(drift.Fields, want) || group.Description != "who may mount" || len(group.Rules) != 3 {
			t.Errorf("%+v, %v", group, err)
		}
		if got := rulesOf(t, client, "team"); len(got) != 3 {
			t.Errorf("the rules are ensured whatever the description is: %v", got)
		}
		repair, err := client.RepairAccessGroup(ctx, in)
		if d := cmp.Diff(nas.Repair{ResourceID: "team", Changed: want}, repair); d != "" || err != nil {
			t.Errorf("%v (-want +got):\n%s", err, d)
		}
		if repair, err = client.RepairAccessGroup(ctx, in); err != nil || repair.Changed != nil {
			t.Errorf("nothing is left to repair: %+v, %v", repair, err)
		}
		srv.Fail("ModifyAccessGroup", nas.APIError{StatusCode: 403, Code: nas.CodeForbidden})
		in.Description = "a third text"
		if repair, err = client.RepairAccessGroup(ctx, in); !errors.Is(err, nas.ErrAccessDenied) || len(repair.Left) != 1 {
			t.Errorf("%+v, %v", repair, err)
		}
	})
}

// TestEnsureAccessGroupFaults loses responses, is refused for a while, and has the
// group deleted by somebody else.
func TestEnsureAccessGroupFaults(t *testing.T) {
	busy := nas.APIError{StatusCode: 403, Code: nas.CodeInvalidState, Message: "busy"}
	for name, disturb := range map[string]func(*testing.T, *nastest.Server){
		"response to a rule lost": func(_ *testing.T, s *nastest.Server) { s.Inject("CreateAccessRule", nastest.ResponseLost) },
		"rule late, and list lags": func(_ *testing.T, s *nastest.Server) {
			s.Disturb(nastest.Disturbance{Late: 4 * time.Second, Lag: 5 * time.Second})
			s.Inject("CreateAccessRule", nastest.AppliedLate, nastest.AppliedLate)
		},
		"list lags": func(_ *testing.T, s *nastest.Server) { s.Disturb(nastest.Disturbance{Lag: 9 * time.Second}) },
		"response to the group lost": func(_ *testing.T, s *nastest.Server) {
			s.Inject("CreateAccessGroup", nastest.ResponseLost)
		},
		"busy": func(_ *testing.T, s *nastest.Server) {
			for _, operation := range []string{"CreateAccessGroup", "CreateAccessRule", "CreateAccessRule"} {
				s.Fail(operation, busy)
			}
		},
		"gone between": func(_ *testing.T, s *nastest.Server) {
			s.Fail("DescribeAccessRules", nas.APIError{StatusCode: 404, Code: nas.CodeAccessGroupNotFound})
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := nastest.NewServer()
				client := srv.Client()
				disturb(t, srv)
				for range 3 { // what the client remembers counts for later calls, too
					if group, err := client.EnsureAccessGroup(t.Context(), wantedGroup); err != nil || len(group.Rules) != 2 {
						t.Fatalf("%+v, %v", group, err)
					}
				}
				<-time.After(time.Minute)
				srv.Disturb(nastest.Disturbance{})
				if d := cmp.Diff([]string{ruleOne, ruleTwo}, rulesOf(t, client, "team")); d != "" {
					t.Errorf("rules (-want +got):\n%s", d)
				}
				srv.Fail("DeleteAccessGroup", busy)
				if err := client.EnsureAccessGroupAbsent(t.Context(), nas.FileSystemTypeStandard, "team"); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// TestEnsureAccessGroupEnds has failures that do not pass.
func TestEnsureAccessGroupEnds(t *testing.T) {
	for name, c := range map[string]struct {
		operation string
		refusal   nas.APIError
		want      error
	}{
		"denied to look":  {"DescribeAccessGroups", nas.APIError{StatusCode: 403, Code: nas.CodeForbidden}, nas.ErrAccessDenied},
		"denied to add":   {"CreateAccessRule", nas.APIError{StatusCode: 403, Code: nas.CodeForbidden}, nas.ErrAccessDenied},
		"too many groups": {"CreateAccessGroup", nas.APIError{StatusCode: 403, Code: "OperationDenied.AccessGroupCountsExceeded"}, nas.ErrQuotaExceeded},
		"IPv6":            {"CreateAccessRule", nas.APIError{StatusCode: 400, Code: nas.CodeAccessGroupNotSupportedIPv6}, nas.ErrInvalidRequest},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := nastest.NewServer()
				srv.Fail(c.operation, c.refusal)
				_, err := srv.Client().EnsureAccessGroup(t.Context(), wantedGroup)
				failed, ok := errors.AsType[*nas.WaitError](err)
				if !ok || failed.Operation != "EnsureAccessGroup" || !errors.Is(err, c.want) || !errors.Is(err, c.refusal.Code) {
					t.Errorf("%v", err)
				}
			})
		})
	}
	synctest.Test(t, func(t *testing.T) {
		srv := nastest.NewServer()
		srv.Inject("CreateAccessRule", slices.Repeat([]nastest.Fault{nastest.Reset}, 100)...)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err := srv.Client().EnsureAccessGroup(ctx, wantedGroup)
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "2 rules not as asked") {
			t.Error(err)
		}
	})
}

// TestEnsureAccessGroupRefuses sends nothing for what is not valid.
func TestEnsureAccessGroupRefuses(t *testing.T) {
	srv := nastest.NewServer()
	for want, change := range map[string]func(*nas.EnsureAccessGroupRequest){
		"AccessGroupName is required":                   func(in *nas.EnsureAccessGroupRequest) { in.AccessGroupName = "" },
		"AccessGroupName must not be the default group": func(in *nas.EnsureAccessGroupRequest) { in.AccessGroupName = nastest.AccessGroup },
		"Description must have 2 to 128 characters":     func(in *nas.EnsureAccessGroupRequest) { in.Description = "a" },
		"Rules must not repeat a key": func(in *nas.EnsureAccessGroupRequest) {
			in.Rules = append(in.Rules, nas.AccessRuleSpec{SourceCidrIP: "10.1.2.3/8"})
		},
		"Rules.3.SourceCidrIp or Ipv6SourceCidrIp is required, and not both": func(in *nas.EnsureAccessGroupRequest) { in.Rules = append(in.Rules, nas.AccessRuleSpec{}) },
		"Rules.3.Ipv6SourceCidrIp must be an IPv6 address or block": func(in *nas.EnsureAccessGroupRequest) {
			in.Rules = append(in.Rules, nas.AccessRuleSpec{IPv6SourceCidrIP: "10.0.0.1"})
		},
		"Rules.3.Priority must be 1 to 100": func(in *nas.EnsureAccessGroupRequest) {
			in.Rules = append(in.Rules, nas.AccessRuleSpec{SourceCidrIP: "10.0.0.1", Priority: 101})
		},
	} {
		in := wantedGroup
		in.Rules = slices.Clone(in.Rules)
		change(&in)
		if _, err := srv.Client().EnsureAccessGroup(t.Context(), in); !errors.Is(err, nas.ErrInvalidRequest) || !strings.Contains(err.Error(), want) {
			t.Errorf("want %s, got %v", want, err)
		}
	}
	if err := srv.Client().EnsureAccessGroupAbsent(t.Context(), "", ""); !errors.Is(err, nas.ErrInvalidRequest) {
		t.Error(err)
	}
	if calls := srv.Calls(); calls != nil {
		t.Error(calls)
	}
}

// groupSchedules is the service as random schedules drive its permission groups. A
// name is given once; rules are not.
var groupSchedules = &ensuretest.Service{
	Name: "nas groups",
	Worlds: map[string]func(ensuretest.Schedule) ensuretest.World{
		"with-others": func(s ensuretest.Schedule) ensuretest.World { return groupWorld(s, false) },
		"alone":       func(s ensuretest.Schedule) ensuretest.World { return groupWorld(s, true) },
	},
	Creates: func(r *http.Request) bool { return r.Header.Get("X-Acs-Action") == "CreateAccessGroup" },
	Deletes: func(r *http.Request) bool { return r.Header.Get("X-Acs-Action") == "DeleteAccessGroup" },
	Unique:  true,
	Keeps:   true,
	Marks:   []string{"found", "created", "found after a creation of unknown outcome", "drift", "died"},
}

// groupWorld is a NAS for schedules. What stands for a key is its group with its
// rules, in which copies count if they are to be removed. No group is deleted but to
// be absent, and no rule unless that is asked for.
func groupWorld(s ensuretest.Schedule, removeOthers bool) ensuretest.World {
	var mu sync.Mutex
	var deleted []string
	options := []nastest.Option{nastest.ClockOffset(s.Clock), nastest.ClockJitter(s.Jitter), nastest.PageLimit(s.Page)}
	if s.Clock == 0 { // to save time
		options = append(options, nastest.AnySignature())
	}
	srv := nastest.NewServer(options...)
	id := func(name string, rules []nas.AccessRule) string {
		texts := []string{name}
		for _, r := range rules {
			texts = append(texts, ruleText(r))
		}
		if slices.Sort(texts[1:]); !removeOthers {
			texts = slices.Compact(texts)
		}
		return strings.Join(texts, ", ")
	}
	return ensuretest.World{
		Disturb: func(d fake.Disturbance) {
			srv.Disturb(nastest.Disturbance{
				Faults: d.Faults, Mix: ensuretest.Mix[nastest.Fault](d.Mix), Late: d.Late, Lag: d.Lag, TagLag: d.TagLag, TagsLost: d.TagsLost,
				AnyCase: d.AnyCase, Shift: d.Shift, Seed: d.Seed,
			})
		},
		Caller: func(p ensuretest.Process) ensuretest.Caller {
			absent := false
			cfg := srv.Config()
			cfg.Settle, cfg.MaxAttempts = ensuretest.Settle, p.MaxAttempts
			inner := cfg.HTTPClient.Transport
			cfg.HTTPClient.Transport = p.Wrap(roundTripper(func(r *http.Request) (*http.Response, error) {
				action := r.Header.Get("X-Acs-Action")
				if !absent && strings.HasPrefix(action, "Delete") && !(removeOthers && action == "DeleteAccessRule") {
					mu.Lock()
					deleted = append(deleted, action+" "+r.URL.Query().Get("AccessGroupName"))
					mu.Unlock()
				}
				return inner.RoundTrip(r)
			}))
			c, err := nas.New(cfg)
			if err != nil {
				panic(err)
			}
			ensure := func(ctx context.Context, key, description string) (string, error) {
				in := wantedGroup
				in.AccessGroupName, in.Description, in.RemoveOthers = key, description, removeOthers
				group, err := c.EnsureAccessGroup(ctx, in)
				return id(key, group.Rules), err
			}
			return ensuretest.Caller{
				Ensure: func(ctx context.Context, key string) (string, error) { return ensure(ctx, key, "as asked") },
				Other:  func(ctx context.Context, key string) (string, error) { return ensure(ctx, key, "of another") },
				Absent: func(ctx context.Context, key string) error {
					absent = true
					return c.EnsureAccessGroupAbsent(ctx, "", key)
				},
				Duplicates: func(err error) []string {
					if e, ok := errors.AsType[*nas.DuplicateError](err); ok {
						return e.IDs
					}
					return nil
				},
				Drifts: func(err error) bool {
					_, ok := errors.AsType[*nas.DriftError](err)
					return ok
				},
			}
		},
		Standing: func(key string) []string {
			var rules []nas.AccessRule
			for rule, err := range srv.Client().AccessRules(context.Background(), nas.DescribeAccessRulesRequest{AccessGroupName: key}) {
				switch {
				case errors.Is(err, nas.CodeAccessGroupNotFound):
					return nil
				case err != nil:
					panic(err)
				}
				rules = append(rules, rule)
			}
			return []string{id(key, rules)}
		},
		Wrong: func() []string { return deleted },
	}
}

// TestGroupSchedules and the next five drive EnsureAccessGroup through schedules.
func TestGroupSchedules(t *testing.T)      { fewer(t); groupSchedules.TestSchedules(t) }
func TestGroupAlike(t *testing.T)          { groupSchedules.TestAlike(t) }
func TestGroupRivals(t *testing.T)         { groupSchedules.TestRivals(t) }
func TestGroupSameInstant(t *testing.T)    { groupSchedules.TestSameInstant(t) }
func TestGroupContexts(t *testing.T)       { groupSchedules.TestContexts(t) }
func TestGroupAbsentContexts(t *testing.T) { groupSchedules.TestAbsentContexts(t) }

// TestGroupFleet makes no call after the weather, which would remove copies.
func TestGroupFleet(t *testing.T) {
	fleet := *groupSchedules
	fleet.Worlds = map[string]func(ensuretest.Schedule) ensuretest.World{"with-others": fleet.Worlds["with-others"]}
	fleet.TestFleet(t)
}
