package privatelink

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/ensure"
	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// ErrAwaitingAcceptance ends a wait for a connection that the owner of the
// service has not accepted. Ask the owner to accept it, and wait again.
var ErrAwaitingAcceptance = errors.New("the service's owner has not accepted the connection")

// WaitVpcEndpointReady waits until traffic can pass through the endpoint, that
// is, until the endpoint is Active and its connection Connected, and returns
// it. The state passed to OnPoll contains both, such as Active/Connecting. It
// fails at the third consecutive poll that finds the endpoint Deleting, or its
// service gone.
//
// Many services have to accept each connection, and their owners may take days.
// The wait therefore ends with [ErrAwaitingAcceptance] when an endpoint has
// been Active/Disconnected for a minute. [Client.WaitVpcEndpointActive] waits
// only for the endpoint.
//
// Concurrent waits share pages of [Client.ListVpcEndpoints], of 1,000 endpoints
// each, if that takes fewer requests. An endpoint from such a page has Tags,
// but neither Payer nor ZonePrivateIPAddressCount.
//
// RAM actions: privatelink:GetVpcEndpointAttribute;
// privatelink:ListVpcEndpoints is used if it is allowed.
func (c *Client) WaitVpcEndpointReady(ctx context.Context, endpointID string, opts WaitOptions) (VpcEndpoint, error) {
	return waitOne(ctx, "WaitVpcEndpointReady", opts, c.source(), endpointID, ready)
}

// WaitVpcEndpointsReady waits for each of the endpoints as
// [Client.WaitVpcEndpointReady] does, and returns when all of them have ended.
// The results are in the order of the IDs. A wait that fails does not end the
// others. OnPoll is called for each endpoint, one call at a time.
func (c *Client) WaitVpcEndpointsReady(ctx context.Context, endpointIDs []string, opts WaitOptions) []WaitResult[VpcEndpoint] {
	return waitEach(ctx, "WaitVpcEndpointsReady", opts, c.source(), endpointIDs, ready)
}

// acceptance is how long an endpoint may be active without a connection before it
// counts as one that its service's owner has to accept.
const acceptance = time.Minute

// ready returns the goal of a wait for an endpoint that is active and connected.
func ready() wait.Goal[VpcEndpoint] {
	wrong, disconnected := 0, time.Time{}
	return wait.Goal[VpcEndpoint]{Done: func(ep VpcEndpoint) (string, bool, error) {
		state := bothStates(ep)
		active := ep.EndpointStatus == EndpointStatusActive
		// No source calls these two failures.
		if ep.EndpointStatus == EndpointStatusDeleting || ep.ConnectionStatus == ConnectionStatusServiceDeleted {
			wrong++
		} else {
			wrong = 0
		}
		if wrong >= 3 {
			return state, false, fmt.Errorf("an endpoint that is %s does not become %s/%s", state, EndpointStatusActive, ConnectionStatusConnected)
		}
		switch {
		case !active || ep.ConnectionStatus != ConnectionStatusDisconnected:
			disconnected = time.Time{}
		case disconnected.IsZero():
			disconnected = time.Now()
		case time.Since(disconnected) >= acceptance:
			return state, false, ErrAwaitingAcceptance
		}
		return state, active && ep.ConnectionStatus == ConnectionStatusConnected, nil
	}}
}

// bothStates returns the state of an endpoint and that of its connection.
func bothStates(ep VpcEndpoint) string {
	return string(ep.EndpointStatus) + "/" + string(ep.ConnectionStatus)
}

// WaitVpcEndpointActive waits until the endpoint is Active, regardless of its
// connection, and returns it. Traffic passes only when the connection is
// Connected, for which the owner of the service may have to accept it: see
// [Client.WaitVpcEndpointReady], with which it shares lists. It fails at the
// third consecutive poll that finds the endpoint Deleting.
//
// RAM actions: those of [Client.WaitVpcEndpointReady].
func (c *Client) WaitVpcEndpointActive(ctx context.Context, endpointID string, opts WaitOptions) (VpcEndpoint, error) {
	return waitOne(ctx, "WaitVpcEndpointActive", opts, c.source(), endpointID, active)
}

// WaitVpcEndpointsActive waits for each of the endpoints as
// [Client.WaitVpcEndpointActive] does, and returns when all of them have ended.
// The results are in the order of the IDs. A wait that fails does not end the
// others. OnPoll is called for each endpoint, one call at a time.
func (c *Client) WaitVpcEndpointsActive(ctx context.Context, endpointIDs []string, opts WaitOptions) []WaitResult[VpcEndpoint] {
	return waitEach(ctx, "WaitVpcEndpointsActive", opts, c.source(), endpointIDs, active)
}

// active returns the goal of a wait for an endpoint that is active.
func active() wait.Goal[VpcEndpoint] {
	wrong := 0
	return wait.Goal[VpcEndpoint]{Done: func(ep VpcEndpoint) (string, bool, error) {
		state := bothStates(ep)
		if ep.EndpointStatus == EndpointStatusDeleting { // no source calls it a failure
			wrong++
		} else {
			wrong = 0
		}
		if wrong >= 3 {
			return state, false, fmt.Errorf("an endpoint that is %s does not become %s", state, EndpointStatusActive)
		}
		return state, ep.EndpointStatus == EndpointStatusActive, nil
	}}
}

// WaitVpcEndpointDeleted waits until the endpoint is gone. It succeeds if there
// is none in the first place.
//
// It shares lists as [Client.WaitVpcEndpointReady] does. If a list no longer
// shows the endpoint, it confirms that with a request of its own.
//
// RAM actions: privatelink:GetVpcEndpointAttribute;
// privatelink:ListVpcEndpoints is used if it is allowed.
func (c *Client) WaitVpcEndpointDeleted(ctx context.Context, endpointID string, opts WaitOptions) error {
	_, err := waitOne(ctx, "WaitVpcEndpointDeleted", opts, c.source(), endpointID, gone)
	return err
}

// WaitVpcEndpointsDeleted waits for each of the endpoints as
// [Client.WaitVpcEndpointDeleted] does, and returns when all of them have
// ended. The results are in the order of the IDs. A wait that fails does not
// end the others. OnPoll is called for each endpoint, one call at a time.
//
// At the end it confirms each deletion with a request of its own, one after the
// other: a thousand endpoints take a thousand round trips. Concurrent calls of
// WaitVpcEndpointDeleted are faster.
func (c *Client) WaitVpcEndpointsDeleted(ctx context.Context, endpointIDs []string, opts WaitOptions) []WaitResult[VpcEndpoint] {
	return waitEach(ctx, "WaitVpcEndpointsDeleted", opts, c.source(), endpointIDs, gone)
}

// gone returns the goal of a wait for an endpoint that is gone: one that is seen
// is not.
func gone() wait.Goal[VpcEndpoint] {
	return wait.Goal[VpcEndpoint]{Gone: notFound, Done: func(ep VpcEndpoint) (string, bool, error) { return string(ep.EndpointStatus), false, nil }}
}

// notFound does not go by the kind: other codes of it speak of other things.
func notFound(err error) bool { return errors.Is(err, CodeEndpointNotFound) }

// source returns where endpoints are found by ID.
func (c *Client) source() *wait.Source[VpcEndpoint] {
	return &wait.Source[VpcEndpoint]{
		Reader: c.reader(),
		Get: func(ctx context.Context, id string) (VpcEndpoint, error) {
			out, err := c.GetVpcEndpointAttribute(ctx, GetVpcEndpointAttributeRequest{EndpointID: id})
			if err != nil {
				return VpcEndpoint{}, err
			}
			return out.VpcEndpoint, about("GetVpcEndpointAttribute", id, out.EndpointID, out.RequestID)
		},
		Page: func(ctx context.Context, token string) (wait.Page[VpcEndpoint], error) {
			out, err := c.ListVpcEndpoints(ctx, ListVpcEndpointsRequest{NextToken: token, MaxResults: 1000})
			if err != nil {
				return wait.Page[VpcEndpoint]{}, err
			}
			return wait.Page[VpcEndpoint]{Items: out.Endpoints, Next: out.NextToken, Total: out.TotalCount}, nil
		},
		ID:     func(ep VpcEndpoint) string { return ep.EndpointID },
		Listed: func(id string) string { return id }, // it can be anything, but not empty
		Denied: c.listingDenied,
	}
}

// A view is what clients share to which the service shows the same.
type view struct {
	reader wait.Reader[VpcEndpoint]
	memory ensure.Memory
	turned turns

	services struct {
		reader wait.Reader[VpcEndpointService]
		memory ensure.Memory
	}
}

// reader returns the one that c shares.
func (c *Client) reader() *wait.Reader[VpcEndpoint] {
	if c.made() != nil {
		return new(wait.Reader[VpcEndpoint])
	}
	return &c.view.reader
}
