package nas

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// ModifyAgenticSpaceRequest holds the parameters of [Client.ModifyAgenticSpace].
type ModifyAgenticSpaceRequest struct {
	FileSystemID   string  `rpc:"FileSystemId"`   // required
	AgenticSpaceID string  `rpc:"AgenticSpaceId"` // required
	Description    *string `rpc:"Description"`    // nil leaves it unchanged
	ClientToken    string  `rpc:"ClientToken"`    // idempotency token, up to 64 ASCII characters; default: a random one for each call
	DryRun         bool    `rpc:"DryRun"`         // only check the request: see [Client.DryRun]
}

// Validate checks in against the documented constraints, without sending it.
func (in ModifyAgenticSpaceRequest) Validate() error {
	return invalid("ModifyAgenticSpace", append([]check.Problem{
		check.Required("FileSystemId", in.FileSystemID),
		check.Required("AgenticSpaceId", in.AgenticSpaceID),
	}, tokenRules(in.ClientToken)...)...)
}

func (in ModifyAgenticSpaceRequest) dryRun(token string) (string, DryRunnable) {
	in.ClientToken, in.DryRun = token, true
	return "ModifyAgenticSpace", in
}

// ModifyAgenticSpaceResponse is the response of [Client.ModifyAgenticSpace].
type ModifyAgenticSpaceResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// ModifyAgenticSpace changes the description of a space.
//
// It is idempotent: it is retried even if an attempt may have run. All attempts
// of a call carry one ClientToken.
//
// Errors: [CodeFileSystemNotFound], [CodeIdempotentParameterMismatch],
// [CodeInvalidState]. The code for a space that does not exist is not
// documented: test for [ErrNotFound].
//
// RAM action: nas:ModifyAgenticSpace.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-modifyagenticspace
func (c *Client) ModifyAgenticSpace(ctx context.Context, in ModifyAgenticSpaceRequest) (*ModifyAgenticSpaceResponse, error) {
	in.ClientToken = token(in.ClientToken)
	out, err := call[ModifyAgenticSpaceResponse](ctx, c, rpc.Op{Name: "ModifyAgenticSpace", Version: version, Effect: effect(retry.Idempotent, in.DryRun)}, in)
	return out, withToken(err, in.ClientToken)
}
