package doccheck

import (
	"go/ast"
	"go/doc/comment"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// headings are those of every guide, in their order. They are the words that
// people search for.
var headings = []string{
	"Quick start", "Errors", "Testing", "Operations", "Credentials", "Validation", "Retries",
	"Idempotency", "Consistency", "Rate limiting", "Pagination", "Waiting", "FAQ",
}

// common are the sections that say the same in every guide.
var common = []string{"Rate limiting"}

// TestGuides holds the package comments to the headings, and to an index of all
// methods of the client.
func TestGuides(t *testing.T) {
	said := map[string]string{}
	for _, service := range services {
		s := load(t, service)
		var found []string
		section := map[string]string{}
		for _, b := range s.doc.Parser().Parse(s.doc.Doc).Content {
			if h, ok := b.(*comment.Heading); ok {
				found = append(found, plain(h.Text))
			} else if p, ok := b.(*comment.Paragraph); ok && found != nil {
				section[found[len(found)-1]] += plain(p.Text)
			}
		}
		own := slices.DeleteFunc(slices.Clone(found), func(h string) bool { return !slices.Contains(headings, h) })
		if !slices.Equal(own, headings) {
			t.Errorf("%s has the headings %q, not %q", service, own, headings)
		}
		for _, h := range common {
			if said[h] == "" {
				said[h] = section[h]
			} else if section[h] != said[h] {
				t.Errorf("%s: the section %s is not that of %s", service, h, services[0])
			}
		}
		if i := strings.Index(s.doc.Doc, "Ensure"); i < 0 || i > strings.Index(s.doc.Doc, "# Errors") {
			t.Errorf("%s: the quick start does not ensure", service)
		}
		for _, ty := range s.doc.Types {
			if ty.Name != "Client" {
				continue
			}
			for _, m := range ty.Methods {
				if m.Name != "Format" && !strings.Contains(s.doc.Doc, "[Client."+m.Name+"]") {
					t.Errorf("%s: the guide does not link Client.%s", service, m.Name)
				}
			}
		}
	}
}

// opening matches a sentence that begins with a clause in place of its subject, so
// that the reader learns only at its end what it is about.
var opening = regexp.MustCompile(`^(That|What|Where|Whether|Who|Whoever|Those|One that|So|Nor)\b`)

// instead are words that nobody searches for, and those to write in their place.
var instead = []struct {
	word *regexp.Regexp
	by   string
}{
	{regexp.MustCompile(`(?i)\banswer(s|ed)?\b`), "response, respond"},
	{regexp.MustCompile(`(?i)\b(is|are|be|a|the|not|and) repeat(s|ed)?\b`), "retry, is retried"},
	{regexp.MustCompile(`(?i)\bnever twice\b`), "idempotent"},
	{regexp.MustCompile(`(?i)\bstampede\b`), "rate limit, burst"},
	{regexp.MustCompile(`(?i)\b(broken?|breaks?) off\b`), "interrupted"},
	{regexp.MustCompile(`(?i)\b(waited out|patiently|failures that may pass)\b`), "retried until ctx is done"},
	{regexp.MustCompile(`(?i)\bentrances?\b`), "access point, endpoint"},
	{regexp.MustCompile(`(?i)\bthe way back\b`), "delete, undo"},
	{regexp.MustCompile(`(?i)\bstands?\b`), "exist"},
	{regexp.MustCompile(`(?i)\bforeign\b`), "not from the service, owned by another"},
	{regexp.MustCompile(`(?i)\bout of order\b`), "temporarily unavailable"},
	{regexp.MustCompile(`(?i)\bwhatever\b`), "regardless of"},
	{regexp.MustCompile(`(?i)\bseldom\b`), "rarely"},
	{regexp.MustCompile(`(?i)\b(pay |takes? (no )?)?heed\b`), "honor"},
	{regexp.MustCompile(`(?i)\b(slips? through|anew|as asked|in in\b|same as above)`), "plain words"},
	{regexp.MustCompile(`(?i)\b(surely did not run|may stand|lose their way|make no sense)\b`), "plain words"},
	{regexp.MustCompile(`\bTODO\b`), "the finished sentence"},
}

// TestProse looks for sentences and words that stop a reader.
func TestProse(t *testing.T) {
	eachPackage(t, func(t *testing.T, s source) {
		s.comments(func(what, text string) {
			for _, sentence := range s.sentences(text) {
				if opening.MatchString(sentence) && !strings.Contains(sentence, "?") {
					t.Errorf("%s.%s: begin with the subject: %s", s.name, what, sentence)
				}
				for _, w := range instead {
					if word := w.word.FindString(sentence); word != "" {
						t.Errorf("%s.%s: %q: write %s: %s", s.name, what, word, w.by, sentence)
					}
				}
			}
		})
	})
}

// comments calls f with each comment that readers of a package see.
func (s source) comments(f func(what, text string)) {
	f("package", s.doc.Doc)
	fields := func(what string, n ast.Node) {
		ast.Inspect(n, func(n ast.Node) bool {
			if field, ok := n.(*ast.Field); ok && (len(field.Names) == 0 || field.Names[0].IsExported()) {
				f(what+"."+strings.Join(names(field.Names), ", "), field.Doc.Text()+"\n\n"+field.Comment.Text())
			}
			return true
		})
	}
	for _, v := range slices.Concat(s.doc.Consts, s.doc.Vars) {
		f(strings.Join(v.Names, ", "), v.Doc)
		specs(f, v.Decl)
	}
	for _, fn := range s.doc.Funcs {
		f(fn.Name, fn.Doc)
	}
	for _, ty := range s.doc.Types {
		f(ty.Name, ty.Doc)
		fields(ty.Name, ty.Decl)
		for _, v := range slices.Concat(ty.Consts, ty.Vars) {
			f(strings.Join(v.Names, ", "), v.Doc)
			specs(f, v.Decl)
		}
		for _, fn := range slices.Concat(ty.Funcs, ty.Methods) {
			f(ty.Name+"."+fn.Name, fn.Doc)
		}
	}
}

func specs(f func(what, text string), d *ast.GenDecl) {
	for _, spec := range d.Specs {
		if spec, ok := spec.(*ast.ValueSpec); ok {
			f(strings.Join(names(spec.Names), ", "), spec.Doc.Text()+"\n\n"+spec.Comment.Text())
		}
	}
}

// end is the end of a sentence. The next one begins with an upper-case letter or
// a link.
var end = regexp.MustCompile(`[.?!] +([A-Z\[])`)

// sentences returns the sentences of a comment, without its code.
func (s source) sentences(text string) (all []string) {
	var inspect func(blocks []comment.Block)
	inspect = func(blocks []comment.Block) {
		for _, b := range blocks {
			switch b := b.(type) {
			case *comment.Paragraph:
				all = append(all, strings.Split(end.ReplaceAllString(plain(b.Text), ".\n$1"), "\n")...)
			case *comment.List:
				for _, item := range b.Items {
					inspect(item.Content)
				}
			}
		}
	}
	inspect(s.doc.Parser().Parse(text).Content)
	return all
}

// plain returns a text without its links, in one line.
func plain(text []comment.Text) string {
	var b strings.Builder
	for _, x := range text {
		switch x := x.(type) {
		case comment.Plain:
			b.WriteString(string(x))
		case comment.Italic:
			b.WriteString(string(x))
		case *comment.Link:
			b.WriteString(plain(x.Text))
		case *comment.DocLink:
			b.WriteString(plain(x.Text))
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
