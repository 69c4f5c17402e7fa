package privatelink

import (
	"context"

	"github.com/google/uuid"

	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
	"github.com/accesspoint-go/accesspoint/internal/transport"
)

// call validates in, sends it and decodes the answer: the one path that every
// operation takes. The token is in in already; errors hold it too.
func call[Out any](ctx context.Context, c *Client, op rpc.Op, token string, in interface{ Validate() error }) (*Out, error) {
	if err := c.validate(in); err != nil {
		return nil, err
	}
	out, f := rpc.Call[Out](ctx, c.transport, op, in)
	if f != nil {
		return nil, failure(op.Name, token, f)
	}
	return out, nil
}

// region returns the region of a request, which is the client's unless the
// request names one.
func (c *Client) region(named string) string {
	if named != "" || c.made() != nil {
		return named
	}
	return c.cfg.Region
}

// token returns the idempotency token of a call: the caller's, or a new one.
func token(given string) string {
	if given != "" {
		return given
	}
	return uuid.NewString()
}

// effect returns what a second run of an operation does: nothing, if it is a dry
// run.
func effect(e retry.Effect, dryRun bool) retry.Effect {
	if dryRun {
		return retry.Read
	}
	return e
}

// protocol returns the service's side of a request.
func (*Config) protocol() transport.Protocol { return rpc.Protocol(kindOf) }
