package nas

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/rpc"
	"github.com/accesspoint-go/accesspoint/internal/transport"
)

// call validates in, sends it and decodes the answer: the one path that every
// operation takes.
func call[Out any](ctx context.Context, c *Client, op rpc.Op, in interface{ Validate() error }) (*Out, error) {
	if err := c.validate(in); err != nil {
		return nil, err
	}
	out, f := rpc.Call[Out](ctx, c.transport, op, in)
	if f != nil {
		return nil, failure(op.Name, "", f)
	}
	return out, nil
}

// protocol returns the service's side of a request.
func (*Config) protocol() transport.Protocol { return rpc.Protocol(kindOf) }
