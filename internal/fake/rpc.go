package fake

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/acs3"
	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/uri"
)

// RPC is the dialect of Alibaba Cloud's RPC services.
type RPC struct {
	Version    string
	Region     string // the only one that it serves
	Operations func() []string
	Key        credential.Key

	mu     sync.Mutex
	nonces Recent[string, struct{}] // by which requests were signed
}

// clockWindow is how far a signing time may be from the service's.
const clockWindow = 15 * time.Minute

// commonParameters are those of the protocol, not of an operation. Apart from
// the first three they belong to the older signature.
var commonParameters = []string{
	"Action", "Version", "Format",
	"AccessKeyId", "SecurityToken", "Timestamp", "Signature", "SignatureMethod", "SignatureNonce", "SignatureType", "SignatureVersion",
}

// regions are the operations that answer for whatever region they are asked about.
var regions = []string{"DescribeRegions", "DescribeZones"}

// Read takes the operation from the header, or from the parameters as older
// clients send it, and the parameters from the query and from a form body.
func (d *RPC) Read(r *http.Request, body []byte) (string, Params, *Refusal) {
	params, err := parameters(r, body)
	if err != nil {
		return "", nil, &Refusal{Status: 400, Code: "InvalidParameter", Message: "The parameters cannot be parsed."}
	}
	operation, version := params.Get("Action"), params.Get("Version")
	if !older(r, params) { // which does not cover headers
		operation, version = cmp.Or(r.Header.Get("X-Acs-Action"), operation), cmp.Or(r.Header.Get("X-Acs-Version"), version)
	}
	for _, name := range commonParameters {
		delete(params, name)
	}
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodPost:
		return operation, nil, &Refusal{Status: 403, Code: "UnsupportedHTTPMethod", Message: "This http method is not supported."}
	case !slices.Contains(d.Operations(), operation) || version != d.Version || r.URL.Path != "" && r.URL.Path != "/":
		return operation, nil, &Refusal{Status: 404, Code: "InvalidApi.NotFound", Message: "Specified api is not found, please check your url and method."}
	}
	says, region := "RegionId is "+params.Get("RegionId"), params.Get("RegionId")
	if of := regionOf(r.Host); of != "" && of != d.Region { // which has another service
		says, region = "the host is "+r.Host, of
	}
	if region != "" && region != d.Region && !slices.Contains(regions, operation) { // that this code stands for it is assumed
		return operation, params, &Refusal{
			Status: 404, Code: "InvalidOperation.NotSupportedEndpoint",
			Message: "The specified endpoint cant operate this region: " + says + ", and this server is in " + d.Region + ".",
		}
	}
	return operation, params, nil
}

// regionOf returns the region that the host of a request names, or an empty text: not
// each does, and a server on the loopback interface has none.
func regionOf(host string) string {
	labels := strings.Split(host, ".")
	if len(labels) == 4 && strings.HasSuffix(host, ".aliyuncs.com") {
		return labels[1]
	}
	return ""
}

// parameters returns all parameters of a request.
func parameters(r *http.Request, body []byte) (Params, error) {
	values, err := url.ParseQuery(encoded(r, body))
	return FromQuery(values), err
}

// encoded returns the parameters of a request as they came, those of the query
// first.
func encoded(r *http.Request, body []byte) string {
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return r.URL.RawQuery + "&" + string(body)
	}
	return r.URL.RawQuery
}

// older reports whether a request has the signature that came before ACS3, which
// is a parameter.
func older(r *http.Request, p Params) bool {
	return r.Header.Get("Authorization") == "" && (p.Has("Signature") || p.Has("AccessKeyId"))
}

// Accepted returns the key.
func (d *RPC) Accepted() *credential.Key { return &d.Key }

// Verify computes the signature anew.
func (d *RPC) Verify(r *http.Request, body []byte, keys func(id string) (credential.Key, bool), now time.Time) *Refusal {
	h := r.Header
	p, _ := parameters(r, body) // Read has refused what cannot be parsed
	if older(r, p) {
		for _, name := range []string{"AccessKeyId", "Signature", "SignatureMethod", "SignatureNonce", "SignatureVersion", "Timestamp"} {
			if p.Get(name) == "" {
				return &Refusal{Status: 400, Code: "Missing" + name, Message: name + " is mandatory for this action."}
			}
		}
		if p.Get("SignatureMethod") != "HMAC-SHA1" || p.Get("SignatureVersion") != "1.0" { // the code is assumed
			return &Refusal{Status: 400, Code: "InvalidParameter", Message: "The signature has to be HMAC-SHA1 of version 1.0."}
		}
		key, known := keys(p.Get("AccessKeyId"))
		right := p.Get("Signature") == olderSignature(r, body, key)
		return d.verify(key, known, p.Get("Timestamp"), p.Get("SecurityToken"), p.Get("SignatureNonce"), right, now)
	}
	if h.Get("Authorization") == "" {
		return &Refusal{Status: 400, Code: "MissingAuthorization", Message: "Authorization is mandatory for this action."}
	}
	signed := r.Clone(r.Context())
	signed.URL.RawQuery, _ = uri.Canonical(r.URL.RawQuery, false)
	id, _, _ := strings.Cut(strings.TrimPrefix(h.Get("Authorization"), "ACS3-HMAC-SHA256 Credential="), ",")
	key, known := keys(id)
	right := h.Get("X-Acs-Content-Sha256") == acs3.Hash(body) && acs3.Authorization(signed, key) == h.Get("Authorization")
	return d.verify(key, known, h.Get("X-Acs-Date"), h.Get("X-Acs-Security-Token"), h.Get("X-Acs-Signature-Nonce"), right, now)
}

// verify judges what the two signatures have in common.
func (d *RPC) verify(key credential.Key, known bool, date, token, nonce string, right bool, now time.Time) *Refusal {
	at, err := time.Parse(time.RFC3339, date)
	switch {
	case !known:
		return &Refusal{Status: 404, Code: "InvalidAccessKeyId.NotFound", Message: "Specified access key is not found."}
	case err != nil:
		return &Refusal{Status: 400, Code: "InvalidTimeStamp.Format", Message: "Specified time stamp or date value is not well formatted."}
	case now.Sub(at).Abs() > clockWindow:
		return &Refusal{Status: 400, Code: "InvalidTimeStamp.Expired", Message: "Specified time stamp or date value is expired."}
	case token != key.Token:
		return &Refusal{Status: 400, Code: "InvalidSecurityToken.MismatchWithAccessKey", Message: "The SecurityToken and the AccessKeyId do not belong together."}
	case !right:
		return &Refusal{Status: 403, Code: "SignatureDoesNotMatch", Message: "Specified signature is not matched with our calculation."}
	case !d.fresh(nonce):
		return &Refusal{Status: 400, Code: "SignatureNonceUsed", Message: "Specified signature nonce was used already."}
	}
	return nil
}

// olderSignature returns the signature that came before ACS3: of the method and
// of all parameters but itself.
func olderSignature(r *http.Request, body []byte, key credential.Key) string {
	canonical, _ := uri.Canonical(encoded(r, body), false)
	pairs := slices.DeleteFunc(strings.Split(canonical, "&"), func(pair string) bool { return strings.HasPrefix(pair, "Signature=") })
	mac := hmac.New(sha1.New, []byte(key.Secret+"&"))
	mac.Write([]byte(r.Method + "&%2F&" + uri.Escape(strings.Join(pairs, "&"))))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// fresh notes a nonce and reports whether it is new.
func (d *RPC) fresh(nonce string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, used := d.nonces.Get(nonce); used || nonce == "" {
		return false
	}
	d.nonces.Put(nonce, struct{}{})
	return true
}

// Refuse words a refusal as JSON.
func (d *RPC) Refuse(f Refusal, requestID, host string) Answer {
	return RPCAnswer(f.Status, requestID, map[string]any{
		"RequestId": requestID, "HostId": host, "Code": f.Code, "Message": f.Message,
		"Recommend": "https://api.aliyun.com/troubleshoot?q=" + url.QueryEscape(f.Code),
	})
}

// Throttled is the refusal for the rate.
func (d *RPC) Throttled(string) Refusal {
	return Refusal{Status: 400, Code: "Throttling.User", Message: "Request was denied due to user flow control."}
}

// Failing is the refusal for no reason.
func (d *RPC) Failing() Refusal {
	return Refusal{Status: 500, Code: "InternalError", Message: "The request processing has failed due to some unknown error."}
}

// Denied is the refusal for a missing right.
func (d *RPC) Denied() Refusal {
	return Refusal{Status: 403, Code: "Forbidden.RAM", Message: "User not authorized to operate on the specified resource, or this API doesn't support RAM."}
}

// Conflict is the refusal for what else is under way. Its code is assumed.
func (d *RPC) Conflict() Refusal {
	return Refusal{Status: 409, Code: "OperationConflict", Message: "Another operation is being performed."}
}

// Empty is an answer that has no more than its request ID.
func (d *RPC) Empty(_, requestID string) Answer {
	return RPCAnswer(200, requestID, map[string]any{"RequestId": requestID})
}

// RPCAnswer returns an answer with the given members.
func RPCAnswer(status int, requestID string, members map[string]any) Answer {
	body, err := json.Marshal(members)
	if err != nil {
		panic("fake: " + err.Error())
	}
	return Answer{
		Status: status,
		Header: map[string]string{"Content-Type": "application/json;charset=utf-8", "X-Acs-Request-Id": requestID},
		Body:   body,
	}
}
