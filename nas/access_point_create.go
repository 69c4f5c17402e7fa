package nas

import (
	"context"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// CreateAccessPointRequest holds the parameters of [Client.CreateAccessPoint].
// The IDs of users and groups are pointers, because 0 is root.
type CreateAccessPointRequest struct {
	FileSystemID    string `rpc:"FileSystemId"`    // required; a General-purpose NFS file system
	VpcID           string `rpc:"VpcId"`           // required
	VSwitchID       string `rpc:"VswId"`           // required; the API calls it VswId
	AgenticSpaceID  string `rpc:"AgenticSpaceId"`  // required for Agentic file systems
	AccessGroup     string `rpc:"AccessGroup"`     // permission group, default DEFAULT_VPC_GROUP_NAME; not with AgenticSpaceID
	AccessPointName string `rpc:"AccessPointName"` // any text; need not be unique
	RootDirectory   string `rpc:"RootDirectory"`   // default /; a directory that does not exist requires OwnerUserID and OwnerGroupID
	// EnabledRAM denies access that no RAM policy allows. If it is false, all
	// clients that the permission group allows can mount the access point. It
	// must be true with AgenticSpaceID.
	EnabledRAM             bool     `rpc:"EnabledRam"`
	OwnerUserID            *uint32  `rpc:"OwnerUserId"`                  // owner of a new RootDirectory; not with AgenticSpaceID
	OwnerGroupID           *uint32  `rpc:"OwnerGroupId"`                 // group of a new RootDirectory; not with AgenticSpaceID
	Permission             string   `rpc:"Permission"`                   // mode of a new RootDirectory, such as 0755 (default); requires both owners; not with AgenticSpaceID
	PosixUserID            *uint32  `rpc:"PosixUserId"`                  // user that all requests act as; not with AgenticSpaceID
	PosixGroupID           *uint32  `rpc:"PosixGroupId"`                 // group that all requests act as; not with AgenticSpaceID
	PosixSecondaryGroupIDs []uint32 `rpc:"PosixSecondaryGroupIds,comma"` // not with AgenticSpaceID
	Tags                   []Tag    `rpc:"Tag"`                          // up to 20, with different keys
}

// Validate checks in against the documented constraints, without sending it.
func (in CreateAccessPointRequest) Validate() error {
	agentic := in.AgenticSpaceID != ""
	return invalid("CreateAccessPoint", append([]check.Problem{
		check.Required("FileSystemId", in.FileSystemID),
		check.That(!agentic || in.AccessGroup == "", "AccessGroup", "is not supported with AgenticSpaceId"),
		check.Required("VswId", in.VSwitchID),
		check.Required("VpcId", in.VpcID),
		check.That(!agentic || in.EnabledRAM, "EnabledRam", "must be true with AgenticSpaceId"),
		check.That(!agentic || in.OwnerUserID == nil, "OwnerUserId", "is not supported with AgenticSpaceId"),
		check.That(!agentic || in.OwnerGroupID == nil, "OwnerGroupId", "is not supported with AgenticSpaceId"),
		check.That(in.Permission == "" || octalMode(in.Permission), "Permission", "must be 0 and three octal digits"),
		check.That(in.Permission == "" || in.OwnerUserID != nil && in.OwnerGroupID != nil, "Permission", "has no effect without OwnerUserId and OwnerGroupId"),
		check.That(!agentic || in.Permission == "", "Permission", "is not supported with AgenticSpaceId"),
		check.That(!agentic || in.PosixUserID == nil, "PosixUserId", "is not supported with AgenticSpaceId"),
		check.That(!agentic || in.PosixGroupID == nil, "PosixGroupId", "is not supported with AgenticSpaceId"),
		check.That(!agentic || len(in.PosixSecondaryGroupIDs) == 0, "PosixSecondaryGroupIds", "is not supported with AgenticSpaceId"),
		check.Items("Tag", len(in.Tags), maxTags),
		check.Unique("Tag", in.Tags, tagKey),
	}, check.Each("Tag", in.Tags, tagRules)...)...)
}

func octalMode(s string) bool {
	ok := len(s) == 4 && s[0] == '0'
	for _, r := range s {
		ok = ok && '0' <= r && r <= '7'
	}
	return ok
}

// CreateAccessPointResponse is the response of [Client.CreateAccessPoint].
type CreateAccessPointResponse struct {
	RequestID   string `json:"RequestId"`
	AccessPoint struct {
		AccessPointID     string `json:"AccessPointId" answer:"required"`
		AccessPointDomain string `json:"AccessPointDomain"` // the name to mount
	} `json:"AccessPoint"`
}

// CreateAccessPoint creates an access point of a General-purpose NFS file
// system, or of a space of an Agentic one.
//
// The operation is asynchronous: mount only after
// [Client.WaitAccessPointActive]. It has neither an idempotency token nor a
// unique name, so it is retried only if the attempt certainly did not run;
// otherwise the error is an [*OutcomeUnknownError], which [Client.Resume]
// settles. [Client.EnsureAccessPoint] handles all of this.
//
// Errors: [CodeFileSystemNotFound], [CodeVpcNotFound], [CodeVSwitchNotFound],
// [CodeAccessGroupNotFound], [CodeProtocolTypeNotSupported],
// [CodeRAMRoleNotExist], [CodeRAMRoleNoPermission],
// [CodeAccessPointCountsExceeded], [CodeInvalidRequest].
//
// RAM action: nas:CreateAccessPoint.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-createaccesspoint
func (c *Client) CreateAccessPoint(ctx context.Context, in CreateAccessPointRequest) (*CreateAccessPointResponse, error) {
	began := time.Now()
	out, err := call[CreateAccessPointResponse](ctx, c, rpc.Op{Name: "CreateAccessPoint", Version: version, Effect: retry.NonIdempotent}, in)
	if lost, ok := err.(*OutcomeUnknownError); ok {
		lost.Resume = in.resume(c, began)
	}
	return out, err
}
