// Package rpc speaks the RPC style of Alibaba Cloud: an action named in a
// header, flat query parameters, a JSON answer.
package rpc

import (
	"cmp"
	"context"
	"crypto/rand"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/acs3"
	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/decode"
	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/internal/header"
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
	Secret  string // the value of a parameter that no error may quote
}

// Call sends op with the parameters in, a struct, and decodes the answer.
func Call[Out any](ctx context.Context, c *transport.Client, op Op, in any) (*Out, *fault.Error) {
	h := http.Header{"Accept": acceptJSON}
	header.Set(h, "X-Acs-Action", op.Name, "X-Acs-Version", op.Version)
	params := Params(in)
	if c.Central() && !slices.ContainsFunc(params, func(p uri.Param) bool { return p.Name == "RegionId" }) {
		params = append(params, uri.Param{Name: "RegionId", Value: c.Region})
	}
	out := new(Out)
	_, f := c.Do(ctx, &transport.Request{
		Operation: op.Name,
		Effect:    op.Effect,
		Method:    cmp.Or(op.Method, http.MethodPost),
		Query:     params.Encode(),
		Header:    h,
		Secret:    op.Secret,
		Decode:    func(r *transport.Response) error { return decode.Response(r.Body, r.RequestID, out, decode.JSON) },
	})
	if f != nil {
		return nil, f
	}
	return out, nil
}

var acceptJSON = []string{"application/json"} // nobody writes to the values of a header

// readFault reads the error of an answer: JSON with keys in either case, a
// code that may be a number, or the XML form that older gateways send.
func readFault(f *fault.Error, _ http.Header, body []byte) {
	var e struct {
		Code, Message      string
		RequestID          string `json:"RequestId"`
		AccessDeniedDetail struct {
			AuthAction, NoPermissionType string
		}
	}
	if text := string(body); strings.HasPrefix(strings.TrimSpace(text), "<") {
		e.Code, e.Message, e.RequestID = element(text, "Code"), element(text, "Message"), element(text, "RequestId")
	} else if decode.JSON(body, &e) != nil {
		return
	}
	f.Code, f.Message, f.RequestID = e.Code, e.Message, e.RequestID
	if d := e.AccessDeniedDetail; d.AuthAction != "" {
		f.Message = strings.TrimSpace(f.Message + " (" + d.AuthAction + ": " + d.NoPermissionType + ")")
	}
}

// element returns the text of the first element with that name.
func element(text, name string) string {
	_, rest, _ := strings.Cut(text, "<"+name+">")
	value, _, ok := strings.Cut(rest, "</"+name+">")
	if !ok || strings.Contains(value, "<") {
		return ""
	}
	return value
}
