package privatelink

import (
	"context"
	"errors"
	"iter"
	"maps"
	"sync"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/fault"
)

// PendingConnections yields the connections to a service that the owner may
// have to accept: those in state Disconnected. The service does not distinguish
// connections that were never accepted from those that were rejected.
// [Client.AcceptVpcEndpointConnection] accepts one.
//
// Errors: those of [Client.ListVpcEndpointConnections].
//
// RAM action: privatelink:ListVpcEndpointConnections.
func (c *Client) PendingConnections(ctx context.Context, serviceID string) iter.Seq2[VpcEndpointConnection, error] {
	return func(yield func(VpcEndpointConnection, error) bool) {
		if err := invalid("PendingConnections", check.Required("ServiceId", serviceID)); err != nil {
			yield(VpcEndpointConnection{}, err)
			return
		}
		in := ListVpcEndpointConnectionsRequest{ServiceID: serviceID, ConnectionStatus: ConnectionStatusDisconnected}
		for conn, err := range c.VpcEndpointConnections(ctx, in) {
			if err == nil && conn.ConnectionStatus != ConnectionStatusDisconnected {
				continue // the filter may be of another moment than the answer
			}
			if !yield(conn, err) {
				return
			}
		}
	}
}

// AcceptVpcEndpointConnection accepts the connection from an endpoint to a
// service of the account, waits until it is Connected, and returns it. It is
// idempotent: if the connection is Connected already, it changes nothing.
//
// To set a bandwidth as well, use [Client.EnableVpcEndpointConnection].
//
// Transient errors, and refusals because the connection or its endpoint is
// busy, are retried until ctx is done. If the connection is not visible yet,
// the call waits for it for up to 30 seconds.
//
// Errors: those of [Client.EnableVpcEndpointConnection] and
// [Client.WaitVpcEndpointConnected].
//
// RAM actions: privatelink:EnableVpcEndpointConnection,
// privatelink:ListVpcEndpointConnections.
func (c *Client) AcceptVpcEndpointConnection(ctx context.Context, serviceID, endpointID string) (VpcEndpointConnection, error) {
	return c.settleConnection(ctx, "AcceptVpcEndpointConnection", serviceID, endpointID, ConnectionStatusConnected, ConnectionStatusDisconnected, func(ctx context.Context) error {
		_, err := c.EnableVpcEndpointConnection(ctx, EnableVpcEndpointConnectionRequest{ServiceID: serviceID, EndpointID: endpointID})
		return err
	})
}

// RejectVpcEndpointConnection rejects or ends the connection from an endpoint
// to a service of the account, waits until it is Disconnected, and returns it.
// It is idempotent: if the connection is Disconnected already, for instance
// because nobody accepted it, it changes nothing. Retries and waiting are as in
// [Client.AcceptVpcEndpointConnection].
//
// Errors: those of [Client.DisableVpcEndpointConnection] and
// [Client.WaitVpcEndpointDisconnected].
//
// RAM actions: privatelink:DisableVpcEndpointConnection,
// privatelink:ListVpcEndpointConnections.
func (c *Client) RejectVpcEndpointConnection(ctx context.Context, serviceID, endpointID string) (VpcEndpointConnection, error) {
	return c.settleConnection(ctx, "RejectVpcEndpointConnection", serviceID, endpointID, ConnectionStatusDisconnected, ConnectionStatusConnected, func(ctx context.Context) error {
		_, err := c.DisableVpcEndpointConnection(ctx, DisableVpcEndpointConnectionRequest{ServiceID: serviceID, EndpointID: endpointID})
		return err
	})
}

// settleConnection waits until a connection is as wanted. Whenever a look finds the
// opposite, it sends the change. A look may lag behind what was sent before, here or
// by another process: the service refuses the repeat as one of a connection that is
// busy, which passes. As long as this client itself has turned the connection to the
// opposite within Settle, a look that finds the change done already proves nothing.
func (c *Client) settleConnection(ctx context.Context, operation, serviceID, endpointID string, want, opposite ConnectionStatus, send func(context.Context) error) (VpcEndpointConnection, error) {
	if err := c.made(); err != nil {
		return VpcEndpointConnection{}, err
	}
	if err := invalid(operation, check.Required("ServiceId", serviceID), check.Required("EndpointId", endpointID)); err != nil {
		return VpcEndpointConnection{}, err
	}
	turned := &c.view.turned
	key := serviceID + "/" + endpointID
	var refused error // the last time
	goal := connectionIs(want)
	look := goal.Done
	goal.Done = func(conn VpcEndpointConnection) (string, bool, error) {
		state, done, err := look(conn)
		return state, done && !turned.within(c.cfg.settle(), key, opposite), err
	}
	conn, err := waitFor(fault.Expect(ctx, ErrConflict), operation, WaitOptions{}, func(ctx context.Context) (VpcEndpointConnection, error) {
		conn, err := c.vpcEndpointConnection(ctx, serviceID, endpointID)
		if err != nil || conn.ConnectionStatus != opposite {
			return conn, err
		}
		refused = send(ctx)
		if refused == nil || errors.Is(refused, ErrOutcomeUnknown) {
			turned.to(c.cfg.settle(), key, want)
			return conn, nil
		}
		if busy(refused) {
			return conn, nil
		}
		return conn, refused
	}, goal)
	if failed, ok := err.(*WaitError); ok && refused != nil && !errors.Is(err, refused) {
		failed.Err = errors.Join(failed.Err, refused)
	}
	return conn, err
}

// turns are what a client has lately turned connections to.
type turns struct {
	mu   sync.Mutex
	last map[string]turn
}

type turn struct {
	to ConnectionStatus
	at time.Time
}

// within reports whether the last turn of a connection was to a state, no longer ago
// than d.
func (t *turns) within(d time.Duration, key string, to ConnectionStatus) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	last := t.last[key]
	return last.to == to && time.Since(last.at) < d
}

// to notes a turn, and forgets those that are longer ago than d.
func (t *turns) to(d time.Duration, key string, to ConnectionStatus) {
	t.mu.Lock()
	defer t.mu.Unlock()
	maps.DeleteFunc(t.last, func(_ string, v turn) bool { return time.Since(v.at) >= d })
	if t.last == nil {
		t.last = map[string]turn{}
	}
	t.last[key] = turn{to, time.Now()}
}
