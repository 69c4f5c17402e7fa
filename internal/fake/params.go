package fake

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Params are the parameters of a call by their documented paths: Name,
// Group.Name, List.1.Name. A path that is present may hold an empty text.
type Params map[string]string

// Get returns the parameter at path, or an empty text.
func (p Params) Get(path string) string { return p[path] }

// Has reports whether the parameter at path, or one below it, is present.
func (p Params) Has(path string) bool {
	if _, ok := p[path]; ok {
		return true
	}
	for name := range p {
		if strings.HasPrefix(name, path+".") {
			return true
		}
	}
	return false
}

// Len returns the number of items of the list at path.
func (p Params) Len(path string) int {
	n := 0
	for p.Has(path + "." + strconv.Itoa(n+1)) {
		n++
	}
	return n
}

// gap returns the item that is missing before one that path names, or an empty
// text: a list ends where an item is missing, and what follows would be lost.
func (p Params) gap(path string) string {
	if !strings.Contains(path, ".") {
		return ""
	}
	elements := strings.Split(path, ".")
	for i, element := range elements {
		n, err := strconv.Atoi(element)
		if i == 0 || err != nil || n == 1 {
			continue
		}
		before := strings.Join(elements[:i], ".") + "."
		if missing := before + strconv.Itoa(n-1); n < 1 || !p.Has(missing) {
			return before + strconv.Itoa(max(1, n-1))
		}
	}
	return ""
}

// Match returns the paths that pattern stands for: an element N in it is any
// item of a list. A pattern without one is one path, whether it is present or
// not.
func (p Params) Match(pattern string) []string {
	elements := strings.Split(pattern, ".")
	n := slices.Index(elements, "N")
	if n < 0 {
		return []string{pattern}
	}
	list := strings.Join(elements[:n], ".")
	var paths []string
	for i := range p.Len(list) {
		elements[n] = strconv.Itoa(i + 1)
		paths = append(paths, p.Match(strings.Join(elements, "."))...)
	}
	return paths
}

// FromQuery returns the parameters of a query, the first of each name.
func FromQuery(values url.Values) Params {
	p := Params{}
	for name := range values {
		p[name] = values.Get(name)
	}
	return p
}

// FromJSON returns the members of a JSON object, and the object, whose numbers are
// [json.Number].
func FromJSON(body []byte) (Params, map[string]any, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var tree map[string]any
	if err := d.Decode(&tree); err != nil {
		return nil, nil, err
	}
	p := Params{}
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case nil:
		case map[string]any:
			if len(v) == 0 {
				p[path] = ""
			}
			for name, item := range v {
				walk(path+"."+name, item)
			}
		case []any:
			for i, item := range v {
				walk(path+"."+strconv.Itoa(i+1), item)
			}
		default:
			p[path] = fmt.Sprint(v)
		}
	}
	for name, v := range tree {
		walk(name, v)
	}
	return p, tree, nil
}

// FromXML returns the elements below the root of an XML document, and the
// root's name.
func FromXML(body []byte) (Params, string, error) {
	p := Params{}
	var path []string
	root := ""
	text := ""
	d := xml.NewDecoder(bytes.NewReader(body))
	for {
		token, err := d.Token()
		if err != nil {
			if root != "" && len(path) == 0 {
				return p, root, nil
			}
			return nil, "", err
		}
		switch token := token.(type) {
		case xml.StartElement:
			if root == "" {
				root = token.Name.Local
			}
			path = append(path, token.Name.Local)
			text = ""
		case xml.CharData:
			text += string(token)
		case xml.EndElement:
			if name := strings.Join(path[1:], "."); name != "" && !p.Has(name) {
				p[name] = strings.TrimSpace(text)
			}
			path = slices.Delete(path, len(path)-1, len(path))
			text = ""
		}
	}
}
