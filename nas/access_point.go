package nas

import "github.com/accesspoint-go/accesspoint/internal/check"

// An AccessPoint is an entrance to a file system: a domain name to mount, with
// a root directory, a POSIX identity and a permission group of its own.
type AccessPoint struct {
	AccessPointID   string `json:"AccessPointId" answer:"required"`
	AccessPointName string `json:"AccessPointName"`
	ARN             string `json:"ARN"`
	FileSystemID    string `json:"FileSystemId"`
	AgenticSpaceID  string `json:"AgenticSpaceId"` // empty unless the file system is an Agentic one
	DomainName      string `json:"DomainName"`     // what is mounted
	Status          Status `json:"Status" enum:"Active,Inactive,Pending,Deleting"`
	AccessGroup     string `json:"AccessGroup"`
	EnabledRAM      bool   `json:"EnabledRam"` // access needs a RAM policy that grants it; if off, whoever the permission group lets in can mount
	RegionID        string `json:"RegionId"`   // empty in lists
	VpcID           string `json:"VpcId"`
	VSwitchID       string `json:"VSwitchId"`

	RootPath           string              `json:"RootPath"`
	RootPathStatus     string              `json:"RootPathStatus"`     // 0, 1 or 2; no documentation says what they mean
	RootPathPermission *RootPathPermission `json:"RootPathPermission"` // nil if none was given
	PosixUser          *PosixUser          `json:"PosixUser"`          // nil if requests keep their own identity
	Tags               []Tag               `json:"Tags"`

	// CreateTime and ModifyTime are microseconds since 1970 in the answers of
	// some operations and ISO 8601 in those of others.
	CreateTime string `json:"CreateTime"`
	ModifyTime string `json:"ModifyTime"`
	// CreateTimeUTC and ModifyTimeUTC are ISO 8601. Older answers lack them.
	CreateTimeUTC string `json:"CreateTimeUtc"`
	ModifyTimeUTC string `json:"ModifyTimeUtc"`
}

// A Status is a stage in the life of an access point, as documented whatever case
// the service writes: the documentation has Active, terraform's provider waits for
// active, and nobody here has seen a live answer.
type Status string

// The documented stages.
const (
	StatusActive   Status = "Active"   // it can be mounted
	StatusInactive Status = "Inactive" // it cannot
	StatusPending  Status = "Pending"  // it is being created or changed
	StatusDeleting Status = "Deleting"
)

// A RootPathPermission is what a root directory gets that has to be created.
type RootPathPermission struct {
	OwnerUserID  *uint32 `json:"OwnerUserId"`  // nil if none was given
	OwnerGroupID *uint32 `json:"OwnerGroupId"` // nil if none was given
	Permission   string  `json:"Permission"`
}

// A PosixUser is the identity that all requests through an access point take
// on.
type PosixUser struct {
	PosixUserID            *uint32  `json:"PosixUserId"`  // nil if none was given
	PosixGroupID           *uint32  `json:"PosixGroupId"` // nil if none was given
	PosixSecondaryGroupIDs []uint32 `json:"PosixSecondaryGroupIds"`
}

// A Tag labels a resource.
type Tag struct {
	// Key has 1 to 128 characters, with neither http:// nor https:// in it. Unless
	// it is a filter, it starts with neither aliyun nor acs:.
	Key string `rpc:"Key" json:"Key"`
	// Value has 1 to 128 characters, with neither http:// nor https:// in it.
	// As a filter it may be empty and matches any value.
	Value string `rpc:"Value" json:"Value"`
}

// maxTags is the number of tags that a request may have.
const maxTags = 20

func tagKey(t Tag) string { return t.Key }

// tagRules are the rules of a tag that is given to a resource.
func tagRules(t Tag) []check.Problem {
	return append(tagFilterRules(t), check.All(
		check.NoPrefix("Key", t.Key, "aliyun", "acs:"),
		check.Required("Value", t.Value))...)
}

// tagFilterRules are the rules of a tag that resources are looked up by, which may
// be one of those that Alibaba Cloud and its tools leave, such as acs:ros:stackId.
func tagFilterRules(t Tag) []check.Problem {
	return check.All(
		check.Required("Key", t.Key),
		check.Length("Key", t.Key, 1, 128),
		check.Lacks("Key", t.Key, "http://", "https://"),
		check.Length("Value", t.Value, 1, 128),
		check.Lacks("Value", t.Value, "http://", "https://"),
	)
}
