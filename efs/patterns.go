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
func mountTargetID(s string) bool { return s == "" || hexadecimal(s, "fsmt-") }
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
	return hexadecimal(s, prefix)
}

// hexadecimal reports whether s is an ID with that prefix.
func hexadecimal(s, prefix string) bool {
	hex, ok := strings.CutPrefix(s, prefix)
	return ok && 8 <= len(hex) && len(hex) <= 40 && consists(hex, digits+"abcdef")
}

// kmsKey reports whether s is the ID of a key, an alias, or the ARN of one of them.
func kmsKey(s string) bool {
	if s == "" {
		return true
	}
	if rest, ok := strings.CutPrefix(s, "arn:aws"); ok {
		partition, rest, _ := strings.Cut(rest, ":kms:")
		region, rest, _ := strings.Cut(rest, ":")
		account, key, ok := strings.Cut(rest, ":")
		if !ok || !consists(partition, lowerLetters+"-") || region == "" || !consists(region, digits+lowerLetters+"-") || len(account) != 12 || !consists(account, digits) {
			return false
		}
		id, isKey := strings.CutPrefix(key, "key/")
		return isKey && keyID(id) || alias(key)
	}
	return keyID(s) || alias(s)
}

func alias(s string) bool {
	name, ok := strings.CutPrefix(s, "alias/")
	return ok && name != "" && consists(strings.ToLower(name), digits+lowerLetters+"/_-") && asciiLine(name)
}

// keyID reports whether s is the ID of a key of one region or of several.
func keyID(s string) bool {
	if hex, ok := strings.CutPrefix(s, "mrk-"); ok {
		return len(hex) == 32 && consists(hex, digits+"abcdef")
	}
	parts := strings.Split(s, "-")
	for i, n := range [...]int{8, 4, 4, 4, 12} {
		if len(parts) != 5 || len(parts[i]) != n || !consists(parts[i], digits+"abcdef") {
			return false
		}
	}
	return true
}

// isAlias reports whether s, which names a key, is an alias or the ARN of one.
func isAlias(s string) bool { return strings.HasPrefix(s[strings.LastIndexByte(s, ':')+1:], "alias/") }

// fourNumbers reports whether s has the form of an IPv4 address.
func fourNumbers(s string) bool {
	parts := strings.Split(s, ".")
	for _, n := range parts {
		if len(parts) != 4 || n == "" || len(n) > 3 || !consists(n, digits) {
			return false
		}
	}
	return true
}

// roleARN reports whether s is the ARN of an IAM role.
func roleARN(s string) bool {
	if s == "" {
		return true
	}
	rest, ok := strings.CutPrefix(s, "arn:")
	partition, rest, _ := strings.Cut(rest, ":iam::")
	account, role, _ := strings.Cut(rest, ":role")
	if partition != "" {
		partition, ok = strings.CutPrefix(partition, "aws")
	}
	role = strings.ToLower(role)
	return ok && consists(strings.ToLower(partition), lowerLetters+"-") && len(account) == 12 && consists(account, digits) &&
		role != "" && consists(role, digits+lowerLetters+"+=,.@-_/") && asciiLine(s)
}

// lineEnd reports whether s has what the dot of a pattern does not match.
func lineEnd(s string) bool { return strings.ContainsAny(s, "\n\r\u2028\u2029") }

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
