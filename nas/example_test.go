package nas_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"golang.org/x/time/rate"

	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
	"github.com/accesspoint-go/accesspoint/oss"
	"github.com/accesspoint-go/accesspoint/oss/osstest"
)

func Example() {
	// A program would write nas.New(nas.Config{Region: "cn-hangzhou"}).
	client := nastest.NewServer(nastest.ReadyAfter(20 * time.Millisecond)).Client()

	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	out, err := client.CreateAccessPoint(ctx, nas.CreateAccessPointRequest{
		FileSystemID:  nastest.FileSystemID,
		VpcID:         nastest.VpcID,
		VSwitchID:     nastest.VSwitchID,
		RootDirectory: "/team-a",
		OwnerUserID:   new(uint32(0)),
		OwnerGroupID:  new(uint32(0)),
		Permission:    "0750",
	})
	if err != nil {
		log.Fatal(err)
	}
	ap, err := client.WaitAccessPointActive(ctx, nastest.FileSystemID, out.AccessPoint.AccessPointID,
		nas.WaitOptions{Interval: 10 * time.Millisecond})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(ap.Status, ap.RootPath, *ap.RootPathPermission.OwnerUserID, ap.DomainName)
	// Output: Active /team-a 0 ap-0000000001nvp.w1.cn-hangzhou.nas.aliyuncs.com
}

func ExampleValidationError() {
	err := nas.CreateAccessPointRequest{FileSystemID: "31a8e4", Permission: "755"}.Validate()
	if invalid, ok := errors.AsType[*nas.ValidationError](err); ok {
		for _, p := range invalid.Problems {
			fmt.Println(p.Field, p.Reason)
		}
	}
	// Output:
	// VswId is required
	// VpcId is required
	// Permission must be 0 and three octal digits
	// Permission has no effect without OwnerUserId and OwnerGroupId
}

func ExampleAPIError() {
	client := nastest.NewServer().Client()
	_, err := client.DescribeAccessPoint(context.Background(), nas.DescribeAccessPointRequest{
		FileSystemID: nastest.FileSystemID, AccessPointID: "ap-none",
	})
	fmt.Println(errors.Is(err, nas.CodeAccessPointNotFound), errors.Is(err, nas.ErrNotFound))
	if refused, ok := errors.AsType[*nas.APIError](err); ok {
		fmt.Println(refused.Operation, refused.StatusCode, refused.Code)
	}
	// Output:
	// true true
	// DescribeAccessPoint 404 InvalidAccessPointId.NotFound
}

// One branch prints the status, the code and the request ID of any call that failed.
func ExampleServiceError() {
	ctx := context.Background()
	_, inNAS := nastest.NewServer().Client().DescribeAccessPoint(ctx, nas.DescribeAccessPointRequest{
		FileSystemID: nastest.FileSystemID, AccessPointID: "ap-none",
	})
	_, inOSS := osstest.NewServer().Client().GetAccessPoint(ctx, oss.GetAccessPointRequest{
		Bucket: osstest.Bucket, AccessPointName: "ap-none",
	})
	for _, err := range []error{inNAS, inOSS} {
		if e, ok := errors.AsType[nas.ServiceError](err); ok {
			fmt.Println(e.HTTPStatusCode(), e.ErrorCode(), e.ServiceRequestID() != "", errors.Is(err, nas.ErrNotFound))
		}
	}
	// Output:
	// 404 InvalidAccessPointId.NotFound true true
	// 404 NoSuchAccessPoint true true
}

// EnsureAccessPoint finds or creates the access point of a key. A program that was
// restarted during the call calls again with the same key.
func ExampleClient_EnsureAccessPoint() {
	cfg := nastest.NewServer().Config()
	cfg.Settle = 10 * time.Millisecond // a test need not wait for the real service
	client, err := nas.New(cfg)
	if err != nil {
		log.Fatal(err)
	}

	ctx := context.Background()
	wanted := nas.CreateAccessPointRequest{FileSystemID: nastest.FileSystemID, VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID}
	for range 2 {
		ap, err := client.EnsureAccessPoint(ctx, "pvc-7f3a", wanted)
		fmt.Println(ap.AccessPointID, ap.Status, err)
	}

	wanted.RootDirectory = "/elsewhere"
	_, err = client.EnsureAccessPoint(ctx, "pvc-7f3a", wanted)
	if drift, ok := errors.AsType[*nas.DriftError](err); ok {
		fmt.Println(drift.Fields)
	}
	fmt.Println(client.EnsureAccessPointAbsent(ctx, nastest.FileSystemID, "pvc-7f3a"))
	// Output:
	// ap-0000000001 Active <nil>
	// ap-0000000001 Active <nil>
	// [{RootDirectory /elsewhere /}]
	// <nil>
}

// RepairAccessPoint changes what the service can change. Its error lists the rest.
func ExampleClient_RepairAccessPoint() {
	cfg := nastest.NewServer().Config()
	cfg.Settle = 10 * time.Millisecond // a test need not wait for the real service
	client, err := nas.New(cfg)
	if err != nil {
		log.Fatal(err)
	}

	ctx := context.Background()
	wanted := nas.CreateAccessPointRequest{FileSystemID: nastest.FileSystemID, VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID}
	if _, err := client.EnsureAccessPoint(ctx, "pvc-7f3a", wanted); err != nil {
		log.Fatal(err)
	}

	wanted.EnabledRAM = true
	wanted.Tags = []nas.Tag{{Key: "team", Value: "storage"}}
	wanted.RootDirectory = "/elsewhere"
	repair, err := client.RepairAccessPoint(ctx, "pvc-7f3a", wanted)
	fmt.Println("changed:", repair.Changed)
	fmt.Println("left:", repair.Left, errors.Is(err, nas.ErrDrift))
	// Output:
	// changed: [{EnabledRam true false} {Tag.1.Value storage }]
	// left: [{RootDirectory /elsewhere /}] true
}

// A volume is created, resized and released. Its directory remains.
func ExampleClient_ProvisionVolume() {
	cfg := nastest.NewServer().Config()
	cfg.Settle = 10 * time.Millisecond // a test need not wait for the real service
	client, err := nas.New(cfg)
	if err != nil {
		log.Fatal(err)
	}

	ctx := context.Background()
	plan := nas.VolumePlan{
		Dir: nas.CreateDirRequest{
			FileSystemID: nastest.FileSystemID, RootDirectory: "/pvc-7f3a",
			OwnerUserID: new(uint32(1000)), OwnerGroupID: new(uint32(1000)), Permission: "0750",
		},
		Quota:       &nas.SetDirQuotaRequest{SizeLimit: new(int64(10))},
		AccessPoint: nas.CreateAccessPointRequest{VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID},
		OnStep:      func(step nas.VolumeStep) { fmt.Println("done:", step) },
	}
	volume, err := client.ProvisionVolume(ctx, "pvc-7f3a", plan)
	fmt.Println(volume.AccessPoint.AccessPointID, volume.AccessPoint.RootPath, volume.QuotaStatus, err)

	plan.Quota.SizeLimit = new(int64(20))
	volume, err = client.ProvisionVolume(ctx, "pvc-7f3a", plan)
	fmt.Println(volume.AccessPoint.AccessPointID, volume.QuotaStatus, err)

	quota, err := client.WaitDirQuotaNormal(ctx, *volume.Quota, nas.WaitOptions{})
	fmt.Println(quota.Path, *quota.UserQuotaInfos[0].SizeLimit, err)

	fmt.Println(client.ReleaseVolume(ctx, "pvc-7f3a", plan))
	// Output:
	// done: directory
	// done: quota
	// done: access point
	// ap-0000000001 /pvc-7f3a Initializing <nil>
	// done: directory
	// done: quota
	// done: access point
	// ap-0000000001 Initializing <nil>
	// /pvc-7f3a 20 <nil>
	// done: access point
	// done: quota
	// <nil>
}

// EnsureAgenticSpace finds or creates the space of a path, for which access points
// can then be made.
func ExampleClient_EnsureAgenticSpace() {
	cfg := nastest.NewServer().Config()
	cfg.Settle = 10 * time.Millisecond // a test need not wait for the real service
	client, err := nas.New(cfg)
	if err != nil {
		log.Fatal(err)
	}

	ctx := context.Background()
	space, err := client.EnsureAgenticSpace(ctx, nas.CreateAgenticSpaceRequest{
		FileSystemID: nastest.AgenticFileSystemID, FileSystemPath: "/agent-1", Azone: "cn-hangzhou-g",
		Quota: nas.AgenticSpaceQuota{SizeLimit: 10 << 30, FileCountLimit: 10_000},
	})
	fmt.Println(space.AgenticSpaceID, space.Status, err)

	ap, err := client.EnsureAccessPoint(ctx, "agent-1", nas.CreateAccessPointRequest{
		FileSystemID: nastest.AgenticFileSystemID, AgenticSpaceID: space.AgenticSpaceID, EnabledRAM: true,
		VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID,
	})
	fmt.Println(ap.AccessPointID, err)

	err = client.EnsureAgenticSpaceAbsent(ctx, nastest.AgenticFileSystemID, "/agent-1")
	if drift, ok := errors.AsType[*nas.DriftError](err); ok {
		fmt.Println(drift.Fields[0].Field, drift.Fields[0].Found)
	}
	// Output:
	// agentic-0000000001 Running <nil>
	// ap-0000000001 <nil>
	// AccessPointId ap-0000000001
}

// The rules of a permission group say who may mount. Other rules of the group are kept,
// unless RemoveOthers is set.
func ExampleClient_EnsureAccessGroup() {
	client := nastest.NewServer().Client()
	ctx := context.Background()
	group, err := client.EnsureAccessGroup(ctx, nas.EnsureAccessGroupRequest{
		AccessGroupName: "team",
		Rules: []nas.AccessRuleSpec{
			{SourceCidrIP: "10.0.0.0/8"},
			{SourceCidrIP: "192.168.0.0/16", RWAccessType: nas.RWAccessReadOnly, UserAccessType: nas.UserAccessAllSquash},
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, rule := range group.Rules {
		fmt.Println(rule.SourceCidrIP, rule.RWAccess, rule.UserAccess)
	}
	// Output:
	// 10.0.0.0/8 RDWR no_squash
	// 192.168.0.0/16 RDONLY all_squash
}

// ProvisionAccessPoint finds or creates everything that is needed to mount a directory.
func ExampleClient_ProvisionAccessPoint() {
	cfg := nastest.NewServer().Config()
	cfg.Settle = 10 * time.Millisecond // a test need not wait for the real service
	client, err := nas.New(cfg)
	if err != nil {
		log.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Minute)
	defer cancel()
	plan := nas.AccessPointPlan{
		FileSystem:   nas.CreateFileSystemRequest{StorageType: nas.StorageCapacity, ProtocolType: nas.ProtocolNFS},
		AccessGroup:  &nas.EnsureAccessGroupRequest{AccessGroupName: "app", Rules: []nas.AccessRuleSpec{{SourceCidrIP: "10.0.0.0/8"}}},
		MountTargets: []nas.CreateMountTargetRequest{{VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID}},
		AccessPoint:  nas.CreateAccessPointRequest{VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID},
		OnStep:       func(s nas.ProvisionStep) { fmt.Println(s.Kind, s.ID, s.State) },
	}
	out, err := client.ProvisionAccessPoint(ctx, "app", plan)
	if left, ok := errors.AsType[*nas.LeftoverError](err); ok {
		for _, l := range left.Leftovers {
			fmt.Println("exists:", l.Kind, l.ID) // the next call continues from there
		}
	}
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.MountCommand("/mnt/app"))
	// Output:
	// FileSystem 0000000001 created
	// FileSystem 0000000001 available
	// AccessGroup app created
	// AccessGroup app available
	// MountTarget 0000000001-00002.cn-hangzhou.nas.aliyuncs.com created
	// MountTarget 0000000001-00002.cn-hangzhou.nas.aliyuncs.com available
	// AccessPoint ap-0000000003 created
	// AccessPoint ap-0000000003 available
	// sudo mount -t nfs -o vers=3,nolock,proto=tcp,rsize=1048576,wsize=1048576,hard,timeo=600,retrans=2,noresvport ap-0000000003nvp.w1.cn-hangzhou.nas.aliyuncs.com:/ /mnt/app
}

// Deprovisioning deletes files, so it requires the ID of the file system.
func ExampleClient_DeprovisionAccessPoint() {
	client, err := nas.New(nas.Config{Region: "cn-hangzhou"})
	if err != nil {
		log.Fatal(err)
	}
	err = client.DeprovisionAccessPoint(context.Background(), "app", "31a8e4****", nas.AccessPointPlan{
		AccessGroup:  &nas.EnsureAccessGroupRequest{AccessGroupName: "app"},
		MountTargets: []nas.CreateMountTargetRequest{{VpcID: "vpc-2zesj9afh3y518k9o****", VSwitchID: "vsw-2zevmwkwyztjuoffg****"}},
	})
	if left, ok := errors.AsType[*nas.LeftoverError](err); ok {
		for _, l := range left.Leftovers {
			fmt.Println("exists:", l.Kind, l.ID) // the next call continues from there
		}
	}
	if err != nil {
		log.Fatal(err)
	}
}

// A file system and its mount target are found or created, and deleted again, which
// requires the ID of the file system whose files will be lost.
func ExampleClient_EnsureFileSystem() {
	cfg := nastest.NewServer().Config()
	cfg.Settle = 10 * time.Millisecond // a test need not wait for the real service
	client, err := nas.New(cfg)
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	fs, err := client.EnsureFileSystem(ctx, "home", nas.CreateFileSystemRequest{StorageType: nas.StorageCapacity, ProtocolType: nas.ProtocolNFS})
	if err != nil {
		log.Fatal(err)
	}
	target, err := client.EnsureMountTarget(ctx, nas.CreateMountTargetRequest{
		FileSystemID: fs.FileSystemID, VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID,
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(fs.Status, target.Status, target.AccessGroup)

	if err := client.EnsureMountTargetAbsent(ctx, fs.FileSystemID, nastest.VpcID, nastest.VSwitchID); err != nil {
		log.Fatal(err)
	}
	if err := client.EnsureFileSystemAbsent(ctx, "home", fs.FileSystemID); err != nil {
		log.Fatal(err)
	}
	// Output: Running Active DEFAULT_VPC_GROUP_NAME
}

// A creation whose response was lost is not retried, because NAS could not recognize
// the retry. Resume finds out whether it took effect.
func ExampleOutcomeUnknownError() {
	srv := nastest.NewServer()
	srv.Inject("CreateAccessPoint", nastest.ResponseLost)
	cfg := srv.Config()
	cfg.Settle = 10 * time.Millisecond // a test need not wait for the real service
	client, err := nas.New(cfg)
	if err != nil {
		log.Fatal(err)
	}

	ctx := context.Background()
	_, err = client.CreateAccessPoint(ctx, nas.CreateAccessPointRequest{
		FileSystemID: nastest.FileSystemID, VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID,
	})
	if lost, ok := errors.AsType[*nas.OutcomeUnknownError](err); ok {
		// lost.Resume can be kept, and resumed by another process.
		out, err := client.Resume(ctx, lost.Resume)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(out.Created, out.AccessPoint.AccessPointID)
	}
	// Output: true ap-0000000001
}

func ExampleClient_AccessPoints() {
	client := nastest.NewServer().Client()
	ctx := context.Background()
	for range 25 {
		if _, err := client.CreateAccessPoint(ctx, nas.CreateAccessPointRequest{
			FileSystemID: nastest.FileSystemID, VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID,
		}); err != nil {
			log.Fatal(err)
		}
	}
	n := 0
	for _, err := range client.AccessPoints(ctx, nas.ListAccessPointsRequest{FileSystemID: nastest.FileSystemID, MaxResults: 10}) {
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
	client := nastest.NewServer().Client()
	careful, err := client.With(func(c *nas.Config) {
		c.MaxAttempts = 1
		c.Limiter = rate.NewLimiter(5, 1)
	})
	if err != nil {
		log.Fatal(err)
	}
	_, err = careful.DeleteAccessPoint(context.Background(), nas.DeleteAccessPointRequest{
		FileSystemID: nastest.FileSystemID, AccessPointID: "ap-none",
	})
	fmt.Println(errors.Is(err, nas.ErrNotFound))
	// Output: true
}

// Many waits share a few list requests. Each wait has its own result.
func ExampleClient_WaitAccessPointsActive() {
	client := nastest.NewServer(nastest.ReadyAfter(10 * time.Millisecond)).Client()
	ctx := context.Background()
	var ids []string
	for range 3 {
		out, err := client.CreateAccessPoint(ctx, nas.CreateAccessPointRequest{
			FileSystemID: nastest.FileSystemID, VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID,
		})
		if err != nil {
			log.Fatal(err)
		}
		ids = append(ids, out.AccessPoint.AccessPointID)
	}
	ids = append(ids, "ap-none")
	opts := nas.WaitOptions{Interval: 10 * time.Millisecond, NotFoundGrace: 50 * time.Millisecond}
	for _, r := range client.WaitAccessPointsActive(ctx, nastest.FileSystemID, ids, opts) {
		fmt.Println(r.ID, r.Value.Status, errors.Is(r.Err, nas.ErrNotFound))
	}
	// Output:
	// ap-0000000001 Active false
	// ap-0000000002 Active false
	// ap-0000000003 Active false
	// ap-none  true
}

// Wait polls for any condition, such as one that no named wait covers.
func ExampleWait() {
	left := 3
	v, err := nas.Wait(context.Background(), nas.WaitOptions{Interval: 10 * time.Millisecond},
		func(context.Context) (int, error) { left--; return left, nil },
		func(n int) (state string, ok bool, err error) { return fmt.Sprint(n), n == 0, nil })
	fmt.Println(v, err)
	// Output: 0 <nil>
}
