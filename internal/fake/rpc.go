package fake

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"
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
	Operations func() []string
	Key        credential.Key

	mu     sync.Mutex
	nonces map[string]time.Time // by which requests were signed, with the time they arrived
}

// clockWindow is how far a signing time may be from the service's.
const clockWindow = 15 * time.Minute

// Read takes the operation from the header, or from the query as older clients
// send it, and the parameters from the query and from a form body.
func (d *RPC) Read(r *http.Request, body []byte) (string, Params, *Refusal) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return "", nil, &Refusal{Status: 400, Code: "InvalidParameter", Message: "The query cannot be parsed."}
	}
	var form url.Values
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		form, _ = url.ParseQuery(string(body))
	}
	operation := cmp.Or(r.Header.Get("X-Acs-Action"), query.Get("Action"))
	for _, known := range d.Operations() {
		if known == operation && d.Version == cmp.Or(r.Header.Get("X-Acs-Version"), query.Get("Version")) {
			return operation, FromQuery(query, form), nil
		}
	}
	return operation, nil, &Refusal{Status: 404, Code: "InvalidApi.NotFound", Message: "Specified api is not found, please check your url and method."}
}

// Verify computes the signature anew.
func (d *RPC) Verify(r *http.Request, body []byte) *Refusal {
	h := r.Header
	id, _, _ := strings.Cut(strings.TrimPrefix(h.Get("Authorization"), "ACS3-HMAC-SHA256 Credential="), ",")
	at, err := time.Parse(time.RFC3339, h.Get("X-Acs-Date"))
	switch {
	case h.Get("Authorization") == "":
		return &Refusal{Status: 400, Code: "MissingAuthorization", Message: "Authorization is mandatory for this action."}
	case id != d.Key.ID:
		return &Refusal{Status: 404, Code: "InvalidAccessKeyId.NotFound", Message: "Specified access key is not found."}
	case err != nil:
		return &Refusal{Status: 400, Code: "InvalidTimeStamp.Format", Message: "Specified time stamp or date value is not well formatted."}
	case time.Since(at).Abs() > clockWindow:
		return &Refusal{Status: 400, Code: "InvalidTimeStamp.Expired", Message: "Specified time stamp or date value is expired."}
	case h.Get("X-Acs-Security-Token") != d.Key.Token:
		return &Refusal{Status: 400, Code: "InvalidSecurityToken.MismatchWithAccessKey", Message: "The SecurityToken and the AccessKeyId do not belong together."}
	}
	signed := r.Clone(r.Context())
	signed.URL.RawQuery, _ = uri.Canonical(r.URL.RawQuery, false)
	if h.Get("X-Acs-Content-Sha256") != acs3.Hash(body) || acs3.Authorization(signed, d.Key) != h.Get("Authorization") {
		return &Refusal{Status: 403, Code: "SignatureDoesNotMatch", Message: "Specified signature is not matched with our calculation."}
	}
	if !d.fresh(h.Get("X-Acs-Signature-Nonce")) {
		return &Refusal{Status: 400, Code: "SignatureNonceUsed", Message: "Specified signature nonce was used already."}
	}
	return nil
}

// fresh notes a nonce and reports whether it is new. Nonces are forgotten when a
// request signed with them would be refused for its time.
func (d *RPC) fresh(nonce string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.nonces == nil {
		d.nonces = map[string]time.Time{}
	}
	if _, used := d.nonces[nonce]; used || nonce == "" {
		return false
	}
	if len(d.nonces) > 10000 {
		for n, arrived := range d.nonces {
			if time.Since(arrived) > 2*clockWindow {
				delete(d.nonces, n)
			}
		}
	}
	d.nonces[nonce] = time.Now()
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

// RPCAnswer returns an answer with the given members.
func RPCAnswer(status int, requestID string, members map[string]any) Answer {
	body, err := json.Marshal(members)
	if err != nil {
		panic("fake: " + err.Error())
	}
	return Answer{status, map[string]string{"Content-Type": "application/json;charset=utf-8", "X-Acs-Request-Id": requestID}, body}
}
