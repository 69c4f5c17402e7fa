package conformance

import "strings"

// A difference is a way in which a peer and this module differ on purpose.
type difference struct {
	peer   string                         // all for every peer
	fact   string                         // a part of a request or an answer; * at its end stands for any rest
	holds  func(theirs, ours string) bool // whether the two are a case of it, as said writes them
	reason string
}

func onlyTheirs(theirs, ours string) bool { return theirs != nothing && ours == nothing }
func onlyOurs(theirs, ours string) bool   { return theirs == nothing && ours != nothing }
func both(theirs, ours string) bool       { return theirs != nothing && ours != nothing }

func otherCase(theirs, ours string) bool {
	return both(theirs, ours) && strings.EqualFold(theirs, ours)
}

// are holds for these two alone.
func are(theirs, ours string) func(string, string) bool {
	return func(a, b string) bool { return a == theirs && b == ours }
}

// tokens holds for two idempotency tokens that were made for the call.
func tokens(theirs, ours string) bool { return isUUID(theirs) && isToken(ours) }

func newToken(theirs, ours string) bool { return theirs == nothing && isToken(ours) }

// isToken holds for a UUID and for the random text that takes its place in nas.
func isToken(said string) bool {
	text := strings.Trim(said, `"`)
	return isUUID(said) || len(text) == 26 && strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == ""
}

// forms holds for the hashes of two bodies.
func forms(theirs, ours string) bool {
	const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	return both(theirs, ours) && !strings.Contains(theirs+ours, empty)
}

func isUUID(said string) bool {
	parts := strings.Split(strings.Trim(said, `"`), "-")
	return len(said) == 38 && len(parts) == 5 && len(parts[4]) == 12
}

// differences is the whole list. TestMain fails for an entry that does not
// occur.
var differences = []*difference{
	{"all", "header User-Agent", both, "each names itself"},

	// Requests, the SDKs on darabonba-openapi.
	{"tea", "header X-Acs-Credentials-Provider", onlyTheirs, "telemetry: where the SDK has its key from; the published example of the signature has none"},
	{"tea", "header Host", onlyTheirs, "the SDK sets it twice; net/http sends the one that both have"},
	{"tea", "UpdateKmsInstanceBindVpc: method", are(`"GET"`, `"POST"`), "later versions of the SDK send POST; the service takes both"},
	{"old", "UpdateKmsInstanceBindVpc: method", are(`"GET"`, `"POST"`), "the same"},
	{"tea", "query ClientToken", newToken, "the SDK leaves a call without a token; ours can be repeated"},
	{"tea", "form ClientToken", newToken, "the same, in a form"},
	{"tea", "header X-Acs-Content-Sha256", forms, "of a form: the SDK spells a space as a plus, and leaves out the token; the parameters are compared one by one"},

	// Requests, alibaba-cloud-sdk-go: the older signature is in the query.
	{"old", "query AccessKeyId", onlyTheirs, "older signature"},
	{"old", "query Action", onlyTheirs, "older signature; the same name is in both X-Acs-Action headers"},
	{"old", "query Format", onlyTheirs, "older signature; ours has it in Accept"},
	{"old", "query SecurityToken", onlyTheirs, "older signature; ours has it in a header"},
	{"old", "query Signature*", onlyTheirs, "older signature"},
	{"old", "query Timestamp", onlyTheirs, "older signature"},
	{"old", "query Version", onlyTheirs, "older signature; the same version is in both X-Acs-Version headers"},
	{"old", "header Authorization", onlyOurs, "older signature"},
	{"old", "header X-Acs-Accesskey-Id", onlyOurs, "older signature"},
	{"old", "header X-Acs-Content-Sha256", onlyOurs, "older signature"},
	{"old", "header X-Acs-Date", onlyOurs, "older signature"},
	{"old", "header X-Acs-Security-Token", onlyOurs, "older signature"},
	{"old", "header X-Acs-Signature-Nonce", onlyOurs, "older signature"},
	{"old", "header Accept", onlyOurs, "the SDK asks for JSON in the query"},
	{"old", "header Content-Type", onlyTheirs, "the SDK says form also without a body"},
	{"old", "header Accept-Encoding", onlyTheirs, "the SDK refuses compression; ours leaves it to net/http"},
	{"old", "header X-Sdk-*", onlyTheirs, "telemetry"},
	{"old", "header X-Acs-Credentials-Provider", onlyTheirs, "telemetry"},
	{"old", "query ClientToken", newToken, "the SDK leaves a call without a token; ours can be repeated"},
	{"old", "form ClientToken", newToken, "the same, in a form"},
	{"old", "form RegionId", onlyOurs, "the SDK has it in the query, beside the form"},
	{"old", "query RegionId", onlyTheirs, "the SDK adds the client's region to every call; the operations of KMS have no such parameter"},
	{"old", "query Description", are(nothing, `""`), "the SDK cannot send an empty text; ours can, to clear a description"},

	// Requests, OSS.
	{"oss", "header Content-Md5", onlyTheirs, "on requests without a body, where there is nothing to protect; other official clients leave it out there"},
	{"oss", "header Content-Type", onlyTheirs, "on requests without a body, which have no type"},
	{"oss", "header Date", onlyTheirs, "not signed; the signed time is in X-Oss-Date"},

	// Requests, EFS.
	{"aws", "header Amz-Sdk-*", onlyTheirs, "telemetry: the number of the attempt and an ID of the call"},
	{"aws", "body.ClientToken", tokens, "each makes one"},
	{"aws", "body.CreationToken", tokens, "each makes one"},

	// Answers.
	{"all", "failure *", onlyOurs, "the SDK's error is that of its decoder, without the status and the request ID that came in the head"},
	{"tea", "044-nas-error-504-empty-body: failure code", are(`"<nil>"`, `""`), "a defect of the SDK: it prints a nil pointer"},
	{"tea", "044-nas-error-504-empty-body: failure request ID", are(`""`, `"0ED8D006-F706-4D23-88ED-E11ED28DCAC0"`), "the SDK knows the ID from the body alone; ours from the header, too"},
	{"tea", "049-nas-decode-200-empty-body: outcome", are(`"answer"`, `"failure"`), "every answer of the service is JSON; one that is empty is not the service's, and no success"},
	{"tea", "133-kms-decode-string-for-array: outcome", are(`"failure"`, `"answer"`), "a defect of the SDK: it takes some lists as arrays only, and the service has both forms"},
	{"old", "133-kms-decode-string-for-array: outcome", are(`"failure"`, `"answer"`), "a defect of the SDK: it takes some lists as arrays only, and the service has both forms"},
	{"tea", "125-kms-get-instance: outcome", are(`"failure"`, `"answer"`), "the SDK takes VswitchIds and ZoneIds as texts only, one of its later versions as lists only; ours takes both"},
	{"old", "125-kms-get-instance: outcome", are(`"failure"`, `"answer"`), "the same"},
	{"old", "answer SecurityGroups.1.SecurityGroupStatus", onlyOurs, "the SDK does not have it yet"},
	{"old", "answer AddressIpVersion", onlyOurs, "the SDK does not have it yet"},
	{"old", "answer TotalCount", onlyOurs, "the SDK does not have it yet"},
	{"old", "answer Services.1.AddressIpVersion", onlyOurs, "the SDK does not have it yet"},
	{"old", "answer SupportedRegionSet.1.*", onlyOurs, "the SDK does not have it yet"},
	{"old", "answer Regions.1.ServiceResourceTypes.*", onlyOurs, "the SDK does not have it yet"},
	{"old", "answer PrivateServiceDomain*", are(`""`, nothing), "the SDK alone has it, and no documentation; it is zero here"},
	{"old", "answer PrivateServiceDomainEnabled", are(`"false"`, nothing), "the same"},
	{"old", "answer Zones.1.*", are(`""`, nothing), "the SDK has one struct for the zones of all answers; what this answer has not is zero"},
	{"old", "answer Zones.1.*", are(`"0"`, nothing), "the same, of numbers"},
	{"old", "answer KmsInstances.1.*", are(`""`, nothing), "the SDK has one struct for an instance and for an item of a list; what this answer has not is zero"},
	{"old", "answer KmsInstances.1.*", are(`"0"`, nothing), "the same, of numbers"},
	{"old", "answer Services.1.*", are(`""`, nothing), "the SDK has one struct for the services of all answers; what this answer has not is zero"},
	{"old", "answer Services.1.*", are(`"0"`, nothing), "the same, of numbers"},
	{"old", "answer PrivateServiceName", are(`""`, nothing), "the SDK alone has it, and no documentation; it is zero here"},
	{"tea", "115-kms-describe-network-rule: answer Name", onlyOurs, "the answer lacks the name; ours is that of the request"},
	{"old", "115-kms-describe-network-rule: answer Name", onlyOurs, "the same"},
	{"aws", "016_cap_out_empty_body: outcome", are(`"answer"`, `"failure"`), "a defect of the SDK: it takes an empty body for an access point without an ID; ours says that the outcome is unknown"},
	{"aws", "041_cap_err_errorcode_only: failure code", are(`"UnknownError"`, `"AccessPointAlreadyExists"`), "the SDK reads the code from the header and from two members; ours from the documented member ErrorCode, too"},
	{"tea", "answer AccessPoint.PosixUser.*", are(`"-1"`, nothing), "the service says -1 of an ID that is not set; ours is nil, since no user has it"},
	{"tea", "answer AccessPoint.RootPathPermission.*", are(`"-1"`, nothing), "the same"},

	{"old", "answer DirQuotaInfos.1.UserQuotaInfos.*", onlyOurs, "the SDK does not have SizeRealInByte"},
	{"old", "answer DirQuotaInfos.1.UserQuotaInfos.*", are(`"0"`, nothing), "a limit that there is not is 0 for the SDK, and nil for ours"},
	{"old", "answer RecycleBinAttribute.*", onlyOurs, "the SDK does not have the sizes by storage class"},
	{"all", "answer DirQuotaInfos.1.UserQuotaInfos.1.UserId", are(`""`, nothing), "a quota of all users has an empty ID; ours turns it into none"},
	{"all", "more_nas-cfs-dryrun: outcome", are(`"answer"`, `"failure"`), "the input here is no dry run, and a creation without an ID is none"},
	{"all", "more_nas-cfs-accepted-202: outcome", are(`"answer"`, `"failure"`), "an order that was taken on and names no ID: ours says that the outcome is unknown"},
	{"old", "answer MountTargets.*", are(`""`, nothing), "the SDK has one struct for the mount targets of two answers; what this answer has not is zero"},
	{"old", "answer MountTargets.*", onlyOurs, "the SDK does not have it yet"},
	{"old", "answer AccessGroups.1.*", onlyOurs, "the SDK does not have it"},
	{"old", "answer AccessRules.1.*", onlyOurs, "the SDK does not have it"},
	{"all", "answer Zones.*", otherCase, "the service writes protocols in lower case here; ours are spelled as documented"},

	// Answers, OSS.
	{"oss", "019-get-wrong-root-still-decodes: outcome", are(`"answer"`, `"failure"`), "a defect of the SDK: it does not look at the name of the root element"},
	{"oss", "answer VpcConfiguration.VpcId", are(`""`, nothing), "an access point without a VPC has an empty group; ours turns it into none"},
	{"oss", "answer AccessPoints.*", are(`""`, nothing), "the same, in a list"},
	{"oss", "answer ObjectProcessConfiguration.TransformationConfigurations.1.Actions.*", strings.EqualFold, "the service writes actions in lower case; ours in the documented one"},
	{"oss", "failure code", are(`"BadErrorResponse"`, `""`), "the SDK makes up a code where the answer has none"},
}
