package efs

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/accesspoint-go/accesspoint/internal/decode"
	"github.com/accesspoint-go/accesspoint/internal/fault"
)

// readFault reads the error of an answer: its code from a header or, in one of
// three members, from the body, and the ID of what is in the way.
func readFault(f *fault.Error, header http.Header, body []byte) {
	var e struct {
		Code          string `json:"code"` // matches Code too, and so on
		Type          string `json:"__type"`
		ErrorCode     string
		Message       string
		AccessPointID string `json:"AccessPointId"`
		FileSystemID  string `json:"FileSystemId"`
	}
	_ = decode.JSON(body, &e) // the header may be all there is
	f.Code = spelled(cmp.Or(shapeName(header.Get("X-Amzn-Errortype")), shapeName(e.Code), shapeName(e.Type), shapeName(e.ErrorCode)))
	f.Message, f.ResourceID = e.Message, cmp.Or(e.AccessPointID, e.FileSystemID)
	f.RequestID = cmp.Or(f.RequestID, header.Get("X-Amz-Requestid"), header.Get("X-Amz-Request-Id"))
}

// shapeName returns the name in a code such as com.amazonaws.efs#Name:http://….
func shapeName(code string) string {
	code, _, _ = strings.Cut(code, ":")
	if _, name, ok := strings.Cut(code, "#"); ok {
		code = name
	}
	return strings.TrimSpace(code)
}
