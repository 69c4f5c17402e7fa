package oss_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"github.com/accesspoint-go/accesspoint/oss"
	"github.com/accesspoint-go/accesspoint/oss/osstest"
)

func Example() {
	// A program would write oss.New(oss.Config{Region: "cn-hangzhou"}).
	client := osstest.NewServer(osstest.ReadyAfter(20 * time.Millisecond)).Client()

	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Minute)
	defer cancel()
	out, err := client.CreateAccessPoint(ctx, oss.CreateAccessPointRequest{
		Bucket:           osstest.Bucket,
		AccessPointName:  "ap-01",
		NetworkOrigin:    oss.NetworkOriginVPC,
		VpcConfiguration: &oss.VpcConfiguration{VpcID: "vpc-t4nlw426y44rd3iq4abcd"},
	})
	if err != nil {
		log.Fatal(err)
	}
	ap, err := client.WaitAccessPointEnabled(ctx, osstest.Bucket, "ap-01",
		oss.WaitOptions{Interval: 10 * time.Millisecond})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.AccessPointARN)
	fmt.Println(ap.Status, ap.VpcConfiguration.VpcID, ap.InternalEndpoint)
	// Output:
	// acs:oss:cn-hangzhou:1234567890123456:accesspoint/ap-01
	// enable vpc-t4nlw426y44rd3iq4abcd ap-01-1234567890123456.oss-cn-hangzhou-internal.oss-accesspoint.aliyuncs.com
}

func ExampleValidationError() {
	err := oss.CreateAccessPointRequest{Bucket: "examplebucket", AccessPointName: "Team-A-", NetworkOrigin: oss.NetworkOriginVPC}.Validate()
	if invalid, ok := errors.AsType[*oss.ValidationError](err); ok {
		for _, p := range invalid.Problems {
			fmt.Println(p.Field, p.Reason)
		}
	}
	// Output:
	// AccessPointName must have only lower-case letters, digits and hyphens
	// AccessPointName must not start or end with a hyphen
	// VpcConfiguration.VpcId is required with NetworkOrigin vpc
}

func ExampleAPIError() {
	client := osstest.NewServer().Client()
	_, err := client.GetAccessPoint(context.Background(), oss.GetAccessPointRequest{
		Bucket: osstest.Bucket, AccessPointName: "ap-none",
	})
	fmt.Println(errors.Is(err, oss.CodeNoSuchAccessPoint), errors.Is(err, oss.ErrNotFound))
	if refused, ok := errors.AsType[*oss.APIError](err); ok {
		fmt.Println(refused.Operation, refused.StatusCode, refused.Code)
	}
	// Output:
	// true true
	// GetAccessPoint 404 NoSuchAccessPoint
}

// EnsureAccessPoint finds or creates the access point with a name. A program that was
// restarted during the call calls again.
func ExampleClient_EnsureAccessPoint() {
	cfg := osstest.NewServer().Config()
	cfg.Settle = 10 * time.Millisecond // a test need not wait for the real service
	client, err := oss.New(cfg)
	if err != nil {
		log.Fatal(err)
	}

	ctx := context.Background()
	wanted := oss.EnsureAccessPointRequest{Bucket: osstest.Bucket, AccessPointName: "ap-01", NetworkOrigin: oss.NetworkOriginInternet}
	for range 2 {
		ap, err := client.EnsureAccessPoint(ctx, wanted)
		fmt.Println(ap.AccessPointName, ap.Status, err)
	}

	wanted.NetworkOrigin, wanted.VpcConfiguration = oss.NetworkOriginVPC, &oss.VpcConfiguration{VpcID: "vpc-t4nlw426y44rd3iq4abcd"}
	_, err = client.EnsureAccessPoint(ctx, wanted)
	if drift, ok := errors.AsType[*oss.DriftError](err); ok {
		fmt.Println(drift.Fields)
	}
	fmt.Println(client.EnsureAccessPointAbsent(ctx, osstest.Bucket, "ap-01"))
	// Output:
	// ap-01 enable <nil>
	// ap-01 enable <nil>
	// [{NetworkOrigin vpc internet} {VpcConfiguration.VpcId vpc-t4nlw426y44rd3iq4abcd }]
	// <nil>
}

// EnsureAccessPoint sets a missing policy. RepairAccessPoint also replaces a policy
// that differs from the request.
func ExampleClient_RepairAccessPoint() {
	client := osstest.NewServer().Client()
	policy := func(user string) string {
		return `{"Version":"1","Statement":[{"Effect":"Allow","Principal":["` + user + `"],"Action":["oss:GetObject"],` +
			`"Resource":["acs:oss:cn-hangzhou:1234567890123456:accesspoint/ap-01/object/*"]}]}`
	}

	ctx := context.Background()
	wanted := oss.EnsureAccessPointRequest{
		Bucket: osstest.Bucket, AccessPointName: "ap-01", NetworkOrigin: oss.NetworkOriginInternet, Policy: policy("20214760404935123"),
	}
	_, err := client.EnsureAccessPoint(ctx, wanted)
	fmt.Println(err)

	wanted.Policy = policy("20214760404935999")
	_, err = client.EnsureAccessPoint(ctx, wanted)
	fmt.Println(errors.Is(err, oss.ErrDrift))

	repair, err := client.RepairAccessPoint(ctx, wanted)
	fmt.Println(repair.Changed[0].Field, len(repair.Left), err)
	// Output:
	// <nil>
	// true
	// Policy 0 <nil>
}

// EnsureDelegation lets the policies of access points control access to a bucket. It
// preserves the other statements of the bucket's policy.
func ExampleClient_EnsureDelegation() {
	srv := osstest.NewServer()
	cfg := srv.Config()
	cfg.Settle = 10 * time.Millisecond // a test need not wait for the real service
	client, err := oss.New(cfg)
	if err != nil {
		log.Fatal(err)
	}

	ctx := context.Background()
	ap, err := client.EnsureAccessPoint(ctx, oss.EnsureAccessPointRequest{
		Bucket: osstest.Bucket, AccessPointName: "ap-01", NetworkOrigin: oss.NetworkOriginInternet,
	})
	if err != nil {
		log.Fatal(err)
	}
	delegation := oss.Delegation{Bucket: ap.Bucket, AccountID: ap.AccountID}
	if err := client.EnsureDelegation(ctx, delegation); err != nil {
		log.Fatal(err)
	}
	out, err := client.GetBucketPolicy(ctx, oss.GetBucketPolicyRequest{Bucket: ap.Bucket})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(strings.ReplaceAll(out.Policy, ",\"", ",\n\""))

	if err := client.EnsureDelegationAbsent(ctx, delegation); err != nil {
		log.Fatal(err)
	}
	_, err = client.GetBucketPolicy(ctx, oss.GetBucketPolicyRequest{Bucket: ap.Bucket})
	fmt.Println(errors.Is(err, oss.CodeNoSuchBucketPolicy))
	// Output:
	// {"Version":"1",
	// "Statement":[{"Effect":"Allow",
	// "Principal":["*"],
	// "Action":["oss:*"],
	// "Resource":["acs:oss:*:1234567890123456:examplebucket",
	// "acs:oss:*:1234567890123456:examplebucket/*"],
	// "Condition":{"StringEquals":{"oss:DataAccessPointAccount":["1234567890123456"]}}}]}
	// true
}

// A creation whose response was lost is not retried, because the retry would be
// refused: the name is taken. Resume finds out whether it took effect.
func ExampleOutcomeUnknownError() {
	srv := osstest.NewServer()
	srv.Inject("CreateAccessPoint", osstest.ResponseLost)
	cfg := srv.Config()
	cfg.Settle = 10 * time.Millisecond // a test need not wait for the real service
	client, err := oss.New(cfg)
	if err != nil {
		log.Fatal(err)
	}

	ctx := context.Background()
	_, err = client.CreateAccessPoint(ctx, oss.CreateAccessPointRequest{
		Bucket: osstest.Bucket, AccessPointName: "ap-01", NetworkOrigin: oss.NetworkOriginInternet,
	})
	if lost, ok := errors.AsType[*oss.OutcomeUnknownError](err); ok {
		// lost.Resume can be kept, and resumed by another process.
		out, err := client.Resume(ctx, lost.Resume)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(out.Created, out.AccessPoint.AccessPointName)
	}
	// Output: true ap-01
}

func ExampleClient_AccessPoints() {
	client := osstest.NewServer().Client()
	ctx := context.Background()
	for i := range 25 {
		if _, err := client.CreateAccessPoint(ctx, oss.CreateAccessPointRequest{
			Bucket: osstest.Bucket, AccessPointName: fmt.Sprintf("ap-%02d", i), NetworkOrigin: oss.NetworkOriginInternet,
		}); err != nil {
			log.Fatal(err)
		}
	}
	n := 0
	for _, err := range client.AccessPoints(ctx, oss.ListAccessPointsRequest{Bucket: osstest.Bucket, MaxKeys: 10}) {
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
	client := osstest.NewServer().Client()
	careful, err := client.With(func(c *oss.Config) {
		c.MaxAttempts = 1
		c.Limiter = rate.NewLimiter(5, 1)
	})
	if err != nil {
		log.Fatal(err)
	}
	_, err = careful.DeleteAccessPoint(context.Background(), oss.DeleteAccessPointRequest{
		Bucket: osstest.Bucket, AccessPointName: "ap-none",
	})
	fmt.Println(errors.Is(err, oss.ErrNotFound))
	// Output: true
}

// Wait polls for any condition, such as one that no named wait covers.
func ExampleWait() {
	left := 3
	v, err := oss.Wait(context.Background(), oss.WaitOptions{Interval: 10 * time.Millisecond},
		func(context.Context) (int, error) { left--; return left, nil },
		func(n int) (state string, ok bool, err error) { return fmt.Sprint(n), n == 0, nil })
	fmt.Println(v, err)
	// Output: 0 <nil>
}
