package osstest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"strconv"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/oss"
)

func (s *Server) createAccessPoint(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := call.Params
	if s.buckets[q.Get("Bucket")] == nil {
		return fake.Answer{}, noSuchBucket()
	}
	now := time.Now()
	for _, p := range s.points {
		// That the name has to be unique in the account is documented. The code
		// and the status are assumed, and so is that the same bucket, origin and
		// VPC make no difference.
		if p.name == q.Get("AccessPointName") && s.existed(p, now) {
			return fake.Answer{}, refuse(409, "AccessPointAlreadyExists", "The access point name is in use.")
		}
	}
	p := &point{
		name: q.Get("AccessPointName"), bucket: q.Get("Bucket"),
		origin: q.Get("NetworkOrigin"), vpc: q.Get("VpcConfiguration.VpcId"),
		created: now, stamp: call.Stamp, place: s.created,
	}
	s.created++
	s.forget()
	s.points = append(s.points, p)
	return answer(call, struct {
		XMLName        xml.Name `xml:"CreateAccessPointResult"`
		AccessPointArn string
		Alias          string
	}{AccessPointArn: p.arn(), Alias: p.alias()})
}

func (p *point) arn() string {
	return "acs:oss:" + Region + ":" + AccountID + ":accesspoint/" + p.name
}

// alias returns the name with 34 characters that look like those of the service.
func (p *point) alias() string {
	sum := sha256.Sum256([]byte(AccountID + "/" + p.name))
	return p.name + "-" + hex.EncodeToString(sum[:17]) + "-ossalias"
}

// An item is an access point in a list. Its VPC group is there without a VPC too,
// with an empty element.
type item struct {
	Bucket           string
	AccessPointName  string
	Alias            string
	NetworkOrigin    string
	VpcConfiguration struct {
		VpcID string `xml:"VpcId"`
	}
	Status oss.Status
}

func (s *Server) item(p *point, now time.Time) item {
	i := item{Bucket: p.bucket, AccessPointName: p.name, Alias: p.alias(), NetworkOrigin: p.origin, Status: oss.Status(fake.Spelled(&s.fake, s.status(p, now)))}
	i.VpcConfiguration.VpcID = p.vpc
	return i
}

func (s *Server) getAccessPoint(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.fake.AsOf()
	p, refusal := s.find(call, now)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	host := p.name + "-" + AccountID + ".oss-" + Region
	return answer(call, struct {
		XMLName xml.Name `xml:"GetAccessPointResult"`
		item
		AccountID         string `xml:"AccountId"`
		AccessPointArn    string
		CreationDate      string
		PublicEndpoint    string `xml:"Endpoints>PublicEndpoint"`
		InternalEndpoint  string `xml:"Endpoints>InternalEndpoint"`
		BlockPublicAccess bool   `xml:"PublicAccessBlockConfiguration>BlockPublicAccess"`
	}{
		item:      s.item(p, now),
		AccountID: AccountID,
		// The documented samples of this operation have arn: before the ARN that
		// the creation returned.
		AccessPointArn:   "arn:" + p.arn(),
		CreationDate:     strconv.FormatInt(p.stamp.Unix(), 10),
		PublicEndpoint:   host + ".oss-accesspoint.aliyuncs.com",
		InternalEndpoint: host + "-internal.oss-accesspoint.aliyuncs.com",

		BlockPublicAccess: p.blocked.at(now),
	})
}

func (s *Server) listAccessPoints(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	bucket := call.Params.Get("Bucket")
	if bucket != "" && s.buckets[bucket] == nil {
		return fake.Answer{}, noSuchBucket()
	}
	items := []item{}
	places := map[string]int{}
	moments := map[string]time.Time{} // a name stands for one access point at a time
	for _, p := range s.points {
		if _, ok := moments[p.name]; !ok {
			moments[p.name] = s.fake.ListAsOf(call)
		}
		if now := moments[p.name]; s.existed(p, now) && (bucket == "" || p.bucket == bucket) {
			items = append(items, s.item(p, now))
			places[p.name] = p.place
		}
	}
	size := call.Params.Number("max-keys", 100) // the default is assumed
	place := func(i item) int { return places[i.AccessPointName] }
	page, next, ok := fake.Page(&s.fake, items, place, call.Params.Get("continuation-token"), size)
	if !ok {
		return fake.Answer{}, refuse(400, oss.CodeInvalidArgument, "The continuation-token is not one of this list.") // assumed
	}
	return answer(call, struct {
		XMLName               xml.Name `xml:"ListAccessPointsResult"`
		IsTruncated           bool
		NextContinuationToken string
		AccountID             string `xml:"AccountId"`
		MaxKeys               int
		AccessPoints          struct {
			AccessPoint []item
		}
	}{
		IsTruncated: next != "", NextContinuationToken: next, AccountID: AccountID, MaxKeys: size,
		AccessPoints: struct{ AccessPoint []item }{page},
	})
}

func (s *Server) deleteAccessPoint(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	p, refusal := s.find(call, now)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	if s.status(p, now) == oss.StatusCreating {
		// The status is inferred, no source has it.
		return fake.Answer{}, refuse(409, oss.CodeAccessPointCreatingConflict, "The access point is being created.")
	}
	for _, above := range s.process {
		if above.on == p.name && s.existed(&above.point, now) {
			// That it has to go first is documented. The code and the status are assumed.
			return fake.Answer{}, refuse(409, "AccessPointInUse", "An access point for object processing stands on the access point.")
		}
	}
	if p.deleted.IsZero() {
		p.deleted = now
	}
	return done(call, 204)
}
