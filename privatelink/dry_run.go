package privatelink

import (
	"context"
	"errors"
	"reflect"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// DryRunnable is implemented by the requests that the service can check without
// running them: those with a field DryRun. They are the arguments of
// [Client.DryRun].
type DryRunnable interface {
	Validate() error
	// dryRun returns the request as a dry run, and the name of its operation.
	dryRun(c *Client, token string) (operation string, in DryRunnable)
}

// DryRun asks the service whether it would accept a request, without running
// it:
//
//	err := client.DryRun(ctx, privatelink.DeleteVpcEndpointRequest{EndpointID: id})
//
// It returns nil if the service would accept the request. Otherwise the error
// says why not: a [*ValidationError], or an [*APIError] with the code of the
// call itself. The service checks parameters and limits. Its state may change
// before the call.
//
// The dry run has a ClientToken of its own; that of in is neither sent nor
// checked and remains available for the call. The field DryRun of in has no
// effect.
//
// RAM action: that of the operation.
func (c *Client) DryRun(ctx context.Context, in DryRunnable) error {
	if v := reflect.ValueOf(in); !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() {
		return invalid("DryRun", check.Required("request", ""))
	}
	token := token("")
	operation, in := in.dryRun(c, token)
	type answer struct {
		RequestID string `json:"RequestId"`
	}
	out, err := call[answer](ctx, c, rpc.Op{Name: operation, Version: version, Effect: retry.Read}, token, in)
	switch {
	case errors.Is(err, CodeDryRunOperation):
		return nil // a request that passes is refused with a code of its own
	case err != nil:
		return err
	}
	// A success answers a call that is no dry run.
	return &OutcomeUnknownError{Operation: operation, ClientToken: token, Err: &APIError{
		Operation: operation, StatusCode: 200, RequestID: out.RequestID, ClientToken: token, Attempts: 1,
		Err: errors.New("the service answers a dry run as if it had done it"),
	}}
}
