package main

import (
	"context"
	"path"

	v1 "k8s.io/api/core/v1"

	"github.com/accesspoint-go/accesspoint/efs"
)

// provisionEFS finds or makes an access point, and completes pv. The first pod that
// mounts it makes the directory.
func (p *provisioner) provisionEFS(ctx context.Context, pv *v1.PersistentVolume, params *parameters) (id string, err error) {
	uid, gid := params.id("uid"), params.id("gid")
	in := efs.CreateAccessPointRequest{
		FileSystemID: params.text("fileSystemId", ""),
		PosixUser:    &efs.PosixUser{UID: uid, GID: gid},
		RootDirectory: &efs.RootDirectory{
			Path: path.Join("/", params.text("basePath", "/"), pv.Name),
			CreationInfo: &efs.CreationInfo{
				OwnerUID:    uid,
				OwnerGID:    gid,
				Permissions: params.text("directoryPerms", "0700"),
			},
		},
		Tags: []efs.Tag{{Key: "Name", Value: pv.Name}},
	}
	if err := params.err(); err != nil {
		return "", err
	}
	ap, err := p.efs.EnsureAccessPoint(ctx, pv.Name, in)
	if err != nil {
		return ap.AccessPointID, err
	}
	pv.Annotations[fileSystemAnnotation] = ap.FileSystemID
	// The node plugin of the EFS CSI driver mounts it, with TLS.
	pv.Spec.CSI = &v1.CSIPersistentVolumeSource{
		Driver:       "efs.csi.aws.com",
		VolumeHandle: ap.FileSystemID + "::" + ap.AccessPointID,
	}
	return ap.AccessPointID, nil
}
