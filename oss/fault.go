package oss

import (
	"cmp"
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/decode"
	"github.com/accesspoint-go/accesspoint/internal/fault"
)

// readFault reads the error of an answer: XML, in the body or, if there is none,
// in a header, or the JSON form that gateways send. What was read before a body
// breaks off counts.
func readFault(f *fault.Error, header http.Header, body []byte) {
	type failure struct {
		Code      string `xml:"Code" json:"Code"`
		Message   string `xml:"Message" json:"Message"`
		RequestID string `xml:"RequestId" json:"RequestId"`
		EC        string `xml:"EC" json:"EC"`
		// ServerTime comes with a refusal for the signing time.
		ServerTime         string `xml:"ServerTime" json:"ServerTime"`
		Endpoint           string `xml:"Endpoint" json:"Endpoint"` // the right one for the bucket
		AccessDeniedDetail struct {
			AuthAction       string `xml:"AuthAction" json:"AuthAction"`
			NoPermissionType string `xml:"NoPermissionType" json:"NoPermissionType"`
		} `xml:"AccessDeniedDetail" json:"AccessDeniedDetail"`
	}
	var e failure
	inHeader := len(body) == 0
	if inHeader {
		body, _ = base64.StdEncoding.DecodeString(header.Get("X-Oss-Err"))
	}
	if decode.IsXML(body) {
		_ = decode.XML(body, "Error", &e)
	} else {
		var nested struct{ Error failure }
		if decode.JSON(body, &nested) == nil && nested.Error != (failure{}) {
			e = nested.Error
		} else {
			_ = decode.JSON(body, &e)
		}
	}
	f.Code, f.Message, f.RequestID = strings.TrimSpace(e.Code), strings.TrimSpace(e.Message), e.RequestID
	f.ServerTime, _ = time.Parse(time.RFC3339, strings.TrimSpace(e.ServerTime))
	more := func(what string) { f.Message = strings.TrimSpace(f.Message + " (" + what + ")") }
	if e.Endpoint != "" {
		more("endpoint " + e.Endpoint)
	}
	if d := e.AccessDeniedDetail; d.AuthAction != "" {
		more(d.AuthAction + ": " + d.NoPermissionType)
	}
	// A foreign body says more than the header alone.
	if ec := cmp.Or(e.EC, header.Get("X-Oss-Ec")); ec != "" && (f.Code != "" || inHeader) {
		more("EC " + ec)
	}
}
