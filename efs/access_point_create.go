package efs

import (
	"cmp"
	"context"
	"errors"
	"net/http"

	"github.com/google/uuid"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/rest"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/uri"
)

// CreateAccessPointRequest holds the parameters of [Client.CreateAccessPoint].
type CreateAccessPointRequest struct {
	// ClientToken is the idempotency token: the service creates one access
	// point per token in the account and region, regardless of the file system.
	// It has up to 64 ASCII characters. The default is a random one for each
	// call.
	ClientToken   string         `json:"ClientToken,omitzero"`
	FileSystemID  string         `json:"FileSystemId,omitzero"`  // required; an ID or ARN
	PosixUser     *PosixUser     `json:"PosixUser,omitzero"`     // identity of all requests; default: that of the client
	RootDirectory *RootDirectory `json:"RootDirectory,omitzero"` // default: the file system's own
	Tags          []Tag          `json:"Tags,omitzero"`          // with different keys
}

// Validate checks in against the documented constraints, without sending it.
func (in CreateAccessPointRequest) Validate() error {
	problems := append([]check.Problem{
		check.Length("ClientToken", in.ClientToken, 1, 64),
		check.That(asciiLine(in.ClientToken), "ClientToken", "must have only ASCII characters and no line end"),
		check.Unique("Tags", in.Tags, tagKey),
	}, check.Each("Tags", in.Tags, tagRules)...)
	problems = append(problems,
		check.Required("FileSystemId", in.FileSystemID),
		check.Length("FileSystemId", in.FileSystemID, 1, 128),
		check.That(fileSystemID(in.FileSystemID), "FileSystemId", "must be fs- and 8 to 40 hexadecimal digits, or such an ARN"),
	)
	if user := in.PosixUser; user != nil {
		problems = append(problems,
			check.Required("PosixUser.Uid", user.UID),
			check.Required("PosixUser.Gid", user.GID),
			check.Items("PosixUser.SecondaryGids", len(user.SecondaryGIDs), 16),
		)
	}
	if root := in.RootDirectory; root != nil {
		problems = append(problems,
			check.Length("RootDirectory.Path", root.Path, 1, 100),
			check.That(root.Path == "" || rootPath(root.Path), "RootDirectory.Path", "must be / or up to four elements such as /a/b, none of which starts with a dot or contains any of $#<>;`|&?{}^* or a line end"),
		)
		if info := root.CreationInfo; info != nil {
			problems = append(problems,
				check.Required("RootDirectory.CreationInfo.OwnerUid", info.OwnerUID),
				check.Required("RootDirectory.CreationInfo.OwnerGid", info.OwnerGID),
				check.Required("RootDirectory.CreationInfo.Permissions", info.Permissions),
				check.That(info.Permissions == "" || octalMode(info.Permissions), "RootDirectory.CreationInfo.Permissions", "must be three or four octal digits"),
			)
		}
	}
	return invalid("CreateAccessPoint", problems...)
}

// CreateAccessPointResponse is the response of [Client.CreateAccessPoint]: the
// access point as it is created.
type CreateAccessPointResponse struct {
	RequestID string `json:"-"`
	AccessPoint
}

// CreateAccessPoint creates an access point of a file system.
//
// The operation is asynchronous: see [Client.WaitAccessPointAvailable]. It does
// not create the root directory; the first mount does.
//
// It is retried even if an attempt may have run, with the same ClientToken. The
// service refuses a token that it has seen, and names the access point that has
// it. If an earlier attempt of this call may have created that access point,
// the call describes it, and returns it if it has the parameters of in. The
// call then needs the permission elasticfilesystem:DescribeAccessPoints.
// Otherwise, for instance in a new call with an old token, the error is an
// [*APIError] with [CodeAccessPointAlreadyExists] and the ID of the access
// point as ResourceID.
//
// A file system can have 10,000 access points, and more on request. Near the
// limit, the service throttles the operation with [CodeThrottlingException], so
// an [ErrThrottled] after few calls may mean that the limit is near.
//
// Errors: [CodeAccessPointAlreadyExists], [CodeAccessPointLimitExceeded],
// [CodeBadRequest], [CodeFileSystemNotFound],
// [CodeIncorrectFileSystemLifeCycleState], [CodeInternalServerError],
// [CodeThrottlingException], [CodeValidationException].
//
// IAM action: elasticfilesystem:CreateAccessPoint, and with Tags
// elasticfilesystem:TagResource.
//
// API reference: https://docs.aws.amazon.com/efs/latest/ug/API_CreateAccessPoint.html
func (c *Client) CreateAccessPoint(ctx context.Context, in CreateAccessPointRequest) (*CreateAccessPointResponse, error) {
	in.ClientToken = cmp.Or(in.ClientToken, uuid.NewString())
	out, err := call[CreateAccessPointResponse](ctx, c, withBody(rest.Op{
		Name: "CreateAccessPoint", Effect: retry.WithToken, Method: http.MethodPost, Path: uri.Path(version, "access-points"), Lane: in.FileSystemID,
	}, in), in.ClientToken, in)
	// An attempt that ended unknown and one that was refused for its token: the
	// two may have been one access point.
	exists := refusedOwnToken(err, CodeAccessPointAlreadyExists)
	if exists == nil {
		return out, err
	}
	found, err := c.DescribeAccessPoints(ctx, DescribeAccessPointsRequest{AccessPointID: exists.ResourceID})
	if err == nil {
		if ap, err := found.only(exists.ResourceID); err == nil && in.describes(ap) {
			return &CreateAccessPointResponse{found.RequestID, ap}, nil
		}
	}
	return nil, unseen(exists, err)
}

// refusedOwnToken returns the refusal of a token that an earlier attempt of the
// same call may have used, or nil.
func refusedOwnToken(err error, code Code) *APIError {
	unknown, _ := err.(*OutcomeUnknownError)
	if unknown == nil {
		return nil
	}
	exists, _ := errors.AsType[*APIError](unknown)
	if exists.Code != code || exists.ResourceID == "" {
		return nil
	}
	return exists
}

// unseen returns exists, which says why nobody looked if that is the context.
func unseen(exists *APIError, err error) *APIError {
	for _, ended := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, ended) {
			exists.Err = ended
		}
	}
	return exists
}
