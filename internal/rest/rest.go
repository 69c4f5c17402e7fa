// Package rest implements the REST protocols: requests have a method, a path,
// and a JSON or XML body.
package rest

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/decode"
	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/transport"
	"github.com/accesspoint-go/accesspoint/internal/uri"
)

// An Op is one operation with its parameters in their places.
type Op struct {
	Name       string
	Effect     retry.Effect
	Method     string
	HostPrefix string // put before the endpoint's host, with its dot
	Path       string // from [uri.Path]; empty for /
	Query      uri.Query
	Header     []string // names in canonical form, each followed by its value
	Body       []byte   // nil for none
	Stream     transport.Stream
	Secret     string // in the header; no error may quote it
	Resource   string // the path that is signed, if it is not the one that is sent
	Lane       string // tells calls of the operation apart that the service counts apart
}

// Call sends op and decodes the body of the answer, if it has one, with read.
func Call[Out any](ctx context.Context, c *transport.Client, op Op, read func(body []byte, out any) error) (*Out, *fault.Error) {
	out := new(Out)
	if _, f := c.Do(ctx, op.request(out, read)); f != nil {
		return nil, f
	}
	return out, nil
}

// request is not part of Call, of which there is one for each type of answer.
func (op Op) request(out any, read func(body []byte, out any) error) *transport.Request {
	return &transport.Request{
		Operation:  op.Name,
		Effect:     op.Effect,
		Method:     op.Method,
		HostPrefix: op.HostPrefix,
		Path:       op.Path,
		Query:      op.Query.Encode(),
		Header:     op.Header,
		Body:       op.Body,
		Stream:     op.Stream,
		Secret:     op.Secret,
		Resource:   op.Resource,
		Lane:       op.Lane,
		Decode:     func(r *transport.Response) error { return decode.Response(r.Body, r.RequestID, out, read) },
	}
}
