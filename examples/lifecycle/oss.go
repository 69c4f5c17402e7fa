package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/accesspoint-go/accesspoint/oss"
	"github.com/accesspoint-go/accesspoint/oss/osstest"
)

// tellOSS makes an access point through whose policy a user is allowed to read, has
// the bucket leave requests to its access points, and takes both away.
func tellOSS(ctx context.Context, c *cloud, s *story) error {
	client, err := oss.New(c.oss)
	if err != nil {
		return err
	}
	const name = "exports"
	policy := func(user string) string {
		return fmt.Sprintf(`{"Version": "1", "Statement": [{"Effect": "Allow", "Principal": [%q], "Action": ["oss:GetObject"],
			"Resource": ["acs:oss:%s:%s:accesspoint/%s/object/*"]}]}`, user, c.oss.Region, osstest.AccountID, name)
	}
	wanted := oss.EnsureAccessPointRequest{
		Bucket: osstest.Bucket, AccessPointName: name, NetworkOrigin: oss.NetworkOriginInternet, Policy: policy("20214760404935123"),
	}
	ap, err := client.EnsureAccessPoint(ctx, wanted)
	if err != nil {
		return err
	}
	s.say("access point %s is %s; user 20214760404935123 may read", ap.AccessPointName, ap.Status)

	// Without this the policy of the access point lets nobody in.
	delegation := oss.Delegation{Bucket: ap.Bucket, AccountID: ap.AccountID}
	if err := client.EnsureDelegation(ctx, delegation); err != nil {
		return err
	}
	s.say("bucket %s delegates access control to its access points", ap.Bucket)

	wanted.Policy = policy("20214760404935999")
	_, err = client.EnsureAccessPoint(ctx, wanted)
	if !errors.Is(err, oss.ErrDrift) {
		return fmt.Errorf("a policy that is not as asked: got %w", err)
	}
	s.say("asked for another user: it drifted, and was left as it is")
	repair, err := client.RepairAccessPoint(ctx, wanted)
	if err != nil {
		return err
	}
	s.say("repaired, changes: %d; user 20214760404935999 may read", len(repair.Changed))

	if err := client.EnsureDelegationAbsent(ctx, delegation); err != nil {
		return err
	}
	if err := client.EnsureAccessPointAbsent(ctx, ap.Bucket, name); err != nil {
		return err
	}
	s.say("access point and delegation are gone")
	return nil
}
