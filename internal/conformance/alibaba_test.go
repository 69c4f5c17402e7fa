package conformance

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"reflect"
	"strings"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	openapiutil "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	"github.com/alibabacloud-go/tea/dara"
	"github.com/alibabacloud-go/tea/tea"
	olderrors "github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"

	"github.com/accesspoint-go/accesspoint/internal/acs3"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
)

// What the RPC services have in common: the SDKs on darabonba-openapi, here tea
// after their base library, and alibaba-cloud-sdk-go, here old.

// teaHTTP is the hook that the SDKs have for another transport.
type teaHTTP struct{ http.RoundTripper }

func (h teaHTTP) Call(r *http.Request, _ *http.Transport) (*http.Response, error) {
	return h.RoundTrip(r)
}

// teaConfig returns the configuration for an environment.
func teaConfig(e env, rt http.RoundTripper) *openapiutil.Config {
	c := &openapiutil.Config{
		AccessKeyId: tea.String(e.id), AccessKeySecret: tea.String(e.secret), SecurityToken: tea.String(e.token),
		RegionId: tea.String(e.region), HttpClient: teaHTTP{rt},
	}
	if e.endpoint != "" {
		u, _ := url.Parse(e.endpoint)
		c.Endpoint, c.Protocol = tea.String(u.Host), tea.String(u.Scheme)
	}
	if e.internal {
		c.Network = tea.String("vpc")
	}
	return c
}

// teaFailure takes both forms of an error apart: the one that callers get, and
// the typed one below it, which they may ask for.
func teaFailure(err error) (failure, bool) {
	if e, ok := errors.AsType[*tea.SDKError](err); ok {
		var data struct{ RequestID string } // whatever its case
		_ = json.Unmarshal([]byte(tea.StringValue(e.Data)), &data)
		return failure{tea.StringValue(e.Code), tea.IntValue(e.StatusCode), data.RequestID}, true
	}
	if e, ok := errors.AsType[*openapi.ThrottlingError](err); ok {
		return failure{*e.Code, *e.StatusCode, *e.RequestId}, true
	}
	if e, ok := errors.AsType[*openapi.ClientError](err); ok {
		return failure{*e.Code, *e.StatusCode, *e.RequestId}, true
	}
	if e, ok := errors.AsType[*openapi.ServerError](err); ok {
		return failure{*e.Code, *e.StatusCode, *e.RequestId}, true
	}
	return failure{}, false
}

// signACS3 lets the official signer sign what ours sent.
func signACS3(e env, r wiretest.Request) (string, error) {
	query, err := url.ParseQuery(r.Query)
	if err != nil {
		return "", err
	}
	request := &dara.Request{
		Method: tea.String(r.Method), Pathname: tea.String(r.Path),
		Query: map[string]*string{}, Headers: map[string]*string{"host": tea.String(r.Host)},
	}
	for name, values := range query {
		if len(values) > 1 {
			return "", errCannotSay
		}
		// The signer leaves names as they are.
		request.Query[strings.ReplaceAll(url.QueryEscape(name), "+", "%20")] = tea.String(values[0])
	}
	for name := range r.Header {
		request.Headers[strings.ToLower(name)] = tea.String(r.Header.Get(name))
	}
	auth := openapiutil.GetAuthorization(request, tea.String("ACS3-HMAC-SHA256"), tea.String(acs3.Hash([]byte(r.Body))), tea.String(e.id), tea.String(e.secret))
	return tea.StringValue(auth), nil
}

// rpcEnv returns an environment for an RPC service.
func rpcEnv(g *gen) env {
	e := g.key(env{
		region:   pick(g, "cn-hangzhou", "cn-huhehaote", "ap-southeast-1", "cn-future-1"),
		endpoint: pick(g, "", "", "http://127.0.0.1:8080", "https://gateway.example.com:8443"),
	})
	// For the regions that it knows, one of the SDKs has public endpoints alone.
	e.internal = e.region == "cn-future-1" && e.endpoint == "" && g.IntN(2) == 0
	return e
}

// orEndpointOf is for peers that have to be told the endpoint of a region.
func (e env) orEndpointOf(product string) env {
	if e.internal {
		product += "-vpc"
	}
	if e.endpoint == "" {
		e.endpoint = "https://" + product + "." + e.region + ".aliyuncs.com"
	}
	return e
}

// An oldSDK is a client of the older SDK.
type oldSDK interface{ SetTransport(http.RoundTripper) }

// An oldClient is a client of the older SDK with the endpoint that its requests
// have to be given.
type oldClient struct {
	sdk          oldSDK
	scheme, host string
}

func newOld(e env, rt http.RoundTripper, client func(env) (oldSDK, error)) (any, error) {
	c, err := client(e)
	if err != nil {
		return nil, err
	}
	c.SetTransport(wiretest.RoundTripFunc(rt.RoundTrip)) // it would write to an *http.Transport
	u, err := url.Parse(e.endpoint)
	return oldClient{c, u.Scheme, u.Host}, err
}

// oldCall returns the call function of the older SDK, whose requests have to be
// made by functions of their own.
func oldCall(requestOf map[string]func() requests.AcsRequest) func(any, string, tree) (any, error) {
	return func(client any, operation string, in tree) (any, error) {
		request := requestOf[operation]()
		if err := fill(reflect.ValueOf(request), in, ""); err != nil {
			return nil, err
		}
		c := client.(oldClient)
		request.SetDomain(c.host)
		request.SetScheme(c.scheme)
		return results(reflect.ValueOf(c.sdk).MethodByName(operation).Call([]reflect.Value{reflect.ValueOf(request)}))
	}
}

// oldPrune leaves out what the SDK does not have. The region is the client's.
func oldPrune(requestOf map[string]func() requests.AcsRequest) func(string, tree) tree {
	return func(operation string, in tree) tree {
		return without(in, reflect.TypeOf(requestOf[operation]()).Elem())
	}
}

func oldFailure(err error) (failure, bool) {
	e, ok := errors.AsType[*olderrors.ServerError](err)
	if !ok {
		return failure{}, false
	}
	return failure{e.ErrorCode(), e.HttpStatus(), e.RequestId()}, true
}

// jsonText returns a value as the JSON text in which KMS takes it.
func jsonText(value any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // as ours does
	if err := e.Encode(value); err != nil {
		panic(err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}
