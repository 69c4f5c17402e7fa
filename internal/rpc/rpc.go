// Package rpc implements the RPC protocol of Alibaba Cloud: the action is named
// in a header, parameters are in the query, and the response is JSON.
package rpc

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/acs3"
	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/decode"
	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/transport"
	"github.com/accesspoint-go/accesspoint/internal/uri"
)

// Protocol returns the RPC side of a service whose failures kind tells apart.
func Protocol(kind func(status int, code, requestID string) error) transport.Protocol {
	return transport.Protocol{
		Sign: func(req *http.Request, r *transport.Request, key credential.Key, at time.Time) {
			acs3.Sign(req, r.Body, key, rand.Text(), at)
		},
		ReadFault:       readFault,
		Kind:            kind,
		RequestIDHeader: "X-Acs-Request-Id",
		Transport:       transport.Alibaba,
		SkewCodes:       []string{"InvalidTimeStamp.Expired"},
	}
}

// An Op is an operation of an API version, and what a second run of it does.
type Op struct {
	Name    string
	Version string
	Method  string // POST if empty
	Effect  retry.Effect
	Form    bool   // its parameters are a form in the body, not the query
	Secret  string // the value of a parameter that no error may quote
	// JSON writes the parameters that are sent as JSON, if there are any. It is
	// left to the operations that have them: in every program it would be 8 KB.
	JSON func(any) []byte
}

// Call sends op with the parameters in, a struct, and decodes the answer.
func Call[Out any](ctx context.Context, c *transport.Client, op Op, in any) (*Out, *fault.Error) {
	out := new(Out)
	if _, f := c.Do(ctx, op.request(c, in, out)); f != nil {
		return nil, f
	}
	return out, nil
}

// request is not part of Call, of which there is one for each type of answer.
func (op Op) request(c *transport.Client, in, out any) *transport.Request {
	params := Params(in, op.JSON)
	if c.Central() && !slices.ContainsFunc(params, func(p uri.Param) bool { return p.Name == "RegionId" }) {
		params = append(params, uri.Param{Name: "RegionId", Value: c.Region})
	}
	r := &transport.Request{
		Operation: op.Name,
		Effect:    op.Effect,
		Method:    cmp.Or(op.Method, http.MethodPost),
		Query:     params.Encode(),
		Header:    []string{"Accept", "application/json", "X-Acs-Action", op.Name, "X-Acs-Version", op.Version},
		Secret:    op.Secret,
		Decode:    func(r *transport.Response) error { return read(r, out) },
	}
	if op.Form {
		r.Header = append(r.Header, "Content-Type", "application/x-www-form-urlencoded")
		r.Query, r.Body = "", []byte(r.Query)
	}
	return r
}

// read decodes r into out. Where out has nothing but a request ID, an error document
// would fit, too.
func read(r *transport.Response, out any) error {
	err := decode.Response(r.Body, r.RequestID, out, decode.JSON)
	if err != nil || reflect.TypeOf(out).Elem().NumField() > 1 {
		return err
	}
	var e failure
	if decode.JSON(r.Body, &e) == nil && e.Code != "" {
		return errors.New("it is an error document")
	}
	return nil
}

// A failure is what an error document says: JSON with keys in either case, a code
// that may be a number, or the XML form that older gateways send.
type failure struct {
	Code               string `json:"Code" xml:"Code"`
	Message            string `json:"Message" xml:"Message"`
	RequestID          string `json:"RequestId" xml:"RequestId"`
	AccessDeniedDetail struct {
		AuthAction       string `json:"AuthAction" xml:"AuthAction"`
		NoPermissionType string `json:"NoPermissionType" xml:"NoPermissionType"`
	} `json:"AccessDeniedDetail" xml:"AccessDeniedDetail"`
}

// readFault reads the error of an answer. What was read before a body breaks off
// counts.
func readFault(f *fault.Error, _ http.Header, body []byte) {
	var e failure
	if decode.IsXML(body) {
		_ = decode.XML(body, "", &e)
	} else {
		_ = decode.JSON(body, &e)
	}
	f.Code, f.Message, f.RequestID = e.Code, e.Message, e.RequestID
	if d := e.AccessDeniedDetail; d.AuthAction != "" {
		f.Message = strings.TrimSpace(f.Message + " (" + d.AuthAction + ": " + d.NoPermissionType + ")")
	}
}
