package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-logr/logr"
	v1 "k8s.io/api/core/v1"
	storage "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	k8sruntime "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/client-go/kubernetes/fake"
	k8stesting "k8s.io/client-go/testing"
	"k8s.io/klog/v2"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/efs/efstest"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

func TestMain(m *testing.M) {
	// One of them sleeps by the time of the last error, which may be one of another
	// bubble, years away.
	utilruntime.ErrorHandlers = nil
	// A replica that stops leading ends, and not the test.
	klog.OsExit = func(int) { runtime.Goexit() }
	flag.Parse()
	if !testing.Verbose() {
		klog.SetLogger(logr.Discard())
	}
	m.Run()
}

// A cluster is the API server of Kubernetes, as far as client-go's fake is one, with
// both services beside it. It lives in a bubble of testing/synctest.
type cluster struct {
	*testing.T
	kube *fake.Clientset
	nas  *nastest.Server
	efs  *efstest.Server

	mu    sync.Mutex
	doom  int             // how many steps there are until the replica dies; 0 for ever
	alive *replica        // which dies
	ids   map[string]bool // of all access points that there have been
}

var (
	volumes = v1.SchemeGroupVersion.WithResource("persistentvolumes")
	claims  = v1.SchemeGroupVersion.WithResource("persistentvolumeclaims")
)

// newCluster returns a cluster with the StorageClasses nas and efs, whose access points
// are usable after 20 s and gone 20 s after they are deleted.
func newCluster(t *testing.T) *cluster {
	c := &cluster{
		T:    t,
		kube: fake.NewClientset(),
		nas:  nastest.NewServer(nastest.ReadyAfter(20*time.Second), nastest.GoneAfter(20*time.Second)),
		efs:  efstest.NewServer(efstest.ReadyAfter(20*time.Second), efstest.GoneAfter(20*time.Second)),
		ids:  map[string]bool{},
	}
	c.add(class("nas", nasParameters()))
	c.add(class("efs", efsParameters()))
	c.kube.PrependReactor("*", "persistentvolumes", c.react)
	go c.bind()
	return c
}

func nasParameters() map[string]string {
	return map[string]string{
		"service": "nas", "fileSystemId": nastest.FileSystemID, "vpcId": nastest.VpcID, "vSwitchId": nastest.VSwitchID,
		"basePath": "/volumes", "uid": "1001", "gid": "1002",
	}
}

func efsParameters() map[string]string {
	return map[string]string{"service": "efs", "fileSystemId": efstest.FileSystemID, "basePath": "/volumes", "uid": "1001", "gid": "1002"}
}

func class(name string, parameters map[string]string) *storage.StorageClass {
	return &storage.StorageClass{
		ObjectMeta:    metav1.ObjectMeta{Name: name, UID: types.UID(name)},
		Provisioner:   provisionerName,
		Parameters:    parameters,
		ReclaimPolicy: new(v1.PersistentVolumeReclaimDelete),
		MountOptions:  []string{"noresvport"},
	}
}

func claim(name, class string) *v1.PersistentVolumeClaim {
	return &v1.PersistentVolumeClaim{
		ObjectMeta: metav1.ObjectMeta{
			Name: name, Namespace: "default", UID: types.UID("7f3a-" + name),
			Annotations: map[string]string{"volume.kubernetes.io/storage-provisioner": provisionerName},
		},
		Spec: v1.PersistentVolumeClaimSpec{
			StorageClassName: &class,
			AccessModes:      []v1.PersistentVolumeAccessMode{v1.ReadWriteMany},
			Resources:        v1.VolumeResourceRequirements{Requests: v1.ResourceList{v1.ResourceStorage: resource.MustParse("5000Mi")}},
		},
	}
}

// add adds an object.
func (c *cluster) add(object k8sruntime.Object) {
	c.Helper()
	if err := c.kube.Tracker().Add(object); err != nil {
		c.Fatal(err)
	}
}

// remove deletes the claim of a name, at once.
func (c *cluster) remove(claim string) {
	c.Helper()
	if err := c.kube.Tracker().Delete(claims, "default", claim); err != nil {
		c.Fatal(err)
	}
}

// removeClass deletes the StorageClass of a name.
func (c *cluster) removeClass(name string) {
	c.Helper()
	if err := c.kube.Tracker().Delete(storage.SchemeGroupVersion.WithResource("storageclasses"), "", name); err != nil {
		c.Fatal(err)
	}
}

// volumes returns the PersistentVolumes.
func (c *cluster) volumes() []v1.PersistentVolume {
	c.Helper()
	list, err := c.kube.Tracker().List(volumes, v1.SchemeGroupVersion.WithKind("PersistentVolume"), "")
	if err != nil {
		c.Fatal(err)
	}
	return list.(*v1.PersistentVolumeList).Items
}

// bound reports whether there are n volumes, all bound.
func (c *cluster) bound(n int) func() bool {
	return func() bool {
		all := c.volumes()
		for _, pv := range all {
			if pv.Status.Phase != v1.VolumeBound {
				return false
			}
		}
		return len(all) == n
	}
}

// until waits, for an hour at most.
func (c *cluster) until(what string, is func() bool) {
	c.Helper()
	for range 3600 {
		if is() {
			return
		}
		time.Sleep(time.Second)
	}
	c.Fatalf("not within an hour: %s; events: %s", what, strings.Join(c.events(), "\n"))
}

// events returns what was said of claims and volumes. What was said before is a patch.
func (c *cluster) events() []string {
	var all []string
	for _, action := range c.kube.Actions() {
		switch a := action.(type) {
		case k8stesting.CreateActionImpl:
			if e, ok := a.Object.(*v1.Event); ok {
				all = append(all, e.Reason+": "+e.Message)
			}
		case k8stesting.PatchActionImpl:
			if a.Resource.Resource == "events" {
				all = append(all, a.Name)
			}
		}
	}
	return all
}

// accessPoints returns what mounts those that stand in either service, by their keys.
func (c *cluster) accessPoints() map[string][]string {
	c.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	all := map[string][]string{}
	for _, answer := range [][]byte{
		ask(c.nas.Ask, "ListAccessPoints", map[string]string{"FileSystemId": nastest.FileSystemID, "MaxResults": "100"}),
		ask(c.efs.Ask, "DescribeAccessPoints", map[string]string{"FileSystemId": efstest.FileSystemID, "MaxResults": "1000"}),
	} {
		var list struct {
			AccessPoints []struct {
				AccessPointID string `json:"AccessPointId"`
				DomainName    string
				Tags          []struct{ Key, Value string }
			}
		}
		if err := json.Unmarshal(answer, &list); err != nil {
			c.Fatal(err)
		}
		for _, ap := range list.AccessPoints {
			c.ids[ap.AccessPointID] = true
			for _, tag := range ap.Tags {
				if tag.Key == "accesspoint-key" {
					all[tag.Value] = append(all[tag.Value], cmp.Or(ap.DomainName, efstest.FileSystemID+"::"+ap.AccessPointID))
				}
			}
		}
	}
	return all
}

// ask returns what a server answers to a request that nobody sends.
func ask(server func(string, map[string]string) (int, []byte), operation string, parameters map[string]string) []byte {
	_, answer := server(operation, parameters)
	return answer
}

// one checks that each volume has the access point of its name, and that there are no
// others.
func (c *cluster) one() {
	c.Helper()
	standing := c.accessPoints()
	for _, pv := range c.volumes() {
		mount := ""
		switch {
		case pv.Spec.NFS != nil:
			mount = pv.Spec.NFS.Server
		case pv.Spec.CSI != nil:
			mount = pv.Spec.CSI.VolumeHandle
		}
		if !slices.Equal(standing[pv.Name], []string{mount}) {
			c.Errorf("%s mounts %q; its access point is %q", pv.Name, mount, standing[pv.Name])
		}
		delete(standing, pv.Name)
	}
	if len(standing) > 0 {
		c.Errorf("without a volume: %v", standing)
	}
}

// none checks that nothing stands.
func (c *cluster) none() {
	c.Helper()
	if all := c.accessPoints(); len(all) > 0 {
		c.Errorf("left: %v", all)
	}
	time.Sleep(20 * time.Second) // until quotas that were cancelled are gone
	if answer := ask(c.nas.Ask, "DescribeDirQuotas", map[string]string{"FileSystemId": nastest.FileSystemID}); bytes.Contains(answer, []byte("/volumes/")) {
		c.Errorf("quotas are left: %s", answer)
	}
}

// created returns how many access points there have been.
func (c *cluster) created() int {
	c.accessPoints()
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.ids)
}

// bind does what the controllers of Kubernetes do beside ours: it binds volumes,
// releases those whose claim is gone, and removes what is deleted and has no finalizers
// any more.
func (c *cluster) bind() {
	tick := time.NewTicker(2 * time.Second)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-c.Context().Done():
			return
		}
		c.accessPoints() // for created
		for _, pv := range c.volumes() {
			object, err := c.kube.Tracker().Get(claims, "default", pv.Spec.ClaimRef.Name)
			claim, _ := object.(*v1.PersistentVolumeClaim)
			there := err == nil && claim.UID == pv.Spec.ClaimRef.UID
			switch phase := pv.Status.Phase; {
			case pv.DeletionTimestamp != nil && len(pv.Finalizers) == 0:
				_ = c.kube.Tracker().Delete(volumes, "", pv.Name)
			case there && phase == "":
				claim = claim.DeepCopy()
				claim.Spec.VolumeName, claim.Status.Phase = pv.Name, v1.ClaimBound
				_ = c.kube.Tracker().Update(claims, claim, claim.Namespace)
				pv.Status.Phase = v1.VolumeBound
				_ = c.kube.Tracker().Update(volumes, &pv, "")
			case !there && phase != v1.VolumeReleased:
				pv.Status.Phase = v1.VolumeReleased
				_ = c.kube.Tracker().Update(volumes, &pv, "")
			}
		}
	}
}

var errDead = errors.New("the process is dead")

// react takes the steps that a replica makes in Kubernetes, and deletes volumes as an
// API server does: those with finalizers later.
func (c *cluster) react(action k8stesting.Action) (handled bool, _ k8sruntime.Object, err error) {
	var do func() error
	var object k8sruntime.Object = &v1.PersistentVolume{}
	switch action.GetVerb() {
	case "create":
		object = action.(k8stesting.CreateAction).GetObject()
		do = func() error { return c.kube.Tracker().Create(volumes, object, "") }
	case "delete":
		do = func() error {
			object, err := c.kube.Tracker().Get(volumes, "", action.(k8stesting.DeleteAction).GetName())
			if err != nil {
				return err
			}
			pv := object.(*v1.PersistentVolume).DeepCopy()
			if pv.DeletionTimestamp == nil {
				pv.DeletionTimestamp = new(metav1.Now())
			}
			return c.kube.Tracker().Update(volumes, pv, "")
		}
	case "patch":
		err := c.step()
		return err != nil, object, err
	default:
		return false, nil, nil
	}
	if err := c.step(); err != nil {
		return true, object, err
	}
	return true, object, errors.Join(do(), c.step())
}

// step is called before and after whatever the doomed replica does. It fails if that is
// dead.
func (c *cluster) step() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.alive == nil {
		return nil
	}
	if c.doom--; c.doom == 0 {
		c.alive.cancel()
	}
	if c.alive.ctx.Err() != nil {
		return errDead
	}
	return nil
}

// A replica is a process of the provisioner. It has nothing in common with others.
type replica struct {
	ctx     context.Context
	cancel  context.CancelFunc
	workers sync.WaitGroup
	done    chan struct{}
}

// start starts a replica. It does not ask whether it leads unless more says so.
func (c *cluster) start(more ...func(*controller.ProvisionController) error) *replica {
	r := &replica{done: make(chan struct{})}
	r.ctx, r.cancel = context.WithCancel(c.Context())
	nasConfig, efsConfig := c.nas.Config(), c.efs.Config()
	nasConfig.HTTPClient = &http.Client{Transport: mortal{c, nasConfig.HTTPClient.Transport}}
	efsConfig.HTTPClient = &http.Client{Transport: mortal{c, efsConfig.HTTPClient.Transport}}
	p := &provisioner{}
	var nasErr, efsErr error
	p.nas, nasErr = nas.New(nasConfig)
	p.efs, efsErr = efs.New(efsConfig)
	if err := errors.Join(nasErr, efsErr); err != nil {
		c.Fatal(err)
	}
	o, err := parse([]string{"-nas-region", nastest.Region, "-efs-region", efstest.Region, "-workers", "8"}, c.Output())
	if err != nil {
		c.Fatal(err)
	}
	ctrl := newController(r.ctx, c.kube, p, o, append([]func(*controller.ProvisionController) error{controller.LeaderElection(false)}, more...)...)
	ctrl.ControllerWaitGroup(&r.workers)
	go func() {
		defer close(r.done)
		ctrl.Run(r.ctx)
	}()
	return r
}

// stop kills a replica, and waits until it is dead.
func (r *replica) stop() {
	r.cancel()
	<-r.done
	r.workers.Wait()
}

// A mortal transport takes the steps that a replica makes in the services.
type mortal struct {
	c    *cluster
	next http.RoundTripper
}

func (m mortal) RoundTrip(r *http.Request) (*http.Response, error) {
	if m.c.step() != nil {
		return nil, errDead
	}
	// What a dying process has sent arrives.
	response, err := m.next.RoundTrip(r)
	if m.c.step() != nil && err == nil {
		_ = response.Body.Close()
		return nil, errDead
	}
	return response, err
}
