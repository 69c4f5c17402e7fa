package nas

// A CpfsAccessPoint is a way to mount a CPFS file system for AI computing.
type CpfsAccessPoint struct {
	AccessPointID string            `json:"AccessPointId" answer:"required"`
	ARN           string            `json:"ARN"`
	FileSystemID  string            `json:"FileSystemId"`
	RegionID      string            `json:"RegionId"`
	Description   string            `json:"Description"`
	Status        Status            `json:"Status" enum:"Active,Inactive,Pending,Deleting"`
	RootDirectory CpfsRootDirectory `json:"RootDirectory"`
	CreateTime    string            `json:"CreateTime"` // ISO 8601
	ModifyTime    string            `json:"ModifyTime"` // ISO 8601
}

// A CpfsRootDirectory is the root directory of a CPFS access point.
type CpfsRootDirectory struct {
	RootPath       string `rpc:"RootPath" json:"RootPath"`
	RootPathStatus string `json:"RootPathStatus"` // 0, 1 or 2; their meaning is not documented
}
