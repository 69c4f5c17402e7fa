package alibaba

import (
	"context"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/credential/machine"
)

// A Role has the fields of the Role of every service package of Alibaba Cloud.
type Role struct {
	ARN, SessionName   string
	Duration           time.Duration
	Policy, ExternalID string
	Region             string
	VPC                bool
}

// Problems says what is wrong with r, by what is documented of AssumeRole.
func (r Role) Problems() []check.Problem {
	account, name, ok := strings.Cut(strings.TrimPrefix(r.ARN, "acs:ram::"), ":role/")
	return check.All(
		check.Required("ARN", r.ARN),
		check.That(r.ARN == "" || ok && strings.HasPrefix(r.ARN, "acs:ram::") && account != "" && name != "", "ARN", "must be acs:ram::, an account ID, :role/ and a name"),
		check.Length("SessionName", r.SessionName, 2, 64),
		check.That(strings.Trim(r.SessionName, letters+".@-_") == "", "SessionName", "must have no characters but letters, digits and .@-_"),
		check.That(r.Duration == 0 || r.Duration >= 15*time.Minute, "Duration", "must be at least 15 minutes"),
		check.Length("ExternalID", r.ExternalID, 2, 1224),
		check.That(machine.IsRegion(r.Region), "Region", "must be a region ID such as cn-hangzhou"),
	)
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// Assume returns the keys that the machine gets for the role with those of base.
func Assume(m machine.Machine, base credential.Provider, r Role) *credential.Cache {
	return credential.Assume(base, r.ARN, func(ctx context.Context, with credential.Key) (*credential.Fetched, error) {
		return (&sources{m}).assume(ctx, &role{
			arn: r.ARN, session: r.SessionName, policy: r.Policy, externalID: r.ExternalID,
			seconds: int(r.Duration / time.Second), region: r.Region, vpc: r.VPC,
		}, with)
	}, func(err error) bool {
		refusal, ok := err.(*machine.Refusal)
		return ok && refusal.Code == "InvalidSecurityToken.Expired"
	})
}
