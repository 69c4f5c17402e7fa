package privatelinktest

import (
	"maps"
	"slices"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/privatelink"
)

func (s *Server) changeResourceGroup(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []*thing
	for _, v := range s.services {
		all = append(all, &v.thing)
	}
	if or(call.Params, "ResourceType", "VpcEndpoint") == "VpcEndpoint" {
		all = nil
		for _, e := range s.endpoints {
			all = append(all, &e.thing)
		}
	}
	for _, x := range all {
		if x.id == call.Params.Get("ResourceId") && s.existed(x.created, x.deleted, time.Now()) {
			x.set(given(call.Params, "ResourceGroupId"))
			return answer(call, map[string]any{}), nil
		}
	}
	return fake.Answer{}, refuse(privatelink.CodeResourceNotFound, "There is no such resource.")
}

// describeRegions knows one region, which has all types.
func (s *Server) describeRegions(call *fake.Call) (fake.Answer, *fake.Refusal) {
	regions := []map[string]any{}
	if or(call.Params, "RegionId", Region) == Region {
		regions = append(regions, map[string]any{
			"RegionId": Region, "LocalName": "China (Hangzhou)", "RegionEndpoint": "privatelink." + Region + ".aliyuncs.com",
			"ServiceResourceTypes": map[string]any{"ServiceResourceType": []string{"slb", "alb", "nlb", "gwlb"}},
		})
	}
	return answer(call, map[string]any{"Regions": map[string]any{"Region": regions}}), nil
}

func (s *Server) describeZones(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if call.Params.Get("RegionId") != Region { // the code is assumed
		return fake.Answer{}, refuse(privatelink.CodeResourceNotFound, "There is no such region.")
	}
	zones := []map[string]any{}
	for _, id := range slices.Sorted(maps.Keys(s.zones)) {
		zones = append(zones, map[string]any{"ZoneId": id, "LocalName": id})
	}
	return answer(call, map[string]any{"Zones": map[string]any{"Zone": zones}}), nil
}

func (s *Server) checkProductOpen(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return fake.Answer{}, refuse(privatelink.CodeNeedOpenProduct, "PrivateLink has not been activated.")
	}
	return answer(call, map[string]any{"Success": true}), nil
}

func (s *Server) openPrivateLinkService(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		return fake.Answer{}, refuse(privatelink.CodeOrderOpened, "PrivateLink has been activated before.")
	}
	s.closed = false
	return answer(call, map[string]any{"OrderId": "20601234567"}), nil
}
