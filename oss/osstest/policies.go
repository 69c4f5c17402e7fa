package osstest

import (
	"encoding/json"
	"encoding/xml"
	"slices"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/oss"
)

// done is the answer to what says nothing but that it is done.
func done(call *fake.Call, status int) (fake.Answer, *fake.Refusal) {
	return fake.Answer{Status: status, Header: header(call.RequestID)}, nil
}

func (s *Server) putAccessPointPolicy(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	p, refusal := s.find(call, now)
	if refusal == nil {
		refusal = refusePolicy(call, p.blocked.at(now))
	}
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	p.policy.set(call.Params.Get("Policy"))
	return done(call, 200)
}

func (s *Server) getAccessPointPolicy(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.fake.AsOf()
	p, refusal := s.find(call, now)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	// The status is inferred, no source has it.
	return policy(call, p.policy.at(now), refuse(404, oss.CodeNoSuchAccessPointPolicy, "The access point policy does not exist."))
}

func (s *Server) deleteAccessPointPolicy(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, refusal := s.find(call, time.Now())
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	p.policy.set("")
	return done(call, 204) // without a policy, too: assumed
}

func (s *Server) putAccessPointPublicAccessBlock(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, refusal := s.find(call, time.Now())
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	p.blocked.set(call.Params.Get("BlockPublicAccess") == "true")
	return done(call, 200)
}

func (s *Server) getAccessPointPublicAccessBlock(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.fake.AsOf()
	p, refusal := s.find(call, now)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	return answer(call, struct {
		XMLName           xml.Name `xml:"PublicAccessBlockConfiguration"`
		BlockPublicAccess bool
	}{BlockPublicAccess: p.blocked.at(now)})
}

func (s *Server) deleteAccessPointPublicAccessBlock(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, refusal := s.find(call, time.Now())
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	p.blocked.set(false)
	return done(call, 204)
}

func (s *Server) putBucketPolicy(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.buckets[call.Params.Get("Bucket")]
	if b == nil {
		return fake.Answer{}, noSuchBucket()
	}
	if refusal := refusePolicy(call, false); refusal != nil {
		return fake.Answer{}, refusal
	}
	b.policy.set(call.Params.Get("Policy"))
	return done(call, 200)
}

func (s *Server) getBucketPolicy(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.buckets[call.Params.Get("Bucket")]
	if b == nil {
		return fake.Answer{}, noSuchBucket()
	}
	return policy(call, b.policy.at(s.fake.AsOf()), refuse(404, oss.CodeNoSuchBucketPolicy, "The bucket policy does not exist."))
}

func (s *Server) deleteBucketPolicy(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.buckets[call.Params.Get("Bucket")]
	if b == nil {
		return fake.Answer{}, noSuchBucket()
	}
	b.policy.set("")
	return done(call, 204) // without a policy, too: inferred
}

// policy answers with the text of a policy as it was put, or refuses if there is
// none.
func policy(call *fake.Call, text string, none *fake.Refusal) (fake.Answer, *fake.Refusal) {
	if text == "" {
		return fake.Answer{}, none
	}
	a := fake.Answer{Status: 200, Header: header(call.RequestID), Body: []byte(text)}
	a.Header["Content-Type"] = "application/json"
	return a, nil
}

// invalidPolicy is the code for a policy that is not valid: no source has it.
const invalidPolicy oss.Code = "InvalidPolicyDocument"

// refusePolicy refuses what no page allows as a policy, and, while public access is
// blocked, what admits everyone: an Allow for everybody without a condition.
func refusePolicy(call *fake.Call, blocked bool) *fake.Refusal {
	invalid := func(message string) *fake.Refusal { return refuse(400, invalidPolicy, message) }
	text := call.Params.Get("Policy")
	var p struct {
		Version   string
		Statement list[struct {
			Effect                      string
			Principal, Action, Resource list[string]
			Condition                   map[string]map[string]list[string]
		}]
	}
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return invalid("The policy is not valid: " + err.Error())
	}
	if p.Version != "1" {
		return invalid("The policy has another Version than 1.")
	}
	for _, s := range p.Statement {
		switch {
		case s.Effect != "Allow" && s.Effect != "Deny":
			return invalid("Effect must be Allow or Deny.")
		case len(s.Principal) == 0 || len(s.Action) == 0 || len(s.Resource) == 0:
			return invalid("A statement lacks Principal, Action or Resource.")
		}
		for _, list := range []list[string]{s.Principal, s.Action, s.Resource} {
			if slices.ContainsFunc(list, func(v string) bool { return len(v) > 4095 }) {
				return invalid("A value is longer than 4095 bytes.")
			}
		}
		if blocked && s.Effect == "Allow" && slices.Contains(s.Principal, "*") && len(s.Condition) == 0 {
			return refuse(403, oss.CodeAccessDenied, "Public access is blocked.")
		}
	}
	return nil
}

// A list may have a single item in its place: assumed, of texts from policies that were
// seen.
type list[T any] []T

// UnmarshalJSON reads a list, or a single item.
func (l *list[T]) UnmarshalJSON(text []byte) error {
	if text[0] != '[' {
		*l = make(list[T], 1)
		return json.Unmarshal(text, &(*l)[0])
	}
	return json.Unmarshal(text, (*[]T)(l))
}
