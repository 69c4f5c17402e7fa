package nas

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// SetAgenticSpaceQuotaRequest holds the parameters of [Client.SetAgenticSpaceQuota].
type SetAgenticSpaceQuotaRequest struct {
	FileSystemID   string `rpc:"FileSystemId"`   // required
	AgenticSpaceID string `rpc:"AgenticSpaceId"` // required
	SizeLimit      int64  `rpc:"SizeLimit"`      // bytes, 10 GiB to 1,000 TiB in steps of 1 GiB
	FileCountLimit int64  `rpc:"FileCountLimit"` // files, 10,000 to 100,000,000
	ClientToken    string `rpc:"ClientToken"`    // idempotency token, up to 64 ASCII characters; default: a random one for each call
	DryRun         bool   `rpc:"DryRun"`         // only check the request: see [Client.DryRun]
}

// Validate checks in against the documented constraints, without sending it.
func (in SetAgenticSpaceQuotaRequest) Validate() error {
	return invalid("SetAgenticSpaceQuota", append([]check.Problem{
		check.Required("FileSystemId", in.FileSystemID),
		check.Required("AgenticSpaceId", in.AgenticSpaceID),
		check.That(spaceSize(in.SizeLimit), "SizeLimit", "must be 10 GiB to 1000 TiB in whole GiB"),
		check.That(spaceFiles(in.FileCountLimit), "FileCountLimit", "must be 10000 to 100000000"),
	}, tokenRules(in.ClientToken)...)...)
}

func (in SetAgenticSpaceQuotaRequest) dryRun(token string) (string, DryRunnable) {
	in.ClientToken, in.DryRun = token, true
	return "SetAgenticSpaceQuota", in
}

// SetAgenticSpaceQuotaResponse is the response of
// [Client.SetAgenticSpaceQuota].
type SetAgenticSpaceQuotaResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// SetAgenticSpaceQuota changes the quota of a space. Set both limits: the API
// reference does not say what happens to a limit that is not set. The usage
// that the service shows may be 15 minutes old.
//
// It is idempotent: it is retried even if an attempt may have run. All attempts
// of a call carry one ClientToken.
//
// Errors: [CodeFileSystemNotFound], [CodeIdempotentParameterMismatch],
// [CodeInvalidState]. The code for a space that does not exist is not
// documented: test for [ErrNotFound].
//
// RAM action: nas:SetAgenticSpaceQuota.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-setagenticspacequota
func (c *Client) SetAgenticSpaceQuota(ctx context.Context, in SetAgenticSpaceQuotaRequest) (*SetAgenticSpaceQuotaResponse, error) {
	in.ClientToken = token(in.ClientToken)
	out, err := call[SetAgenticSpaceQuotaResponse](ctx, c, rpc.Op{Name: "SetAgenticSpaceQuota", Version: version, Effect: effect(retry.Idempotent, in.DryRun)}, in)
	return out, withToken(err, in.ClientToken)
}
