package oss

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/decode"
	"github.com/accesspoint-go/accesspoint/internal/oss4"
	"github.com/accesspoint-go/accesspoint/internal/rest"
	"github.com/accesspoint-go/accesspoint/internal/transport"
)

// call validates in, sends it and decodes the answer: the one path that every
// operation takes.
func call[Out any](ctx context.Context, c *Client, op operation, in interface{ Validate() error }) (*Out, error) {
	if err := c.validate(in); err != nil {
		return nil, err
	}
	request, err := op.request(c.cfg.pathStyle())
	if err != nil {
		return nil, err
	}
	out, f := rest.Call[Out](ctx, c.transport, request, func(body []byte, out any) error {
		if policy, ok := out.(*policyResponse); ok {
			return readPolicy(body, policy)
		}
		if op.answer == "" {
			return orNothing(body)
		}
		return decode.XML(body, op.answer, out)
	})
	if f != nil {
		return nil, failure(op.name, "", f)
	}
	return out, nil
}

// protocol returns the service's side of a request.
func (c *Config) protocol() transport.Protocol {
	region := c.Region
	keys := new(oss4.Keys)
	return transport.Protocol{
		Sign: func(req *http.Request, r *transport.Request, key credential.Key, at time.Time) {
			oss4.Sign(req, r.Resource, region, key, keys, at)
		},
		ReadFault:       readFault,
		Kind:            kindOf,
		RequestIDHeader: "X-Oss-Request-Id",
		Transport:       transport.Alibaba,
		SkewCodes:       []string{string(CodeRequestTimeTooSkewed)},
	}
}

// orNothing reads a response without fields. It may be empty, but not an error, nor a
// web page, which a proxy sent.
func orNothing(body []byte) error {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil
	}
	for _, root := range []string{"Error", "html", "HTML"} {
		if decode.XML(body, root, new(struct{})) == nil {
			return fmt.Errorf("it is <%s>", root)
		}
	}
	return decode.XML(body, "", new(struct{}))
}
