package efs_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"golang.org/x/time/rate"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/efs/efstest"
)

func Example() {
	// A program would write efs.New(efs.Config{Region: "us-east-1"}).
	client := efstest.NewServer(efstest.ReadyAfter(20 * time.Millisecond)).Client()

	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	out, err := client.CreateAccessPoint(ctx, efs.CreateAccessPointRequest{
		FileSystemID: efstest.FileSystemID,
		PosixUser:    &efs.PosixUser{UID: new(uint32(1001)), GID: new(uint32(1001))},
		RootDirectory: &efs.RootDirectory{
			Path:         "/team-a",
			CreationInfo: &efs.CreationInfo{OwnerUID: new(uint32(1001)), OwnerGID: new(uint32(1001)), Permissions: "0750"},
		},
		Tags: []efs.Tag{{Key: "Name", Value: "team-a"}},
	})
	if err != nil {
		log.Fatal(err)
	}
	ap, err := client.WaitAccessPointAvailable(ctx, out.AccessPointID, efs.WaitOptions{Interval: 10 * time.Millisecond})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(ap.LifeCycleState, ap.RootDirectory.Path, *ap.PosixUser.UID, ap.Name)
	// Output: available /team-a 1001 team-a
}

func ExampleValidationError() {
	err := efs.CreateAccessPointRequest{
		FileSystemID: "fs-1",
		RootDirectory: &efs.RootDirectory{
			Path:         "/a",
			CreationInfo: &efs.CreationInfo{Permissions: "0o755"},
		},
	}.Validate()
	if invalid, ok := errors.AsType[*efs.ValidationError](err); ok {
		for _, p := range invalid.Problems {
			fmt.Println(p.Field, p.Reason)
		}
	}
	// Output:
	// FileSystemId must be fs- and 8 to 40 hexadecimal digits, or such an ARN
	// RootDirectory.CreationInfo.OwnerUid is required
	// RootDirectory.CreationInfo.OwnerGid is required
	// RootDirectory.CreationInfo.Permissions must be three or four octal digits
}

func ExampleAPIError() {
	client := efstest.NewServer().Client()
	_, err := client.DescribeAccessPoints(context.Background(), efs.DescribeAccessPointsRequest{AccessPointID: "fsap-01234567"})
	fmt.Println(errors.Is(err, efs.CodeAccessPointNotFound), errors.Is(err, efs.ErrNotFound))
	if refused, ok := errors.AsType[*efs.APIError](err); ok {
		fmt.Println(refused.Operation, refused.StatusCode, refused.Code)
	}
	// Output:
	// true true
	// DescribeAccessPoints 404 AccessPointNotFound
}

// A creation whose outcome is unknown can be retried with the same idempotency token:
// the service creates one access point. If it exists already, the error has its ID.
func ExampleOutcomeUnknownError() {
	srv := efstest.NewServer()
	srv.Inject("CreateAccessPoint", efstest.ResponseLost)
	cfg := srv.Config()
	cfg.MaxAttempts = 1
	client, err := efs.New(cfg)
	if err != nil {
		log.Fatal(err)
	}

	ctx := context.Background()
	in := efs.CreateAccessPointRequest{FileSystemID: efstest.FileSystemID}
	_, err = client.CreateAccessPoint(ctx, in)
	if unknown, ok := errors.AsType[*efs.OutcomeUnknownError](err); ok {
		in.ClientToken = unknown.ClientToken
		_, err = client.CreateAccessPoint(ctx, in)
	}
	if refused, ok := errors.AsType[*efs.APIError](err); ok && errors.Is(err, efs.ErrAlreadyExists) {
		fmt.Println("found", refused.ResourceID)
	}
	// Output: found fsap-00000000000000001
}

// Two processes that ensure the access point of the same volume get the same access
// point. EnsureAccessPointAbsent deletes it.
func ExampleClient_EnsureAccessPoint() {
	srv := efstest.NewServer()
	cfg := srv.Config()
	cfg.Settle = 10 * time.Millisecond // the fake shows every change at once
	client, err := efs.New(cfg)
	if err != nil {
		log.Fatal(err)
	}

	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	in := efs.CreateAccessPointRequest{
		FileSystemID:  efstest.FileSystemID,
		RootDirectory: &efs.RootDirectory{Path: "/volume-1"},
	}
	one, err := client.EnsureAccessPoint(ctx, "volume-1", in)
	if err != nil {
		log.Fatal(err)
	}
	other, err := srv.Client().EnsureAccessPoint(ctx, "volume-1", in)
	fmt.Println(other.AccessPointID == one.AccessPointID, err)

	in.RootDirectory.Path = "/volume-2"
	_, err = client.EnsureAccessPoint(ctx, "volume-1", in)
	if drift, ok := errors.AsType[*efs.DriftError](err); ok {
		fmt.Println(drift.Fields)
	}

	fmt.Println(client.EnsureAccessPointAbsent(ctx, efstest.FileSystemID, "volume-1"))
	// Output:
	// true <nil>
	// [{RootDirectory.Path /volume-2 /volume-1}]
	// <nil>
}

func ExampleClient_AccessPoints() {
	client := efstest.NewServer().Client()
	ctx := context.Background()
	for range 25 {
		if _, err := client.CreateAccessPoint(ctx, efs.CreateAccessPointRequest{FileSystemID: efstest.FileSystemID}); err != nil {
			log.Fatal(err)
		}
	}
	n := 0
	for _, err := range client.AccessPoints(ctx, efs.DescribeAccessPointsRequest{FileSystemID: efstest.FileSystemID, MaxResults: 10}) {
		if err != nil {
			log.Fatal(err)
		}
		n++
	}
	fmt.Println(n)
	// Output: 25
}

// With derives a client with other settings for a single call. Both clients share
// connections and pacing.
func ExampleClient_With() {
	client := efstest.NewServer().Client()
	careful, err := client.With(func(c *efs.Config) {
		c.MaxAttempts = 1
		c.Limiter = rate.NewLimiter(5, 1)
	})
	if err != nil {
		log.Fatal(err)
	}
	_, err = careful.DeleteAccessPoint(context.Background(), efs.DeleteAccessPointRequest{AccessPointID: "fsap-01234567"})
	fmt.Println(errors.Is(err, efs.ErrNotFound))
	// Output: true
}

// Wait polls for any condition, such as one that no named wait covers.
func ExampleWait() {
	left := 3
	v, err := efs.Wait(context.Background(), efs.WaitOptions{Interval: 10 * time.Millisecond},
		func(context.Context) (int, error) { left--; return left, nil },
		func(n int) (state string, ok bool, err error) { return fmt.Sprint(n), n == 0, nil })
	fmt.Println(v, err)
	// Output: 0 <nil>
}

// ProvisionAccessPoint finds or creates everything that is needed to mount a directory.
func ExampleClient_ProvisionAccessPoint() {
	client := efstest.NewServer(efstest.Empty()).Client()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Minute)
	defer cancel()
	plan := efs.AccessPointPlan{
		FileSystem: efs.CreateFileSystemRequest{Encrypted: new(true), ThroughputMode: efs.ThroughputElastic},
		Policy: `{"Version": "2012-10-17", "Statement": [{
			"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/app"},
			"Action": ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
			"Condition": {"Bool": {"aws:SecureTransport": "true"}}
		}]}`,
		AccessPoint: efs.CreateAccessPointRequest{
			PosixUser:     &efs.PosixUser{UID: new(uint32(1001)), GID: new(uint32(1001))},
			RootDirectory: &efs.RootDirectory{Path: "/app", CreationInfo: &efs.CreationInfo{OwnerUID: new(uint32(1001)), OwnerGID: new(uint32(1001)), Permissions: "0750"}},
		},
		MountTargets: []efs.CreateMountTargetRequest{
			{SubnetID: efstest.SubnetID, SecurityGroups: []string{efstest.SecurityGroupID}},
			{SubnetID: efstest.OtherSubnetID, SecurityGroups: []string{efstest.SecurityGroupID}},
		},
		OnStep: func(s efs.ProvisionStep) { fmt.Println(s.Kind, s.ID, s.State) },
	}
	out, err := client.ProvisionAccessPoint(ctx, "app", plan)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.MountCommand("/mnt/app"))
	fmt.Println(out.FstabLine("/mnt/app"))
	// Output:
	// FileSystem fs-00000000000000001 created
	// FileSystem fs-00000000000000001 available
	// FileSystemPolicy fs-00000000000000001 created
	// AccessPoint fsap-00000000000000002 created
	// AccessPoint fsap-00000000000000002 available
	// MountTarget fsmt-00000000000000003 created
	// MountTarget fsmt-00000000000000004 created
	// MountTarget fsmt-00000000000000003 available
	// MountTarget fsmt-00000000000000004 available
	// sudo mount -t efs -o tls,iam,accesspoint=fsap-00000000000000002 fs-00000000000000001:/ /mnt/app
	// fs-00000000000000001:/ /mnt/app efs _netdev,noresvport,tls,iam,accesspoint=fsap-00000000000000002 0 0
}

// DeprovisionAccessPoint deletes everything. It requires the ID of the file system,
// whose files are lost.
func ExampleClient_DeprovisionAccessPoint() {
	client, err := efs.New(efs.Config{Region: "us-east-1"})
	if err != nil {
		log.Fatal(err)
	}
	plan := efs.AccessPointPlan{MountTargets: []efs.CreateMountTargetRequest{{SubnetID: "subnet-0123456789abcdef1"}}}
	err = client.DeprovisionAccessPoint(context.Background(), "app", "fs-0123456789abcdef8", plan)
	if left, ok := errors.AsType[*efs.LeftoverError](err); ok {
		for _, l := range left.Leftovers {
			fmt.Println("stands:", l.Kind, l.ID)
		}
	}
	if err != nil {
		log.Fatal(err)
	}
}

func ExampleClient_MountTargets() {
	client := efstest.NewServer().Client()
	ctx := context.Background()
	for fs, err := range client.FileSystems(ctx, efs.DescribeFileSystemsRequest{}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(fs.FileSystemID, fs.LifeCycleState, fs.SizeInBytes.Value)
		for mt, err := range client.MountTargets(ctx, efs.DescribeMountTargetsRequest{FileSystemID: fs.FileSystemID}) {
			if err != nil {
				log.Fatal(err)
			}
			fmt.Println(mt.MountTargetID, mt.AvailabilityZoneName)
		}
	}
	// Output:
	// fs-0123456789abcdef8 available 6144
	// fsmt-0123456789abcdef8 us-east-1a
}

func ExampleClient_TagResource() {
	client := efstest.NewServer().Client()
	ctx := context.Background()
	if _, err := client.TagResource(ctx, efs.TagResourceRequest{
		ResourceID: efstest.FileSystemID,
		Tags:       []efs.Tag{{Key: "Name", Value: "home"}, {Key: "team", Value: "a"}},
	}); err != nil {
		log.Fatal(err)
	}
	if _, err := client.UntagResource(ctx, efs.UntagResourceRequest{ResourceID: efstest.FileSystemID, TagKeys: []string{"team"}}); err != nil {
		log.Fatal(err)
	}
	for tag, err := range client.TagsForResource(ctx, efs.ListTagsForResourceRequest{ResourceID: efstest.FileSystemID}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(tag.Key, tag.Value)
	}
	// Output: Name home
}

func ExampleClient_RepairAccessPoint() {
	client := efstest.NewServer().Client()
	ctx := context.Background()
	in := efs.CreateAccessPointRequest{FileSystemID: efstest.FileSystemID, RootDirectory: &efs.RootDirectory{Path: "/a"}}
	if _, err := client.EnsureAccessPoint(ctx, "volume-1", in); err != nil {
		log.Fatal(err)
	}
	in.Tags = []efs.Tag{{Key: "team", Value: "b"}}
	in.RootDirectory.Path = "/b"
	repair, err := client.RepairAccessPoint(ctx, "volume-1", in)
	fmt.Println(errors.Is(err, efs.ErrDrift))
	for _, d := range repair.Changed {
		fmt.Printf("changed %s: %q, was %q\n", d.Field, d.Wanted, d.Found)
	}
	for _, d := range repair.Left {
		fmt.Printf("left %s: %q, not %q\n", d.Field, d.Found, d.Wanted)
	}
	// Output:
	// true
	// changed Tags.1.Value: "b", was ""
	// left RootDirectory.Path: "/a", not "/b"
}
