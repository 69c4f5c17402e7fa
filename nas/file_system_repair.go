package nas

import (
	"context"
	"strconv"
)

// RepairFileSystem does the same as [Client.EnsureFileSystem] with the same
// arguments, and then repairs drift by changing the description and the tags.
// It does not remove tags that in does not have.
//
// Differences that the service cannot change remain. A different resource group
// remains too, because another one changes who may manage the file system: see
// [Client.ChangeResourceGroup]. The error is a [*DriftError] that lists what
// remains. If one change fails, the other is still made, and the error is that
// of the failed change; call again.
//
// Errors: those of [Client.EnsureFileSystem], [Client.ModifyFileSystem] and
// [Client.TagResources].
//
// RAM actions: those of [Client.EnsureFileSystem], nas:ModifyFileSystem,
// nas:TagResources.
func (c *Client) RepairFileSystem(ctx context.Context, key string, in CreateFileSystemRequest) (Repair, error) {
	fs, err := c.EnsureFileSystem(ctx, key, in)
	description := fix{[]string{"Description"}, func(ctx context.Context) error {
		_, err := c.ModifyFileSystem(ctx, ModifyFileSystemRequest{FileSystemID: fs.FileSystemID, Description: in.Description})
		return err
	}}
	tags := fix{change: func(ctx context.Context) error {
		_, err := c.TagResources(ctx, TagResourcesRequest{ResourceType: ResourceFileSystem, ResourceIDs: []string{fs.FileSystemID}, Tags: in.Tags})
		return err
	}}
	for i := range in.Tags {
		tags.fields = append(tags.fields, "Tag."+strconv.Itoa(i+1)+".Value")
	}
	return repair(ctx, "RepairFileSystem", fs.FileSystemID, err, description, tags)
}
