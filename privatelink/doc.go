// Package privatelink manages the VPC endpoints of Alibaba Cloud PrivateLink
// (API version 2020-04-15): private entrances to an endpoint service, each with
// network interfaces in the zones of a VPC and a domain name in front of them. It
// manages the endpoint services, too. All 39 operations of the API are here.
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
//	ep, err := client.EnsureVpcEndpoint(ctx, "cluster-1", privatelink.CreateVpcEndpointRequest{
//		VpcID:            "vpc-hp356stwkxg3fn2xe****",
//		ServiceID:        "epsrv-hp3xdsq46ael67lo****",
//		SecurityGroupIDs: []string{"sg-bp1fg655nh68xyz9****"},
//		Zones:            []privatelink.Zone{{ZoneID: "cn-hangzhou-j", VSwitchID: "vsw-hp3uf6045ljdhd5zr****"}},
//	})
//
// [Client.EnsureVpcEndpoint] finds or creates the endpoint of a key and waits until
// traffic can pass through it. It may be called again after a crash, and by several
// processes at once (see Never twice). The other way is [Client.CreateVpcEndpoint]
// and [Client.WaitVpcEndpointReady].
//
// In a request, a field that is zero is not sent, except that RegionID and
// ClientToken have defaults of their own.
//
// # Operations
//
// Most programs need these alone:
//
//   - [Client.EnsureVpcEndpoint] and [Client.EnsureVpcEndpointAbsent],
//     [Client.RepairVpcEndpoint], which changes what drifted, and
//     [Client.DeleteVpcEndpointWithZones]
//   - [Client.WaitVpcEndpointReady], [Client.WaitVpcEndpointActive], which does not
//     wait for the connection to be accepted, and [Client.WaitVpcEndpointDeleted];
//     for many at a time [Client.WaitVpcEndpointsReady],
//     [Client.WaitVpcEndpointsActive] and [Client.WaitVpcEndpointsDeleted]
//   - for the owner of a service [Client.EnsureVpcEndpointService],
//     [Client.EnsureVpcEndpointServiceAbsent] and [Client.RepairVpcEndpointService];
//     [Client.PendingConnections], [Client.AcceptVpcEndpointConnection] and
//     [Client.RejectVpcEndpointConnection]
//   - [Client.DryRun], which asks whether the service would take a request
//
// Endpoints:
//
//   - [Client.CreateVpcEndpoint], [Client.GetVpcEndpointAttribute],
//     [Client.UpdateVpcEndpointAttribute], [Client.DeleteVpcEndpoint],
//     [Client.ListVpcEndpoints] (pages: [Client.VpcEndpoints])
//   - their zones: [Client.AddZoneToVpcEndpoint],
//     [Client.RemoveZoneFromVpcEndpoint], [Client.ListVpcEndpointZones] (pages:
//     [Client.VpcEndpointZones]), and the waits [Client.WaitVpcEndpointZoneAdded]
//     and [Client.WaitVpcEndpointZoneRemoved]
//   - their security groups: [Client.AttachSecurityGroupToVpcEndpoint],
//     [Client.DetachSecurityGroupFromVpcEndpoint],
//     [Client.ListVpcEndpointSecurityGroups] (pages:
//     [Client.VpcEndpointSecurityGroups])
//   - the services that they can connect to:
//     [Client.ListVpcEndpointServicesByEndUser] (pages:
//     [Client.VpcEndpointServicesByEndUser])
//
// Endpoint services, and who may connect to them:
//
//   - [Client.CreateVpcEndpointService], [Client.GetVpcEndpointServiceAttribute],
//     [Client.UpdateVpcEndpointServiceAttribute],
//     [Client.DeleteVpcEndpointService], [Client.ListVpcEndpointServices] (pages:
//     [Client.VpcEndpointServices]), and the waits
//     [Client.WaitVpcEndpointServiceActive] and
//     [Client.WaitVpcEndpointServiceDeleted]
//   - their resources: [Client.AttachResourceToVpcEndpointService],
//     [Client.DetachResourceFromVpcEndpointService],
//     [Client.UpdateVpcEndpointServiceResourceAttribute],
//     [Client.ListVpcEndpointServiceResources] (pages:
//     [Client.VpcEndpointServiceResources])
//   - their users: [Client.AddUserToVpcEndpointService],
//     [Client.RemoveUserFromVpcEndpointService],
//     [Client.ListVpcEndpointServiceUsers] (pages: [Client.VpcEndpointServiceUsers])
//
// Connections, as the owner of a service sees them:
//
//   - [Client.EnableVpcEndpointConnection], [Client.DisableVpcEndpointConnection],
//     [Client.UpdateVpcEndpointConnectionAttribute],
//     [Client.ListVpcEndpointConnections] (pages: [Client.VpcEndpointConnections]),
//     and the waits [Client.WaitVpcEndpointConnected] and
//     [Client.WaitVpcEndpointDisconnected]
//   - in one zone: [Client.EnableVpcEndpointZoneConnection],
//     [Client.DisableVpcEndpointZoneConnection],
//     [Client.UpdateVpcEndpointZoneConnectionResourceAttribute], and the waits
//     [Client.WaitVpcEndpointZoneConnected] and
//     [Client.WaitVpcEndpointZoneDisconnected]
//
// Tags of endpoints and endpoint services:
//
//   - [Client.TagResources], [Client.UntagResources]
//   - those of some or all: [Client.ListTagResources] (pages:
//     [Client.TagsOfResources])
//
// Regions, and the account:
//
//   - [Client.DescribeRegions], [Client.DescribeZones]
//   - [Client.ChangeResourceGroup]
//   - [Client.CheckProductOpen], [Client.OpenPrivateLinkService], which costs money
//
// # Two sides
//
// The consumer owns endpoints, the provider owns the service that they connect to.
// Each calls operations of its own, most of them in pairs:
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
//	case errors.Is(err, privatelink.CodeServiceNotFound): // this very code
//	case errors.Is(err, privatelink.ErrNotFound):         // any code of that kind
//	case errors.Is(err, context.DeadlineExceeded):
//	}
//
// A call that may have taken effect although it failed returns an
// [*OutcomeUnknownError] around it, which is an [ErrOutcomeUnknown].
//
// [Client.DryRun] returns nil if the service would take a request. A call whose
// request has the field DryRun set fails with [CodeDryRunOperation] in that case,
// which is of no kind.
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
// endpoint a key, which it keeps in tags and from which it makes the token, and
// always ends with the one endpoint of that key:
//
//	ep, err := client.EnsureVpcEndpoint(ctx, "cluster-1", privatelink.CreateVpcEndpointRequest{ ... })
//
// It looks for the tag, and creates only if there is no such endpoint. So it costs a
// program that calls it again and again, as a controller does, two requests, and
// one more each if it asks for zones or security groups. It relies on every change being visible to all after
// Config.Settle, and on the service knowing a token for at least as long as a call
// and those at the same time take. What it cannot decide it reports: two endpoints
// as a [*DuplicateError], one that is not as asked as a [*DriftError]. It changes
// and deletes nothing. [Client.RepairVpcEndpoint] with the same arguments changes what
// the service can change of that, and its [Repair] tells what it cannot.
//
// [Client.EnsureVpcEndpointAbsent] removes the zones, deletes the endpoint, and
// waits until both are gone. It touches nothing that does not carry both tags of the
// key.
//
// [Client.EnsureVpcEndpointService], [Client.RepairVpcEndpointService] and
// [Client.EnsureVpcEndpointServiceAbsent] do the same for endpoint services. One whose
// endpoints are connected is not deleted: the error is an [*InUseError] that names them.
//
// [IdempotencyToken] makes such tokens for programs that call
// [Client.CreateVpcEndpoint] themselves.
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
// Endpoints are created, connected and deleted in the background, and so are
// their zones. [Client.WaitVpcEndpointReady], [Client.WaitVpcEndpointDeleted],
// [Client.WaitVpcEndpointZoneAdded] and [Client.WaitVpcEndpointZoneRemoved] look
// until that is done; [Wait] and [WaitAbsent] do so for any other condition. Where the owner of
// the service has to accept the connection first, the first of them ends with
// [ErrAwaitingAcceptance] after a minute; [Client.WaitVpcEndpointActive] waits for
// the endpoint alone. The owner accepts with [Client.AcceptVpcEndpointConnection], and
// a wait of the consumer's then ends.
//
// A single wait gets its endpoint with every poll. Concurrent waits on one
// client share list requests as soon as they outnumber the pages of the list:
// a thousand endpoints take one request a poll if the account has no others.
// Clients that With has derived with the same credentials take part, and so do
// concurrent calls of [Client.EnsureVpcEndpoint]. Each wait keeps its own
// context and options, but it may poll earlier than its pauses say when
// another one lists, and when many waits begin at once, each may begin up to a
// second later. A list request runs in the goroutine and with the context of
// one of those that wait for it. If listing is denied, each wait gets its own
// endpoint, and the log says so once.
//
// [Client.WaitVpcEndpointsReady], [Client.WaitVpcEndpointsActive] and
// [Client.WaitVpcEndpointsDeleted] run many waits in one call, in the
// goroutine of the caller.
//
// # Testing
//
// Package privatelinktest has an in-memory PrivateLink for the tests of your own
// program.
package privatelink
