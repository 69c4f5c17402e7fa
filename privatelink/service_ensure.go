package privatelink

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/ensure"
	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// EnsureVpcEndpointServiceRequest holds the parameters of
// [Client.EnsureVpcEndpointService].
type EnsureVpcEndpointServiceRequest struct {
	Service          CreateVpcEndpointServiceRequest // the service; leave its ClientToken empty
	UserIDs          []int64                         // accounts that may connect to the service
	UserARNs         []string                        // ARNs that may connect to it, such as acs:ram:*:132193271328****:*
	ConnectBandwidth int64                           // default bandwidth of a connection, 100 to 10240 Mbit/s; only with CLB and ALB
}

// EnsureVpcEndpointService finds or creates the endpoint service of a key in
// the account and region, waits until it is Active, compares it with in, and
// returns it. It is idempotent: call it again after a crash or an error, and
// from several processes at once.
//
// The key has 1 to 128 printable ASCII characters. It is kept in the tags
// accesspoint-key and accesspoint-token, so in has room for 18 tags, and the
// idempotency token (ClientToken) is IdempotencyToken(region, key, "0"). The
// rules about tokens, concurrent calls and short contexts are those of
// [Client.EnsureVpcEndpoint], with one exception: a call with other parameters
// does not find a service that has lost its tags, and creates another one.
//
// The API cannot set users and ConnectBandwidth when it creates a service.
// Therefore every call adds the users of in that are missing, and sets the
// ConnectBandwidth of in if it differs. It thereby completes an interrupted
// call, too. No user is removed.
//
// If the service differs from in otherwise, it is returned unchanged, with a
// [*DriftError]; [Client.RepairVpcEndpointService] changes it. The service must
// have all resources, supported regions and tags of in, and may have more. The
// description, type, payer, resource group, ZoneAffinityEnabled and
// ServiceSupportIPv6 are compared only if in sets them.
//
// EnsureVpcEndpointService does not activate PrivateLink: see
// [Client.OpenPrivateLinkService].
//
// Errors: those of [Client.CreateVpcEndpointService],
// [Client.AddUserToVpcEndpointService] and
// [Client.UpdateVpcEndpointServiceAttribute], [*DriftError], [*DuplicateError].
//
// RAM actions: privatelink:CreateVpcEndpointService,
// privatelink:ListVpcEndpointServices,
// privatelink:GetVpcEndpointServiceAttribute and, depending on in,
// privatelink:ListVpcEndpointServiceResources,
// privatelink:ListVpcEndpointServiceUsers,
// privatelink:AddUserToVpcEndpointService,
// privatelink:UpdateVpcEndpointServiceAttribute.
func (c *Client) EnsureVpcEndpointService(ctx context.Context, key string, in EnsureVpcEndpointServiceRequest) (VpcEndpointService, error) {
	if err := c.made(); err != nil {
		return VpcEndpointService{}, err
	}
	create := in.Service
	create.RegionID = c.region(create.RegionID)
	token := func(generation int) string {
		return IdempotencyToken(create.RegionID, key, strconv.Itoa(generation))
	}
	if err := invalid("EnsureVpcEndpointService", slices.Concat(check.Key(key), check.Each("Tag", create.Tags, func(t Tag) []check.Problem {
		return []check.Problem{check.That(t.Key != keyTag && t.Key != tokenTag, "Key", "is reserved")}
	}), check.Each("UserId", in.UserIDs, func(id int64) []check.Problem {
		return []check.Problem{check.That(id > 0, "", "must be positive")}
	}), check.Each("UserARN", in.UserARNs, resourceRules), []check.Problem{
		check.That(create.RegionID == c.cfg.Region, "RegionId", "must be that of the client, or not set"),
		check.That(create.ClientToken == "" || create.ClientToken == token(0), "ClientToken", "must be that of the key, or not set"),
		check.That(!create.DryRun, "DryRun", "must not be set"),
		check.Range("ConnectBandwidth", in.ConnectBandwidth, 100, 10240),
	})...); err != nil {
		return VpcEndpointService{}, err
	}
	create.Tags = slices.Concat(create.Tags, marks(key, create.RegionID))
	if err := c.validate(create); err != nil {
		return VpcEndpointService{}, err
	}
	ctx = fault.Expect(ctx, ErrNotFound, ErrConflict)
	s, err := ensureByToken(ctx, c, finding[VpcEndpointService]{
		key: key, memory: &c.view.services.memory, memoryKey: key, source: c.sourceOfServices(), token: token,
		create: func(ctx context.Context, token string) (s VpcEndpointService, _ error) {
			create.ClientToken = token
			out, err := c.CreateVpcEndpointService(ctx, create)
			if err != nil {
				return s, err
			}
			return VpcEndpointService{ServiceID: out.ServiceID, Tags: create.Tags, CreateTime: out.CreateTime}, nil
		},
		usable: func(s VpcEndpointService) (bool, error) { return s.ServiceStatus == ServiceStatusActive, nil },
		await:  c.WaitVpcEndpointServiceActive,
	})
	var resources []VpcEndpointServiceResource
	if err == nil {
		resources, err = c.resourcesOf(ctx, s.ServiceID, create.Resources)
	}
	if err == nil {
		s, err = c.complete(ctx, s, in)
	}
	if err != nil {
		return s, ensured("EnsureVpcEndpointService", key, s.ServiceID, "Tag."+keyTag, err)
	}
	return s, serviceDrift(key, in.Service, s, resources)
}

func (s VpcEndpointService) id() string       { return s.ServiceID }
func (s VpcEndpointService) leaving() bool    { return s.ServiceStatus == ServiceStatusDeleting }
func (s VpcEndpointService) since() time.Time { return created(s.CreateTime) }

func (s VpcEndpointService) tagged(as VpcEndpointService) VpcEndpointService {
	s.Tags = as.Tags
	return s
}

// complete gives a service what a creation cannot give it, and returns it Active.
func (c *Client) complete(ctx context.Context, s VpcEndpointService, in EnsureVpcEndpointServiceRequest) (VpcEndpointService, error) {
	var changes []func(context.Context) error
	if in.ConnectBandwidth != 0 && in.ConnectBandwidth != s.ConnectBandwidth {
		changes = append(changes, func(ctx context.Context) error {
			_, err := c.UpdateVpcEndpointServiceAttribute(ctx, UpdateVpcEndpointServiceAttributeRequest{ServiceID: s.ServiceID, ConnectBandwidth: in.ConnectBandwidth})
			return err
		})
	}
	lacking, err := c.lackingUsers(ctx, s.ServiceID, in)
	if err != nil {
		return s, err
	}
	for _, user := range lacking {
		changes = append(changes, func(ctx context.Context) error {
			_, err := c.AddUserToVpcEndpointService(ctx, AddUserToVpcEndpointServiceRequest{ServiceID: s.ServiceID, UserID: user.UserID, UserARN: user.UserARN})
			return err
		})
	}
	for _, change := range changes {
		if _, err := wait.Retry(ctx, passes, func(ctx context.Context) (struct{}, error) { return struct{}{}, change(ctx) }); err != nil {
			return s, err
		}
	}
	if len(changes) == 0 {
		return s, nil
	}
	changed, err := c.WaitVpcEndpointServiceActive(ctx, s.ServiceID, WaitOptions{Transient: ensure.Transient})
	if err != nil {
		return s, err
	}
	return changed.tagged(s), nil // only lists have tags
}

// passes reports whether a change that failed can be made later, or again.
func passes(err error) bool {
	return ensure.Transient(err) || errors.Is(err, ErrOutcomeUnknown) || busy(err)
}

// lackingUsers returns the users that are asked for and that a service does not have.
// Whether one that was added by account shows as an ARN, too, is not documented.
func (c *Client) lackingUsers(ctx context.Context, serviceID string, in EnsureVpcEndpointServiceRequest) (lacking []ServiceUser, _ error) {
	if len(in.UserIDs)+len(in.UserARNs) == 0 {
		return nil, nil
	}
	arn := func(id int64) string { return "acs:ram:*:" + strconv.FormatInt(id, 10) + ":*" }
	has := map[string]bool{}
	if _, err := wait.Retry(ctx, ensure.Transient, func(ctx context.Context) (struct{}, error) {
		for user, err := range c.VpcEndpointServiceUsers(ctx, ListVpcEndpointServiceUsersRequest{ServiceID: serviceID}) {
			if err != nil {
				return struct{}{}, err
			}
			has[cmp.Or(user.UserARN, arn(user.UserID))] = true
		}
		return struct{}{}, nil
	}); err != nil && !errors.Is(err, CodeServiceNotFound) { // it may be new
		return nil, err
	}
	for _, id := range in.UserIDs {
		if !has[arn(id)] {
			lacking = append(lacking, ServiceUser{UserID: id})
		}
	}
	for _, user := range in.UserARNs {
		if !has[user] {
			lacking = append(lacking, ServiceUser{UserARN: user})
		}
	}
	return lacking, nil
}

// resourcesOf returns the resources of a service, if any are asked for. Those that do
// not show at once are looked for until Settle has passed.
func (c *Client) resourcesOf(ctx context.Context, serviceID string, wanted []ServiceResource) ([]VpcEndpointServiceResource, error) {
	if len(wanted) == 0 {
		return nil, nil
	}
	return shown(ctx, c.cfg.settle(), func(ctx context.Context) ([]VpcEndpointServiceResource, error) {
		return c.standingResources(ctx, serviceID)
	},
		func(found []VpcEndpointServiceResource) bool {
			return !slices.ContainsFunc(wanted, func(r ServiceResource) bool { return !r.in(found) })
		})
}

func (c *Client) standingResources(ctx context.Context, serviceID string) (found []VpcEndpointServiceResource, _ error) {
	for r, err := range c.VpcEndpointServiceResources(ctx, ListVpcEndpointServiceResourcesRequest{ServiceID: serviceID}) {
		if err != nil {
			return nil, err
		}
		found = append(found, r)
	}
	return found, nil
}

// in reports whether r is among the resources.
func (r ServiceResource) in(found []VpcEndpointServiceResource) bool {
	return slices.ContainsFunc(found, func(f VpcEndpointServiceResource) bool {
		return f.ResourceID == r.ResourceID && (r.ZoneID == "" || f.ZoneID == "" || f.ZoneID == r.ZoneID)
	})
}

// serviceDrift compares a service and its resources with the request for it.
func serviceDrift(key string, in CreateVpcEndpointServiceRequest, s VpcEndpointService, resources []VpcEndpointServiceResource) error {
	ds := []check.Difference{
		sameIfSet("ServiceDescription", in.ServiceDescription, s.ServiceDescription),
		sameIfSet("ServiceResourceType", in.ServiceResourceType, s.ServiceResourceType),
		check.Same("AutoAcceptEnabled", in.AutoAcceptEnabled, s.AutoAcceptEnabled),
		sameIfSet("Payer", in.Payer, s.Payer),
		check.Same("AddressIpVersion", cmp.Or(in.AddressIPVersion, AddressIPVersionIPv4), cmp.Or(s.AddressIPVersion, AddressIPVersionIPv4)),
		sameIfSet("ZoneAffinityEnabled", in.ZoneAffinityEnabled, s.ZoneAffinityEnabled),
		sameIfSet("ServiceSupportIPv6", in.ServiceSupportIPv6, s.ServiceSupportIPv6),
		sameIfSet("ResourceGroupId", in.ResourceGroupID, s.ResourceGroupID),
	}
	for i, r := range in.Resources {
		if !r.in(resources) {
			path := "Resource." + strconv.Itoa(i+1) + "."
			ds = append(ds, sameIfSet(path+"ResourceId", r.ResourceID, ""), sameIfSet(path+"ZoneId", r.ZoneID, ""))
		}
	}
	for i, region := range in.SupportedRegions {
		if !slices.ContainsFunc(s.SupportedRegions, func(f SupportedRegion) bool {
			return f.SupportedRegionID == region && f.RegionServiceStatus != RegionServiceStatusDeleting
		}) {
			ds = append(ds, check.Same("SupportedRegionList."+strconv.Itoa(i+1), region, ""))
		}
	}
	return drifted("EnsureVpcEndpointService", key, s.ServiceID, append(ds, tagDrift(in.Tags, s.Tags)...)...)
}

// EnsureVpcEndpointServiceAbsent detaches the resources of the endpoint
// services that [Client.EnsureVpcEndpointService] created for key, deletes the
// services, and waits until they are gone. It succeeds if there are none. It
// returns when it has seen none for [Config].Settle, as
// [Client.EnsureVpcEndpointAbsent] does.
//
// While endpoints are connected, nothing is detached or deleted, and the error
// is an [*InUseError] with their IDs; [Client.RejectVpcEndpointConnection]
// disconnects one. Endpoints whose connection was never accepted do not prevent
// the deletion.
//
// Transient errors, and refusals because a service is busy or a connection is
// being deleted, are retried until ctx is done.
//
// A service that has the tag accesspoint-key of the key without
// accesspoint-token was not created by EnsureVpcEndpointService. The call does
// not delete it, and the error is a [*DriftError].
//
// Errors: those of [Client.ListVpcEndpointServices],
// [Client.ListVpcEndpointConnections],
// [Client.DetachResourceFromVpcEndpointService] and
// [Client.DeleteVpcEndpointService], [*InUseError], [*DriftError].
//
// RAM actions: privatelink:ListVpcEndpointServices,
// privatelink:ListVpcEndpointConnections,
// privatelink:ListVpcEndpointServiceResources,
// privatelink:DetachResourceFromVpcEndpointService,
// privatelink:DeleteVpcEndpointService.
func (c *Client) EnsureVpcEndpointServiceAbsent(ctx context.Context, key string) error {
	const operation = "EnsureVpcEndpointServiceAbsent"
	if err := c.made(); err != nil {
		return err
	}
	if err := invalid(operation, check.Key(key)...); err != nil {
		return err
	}
	source := c.sourceOfServices()
	d := &dropping{Client: c, key: key}
	a := &ensure.Absent[VpcEndpointService]{
		Settle: c.cfg.settle(),
		Memory: &c.view.services.memory,
		Key:    key,
		Look: func(ctx context.Context, from, by time.Time) (wait.Found[VpcEndpointService], error) {
			return look(ctx, source, key, from, by)
		},
		ID:      VpcEndpointService.id,
		Foreign: func(s VpcEndpointService) error { return marked(operation, key, s.ServiceID, s.Tags, c.cfg.Region) },
		Delete:  d.drop,
		Busy: func(err error) bool {
			return busy(err) || errors.Is(err, errConnected) || errors.Is(err, CodeServiceDependenceViolation) // what has to go first does not show
		},
	}
	return ensured(operation, key, "", "", a.Ensure(fault.Expect(ctx, ErrNotFound, ErrConflict)))
}

// A dropping is the deletion of services by one call.
type dropping struct {
	*Client
	key   string
	since time.Time // when endpoints were first seen connected; zero if none are
}

// errConnected says that endpoints are connected, as far as a look shows.
var errConnected = errors.New("endpoints are connected")

// drop detaches the resources of a service and has it deleted, unless endpoints are
// connected to it.
func (d *dropping) drop(ctx context.Context, s VpcEndpointService) error {
	if s.leaving() {
		return nil
	}
	if err := d.unused(ctx, s.ServiceID, nil); err != nil {
		return err
	}
	resources, err := d.standingResources(ctx, s.ServiceID)
	if err != nil && !errors.Is(err, CodeServiceNotFound) { // it may be new
		return err
	}
	for _, r := range resources {
		_, err := d.DetachResourceFromVpcEndpointService(ctx, DetachResourceFromVpcEndpointServiceRequest{
			ServiceID: s.ServiceID, ResourceID: r.ResourceID, ResourceType: r.ResourceType, ZoneID: r.ZoneID,
		})
		if errors.Is(err, CodeServiceConnectionDependence) {
			return d.unused(ctx, s.ServiceID, err)
		}
		if err != nil && !errors.Is(err, CodeServiceResourceNotFound) {
			return err
		}
	}
	_, err = d.DeleteVpcEndpointService(ctx, DeleteVpcEndpointServiceRequest{ServiceID: s.ServiceID})
	if errors.Is(err, CodeServiceConnectionDependence) || errors.Is(err, CodeDeleteFailedDueToEndpointExist) {
		return d.unused(ctx, s.ServiceID, err)
	}
	return err
}

// unused returns an error if endpoints are connected to a service, which refused says
// if it is not nil. What looks show, or the service says, has to last for Settle before
// it counts: the connection may just have been cut.
func (d *dropping) unused(ctx context.Context, serviceID string, refused error) error {
	in := &InUseError{Operation: "EnsureVpcEndpointServiceAbsent", Key: d.key, ServiceID: serviceID, Err: refused}
	going := false
	for conn, err := range d.VpcEndpointConnections(ctx, ListVpcEndpointConnectionsRequest{ServiceID: serviceID}) {
		switch {
		case errors.Is(err, CodeServiceNotFound): // it may be new
		case err != nil:
			return err
		case conn.ConnectionStatus == ConnectionStatusDisconnecting || conn.ConnectionStatus == ConnectionStatusDeleting:
			going = true
		case conn.ConnectionStatus != ConnectionStatusDisconnected:
			in.EndpointIDs = append(in.EndpointIDs, conn.EndpointID)
		}
	}
	switch {
	case len(in.EndpointIDs) == 0 && refused == nil && !going:
		d.since = time.Time{}
		return nil
	case len(in.EndpointIDs) == 0 && going:
		return errConnected
	case d.since.IsZero():
		d.since = time.Now()
	case time.Since(d.since) >= d.cfg.settle():
		return in
	}
	return errConnected
}

// sourceOfServices returns where the services of the account are found by the keys
// that they were created for.
func (c *Client) sourceOfServices() *wait.Source[VpcEndpointService] {
	keyOf := func(s VpcEndpointService) string { return valueOf(s.Tags, keyTag) }
	list := func(ctx context.Context, key, token string) (wait.Page[VpcEndpointService], error) {
		in := ListVpcEndpointServicesRequest{NextToken: token, MaxResults: 1000}
		if key != "" {
			in.Tags = []Tag{{keyTag, key}}
		}
		out, err := c.ListVpcEndpointServices(ctx, in)
		if err != nil {
			return wait.Page[VpcEndpointService]{}, err
		}
		return wait.Page[VpcEndpointService]{Items: out.Services, Next: out.NextToken, Total: out.TotalCount}, nil
	}
	return &wait.Source[VpcEndpointService]{
		Reader: &c.view.services.reader,
		Query:  ensure.Query(keyOf, list),
		Page: func(ctx context.Context, token string) (wait.Page[VpcEndpointService], error) {
			return list(ctx, "", token)
		},
		ID:     VpcEndpointService.id,
		Key:    keyOf,
		Denied: c.listingDenied,
	}
}
