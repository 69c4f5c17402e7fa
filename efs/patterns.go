package efs

import (
	"strings"
	"unicode"
)

// The patterns of the API's shapes, without package regexp: it would make
// programs larger by a quarter of a megabyte.

// tagText reports whether s has only the characters that tags may have. Letters
// of many scripts need combining marks, which are not among them.
func tagText(s string) bool {
	for _, r := range s {
		if !unicode.In(r, unicode.L, unicode.Z, unicode.N) && !strings.ContainsRune("_.:/=+-@", r) {
			return false
		}
	}
	return true
}

const (
	digits       = "0123456789"
	lowerLetters = "abcdefghijklmnopqrstuvwxyz"
)

// consists reports whether s has only characters of set.
func consists(s, set string) bool { return strings.Trim(s, set) == "" }

func fileSystemID(s string) bool  { return s == "" || identifies(s, "file-system", "fs-") }
func accessPointID(s string) bool { return s == "" || identifies(s, "access-point", "fsap-") }

// identifies reports whether s is an ID with that prefix, or the ARN of a
// resource of that type.
func identifies(s, resource, prefix string) bool {
	if rest, ok := strings.CutPrefix(s, "arn:aws"); ok {
		partition, rest, _ := strings.Cut(rest, ":elasticfilesystem:")
		place, id, _ := strings.Cut(rest, ":"+resource+"/")
		if !consists(partition, lowerLetters+"-") || place == "" || !consists(place, digits+lowerLetters+"-:") {
			return false
		}
		s = id
	}
	hex, ok := strings.CutPrefix(s, prefix)
	return ok && 8 <= len(hex) && len(hex) <= 40 && consists(hex, digits+"abcdef")
}

func asciiLine(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > 0x7f || r == '\n' || r == '\r' })
}

func rootPath(s string) bool {
	if s == "/" {
		return true
	}
	elements := strings.Split(s, "/")
	if elements[0] != "" || len(elements) < 2 || len(elements) > 5 {
		return false
	}
	for _, e := range elements[1:] {
		if e == "" || e[0] == '.' || strings.ContainsAny(e, "$#<>;`|&?{}^*\n") {
			return false
		}
	}
	return true
}

func octalMode(s string) bool { return 3 <= len(s) && len(s) <= 4 && consists(s, "01234567") }
