// Package osstest provides an in-memory OSS for the tests of programs that use
// package oss. It needs no network and no account:
//
//	srv := osstest.NewServer(osstest.ReadyAfter(40 * time.Second))
//	srv.Inject("CreateAccessPoint", osstest.ResponseLost)
//	client := srv.Client()
//	// … run the code under test with client …
//
// # Time
//
// The client reaches the server without a socket, so that waits take no real time
// in a testing/synctest bubble. Create the Server inside the bubble:
//
//	synctest.Test(t, func(t *testing.T) {
//		srv := osstest.NewServer(osstest.ReadyAfter(time.Hour))
//		_, err := srv.Client().EnsureAccessPoint(t.Context(), wanted) // at once
//	})
//
// Outside a bubble, waits take real time: create a client from [Server.Config] with
// Settle set to some milliseconds.
//
// # Faults
//
// [Server.Inject] plans a [Fault], such as a lost response, for the next request of
// an operation; [Server.Fail] plans an error of the service. [Server.Disturb] makes
// a share of all requests fail at random, and reads stale. [Limit] throttles.
//
// # Requests and state
//
// [Server.Requests] returns the requests so far, with their parameters and
// outcomes; the function of [OnRequest] is called with each. [Server.Ask] runs an
// operation directly, without faults: use it to read the state.
//
// # The race detector
//
// A Server is safe for concurrent use, so go test -race reports only the races of
// the code under test. The function of [OnRequest] must be safe for concurrent use
// too. With -race a test of thousands of calls runs several times slower, but its
// waits still take no real time.
//
// # What it checks
//
// A Server checks signatures and the documented constraints, and responds with the
// documented codes. It refuses values outside a documented list and unknown
// elements. Access points are created and deleted asynchronously: see [ReadyAfter]
// and [GoneAfter]. A new Server has one bucket: see the constants.
//
// A Server is also an [http.Handler], for programs that use another client or are
// not written in Go. It takes the name of the bucket from the path, or from
// a host such as BUCKET.oss-cn-hangzhou.aliyuncs.com or BUCKET.localhost.
package osstest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/oss"
)

// These exist in a new Server.
const (
	Region    = "cn-hangzhou"
	Bucket    = "examplebucket"
	AccountID = "1234567890123456" // the owner of all buckets
)

// A Server is an in-memory OSS. It is safe for concurrent use.
type Server struct {
	fake       fake.Server
	readyAfter time.Duration
	goneAfter  time.Duration

	mu      sync.Mutex
	buckets map[string]*bucket
	points  []*point // in the order of their creation
	process []*processPoint
	written map[string]bool // the requests for objects that have their response, by token
	created int
}

// A bucket is a bucket as the server keeps it.
type bucket struct {
	policy history[string] // empty for none
}

// A point is an access point as the server keeps it.
type point struct {
	name, bucket string
	origin, vpc  string
	place        int // in the order of creation
	created      time.Time
	stamp        time.Time // of the creation, by the service's clock
	deleted      time.Time // zero unless it is being deleted
	policy       history[string]
	blocked      history[bool] // for public access
}

// A history is a value that changes. Reads may find what it was a while ago.
type history[T any] struct {
	since  []time.Time
	values []T
}

// set changes the value now.
func (h *history[T]) set(v T) { h.since, h.values = append(h.since, time.Now()), append(h.values, v) }

// at returns what the value was at the time now.
func (h *history[T]) at(now time.Time) (v T) {
	for i, since := range h.since {
		if !since.After(now) {
			v = h.values[i]
		}
	}
	return v
}

// ReadyAfter sets how long a new access point stays in state creating. The default is 0.
func ReadyAfter(d time.Duration) Option {
	return func(s *Server) { s.readyAfter = fake.NotNegative(d) }
}

// GoneAfter sets how long a deleted access point stays in state deleting. The default is 0.
func GoneAfter(d time.Duration) Option { return func(s *Server) { s.goneAfter = fake.NotNegative(d) } }

// NewServer returns a Server.
func NewServer(options ...Option) *Server {
	s := &Server{buckets: map[string]*bucket{Bucket: {}}, written: map[string]bool{}}
	s.fake.Rules = rules()
	s.fake.Operations = map[string]func(*fake.Call) (fake.Answer, *fake.Refusal){
		"CreateAccessPoint": s.createAccessPoint,
		"GetAccessPoint":    s.getAccessPoint,
		"ListAccessPoints":  s.listAccessPoints,
		"DeleteAccessPoint": s.deleteAccessPoint,

		"PutAccessPointPolicy":    s.putAccessPointPolicy,
		"GetAccessPointPolicy":    s.getAccessPointPolicy,
		"DeleteAccessPointPolicy": s.deleteAccessPointPolicy,

		"PutAccessPointPublicAccessBlock":    s.putAccessPointPublicAccessBlock,
		"GetAccessPointPublicAccessBlock":    s.getAccessPointPublicAccessBlock,
		"DeleteAccessPointPublicAccessBlock": s.deleteAccessPointPublicAccessBlock,

		"CreateAccessPointForObjectProcess": s.createAccessPointForObjectProcess,
		"GetAccessPointForObjectProcess":    s.getAccessPointForObjectProcess,
		"ListAccessPointsForObjectProcess":  s.listAccessPointsForObjectProcess,
		"DeleteAccessPointForObjectProcess": s.deleteAccessPointForObjectProcess,

		"PutAccessPointConfigForObjectProcess": s.putAccessPointConfigForObjectProcess,
		"GetAccessPointConfigForObjectProcess": s.getAccessPointConfigForObjectProcess,

		"PutAccessPointPolicyForObjectProcess":    s.putAccessPointPolicyForObjectProcess,
		"GetAccessPointPolicyForObjectProcess":    s.getAccessPointPolicyForObjectProcess,
		"DeleteAccessPointPolicyForObjectProcess": s.deleteAccessPointPolicyForObjectProcess,

		"WriteGetObjectResponse": s.writeGetObjectResponse,

		"PutBucketPolicy":    s.putBucketPolicy,
		"GetBucketPolicy":    s.getBucketPolicy,
		"DeleteBucketPolicy": s.deleteBucketPolicy,
	}
	s.fake.Dialect = &dialect{key: credential.Key{ID: AccessKeyID, Secret: AccessKeySecret}}
	for _, option := range options {
		option(s)
	}
	return s
}

func (s *Server) empty() { clear(s.buckets) }

// AddBucket adds a bucket.
func (s *Server) AddBucket(name string) {
	if strings.Trim(name, bucketLetters) != "" || name == "" {
		panic(fmt.Sprintf("osstest: %q is no name of a bucket", name))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.buckets[name] == nil {
		s.buckets[name] = &bucket{}
	}
}

// status returns the stage that an access point was in at the time now.
func (s *Server) status(p *point, now time.Time) oss.Status {
	switch {
	case !p.deleted.IsZero() && !now.Before(p.deleted):
		return oss.StatusDeleting
	case now.Sub(p.created) < s.readyAfter:
		return oss.StatusCreating
	}
	return oss.StatusEnable
}

// existed reports whether an access point existed at the time now.
func (s *Server) existed(p *point, now time.Time) bool {
	return !now.Before(p.created) && (p.deleted.IsZero() || now.Sub(p.deleted) < s.goneAfter)
}

// forget drops the access points that no read will find any more.
func (s *Server) forget() {
	s.points = slices.DeleteFunc(s.points, func(p *point) bool {
		return !p.deleted.IsZero() && s.fake.Forgotten(p.deleted.Add(s.goneAfter))
	})
	s.process = slices.DeleteFunc(s.process, func(p *processPoint) bool {
		return !p.deleted.IsZero() && s.fake.Forgotten(p.deleted.Add(s.goneAfter))
	})
}

// find returns the access point that a call names, if it existed at the time
// now.
func (s *Server) find(call *fake.Call, now time.Time) (*point, *fake.Refusal) {
	bucket := call.Params.Get("Bucket")
	if s.buckets[bucket] == nil {
		return nil, noSuchBucket()
	}
	for _, p := range s.points {
		if p.name == call.Params.Get("x-oss-access-point-name") && p.bucket == bucket && s.existed(p, now) {
			return p, nil
		}
	}
	return nil, noSuchPoint()
}

// noSuchPoint has a status that is inferred, no source has it.
func noSuchPoint() *fake.Refusal {
	return refuse(404, oss.CodeNoSuchAccessPoint, "The specified access point does not exist.")
}

func refuse(status int, code oss.Code, message string) *fake.Refusal {
	return &fake.Refusal{Status: status, Code: string(code), Message: message}
}

func noSuchBucket() *fake.Refusal {
	return refuse(404, oss.CodeNoSuchBucket, "The specified bucket does not exist.")
}
