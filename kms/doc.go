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
// The private key in out.ClientKey is nowhere else. It is a [Secret], which does
// not print. Each step is also an operation of its own.
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
//   - [Client.ProvisionAccessPoint] makes an access point with all that it needs,
//     and a client key, and undoes what it made if a step fails
//   - [Client.EnsureApplicationAccessPoint] finds or creates an access point, and
//     [Client.EnsureApplicationAccessPointAbsent] deletes one
//   - [Client.CreateApplicationAccessPoint] creates one; [Client.Resume] finds out
//     whether it did if its answer was lost
//   - [Client.DescribeApplicationAccessPoint] returns one
//   - [Client.ListApplicationAccessPoints] returns a page of names;
//     [Client.ApplicationAccessPoints] iterates over all pages
//   - [Client.UpdateApplicationAccessPoint] changes one
//   - [Client.DeleteApplicationAccessPoint] deletes one
//   - [Client.EnsureNetworkRule], [Client.EnsureNetworkRuleAbsent],
//     [Client.CreateNetworkRule], [Client.DescribeNetworkRule],
//     [Client.ListNetworkRules] and [Client.NetworkRules],
//     [Client.UpdateNetworkRule], [Client.DeleteNetworkRule] do the same with
//     network rules
//   - [Client.EnsurePolicy], [Client.EnsurePolicyAbsent], [Client.CreatePolicy],
//     [Client.DescribePolicy], [Client.ListPolicies] and [Client.Policies],
//     [Client.UpdatePolicy], [Client.DeletePolicy] do the same with policies
//   - [Client.CreateClientKey] creates a client key, and returns its private key
//   - [Client.GetClientKey] returns one, without it
//   - [Client.ListClientKeys] returns all, or those of an access point
//   - [Client.DeleteClientKey] deletes one
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
//	case errors.Is(err, kms.CodeResourceNotFound): // this very code
//	case errors.Is(err, kms.ErrNotFound):          // any code of that kind
//	case errors.Is(err, context.DeadlineExceeded):
//	}
//
// A call that may have taken effect although it failed returns an
// [*OutcomeUnknownError] around it, which is an [ErrOutcomeUnknown].
//
// No error, log record or printed value of this package holds a secret.
//
// # Repeats
//
// A call is sent again, up to Config.MaxAttempts times, if no connection was
// made, and, for every operation but [Client.CreateApplicationAccessPoint],
// [Client.CreateNetworkRule], [Client.CreatePolicy] and [Client.CreateClientKey],
// if its outcome is unknown: no answer came, or one with a status of 500 or more.
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
// The service does its work before it answers: nothing here has a state to wait
// for, so there are no waits by name. [Wait] polls for a condition of your own.
// The console's guide gives a change of policies up to five minutes to come into
// force, which no operation shows.
//
// # Testing
//
// Package kmstest has an in-memory KMS for the tests of your own program.
package kms
