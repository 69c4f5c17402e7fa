package hostile

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/credential/alibaba"
	"github.com/accesspoint-go/accesspoint/internal/credential/aws"
	"github.com/accesspoint-go/accesspoint/internal/credential/machine"
	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/internal/operations"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
)

// TestRefusedCredentials has STS refuse the role of a client, over HTTP/1.1, TLS and
// HTTP/2 in turn. The call fails with the
// kind of that refusal and no other, in time, and sends nothing.
func TestRefusedCredentials(t *testing.T) {
	kinds := []error{
		fault.NotFound, fault.AlreadyExists, fault.Conflict, fault.Throttled, fault.QuotaExceeded, fault.AccessDenied,
		fault.InvalidRequest, fault.Unavailable, fault.OutcomeUnknown, fault.Limiter, context.DeadlineExceeded,
	}
	for _, c := range []struct {
		status int
		code   string
		want   error
	}{
		{400, "Throttling", fault.Throttled},
		{400, "Throttling.User", fault.Throttled},
		{429, "", fault.Throttled},
		{503, "", fault.Unavailable},
		{500, "InternalError", fault.Unavailable},
		{403, "AccessDenied", fault.AccessDenied},
		{403, "NoPermission", fault.AccessDenied},
		{404, "EntityNotExist.Role", fault.AccessDenied}, // the role's absence is not that of the resource
		{404, "InvalidAccessKeyId.NotFound", fault.AccessDenied},
	} {
		for _, h := range holders {
			if h.new == nil {
				continue
			}
			t.Run(fmt.Sprint(h.dir, " ", c.status, " ", c.code), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					body := fmt.Sprintf(`{"Code":%q,"Message":"no","RequestId":"id-1"}`, c.code)
					if h.dir == "efs" {
						body = "<ErrorResponse><Error><Code>" + c.code + "</Code><Message>no</Message></Error></ErrorResponse>"
					}
					if c.code == "" {
						body = ""
					}
					sts := wiretest.Answering(wiretest.Answer{Status: c.status, Body: body})
					by := wiretest.NewWays(sts)
					defer by.Close()
					m := machine.Machine{Env: map[string]string{}, Transport: by}
					var creds credential.Provider = alibaba.Assume(m, key, alibaba.Role{ARN: "acs:ram::1:role/x"})
					if h.dir == "efs" {
						creds = aws.Assume(m, key, aws.Role{ARN: "arn:aws:iam::123456789012:role/x", Region: "us-east-1"})
					}
					service := wiretest.Answering()
					cfg := reflect.New(reflect.TypeOf(h.new).In(0)).Elem()
					for name, value := range map[string]any{
						"Region": "us-east-1", "Credentials": creds, "HTTPClient": &http.Client{Transport: service}, "SkipValidation": true,
					} {
						cfg.FieldByName(name).Set(reflect.ValueOf(value))
					}
					made := reflect.ValueOf(h.new).Call([]reflect.Value{cfg})
					if err, _ := made[1].Interface().(error); err != nil {
						t.Fatal(err)
					}
					all := operations.Of(made[0].Interface())
					for _, operation := range all.Names() {
						in := all.Request(operation)
						fill(in, nil)
						started := time.Now()
						ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
						err := all.Call(ctx, in.Interface())
						cancel()
						for _, kind := range kinds {
							if errors.Is(err, kind) != (kind == c.want) {
								t.Errorf("%s: %v is %v: %t", operation, err, kind, kind != c.want)
							}
						}
						if err == nil || c.code != "" && !strings.Contains(err.Error(), c.code) {
							t.Errorf("%s: %v", operation, err)
						}
						if took := time.Since(started); took > 90*time.Second {
							t.Errorf("%s took %v: %v", operation, took, err)
						}
					}
					if len(service.Requests()) != 0 || len(sts.Requests()) == 0 {
						t.Errorf("%d requests, %d of STS", len(service.Requests()), len(sts.Requests()))
					}
				})
			})
		}
	}
}
