package nas

import "github.com/accesspoint-go/accesspoint/internal/check"

// An AccessPoint is a way to mount a file system: it has a domain name, a root
// directory, a POSIX identity and a permission group of its own.
type AccessPoint struct {
	AccessPointID   string `json:"AccessPointId" answer:"required"`
	AccessPointName string `json:"AccessPointName"`
	ARN             string `json:"ARN"`
	FileSystemID    string `json:"FileSystemId"`
	AgenticSpaceID  string `json:"AgenticSpaceId"` // empty unless the file system is an Agentic one
	DomainName      string `json:"DomainName"`     // the name to mount
	Status          Status `json:"Status" enum:"Active,Inactive,Pending,Deleting"`
	AccessGroup     string `json:"AccessGroup"` // permission group
	EnabledRAM      bool   `json:"EnabledRam"`  // access requires a RAM policy that allows it; if false, all clients that the permission group allows can mount
	RegionID        string `json:"RegionId"`    // empty in lists
	VpcID           string `json:"VpcId"`
	VSwitchID       string `json:"VSwitchId"`

	RootPath           string              `json:"RootPath"`
	RootPathStatus     string              `json:"RootPathStatus"`     // 0, 1 or 2; their meaning is not documented
	RootPathPermission *RootPathPermission `json:"RootPathPermission"` // nil if none was given
	PosixUser          *PosixUser          `json:"PosixUser"`          // nil if requests keep their own identity
	Tags               []Tag               `json:"Tags"`

	// CreateTime and ModifyTime are microseconds since 1970 in the responses of
	// some operations and ISO 8601 in those of others. Prefer CreateTimeUTC and
	// ModifyTimeUTC, if they are set.
	CreateTime string `json:"CreateTime"`
	ModifyTime string `json:"ModifyTime"`
	// CreateTimeUTC and ModifyTimeUTC are ISO 8601. They are empty if the
	// response does not contain them.
	CreateTimeUTC string `json:"CreateTimeUtc"`
	ModifyTimeUTC string `json:"ModifyTimeUtc"`
}

// A Status is the state of an access point, in the documented case regardless
// of the case that the service sends.
type Status string

// The documented states.
const (
	StatusActive   Status = "Active"   // it can be mounted
	StatusInactive Status = "Inactive" // it cannot be mounted
	StatusPending  Status = "Pending"  // it is being created or changed
	StatusDeleting Status = "Deleting"
)

// A RootPathPermission is the owner and mode of a root directory that the
// service creates.
type RootPathPermission struct {
	OwnerUserID  *uint32 `json:"OwnerUserId"`  // nil if none was given
	OwnerGroupID *uint32 `json:"OwnerGroupId"` // nil if none was given
	Permission   string  `json:"Permission"`
}

// A PosixUser is the identity of all requests through an access point.
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
	// In a filter it may be empty, which matches any value.
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
