package nas

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
	dryRun(token string) (operation string, in DryRunnable)
}

// DryRun asks the service whether it would accept a request, without running
// it:
//
//	err := client.DryRun(ctx, nas.DeleteAgenticSpaceRequest{FileSystemID: fs, AgenticSpaceID: id})
//
// It returns nil if the service would accept the request. Otherwise the error
// says why not: a [*ValidationError], or an [*APIError] with the code of the
// call itself. The state of the service may change before the call.
//
// The dry run has a ClientToken of its own; that of in is neither sent nor
// checked and remains available for the call. The field DryRun of in has no
// effect.
//
// The service is documented to respond to a successful dry run with status 200,
// as to the call itself. Nothing in the response proves that it was only a dry
// run.
//
// RAM action: that of the operation.
func (c *Client) DryRun(ctx context.Context, in DryRunnable) error {
	if v := reflect.ValueOf(in); !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() {
		return invalid("DryRun", check.Required("request", ""))
	}
	token := token("")
	operation, in := in.dryRun(token)
	_, err := call[dryRunAnswer](ctx, c, rpc.Op{Name: operation, Version: version, Effect: retry.Read}, in)
	if errors.Is(err, CodeDryRunOperation) { // another way to say that it passes
		return nil
	}
	return withToken(err, token)
}

// A dryRunAnswer answers a dry run, whatever the operation.
type dryRunAnswer struct {
	RequestID string `json:"RequestId" answer:"required"`
}
