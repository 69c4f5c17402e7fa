package machine

import "strings"

// INI is the sections of a file, by their names, and in them the values by their
// names in lower case.
type INI map[string]map[string]string

// ParseINI reads the files that AWS and Alibaba Cloud keep profiles in. As their
// SDKs do, it passes over what it does not understand. Below an empty value,
// indented values are those of a group, such as s3: their names are then those of
// the group and of the value, with a dot between. Other indented lines are values
// like all, or go on the one before.
func ParseINI(text string) INI {
	file := INI{}
	var section map[string]string
	var key, group string
	for text != "" {
		var line string
		line, text, _ = strings.Cut(text, "\n")
		content := strings.TrimSpace(line)
		if content == "" || content[0] == '#' || content[0] == ';' {
			continue
		}
		indented := line[0] == ' ' || line[0] == '\t'
		if name, ok := sectionName(content); ok {
			if file[name] == nil {
				file[name] = map[string]string{}
			}
			section, key, group = file[name], "", ""
			continue
		}
		if section == nil {
			continue
		}
		switch value := section[key]; {
		case !indented:
			group = ""
		case key == "" || group != "":
		case value == "":
			group = key + "."
		case !strings.ContainsAny(content, "=:"):
			section[key] = value + "\n" + content
			continue
		}
		for _, mark := range []string{" #", " ;", "\t#", "\t;"} {
			content, _, _ = strings.Cut(content, mark)
		}
		i := strings.IndexAny(content, "=:")
		if i < 0 {
			continue
		}
		key = group + strings.ToLower(strings.TrimSpace(content[:i]))
		value := strings.TrimSpace(content[i+1:])
		if key != "credential_process" { // the quotes there are the shell's: around a path with spaces in it
			value = unquote(value)
		}
		section[key] = value
	}
	return file
}

// sectionName returns the name in [ name ], which a comment may follow.
func sectionName(line string) (string, bool) {
	if line[0] != '[' {
		return "", false
	}
	if i := strings.IndexAny(line, "#;"); i >= 0 {
		line = strings.TrimSpace(line[:i])
	}
	if !strings.HasSuffix(line, "]") {
		return "", false
	}
	return strings.Join(strings.Fields(line[1:len(line)-1]), " "), true
}

func unquote(s string) string {
	if n := len(s); n >= 2 && (s[0] == '"' || s[0] == '\'') && s[n-1] == s[0] {
		return s[1 : n-1]
	}
	return s
}
