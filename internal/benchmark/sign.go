package benchmark

import (
	"context"
	"net/http"
	"strings"
	"time"

	openapiutil "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	"github.com/alibabacloud-go/tea/dara"
	"github.com/alibabacloud-go/tea/tea"
	sdk "github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss/credentials"
	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss/signer"
	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/accesspoint-go/accesspoint/internal/acs3"
	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/oss4"
	"github.com/accesspoint-go/accesspoint/internal/sigv4"
	"github.com/accesspoint-go/accesspoint/internal/uri"
)

// A Signature is a way to sign, with the signers that are compared: ours first.
// They sign the create of a service, again and again, at one time.
type Signature struct {
	Name    string
	Signers []Signer
}

// A Signer signs a request of its own. New prepares it.
type Signer struct {
	Name string
	New  func() func() (authorization string, err error)
}

const signNonce = "0123456789abcdef"

var signTime = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

var signKey = credential.Key{ID: keyID, Secret: secret}

// Signatures are the three. The official signer of ACS3 encodes the query while
// it signs; ours signs one that is encoded, so it is measured with that work and
// without. The others take a request of net/http as ours do. That of SigV4 wants
// the hash of the body; ours makes it, so both do here.
var Signatures = []Signature{
	{"ACS3", []Signer{
		{Ours, func() func() (string, error) {
			req, query := acs3Request()
			return func() (string, error) {
				req.URL.RawQuery = query.Encode()
				acs3.Sign(req, nil, signKey, signNonce, signTime)
				return req.Header.Get("Authorization"), nil
			}
		}},
		{"ours-encoded", func() func() (string, error) {
			req, query := acs3Request()
			req.URL.RawQuery = query.Encode()
			return func() (string, error) {
				acs3.Sign(req, nil, signKey, signNonce, signTime)
				return req.Header.Get("Authorization"), nil
			}
		}},
		{"darabonba", func() func() (string, error) {
			req, query := acs3Request()
			acs3.Sign(req, nil, signKey, signNonce, signTime) // for the headers
			request := &dara.Request{
				Method: tea.String(req.Method), Pathname: tea.String("/"), Query: map[string]*string{},
				Headers: map[string]*string{"host": tea.String(req.Host)},
			}
			for _, p := range query {
				request.Query[p.Name] = tea.String(p.Value)
			}
			for name := range req.Header {
				request.Headers[strings.ToLower(name)] = tea.String(req.Header.Get(name))
			}
			return func() (string, error) {
				payload := acs3.Hash(nil) // theirs hashes it; so this is in its favour
				return *openapiutil.GetAuthorization(request, tea.String("ACS3-HMAC-SHA256"), &payload, tea.String(keyID), tea.String(secret)), nil
			}
		}},
		{FloorMin, func() func() (string, error) {
			req, query := acs3Request()
			req.URL.RawQuery = query.Encode()
			return func() (string, error) {
				signACS3(req, signNonce, signTime)
				return req.Header.Get("Authorization"), nil
			}
		}},
	}},
	{"OSS4", []Signer{
		{Ours, func() func() (string, error) {
			req, resource := oss4Request()
			keys := new(oss4.Keys)
			return func() (string, error) {
				oss4.Sign(req, resource, ossRegion, signKey, keys, signTime)
				return req.Header.Get("Authorization"), nil
			}
		}},
		{"oss-sdk-v2", func() func() (string, error) {
			req, _ := oss4Request()
			key := &credentials.Credentials{AccessKeyID: keyID, AccessKeySecret: secret}
			return func() (string, error) {
				err := (&signer.SignerV4{}).Sign(context.Background(), &signer.SigningContext{
					Product: sdk.Ptr("oss"), Region: sdk.Ptr(ossRegion), Bucket: sdk.Ptr(ossInputs[Short].Bucket),
					Request: req, Time: signTime, Credentials: key,
				})
				return req.Header.Get("Authorization"), err
			}
		}},
		{FloorMin, func() func() (string, error) {
			req, resource := oss4Request()
			keys := new(derivedKey)
			return func() (string, error) {
				signOSS4(req, resource, keys, signTime)
				return req.Header.Get("Authorization"), nil
			}
		}},
	}},
	{"SigV4", []Signer{
		{Ours, func() func() (string, error) {
			req := sigv4Request()
			keys := new(sigv4.Keys)
			return func() (string, error) {
				sigv4.Sign(req, []byte(sigv4Body), sigv4.Scope{Region: efsRegion, Service: "elasticfilesystem"}, signKey, keys, signTime)
				return req.Header.Get("Authorization"), nil
			}
		}},
		{"aws-sdk-v2", func() func() (string, error) {
			req := sigv4Request()
			s := v4.NewSigner()
			key := aws.Credentials{AccessKeyID: keyID, SecretAccessKey: secret}
			return func() (string, error) {
				err := s.SignHTTP(context.Background(), key, req, hash(sigv4Body), "elasticfilesystem", efsRegion, signTime)
				return req.Header.Get("Authorization"), err
			}
		}},
		{FloorMin, func() func() (string, error) {
			req := sigv4Request()
			keys := new(derivedKey)
			return func() (string, error) {
				signSigV4(req, sigv4Body, keys, signTime)
				return req.Header.Get("Authorization"), nil
			}
		}},
	}},
}

// acs3Request returns the create of NAS without its query.
func acs3Request() (*http.Request, uri.Query) {
	req := must(http.NewRequestWithContext(context.Background(), http.MethodPost, "https://nas.cn-hangzhou.aliyuncs.com/", nil))
	req.Header.Set("X-Acs-Action", "CreateAccessPoint")
	req.Header.Set("X-Acs-Version", "2017-06-26")
	in := &nasInputs[Short]
	return req, uri.Query{
		{Name: "AccessGroup", Value: in.AccessGroup}, {Name: "AccessPointName", Value: accessPointName}, {Name: "EnabledRam", Value: "true"},
		{Name: "FileSystemId", Value: in.FileSystemID}, {Name: "OwnerGroupId", Value: number(*in.OwnerGroupID)}, {Name: "OwnerUserId", Value: number(*in.OwnerUserID)},
		{Name: "Permission", Value: in.Permission}, {Name: "PosixGroupId", Value: number(*in.PosixGroupID)}, {Name: "PosixSecondaryGroupIds", Value: join(in.PosixSecondaryGroupIDs)},
		{Name: "PosixUserId", Value: number(*in.PosixUserID)}, {Name: "RootDirectory", Value: in.RootDirectory},
		{Name: "Tag.1.Key", Value: in.Tags[0].Key}, {Name: "Tag.1.Value", Value: in.Tags[0].Value}, {Name: "Tag.2.Key", Value: in.Tags[1].Key},
		{Name: "Tag.2.Value", Value: in.Tags[1].Value}, {Name: "VpcId", Value: in.VpcID}, {Name: "VswId", Value: in.VSwitchID},
	}
}

// oss4Request returns the create of OSS, and the path that is signed.
func oss4Request() (*http.Request, string) {
	req := must(http.NewRequestWithContext(context.Background(), http.MethodPut, "https://"+ossInputs[Short].Bucket+".oss-cn-hangzhou.aliyuncs.com/?accessPoint", nil))
	req.Header.Set("Content-Type", "application/xml")
	req.Header.Set("X-Oss-Content-Sha256", "UNSIGNED-PAYLOAD")
	return req, "/" + ossInputs[Short].Bucket + "/"
}

const sigv4Body = `{"ClientToken":"3f6f1d9e-1c5b-4e36-9d2b-0d7a6c9e4f10","FileSystemId":"fs-0123456789abcdef8","PosixUser":{"Uid":1001,"Gid":1002,"SecondaryGids":[2001,2002]},"RootDirectory":{"Path":"/volumes/42","CreationInfo":{"OwnerUid":1001,"OwnerGid":1002,"Permissions":"0750"}},"Tags":[{"Key":"team","Value":"storage"},{"Key":"env","Value":"prod"}]}`

// sigv4Request returns the create of EFS.
func sigv4Request() *http.Request {
	req := must(http.NewRequestWithContext(context.Background(), http.MethodPost, "https://elasticfilesystem.us-east-1.amazonaws.com/2015-02-01/access-points", strings.NewReader(sigv4Body)))
	req.Header.Set("Content-Type", "application/json")
	return req
}
