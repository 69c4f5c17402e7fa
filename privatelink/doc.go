// Package privatelink provisions and manages VPC endpoints of Alibaba Cloud
// PrivateLink (API version 2020-04-15), the access points of endpoint services.
// An endpoint has network interfaces in the zones of a VPC, and a domain name
// that resolves to them. The package also manages endpoint services; it has all
// 39 operations of the API.
//
// # Quick start
//
// [Client.EnsureVpcEndpoint] finds or creates an endpoint, and waits until
// traffic can pass through it. Its key, here "cluster-1", is a name that you
// choose. The call is idempotent: call it again after a crash, and from several
// processes at once.
//
//	client, err := privatelink.New(privatelink.Config{Region: "cn-hangzhou"}) // credentials from the environment
//	if err != nil {
//		return err
//	}
//	ep, err := client.EnsureVpcEndpoint(ctx, "cluster-1", privatelink.CreateVpcEndpointRequest{
//		VpcID:            "vpc-hp356stwkxg3fn2xe****",
//		ServiceID:        "epsrv-hp3xdsq46ael67lo****",
//		SecurityGroupIDs: []string{"sg-bp1fg655nh68xyz9****"},
//		Zones:            []privatelink.Zone{{ZoneID: "cn-hangzhou-j", VSwitchID: "vsw-hp3uf6045ljdhd5zr****"}},
//	})
//	if err != nil {
//		return err
//	}
//	fmt.Println(ep.EndpointDomain)
//
// Create one [Client] and share it. [New] does no network I/O. The API's own
// operations are [Client.CreateVpcEndpoint], which creates one endpoint for
// each ClientToken, and [Client.WaitVpcEndpointReady], which waits for it.
//
// In a request, fields that are zero are not sent, except RegionID and
// ClientToken, which have defaults. The struct tags are for this package's own
// encoding.
//
// # Errors
//
// Test errors with [errors.Is] and [errors.AsType]:
//
//	switch {
//	case err == nil:
//	case errors.Is(err, privatelink.CodeServiceNotFound): // this code of the service
//	case errors.Is(err, privatelink.ErrNotFound):         // any code of this kind
//	case errors.Is(err, privatelink.ErrOutcomeUnknown):   // failed, but may have taken effect
//	case errors.Is(err, context.DeadlineExceeded):        // the timeout of ctx
//	}
//
// The types of errors, and what to do:
//
//   - [*ValidationError]: the request breaks documented constraints, and
//     nothing was sent. Fix the request.
//   - [*APIError]: the service refused the call, or could not be reached. Its
//     [Code] and kind say why; give the RequestID to the support of the
//     service. A call with the field DryRun set fails with
//     [CodeDryRunOperation], which has no kind, if the service would accept it;
//     [Client.DryRun] returns nil then.
//   - [*OutcomeUnknownError]: the call failed but may have taken effect. Call
//     again with its ClientToken, if it has one; after
//     [Client.OpenPrivateLinkService], ask [Client.CheckProductOpen].
//   - [*WaitError]: a wait or an Ensure… ended before the resource was in the
//     desired state, often because ctx timed out. It has the last state and the
//     cause. Call again to continue. [ErrAwaitingAcceptance] means that the
//     owner of the service has to accept the connection.
//   - [*DriftError]: the resource exists but differs from the request, and was
//     not changed. [Client.RepairVpcEndpoint] and
//     [Client.RepairVpcEndpointService] change what the service can change.
//   - [*DuplicateError]: several resources exist where there should be one. It
//     has their IDs; delete those that are not in use.
//   - [*InUseError]: an endpoint service was not deleted because endpoints are
//     connected to it. It has their IDs.
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
// Package privatelinktest has an in-memory PrivateLink for the tests of your
// own program. It needs no network and no account, checks signatures and
// parameters as the service does, and injects faults. In a testing/synctest
// bubble, waits take no real time.
//
//	srv := privatelinktest.NewServer(privatelinktest.ReadyAfter(40 * time.Second))
//	srv.Inject("CreateVpcEndpoint", privatelinktest.ResponseLost)
//	client := srv.Client()
//
// # Operations
//
// Most programs need only these:
//
//   - find or create, delete, and repair an endpoint:
//     [Client.EnsureVpcEndpoint], [Client.EnsureVpcEndpointAbsent],
//     [Client.RepairVpcEndpoint]; delete any endpoint:
//     [Client.DeleteVpcEndpointWithZones]
//   - wait: [Client.WaitVpcEndpointReady], [Client.WaitVpcEndpointActive],
//     which does not wait for the connection, [Client.WaitVpcEndpointDeleted],
//     and for many [Client.WaitVpcEndpointsReady],
//     [Client.WaitVpcEndpointsActive], [Client.WaitVpcEndpointsDeleted]
//   - for the owner of a service: [Client.EnsureVpcEndpointService],
//     [Client.EnsureVpcEndpointServiceAbsent],
//     [Client.RepairVpcEndpointService]; [Client.PendingConnections],
//     [Client.AcceptVpcEndpointConnection],
//     [Client.RejectVpcEndpointConnection]
//   - check a request without running it: [Client.DryRun]
//
// Endpoints:
//
//   - [Client.CreateVpcEndpoint], [Client.GetVpcEndpointAttribute],
//     [Client.UpdateVpcEndpointAttribute], [Client.DeleteVpcEndpoint],
//     [Client.ListVpcEndpoints] (all pages: [Client.VpcEndpoints])
//   - zones: [Client.AddZoneToVpcEndpoint], [Client.RemoveZoneFromVpcEndpoint],
//     [Client.ListVpcEndpointZones] (all pages: [Client.VpcEndpointZones]),
//     [Client.WaitVpcEndpointZoneAdded], [Client.WaitVpcEndpointZoneRemoved]
//   - security groups: [Client.AttachSecurityGroupToVpcEndpoint],
//     [Client.DetachSecurityGroupFromVpcEndpoint],
//     [Client.ListVpcEndpointSecurityGroups] (all pages:
//     [Client.VpcEndpointSecurityGroups])
//   - services that the account may connect to:
//     [Client.ListVpcEndpointServicesByEndUser] (all pages:
//     [Client.VpcEndpointServicesByEndUser])
//
// Endpoint services:
//
//   - [Client.CreateVpcEndpointService],
//     [Client.GetVpcEndpointServiceAttribute],
//     [Client.UpdateVpcEndpointServiceAttribute],
//     [Client.DeleteVpcEndpointService], [Client.ListVpcEndpointServices] (all
//     pages: [Client.VpcEndpointServices]),
//     [Client.WaitVpcEndpointServiceActive],
//     [Client.WaitVpcEndpointServiceDeleted]
//   - resources: [Client.AttachResourceToVpcEndpointService],
//     [Client.DetachResourceFromVpcEndpointService],
//     [Client.UpdateVpcEndpointServiceResourceAttribute],
//     [Client.ListVpcEndpointServiceResources] (all pages:
//     [Client.VpcEndpointServiceResources])
//   - users, who may connect: [Client.AddUserToVpcEndpointService],
//     [Client.RemoveUserFromVpcEndpointService],
//     [Client.ListVpcEndpointServiceUsers] (all pages:
//     [Client.VpcEndpointServiceUsers])
//
// Connections, for the owner of a service:
//
//   - [Client.EnableVpcEndpointConnection],
//     [Client.DisableVpcEndpointConnection],
//     [Client.UpdateVpcEndpointConnectionAttribute],
//     [Client.ListVpcEndpointConnections] (all pages:
//     [Client.VpcEndpointConnections]), [Client.WaitVpcEndpointConnected],
//     [Client.WaitVpcEndpointDisconnected]
//   - in one zone: [Client.EnableVpcEndpointZoneConnection],
//     [Client.DisableVpcEndpointZoneConnection],
//     [Client.UpdateVpcEndpointZoneConnectionResourceAttribute],
//     [Client.WaitVpcEndpointZoneConnected],
//     [Client.WaitVpcEndpointZoneDisconnected]
//
// Tags of endpoints and endpoint services:
//
//   - [Client.TagResources], [Client.UntagResources], [Client.ListTagResources]
//     (all pages: [Client.TagsOfResources])
//
// The account:
//
//   - regions and zones: [Client.DescribeRegions], [Client.DescribeZones]
//   - move to another resource group: [Client.ChangeResourceGroup]
//   - activation: [Client.CheckProductOpen], [Client.OpenPrivateLinkService],
//     which costs money
//
// # Consumers and providers
//
// The consumer owns endpoints; the provider owns the service that they connect
// to. Each side has operations of its own, most of them in pairs:
//
//	consumer                            provider
//	ListVpcEndpointServicesByEndUser    AddUserTo-, RemoveUserFromVpcEndpointService, ListVpcEndpointServiceUsers
//	CreateVpcEndpoint                   CreateVpcEndpointService
//	GetVpcEndpointAttribute             GetVpcEndpointServiceAttribute
//	ListVpcEndpoints                    ListVpcEndpointServices
//	UpdateVpcEndpointAttribute          UpdateVpcEndpointServiceAttribute
//	DeleteVpcEndpoint                   DeleteVpcEndpointService
//	AddZoneTo-,                         AttachResourceToVpcEndpointService,
//	RemoveZoneFromVpcEndpoint           DetachResourceFromVpcEndpointService
//	ListVpcEndpointZones                ListVpcEndpointServiceResources, UpdateVpcEndpointServiceResourceAttribute
//	AttachSecurityGroupTo-,             EnableVpcEndpointConnection,
//	DetachSecurityGroupFromVpcEndpoint  DisableVpcEndpointConnection
//	ListVpcEndpointSecurityGroups       ListVpcEndpointConnections, UpdateVpcEndpointConnectionAttribute
//	                                    EnableVpcEndpointZoneConnection, DisableVpcEndpointZoneConnection,
//	                                    UpdateVpcEndpointZoneConnectionResourceAttribute
//
//	either: TagResources, UntagResources, ListTagResources, ChangeResourceGroup,
//	DescribeRegions, DescribeZones, CheckProductOpen, OpenPrivateLinkService
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
//     status of 500 or more, and the operation can be retried safely. All can,
//     except [Client.OpenPrivateLinkService]: its error is an
//     [*OutcomeUnknownError] then.
//
// Other errors are returned at once, except throttling (see Rate limiting). If
// the service asks for a pause of more than a minute, the call is not retried
// either. A retry budget keeps a client from flooding a service that fails: it
// allows ten retries of requests with an unknown outcome, and one more for
// every ten calls that succeed.
//
// # Idempotency
//
// Each call that changes something carries an idempotency token, by which the
// service recognizes a retry: the ClientToken of the request or, if that is
// empty, a random one. All attempts of the call have the same token, and errors
// contain it. To retry a call that ended in [ErrOutcomeUnknown], set
// ClientToken to the token of the error. How long the service remembers a token
// is not documented.
//
// A token covers one call. It does not help if a program is restarted during a
// creation, if two programs create at the same time, or if the service has
// forgotten the token. [Client.EnsureVpcEndpoint] identifies the endpoint by a
// key of your own. It keeps the key in tags and derives the token from it, and
// all calls with the same key end with the same endpoint.
//
// It first looks for the tag, and creates an endpoint only if none has it. If
// the endpoint exists, the call takes two requests, one more if the request has
// zones, and one more if it has security groups. It reports conflicts that it
// cannot resolve: two endpoints as a [*DuplicateError], one that differs from
// the request as a [*DriftError]. It changes and deletes nothing.
// [Client.RepairVpcEndpoint] changes what the service can change, and its
// [Repair] says what it cannot.
//
// [Client.EnsureVpcEndpointAbsent] removes the zones, deletes the endpoint, and
// waits until both are gone. It touches only endpoints that carry both tags of
// the key. [Client.EnsureVpcEndpointService], [Client.RepairVpcEndpointService]
// and [Client.EnsureVpcEndpointServiceAbsent] do the same for endpoint
// services.
//
// [IdempotencyToken] makes tokens for programs that call
// [Client.CreateVpcEndpoint] themselves.
//
// # Consistency
//
// The service is eventually consistent: a list may not show a new endpoint, or
// its tags, at once, and may still show a deleted one. Config.Settle is the
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
// pages, such as [Client.VpcEndpoints]:
//
//	in := privatelink.ListVpcEndpointsRequest{VpcID: "vpc-hp356stwkxg3fn2xe****"}
//	for ep, err := range client.VpcEndpoints(ctx, in) {
//		if err != nil {
//			return err
//		}
//		fmt.Println(ep.EndpointID)
//	}
//
// The iterator fetches a page when the previous one is used up, and ends after
// the first error.
//
// # Waiting
//
// Endpoints, their zones, their connections and endpoint services are created,
// changed and deleted asynchronously. The Wait… methods, such as
// [Client.WaitVpcEndpointReady] and [Client.WaitVpcEndpointDeleted], poll with
// backoff until that is finished, or until ctx is done; [WaitOptions] sets the
// intervals. A wait that fails returns the resource as last seen, with a
// [*WaitError]. [Wait] and [WaitAbsent] poll for any other condition.
// [Client.WaitVpcEndpointsReady], [Client.WaitVpcEndpointsActive] and
// [Client.WaitVpcEndpointsDeleted] run many waits in one call, in the goroutine
// of the caller.
//
// If the owner of the service has to accept the connection,
// WaitVpcEndpointReady ends with [ErrAwaitingAcceptance] after a minute;
// [Client.WaitVpcEndpointActive] waits only for the endpoint. The owner accepts
// with [Client.AcceptVpcEndpointConnection].
//
// A single wait requests its own endpoint at every poll. Concurrent waits on
// one client share list requests if that takes fewer requests: polling a
// thousand endpoints takes one, if the account has no others. Clients derived
// by [Client.With] with the same credentials share them too, and so do
// concurrent calls of [Client.EnsureVpcEndpoint]. Each wait keeps its own
// context and options, but it may poll earlier than its interval if another one
// lists, and it may start up to a second later if many waits start at once. A
// list request runs in the goroutine and with the context of one of the waits
// that share it. If the credentials may not list, each wait requests its own
// endpoint, and the Logger gets one record about it.
//
// # FAQ
//
// Why does WaitVpcEndpointReady give up after a minute? The owner of the
// service has to accept the connection, which may take days. A program that
// wants to wait anyway calls WaitVpcEndpointReady again.
//
// Why is there a key if there is a ClientToken? The service forgets tokens, and
// a token cannot be looked up. A key is kept in a tag, so it is found as long
// as the endpoint exists.
//
// Why does Ensure… not change what differs? The difference may be on purpose,
// and a change may interrupt programs that use the resource.
// [Client.RepairVpcEndpoint] does change it.
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
// in-memory service of package privatelinktest is simpler.
//
// How large is the package? A stripped program that already uses net/http grows
// by at most 408 KB (of 1,024 bytes) if it makes a call, and by at most 150 KB
// more with [DefaultCredentials].
package privatelink
