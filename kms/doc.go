// Package kms manages the application access points of Alibaba Cloud Key
// Management Service (API version 2016-01-20): through one, applications use the
// keys and secrets of a KMS instance. What they may use, and from where, is said
// by the policies of the access point and by the network rules of those.
//
// # Quick start
//
// A [Client] is made from a [Config], once, and shared. [New] names everything
// that is wrong with it and does no network I/O.
//
//	client, err := kms.New(kms.Config{Region: "cn-hangzhou"}) // key from the environment
//	if err != nil {
//		return err
//	}
//	out, err := client.ProvisionAccessPoint(ctx, kms.AccessPointPlan{
//		NetworkRules: []kms.CreateNetworkRuleRequest{{
//			Name:            "office",
//			Type:            kms.NetworkRulePrivate,
//			SourcePrivateIP: []string{"192.168.0.0/24"},
//		}},
//		Policies: []kms.CreatePolicyRequest{{
//			Name:               "read-secrets",
//			KmsInstance:        "kst-hzz634e67d126u9p9****",
//			Permissions:        []kms.Permission{kms.PermissionSecretUser},
//			Resources:          []string{"secret/*"},
//			AccessControlRules: kms.AccessControlRules{NetworkRules: []string{"office"}},
//		}},
//		AccessPoint: kms.CreateApplicationAccessPointRequest{Name: "billing"},
//		ClientKey:   kms.CreateClientKeyRequest{Password: kms.Secret(password)},
//	})
//
// [Client.ProvisionAccessPoint] makes an access point with all that it needs, and
// undoes what it made if a step fails. The private key in out.ClientKey is nowhere
// else. It is a [Secret], which does not print. For a program that runs again and
// again, [Client.EnsureNetworkRule], [Client.EnsurePolicy] and
// [Client.EnsureApplicationAccessPoint] find or create each by its name (see Never
// twice). Each step is also an operation of its own.
//
// In a request, a field that is zero is not sent. Where zero is a value of its
// own, such as a description to be cleared, the field is a pointer:
// Description: new("").
//
// Where the API reference has JSON in a string, the field is the list or the
// struct itself, in requests and in responses.
//
// # Operations
//
// Most programs need these alone:
//
//   - [Client.ProvisionAccessPoint]
//   - [Client.EnsureApplicationAccessPoint], [Client.EnsurePolicy] and
//     [Client.EnsureNetworkRule], with [Client.EnsureApplicationAccessPointAbsent],
//     [Client.EnsurePolicyAbsent] and [Client.EnsureNetworkRuleAbsent]
//   - [Client.RepairApplicationAccessPoint], [Client.RepairPolicy] and
//     [Client.RepairNetworkRule], which change what drifted
//   - [Client.Resume], which finds out whether a creation ran whose answer was lost
//
// Application access points:
//
//   - [Client.CreateApplicationAccessPoint], [Client.DescribeApplicationAccessPoint],
//     [Client.UpdateApplicationAccessPoint], [Client.DeleteApplicationAccessPoint],
//     [Client.ListApplicationAccessPoints] (pages:
//     [Client.ApplicationAccessPoints])
//   - their client keys: [Client.CreateClientKey], which returns the private key,
//     [Client.GetClientKey], [Client.DeleteClientKey], [Client.ListClientKeys]
//
// What applications may use, and from where:
//
//   - policies: [Client.CreatePolicy], [Client.DescribePolicy],
//     [Client.UpdatePolicy], [Client.DeletePolicy], [Client.ListPolicies] (pages:
//     [Client.Policies])
//   - network rules: [Client.CreateNetworkRule], [Client.DescribeNetworkRule],
//     [Client.UpdateNetworkRule], [Client.DeleteNetworkRule],
//     [Client.ListNetworkRules] (pages: [Client.NetworkRules])
//
// KMS instances, in which keys and secrets are kept. They are bought elsewhere:
//
//   - [Client.GetKmsInstance], [Client.ListKmsInstances] (pages:
//     [Client.KmsInstances]), [Client.GetDefaultKmsInstance],
//     [Client.GetKmsInstanceQuotaInfos]
//   - [Client.ConnectKmsInstance], which switches one on,
//     [Client.UpdateKmsInstanceBindVpc]
//   - [Client.ReleaseKmsInstance], which ends one, with its keys
//
// The account:
//
//   - [Client.DescribeRegions], [Client.DescribeAccountKmsStatus]
//   - [Client.OpenKmsService], which costs money
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
//	case errors.Is(err, kms.CodeResourceNotFound): // this very code
//	case errors.Is(err, kms.ErrNotFound):          // any code of that kind
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
// No error, log record or printed value of this package holds a secret. The transport
// sees them, as it has to: the password of [Client.CreateClientKey] is a parameter of
// the URL, which stock tracing transports record. Trace with Config.OnAttempt, which is
// told no parameters, or hide the query from the tracer (see the example Tracing).
//
// # Repeats
//
// A call is sent again, up to Config.MaxAttempts times, if no connection was
// made, and, for every operation but [Client.CreateApplicationAccessPoint],
// [Client.CreateNetworkRule], [Client.CreatePolicy], [Client.CreateClientKey],
// [Client.ConnectKmsInstance], [Client.ReleaseKmsInstance] and
// [Client.OpenKmsService], if its outcome is unknown: no answer came, or one with a
// status of 500 or more.
// The pauses grow from about 0.3 to 20 seconds, are random by half, and respect
// what the service asks for. While the service keeps failing, a client repeats no
// more than one call in ten.
//
// # Never twice
//
// The service has no idempotency tokens, but the names of network rules, policies
// and access points are unique: what is created again is refused. With
// [Client.EnsureNetworkRule], [Client.EnsurePolicy] and
// [Client.EnsureApplicationAccessPoint] the name is the key. They always end with
// the one resource of that name, whether they are called twice, by two processes,
// or again after a crash:
//
//	ap, err := client.EnsureApplicationAccessPoint(ctx, kms.CreateApplicationAccessPointRequest{Name: "billing", ... })
//
// They change and delete nothing: what is not as asked is a [*DriftError]. What
// exists but does not show yet is looked for until Config.Settle has passed.
//
// A client key has no name, and its private key is in one answer alone:
// [Client.CreateClientKey] creates another each time, and so does
// [Client.ProvisionAccessPoint], which ensures the rest. If that fails, it deletes
// what it has created in the same call, and names what it could not in a
// [*LeftoverError].
//
// The operations of the API send exactly what they are given. When the answer of
// a creation is lost, its error has a text that [Client.Resume] takes, in another
// process too.
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
// A KMS instance takes time: [Client.WaitKmsInstanceConnected] and
// [Client.WaitKmsInstanceReleased] wait for it. All else the service does before it
// answers, and it has no state to wait for. [Wait] and [WaitAbsent] poll for a
// condition of your own.
// The console's guide gives a change of policies up to five minutes to come into
// force, which no operation shows.
//
// # Testing
//
// Package kmstest has an in-memory KMS for the tests of your own program.
package kms
