package doccheck

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var inline = regexp.MustCompile("`((?:go (?:run|test|doc|get|generate|vet) |\\.ci/)[^`]*)`")

// A line is a command of a document or package comment.
type line struct {
	where string // the file and the line in it
	dir   string // the directory that it is run in, in root
	text  string // without its comment
}

// lines returns the commands of all documents and package comments, also those in
// the middle of a sentence.
func lines(t *testing.T) (all []line) {
	t.Helper()
	add := func(where, dir, text string) {
		text, _, _ = strings.Cut(" "+text, " #")
		if text = strings.TrimSpace(text); text != "" {
			all = append(all, line{where, dir, text})
		}
	}
	for _, b := range blocks(t) {
		if b.lang != "sh" {
			continue
		}
		dir := ""
		if !strings.HasPrefix(b.text, "cd ") {
			dir = home(b.file)
		}
		for text := range strings.SplitSeq(strings.ReplaceAll(b.text, "\\\n", ""), "\n") {
			if to, ok := strings.CutPrefix(text, "cd "); ok {
				dir = filepath.Join(dir, to)
				if _, err := os.Stat(filepath.Join(root, dir)); err != nil {
					t.Errorf("%s: %v", b, err)
				}
				continue
			}
			add(b.String(), dir, text)
		}
	}
	for _, file := range documents(t) {
		for _, m := range inline.FindAllStringSubmatch(read(t, file), -1) {
			add(file, home(file), m[1])
		}
	}
	return all
}

// TestCommands checks that what the commands run exists, defines their flags, and
// has tests of that name. It only reads: TestShell says where each is run.
func TestCommands(t *testing.T) {
	checked := map[string]bool{}
	for _, l := range lines(t) {
		text, _, _ := strings.Cut(l.text, " | ")
		if checked[l.dir+text] {
			continue
		}
		checked[l.dir+text] = true
		if problem := wrong(l.dir, text); problem != "" {
			t.Errorf("%s: %s: %s", l.where, text, problem)
		}
	}
	if len(checked) < 15 {
		t.Errorf("only %d commands", len(checked))
	}
}

// home returns the directory of the module that file is in, if it is a nested one.
func home(file string) string {
	for dir := filepath.Dir(file); dir != "."; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(root, dir, "go.mod")); err == nil {
			return dir
		}
	}
	return ""
}

// words splits a command as a shell does. What may be left out is left out.
func words(line string) (words []string) {
	for _, m := range regexp.MustCompile(`\[[^\]]*\]|'([^']*)'|(\S+)`).FindAllStringSubmatch(line, -1) {
		if word := m[1] + m[2]; word != "" {
			words = append(words, word)
		}
	}
	return words
}

// wrong says what is wrong with a command in dir.
func wrong(dir, line string) string {
	w := words(line)
	for len(w) > 0 && strings.Contains(w[0], "=") { // a variable
		w = w[1:]
	}
	if len(w) == 0 {
		return ""
	}
	switch {
	case w[0] == "go" && len(w) > 2:
	case !strings.HasPrefix(w[0], "."): // not a program of this repository
		return ""
	default:
		info, err := os.Stat(filepath.Join(root, dir, w[0]))
		if err != nil {
			return "there is no such program"
		}
		if info.Mode()&0o100 == 0 {
			return "it cannot be run"
		}
		return ""
	}
	switch w[1] {
	case "get", "doc":
		rest, ok := strings.CutPrefix(strings.TrimSuffix(w[2], "/..."), module)
		if _, err := os.Stat(filepath.Join(root, rest)); !ok || err != nil {
			return "there is no such package"
		}
	case "run":
		text := code(filepath.Join(dir, w[2]))
		if own, ok := strings.CutPrefix(w[2], module+"/"); ok {
			text = code(own)
		}
		if !strings.Contains(text, "package main\n") {
			return "there is no such program"
		}
		return undefined(w[3:], text)
	case "test":
		return untested(dir, w[2:])
	case "generate", "vet", "build", "mod":
	default:
		return "nobody has said how to check go " + w[1]
	}
	return ""
}

// untested says which of the packages, tests and flags of go test do not exist.
func untested(dir string, args []string) string {
	var packages, flags []string
	pattern := "."
	for i := 0; i < len(args); i++ {
		switch a := args[i]; a {
		case "-run", "-bench":
			if i++; i < len(args) && args[i] != "^$" {
				pattern, _, _ = strings.Cut(args[i], "/")
			}
		case "-cpu", "-count":
			i++
		case "-v", "-race":
		default:
			if strings.HasPrefix(a, "./") {
				packages = append(packages, a)
			} else {
				flags = append(flags, a)
			}
		}
	}
	if len(packages) == 0 {
		packages = []string{"."}
	}
	text := ""
	for _, p := range packages {
		if strings.HasSuffix(p, "/...") {
			return ""
		}
		text += code(filepath.Join(dir, p))
	}
	name := regexp.MustCompile(pattern)
	for _, m := range regexp.MustCompile(`(?m)^func ((?:Test|Benchmark|Fuzz|Example)\w*)\(`).FindAllStringSubmatch(text, -1) {
		if name.MatchString(m[1]) {
			return undefined(flags, text+code("internal/ensuretest")+code("internal/wiretest"))
		}
	}
	return "there is no test of that name"
}

// undefined says which of the flags in args a program does not define.
func undefined(args []string, text string) string {
	for _, a := range args {
		flag, ok := strings.CutPrefix(a, "-")
		if ok && flag != "h" && !regexp.MustCompile(`\b[A-Z]\w*\((?:&[\w.]+, )?"`+regexp.QuoteMeta(flag)+`", `).MatchString(text) {
			return "there is no flag -" + flag
		}
	}
	return ""
}

// code returns the Go code in dir, which is in root.
func code(dir string) string {
	files, _ := filepath.Glob(filepath.Join(root, dir, "*.go"))
	var b strings.Builder
	for _, file := range files {
		text, _ := os.ReadFile(file)
		b.Write(text)
	}
	return b.String()
}
