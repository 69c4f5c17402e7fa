package nas

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// DeleteAgenticSpaceRequest holds the parameters of [Client.DeleteAgenticSpace].
type DeleteAgenticSpaceRequest struct {
	FileSystemID   string `rpc:"FileSystemId"`   // required
	AgenticSpaceID string `rpc:"AgenticSpaceId"` // required
	ClientToken    string `rpc:"ClientToken"`    // idempotency token, up to 64 ASCII characters; default: a random one for each call
	DryRun         bool   `rpc:"DryRun"`         // only check the request: see [Client.DryRun]
}

// Validate checks in against the documented constraints, without sending it.
func (in DeleteAgenticSpaceRequest) Validate() error {
	return invalid("DeleteAgenticSpace", append([]check.Problem{
		check.Required("FileSystemId", in.FileSystemID),
		check.Required("AgenticSpaceId", in.AgenticSpaceID),
	}, tokenRules(in.ClientToken)...)...)
}

func (in DeleteAgenticSpaceRequest) dryRun(token string) (string, DryRunnable) {
	in.ClientToken, in.DryRun = token, true
	return "DeleteAgenticSpace", in
}

// DeleteAgenticSpaceResponse is the response of [Client.DeleteAgenticSpace].
type DeleteAgenticSpaceResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// DeleteAgenticSpace deletes a space, which must have no access points. The API
// reference says neither what happens to the data in its directory, nor whether
// the operation is asynchronous: wait with [Client.WaitAgenticSpaceDeleted].
// [Client.EnsureAgenticSpaceAbsent] deletes the space of a path.
//
// All attempts of a call carry one ClientToken, so it is retried even if an
// attempt may have run. If the service ignores the token, a retry may fail
// because the space no longer exists.
//
// Errors: [CodeFileSystemNotFound], [CodeIdempotentParameterMismatch],
// [CodeInvalidState]. The code for a space that does not exist is not
// documented: test for [ErrNotFound].
//
// RAM action: nas:DeleteAgenticSpace.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-deleteagenticspace
func (c *Client) DeleteAgenticSpace(ctx context.Context, in DeleteAgenticSpaceRequest) (*DeleteAgenticSpaceResponse, error) {
	in.ClientToken = token(in.ClientToken)
	out, err := call[DeleteAgenticSpaceResponse](ctx, c, rpc.Op{Name: "DeleteAgenticSpace", Version: version, Effect: effect(retry.Idempotent, in.DryRun)}, in)
	return out, withToken(err, in.ClientToken)
}
