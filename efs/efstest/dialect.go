package efstest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
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

// Read takes the operation from the method and the path, and the parameters
// from where that operation has them.
func (d *dialect) Read(r *http.Request, body []byte) (string, fake.Params, *fake.Refusal) {
	const collection = "/2015-02-01/access-points"
	path := r.URL.EscapedPath()
	id, isItem := strings.CutPrefix(path, collection+"/")
	switch {
	case r.Method == http.MethodPost && path == collection:
		params, err := fake.FromJSON(body)
		if err != nil {
			return "CreateAccessPoint", nil, &fake.Refusal{Status: 400, Code: "SerializationException", Message: "The body is not a JSON object."}
		}
		return "CreateAccessPoint", params, nil
	case r.Method == http.MethodGet && path == collection:
		query, err := url.ParseQuery(r.URL.RawQuery)
		if err != nil {
			return "DescribeAccessPoints", nil, refuse(400, efs.CodeBadRequest, "The query cannot be parsed.")
		}
		return "DescribeAccessPoints", fake.FromQuery(query), nil
	case r.Method == http.MethodDelete && isItem && id != "" && !strings.Contains(id, "/"):
		id, _ = url.PathUnescape(id) // what net/http has parsed can be unescaped
		return "DeleteAccessPoint", fake.Params{"AccessPointId": id}, nil
	}
	return r.Method + " " + path, nil, refuse(404, efs.CodeUnknownOperationException, "There is no such operation.")
}

// Verify computes the signature anew, from the headers that the client chose to
// sign. The codes are those of AWS services in general.
func (d *dialect) Verify(r *http.Request, body []byte, now time.Time) *fake.Refusal {
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
	if id != d.key.ID || r.Header.Get("X-Amz-Security-Token") != d.key.Token {
		return refuse(403, efs.CodeUnrecognizedClientException, "The security token included in the request is invalid.")
	}
	if within != date[:8]+"/"+scope.Region+"/"+scope.Service+"/aws4_request" {
		return refuse(403, efs.CodeInvalidSignatureException, "Credential should be scoped to a valid region and service.")
	}
	now = now.UTC()
	if now.Sub(at) > clockWindow {
		return refuse(403, efs.CodeInvalidSignatureException, "Signature expired: "+date+" is now earlier than "+now.Add(-clockWindow).Format("20060102T150405Z"))
	}
	if at.Sub(now) > clockWindow {
		return refuse(403, efs.CodeInvalidSignatureException, "Signature not yet current: "+date+" is still later than "+now.Add(clockWindow).Format("20060102T150405Z"))
	}
	signed := strings.Split(names, ";")
	for _, name := range []string{"Content-Type", "X-Amz-Date", "X-Amz-Security-Token"} {
		if r.Header.Get(name) != "" && !slices.Contains(signed, strings.ToLower(name)) {
			return refuse(403, efs.CodeInvalidSignatureException, "'"+name+"' must be a signed header.")
		}
	}
	if !slices.Contains(signed, "host") {
		return refuse(403, efs.CodeInvalidSignatureException, "'Host' must be a signed header.")
	}
	again := r.Clone(r.Context())
	again.URL.RawQuery, _ = uri.Canonical(r.URL.RawQuery, false)
	_, expected, _ := strings.Cut(sigv4.Authorization(again, body, signed, scope, d.key, &d.keys), "Signature=")
	if signature != expected {
		return refuse(403, efs.CodeInvalidSignatureException, "The request signature we calculated does not match the signature you provided.")
	}
	return nil
}

// Refuse words a refusal: what the operations themselves refuse has other
// members than what stands before them.
func (d *dialect) Refuse(f fake.Refusal, requestID, _ string) fake.Answer {
	members := map[string]any{"message": f.Message}
	if documented(f.Status, efs.Code(f.Code)) {
		members = map[string]any{"ErrorCode": f.Code, "Message": f.Message}
	}
	if f.ResourceID != "" {
		members["AccessPointId"] = f.ResourceID
	}
	a := answer(f.Status, &fake.Call{RequestID: requestID}, members)
	a.Header["X-Amzn-Errortype"] = f.Code
	return a
}

// documented reports whether the API reference lists the code for one of the
// operations, with that status.
func documented(status int, code efs.Code) bool {
	switch code {
	case efs.CodeBadRequest:
		return status == 400
	case efs.CodeAccessPointLimitExceeded:
		return status == 403
	case efs.CodeAccessPointNotFound, efs.CodeFileSystemNotFound:
		return status == 404
	case efs.CodeAccessPointAlreadyExists, efs.CodeIncorrectFileSystemLifeCycleState:
		return status == 409
	case efs.CodeThrottlingException:
		return status == 429
	case efs.CodeInternalServerError:
		return status == 500
	}
	return false
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
