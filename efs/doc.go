// Package efs provisions and manages access points of Amazon Elastic File
// System (API version 2015-02-01). An access point is a way to mount a file
// system: it has a root directory and a POSIX identity of its own. The package
// also manages file systems, mount targets, policies, backups, lifecycles,
// replication and tags.
//
// # Quick start
//
// [Client.EnsureAccessPoint] finds or creates an access point, and waits until
// it can be mounted. Its key, here "tenant-1", is a name that you choose. The
// call is idempotent: call it again after a crash, and from several processes
// at once.
//
//	client, err := efs.New(efs.Config{Region: "us-east-1"}) // credentials from the environment
//	if err != nil {
//		return err
//	}
//	ap, err := client.EnsureAccessPoint(ctx, "tenant-1", efs.CreateAccessPointRequest{
//		FileSystemID: "fs-0123456789abcdef8",
//		PosixUser:    &efs.PosixUser{UID: new(uint32(1001)), GID: new(uint32(1001))},
//		RootDirectory: &efs.RootDirectory{Path: "/tenant-1", CreationInfo: &efs.CreationInfo{
//			OwnerUID: new(uint32(1001)), OwnerGID: new(uint32(1001)), Permissions: "0750",
//		}},
//	})
//	if err != nil {
//		return err
//	}
//	fmt.Println(ap.AccessPointARN)
//
// If there is no file system yet, [Client.ProvisionAccessPoint] creates
// everything that is needed to mount a directory. Create one [Client] and share
// it. [New] does no network I/O. The API's own operations are
// [Client.CreateAccessPoint], which creates one access point for each
// ClientToken, and [Client.WaitAccessPointAvailable], which waits for it.
//
// In a request, fields that are zero are not sent. User and group IDs are
// pointers, because 0 is root. The struct tags are for this package's own
// encoding.
//
// # Errors
//
// Test errors with [errors.Is] and [errors.AsType]:
//
//	switch {
//	case err == nil:
//	case errors.Is(err, efs.CodeFileSystemNotFound): // this code of the service
//	case errors.Is(err, efs.ErrNotFound):            // any code of this kind
//	case errors.Is(err, efs.ErrOutcomeUnknown):      // failed, but may have taken effect
//	case errors.Is(err, context.DeadlineExceeded):   // the timeout of ctx
//	}
//
// The types of errors, and what to do:
//
//   - [*ValidationError]: the request breaks documented constraints, and
//     nothing was sent. Fix the request.
//   - [*APIError]: the service refused the call, or could not be reached. Its
//     [Code] and kind say why; give the RequestID to the support of the
//     service.
//   - [*OutcomeUnknownError]: the call failed but may have taken effect. Call
//     again with its ClientToken, if it has one; otherwise check whether the
//     resource exists.
//   - [*WaitError]: a wait or an Ensure… ended before the resource was in the
//     desired state, often because ctx timed out. It has the last state and the
//     cause. Call again to continue.
//   - [*DriftError]: the resource exists but differs from the request, and was
//     not changed. The Repair… methods, such as [Client.RepairAccessPoint],
//     change what the service can change.
//   - [*DuplicateError]: several resources exist where there should be one. It
//     has their IDs; delete those that are not in use.
//   - [*LeftoverError]: a call of [Client.ProvisionAccessPoint] or
//     [Client.DeprovisionAccessPoint] failed. It lists what exists; call again
//     to continue.
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
// Package efstest has an in-memory EFS for the tests of your own program. It
// needs no network and no account, checks signatures and parameters as the
// service does, and injects faults. In a testing/synctest bubble, waits take no
// real time.
//
//	srv := efstest.NewServer(efstest.ReadyAfter(40 * time.Second))
//	srv.Inject("CreateAccessPoint", efstest.ResponseLost)
//	client := srv.Client()
//
// # Operations
//
// Most programs need only these:
//
//   - everything that is needed to mount a directory, and its deletion:
//     [Client.ProvisionAccessPoint], [Client.DeprovisionAccessPoint]
//   - find or create, delete, and repair: [Client.EnsureAccessPoint],
//     [Client.EnsureAccessPointAbsent], [Client.RepairAccessPoint]
//   - wait: [Client.WaitAccessPointAvailable], [Client.WaitAccessPointDeleted],
//     and for many [Client.WaitAccessPointsAvailable],
//     [Client.WaitAccessPointsDeleted]
//
// Access points, of which only the tags can be changed:
//
//   - [Client.CreateAccessPoint], [Client.DeleteAccessPoint]
//   - one, or those of a file system or of the account:
//     [Client.DescribeAccessPoints] (all pages: [Client.AccessPoints])
//
// File systems:
//
//   - [Client.EnsureFileSystem], [Client.EnsureFileSystemAbsent],
//     [Client.RepairFileSystem]
//   - [Client.CreateFileSystem], [Client.UpdateFileSystem],
//     [Client.DeleteFileSystem], [Client.DescribeFileSystems] (all pages:
//     [Client.FileSystems])
//   - [Client.WaitFileSystemAvailable], [Client.WaitFileSystemDeleted]
//   - IAM policy: [Client.PutFileSystemPolicy],
//     [Client.DescribeFileSystemPolicy], [Client.DeleteFileSystemPolicy]
//
// Mount targets, through which a file system is reached:
//
//   - [Client.EnsureMountTargets], [Client.EnsureMountTargetsAbsent],
//     [Client.RepairMountTargets]
//   - [Client.CreateMountTarget], [Client.DeleteMountTarget],
//     [Client.DescribeMountTargets] (all pages: [Client.MountTargets])
//   - [Client.WaitMountTargetAvailable], [Client.WaitMountTargetDeleted]
//   - security groups: [Client.DescribeMountTargetSecurityGroups],
//     [Client.ModifyMountTargetSecurityGroups]
//
// Tags of access points and file systems:
//
//   - [Client.TagResource], [Client.UntagResource],
//     [Client.ListTagsForResource] (all pages: [Client.TagsForResource])
//
// Storage classes, backups and replication:
//
//   - storage classes: [Client.PutLifecycleConfiguration],
//     [Client.DescribeLifecycleConfiguration]
//   - backups: [Client.PutBackupPolicy], [Client.DescribeBackupPolicy],
//     [Client.WaitBackupPolicy]
//   - replication: [Client.CreateReplicationConfiguration],
//     [Client.DeleteReplicationConfiguration],
//     [Client.DescribeReplicationConfigurations] (all pages:
//     [Client.ReplicationConfigurations]), [Client.UpdateFileSystemProtection],
//     [Client.WaitReplicationEnabled], [Client.WaitReplicationDeleted]
//
// The account:
//
//   - [Client.PutAccountPreferences], [Client.DescribeAccountPreferences]
//
// # Credentials
//
// By default [New] reads an access key from the environment.
// [DefaultCredentials] searches all the places that the official SDK searches,
// and lists them. [CredentialsFromAWS] adapts the official SDK's credentials.
// [AssumeRole] assumes an IAM role with any of these, also a role of another
// account that requires an external ID.
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
//     [Client.CreateMountTarget], [Client.UpdateFileSystem],
//     [Client.DeleteFileSystem], [Client.CreateReplicationConfiguration] and
//     [Client.DeleteReplicationConfiguration] cannot: their error is an
//     [*OutcomeUnknownError] then.
//
// Other errors are returned at once, except throttling (see Rate limiting). If
// the service asks for a pause of more than a minute, the call is not retried
// either. A retry budget keeps a client from flooding a service that fails: it
// allows ten retries of requests with an unknown outcome, and one more for
// every ten calls that succeed.
//
// All attempts of a [Client.CreateAccessPoint] have the same ClientToken, for
// which EFS creates one access point, so no attempt creates a second one. A
// program that may retry the call itself, for instance after a restart, passes
// its own token. EFS responds to a known token with
// [CodeAccessPointAlreadyExists] instead of its first response, regardless of
// the other parameters. The ResourceID of the error is the ID of the access
// point that has the token; it may belong to another file system.
//
// # Idempotency
//
// A program that may be interrupted, or may be asked twice for the same
// resource, should call Ensure… instead of Create…. [Client.EnsureAccessPoint]
// identifies the access point by a key of your own, such as the name of a
// volume. It is idempotent: all callers with the same key get the same access
// point, even if an earlier call was interrupted. An access point that differs
// from the request, or belongs to another file system, is left unchanged, and
// the error is a [*DriftError]. [Client.EnsureAccessPointAbsent] takes the same
// key.
//
// The key is kept in the tag accesspoint-key, and the idempotency token
// (ClientToken) is derived from the file system and the key. This relies on EFS
// remembering the token of every existing access point, which EFS does not
// promise. If it forgets one, the call that creates the second access point
// finds the first and returns a [*DuplicateError], unless that call is
// interrupted.
//
// [Client.EnsureFileSystem] does the same for a file system, but lists the file
// systems before it creates one, because a second one is expensive. A mount
// target has neither a token nor tags: its subnet is its key, and EFS accepts
// one for each Availability Zone. No Ensure… deletes a file system, except
// [Client.EnsureFileSystemAbsent], which requires its ID.
//
// [IdempotencyToken] makes tokens for programs that call
// [Client.CreateAccessPoint] themselves.
//
// # Consistency
//
// The service is eventually consistent: a list may not show a new access point,
// or its tags, at once, and may still show a deleted one. Config.Settle is the
// consistency window, the longest time that this may take; the default is 10
// seconds. The promises of Ensure… hold if it is not exceeded. They do not
// depend on the clock of this machine.
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
// Operations that list something return one page. Each has an iterator over all
// pages, such as [Client.AccessPoints]:
//
//	in := efs.DescribeAccessPointsRequest{FileSystemID: "fs-0123456789abcdef8"}
//	for ap, err := range client.AccessPoints(ctx, in) {
//		if err != nil {
//			return err
//		}
//		fmt.Println(ap.AccessPointID)
//	}
//
// The iterator fetches a page when the previous one is used up, and ends after
// the first error.
//
// # Waiting
//
// Access points, file systems and mount targets are created, changed and
// deleted asynchronously. The Wait… methods, such as
// [Client.WaitAccessPointAvailable] and [Client.WaitAccessPointDeleted], poll
// with backoff until that is finished, or until ctx is done; [WaitOptions] sets
// the intervals. A wait that fails returns the resource as last seen, with a
// [*WaitError]. [Wait] and [WaitAbsent] poll for any other condition.
// [Client.WaitAccessPointsAvailable] and [Client.WaitAccessPointsDeleted] run
// many waits in one call, in the goroutine of the caller.
//
// A single wait requests its own access point at every poll. Concurrent waits
// on one client share list requests if that takes fewer requests: polling a
// thousand access points takes one, if the account has no others. Clients
// derived by [Client.With] with the same credentials share them too, and so do
// concurrent calls of [Client.EnsureAccessPoint]. Each wait keeps its own
// context and options, but it may poll earlier than its interval if another one
// lists, and it may start up to a second later if many waits start at once. A
// list request runs in the goroutine and with the context of one of the waits
// that share it. If the credentials may not list, each wait requests its own
// access point, and the Logger gets one record about it.
//
// # FAQ
//
// Why does the call return CodeAccessPointAlreadyExists, although EFS has
// idempotency tokens? EFS does not return its first response again for a token.
// A retry within one call is recognized and succeeds; a new call with an old
// token fails with the ID of the access point in ResourceID.
// [Client.EnsureAccessPoint] handles both.
//
// Why is the access point available although its directory does not exist? The
// first mount creates the directory, and fails if the request has no
// CreationInfo.
//
// Why does Ensure… not change what differs? The difference may be on purpose,
// and a change may interrupt programs that use the resource. The Repair…
// methods, such as [Client.RepairAccessPoint], do change it.
//
// Why are only some fields pointers? Zero means "not set". A field is a pointer
// if its zero is a value of its own, such as user ID 0, which is root.
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
// in-memory service of package efstest is simpler.
//
// How large is the package? A stripped program that already uses net/http grows
// by at most 408 KB (of 1,024 bytes) if it makes a call, and by at most 150 KB
// more with [DefaultCredentials].
package efs
