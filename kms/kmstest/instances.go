package kmstest

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/kms"
)

// What every instance of the server may have.
const (
	maxKeys    = 1000
	maxSecrets = 1000
	maxQPS     = 1000
	maxVpcs    = 5
)

// status returns the stage that an instance was in at the time now.
func (s *Server) status(i *instance, now time.Time) kms.KmsInstanceStatus {
	switch {
	case i.connected.IsZero() || now.Before(i.connected):
		return kms.KmsInstanceUninitialized
	case now.Sub(i.connected) < s.readyAfter:
		return kms.KmsInstanceConnecting
	}
	return kms.KmsInstanceConnected
}

// named returns the instance that a call names, if it existed at the given time.
// The code and its status are documented for a release; for the other operations
// they are assumed.
func (s *Server) named(call *fake.Call, at time.Time) (*instance, *fake.Refusal) {
	i, ok := find(s.instances, call.Params.Get("KmsInstanceId"), at)
	if !ok {
		return nil, refuse(403, kms.CodeInstanceNotFound, "The specified KMS instance is not found.")
	}
	return i, nil
}

// wrongState refuses a call for the state of its instance. The code is documented
// for quotas, and assumed for the others.
func wrongState() *fake.Refusal {
	return refuse(403, kms.CodeInstanceStateInvalid, "The state of the KMS instance does not allow the operation.")
}

// listKmsInstances takes any Filters, and applies none: their form is not
// documented.
func (s *Server) listKmsInstances(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return page(s, call, visible(s, call, s.instances), "KmsInstances", "KmsInstance", func(i *instance) map[string]any {
		return map[string]any{"KmsInstanceId": i.name, "KmsInstanceArn": arn("keystore", i.name)}
	}), nil
}

func (s *Server) getKmsInstance(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.fake.AsOf()
	i, refusal := s.named(call, now)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	status := s.status(i, now)
	m := map[string]any{
		"InstanceId": i.name, "InstanceName": i.name, "Status": fake.Spelled(&s.fake, status), "ChargeType": kms.ChargePostpaid,
		"CreateTime": i.stamp.Format(time.RFC3339), "StartDate": i.stamp.Format(time.RFC3339),
		"Spec": maxQPS, "KeyNum": maxKeys, "SecretNum": strconv.Itoa(maxSecrets), "VpcNum": maxVpcs, "Log": 0, "LogStorage": 0,
		"DeletionProtection": false,
	}
	if status != kms.KmsInstanceUninitialized {
		m["VpcId"], m["VswitchIds"], m["ZoneIds"] = i.vpc, i.vSwitches, i.zones
		bound := []map[string]any{}
		for _, v := range i.bound {
			b := map[string]any{"VpcId": v.VpcID, "VSwitchId": v.VSwitchID, "RegionId": v.RegionID}
			if v.VpcOwnerID != 0 {
				b["VpcOwnerId"] = strconv.FormatInt(v.VpcOwnerID, 10) // a text here
			}
			bound = append(bound, b)
		}
		m["BindVpcs"] = map[string]any{"BindVpc": bound}
	}
	return answer(call, map[string]any{"KmsInstance": m}), nil
}

// getDefaultKmsInstance answers for an account that did not come from KMS 1.0.
func (*Server) getDefaultKmsInstance(call *fake.Call) (fake.Answer, *fake.Refusal) {
	return answer(call, map[string]any{}), nil
}

// getKmsInstanceQuotaInfos answers with the quotas of the first instance if the
// call names none. What the service does then is not documented.
func (s *Server) getKmsInstanceQuotaInfos(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, bound := s.fake.AsOf(), 0
	if call.Params.Has("KmsInstanceId") {
		i, refusal := s.named(call, now)
		if refusal != nil {
			return fake.Answer{}, refusal
		}
		if s.status(i, now) != kms.KmsInstanceConnected {
			return fake.Answer{}, wrongState()
		}
		bound = len(i.bound)
	}
	infos := []map[string]any{}
	for _, quota := range []struct {
		of        kms.QuotaType
		most, use int
	}{{kms.QuotaKeys, maxKeys, 0}, {kms.QuotaSecrets, maxSecrets, 0}, {kms.QuotaQPS, maxQPS, 0}, {kms.QuotaVpcs, maxVpcs, bound}} {
		if only := call.Params.Get("ResourceType"); only == "" || only == string(quota.of) {
			infos = append(infos, map[string]any{"ResourceType": quota.of, "ResourceQuota": quota.most, "UsedQuantity": quota.use})
		}
	}
	return answer(call, map[string]any{"KmsInstanceId": call.Params.Get("KmsInstanceId"), "KmsInstanceQuotaInfos": infos}), nil
}

func (s *Server) connectKmsInstance(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, now := call.Params, time.Now()
	i, refusal := s.named(call, now)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	if s.status(i, now) != kms.KmsInstanceUninitialized {
		return fake.Answer{}, wrongState()
	}
	i.connected, i.vpc = now, q.Get("VpcId")
	i.vSwitches, i.zones = strings.Split(q.Get("VSwitchIds"), ","), strings.Split(q.Get("ZoneIds"), ",")
	return answer(call, map[string]any{}), nil
}

// updateKmsInstanceBindVpc refuses more than the quota has with the code of other
// operations, which is assumed.
func (s *Server) updateKmsInstanceBindVpc(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	i, refusal := s.named(call, now)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	if s.status(i, now) != kms.KmsInstanceConnected {
		return fake.Answer{}, wrongState()
	}
	var bound []kms.BindVpc
	if err := json.Unmarshal([]byte(call.Params.Get("BindVpcs")), &bound); err != nil {
		return fake.Answer{}, refuse(400, kms.CodeInvalidParameter, "BindVpcs is not the JSON that it has to be.")
	}
	if len(bound) > maxVpcs {
		return fake.Answer{}, refuse(400, kms.CodeLimitExceeded, "The quota of VPCs is exceeded.")
	}
	i.bound = bound
	return answer(call, map[string]any{}), nil
}

// releaseKmsInstance releases an instance at once. There are no backups here, so it
// has to be forced.
func (s *Server) releaseKmsInstance(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, refusal := s.named(call, time.Now())
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	if call.Params.Get("ForceDeleteWithoutBackup") != "true" {
		return fake.Answer{}, refuse(403, kms.CodeNoBackup, "The KMS instance has no backup.")
	}
	i.deleted = time.Now()
	return answer(call, map[string]any{}), nil
}

func (*Server) describeRegions(call *fake.Call) (fake.Answer, *fake.Refusal) {
	return answer(call, map[string]any{"Regions": map[string]any{"Region": []map[string]any{{"RegionId": Region}}}}), nil
}

func (s *Server) describeAccountKmsStatus(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	status := kms.AccountEnabled
	if s.closed {
		status = kms.AccountNotEnabled
	}
	return answer(call, map[string]any{"AccountStatus": fake.Spelled(&s.fake, status)}), nil
}

func (s *Server) openKmsService(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		return fake.Answer{}, refuse(400, kms.CodeOpened, "The service has been activated.")
	}
	s.closed = false
	return answer(call, map[string]any{}), nil
}

// opened refuses an operation while the account has not activated KMS.
func (s *Server) opened(operation func(*fake.Call) (fake.Answer, *fake.Refusal)) func(*fake.Call) (fake.Answer, *fake.Refusal) {
	return func(call *fake.Call) (fake.Answer, *fake.Refusal) {
		s.mu.Lock()
		closed := s.closed
		s.mu.Unlock()
		if closed {
			return fake.Answer{}, refuse(403, kms.CodeServiceNotEnabled, "The account has not activated KMS.")
		}
		return operation(call)
	}
}
