// Package conformance compares this module with the services' own SDKs, which
// nobody here wrote. Without accounts on the clouds they are the nearest thing to
// the services: they say what goes over the wire, and what comes back over it.
// It is a module of its own, so that they stay out of the main module's
// requirements. It holds nothing but tests, of six statements:
//
//   - Our requests are theirs (TestRequests): random valid input goes through an
//     SDK and through ours into one recorder, and every part of the two requests
//     agrees.
//   - Our signatures are theirs (TestRequests, FuzzACS3, FuzzOSS4, FuzzSigV4): the
//     official signers compute the same for every request of ours. They cannot
//     be asked about a query with two values of one name, except for that of
//     AWS; TestRequests sees to it that no request of ours has one, and the
//     tests of internal/acs3 and internal/oss4 write out what would be signed.
//   - Our answers satisfy them (TestLife…, TestVerified, TestCodes): the SDKs,
//     unmodified, run against the fakes, which find their signatures right, and
//     report every error code with its status and request ID.
//   - We read what they read (TestAnswers, TestMutants): the recorded answers in the
//     testdata of the service packages decode to the same values. Where they are
//     changed, ours reads every value that an SDK rightly reads, and invents none.
//   - We find the key that they find (TestChains, TestChainDifferences): on random
//     machines, with services on loopback alone, the default chains agree with
//     those of credentials-go and aws-sdk-go-v2.
//   - We sign with their keys (TestOfficialCredentials…): our clients take the
//     SDKs' own providers.
//
// The input of a call is a tree: its parameters by the API's names. One function
// writes it into the structs of every SDK, and another takes requests and answers
// apart into facts, which are compared by name. What differs on purpose is
// written down in the table of differences, with its reason; an entry that is not
// needed is a failure, too.
//
// A failure names the seed and a reduced input; run it again with -seed. More
// inputs than the default: -inputs 5000.
package conformance
