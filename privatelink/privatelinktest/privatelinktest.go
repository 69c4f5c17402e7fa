// Package privatelinktest provides an in-memory PrivateLink for the tests of
// programs that use package privatelink. It needs no network and no account:
//
//	srv := privatelinktest.NewServer(privatelinktest.ReadyAfter(40 * time.Second))
//	srv.Inject("CreateVpcEndpoint", privatelinktest.ResponseLost)
//	client := srv.Client()
//	// … run the code under test with client …
//
// # Time
//
// The client reaches the server without a socket, so that waits take no real time
// in a testing/synctest bubble. Create the Server inside the bubble:
//
//	synctest.Test(t, func(t *testing.T) {
//		srv := privatelinktest.NewServer(privatelinktest.ReadyAfter(time.Hour))
//		_, err := srv.Client().EnsureVpcEndpoint(t.Context(), "k", wanted) // at once
//	})
//
// Outside a bubble, waits take real time: create a client from [Server.Config] with
// Settle set to some milliseconds.
//
// # Faults
//
// [Server.Inject] plans a [Fault], such as a lost response, for the next request of
// an operation; [Server.Fail] plans an error of the service. [Server.Disturb] makes
// a share of all requests fail at random, and reads stale. [Limit] throttles.
//
// # Requests and state
//
// [Server.Requests] returns the requests so far, with their parameters and
// outcomes; the function of [OnRequest] is called with each. [Server.Ask] runs an
// operation directly, without faults: use it to read the state.
//
// # The race detector
//
// A Server is safe for concurrent use, so go test -race reports only the races of
// the code under test. The function of [OnRequest] must be safe for concurrent use
// too. With -race a test of thousands of calls runs several times slower, but its
// waits still take no real time.
//
// # What it checks
//
// A Server checks signatures and the documented constraints, and responds with the
// documented codes. It refuses letters in a number, values outside a documented
// list and unknown parameters. It recognizes retries by their tokens. Endpoints
// and their zones are created, connected and deleted asynchronously: see
// [ReadyAfter] and [GoneAfter]. A new Server has one endpoint service, a VPC with
// one vSwitch, one security group and one load balancer: see the constants.
//
// Its endpoints and its services belong to one account, so a test can play both
// sides: if the owner of a service accepts an endpoint, the owner of the
// endpoint sees it.
//
// A Server is also an [http.Handler], for programs that use another client or are
// not written in Go.
package privatelinktest

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/privatelink"
)

// These exist in a new Server.
const (
	Region          = "cn-hangzhou"
	ServiceID       = "epsrv-bp1xdsq46ael67loabcd"
	ServiceName     = "com.aliyuncs.privatelink." + Region + "." + ServiceID
	VpcID           = "vpc-bp1356stwkxg3fn2xabcd"
	VSwitchID       = "vsw-bp1f6045ljdhd5zrabcd" // in VpcID and ZoneID
	ZoneID          = "cn-hangzhou-j"
	SecurityGroupID = "sg-bp1fg655nh68xyz9abcd"
	LoadBalancerID  = "lb-bp1o94dp5i6earr9g6d1l" // of type slb, in VpcID and ZoneID
)

// A Server is an in-memory PrivateLink. It is safe for concurrent use.
type Server struct {
	fake       fake.Server
	readyAfter time.Duration
	goneAfter  time.Duration
	byHand     bool
	bare       bool

	mu             sync.Mutex
	services       []*service // in the order of their creation
	endpoints      []*endpoint
	vpcs           map[string]bool
	zones          map[string]bool
	vSwitches      map[string]place
	securityGroups map[string]bool
	loadBalancers  map[string]loadBalancer
	created        int // endpoints and services, so far
	added          int // services, so far
	interfaces     int // of zones, so far
	closed         bool
	tokens         fake.Recent[token, use]
}

// A place is where a vSwitch is.
type place struct{ vpc, zone string }

// A thing is what endpoints and services have in common.
type thing struct {
	fields  past[map[string]any] // as they are answered
	id      string
	tags    []tagging
	place   int // in the order of creation
	created time.Time
	deleted time.Time   // zero unless it is being deleted
	changes []time.Time // when it began to change; for a while it is Pending
}

// set changes some fields of a thing.
func (x *thing) set(fields map[string]any) {
	m := maps.Clone(x.fields.at(time.Now()))
	maps.Copy(m, fields)
	x.fields.set(time.Now(), m)
}

// get returns a field of a thing.
func (x *thing) get(name string) string {
	text, _ := x.fields.at(time.Now())[name].(string)
	return text
}

// An endpoint is one as the server keeps it.
type endpoint struct {
	thing
	zones  []*zone
	groups []*member // the security groups
	links  []link    // what became of its connection
}

// A past is what something has been: a read may find what it was.
type past[T any] []struct {
	from  time.Time
	value T
}

func (p past[T]) at(now time.Time) T {
	for _, v := range slices.Backward(p) {
		if !now.Before(v.from) {
			return v.value
		}
	}
	return p[0].value
}

func (p *past[T]) set(from time.Time, value T) {
	*p = append(*p, struct {
		from  time.Time
		value T
	}{from, value})
}

// A member is one of a set that others join and leave.
type member struct {
	id         string
	came, went time.Time // went is zero unless it is leaving
	fields     map[string]any
	place      int
}

// A link is that the owner of a service connected something, or disconnected it.
type link struct {
	from  time.Time
	on    bool
	tuned bool // it was connected, and is changed
}

// A token marks the calls of an operation that are one.
type token struct{ operation, value string }

// A use is what a token was used for, and what was created then.
type use struct {
	params fake.Params
	made   any
	at     time.Time
}

// tokenLife is how long a token is remembered after its use. It is assumed: no
// source names a time, and a day is what services of others have.
const tokenLife = 24 * time.Hour

// ReadyAfter sets how long a new endpoint takes to be Active and Connected: it
// is Creating and Disconnected in the first half of that time, and Active and
// Connecting in the second. A new zone takes as long to be Connected: it is
// Creating in the first half, and then in Wait until its endpoint is Connected
// too.
//
// A new service takes half as long to be Active. Each change takes half as long
// as well: an endpoint or a service that is changed is Pending, a security
// group that is attached is Attaching, and a connection or a zone that is
// enabled is Connecting. The default is 0.
func ReadyAfter(d time.Duration) Option {
	return func(s *Server) { s.readyAfter = fake.NotNegative(d) }
}

// GoneAfter sets how long a deletion takes: a deleted endpoint or service and a
// removed zone are Deleting for this long, a detached security group is Detaching,
// and a disabled connection or zone is Disconnecting. The default is 0.
func GoneAfter(d time.Duration) Option { return func(s *Server) { s.goneAfter = fake.NotNegative(d) } }

// AcceptByHand turns off automatic acceptance for [ServiceID] and for services of
// [Server.AddService]: an endpoint stays Active and Disconnected until a call of
// [Server.Accept] or EnableVpcEndpointConnection.
func AcceptByHand() Option { return func(s *Server) { s.byHand = true } }

// NotOpened makes the server start with an account that has not activated
// PrivateLink: services cannot be created until OpenPrivateLinkService is called.
func NotOpened() Option { return func(s *Server) { s.closed = true } }

// NewServer returns a Server.
func NewServer(options ...Option) *Server {
	s := &Server{
		vpcs:           map[string]bool{VpcID: true},
		zones:          map[string]bool{ZoneID: true},
		vSwitches:      map[string]place{VSwitchID: {VpcID, ZoneID}},
		securityGroups: map[string]bool{SecurityGroupID: true},
		loadBalancers:  map[string]loadBalancer{LoadBalancerID: {"slb", VpcID, VSwitchID, ZoneID}},
	}
	s.fake.Rules = rules()
	s.fake.Operations = map[string]func(*fake.Call) (fake.Answer, *fake.Refusal){
		"CreateVpcEndpoint":                                s.createVpcEndpoint,
		"GetVpcEndpointAttribute":                          s.getVpcEndpointAttribute,
		"ListVpcEndpoints":                                 s.listVpcEndpoints,
		"DeleteVpcEndpoint":                                s.deleteVpcEndpoint,
		"AddZoneToVpcEndpoint":                             s.addZoneToVpcEndpoint,
		"RemoveZoneFromVpcEndpoint":                        s.removeZoneFromVpcEndpoint,
		"ListVpcEndpointZones":                             s.listVpcEndpointZones,
		"UpdateVpcEndpointAttribute":                       s.updateVpcEndpointAttribute,
		"AttachSecurityGroupToVpcEndpoint":                 s.attachSecurityGroupToVpcEndpoint,
		"DetachSecurityGroupFromVpcEndpoint":               s.detachSecurityGroupFromVpcEndpoint,
		"ListVpcEndpointSecurityGroups":                    s.listVpcEndpointSecurityGroups,
		"ListVpcEndpointServicesByEndUser":                 s.listVpcEndpointServicesByEndUser,
		"TagResources":                                     s.tagResources,
		"UntagResources":                                   s.untagResources,
		"ListTagResources":                                 s.listTagResources,
		"ListVpcEndpointConnections":                       s.listVpcEndpointConnections,
		"EnableVpcEndpointConnection":                      s.enableVpcEndpointConnection,
		"DisableVpcEndpointConnection":                     s.disableVpcEndpointConnection,
		"UpdateVpcEndpointConnectionAttribute":             s.updateVpcEndpointConnectionAttribute,
		"EnableVpcEndpointZoneConnection":                  s.enableVpcEndpointZoneConnection,
		"DisableVpcEndpointZoneConnection":                 s.disableVpcEndpointZoneConnection,
		"UpdateVpcEndpointZoneConnectionResourceAttribute": s.updateVpcEndpointZoneConnectionResourceAttribute,
		"CreateVpcEndpointService":                         s.createVpcEndpointService,
		"GetVpcEndpointServiceAttribute":                   s.getVpcEndpointServiceAttribute,
		"ListVpcEndpointServices":                          s.listVpcEndpointServices,
		"UpdateVpcEndpointServiceAttribute":                s.updateVpcEndpointServiceAttribute,
		"DeleteVpcEndpointService":                         s.deleteVpcEndpointService,
		"AttachResourceToVpcEndpointService":               s.attachResourceToVpcEndpointService,
		"DetachResourceFromVpcEndpointService":             s.detachResourceFromVpcEndpointService,
		"UpdateVpcEndpointServiceResourceAttribute":        s.updateVpcEndpointServiceResourceAttribute,
		"ListVpcEndpointServiceResources":                  s.listVpcEndpointServiceResources,
		"AddUserToVpcEndpointService":                      s.addUserToVpcEndpointService,
		"RemoveUserFromVpcEndpointService":                 s.removeUserFromVpcEndpointService,
		"ListVpcEndpointServiceUsers":                      s.listVpcEndpointServiceUsers,
		"ChangeResourceGroup":                              s.changeResourceGroup,
		"DescribeRegions":                                  s.describeRegions,
		"DescribeZones":                                    s.describeZones,
		"CheckProductOpen":                                 s.checkProductOpen,
		"OpenPrivateLinkService":                           s.openPrivateLinkService,
	}
	s.fake.Dialect = &fake.RPC{
		Version:    "2020-04-15",
		Region:     Region,
		Operations: s.fake.OperationNames,
		Key:        credential.Key{ID: AccessKeyID, Secret: AccessKeySecret},
	}
	for _, option := range options {
		option(s)
	}
	if !s.bare {
		s.AddService(ServiceID)
	}
	return s
}

func (s *Server) empty() {
	s.bare = true
	clear(s.loadBalancers)
	clear(s.vpcs)
	clear(s.zones)
	clear(s.vSwitches)
	clear(s.securityGroups)
}

// AddService adds an endpoint service on the load balancer [LoadBalancerID]. Its
// name is com.aliyuncs.privatelink.<Region>.<id>.
func (s *Server) AddService(id string) {
	fake.CheckID(id, "epsrv-")
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.newService(id, always)
	v.set(map[string]any{"AutoAcceptEnabled": !s.byHand})
	v.fields = v.fields[1:]
	v.resources = []*member{{id: LoadBalancerID, came: always, fields: loadBalancer{"slb", VpcID, VSwitchID, ZoneID}.describe(LoadBalancerID, ZoneID)}}
	s.services = append(s.services, v)
}

// always is when what a Server has from the start was created.
var always = time.Unix(0, 0)

// AddLoadBalancer adds a load balancer in a vSwitch, as a resource for services.
// Its type is slb, alb, nlb or gwlb. It panics if the type or the vSwitch does not
// exist.
func (s *Server) AddLoadBalancer(id, resourceType, vSwitchID string) {
	fake.CheckID(id, "")
	s.mu.Lock()
	defer s.mu.Unlock()
	where, there := s.vSwitches[vSwitchID]
	if !there || !slices.Contains([]string{"slb", "alb", "nlb", "gwlb"}, resourceType) {
		panic(fmt.Sprintf("privatelinktest: no vSwitch %q, or no type %q of load balancers", vSwitchID, resourceType))
	}
	s.loadBalancers[id] = loadBalancer{resourceType, where.vpc, vSwitchID, where.zone}
}

// AddNetwork adds a vSwitch, and its VPC and zone if they do not exist yet.
func (s *Server) AddNetwork(vpcID, vSwitchID, zoneID string) {
	fake.CheckID(vpcID, "vpc-")
	fake.CheckID(vSwitchID, "vsw-")
	fake.CheckID(zoneID, "")
	s.mu.Lock()
	defer s.mu.Unlock()
	s.vpcs[vpcID], s.zones[zoneID], s.vSwitches[vSwitchID] = true, true, place{vpcID, zoneID}
}

// AddSecurityGroup adds a security group.
func (s *Server) AddSecurityGroup(id string) {
	fake.CheckID(id, "sg-")
	s.mu.Lock()
	defer s.mu.Unlock()
	s.securityGroups[id] = true
}

// Accept accepts the connection of an endpoint, as the owner of its service. It panics
// if there is no such endpoint.
func (s *Server) Accept(endpointID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.endpoints {
		if e.id != endpointID {
			continue
		}
		if !linked(e.links, time.Now()) {
			s.connect(e, time.Now())
		}
		return
	}
	panic(fmt.Sprintf("privatelinktest: no endpoint %q", endpointID))
}

// connect connects an endpoint, as soon as it is active.
func (s *Server) connect(e *endpoint, now time.Time) {
	if active := e.created.Add(s.readyAfter / 2); now.Before(active) {
		now = active
	}
	e.links = append(e.links, link{from: now, on: true})
}

// linked reports whether the last of links at the time now connects.
func linked(links []link, now time.Time) bool {
	for _, l := range slices.Backward(links) {
		if !now.Before(l.from) {
			return l.on
		}
	}
	return false
}

// changing reports whether a change of a thing was under way at the time now.
func (s *Server) changing(x *thing, now time.Time) bool {
	return slices.ContainsFunc(x.changes, func(from time.Time) bool {
		return !now.Before(from) && now.Sub(from) < s.readyAfter/2
	})
}

// changed notes that a thing begins to change.
func (x *thing) changed() { x.changes = append(x.changes, time.Now()) }

// linkState returns what has become of links at the time now.
func (s *Server) linkState(links []link, now time.Time) privatelink.ConnectionStatus {
	for _, l := range slices.Backward(links) {
		switch took := now.Sub(l.from); {
		case took < 0:
		case l.tuned && took < s.readyAfter/2:
			return privatelink.ConnectionStatusPending
		case l.tuned:
			return privatelink.ConnectionStatusConnected
		case l.on && took < s.readyAfter-s.readyAfter/2:
			return privatelink.ConnectionStatusConnecting
		case l.on:
			return privatelink.ConnectionStatusConnected
		case took < s.goneAfter:
			return privatelink.ConnectionStatusDisconnecting
		default:
			return privatelink.ConnectionStatusDisconnected
		}
	}
	return privatelink.ConnectionStatusDisconnected
}

// state returns the states that an endpoint and its connection had at the time
// now.
func (s *Server) state(e *endpoint, now time.Time) (privatelink.EndpointStatus, privatelink.ConnectionStatus) {
	connection := s.linkState(e.links, now)
	if v := s.service(e.get("ServiceId"), now); v == nil || v.leaving(now) {
		connection = privatelink.ConnectionStatusServiceDeleted
	}
	switch {
	case e.leaving(now):
		return privatelink.EndpointStatusDeleting, privatelink.ConnectionStatusDeleting
	case now.Sub(e.created) < s.readyAfter/2:
		return privatelink.EndpointStatusCreating, connection
	case s.changing(&e.thing, now):
		return privatelink.EndpointStatusPending, connection
	}
	return privatelink.EndpointStatusActive, connection
}

// leaving reports whether a thing was being deleted at the time now.
func (x *thing) leaving(now time.Time) bool { return !x.deleted.IsZero() && !now.Before(x.deleted) }

// existed reports whether what came and went at the given times, or has not gone
// yet, existed at the time now.
func (s *Server) existed(came, went, now time.Time) bool {
	return !now.Before(came) && (went.IsZero() || now.Sub(went) < s.goneAfter)
}

// forgotten reports whether no read will find any more what went at the given
// time.
func (s *Server) forgotten(went time.Time) bool {
	return !went.IsZero() && s.fake.Forgotten(went.Add(s.goneAfter))
}

// forget drops the endpoints and services that no read will find any more.
func (s *Server) forget() {
	s.endpoints = slices.DeleteFunc(s.endpoints, func(e *endpoint) bool { return s.forgotten(e.deleted) })
	s.services = slices.DeleteFunc(s.services, func(v *service) bool { return s.forgotten(v.deleted) })
}

// find returns the endpoint that a call names, if it existed at the time now.
func (s *Server) find(call *fake.Call, now time.Time) (*endpoint, *fake.Refusal) {
	for _, e := range s.endpoints {
		if e.id == call.Params.Get("EndpointId") && s.existed(e.created, e.deleted, now) {
			return e, nil
		}
	}
	return nil, refuse(privatelink.CodeEndpointNotFound, "There is no such endpoint.")
}

// used returns what the call made that used the token of this one before, or nil if
// there was none. That the service tells a repeat by all parameters, answers it
// like the first call, and remembers it longer than the endpoint, is assumed: the
// pages of the service say only that tokens make calls idempotent. VPC and ECS
// document IdempotentParameterMismatch; IdempotentFailed, after a call that the
// service had failed to finish, and IdempotentProcessing, before the first has
// finished, have been met on ECS alone and are never of the server's own making:
// [Server.Fail] plans them.
func (s *Server) used(call *fake.Call) (any, *fake.Refusal) {
	before, ok := s.tokens.Get(tokenOf(call))
	switch {
	case !ok || call.Params.Get("ClientToken") == "" || time.Since(before.at) >= tokenLife:
		return nil, nil
	case !maps.Equal(before.params, call.Params):
		return nil, refuse(privatelink.CodeIdempotentParameterMismatch, "The ClientToken was used with other parameters.")
	}
	return before.made, nil
}

// use notes what a call did, for its repeats. Calls that are refused leave their
// tokens free, as is assumed.
func (s *Server) use(call *fake.Call, made any) {
	if call.Params.Get("ClientToken") != "" {
		s.tokens.Put(tokenOf(call), use{call.Params, made, time.Now()})
	}
}

func tokenOf(call *fake.Call) token { return token{call.Operation, call.Params.Get("ClientToken")} }

// refuse refuses a call. All that the service refuses has the status 400.
func refuse(code privatelink.Code, message string) *fake.Refusal {
	return &fake.Refusal{Status: 400, Code: string(code), Message: message}
}

// passed is how a dry run ends that finds nothing wrong. Its status is assumed.
func passed() *fake.Refusal {
	return refuse(privatelink.CodeDryRunOperation, "The request passed the dry run.")
}

func answer(call *fake.Call, members map[string]any) fake.Answer {
	members["RequestId"] = call.RequestID
	return fake.RPCAnswer(200, call.RequestID, members)
}

// newID returns the ID of something new, which begins with prefix.
func (s *Server) newID(prefix string) string {
	s.created++
	return fmt.Sprintf("%s-%016x", prefix, s.created)
}

// once runs an operation that changes something, unless the call is a repeat. do
// refuses it, or returns what does it.
func (s *Server) once(call *fake.Call, do func() (apply func(), refusal *fake.Refusal)) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	made, refusal := s.used(call)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	if made != nil {
		return answer(call, map[string]any{}), nil
	}
	apply, refusal := do()
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	if call.Params.Get("DryRun") == "true" {
		return fake.Answer{}, passed()
	}
	apply()
	s.use(call, true)
	return answer(call, map[string]any{}), nil
}
