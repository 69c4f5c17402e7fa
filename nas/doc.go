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
//	out, err := client.CreateAccessPoint(ctx, nas.CreateAccessPointRequest{
//		FileSystemID: "31a8e4****",
//		VpcID:        "vpc-2zesj9afh3y518k9o****",
//		VSwitchID:    "vsw-2zevmwkwyztjuoffg****",
//	})
//	if err != nil {
//		return err
//	}
//	ap, err := client.WaitAccessPointActive(ctx, "31a8e4****", out.AccessPoint.AccessPointID, nas.WaitOptions{})
//
// A program that may be restarted, or run twice, uses [Client.EnsureAccessPoint]
// in place of the two calls (see Never twice).
//
// In a request, a field that is zero is not sent. Where zero is a value of its
// own, such as user ID 0, the field is a pointer: OwnerUserID: new(uint32(0)).
//
// # Operations
//
//   - [Client.EnsureAccessPoint] finds or creates one for a key, and
//     [Client.EnsureAccessPointAbsent] deletes it
//   - [Client.CreateAccessPoint] creates one, and another when it is called again;
//     [Client.Resume] finds out whether it did if its answer was lost
//   - [Client.DescribeAccessPoint] returns one
//   - [Client.ListAccessPoints] returns a page of those of a file system;
//     [Client.AccessPoints] iterates over all pages
//   - [Client.DescribeAccessPoints] returns a page, looked up by tag too;
//     [Client.DescribedAccessPoints] iterates over all pages
//   - [Client.ModifyAccessPoint] changes one
//   - [Client.DeleteAccessPoint] deletes one
//   - [Client.WaitAccessPointActive] waits until one can be mounted,
//     [Client.WaitAccessPointsActive] until each of many can
//   - [Client.WaitAccessPointDeleted] waits until one is gone,
//     [Client.WaitAccessPointsDeleted] until each of many is
//
// # Credentials
//
// Without Config.Credentials, [New] takes the key that the environment holds.
// [DefaultCredentials] also looks in the other places where a machine keeps one,
// in this order:
//
//   - the environment: ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET
//     and ALIBABA_CLOUD_SECURITY_TOKEN
//   - the role of a pod (RRSA): ALIBABA_CLOUD_ROLE_ARN,
//     ALIBABA_CLOUD_OIDC_PROVIDER_ARN and ALIBABA_CLOUD_OIDC_TOKEN_FILE
//   - the current profile of the command line, or that of ALIBABA_CLOUD_PROFILE,
//     in ~/.aliyun/config.json: AK, StsToken, RamRoleArn, ChainableRamRoleArn,
//     EcsRamRole, OIDC, CredentialsURI or External
//   - ~/.alibabacloud/credentials
//   - the RAM role of the ECS instance, by its metadata service
//   - ALIBABA_CLOUD_CREDENTIALS_URI
//
// The first that is set up serves, or fails: the program never becomes somebody
// else because a source is out of order for a moment. The error names all that
// were asked, and why each did not serve. [CredentialsFromAlibaba] takes the
// official SDK's credentials for whatever is not in the list.
//
// [AssumeRole] takes on a RAM role with the key of any credentials. A role that
// the environment names beside an AccessKey is left alone, as the official SDK
// leaves it.
//
// Temporary keys are replaced before they expire. If the service says all the
// same that one has expired, it is replaced, and the call sent once more.
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
// The service has neither an idempotency token nor a unique name for access
// points: a creation that is repeated creates a second one, and one whose answer
// was lost may show only a while later. [Client.EnsureAccessPoint] gives each a
// key, which it keeps in a tag, and always ends with the one access point of that
// key, whether it is called twice, by two processes, or again after a crash:
//
//	ap, err := client.EnsureAccessPoint(ctx, "pvc-7f3a", nas.CreateAccessPointRequest{ ... })
//
// For that it has to rely on every change being visible to all after
// Config.Settle, and takes twice as long for a new access point. What it cannot
// decide it reports: two access points as a [*DuplicateError], one that is not as
// asked as a [*DriftError]. It changes and deletes nothing that it did not create
// in the same call.
//
// The operations of the API send exactly what they are given. When the answer of
// [Client.CreateAccessPoint] is lost, its error has a text that [Client.Resume]
// takes, in another process too.
//
// # Pace
//
// Nothing has to be configured against a stampede. Each operation starts with
// four calls in flight and doubles them with every round trip. When the service
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
// that is done; [Wait] does so for any other condition.
//
// A wait that is alone gets its access point with every poll. Those that run at
// the same time on one client, and on those derived from it that have its
// credentials, look together, at the pages of a list, as soon as they outnumber
// the pages: a thousand send ten requests a poll. Each keeps its own context and
// options, but may look earlier than its pauses say when another does. Where the
// list is denied, each goes on by itself, and the log says so once.
// [Client.WaitAccessPointsActive] and [Client.WaitAccessPointsDeleted] run many
// waits in one call.
//
// # Testing
//
// Package nastest has an in-memory NAS for the tests of your own program.
package nas
