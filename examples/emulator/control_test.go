package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

// ask sends JSON to the control side, and reads what it says into out.
func (e *emulator) ask(t *testing.T, method, path, body string, out any) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, e.Control+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := e.http.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var text bytes.Buffer
	_, _ = text.ReadFrom(resp.Body)
	if out == nil {
		out = new(map[string]any)
	}
	if err := json.Unmarshal(text.Bytes(), out); err != nil {
		t.Fatalf("%s %s: %d %s: %v", method, path, resp.StatusCode, &text, err)
	}
	return resp.StatusCode
}

// TestControl prepares, disturbs and looks at the services.
func TestControl(t *testing.T) {
	e := start(t, "-ready-after", "0s", "-accept-by-hand")
	stands := func(service, kind string) (found []resource) {
		t.Helper()
		var state struct{ Resources []resource }
		e.ask(t, "GET", "/state", "", &state)
		for _, r := range state.Resources {
			if r.Service == service && r.Kind == kind {
				found = append(found, r)
			}
		}
		return found
	}
	if status := e.ask(t, "GET", "/health", "", nil); status != 200 {
		t.Errorf("health: %d", status)
	}
	var ready readiness
	if status := e.ask(t, "GET", "/ready", "", &ready); status != 200 || ready != e.readiness {
		t.Errorf("ready: %d %+v", status, ready)
	}
	for _, of := range [][2]string{{"nas", "file system"}, {"nas", "permission group"}, {"privatelink", "service"}, {"efs", "file system"}, {"efs", "mount target"}, {"kms", "instance"}} {
		if found := stands(of[0], of[1]); len(found) == 0 || found[0].ID == "" || found[0].Members == nil {
			t.Errorf("%v: %+v", of, found)
		}
	}
	clients := e.clients(t, e.AccessKeySecret)
	for name, c := range clients {
		if err := c.create(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, of := range [][2]string{{"nas", "access point"}, {"oss", "access point"}, {"efs", "access point"}, {"privatelink", "endpoint"}, {"kms", "policy"}, {"kms", "network rule"}, {"kms", "access point"}} {
		if found := stands(of[0], of[1]); len(found) != 1 || found[0].ID == "" {
			t.Errorf("%v: %+v", of, found)
		}
	}

	// Requests, with what was asked.
	var asked struct {
		Requests []entry
		Next     int
	}
	e.ask(t, "GET", "/requests", "", &asked)
	for i, q := range asked.Requests {
		if q.Number != i || q.Status != 200 || q.RequestID == "" || len(q.Params) == 0 {
			t.Errorf("%+v", q)
		}
	}
	n := len(asked.Requests)
	if n != 7 || asked.Next != n {
		t.Errorf("%d requests, the next is %d", n, asked.Next)
	}

	// Faults.
	endpoint := stands("privatelink", "endpoint")[0].ID
	for _, c := range []struct {
		path, body string
		status     int
		says       string
	}{
		{"/inject", `{"service":"nas","operation":"CreateAccessPoint","faults":["Denied"]}`, 200, ""},
		{"/inject", `{"service":"nas","operation":"CreateAccessPoints","faults":["Denied"]}`, 400, "no operation"},
		{"/inject", `{"service":"nas","operation":"CreateAccessPoint","faults":["Nothing"]}`, 400, "AppliedLate, BadGateway"},
		{"/inject", `{"service":"none","operation":"CreateAccessPoint","faults":["Denied"]}`, 400, "no service"},
		{"/inject", `{"operation":"CreateAccessPoint","faults":["Denied"]}`, 400, "name a service"},
		{"/inject", `{"service":"nas","operation":"CreateAccessPoint"}`, 400, "name a fault"},
		{"/inject", `{"service":"nas","operations":"CreateAccessPoint"}`, 400, "unknown field"},
		{"/fail", `{"service":"efs","operation":"CreateAccessPoint","code":"FileSystemNotFound"}`, 200, ""},
		{"/fail", `{"service":"efs","operation":"CreateAccessPoint"}`, 400, "has a code"},
		{"/fail", `{"service":"efs","operation":"CreateAccessPoint","code":"X","status":99}`, 400, "from 400"},
		{"/disturb", `{"service":"kms","lag":"1s"}`, 200, ""},
		{"/disturb", `{"lag":"-1s"}`, 400, "negative"},
		{"/disturb", `{"faults":2}`, 400, "shares"},
		{"/disturb", `{"mix":{"Nothing":1}}`, 400, "no fault"},
		{"/disturb", `{"mix":{"Slow":-1}}`, 400, "negative"},
		{"/throttle", `{"service":"oss","per_second":0.001}`, 200, ""},
		{"/throttle", `{"per_second":-1}`, 400, "negative"},
		{"/accept", `{"endpoint":"` + endpoint + `"}`, 200, ""},
		{"/seed", `{"keys":[{"id":"other-id"}]}`, 400, "a key has an ID and a secret"},
		{"/seed", `{"nas":{"file_systems":["31a8e4seed"]},"oss":{"buckets":["seeded"]},"efs":{"subnets":[{"subnet":"subnet-seed","vpc":"vpc-seed","zone":"us-east-1c"}]},` +
			`"privatelink":{"services":["epsrv-seed"],"networks":[{"vpc":"vpc-seed","vswitch":"vsw-seed","zone":"cn-hangzhou-k"}],"load_balancers":[{"id":"nlb-seed","type":"nlb","vswitch":"vsw-seed"}]},"kms":{"uninitialized_instances":["kst-seed"]}}`, 200, ""},
		{"/nothing", `{}`, 404, ""},
	} {
		var said struct{ Error string }
		if c.status == 404 {
			if status, _, _ := e.fetch(t, http.MethodPost, e.Control, c.path); status != 404 {
				t.Errorf("%s: %d", c.path, status)
			}
			continue
		}
		if status := e.ask(t, "POST", c.path, c.body, &said); status != c.status || !strings.Contains(said.Error, c.says) {
			t.Errorf("%s %s: %d %s", c.path, c.body, status, said.Error)
		}
	}
	if err := clients["nas"].create(t.Context()); !errors.Is(err, nas.ErrAccessDenied) {
		t.Errorf("injected: %v", err)
	}
	if err := clients["efs"].create(t.Context()); !errors.Is(err, nas.ErrNotFound) {
		t.Errorf("failed: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := clients["privatelink"].live(ctx); err != nil { // it waits for the acceptance
		t.Errorf("accepted: %v", err)
	}
	if found := stands("nas", "file system"); len(found) != 3 {
		t.Errorf("seeded: %+v", found)
	}
	if found := stands("kms", "instance"); len(found) != 2 {
		t.Errorf("seeded: %+v", found)
	}

	// Everything anew.
	e.ask(t, "POST", "/reset", "{}", nil)
	if found := append(stands("nas", "access point"), stands("efs", "access point")...); len(found) != 0 || len(stands("nas", "file system")) != 2 {
		t.Errorf("after a reset: %+v", found)
	}
	if err := clients["nas"].create(t.Context()); err != nil {
		t.Errorf("after a reset: %v", err)
	}

	// The names of all operations.
	var operations map[string][]string
	e.ask(t, "GET", "/operations", "", &operations)
	for _, name := range names {
		for _, operation := range operations[name] { // which a service without it would refuse
			if status := e.ask(t, "POST", "/inject", fmt.Sprintf(`{"service":%q,"operation":%q,"faults":["Denied"]}`, name, operation), nil); status != 200 {
				t.Errorf("%s %s: %d", name, operation, status)
			}
		}
		if len(operations[name]) == 0 {
			t.Errorf("no operations of %s", name)
		}
	}
}

// TestControlThrottles changes the rate of a service that runs.
func TestControlThrottles(t *testing.T) {
	e := start(t, "-verify=false", "-throttle", "0")
	taken := func() (n int) {
		for range 40 {
			if status, _, _ := e.fetch(t, http.MethodGet, e.KMS, lists["kms"]); status == 200 {
				n++
			}
		}
		return n
	}
	if n := taken(); n != 40 {
		t.Errorf("without a limit: %d of 40", n)
	}
	e.ask(t, "POST", "/throttle", `{"service":"kms","per_second":0.001}`, nil)
	if n := taken(); n != 20 { // a burst
		t.Errorf("with a limit: %d of 40", n)
	}
	e.ask(t, "POST", "/throttle", `{"per_second":0}`, nil)
	if n := taken(); n != 40 {
		t.Errorf("without it again: %d of 40", n)
	}
}

// TestControlIsHere takes no request from elsewhere, and none of a page elsewhere.
func TestControlIsHere(t *testing.T) {
	e := start(t)
	for name, c := range map[string]struct {
		host, kind string
		status     int
	}{
		"by name":              {"localhost:4705", "application/json", 200},
		"in IPv6":              {"[::1]:4705", "application/json; charset=utf-8", 200},
		"a page's own name":    {"rebound.example.com", "application/json", 403},
		"what a form can send": {"127.0.0.1", "text/plain", 415},
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, e.Control+"/reset", strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		req.Host = c.host
		req.Header.Set("Content-Type", c.kind)
		resp, err := e.http.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if _ = resp.Body.Close(); resp.StatusCode != c.status {
			t.Errorf("%s: %d", name, resp.StatusCode)
		}
	}
	if status, header, body := e.fetch(t, http.MethodGet, e.Control, "/"); status != 200 || !strings.HasPrefix(header.Get("Content-Type"), "text/html") || !strings.Contains(body, "<title>Emulator</title>") {
		t.Errorf("%d %v", status, header)
	}
	for name := range faults {
		if !bytes.Contains(page, []byte(`"`+name+`"`)) {
			t.Errorf("the page does not have the fault %s", name)
		}
	}
	off := start(t, "-control", "")
	if off.Control != "" {
		t.Error(off.Control)
	}
}

// TestJournalRemembers shows the latest requests, and no password.
func TestJournalRemembers(t *testing.T) {
	j := newJournal(nil, nowhere)
	for range remembered + 5 {
		j.note("kms", nastest.Request{Operation: "CreateClientKey", Params: map[string]string{"Password": "s3cret"}})
	}
	all, next := j.since(0)
	n := func(from int) int { some, _ := j.since(from); return len(some) }
	if len(all) != remembered || next != remembered+5 || all[0].Number != 5 || all[0].Params["Password"] != "REDACTED" || n(next) != 0 || n(-3) != remembered || n(next-1) != 1 {
		t.Errorf("%d, %+v", len(all), all[0])
	}
}

// TestSeedKeys calls each service with a key that was seeded, and with one that was not.
func TestSeedKeys(t *testing.T) {
	e := start(t)
	e.AccessKeyID = "other-id"
	create := func(secret string) map[string]error {
		got := map[string]error{}
		for name, c := range e.clients(t, secret) {
			got[name] = c.create(t.Context())
		}
		return got
	}
	for name, err := range create("other-secret") {
		if err == nil {
			t.Errorf("%s takes a key before it knows it", name)
		}
	}
	e.ask(t, "POST", "/seed", `{"keys":[{"id":"other-id","secret":"other-secret"}]}`, nil)
	for name, err := range create("other-secret") {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, err := range create("a-wrong-secret") {
		if err == nil {
			t.Errorf("%s takes a wrong secret", name)
		}
	}
}
