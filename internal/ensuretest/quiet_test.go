package ensuretest_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/efs/efstest"
	"github.com/accesspoint-go/accesspoint/kms"
	"github.com/accesspoint-go/accesspoint/kms/kmstest"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
	"github.com/accesspoint-go/accesspoint/oss"
	"github.com/accesspoint-go/accesspoint/oss/osstest"
	"github.com/accesspoint-go/accesspoint/privatelink"
	"github.com/accesspoint-go/accesspoint/privatelink/privatelinktest"
)

// A life is what a healthy program does with an access point, step by step.
type life struct {
	ensure, remove, waitForDeletion, absent func(context.Context) error
}

// lives returns, for each of the five services, what makes clients of one server that
// write to a log.
var lives = map[string]func() func(*slog.Logger) (life, error){
	"nas": func() func(*slog.Logger) (life, error) {
		srv := nastest.NewServer(nastest.ReadyAfter(3*time.Second), nastest.GoneAfter(3*time.Second))
		return func(log *slog.Logger) (life, error) {
			cfg := srv.Config()
			cfg.Logger = log
			c, err := nas.New(cfg)
			id := ""
			return life{
				ensure: func(ctx context.Context) error {
					ap, err := c.EnsureAccessPoint(ctx, "a", nas.CreateAccessPointRequest{FileSystemID: nastest.FileSystemID, VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID})
					id = ap.AccessPointID
					return err
				},
				remove: func(ctx context.Context) error {
					_, err := c.DeleteAccessPoint(ctx, nas.DeleteAccessPointRequest{FileSystemID: nastest.FileSystemID, AccessPointID: id})
					return err
				},
				waitForDeletion: func(ctx context.Context) error {
					return c.WaitAccessPointDeleted(ctx, nastest.FileSystemID, id, nas.WaitOptions{})
				},
				absent: func(ctx context.Context) error { return c.EnsureAccessPointAbsent(ctx, nastest.FileSystemID, "a") },
			}, err
		}
	},
	"oss": func() func(*slog.Logger) (life, error) {
		srv := osstest.NewServer(osstest.ReadyAfter(3*time.Second), osstest.GoneAfter(3*time.Second))
		return func(log *slog.Logger) (life, error) {
			cfg := srv.Config()
			cfg.Logger = log
			c, err := oss.New(cfg)
			return life{
				ensure: func(ctx context.Context) error {
					_, err := c.EnsureAccessPoint(ctx, oss.EnsureAccessPointRequest{
						Bucket: osstest.Bucket, AccessPointName: "ap-01", NetworkOrigin: oss.NetworkOriginInternet,
						Policy: `{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:GetObject","Principal":["1"],"Resource":"*"}]}`,
					})
					return err
				},
				remove: func(ctx context.Context) error {
					_, err := c.DeleteAccessPoint(ctx, oss.DeleteAccessPointRequest{Bucket: osstest.Bucket, AccessPointName: "ap-01"})
					return err
				},
				waitForDeletion: func(ctx context.Context) error {
					return c.WaitAccessPointDeleted(ctx, osstest.Bucket, "ap-01", oss.WaitOptions{})
				},
				absent: func(ctx context.Context) error { return c.EnsureAccessPointAbsent(ctx, osstest.Bucket, "ap-01") },
			}, err
		}
	},
	"efs": func() func(*slog.Logger) (life, error) {
		srv := efstest.NewServer(efstest.ReadyAfter(3*time.Second), efstest.GoneAfter(3*time.Second))
		return func(log *slog.Logger) (life, error) {
			cfg := srv.Config()
			cfg.Logger = log
			c, err := efs.New(cfg)
			id := ""
			return life{
				ensure: func(ctx context.Context) error {
					ap, err := c.EnsureAccessPoint(ctx, "a", efs.CreateAccessPointRequest{FileSystemID: efstest.FileSystemID})
					id = ap.AccessPointID
					return err
				},
				remove: func(ctx context.Context) error {
					_, err := c.DeleteAccessPoint(ctx, efs.DeleteAccessPointRequest{AccessPointID: id})
					return err
				},
				waitForDeletion: func(ctx context.Context) error {
					return c.WaitAccessPointDeleted(ctx, id, efs.WaitOptions{})
				},
				absent: func(ctx context.Context) error { return c.EnsureAccessPointAbsent(ctx, efstest.FileSystemID, "a") },
			}, err
		}
	},
	"privatelink": func() func(*slog.Logger) (life, error) {
		srv := privatelinktest.NewServer(privatelinktest.ReadyAfter(3*time.Second), privatelinktest.GoneAfter(3*time.Second))
		return func(log *slog.Logger) (life, error) {
			cfg := srv.Config()
			cfg.Logger = log
			c, err := privatelink.New(cfg)
			id := ""
			return life{
				ensure: func(ctx context.Context) error {
					ep, err := c.EnsureVpcEndpoint(ctx, "a", privatelink.CreateVpcEndpointRequest{
						VpcID: privatelinktest.VpcID, ServiceID: privatelinktest.ServiceID, SecurityGroupIDs: []string{privatelinktest.SecurityGroupID},
					})
					id = ep.EndpointID
					return err
				},
				remove: func(ctx context.Context) error {
					_, err := c.DeleteVpcEndpoint(ctx, privatelink.DeleteVpcEndpointRequest{EndpointID: id})
					return err
				},
				waitForDeletion: func(ctx context.Context) error {
					return c.WaitVpcEndpointDeleted(ctx, id, privatelink.WaitOptions{})
				},
				absent: func(ctx context.Context) error { return c.EnsureVpcEndpointAbsent(ctx, privatelinktest.VpcID, "a") },
			}, err
		}
	},
	"kms": func() func(*slog.Logger) (life, error) {
		srv := kmstest.NewServer()
		return func(log *slog.Logger) (life, error) {
			cfg := srv.Config()
			cfg.Logger = log
			c, err := kms.New(cfg)
			return life{
				ensure: func(ctx context.Context) error {
					_, err := c.EnsureNetworkRule(ctx, kms.CreateNetworkRuleRequest{Name: "a", Type: kms.NetworkRulePrivate, SourcePrivateIP: []string{"10.0.0.0/8"}})
					return err
				},
				remove: func(ctx context.Context) error {
					_, err := c.DeleteNetworkRule(ctx, kms.DeleteNetworkRuleRequest{Name: "a"})
					return err
				},
				waitForDeletion: func(context.Context) error { return nil }, // there is none: it is gone at once
				absent:          func(ctx context.Context) error { return c.EnsureNetworkRuleAbsent(ctx, "a") },
			}, err
		}
	},
}

// TestQuiet looks at the log of two healthy processes: nothing is at Warn or above, also
// not the failures by which a call learns that a resource exists or is gone.
func TestQuiet(t *testing.T) {
	for name, server := range lives {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log bytes.Buffer // its handler locks
				logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn}))
				client := server()
				one, err := client(logger)
				other, failed := client(logger)
				if err != nil || failed != nil {
					t.Fatal(err, failed)
				}
				both := func(ctx context.Context) (err error) {
					var all sync.WaitGroup
					all.Go(func() { err = one.ensure(ctx) })
					failed := other.ensure(ctx)
					all.Wait()
					return errors.Join(err, failed)
				}
				for i, step := range []func(context.Context) error{
					one.ensure, one.ensure, one.remove, one.waitForDeletion, one.absent, both, other.ensure, one.absent, other.absent,
				} {
					if err := step(t.Context()); err != nil {
						t.Errorf("step %d: %v", i, err)
					}
				}
				if log.Len() > 0 {
					t.Error(log.String())
				}
			})
		})
	}
}
