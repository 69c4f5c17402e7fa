package main

import (
	"bytes"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/efs/efstest"
	"github.com/accesspoint-go/accesspoint/internal/limit"
	"github.com/accesspoint-go/accesspoint/kms"
	"github.com/accesspoint-go/accesspoint/kms/kmstest"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
	"github.com/accesspoint-go/accesspoint/oss"
	"github.com/accesspoint-go/accesspoint/oss/osstest"
	"github.com/accesspoint-go/accesspoint/privatelink"
	"github.com/accesspoint-go/accesspoint/privatelink/privatelinktest"
)

const (
	region           = nastest.Region // of the four of Alibaba Cloud: the fakes have no other
	defaultAWSRegion = efstest.Region
	defaultKey       = nastest.AccessKeyID + ":" + nastest.AccessKeySecret
)

// A service is one that is served, with what the control side does to it.
type service struct {
	name    string
	client  any // of its type, for the names of the operations
	handler http.Handler
	rate    *rate

	ask     func(operation string, params map[string]string) (status int, body []byte)
	inject  func(operation string, faults []nastest.Fault)
	fail    func(operation string, r refusal)
	disturb func(disturbance)
	addKey  func(id, secret string)
	seed    func(seed)
	accept  func(endpointID string) // of privatelink
}

// services returns the five, as new ones, which report to j.
func (o *options) services(j *journal) []*service {
	return []*service{o.nas(j), o.oss(j), o.efs(j), o.privatelink(j), o.kms(j)}
}

func (o *options) nas(j *journal) *service {
	rate := o.rate()
	s := nastest.NewServer(choose(o, nastest.AnySignature(), nastest.Empty(),
		nastest.LimitBy(func(string) nastest.Limiter { return rate.limiter() }),
		nastest.Key(o.id, o.secret), nastest.ReadyAfter(o.readyAfter), nastest.GoneAfter(o.goneAfter), nastest.Latency(o.latency), nastest.ClockOffset(o.clockOffset),
		nastest.OnRequest(j.of("nas")))...)
	return &service{
		name: "nas", client: (*nas.Client)(nil), handler: s, rate: rate, ask: s.Ask, inject: inject(s), addKey: s.AddKey,
		fail: func(operation string, r refusal) {
			s.Fail(operation, nas.APIError{StatusCode: r.Status, Code: nas.Code(r.Code), Message: r.Message})
		},
		disturb: func(d disturbance) {
			s.Disturb(nastest.Disturbance{
				Faults: d.Faults, Mix: d.Mix, Late: d.Late.Duration, Lag: d.Lag.Duration, TagLag: d.TagLag.Duration, TagsLost: d.TagsLost, AnyCase: d.AnyCase, Shift: d.Shift, Seed: d.Seed,
			})
		},
		seed: func(all seed) {
			each(all.NAS.FileSystems, s.AddFileSystem)
			each(all.NAS.AccessGroups, s.AddAccessGroup)
			for _, n := range all.NAS.Networks {
				s.AddNetwork(n.Vpc, n.VSwitch)
			}
		},
	}
}

func (o *options) oss(j *journal) *service {
	rate := o.rate()
	s := osstest.NewServer(choose(o, osstest.AnySignature(), osstest.Empty(),
		osstest.LimitBy(func(string) osstest.Limiter { return rate.limiter() }),
		osstest.Key(o.id, o.secret), osstest.ReadyAfter(o.readyAfter), osstest.GoneAfter(o.goneAfter), osstest.Latency(o.latency), osstest.ClockOffset(o.clockOffset),
		osstest.OnRequest(func(q osstest.Request) { j.of("oss")(nastest.Request(q)) }))...)
	return &service{
		name: "oss", client: (*oss.Client)(nil), handler: o.buckets(s), rate: rate, ask: s.Ask, inject: inject(s), addKey: s.AddKey,
		fail: func(operation string, r refusal) {
			s.Fail(operation, oss.APIError{StatusCode: r.Status, Code: oss.Code(r.Code), Message: r.Message})
		},
		disturb: func(d disturbance) {
			s.Disturb(osstest.Disturbance{
				Faults: d.Faults, Mix: mixed[osstest.Fault](d.Mix), Late: d.Late.Duration, Lag: d.Lag.Duration, TagLag: d.TagLag.Duration, TagsLost: d.TagsLost, AnyCase: d.AnyCase, Shift: d.Shift, Seed: d.Seed,
			})
		},
		seed: func(all seed) { each(all.OSS.Buckets, s.AddBucket) },
	}
}

func (o *options) efs(j *journal) *service {
	rate := o.rate()
	s := efstest.NewServer(choose(o, efstest.AnySignature(), efstest.Empty(),
		efstest.LimitBy(func(string) efstest.Limiter { return rate.limiter() }),
		efstest.Key(o.id, o.secret), efstest.ReadyAfter(o.readyAfter), efstest.GoneAfter(o.goneAfter), efstest.Latency(o.latency), efstest.ClockOffset(o.clockOffset),
		efstest.InRegion(o.awsRegion), efstest.OnRequest(func(q efstest.Request) { j.of("efs")(nastest.Request(q)) }))...)
	return &service{
		name: "efs", client: (*efs.Client)(nil), handler: s, rate: rate, ask: s.Ask, inject: inject(s), addKey: s.AddKey,
		fail: func(operation string, r refusal) {
			s.Fail(operation, efs.APIError{StatusCode: r.Status, Code: efs.Code(r.Code), Message: r.Message})
		},
		disturb: func(d disturbance) {
			s.Disturb(efstest.Disturbance{
				Faults: d.Faults, Mix: mixed[efstest.Fault](d.Mix), Late: d.Late.Duration, Lag: d.Lag.Duration, TagLag: d.TagLag.Duration, TagsLost: d.TagsLost, AnyCase: d.AnyCase, Shift: d.Shift, Seed: d.Seed,
			})
		},
		seed: func(all seed) {
			each(all.EFS.FileSystems, s.AddFileSystem)
			for _, n := range all.EFS.Subnets {
				s.AddSubnet(n.Subnet, n.Vpc, n.Zone)
			}
			for _, n := range all.EFS.SecurityGroups {
				s.AddSecurityGroup(n.SecurityGroup, n.Vpc)
			}
		},
	}
}

func (o *options) privatelink(j *journal) *service {
	rate := o.rate()
	chosen := choose(o, privatelinktest.AnySignature(), privatelinktest.Empty(),
		privatelinktest.LimitBy(func(string) privatelinktest.Limiter { return rate.limiter() }),
		privatelinktest.Key(o.id, o.secret), privatelinktest.ReadyAfter(o.readyAfter), privatelinktest.GoneAfter(o.goneAfter), privatelinktest.Latency(o.latency), privatelinktest.ClockOffset(o.clockOffset),
		privatelinktest.OnRequest(func(q privatelinktest.Request) { j.of("privatelink")(nastest.Request(q)) }))
	if o.acceptByHand {
		chosen = append(chosen, privatelinktest.AcceptByHand())
	}
	s := privatelinktest.NewServer(chosen...)
	return &service{
		name: "privatelink", client: (*privatelink.Client)(nil), handler: s, rate: rate, ask: s.Ask, inject: inject(s), addKey: s.AddKey,
		fail: func(operation string, r refusal) {
			s.Fail(operation, privatelink.APIError{StatusCode: r.Status, Code: privatelink.Code(r.Code), Message: r.Message})
		},
		disturb: func(d disturbance) {
			s.Disturb(privatelinktest.Disturbance{
				Faults: d.Faults, Mix: mixed[privatelinktest.Fault](d.Mix), Late: d.Late.Duration, Lag: d.Lag.Duration, TagLag: d.TagLag.Duration, TagsLost: d.TagsLost, AnyCase: d.AnyCase, Shift: d.Shift, Seed: d.Seed,
			})
		},
		accept: s.Accept,
		seed: func(all seed) {
			each(all.PrivateLink.Services, s.AddService)
			each(all.PrivateLink.SecurityGroups, s.AddSecurityGroup)
			for _, n := range all.PrivateLink.Networks {
				s.AddNetwork(n.Vpc, n.VSwitch, n.Zone)
			}
			for _, b := range all.PrivateLink.LoadBalancers {
				s.AddLoadBalancer(b.ID, b.Type, b.VSwitch)
			}
		},
	}
}

func (o *options) kms(j *journal) *service {
	rate := o.rate()
	s := kmstest.NewServer(choose(o, kmstest.AnySignature(), kmstest.Empty(),
		kmstest.LimitBy(func(string) kmstest.Limiter { return rate.limiter() }),
		kmstest.Key(o.id, o.secret), kmstest.ReadyAfter(o.readyAfter), kmstest.Latency(o.latency), kmstest.ClockOffset(o.clockOffset),
		kmstest.OnRequest(func(q kmstest.Request) { j.of("kms")(nastest.Request(q)) }))...)
	return &service{
		name: "kms", client: (*kms.Client)(nil), handler: s, rate: rate, ask: s.Ask, inject: inject(s), addKey: s.AddKey,
		fail: func(operation string, r refusal) {
			s.Fail(operation, kms.APIError{StatusCode: r.Status, Code: kms.Code(r.Code), Message: r.Message})
		},
		disturb: func(d disturbance) {
			s.Disturb(kmstest.Disturbance{
				Faults: d.Faults, Mix: mixed[kmstest.Fault](d.Mix), Late: d.Late.Duration, Lag: d.Lag.Duration, TagLag: d.TagLag.Duration, TagsLost: d.TagsLost, AnyCase: d.AnyCase, Shift: d.Shift, Seed: d.Seed,
			})
		},
		seed: func(all seed) {
			each(all.KMS.Instances, s.AddInstance)
			each(all.KMS.UninitializedInstances, s.AddUninitializedInstance)
		},
	}
}

// choose returns the options of a service, with the first two as the flags say.
func choose[Option any](o *options, anySignature, empty Option, others ...Option) []Option {
	if !o.verify {
		others = append(others, anySignature)
	}
	if !o.seedData {
		others = append(others, empty)
	}
	return others
}

// inject returns the Inject of a server for the faults of another package, which
// are the same.
func inject[Fault ~int](s interface{ Inject(string, ...Fault) }) func(string, []nastest.Fault) {
	return func(operation string, faults []nastest.Fault) {
		for _, f := range faults {
			s.Inject(operation, Fault(f))
		}
	}
}

// mixed returns the mix with the faults of another package, which are the same.
func mixed[Fault ~int](m mix) map[Fault]float64 {
	if m == nil {
		return nil
	}
	other := map[Fault]float64{}
	for f, weight := range m {
		other[Fault(f)] = weight
	}
	return other
}

func each(names []string, add func(string)) {
	for _, name := range names {
		add(name)
	}
}

// A rate is how many calls a second of each operation a service takes. It can be
// changed.
type rate struct {
	new func(perSecond float64) limit.Limiter

	mu        sync.Mutex
	perSecond float64
	changes   int
}

func (o *options) rate() *rate { return &rate{new: o.limiter, perSecond: o.throttle} }

func (r *rate) set(perSecond float64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.perSecond = perSecond
	r.changes++
}

// limiter returns the limiter of an operation.
func (r *rate) limiter() *limiter { return &limiter{rate: r, changes: -1} }

type limiter struct {
	rate    *rate
	changes int // of the rate, when it was last looked at
	inner   limit.Limiter
}

// Take takes a call if the rate of now allows it.
func (l *limiter) Take(now time.Time) (bool, time.Duration) {
	l.rate.mu.Lock()
	defer l.rate.mu.Unlock()
	if l.changes != l.rate.changes {
		l.changes, l.inner = l.rate.changes, nil
		if l.rate.perSecond > 0 {
			l.inner = l.rate.new(l.rate.perSecond)
		}
	}
	if l.inner == nil {
		return true, 0
	}
	return l.inner.Take(now)
}

// A readiness is the first line of the output.
type readiness struct {
	NAS             string   `json:"nas"`
	OSS             string   `json:"oss"`
	EFS             string   `json:"efs"`
	PrivateLink     string   `json:"privatelink"`
	KMS             string   `json:"kms"`
	AccessKeyID     string   `json:"access_key_id"`
	AccessKeySecret string   `json:"access_key_secret"`
	Region          string   `json:"region"`
	AWSRegion       string   `json:"aws_region"` // of efs
	Control         string   `json:"control,omitempty"`
	SeedData        seedData `json:"seed_data"`
}

// greeting returns what a person on a terminal sees in place of that line.
func (o *options) greeting(r *readiness) []byte {
	var b bytes.Buffer
	for _, row := range [][3]string{
		{"nas", r.NAS, "file system " + r.SeedData.NAS.FileSystem},
		{"oss", r.OSS, "bucket " + r.SeedData.OSS.Bucket},
		{"efs", r.EFS, "file system " + r.SeedData.EFS.FileSystem},
		{"privatelink", r.PrivateLink, "service " + r.SeedData.PrivateLink.Service},
		{"kms", r.KMS, "instance " + r.SeedData.KMS.Instance},
		{"control", r.Control, "a page, and JSON: /ready, /state"},
	} {
		switch {
		case row[1] == "":
		case o.seedData || row[0] == "control":
			fmt.Fprintf(&b, "%-11s  %s  %s\n", row[0], row[1], row[2])
		default:
			fmt.Fprintf(&b, "%-11s  %s\n", row[0], row[1])
		}
	}
	fmt.Fprintf(&b, "region %s, for efs %s; ", r.Region, r.AWSRegion)
	if o.verify {
		fmt.Fprintf(&b, "key %s, secret %s\n", r.AccessKeyID, r.AccessKeySecret)
	} else {
		b.WriteString("any key\n")
	}
	b.WriteString("Ready. Ctrl-C stops it.\n")
	return b.Bytes()
}

// A seedData names what exists from the start.
type seedData struct {
	NAS struct {
		FileSystem  string `json:"file_system"`
		Vpc         string `json:"vpc"`
		VSwitch     string `json:"vswitch"`
		AccessGroup string `json:"access_group"`
	} `json:"nas"`
	OSS struct {
		Bucket string `json:"bucket"`
		Vpc    string `json:"vpc"`
	} `json:"oss"`
	EFS struct {
		FileSystem string `json:"file_system"`
	} `json:"efs"`
	PrivateLink struct {
		Service       string `json:"service"`
		ServiceName   string `json:"service_name"`
		Vpc           string `json:"vpc"`
		VSwitch       string `json:"vswitch"`
		SecurityGroup string `json:"security_group"`
		Zone          string `json:"zone"`
	} `json:"privatelink"`
	KMS struct {
		Instance string `json:"instance"`
	} `json:"kms"`
}

// ready returns the first line, with the URLs of the services.
func (o *options) ready(urls map[string]string) *readiness {
	r := &readiness{
		NAS: urls["nas"], OSS: urls["oss"], EFS: urls["efs"], PrivateLink: urls["privatelink"], KMS: urls["kms"],
		AccessKeyID: o.id, AccessKeySecret: o.secret, Region: region, AWSRegion: o.awsRegion,
		Control: urls["control"],
	}
	s := &r.SeedData
	s.NAS.FileSystem, s.NAS.Vpc, s.NAS.VSwitch, s.NAS.AccessGroup = nastest.FileSystemID, nastest.VpcID, nastest.VSwitchID, nastest.AccessGroup
	s.OSS.Bucket, s.OSS.Vpc = osstest.Bucket, nastest.VpcID // the OSS takes any VPC
	s.EFS.FileSystem = efstest.FileSystemID
	s.PrivateLink.Service, s.PrivateLink.ServiceName = privatelinktest.ServiceID, privatelinktest.ServiceName
	s.PrivateLink.Vpc, s.PrivateLink.VSwitch, s.PrivateLink.Zone = privatelinktest.VpcID, privatelinktest.VSwitchID, privatelinktest.ZoneID
	s.PrivateLink.SecurityGroup = privatelinktest.SecurityGroupID
	s.KMS.Instance = kmstest.InstanceID
	return r
}
