package kms

import (
	"strings"
	"time"
)

// A ClientKey is a key pair with which an application authenticates to an
// access point. It does not contain the private key.
type ClientKey struct {
	ClientKeyID   string `json:"ClientKeyId" answer:"required"` // KAAP. and a UUID
	AapName       string `json:"AapName"`                       // name of the access point that it is bound to
	KeyAlgorithm  string `json:"KeyAlgorithm"`                  // RSA_2048 is the only documented value
	KeyOrigin     string `json:"KeyOrigin"`                     // KMS_PROVIDED is the only documented value
	CreateTime    string `json:"CreateTime"`                    // such as 2023-08-31T09:14:38Z
	NotBefore     string `json:"NotBefore"`                     // the start of its validity
	NotAfter      string `json:"NotAfter"`                      // the end of its validity
	PublicKeyData string `json:"PublicKeyData"`                 // a certificate, in PEM
}

// timeForm is the form of a time in a request. It is in UTC.
const timeForm = "2006-01-02T15:04:05Z"

// isTime reports whether s is a time in that form. Parse would take fractions of
// a second too.
func isTime(s string) bool {
	_, err := time.Parse(timeForm, s)
	return err == nil && len(s) == len(timeForm)
}

// The characters of a password.
const (
	digits  = "0123456789"
	letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	marks   = "~!@#$%^&*?_-"
)

// kindsOf returns how many of the kinds of characters s has, and whether it has
// no others.
func kindsOf(s string) (kinds int, only bool) {
	for _, kind := range []string{digits, letters, marks} {
		if strings.ContainsAny(s, kind) {
			kinds++
		}
	}
	return kinds, strings.Trim(s, digits+letters+marks) == ""
}
