// Package nas provisions and manages access points of Alibaba Cloud File
// Storage NAS (API version 2017-06-26). An access point is a way to mount a
// file system: it has a domain name, a root directory, a POSIX identity and a
// network of its own. The package also manages file systems, mount targets,
// permission groups, directory quotas, Agentic spaces and CPFS access points.
//
// # Quick start
//
// [Client.EnsureAccessPoint] finds or creates an access point, and waits until
// it can be mounted. Its key, here "tenant-1", is a name that you choose. The
// call is idempotent: call it again after a crash, and from several processes
// at once.
//
//	client, err := nas.New(nas.Config{Region: "cn-hangzhou"}) // credentials from the environment
//	if err != nil {
//		return err
//	}
//	ap, err := client.EnsureAccessPoint(ctx, "tenant-1", nas.CreateAccessPointRequest{
//		FileSystemID: "31a8e4****",
//		VpcID:        "vpc-2zesj9afh3y518k9o****",
//		VSwitchID:    "vsw-2zevmwkwyztjuoffg****",
//	})
//	if err != nil {
//		return err
//	}
//	fmt.Println("mount", ap.DomainName)
//
// Create one [Client] and share it. [New] does no network I/O. The API's own
// operation is [Client.CreateAccessPoint], which creates another access point
// with each call; [Client.WaitAccessPointActive] waits for it.
//
// In a request, fields that are zero are not sent. If zero is a value of its
// own, such as user ID 0, the field is a pointer: OwnerUserID: new(uint32(0)).
// The struct tags are for this package's own encoding.
//
// # Errors
//
// Test errors with [errors.Is] and [errors.AsType]:
//
//	switch {
//	case err == nil:
//	case errors.Is(err, nas.CodeAccessGroupNotFound): // this code of the service
//	case errors.Is(err, nas.ErrNotFound):             // any code of this kind
//	case errors.Is(err, nas.ErrOutcomeUnknown):       // failed, but may have taken effect
//	case errors.Is(err, context.DeadlineExceeded):    // the timeout of ctx
//	}
//
// The types of errors, and what to do:
//
//   - [*ValidationError]: the request breaks documented constraints, and
//     nothing was sent. Fix the request.
//   - [*APIError]: the service refused the call, or could not be reached. Its
//     [Code] and kind say why; give the RequestID to the support of the
//     service.
//   - [*OutcomeUnknownError]: the call failed but may have taken effect.
//     [Client.Resume] finds out whether a creation of an access point did; for
//     other operations, check whether the resource exists.
//   - [*WaitError]: a wait or an Ensure… ended before the resource was in the
//     desired state, often because ctx timed out. It has the last state and the
//     cause. Call again to continue.
//   - [*DriftError]: the resource exists but differs from the request, and was
//     not changed. The Repair… methods, such as [Client.RepairAccessPoint],
//     change it.
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
// Package nastest has an in-memory NAS for the tests of your own program. It
// needs no network and no account, checks signatures and parameters as the
// service does, and injects faults. In a testing/synctest bubble, waits take no
// real time.
//
//	srv := nastest.NewServer(nastest.ReadyAfter(40 * time.Second))
//	srv.Inject("CreateAccessPoint", nastest.ResponseLost)
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
//   - a directory with a quota and an access point, as CSI drivers need it:
//     [Client.ProvisionVolume], [Client.ReleaseVolume]
//   - wait: [Client.WaitAccessPointActive], [Client.WaitAccessPointDeleted],
//     and for many [Client.WaitAccessPointsActive],
//     [Client.WaitAccessPointsDeleted]
//   - find out whether a creation took effect whose response was lost:
//     [Client.Resume]
//
// Access points:
//
//   - [Client.CreateAccessPoint], [Client.DescribeAccessPoint],
//     [Client.ModifyAccessPoint], [Client.DeleteAccessPoint]
//   - of a file system: [Client.ListAccessPoints] (all pages:
//     [Client.AccessPoints])
//   - by tag, or of the region: [Client.DescribeAccessPoints] (all pages:
//     [Client.DescribedAccessPoints])
//
// File systems:
//
//   - [Client.EnsureFileSystem], [Client.EnsureFileSystemAbsent],
//     [Client.RepairFileSystem]
//   - [Client.CreateFileSystem], [Client.ModifyFileSystem],
//     [Client.DeleteFileSystem], [Client.DescribeFileSystems] (all pages:
//     [Client.FileSystems])
//   - [Client.WaitFileSystemAvailable], [Client.WaitFileSystemDeleted]
//   - recycle bin: [Client.GetRecycleBinAttribute]
//
// Mount targets:
//
//   - [Client.EnsureMountTarget], [Client.EnsureMountTargetAbsent],
//     [Client.RepairMountTarget]
//   - [Client.CreateMountTarget], [Client.ModifyMountTarget],
//     [Client.DeleteMountTarget], [Client.DescribeMountTargets] (all pages:
//     [Client.MountTargets])
//   - [Client.WaitMountTargetAvailable], [Client.WaitMountTargetDeleted]
//
// Permission groups, whose rules say who may mount:
//
//   - [Client.EnsureAccessGroup], with its rules,
//     [Client.EnsureAccessGroupAbsent], [Client.RepairAccessGroup]
//   - [Client.CreateAccessGroup], [Client.ModifyAccessGroup],
//     [Client.DeleteAccessGroup], [Client.DescribeAccessGroups] (all pages:
//     [Client.AccessGroups])
//   - rules: [Client.CreateAccessRule], [Client.ModifyAccessRule],
//     [Client.DeleteAccessRule], [Client.DescribeAccessRules] (all pages:
//     [Client.AccessRules])
//
// Directories and their quotas:
//
//   - [Client.CreateDir]
//   - [Client.SetDirQuota], [Client.CancelDirQuota], [Client.DescribeDirQuotas]
//     (all pages: [Client.DirQuotas])
//   - [Client.WaitDirQuotaNormal], [Client.WaitDirQuotaCanceled]
//
// Spaces of Agentic file systems:
//
//   - [Client.EnsureAgenticSpace], [Client.EnsureAgenticSpaceAbsent],
//     [Client.RepairAgenticSpace]
//   - [Client.CreateAgenticSpace], [Client.GetAgenticSpace],
//     [Client.ModifyAgenticSpace], [Client.SetAgenticSpaceQuota],
//     [Client.DeleteAgenticSpace], [Client.DescribeAgenticSpaces] (all pages:
//     [Client.AgenticSpaces])
//   - [Client.WaitAgenticSpaceRunning], [Client.WaitAgenticSpaceDeleted]
//   - check a request without running it: [Client.DryRun]
//
// Access points of CPFS:
//
//   - [Client.CreateCpfsAccessPoint], [Client.ModifyCpfsAccessPoint],
//     [Client.DeleteCpfsAccessPoint], [Client.DescribeCpfsAccessPoints] (all
//     pages: [Client.CpfsAccessPoints])
//   - [Client.WaitCpfsAccessPointActive], [Client.WaitCpfsAccessPointDeleted]
//   - machines that have one mounted:
//     [Client.DescribeCpfsAccessPointMountedClients] (all pages:
//     [Client.CpfsAccessPointMountedClients])
//
// Tags of access points and file systems:
//
//   - [Client.TagResources], [Client.UntagResources], [Client.ListTagResources]
//     (all pages: [Client.TagsOfResources])
//
// The account:
//
//   - regions and zones: [Client.DescribeRegions] (all pages:
//     [Client.Regions]), [Client.DescribeZones]
//   - move a file system to another resource group:
//     [Client.ChangeResourceGroup]
//   - order the service, which costs money: [Client.OpenNASService]
//
// # Credentials
//
// By default [New] reads an AccessKey from the environment.
// [DefaultCredentials] searches all the places that the official SDK searches,
// and lists them. [CredentialsFromAlibaba] adapts the official SDK's
// credentials. [AssumeRole] assumes a RAM role with any of these.
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
//     Operations that create or order something without an idempotency token
//     cannot, nor can [Client.DeleteFileSystem]: their error is an
//     [*OutcomeUnknownError] then. The comment of each operation says whether
//     it is retried.
//
// Other errors are returned at once, except throttling (see Rate limiting). If
// the service asks for a pause of more than a minute, the call is not retried
// either. A retry budget keeps a client from flooding a service that fails: it
// allows ten retries of requests with an unknown outcome, and one more for
// every ten calls that succeed.
//
// # Idempotency
//
// The service has neither an idempotency token nor a unique name for access
// points: a retried creation creates a second access point, and an access point
// whose creation got no response may become visible only later.
// [Client.EnsureAccessPoint] is idempotent nevertheless. It keeps the key in a
// tag of the access point, and all calls with the same key end with the same
// access point, even if two processes call it, or one calls again after a
// crash.
//
// If several exist for a key, the oldest is kept. A call returns it
// Config.Settle and two seconds after its creation, when any older one would be
// visible, and marks it with a tag. The others are deleted, regardless of which
// process created them. An access point that a call has returned is never
// deleted.
//
// Ensure… reports conflicts that it cannot resolve: several marked access
// points as a [*DuplicateError], and one that differs from the request, or has
// lost its tags, as a [*DriftError]. It deletes only access points that carry
// both of its tags.
//
// Operations of the API send exactly what they are given: no tags are added,
// and no other requests are sent. If the response of [Client.CreateAccessPoint]
// is lost, [Client.Resume] finds out whether it was created, also in another
// process.
//
// [Client.CreateDir] is idempotent: it succeeds if the directory exists
// already. The creation of an Agentic space has an idempotency token
// (ClientToken), by which [Client.EnsureAgenticSpace] finds what an interrupted
// call created; [IdempotencyToken] makes such tokens. [Client.ProvisionVolume]
// undoes nothing: the error of a failed call lists what exists, and the next
// call continues from there.
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
//	for ap, err := range client.AccessPoints(ctx, nas.ListAccessPointsRequest{FileSystemID: "31a8e4****"}) {
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
// Access points, file systems, mount targets and quotas are created, changed
// and deleted asynchronously. The Wait… methods, such as
// [Client.WaitAccessPointActive] and [Client.WaitAccessPointDeleted], poll with
// backoff until that is finished, or until ctx is done; [WaitOptions] sets the
// intervals. A wait that fails returns the resource as last seen, with a
// [*WaitError]. [Wait] and [WaitAbsent] poll for any other condition.
// [Client.WaitAccessPointsActive] and [Client.WaitAccessPointsDeleted] run many
// waits in one call, in the goroutine of the caller.
//
// A single wait requests its own access point at every poll. Concurrent waits
// on one client share list requests if that takes fewer requests: polling a
// thousand access points of one file system takes ten. Clients derived by
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
// Why is CreateAccessPoint not retried after a timeout? The service could not
// recognize the retry and would create a second access point. Use
// [Client.EnsureAccessPoint], which is idempotent, or [Client.Resume].
//
// Why does the first EnsureAccessPoint take more than ten seconds? It waits for
// Config.Settle, to be sure that no other process has created an older access
// point of the same key. Later calls take one list request.
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
// in-memory service of package nastest is simpler.
//
// How large is the package? A stripped program that already uses net/http grows
// by at most 396 KB (of 1,024 bytes) if it makes a call, and by at most 150 KB
// more with [DefaultCredentials].
package nas
