package efs_test

import (
	"errors"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/accesspoint-go/accesspoint/efs"
)

// patterns are the regular expressions of the API's model, in Go's syntax, with a
// way to ask Validate about the same. The empty text, which means that nothing is
// set, is left out.
var patterns = map[string]struct {
	re    *regexp.Regexp
	not   *regexp.Regexp // must not match
	ask   func(s string) error
	field string
}{
	"FileSystemId": {
		re:    regexp.MustCompile(`\A(arn:aws[-a-z]*:elasticfilesystem:[0-9a-z-:]+:file-system/fs-[0-9a-f]{8,40}|fs-[0-9a-f]{8,40})\z`),
		ask:   func(s string) error { return efs.DescribeAccessPointsRequest{FileSystemID: s}.Validate() },
		field: "FileSystemId",
	},
	"AccessPointId": {
		re:    regexp.MustCompile(`\A(arn:aws[-a-z]*:elasticfilesystem:[0-9a-z-:]+:access-point/fsap-[0-9a-f]{8,40}|fsap-[0-9a-f]{8,40})\z`),
		ask:   func(s string) error { return efs.DeleteAccessPointRequest{AccessPointID: s}.Validate() },
		field: "AccessPointId",
	},
	"Path": {
		re: regexp.MustCompile("\\A(?:/|(?:/[^.$#<>;`|&?{}^*/\\n][^$#<>;`|&?{}^*/\\n]*){1,4})\\z"),
		ask: func(s string) error {
			return efs.CreateAccessPointRequest{RootDirectory: &efs.RootDirectory{Path: s}}.Validate()
		},
		field: "RootDirectory.Path",
	},
	"Permissions": {
		re: regexp.MustCompile(`\A[0-7]{3,4}\z`),
		ask: func(s string) error {
			return efs.CreateAccessPointRequest{RootDirectory: &efs.RootDirectory{CreationInfo: &efs.CreationInfo{Permissions: s}}}.Validate()
		},
		field: "RootDirectory.CreationInfo.Permissions",
	},
	"TagKey": {
		re:    regexp.MustCompile(`\A[\p{L}\p{Z}\p{N}_.:/=+\-@]+\z`),
		not:   regexp.MustCompile(`\A[aA][wW][sS]:`),
		ask:   func(s string) error { return efs.CreateAccessPointRequest{Tags: []efs.Tag{{Key: s}}}.Validate() },
		field: "Tags.1.Key",
	},
	"TagValue": {
		re:    regexp.MustCompile(`\A[\p{L}\p{Z}\p{N}_.:/=+\-@]*\z`),
		ask:   func(s string) error { return efs.CreateAccessPointRequest{Tags: []efs.Tag{{Value: s}}}.Validate() },
		field: "Tags.1.Value",
	},
	"ClientToken": {
		re:    regexp.MustCompile(`\A[\x00-\x09\x0b\x0c\x0e-\x7f]+\z`), // ASCII, and ^.+$ as ECMAScript reads it
		ask:   func(s string) error { return efs.CreateAccessPointRequest{ClientToken: s}.Validate() },
		field: "ClientToken",
	},
	"Token": {
		re:    regexp.MustCompile(`\A[^\n\r\x{2028}\x{2029}]+\z`),
		ask:   func(s string) error { return efs.DescribeAccessPointsRequest{NextToken: s}.Validate() },
		field: "NextToken",
	},
}

// comparePatterns checks that Validate takes s for each parameter exactly if the
// regular expression does. Lengths are another constraint.
func comparePatterns(t *testing.T, s string) {
	if s == "" {
		return
	}
	for name, p := range patterns {
		ok := true
		invalid, _ := errors.AsType[*efs.ValidationError](p.ask(s))
		if invalid != nil {
			for _, problem := range invalid.Problems {
				ok = ok && (problem.Field != p.field || strings.HasSuffix(problem.Reason, "characters") && strings.Contains(problem.Reason, " to "))
			}
		}
		if want := p.re.MatchString(s) && (p.not == nil || !p.not.MatchString(s)); ok != want {
			t.Errorf("%s %q: taken %v, want %v", name, s, ok, want)
		}
	}
}

// pieces are what interesting texts are made of.
var pieces = []string{
	"arn:aws", "-cn", "-us-gov", ":", ":elasticfilesystem:", "us-east-1", "111122223333", ":file-system/", ":access-point/", "fs-", "fsap-",
	"01234567", "0123456789abcdef0", "0123456789abcdef0123456789abcdef01234567", "g", "F", "/", "//", "/a", "/.a", "/a.", "..", ".", "-", " ", "\t", "\n", "\r",
	"\u2028", "\u00a0", "$", "#", "*", "^", "`", "\\", "aws:", "AwS:", "aw\u017f:", "é", "e\u0301", "数", "٣", "Ⅷ", "😀", "@", "=", "+", "_", "0", "7", "8", "755", "\x00", "\x7f", "\xff",
}

// whole are texts that match, to be bent.
var whole = []string{
	"fs-01234567", "fsap-0123456789abcdef0", "/a/b/c/d", "0755", "644", "équipe 数据",
	"arn:aws-cn:elasticfilesystem:cn-north-1:111122223333:file-system/fs-0123456789abcdef8",
	"arn:aws:elasticfilesystem:us-east-1:111122223333:access-point/fsap-0123456789abcdef0",
}

// TestPatterns compares Validate with the regular expressions on many texts.
func TestPatterns(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	piece := func() string { return pieces[random.IntN(len(pieces))] }
	taken := map[string]int{}
	for i := range 20_000 {
		var s string
		if i%2 == 0 {
			for range 1 + random.IntN(7) {
				s += piece()
			}
		} else {
			s = whole[random.IntN(len(whole))]
			from := random.IntN(len(s) + 1)
			to := min(len(s), from+random.IntN(3))
			s = s[:from] + piece() + s[to:]
		}
		comparePatterns(t, s)
		for name, p := range patterns {
			if p.re.MatchString(s) {
				taken[name]++
			}
		}
	}
	for name := range patterns {
		if taken[name] < 50 {
			t.Errorf("%s: only %d texts match, which tries too little", name, taken[name])
		}
	}
}

// FuzzPatterns does the same with texts that are found by coverage.
func FuzzPatterns(f *testing.F) {
	for _, s := range slices.Concat(pieces, whole, []string{
		"arn:aws:elasticfilesystem::access-point/fsap-01234567", "/a/b/c/d/e", "arn:aws:elasticfilesystem:elasticfilesystem:x:file-system/fs-01234567",
	}) {
		f.Add(s)
	}
	f.Fuzz(comparePatterns)
}
