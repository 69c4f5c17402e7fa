package main

import (
	"net/http"

	"github.com/accesspoint-go/accesspoint/efs/efstest"
	"github.com/accesspoint-go/accesspoint/kms/kmstest"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
	"github.com/accesspoint-go/accesspoint/oss/osstest"
	"github.com/accesspoint-go/accesspoint/privatelink/privatelinktest"
)

const (
	region           = nastest.Region // of the four of Alibaba Cloud: the fakes have no other
	defaultAWSRegion = efstest.Region
	defaultKey       = nastest.AccessKeyID + ":" + nastest.AccessKeySecret
)

// A service is one that is served.
type service struct {
	name    string
	handler http.Handler
}

// services returns the five, which report to j.
func (o *options) services(j *journal) []service {
	byHand := []privatelinktest.Option{}
	if o.acceptByHand {
		byHand = append(byHand, privatelinktest.AcceptByHand())
	}
	return []service{
		{"nas", nastest.NewServer(choose(o, nastest.AnySignature(), nastest.Empty(),
			nastest.LimitBy(func(string) nastest.Limiter { return o.limiter() }),
			nastest.Key(o.id, o.secret), nastest.ReadyAfter(o.readyAfter), nastest.GoneAfter(o.goneAfter), nastest.Latency(o.latency),
			nastest.OnRequest(j.of("nas")))...)},
		{"oss", o.buckets(osstest.NewServer(choose(o, osstest.AnySignature(), osstest.Empty(),
			osstest.LimitBy(func(string) osstest.Limiter { return o.limiter() }),
			osstest.Key(o.id, o.secret), osstest.ReadyAfter(o.readyAfter), osstest.GoneAfter(o.goneAfter), osstest.Latency(o.latency),
			osstest.OnRequest(func(q osstest.Request) { j.of("oss")(nastest.Request(q)) }))...))},
		{"efs", efstest.NewServer(choose(o, efstest.AnySignature(), efstest.Empty(),
			efstest.LimitBy(func(string) efstest.Limiter { return o.limiter() }),
			efstest.Key(o.id, o.secret), efstest.ReadyAfter(o.readyAfter), efstest.GoneAfter(o.goneAfter), efstest.Latency(o.latency),
			efstest.InRegion(o.awsRegion), efstest.OnRequest(func(q efstest.Request) { j.of("efs")(nastest.Request(q)) }))...)},
		{"privatelink", privatelinktest.NewServer(append(byHand, choose(o, privatelinktest.AnySignature(), privatelinktest.Empty(),
			privatelinktest.LimitBy(func(string) privatelinktest.Limiter { return o.limiter() }),
			privatelinktest.Key(o.id, o.secret), privatelinktest.ReadyAfter(o.readyAfter), privatelinktest.GoneAfter(o.goneAfter), privatelinktest.Latency(o.latency),
			privatelinktest.OnRequest(func(q privatelinktest.Request) { j.of("privatelink")(nastest.Request(q)) }))...)...)},
		{"kms", kmstest.NewServer(choose(o, kmstest.AnySignature(), kmstest.Empty(),
			kmstest.LimitBy(func(string) kmstest.Limiter { return o.limiter() }),
			kmstest.Key(o.id, o.secret), kmstest.ReadyAfter(o.readyAfter), kmstest.Latency(o.latency),
			kmstest.OnRequest(func(q kmstest.Request) { j.of("kms")(nastest.Request(q)) }))...)},
	}
}

// choose returns the options of a service, with the first three as the flags say.
func choose[Option any](o *options, anySignature, empty, limit Option, others ...Option) []Option {
	if !o.verify {
		others = append(others, anySignature)
	}
	if !o.seedData {
		others = append(others, empty)
	}
	if o.limiter != nil {
		others = append(others, limit)
	}
	return others
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
	SeedData        seedData `json:"seed_data"`
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
