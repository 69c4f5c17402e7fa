package nas

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// CreateCpfsAccessPointRequest holds the parameters of
// [Client.CreateCpfsAccessPoint].
type CreateCpfsAccessPointRequest struct {
	RegionID      string            `rpc:"RegionId"`      // default: the client's
	FileSystemID  string            `rpc:"FileSystemId"`  // required; a CPFS file system for AI computing
	Description   string            `rpc:"Description"`   // any text
	RootDirectory CpfsRootDirectory `rpc:"RootDirectory"` // only its RootPath
}

// Validate checks in against the documented constraints, without sending it.
func (in CreateCpfsAccessPointRequest) Validate() error {
	return invalid("CreateCpfsAccessPoint", check.Required("FileSystemId", in.FileSystemID))
}

// CreateCpfsAccessPointResponse is the response of
// [Client.CreateCpfsAccessPoint].
type CreateCpfsAccessPointResponse struct {
	RequestID     string `json:"RequestId"`
	AccessPointID string `json:"AccessPointId" answer:"required"`
}

// CreateCpfsAccessPoint creates an access point of a CPFS file system.
//
// The operation may be asynchronous: see [Client.WaitCpfsAccessPointActive]. It
// has neither an idempotency token nor a unique name, so it is retried only if
// the attempt certainly did not run. If it may have run, the error is an
// [*OutcomeUnknownError]: check with [Client.DescribeCpfsAccessPoints].
//
// Errors: [CodeFileSystemNotFound], [CodeFileSystemTypeNotSupported],
// [CodeFeatureNotSupported], [CodeInvalidRequest], [CodeForbiddenRAM].
//
// RAM action: nas:CreateCpfsAccessPoint.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-createcpfsaccesspoint
func (c *Client) CreateCpfsAccessPoint(ctx context.Context, in CreateCpfsAccessPointRequest) (*CreateCpfsAccessPointResponse, error) {
	in.RegionID = c.region(in.RegionID)
	return call[CreateCpfsAccessPointResponse](ctx, c, rpc.Op{Name: "CreateCpfsAccessPoint", Version: version, Effect: retry.NonIdempotent}, in)
}
