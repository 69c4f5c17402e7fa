package kmstest

import (
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/kms"
)

// A dialect is RPC as KMS speaks it: some parameters are JSON in a string, and
// some codes are its own.
type dialect struct{ *fake.RPC }

// Read refuses POST for the two operations that the service takes by GET alone, and
// GET for the one that it takes by POST alone,
// and replaces every list that is JSON text by its items: Policies by
// Policies.1 and so on, an empty list by an empty parameter.
func (d *dialect) Read(r *http.Request, body []byte) (string, fake.Params, *fake.Refusal) {
	operation, params, refusal := d.RPC.Read(r, body)
	get := operation == "GetClientKey" || operation == "ListClientKeys"
	if refusal == nil && (get && r.Method != http.MethodGet || operation == "ConnectKmsInstance" && r.Method != http.MethodPost) {
		return operation, nil, refuse(403, "UnsupportedHTTPMethod", "This http method is not supported.")
	}
	for _, name := range []string{"Policies", "Permissions", "Resources", "SourcePrivateIp", "AccessControlRules"} {
		text, ok := params[name]
		if !ok {
			continue
		}
		delete(params, name)
		var items []string
		var err error
		if name == "AccessControlRules" {
			var rules kms.AccessControlRules
			err = json.Unmarshal([]byte(text), &rules)
			name, items = "AccessControlRules.NetworkRules", rules.NetworkRules
		} else {
			err = json.Unmarshal([]byte(text), &items)
		}
		if err != nil {
			return operation, nil, refuse(400, kms.CodeInvalidParameter, name+" is not the JSON that it has to be.")
		}
		if len(items) == 0 {
			params[name] = ""
		}
		for i, item := range items {
			params[name+"."+strconv.Itoa(i+1)] = item
		}
	}
	return operation, params, refusal
}

// list returns the items of a list that Read found, none as an empty list.
func list(p fake.Params, path string) []string {
	items := make([]string, p.Len(path))
	for i := range items {
		items[i] = p.Get(path + "." + strconv.Itoa(i+1))
	}
	return items
}

// text returns v as JSON in a string, as most answers hold their lists.
func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic("kmstest: " + err.Error())
	}
	return string(b)
}

// Refuse words a refusal as the service's page on responses shows it.
func (d *dialect) Refuse(f fake.Refusal, requestID, host string) fake.Answer {
	return fake.RPCAnswer(f.Status, requestID, map[string]any{
		"HttpStatus": f.Status, "RequestId": requestID, "HostId": host, "Code": f.Code, "Message": f.Message,
	})
}

// Throttled is the refusal for the rate. Its status is assumed.
func (d *dialect) Throttled(string) fake.Refusal {
	return *refuse(400, kms.CodeRejectedThrottling, "QPS limit exceeded.")
}

// Failing is the refusal for no reason.
func (d *dialect) Failing() fake.Refusal {
	return *refuse(500, kms.CodeInternalFailure, "Internal failure.")
}
