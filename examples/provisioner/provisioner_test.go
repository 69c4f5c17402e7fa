package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	k8sruntime "k8s.io/apimachinery/pkg/runtime"
	k8stesting "k8s.io/client-go/testing"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/efs/efstest"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

// services are the names of the StorageClasses of a cluster.
var services = []string{"nas", "efs"}

// TestVolume takes a claim through its life, and looks at the volume.
func TestVolume(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t)
		r := c.start()
		defer r.stop()
		begin := time.Now()
		for _, s := range services {
			c.add(claim(s, s))
		}
		c.until("volumes", c.bound(2))
		if took := time.Since(begin); took > time.Minute {
			t.Errorf("took %v", took)
		}
		c.one()
		for _, pv := range c.volumes() {
			size := "5000Mi"
			wanted := map[string]string{
				"accesspoint.example.com/file-system": efstest.FileSystemID,
				"accesspoint.example.com/service":     "efs",
				"pv.kubernetes.io/provisioned-by":     provisionerName,
			}
			if pv.Spec.StorageClassName == "nas" {
				size = "5Gi" // the quota is set in whole GiB
				wanted = map[string]string{
					"accesspoint.example.com/directory":   "/volumes/" + pv.Name,
					"accesspoint.example.com/file-system": nastest.FileSystemID,
					"accesspoint.example.com/quota":       "true",
					"accesspoint.example.com/service":     "nas",
					"pv.kubernetes.io/provisioned-by":     provisionerName,
				}
				if pv.Spec.NFS == nil || pv.Spec.NFS.Path != "/" {
					t.Errorf("source %+v", pv.Spec.PersistentVolumeSource)
				}
			} else if pv.Spec.CSI == nil || pv.Spec.CSI.Driver != "efs.csi.aws.com" {
				t.Errorf("source %+v", pv.Spec.PersistentVolumeSource)
			}
			if got := pv.Spec.Capacity.Storage().String(); got != size {
				t.Errorf("%s has %s, want %s", pv.Name, got, size)
			}
			if got := fmt.Sprint(pv.Annotations); got != fmt.Sprint(wanted) {
				t.Errorf("annotations %s, want %v", got, wanted)
			}
			if !slices.Equal(pv.Spec.MountOptions, []string{"noresvport"}) || !slices.Equal(pv.Spec.AccessModes, []v1.PersistentVolumeAccessMode{v1.ReadWriteMany}) {
				t.Errorf("mount options %v, access modes %v", pv.Spec.MountOptions, pv.Spec.AccessModes)
			}
		}
		for _, s := range services {
			c.remove(s)
		}
		c.until("no volumes", c.bound(0))
		c.none()
		if n := c.created(); n != 2 {
			t.Errorf("%d access points were created", n)
		}
		for _, reason := range []string{"ProvisioningFailed: nas", "VolumeFailedDelete: nas"} {
			if !slices.ContainsFunc(c.events(), func(e string) bool {
				return strings.HasPrefix(e, reason) && strings.Contains(e, context.DeadlineExceeded.Error())
			}) {
				t.Errorf("no attempt has ended before Settle: there is no %s", reason)
			}
		}
	})
}

// TestRequests looks at what the services are asked for.
func TestRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t)
		r := c.start()
		defer r.stop()
		c.add(class("free", with(nasParameters(), "quota", "false", "accessGroup", nastest.AccessGroup, "basePath", "")))
		for _, s := range []string{"nas", "efs", "free"} {
			c.add(claim(s, s))
		}
		c.until("volumes", c.bound(3))
		var got []string
		for _, r := range c.nas.Requests() {
			p := r.Params
			switch r.Operation {
			case "CreateDir":
				got = append(got, fmt.Sprintln("dir", p["RootDirectory"], p["OwnerUserId"], p["OwnerGroupId"], p["Permission"]))
			case "SetDirQuota":
				got = append(got, fmt.Sprintln("quota", p["Path"], p["SizeLimit"], p["QuotaType"], p["UserType"]))
			case "CreateAccessPoint":
				got = append(got, fmt.Sprintln("nas", p["AccessPointName"], p["RootDirectory"], p["AccessGroup"], p["VswId"], p["PosixUserId"], p["PosixGroupId"]))
			}
		}
		for _, r := range c.efs.Requests() {
			p := r.Params
			if r.Operation == "CreateAccessPoint" {
				got = append(got, fmt.Sprintln("efs", p["RootDirectory.Path"], p["PosixUser.Uid"], p["PosixUser.Gid"],
					p["RootDirectory.CreationInfo.OwnerUid"], p["RootDirectory.CreationInfo.OwnerGid"], p["RootDirectory.CreationInfo.Permissions"]))
			}
		}
		slices.Sort(got)
		got = slices.Compact(got) // attempts repeat what does no harm
		wanted := []string{
			"dir /pvc-7f3a-free 1001 1002 0700\n",
			"dir /volumes/pvc-7f3a-nas 1001 1002 0700\n",
			"efs /volumes/pvc-7f3a-efs 1001 1002 1001 1002 0700\n",
			"nas pvc-7f3a-free /pvc-7f3a-free DEFAULT_VPC_GROUP_NAME " + nastest.VSwitchID + " 1001 1002\n",
			"nas pvc-7f3a-nas /volumes/pvc-7f3a-nas DEFAULT_VPC_GROUP_NAME " + nastest.VSwitchID + " 1001 1002\n",
			"quota /volumes/pvc-7f3a-nas 5 Enforcement AllUsers\n",
		}
		if !slices.Equal(got, wanted) {
			t.Errorf("got\n%swant\n%s", strings.Join(got, ""), strings.Join(wanted, ""))
		}
	})
}

// with returns parameters with some changed.
func with(parameters map[string]string, pairs ...string) map[string]string {
	for pair := range slices.Chunk(pairs, 2) {
		parameters[pair[0]] = pair[1]
	}
	return parameters
}

// TestRestart kills the process before and after each of its steps, from the claim to
// its end, and starts another one.
func TestRestart(t *testing.T) {
	for _, s := range services {
		t.Run(s, func(t *testing.T) {
			steps := 1
			for died := true; died; steps++ {
				synctest.Test(t, func(t *testing.T) { died = live(newCluster(t), s, steps) })
			}
			if steps < 20 {
				t.Errorf("only %d steps", steps)
			}
			t.Log(steps, "steps")
		})
	}
}

// live takes a claim through its life, with a process that dies at a step. It reports
// whether it did.
func live(c *cluster, service string, step int) (died bool) {
	r := c.start()
	defer func() { r.stop() }()
	c.alive, c.doom = r, step
	until := func(what string, is func() bool) {
		c.until(what, func() bool {
			if r.ctx.Err() != nil {
				died = true
				r.stop()
				c.mu.Lock()
				c.alive = nil
				c.mu.Unlock()
				r = c.start()
			}
			return is()
		})
	}
	c.add(claim("a", service))
	until("a volume", c.bound(1))
	c.one()
	c.remove("a")
	until("no volume", c.bound(0))
	c.none()
	if n := c.created(); n != 1 {
		c.Errorf("step %d: %d access points were created", step, n)
	}
	return died
}

// TestLostAnswers lets each change of a life fail in every way.
func TestLostAnswers(t *testing.T) {
	for _, fault := range []nastest.Fault{
		nastest.ResponseLost, nastest.Reset, nastest.ServerError, nastest.Throttle, nastest.AppliedLate, nastest.Truncated,
		nastest.BadGateway, nastest.Slow, nastest.Denied, nastest.Conflict, nastest.WebPage, nastest.CutBody, nastest.EmptyResponse,
	} {
		t.Run(fmt.Sprint(fault), func(t *testing.T) {
			for _, s := range services {
				synctest.Test(t, func(t *testing.T) {
					c := newCluster(t)
					c.nas.Disturb(nastest.Disturbance{Late: 5 * time.Second})
					c.efs.Disturb(efstest.Disturbance{Late: 5 * time.Second})
					for _, operation := range []string{"CreateDir", "SetDirQuota", "CreateAccessPoint", "TagResources", "DeleteAccessPoint", "CancelDirQuota"} {
						c.nas.Inject(operation, fault, fault)
					}
					for _, operation := range []string{"CreateAccessPoint", "DeleteAccessPoint"} {
						c.efs.Inject(operation, efstest.Fault(fault), efstest.Fault(fault))
					}
					live(c, s, 0)
				})
			}
		})
	}
}

// TestReplicas runs three that do not know of each other, in bad weather. Two of them
// are killed from time to time.
func TestReplicas(t *testing.T) {
	for seed := range uint64(2) {
		synctest.Test(t, func(t *testing.T) {
			const n = 10
			c := newCluster(t)
			weather := nastest.Disturbance{Faults: 0.1, Late: 5 * time.Second, Lag: 5 * time.Second, Seed: seed}
			c.nas.Disturb(weather)
			c.efs.Disturb(efstest.Disturbance{Faults: weather.Faults, Late: weather.Late, Lag: weather.Lag, Seed: seed})
			replicas := []*replica{c.start(), c.start(), c.start()}
			defer func() {
				for _, r := range replicas {
					r.stop()
				}
			}()
			kill := time.NewTicker(13 * time.Second)
			defer kill.Stop()
			until := func(what string, is func() bool) {
				turn := 0
				c.until(what, func() bool {
					select {
					case <-kill.C:
						replicas[turn%2].stop() // the third one lives, and what it remembers
						replicas[turn%2] = c.start()
						turn++
					default:
					}
					return is()
				})
			}
			for i := range n {
				for _, s := range services {
					c.add(claim(fmt.Sprint(s, i), s))
				}
			}
			until("volumes", c.bound(2*n))
			calm(c)
			c.one()
			for i := range n {
				for _, s := range services {
					c.remove(fmt.Sprint(s, i))
				}
			}
			c.nas.Disturb(weather)
			until("no volumes", c.bound(0))
			calm(c)
			c.none()
		})
	}
}

// calm ends bad weather, and waits until nothing comes of it any more: the longest pause
// of a queue is 5 minutes.
func calm(c *cluster) {
	c.nas.Disturb(nastest.Disturbance{})
	c.efs.Disturb(efstest.Disturbance{})
	time.Sleep(6 * time.Minute)
}

// TestLeader lets two replicas elect one, and kills that in the middle of its work.
func TestLeader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t)
		first := c.start(controller.LeaderElection(true))
		time.Sleep(time.Second)
		second := c.start(controller.LeaderElection(true))
		defer second.stop()
		for _, s := range services {
			c.add(claim(s, s))
		}
		time.Sleep(15 * time.Second)
		if n := c.created(); n != 2 {
			t.Errorf("%d access points were created", n)
		}
		first.stop()
		c.until("volumes", c.bound(2))
		c.one()
		if n := c.created(); n != 2 {
			t.Errorf("%d access points were created in the end", n)
		}
	})
}

// TestRetain deletes the claim of a class that retains volumes.
func TestRetain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t)
		r := c.start()
		defer r.stop()
		for _, s := range services {
			retain := class("retain-"+s, map[string]map[string]string{"nas": nasParameters(), "efs": efsParameters()}[s])
			retain.ReclaimPolicy = new(v1.PersistentVolumeReclaimRetain)
			c.add(retain)
			c.add(claim(s, retain.Name))
		}
		c.until("volumes", c.bound(2))
		c.remove("nas")
		c.remove("efs")
		time.Sleep(time.Hour)
		if all := c.volumes(); len(all) != 2 || all[0].Status.Phase != v1.VolumeReleased || all[1].Status.Phase != v1.VolumeReleased {
			t.Errorf("volumes: %v", all)
		}
		c.one()
	})
}

// TestVolumeDeletedFirst deletes volumes before their claims, and before their classes.
func TestVolumeDeletedFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t)
		r := c.start()
		defer r.stop()
		for _, s := range services {
			c.add(claim(s, s))
		}
		c.until("volumes", c.bound(2))
		for _, pv := range c.volumes() {
			if err := c.kube.CoreV1().PersistentVolumes().Delete(t.Context(), pv.Name, metav1.DeleteOptions{}); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(time.Minute)
		c.one()
		for _, s := range services {
			c.removeClass(s)
			c.remove(s)
		}
		c.until("no volumes", c.bound(0))
		c.none()
	})
}

// TestClaimDeletedFirst deletes claims while their volumes are made.
func TestClaimDeletedFirst(t *testing.T) {
	for _, after := range []time.Duration{0, time.Second, 5 * time.Second, 11 * time.Second, 15 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			c := newCluster(t)
			r := c.start()
			defer r.stop()
			for _, s := range services {
				c.add(claim(s, s))
			}
			time.Sleep(after)
			for _, s := range services {
				c.remove(s)
			}
			time.Sleep(10 * time.Minute)
			c.until("no volumes", c.bound(0))
			c.none()
			asked := len(c.nas.Requests()) + len(c.efs.Requests())
			time.Sleep(time.Hour)
			if more := len(c.nas.Requests()) + len(c.efs.Requests()) - asked; more != 0 {
				t.Errorf("after %v: %d requests for nothing", after, more)
			}
		})
	}
}

// TestWrong has classes and claims of which nothing can be made. Nothing is sent, the
// reason is said, and it ends with the claim; a class that is put right serves.
func TestWrong(t *testing.T) {
	without := func(parameters map[string]string, name string) map[string]string {
		delete(parameters, name)
		return parameters
	}
	for _, test := range []struct {
		name       string
		parameters map[string]string
		claim      func(*v1.PersistentVolumeClaim)
		event      string
	}{
		{"no service", without(nasParameters(), "service"), nil, `service "" is not served here`},
		{"other service", with(nasParameters(), "service", "oss"), nil, `service "oss" is not served here`},
		{"misspelt", with(nasParameters(), "vSwitchID", "x"), nil, "there is no parameter vSwitchID"},
		{"of the other service", with(efsParameters(), "quota", "true"), nil, "there is no parameter quota"},
		{"several", with(efsParameters(), "uid", "root", "gid", "-1"), nil, "uid must be a number from 0 to 4294967295; gid must be"},
		{"no user", without(nasParameters(), "uid"), nil, "uid must be a number"},
		{"quota", with(nasParameters(), "quota", "5Gi"), nil, "quota must be true or false"},
		{"no network", without(nasParameters(), "vpcId"), nil, "AccessPoint.VpcId is required"},
		{"no file system", without(efsParameters(), "fileSystemId"), nil, "FileSystemId is required"},
		{"path", with(efsParameters(), "basePath", "/a/b/c/d"), nil, "RootDirectory.Path"},
		{"mode", with(nasParameters(), "directoryPerms", "rwx"), nil, "Dir.Permission"},
		{"selector", nasParameters(), func(c *v1.PersistentVolumeClaim) { c.Spec.Selector = &metav1.LabelSelector{} }, "cannot have a selector"},
		{"snapshot", efsParameters(), func(c *v1.PersistentVolumeClaim) {
			c.Spec.DataSource = &v1.TypedLocalObjectReference{Kind: "VolumeSnapshot", Name: "s"}
		}, "from a snapshot"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCluster(t)
				r := c.start()
				defer r.stop()
				c.add(class("wrong", test.parameters))
				pvc := claim("a", "wrong")
				if test.claim != nil {
					test.claim(pvc)
				}
				c.add(pvc)
				time.Sleep(time.Hour)
				if sent := append(c.nas.Calls(), c.efs.Calls()...); len(sent) > 0 {
					t.Errorf("sent: %v", sent)
				}
				if all := c.events(); !slices.ContainsFunc(all, func(e string) bool {
					return strings.HasPrefix(e, "ProvisioningFailed") && strings.Contains(e, test.event)
				}) {
					t.Errorf("events %q, want %q", all, test.event)
				}
				if test.claim == nil {
					c.removeClass("wrong")
					c.add(class("wrong", efsParameters()))
					c.until("a volume", c.bound(1))
					return
				}
				c.remove("a")
				time.Sleep(time.Hour)
				attempts := len(c.events())
				time.Sleep(time.Hour)
				if more := len(c.events()) - attempts; more != 0 {
					t.Errorf("%d attempts at a claim that is gone", more)
				}
			})
		})
	}
}

// TestRefused has a class whose file system does not exist, and deletes the claim.
func TestRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t)
		r := c.start()
		defer r.stop()
		c.add(class("no-nas", with(nasParameters(), "fileSystemId", "31a8e4none")))
		c.add(class("no-efs", with(efsParameters(), "fileSystemId", "fs-0fedcba9876543210")))
		c.add(claim("a", "no-nas"))
		c.add(claim("b", "no-efs"))
		time.Sleep(time.Hour)
		requests := func() int { return len(c.nas.Requests()) + len(c.efs.Requests()) }
		if n := requests(); n > 100 {
			t.Errorf("%d requests in an hour", n)
		}
		c.remove("a")
		c.remove("b")
		time.Sleep(10 * time.Minute)
		asked := requests()
		time.Sleep(time.Hour)
		if more := requests() - asked; more != 0 {
			t.Errorf("%d requests for claims that are gone", more)
		}
	})
}

// TestNotStored has an API server that takes no PersistentVolumes for a while.
func TestNotStored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t)
		back := time.Now().Add(10 * time.Minute)
		c.kube.PrependReactor("create", "persistentvolumes", func(k8stesting.Action) (bool, k8sruntime.Object, error) {
			return time.Now().Before(back), nil, errors.New("etcd is away")
		})
		r := c.start()
		defer r.stop()
		for _, s := range services {
			c.add(claim(s, s))
		}
		c.until("volumes", c.bound(2))
		c.one()
		if n := c.created(); n != 2 {
			t.Errorf("%d access points were created", n)
		}
	})
}

// TestState asks what the controller is told after calls that fail.
func TestState(t *testing.T) {
	for _, test := range []struct {
		name    string
		prepare func(*cluster)
		nas     controller.ProvisioningState
		efs     controller.ProvisioningState
	}{
		{"in time", func(c *cluster) {}, controller.ProvisioningInBackground, controller.ProvisioningInBackground},
		{"denied", func(c *cluster) {
			c.nas.Inject("CreateAccessPoint", nastest.Denied)
			c.efs.Inject("CreateAccessPoint", efstest.Denied)
		}, controller.ProvisioningNoChange, controller.ProvisioningNoChange},
		{"lost, then denied", func(c *cluster) {
			c.nas.Inject("CreateAccessPoint", nastest.ResponseLost)
			c.efs.Inject("CreateAccessPoint", efstest.ResponseLost, efstest.Denied)
			c.nas.Inject("ListAccessPoints", nastest.Slow, nastest.Denied)
		}, controller.ProvisioningInBackground, controller.ProvisioningInBackground},
		{"created, then denied", func(c *cluster) {
			c.nas.Inject("DescribeAccessPoint", nastest.Denied)
			c.efs.Inject("DescribeAccessPoints", efstest.Denied, efstest.Denied)
		}, controller.ProvisioningInBackground, controller.ProvisioningInBackground},
		{"quota", func(c *cluster) {
			c.nas.Fail("CreateAccessPoint", nas.APIError{Code: nas.CodeTagsExceeded})
			c.efs.Fail("CreateAccessPoint", efs.APIError{Code: efs.CodeAccessPointLimitExceeded})
		}, controller.ProvisioningNoChange, controller.ProvisioningNoChange},
	} {
		for _, s := range services {
			t.Run(test.name+" "+s, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					c := newCluster(t)
					p := &provisioner{nas: c.nas.Client(), efs: c.efs.Client()}
					test.prepare(c)
					timeout := 10 * time.Second
					if test.name == "created, then denied" {
						timeout = time.Minute
					}
					ctx, cancel := context.WithTimeout(t.Context(), timeout)
					defer cancel()
					wanted := map[string]controller.ProvisioningState{"nas": test.nas, "efs": test.efs}[s]
					parameters := map[string]map[string]string{"nas": nasParameters(), "efs": efsParameters()}[s]
					pv, got, err := p.Provision(ctx, controller.ProvisionOptions{StorageClass: class(s, parameters), PVName: "pvc-1", PVC: claim("a", s)})
					if pv != nil || err == nil || got != wanted {
						t.Errorf("%v, %s, %v", pv, got, err)
					}
				})
			})
		}
	}
}

// TestFlags looks at the usage, and at what is refused.
func TestFlags(t *testing.T) {
	for _, test := range []struct {
		args []string
		said string
	}{
		{[]string{"-h"}, "Usage: provisioner [flags]"},
		{nil, "give -nas-region, -efs-region or both"},
		{[]string{"-efs-region", "us-east-1", "-timeout", "0"}, "more than 0"},
		{[]string{"-efs-region", "us-east-1", "now"}, "no arguments"},
	} {
		var stderr bytes.Buffer
		if _, err := parse(test.args, &stderr); err == nil || !strings.Contains(stderr.String(), test.said) {
			t.Errorf("%q: %v, %s", test.args, err, &stderr)
		}
		for line := range strings.Lines(stderr.String()) {
			if len(strings.ReplaceAll(line, "\t", "        ")) > 81 {
				t.Errorf("longer than 80 columns: %s", line)
			}
		}
	}
}
