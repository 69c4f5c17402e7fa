package nastest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/nas"
)

// describeRegions knows the region of the server and one more.
func (s *Server) describeRegions(call *fake.Call) (fake.Answer, *fake.Refusal) {
	items := []map[string]any{}
	for _, id := range []string{Region, "cn-shanghai"} {
		items = append(items, map[string]any{"RegionId": id, "LocalName": id, "RegionEndpoint": "nas." + id + ".aliyuncs.com"})
	}
	return s.pageOf(call, items, "Regions", "Region"), nil
}

// describeZones spells protocols as the service does here, in lower case.
func (s *Server) describeZones(call *fake.Call) (fake.Answer, *fake.Refusal) {
	region := call.Params.Get("RegionId")
	if region != Region && region != "cn-shanghai" {
		return fake.Answer{}, refuse(404, nas.CodeRegionNotFound, "The specified RegionId does not exist.")
	}
	items := []map[string]any{}
	for _, zone := range []string{"-g", "-i"} {
		items = append(items, map[string]any{
			"ZoneId":   region + zone,
			"Capacity": map[string]any{"Protocol": []string{"nfs", "smb"}}, "Performance": map[string]any{"Protocol": []string{"nfs"}},
			"InstanceTypes": map[string]any{"InstanceType": []map[string]any{
				{"StorageType": "Capacity", "ProtocolType": "nfs"}, {"StorageType": "Capacity", "ProtocolType": "smb"}, {"StorageType": "Performance", "ProtocolType": "nfs"},
			}},
		})
	}
	return answer(call, map[string]any{"Zones": map[string]any{"Zone": items}}), nil
}

// changeResourceGroup knows every resource group whose ID looks like one.
func (s *Server) changeResourceGroup(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := call.Params
	at := slices.IndexFunc(s.fileSystems, func(fs *fileSystem) bool { return fs.id == q.Get("ResourceId") })
	switch {
	case at < 0:
		return fake.Answer{}, refuse(404, nas.CodeResourceIDNotExist, "The specified resource does not exist.")
	case !strings.HasPrefix(q.Get("NewResourceGroupId"), "rg-"):
		return fake.Answer{}, refuse(404, nas.CodeResourceGroupNotExist, "The specified resource group does not exist.")
	}
	s.fileSystems[at].fields["ResourceGroupId"] = q.Get("NewResourceGroupId")
	return answer(call, map[string]any{}), nil
}

// openNASService takes one order.
func (s *Server) openNASService(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.orders > 0 {
		return fake.Answer{}, refuse(400, nas.CodeOrderOpened, "The service is open already.")
	}
	s.orders++
	return answer(call, map[string]any{"OrderId": fmt.Sprintf("%015d", s.orders)}), nil
}
