package nas

// A MountTarget is a domain name in a vSwitch for mounting a file system. The
// domain name is its ID.
type MountTarget struct {
	MountTargetDomain          string             `json:"MountTargetDomain" answer:"required"`
	DualStackMountTargetDomain string             `json:"DualStackMountTargetDomain"`
	AccessGroup                string             `json:"AccessGroup"`           // permission group
	AccessPointAccessOnly      bool               `json:"AccessPointAccessOnly"` // mounts require access points
	NetworkType                string             `json:"NetworkType" enum:"Vpc,Classic"`
	IPVersion                  string             `json:"IPVersion"` // such as IPv4
	Status                     MountTargetStatus  `json:"Status" enum:"Active,Inactive,Pending,Deleting,Hibernating,Hibernated"`
	VpcID                      string             `json:"VpcId"`
	VSwitchID                  string             `json:"VswId"`
	ClientMasterNodes          []ClientMasterNode `json:"ClientMasterNodes"`
	Tags                       []Tag              `json:"Tags"`
}

// A MountTargetStatus is the state of a mount target.
type MountTargetStatus string

// The documented states.
const (
	MountTargetActive      MountTargetStatus = "Active"   // it can be mounted
	MountTargetInactive    MountTargetStatus = "Inactive" // it is switched off
	MountTargetPending     MountTargetStatus = "Pending"  // it is being created or changed
	MountTargetDeleting    MountTargetStatus = "Deleting"
	MountTargetHibernating MountTargetStatus = "Hibernating"
	MountTargetHibernated  MountTargetStatus = "Hibernated"
)
