package efs

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/decode"
	"github.com/accesspoint-go/accesspoint/internal/encode"
	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/internal/rest"
	"github.com/accesspoint-go/accesspoint/internal/sigv4"
	"github.com/accesspoint-go/accesspoint/internal/transport"
	"github.com/accesspoint-go/accesspoint/internal/uri"
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
	if reflect.TypeFor[Out]().NumField() == 1 { // the request ID
		read = orNothing
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

// withBody returns op with in as its body.
func withBody(op rest.Op, in any) rest.Op {
	op.Header, op.Body = []string{"Content-Type", "application/json"}, encode.JSON(in)
	return op
}

// pageOf returns the query for a page of a list: its size, and the token of the
// page before.
func pageOf(size string, most int, token, before string) (q uri.Query) {
	if most != 0 {
		q = q.With(size, strconv.Itoa(most))
	}
	return q.With(token, before)
}

// orNothing reads a response without fields. It may be empty, but not an error, nor a
// web page, which a proxy sent.
func orNothing(body []byte, _ any) error {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil
	}
	var e fault.Error
	readFault(&e, nil, body)
	if e.Code != "" || e.Message != "" {
		return errors.New("it is an error")
	}
	return decode.JSON(body, new(struct{}))
}

// astray reports whether an element of a path is one that makes it the path of
// something else. Validate refuses such an identifier, and no setting lets it
// through.
func astray(path string) bool {
	for element := range strings.SplitSeq(path[1:], "/") {
		if element == "" || element == "." || element == ".." {
			return true
		}
	}
	return false
}
