package efs

import (
	"cmp"
	"context"
	"math"
	"net/http"

	"github.com/google/uuid"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/rest"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/uri"
)

// CreateFileSystemRequest holds the parameters of [Client.CreateFileSystem].
type CreateFileSystemRequest struct {
	// CreationToken is the idempotency token: the service creates one file
	// system per token in the account and region. It has up to 64 ASCII
	// characters. The default is a random one for each call.
	CreationToken   string          `json:"CreationToken,omitzero"`
	PerformanceMode PerformanceMode `json:"PerformanceMode,omitzero"` // default: generalPurpose
	Encrypted       *bool           `json:"Encrypted,omitzero"`       // default: false
	// KmsKeyID is the key for the encryption: its ID, its ARN, or an alias or
	// the ARN of one. It requires Encrypted. The default is the service's own
	// key.
	KmsKeyID       string         `json:"KmsKeyId,omitzero"`
	ThroughputMode ThroughputMode `json:"ThroughputMode,omitzero"` // default: bursting
	// ProvisionedThroughputInMibps is the throughput in MiB/s, from 1 to 3414,
	// or less in some regions. It is required for the mode provisioned, and not
	// allowed otherwise.
	ProvisionedThroughputInMibps float64 `json:"ProvisionedThroughputInMibps,omitzero"`
	AvailabilityZoneName         string  `json:"AvailabilityZoneName,omitzero"` // for a One Zone file system in this zone; default: a Regional one
	Backup                       *bool   `json:"Backup,omitzero"`               // automatic backups; default: false, and true for One Zone
	Tags                         []Tag   `json:"Tags,omitzero"`                 // with different keys
}

// Validate checks in against the documented constraints, without sending it.
func (in CreateFileSystemRequest) Validate() error {
	return invalid("CreateFileSystem", append([]check.Problem{
		check.Length("CreationToken", in.CreationToken, 1, 64),
		check.That(asciiLine(in.CreationToken), "CreationToken", "must have only ASCII characters and no line end"),
		check.OneOf("PerformanceMode", in.PerformanceMode, GeneralPurpose, MaxIO),
		check.That(in.PerformanceMode != MaxIO || in.ThroughputMode != ThroughputElastic, "PerformanceMode", "must not be maxIO with elastic throughput"),
		check.That(in.PerformanceMode != MaxIO || in.AvailabilityZoneName == "", "PerformanceMode", "must not be maxIO with an AvailabilityZoneName"),
		check.Length("KmsKeyId", in.KmsKeyID, 1, 2048),
		check.That(kmsKey(in.KmsKeyID), "KmsKeyId", "must be the ID of a key, an alias, or the ARN of one of them"),
		check.That(in.KmsKeyID == "" || in.Encrypted != nil && *in.Encrypted, "KmsKeyId", "needs Encrypted"),
		check.OneOf("ThroughputMode", in.ThroughputMode, ThroughputBursting, ThroughputProvisioned, ThroughputElastic),
		check.That(throughput(in.ProvisionedThroughputInMibps), "ProvisionedThroughputInMibps", "must be 1 or more"),
		check.That(in.ProvisionedThroughputInMibps != 0 || in.ThroughputMode != ThroughputProvisioned, "ProvisionedThroughputInMibps", "is required with ThroughputMode provisioned"),
		check.That(in.ProvisionedThroughputInMibps == 0 || in.ThroughputMode == ThroughputProvisioned, "ProvisionedThroughputInMibps", "needs ThroughputMode provisioned"),
		check.Length("AvailabilityZoneName", in.AvailabilityZoneName, 1, 64),
		check.That(!lineEnd(in.AvailabilityZoneName), "AvailabilityZoneName", "must not contain a line end"),
		check.Unique("Tags", in.Tags, tagKey),
	}, check.Each("Tags", in.Tags, tagRules)...)...)
}

// throughput reports whether n is a throughput, or not set.
func throughput(n float64) bool { return n == 0 || n >= 1 && n <= math.MaxFloat64 }

// CreateFileSystemResponse is the response of [Client.CreateFileSystem]: the
// file system as it is created.
type CreateFileSystemResponse struct {
	RequestID string `json:"-"`
	FileSystem
}

// CreateFileSystem creates an empty file system. It can be mounted once it has
// a mount target.
//
// The operation is asynchronous: see [Client.WaitFileSystemAvailable].
//
// It is retried even if an attempt may have run, with the same CreationToken.
// The service refuses a token that a file system has, and names the file
// system. If an earlier attempt of this call may have created that file system,
// the call describes it, and returns it if it has the parameters of in. The
// call then needs the permission elasticfilesystem:DescribeFileSystems.
// Otherwise the error is an [*APIError] with [CodeFileSystemAlreadyExists] and
// the ID of the file system as ResourceID.
//
// Errors: [CodeFileSystemAlreadyExists], [CodeFileSystemLimitExceeded],
// [CodeInsufficientThroughputCapacity], [CodeThroughputLimitExceeded],
// [CodeUnsupportedAvailabilityZone], [CodeBadRequest],
// [CodeInternalServerError], [CodeThrottlingException],
// [CodeValidationException].
//
// IAM action: elasticfilesystem:CreateFileSystem, and with Tags
// elasticfilesystem:TagResource.
//
// API reference: https://docs.aws.amazon.com/efs/latest/ug/API_CreateFileSystem.html
func (c *Client) CreateFileSystem(ctx context.Context, in CreateFileSystemRequest) (*CreateFileSystemResponse, error) {
	in.CreationToken = cmp.Or(in.CreationToken, uuid.NewString())
	out, err := call[CreateFileSystemResponse](ctx, c, withBody(rest.Op{
		Name: "CreateFileSystem", Effect: retry.WithToken, Method: http.MethodPost, Path: uri.Path(version, "file-systems"),
	}, in), in.CreationToken, in)
	exists := refusedOwnToken(err, CodeFileSystemAlreadyExists)
	if exists == nil {
		return out, err
	}
	found, err := c.DescribeFileSystems(ctx, DescribeFileSystemsRequest{FileSystemID: exists.ResourceID})
	if err == nil {
		if fs, err := found.only(exists.ResourceID); err == nil && in.describes(fs) {
			return &CreateFileSystemResponse{found.RequestID, fs}, nil
		}
	}
	return nil, unseen(exists, err)
}

// describes reports whether fs is what in asks for, tags and backups left out,
// which can be changed.
func (in CreateFileSystemRequest) describes(fs FileSystem) bool {
	return fs.CreationToken == in.CreationToken && !fs.leaving() && len(in.differences(fs)) == 0
}

// differences compares fs with what in asks for. The alias of a key says nothing
// about which key it is.
func (in CreateFileSystemRequest) differences(fs FileSystem) []check.Difference {
	var ds []check.Difference
	differ := func(asked bool, d check.Difference) {
		if asked && d != (check.Difference{}) {
			ds = append(ds, d)
		}
	}
	differ(in.PerformanceMode != "", check.Same("PerformanceMode", in.PerformanceMode, fs.PerformanceMode))
	differ(in.Encrypted != nil, check.Same("Encrypted", in.Encrypted != nil && *in.Encrypted, fs.Encrypted))
	differ(in.KmsKeyID != "" && !isAlias(in.KmsKeyID), check.Same("KmsKeyId", bareID(in.KmsKeyID), bareID(fs.KmsKeyID)))
	differ(in.ThroughputMode != "", check.Same("ThroughputMode", in.ThroughputMode, fs.ThroughputMode))
	differ(in.ProvisionedThroughputInMibps != 0, check.Same("ProvisionedThroughputInMibps", in.ProvisionedThroughputInMibps, fs.ProvisionedThroughputInMibps))
	differ(in.AvailabilityZoneName != "", check.Same("AvailabilityZoneName", in.AvailabilityZoneName, fs.AvailabilityZoneName))
	return ds
}
