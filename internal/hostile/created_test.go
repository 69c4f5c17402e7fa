package hostile

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/efs/efstest"
	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/kms"
	"github.com/accesspoint-go/accesspoint/kms/kmstest"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
	"github.com/accesspoint-go/accesspoint/oss"
	"github.com/accesspoint-go/accesspoint/oss/osstest"
	"github.com/accesspoint-go/accesspoint/privatelink"
	"github.com/accesspoint-go/accesspoint/privatelink/privatelinktest"
)

// A creator sends one creation, and counts what the service has of it.
type creator struct {
	inject func(fake.Fault)
	create func(context.Context) error
	count  func() int
}

// creators returns one for each operation that creates something, each with a service
// of its own.
func creators(t *testing.T) map[string]func() creator {
	all := map[string]func() creator{}
	asking := func(ask func(string, map[string]string) (int, []byte), list string, params map[string]string, mark string) func() int {
		return func() int {
			status, body := ask(list, params)
			if status != 200 {
				t.Fatalf("%s: %d %s", list, status, body)
			}
			return strings.Count(string(body), mark)
		}
	}
	add := func(operation, list string, params map[string]string, mark string, srv func() any, create func(ctx context.Context, client any) error) {
		all[fmt.Sprintf("%T %s", srv(), operation)] = func() creator {
			c := creator{}
			switch s := srv().(type) {
			case *nastest.Server:
				client := s.Client()
				c = creator{func(f fake.Fault) { s.Inject(operation, nastest.Fault(f)) }, func(ctx context.Context) error { return create(ctx, client) }, asking(s.Ask, list, params, mark)}
			case *osstest.Server:
				client := s.Client()
				c = creator{func(f fake.Fault) { s.Inject(operation, osstest.Fault(f)) }, func(ctx context.Context) error { return create(ctx, client) }, asking(s.Ask, list, params, mark)}
			case *efstest.Server:
				client := s.Client()
				c = creator{func(f fake.Fault) { s.Inject(operation, efstest.Fault(f)) }, func(ctx context.Context) error { return create(ctx, client) }, asking(s.Ask, list, params, mark)}
			case *privatelinktest.Server:
				client := s.Client()
				c = creator{func(f fake.Fault) { s.Inject(operation, privatelinktest.Fault(f)) }, func(ctx context.Context) error { return create(ctx, client) }, asking(s.Ask, list, params, mark)}
			case *kmstest.Server:
				client := s.Client()
				c = creator{func(f fake.Fault) { s.Inject(operation, kmstest.Fault(f)) }, func(ctx context.Context) error { return create(ctx, client) }, asking(s.Ask, list, params, mark)}
			}
			return c
		}
	}
	const late, latency = 3 * time.Second, 50 * time.Millisecond

	onNAS := func() any {
		s := nastest.NewServer(nastest.Latency(latency))
		s.Disturb(nastest.Disturbance{Late: late})
		return s
	}
	fs := map[string]string{"FileSystemId": nastest.FileSystemID}
	add("CreateAccessPoint", "ListAccessPoints", fs, `"AccessPointName":"new"`, onNAS, func(ctx context.Context, c any) error {
		_, err := c.(*nas.Client).CreateAccessPoint(ctx, nas.CreateAccessPointRequest{FileSystemID: nastest.FileSystemID, VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID, AccessPointName: "new"})
		return err
	})
	add("CreateFileSystem", "DescribeFileSystems", nil, `"Description":"new"`, onNAS, func(ctx context.Context, c any) error {
		_, err := c.(*nas.Client).CreateFileSystem(ctx, nas.CreateFileSystemRequest{StorageType: nas.StorageCapacity, ProtocolType: nas.ProtocolNFS, Description: "new"})
		return err
	})
	add("CreateMountTarget", "DescribeMountTargets", fs, `"MountTargetDomain":`, onNAS, func(ctx context.Context, c any) error {
		_, err := c.(*nas.Client).CreateMountTarget(ctx, nas.CreateMountTargetRequest{FileSystemID: nastest.FileSystemID, NetworkType: "Vpc", VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID, AccessGroupName: nastest.AccessGroup})
		return err
	})
	add("CreateAccessGroup", "DescribeAccessGroups", nil, `"AccessGroupName":"new"`, onNAS, func(ctx context.Context, c any) error {
		_, err := c.(*nas.Client).CreateAccessGroup(ctx, nas.CreateAccessGroupRequest{AccessGroupName: "new", AccessGroupType: nas.AccessGroupTypeVPC})
		return err
	})
	add("CreateAgenticSpace", "DescribeAgenticSpaces", map[string]string{"FileSystemId": nastest.AgenticFileSystemID}, `"/new`, onNAS, func(ctx context.Context, c any) error {
		_, err := c.(*nas.Client).CreateAgenticSpace(ctx, nas.CreateAgenticSpaceRequest{FileSystemID: nastest.AgenticFileSystemID, FileSystemPath: "/new", Azone: nastest.Region + "-g", Quota: nas.AgenticSpaceQuota{SizeLimit: 10 << 30, FileCountLimit: 10_000}})
		return err
	})

	onOSS := func() any {
		s := osstest.NewServer(osstest.Latency(latency))
		s.Disturb(osstest.Disturbance{Late: late})
		return s
	}
	add("CreateAccessPoint", "ListAccessPoints", map[string]string{"Bucket": osstest.Bucket}, "<AccessPointName>new-one<", onOSS, func(ctx context.Context, c any) error {
		_, err := c.(*oss.Client).CreateAccessPoint(ctx, oss.CreateAccessPointRequest{Bucket: osstest.Bucket, AccessPointName: "new-one", NetworkOrigin: oss.NetworkOriginInternet})
		return err
	})

	onEFS := func() any {
		s := efstest.NewServer(efstest.Latency(latency))
		s.Disturb(efstest.Disturbance{Late: late})
		return s
	}
	efsFS := map[string]string{"FileSystemId": efstest.FileSystemID}
	add("CreateAccessPoint", "DescribeAccessPoints", efsFS, `"AccessPointId":`, onEFS, func(ctx context.Context, c any) error {
		_, err := c.(*efs.Client).CreateAccessPoint(ctx, efs.CreateAccessPointRequest{FileSystemID: efstest.FileSystemID})
		return err
	})
	add("CreateFileSystem", "DescribeFileSystems", nil, `"FileSystemId":`, onEFS, func(ctx context.Context, c any) error {
		_, err := c.(*efs.Client).CreateFileSystem(ctx, efs.CreateFileSystemRequest{})
		return err
	})
	add("CreateMountTarget", "DescribeMountTargets", efsFS, `"MountTargetId":`, onEFS, func(ctx context.Context, c any) error {
		_, err := c.(*efs.Client).CreateMountTarget(ctx, efs.CreateMountTargetRequest{FileSystemID: efstest.FileSystemID, SubnetID: efstest.OtherSubnetID})
		return err
	})

	onPrivateLink := func() any {
		s := privatelinktest.NewServer(privatelinktest.Latency(latency))
		s.Disturb(privatelinktest.Disturbance{Late: late})
		return s
	}
	region := map[string]string{"RegionId": privatelinktest.Region}
	add("CreateVpcEndpoint", "ListVpcEndpoints", region, `"EndpointId":`, onPrivateLink, func(ctx context.Context, c any) error {
		_, err := c.(*privatelink.Client).CreateVpcEndpoint(ctx, privatelink.CreateVpcEndpointRequest{ServiceID: privatelinktest.ServiceID, VpcID: privatelinktest.VpcID, SecurityGroupIDs: []string{privatelinktest.SecurityGroupID}})
		return err
	})
	add("CreateVpcEndpointService", "ListVpcEndpointServices", region, `"ServiceId":`, onPrivateLink, func(ctx context.Context, c any) error {
		_, err := c.(*privatelink.Client).CreateVpcEndpointService(ctx, privatelink.CreateVpcEndpointServiceRequest{
			Resources: []privatelink.ServiceResource{{ResourceType: privatelink.ServiceResourceSLB, ResourceID: privatelinktest.LoadBalancerID, ZoneID: privatelinktest.ZoneID}},
		})
		return err
	})

	onKMS := func() any {
		s := kmstest.NewServer(kmstest.Latency(latency))
		s.Disturb(kmstest.Disturbance{Late: late})
		return s
	}
	add("CreateNetworkRule", "ListNetworkRules", nil, `"Name":"new"`, onKMS, func(ctx context.Context, c any) error {
		_, err := c.(*kms.Client).CreateNetworkRule(ctx, kms.CreateNetworkRuleRequest{Name: "new", Type: kms.NetworkRulePrivate, SourcePrivateIP: []string{"10.0.0.0/8"}})
		return err
	})
	add("CreatePolicy", "ListPolicies", nil, `"Name":"new"`, onKMS, func(ctx context.Context, c any) error {
		_, err := c.(*kms.Client).CreatePolicy(ctx, kms.CreatePolicyRequest{Name: "new", KmsInstance: kmstest.InstanceID, Permissions: []kms.Permission{kms.PermissionKeyUser}, Resources: []string{"key/*"}})
		return err
	})
	return all
}

// TestCreatesNothing has each creation meet every fault, one after the other and until
// its context ends. If it fails with an error that is no ErrOutcomeUnknown and names no
// resource, it has created nothing, then or later.
func TestCreatesNothing(t *testing.T) {
	for name, start := range creators(t) {
		failed, created := 0, 0
		for first := fake.Fault(1); first <= fake.EmptyList; first++ {
			for second := fake.Fault(0); second <= fake.EmptyList; second++ {
				for _, timeout := range []time.Duration{30 * time.Millisecond, 70 * time.Millisecond, time.Hour} {
					if second > 0 && timeout < time.Hour && second != first {
						continue // there is no time for it
					}
					synctest.Test(t, func(t *testing.T) {
						c := start()
						before := c.count()
						c.inject(first)
						for range 9 {
							c.inject(second)
						}
						ctx, cancel := context.WithTimeout(t.Context(), timeout)
						defer cancel()
						err := c.create(ctx)
						<-time.After(time.Minute) // of the bubble, for what is applied late
						n := c.count() - before
						if n > 1 {
							t.Errorf("%s, %v and %v: created %d", name, first, second, n)
						}
						if err == nil {
							return
						}
						failed++
						if errors.Is(err, nas.ErrOutcomeUnknown) {
							created += n
							return
						}
						if n > 0 && resourceIn(err) == "" {
							t.Errorf("%s, %v and %v within %v: created, but %v", name, first, second, timeout, err)
						}
					})
				}
			}
		}
		if failed == 0 || created == 0 {
			t.Errorf("%s: %d calls failed, and %d of them created something", name, failed, created)
		}
	}
}

// resourceIn returns the resource that the *APIError of a service names.
func resourceIn(err error) string {
	for ; err != nil; err = errors.Unwrap(err) {
		if v := reflect.Indirect(reflect.ValueOf(err)); v.Kind() == reflect.Struct && v.Type().Name() == "APIError" {
			return v.FieldByName("ResourceID").String()
		}
	}
	return ""
}

// failsLater is a limiter, and a source of credentials, that fails from the second time.
type failsLater struct{ waits, keys int }

func (f *failsLater) Wait(context.Context) error {
	if f.waits++; f.waits > 1 {
		return errors.New("the quota server is down")
	}
	return nil
}

func (f *failsLater) Retrieve(context.Context) (id, secret, token string, expires time.Time, err error) {
	if f.keys++; f.keys > 1 {
		return "", "", "", time.Time{}, errors.New("the key server is down")
	}
	return "test", "secret", "", time.Now().Add(time.Millisecond), nil
}

// TestCreatedAndNoMore has the answer to a creation with a token get lost, and no attempt
// after that.
func TestCreatedAndNoMore(t *testing.T) {
	for _, what := range []string{"limiter", "credentials"} {
		synctest.Test(t, func(t *testing.T) {
			later := &failsLater{}
			e := efstest.NewServer(efstest.AnySignature())
			e.Inject("CreateAccessPoint", efstest.ResponseLost)
			onEFS, err := e.Client().With(func(c *efs.Config) {
				if c.Limiter = later; what == "credentials" {
					c.Limiter, c.Credentials = nil, later
				}
			})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := onEFS.CreateAccessPoint(t.Context(), efs.CreateAccessPointRequest{FileSystemID: efstest.FileSystemID}); !errors.Is(err, efs.ErrOutcomeUnknown) {
				t.Errorf("efs, %s: %v", what, err)
			}
			*later = failsLater{}
			p := privatelinktest.NewServer(privatelinktest.AnySignature())
			p.Inject("CreateVpcEndpoint", privatelinktest.ResponseLost)
			onPrivateLink, err := p.Client().With(func(c *privatelink.Config) {
				if c.Limiter = later; what == "credentials" {
					c.Limiter, c.Credentials = nil, later
				}
			})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := onPrivateLink.CreateVpcEndpoint(t.Context(), privatelink.CreateVpcEndpointRequest{ServiceID: privatelinktest.ServiceID, VpcID: privatelinktest.VpcID}); !errors.Is(err, privatelink.ErrOutcomeUnknown) {
				t.Errorf("privatelink, %s: %v", what, err)
			}
		})
	}
}
