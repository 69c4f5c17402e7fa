package oss

import (
	"github.com/accesspoint-go/accesspoint/internal/check"
)

// An AccessPointForObjectProcess is an entrance to an access point, through which
// readers get what a function of Function Compute makes of the objects.
type AccessPointForObjectProcess struct {
	AccessPointNameForObjectProcess  string `xml:"AccessPointNameForObjectProcess" answer:"required"`
	AccessPointForObjectProcessAlias string `xml:"AccessPointForObjectProcessAlias"` // stands in for the bucket's name in requests for objects
	AccessPointName                  string `xml:"AccessPointName"`                  // the access point that it stands on
	Status                           Status `xml:"Status" enum:"enable,disable,creating,deleting"`
	// AllowAnonymousAccessForObjectProcess is nil if the answer does not say.
	AllowAnonymousAccessForObjectProcess *bool `xml:"AllowAnonymousAccessForObjectProcess"`

	// AccountID and the fields below are empty in lists.
	AccountID                      string `xml:"AccountId"`
	AccessPointForObjectProcessARN string `xml:"AccessPointForObjectProcessArn"`
	CreationDate                   string `xml:"CreationDate"` // seconds since 1970
	PublicEndpoint                 string `xml:"Endpoints>PublicEndpoint"`
	InternalEndpoint               string `xml:"Endpoints>InternalEndpoint"`
	// BlockPublicAccess is nil if the answer does not say.
	BlockPublicAccess *bool `xml:"PublicAccessBlockConfiguration>BlockPublicAccess"`
}

// An ObjectProcessConfiguration is what an access point for object processing does.
type ObjectProcessConfiguration struct {
	TransformationConfigurations []TransformationConfiguration `xml:"TransformationConfigurations>TransformationConfiguration"`
	AllowedFeatures              []ObjectProcessFeature        `xml:"AllowedFeatures>AllowedFeature" enum:"GetObject-Range"`
}

// A TransformationConfiguration names the function for some requests.
type TransformationConfiguration struct {
	Actions               []ObjectProcessAction `xml:"Actions>Action" enum:"GetObject"`
	ContentTransformation ContentTransformation `xml:"ContentTransformation"`
}

// A ContentTransformation is a call of a function.
type ContentTransformation struct {
	FunctionCompute FunctionCompute `xml:"FunctionCompute"`
	// CustomForwardHeaders are names of headers that the function gets from the
	// reader's request. They are known from the official SDK alone.
	CustomForwardHeaders []string `xml:"AdditionalFeatures>CustomForwardHeaders>CustomForwardHeader"`
}

// A FunctionCompute names a function, and the role in which the service calls it.
type FunctionCompute struct {
	FunctionARN           string `xml:"FunctionArn"`           // such as acs:fc:REGION:ACCOUNT:services/SERVICE.LATEST/functions/NAME
	FunctionAssumeRoleARN string `xml:"FunctionAssumeRoleArn"` // such as acs:ram::ACCOUNT:role/NAME
}

// An ObjectProcessAction is a request whose answer a function transforms, as
// documented whatever the case in which the service writes it.
type ObjectProcessAction string

// ObjectProcessGetObject is the only documented action.
const ObjectProcessGetObject ObjectProcessAction = "GetObject"

// An ObjectProcessFeature is a part of requests that the function can deal with.
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
