package hostile

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/efs/efstest"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
	"github.com/accesspoint-go/accesspoint/privatelink"
	"github.com/accesspoint-go/accesspoint/privatelink/privatelinktest"
)

// TestEnsureKeepsID has every service that names what it creates fail after the
// creation: the context ends, or a read is refused. The value and the error name what
// was created, and the next call returns it.
func TestEnsureKeepsID(t *testing.T) {
	for service, ensure := range map[string]func(denied string) (call func(context.Context) (id string, err error)){
		"nas": func(denied string) func(context.Context) (string, error) {
			srv := nastest.NewServer(nastest.ReadyAfter(20 * time.Second))
			switch denied {
			case "look": // after the one that finds none; who is denied a shared one asks once more
				srv.Inject("ListAccessPoints", 0, nastest.Denied, nastest.Denied)
			case "wait":
				srv.Inject("DescribeAccessPoint", nastest.Denied)
			}
			return func(ctx context.Context) (string, error) {
				ap, err := srv.Client().EnsureAccessPoint(ctx, "k", nas.CreateAccessPointRequest{FileSystemID: nastest.FileSystemID, VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID})
				return ap.AccessPointID, err
			}
		},
		"efs": func(denied string) func(context.Context) (string, error) {
			srv := efstest.NewServer(efstest.ReadyAfter(20 * time.Second))
			switch denied {
			case "look":
				srv.Inject("DescribeAccessPoints", efstest.Denied)
			case "wait":
				srv.Inject("DescribeAccessPoints", 0, efstest.Denied)
			}
			return func(ctx context.Context) (string, error) {
				ap, err := srv.Client().EnsureAccessPoint(ctx, "k", efs.CreateAccessPointRequest{FileSystemID: efstest.FileSystemID})
				return ap.AccessPointID, err
			}
		},
		"privatelink": func(denied string) func(context.Context) (string, error) {
			srv := privatelinktest.NewServer(privatelinktest.ReadyAfter(20 * time.Second))
			switch denied {
			case "look": // after the one that finds none
				srv.Inject("ListVpcEndpoints", 0, privatelinktest.Denied)
			case "wait":
				srv.Inject("GetVpcEndpointAttribute", privatelinktest.Denied)
			}
			return func(ctx context.Context) (string, error) {
				ep, err := srv.Client().EnsureVpcEndpoint(ctx, "k", privatelink.CreateVpcEndpointRequest{
					ServiceID: privatelinktest.ServiceID, VpcID: privatelinktest.VpcID, SecurityGroupIDs: []string{privatelinktest.SecurityGroupID},
				})
				return ep.EndpointID, err
			}
		},
	} {
		for _, fails := range []string{"the context ends", "look", "wait"} {
			t.Run(service+", "+fails, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					denied, patience := fails, time.Hour
					if fails == "the context ends" {
						denied, patience = "", 5*time.Second
					}
					call := ensure(denied)
					ctx, cancel := context.WithTimeout(t.Context(), patience)
					defer cancel()
					id, err := call(ctx)
					if id == "" || err == nil || !strings.Contains(err.Error(), id) {
						t.Errorf("got %q, %v", id, err)
					}
					if denied != "" != errors.Is(err, nas.ErrAccessDenied) {
						t.Errorf("got %v", err)
					}
					again, err := call(t.Context())
					if again != id || err != nil {
						t.Errorf("created %s; called again: %s, %v", id, again, err)
					}
				})
			})
		}
	}
}
