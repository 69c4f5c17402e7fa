package hostile

import (
	"context"
	"testing"

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

// TestNilContext calls what waits without a context: an error, and no panic.
func TestNilContext(t *testing.T) {
	var none context.Context
	const text = "CreateAccessPoint:AccessPointName=a&Bucket=b&from=2026-05-01T12%3A00%3A00Z&to=2026-05-01T12%3A00%3A03Z"
	n, o, e := nastest.NewServer().Client(), osstest.NewServer().Client(), efstest.NewServer().Client()
	p, k := privatelinktest.NewServer().Client(), kmstest.NewServer().Client()
	for name, call := range map[string]func() error{
		"nas ensure": func() error {
			_, err := n.EnsureAccessPoint(none, "k", nas.CreateAccessPointRequest{FileSystemID: nastest.FileSystemID, VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID})
			return err
		},
		"nas absent": func() error { return n.EnsureAccessPointAbsent(none, nastest.FileSystemID, "k") },
		"nas resume": func() error { _, err := n.Resume(none, "accesspoint:2:nas:cn-hangzhou:"+text); return err },
		"oss ensure": func() error {
			_, err := o.EnsureAccessPoint(none, oss.EnsureAccessPointRequest{Bucket: osstest.Bucket, AccessPointName: "ap-1", NetworkOrigin: oss.NetworkOriginInternet})
			return err
		},
		"oss absent": func() error { return o.EnsureAccessPointAbsent(none, osstest.Bucket, "ap-1") },
		"oss resume": func() error { _, err := o.Resume(none, "accesspoint:2:oss:cn-hangzhou:"+text); return err },
		"efs ensure": func() error {
			_, err := e.EnsureAccessPoint(none, "k", efs.CreateAccessPointRequest{FileSystemID: efstest.FileSystemID})
			return err
		},
		"efs absent": func() error { return e.EnsureAccessPointAbsent(none, efstest.FileSystemID, "k") },
		"privatelink ensure": func() error {
			_, err := p.EnsureVpcEndpoint(none, "k", privatelink.CreateVpcEndpointRequest{
				ServiceID: privatelinktest.ServiceID, VpcID: privatelinktest.VpcID, SecurityGroupIDs: []string{privatelinktest.SecurityGroupID},
			})
			return err
		},
		"privatelink absent": func() error { return p.EnsureVpcEndpointAbsent(none, privatelinktest.VpcID, "k") },
		"kms ensure": func() error {
			_, err := k.EnsureNetworkRule(none, kms.CreateNetworkRuleRequest{Name: "r", SourcePrivateIP: []string{"10.0.0.1"}})
			return err
		},
		"kms absent": func() error { return k.EnsureNetworkRuleAbsent(none, "r") },
		"kms flow":   func() error { _, err := k.ProvisionAccessPoint(none, kms.AccessPointPlan{}); return err },
	} {
		if err := call(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
