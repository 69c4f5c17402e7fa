package efs

import (
	"fmt"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/check"
)

// A FileSystem is an EFS file system. It is mounted through mount targets,
// directly or with an access point.
type FileSystem struct {
	FileSystemID                 string               `json:"FileSystemId" answer:"required"`
	FileSystemARN                string               `json:"FileSystemArn"`
	CreationToken                string               `json:"CreationToken"` // of the call that created it
	CreationTime                 time.Time            `json:"CreationTime"`
	LifeCycleState               LifeCycleState       `json:"LifeCycleState" enum:"creating,available,updating,deleting,deleted,error"`
	Name                         string               `json:"Name"`    // value of the tag Name; empty if there is none
	OwnerID                      string               `json:"OwnerId"` // AWS account
	NumberOfMountTargets         int                  `json:"NumberOfMountTargets"`
	SizeInBytes                  FileSystemSize       `json:"SizeInBytes"`
	PerformanceMode              PerformanceMode      `json:"PerformanceMode" enum:"generalPurpose,maxIO"`
	Encrypted                    bool                 `json:"Encrypted"`
	KmsKeyID                     string               `json:"KmsKeyId"` // ARN of the key; empty if it is not encrypted
	ThroughputMode               ThroughputMode       `json:"ThroughputMode" enum:"bursting,provisioned,elastic"`
	ProvisionedThroughputInMibps float64              `json:"ProvisionedThroughputInMibps"` // 0 unless ThroughputMode is provisioned
	AvailabilityZoneName         string               `json:"AvailabilityZoneName"`         // of a One Zone file system; empty for a Regional one
	AvailabilityZoneID           string               `json:"AvailabilityZoneId"`
	Tags                         []Tag                `json:"Tags"`
	FileSystemProtection         FileSystemProtection `json:"FileSystemProtection"`
}

// A FileSystemSize is the size of a file system in bytes, as measured at
// Timestamp. It is not a snapshot: data written during the measurement may or
// may not count.
type FileSystemSize struct {
	Value           int64     `json:"Value"` // total, including metadata
	Timestamp       time.Time `json:"Timestamp"`
	ValueInStandard *int64    `json:"ValueInStandard"` // nil if the response does not contain it
	ValueInIA       *int64    `json:"ValueInIA"`       // in Infrequent Access; nil if the response does not contain it
	ValueInArchive  *int64    `json:"ValueInArchive"`  // nil if the response does not contain it
}

// FileSystemProtection says whether a file system is protected from being
// overwritten.
type FileSystemProtection struct {
	ReplicationOverwriteProtection ReplicationOverwriteProtection `json:"ReplicationOverwriteProtection" enum:"ENABLED,DISABLED,REPLICATING"`
}

// A PerformanceMode is the performance mode of a file system. It cannot be
// changed.
type PerformanceMode string

// The performance modes.
const (
	GeneralPurpose PerformanceMode = "generalPurpose" // default; the lowest latency
	MaxIO          PerformanceMode = "maxIO"          // neither for One Zone nor for elastic throughput
)

// A ThroughputMode says what the throughput of a file system depends on.
type ThroughputMode string

// The throughput modes.
const (
	ThroughputBursting    ThroughputMode = "bursting"    // its size (default)
	ThroughputProvisioned ThroughputMode = "provisioned" // ProvisionedThroughputInMibps
	ThroughputElastic     ThroughputMode = "elastic"     // the current workload
)

func fileSystemRules(id string) []check.Problem {
	return []check.Problem{
		check.Required("FileSystemId", id),
		check.Length("FileSystemId", id, 1, 128),
		check.That(fileSystemID(id), "FileSystemId", "must be fs- and 8 to 40 hexadecimal digits, or such an ARN"),
	}
}

// only returns the file system that out was asked for by its ID.
func (out *DescribeFileSystemsResponse) only(id string) (FileSystem, error) {
	for _, fs := range out.FileSystems {
		if fs.FileSystemID == bareID(id) {
			return fs, nil
		}
	}
	// As with access points, the service is documented to refuse the request.
	if len(out.FileSystems) > 0 {
		return FileSystem{}, about("DescribeFileSystems", bareID(id), out.FileSystems[0].FileSystemID, out.RequestID)
	}
	return FileSystem{}, fmt.Errorf("efs: DescribeFileSystems: %s: %w (request %s)", bareID(id), ErrNotFound, out.RequestID)
}

// leaving reports whether fs is on its way out, or gone.
func (fs FileSystem) leaving() bool {
	return fs.LifeCycleState == StateDeleting || fs.LifeCycleState == StateDeleted
}

func (fs FileSystem) id() string            { return fs.FileSystemID }
func (fs FileSystem) state() LifeCycleState { return fs.LifeCycleState }
func (fs FileSystem) tag(key string) string { return valueOf(fs.Tags, key) }
