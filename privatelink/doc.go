// Package privatelink manages the VPC endpoints of Alibaba Cloud PrivateLink
// (API version 2020-04-15): private entrances to an endpoint service, each with
// network interfaces in the zones of a VPC and a domain name in front of them.
//
// # Quick start
//
// A [Client] is made from a [Config], once, and shared. [New] names everything
// that is wrong with it and does no network I/O.
//
//	client, err := privatelink.New(privatelink.Config{Region: "cn-hangzhou"}) // key from the environment
//	if err != nil {
//		return err
//	}
//	out, err := client.CreateVpcEndpoint(ctx, privatelink.CreateVpcEndpointRequest{
//		VpcID:            "vpc-hp356stwkxg3fn2xe****",
//		ServiceID:        "epsrv-hp3xdsq46ael67lo****",
//		SecurityGroupIDs: []string{"sg-bp1fg655nh68xyz9****"},
//		Zones:            []privatelink.Zone{{ZoneID: "cn-hangzhou-j", VSwitchID: "vsw-hp3uf6045ljdhd5zr****"}},
//	})
//	if err != nil {
//		return err
//	}
//	ep, err := client.WaitVpcEndpointReady(ctx, out.EndpointID, privatelink.WaitOptions{})
//
// A program that may be restarted, or run twice, uses [Client.EnsureVpcEndpoint]
// in place of the two calls (see Never twice).
//
// In a request, a field that is zero is not sent, except that RegionID and
// ClientToken have defaults of their own.
//
// # Operations
//
//   - [Client.EnsureVpcEndpoint] finds or creates one for a key, and
//     [Client.EnsureVpcEndpointAbsent] deletes it and its zones
//   - [Client.CreateVpcEndpoint] creates one
//   - [Client.GetVpcEndpointAttribute] returns one
//   - [Client.ListVpcEndpoints] returns a page of those that match;
//     [Client.VpcEndpoints] iterates over all pages
//   - [Client.DeleteVpcEndpoint] deletes one
//   - [Client.AddZoneToVpcEndpoint] gives one an interface in one more zone
//   - [Client.RemoveZoneFromVpcEndpoint] takes one out of a zone
//   - [Client.ListVpcEndpointZones] returns a page of the zones of one;
//     [Client.VpcEndpointZones] iterates over all pages
//   - [Client.WaitVpcEndpointReady] waits until one can be used,
//     [Client.WaitVpcEndpointsReady] until each of many can
//   - [Client.WaitVpcEndpointActive] waits until one is as far as it gets before its
//     connection is accepted, [Client.WaitVpcEndpointsActive] until each of many is
//   - [Client.WaitVpcEndpointDeleted] waits until one is gone,
//     [Client.WaitVpcEndpointsDeleted] until each of many is
//   - [Client.WaitVpcEndpointZoneAdded] and [Client.WaitVpcEndpointZoneRemoved]
//     wait for a change to the zones of one
//   - [Client.CheckCreateVpcEndpoint], [Client.CheckDeleteVpcEndpoint],
//     [Client.CheckAddZoneToVpcEndpoint] and
//     [Client.CheckRemoveZoneFromVpcEndpoint] ask whether the service would do so
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
//	case errors.Is(err, privatelink.CodeServiceNotFound): // this very code
//	case errors.Is(err, privatelink.ErrNotFound):         // any code of that kind
//	case errors.Is(err, context.DeadlineExceeded):
//	}
//
// A call that may have taken effect although it failed returns an
// [*OutcomeUnknownError] around it, which is an [ErrOutcomeUnknown].
//
// A dry run is asked for by [Client.CheckCreateVpcEndpoint] and its like, which
// return nil if the service would take the request. In the operations of the API
// it is a field, DryRun, and what passes is a failure with [CodeDryRunOperation],
// which is of no kind.
//
// No error, log record or printed value of this package holds a secret.
//
// # Repeats
//
// A call is sent again, up to Config.MaxAttempts times, if no connection was
// made, or if its outcome is unknown: no answer came, or one with a status of
// 500 or more. The pauses grow from about 0.3 to 20 seconds, are random by
// half, and respect what the service asks for. While the service keeps failing,
// a client repeats no more than one call in ten.
//
// A call that changes something carries an idempotency token, by which the
// service knows a repeat from a new request: ClientToken of the request or, if
// that is empty, one that the call makes. It is the same in all attempts, and
// errors hold it. To repeat a call that ended in [ErrOutcomeUnknown], put the
// error's token into the request. How long the service remembers a token is not
// documented.
//
// # Never twice
//
// A token serves one call. What happens between calls is another matter: a program
// that is restarted in the middle of a creation, two that start at the same time, a
// token that the service has forgotten. [Client.EnsureVpcEndpoint] gives each
// endpoint a key, which it keeps in a tag and from which it makes the token, and
// always ends with the one endpoint of that key:
//
//	ep, err := client.EnsureVpcEndpoint(ctx, "cluster-1", privatelink.CreateVpcEndpointRequest{ ... })
//
// It looks for the tag, and creates only if there is no such endpoint. So it costs a
// program that calls it again and again, as a controller does, two requests, or
// three if it asks for zones. It relies on every change being visible to all after
// Config.Settle, and on the service knowing a token for at least as long as a call
// and those at the same time take. What it cannot decide it reports: two endpoints
// as a [*DuplicateError], one that is not as asked as a [*DriftError]. It changes
// and deletes nothing.
//
// [Client.EnsureVpcEndpointAbsent] removes the zones, deletes the endpoint, and
// waits until both are gone. It touches nothing that does not carry the key.
//
// [IdempotencyToken] makes such tokens for programs that call
// [Client.CreateVpcEndpoint] themselves.
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
// Endpoints are created, connected and deleted in the background, and so are
// their zones. [Client.WaitVpcEndpointReady], [Client.WaitVpcEndpointDeleted],
// [Client.WaitVpcEndpointZoneAdded] and [Client.WaitVpcEndpointZoneRemoved] look
// until that is done; [Wait] does so for any other condition. Where the owner of
// the service has to accept the connection first, the first of them ends with
// [ErrAwaitingAcceptance] after a minute; [Client.WaitVpcEndpointActive] waits for
// the endpoint alone.
//
// A wait that is alone gets its endpoint with every poll. Those that run at the
// same time on one client, and on those derived from it that have its credentials,
// look together, at the pages of a list, as soon as they outnumber the pages: a
// thousand send one request a poll if the account has no others. Each keeps its
// own context and options, but may look earlier than its pauses say when another
// does. Where the list is denied, each goes on by itself, and the log says so once.
// [Client.WaitVpcEndpointsReady], [Client.WaitVpcEndpointsActive] and
// [Client.WaitVpcEndpointsDeleted] run many waits in one call.
//
// # Testing
//
// Package privatelinktest has an in-memory PrivateLink for the tests of your own
// program.
package privatelink
