package nas_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

// TestShiftTwice has the oldest access point of a key slip past the reader of a list
// twice, because others before it are deleted. The totals of the pages tell.
func TestShiftTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var srv *nastest.Server
		lists := 0
		gone := map[int]string{} // after which list request, from now on, an access point goes
		srv = nastest.NewServer(nastest.PageLimit(1), nastest.OnRequest(func(r nastest.Request) {
			if r.Operation != "ListAccessPoints" {
				return
			}
			if lists++; gone[lists] != "" {
				srv.Ask("DeleteAccessPoint", map[string]string{"FileSystemId": nastest.FileSystemID, "AccessPointId": gone[lists]})
			}
		}))
		srv.Disturb(nastest.Disturbance{Shift: true})
		client, ctx := srv.Client(), t.Context()
		create := func(tags ...nas.Tag) string {
			out, err := client.CreateAccessPoint(ctx, nas.CreateAccessPointRequest{
				FileSystemID: nastest.FileSystemID, VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID, AccessGroup: nastest.AccessGroup, Tags: tags,
			})
			if err != nil {
				t.Fatal(err)
			}
			<-time.After(time.Minute)
			return out.AccessPoint.AccessPointID
		}
		a, b := create(), create()
		of := func(call string) []nas.Tag {
			return []nas.Tag{{Key: "accesspoint-key", Value: "k"}, {Key: "accesspoint-call", Value: call}}
		}
		oldest, younger := create(of("1")...), create(of("2")...)
		gone[3], gone[6] = a, b // before the third page of the first reading, and the second of the second
		ap, err := client.EnsureAccessPoint(ctx, "k", nas.CreateAccessPointRequest{FileSystemID: nastest.FileSystemID, VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID})
		if err != nil || ap.AccessPointID != oldest {
			t.Errorf("%s and then %s were created, %s is returned, %v", oldest, younger, ap.AccessPointID, err)
		}
		left := slices.DeleteFunc([]string{a, b, oldest, younger}, func(id string) bool {
			status, _ := srv.Ask("DescribeAccessPoint", map[string]string{"FileSystemId": nastest.FileSystemID, "AccessPointId": id})
			return status == 404
		})
		if !slices.Equal(left, []string{oldest}) {
			t.Errorf("%v are left, not %s", left, oldest)
		}
	})
}
