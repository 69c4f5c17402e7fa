package nas

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// WaitAgenticSpaceRunning waits until a space can be used, and returns it.
//
// RAM action: nas:GetAgenticSpace.
func (c *Client) WaitAgenticSpaceRunning(ctx context.Context, fileSystemID, agenticSpaceID string, opts WaitOptions) (AgenticSpace, error) {
	return waitFor(ctx, "WaitAgenticSpaceRunning", opts, c.space(fileSystemID, agenticSpaceID), wait.Goal[AgenticSpace]{
		Done: func(s AgenticSpace) (string, bool, error) {
			return string(s.Status), s.Status == AgenticSpaceRunning, nil
		},
	})
}

// WaitAgenticSpaceDeleted waits until a space is gone. It succeeds if there is none
// in the first place.
//
// RAM action: nas:GetAgenticSpace.
func (c *Client) WaitAgenticSpaceDeleted(ctx context.Context, fileSystemID, agenticSpaceID string, opts WaitOptions) error {
	_, err := waitFor(ctx, "WaitAgenticSpaceDeleted", opts, c.space(fileSystemID, agenticSpaceID), wait.Goal[AgenticSpace]{
		Gone: notFound,
		Done: func(s AgenticSpace) (string, bool, error) { return string(s.Status), false, nil },
	})
	return err
}

// space returns a function that reads a space.
func (c *Client) space(fileSystemID, id string) func(context.Context) (AgenticSpace, error) {
	return func(ctx context.Context) (AgenticSpace, error) {
		out, err := c.GetAgenticSpace(ctx, GetAgenticSpaceRequest{FileSystemID: fileSystemID, AgenticSpaceID: id})
		if err != nil {
			return AgenticSpace{}, err
		}
		return out.AgenticSpace, about("GetAgenticSpace", id, out.AgenticSpace.AgenticSpaceID, out.RequestID)
	}
}
