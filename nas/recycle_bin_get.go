package nas

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// GetRecycleBinAttributeRequest holds the parameters of
// [Client.GetRecycleBinAttribute].
type GetRecycleBinAttributeRequest struct {
	FileSystemID string `rpc:"FileSystemId"` // required; a General-purpose file system
}

// Validate checks in against the documented constraints, without sending it.
func (in GetRecycleBinAttributeRequest) Validate() error {
	return invalid("GetRecycleBinAttribute", check.Required("FileSystemId", in.FileSystemID))
}

// GetRecycleBinAttributeResponse is the response of
// [Client.GetRecycleBinAttribute].
type GetRecycleBinAttributeResponse struct {
	RequestID           string              `json:"RequestId"`
	RecycleBinAttribute RecycleBinAttribute `json:"RecycleBinAttribute" answer:"required"`
}

// A RecycleBinAttribute is the recycle bin of a file system, which keeps deleted
// files for some days. Sizes are in bytes.
type RecycleBinAttribute struct {
	Status        RecycleBinStatus `json:"Status" enum:"Enable,Disable"`
	ReservedDays  int64            `json:"ReservedDays"`  // how many days files are kept; 0 while the bin is off
	Size          int64            `json:"Size"`          // of the files
	SecondarySize int64            `json:"SecondarySize"` // of those in the storage class Infrequent Access
	ArchiveSize   int64            `json:"ArchiveSize"`   // of those in the storage class Archive
	EnableTime    string           `json:"EnableTime"`    // ISO 8601
}

// A RecycleBinStatus says whether a recycle bin is on.
type RecycleBinStatus string

// The documented values.
const (
	RecycleBinEnable  RecycleBinStatus = "Enable"
	RecycleBinDisable RecycleBinStatus = "Disable"
)

// GetRecycleBinAttribute returns the settings of the recycle bin of a file
// system, and the size of its contents.
//
// Errors: [CodeFileSystemNotFound], [CodeMissingFileSystemID],
// [CodeIllegalCharacters].
//
// RAM action: nas:GetRecycleBinAttribute.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-getrecyclebinattribute
func (c *Client) GetRecycleBinAttribute(ctx context.Context, in GetRecycleBinAttributeRequest) (*GetRecycleBinAttributeResponse, error) {
	return call[GetRecycleBinAttributeResponse](ctx, c, rpc.Op{Name: "GetRecycleBinAttribute", Version: version, Method: http.MethodGet, Effect: retry.Read}, in)
}
