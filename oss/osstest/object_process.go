package osstest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"strconv"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/oss"
)

// A processPoint is an access point for object processing as the server keeps it.
type processPoint struct {
	point
	on     string // the access point that it stands on
	config history[processConfig]
}

// A processConfig is what an access point for object processing does.
type processConfig struct {
	AllowAnonymousAccessForObjectProcess bool
	BlockPublicAccess                    bool `xml:"PublicAccessBlockConfiguration>BlockPublicAccess"`
	ObjectProcessConfiguration           oss.ObjectProcessConfiguration
}

// read sets the configuration to the one of a request: what that leaves out falls to
// its default, which is assumed.
func (p *processPoint) read(call *fake.Call) *fake.Refusal {
	var c processConfig
	if xml.Unmarshal([]byte(call.Params.Get("Configuration")), &c) != nil {
		return refuse(400, oss.CodeMalformedXML, "The XML you provided did not validate against our published schema.")
	}
	for _, t := range c.ObjectProcessConfiguration.TransformationConfigurations {
		for i, action := range t.Actions {
			if action != oss.ObjectProcessGetObject {
				return refuse(400, oss.CodeInvalidArgument, "The only action is GetObject.")
			}
			t.Actions[i] = oss.ObjectProcessAction(strings.ToLower(string(action))) // as documented samples have it
		}
	}
	for _, f := range c.ObjectProcessConfiguration.AllowedFeatures {
		if f != oss.ObjectProcessGetObjectRange {
			return refuse(400, oss.CodeInvalidArgument, "The only feature is GetObject-Range.")
		}
	}
	p.config.set(c)
	return nil
}

func (p *processPoint) arn() string {
	return "acs:oss:" + Region + ":" + AccountID + ":accesspointforobjectprocess/" + p.name
}

func (p *processPoint) alias() string {
	sum := sha256.Sum256([]byte(AccountID + "/process/" + p.name))
	return p.name + "-" + hex.EncodeToString(sum[:17]) + "-opapalias"
}

// findProcess returns the access point for object processing that a call names, if it
// existed at the time now.
func (s *Server) findProcess(call *fake.Call, now time.Time) (*processPoint, *fake.Refusal) {
	bucket := call.Params.Get("Bucket")
	if s.buckets[bucket] == nil {
		return nil, noSuchBucket()
	}
	for _, p := range s.process {
		if p.name == call.Params.Get(processName) && p.bucket == bucket && s.existed(&p.point, now) {
			return p, nil
		}
	}
	return nil, refuse(404, oss.CodeNoSuchAccessPointForObjectProcess, "The specified access point for object process does not exist.")
}

func (s *Server) createAccessPointForObjectProcess(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, now := call.Params, time.Now()
	if s.buckets[q.Get("Bucket")] == nil {
		return fake.Answer{}, noSuchBucket()
	}
	stands := false
	for _, p := range s.points {
		stands = stands || p.name == q.Get("AccessPointName") && p.bucket == q.Get("Bucket") && s.existed(p, now)
	}
	if !stands {
		return fake.Answer{}, noSuchPoint()
	}
	for _, p := range s.process {
		if p.name == q.Get(processName) && s.existed(&p.point, now) {
			// That the name has to be unique is documented. The code and the status are
			// assumed.
			return fake.Answer{}, refuse(409, "AccessPointForObjectProcessAlreadyExists", "The name is in use.")
		}
	}
	p := &processPoint{
		point: point{name: q.Get(processName), bucket: q.Get("Bucket"), created: now, stamp: call.Stamp, place: s.created},
		on:    q.Get("AccessPointName"),
	}
	if refusal := p.read(call); refusal != nil {
		return fake.Answer{}, refusal
	}
	s.created++
	s.forget()
	s.process = append(s.process, p)
	return answer(call, struct {
		XMLName                          xml.Name `xml:"CreateAccessPointForObjectProcessResult"`
		AccessPointForObjectProcessArn   string
		AccessPointForObjectProcessAlias string
	}{AccessPointForObjectProcessArn: p.arn(), AccessPointForObjectProcessAlias: p.alias()})
}

// A processItem is an access point for object processing in a list.
type processItem struct {
	AccessPointNameForObjectProcess      string
	AccessPointForObjectProcessAlias     string
	AccessPointName                      string
	Status                               oss.Status
	AllowAnonymousAccessForObjectProcess bool
}

func (s *Server) processItem(p *processPoint, now time.Time) processItem {
	return processItem{
		p.name, p.alias(), p.on, oss.Status(fake.Spelled(&s.fake, s.status(&p.point, now))), p.config.at(now).AllowAnonymousAccessForObjectProcess,
	}
}

func (s *Server) getAccessPointForObjectProcess(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.fake.AsOf()
	p, refusal := s.findProcess(call, now)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	host := p.name + "-" + AccountID + ".oss-" + Region
	return answer(call, struct {
		XMLName xml.Name `xml:"GetAccessPointForObjectProcessResult"`
		processItem
		AccountID                      string `xml:"AccountId"`
		AccessPointForObjectProcessArn string
		CreationDate                   string
		PublicEndpoint                 string `xml:"Endpoints>PublicEndpoint"`
		InternalEndpoint               string `xml:"Endpoints>InternalEndpoint"`
		BlockPublicAccess              bool   `xml:"PublicAccessBlockConfiguration>BlockPublicAccess"`
	}{
		processItem:                    s.processItem(p, now),
		AccountID:                      AccountID,
		AccessPointForObjectProcessArn: p.arn(),
		CreationDate:                   strconv.FormatInt(p.stamp.Unix(), 10),
		PublicEndpoint:                 host + ".oss-object-process.aliyuncs.com",
		InternalEndpoint:               host + "-internal.oss-object-process.aliyuncs.com",
		BlockPublicAccess:              p.config.at(now).BlockPublicAccess,
	})
}

func (s *Server) listAccessPointsForObjectProcess(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	items, places := []processItem{}, map[string]int{}
	for _, p := range s.process {
		if now := s.fake.ListAsOf(call); s.existed(&p.point, now) {
			if _, twice := places[p.name]; !twice {
				items = append(items, s.processItem(p, now))
			}
			places[p.name] = p.place
		}
	}
	place := func(i processItem) int { return places[i.AccessPointNameForObjectProcess] }
	page, next, ok := fake.Page(&s.fake, items, place, call.Params.Get("continuation-token"), call.Params.Number("max-keys", 100)) // the default is assumed
	if !ok {
		return fake.Answer{}, refuse(400, oss.CodeInvalidArgument, "The continuation-token is not one of this list.") // assumed
	}
	return answer(call, struct {
		XMLName               xml.Name `xml:"ListAccessPointsForObjectProcessResult"`
		IsTruncated           bool
		NextContinuationToken string
		AccountID             string        `xml:"AccountId"`
		Items                 []processItem `xml:"AccessPointsForObjectProcess>AccessPointForObjectProcess"`
	}{IsTruncated: next != "", NextContinuationToken: next, AccountID: AccountID, Items: page})
}

func (s *Server) deleteAccessPointForObjectProcess(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	p, refusal := s.findProcess(call, now)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	if p.deleted.IsZero() {
		p.deleted = now
	}
	return done(call, 204)
}

func (s *Server) putAccessPointConfigForObjectProcess(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, refusal := s.findProcess(call, time.Now())
	if refusal == nil {
		refusal = p.read(call)
	}
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	return done(call, 200)
}

func (s *Server) getAccessPointConfigForObjectProcess(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.fake.AsOf()
	p, refusal := s.findProcess(call, now)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	return answer(call, struct {
		XMLName xml.Name `xml:"GetAccessPointConfigForObjectProcessResult"`
		processConfig
	}{processConfig: p.config.at(now)})
}

func (s *Server) putAccessPointPolicyForObjectProcess(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	p, refusal := s.findProcess(call, now)
	if refusal == nil {
		refusal = refusePolicy(call, p.config.at(now).BlockPublicAccess)
	}
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	p.policy.set(call.Params.Get("Policy"))
	return done(call, 200)
}

func (s *Server) getAccessPointPolicyForObjectProcess(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.fake.AsOf()
	p, refusal := s.findProcess(call, now)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	// The code and the status are assumed.
	return policy(call, p.policy.at(now), refuse(404, "NoSuchAccessPointPolicyForObjectProcess", "The policy does not exist."))
}

func (s *Server) deleteAccessPointPolicyForObjectProcess(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, refusal := s.findProcess(call, time.Now())
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	p.policy.set("")
	return done(call, 204) // without a policy, too: assumed
}

// writeGetObjectResponse takes one response for each token: that a second one is refused
// is assumed, and so are the code and the status.
func (s *Server) writeGetObjectResponse(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	token := call.Params.Get("x-oss-request-token")
	if s.written[token] {
		return fake.Answer{}, refuse(400, oss.CodeInvalidArgument, "The request has its response already.")
	}
	s.written[token] = true
	return done(call, 200)
}
