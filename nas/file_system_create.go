package nas

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// CreateFileSystemRequest holds the parameters of [Client.CreateFileSystem].
type CreateFileSystemRequest struct {
	FileSystemType FileSystemType `rpc:"FileSystemType"` // default standard
	StorageType    StorageType    `rpc:"StorageType"`    // required; a class of the family
	ProtocolType   ProtocolType   `rpc:"ProtocolType"`   // required; standard: NFS or SMB, extreme: NFS, cpfs and cpfsse: cpfs
	ZoneID         string         `rpc:"ZoneId"`         // required for extreme and cpfs; default: the service chooses
	Capacity       int64          `rpc:"Capacity"`       // GiB; required for extreme, cpfs and cpfsse, not for standard
	Bandwidth      int64          `rpc:"Bandwidth"`      // MB/s; only cpfs
	Description    string         `rpc:"Description"`    // 2 to 128 characters, a letter first, starts with neither http:// nor https://

	ChargeType ChargeType `rpc:"ChargeType"` // default PayAsYouGo
	Duration   int        `rpc:"Duration"`   // months; required for a Subscription

	EncryptType EncryptType `rpc:"EncryptType"` // default: none
	KMSKeyID    string      `rpc:"KmsKeyId"`    // required for EncryptOwnKey

	VpcID                string   `rpc:"VpcId"`                // required for cpfs and cpfsse; no effect otherwise
	VSwitchID            string   `rpc:"VSwitchId"`            // required for cpfs; no effect otherwise
	RedundancyType       string   `rpc:"RedundancyType"`       // ZRS; only cpfsse
	RedundancyVSwitchIDs []string `rpc:"RedundancyVSwitchIds"` // three, in three zones; only cpfsse with ZRS

	SnapshotID      string `rpc:"SnapshotId"`      // create from this snapshot; only extreme
	ResourceGroupID string `rpc:"ResourceGroupId"` // default: the account's
	Tags            []Tag  `rpc:"Tag"`             // up to 20, with different keys
	// ClientToken is the idempotency token, of up to 64 ASCII characters. The
	// service honors it only for extreme file systems, for 30 days; the default
	// for those is a random one for each call.
	ClientToken string `rpc:"ClientToken"`
	DryRun      bool   `rpc:"DryRun"` // only check the request: see [Client.DryRun]
}

// A ChargeType is a way to pay.
type ChargeType string

// The documented ways.
const (
	ChargePayAsYouGo   ChargeType = "PayAsYouGo"
	ChargeSubscription ChargeType = "Subscription"
)

// An EncryptType says whose key encrypts what a file system holds. Zero is no
// encryption.
type EncryptType int

// The documented keys.
const (
	EncryptServiceKey EncryptType = 1 // a key of NAS
	EncryptOwnKey     EncryptType = 2 // a key of the account in KMS
)

// Validate checks in against the documented constraints, without sending it.
func (in CreateFileSystemRequest) Validate() error {
	extreme, cpfs, cpfsse := in.FileSystemType == FileSystemTypeExtreme, in.FileSystemType == FileSystemTypeCPFS, in.FileSystemType == FileSystemTypeCPFSSE
	standard := in.FileSystemType == "" || in.FileSystemType == FileSystemTypeStandard
	return invalid("CreateFileSystem", append(append([]check.Problem{
		check.Required("ProtocolType", in.ProtocolType),
		check.Required("StorageType", in.StorageType),
		check.That(!(extreme || cpfs || cpfsse) || in.Capacity != 0, "Capacity", "is required for this FileSystemType"),
		check.That(!standard || in.Capacity == 0, "Capacity", "is not supported with this FileSystemType"),
		check.That(!(extreme || cpfs) || in.ZoneID != "", "ZoneId", "is required for this FileSystemType"),
		check.That(!(cpfs || cpfsse) || in.VpcID != "", "VpcId", "is required for this FileSystemType"),
		check.That(!cpfs || in.VSwitchID != "", "VSwitchId", "is required for this FileSystemType"),
		check.OneOf("ChargeType", in.ChargeType, "PayAsYouGo", "Subscription"),
		check.That(in.ChargeType != ChargeSubscription || in.Duration != 0, "Duration", "is required for a Subscription"),
		check.Range("EncryptType", in.EncryptType, 0, 2),
		check.That(in.EncryptType != EncryptOwnKey || in.KMSKeyID != "", "KmsKeyId", "is required for EncryptType 2"),
		check.That(in.SnapshotID == "" || !standard && !cpfs, "SnapshotId", "is not supported with this FileSystemType"),
		check.That(in.RedundancyVSwitchIDs == nil || len(in.RedundancyVSwitchIDs) == 3, "RedundancyVSwitchIds", "must have 3 items"),
		check.Length("Description", in.Description, 2, 128),
		check.NoPrefix("Description", in.Description, "http://", "https://"),
		check.Items("Tag", len(in.Tags), maxTags),
		check.Unique("Tag", in.Tags, tagKey),
	}, tokenRules(in.ClientToken)...), check.Each("Tag", in.Tags, func(t Tag) []check.Problem { // its value may be empty
		return append(tagFilterRules(t), check.NoPrefix("Key", t.Key, "aliyun", "acs:"))
	})...)...)
}

func (in CreateFileSystemRequest) dryRun(token string) (string, DryRunnable) {
	in.ClientToken, in.DryRun = token, true
	return "CreateFileSystem", in
}

// CreateFileSystemResponse is the response of [Client.CreateFileSystem].
type CreateFileSystemResponse struct {
	RequestID    string `json:"RequestId"`
	FileSystemID string `json:"FileSystemId" answer:"required"` // empty for a dry run
}

// CreateFileSystem creates a file system, which is billed from then on.
//
// The operation is asynchronous: mount targets can be created after
// [Client.WaitFileSystemAvailable]. All attempts of a call for an extreme file
// system carry one ClientToken, so it is retried even if an attempt may have
// run. For other families the service ignores tokens, so it is retried only if
// the attempt certainly did not run. If it may have run, or if the service
// accepts the order without naming an ID, the error is an
// [*OutcomeUnknownError]: check with [Client.DescribeFileSystems] before you
// call again. [Client.EnsureFileSystem] handles all of this.
//
// Errors: [CodeIdempotentParameterMismatch], [CodeFileSystemAlreadyExisted],
// [CodeOutOfStock], [CodeNotEnoughBalance], [CodeUserInDebt], [CodeInvalidState],
// [CodeNotSupportBYOK], [CodeInvalidKMSKeyID], [CodeKMSKeyIDNotFound],
// [CodeKMSServiceNotEnabled], [CodeMissingKMSKeyID],
// [CodeNoEncryptionSLRPermission], [CodeNoExtremeSLRPermission],
// [CodeNoStandardSLRPermission].
//
// RAM action: nas:CreateFileSystem.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-createfilesystem
func (c *Client) CreateFileSystem(ctx context.Context, in CreateFileSystemRequest) (*CreateFileSystemResponse, error) {
	op := rpc.Op{Name: "CreateFileSystem", Version: version, Effect: retry.NonIdempotent}
	if in.FileSystemType == FileSystemTypeExtreme {
		in.ClientToken, op.Effect = token(in.ClientToken), retry.WithToken
	}
	op.Effect = effect(op.Effect, in.DryRun)
	if in.DryRun {
		out, err := call[dryRunAnswer](ctx, c, op, in)
		if err != nil {
			return nil, withToken(err, in.ClientToken)
		}
		return &CreateFileSystemResponse{RequestID: out.RequestID}, nil
	}
	out, err := call[CreateFileSystemResponse](ctx, c, op, in)
	return out, withToken(err, in.ClientToken)
}
