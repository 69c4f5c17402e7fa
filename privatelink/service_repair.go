package privatelink

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
)

// RepairVpcEndpointService does the same as [Client.EnsureVpcEndpointService]
// with the same arguments, and then repairs drift by changing the description,
// acceptance, zone affinity, IP version, resource group, supported regions and
// tags, and by attaching resources. It removes nothing.
//
// Differences that the service cannot change, such as the payer, remain; the
// error is a [*DriftError] that lists them. If a change fails, the other
// changes are still made, and the error is that of the failed change; call
// again.
//
// The service is Pending during a change. The call waits for that before the
// next change, but not after the last. A change may take up to [Config].Settle,
// the consistency window, to show. Until then, EnsureVpcEndpointService may
// report the drift again.
//
// Errors: those of [Client.EnsureVpcEndpointService],
// [Client.UpdateVpcEndpointServiceAttribute],
// [Client.AttachResourceToVpcEndpointService], [Client.TagResources] and
// [Client.ChangeResourceGroup].
//
// RAM actions: those of [Client.EnsureVpcEndpointService], and those of the
// calls above that the drift requires.
func (c *Client) RepairVpcEndpointService(ctx context.Context, key string, in EnsureVpcEndpointServiceRequest) (Repair, error) {
	s, err := c.EnsureVpcEndpointService(ctx, key, in)
	drift, _ := errors.AsType[*DriftError](err)
	if drift == nil {
		return Repair{ResourceID: s.ServiceID}, err
	}
	id, want := drift.ResourceID, in.Service
	has := func(field string) bool {
		return slices.ContainsFunc(drift.Fields, func(d Drift) bool { return d.Field == field })
	}
	update := func(in UpdateVpcEndpointServiceAttributeRequest, fields ...string) fix {
		in.ServiceID = id
		return fix{fields, func(ctx context.Context) error {
			_, err := c.UpdateVpcEndpointServiceAttribute(ctx, in)
			return err
		}}
	}
	var settings, regions UpdateVpcEndpointServiceAttributeRequest
	if has("ServiceDescription") {
		settings.ServiceDescription = &want.ServiceDescription
	}
	if has("AutoAcceptEnabled") {
		settings.AutoAcceptEnabled = &want.AutoAcceptEnabled
	}
	if has("ZoneAffinityEnabled") {
		settings.ZoneAffinityEnabled = &want.ZoneAffinityEnabled
	}
	var of []string // the paths of the regions
	for i, region := range want.SupportedRegions {
		if path := "SupportedRegionList." + strconv.Itoa(i+1); has(path) {
			regions.AddSupportedRegions, of = append(regions.AddSupportedRegions, region), append(of, path)
		}
	}
	fixes := []fix{
		update(settings, "ServiceDescription", "AutoAcceptEnabled", "ZoneAffinityEnabled"),
		update(UpdateVpcEndpointServiceAttributeRequest{AddressIPVersion: cmp.Or(want.AddressIPVersion, AddressIPVersionIPv4)}, "AddressIpVersion"),
		update(UpdateVpcEndpointServiceAttributeRequest{ServiceSupportIPv6: &want.ServiceSupportIPv6}, "ServiceSupportIPv6"),
		update(regions, of...),
		c.regroup(id, GroupedVpcEndpointService, want.ResourceGroupID),
		c.retag(id, ResourceVpcEndpointService, want.Tags, has),
	}
	for i, r := range want.Resources {
		path := "Resource." + strconv.Itoa(i+1) + "."
		fixes = append(fixes, fix{[]string{path + "ResourceId", path + "ZoneId"}, func(ctx context.Context) error {
			_, err := c.AttachResourceToVpcEndpointService(ctx, AttachResourceToVpcEndpointServiceRequest{
				ServiceID: id, ResourceID: r.ResourceID, ResourceType: cmp.Or(r.ResourceType, want.ServiceResourceType, s.ServiceResourceType), ZoneID: r.ZoneID,
			})
			if errors.Is(err, CodeServiceResourceExist) { // another process was quicker
				return nil
			}
			return err
		}})
	}
	return repair(ctx, "RepairVpcEndpointService", id, err, fixes...)
}
