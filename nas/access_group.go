package nas

import (
	"net/netip"

	"github.com/accesspoint-go/accesspoint/internal/check"
)

// An AccessGroup is a permission group: rules that say who may mount the mount
// targets and access points that use the group, and how.
type AccessGroup struct {
	AccessGroupName  string          `json:"AccessGroupName" answer:"required"`
	AccessGroupType  AccessGroupType `json:"AccessGroupType" enum:"Vpc,Classic"`
	FileSystemType   FileSystemType  `json:"FileSystemType" enum:"standard,extreme,cpfs"` // type of the file systems that the group is for
	Description      string          `json:"Description"`
	RegionID         string          `json:"RegionId"`
	RuleCount        int             `json:"RuleCount"`        // number of rules of the group
	MountTargetCount int             `json:"MountTargetCount"` // number of mount targets that use the group
	CreateTime       string          `json:"CreateTime"`       // ISO 8601

	Rules []AccessRule `json:"-"` // set only by EnsureAccessGroup
}

// An AccessGroupType is the kind of network that a permission group is for.
type AccessGroupType string

// AccessGroupTypeVPC is the only kind that new groups can have. Old groups may
// be Classic.
const AccessGroupTypeVPC AccessGroupType = "Vpc"

// An AccessRule allows a range of client addresses to mount.
type AccessRule struct {
	AccessRuleID     string         `json:"AccessRuleId" answer:"required"` // unique within its group
	AccessGroupName  string         `json:"AccessGroupName"`
	FileSystemType   FileSystemType `json:"FileSystemType" enum:"standard,extreme"`
	RegionID         string         `json:"RegionId"`
	SourceCidrIP     string         `json:"SourceCidrIp"`     // IPv4 address or CIDR block that may mount
	IPv6SourceCidrIP string         `json:"Ipv6SourceCidrIp"` // IPv6 address or CIDR block; empty if SourceCidrIP is set
	RWAccess         RWAccessType   `json:"RWAccess" enum:"RDWR,RDONLY"`
	UserAccess       UserAccessType `json:"UserAccess" enum:"no_squash,root_squash,all_squash"`
	Priority         int            `json:"Priority"` // 1 is the highest
}

// An RWAccessType says whether clients may write.
type RWAccessType string

// The documented rights.
const (
	RWAccessReadWrite RWAccessType = "RDWR"
	RWAccessReadOnly  RWAccessType = "RDONLY"
)

// A UserAccessType says which users of a client keep their identity
// (squashing).
type UserAccessType string

// The documented ways.
const (
	UserAccessNoSquash   UserAccessType = "no_squash"   // all of them
	UserAccessRootSquash UserAccessType = "root_squash" // all except root, which becomes nobody
	UserAccessAllSquash  UserAccessType = "all_squash"  // none: all become nobody
)

// groupName reports whether s can be the name of a group.
func groupName(s string) bool {
	ok := len(s) >= 3 && len(s) <= 64
	for i, r := range s {
		letter := 'a' <= r|0x20 && r|0x20 <= 'z'
		ok = ok && (letter || i > 0 && ('0' <= r && r <= '9' || r == '_' || r == '-'))
	}
	return ok
}

// sourceIs reports whether s is an address or a block, of IPv6 or else of IPv4.
func sourceIs(v6 bool, s string) bool {
	if block, err := netip.ParsePrefix(s); err == nil {
		return block.Addr().Is6() == v6
	}
	address, err := netip.ParseAddr(s)
	return err == nil && address.Is6() == v6 && address.Zone() == ""
}

// notGroupName is what is wrong with a name that is none.
const notGroupName = "must be a letter, then 2 to 63 letters, digits, underscores or hyphens"

// groupRules are the rules of what names a group.
func groupRules(name string, family FileSystemType) []check.Problem {
	return []check.Problem{
		check.Required("AccessGroupName", name),
		check.That(name == "" || groupName(name), "AccessGroupName", notGroupName),
		check.OneOf("FileSystemType", family, "standard", "extreme"),
	}
}

// ruleRules are the rules of what a rule says.
func ruleRules(v4, v6 string, rw RWAccessType, user UserAccessType, priority int) []check.Problem {
	return []check.Problem{
		check.That(v4 == "" || sourceIs(false, v4), "SourceCidrIp", "must be an IPv4 address or block"),
		check.That(v6 == "" || sourceIs(true, v6), "Ipv6SourceCidrIp", "must be an IPv6 address or block"),
		check.OneOf("RWAccessType", rw, "RDWR", "RDONLY"),
		check.OneOf("UserAccessType", user, "no_squash", "root_squash", "all_squash"),
		check.Range("Priority", priority, 1, 100),
	}
}
