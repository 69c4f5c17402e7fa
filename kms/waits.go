package kms

import (
	"context"
	"errors"
	"fmt"

	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// WaitKmsInstanceConnected waits until the KMS instance can be used, and
// returns it. It fails at once for one in state [KmsInstanceError], and at the
// third consecutive poll that finds it Disconnected. Connecting takes minutes,
// up to an hour. If nobody has called [Client.ConnectKmsInstance], the instance
// stays Uninitialized, and the wait lasts until ctx is done.
//
// RAM action: kms:GetKmsInstance.
func (c *Client) WaitKmsInstanceConnected(ctx context.Context, kmsInstanceID string, opts WaitOptions) (KmsInstance, error) {
	wrong := 0
	return waitFor(ctx, "WaitKmsInstanceConnected", opts, c.instance(kmsInstanceID), wait.Goal[KmsInstance]{Done: func(i KmsInstance) (string, bool, error) {
		// No source calls Disconnected a failure.
		if i.Status == KmsInstanceDisconnected {
			wrong++
		} else {
			wrong = 0
		}
		if i.Status == KmsInstanceError || wrong >= 3 {
			return string(i.Status), false, fmt.Errorf("an instance that is %s does not become %s", i.Status, KmsInstanceConnected)
		}
		return string(i.Status), i.Status == KmsInstanceConnected, nil
	}})
}

// WaitKmsInstanceReleased waits until the KMS instance is gone. It succeeds if
// there is none in the first place.
//
// RAM action: kms:GetKmsInstance.
func (c *Client) WaitKmsInstanceReleased(ctx context.Context, kmsInstanceID string, opts WaitOptions) error {
	_, err := waitFor(ctx, "WaitKmsInstanceReleased", opts, c.instance(kmsInstanceID), wait.Goal[KmsInstance]{
		Gone: func(err error) bool { return errors.Is(err, ErrNotFound) },
		Done: func(i KmsInstance) (string, bool, error) { return string(i.Status), false, nil },
	})
	return err
}

// instance returns what fetches one KMS instance.
func (c *Client) instance(id string) func(context.Context) (KmsInstance, error) {
	return func(ctx context.Context) (i KmsInstance, _ error) {
		out, err := c.GetKmsInstance(ctx, GetKmsInstanceRequest{KmsInstanceID: id})
		if err != nil {
			return i, err
		}
		if out.KmsInstance.InstanceID != id {
			return i, fmt.Errorf("kms: GetKmsInstance: the response is about %q in place of %q (request %s)", out.KmsInstance.InstanceID, id, out.RequestID)
		}
		return out.KmsInstance, nil
	}
}
