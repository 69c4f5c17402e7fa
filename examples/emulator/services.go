package main

import (
	"net/http"

	"github.com/accesspoint-go/accesspoint/efs/efstest"
	"github.com/accesspoint-go/accesspoint/kms/kmstest"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
	"github.com/accesspoint-go/accesspoint/oss/osstest"
	"github.com/accesspoint-go/accesspoint/privatelink/privatelinktest"
)

// region is the one of all services. What the others hold from the start is in
// it, so the EFS goes there too, although the real one does not.
const region = nastest.Region

// A service is one that is served.
type service struct {
	name    string
	handler http.Handler
}

// services returns the five, which report to j.
func (o *options) services(j *journal) []service {
	return []service{
		{"nas", nastest.NewServer(choose(o, nastest.AnySignature(), nastest.Empty(),
			nastest.ReadyAfter(o.readyAfter), nastest.Limit(o.throttle), nastest.OnRequest(j.of("nas")))...)},
		{"oss", osstest.NewServer(choose(o, osstest.AnySignature(), osstest.Empty(),
			osstest.ReadyAfter(o.readyAfter), osstest.Limit(o.throttle), osstest.OnRequest(func(q osstest.Request) { j.of("oss")(nastest.Request(q)) }))...)},
		{"efs", efstest.NewServer(choose(o, efstest.AnySignature(), efstest.Empty(), efstest.InRegion(region),
			efstest.ReadyAfter(o.readyAfter), efstest.Limit(o.throttle), efstest.OnRequest(func(q efstest.Request) { j.of("efs")(nastest.Request(q)) }))...)},
		{"privatelink", privatelinktest.NewServer(choose(o, privatelinktest.AnySignature(), privatelinktest.Empty(),
			privatelinktest.ReadyAfter(o.readyAfter), privatelinktest.Limit(o.throttle), privatelinktest.OnRequest(func(q privatelinktest.Request) { j.of("privatelink")(nastest.Request(q)) }))...)},
		{"kms", kmstest.NewServer(choose(o, kmstest.AnySignature(), kmstest.Empty(),
			kmstest.Limit(o.throttle), kmstest.OnRequest(func(q kmstest.Request) { j.of("kms")(nastest.Request(q)) }))...)},
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
func ready(urls map[string]string) *readiness {
	r := &readiness{
		NAS: urls["nas"], OSS: urls["oss"], EFS: urls["efs"], PrivateLink: urls["privatelink"], KMS: urls["kms"],
		AccessKeyID: nastest.AccessKeyID, AccessKeySecret: nastest.AccessKeySecret, Region: region,
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
