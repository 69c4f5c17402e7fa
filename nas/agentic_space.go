package nas

import (
	"cmp"
	"crypto/rand"
	"strings"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
)

// An AgenticSpace is a directory of an Agentic file system (one with
// [StorageAgentic]), with a quota.
type AgenticSpace struct {
	AgenticSpaceID string             `json:"AgenticSpaceId" answer:"required"`
	FileSystemID   string             `json:"FileSystemId"`
	FileSystemPath string             `json:"FileSystemPath"` // the directory
	Azone          string             `json:"Azone"`          // the zone
	Description    string             `json:"Description"`
	Status         AgenticSpaceStatus `json:"Status" enum:"Running"`
	Quota          AgenticSpaceQuota  `json:"Quota"`
	SpaceUsage     int64              `json:"SpaceUsage"`     // bytes; up to 15 minutes old
	FileCountUsage int64              `json:"FileCountUsage"` // files; up to 15 minutes old
	CreateTimeUTC  string             `json:"CreateTimeUtc"`  // ISO 8601
	UpdateTimeUTC  string             `json:"UpdateTimeUtc"`  // ISO 8601
}

// An AgenticSpaceStatus is the state of a space.
type AgenticSpaceStatus string

// AgenticSpaceRunning is the only documented state.
const AgenticSpaceRunning AgenticSpaceStatus = "Running"

// An AgenticSpaceQuota limits the size of a space.
type AgenticSpaceQuota struct {
	SizeLimit      int64 `rpc:"SizeLimit" json:"SizeLimit"`           // bytes, 10 GiB to 1,000 TiB in steps of 1 GiB
	FileCountLimit int64 `rpc:"FileCountLimit" json:"FileCountLimit"` // files, 10,000 to 100,000,000
}

// Bounds of a quota.
const (
	gib               = 1 << 30
	minSpaceSize      = 10 * gib
	maxSpaceSize      = 1000 << 40
	minSpaceFileCount = 10_000
	maxSpaceFileCount = 100_000_000
)

// spaceSize and spaceFiles report whether limits are within the bounds, or not set.
func spaceSize(n int64) bool {
	return n == 0 || minSpaceSize <= n && n <= maxSpaceSize && n%gib == 0
}

func spaceFiles(n int64) bool {
	return n == 0 || minSpaceFileCount <= n && n <= maxSpaceFileCount
}

// spacePath reports whether a path names a directory of the first level.
func spacePath(path string) bool {
	name := strings.TrimPrefix(strings.TrimSuffix(path, "/"), "/")
	return strings.HasPrefix(path, "/") && name != "" && !strings.Contains(name, "/")
}

// letterFirst reports whether a text is empty or begins with a letter, of any
// script.
func letterFirst(s string) bool {
	return s == "" || s[0] >= 0x80 || 'a' <= s[0]|0x20 && s[0]|0x20 <= 'z'
}

// token returns the idempotency token of a call: the caller's, or a new one.
func token(given string) string { return cmp.Or(given, rand.Text()) }

// tokenRules are those of an idempotency token.
func tokenRules(token string) []check.Problem {
	return []check.Problem{check.ASCII("ClientToken", token), check.Length("ClientToken", token, 1, 64)}
}

// withToken puts the idempotency token of a call into its error.
func withToken(err error, token string) error {
	switch e := err.(type) {
	case *APIError:
		e.ClientToken = token
	case *OutcomeUnknownError:
		e.ClientToken, e.Err = token, withToken(e.Err, token)
	}
	return err
}

// effect returns what a second run of an operation does: nothing, if it is a dry
// run.
func effect(e retry.Effect, dryRun bool) retry.Effect {
	if dryRun {
		return retry.Read
	}
	return e
}
