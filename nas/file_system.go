package nas

// A FileSystem is a NAS file system. Sizes are in bytes unless a comment says
// otherwise.
type FileSystem struct {
	FileSystemID   string           `json:"FileSystemId" answer:"required"`
	FileSystemType FileSystemType   `json:"FileSystemType" enum:"standard,extreme,cpfs,cpfsse"`
	StorageType    StorageType      `json:"StorageType" enum:"Capacity,Performance,Premium,Agentic,standard,advance,advance_100,advance_200,economic"`
	ProtocolType   ProtocolType     `json:"ProtocolType" enum:"NFS,SMB,cpfs"`
	Status         FileSystemStatus `json:"Status" enum:"Pending,Running,Stopped,Extending,Stopping,Deleting"`
	Description    string           `json:"Description"`
	RegionID       string           `json:"RegionId"`
	ZoneID         string           `json:"ZoneId"`
	Version        string           `json:"Version"`
	CreateTime     string           `json:"CreateTime"`
	ExpiredTime    string           `json:"ExpiredTime"` // empty unless it is a subscription
	ChargeType     string           `json:"ChargeType"`  // PayAsYouGo, Subscription or Package

	Capacity           int64 `json:"Capacity"`           // GiB
	Bandwidth          int64 `json:"Bandwidth"`          // MB/s
	MeteredSize        int64 `json:"MeteredSize"`        // used
	MeteredIASize      int64 `json:"MeteredIASize"`      // used in the storage class Infrequent Access
	MeteredArchiveSize int64 `json:"MeteredArchiveSize"` // used in the storage class Archive
	AccessPointCount   int   `json:"AccessPointCount"`   // number of access points

	EncryptType          int    `json:"EncryptType"` // 0: none, 1: a key of NAS, 2: KMSKeyID
	KMSKeyID             string `json:"KMSKeyId"`
	ResourceGroupID      string `json:"ResourceGroupId"`
	AutoSnapshotPolicyID string `json:"AutoSnapshotPolicyId"`

	VpcID                string   `json:"VpcId"`
	VSwitchIDs           []string `json:"VswIds"`
	QuorumVSwitchID      string   `json:"QuorumVswId"`
	RedundancyType       string   `json:"RedundancyType"` // LRS or ZRS
	RedundancyVSwitchIDs []string `json:"RedundancyVSwitchIds"`
	VscTarget            string   `json:"VscTarget"`

	SupportedFeatures []string                `json:"SupportedFeatures"`
	Options           FileSystemOptions       `json:"Options"`
	LDAP              LDAP                    `json:"Ldap"`
	MountTargets      []FileSystemMountTarget `json:"MountTargets"`
	Packages          []StoragePackage        `json:"Packages"`
	Tags              []Tag                   `json:"Tags"`
}

// A FileSystemType is a family of file systems.
type FileSystemType string

// The documented families. There may be more.
const (
	FileSystemTypeStandard FileSystemType = "standard" // General-purpose, and Agentic
	FileSystemTypeExtreme  FileSystemType = "extreme"
	FileSystemTypeCPFS     FileSystemType = "cpfs"
	FileSystemTypeCPFSSE   FileSystemType = "cpfsse"
)

// A StorageType is a storage class of one family ([FileSystemType]).
type StorageType string

// The documented classes.
const (
	StorageCapacity        StorageType = "Capacity"    // standard
	StoragePerformance     StorageType = "Performance" // standard
	StoragePremium         StorageType = "Premium"     // standard
	StorageAgentic         StorageType = "Agentic"     // standard, with spaces
	StorageExtremeStandard StorageType = "standard"    // extreme
	StorageExtremeAdvance  StorageType = "advance"     // extreme
	StorageCPFSAdvance100  StorageType = "advance_100" // cpfs and cpfsse
	StorageCPFSAdvance200  StorageType = "advance_200" // cpfs
	StorageCPFSEconomic    StorageType = "economic"    // cpfs
)

// A ProtocolType is a protocol to mount with.
type ProtocolType string

// The documented protocols.
const (
	ProtocolNFS  ProtocolType = "NFS"
	ProtocolSMB  ProtocolType = "SMB"
	ProtocolCPFS ProtocolType = "cpfs"
)

// A FileSystemStatus is the state of a file system.
type FileSystemStatus string

// The documented states.
const (
	FileSystemStatusPending   FileSystemStatus = "Pending"   // a task is running on it
	FileSystemStatusRunning   FileSystemStatus = "Running"   // it can be used
	FileSystemStatusStopped   FileSystemStatus = "Stopped"   // it cannot be used
	FileSystemStatusExtending FileSystemStatus = "Extending" // it is growing
	FileSystemStatusStopping  FileSystemStatus = "Stopping"
	FileSystemStatusDeleting  FileSystemStatus = "Deleting"
)

// FileSystemOptions are options of a file system that are on or off.
type FileSystemOptions struct {
	EnableABE                bool `json:"EnableABE"`                // SMB directory lists show a user only what the user may access
	EnableOplock             bool `json:"EnableOplock"`             // SMB clients may cache files that they have opened
	EnableDataInsight        bool `json:"EnableDataInsight"`        // data insight is on; its meaning is not documented
	VscAccessPointAccessOnly bool `json:"VscAccessPointAccessOnly"` // presumably, over VSC only access points can be mounted
}

// LDAP is the directory service that a file system uses.
type LDAP struct {
	BindDN     string `json:"BindDN"`
	SearchBase string `json:"SearchBase"`
	URI        string `json:"URI"`
}

// A FileSystemMountTarget is a mount target as its file system shows it.
type FileSystemMountTarget struct {
	MountTargetDomain          string             `json:"MountTargetDomain"` // the name to mount
	DualStackMountTargetDomain string             `json:"DualStackMountTargetDomain"`
	AccessGroup                string             `json:"AccessGroupName"`
	NetworkType                string             `json:"NetworkType" enum:"Vpc,Classic"`
	Status                     string             `json:"Status" enum:"Active,Inactive,Pending,Deleting,Hibernating,Hibernated"`
	VpcID                      string             `json:"VpcId"`
	VSwitchID                  string             `json:"VswId"`
	ClientMasterNodes          []ClientMasterNode `json:"ClientMasterNodes"`
	Tags                       []Tag              `json:"Tags"`
}

// A ClientMasterNode is a machine that manages the clients of a CPFS file system.
type ClientMasterNode struct {
	EcsID         string `json:"EcsId"`
	EcsIP         string `json:"EcsIp"`
	DefaultPasswd Secret `json:"DefaultPasswd"`
}

// A StoragePackage is storage that was paid for in advance.
type StoragePackage struct {
	PackageID   string `json:"PackageId"`
	PackageType string `json:"PackageType"`
	Size        int64  `json:"Size"`
	StartTime   string `json:"StartTime"`
	ExpiredTime string `json:"ExpiredTime"`
}
