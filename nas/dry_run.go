package nas

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
	dryRun(token string) (operation string, in DryRunnable)
}

// DryRun asks the service whether it would take in, without doing it:
//
//	err := client.DryRun(ctx, nas.DeleteAgenticSpaceRequest{FileSystemID: fs, AgenticSpaceID: id})
//
// It returns nil if the service would, and else why not: a [*ValidationError], or
// an [*APIError] with a code that the call itself would fail with. What the service
// finds may change before the call.
//
// The dry run has a ClientToken of its own. That of in is neither sent nor
// checked, so that the call can have it; its field DryRun makes no difference.
//
// The service is documented to answer a dry run that passes as it does a call, with
// status 200: that it has done nothing is its word alone.
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
