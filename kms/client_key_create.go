package kms

import (
	"context"
	"net/url"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// CreateClientKeyRequest holds the parameters of [Client.CreateClientKey].
type CreateClientKeyRequest struct {
	AapName string `rpc:"AapName"` // required; name of the application access point that the key is for
	// Password encrypts the private key in the response. Required; 8 to 64
	// digits, letters and characters of ~!@#$%^&*?_-, of at least two of these
	// kinds.
	Password Secret `rpc:"Password"`
	// NotBefore and NotAfter say when the key is valid, in UTC, such as
	// 2023-08-31T17:14:33Z. Set both or neither; the defaults are the time of
	// the creation and five years later.
	NotBefore string `rpc:"NotBefore"`
	NotAfter  string `rpc:"NotAfter"` // see NotBefore
}

// Validate checks in against the documented constraints, without sending it.
func (in CreateClientKeyRequest) Validate() error {
	password := in.Password.Value()
	kinds, only := kindsOf(password)
	return invalid("CreateClientKey",
		check.Required("AapName", in.AapName),
		check.Required("Password", in.Password),
		check.Length("Password", password, 8, 64),
		check.That(only, "Password", "must have only digits, letters and ~!@#$%^&*?_-"),
		check.That(kinds > 1 || password == "", "Password", "must have at least two of digits, letters and ~!@#$%^&*?_-"),
		check.That(in.NotAfter != "" || in.NotBefore == "", "NotAfter", "is required with NotBefore"),
		check.That(in.NotAfter == "" || isTime(in.NotAfter), "NotAfter", "must be a UTC time such as 2023-08-31T17:14:33Z"),
		check.That(in.NotBefore != "" || in.NotAfter == "", "NotBefore", "is required with NotAfter"),
		check.That(in.NotBefore == "" || isTime(in.NotBefore), "NotBefore", "must be a UTC time such as 2023-08-31T17:14:33Z"),
	)
}

// CreateClientKeyResponse is the response of [Client.CreateClientKey].
type CreateClientKeyResponse struct {
	RequestID    string `json:"RequestId"`
	ClientKeyID  string `json:"ClientKeyId" answer:"required"`
	KeyAlgorithm string `json:"KeyAlgorithm"` // RSA_2048 is the only documented value
	NotBefore    string `json:"NotBefore"`
	NotAfter     string `json:"NotAfter"`
	// PrivateKeyData is the private key, encrypted with the password: a PKCS #12
	// file in Base64. The service does not keep it.
	PrivateKeyData Secret `json:"PrivateKeyData" answer:"required"`
}

// CreateClientKey creates a key pair with which an application authenticates to
// an access point. The private key is only in this response: store it, or
// delete the client key and create another.
//
// The operation is synchronous. It has neither an idempotency token nor a name,
// so a retry would create another key. It is retried only if the attempt
// certainly did not run. Otherwise the error is an [*OutcomeUnknownError]:
// there may be a key that nobody can use, because its private key was in the
// lost response. [Client.Resume] lists the candidates.
//
// The password is sent as a query parameter, as the official SDKs do. No error
// and no log record of this package contains it.
//
// Errors: [CodeResourceNotFound] for the access point, [CodeInvalidParameter],
// [CodeLimitExceeded].
//
// RAM action: presumably kms:CreateClientKey, like the operation; the API
// reference names none.
//
// API reference: https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-kms-2016-01-20-createclientkey
func (c *Client) CreateClientKey(ctx context.Context, in CreateClientKeyRequest) (*CreateClientKeyResponse, error) {
	began := time.Now()
	out, err := call[CreateClientKeyResponse](ctx, c, rpc.Op{Name: "CreateClientKey", Version: version, Effect: retry.NonIdempotent, Secret: in.Password.Value()}, in)
	if lost, ok := err.(*OutcomeUnknownError); ok {
		lost.Resume = c.trail("CreateClientKey", began, url.Values{"AapName": {in.AapName}})
	}
	return out, err
}
