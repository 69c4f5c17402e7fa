package efs

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/decode"
	"github.com/accesspoint-go/accesspoint/internal/rest"
	"github.com/accesspoint-go/accesspoint/internal/sigv4"
	"github.com/accesspoint-go/accesspoint/internal/transport"
)

// call validates in, sends it and decodes the answer: the one path that every
// operation takes. The token is the idempotency token of op, if it has one.
func call[Out any](ctx context.Context, c *Client, op rest.Op, token string, in interface{ Validate() error }) (*Out, error) {
	if err := c.validate(in); err != nil {
		return nil, err
	}
	if astray(op.Path) {
		if err := in.Validate(); err != nil {
			return nil, err
		}
	}
	read := decode.JSON
	if op.Method == http.MethodDelete {
		read = func([]byte, any) error { return nil } // 204: whatever came, says nothing
	}
	out, f := rest.Call[Out](ctx, c.transport, op, read)
	if f != nil {
		return nil, failure(op.Name, token, f)
	}
	return out, nil
}

// protocol returns the service's side of a request.
func (c *Config) protocol() transport.Protocol {
	scope := sigv4.Scope{Region: c.Region, Service: "elasticfilesystem"}
	keys := new(sigv4.Keys)
	return transport.Protocol{
		Sign: func(req *http.Request, r *transport.Request, key credential.Key, at time.Time) {
			sigv4.Sign(req, r.Body, scope, key, keys, at)
		},
		ReadFault:       readFault,
		Kind:            kindOf,
		RequestIDHeader: "X-Amzn-Requestid",
		Transport:       transport.AWS,
		SkewCodes: []string{
			"InvalidSignatureException", "SignatureDoesNotMatch", "RequestTimeTooSkewed", "RequestExpired", "AuthFailure",
		},
	}
}

// astray reports whether the last element of a path is one that makes it the
// path of something else. Validate refuses such an identifier, and no setting
// lets it through.
func astray(path string) bool {
	last := path[strings.LastIndexByte(path, '/')+1:]
	return last == "" || last == "." || last == ".."
}
