// Package mount writes what mounts a directory: a command line, and a line of
// /etc/fstab.
package mount

import "strings"

// Command returns the command line that mounts source at dir.
func Command(kind, options, source, dir string) string {
	return "sudo mount -t " + kind + " -o " + options + " " + source + " " + quoted(dir)
}

// FstabLine returns the line of /etc/fstab that mounts source at dir when the machine
// starts.
func FstabLine(kind, options, source, dir string) string {
	escape := strings.NewReplacer(`\`, `\134`, " ", `\040`, "\t", `\011`, "\n", `\012`)
	return source + " " + escape.Replace(dir) + " " + kind + " " + options + " 0 0"
}

// quoted returns a word as a shell reads it.
func quoted(word string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+@:"
	if word != "" && strings.Trim(word, plain) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
