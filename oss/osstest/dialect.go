package osstest

import (
	"cmp"
	"crypto/md5"
	"encoding/base64"
	"encoding/xml"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/internal/oss4"
	"github.com/accesspoint-go/accesspoint/internal/uri"
	"github.com/accesspoint-go/accesspoint/oss"
)

// A dialect is how OSS reads requests and words its answers.
type dialect struct {
	key  credential.Key
	keys oss4.Keys
}

// clockWindow is how far a signing time may be from the service's.
const clockWindow = 15 * time.Minute

// bucketLetters are those that the name of a bucket may have.
const bucketLetters = "abcdefghijklmnopqrstuvwxyz0123456789-"

// routes are the operations by sub-resource and method. GET of accessPoint, and of
// accessPointForObjectProcess, without a name is a list.
var routes = map[string]map[string]string{
	"accessPoint":       {http.MethodPut: "CreateAccessPoint", http.MethodGet: "GetAccessPoint", http.MethodDelete: "DeleteAccessPoint"},
	"accessPointPolicy": {http.MethodPut: "PutAccessPointPolicy", http.MethodGet: "GetAccessPointPolicy", http.MethodDelete: "DeleteAccessPointPolicy"},
	"publicAccessBlock": {
		http.MethodPut: "PutAccessPointPublicAccessBlock", http.MethodGet: "GetAccessPointPublicAccessBlock", http.MethodDelete: "DeleteAccessPointPublicAccessBlock",
	},
	"policy": {http.MethodPut: "PutBucketPolicy", http.MethodGet: "GetBucketPolicy", http.MethodDelete: "DeleteBucketPolicy"},
	"accessPointForObjectProcess": {
		http.MethodPut: "CreateAccessPointForObjectProcess", http.MethodGet: "GetAccessPointForObjectProcess", http.MethodDelete: "DeleteAccessPointForObjectProcess",
	},
	"accessPointConfigForObjectProcess": {http.MethodPut: "PutAccessPointConfigForObjectProcess", http.MethodGet: "GetAccessPointConfigForObjectProcess"},
	"x-oss-write-get-object-response":   {http.MethodPost: "WriteGetObjectResponse"},
	"accessPointPolicyForObjectProcess": {
		http.MethodPut: "PutAccessPointPolicyForObjectProcess", http.MethodGet: "GetAccessPointPolicyForObjectProcess", http.MethodDelete: "DeleteAccessPointPolicyForObjectProcess",
	},
}

// roots are the root elements of the bodies that are XML.
var roots = map[string]string{
	"CreateAccessPoint":               "CreateAccessPointConfiguration",
	"PutAccessPointPublicAccessBlock": "PublicAccessBlockConfiguration",

	"CreateAccessPointForObjectProcess":    "CreateAccessPointForObjectProcessConfiguration",
	"PutAccessPointConfigForObjectProcess": "PutAccessPointConfigForObjectProcessConfiguration",
}

// processName is the header that names an access point for object processing.
const processName = "x-oss-access-point-for-object-process-name"

// Read takes the bucket from the path or the host, the operation from the method and
// the sub-resource, and the parameters from the header, the query and the body.
func (d *dialect) Read(r *http.Request, body []byte) (string, fake.Params, *fake.Refusal) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return r.Method, nil, refuse(400, oss.CodeInvalidArgument, "The query cannot be parsed.") // assumed
	}
	bucket, object := addressed(r)
	params, sub := fake.FromQuery(query), ""
	for name := range routes {
		if query.Has(name) {
			sub = name
			delete(params, name)
		}
	}
	// Official tools are known to put the name into the query.
	point := cmp.Or(strings.TrimSpace(r.Header.Get("X-Oss-Access-Point-Name")), query.Get("x-oss-access-point-name"))
	delete(params, "x-oss-access-point-name")
	process := strings.TrimSpace(r.Header.Get(processName))
	if sub == "" || object != "" || sub == "publicAccessBlock" && point == "" {
		// What the service answers depends on the other sub-resources that it
		// has. This answer is assumed.
		return r.Method + " " + r.URL.RequestURI(), nil, refuse(501, "NotImplemented", "This server has access points only.")
	}
	if strings.Trim(bucket, bucketLetters) != "" {
		return r.Method + " " + sub, nil, refuse(400, oss.CodeInvalidBucketName, "Bucket must have only lower-case letters, digits and hyphens.")
	}
	if bucket != "" {
		params["Bucket"] = bucket
	}
	if point != "" {
		params["x-oss-access-point-name"] = point
	}
	if process != "" {
		params[processName] = process
	}
	operation := routes[sub][r.Method]
	switch root := roots[operation]; {
	case operation == "":
		return r.Method + " " + sub, nil, refuse(405, "MethodNotAllowed", "The specified method is not allowed against this resource.") // assumed
	case operation == "GetAccessPoint" && point == "":
		return "ListAccessPoints", params, nil
	case operation == "GetAccessPointForObjectProcess" && process == "":
		return "ListAccessPointsForObjectProcess", params, nil
	case operation == "WriteGetObjectResponse":
		for name := range r.Header {
			if name = strings.ToLower(name); strings.HasPrefix(name, "x-oss-fwd-") || strings.HasPrefix(name, "x-oss-request-") {
				params[name] = r.Header.Get(name)
			}
		}
		params["Body"] = string(body)
		return operation, params, nil
	case root != "":
		configuration, is, err := fake.FromXML(body)
		if err != nil || is != root {
			return operation, nil, refuse(400, oss.CodeMalformedXML, "The XML you provided was not well-formed or did not validate against our published schema.")
		}
		for name, value := range configuration {
			params[name] = value
		}
		if process != "" {
			params["Configuration"] = string(body) // whose lists Params do not hold
		}
	case r.Method == http.MethodPut:
		params["Policy"] = string(body)
	}
	refusal := required(bucket, "Bucket")
	switch {
	case strings.HasSuffix(sub, "ForObjectProcess"):
		refusal = cmp.Or(refusal, required(process, processName))
	case sub != "policy" && operation != "CreateAccessPoint":
		refusal = cmp.Or(refusal, required(point, "x-oss-access-point-name"))
	}
	return operation, params, refusal
}

// required refuses an empty value. The code is documented for the service; that
// it is the answer here is assumed.
func required(value, name string) *fake.Refusal {
	if value != "" {
		return nil
	}
	return refuse(400, oss.CodeMissingArgument, "Missing "+name+".")
}

// addressed returns the bucket and the object that r is about.
func addressed(r *http.Request) (bucket, object string) {
	if path := strings.TrimPrefix(r.URL.Path, "/"); path != "" {
		bucket, object, _ = strings.Cut(path, "/")
		return bucket, object
	}
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	if _, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return "", ""
	}
	first, rest, ok := strings.Cut(host, ".")
	if !ok || rest == "aliyuncs.com" || rest == "oss.aliyuncs.com" {
		return "", "" // localhost, oss-cn-hangzhou.aliyuncs.com, cn-hangzhou.oss.aliyuncs.com
	}
	return first, ""
}

// elsewhere reports whether a host is that of OSS in another region.
func elsewhere(host string) bool {
	host, ok := strings.CutSuffix(host, ".aliyuncs.com")
	if i := strings.LastIndex(host, "."); i >= 0 {
		host = host[i+1:]
	}
	region, named := strings.CutPrefix(host, "oss-")
	return ok && named && strings.Contains(region, "-") && strings.TrimSuffix(region, "-internal") != Region && region != "accelerate-overseas"
}

// Accepted returns the key.
func (d *dialect) Accepted() *credential.Key { return &d.key }

// Verify computes the signature anew. It knows no additional signed headers,
// which the official SDKs do not have unless they are told to.
func (d *dialect) Verify(r *http.Request, body []byte, keys func(id string) (credential.Key, bool), now time.Time) *fake.Refusal {
	h := r.Header
	fields, isV4 := strings.CutPrefix(h.Get("Authorization"), "OSS4-HMAC-SHA256 ")
	signed := map[string]string{}
	for field := range strings.SplitSeq(fields, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(field), "=")
		signed[name] = value
	}
	id, scope, _ := strings.Cut(signed["Credential"], "/")
	key, known := keys(id)
	at, err := time.Parse("20060102T150405Z", h.Get("X-Oss-Date"))
	switch {
	case strings.HasPrefix(h.Get("Authorization"), "OSS "), strings.HasPrefix(h.Get("Authorization"), "OSS2 "):
		// The service takes it; this server does not, and says what helps.
		return refuse(403, oss.CodeAccessDenied, "This server takes signatures of version 4 alone: set the client's signature version to 4 (ali-oss: authorizationV4, ossutil and SDKs: v4) and its region to "+Region+".")
	case !isV4:
		return refuse(403, oss.CodeAccessDenied, "You have no right to access this resource.")
	case !known:
		return refuse(403, oss.CodeInvalidAccessKeyID, "The OSS Access Key Id you provided does not exist in our records.")
	case err != nil:
		return refuse(403, oss.CodeAccessDenied, "OSS authentication requires a valid Date.") // assumed
	case now.Sub(at).Abs() > clockWindow:
		refusal := refuse(403, oss.CodeRequestTimeTooSkewed, "The difference between the request time and the current time is too large.")
		refusal.RequestTime, refusal.ServerTime = at, now
		return refusal
	case h.Get("X-Oss-Security-Token") != key.Token:
		return refuse(403, "InvalidSecurityToken", "The security token you provided is invalid.") // assumed
	case scope != at.Format("20060102")+"/"+Region+"/oss/aliyun_v4_request":
		return refuse(400, oss.CodeInvalidArgument, "Invalid signing region or date in Authorization header: the region is "+Region+".") // assumed
	case h.Get("X-Oss-Content-Sha256") != "UNSIGNED-PAYLOAD":
		return refuse(400, oss.CodeInvalidArgument, "Invalid x-oss-content-sha256.") // assumed
	case elsewhere(r.Host):
		return refuse(403, oss.CodeAccessDenied, "The bucket you are attempting to access must be addressed using the specified endpoint: it is in "+Region+".") // assumed
	}
	resource := "/"
	if bucket, _ := addressed(r); bucket != "" {
		resource = "/" + bucket + "/"
	}
	again := r.Clone(r.Context())
	again.URL.RawQuery, _ = uri.Canonical(r.URL.RawQuery, true)
	oss4.Sign(again, resource, Region, key, &d.keys, at)
	if !strings.HasSuffix(again.Header.Get("Authorization"), ",Signature="+signed["Signature"]) {
		return refuse(403, oss.CodeSignatureDoesNotMatch, "The request signature we calculated does not match the signature you provided. Check your key and signing method.")
	}
	sum := md5.Sum(body)
	if want := h.Get("Content-Md5"); want != "" && want != base64.StdEncoding.EncodeToString(sum[:]) {
		return refuse(400, "InvalidDigest", "The Content-MD5 you specified is not valid.") // assumed
	}
	return nil
}

// finer returns the finer code that goes with code, if it is known.
func finer(code string) string {
	switch oss.Code(code) {
	case oss.CodeNoSuchBucket:
		return "0015-00000101"
	case oss.CodeInvalidAccessKeyID:
		return "0002-00000902"
	case oss.CodeSignatureDoesNotMatch:
		return "0002-00000201"
	case oss.CodeRequestTimeTooSkewed:
		return "0002-00000504"
	case oss.CodeMalformedXML:
		return "0031-00000001"
	case oss.CodeMissingArgument:
		return "0016-00000502"
	case oss.CodeNoSuchBucketPolicy:
		return "0030-00000006"
	case invalidPolicy:
		return "0030-00000005"
	}
	return ""
}

// Refuse words a refusal as XML.
func (d *dialect) Refuse(f fake.Refusal, requestID, host string) fake.Answer {
	ec := finer(f.Code)
	a := xmlAnswer(f.Status, requestID, struct {
		XMLName   xml.Name `xml:"Error"`
		Code      string
		Message   string
		RequestID string `xml:"RequestId"`
		HostID    string `xml:"HostId"`
		EC        string `xml:",omitempty"`

		RequestTime string `xml:",omitempty"`
		ServerTime  string `xml:",omitempty"`
	}{
		Code: f.Code, Message: f.Message, RequestID: shortID(requestID), HostID: host, EC: ec,
		RequestTime: stamp(f.RequestTime), ServerTime: stamp(f.ServerTime),
	})
	if ec != "" {
		a.Header["X-Oss-Ec"] = ec
	}
	return a
}

// stamp returns a time as the service writes it, and nothing for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

// Throttled is the refusal for the rate.
func (d *dialect) Throttled(string) fake.Refusal {
	return *refuse(503, oss.CodeMetaOperationQPSLimitExceeded, "Please reduce your request rate.")
}

// Failing is the refusal for no reason.
func (d *dialect) Failing() fake.Refusal {
	return *refuse(500, oss.CodeInternalError, "We encountered an internal error. Please try again.")
}

// Denied is the refusal for a missing right.
func (d *dialect) Denied() fake.Refusal {
	return *refuse(403, oss.CodeAccessDenied, "You have no right to access this object because of bucket acl.")
}

// Conflict is the refusal for what else is under way.
func (d *dialect) Conflict() fake.Refusal {
	return *refuse(409, oss.CodeAccessPointCreatingConflict, "The access point is being created.")
}

// Empty is an answer whose root has nothing in it. One that should be a policy is
// none.
func (d *dialect) Empty(operation, requestID string) fake.Answer {
	return xmlAnswer(200, requestID, struct{ XMLName xml.Name }{xml.Name{Local: operation + "Result"}})
}

func answer(call *fake.Call, result any) (fake.Answer, *fake.Refusal) {
	return xmlAnswer(200, call.RequestID, result), nil
}

func xmlAnswer(status int, requestID string, root any) fake.Answer {
	body, err := xml.MarshalIndent(root, "", "  ")
	if err != nil {
		panic("osstest: " + err.Error())
	}
	h := header(requestID)
	h["Content-Type"] = "application/xml"
	return fake.Answer{Status: status, Header: h, Body: append([]byte(xml.Header), body...)}
}

func header(requestID string) map[string]string {
	return map[string]string{"Server": "AliyunOSS", "X-Oss-Request-Id": shortID(requestID), "X-Oss-Server-Time": "12"}
}

// shortID returns a request ID in the form of this service: 24 hexadecimal
// digits.
func shortID(requestID string) string {
	return strings.ToUpper(strings.ReplaceAll(requestID, "-", ""))[:24]
}
