package privatelink

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// WaitOptions tune a wait. How long it may take is not among them: the context
// says that, and a context without a deadline waits for ever.
type WaitOptions struct {
	// Interval is the pause after the first poll. Later pauses grow by half.
	// The default is 2 seconds.
	Interval time.Duration
	// MaxInterval bounds the pauses. The default is 15 seconds.
	MaxInterval time.Duration
	// PollTimeout bounds one poll. A poll that takes longer is given up and
	// repeated. The default is 1 minute.
	PollTimeout time.Duration
	// NotFoundGrace is how long a resource may not be visible at the start of
	// the wait. The default is 30 seconds.
	NotFoundGrace time.Duration
	// OnPoll, if set, is called after every poll that did not end the wait, with
	// the state that was last seen.
	OnPoll func(polls int, elapsed time.Duration, state string)
}

// A WaitError is a wait that failed. It wraps the context's error, the error of
// the last poll, or one that says which state cannot lead to the one awaited.
type WaitError struct {
	Operation string        // the function that waited
	State     string        // what was last seen; empty if nothing was
	Polls     int           // how often it looked
	Elapsed   time.Duration // how long it took
	Err       error
}

// Error returns one line. Its wording may change.
func (e *WaitError) Error() string {
	state := e.State
	if state == "" {
		state = "unknown"
	}
	return fmt.Sprintf("privatelink: %s: state %s after %d polls in %v: %v", e.Operation, state, e.Polls,
		e.Elapsed.Round(time.Millisecond), strings.ReplaceAll(e.Err.Error(), "\n", "; "))
}

// Unwrap returns e.Err.
func (e *WaitError) Unwrap() error { return e.Err }

// Wait calls fetch until done reports ok. done also names the state that it
// saw, and fails if that state cannot lead to the one awaited. Wait returns the
// last value fetched, on failure too, then with a [*WaitError].
//
// A fetch that was throttled, or for which the service was unavailable, is
// repeated, and so is one that finds nothing within the first
// NotFoundGrace. Every other failure of fetch ends the wait.
func Wait[T any](ctx context.Context, opts WaitOptions, fetch func(context.Context) (T, error), done func(T) (state string, ok bool, err error)) (T, error) {
	return waitFor(ctx, "Wait", opts, fetch, done)
}

func waitFor[T any](ctx context.Context, operation string, opts WaitOptions, fetch func(context.Context) (T, error), done func(T) (string, bool, error)) (T, error) {
	value, err := wait.Until(ctx, wait.Options(opts), fetch, done)
	if err != nil {
		return value, &WaitError{operation, err.State, err.Polls, err.Elapsed, err.Err}
	}
	return value, nil
}

// WaitVpcEndpointReady waits until traffic can pass through the endpoint, and
// returns it: until the endpoint is Active and its connection Connected. The
// state that OnPoll sees is both, such as Active/Connecting. It fails at the
// third poll in a row that finds the endpoint Deleting, or its service gone.
//
// A service whose owner accepts connections by hand leaves the endpoint at
// Active/Disconnected until then: bound the wait with the context.
//
// It needs the permission privatelink:GetVpcEndpointAttribute.
func (c *Client) WaitVpcEndpointReady(ctx context.Context, endpointID string, opts WaitOptions) (VpcEndpoint, error) {
	wrong := 0
	return waitFor(ctx, "WaitVpcEndpointReady", opts, func(ctx context.Context) (VpcEndpoint, error) {
		out, err := c.GetVpcEndpointAttribute(ctx, GetVpcEndpointAttributeRequest{EndpointID: endpointID})
		if err != nil {
			return VpcEndpoint{}, err
		}
		return out.VpcEndpoint, nil
	}, func(ep VpcEndpoint) (string, bool, error) {
		state := string(ep.EndpointStatus) + "/" + string(ep.ConnectionStatus)
		// No source calls these two failures.
		if ep.EndpointStatus.is(EndpointStatusDeleting) || ep.ConnectionStatus.is(ConnectionStatusServiceDeleted) {
			wrong++
		} else {
			wrong = 0
		}
		if wrong == 3 {
			return state, false, fmt.Errorf("an endpoint that is %s does not become %s/%s", state, EndpointStatusActive, ConnectionStatusConnected)
		}
		return state, ep.EndpointStatus.is(EndpointStatusActive) && ep.ConnectionStatus.is(ConnectionStatusConnected), nil
	})
}

// WaitVpcEndpointDeleted waits until the endpoint is gone. That it does not
// exist in the first place is success.
//
// It needs the permission privatelink:GetVpcEndpointAttribute.
func (c *Client) WaitVpcEndpointDeleted(ctx context.Context, endpointID string, opts WaitOptions) error {
	_, err := waitFor(ctx, "WaitVpcEndpointDeleted", opts, func(ctx context.Context) (*VpcEndpoint, error) {
		out, err := c.GetVpcEndpointAttribute(ctx, GetVpcEndpointAttributeRequest{EndpointID: endpointID})
		if errors.Is(err, CodeEndpointNotFound) { // other codes of the kind speak of other things
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		return &out.VpcEndpoint, nil
	}, func(ep *VpcEndpoint) (string, bool, error) {
		if ep == nil {
			return "gone", true, nil
		}
		return string(ep.EndpointStatus), false, nil
	})
	return err
}
