package privatelink

import (
	"cmp"
	"context"
	"errors"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/ensure"
	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/internal/policy"
	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// The tags of every endpoint that [Client.EnsureVpcEndpoint] created, and every
// service that [Client.EnsureVpcEndpointService] did: the key that it was created for,
// since tokens cannot be looked up, and a token of that key, which nobody writes by
// hand.
const (
	keyTag   = "accesspoint-key"
	tokenTag = "accesspoint-token"
)

// marks returns the tags of what is created for a key, whose token is made of parts.
func marks(key string, parts ...string) []Tag {
	return []Tag{{keyTag, key}, {tokenTag, IdempotencyToken(append(parts, key)...)}}
}

// EnsureVpcEndpoint finds or creates the endpoint of a key in the VPC of in,
// waits until it is ready, as [Client.WaitVpcEndpointReady] does, compares it
// with in, and returns it. It is idempotent: call it again after a crash or an
// error, and from several processes at once. The same key always means the same
// endpoint.
//
// The key has 1 to 128 printable ASCII characters; the name of a cluster serves
// well. It is kept in the tags accesspoint-key and accesspoint-token, so in has
// room for 18 tags, and the idempotency token (ClientToken) is derived from it:
//
//	IdempotencyToken(region, vpcID, service, key, "0")
//
// where service is ServiceID or, if that is empty, ServiceName.
//
// The service creates one endpoint per token, so concurrent callers get the
// same endpoint, and a creation with an unknown outcome is retried. A token
// creates nothing any more if its endpoint was deleted, if its creation failed,
// or if it was used with other parameters. In that case the call uses the next
// one ("1" after "0"), once no list has shown an endpoint for [Config].Settle,
// the consistency window.
//
// There can be two endpoints only if a change takes longer than Settle to show,
// or if the service forgets a token during a call (it does not document how
// long it remembers one). The error is then a [*DuplicateError] with the IDs of
// both. To find duplicates, a call that has created an endpoint waits for
// Settle and lists once more. EnsureVpcEndpoint deletes nothing.
//
// Only its token finds an endpoint that has lost its tags, and the service
// refuses the token in a call with other parameters. If the VPC then has
// endpoints of the service that are older than Settle and have no tags, the
// call creates no other: its error is [CodeIdempotentParameterMismatch], in a
// [*WaitError] with their IDs.
//
// If the endpoint differs from in, it is returned unchanged, with a
// [*DriftError]; [Client.RepairVpcEndpoint] changes it. The endpoint must have
// all zones and all tags of in, and may have more. It must have exactly the
// security groups of in. The name, description, type, policy, resource group,
// bandwidth and security groups are compared only if in has them.
//
// Concurrent calls on one client share a list of the endpoints of the VPC, as
// long as that fits into one page of 1,000.
//
// Transient errors are retried until ctx is done; then call again with the same
// key. Repeated calls with short contexts on one client make progress. A new
// process for each call needs one context longer than Settle for each token
// that creates nothing any more; the error says how long. The field DryRun of
// in must not be set, and RegionID must be empty or the region of the client.
//
// Errors: those of [Client.CreateVpcEndpoint] and
// [Client.WaitVpcEndpointReady], [*DriftError], [*DuplicateError].
//
// RAM actions: privatelink:CreateVpcEndpoint, privatelink:ListVpcEndpoints,
// privatelink:GetVpcEndpointAttribute and, if in has zones or security groups,
// privatelink:ListVpcEndpointZones and
// privatelink:ListVpcEndpointSecurityGroups.
func (c *Client) EnsureVpcEndpoint(ctx context.Context, key string, in CreateVpcEndpointRequest) (VpcEndpoint, error) {
	if err := c.made(); err != nil {
		return VpcEndpoint{}, err
	}
	in.RegionID = c.region(in.RegionID)
	token := func(generation int) string {
		return IdempotencyToken(in.RegionID, in.VpcID, cmp.Or(in.ServiceID, in.ServiceName), key, strconv.Itoa(generation))
	}
	if err := invalid("EnsureVpcEndpoint", append(append(check.Each("Tag", in.Tags, func(t Tag) []check.Problem {
		return []check.Problem{check.That(t.Key != keyTag && t.Key != tokenTag, "Key", "is reserved")}
	}), check.Key(key)...),
		check.That(in.RegionID == c.cfg.Region, "RegionId", "must be that of the client, or not set"),
		check.That(in.ClientToken == "" || in.ClientToken == token(0), "ClientToken", "must be that of the key, or not set"),
		check.That(!in.DryRun, "DryRun", "must not be set"),
	)...); err != nil {
		return VpcEndpoint{}, err
	}
	asked := in.Tags
	in.Tags = slices.Concat(in.Tags, marks(key, in.RegionID, in.VpcID))
	if err := c.validate(in); err != nil {
		return VpcEndpoint{}, err
	}
	ctx = fault.Expect(ctx, ErrNotFound, ErrConflict)
	source := c.sourceOfKeys(in.VpcID)
	mismatch := false // of the last generation
	ep, err := ensureByToken(ctx, c, finding[VpcEndpoint]{
		key: key, memory: &c.view.memory, memoryKey: in.VpcID + "/" + key, source: source, token: token,
		before: func(ctx context.Context) error {
			if mismatch {
				return c.bare(ctx, source, key, in)
			}
			return nil
		},
		create: func(ctx context.Context, token string) (ep VpcEndpoint, _ error) {
			in.ClientToken = token
			out, err := c.CreateVpcEndpoint(ctx, in)
			if mismatch = errors.Is(err, CodeIdempotentParameterMismatch); err != nil {
				return ep, err
			}
			return VpcEndpoint{EndpointID: out.EndpointID, ServiceID: in.ServiceID, ServiceName: in.ServiceName, Tags: in.Tags, CreateTime: out.CreateTime}, nil
		},
		usable: func(ep VpcEndpoint) (bool, error) {
			_, ok, _ := ready().Done(ep)
			return ok, foreign(key, in, ep)
		},
		await: c.WaitVpcEndpointReady,
	})
	var zones []VpcEndpointZone
	var groups []string
	if err == nil {
		zones, err = c.zonesOf(ctx, ep.EndpointID, in.Zones)
	}
	if err == nil {
		groups, err = c.groupsOf(ctx, ep.EndpointID, in.SecurityGroupIDs)
	}
	if err != nil {
		return ep, ensured("EnsureVpcEndpoint", key, ep.EndpointID, "Tag."+keyTag, err)
	}
	in.Tags = asked
	return ep, drift(key, in, ep, zones, groups)
}

// A keyed is a resource that a key names by its tag.
type keyed[T any] interface {
	id() string
	leaving() bool
	since() time.Time // zero if its time of creation cannot be read
	tagged(as T) T    // with the tags of another
}

// A finding is what it takes to find or create a resource by the token of its
// creation.
type finding[T keyed[T]] struct {
	key       string
	memory    *ensure.Memory
	memoryKey string
	source    *wait.Source[T]
	token     func(generation int) string
	create    func(ctx context.Context, token string) (T, error)
	// before, if set, precedes each creation but those with the first token.
	before func(context.Context) error
	// usable fails if a resource is not what the key means. Otherwise await waits
	// until it is.
	usable func(T) (bool, error)
	await  func(ctx context.Context, id string, opts WaitOptions) (T, error)
}

// ensureByToken returns the resource when it is usable.
func ensureByToken[T keyed[T]](ctx context.Context, c *Client, f finding[T]) (T, error) {
	var last T // that this call has waited for
	t := &ensure.Token[T]{
		Settle: c.cfg.settle(),
		Memory: f.memory,
		Key:    f.memoryKey,
		OfCall: true,
		Look: func(ctx context.Context) (wait.Found[T], error) {
			now := time.Now()
			found, err := look(ctx, f.source, f.key, now, now)
			found.Items = slices.DeleteFunc(found.Items, T.leaving)
			return found, err
		},
		Send: func(ctx context.Context, generation int) (led ensure.Led[T], err error) {
			if generation > 0 && f.before != nil {
				if err := f.before(ctx); err != nil {
					return led, err
				}
			}
			led.Value, err = f.create(ctx, f.token(generation))
			switch {
			case errors.Is(err, CodeIdempotentParameterMismatch): // one with them may just have been created
				return ensure.Led[T]{Nothing: f.token(generation), Err: err}, nil
			case errors.Is(err, CodeIdempotentFailed):
				return ensure.Led[T]{Nothing: string(CodeIdempotentFailed), Err: err}, nil
			case err != nil:
				return led, err
			}
			led.Old = !led.Value.since().IsZero() && c.old(led.Value.since(), time.Now())
			led.New = !led.Old
			return led, nil
		},
		Busy: func(err error) bool { return busy(err) || err == errYoung },
		Ready: func(ctx context.Context, v T) (T, error) {
			usable, err := f.usable(v)
			if err != nil {
				return v, err
			}
			if !usable || v.id() != last.id() {
				last, err = f.await(ctx, v.id(), WaitOptions{NotFoundGrace: noGrace, Transient: ensure.Transient})
				if err != nil {
					v, last = last, *new(T)
					return v, err
				}
			}
			last = last.tagged(v) // only lists have tags
			return last, nil
		},
		ID:      T.id,
		Leaving: T.leaving,
	}
	return t.Ensure(ctx)
}

// errYoung says that the tags of an endpoint may yet show.
var errYoung = errors.New("an endpoint without tags is too new to tell")

// bare returns an error if the endpoint that a token was sent for with other
// parameters may have lost its tags: it may be gone as well, but not if another one
// would be created beside it.
func (c *Client) bare(ctx context.Context, source *wait.Source[VpcEndpoint], key string, in CreateVpcEndpointRequest) error {
	asked := time.Now()
	all, err := source.Query(ctx, "")
	if err != nil {
		return err
	}
	var ids []string
	for _, ep := range all {
		switch {
		case ep.VpcID != in.VpcID, ep.leaving(), len(ep.Tags) > 0, foreign(key, in, ep) != nil:
		case c.old(ep.since(), asked), c.transport.ServiceTime(asked).IsZero(): // or nobody will ever know
			ids = append(ids, ep.EndpointID)
		default:
			err = errYoung // of this key, or of another that is being ensured just now
		}
	}
	if ids == nil {
		return err
	}
	return &WaitError{Operation: "EnsureVpcEndpoint", State: "may have lost its tags: " + strings.Join(ids, ", "), Err: CodeIdempotentParameterMismatch}
}

// old reports whether what was created at a time of the service has to show, with its
// tags, in all that was asked for at a moment.
func (c *Client) old(created, asked time.Time) bool {
	return !asked.Before(ensure.Shown(created, c.cfg.settle(), c.transport.ServiceTime(asked), asked))
}

func (ep VpcEndpoint) id() string       { return ep.EndpointID }
func (ep VpcEndpoint) leaving() bool    { return ep.EndpointStatus == EndpointStatusDeleting }
func (ep VpcEndpoint) since() time.Time { return created(ep.CreateTime) }

func (ep VpcEndpoint) tagged(as VpcEndpoint) VpcEndpoint {
	ep.Tags = as.Tags
	return ep
}

// EnsureVpcEndpointAbsent deletes the endpoints that [Client.EnsureVpcEndpoint]
// created for a key in a VPC, after removing their zones, and waits until they
// are gone. It succeeds if there are none. It returns when it has seen none for
// [Config].Settle, the consistency window, so that an interrupted creation does
// not leave one behind, and no later call finds a deleted one.
//
// Transient errors, and refusals because an endpoint is busy, are retried until
// ctx is done.
//
// An endpoint that has the tag accesspoint-key of the key without
// accesspoint-token was not created by EnsureVpcEndpoint. The call does not
// delete it, and the error is a [*DriftError].
//
// Errors: those of [Client.ListVpcEndpoints], [Client.ListVpcEndpointZones],
// [Client.RemoveZoneFromVpcEndpoint] and [Client.DeleteVpcEndpoint],
// [*DriftError].
//
// RAM actions: privatelink:ListVpcEndpoints, privatelink:ListVpcEndpointZones,
// privatelink:RemoveZoneFromVpcEndpoint, privatelink:DeleteVpcEndpoint,
// privatelink:GetVpcEndpointAttribute.
func (c *Client) EnsureVpcEndpointAbsent(ctx context.Context, vpcID, key string) error {
	if err := c.made(); err != nil {
		return err
	}
	if err := invalid("EnsureVpcEndpointAbsent", append(check.Key(key), check.Required("VpcId", vpcID))...); err != nil {
		return err
	}
	source := c.sourceOfKeys(vpcID)
	a := &ensure.Absent[VpcEndpoint]{
		Settle: c.cfg.settle(),
		Memory: &c.view.memory,
		Key:    vpcID + "/" + key,
		Look: func(ctx context.Context, from, by time.Time) (wait.Found[VpcEndpoint], error) {
			return look(ctx, source, key, from, by)
		},
		ID: VpcEndpoint.id,
		Foreign: func(ep VpcEndpoint) error {
			return marked("EnsureVpcEndpointAbsent", key, ep.EndpointID, ep.Tags, c.cfg.Region, vpcID)
		},
		Delete: c.drop,
		Busy:   busy,
	}
	return ensured("EnsureVpcEndpointAbsent", key, "", "", a.Ensure(fault.Expect(ctx, ErrNotFound, ErrConflict)))
}

// marked returns an error for a resource that carries the key's tag and not the token's.
func marked(operation, key, id string, tags []Tag, parts ...string) error {
	token := marks(key, parts...)[1]
	return drifted(operation, key, id, check.Same("Tag."+tokenTag, token.Value, valueOf(tags, tokenTag)))
}

// look returns what was created for key, the oldest first, in one
// list with those who look at the same time. It never misses one that shows.
//
// The token alone does not make a creation safe: the service forgets it some day,
// when its resource still stands, and knows the tokens of other generations as
// others. So a list that may have missed something, as one of several pages can, is
// followed by a look for this key alone.
func look[T keyed[T]](ctx context.Context, source *wait.Source[T], key string, from, by time.Time) (wait.Found[T], error) {
	found, err := source.Find(ctx, key, from, by)
	if err == nil && !found.Sure {
		found.Asked, found.Sure = time.Now(), true
		found.Items, err = source.Query(ctx, key)
	}
	slices.SortFunc(found.Items, func(a, b T) int { return cmp.Or(a.since().Compare(b.since()), strings.Compare(a.id(), b.id())) })
	return found, err
}

// sourceOfKeys returns where the endpoints of a VPC are found by the keys that they
// were created for.
func (c *Client) sourceOfKeys(vpcID string) *wait.Source[VpcEndpoint] {
	keyOf := func(ep VpcEndpoint) string {
		if ep.VpcID != vpcID {
			return ""
		}
		return ep.tag(keyTag)
	}
	list := func(ctx context.Context, key, token string) (wait.Page[VpcEndpoint], error) {
		in := ListVpcEndpointsRequest{VpcID: vpcID, NextToken: token, MaxResults: 1000}
		if key != "" { // a tag may have an empty value here: a filter for one may not mean any
			in.Tags = []Tag{{keyTag, key}}
		}
		out, err := c.ListVpcEndpoints(ctx, in)
		if err != nil {
			return wait.Page[VpcEndpoint]{}, err
		}
		return wait.Page[VpcEndpoint]{Items: out.Endpoints, Next: out.NextToken, Total: out.TotalCount}, nil
	}
	return &wait.Source[VpcEndpoint]{
		Reader: c.reader(),
		List:   vpcID,
		Query:  ensure.Query(keyOf, list),
		Page:   func(ctx context.Context, token string) (wait.Page[VpcEndpoint], error) { return list(ctx, "", token) },
		ID:     VpcEndpoint.id,
		Key:    keyOf,
		Denied: c.listingDenied,
	}
}

// drop removes the zones of an endpoint and has it deleted. That a read does not
// find it proves nothing, for it may be new.
func (c *Client) drop(ctx context.Context, ep VpcEndpoint) error {
	if ep.leaving() {
		return nil
	}
	zones, err := c.standingZones(ctx, ep.EndpointID)
	if err != nil && !errors.Is(err, CodeEndpointNotFound) {
		return err
	}
	for _, zone := range zones {
		_, err := c.RemoveZoneFromVpcEndpoint(ctx, RemoveZoneFromVpcEndpointRequest{EndpointID: ep.EndpointID, ZoneID: zone.ZoneID})
		if err == nil {
			err = c.WaitVpcEndpointZoneRemoved(ctx, ep.EndpointID, zone.ZoneID, WaitOptions{NotFoundGrace: noGrace})
		}
		// It may be gone, with its endpoint or without it, or have to go with it.
		if err != nil && !errors.Is(err, ErrNotFound) && !errors.Is(err, CodeGatewayLoadBalancerZoneCountDenied) {
			return err
		}
	}
	_, err = c.DeleteVpcEndpoint(ctx, DeleteVpcEndpointRequest{EndpointID: ep.EndpointID})
	return err
}

// standingZones returns the zones of an endpoint that are not on their way out.
func (c *Client) standingZones(ctx context.Context, endpointID string) (zones []VpcEndpointZone, _ error) {
	for zone, err := range c.VpcEndpointZones(ctx, ListVpcEndpointZonesRequest{EndpointID: endpointID}) {
		if err != nil {
			return nil, err
		}
		if zone.ZoneStatus != ZoneStatusDeleting {
			zones = append(zones, zone)
		}
	}
	return zones, nil
}

// busy reports whether a call was refused because another one is under way, on
// the endpoint, the connection or the service, or with the same token.
func busy(err error) bool {
	for _, code := range []Code{
		CodeEndpointOperationDenied, CodeEndpointLocked, CodeEndpointConnectionOperationDenied, CodeConcurrentCallNotSupported,
		CodeServiceOperationDenied, CodeServiceLocked, CodeIdempotentProcessing,
	} {
		if errors.Is(err, code) {
			return true
		}
	}
	return false
}

// noGrace is for what has been seen.
const noGrace = time.Nanosecond

// zonesOf returns the zones of an endpoint, if any are asked for. Those that do not
// show at once are looked for until Settle has passed.
func (c *Client) zonesOf(ctx context.Context, endpointID string, wanted []Zone) ([]VpcEndpointZone, error) {
	if len(wanted) == 0 {
		return nil, nil
	}
	return shown(ctx, c.cfg.settle(), func(ctx context.Context) ([]VpcEndpointZone, error) { return c.standingZones(ctx, endpointID) },
		func(zones []VpcEndpointZone) bool {
			return !slices.ContainsFunc(wanted, func(z Zone) bool { return z.in(zones) == nil })
		})
}

// groupsOf is zonesOf for security groups.
func (c *Client) groupsOf(ctx context.Context, endpointID string, wanted []string) ([]string, error) {
	if len(wanted) == 0 {
		return nil, nil
	}
	return shown(ctx, c.cfg.settle(), func(ctx context.Context) (groups []string, _ error) {
		for g, err := range c.VpcEndpointSecurityGroups(ctx, ListVpcEndpointSecurityGroupsRequest{EndpointID: endpointID}) {
			if err != nil {
				return nil, err
			}
			if g.SecurityGroupStatus != SecurityGroupStatusDetaching {
				groups = append(groups, g.SecurityGroupID)
			}
		}
		return groups, nil
	}, func(groups []string) bool {
		return !slices.ContainsFunc(wanted, func(id string) bool { return !slices.Contains(groups, id) })
	})
}

// shown returns what look finds as soon as that is complete, or what it finds when it is
// asked after settle.
func shown[T any](ctx context.Context, settle time.Duration, look func(context.Context) ([]T, error), complete func([]T) bool) ([]T, error) {
	errHidden := errors.New("parts do not show yet")
	until := time.Now().Add(settle)
	return wait.Retry(ctx, func(err error) bool { return errors.Is(err, errHidden) }, func(ctx context.Context) ([]T, error) {
		asked := time.Now() // the response may come after a suspension
		found, err := look(ctx)
		hidden := errors.Is(err, CodeEndpointNotFound) || errors.Is(err, CodeServiceNotFound) || err == nil && !complete(found)
		if hidden && asked.Before(until) {
			return found, errHidden
		}
		return found, err
	})
}

// in returns the one of zones that z means, or nil.
func (z Zone) in(zones []VpcEndpointZone) *VpcEndpointZone {
	for i, found := range zones {
		if z.ZoneID == found.ZoneID || z.ZoneID == "" && z.VSwitchID == found.VSwitchID {
			return &zones[i]
		}
	}
	return nil
}

// created returns the time that a CreateTime says, or no time if it is not to be
// read.
func created(createTime string) time.Time {
	t, _ := time.Parse(time.RFC3339, createTime)
	return t
}

// tag returns the value of a tag, or an empty text.
func (ep VpcEndpoint) tag(key string) string { return valueOf(ep.Tags, key) }

// valueOf returns the value of one of tags, or an empty text.
func valueOf(tags []Tag, key string) string {
	for _, t := range tags {
		if t.Key == key {
			return t.Value
		}
	}
	return ""
}

// foreign compares the service of an endpoint with the one asked for.
func foreign(key string, in CreateVpcEndpointRequest, ep VpcEndpoint) error {
	return drifted("EnsureVpcEndpoint", key, ep.EndpointID, sameIfSet("ServiceId", in.ServiceID, ep.ServiceID), sameIfSet("ServiceName", in.ServiceName, ep.ServiceName))
}

// drift compares an endpoint, its zones and its security groups with the request for
// it, in which what is not set stands for the documented default, or else for any.
// There may be more zones and more tags.
func drift(key string, in CreateVpcEndpointRequest, ep VpcEndpoint, zones []VpcEndpointZone, groups []string) error {
	ds := []check.Difference{
		sameIfSet("EndpointName", in.EndpointName, ep.EndpointName),
		sameIfSet("EndpointType", in.EndpointType, ep.EndpointType),
		sameIfSet("ZonePrivateIpAddressCount", in.ZonePrivateIPAddressCount, cmp.Or(ep.ZonePrivateIPAddressCount, in.ZonePrivateIPAddressCount)), // lists do not tell
		sameIfSet("EndpointDescription", in.EndpointDescription, ep.EndpointDescription),
		check.Same("ProtectedEnabled", in.ProtectedEnabled, ep.ProtectedEnabled),
		sameIfSet("ResourceGroupId", in.ResourceGroupID, ep.ResourceGroupID),
		check.Same("AddressIpVersion", cmp.Or(in.AddressIPVersion, AddressIPVersionIPv4), cmp.Or(ep.AddressIPVersion, AddressIPVersionIPv4)),
		check.Same("ServiceRegionId", cmp.Or(in.ServiceRegionID, in.RegionID), cmp.Or(ep.ServiceRegionID, in.RegionID)),
		sameIfSet("CrossRegionBandwidth", in.CrossRegionBandwidth, ep.CrossRegionBandwidth),
		check.Same("ZoneAffinityEnabled", in.ZoneAffinityEnabled, ep.ZoneAffinityEnabled),
	}
	if !policy.Same(in.PolicyDocument, ep.PolicyDocument) {
		ds = append(ds, sameIfSet("PolicyDocument", in.PolicyDocument, ep.PolicyDocument))
	}
	for i, z := range in.Zones {
		path := "Zone." + strconv.Itoa(i+1) + "."
		found := z.in(zones)
		if found == nil {
			ds = append(ds, sameIfSet(path+"ZoneId", z.ZoneID, ""), sameIfSet(path+"VSwitchId", z.VSwitchID, ""))
			continue
		}
		ds = append(ds,
			sameIfSet(path+"VSwitchId", z.VSwitchID, found.VSwitchID),
			sameIfSet(path+"ip", address(z.IP), address(found.ENIIP)),
			sameIfSet(path+"Ipv6Address", address(z.Ipv6Address), address(found.ZoneIpv6Address)))
	}
	for i, id := range in.SecurityGroupIDs {
		if !slices.Contains(groups, id) {
			ds = append(ds, check.Same("SecurityGroupId."+strconv.Itoa(i+1), id, ""))
		}
	}
	for _, id := range groups {
		if !slices.Contains(in.SecurityGroupIDs, id) {
			ds = append(ds, check.Same("SecurityGroupId", "", id))
		}
	}
	ds = append(ds, tagDrift(in.Tags, ep.Tags)...)
	return drifted("EnsureVpcEndpoint", key, ep.EndpointID, ds...)
}

// tagDrift compares tags with those asked for. A tag with an empty value is not one
// that lacks.
func tagDrift(wanted, found []Tag) (ds []check.Difference) {
	for i, t := range wanted {
		d := check.Same(tagField(i), t.Value, valueOf(found, t.Key))
		if t.Value == "" && !slices.ContainsFunc(found, func(f Tag) bool { return f.Key == t.Key }) {
			d = check.Difference{Field: "Tag." + strconv.Itoa(i+1) + ".Key", Wanted: t.Key}
		}
		ds = append(ds, d)
	}
	return ds
}

// tagField returns the path of the value of a tag of a request.
func tagField(i int) string { return "Tag." + strconv.Itoa(i+1) + ".Value" }

// sameIfSet says that found is as wanted, if anything is.
func sameIfSet[T comparable](field string, wanted, found T) check.Difference {
	return check.Same(field, cmp.Or(wanted, found), found)
}

// address returns the one form of an address that has several.
func address(s string) string {
	if a, err := netip.ParseAddr(s); err == nil {
		return a.String()
	}
	return s
}
