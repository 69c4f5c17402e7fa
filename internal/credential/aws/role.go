package aws

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/credential/machine"
)

// A Role has the fields of the Role of package efs.
type Role struct {
	ARN, SessionName   string
	Duration           time.Duration
	Policy, ExternalID string
	Region             string
}

// Problems says what is wrong with r, by what is documented of AssumeRole.
func (r Role) Problems() []check.Problem {
	arn := strings.SplitN(r.ARN, ":", 6)
	return check.All(
		check.Required("ARN", r.ARN),
		check.That(r.ARN == "" || len(arn) == 6 && arn[0] == "arn" && strings.HasPrefix(arn[1], "aws") && arn[2] == "iam" && arn[3] == "" && arn[4] != "" &&
			strings.HasPrefix(arn[5], "role/") && !strings.HasSuffix(arn[5], "/"), "ARN", "must be arn:aws:iam::, an account ID, :role/ and a name"),
		check.Length("ARN", r.ARN, 20, 2048),
		check.Length("SessionName", r.SessionName, 2, 64),
		check.That(strings.Trim(r.SessionName, letters+"_+=,.@-") == "", "SessionName", "must have no characters but letters, digits and _+=,.@-"),
		check.That(r.Duration == 0 || r.Duration >= 15*time.Minute && r.Duration <= 12*time.Hour, "Duration", "must be from 15 minutes to 12 hours"),
		check.Length("ExternalID", r.ExternalID, 2, 1224),
		check.That(strings.Trim(r.ExternalID, letters+"_+=,.@:/-") == "", "ExternalID", "must have no characters but letters, digits and _+=,.@:/-"),
		check.That(machine.IsRegion(r.Region), "Region", "must be a region ID such as us-east-1"),
	)
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// Assume returns the keys that the machine gets for the role with those of base.
func Assume(m machine.Machine, base credential.Provider, r Role) *credential.Cache {
	s := &sources{m}
	return credential.Assume(base, r.ARN, func(ctx context.Context, with credential.Key) (*credential.Fetched, error) {
		ask := &role{arn: r.ARN, session: r.SessionName, policy: r.Policy, externalID: r.ExternalID, sts: s.stsOfProfile()}
		if r.Region != "" {
			ask.sts.region = r.Region
		}
		if r.Duration != 0 {
			ask.seconds = strconv.Itoa(int(r.Duration / time.Second))
		}
		return s.assume(ctx, ask, with)
	}, func(err error) bool {
		refusal, ok := err.(*machine.Refusal)
		return ok && slices.Contains([]string{"ExpiredToken", "ExpiredTokenException"}, refusal.Code)
	})
}
