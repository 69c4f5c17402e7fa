package hostile

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/accesspoint-go/accesspoint/efs/efstest"
	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/internal/limit"
	"github.com/accesspoint-go/accesspoint/kms/kmstest"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
	"github.com/accesspoint-go/accesspoint/oss/osstest"
	"github.com/accesspoint-go/accesspoint/privatelink/privatelinktest"
)

// fakes are the in-memory services with a clock that is an hour behind and a
// limiter of two calls a day. Denied makes every request meet a 403, misspelt plans
// for an operation that there is not.
func fakes() map[string]struct {
	handler          http.Handler
	request          *http.Request // a list
	denied, misspelt func()
} {
	rpc := func(version, operation, query string) *http.Request {
		r, _ := http.NewRequest(http.MethodGet, "https://example.com/?RegionId=cn-hangzhou&"+query, nil)
		r.Header.Set("X-Acs-Action", operation)
		r.Header.Set("X-Acs-Version", version)
		return r
	}
	list := func(path string) *http.Request {
		r, _ := http.NewRequest(http.MethodGet, "https://oss-cn-hangzhou.aliyuncs.com/"+path, nil)
		return r
	}
	twice := func() *limit.SlidingWindow { return limit.NewSlidingWindow(2, 24*time.Hour, false) }
	n := nastest.NewServer(nastest.AnySignature(), nastest.ClockOffset(-time.Hour), nastest.LimitBy(func(string) nastest.Limiter { return twice() }))
	o := osstest.NewServer(osstest.AnySignature(), osstest.ClockOffset(-time.Hour), osstest.LimitBy(func(string) osstest.Limiter { return twice() }))
	e := efstest.NewServer(efstest.AnySignature(), efstest.ClockOffset(-time.Hour), efstest.LimitBy(func(string) efstest.Limiter { return twice() }))
	p := privatelinktest.NewServer(privatelinktest.AnySignature(), privatelinktest.ClockOffset(-time.Hour), privatelinktest.LimitBy(func(string) privatelinktest.Limiter { return twice() }))
	k := kmstest.NewServer(kmstest.AnySignature(), kmstest.ClockOffset(-time.Hour), kmstest.LimitBy(func(string) kmstest.Limiter { return twice() }))
	return map[string]struct {
		handler          http.Handler
		request          *http.Request
		denied, misspelt func()
	}{
		"nas": {n, rpc("2017-06-26", "ListAccessPoints", "FileSystemId="+nastest.FileSystemID), func() {
			n.Disturb(nastest.Disturbance{Faults: 1, Mix: map[nastest.Fault]float64{nastest.Denied: 1}})
		}, func() { n.Inject("ListAccesPoints", nastest.Reset) }},
		"oss": {o, list("?accessPoint"), func() {
			o.Disturb(osstest.Disturbance{Faults: 1, Mix: map[osstest.Fault]float64{osstest.Denied: 1}})
		}, func() { o.Inject("ListAccesPoints", osstest.Reset) }},
		"efs": {e, list("2015-02-01/access-points"), func() {
			e.Disturb(efstest.Disturbance{Faults: 1, Mix: map[efstest.Fault]float64{efstest.Denied: 1}})
		}, func() { e.Inject("DescribeAccesPoints", efstest.Reset) }},
		"privatelink": {p, rpc("2020-04-15", "ListVpcEndpoints", ""), func() {
			p.Disturb(privatelinktest.Disturbance{Faults: 1, Mix: map[privatelinktest.Fault]float64{privatelinktest.Denied: 1}})
		}, func() { p.Inject("ListEndpoints", privatelinktest.Reset) }},
		"kms": {k, rpc("2016-01-20", "ListPolicies", ""), func() {
			k.Disturb(kmstest.Disturbance{Faults: 1, Mix: map[kmstest.Fault]float64{kmstest.Denied: 1}})
		}, func() { k.Inject("ListPolicy", kmstest.Reset) }},
	}
}

// TestFakes has the options that all fakes share reach each of them, over HTTP/1.1,
// TLS and HTTP/2.
func TestFakes(t *testing.T) {
	for name, f := range fakes() {
		by := inEveryWay(t, fake.Transport(f.handler))
		ask := func() (status int, date time.Time, body []byte) {
			resp, err := by.RoundTrip(f.request)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			body, err = io.ReadAll(resp.Body)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			date, err = http.ParseTime(resp.Header.Get("Date"))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			return resp.StatusCode, date, body
		}
		status, date, body := ask()
		if status != http.StatusOK || time.Since(date) < time.Hour-time.Second || time.Since(date) > time.Hour+time.Minute {
			t.Errorf("%s: %d at %v: %s", name, status, date, body)
		}
		f.denied()
		if status, _, body := ask(); status != http.StatusForbidden || bytes.Contains(body, []byte("<html>")) {
			t.Errorf("%s: denied: %d %s", name, status, body)
		}
		if status, _, body := ask(); status != http.StatusBadRequest && status != http.StatusServiceUnavailable {
			t.Errorf("%s: over the limit: %d %s", name, status, body)
		}
		func() {
			defer func() {
				if text, _ := recover().(string); !strings.Contains(text, "no operation") {
					t.Errorf("%s: planning for an operation that there is not: %q", name, text)
				}
			}()
			f.misspelt()
		}()
	}
}
