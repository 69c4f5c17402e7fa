package privatelink

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// keyTag is a tag of every endpoint that [Client.EnsureVpcEndpoint] created: the
// key that it was created for. Tokens cannot be looked up.
const keyTag = "accesspoint-key"

// EnsureVpcEndpoint returns the endpoint that key names in the VPC of in. It
// creates it if there is none, waits until it is ready, as
// [Client.WaitVpcEndpointReady] does, and compares it with in.
//
// The same key always means the same endpoint, whoever asks: a program that asks
// again after it was interrupted, or after an error, gets what it had created.
// The key has 1 to 128 printable ASCII characters; the name of a cluster serves
// well. It is kept in the tag accesspoint-key, so that in has room for 19 tags,
// and in the ClientToken, which is
//
//	IdempotencyToken(region, vpcID, service, key, "0")
//
// where service is ServiceID or, if that is not set, ServiceName.
//
// The service creates one endpoint for a token. So callers at the same time get
// the same one, and a creation whose outcome is unknown is simply repeated. A
// token that has nothing more to give, since its endpoint is gone, or the creation
// failed, or had other parameters, is replaced when no list has shown an endpoint
// for [Config].Settle: "1" takes the place of "0", and so on. One endpoint stands
// for a key as long as every change shows within Settle, and the service does not
// forget a token while that is under way. How long it remembers one is not
// documented. Two that stand all the same are never passed over: the error is a
// [*DuplicateError] with the IDs of both. A new endpoint is looked for once more
// when Settle has passed, so that its creator hears of it, too. Nothing is ever
// deleted.
//
// An endpoint that differs from in is returned as it is, with a [*DriftError]. It
// must be in all zones of in, and may be in more. Where in has no name,
// description, type, policy, resource group or bandwidth, any will do. Security
// groups are not compared: the service does not tell them with the endpoint.
//
// Concurrent calls on one client share a list of the VPC, as long as that has a
// single page, of 1,000.
//
// Failures that may pass, such as throttling, are waited out for as long as ctx
// allows. When ctx ends, call again with the same key. In in, DryRun must not be
// set, and RegionID only to the region of the client.
//
// Errors: those of [Client.CreateVpcEndpoint] and [Client.WaitVpcEndpointReady],
// [*DriftError], [*DuplicateError].
//
// RAM actions: privatelink:CreateVpcEndpoint, privatelink:ListVpcEndpoints,
// privatelink:GetVpcEndpointAttribute and, if in has zones,
// privatelink:ListVpcEndpointZones.
func (c *Client) EnsureVpcEndpoint(ctx context.Context, key string, in CreateVpcEndpointRequest) (VpcEndpoint, error) {
	if err := c.made(); err != nil {
		return VpcEndpoint{}, err
	}
	in.RegionID = c.region(in.RegionID)
	e := &ensuring{Client: c, key: key, in: in}
	problems := append(check.Each("Tag", in.Tags, func(t Tag) []check.Problem {
		return []check.Problem{check.That(t.Key != keyTag, "Key", "is reserved")}
	}), check.Key(key)...)
	if err := invalid("EnsureVpcEndpoint", append(problems,
		check.That(in.RegionID == c.cfg.Region, "RegionId", "must be that of the client, or not set"),
		check.That(in.ClientToken == "" || in.ClientToken == e.token(), "ClientToken", "must be that of the key, or not set"),
		check.That(!in.DryRun, "DryRun", "must not be set"),
	)...); err != nil {
		return VpcEndpoint{}, err
	}
	e.in.Tags = append(slices.Clone(in.Tags), Tag{keyTag, key})
	if err := c.validate(e.in); err != nil {
		return VpcEndpoint{}, err
	}
	ep, err := e.find(ctx)
	if err == nil {
		var zones []VpcEndpointZone
		if zones, err = e.zones(ctx, ep.EndpointID); err == nil {
			return ep, drift(key, in, ep, zones)
		}
	}
	if e.failed != nil {
		err = fmt.Errorf("%w; before that: %w", err, e.failed)
	}
	return ep, err
}

// EnsureVpcEndpointAbsent deletes the endpoints that [Client.EnsureVpcEndpoint]
// created for key in a VPC, after their zones, and waits until they are gone. That
// there are none is success. It keeps looking for [Config].Settle, so that a
// creation that was broken off does not outlive it, and for as long after it has
// deleted something, so that no later call finds what is gone.
//
// Failures that may pass are waited out for as long as ctx allows, and so is that
// an endpoint is busy.
//
// Errors: those of [Client.ListVpcEndpoints], [Client.ListVpcEndpointZones],
// [Client.RemoveZoneFromVpcEndpoint] and [Client.DeleteVpcEndpoint].
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
	start := time.Now()
	quiet := start // nothing was created or deleted since, as far as this call knows
	dropped := map[string]bool{}
	for {
		asked := time.Now()
		found, err := c.look(ctx, vpcID, key)
		if err != nil {
			return err
		}
		settled := quiet.Add(c.cfg.settle())
		if len(found) == 0 && !asked.Before(settled) {
			return nil
		}
		pause := 2 * time.Second
		if len(found) == 0 {
			pause = time.Until(settled)
		}
		for _, ep := range found {
			if dropped[ep.EndpointID] {
				continue
			}
			if ep.EndpointStatus != EndpointStatusDeleting {
				if err := c.drop(ctx, ep.EndpointID); err != nil {
					return err
				}
			}
			dropped[ep.EndpointID], quiet = true, time.Now()
			if err := c.WaitVpcEndpointDeleted(ctx, ep.EndpointID, WaitOptions{}); err != nil {
				return err
			}
		}
		if err := wait.Sleep(ctx, pause); err != nil {
			return &WaitError{Operation: "EnsureVpcEndpointAbsent", State: strconv.Itoa(len(found)) + " left", Elapsed: time.Since(start), Err: err}
		}
	}
}

// look returns the endpoints of a VPC that were created for key, the oldest
// first, in one list with those who look at the same time.
//
// It never misses one that shows. The token alone does not make a creation safe:
// the service forgets it some day, when its endpoint still stands, and knows the
// tokens of other generations as others. So a list that may have missed something,
// as one of several pages can, is followed by a look for this key alone.
func (c *Client) look(ctx context.Context, vpcID, key string) ([]VpcEndpoint, error) {
	s := c.sourceOfKeys(vpcID)
	return wait.Retry(ctx, nil, func(ctx context.Context) ([]VpcEndpoint, error) {
		now := time.Now()
		found, err := s.Find(ctx, key, now, now)
		if err == nil && !found.Sure {
			found.Items, err = s.Query(ctx, key)
		}
		slices.SortFunc(found.Items, older)
		return found.Items, err
	})
}

// sourceOfKeys returns where the endpoints of a VPC are found by the keys that they
// were created for.
func (c *Client) sourceOfKeys(vpcID string) *wait.Source[VpcEndpoint] {
	// Not every service is to be trusted with a filter that it does not know.
	keyOf := func(ep VpcEndpoint) string {
		if ep.VpcID != vpcID {
			return ""
		}
		return ep.tag(keyTag)
	}
	return &wait.Source[VpcEndpoint]{
		Reader: c.reader(),
		List:   vpcID,
		Query: func(ctx context.Context, key string) (found []VpcEndpoint, _ error) {
			for ep, err := range c.VpcEndpoints(ctx, ListVpcEndpointsRequest{VpcID: vpcID, Tags: []Tag{{keyTag, key}}}) {
				if err != nil {
					return nil, err
				}
				if keyOf(ep) == key {
					found = append(found, ep)
				}
			}
			return found, nil
		},
		// A tag may have an empty value here. So it is not sure that a filter for
		// one without a value means any.
		Page: func(ctx context.Context, token string) (wait.Page[VpcEndpoint], error) {
			out, err := c.ListVpcEndpoints(ctx, ListVpcEndpointsRequest{VpcID: vpcID, NextToken: token, MaxResults: 1000})
			if err != nil {
				return wait.Page[VpcEndpoint]{}, err
			}
			return wait.Page[VpcEndpoint]{Items: out.Endpoints, Next: out.NextToken, Total: out.TotalCount}, nil
		},
		ID:     func(ep VpcEndpoint) string { return ep.EndpointID },
		Key:    keyOf,
		Denied: c.listingDenied,
	}
}

// drop removes the zones of an endpoint and has it deleted. That it is gone is
// success.
func (c *Client) drop(ctx context.Context, endpointID string) error {
	for {
		if err := c.clear(ctx, endpointID); err != nil {
			return err
		}
		_, err := wait.Retry(ctx, nil, func(ctx context.Context) (*DeleteVpcEndpointResponse, error) {
			return c.DeleteVpcEndpoint(ctx, DeleteVpcEndpointRequest{EndpointID: endpointID})
		})
		if errors.Is(err, CodeEndpointNotFound) {
			return nil
		}
		if !busy(err) {
			return err
		}
		// It may have zones that did not show.
		if ended := wait.Sleep(ctx, 2*time.Second); ended != nil {
			return &WaitError{Operation: "EnsureVpcEndpointAbsent", State: "busy", Err: errors.Join(ended, err)}
		}
	}
}

// clear removes the zones of an endpoint, one after the other. That a read does
// not find the endpoint proves nothing, for it may be new.
func (c *Client) clear(ctx context.Context, endpointID string) error {
	zones, err := wait.Retry(ctx, nil, func(ctx context.Context) ([]VpcEndpointZone, error) {
		return c.standingZones(ctx, endpointID)
	})
	if errors.Is(err, CodeEndpointNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, zone := range zones {
		_, err := wait.Retry(ctx, busy, func(ctx context.Context) (*RemoveZoneFromVpcEndpointResponse, error) {
			return c.RemoveZoneFromVpcEndpoint(ctx, RemoveZoneFromVpcEndpointRequest{EndpointID: endpointID, ZoneID: zone.ZoneID})
		})
		switch {
		case errors.Is(err, CodeEndpointNotFound):
			return nil
		case errors.Is(err, CodeEndpointZoneNotFound):
			continue
		case errors.Is(err, CodeGatewayLoadBalancerZoneCountDenied):
			continue // this one may have to go with the endpoint
		case err != nil:
			return err
		}
		err = c.WaitVpcEndpointZoneRemoved(ctx, endpointID, zone.ZoneID, WaitOptions{NotFoundGrace: noGrace})
		if err != nil && !errors.Is(err, CodeEndpointNotFound) {
			return err
		}
	}
	return nil
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
// the endpoint or with the same token.
func busy(err error) bool {
	for _, code := range []Code{
		CodeEndpointOperationDenied, CodeEndpointLocked, CodeEndpointConnectionOperationDenied, CodeConcurrentCallNotSupported,
		CodeIdempotentProcessing,
	} {
		if errors.Is(err, code) {
			return true
		}
	}
	return false
}

// An ensuring is one call of EnsureVpcEndpoint.
type ensuring struct {
	*Client
	key string
	in  CreateVpcEndpointRequest // with the tag of the key

	generation int           // of the token: so many before it have nothing more to give
	spent      bool          // nor has this one
	id         string        // of the endpoint that the token led to
	grace      time.Duration // in which reads may not find that yet
	quiet      time.Time     // nothing was created or deleted since, as far as this call knows
	failed     error         // how the last creation failed, if that may pass
	ready      VpcEndpoint   // that this call has waited for
}

// token returns the token of the generation.
func (e *ensuring) token() string {
	return IdempotencyToken(e.in.RegionID, e.in.VpcID, cmp.Or(e.in.ServiceID, e.in.ServiceName), e.key, strconv.Itoa(e.generation))
}

// find returns the one endpoint of the key when it is ready.
//
// What was done before a moment shows in a look that is asked for Settle later. So
// a look that is asked for so long after a creation shows every other that was
// under way at the same time, and two endpoints that looks show for so long both
// stand: a single look may show one that is gone.
func (e *ensuring) find(ctx context.Context) (VpcEndpoint, error) {
	start, several, settle := time.Now(), false, e.cfg.settle()
	again := 250 * time.Millisecond // twice that is the pause after the first creation that fails
	for {
		asked := time.Now()
		found, err := e.look(ctx, e.in.VpcID, e.key)
		if err != nil {
			return VpcEndpoint{}, err
		}
		found = slices.DeleteFunc(found, func(ep VpcEndpoint) bool { return ep.EndpointStatus == EndpointStatusDeleting })
		var ep VpcEndpoint
		switch settled := !asked.Before(e.quiet.Add(settle)); {
		case len(found) > 1 && several && settled:
			return found[0], duplicates("EnsureVpcEndpoint", e.key, found)
		case len(found) > 1:
			if !several {
				several, e.quiet = true, time.Now()
			}
		default:
			ep, err = e.one(ctx, found, settled)
			if err != nil || ep.EndpointID != "" && !asked.Before(e.quiet.Add(settle)) {
				return ep, err
			}
		}
		pause, rest := settle/4, time.Until(e.quiet.Add(settle))
		switch {
		case ep.EndpointID != "", several && rest > 0:
			pause = rest
		case e.failed != nil: // soon at first: it may have been chance
			again = min(2*again, pause)
			pause = again
		}
		if err := wait.Sleep(ctx, pause); err != nil {
			return ep, &WaitError{Operation: "EnsureVpcEndpoint", State: "settling", Elapsed: time.Since(start), Err: err}
		}
	}
}

// one returns the endpoint of the key when it is ready, or none if another look
// has to tell. found is what a look has shown, one at most. If that is none, one
// creates; but after a token that led nowhere only if the look is settled: then it
// would have shown what led there.
func (e *ensuring) one(ctx context.Context, found []VpcEndpoint, settled bool) (VpcEndpoint, error) {
	id, grace, tags := e.id, e.grace, e.in.Tags
	if len(found) == 1 {
		if err := foreign(e.key, e.in, found[0]); err != nil {
			return found[0], err
		}
		id, grace, tags = found[0].EndpointID, e.graceOf(found[0].CreateTime), found[0].Tags
		if _, ok, _ := ready().Done(found[0]); ok && id == e.ready.EndpointID {
			e.ready.Tags = tags
			return e.ready, nil // it was, and it still is
		}
	}
	if id == "" {
		if e.spent && !settled {
			return VpcEndpoint{}, nil
		}
		if e.spent {
			e.generation, e.spent = e.generation+1, false
		}
		if err := e.create(ctx); err != nil {
			return VpcEndpoint{}, err
		}
		id, grace = e.id, e.grace
	}
	if id == "" {
		return VpcEndpoint{}, nil
	}
	ep, err := e.WaitVpcEndpointReady(ctx, id, WaitOptions{NotFoundGrace: grace})
	if err != nil && (errors.Is(err, CodeEndpointNotFound) || ep.EndpointStatus == EndpointStatusDeleting) {
		if id == e.id {
			e.id, e.spent = "", true
		}
		return VpcEndpoint{}, nil
	}
	ep.Tags = tags
	if err == nil {
		e.ready, e.failed = ep, nil
	}
	return ep, err
}

// create sends the creation with the token of the generation. It does not fail if
// the failure may pass. An unknown outcome may: the same token makes a repeat
// safe, as long as the looks between them show no endpoint.
func (e *ensuring) create(ctx context.Context) error {
	e.in.ClientToken = e.token()
	out, err := e.CreateVpcEndpoint(ctx, e.in)
	switch {
	case err == nil:
		e.id, e.grace, e.failed = out.EndpointID, e.graceOf(out.CreateTime), nil
		e.happened(e.grace > noGrace)
	case errors.Is(err, ErrOutcomeUnknown):
		e.failed = err
		e.happened(true)
	case errors.Is(err, CodeIdempotentParameterMismatch): // an endpoint with other parameters may just have been created
		e.spent, e.failed = true, nil
		e.happened(true)
	case errors.Is(err, CodeIdempotentFailed):
		e.spent, e.failed = true, nil
		e.happened(false)
	case busy(err), errors.Is(err, ErrThrottled), errors.Is(err, ErrUnavailable):
		if e.failed == nil || !errors.Is(e.failed, ErrOutcomeUnknown) {
			e.failed = err
		}
	default:
		return err
	}
	return nil
}

// happened notes a creation, or the end of one, that lists may not show yet. One
// that is not recent they do show. But the first token that leads nowhere is
// always followed by looks, as nobody can tell what became of it; those after it,
// which may be many in a day, are not.
func (e *ensuring) happened(recently bool) {
	if recently || e.quiet.IsZero() {
		e.quiet = time.Now()
	}
}

// noGrace is for what has been seen.
const noGrace = time.Nanosecond

// skew is how far the clocks of this machine and of the service may differ: the
// service refuses requests beyond it.
const skew = 15 * time.Minute

// graceOf returns for how long reads may not find yet what was created at the
// given time: not at all if that is long ago.
func (e *ensuring) graceOf(createTime string) time.Duration {
	if t := created(createTime); !t.IsZero() && time.Since(t) > skew+e.cfg.settle() {
		return noGrace
	}
	return e.cfg.settle()
}

// zones returns the zones of an endpoint, if any are asked for. Those that do not
// show at once are looked for until Settle has passed.
func (e *ensuring) zones(ctx context.Context, endpointID string) (zones []VpcEndpointZone, _ error) {
	if len(e.in.Zones) == 0 {
		return nil, nil
	}
	errHidden := errors.New("zones do not show yet")
	until := time.Now().Add(e.cfg.settle())
	return wait.Retry(ctx, func(err error) bool { return errors.Is(err, errHidden) }, func(ctx context.Context) ([]VpcEndpointZone, error) {
		zones, err := e.standingZones(ctx, endpointID)
		hidden := errors.Is(err, CodeEndpointNotFound) || err == nil && slices.ContainsFunc(e.in.Zones, func(z Zone) bool { return z.in(zones) == nil })
		if hidden && time.Now().Before(until) {
			return zones, errHidden
		}
		return zones, err
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

func duplicates(operation, key string, eps []VpcEndpoint) error {
	e := &DuplicateError{Operation: operation, Key: key}
	for _, ep := range eps {
		e.IDs = append(e.IDs, ep.EndpointID)
	}
	return e
}

// older orders endpoints by age, and those of one age by ID.
func older(a, b VpcEndpoint) int {
	return cmp.Or(created(a.CreateTime).Compare(created(b.CreateTime)), strings.Compare(a.EndpointID, b.EndpointID))
}

// created returns the time that a CreateTime says, or no time if it is not to be
// read.
func created(createTime string) time.Time {
	t, _ := time.Parse(time.RFC3339, createTime)
	return t
}

// tag returns the value of a tag, or an empty text.
func (ep VpcEndpoint) tag(key string) string {
	for _, t := range ep.Tags {
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

// drift compares an endpoint and its zones with the request for it, in which what
// is not set stands for the documented default, or else for any. There may be
// more zones and more tags.
func drift(key string, in CreateVpcEndpointRequest, ep VpcEndpoint, zones []VpcEndpointZone) error {
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
	if !sameJSON(in.PolicyDocument, ep.PolicyDocument) {
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
	for i, t := range in.Tags {
		ds = append(ds, check.Same("Tag."+strconv.Itoa(i+1)+".Value", t.Value, ep.tag(t.Key)))
	}
	return drifted("EnsureVpcEndpoint", key, ep.EndpointID, ds...)
}

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

// sameJSON reports whether two texts are the same JSON.
func sameJSON(a, b string) bool {
	var x, y any
	return json.Unmarshal([]byte(a), &x) == nil && json.Unmarshal([]byte(b), &y) == nil && reflect.DeepEqual(x, y)
}
