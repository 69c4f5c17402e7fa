// Package nas manages the access points of Alibaba Cloud File Storage NAS (API
// version 2017-06-26): entrances to a file system, each with a domain name to
// mount, a root directory, a POSIX identity and a network of its own.
//
// # Quick start
//
// A [Client] is made from a [Config], once, and shared. [New] names everything
// that is wrong with it and does no network I/O.
//
//	client, err := nas.New(nas.Config{Region: "cn-hangzhou"}) // key from the environment
//	if err != nil {
//		return err
//	}
//	ap, err := client.EnsureAccessPoint(ctx, "tenant-1", nas.CreateAccessPointRequest{
//		FileSystemID: "31a8e4****",
//		VpcID:        "vpc-2zesj9afh3y518k9o****",
//		VSwitchID:    "vsw-2zevmwkwyztjuoffg****",
//	})
//
// [Client.EnsureAccessPoint] finds or creates the access point of a key and waits
// until it can be mounted. It may be called again after a crash, and by several
// processes at once (see Never twice). The other way is [Client.CreateAccessPoint],
// which creates another with every call, and [Client.WaitAccessPointActive].
//
// In a request, a field that is zero is not sent. Where zero is a value of its
// own, such as user ID 0, the field is a pointer: OwnerUserID: new(uint32(0)).
//
// # Operations
//
// Most programs need these alone:
//
//   - [Client.EnsureAccessPoint] and [Client.EnsureAccessPointAbsent], and
//     [Client.RepairAccessPoint], which changes what drifted
//   - [Client.ProvisionVolume] and [Client.ReleaseVolume], for a directory with a
//     quota and an access point, as CSI drivers make them
//   - [Client.WaitAccessPointActive] and [Client.WaitAccessPointDeleted], and for
//     many at a time [Client.WaitAccessPointsActive] and
//     [Client.WaitAccessPointsDeleted]
//   - [Client.Resume], which finds out whether a creation ran whose answer was lost
//
// File systems:
//
//   - [Client.DescribeFileSystems] (pages: [Client.FileSystems])
//   - [Client.GetRecycleBinAttribute]
//
// Directories and their quotas:
//
//   - [Client.CreateDir]
//   - [Client.SetDirQuota], [Client.CancelDirQuota], and
//     [Client.WaitDirQuotaNormal], [Client.WaitDirQuotaCanceled]
//   - [Client.DescribeDirQuotas] (pages: [Client.DirQuotas])
//
// Spaces of Agentic file systems:
//
//   - [Client.EnsureAgenticSpace], [Client.RepairAgenticSpace] and
//     [Client.EnsureAgenticSpaceAbsent], which find, create, change and delete the
//     space of a path
//   - [Client.CreateAgenticSpace], [Client.GetAgenticSpace],
//     [Client.ModifyAgenticSpace], [Client.SetAgenticSpaceQuota],
//     [Client.DeleteAgenticSpace], and [Client.WaitAgenticSpaceRunning],
//     [Client.WaitAgenticSpaceDeleted]
//   - those of a file system: [Client.DescribeAgenticSpaces] (pages:
//     [Client.AgenticSpaces])
//   - what the service would say to one of these that changes something:
//     [Client.DryRun]
//
// Access points:
//
//   - [Client.CreateAccessPoint], [Client.DescribeAccessPoint],
//     [Client.ModifyAccessPoint], [Client.DeleteAccessPoint]
//   - those of a file system: [Client.ListAccessPoints] (pages:
//     [Client.AccessPoints])
//   - those with a tag too: [Client.DescribeAccessPoints] (pages:
//     [Client.DescribedAccessPoints])
//
// File systems, mount targets, and access points of CPFS:
//
//   - [Client.EnsureFileSystem], [Client.EnsureFileSystemAbsent],
//     [Client.EnsureMountTarget], [Client.EnsureMountTargetAbsent]
//   - [Client.CreateFileSystem], [Client.ModifyFileSystem], [Client.DeleteFileSystem];
//     [Client.WaitFileSystemAvailable], [Client.WaitFileSystemDeleted]
//   - [Client.CreateMountTarget], [Client.ModifyMountTarget],
//     [Client.DeleteMountTarget]; those of a file system:
//     [Client.DescribeMountTargets] (pages: [Client.MountTargets]);
//     [Client.WaitMountTargetAvailable], [Client.WaitMountTargetDeleted]
//   - [Client.CreateCpfsAccessPoint], [Client.ModifyCpfsAccessPoint],
//     [Client.DeleteCpfsAccessPoint]; those of a file system:
//     [Client.DescribeCpfsAccessPoints] (pages: [Client.CpfsAccessPoints]);
//     [Client.WaitCpfsAccessPointActive], [Client.WaitCpfsAccessPointDeleted]; who
//     has one mounted: [Client.DescribeCpfsAccessPointMountedClients] (pages:
//     [Client.CpfsAccessPointMountedClients])
//
// Permission groups, whose rules say who may mount:
//
//   - [Client.EnsureAccessGroup], with the rules, [Client.EnsureAccessGroupAbsent]
//     and [Client.RepairAccessGroup]
//   - [Client.CreateAccessGroup], [Client.ModifyAccessGroup],
//     [Client.DeleteAccessGroup]
//   - [Client.CreateAccessRule], [Client.ModifyAccessRule],
//     [Client.DeleteAccessRule]
//   - those of the region: [Client.DescribeAccessGroups] (pages:
//     [Client.AccessGroups]); those of a group: [Client.DescribeAccessRules] (pages:
//     [Client.AccessRules])
//
// Tags of access points and file systems:
//
//   - [Client.TagResources], [Client.UntagResources]
//   - those of some resources, or of all with a tag: [Client.ListTagResources]
//     (pages: [Client.TagsOfResources])
//
// The account:
//
//   - where the service is: [Client.DescribeRegions] (pages: [Client.Regions]),
//     [Client.DescribeZones]
//   - [Client.ChangeResourceGroup] moves a file system to another resource group
//   - [Client.OpenNASService] orders the service, which costs money
//
// # Credentials
//
// Without Config.Credentials, [New] takes the key that the environment holds.
// [DefaultCredentials] also looks in the other places where a machine keeps one.
// [CredentialsFromAlibaba] takes the official SDK's credentials. [AssumeRole]
// takes on a RAM role with the key of any of these.
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
// # Errors
//
// A call that fails after that returns an [*APIError]. It matches, with
// [errors.Is], its [Code], its kind, and the context's error if the context
// ended the call:
//
//	switch {
//	case errors.Is(err, nas.CodeAccessGroupNotFound): // this very code
//	case errors.Is(err, nas.ErrNotFound):             // any code of that kind
//	case errors.Is(err, context.DeadlineExceeded):
//	}
//
// A call that may have taken effect although it failed returns an
// [*OutcomeUnknownError] around it, which is an [ErrOutcomeUnknown]. That of a
// creation has a text for [Client.Resume].
//
// A resource that exists but not as asked is an [ErrDrift], several where one should
// be are an [ErrDuplicate].
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
// made, and, unless it creates or orders something without an idempotency token, if
// its outcome is unknown: no answer came, or one with a status of 500 or more. The
// pauses grow from about 0.3 to 20 seconds, are random by half, and respect what the
// service asks for. While the service keeps failing, a client repeats no more than
// one call in ten.
//
// # Never twice
//
// The service has neither an idempotency token nor a unique name for access
// points: a creation that is retried creates a second one, and one whose response
// was lost may show only a while later. [Client.EnsureAccessPoint] gives each a
// key, which it keeps in a tag, and always ends with the one access point of that
// key, whether it is called twice, by two processes, or again after a crash:
//
//	ap, err := client.EnsureAccessPoint(ctx, "pvc-7f3a", nas.CreateAccessPointRequest{ ... })
//
// If there are several, the oldest is the one. It is returned when every older one
// would show, which takes Config.Settle and two seconds after its creation, and it
// is marked; the others are deleted, whoever created them. An access point that a
// call has returned is never deleted. These promises rest on every change being
// visible to all after Config.Settle, and on no clock of this machine.
//
// What it cannot decide it reports: several that are marked as a
// [*DuplicateError], one that is not as asked, or has lost its tags, as a
// [*DriftError]. It deletes only what carries both of its tags.
//
// The operations of the API send exactly what they are given. When the answer of
// [Client.CreateAccessPoint] is lost, its error has a text that [Client.Resume]
// takes, in another process too.
//
// A directory is there once, whoever makes it, and so is the space of a path of an
// Agentic file system: its creation has an idempotency token, by which
// [Client.EnsureAgenticSpace] finds what an interrupted call has created.
// [Client.ProvisionVolume] undoes nothing: a call that fails names what stands, and
// the next one goes on from there.
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
// [Client.WaitAccessPointActive] and [Client.WaitAccessPointDeleted] look until
// that is done; [Wait] and [WaitAbsent] do so for any other condition.
//
// A single wait gets its access point with every poll. Concurrent waits on one
// client share list requests as soon as they outnumber the pages of the list:
// a thousand access points of one file system take ten requests a poll.
// Clients that With has derived with the same credentials take part, and so do
// concurrent calls of [Client.EnsureAccessPoint]. Each wait keeps its own
// context and options, but it may poll earlier than its pauses say when
// another one lists, and when many waits begin at once, each may begin up to a
// second later. A list request runs in the goroutine and with the context of
// one of those that wait for it. If listing is denied, each wait gets its own
// access point, and the log says so once.
//
// [Client.WaitAccessPointsActive] and [Client.WaitAccessPointsDeleted] run
// many waits in one call, in the goroutine of the caller.
//
// # Testing
//
// Package nastest has an in-memory NAS for the tests of your own program.
package nas
