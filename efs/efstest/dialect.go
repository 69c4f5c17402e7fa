package efstest

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/internal/sigv4"
	"github.com/accesspoint-go/accesspoint/internal/uri"
)

// A dialect is how EFS reads requests and words its answers.
type dialect struct {
	key    credential.Key
	keys   sigv4.Keys
	region string
}

// clockWindow is how far a signing time may be from the service's.
const clockWindow = 5 * time.Minute

// routes are the operations by method and path. An element in braces is a
// parameter.
var routes = [][3]string{
	{"POST", "access-points", "CreateAccessPoint"},
	{"GET", "access-points", "DescribeAccessPoints"},
	{"DELETE", "access-points/{AccessPointId}", "DeleteAccessPoint"},
	{"POST", "resource-tags/{ResourceId}", "TagResource"},
	{"DELETE", "resource-tags/{ResourceId}", "UntagResource"},
	{"GET", "resource-tags/{ResourceId}", "ListTagsForResource"},
	{"POST", "file-systems", "CreateFileSystem"},
	{"GET", "file-systems", "DescribeFileSystems"},
	{"PUT", "file-systems/{FileSystemId}", "UpdateFileSystem"},
	{"DELETE", "file-systems/{FileSystemId}", "DeleteFileSystem"},
	{"PUT", "file-systems/{FileSystemId}/protection", "UpdateFileSystemProtection"},
	{"PUT", "file-systems/{FileSystemId}/policy", "PutFileSystemPolicy"},
	{"GET", "file-systems/{FileSystemId}/policy", "DescribeFileSystemPolicy"},
	{"DELETE", "file-systems/{FileSystemId}/policy", "DeleteFileSystemPolicy"},
	{"PUT", "file-systems/{FileSystemId}/lifecycle-configuration", "PutLifecycleConfiguration"},
	{"GET", "file-systems/{FileSystemId}/lifecycle-configuration", "DescribeLifecycleConfiguration"},
	{"PUT", "file-systems/{FileSystemId}/backup-policy", "PutBackupPolicy"},
	{"GET", "file-systems/{FileSystemId}/backup-policy", "DescribeBackupPolicy"},
	{"POST", "file-systems/{SourceFileSystemId}/replication-configuration", "CreateReplicationConfiguration"},
	{"GET", "file-systems/replication-configurations", "DescribeReplicationConfigurations"},
	{"DELETE", "file-systems/{SourceFileSystemId}/replication-configuration", "DeleteReplicationConfiguration"},
	{"POST", "mount-targets", "CreateMountTarget"},
	{"GET", "mount-targets", "DescribeMountTargets"},
	{"DELETE", "mount-targets/{MountTargetId}", "DeleteMountTarget"},
	{"GET", "mount-targets/{MountTargetId}/security-groups", "DescribeMountTargetSecurityGroups"},
	{"PUT", "mount-targets/{MountTargetId}/security-groups", "ModifyMountTargetSecurityGroups"},
	{"PUT", "account-preferences", "PutAccountPreferences"},
	{"GET", "account-preferences", "DescribeAccountPreferences"},
}

var forms = sync.OnceValue(func() fake.Forms { return fake.FormsOf((*efs.Client)(nil)) })

// Read takes the operation from the method and the path, and the parameters
// from where that operation has them.
func (d *dialect) Read(r *http.Request, body []byte) (string, fake.Params, *fake.Refusal) {
	path := r.URL.EscapedPath()
	for _, route := range routes {
		inPath, ok := match(route[1], path)
		if !ok || r.Method != route[0] {
			continue
		}
		params, refusal := parameters(r, route[2], body)
		if refusal != nil {
			return route[2], nil, refusal
		}
		maps.Copy(params, inPath)
		return route[2], params, nil
	}
	return r.Method + " " + path, nil, refuse(404, efs.CodeUnknownOperationException, "There is no such operation.")
}

// match takes the parameters out of a path that has the form of a route.
func match(form, path string) (fake.Params, bool) {
	path, ok := strings.CutPrefix(path, "/2015-02-01/")
	elements, forms := strings.Split(path, "/"), strings.Split(form, "/")
	if !ok || len(elements) != len(forms) {
		return nil, false
	}
	p := fake.Params{}
	for i, form := range forms {
		if name, isName := strings.CutPrefix(form, "{"); isName && elements[i] != "" {
			p[strings.TrimSuffix(name, "}")], _ = url.PathUnescape(elements[i]) // what net/http has parsed can be unescaped
		} else if form != elements[i] {
			return nil, false
		}
	}
	return p, true
}

// parameters reads those of the body or of the query. A list in the body that is
// empty is a parameter of that text, since it is not the same as none.
func parameters(r *http.Request, operation string, body []byte) (fake.Params, *fake.Refusal) {
	if r.Method == http.MethodPost || r.Method == http.MethodPut || operation == "DescribeAccountPreferences" {
		params, object, err := fake.FromJSON(body)
		if err != nil {
			return nil, refuse(400, "SerializationException", "The body is not a JSON object.")
		}
		if path, want := forms().Mistyped(operation, object); path != "" { // the code is assumed
			return nil, refuse(400, "SerializationException", path+" must be "+want+".")
		}
		for name, value := range object {
			if list, ok := value.([]any); ok && len(list) == 0 {
				params[name] = "[]"
			}
		}
		return params, nil
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, refuse(400, efs.CodeBadRequest, "The query cannot be parsed.")
	}
	params := fake.FromQuery(query)
	switch operation {
	case "UntagResource":
		delete(params, "tagKeys")
		for i, key := range query["tagKeys"] {
			params["TagKeys."+strconv.Itoa(i+1)] = key
		}
	case "DeleteReplicationConfiguration":
		if query.Has("deletionMode") {
			params["DeletionMode"] = query.Get("deletionMode")
			delete(params, "deletionMode")
		}
	}
	return params, nil
}

// Accepted returns the key.
func (d *dialect) Accepted() *credential.Key { return &d.key }

// Verify computes the signature anew, from the headers that the client chose to
// sign. The codes are those of AWS services in general.
func (d *dialect) Verify(r *http.Request, body []byte, keys func(id string) (credential.Key, bool), now time.Time) *fake.Refusal {
	scope := sigv4.Scope{Region: d.region, Service: "elasticfilesystem"}
	given := r.Header.Get("Authorization")
	if given == "" {
		return refuse(403, efs.CodeMissingAuthenticationTokenException, "Missing Authentication Token")
	}
	credential, rest, ok1 := strings.Cut(strings.TrimPrefix(given, "AWS4-HMAC-SHA256 Credential="), ",")
	names, signature, ok2 := strings.Cut(strings.TrimPrefix(strings.TrimSpace(rest), "SignedHeaders="), ",")
	signature, ok3 := strings.CutPrefix(strings.TrimSpace(signature), "Signature=")
	date := r.Header.Get("X-Amz-Date")
	at, err := time.Parse("20060102T150405Z", date)
	if !ok1 || !ok2 || !ok3 || err != nil {
		return refuse(403, efs.CodeIncompleteSignature, "The Authorization header or X-Amz-Date is not well formed.")
	}
	id, within, _ := strings.Cut(credential, "/")
	key, known := keys(id)
	if !known || r.Header.Get("X-Amz-Security-Token") != key.Token {
		return refuse(403, efs.CodeUnrecognizedClientException, "The security token included in the request is invalid.")
	}
	if within != date[:8]+"/"+scope.Region+"/"+scope.Service+"/aws4_request" {
		return refuse(403, efs.CodeInvalidSignatureException, "Credential should be scoped to a valid region and service, which are "+scope.Region+" and "+scope.Service+", not those of "+within+".")
	}
	now = now.UTC()
	if now.Sub(at) > clockWindow {
		return refuse(403, efs.CodeInvalidSignatureException, "Signature expired: "+date+" is now earlier than "+now.Add(-clockWindow).Format("20060102T150405Z"))
	}
	if at.Sub(now) > clockWindow {
		return refuse(403, efs.CodeInvalidSignatureException, "Signature not yet current: "+date+" is still later than "+now.Add(clockWindow).Format("20060102T150405Z"))
	}
	signed := strings.Split(names, ";")
	// Content-Type may be unsigned: some SDKs of AWS, and curl, leave it so.
	for _, name := range []string{"X-Amz-Date", "X-Amz-Security-Token"} {
		if r.Header.Get(name) != "" && !slices.Contains(signed, strings.ToLower(name)) {
			return refuse(403, efs.CodeInvalidSignatureException, "'"+name+"' must be a signed header.")
		}
	}
	if !slices.Contains(signed, "host") {
		return refuse(403, efs.CodeInvalidSignatureException, "'Host' must be a signed header.")
	}
	again := r.Clone(r.Context())
	again.URL.RawQuery, _ = uri.Canonical(r.URL.RawQuery, false)
	_, expected, _ := strings.Cut(sigv4.Authorization(again, body, signed, scope, key, &d.keys), "Signature=")
	if signature != expected {
		return refuse(403, efs.CodeInvalidSignatureException, "The request signature we calculated does not match the signature you provided.")
	}
	return nil
}

// Refuse words a refusal: what the operations themselves refuse has other
// members than what stands before them.
func (d *dialect) Refuse(f fake.Refusal, requestID, _ string) fake.Answer {
	members := map[string]any{"message": f.Message}
	if documentedCodes[efs.Code(f.Code)] == f.Status {
		members = map[string]any{"ErrorCode": f.Code, "Message": f.Message}
	}
	switch {
	case f.ResourceID == "":
	case strings.HasPrefix(f.ResourceID, "fs-"):
		members["FileSystemId"] = f.ResourceID
	default:
		members["AccessPointId"] = f.ResourceID
	}
	a := answer(f.Status, &fake.Call{RequestID: requestID}, members)
	a.Header["X-Amzn-Errortype"] = f.Code
	return a
}

// documentedCodes are those that the API reference lists for operations, with
// their status.
var documentedCodes = map[efs.Code]int{
	efs.CodeBadRequest: 400, efs.CodeThrottlingException: 429, efs.CodeInternalServerError: 500,
	efs.CodeAccessPointLimitExceeded: 403, efs.CodeAccessPointNotFound: 404, efs.CodeAccessPointAlreadyExists: 409,
	efs.CodeFileSystemNotFound: 404, efs.CodeIncorrectFileSystemLifeCycleState: 409, efs.CodeFileSystemAlreadyExists: 409,
	efs.CodeFileSystemInUse: 409, efs.CodeFileSystemLimitExceeded: 403, efs.CodeInsufficientThroughputCapacity: 503,
	efs.CodeThroughputLimitExceeded: 400, efs.CodeTooManyRequests: 429, efs.CodeUnsupportedAvailabilityZone: 400,
	efs.CodeInvalidPolicyException: 400, efs.CodePolicyNotFound: 404,
	efs.CodeAvailabilityZonesMismatch: 400, efs.CodeDependencyTimeout: 504, efs.CodeIncorrectMountTargetState: 409,
	efs.CodeIPAddressInUse: 409, efs.CodeMountTargetConflict: 409, efs.CodeMountTargetNotFound: 404,
	efs.CodeNetworkInterfaceLimitExceeded: 409, efs.CodeNoFreeAddressesInSubnet: 409,
	efs.CodeSecurityGroupLimitExceeded: 400, efs.CodeSecurityGroupNotFound: 400, efs.CodeSubnetNotFound: 400,
	efs.CodeReplicationAlreadyExists: 409, efs.CodeReplicationNotFound: 404,
}

// Throttled is the refusal for the rate: for a create as the API reference has
// it, for the others as users see it.
func (d *dialect) Throttled(operation string) fake.Refusal {
	if operation == "CreateAccessPoint" {
		return *refuse(429, efs.CodeThrottlingException, "Rate exceeded")
	}
	return *refuse(400, efs.CodeThrottlingException, "Rate exceeded")
}

// Failing is the refusal for no reason.
func (d *dialect) Failing() fake.Refusal {
	return *refuse(500, efs.CodeInternalServerError, "An internal error occurred.")
}

// Denied is the refusal for a missing right.
func (d *dialect) Denied() fake.Refusal {
	return *refuse(403, efs.CodeAccessDeniedException, "User is not authorized to perform this action.")
}

// Conflict is the refusal for what else is under way.
func (d *dialect) Conflict() fake.Refusal {
	return *refuse(409, efs.CodeConflictException, "Another operation is in progress.")
}

// Empty is an answer without members.
func (d *dialect) Empty(_, requestID string) fake.Answer {
	return answer(200, &fake.Call{RequestID: requestID}, map[string]any{})
}

func refuse(status int, code efs.Code, message string) *fake.Refusal {
	return &fake.Refusal{Status: status, Code: string(code), Message: message}
}

func answer(status int, call *fake.Call, members map[string]any) fake.Answer {
	a := fake.Answer{Status: status, Header: map[string]string{"X-Amzn-Requestid": call.RequestID}}
	if members != nil {
		body, err := json.Marshal(members)
		if err != nil {
			panic("efstest: " + err.Error())
		}
		a.Header["Content-Type"], a.Body = "application/json", body
	}
	return a
}
