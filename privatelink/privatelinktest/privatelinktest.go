// Package privatelinktest provides an in-memory PrivateLink for the tests of
// programs that use package privatelink. It needs no network and no account:
//
//	srv := privatelinktest.NewServer(privatelinktest.ReadyAfter(40 * time.Second))
//	client := srv.Client()
//	// … run the code under test with client …
//	srv.Inject("CreateVpcEndpoint", privatelinktest.AnswerLost)
//
// The client reaches the server without a socket, so that in a testing/synctest
// bubble all waits take no time. For programs that are not written in Go, or
// bring their own client, a Server is an [http.Handler].
//
// The server checks signatures and the documented constraints, refuses with the
// documented codes, knows calls by their tokens, lets endpoints and their zones
// come, be connected and go in time, and keeps its state until it is dropped. It
// holds one endpoint service, a VPC with one vSwitch, and one security group from
// the start; see the constants.
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

// What exists in a new Server.
const (
	Region          = "cn-hangzhou"
	ServiceID       = "epsrv-bp1xdsq46ael67loabcd"
	ServiceName     = "com.aliyuncs.privatelink." + Region + "." + ServiceID
	VpcID           = "vpc-bp1356stwkxg3fn2xabcd"
	VSwitchID       = "vsw-bp1f6045ljdhd5zrabcd" // in VpcID and ZoneID
	ZoneID          = "cn-hangzhou-j"
	SecurityGroupID = "sg-bp1fg655nh68xyz9abcd"
)

// A Server is an in-memory PrivateLink. It is safe for concurrent use.
type Server struct {
	fake       fake.Server
	readyAfter time.Duration
	goneAfter  time.Duration
	byHand     bool

	mu             sync.Mutex
	services       map[string]bool // by ID
	vpcs           map[string]bool
	zones          map[string]bool
	vSwitches      map[string]place
	securityGroups map[string]bool
	endpoints      []*endpoint // in the order of their creation
	created        int         // endpoints, so far
	interfaces     int         // of zones, so far
	tokens         map[token]use
}

// A place is where a vSwitch is.
type place struct{ vpc, zone string }

// An endpoint is one as the server keeps it.
type endpoint struct {
	fields  map[string]any // as they are answered
	id      string
	region  string
	tags    []privatelink.Tag
	zones   []*zone
	place   int // in the order of creation
	created time.Time
	deleted time.Time // zero unless it is being deleted

	tagsShow time.Time
	accepted bool // by the service's owner
}

// tagged returns the tags that an endpoint shows at the time now.
func (e *endpoint) tagged(now time.Time) []privatelink.Tag {
	if now.Before(e.tagsShow) {
		return nil
	}
	return e.tags
}

// A token marks the calls of an operation that are one.
type token struct{ operation, value string }

// A use is what a token was used for.
type use struct {
	params   fake.Params
	endpoint *endpoint
	at       time.Time
}

// tokenLife is how long a token is remembered after its use. It is assumed: no
// source names a time, and a day is what services of others have.
const tokenLife = 24 * time.Hour

// ReadyAfter sets how long a new endpoint takes to be Active and Connected. In
// the first half of that it is Creating and Disconnected, in the second Active
// and Connecting. A new zone takes as long to be Connected: it is Creating in the
// first half, and then in Wait until its endpoint is Connected, too. The default
// is 0.
func ReadyAfter(d time.Duration) Option { return func(s *Server) { s.readyAfter = d } }

// GoneAfter sets how long a deleted endpoint, or a removed zone, stays Deleting.
// The default is 0.
func GoneAfter(d time.Duration) Option { return func(s *Server) { s.goneAfter = d } }

// AcceptByHand makes the services accept no connection by themselves: an endpoint
// stays Active and Disconnected until [Server.Accept].
func AcceptByHand() Option { return func(s *Server) { s.byHand = true } }

// NewServer returns a Server.
func NewServer(options ...Option) *Server {
	s := &Server{
		services:       map[string]bool{ServiceID: true},
		vpcs:           map[string]bool{VpcID: true},
		zones:          map[string]bool{ZoneID: true},
		vSwitches:      map[string]place{VSwitchID: {VpcID, ZoneID}},
		securityGroups: map[string]bool{SecurityGroupID: true},
		tokens:         map[token]use{},
	}
	s.fake.Rules = rules()
	s.fake.Operations = map[string]func(*fake.Call) (fake.Answer, *fake.Refusal){
		"CreateVpcEndpoint":         s.createVpcEndpoint,
		"GetVpcEndpointAttribute":   s.getVpcEndpointAttribute,
		"ListVpcEndpoints":          s.listVpcEndpoints,
		"DeleteVpcEndpoint":         s.deleteVpcEndpoint,
		"AddZoneToVpcEndpoint":      s.addZoneToVpcEndpoint,
		"RemoveZoneFromVpcEndpoint": s.removeZoneFromVpcEndpoint,
		"ListVpcEndpointZones":      s.listVpcEndpointZones,
	}
	s.fake.Dialect = &fake.RPC{
		Version:    "2020-04-15",
		Operations: s.fake.OperationNames,
		Key:        credential.Key{ID: AccessKeyID, Secret: AccessKeySecret},
	}
	for _, option := range options {
		option(s)
	}
	return s
}

func (s *Server) empty() {
	clear(s.services)
	clear(s.vpcs)
	clear(s.zones)
	clear(s.vSwitches)
	clear(s.securityGroups)
}

// AddService adds an endpoint service. Its name is
// com.aliyuncs.privatelink.<Region>.<id>.
func (s *Server) AddService(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.services[id] = true
}

// AddNetwork adds a vSwitch, and the VPC and the zone that it is in.
func (s *Server) AddNetwork(vpcID, vSwitchID, zoneID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.vpcs[vpcID], s.zones[zoneID], s.vSwitches[vSwitchID] = true, true, place{vpcID, zoneID}
}

// AddSecurityGroup adds a security group.
func (s *Server) AddSecurityGroup(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.securityGroups[id] = true
}

// Accept accepts the connection of an endpoint, as the owner of its service.
func (s *Server) Accept(endpointID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.endpoints {
		e.accepted = e.accepted || e.id == endpointID
	}
}

// state returns the states that an endpoint and its connection had at the time
// now.
func (s *Server) state(e *endpoint, now time.Time) (privatelink.EndpointStatus, privatelink.ConnectionStatus) {
	age := now.Sub(e.created)
	switch {
	case !e.deleted.IsZero() && !now.Before(e.deleted):
		return privatelink.EndpointStatusDeleting, privatelink.ConnectionStatusDeleting
	case age >= s.readyAfter/2 && s.byHand && !e.accepted:
		return privatelink.EndpointStatusActive, privatelink.ConnectionStatusDisconnected
	case age >= s.readyAfter:
		return privatelink.EndpointStatusActive, privatelink.ConnectionStatusConnected
	case age >= s.readyAfter/2:
		return privatelink.EndpointStatusActive, privatelink.ConnectionStatusConnecting
	}
	return privatelink.EndpointStatusCreating, privatelink.ConnectionStatusDisconnected
}

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

// forget drops the endpoints that no read will find any more.
func (s *Server) forget() {
	s.endpoints = slices.DeleteFunc(s.endpoints, func(e *endpoint) bool { return s.forgotten(e.deleted) })
}

// find returns the endpoint that a call names, if it existed at the time now.
func (s *Server) find(call *fake.Call, now time.Time) (*endpoint, *fake.Refusal) {
	for _, e := range s.endpoints {
		if e.id == call.Params.Get("EndpointId") && e.region == call.Params.Get("RegionId") && s.existed(e.created, e.deleted, now) {
			return e, nil
		}
	}
	// The status is assumed: the service's other codes for what does not exist
	// come with it.
	return nil, refuse(privatelink.CodeEndpointNotFound, "There is no such endpoint.")
}

// used returns the endpoint of the call that used the token of this one before,
// if there was one. That the service tells a repeat by all parameters, answers it
// like the first call, and remembers it longer than the endpoint, is assumed: the
// pages of the service say only that tokens make calls idempotent. VPC and ECS
// document IdempotentParameterMismatch; IdempotentFailed, after a call that the
// service had failed to finish, and IdempotentProcessing, before the first has
// finished, have been met on ECS alone and are never of the server's own making:
// [Server.Fail] plans them.
func (s *Server) used(call *fake.Call) (*endpoint, *fake.Refusal) {
	before, ok := s.tokens[tokenOf(call)]
	switch {
	case !ok || call.Params.Get("ClientToken") == "" || time.Since(before.at) >= tokenLife:
		return nil, nil
	case !maps.Equal(before.params, call.Params):
		return nil, refuse(privatelink.CodeIdempotentParameterMismatch, "The ClientToken was used with other parameters.")
	}
	return before.endpoint, nil
}

// use notes what a call did, for its repeats. Calls that are refused leave their
// tokens free, as is assumed.
func (s *Server) use(call *fake.Call, e *endpoint) {
	if call.Params.Get("ClientToken") != "" {
		s.tokens[tokenOf(call)] = use{call.Params, e, time.Now()}
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

func (s *Server) newID() string {
	s.created++
	return fmt.Sprintf("ep-%016x", s.created)
}
