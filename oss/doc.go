// Package oss provisions and manages access points of Alibaba Cloud Object
// Storage Service (OSS). An access point is a way to reach a bucket: it has a
// name, an alias, a policy and a network origin of its own. The package also
// manages access points for object processing and the policies of buckets.
//
// # Quick start
//
// [Client.EnsureAccessPoint] finds or creates the access point with a name,
// waits until it can be used, and sets its policy. It is idempotent: call it
// again after a crash, and from several processes at once.
//
//	client, err := oss.New(oss.Config{Region: "cn-hangzhou"}) // credentials from the environment
//	if err != nil {
//		return err
//	}
//	ap, err := client.EnsureAccessPoint(ctx, oss.EnsureAccessPointRequest{
//		Bucket:           "examplebucket",
//		AccessPointName:  "ap-01",
//		NetworkOrigin:    oss.NetworkOriginVPC,
//		VpcConfiguration: &oss.VpcConfiguration{VpcID: "vpc-t4nlw426y44rd3iq4****"},
//		Policy:           policy, // JSON text; without a policy, nobody gets access
//	})
//	if err != nil {
//		return err
//	}
//	// once for each bucket
//	err = client.EnsureDelegation(ctx, oss.Delegation{Bucket: "examplebucket", AccountID: ap.AccountID})
//
// A request through an access point is allowed only if the policy of the access
// point allows it, and the policy of the bucket delegates access control to
// access points, which [Client.EnsureDelegation] sets up. Policies are JSON
// text, which this package checks but does not generate.
//
// Create one [Client] and share it. [New] does no network I/O. The API's own
// operations are [Client.CreateAccessPoint], which fails if the name is taken,
// and [Client.WaitAccessPointEnabled], which waits for it. In a request, fields
// that are zero are not sent. The struct tags are for this package's own
// encoding.
//
// # Errors
//
// Test errors with [errors.Is] and [errors.AsType]:
//
//	switch {
//	case err == nil:
//	case errors.Is(err, oss.CodeNoSuchBucket):     // this code of the service
//	case errors.Is(err, oss.ErrNotFound):          // any code of this kind
//	case errors.Is(err, oss.ErrOutcomeUnknown):    // failed, but may have taken effect
//	case errors.Is(err, context.DeadlineExceeded): // the timeout of ctx
//	}
//
// The types of errors, and what to do:
//
//   - [*ValidationError]: the request breaks documented constraints, and
//     nothing was sent. Fix the request.
//   - [*APIError]: the service refused the call, or could not be reached. Its
//     [Code] and kind say why; give the RequestID to the support of the
//     service. The service's finer code, the EC, is in parentheses after the
//     Message.
//   - [*OutcomeUnknownError]: the call failed but may have taken effect.
//     [Client.Resume] finds out whether a creation of an access point did; for
//     an access point for object processing, check by its name whether it
//     exists.
//   - [*WaitError]: a wait or an Ensure… ended before the resource was in the
//     desired state, often because ctx timed out. It has the last state and the
//     cause. Call again to continue.
//   - [*DriftError]: the resource exists but differs from the request, and was
//     not changed. [Client.RepairAccessPoint] changes its policy.
//
// The kinds, such as [ErrNotFound], are the same values in all five packages of
// this module, and [ServiceError], which has the status, code and request ID,
// is the same interface. A timeout other than that of ctx, such as
// Config.AttemptTimeout, is an [ErrUnavailable] and not a
// [context.DeadlineExceeded]. Handlers of log/slog write an [*APIError] or
// [*OutcomeUnknownError] as a group of its parts. No error, log record or
// printed value of this package contains a secret.
//
// # Testing
//
// Package osstest has an in-memory OSS for the tests of your own program. It
// needs no network and no account, checks signatures and parameters as the
// service does, and injects faults. In a testing/synctest bubble, waits take no
// real time.
//
//	srv := osstest.NewServer(osstest.ReadyAfter(40 * time.Second))
//	srv.Inject("CreateAccessPoint", osstest.ResponseLost)
//	client := srv.Client()
//
// # Operations
//
// Most programs need only these:
//
//   - find or create, delete, and repair: [Client.EnsureAccessPoint],
//     [Client.EnsureAccessPointAbsent], [Client.RepairAccessPoint]
//   - delegate access control from a bucket to its access points:
//     [Client.EnsureDelegation], [Client.EnsureDelegationAbsent]
//   - wait: [Client.WaitAccessPointEnabled], [Client.WaitAccessPointDeleted],
//     and for many [Client.WaitAccessPointsEnabled],
//     [Client.WaitAccessPointsDeleted]
//   - find out whether a creation took effect whose response was lost:
//     [Client.Resume]
//
// Access points:
//
//   - [Client.CreateAccessPoint], [Client.GetAccessPoint],
//     [Client.DeleteAccessPoint]
//   - of a bucket, or of the account: [Client.ListAccessPoints] (all pages:
//     [Client.AccessPoints])
//   - policy: [Client.PutAccessPointPolicy], [Client.GetAccessPointPolicy],
//     [Client.DeleteAccessPointPolicy]
//   - public access: [Client.PutAccessPointPublicAccessBlock],
//     [Client.GetAccessPointPublicAccessBlock],
//     [Client.DeleteAccessPointPublicAccessBlock]
//
// Policies of buckets:
//
//   - [Client.PutBucketPolicy], [Client.GetBucketPolicy],
//     [Client.DeleteBucketPolicy]
//
// Access points for object processing, whose objects a function transforms on
// their way to the reader:
//
//   - [Client.CreateAccessPointForObjectProcess],
//     [Client.GetAccessPointForObjectProcess],
//     [Client.DeleteAccessPointForObjectProcess]
//   - of the account: [Client.ListAccessPointsForObjectProcess] (all pages:
//     [Client.AccessPointsForObjectProcess])
//   - [Client.WaitAccessPointForObjectProcessEnabled],
//     [Client.WaitAccessPointForObjectProcessDeleted]
//   - configuration: [Client.PutAccessPointConfigForObjectProcess],
//     [Client.GetAccessPointConfigForObjectProcess]
//   - policy: [Client.PutAccessPointPolicyForObjectProcess],
//     [Client.GetAccessPointPolicyForObjectProcess],
//     [Client.DeleteAccessPointPolicyForObjectProcess]
//   - response of the function to the reader: [Client.WriteGetObjectResponse]
//
// # Credentials
//
// By default [New] reads an AccessKey from the environment.
// [DefaultCredentials] searches all the places that the official SDK searches,
// and lists them. [CredentialsFromAlibaba] and [CredentialsFromOSS] adapt the
// credentials of the official SDKs. [AssumeRole] assumes a RAM role with any of
// these.
//
// Temporary keys are refreshed before they expire. If the service reports an
// expired key nevertheless, the client refreshes the key and sends the request
// once more.
//
// If the source of the credentials refuses or cannot be reached, the error of
// the call is an [ErrThrottled], [ErrUnavailable] or [ErrAccessDenied]. For a
// second or two, and for up to a minute after repeated failures, further calls
// fail at once with the same error; then the source is asked again.
//
// # Validation
//
// Each call first checks its request against the documented constraints, with
// the request's method Validate. If the request breaks any, the error is a
// [*ValidationError] that lists all of them, and nothing is sent. Quotas, and
// other constraints that only the service can check, are not checked.
//
// Two checks remain with Config.SkipValidation: the bucket must fit into a host
// name, and the access point of a Get or a Delete must be named, with printable
// characters. Without them, a request could go to another host or mean another
// operation.
//
// # Retries
//
// A call sends its request up to Config.MaxAttempts times, with exponential
// backoff and jitter: the pauses grow from about 0.3 to 20 seconds, vary
// randomly by half, and are no shorter than the service asks for (Retry-After).
// It retries:
//
//   - if no connection was made, because the request did not run;
//   - if the outcome is unknown, because of a timeout, a lost connection or a
//     status of 500 or more, and the operation can be retried safely.
//     [Client.CreateAccessPoint], [Client.CreateAccessPointForObjectProcess]
//     and [Client.WriteGetObjectResponse] cannot: their error is an
//     [*OutcomeUnknownError] then.
//
// Other errors are returned at once, except throttling (see Rate limiting). If
// the service asks for a pause of more than a minute, the call is not retried
// either. A retry budget keeps a client from flooding a service that fails: it
// allows ten retries of requests with an unknown outcome, and one more for
// every ten calls that succeed.
//
// # Idempotency
//
// The service has no idempotency token, but the name of an access point is
// unique in the account and region. [Client.EnsureAccessPoint] uses the name as
// the key and is idempotent: all calls with the same name end with the same
// access point, even if two processes call it, or one calls again after a
// crash.
//
// It sets the policy if there is none, and changes and deletes nothing else. If
// the access point differs from the request, or another bucket owns the name,
// the error is a [*DriftError]. [Client.EnsureAccessPointAbsent] deletes the
// access point, and returns when no earlier request can affect the next access
// point of that name.
//
// Operations of the API send exactly what they are given. If the response of
// [Client.CreateAccessPoint] is lost, [Client.Resume] finds out whether it was
// created, also in another process.
//
// # Consistency
//
// The service is eventually consistent: a get may not find a new access point
// at once, and may still find a deleted one. Config.Settle is the consistency
// window, the longest time that this may take; the default is 10 seconds. The
// promises of Ensure… hold if it is not exceeded. They do not depend on the
// clock of this machine.
//
// # Rate limiting
//
// Rate limits need no configuration. The client paces each operation: it starts
// with two concurrent requests and doubles that number with every round trip.
// When the service throttles a request, the client slows down to the rate that
// the service accepts, probes for a higher one from time to time, and serves
// waiting callers in order. Throttled attempts do not count toward
// Config.MaxAttempts: a call retries them for up to Config.MaxThrottle, and
// then fails with [ErrThrottled]. A call that could be sent only after its
// deadline fails at once with [context.DeadlineExceeded], and the error says
// that nothing was sent. Config.Limiter adds a rate limit of your own, which
// several clients can share.
//
// # Pagination
//
// Operations that list something return one page. [Client.AccessPoints] and
// [Client.AccessPointsForObjectProcess] iterate over all pages:
//
//	for ap, err := range client.AccessPoints(ctx, oss.ListAccessPointsRequest{Bucket: "examplebucket"}) {
//		if err != nil {
//			return err
//		}
//		fmt.Println(ap.AccessPointName)
//	}
//
// The iterators fetch a page when the previous one is used up, and end after
// the first error.
//
// # Waiting
//
// Access points are created and deleted asynchronously.
// [Client.WaitAccessPointEnabled] and [Client.WaitAccessPointDeleted] poll with
// backoff until that is finished, or until ctx is done; [WaitOptions] sets the
// intervals. A wait that fails returns the resource as last seen, with a
// [*WaitError]. Allow 15 minutes for a creation and 30 for a deletion, as the
// tests of the official SDKs and tools do. [Wait] and [WaitAbsent] poll for any
// other condition. [Client.WaitAccessPointsEnabled] and
// [Client.WaitAccessPointsDeleted] run many waits in one call, in the goroutine
// of the caller.
//
// A single wait requests its own access point at every poll. Concurrent waits
// on one client share list requests if that takes fewer requests: polling a
// thousand access points of one bucket takes ten. Clients derived by
// [Client.With] with the same credentials share them too, and so do concurrent
// calls of [Client.EnsureAccessPoint]. Each wait keeps its own context and
// options, but it may poll earlier than its interval if another one lists, and
// it may start up to a second later if many waits start at once. A list request
// runs in the goroutine and with the context of one of the waits that share it.
// If the credentials may not list, each wait requests its own access point, and
// the Logger gets one record about it.
//
// # FAQ
//
// Why is CreateAccessPoint not retried after a timeout? If the first attempt
// took effect, the retry is refused because the name is taken, and the call
// could not tell its own access point from another one. Use
// [Client.EnsureAccessPoint], which compares, or [Client.Resume].
//
// Why does a request through the access point fail with 403 although its policy
// allows it? The policy of the bucket must delegate access control to its
// access points: see [Client.EnsureDelegation].
//
// Why does Ensure… not change what differs? The difference may be on purpose,
// and a change may interrupt programs that use the resource.
// [Client.RepairAccessPoint] does replace the policy.
//
// Why does a call have no timeout of its own? Its context has one.
// Config.AttemptTimeout limits each attempt; the program decides how long all
// attempts together may take, with the deadline of the context.
//
// Why is there no shared error type for all services? Each package is complete
// in itself, so a program links only what it uses. The kinds and [ServiceError]
// are common to all.
//
// Why is there no interface of the client for mocks? Declare one with the
// methods that your program calls; a [*Client] satisfies it. For most tests the
// in-memory service of package osstest is simpler.
//
// How large is the package? A stripped program that already uses net/http grows
// by at most 388 KB (of 1,024 bytes) if it makes a call, and by at most 150 KB
// more with [DefaultCredentials].
package oss
