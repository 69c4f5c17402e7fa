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

// A create whose answer was lost is not sent again, since NAS could not tell the
// repeat from a second request. Look before you do.
func ExampleOutcomeUnknownError() {
	srv := nastest.NewServer()
	srv.Inject("CreateAccessPoint", nastest.AnswerLost)
	client := srv.Client()

	ctx := context.Background()
	_, err := client.CreateAccessPoint(ctx, nas.CreateAccessPointRequest{
		FileSystemID: nastest.FileSystemID, VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID,
	})
	if errors.Is(err, nas.ErrOutcomeUnknown) {
		for ap, err := range client.AccessPoints(ctx, nas.ListAccessPointsRequest{FileSystemID: nastest.FileSystemID}) {
			fmt.Println("found", ap.AccessPointID, err)
		}
	}
	// Output: found ap-0000000001 <nil>
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

// One call gets other settings from a client derived for it. The two share
// connections and pace.
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

// Wait polls for any condition, such as one that no named wait covers.
func ExampleWait() {
	left := 3
	v, err := nas.Wait(context.Background(), nas.WaitOptions{Interval: time.Millisecond},
		func(context.Context) (int, error) { left--; return left, nil },
		func(n int) (state string, ok bool, err error) { return fmt.Sprint(n), n == 0, nil })
	fmt.Println(v, err)
	// Output: 0 <nil>
}
