package nas

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// CreateAgenticSpaceRequest holds the parameters of [Client.CreateAgenticSpace].
type CreateAgenticSpaceRequest struct {
	FileSystemID   string            `rpc:"FileSystemId"`   // required; an Agentic file system
	FileSystemPath string            `rpc:"FileSystemPath"` // required; a directory of the first level, such as /agent-1
	Azone          string            `rpc:"Azone"`          // required; the zone
	Description    string            `rpc:"Description"`    // 2 to 128 characters, a letter first, starts with neither http:// nor https://
	Quota          AgenticSpaceQuota `rpc:"Quota"`          // required, both limits
	ClientToken    string            `rpc:"ClientToken"`    // idempotency token, up to 64 ASCII characters; default: a random one for each call
	DryRun         bool              `rpc:"DryRun"`         // only check the request: see [Client.DryRun]
}

// Validate checks in against the documented constraints, without sending it.
func (in CreateAgenticSpaceRequest) Validate() error {
	return invalid("CreateAgenticSpace", append([]check.Problem{
		check.Required("FileSystemId", in.FileSystemID),
		check.Required("FileSystemPath", in.FileSystemPath),
		check.That(in.FileSystemPath == "" || spacePath(in.FileSystemPath), "FileSystemPath", "must be / and the name of a directory"),
		check.Required("Azone", in.Azone),
		check.Length("Description", in.Description, 2, 128),
		check.That(letterFirst(in.Description), "Description", "must start with a letter"),
		check.NoPrefix("Description", in.Description, "http://", "https://"),
		check.Required("Quota.SizeLimit", in.Quota.SizeLimit),
		check.That(spaceSize(in.Quota.SizeLimit), "Quota.SizeLimit", "must be 10 GiB to 1000 TiB in whole GiB"),
		check.Required("Quota.FileCountLimit", in.Quota.FileCountLimit),
		check.That(spaceFiles(in.Quota.FileCountLimit), "Quota.FileCountLimit", "must be 10000 to 100000000"),
	}, tokenRules(in.ClientToken)...)...)
}

func (in CreateAgenticSpaceRequest) dryRun(token string) (string, DryRunnable) {
	in.ClientToken, in.DryRun = token, true
	return "CreateAgenticSpace", in
}

// CreateAgenticSpaceResponse is the response of [Client.CreateAgenticSpace].
type CreateAgenticSpaceResponse struct {
	RequestID      string `json:"RequestId"`
	AgenticSpaceID string `json:"AgenticSpaceId" answer:"required"` // empty for a dry run
}

// CreateAgenticSpace creates a space of an Agentic file system: a directory
// with a quota, for which access points can then be created. The API reference
// does not say whether the operation is asynchronous: wait with
// [Client.WaitAgenticSpaceRunning].
//
// All attempts of a call carry one ClientToken, so it is retried even if an
// attempt may have run. [Client.EnsureAgenticSpace] finds or creates the space
// of a path.
//
// Errors: [CodeFileSystemNotFound], [CodeIdempotentParameterMismatch]. The
// codes of spaces are not documented: test for the kinds, such as
// [ErrAlreadyExists].
//
// RAM action: nas:CreateAgenticSpace.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-createagenticspace
func (c *Client) CreateAgenticSpace(ctx context.Context, in CreateAgenticSpaceRequest) (*CreateAgenticSpaceResponse, error) {
	in.ClientToken = token(in.ClientToken)
	op := rpc.Op{Name: "CreateAgenticSpace", Version: version, Effect: effect(retry.WithToken, in.DryRun)}
	if in.DryRun {
		out, err := call[dryRunAnswer](ctx, c, op, in)
		if err != nil {
			return nil, withToken(err, in.ClientToken)
		}
		return &CreateAgenticSpaceResponse{RequestID: out.RequestID}, nil
	}
	out, err := call[CreateAgenticSpaceResponse](ctx, c, op, in)
	return out, withToken(err, in.ClientToken)
}
