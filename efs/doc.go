// Package efs manages the access points of Amazon Elastic File System (API
// version 2015-02-01): entrances to a file system, each with a root directory and
// a POSIX identity of its own. It also has the other operations of the service: those
// of file systems, mount targets and what belongs to them.
//
// # Quick start
//
// A [Client] is made from a [Config], once, and shared. [New] names everything
// that is wrong with it and does no network I/O.
//
//	client, err := efs.New(efs.Config{Region: "us-east-1"}) // key from the environment
//	if err != nil {
//		return err
//	}
//	ap, err := client.EnsureAccessPoint(ctx, "tenant-1", efs.CreateAccessPointRequest{
//		FileSystemID:  "fs-0123456789abcdef8",
//		PosixUser:     &efs.PosixUser{UID: new(uint32(1001)), GID: new(uint32(1001))},
//		RootDirectory: &efs.RootDirectory{Path: "/data", CreationInfo: &efs.CreationInfo{OwnerUID: new(uint32(1001)), OwnerGID: new(uint32(1001)), Permissions: "0750"}},
//	})
//
// [Client.EnsureAccessPoint] finds or creates the access point of a key and waits
// until it can be mounted. It may be called again after a crash, and by several
// processes at once (see Never twice). The other way is [Client.CreateAccessPoint]
// and [Client.WaitAccessPointAvailable].
//
// In a request, a field that is zero is not sent. Within a [PosixUser] and a
// [CreationInfo], which are there or not as a whole, 0 is the superuser.
//
// # Operations
//
// Most programs need these alone:
//
//   - all that it takes to mount a directory, from nothing:
//     [Client.ProvisionAccessPoint] and [Client.DeprovisionAccessPoint]
//   - [Client.EnsureAccessPoint] and [Client.EnsureAccessPointAbsent], and
//     [Client.RepairAccessPoint] for what has drifted
//   - [Client.WaitAccessPointAvailable] and [Client.WaitAccessPointDeleted], and
//     for many at a time [Client.WaitAccessPointsAvailable] and
//     [Client.WaitAccessPointsDeleted]
//
// Access points, of which only the tags can be changed:
//
//   - [Client.CreateAccessPoint], once for each ClientToken,
//     [Client.DeleteAccessPoint]
//   - one, those of a file system, or those of the account and region:
//     [Client.DescribeAccessPoints] (pages: [Client.AccessPoints])
//
// The file systems that they are entrances to:
//
//   - [Client.CreateFileSystem], once for each CreationToken,
//     [Client.UpdateFileSystem], [Client.DeleteFileSystem], which deletes all that
//     it holds
//   - one, or those of the account and region: [Client.DescribeFileSystems] (pages:
//     [Client.FileSystems])
//   - [Client.EnsureFileSystem], [Client.RepairFileSystem],
//     [Client.EnsureFileSystemAbsent], which wants the file system named
//   - [Client.WaitFileSystemAvailable] and [Client.WaitFileSystemDeleted]
//
// The mount targets through which a file system is reached:
//
//   - [Client.CreateMountTarget], one for each Availability Zone,
//     [Client.DeleteMountTarget]
//   - one, or those of a file system: [Client.DescribeMountTargets] (pages:
//     [Client.MountTargets])
//   - [Client.DescribeMountTargetSecurityGroups],
//     [Client.ModifyMountTargetSecurityGroups]
//   - [Client.EnsureMountTargets], [Client.RepairMountTargets],
//     [Client.EnsureMountTargetsAbsent]
//   - [Client.WaitMountTargetAvailable] and [Client.WaitMountTargetDeleted]
//
// Who may do what with a file system:
//
//   - [Client.PutFileSystemPolicy], [Client.DescribeFileSystemPolicy],
//     [Client.DeleteFileSystemPolicy]
//
// Tags of access points and file systems:
//
//   - [Client.TagResource], [Client.UntagResource], [Client.ListTagsForResource]
//     (pages: [Client.TagsForResource])
//
// What becomes of the files:
//
//   - storage classes: [Client.PutLifecycleConfiguration],
//     [Client.DescribeLifecycleConfiguration]
//   - backups: [Client.PutBackupPolicy], [Client.DescribeBackupPolicy],
//     [Client.WaitBackupPolicy]
//   - copies: [Client.CreateReplicationConfiguration],
//     [Client.DescribeReplicationConfigurations] (pages:
//     [Client.ReplicationConfigurations]),
//     [Client.DeleteReplicationConfiguration],
//     [Client.UpdateFileSystemProtection], [Client.WaitReplicationEnabled],
//     [Client.WaitReplicationDeleted]
//
// Settings of the account:
//
//   - [Client.PutAccountPreferences], [Client.DescribeAccountPreferences]
//
// # Credentials
//
// Without Config.Credentials, [New] takes the key that the environment holds.
// [DefaultCredentials] also looks in the other places where a machine keeps one.
// [CredentialsFromAWS] takes the official SDK's credentials.
//
// [AssumeRole] assumes an IAM role with the key of any of these, also that of another
// account that asks for an external ID.
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
//	case errors.Is(err, efs.CodeFileSystemNotFound): // this very code
//	case errors.Is(err, efs.ErrNotFound):            // any code of that kind
//	case errors.Is(err, context.DeadlineExceeded):
//	}
//
// A call that may have taken effect although it failed returns an
// [*OutcomeUnknownError] around it, which is an [ErrOutcomeUnknown].
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
// made, and if its outcome is unknown: no answer came, or one with a status of
// 500 or more. The pauses grow from about 0.3 to 20 seconds, are random by
// half, and respect what the service asks for. While the service keeps failing,
// a client repeats no more than one call in ten.
//
// All attempts of a [Client.CreateAccessPoint] have the same ClientToken, for
// which EFS creates one access point, so that none is created twice. A program that
// may itself repeat the call, after a restart for instance, passes a token of its
// own. EFS answers a token that it knows with [CodeAccessPointAlreadyExists], not
// with its first answer, whatever the other parameters; the error's ResourceID is
// the access point that has the token, and it may be one of another file system.
//
// # Never twice
//
// A program that may be interrupted, or asked twice for the same thing, does not
// create: it ensures. A key of its own, such as the name of a volume, stands for
// the access point:
//
//	ap, err := client.EnsureAccessPoint(ctx, "volume-1", efs.CreateAccessPointRequest{
//		FileSystemID:  "fs-0123456789abcdef8",
//		RootDirectory: &efs.RootDirectory{Path: "/volume-1"},
//	})
//
// Whoever asks, however often and at whatever moment a call before was broken off,
// gets the same access point, available and as asked for. One that is not as asked
// for, or that is of another file system, is left as it is, and the error is a
// [*DriftError]. [Client.EnsureAccessPointAbsent] takes the same key.
//
// This rests on the ClientToken, which is made of the file system and the key, and
// on the tag accesspoint-key. It holds as long as EFS knows the token of every
// access point that stands, and shows every change within Config.Settle. Nobody
// promises the first: that a token was forgotten is found out by the call that
// creates the second access point, and reported as a [*DuplicateError], unless that
// very call is broken off.
//
// [Client.EnsureFileSystem] does the same for a file system, with a look before the
// first creation too, since a second file system is dear. Its key has a token and a
// tag as well. A mount target has neither: its subnet is its key, and EFS takes one
// for each Availability Zone. No Ensure deletes a file system, and
// [Client.EnsureFileSystemAbsent] only the one whose ID it is given.
//
// [IdempotencyToken] makes such tokens for programs that call
// [Client.CreateAccessPoint] themselves.
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
// [Client.WaitAccessPointAvailable] and [Client.WaitAccessPointDeleted] look until
// that is done; [Wait] and [WaitAbsent] do so for any other condition.
//
// A single wait gets its access point with every poll. Concurrent waits on one
// client share list requests as soon as they outnumber the pages of the list:
// a thousand access points take one request a poll if the account has no
// others. Clients that With has derived with the same credentials take part,
// and so do concurrent calls of [Client.EnsureAccessPoint]. Each wait keeps
// its own context and options, but it may poll earlier than its pauses say
// when another one lists, and when many waits begin at once, each may begin up
// to a second later. A list request runs in the goroutine and with the context
// of one of those that wait for it. If listing is denied, each wait gets its
// own access point, and the log says so once.
//
// [Client.WaitAccessPointsAvailable] and [Client.WaitAccessPointsDeleted] run
// many waits in one call, in the goroutine of the caller.
//
// # Testing
//
// Package efstest has an in-memory EFS for the tests of your own program.
package efs
