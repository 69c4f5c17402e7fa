// Package kms provisions and manages application access points of Alibaba Cloud
// Key Management Service (API version 2016-01-20). Applications use the keys
// and secrets of a KMS instance through an access point. The policies of the
// access point define which of them an application may use. The network rules
// of a policy define from which addresses.
//
// # Quick start
//
// [Client.ProvisionAccessPoint] ensures an access point with its network rules
// and policies, creates a client key for it, and undoes what it created if a
// step fails.
//
//	client, err := kms.New(kms.Config{Region: "cn-hangzhou"}) // credentials from the environment
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
//	if err != nil {
//		return err
//	}
//	store(out.ClientKey.PrivateKeyData) // it cannot be read again
//
// The private key is a [Secret], which does not print. Each call creates
// another client key. Programs that run repeatedly use
// [Client.EnsureNetworkRule], [Client.EnsurePolicy] and
// [Client.EnsureApplicationAccessPoint], which find or create each resource by
// its name and are idempotent. The API's own operations are
// [Client.CreateNetworkRule] and so on.
//
// Create one [Client] and share it; [Client.With] derives one with other
// settings. [New] does no network I/O. In a request, fields that are zero are
// not sent. If zero is a value of its own, such as a description to be cleared,
// the field is a pointer: Description: new(""). Parameters that the API
// reference defines as JSON text are lists or structs here. The struct tags are
// for this package's own encoding.
//
// # Errors
//
// Test errors with [errors.Is] and [errors.AsType]:
//
//	switch {
//	case err == nil:
//	case errors.Is(err, kms.CodeResourceNotFound): // this code of the service
//	case errors.Is(err, kms.ErrNotFound):          // any code of this kind
//	case errors.Is(err, kms.ErrOutcomeUnknown):    // failed, but may have taken effect
//	case errors.Is(err, context.DeadlineExceeded): // the timeout of ctx
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
//     [Client.Resume] finds out whether a creation of a network rule, policy or
//     access point did. The comments of other operations say how to find out.
//   - [*WaitError]: a wait or an Ensure… ended before the resource was in the
//     desired state, often because ctx timed out. It has the last state and the
//     cause. Call again to continue.
//   - [*DriftError]: the resource exists but differs from the request, and was
//     not changed. [Client.RepairNetworkRule], [Client.RepairPolicy] and
//     [Client.RepairApplicationAccessPoint] change it.
//   - [*LeftoverError]: a call of [Client.ProvisionAccessPoint] failed, and
//     could not delete everything that it had created. It lists what remains.
//
// The kinds, such as [ErrNotFound], are the same values in all five packages of
// this module, and [ServiceError], which has the status, code and request ID,
// is the same interface. A timeout other than that of ctx, such as
// Config.AttemptTimeout, is an [ErrUnavailable] and not a
// [context.DeadlineExceeded]. Handlers of log/slog write an [*APIError] or
// [*OutcomeUnknownError] as a group of its parts. No error, log record or
// printed value of this package contains a secret. The HTTP transport sees
// secrets, since it has to send them: the password of [Client.CreateClientKey]
// is a parameter of the URL, which common tracing transports record. Trace with
// Config.OnAttempt, which gets no parameters, or hide the query from the tracer
// (see the example Tracing).
//
// # Testing
//
// Package kmstest has an in-memory KMS for the tests of your own program. It
// needs no network and no account, checks signatures and parameters as the
// service does, and injects faults. In a testing/synctest bubble, waits take no
// real time.
//
//	srv := kmstest.NewServer(kmstest.ReadyAfter(40 * time.Second))
//	srv.Inject("CreateApplicationAccessPoint", kmstest.ResponseLost)
//	client := srv.Client()
//
// # Operations
//
// Most programs need only these:
//
//   - everything that an application needs: [Client.ProvisionAccessPoint]
//   - find or create: [Client.EnsureApplicationAccessPoint],
//     [Client.EnsurePolicy], [Client.EnsureNetworkRule]
//   - delete: [Client.EnsureApplicationAccessPointAbsent],
//     [Client.EnsurePolicyAbsent], [Client.EnsureNetworkRuleAbsent]
//   - repair: [Client.RepairApplicationAccessPoint], [Client.RepairPolicy],
//     [Client.RepairNetworkRule]
//   - find out whether a creation took effect whose response was lost:
//     [Client.Resume]
//
// Application access points:
//
//   - [Client.CreateApplicationAccessPoint],
//     [Client.DescribeApplicationAccessPoint],
//     [Client.UpdateApplicationAccessPoint],
//     [Client.DeleteApplicationAccessPoint],
//     [Client.ListApplicationAccessPoints] (all pages:
//     [Client.ApplicationAccessPoints])
//   - client keys: [Client.CreateClientKey], which returns the private key,
//     [Client.GetClientKey], [Client.DeleteClientKey], [Client.ListClientKeys]
//
// Policies and network rules:
//
//   - policies: [Client.CreatePolicy], [Client.DescribePolicy],
//     [Client.UpdatePolicy], [Client.DeletePolicy], [Client.ListPolicies] (all
//     pages: [Client.Policies])
//   - network rules: [Client.CreateNetworkRule], [Client.DescribeNetworkRule],
//     [Client.UpdateNetworkRule], [Client.DeleteNetworkRule],
//     [Client.ListNetworkRules] (all pages: [Client.NetworkRules])
//
// KMS instances, which contain the keys and secrets, and are bought elsewhere:
//
//   - [Client.GetKmsInstance], [Client.ListKmsInstances] (all pages:
//     [Client.KmsInstances]), [Client.GetDefaultKmsInstance],
//     [Client.GetKmsInstanceQuotaInfos]
//   - connect to a VPC, for good: [Client.ConnectKmsInstance]; share with other
//     VPCs: [Client.UpdateKmsInstanceBindVpc]
//   - release, with its keys: [Client.ReleaseKmsInstance]
//   - [Client.WaitKmsInstanceConnected], [Client.WaitKmsInstanceReleased]
//
// The account:
//
//   - [Client.DescribeRegions], [Client.DescribeAccountKmsStatus]
//   - activate KMS, which costs money: [Client.OpenKmsService]
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
//     status of 500 or more, and the operation can be retried safely. These
//     cannot: [Client.CreateApplicationAccessPoint],
//     [Client.CreateNetworkRule], [Client.CreatePolicy],
//     [Client.CreateClientKey], [Client.ConnectKmsInstance],
//     [Client.ReleaseKmsInstance] and [Client.OpenKmsService]. Their error is
//     an [*OutcomeUnknownError] then.
//
// Other errors are returned at once, except throttling (see Rate limiting). If
// the service asks for a pause of more than a minute, the call is not retried
// either. A retry budget keeps a client from flooding a service that fails: it
// allows ten retries of requests with an unknown outcome, and one more for
// every ten calls that succeed.
//
// # Idempotency
//
// The service has no idempotency tokens, but the names of network rules,
// policies and access points are unique: a second creation is refused.
// [Client.EnsureNetworkRule], [Client.EnsurePolicy] and
// [Client.EnsureApplicationAccessPoint] use the name as the key and are
// idempotent: all calls with the same name end with the same resource, even if
// two processes call them, or one calls again after a crash. They change and
// delete nothing: if the resource differs from the request, the error is a
// [*DriftError].
//
// A client key has no name, and its private key is in one response only:
// [Client.CreateClientKey] creates another key with each call, and so does
// [Client.ProvisionAccessPoint], which ensures everything else. If that fails,
// it deletes what it created in the same call, and lists what it could not
// delete in a [*LeftoverError].
//
// Operations of the API send exactly what they are given. If the response of a
// creation is lost, [Client.Resume] finds out whether it took effect, also in
// another process.
//
// # Consistency
//
// The service is eventually consistent: a get may not find a new resource at
// once, and may still find a deleted one. Config.Settle is the consistency
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
// Operations that list something return one page. Each has an iterator over all
// pages, such as [Client.ApplicationAccessPoints]:
//
//	for ap, err := range client.ApplicationAccessPoints(ctx, kms.ListApplicationAccessPointsRequest{}) {
//		if err != nil {
//			return err
//		}
//		fmt.Println(ap.Name)
//	}
//
// The iterator fetches a page when the previous one is used up, and ends after
// the first error.
//
// # Waiting
//
// Only KMS instances change asynchronously: [Client.WaitKmsInstanceConnected]
// and [Client.WaitKmsInstanceReleased] poll with backoff until that is
// finished, or until ctx is done; [WaitOptions] sets the intervals. A wait that
// fails returns the resource as last seen, with a [*WaitError]. All other
// operations are synchronous. [Wait] and [WaitAbsent] poll for any other
// condition.
//
// According to the console's guide, a change of policies takes up to five
// minutes to take effect. No operation shows whether it has.
//
// # FAQ
//
// Why is CreateApplicationAccessPoint not retried after a timeout? If the first
// attempt took effect, the retry is refused because the name is taken, and the
// call could not tell its own access point from another one. Use
// [Client.EnsureApplicationAccessPoint], which compares, or [Client.Resume].
//
// Why does each call of ProvisionAccessPoint create a client key? The private
// key is returned once and cannot be read again, so an existing client key is
// of no use to the caller.
//
// Why does Ensure… not change what differs? The difference may be on purpose,
// and a change may interrupt programs that use the resource. The Repair…
// methods, such as [Client.RepairPolicy], do change it.
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
// in-memory service of package kmstest is simpler.
//
// How large is the package? A stripped program that already uses net/http grows
// by at most 372 KB (of 1,024 bytes) if it makes a call, and by at most 150 KB
// more with [DefaultCredentials].
package kms
