package efs

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/accesspoint-go/accesspoint/internal/check"
)

// An AccessPoint is a way to mount a file system: it has a root directory and a
// POSIX identity of its own.
type AccessPoint struct {
	AccessPointID  string         `json:"AccessPointId" answer:"required"`
	AccessPointARN string         `json:"AccessPointArn"`
	ClientToken    string         `json:"ClientToken"` // of the call that created it; empty if the response does not contain it
	FileSystemID   string         `json:"FileSystemId"`
	Name           string         `json:"Name"`          // value of the tag Name; empty if there is none
	OwnerID        string         `json:"OwnerId"`       // AWS account
	PosixUser      *PosixUser     `json:"PosixUser"`     // nil if requests keep their own identity
	RootDirectory  *RootDirectory `json:"RootDirectory"` // nil if the response does not contain it
	Tags           []Tag          `json:"Tags"`
	LifeCycleState LifeCycleState `json:"LifeCycleState" enum:"creating,available,updating,deleting,deleted,error"`
}

// A LifeCycleState is the state of an access point, a file system or a mount
// target, in lower case regardless of the case that the service sends.
type LifeCycleState string

// The documented states.
const (
	StateCreating  LifeCycleState = "creating"
	StateAvailable LifeCycleState = "available" // it can be mounted
	StateUpdating  LifeCycleState = "updating"
	StateDeleting  LifeCycleState = "deleting"
	StateDeleted   LifeCycleState = "deleted"
	StateError     LifeCycleState = "error"
)

// A PosixUser is the identity of all requests through an access point. The IDs
// are pointers, because 0 is root.
type PosixUser struct {
	UID           *uint32  `json:"Uid,omitzero"`           // required; 0 is root
	GID           *uint32  `json:"Gid,omitzero"`           // required; 0 is root's group
	SecondaryGIDs []uint32 `json:"SecondaryGids,omitzero"` // up to 16
}

// A RootDirectory is the directory that an access point shows as its root.
type RootDirectory struct {
	// Path is / or has up to four elements, as in /a/b/c/d, and up to 100
	// characters. No element starts with a dot or contains one of
	// $#<>;`|&?{}^* or a line end. The default is /.
	Path string `json:"Path,omitzero"`
	// CreationInfo is required if the directory does not exist: the first mount
	// creates it, and fails without CreationInfo.
	CreationInfo *CreationInfo `json:"CreationInfo,omitzero"`
}

// CreationInfo is the owner and mode of a root directory that EFS creates.
type CreationInfo struct {
	OwnerUID    *uint32 `json:"OwnerUid,omitzero"` // required; 0 is root
	OwnerGID    *uint32 `json:"OwnerGid,omitzero"` // required; 0 is root's group
	Permissions string  `json:"Permissions"`       // required; three or four octal digits, such as 0755
}

// A Tag labels a resource.
type Tag struct {
	// Key has 1 to 128 letters, digits, spaces and characters of _.:/=+-@ and
	// does not start with aws:, in upper or lower case.
	Key string `json:"Key"`
	// Value has up to 256 of the same characters.
	Value string `json:"Value"`
}

func tagKey(t Tag) string { return t.Key }

func tagRules(t Tag) []check.Problem {
	return check.All(
		check.Required("Key", t.Key),
		check.Length("Key", t.Key, 1, 128),
		check.That(!forAWS(t.Key), "Key", "must not start with aws:"),
		check.That(tagText(t.Key), "Key", "must have only letters, digits, spaces and _.:/=+-@"),
		check.Length("Value", t.Value, 0, 256),
		check.That(tagText(t.Value), "Value", "must have only letters, digits, spaces and _.:/=+-@"),
	)
}

// forAWS reports whether only AWS may use a tag key.
func forAWS(key string) bool { return len(key) >= 4 && strings.EqualFold(key[:4], "aws:") }

// bareID returns the ID in an ARN, and an ID as it is.
func bareID(id string) string { return id[strings.LastIndexByte(id, '/')+1:] }

// only returns the access point that out was asked for by its ID.
func (out *DescribeAccessPointsResponse) only(id string) (AccessPoint, error) {
	for _, ap := range out.AccessPoints {
		if ap.AccessPointID == bareID(id) {
			return ap, nil
		}
	}
	// The service is documented to refuse the request instead, with
	// AccessPointNotFound. An empty list can mean nothing else, but one of others
	// does not prove anything.
	if len(out.AccessPoints) > 0 {
		return AccessPoint{}, about("DescribeAccessPoints", bareID(id), out.AccessPoints[0].AccessPointID, out.RequestID)
	}
	return AccessPoint{}, fmt.Errorf("efs: DescribeAccessPoints: %s: %w (request %s)", bareID(id), ErrNotFound, out.RequestID)
}

// leaving reports whether ap is on its way out, or gone.
func (ap AccessPoint) leaving() bool {
	return ap.LifeCycleState == StateDeleting || ap.LifeCycleState == StateDeleted
}

func (ap AccessPoint) id() string            { return ap.AccessPointID }
func (ap AccessPoint) state() LifeCycleState { return ap.LifeCycleState }
func (ap AccessPoint) tag(key string) string { return valueOf(ap.Tags, key) }

// valueOf returns the value of a tag, or an empty text.
func valueOf(tags []Tag, key string) string {
	for _, t := range tags {
		if t.Key == key {
			return t.Value
		}
	}
	return ""
}

// describes reports whether ap is what in asks for. Tags are left out, since
// they can be changed. What the service fills in does not count as a difference,
// and neither does the order of groups or a zero before a mode: how EFS gives them
// back is not known.
func (in CreateAccessPointRequest) describes(ap AccessPoint) bool {
	return ap.FileSystemID == bareID(in.FileSystemID) &&
		(ap.ClientToken == "" || ap.ClientToken == in.ClientToken) &&
		!ap.leaving() &&
		sameUser(in.PosixUser, ap.PosixUser) && sameRoot(in.RootDirectory, ap.RootDirectory)
}

func sameUser(a, b *PosixUser) bool {
	if a == nil || b == nil {
		return a == b
	}
	within := func(ids, set []uint32) bool {
		return !slices.ContainsFunc(ids, func(id uint32) bool { return !slices.Contains(set, id) })
	}
	return sameID(a.UID, b.UID) && sameID(a.GID, b.GID) && within(a.SecondaryGIDs, b.SecondaryGIDs) && within(b.SecondaryGIDs, a.SecondaryGIDs)
}

func sameID(a, b *uint32) bool { return a == b || a != nil && b != nil && *a == *b }

func sameRoot(a, b *RootDirectory) bool {
	x, y := cmp.Or(a, &RootDirectory{}), cmp.Or(b, &RootDirectory{})
	if cmp.Or(x.Path, "/") != cmp.Or(y.Path, "/") {
		return false
	}
	if x.CreationInfo == nil || y.CreationInfo == nil {
		return x.CreationInfo == y.CreationInfo
	}
	i, j := *x.CreationInfo, *y.CreationInfo
	return sameID(i.OwnerUID, j.OwnerUID) && sameID(i.OwnerGID, j.OwnerGID) &&
		strings.TrimLeft(i.Permissions, "0") == strings.TrimLeft(j.Permissions, "0")
}
