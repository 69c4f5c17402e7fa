package benchmark

import (
	"net/http"
	"strings"

	openapiutil "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	"github.com/alibabacloud-go/tea/tea"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
)

// What the official SDKs of the RPC services have in common.

// teaHTTP is the hook that the SDKs on darabonba-openapi have for another
// transport.
type teaHTTP struct{ *http.Client }

func (h teaHTTP) Call(r *http.Request, _ *http.Transport) (*http.Response, error) { return h.Do(r) }

func teaConfig(endpoint, region string, rt http.RoundTripper) *openapiutil.Config {
	scheme, host, _ := strings.Cut(endpoint, "://")
	c := &openapiutil.Config{
		AccessKeyId: tea.String(keyID), AccessKeySecret: tea.String(secret), RegionId: tea.String(region),
		Endpoint: tea.String(host), Protocol: tea.String(scheme),
	}
	if rt != nil {
		c.HttpClient = teaHTTP{over(rt)}
	}
	return c
}

// direct sends a request of alibaba-cloud-sdk-go to the endpoint.
func direct(request requests.AcsRequest, endpoint string) {
	scheme, host, _ := strings.Cut(endpoint, "://")
	request.SetScheme(scheme)
	request.SetDomain(host)
}

// through makes a client of alibaba-cloud-sdk-go send through rt. It writes to a
// transport of net/http that it is given, so rt is wrapped.
func through(client interface{ SetTransport(http.RoundTripper) }, rt http.RoundTripper) {
	if rt != nil {
		client.SetTransport(roundTripFunc(rt.RoundTrip))
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err) // a fake is at hand and takes what it is given
	}
	return v
}
