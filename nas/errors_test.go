package nas_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/nas"
)

// TestServiceError checks that the interface is that of the official SDK of AWS,
// and what it says of a call, also below other errors.
func TestServiceError(t *testing.T) {
	var _ interface {
		ErrorCode() string
		HTTPStatusCode() int
		ServiceRequestID() string
	} = nas.ServiceError(nil)
	err := fmt.Errorf("reconcile: %w", &nas.OutcomeUnknownError{Err: &nas.APIError{StatusCode: 503, Code: "ServiceUnavailable", RequestID: "id-1"}})
	e, ok := errors.AsType[nas.ServiceError](err)
	if !ok || e.HTTPStatusCode() != 503 || e.ErrorCode() != "ServiceUnavailable" || e.ServiceRequestID() != "id-1" {
		t.Errorf("got %v", e)
	}
}

// TestLogValue checks what handlers of slog write of an error.
func TestLogValue(t *testing.T) {
	full := &nas.APIError{
		Operation: "Create", StatusCode: 409, Code: "Exists", Message: "it does", RequestID: "id-1",
		ResourceID: "ap-1", ClientToken: "token", Attempts: 2,
	}
	group := map[string]any{
		"error": "nas: Create: 409 Exists: it does (request id-1, 2 attempts)", "operation": "Create", "attempts": 2.0,
		"status": 409.0, "code": "Exists", "request_id": "id-1", "resource_id": "ap-1", "client_token": "token",
	}
	unknown := map[string]any{"outcome_unknown": true}
	for name, value := range group {
		unknown[name] = value
	}
	for _, c := range []struct {
		err  error
		want map[string]any
	}{
		{full, group},
		{&nas.OutcomeUnknownError{Operation: "Create", Err: full}, unknown},
		{
			&nas.APIError{Operation: "Create", Err: errors.New("no network")},
			map[string]any{"error": "nas: Create: no network", "operation": "Create", "attempts": 0.0},
		},
	} {
		var b bytes.Buffer
		slog.New(slog.NewJSONHandler(&b, nil)).Info("failed", "err", c.err)
		var got struct {
			Err map[string]any `json:"err"`
		}
		if err := json.Unmarshal(b.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(c.want, got.Err); d != "" {
			t.Errorf("%v (-want +got):\n%s", c.err, d)
		}
	}
}
