package main

import (
	"bytes"
	"os"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	apps "k8s.io/api/apps/v1"
	v1 "k8s.io/api/core/v1"
	rbac "k8s.io/api/rbac/v1"
	storage "k8s.io/api/storage/v1"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
	"sigs.k8s.io/yaml"
)

// TestManifest runs the flags, classes and claim of manifest.yaml, and compares what the
// provisioner does in Kubernetes with what the roles allow.
func TestManifest(t *testing.T) {
	text, err := os.ReadFile("manifest.yaml")
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t)
		for _, s := range services { // the manifest has its own
			c.removeClass(s)
		}
		var rules []rbac.PolicyRule
		example := &v1.PersistentVolumeClaim{}
		for _, document := range bytes.Split(text, []byte("\n---\n")) {
			switch object := decode(t, document).(type) {
			case *rbac.ClusterRole:
				rules = append(rules, object.Rules...)
			case *rbac.Role:
				rules = append(rules, object.Rules...)
			case *apps.Deployment:
				if _, err := parse(object.Spec.Template.Spec.Containers[0].Args, t.Output()); err != nil {
					t.Error(err)
				}
			case *storage.StorageClass:
				c.add(object)
				c.add(claim(object.Name, object.Name))
			case *v1.PersistentVolumeClaim:
				example = object
			}
		}
		example.UID, example.Annotations = "1", claim("", "").Annotations // by Kubernetes
		c.add(example)
		r := c.start(controller.LeaderElection(true))
		defer r.stop()
		c.until("volumes", c.bound(3))
		c.one()
		c.remove("example")
		c.remove("nas")
		c.remove("efs")
		c.until("one volume", func() bool { return len(c.volumes()) == 1 }) // the class efs retains
		time.Sleep(time.Minute)
		for _, action := range c.kube.Actions() {
			resource := action.GetResource()
			if !slices.ContainsFunc(rules, func(r rbac.PolicyRule) bool {
				return slices.Contains(r.APIGroups, resource.Group) && slices.Contains(r.Resources, resource.Resource) && slices.Contains(r.Verbs, action.GetVerb())
			}) {
				t.Errorf("no role allows %s %s", action.GetVerb(), resource.Resource)
			}
		}
	})
}

// decode returns the object of a document, which may have no field that its type has
// not.
func decode(t *testing.T, document []byte) any {
	t.Helper()
	object, _, err := scheme.Codecs.UniversalDeserializer().Decode(document, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.UnmarshalStrict(document, object); err != nil {
		t.Errorf("%T: %v", object, err)
	}
	return object
}
