// Package kmstest provides an in-memory KMS for the tests of programs that use
// package kms. It needs no network and no account:
//
//	srv := kmstest.NewServer()
//	srv.Inject("CreateApplicationAccessPoint", kmstest.ResponseLost)
//	client := srv.Client()
//	// … run the code under test with client …
//
// # Time
//
// The client reaches the server without a socket, so that waits take no real time
// in a testing/synctest bubble. Create the Server inside the bubble:
//
//	synctest.Test(t, func(t *testing.T) {
//		srv := kmstest.NewServer(kmstest.ReadyAfter(time.Hour))
//		srv.AddUninitializedInstance("kst-2")
//		// … connect it …
//		_, err := srv.Client().WaitKmsInstanceConnected(t.Context(), "kst-2", kms.WaitOptions{}) // at once
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
// list and unknown parameters. As in the service, all changes are synchronous,
// except for the connection of a KMS instance: see [ReadyAfter].
//
// A new Server has one KMS instance, which is connected: see the constants. It
// has neither keys nor secrets: a policy may name any. It has no networks and
// no backups either: an instance can be connected to any VPC, and is released
// only with ForceDeleteWithoutBackup.
//
// A Server is also an [http.Handler], for programs that use another client or are
// not written in Go.
package kmstest

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/kms"
)

// These exist in a new Server.
const (
	Region     = "cn-hangzhou"
	InstanceID = "kst-hzz634e67d126u9p9abcd"
	VpcID      = "vpc-bp19z7cwmltad5dffabcd" // in which the instance is
	VSwitchID  = "vsw-bp1i512amda6d10a0abcd"
)

// A Server is an in-memory KMS. It is safe for concurrent use.
type Server struct {
	fake fake.Server

	readyAfter time.Duration

	mu        sync.Mutex
	closed    bool // the account has not activated KMS
	instances []*instance
	// In the order of their creation. What is deleted stays for reads that lag.
	rules    []*networkRule
	policies []*policy
	points   []*accessPoint
	keys     []*clientKey
	created  int // client keys
}

// A life is what the resources of all kinds have in common.
type life struct {
	name    string // of a client key its ID
	began   time.Time
	deleted time.Time // zero unless it is deleted
}

func (l *life) existed(at time.Time) bool {
	return !at.Before(l.began) && (l.deleted.IsZero() || at.Before(l.deleted))
}

// of lets the functions below take resources of every kind.
func (l *life) of() *life { return l }

// An instance is a KMS instance as the server keeps it.
type instance struct {
	life
	stamp            time.Time // of the creation, by the service's clock
	connected        time.Time // when it was asked to be; zero if it was not
	vpc              string
	vSwitches, zones []string
	bound            []kms.BindVpc
}

// An accessPoint is an access point as the server keeps it.
type accessPoint struct {
	life
	description, method string
	policies            []string
}

// A networkRule is a network rule as the server keeps it.
type networkRule struct {
	life
	description, kind string
	sources           []string
}

// A policy is a policy as the server keeps it.
type policy struct {
	life
	description, instance         string
	permissions, resources, rules []string
}

// A clientKey is a client key as the server keeps it.
type clientKey struct {
	life
	stamp                            time.Time // of the creation, by the service's clock
	accessPoint, notBefore, notAfter string
}

// NewServer returns a Server.
func NewServer(options ...Option) *Server {
	s := &Server{}
	s.AddInstance(InstanceID)
	s.fake.Rules = rules()
	s.fake.Operations = map[string]func(*fake.Call) (fake.Answer, *fake.Refusal){
		"CreateApplicationAccessPoint":   s.createApplicationAccessPoint,
		"DescribeApplicationAccessPoint": s.describeApplicationAccessPoint,
		"ListApplicationAccessPoints":    s.listApplicationAccessPoints,
		"UpdateApplicationAccessPoint":   s.updateApplicationAccessPoint,
		"DeleteApplicationAccessPoint":   s.deleteApplicationAccessPoint,
		"CreateClientKey":                s.createClientKey,
		"GetClientKey":                   s.getClientKey,
		"ListClientKeys":                 s.listClientKeys,
		"DeleteClientKey":                s.deleteClientKey,
		"CreateNetworkRule":              s.createNetworkRule,
		"DescribeNetworkRule":            s.describeNetworkRule,
		"ListNetworkRules":               s.listNetworkRules,
		"UpdateNetworkRule":              s.updateNetworkRule,
		"DeleteNetworkRule":              s.deleteNetworkRule,
		"CreatePolicy":                   s.createPolicy,
		"DescribePolicy":                 s.describePolicy,
		"ListPolicies":                   s.listPolicies,
		"UpdatePolicy":                   s.updatePolicy,
		"DeletePolicy":                   s.deletePolicy,
		"ListKmsInstances":               s.listKmsInstances,
		"GetKmsInstance":                 s.getKmsInstance,
		"GetDefaultKmsInstance":          s.getDefaultKmsInstance,
		"GetKmsInstanceQuotaInfos":       s.getKmsInstanceQuotaInfos,
		"ConnectKmsInstance":             s.connectKmsInstance,
		"UpdateKmsInstanceBindVpc":       s.updateKmsInstanceBindVpc,
		"ReleaseKmsInstance":             s.releaseKmsInstance,
		"DescribeRegions":                s.describeRegions,
		"DescribeAccountKmsStatus":       s.describeAccountKmsStatus,
		"OpenKmsService":                 s.openKmsService,
	}
	for name, operation := range s.fake.Operations {
		switch name {
		case "DescribeRegions", "DescribeAccountKmsStatus", "OpenKmsService":
		default:
			s.fake.Operations[name] = s.opened(operation)
		}
	}
	s.fake.Dialect = &dialect{&fake.RPC{
		Version:    "2016-01-20",
		Region:     Region,
		Operations: s.fake.OperationNames,
		Key:        credential.Key{ID: AccessKeyID, Secret: AccessKeySecret},
	}}
	for _, option := range options {
		option(s)
	}
	return s
}

func (s *Server) empty() { s.instances = nil }

// ReadyAfter sets how long a KMS instance is Connecting before it is Connected. The
// default is 0.
func ReadyAfter(d time.Duration) Option {
	return func(s *Server) { s.readyAfter = fake.NotNegative(d) }
}

// NotOpened makes the server start with an account that has not activated KMS: most
// operations are refused until OpenKmsService is called.
func NotOpened() Option { return func(s *Server) { s.closed = true } }

// AddInstance adds a KMS instance that is connected.
func (s *Server) AddInstance(id string) {
	s.add(&instance{
		life: life{name: id}, connected: longAgo,
		vpc: VpcID, vSwitches: []string{VSwitchID}, zones: []string{"cn-hangzhou-k", "cn-hangzhou-j"},
	})
}

// AddUninitializedInstance adds a KMS instance that was bought but is not connected
// yet.
func (s *Server) AddUninitializedInstance(id string) { s.add(&instance{life: life{name: id}}) }

// longAgo is before all that a read can find.
var longAgo = time.Unix(1, 0)

func (s *Server) add(i *instance) {
	fake.CheckID(i.name, "")
	s.mu.Lock()
	defer s.mu.Unlock()
	s.instances = slices.DeleteFunc(s.instances, func(other *instance) bool { return other.name == i.name })
	i.began, i.stamp = longAgo, s.fake.Clock().UTC()
	s.instances = append(s.instances, i)
}

// find returns the resource of that name, if it existed at the given time.
func find[T interface{ of() *life }](all []T, name string, at time.Time) (found T, ok bool) {
	for _, one := range all {
		if l := one.of(); l.name == name && l.existed(at) {
			return one, true
		}
	}
	return found, false
}

// visible returns the resources that a list finds, each as it was at a moment of
// its own.
func visible[T interface{ of() *life }](s *Server, call *fake.Call, all []T) (found []T) {
	for _, one := range all {
		if one.of().existed(s.fake.ListAsOf(call)) {
			found = append(found, one)
		}
	}
	return found
}

// byName returns the resources that a list finds in the order of their names.
// That order is not documented.
func byName[T interface{ of() *life }](s *Server, call *fake.Call, all []T) []T {
	found := visible(s, call, all)
	slices.SortStableFunc(found, func(a, b T) int { return strings.Compare(a.of().name, b.of().name) })
	return found
}

// forget drops what no read will find any more.
func (s *Server) forget() {
	forgotten := func(l life) bool { return !l.deleted.IsZero() && s.fake.Forgotten(l.deleted) }
	s.instances = slices.DeleteFunc(s.instances, func(i *instance) bool { return forgotten(i.life) })
	s.rules = slices.DeleteFunc(s.rules, func(r *networkRule) bool { return forgotten(r.life) })
	s.policies = slices.DeleteFunc(s.policies, func(p *policy) bool { return forgotten(p.life) })
	s.points = slices.DeleteFunc(s.points, func(p *accessPoint) bool { return forgotten(p.life) })
	s.keys = slices.DeleteFunc(s.keys, func(k *clientKey) bool { return forgotten(k.life) })
}

// notFound refuses a call that names what is not there. The status is the one
// of the service's other operations. That the operations of this package use the
// code is known from terraform's provider; that they use it for what a request
// refers to as well, such as a policy of an access point, is assumed.
func notFound(what string) *fake.Refusal {
	return refuse(404, kms.CodeResourceNotFound, "The specified "+what+" is not found.")
}

// exists refuses a creation. It is documented for access points and assumed for
// the others.
func exists() *fake.Refusal {
	return refuse(409, kms.CodeResourceExist, "The request was rejected because the resource already exists.")
}

func refuse(status int, code kms.Code, message string) *fake.Refusal {
	return &fake.Refusal{Status: status, Code: string(code), Message: message}
}

func answer(call *fake.Call, members map[string]any) fake.Answer {
	members["RequestId"] = call.RequestID
	return fake.RPCAnswer(200, call.RequestID, members)
}

// page answers with the page of a list that a call asks for.
func page[T any](s *Server, call *fake.Call, all []T, group, item string, members func(T) map[string]any) fake.Answer {
	number, size := call.Params.Number("PageNumber", 1), call.Params.Number("PageSize", 20)
	if limit := s.fake.PageLimit; limit > 0 {
		size = min(size, limit)
	}
	items := []map[string]any{}
	for i, one := range all {
		if i/size == number-1 {
			items = append(items, members(one))
		}
	}
	return answer(call, map[string]any{
		"PageNumber": number, "PageSize": size, "TotalCount": len(all), group: map[string]any{item: items},
	})
}

func arn(kind, name string) string {
	return "acs:kms:" + Region + ":119285303511:" + kind + "/" + name
}
