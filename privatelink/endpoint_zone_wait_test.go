package privatelink_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/privatelink"
	"github.com/accesspoint-go/accesspoint/privatelink/privatelinktest"
)

// TestWaitVpcEndpointZone waits for a zone to come, and to go.
func TestWaitVpcEndpointZone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := privatelinktest.NewServer(privatelinktest.ReadyAfter(40*time.Second), privatelinktest.GoneAfter(20*time.Second))
		id, client, ctx := create(t, srv), srv.Client(), t.Context()
		if _, err := client.WaitVpcEndpointReady(ctx, id, privatelink.WaitOptions{}); err != nil {
			t.Fatal(err)
		}
		if _, err := client.AddZoneToVpcEndpoint(ctx, privatelink.AddZoneToVpcEndpointRequest{
			EndpointID: id, ZoneID: privatelinktest.ZoneID, VSwitchID: privatelinktest.VSwitchID,
		}); err != nil {
			t.Fatal(err)
		}
		var states []string
		opts := privatelink.WaitOptions{OnPoll: func(_ int, _ time.Duration, state string) {
			if state != "" && !slices.Contains(states, state) {
				states = append(states, state)
			}
		}}
		start := time.Now()
		srv.Inject("ListVpcEndpointZones", privatelinktest.Throttle, privatelinktest.Reset, privatelinktest.ServerError)
		zone, err := client.WaitVpcEndpointZoneAdded(ctx, id, privatelinktest.ZoneID, opts)
		if err != nil || zone.ZoneStatus != privatelink.ZoneStatusWait || zone.ZoneID != privatelinktest.ZoneID {
			t.Errorf("got %+v, %v", zone, err)
		}
		if took := time.Since(start); took < 20*time.Second || took > 40*time.Second {
			t.Errorf("took %v", took)
		}
		if _, err := client.RemoveZoneFromVpcEndpoint(ctx, privatelink.RemoveZoneFromVpcEndpointRequest{EndpointID: id, ZoneID: privatelinktest.ZoneID}); err != nil {
			t.Fatal(err)
		}
		start = time.Now()
		if err := client.WaitVpcEndpointZoneRemoved(ctx, id, privatelinktest.ZoneID, opts); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took < 20*time.Second || took > 40*time.Second {
			t.Errorf("took %v", took)
		}
		if d := cmp.Diff([]string{"Creating", "Deleting"}, states); d != "" {
			t.Errorf("states (-want +got):\n%s", d)
		}
		if err := client.WaitVpcEndpointZoneRemoved(ctx, id, privatelinktest.ZoneID, opts); err != nil {
			t.Errorf("of one that is gone: %v", err)
		}
	})
}

// TestWaitVpcEndpointZoneFails checks what ends the two waits before their time.
func TestWaitVpcEndpointZoneFails(t *testing.T) {
	zone := func(status string) wiretest.Answer {
		return wiretest.Answer{Body: `{"RequestId":"R","Zones":[{"ZoneId":"other","ZoneStatus":"Connected"},{"ZoneId":"z","ZoneStatus":"` + status + `"}]}`}
	}
	added := func(ctx context.Context, c *privatelink.Client) error {
		_, err := c.WaitVpcEndpointZoneAdded(ctx, "ep-1", "z", privatelink.WaitOptions{})
		return err
	}
	removed := func(ctx context.Context, c *privatelink.Client) error {
		return c.WaitVpcEndpointZoneRemoved(ctx, "ep-1", "z", privatelink.WaitOptions{})
	}
	for name, c := range map[string]struct {
		wait    func(context.Context, *privatelink.Client) error
		answers []wiretest.Answer
		polls   int // 0 for any
		is      error
	}{
		"added, deleting for three polls": {added, []wiretest.Answer{zone("Deleting"), zone("Creating"), zone("deleting")}, 5, nil},
		"added, never there":              {added, []wiretest.Answer{{Body: `{"RequestId":"R","Zones":[{"ZoneId":"other","ZoneStatus":"Connected"}]}`}}, 0, privatelink.ErrNotFound},
		"added, denied":                   {added, []wiretest.Answer{refusal(403, privatelink.CodeForbidden)}, 1, privatelink.ErrAccessDenied},
		"removed, denied":                 {removed, []wiretest.Answer{refusal(403, privatelink.CodeForbidden)}, 1, privatelink.ErrAccessDenied},
		"removed, no such endpoint":       {removed, []wiretest.Answer{refusal(400, privatelink.CodeEndpointNotFound)}, 0, privatelink.CodeEndpointNotFound},
		"removed, it stays for an hour":   {removed, []wiretest.Answer{zone("Deleting")}, 0, context.DeadlineExceeded},
		"added, it is made for an hour":   {added, []wiretest.Answer{zone("Creating")}, 0, context.DeadlineExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
				defer cancel()
				err := c.wait(ctx, newClient(t, wiretest.Answering(c.answers...), nil))
				failed, ok := errors.AsType[*privatelink.WaitError](err)
				if !ok || c.polls != 0 && failed.Polls != c.polls || c.is != nil && !errors.Is(err, c.is) {
					t.Errorf("got %+v", err)
				}
			})
		})
	}
	synctest.Test(t, func(t *testing.T) {
		r := wiretest.Answering(wiretest.Answer{Body: `{"RequestId":"R","Zones":[]}`}, zone("CREATING"), zone("CONNECTED"))
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		if err := added(ctx, newClient(t, r, nil)); err != nil || len(r.Requests()) != 3 {
			t.Errorf("late, and in other case: %v after %d polls", err, len(r.Requests()))
		}
	})
}
