package mistakes

import (
	"net/http"
	"strings"

	"github.com/accesspoint-go/accesspoint/efs/efstest"
	"github.com/accesspoint-go/accesspoint/kms/kmstest"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
	"github.com/accesspoint-go/accesspoint/oss/osstest"
	"github.com/accesspoint-go/accesspoint/privatelink/privatelinktest"
)

// services are the five. What is right of each shows that it is the mistake that is
// refused.
var services = []struct {
	name     string
	server   func() http.Handler
	sign     func(call) *http.Request
	right    map[string]call
	mistakes []mistake
}{
	{"nas", func() http.Handler { return nastest.NewServer() }, signACS3, map[string]call{
		"a list": list, "a creation": nasPoint(""), "a list, signed in the older way": list.with(older(nastest.AccessKeySecret, "HMAC-SHA1")),
	}, []mistake{
		{"a misspelt operation", nas("CreateAccesPoint", point), "404 InvalidApi.NotFound", "check your url"},
		{"the version of another service", list.with(api("2020-04-15")), "404 InvalidApi.NotFound", ""},
		{"a method that there is not", list.with(method(http.MethodPut)), "403 UnsupportedHTTPMethod", ""},
		{"no signature", list.with(unsigned), "400 MissingAuthorization", "Authorization is mandatory"},
		{"a wrong secret", list.with(secret), "403 SignatureDoesNotMatch", ""},
		{"a wrong key ID", list.with(keyID), "404 InvalidAccessKeyId.NotFound", ""},
		{"a token of another key", list.with(token), "", "SecurityToken"},
		{"a clock that is 20 minutes behind", list.with(late), "400 InvalidTimeStamp.Expired", ""},
		{"a parameter that is added after signing", list.with(spoiled), "403 SignatureDoesNotMatch", ""},
		{"the same nonce twice", list.with(func(c *call) { c.repeat = true }), "400 SignatureNonceUsed", ""},
		{"a wrong secret with the older signature", list.with(older("wrong", "HMAC-SHA1")), "403 SignatureDoesNotMatch", ""},
		{"another method of the older signature", list.with(older(nastest.AccessKeySecret, "HMAC-SHA256")), "", "HMAC-SHA1"},
		{"a forgotten VPC", nas("CreateAccessPoint", without(point, "VpcId")), "400 InvalidRequest", "VpcId is required"},
		{"a user ID that is a name", nasPoint("&PosixUserId=abc"), "400 InvalidRequest", "PosixUserId must be a number"},
		{"a negative owner", nasPoint("&OwnerUserId=-5&OwnerGroupId=0"), "400 InvalidRequest", "OwnerUserId must be a number from 0 to 4294967295"},
		{"names in a list of group IDs", nasPoint("&PosixSecondaryGroupIds=a,b"), "400 InvalidRequest", "PosixSecondaryGroupIds must be"},
		{"a flag that is neither true nor false", nasPoint("&EnabledRam=maybe"), "400 InvalidRequest", "EnabledRam must be true or false"},
		{"a relative root directory", nasPoint("&RootDirectory=data"), "400 InvalidRequest", "RootDirectory"},
		{"a misspelt parameter", nasPoint("&AccesGroup=g"), "", "no parameter AccesGroup"},
		{"a tag beside its list", nasPoint("&Tag.2.Key=k&Tag.2.Value=v"), "", "Tag.1 is missing"},
		{"a tag without its number", nasPoint("&Tag.Key=k&Tag.Value=v"), "", "no parameter Tag.Key"},
		{"a list in one text", nas("TagResources", "ResourceType=filesystem&ResourceId="+nastest.FileSystemID+"&Tag.1.Key=k&Tag.1.Value=v"), "", "must be a list: ResourceId.1"},
		{"a kind of resource that there is not", nas("TagResources", "ResourceType=bucket&ResourceId.1=b&Tag.1.Key=k&Tag.1.Value=v"), "400 InvalidRequest", "ResourceType"},
		{"a filter that there is not", nas("ListAccessPoints", "FileSystemId="+nastest.FileSystemID+"&Filters.1.Name=Colour&Filters.1.Value=red"), "400 InvalidRequest", "Filters.1.Name"},
		{"a family in capitals", nas("DescribeFileSystems", "FileSystemType=Standard"), "400 InvalidRequest", "FileSystemType"},
		{"a storage class that there is not", nas("CreateFileSystem", "ProtocolType=NFS&StorageType=fast"), "400 InvalidRequest", "StorageType"},
		{"a size that is forgotten", nas("CreateFileSystem", "FileSystemType=extreme&ProtocolType=NFS&StorageType=advance&ZoneId=z"), "400 InvalidRequest", "Capacity is required"},
		{"an enforced quota without a limit", nas("SetDirQuota", "FileSystemId="+nastest.FileSystemID+"&Path=/&UserType=AllUsers&QuotaType=Enforcement"), "400 InvalidRequest", "SizeLimit"},
		{"a page of 1000 items", nas("ListAccessPoints", "FileSystemId="+nastest.FileSystemID+"&MaxResults=1000"), "400 InvalidRequest", "MaxResults"},
		{"another region", nas("DescribeCpfsAccessPoints", "RegionId=cn-beijing&FileSystemId=cpfs-1"), "", "RegionId is cn-beijing"},
		{"a file system that there is not", nas("ListAccessPoints", "FileSystemId=none"), "404 InvalidFileSystem.NotFound", ""},
	}},
	{"oss", func() http.Handler { return osstest.NewServer() }, signOSS4, map[string]call{
		"a list": ossList, "a creation": ossPoint(ossConfiguration),
	}, []mistake{
		{"no signature", ossList.with(unsigned), "403 AccessDenied", ""},
		{"a wrong secret", ossList.with(secret), "403 SignatureDoesNotMatch", "Check your key"},
		{"a wrong key ID", ossList.with(keyID), "403 InvalidAccessKeyId", ""},
		{"a clock that is 20 minutes ahead", ossList.with(early), "403 RequestTimeTooSkewed", ""},
		{"a signature for another region", ossList.with(region("cn-beijing")), "", "region"},
		{"a signature of version 1", ossList.with(authorized("OSS test-key-id:c2ln")), "", "version 4"},
		{"a signature of version 2", ossList.with(authorized("OSS2 AccessKeyId:test-key-id,Signature:c2ln")), "", "version 4"},
		{"the host of another region", ossList.with(func(c *call) { c.target = "https://oss-cn-beijing.aliyuncs.com" + c.target }), "403 AccessDenied", "specified endpoint"},
		{"a bucket that there is not", oss(http.MethodGet, "/none/?accessPoint", ""), "404 NoSuchBucket", ""},
		{"a bucket with a capital", oss(http.MethodGet, "/Examplebucket/?accessPoint", ""), "400 InvalidBucketName", ""},
		{"a method that there is not", oss(http.MethodPost, "/examplebucket/?accessPoint", ""), "", "not allowed"},
		{"a forgotten name", oss(http.MethodDelete, "/examplebucket/?accessPoint", ""), "400 MissingArgument", "x-oss-access-point-name"},
		{"a name with a capital", ossPoint(strings.Replace(ossConfiguration, "ap-01", "Ap-01", 1)), "400 InvalidArgument", "AccessPointName"},
		{"an origin that there is not", ossPoint(strings.Replace(ossConfiguration, "internet", "intranet", 1)), "400 InvalidArgument", "NetworkOrigin"},
		{"a VPC that is forgotten", ossPoint(strings.Replace(ossConfiguration, "internet", "vpc", 1)), "400 InvalidArgument", "VpcId"},
		{"XML that breaks off", ossPoint(ossConfiguration[:60]), "400 MalformedXML", ""},
		{"another root element", ossPoint(strings.ReplaceAll(ossConfiguration, "CreateAccessPointConfiguration", "AccessPoint")), "400 MalformedXML", ""},
		{"a misspelt element", ossPoint(strings.ReplaceAll(ossConfiguration, "NetworkOrigin", "NetworkOrigins")), "400 MalformedXML", "NetworkOrigins"},
		{"a policy of AWS", ossNamed(http.MethodPut, "/examplebucket/?accessPointPolicy", `{"Version":"2012-10-17","Statement":[]}`), "", "Version"},
		{"a flag that is neither true nor false", ossNamed(http.MethodPut, "/examplebucket/?publicAccessBlock",
			"<PublicAccessBlockConfiguration><BlockPublicAccess>yes</BlockPublicAccess></PublicAccessBlockConfiguration>"), "", "true or false"},
	}},
	{"efs", func() http.Handler { return efstest.NewServer() }, signSigV4, map[string]call{
		"a list": efsList, "a creation": efsPoint(`"ClientToken":"t"`),
	}, []mistake{
		{"a misspelt path", efs(http.MethodGet, "accesspoints", ""), "", "no such operation"},
		{"another version", call{method: http.MethodGet, target: "/2015-02-02/access-points"}, "", "no such operation"},
		{"no signature", efsList.with(unsigned), "403 MissingAuthenticationTokenException", ""},
		{"a wrong secret", efsList.with(secret), "403 InvalidSignatureException", "does not match"},
		{"a wrong key ID", efsList.with(keyID), "403 UnrecognizedClientException", ""},
		{"a clock that is 20 minutes behind", efsList.with(late), "403 InvalidSignatureException", "expired"},
		{"a signature for another region", efsList.with(region("eu-west-1")), "403 InvalidSignatureException", "valid region"},
		{"a signature of version 2", efsList.with(authorized("AWS test-key-id:c2ln")), "", "not well formed"},
		{"a body that is no JSON", efs(http.MethodPost, "access-points", "FileSystemId=fs-1"), "", "JSON"},
		{"no token", efs(http.MethodPost, "access-points", `{"FileSystemId":"`+efstest.FileSystemID+`"}`), "400 ValidationException", "ClientToken"},
		{"a number as a text", efsPoint(`"ClientToken":"t","PosixUser":{"Uid":"1001","Gid":1}`), "", "PosixUser.Uid must be a number"},
		{"a number that is too large", efsPoint(`"ClientToken":"t","PosixUser":{"Uid":4294967296,"Gid":1}`), "400 ValidationException", "PosixUser.Uid"},
		{"a negative group", efsPoint(`"ClientToken":"t","PosixUser":{"Uid":1,"Gid":-1}`), "400 ValidationException", "PosixUser.Gid"},
		{"a group that is forgotten", efsPoint(`"ClientToken":"t","PosixUser":{"Uid":1}`), "400 ValidationException", "PosixUser.Gid"},
		{"one group in place of a list", efsPoint(`"ClientToken":"t","PosixUser":{"Uid":1,"Gid":1,"SecondaryGids":7}`), "", "SecondaryGids must be a list"},
		{"a relative root directory", efsPoint(`"ClientToken":"t","RootDirectory":{"Path":"data"}`), "400 ValidationException", "RootDirectory.Path"},
		{"a mode in letters", efsPoint(`"ClientToken":"t","RootDirectory":{"Path":"/a","CreationInfo":{"OwnerUid":1,"OwnerGid":1,"Permissions":"rwxr-xr-x"}}`), "400 ValidationException", "Permissions"},
		{"a misspelt member", efsPoint(`"ClientToken":"t","Posixuser":{"Uid":1,"Gid":1}`), "", "no parameter Posixuser"},
		{"tags as an object", efsPoint(`"ClientToken":"t","Tags":{"team":"storage"}`), "", "Tags must be a list"},
		{"a throughput mode that there is not", efs(http.MethodPost, "file-systems", `{"CreationToken":"t","ThroughputMode":"fast"}`), "400 ValidationException", "ThroughputMode"},
		{"a throughput without its mode", efs(http.MethodPost, "file-systems", `{"CreationToken":"t","ProvisionedThroughputInMibps":100}`), "", "Throughput"},
		{"a number with letters in the query", efs(http.MethodGet, "access-points?MaxResults=many", ""), "", "MaxResults must be a number"},
		{"a policy that is no JSON", efs(http.MethodPut, "file-systems/"+efstest.FileSystemID+"/policy", `{"Policy":"allow all"}`), "400 InvalidPolicyException", ""},
		{"a subnet that there is not", efs(http.MethodPost, "mount-targets", `{"FileSystemId":"`+efstest.FileSystemID+`","SubnetId":"subnet-00000000"}`), "400 SubnetNotFound", ""},
		{"an access point that there is not", efs(http.MethodDelete, "access-points/fsap-00000000", ""), "404 AccessPointNotFound", ""},
	}},
	{"privatelink", func() http.Handler { return privatelinktest.NewServer() }, signACS3, map[string]call{
		"a list": privatelink("ListVpcEndpoints", inRegion), "a creation": privatelink("CreateVpcEndpoint", endpoint),
	}, []mistake{
		{"a misspelt operation", privatelink("CreateVPCEndpoint", endpoint), "404 InvalidApi.NotFound", ""},
		{"the version of another service", privatelink("ListVpcEndpoints", inRegion).with(api("2016-04-28")), "404 InvalidApi.NotFound", ""},
		{"a wrong secret", privatelink("ListVpcEndpoints", inRegion).with(secret), "403 SignatureDoesNotMatch", ""},
		{"a forgotten region", privatelink("ListVpcEndpoints", ""), "400 MissingRegionId", "RegionId"},
		{"another region", privatelink("ListVpcEndpoints", "RegionId=cn-beijing"), "", "RegionId is cn-beijing"},
		{"a type in lower case", privatelink("CreateVpcEndpoint", endpoint+"&EndpointType=interface"), "", "EndpointType"},
		{"a flag that is neither true nor false", privatelink("CreateVpcEndpoint", endpoint+"&DryRun=yes"), "", "DryRun must be true or false"},
		{"a security group that is no list", privatelink("CreateVpcEndpoint", strings.ReplaceAll(endpoint, "SecurityGroupId.1", "SecurityGroupId")), "", "must be a list: SecurityGroupId.1"},
		{"a misspelt parameter", privatelink("CreateVpcEndpoint", endpoint+"&SecurityGroupIds.1=sg-1"), "", "no parameter SecurityGroupIds.1"},
		{"a state that there is not", privatelink("ListVpcEndpoints", inRegion+"&EndpointStatus=Ready"), "", "EndpointStatus"},
		{"a kind of load balancer that there is not", privatelink("CreateVpcEndpointService", inRegion+"&Resource.1.ResourceType=clb&Resource.1.ResourceId=lb-1"), "", "Resource.1.ResourceType"},
		{"a bandwidth with its unit", privatelink("UpdateVpcEndpointServiceAttribute", inRegion+"&ServiceId="+privatelinktest.ServiceID+"&ConnectBandwidth=100M"), "", "ConnectBandwidth must be a number"},
		{"a bandwidth that is too small", privatelink("UpdateVpcEndpointServiceAttribute", inRegion+"&ServiceId="+privatelinktest.ServiceID+"&ConnectBandwidth=1"), "", "ConnectBandwidth"},
		{"a service that there is not", privatelink("CreateVpcEndpoint", strings.ReplaceAll(endpoint, privatelinktest.ServiceID, "epsrv-none")), "", "service"},
	}},
	{"kms", func() http.Handler { return kmstest.NewServer() }, signACS3, map[string]call{
		"a list": kms("ListPolicies", ""), "a creation": kms("CreatePolicy", policy),
	}, []mistake{
		{"a misspelt operation", kms("CreatePolicies", policy), "404 InvalidApi.NotFound", ""},
		{"a wrong secret", kms("ListPolicies", "").with(secret), "403 SignatureDoesNotMatch", ""},
		{"POST where GET alone is taken", kms("ListClientKeys", ""), "403 UnsupportedHTTPMethod", ""},
		{"a forgotten name", kms("CreatePolicy", without(policy, "Name")), "400 InvalidParameter", "Name is required"},
		{"a list that is no JSON", kms("CreatePolicy", policy+"&Resources=*"), "400 InvalidParameter", "JSON"},
		{"a role without its path", kms("CreatePolicy", strings.ReplaceAll(policy, "RbacPermission/Template/", "")), "400 InvalidParameter", "Permissions.1"},
		{"a method of authentication that there is not", kms("CreateApplicationAccessPoint", `Name=a&AuthenticationMethod=Password&Policies=["p"]`), "400 InvalidParameter", "AuthenticationMethod"},
		{"a type of rule that there is not", kms("CreateNetworkRule", `Name=r&Type=Public&SourcePrivateIp=["10.0.0.1"]`), "400 InvalidParameter", "Type"},
		{"an address that is none", kms("CreateNetworkRule", `Name=r&Type=Private&SourcePrivateIp=["10.0.0"]`), "400 InvalidParameter", "SourcePrivateIp.1"},
		{"a page of no number", kms("ListPolicies", "PageNumber=first"), "400 InvalidParameter", "PageNumber must be a number"},
		{"a misspelt parameter", kms("CreatePolicy", policy+"&AccessControlRule={}"), "", "no parameter AccessControlRule"},
		{"another region", kms("ListPolicies", "RegionId=cn-beijing"), "", "RegionId is cn-beijing"},
		{"a policy that there is not", kms("CreateApplicationAccessPoint", `Name=a&AuthenticationMethod=ClientKey&Policies=["none"]`), "", "policy"},
		{"an instance that there is not", kms("GetKmsInstance", "KmsInstanceId=kst-none"), "", ""},
	}},
}

func nas(operation, query string) call         { return rpc("2017-06-26", operation, query) }
func privatelink(operation, query string) call { return rpc("2020-04-15", operation, query) }
func kms(operation, query string) call {
	c := rpc("2016-01-20", operation, escaped(query))
	return c
}

const (
	point    = "FileSystemId=" + nastest.FileSystemID + "&VpcId=" + nastest.VpcID + "&VswId=" + nastest.VSwitchID
	inRegion = "RegionId=" + privatelinktest.Region
	endpoint = inRegion + "&ServiceId=" + privatelinktest.ServiceID + "&VpcId=" + privatelinktest.VpcID + "&SecurityGroupId.1=" + privatelinktest.SecurityGroupID
	policy   = `Name=p&Permissions=["RbacPermission/Template/CryptoServiceKeyUser"]&Resources=["key/*"]`

	ossConfiguration = "<CreateAccessPointConfiguration><AccessPointName>ap-01</AccessPointName><NetworkOrigin>internet</NetworkOrigin></CreateAccessPointConfiguration>"
)

var (
	list    = nas("ListAccessPoints", "FileSystemId="+nastest.FileSystemID)
	ossList = oss(http.MethodGet, "/examplebucket/?accessPoint", "")
	efsList = efs(http.MethodGet, "access-points", "")
)

func nasPoint(more string) call { return nas("CreateAccessPoint", point+more) }

func oss(method, target, body string) call { return call{method: method, target: target, body: body} }

func ossPoint(configuration string) call {
	return oss(http.MethodPut, "/examplebucket/?accessPoint", configuration)
}

func ossNamed(method, target, body string) call {
	c := oss(method, target, body)
	c.header = map[string]string{"X-Oss-Access-Point-Name": "ap-01"}
	return c
}

func efs(method, path, body string) call {
	return call{method: method, target: "/2015-02-01/" + path, body: body}
}

func efsPoint(members string) call {
	return efs(http.MethodPost, "access-points", `{"FileSystemId":"`+efstest.FileSystemID+`",`+members+"}")
}

// without leaves a parameter out of a query.
func without(query, name string) string {
	var left []string
	for _, pair := range strings.Split(query, "&") {
		if !strings.HasPrefix(pair, name+"=") {
			left = append(left, pair)
		}
	}
	return strings.Join(left, "&")
}

// escaped escapes the quotes and brackets of a query.
func escaped(query string) string {
	return strings.NewReplacer(`"`, "%22", "[", "%5B", "]", "%5D", "{", "%7B", "}", "%7D", "*", "%2A").Replace(query)
}
