package decode

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"
)

// XML decodes body into out, a pointer to a struct, by the xml tags of its
// fields, if its root element is root, or if root is empty: an answer to another
// question must not pass for this one, nor one that says nothing. Tags are names and, for what stands deeper, Outer>Inner.
// Namespaces, attributes and elements without a field are passed over. Values are
// converted, and absent, as in [JSON]; an empty text in a list is absent, too. An error that is [io.ErrUnexpectedEOF] says that body ends early.
//
// It reads the XML that services send: elements, text, CDATA, comments and the
// predefined entities. A document type, which could define others, is refused.
// encoding/xml would read all of XML, 15 times as slowly, and cost every program
// 114 KB.
func XML(body []byte, root string, out any) error {
	p := xmlReader{rest: string(withoutBOM(body)), text: make([]byte, 0, 256)}
	begin, err := p.next()
	switch {
	case len(bytes.TrimSpace(p.text)) > 0:
		return errors.New("a text in place of XML")
	case err != nil:
		return err
	case begin.end || root != "" && begin.name != root:
		return fmt.Errorf("<%.50s> in place of <%s>", begin.name, root)
	}
	v := reflect.ValueOf(out).Elem()
	if err := p.element(begin, v, "", 0); err != nil {
		return err
	}
	if p.wrong == nil && p.elements == 0 && root != "" && v.NumField() > 0 {
		return fmt.Errorf("<%.50s> is empty", root)
	}
	return p.wrong
}

// element reads the rest of an element whose start is begin. Its children go to
// the fields of v, if that is valid, whose tags start with prefix.
func (p *xmlReader) element(begin xmlTag, v reflect.Value, prefix string, depth int) error {
	if depth > maxDepth {
		return errTooDeep
	}
	for !begin.empty {
		tag, err := p.next()
		switch {
		case err != nil:
			return err
		case !tag.end:
			err = p.child(tag, v, prefix, depth+1)
		case tag.name != begin.name:
			return fmt.Errorf("</%.50s> ends <%.50s>", tag.name, begin.name)
		default:
			return nil
		}
		if e, read := err.(*mismatchError); read {
			p.wrong = cmp.Or(p.wrong, e.in(prefix+tag.name))
		} else if err != nil && err != errAbsent {
			return err
		}
	}
	return nil
}

// child reads an element below v into the field that is tagged with its name.
func (p *xmlReader) child(begin xmlTag, v reflect.Value, prefix string, depth int) error {
	p.elements++
	var f *field
	known := false
	if v.IsValid() {
		f, known = xmlPlans.of(v.Type())[prefix+begin.name]
	}
	switch {
	case !known:
		before := len(p.text)
		err := p.element(begin, reflect.Value{}, "", depth)
		p.text = p.text[:before]
		return err
	case f == nil: // a group whose members are fields of v
		return p.element(begin, v, prefix+begin.name+">", depth)
	}
	into := v.FieldByIndex(f.index)
	if into.Kind() != reflect.Slice {
		return p.value(begin, into, f, depth)
	}
	n := into.Len()
	if n == maxItems {
		return errTooMany
	}
	into.Grow(1)
	into.SetLen(n + 1)
	item := into.Index(n)
	err := p.value(begin, item, f, depth)
	if err == errAbsent || item.Kind() == reflect.String && item.Len() == 0 {
		into.SetLen(n)
		if n == 0 {
			into.SetZero()
		}
	}
	return err
}

// value reads an element into v.
func (p *xmlReader) value(begin xmlTag, v reflect.Value, f *field, depth int) error {
	switch v.Kind() {
	case reflect.Pointer:
		return settle(v, p.value(begin, target(v), f, depth))
	case reflect.Struct:
		return p.element(begin, v, "", depth)
	}
	p.text = p.text[:0]
	if err := p.element(begin, reflect.Value{}, "", depth); err != nil {
		return err
	}
	text := bytes.TrimSpace(p.text)
	if f.enum != nil {
		v.SetString(f.documented(text))
		return nil
	}
	return setText(v, valid(string(text)))
}

// An xmlTag is a start or end tag.
type xmlTag struct {
	name  string // without its namespace
	end   bool
	empty bool // <name/>
}

// An xmlReader takes the tags off the front of a document. They are parts of it:
// what outlives it is copied.
type xmlReader struct {
	rest     string
	text     []byte // before the tag, and what was there before
	wrong    error  // of the first field that an element did not fit
	elements int    // that have been read, in the root
}

// next returns the next tag, and appends the text before it.
func (p *xmlReader) next() (xmlTag, error) {
	for {
		end := strings.IndexByte(p.rest, '<')
		if end < 0 {
			_ = p.unescape(p.rest) // to be seen
			return xmlTag{}, io.ErrUnexpectedEOF
		}
		if err := p.unescape(p.rest[:end]); err != nil {
			return xmlTag{}, err
		}
		p.rest = p.rest[end:]
		var err error
		switch {
		case strings.HasPrefix(p.rest, "<?"):
			_, err = p.cut("<?", "?>")
		case strings.HasPrefix(p.rest, "<!--"):
			_, err = p.cut("<!--", "-->")
		case strings.HasPrefix(p.rest, "<![CDATA["):
			var text string
			text, err = p.cut("<![CDATA[", "]]>")
			p.text = append(p.text, text...)
		case strings.HasPrefix("<!--", p.rest), strings.HasPrefix("<![CDATA[", p.rest):
			err = io.ErrUnexpectedEOF
		case strings.HasPrefix(p.rest, "<!"):
			err = errors.New("a document type or another directive")
		default:
			return p.tag()
		}
		if err != nil {
			return xmlTag{}, err
		}
	}
}

// cut takes off what stands between begin and end.
func (p *xmlReader) cut(begin, end string) (string, error) {
	inner, rest, ok := strings.Cut(p.rest[len(begin):], end)
	if !ok {
		return "", io.ErrUnexpectedEOF
	}
	p.rest = rest
	return inner, nil
}

// tag takes off a start or end tag. A > within quotes belongs to an attribute.
func (p *xmlReader) tag() (xmlTag, error) {
	var quote byte
	for i := 1; i < len(p.rest); i++ {
		switch c := p.rest[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '<':
			return xmlTag{}, errors.New("< within a tag")
		case c == '>':
			inner := p.rest[1:i]
			p.rest = p.rest[i+1:]
			var t xmlTag
			inner, t.empty = strings.CutSuffix(inner, "/")
			inner, t.end = strings.CutPrefix(inner, "/")
			if name := strings.IndexAny(inner, " \t\r\n"); name >= 0 {
				inner = inner[:name]
			}
			t.name = inner[strings.LastIndexByte(inner, ':')+1:]
			if t.name == "" || strings.ContainsAny(t.name, `"'=/&`) {
				return xmlTag{}, errors.New("a tag without a name")
			}
			return t, nil
		}
	}
	return xmlTag{}, io.ErrUnexpectedEOF
}

// unescape appends a text with the predefined entities and character references
// replaced.
func (p *xmlReader) unescape(text string) error {
	for {
		before, rest, found := strings.Cut(text, "&")
		p.text = append(p.text, before...)
		if !found {
			return nil
		}
		end := strings.IndexByte(rest[:min(len(rest), 12)], ';')
		if end < 0 {
			return errors.New("& without an entity")
		}
		name := rest[:end]
		text = rest[end+1:]
		var r rune
		switch name {
		case "amp":
			r = '&'
		case "lt":
			r = '<'
		case "gt":
			r = '>'
		case "quot":
			r = '"'
		case "apos":
			r = '\''
		default:
			number, base := strings.TrimPrefix(name, "#"), 10
			if hex, ok := strings.CutPrefix(number, "x"); ok {
				number, base = hex, 16
			}
			n, err := strconv.ParseUint(number, base, 31)
			if err != nil || name[0] != '#' {
				return errors.New("an entity that is not predefined")
			}
			r = rune(n)
		}
		p.text = utf8.AppendRune(p.text, r)
	}
}
