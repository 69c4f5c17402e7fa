package oss

import (
	"strings"

	"github.com/accesspoint-go/accesspoint/internal/check"
)

// An AccessPoint is a named way to reach a bucket.
type AccessPoint struct {
	AccessPointName string        `xml:"AccessPointName" answer:"required"`
	Bucket          string        `xml:"Bucket"`
	Alias           string        `xml:"Alias"` // replaces the bucket's name in requests for objects
	Status          Status        `xml:"Status" enum:"enable,disable,creating,deleting"`
	NetworkOrigin   NetworkOrigin `xml:"NetworkOrigin" enum:"vpc,internet"`
	// VpcConfiguration is nil unless the origin is a VPC.
	VpcConfiguration *VpcConfiguration `xml:"VpcConfiguration"`

	// AccountID and the fields below are empty in lists.
	AccountID string `xml:"AccountId"`
	// AccessPointARN is spelled in several ways, with and without arn: before it
	// and oss- before the region. Do not take it apart.
	AccessPointARN   string `xml:"AccessPointArn"`
	CreationDate     string `xml:"CreationDate"` // seconds since 1970
	PublicEndpoint   string `xml:"Endpoints>PublicEndpoint"`
	InternalEndpoint string `xml:"Endpoints>InternalEndpoint"`
	// BlockPublicAccess is nil if the response does not contain it.
	BlockPublicAccess *bool `xml:"PublicAccessBlockConfiguration>BlockPublicAccess"`
}

// A Status is the state of an access point, in lower case regardless of the
// case that the service sends.
type Status string

// The documented states.
const (
	StatusEnable   Status = "enable"   // it can be used
	StatusDisable  Status = "disable"  // it cannot be used
	StatusCreating Status = "creating" // it is being created, and cannot be deleted
	StatusDeleting Status = "deleting"
)

// A NetworkOrigin is the network from which an access point accepts requests.
type NetworkOrigin string

// The documented origins.
const (
	NetworkOriginVPC      NetworkOrigin = "vpc"      // one VPC
	NetworkOriginInternet NetworkOrigin = "internet" // anywhere, through public and internal endpoints
)

// A VpcConfiguration names the VPC from which an access point accepts requests.
type VpcConfiguration struct {
	VpcID string `xml:"VpcId"`
}

// bucketRules are the rules of a bucket's name.
func bucketRules(bucket string) []check.Problem {
	return check.All(
		check.Length("Bucket", bucket, 3, 63),
		hostLabel(bucket),
		check.That(!outerHyphen(bucket), "Bucket", "must not start or end with a hyphen"),
	)
}

// hostLabel is the rule that keeps a bucket in its place, before the host or in
// the path.
func hostLabel(bucket string) check.Problem {
	return check.That(labelChars(bucket), "Bucket", "must have only lower-case letters, digits and hyphens")
}

// pointInHeader are the rules of the name of an access point that a header
// holds. The documentation gives no others for it.
func pointInHeader(name string) []check.Problem {
	return check.All(
		check.Required(pointName, name),
		check.That(headerChars(name), pointName, "must have only printable ASCII characters and no spaces"),
	)
}

// headerChars reports whether a header holds s unchanged.
func headerChars(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}

func labelChars(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-'
	})
}

func outerHyphen(s string) bool { return strings.HasPrefix(s, "-") || strings.HasSuffix(s, "-") }
