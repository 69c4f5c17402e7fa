package nas

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// GetAgenticSpaceRequest holds the parameters of [Client.GetAgenticSpace].
type GetAgenticSpaceRequest struct {
	FileSystemID   string `rpc:"FileSystemId"`   // required
	AgenticSpaceID string `rpc:"AgenticSpaceId"` // required
}

// Validate checks in against the documented constraints, without sending it.
func (in GetAgenticSpaceRequest) Validate() error {
	return invalid("GetAgenticSpace",
		check.Required("FileSystemId", in.FileSystemID),
		check.Required("AgenticSpaceId", in.AgenticSpaceID),
	)
}

// GetAgenticSpaceResponse is the response of [Client.GetAgenticSpace].
type GetAgenticSpaceResponse struct {
	RequestID    string       `json:"RequestId"`
	AgenticSpace AgenticSpace `json:"AgenticSpace"`
}

// GetAgenticSpace returns one space.
//
// Errors: [CodeFileSystemNotFound]. The code for a space that does not exist is
// not documented: test for [ErrNotFound].
//
// RAM action: nas:GetAgenticSpace.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-getagenticspace
func (c *Client) GetAgenticSpace(ctx context.Context, in GetAgenticSpaceRequest) (*GetAgenticSpaceResponse, error) {
	return call[GetAgenticSpaceResponse](ctx, c, rpc.Op{Name: "GetAgenticSpace", Version: version, Effect: retry.Read}, in)
}
