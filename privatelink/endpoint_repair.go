package privatelink

import (
	"context"
	"errors"
	"slices"
	"strconv"
)

// RepairVpcEndpoint does the same as [Client.EnsureVpcEndpoint] with the same
// arguments, and then repairs drift by changing the name, description, policy,
// bandwidth, IP version, zone affinity, resource group, security groups and
// tags, and by adding zones. If in has security groups, it removes others. It
// removes no tags and no zones.
//
// Differences that the service cannot change, such as the type or the vSwitch
// of a zone, remain; the error is a [*DriftError] that lists them. If a change
// fails, the other changes are still made, and the error is that of the failed
// change; call again. No security group is removed if another could not be
// attached.
//
// The service makes one change at a time. During a change the endpoint is
// Pending, or the zone is Creating. The call waits for that before the next
// change, but not after the last. A change may take up to [Config].Settle, the
// consistency window, to show. Until then, EnsureVpcEndpoint may report the
// drift again.
//
// Errors: those of [Client.EnsureVpcEndpoint],
// [Client.UpdateVpcEndpointAttribute],
// [Client.AttachSecurityGroupToVpcEndpoint],
// [Client.DetachSecurityGroupFromVpcEndpoint], [Client.AddZoneToVpcEndpoint],
// [Client.TagResources] and [Client.ChangeResourceGroup].
//
// RAM actions: those of [Client.EnsureVpcEndpoint], and those of the calls
// above that the drift requires.
func (c *Client) RepairVpcEndpoint(ctx context.Context, key string, in CreateVpcEndpointRequest) (Repair, error) {
	ep, err := c.EnsureVpcEndpoint(ctx, key, in)
	drift, _ := errors.AsType[*DriftError](err)
	if drift == nil {
		return Repair{ResourceID: ep.EndpointID}, err
	}
	id := drift.ResourceID
	has := func(field string) bool {
		return slices.ContainsFunc(drift.Fields, func(d Drift) bool { return d.Field == field })
	}
	update := func(in UpdateVpcEndpointAttributeRequest, fields ...string) fix {
		in.EndpointID = id
		return fix{fields, func(ctx context.Context) error {
			_, err := c.UpdateVpcEndpointAttribute(ctx, in)
			return err
		}}
	}
	named := UpdateVpcEndpointAttributeRequest{}
	if has("EndpointName") {
		named.EndpointName = in.EndpointName
	}
	if has("EndpointDescription") {
		named.EndpointDescription = in.EndpointDescription
	}
	version := in.AddressIPVersion
	if version == "" {
		version = AddressIPVersionIPv4
	}
	fixes := []fix{
		update(named, "EndpointName", "EndpointDescription"),
		update(UpdateVpcEndpointAttributeRequest{PolicyDocument: in.PolicyDocument}, "PolicyDocument"),
		update(UpdateVpcEndpointAttributeRequest{CrossRegionBandwidth: in.CrossRegionBandwidth}, "CrossRegionBandwidth"),
		update(UpdateVpcEndpointAttributeRequest{AddressIPVersion: version}, "AddressIpVersion"),
		update(UpdateVpcEndpointAttributeRequest{ZoneAffinityEnabled: &in.ZoneAffinityEnabled}, "ZoneAffinityEnabled"),
		c.regroup(id, GroupedVpcEndpoint, in.ResourceGroupID),
		c.retag(id, ResourceVpcEndpoint, in.Tags, has),
	}
	refused := false
	for i, group := range in.SecurityGroupIDs {
		fixes = append(fixes, fix{[]string{"SecurityGroupId." + strconv.Itoa(i+1)}, func(ctx context.Context) error {
			_, err := c.AttachSecurityGroupToVpcEndpoint(ctx, AttachSecurityGroupToVpcEndpointRequest{EndpointID: id, SecurityGroupID: group})
			if errors.Is(err, CodeSecurityGroupExist) { // another process was quicker
				err = nil
			}
			refused = err != nil
			return err
		}})
	}
	fixes = append(fixes, fix{[]string{"SecurityGroupId"}, func(ctx context.Context) error {
		if refused {
			return errors.New("privatelink: no security group was taken from " + id + ", since another could not be given to it")
		}
		for _, d := range drift.Fields {
			if d.Field != "SecurityGroupId" {
				continue
			}
			_, err := c.DetachSecurityGroupFromVpcEndpoint(ctx, DetachSecurityGroupFromVpcEndpointRequest{EndpointID: id, SecurityGroupID: d.Found})
			if err != nil && !errors.Is(err, CodeSecurityGroupNotFound) {
				return err
			}
		}
		return nil
	}})
	for i, z := range in.Zones {
		path := "Zone." + strconv.Itoa(i+1) + "."
		if !has(path+"ZoneId") || z.VSwitchID == "" { // it is there, or the service does not know where to put it
			continue
		}
		fixes = append(fixes, fix{[]string{path + "ZoneId", path + "VSwitchId"}, func(ctx context.Context) error {
			_, err := c.AddZoneToVpcEndpoint(ctx, AddZoneToVpcEndpointRequest{
				EndpointID: id, ZoneID: z.ZoneID, VSwitchID: z.VSwitchID, IP: z.IP, Ipv6Address: z.Ipv6Address,
			})
			if errors.Is(err, CodeEndpointZoneDuplicated) { // another process was quicker
				return nil
			}
			return err
		}})
	}
	return repair(ctx, "RepairVpcEndpoint", id, err, fixes...)
}

// retag gives a resource those of tags that has says drifted.
func (c *Client) retag(id string, kind ResourceType, tags []Tag, has func(field string) bool) fix {
	f := fix{}
	in := TagResourcesRequest{ResourceType: kind, ResourceIDs: []string{id}}
	for i, t := range tags {
		value, name := tagField(i), "Tag."+strconv.Itoa(i+1)+".Key"
		if f.fields = append(f.fields, value, name); has(value) || has(name) {
			in.Tags = append(in.Tags, t)
		}
	}
	f.change = func(ctx context.Context) error {
		_, err := c.TagResources(ctx, in)
		return err
	}
	return f
}

// regroup moves a resource to a group.
func (c *Client) regroup(id string, kind GroupedResource, group string) fix {
	return fix{[]string{"ResourceGroupId"}, func(ctx context.Context) error {
		_, err := c.ChangeResourceGroup(ctx, ChangeResourceGroupRequest{ResourceGroupID: group, ResourceID: id, ResourceType: kind})
		return err
	}}
}
