package main

import (
	"context"
	"errors"
	"maps"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/nas"
)

// The annotations of a PersistentVolume, by which it is deleted: its StorageClass may be
// gone by then, or be another one.
const (
	serviceAnnotation    = "accesspoint.example.com/service"
	fileSystemAnnotation = "accesspoint.example.com/file-system"
	directoryAnnotation  = "accesspoint.example.com/directory"
	quotaAnnotation      = "accesspoint.example.com/quota" // "true" or "false"
)

// A provisioner makes and deletes volumes for the controller. The name of the
// PersistentVolume, which is made of the UID of the claim, is the key of the access
// point. So each method can be called again after a crash, and by several replicas at
// once.
type provisioner struct {
	nas *nas.Client // nil if it is not served
	efs *efs.Client // nil if it is not served
}

// Provision finds or makes the volume of a claim.
func (p *provisioner) Provision(ctx context.Context, o controller.ProvisionOptions) (*v1.PersistentVolume, controller.ProvisioningState, error) {
	pv, id, err := p.provision(ctx, o)
	if err != nil {
		return nil, state(id, err), err
	}
	return pv, controller.ProvisioningFinished, nil
}

// provision returns the ID of the access point as well, as far as it is known.
func (p *provisioner) provision(ctx context.Context, o controller.ProvisionOptions) (_ *v1.PersistentVolume, id string, err error) {
	claim, class := o.PVC.Spec, o.StorageClass
	switch {
	case claim.Selector != nil:
		return nil, "", wrong("a volume that is made for a claim cannot have a selector")
	case claim.DataSource != nil || claim.DataSourceRef != nil:
		return nil, "", wrong("a volume cannot be made from another one or from a snapshot")
	}
	pv := &v1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: o.PVName, Annotations: map[string]string{}},
		Spec: v1.PersistentVolumeSpec{
			AccessModes:                   claim.AccessModes,
			Capacity:                      v1.ResourceList{v1.ResourceStorage: claim.Resources.Requests[v1.ResourceStorage]},
			MountOptions:                  class.MountOptions,
			PersistentVolumeReclaimPolicy: v1.PersistentVolumeReclaimDelete,
		},
	}
	if class.ReclaimPolicy != nil {
		pv.Spec.PersistentVolumeReclaimPolicy = *class.ReclaimPolicy
	}
	params := &parameters{left: maps.Clone(class.Parameters)}
	service := params.text("service", "")
	pv.Annotations[serviceAnnotation] = service
	switch {
	case service == "nas" && p.nas != nil:
		id, err = p.provisionNAS(ctx, pv, params)
	case service == "efs" && p.efs != nil:
		id, err = p.provisionEFS(ctx, pv, params)
	default:
		err = wrong("service %q is not served here", service)
	}
	return pv, id, err
}

// Delete deletes the access point of a volume, and its quota. The files stay.
func (p *provisioner) Delete(ctx context.Context, pv *v1.PersistentVolume) error {
	switch service := pv.Annotations[serviceAnnotation]; {
	case service == "nas" && p.nas != nil:
		return p.releaseNAS(ctx, pv)
	case service == "efs" && p.efs != nil:
		return p.efs.EnsureAccessPointAbsent(ctx, pv.Annotations[fileSystemAnnotation], pv.Name)
	default:
		return wrong("service %q is not served here", service)
	}
}

// state tells the controller what becomes of a claim that is deleted now, after a call
// that failed with err. id is the access point as far as it is known.
func state(id string, err error) controller.ProvisioningState {
	refused := errors.Is(err, nas.ErrInvalidRequest) || errors.Is(err, nas.ErrNotFound) ||
		errors.Is(err, nas.ErrAccessDenied) || errors.Is(err, nas.ErrQuotaExceeded)
	if !refused || id != "" || errors.Is(err, nas.ErrOutcomeUnknown) {
		// An access point may stand. The controller goes on until the volume is made, and
		// has it deleted then.
		return controller.ProvisioningInBackground
	}
	// This call has made none. Whether one before it has, the controller remembers. If
	// none has, the claim is forgotten when it is deleted.
	return controller.ProvisioningNoChange
}
