package conformance

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A mutant is a recorded answer with one change.
type mutant struct {
	change, body string
	// whole says that the change takes nothing away, so that the answer is one still.
	whole bool
}

// TestMutants changes the recorded answers and gives them to the SDKs and to ours.
// Where an SDK reads a value that the answer has, ours reads it too. Ours reads no
// value that the answer does not have, as the SDKs do, to some of which "" is 0 and an
// object is a text. What is cut is no answer, although HTTP is whole.
func TestMutants(t *testing.T) {
	eachPeer(t, func(t *testing.T, s *service, p *peer) {
		t.Parallel()
		e := env{region: regionOf(s), id: "id", secret: "secret"}
		tried, both := 0, 0
		for operation, v := range richest(s.operations(p), recorded(t, s.name)) {
			in, _ := s.valid(t, newGen(1), p, e, operation)
			for _, m := range mutants(t, v.answer.Body) {
				changed := v
				changed.answer.Body = m.body
				ours, soft := s.read(s.ours, call, s.failure, e, changed, in)
				theirs, _ := s.read(p.client, p.do, p.failure, e, changed, in)
				tried++
				if theirs["outcome"] == "answer" && ours["outcome"] == "answer" {
					both++
				}
				for _, wrong := range m.compare(p, there(m.body, v.answer.Header, in), theirs, ours, soft) {
					t.Errorf("%s, %s: %s\n%.500s", v.name, m.change, wrong, m.body)
				}
			}
		}
		t.Logf("%d changed answers, %d of them read by both", tried, both)
		if tried < 100 || both < tried/5 {
			t.Error("too little was tried")
		}
	})
}

// richest returns, for each operation, the longest of its answers that are whole.
func richest(operations []string, all []recording) map[string]recording {
	longest := map[string]recording{}
	for _, v := range all {
		whole := json.Valid([]byte(v.answer.Body)) || strings.HasPrefix(v.answer.Body, "<")
		if slices.Contains(operations, v.operation) && v.answer.Status/100 == 2 && v.answer.Status != http.StatusAccepted && whole && len(v.answer.Body) > len(longest[v.operation].answer.Body) {
			longest[v.operation] = v
		}
	}
	return longest
}

// compare returns what is wrong with what the two make of m, in which those values are
// there.
func (m mutant) compare(p *peer, there values, theirs, ours map[string]string, soft map[string]bool) (wrong []string) {
	for name, value := range ours {
		name, ok := strings.CutPrefix(name, "answer ")
		if ok && !soft[name] && !there.have(name, value) {
			wrong = append(wrong, fmt.Sprintf("ours reads %s %q, which is not there", name, value))
		}
	}
	if m.change == "cut" && len(ours) > 1 && ours["outcome"] == "answer" && theirs["outcome"] != "answer" {
		wrong = append(wrong, "ours reads it")
	}
	if theirs["outcome"] != "answer" {
		return wrong
	}
	if ours["outcome"] != "answer" {
		if m.whole {
			wrong = append(wrong, "ours does not read it")
		}
		return wrong
	}
	for name, value := range theirs {
		bare, ok := strings.CutPrefix(name, "answer ")
		if !ok || strings.Contains(name, unheardOf) || value == "" || value == "0" || value == "false" || !there.have(bare, value) {
			continue
		}
		got, ok := ours[name]
		if !strings.EqualFold(got, value) && !explained(p.name, name, said(value, true), said(got, ok)) {
			wrong = append(wrong, fmt.Sprintf("the SDK reads %s %q, ours %q", name, value, got))
		}
	}
	return wrong
}

// Values are the texts of a body, each with the name of what it is in.
type values map[[2]string]bool

// there returns the values of an answer and of the request, whose names some answers
// leave out.
func there(body string, header map[string]string, in tree) values {
	all := values{}
	all.add("", in)
	for name, value := range header { // a request ID
		all.add(name, value)
		all.add("RequestId", value)
	}
	body = strings.TrimPrefix(body, "\ufeff")
	all.add("", body) // some are a value
	var root any
	d := json.NewDecoder(strings.NewReader(body))
	d.UseNumber()
	if d.Decode(&root) != nil {
		root, _ = elements(body)
	}
	all.add("", root)
	all.add("Policy", body) // some answers are one as a whole
	return all
}

func (all values) add(name string, value any) {
	switch value := value.(type) {
	case tree:
		for name, v := range value {
			all.add(name, v)
		}
	case []any:
		for _, v := range value {
			all.add(name, v)
		}
	case string:
		value = strings.ToLower(strings.TrimSpace(value))
		for part := range strings.SplitSeq(value, ",") {
			all[[2]string{name, part}], all[[2]string{"", part}] = true, true
		}
		all[[2]string{name, value}], all[[2]string{"", value}] = true, true
		if n, err := strconv.ParseFloat(value, 64); err == nil { // which may be written in another way, or a time
			for _, same := range []string{strconv.FormatFloat(n, 'f', -1, 64), time.UnixMilli(int64(math.Round(n * 1000))).UTC().Format(time.RFC3339Nano)} {
				all[[2]string{name, strings.ToLower(same)}], all[[2]string{"", strings.ToLower(same)}] = true, true
			}
		}
		var within any
		if strings.ContainsAny(value, "[{") && json.Unmarshal([]byte(value), &within) == nil {
			all.add(name, within)
		}
	case nil:
	default:
		all.add(name, fmt.Sprint(value))
	}
}

// have reports whether there is a value: under the last of the names of a path if it
// is one that is made up easily, anywhere if not, for not all names are those of the
// wire.
func (all values) have(path, value string) bool {
	value = strings.ToLower(value)
	switch value {
	case "0", "false", "", "{}", "[]", "4294967295":
	default:
		return all[[2]string{"", value}]
	}
	names := strings.Split(path, ".")
	for _, name := range slices.Backward(names) {
		if _, err := strconv.Atoi(name); err != nil {
			item := strings.TrimSuffix(name, "s") // of a list whose items have a name of their own
			return all[[2]string{name, value}] || all[[2]string{item, value}]
		}
	}
	return false
}

// unheardOf is a member that no answer has. Some SDKs keep all that there is.
const unheardOf = "Unheard-Of"

// mutants returns an answer changed in many ways.
func mutants(t *testing.T, body string) []mutant {
	all := []mutant{{"a byte order mark", "\ufeff" + body, true}}
	for i := range 8 {
		all = append(all, mutant{"cut", body[:len(body)*i/8], false})
	}
	if strings.HasPrefix(body, "<") {
		return append(all, xmlMutants(body)...)
	}
	var root any
	d := json.NewDecoder(strings.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&root); err != nil {
		t.Fatal(err)
	}
	var walk func(v any, path string)
	walk = func(v any, path string) {
		switch v := v.(type) {
		case []any:
			for i := range v[:min(len(v), 1)] {
				walk(v[i], path+"."+strconv.Itoa(i+1))
			}
		case tree:
			add := func(change string, whole bool) {
				text, err := json.Marshal(root)
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, mutant{path + change, string(text), whole})
			}
			if len(v) != 1 { // else it may be a wrapper, which is known by that
				v[unheardOf] = tree{"a": []any{1, "b", nil}}
				add(" has a new member", true)
				delete(v, unheardOf)
			}
			for _, name := range slices.Sorted(maps.Keys(v)) {
				was, where := v[name], path+"."+name
				walk(was, where)
				change := func(to any, whole bool) {
					v[name] = to
					text, _ := json.Marshal(to)
					add("."+name+" is "+string(text), whole)
				}
				delete(v, name)
				add("."+name+" is gone", false)
				change(nil, false)
				switch was := was.(type) {
				case string:
					change(tree{}, false)
					change(tree{"a": "b"}, false)
					change([]any{"x"}, false)
					change("", false)
					if _, err := strconv.Atoi(was); err == nil && json.Valid([]byte(was)) {
						change(json.Number(was), true)
					}
				case json.Number, bool:
					_, number := was.(json.Number)
					change(fmt.Sprint(was), true)
					change("", number) // some answers say by a boolean whether they are one
					change(tree{}, false)
					change([]any{}, false)
					change("x", false)
					change("-1", false)
				case []any:
					change([]any{}, false)
					change("", false)
					change(tree{}, false)
				case tree:
					change(tree{}, false)
					change("", false)
					change([]any{}, false)
				}
				v[name] = was
			}
		}
	}
	walk(root, "")
	return all
}

var leaf = regexp.MustCompile(`<(\w+)>([^<>]*)</(\w+)>`)

func xmlMutants(body string) (all []mutant) {
	for _, at := range leaf.FindAllStringSubmatchIndex(body, -1) {
		name, text := body[at[2]:at[3]], body[at[4]:at[5]]
		change := func(to string, whole bool) {
			all = append(all, mutant{name + " is " + to, body[:at[0]] + to + body[at[1]:], whole})
		}
		element := func(text string) string { return "<" + name + ">" + text + "</" + name + ">" }
		change("", false)
		change("<"+name+"/>", false)
		change(element(" "), false)
		change(element("<x>1</x>"), false)
		change(element("<![CDATA["+text+"]]>"), true)
		change("<"+name+` a="b">`+text+"</"+name+">", true)
		change("<!-- c -->"+element(text)+"<New>1</New>", true)
	}
	if end := strings.LastIndex(body, "</"); end > 0 {
		root, _, _ := strings.Cut(body[end+2:], ">")
		in := strings.NewReplacer("<"+root, "<x:"+root, "</"+root, "</x:"+root)
		all = append(all, mutant{"a prefix", strings.Replace(in.Replace(body), "<x:"+root, "<x:"+root+` xmlns:x="urn:x"`, 1), true})
	}
	return all
}
