package privatelink

import (
	"context"
	"errors"
	"reflect"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// A DryRunnable is a request that the service can check without acting on it:
// one that has a field DryRun.
type DryRunnable interface {
	Validate() error
	// dryRun returns the request as a dry run, and the name of its operation.
	dryRun(c *Client, token string) (operation string, in DryRunnable)
}

// DryRun asks the service whether it would take in, without doing it:
//
//	err := client.DryRun(ctx, privatelink.DeleteVpcEndpointRequest{EndpointID: id})
//
// It returns nil if the service would, and else why not: a [*ValidationError], or
// an [*APIError] with a code that the call itself would fail with. The service
// looks for missing and malformed parameters and at its limits; what it finds may
// change before the call.
//
// The dry run has a ClientToken of its own. That of in is neither sent nor
// checked, so that the call can have it; its field DryRun makes no difference.
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
