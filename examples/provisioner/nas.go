package main

import (
	"context"
	"path"
	"strconv"

	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/accesspoint-go/accesspoint/nas"
)

// provisionNAS finds or makes a directory with a quota, and its access point, and
// completes pv. The quota is in effect some minutes later.
func (p *provisioner) provisionNAS(ctx context.Context, pv *v1.PersistentVolume, params *parameters) (id string, err error) {
	uid, gid := params.id("uid"), params.id("gid")
	plan := nas.VolumePlan{
		Dir: nas.CreateDirRequest{
			FileSystemID:  params.text("fileSystemId", ""),
			RootDirectory: path.Join("/", params.text("basePath", "/"), pv.Name),
			OwnerUserID:   uid,
			OwnerGroupID:  gid,
			Permission:    params.text("directoryPerms", "0700"),
		},
		AccessPoint: nas.CreateAccessPointRequest{
			AccessPointName: pv.Name,
			VpcID:           params.text("vpcId", ""),
			VSwitchID:       params.text("vSwitchId", ""),
			AccessGroup:     params.text("accessGroup", ""),
			PosixUserID:     uid,
			PosixGroupID:    gid,
		},
	}
	withQuota := params.yes("quota", true)
	if withQuota {
		gib := gibibytes(pv.Spec.Capacity[v1.ResourceStorage])
		plan.Quota = &nas.SetDirQuotaRequest{SizeLimit: &gib}
		pv.Spec.Capacity[v1.ResourceStorage] = *resource.NewQuantity(gib<<30, resource.BinarySI)
	}
	if err := params.err(); err != nil {
		return "", err
	}
	volume, err := p.nas.ProvisionVolume(ctx, pv.Name, plan)
	if err != nil {
		return volume.AccessPoint.AccessPointID, err
	}
	pv.Annotations[fileSystemAnnotation] = plan.Dir.FileSystemID
	pv.Annotations[directoryAnnotation] = plan.Dir.RootDirectory
	pv.Annotations[quotaAnnotation] = strconv.FormatBool(withQuota)
	pv.Spec.NFS = &v1.NFSVolumeSource{Server: volume.AccessPoint.DomainName, Path: "/"}
	return volume.AccessPoint.AccessPointID, nil
}

// releaseNAS deletes the access point of a volume, and its quota.
func (p *provisioner) releaseNAS(ctx context.Context, pv *v1.PersistentVolume) error {
	plan := nas.VolumePlan{Dir: nas.CreateDirRequest{
		FileSystemID:  pv.Annotations[fileSystemAnnotation],
		RootDirectory: pv.Annotations[directoryAnnotation],
	}}
	if pv.Annotations[quotaAnnotation] == "true" {
		plan.Quota = &nas.SetDirQuotaRequest{}
	}
	return p.nas.ReleaseVolume(ctx, pv.Name, plan)
}

// gibibytes returns a size in GiB, rounded up.
func gibibytes(size resource.Quantity) int64 {
	gib := size.Value() >> 30
	if gib<<30 < size.Value() {
		gib++
	}
	return gib
}
