package efs

import (
	"fmt"

	"github.com/accesspoint-go/accesspoint/internal/check"
)

// A MountTarget makes a file system reachable from an Availability Zone: it is
// a network interface in a subnet of the zone.
type MountTarget struct {
	MountTargetID        string         `json:"MountTargetId" answer:"required"`
	FileSystemID         string         `json:"FileSystemId"`
	SubnetID             string         `json:"SubnetId"`
	LifeCycleState       LifeCycleState `json:"LifeCycleState" enum:"creating,available,updating,deleting,deleted,error"`
	OwnerID              string         `json:"OwnerId"`     // AWS account
	IPAddress            string         `json:"IpAddress"`   // empty if it has only IPv6
	IPv6Address          string         `json:"Ipv6Address"` // empty if it has only IPv4
	NetworkInterfaceID   string         `json:"NetworkInterfaceId"`
	AvailabilityZoneID   string         `json:"AvailabilityZoneId"`
	AvailabilityZoneName string         `json:"AvailabilityZoneName"`
	VpcID                string         `json:"VpcId"`
}

func mountTargetRules(id string) []check.Problem {
	return []check.Problem{
		check.Required("MountTargetId", id),
		check.That(mountTargetID(id), "MountTargetId", "must be fsmt- and 8 to 40 hexadecimal digits"),
	}
}

// only returns the mount target that out was asked for by its ID.
func (out *DescribeMountTargetsResponse) only(id string) (MountTarget, error) {
	for _, mt := range out.MountTargets {
		if mt.MountTargetID == id {
			return mt, nil
		}
	}
	// As with access points, the service is documented to refuse the request.
	if len(out.MountTargets) > 0 {
		return MountTarget{}, about("DescribeMountTargets", id, out.MountTargets[0].MountTargetID, out.RequestID)
	}
	return MountTarget{}, fmt.Errorf("efs: DescribeMountTargets: %s: %w (request %s)", id, ErrNotFound, out.RequestID)
}

// leaving reports whether mt is on its way out, or gone.
func (mt MountTarget) leaving() bool {
	return mt.LifeCycleState == StateDeleting || mt.LifeCycleState == StateDeleted
}

func (mt MountTarget) state() LifeCycleState { return mt.LifeCycleState }
