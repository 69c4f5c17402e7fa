package benchmark

import (
	"context"
	"net/http"
	"time"
)

// The key that all columns sign with. It is the one that the fakes accept.
const (
	keyID  = "test-key-id"
	secret = "test-key-secret"
)

// Services are the five, in the order in which tables show them.
var Services = []*Service{nasService, ossService, efsService, privateLinkService, kmsService}

// A Service is one of the five with the clients that are compared. The first
// column is ours, the last two are the floors.
type Service struct {
	Name    string
	Calls   []Call
	Columns []Column
	// fake returns an in-memory service that holds n access points, and all that
	// one more needs.
	fake func(n int, c conditions) http.Handler
	// id returns what our waits call an access point, by the name that it was
	// created with or by our answer. A service without waits has none.
	id func(name string, created any) string
}

// conditions are options that the fakes have under these names.
type conditions struct {
	limit               float64
	latency, readyAfter time.Duration
}

// A Call is one that is measured: the main create of a service, or a list page.
type Call struct {
	Name string
	Size int // of the page; 0 for a create
	With Parameters
}

// Parameters say what a create sends.
type Parameters int

const (
	Short Parameters = iota // what most callers set
	Full                    // all that the operation takes together
)

var (
	create     = Call{Name: "create"}
	createFull = Call{Name: "create-full", With: Full}
	list100    = Call{Name: "list100", Size: 100}
	list1000   = Call{Name: "list1000", Size: 1000}
)

// A Column is a client of a service: ours, an official one, or a floor.
type Column struct {
	Name string
	// New returns a client that sends to endpoint through rt. If rt is nil, it
	// sends as it does by default.
	New func(endpoint string, rt http.RoundTripper) (*Client, error)
}

// The names of the columns that every service has.
const (
	Ours      = "ours"
	FloorMin  = "floor-min"
	FloorBare = "floor-bare"
)

// Official reports whether a column is an official SDK.
func (c Column) Official() bool { return c.Name != Ours && c.Name != FloorMin && c.Name != FloorBare }

// A Client makes the calls. They return the answer as the SDK gives it.
type Client struct {
	// Create creates an access point of that name. EFS has no names.
	Create func(ctx context.Context, name string, with Parameters) (any, error)
	List   func(ctx context.Context, size int) (any, error)
	// Wait and WaitAll wait until access points can be used. Only ours can.
	Wait    func(ctx context.Context, id string) error
	WaitAll func(ctx context.Context, ids []string) error
	// Ready is how the users of an official SDK wait: it gets an access point and
	// reports whether it can be used.
	Ready func(ctx context.Context, id string) (bool, error)
}

// accessPointName is the name of the one that is created when only one is.
const accessPointName = "volume-42"

// Do makes a call.
func (c *Client) Do(ctx context.Context, call Call) (any, error) {
	if call.Size == 0 {
		return c.Create(ctx, accessPointName, call.With)
	}
	return c.List(ctx, call.Size)
}

// over returns the http.Client that sends through rt, or nil for an SDK's own.
func over(rt http.RoundTripper) *http.Client {
	if rt == nil {
		return nil
	}
	return &http.Client{Transport: rt}
}
