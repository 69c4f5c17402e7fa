package oss

import (
	"github.com/accesspoint-go/accesspoint/internal/check"
)

// An AccessPointForObjectProcess is an access point whose objects a function of
// Function Compute transforms before readers get them. It is based on another
// access point.
type AccessPointForObjectProcess struct {
	AccessPointNameForObjectProcess  string `xml:"AccessPointNameForObjectProcess" answer:"required"`
	AccessPointForObjectProcessAlias string `xml:"AccessPointForObjectProcessAlias"` // replaces the bucket's name in requests for objects
	AccessPointName                  string `xml:"AccessPointName"`                  // the access point that it is based on
	Status                           Status `xml:"Status" enum:"enable,disable,creating,deleting"`
	// AllowAnonymousAccessForObjectProcess is nil if the response does not
	// contain it.
	AllowAnonymousAccessForObjectProcess *bool `xml:"AllowAnonymousAccessForObjectProcess"`

	// AccountID and the fields below are empty in lists.
	AccountID                      string `xml:"AccountId"`
	AccessPointForObjectProcessARN string `xml:"AccessPointForObjectProcessArn"`
	CreationDate                   string `xml:"CreationDate"` // seconds since 1970
	PublicEndpoint                 string `xml:"Endpoints>PublicEndpoint"`
	InternalEndpoint               string `xml:"Endpoints>InternalEndpoint"`
	// BlockPublicAccess is nil if the response does not contain it.
	BlockPublicAccess *bool `xml:"PublicAccessBlockConfiguration>BlockPublicAccess"`
}

// An ObjectProcessConfiguration says which requests an access point for object
// processing transforms, and how.
type ObjectProcessConfiguration struct {
	TransformationConfigurations []TransformationConfiguration `xml:"TransformationConfigurations>TransformationConfiguration"`
	AllowedFeatures              []ObjectProcessFeature        `xml:"AllowedFeatures>AllowedFeature" enum:"GetObject-Range"`
}

// A TransformationConfiguration assigns a function to some kinds of requests.
type TransformationConfiguration struct {
	Actions               []ObjectProcessAction `xml:"Actions>Action" enum:"GetObject"`
	ContentTransformation ContentTransformation `xml:"ContentTransformation"`
}

// A ContentTransformation is the function to call.
type ContentTransformation struct {
	FunctionCompute FunctionCompute `xml:"FunctionCompute"`
	// CustomForwardHeaders are names of headers that the function gets from the
	// reader's request. They are known only from the official SDK.
	CustomForwardHeaders []string `xml:"AdditionalFeatures>CustomForwardHeaders>CustomForwardHeader"`
}

// A FunctionCompute names a function, and the role with which the service calls
// it.
type FunctionCompute struct {
	FunctionARN           string `xml:"FunctionArn"`           // such as acs:fc:REGION:ACCOUNT:services/SERVICE.LATEST/functions/NAME
	FunctionAssumeRoleARN string `xml:"FunctionAssumeRoleArn"` // such as acs:ram::ACCOUNT:role/NAME
}

// An ObjectProcessAction is a request whose response a function transforms, in
// the documented case regardless of the case that the service sends.
type ObjectProcessAction string

// ObjectProcessGetObject is the only documented action.
const ObjectProcessGetObject ObjectProcessAction = "GetObject"

// An ObjectProcessFeature is a feature of requests that the function supports.
type ObjectProcessFeature string

// ObjectProcessGetObjectRange is the only documented feature: a GetObject of a range.
const ObjectProcessGetObjectRange ObjectProcessFeature = "GetObject-Range"

// processName is the header that names an access point for object processing.
const processName = "x-oss-access-point-for-object-process-name"

// processInHeader are the rules of its name in a header, as [pointInHeader].
func processInHeader(name string) []check.Problem {
	return check.All(
		check.Required(processName, name),
		check.That(headerChars(name), processName, "must have only printable ASCII characters and no spaces"),
	)
}

// processRules are the rules of what an access point for object processing is to do.
func processRules(in ObjectProcessConfiguration) []check.Problem {
	return append(check.Each("ObjectProcessConfiguration.AllowedFeatures.AllowedFeature", in.AllowedFeatures, func(f ObjectProcessFeature) []check.Problem {
		return check.All(check.OneOf("", f, ObjectProcessGetObjectRange))
	}), check.Each("ObjectProcessConfiguration.TransformationConfigurations.TransformationConfiguration", in.TransformationConfigurations, func(t TransformationConfiguration) []check.Problem {
		return check.Each("Actions.Action", t.Actions, func(a ObjectProcessAction) []check.Problem {
			return check.All(check.OneOf("", a, ObjectProcessGetObject))
		})
	})...)
}
