package policy_test

import (
	"testing"

	"github.com/accesspoint-go/accesspoint/internal/policy"
)

func TestSame(t *testing.T) {
	const one = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":["a","b"]}]}`
	for name, c := range map[string]struct {
		a, b string
		same bool
	}{
		"itself":            {one, one, true},
		"order and space":   {one, "{\n\"Statement\": [{\"Action\":[\"b\",\"a\"],\"Principal\":{\"AWS\":[\"*\"]},\"Effect\":\"Allow\"}], \"Version\":\"2012-10-17\"}", true},
		"no list":           {one, `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":["a","b","a"]}}`, true},
		"statements":        {`{"Statement":[{"Sid":"1"},{"Sid":"2"}]}`, `{"Statement":[{"Sid":"2"},{"Sid":"1"}]}`, true},
		"another effect":    {one, `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":["a","b"]}}`, false},
		"fewer actions":     {one, `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"a"}}`, false},
		"another principal": {`{"Principal":"*"}`, `{"Principal":{"Federated":"*"}}`, false},
		"a number":          {`{"a":1}`, `{"a":"1"}`, false},
		"no JSON":           {`x`, `x`, false},
	} {
		if got := policy.Same(c.a, c.b); got != c.same {
			t.Errorf("%s: got %v", name, got)
		}
	}
}
