package efs

import (
	"time"

	"github.com/accesspoint-go/accesspoint/internal/check"
)

// A ReplicationConfiguration is the replication of a file system to another
// one.
type ReplicationConfiguration struct {
	SourceFileSystemID          string                   `json:"SourceFileSystemId" answer:"required"`
	SourceFileSystemRegion      string                   `json:"SourceFileSystemRegion"`
	SourceFileSystemARN         string                   `json:"SourceFileSystemArn"`
	SourceFileSystemOwnerID     string                   `json:"SourceFileSystemOwnerId"` // AWS account
	OriginalSourceFileSystemARN string                   `json:"OriginalSourceFileSystemArn"`
	CreationTime                time.Time                `json:"CreationTime"`
	Destinations                []ReplicationDestination `json:"Destinations"` // one
}

// A ReplicationDestination is the destination of a replication. It is read-only
// for clients.
type ReplicationDestination struct {
	FileSystemID            string            `json:"FileSystemId"`
	Region                  string            `json:"Region"`
	OwnerID                 string            `json:"OwnerId"` // AWS account
	RoleARN                 string            `json:"RoleArn"`
	Status                  ReplicationStatus `json:"Status" enum:"ENABLING,ENABLED,DELETING,ERROR,PAUSED,PAUSING"`
	StatusMessage           string            `json:"StatusMessage"`           // why it is in ERROR or paused
	LastReplicatedTimestamp time.Time         `json:"LastReplicatedTimestamp"` // all data written before is in the destination; zero before the first copy is complete
}

// A ReplicationStatus is the state of a replication.
type ReplicationStatus string

// The documented states.
const (
	ReplicationEnabling ReplicationStatus = "ENABLING"
	ReplicationEnabled  ReplicationStatus = "ENABLED"
	ReplicationDeleting ReplicationStatus = "DELETING"
	ReplicationError    ReplicationStatus = "ERROR" // it must be deleted, and created again
	ReplicationPaused   ReplicationStatus = "PAUSED"
	ReplicationPausing  ReplicationStatus = "PAUSING"
)

func sourceRules(id string) []check.Problem {
	return []check.Problem{
		check.Required("SourceFileSystemId", id),
		check.Length("SourceFileSystemId", id, 1, 128),
		check.That(fileSystemID(id), "SourceFileSystemId", "must be fs- and 8 to 40 hexadecimal digits, or such an ARN"),
	}
}

// status returns the stage of a replication, which has one destination.
func (r ReplicationConfiguration) status() ReplicationStatus {
	if len(r.Destinations) == 0 {
		return ""
	}
	return r.Destinations[0].Status
}
