// Package oss manages the access points of Alibaba Cloud Object Storage Service
// (OSS): entrances to a bucket, each with a name, an alias, a policy and a
// network origin of its own.
//
// # Quick start
//
// A [Client] is made from a [Config], once, and shared. [New] names everything
// that is wrong with it and does no network I/O.
//
//	client, err := oss.New(oss.Config{Region: "cn-hangzhou"}) // key from the environment
//	if err != nil {
//		return err
//	}
//	ap, err := client.EnsureAccessPoint(ctx, oss.EnsureAccessPointRequest{
//		Bucket:           "examplebucket",
//		AccessPointName:  "ap-01",
//		NetworkOrigin:    oss.NetworkOriginVPC,
//		VpcConfiguration: &oss.VpcConfiguration{VpcID: "vpc-t4nlw426y44rd3iq4****"},
//		Policy:           policy, // JSON text; without one, nobody gets in
//	})
//
// [Client.EnsureAccessPoint] finds or creates the access point of a name, waits
// until it can be used, and gives it a policy. It may be called again after a crash, and by several
// processes at once (see Never twice). The other way is [Client.CreateAccessPoint]
// and [Client.WaitAccessPointEnabled].
//
// In a request, a field that is zero is not sent.
//
// # Operations
//
// Most programs need these alone:
//
//   - [Client.EnsureAccessPoint] and [Client.EnsureAccessPointAbsent], and
//     [Client.RepairAccessPoint], which changes a policy that is not as asked
//   - [Client.WaitAccessPointEnabled] and [Client.WaitAccessPointDeleted], and for
//     many at a time [Client.WaitAccessPointsEnabled] and
//     [Client.WaitAccessPointsDeleted]
//   - [Client.EnsureDelegation] and [Client.EnsureDelegationAbsent], by which a bucket
//     leaves requests to the policies of its access points
//   - [Client.Resume], which finds out whether a creation ran whose answer was lost
//
// Access points:
//
//   - [Client.CreateAccessPoint], [Client.GetAccessPoint],
//     [Client.DeleteAccessPoint]
//   - those of a bucket, or of the account: [Client.ListAccessPoints] (pages:
//     [Client.AccessPoints])
//
// Those whose objects a function transforms on their way:
//
//   - [Client.CreateAccessPointForObjectProcess],
//     [Client.GetAccessPointForObjectProcess],
//     [Client.DeleteAccessPointForObjectProcess], with
//     [Client.WaitAccessPointForObjectProcessEnabled] and
//     [Client.WaitAccessPointForObjectProcessDeleted]
//   - those of the account: [Client.ListAccessPointsForObjectProcess] (pages:
//     [Client.AccessPointsForObjectProcess])
//   - what they do: [Client.PutAccessPointConfigForObjectProcess],
//     [Client.GetAccessPointConfigForObjectProcess]
//   - their policies: [Client.PutAccessPointPolicyForObjectProcess],
//     [Client.GetAccessPointPolicyForObjectProcess],
//     [Client.DeleteAccessPointPolicyForObjectProcess]
//   - what the function sends to the reader: [Client.WriteGetObjectResponse]
//
// Who may use them:
//
//   - the policy of an access point: [Client.PutAccessPointPolicy],
//     [Client.GetAccessPointPolicy], [Client.DeleteAccessPointPolicy]
//   - whether it may admit everyone: [Client.PutAccessPointPublicAccessBlock],
//     [Client.GetAccessPointPublicAccessBlock],
//     [Client.DeleteAccessPointPublicAccessBlock]
//   - the policy of a bucket: [Client.PutBucketPolicy], [Client.GetBucketPolicy],
//     [Client.DeleteBucketPolicy]; its one statement that access points need:
//     [Client.EnsureDelegation]
//
// # Who gets in
//
// A request gets through an access point only if the access point's policy allows it,
// and the bucket's policy leaves such requests to access points: once for a bucket,
//
//	err = client.EnsureDelegation(ctx, oss.Delegation{Bucket: "examplebucket", AccountID: ap.AccountID})
//
// Policies are JSON text, which this package checks but does not make.
//
// # Credentials
//
// Without Config.Credentials, [New] takes the key that the environment holds.
// [DefaultCredentials] also looks in the other places where a machine keeps one.
// [CredentialsFromAlibaba] and [CredentialsFromOSS] take the credentials of the
// official SDKs. [AssumeRole] takes on a RAM role with the key of any of these.
//
// Temporary keys are replaced before they expire. If the service says all the
// same that one has expired, it is replaced, and the call sent once more.
//
// Transient errors of a source are retried. If it refuses or cannot be reached, the
// error is an [ErrThrottled], [ErrUnavailable] or [ErrAccessDenied], and calls fail
// with it at once until the source is asked again: a second or two later, and after
// more failures up to a minute.
//
// # Validation
//
// Every request has a method Validate, which checks the documented constraints.
// A call checks them first and fails with a [*ValidationError] that names every
// broken one; nothing is sent then. Quotas, and whatever only the service can
// know, are not checked.
//
// Two checks stay with Config.SkipValidation, since without them a request would
// go elsewhere or mean another operation: a bucket has to fit into a host name,
// and the access point of a Get or a Delete has to be named, with printable
// characters.
//
// # Errors
//
// A call that fails after that returns an [*APIError]. It matches, with
// [errors.Is], its [Code], its kind, and the context's error if the context
// ended the call:
//
//	switch {
//	case errors.Is(err, oss.CodeNoSuchBucket): // this very code
//	case errors.Is(err, oss.ErrNotFound):      // any code of that kind
//	case errors.Is(err, context.DeadlineExceeded):
//	}
//
// A call that may have taken effect although it failed returns an
// [*OutcomeUnknownError] around it, which is an [ErrOutcomeUnknown].
//
// The service's finer code, the EC, stands in parentheses behind the Message.
//
// An access point that exists but not as asked is an [ErrDrift].
//
// The kinds are the same values in all five packages, and [ServiceError], which tells
// status, code and request ID, is the same interface: a program that uses several
// services needs one branch. A handler of log/slog writes an error of a call as a
// group of these.
//
// No error, log record or printed value of this package holds a secret.
//
// # Repeats
//
// A call is sent again, up to Config.MaxAttempts times, if no connection was
// made, and, for every operation but [Client.CreateAccessPoint], if its outcome
// is unknown: no answer came, or one with a status of 500 or more. The pauses
// grow from about 0.3 to 20 seconds, are random by half, and respect what the
// service asks for. While the service keeps failing, a client repeats no more
// than one call in ten.
//
// # Never twice
//
// The service has no idempotency token, but gives a name only once in the account
// and region. [Client.EnsureAccessPoint] takes the name for the key, and ends with
// the one access point that has it, whether it is called twice, by two processes,
// or again after a crash:
//
//	ap, err := client.EnsureAccessPoint(ctx, oss.EnsureAccessPointRequest{
//		Bucket: "examplebucket", AccessPointName: "ap-01", NetworkOrigin: oss.NetworkOriginInternet,
//	})
//
// It puts the policy that it is asked for where there is none, and changes and deletes
// nothing else. An access point that is not as asked, or belongs to another bucket, is
// a [*DriftError]. [Client.EnsureAccessPointAbsent] deletes, and returns
// when nothing that was sent before can hit the next access point of that name.
// Both rely on every change being visible to all after Config.Settle.
//
// The operations of the API send exactly what they are given. When the answer of
// [Client.CreateAccessPoint] is lost, its error has a text that [Client.Resume]
// takes, in another process too.
//
// # Pace
//
// Nothing has to be configured against a stampede. Each operation starts with
// two calls in flight and doubles them with every round trip. When the service
// throttles one, the client slows down to what it sees the service accept, tries
// a little more from time to time, and serves its callers in the order in which
// they came. Throttled attempts do not count as such: a call goes on for up to
// Config.MaxThrottle. One whose turn would come after its deadline is refused at
// once, with a [context.DeadlineExceeded] that says that it was local. A
// Config.Limiter stands above all this, and can be shared by clients.
//
// # Waiting
//
// Access points are created and deleted in the background.
// [Client.WaitAccessPointEnabled] and [Client.WaitAccessPointDeleted] look until
// that is done; [Wait] and [WaitAbsent] do so for any other condition. Allow 15 minutes for the
// first and 30 for the second, as the tests of the official SDKs and tools do.
//
// A single wait gets its access point with every poll. Concurrent waits on one
// client share list requests as soon as they outnumber the pages of the list:
// a thousand access points of one bucket take ten requests a poll. Clients
// that With has derived with the same credentials take part, and so do
// concurrent calls of [Client.EnsureAccessPoint]. Each wait keeps its own
// context and options, but it may poll earlier than its pauses say when
// another one lists, and when many waits begin at once, each may begin up to a
// second later. A list request runs in the goroutine and with the context of
// one of those that wait for it. If listing is denied, each wait gets its own
// access point, and the log says so once.
//
// [Client.WaitAccessPointsEnabled] and [Client.WaitAccessPointsDeleted] run
// many waits in one call, in the goroutine of the caller.
//
// # Testing
//
// Package osstest has an in-memory OSS for the tests of your own program.
package oss
