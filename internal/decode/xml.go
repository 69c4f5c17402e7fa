package decode

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
)

// XML decodes body into out, a pointer to a struct, by the xml tags of its
// fields, if its root element is root, or if root is empty: an answer to another
// question must not pass for this one. Tags are names and, for what stands deeper, Outer>Inner.
// Namespaces, attributes and elements without a field are passed over. Values are
// converted, and absent, as in [JSON]. An error that is [io.ErrUnexpectedEOF] says that body ends early.
//
// It reads the XML that services send: elements, text, CDATA, comments and the
// predefined entities. A document type, which could define others, is refused.
// encoding/xml would read all of XML, 15 times as slowly, and cost every program
// 112 KB.
func XML(body []byte, root string, out any) error {
	p := xmlReader{rest: string(withoutBOM(body))}
	for {
		token, err := p.next()
		switch {
		case err == io.EOF:
			return fmt.Errorf("no <%s>: %w", root, io.ErrUnexpectedEOF)
		case err != nil:
			return err
		case token.kind == textToken && strings.TrimSpace(token.text) != "":
			return fmt.Errorf("a text in place of <%s>", root)
		case token.kind == startElement && root != "" && token.name != root:
			return fmt.Errorf("<%s> in place of <%s>", token.name[:min(len(token.name), 50)], root)
		case token.kind == startElement:
			if _, err := p.element(token, reflect.ValueOf(out).Elem(), "", 0); err != nil {
				return err
			}
			return p.wrong
		}
	}
}

// element reads the rest of an element whose start is begin. Its children go to
// the fields of v, if that is a struct, whose tags start with prefix. If it is
// not valid, the text of the element is returned.
func (p *xmlReader) element(begin xmlToken, v reflect.Value, prefix string, depth int) (text string, err error) {
	if depth > maxDepth {
		return "", errTooDeep
	}
	if begin.empty {
		return "", nil
	}
	var whole strings.Builder // of a text in several parts, which few have
	for {
		token, err := p.next()
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return "", err
		}
		switch token.kind {
		case textToken:
			switch {
			case v.IsValid() || token.text == "":
			case text == "":
				text = token.text
			default:
				if whole.Len() == 0 {
					whole.WriteString(text)
				}
				whole.WriteString(token.text)
			}
		case endElement:
			if token.name != begin.name {
				return "", fmt.Errorf("</%s> ends <%s>", token.name[:min(len(token.name), 50)], begin.name[:min(len(begin.name), 50)])
			}
			if whole.Len() > 0 {
				text = whole.String()
			}
			return strings.TrimSpace(text), nil
		case startElement:
			err := p.child(token, v, prefix, depth+1)
			if e, read := err.(*mismatchError); read {
				p.wrong = cmp.Or(p.wrong, error(e.in(prefix+token.name)))
			} else if err != nil && err != errAbsent {
				return "", err
			}
		}
	}
}

// child reads an element below v into the field that is tagged with its name.
func (p *xmlReader) child(begin xmlToken, v reflect.Value, prefix string, depth int) error {
	if !v.IsValid() {
		_, err := p.element(begin, v, "", depth)
		return err
	}
	path := prefix + begin.name
	f, known := xmlPlans.of(v.Type())[path]
	switch {
	case !known:
		_, err := p.element(begin, reflect.Value{}, "", depth)
		return err
	case f == nil: // a group whose members are fields of v
		_, err := p.element(begin, v, path+">", depth)
		return err
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
	err := p.value(begin, into.Index(n), f, depth)
	if err == errAbsent {
		into.SetLen(n)
	}
	return err
}

// value reads an element into v.
func (p *xmlReader) value(begin xmlToken, v reflect.Value, f *field, depth int) error {
	switch v.Kind() {
	case reflect.Pointer:
		return setPointer(v, func(v reflect.Value) error { return p.value(begin, v, f, depth) })
	case reflect.Struct:
		_, err := p.element(begin, v, "", depth)
		return err
	}
	text, err := p.element(begin, reflect.Value{}, "", depth)
	switch {
	case err != nil:
		return err
	case f.enum != nil:
		v.SetString(f.documented([]byte(text)))
		return nil
	}
	return setText(v, strings.Clone(text))
}

type tokenKind int

const (
	startElement tokenKind = iota
	endElement
	textToken
)

type xmlToken struct {
	kind  tokenKind
	name  string // without its namespace
	empty bool   // <name/>
	text  string
}

// An xmlReader takes the tokens off the front of a document. They are parts of
// it: what outlives it is copied.
type xmlReader struct {
	rest  string
	wrong error // of the first field that an element did not fit
}

// next returns the next start, end or text. At the end of the document it
// returns io.EOF.
func (p *xmlReader) next() (xmlToken, error) {
	for {
		if len(p.rest) == 0 {
			return xmlToken{}, io.EOF
		}
		if p.rest[0] != '<' {
			end := strings.IndexByte(p.rest, '<')
			if end < 0 {
				end = len(p.rest)
			}
			text, err := unescape(p.rest[:end])
			if err != nil && end == len(p.rest) {
				err = io.ErrUnexpectedEOF
			}
			p.rest = p.rest[end:]
			return xmlToken{kind: textToken, text: text}, err
		}
		switch {
		case strings.HasPrefix(p.rest, "<?"):
			if _, err := p.cut("<?", "?>"); err != nil {
				return xmlToken{}, err
			}
		case strings.HasPrefix(p.rest, "<!--"):
			if _, err := p.cut("<!--", "-->"); err != nil {
				return xmlToken{}, err
			}
		case strings.HasPrefix(p.rest, "<![CDATA["):
			text, err := p.cut("<![CDATA[", "]]>")
			return xmlToken{kind: textToken, text: valid(text)}, err
		case strings.HasPrefix("<!--", p.rest), strings.HasPrefix("<![CDATA[", p.rest):
			return xmlToken{}, io.ErrUnexpectedEOF
		case strings.HasPrefix(p.rest, "<!"):
			return xmlToken{}, errors.New("a document type or another directive")
		default:
			return p.tag()
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
func (p *xmlReader) tag() (xmlToken, error) {
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
			return xmlToken{}, errors.New("< within a tag")
		case c == '>':
			inner := p.rest[1:i]
			p.rest = p.rest[i+1:]
			var t xmlToken
			if inner, t.empty = strings.CutSuffix(inner, "/"); t.empty {
				inner = strings.TrimSpace(inner)
			}
			if end, ok := strings.CutPrefix(inner, "/"); ok {
				t.kind, inner = endElement, end
			}
			if name := strings.IndexAny(inner, " \t\r\n"); name >= 0 {
				inner = inner[:name]
			}
			t.name = inner[strings.LastIndexByte(inner, ':')+1:]
			if t.name == "" || strings.ContainsAny(t.name, `"'=/&`) {
				return xmlToken{}, errors.New("a tag without a name")
			}
			return t, nil
		}
	}
	return xmlToken{}, io.ErrUnexpectedEOF
}

// unescape replaces the predefined entities and character references.
func unescape(text string) (string, error) {
	if !strings.Contains(text, "&") {
		return valid(text), nil
	}
	var s strings.Builder
	for {
		before, rest, found := strings.Cut(text, "&")
		s.WriteString(valid(before))
		if !found {
			return s.String(), nil
		}
		name, after, ok := strings.Cut(rest[:min(len(rest), 12)], ";")
		if !ok {
			return "", errors.New("& without an entity")
		}
		text = rest[len(rest[:min(len(rest), 12)])-len(after):]
		switch name {
		case "amp":
			s.WriteByte('&')
		case "lt":
			s.WriteByte('<')
		case "gt":
			s.WriteByte('>')
		case "quot":
			s.WriteByte('"')
		case "apos":
			s.WriteByte('\'')
		default:
			number, base := strings.TrimPrefix(name, "#"), 10
			if hex, ok := strings.CutPrefix(number, "x"); ok {
				number, base = hex, 16
			}
			r, err := strconv.ParseUint(number, base, 31)
			if err != nil || name[0] != '#' {
				return "", errors.New("an entity that is not predefined")
			}
			s.WriteRune(rune(r))
		}
	}
}
