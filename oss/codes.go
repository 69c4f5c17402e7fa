package oss

import (
	"net/http"
	"strings"

	"github.com/accesspoint-go/accesspoint/internal/fault"
)

// Error codes of the operations of this package. The API reference does not
// list them by operation: unless a comment says otherwise, the code is
// documented for the service as a whole. The service may return more. The
// number is the HTTP status.
const (
	CodeNoSuchBucket                      Code = "NoSuchBucket"                      // 404, confirmed by the official SDKs' live tests
	CodeNoSuchAccessPoint                 Code = "NoSuchAccessPoint"                 // 404; other projects have seen the code, the status is inferred
	CodeNoSuchAccessPointPolicy           Code = "NoSuchAccessPointPolicy"           // 404; other projects handle the code, the status is inferred
	CodeNoSuchBucketPolicy                Code = "NoSuchBucketPolicy"                // 404
	CodeNoSuchAccessPointForObjectProcess Code = "NoSuchAccessPointForObjectProcess" // 404, confirmed by the official SDKs' live tests
	CodeAccessPointCreatingConflict       Code = "AccessPointCreatingConflict"       // 409, an access point that is being created cannot be deleted; other projects have seen the code, the status is inferred
	CodeInvalidArgument                   Code = "InvalidArgument"                   // 400
	CodeInvalidBucketName                 Code = "InvalidBucketName"                 // 400
	CodeMissingArgument                   Code = "MissingArgument"                   // 400
	CodeMalformedXML                      Code = "MalformedXML"                      // 400

	CodeAccessDenied                     Code = "AccessDenied"                     // 403
	CodeInvalidAccessKeyID               Code = "InvalidAccessKeyId"               // 403, confirmed by the official SDKs' live tests
	CodeSignatureDoesNotMatch            Code = "SignatureDoesNotMatch"            // 403
	CodeRequestTimeTooSkewed             Code = "RequestTimeTooSkewed"             // 403, the local clock is wrong by more than 15 minutes; confirmed by an official SDK's live test
	CodeUserDisable                      Code = "UserDisable"                      // 403, the account is suspended; known from an official SDK's test data
	CodeMetaOperationQPSLimitExceeded    Code = "MetaOperationQpsLimitExceeded"    // 503, too many calls that manage the account
	CodeTotalQPSLimitExceeded            Code = "TotalQpsLimitExceeded"            // 503, too many calls of the account
	CodeDownloadTrafficRateLimitExceeded Code = "DownloadTrafficRateLimitExceeded" // 503
	CodeInternalError                    Code = "InternalError"                    // 500
	CodeServiceUnavailable               Code = "ServiceUnavailable"               // 503
)

// kindOf returns the kind of an answer that reports a failure.
func kindOf(status int, code, requestID string) error {
	switch {
	case Code(code) == CodeAccessPointCreatingConflict:
		return ErrConflict
	case strings.Contains(code, "QpsLimit"), strings.Contains(code, "RateLimit"), code == "SlowDown",
		status == http.StatusServiceUnavailable && strings.Contains(code, "LimitExceeded"):
		return ErrThrottled
	}
	return fault.KindOf(status, code, requestID)
}
