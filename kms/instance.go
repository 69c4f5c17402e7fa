package kms

// A KmsInstanceStatus is the state of a KMS instance.
type KmsInstanceStatus string

// The states of a KMS instance.
const (
	KmsInstanceUninitialized KmsInstanceStatus = "Uninitialized" // bought, and not connected yet
	KmsInstanceConnecting    KmsInstanceStatus = "Connecting"
	KmsInstanceConnected     KmsInstanceStatus = "Connected" // it can be used
	KmsInstanceDisconnected  KmsInstanceStatus = "Disconnected"
	KmsInstanceError         KmsInstanceStatus = "Error"
)

// A ChargeType says how a KMS instance is paid for.
type ChargeType string

// The ways to pay for a KMS instance.
const (
	ChargePrepaid  ChargeType = "PREPAY"  // by subscription
	ChargePostpaid ChargeType = "POSTPAY" // as you go
)

// A KMProvider is the provider of the key management of a KMS instance.
type KMProvider string

// KMProviderAliyun is the one documented provider.
const KMProviderAliyun KMProvider = "Aliyun"

// A KmsInstance contains keys and secrets. It is a paid resource, which is
// bought outside of this API.
type KmsInstance struct {
	InstanceID     string            `json:"InstanceId" answer:"required"`
	InstanceName   string            `json:"InstanceName"`
	Status         KmsInstanceStatus `json:"Status" enum:"Uninitialized,Connecting,Connected,Disconnected,Error"`
	ProductType    string            `json:"ProductType"`
	ProductVersion string            `json:"ProductVersion"`
	SaleStatus     string            `json:"SaleStatus"`
	ChargeType     ChargeType        `json:"ChargeType" enum:"PREPAY,POSTPAY"`
	CreateTime     string            `json:"CreateTime"`
	StartDate      string            `json:"StartDate"`
	EndDate        string            `json:"EndDate"`

	// Spec and the fields below it are the purchased limits.
	Spec       int64 `json:"Spec"`       // requests a second
	KeyNum     int64 `json:"KeyNum"`     // keys
	SecretNum  int64 `json:"SecretNum"`  // secrets
	VpcNum     int64 `json:"VpcNum"`     // VPCs that may reach the instance
	Log        int64 `json:"Log"`        // 1 if log analysis is included
	LogStorage int64 `json:"LogStorage"` // GB for logs

	VpcID                 string    `json:"VpcId"`
	VSwitchIDs            []string  `json:"VswitchIds" list:"commas"` // sent as a list or as text, according to the service's SDKs
	ZoneIDs               []string  `json:"ZoneIds" list:"commas"`
	BindVpcs              []BindVpc `json:"BindVpcs"` // the further VPCs that may reach the instance
	CACertificateChainPEM string    `json:"CaCertificateChainPem"`

	DeletionProtection            bool   `json:"DeletionProtection"`
	DeletionProtectionDescription string `json:"DeletionProtectionDescription"`
}

// A BindVpc is a VPC, besides the instance's own, that may reach a KMS instance.
type BindVpc struct {
	VpcID      string `json:"VpcId,omitzero"`
	VSwitchID  string `json:"VSwitchId,omitzero"`
	RegionID   string `json:"RegionId,omitzero"`
	VpcOwnerID int64  `json:"VpcOwnerId,omitzero"` // the Alibaba Cloud account; another account must share the vSwitch first
}
