package nas_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

// TestFileSystemAnswer reads an answer with the members that come in forms of
// their own. No form of it, and no error over a part of it, shows the password.
func TestFileSystemAnswer(t *testing.T) {
	const body = `{"RequestId":"id-1","TotalCount":1,"PageNumber":1,"PageSize":10,"FileSystems":{"FileSystem":[{
		"FileSystemId":"cpfs-1","FileSystemType":"CPFS","StorageType":"Advance_100","ProtocolType":"CPFS","Status":"running",
		"AccessPointCount":"3","Capacity":3600,"KMSKeyId":"k-1","Ldap":{"BindDN":"cn=a","URI":"ldap://b"},"Options":{"EnableOplock":"true"},
		"VswIds":{"VswId":["vsw-1","vsw-2"]},"SupportedFeatures":{"SupportedFeature":["Snapshot"]},"Tags":{"Tag":[{"Key":"k","Value":"v"}]},
		"Packages":{"Package":[{"PackageId":"p-1","Size":5}]},
		"MountTargets":{"MountTarget":[{"AccessGroupName":"g","MountTargetDomain":"d","NetworkType":"vpc","Status":"active","VswId":"vsw-1",
			"ClientMasterNodes":{"ClientMasterNode":[{"EcsId":"i-1","EcsIp":"10.0.0.1","DefaultPasswd":"planted"}]}}]}}]}}`
	read := func(body string) (*nas.DescribeFileSystemsResponse, error) {
		r := wiretest.Answering(wiretest.Answer{Status: http.StatusOK, Body: body})
		return newClient(t, r, func(c *nas.Config) { c.MaxAttempts = 1 }).DescribeFileSystems(t.Context(), nas.DescribeFileSystemsRequest{})
	}
	out, err := read(body)
	if err != nil {
		t.Fatal(err)
	}
	if printed := fmt.Sprintf("%+v %#v", out, out.FileSystems); strings.Contains(printed, "planted") || !strings.Contains(printed, "REDACTED") {
		t.Error(printed)
	}
	want := []nas.FileSystem{{
		FileSystemID: "cpfs-1", FileSystemType: nas.FileSystemTypeCPFS, StorageType: nas.StorageCPFSAdvance100, ProtocolType: nas.ProtocolCPFS,
		Status: nas.FileSystemStatusRunning, AccessPointCount: 3, Capacity: 3600, KMSKeyID: "k-1", LDAP: nas.LDAP{BindDN: "cn=a", URI: "ldap://b"},
		Options: nas.FileSystemOptions{EnableOplock: true}, VSwitchIDs: []string{"vsw-1", "vsw-2"}, SupportedFeatures: []string{"Snapshot"},
		Tags: []nas.Tag{{Key: "k", Value: "v"}}, Packages: []nas.StoragePackage{{PackageID: "p-1", Size: 5}},
		MountTargets: []nas.FileSystemMountTarget{{
			AccessGroup: "g", MountTargetDomain: "d", NetworkType: "Vpc", Status: "Active", VSwitchID: "vsw-1",
			ClientMasterNodes: []nas.ClientMasterNode{{EcsID: "i-1", EcsIP: "10.0.0.1", DefaultPasswd: "planted"}},
		}},
	}}
	if d := cmp.Diff(want, out.FileSystems); d != "" {
		t.Error(d)
	}
	for _, part := range []string{body[:len(body)-1], body[:strings.Index(body, "planted")+9], "no " + body} {
		if _, err := read(part); err == nil || strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, err), "planted") {
			t.Errorf("of a part of the answer: %v", err)
		}
	}
}

// TestFileSystems lists file systems in pages, and by what they have.
func TestFileSystems(t *testing.T) {
	srv := nastest.NewServer(nastest.PageLimit(2))
	srv.AddFileSystem("other")
	client := srv.Client()
	if _, err := client.TagResources(t.Context(), nas.TagResourcesRequest{
		ResourceType: nas.ResourceFileSystem, ResourceIDs: []string{"other"}, Tags: []nas.Tag{{Key: "team", Value: "a"}},
	}); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		in   nas.DescribeFileSystemsRequest
		want []string
	}{
		"all":         {nas.DescribeFileSystemsRequest{}, []string{nastest.FileSystemID, nastest.AgenticFileSystemID, "other"}},
		"by ID":       {nas.DescribeFileSystemsRequest{FileSystemID: "other"}, []string{"other"}},
		"by families": {nas.DescribeFileSystemsRequest{FileSystemTypes: []nas.FileSystemType{nas.FileSystemTypeExtreme, nas.FileSystemTypeStandard}}, []string{nastest.FileSystemID, nastest.AgenticFileSystemID, "other"}},
		"by family":   {nas.DescribeFileSystemsRequest{FileSystemTypes: []nas.FileSystemType{nas.FileSystemTypeExtreme}}, nil},
		"by class":    {nas.DescribeFileSystemsRequest{StorageType: nas.StorageAgentic}, []string{nastest.AgenticFileSystemID}},
		"by tag":      {nas.DescribeFileSystemsRequest{Tags: []nas.Tag{{Key: "team"}}}, []string{"other"}},
		"from page 2": {nas.DescribeFileSystemsRequest{PageNumber: 2}, []string{"other"}},
	} {
		var got []string
		for fs, err := range client.FileSystems(t.Context(), c.in) {
			if err != nil {
				t.Fatal(err)
			}
			if fs.Status != nas.FileSystemStatusRunning {
				t.Errorf("%s is %s", fs.FileSystemID, fs.Status)
			}
			got = append(got, fs.FileSystemID)
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}
