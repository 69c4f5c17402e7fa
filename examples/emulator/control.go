package main

import (
	_ "embed"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/operations"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

//go:embed control.html
var page []byte

// A control is the side of the emulator from which a test, or a person, prepares and
// disturbs the services, and looks at what stands. It is on loopback alone, asks for
// no key, and takes requests from no web page but its own.
type control struct {
	o        *options
	j        *journal
	services atomic.Pointer[[]*service]
	ready    []byte // the first line of the output
}

func newControl(o *options, j *journal) *control {
	c := &control{o: o, j: j}
	c.reset()
	return c
}

func (c *control) reset() {
	services := c.o.services(c.j)
	c.services.Store(&services)
}

// handler serves a service, whichever it is after a reset.
func (c *control) handler(i int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*c.services.Load())[i].handler.ServeHTTP(w, r) })
}

// named returns the services of that name, or all if it is empty.
func (c *control) named(name string) ([]*service, error) {
	all := *c.services.Load()
	if name == "" {
		return all, nil
	}
	i := slices.IndexFunc(all, func(s *service) bool { return s.name == name })
	if i < 0 {
		return nil, fmt.Errorf("there is no service %q, but nas, oss, efs, privatelink, kms", name)
	}
	return all[i : i+1], nil
}

// A refusal is what the next request of an operation is answered.
type refusal struct {
	Service   string `json:"service"`
	Operation string `json:"operation"`
	Status    int    `json:"status"` // default: by the code
	Code      string `json:"code"`
	Message   string `json:"message"`
}

// A disturbance is how badly a service behaves; see nastest.Disturbance.
type disturbance struct {
	Service  string   `json:"service"` // default: all
	Faults   float64  `json:"faults"`
	Mix      mix      `json:"mix"` // default: from ResponseLost to BadGateway, each as often
	Late     duration `json:"late"`
	Lag      duration `json:"lag"`
	TagLag   duration `json:"tag_lag"`
	TagsLost float64  `json:"tags_lost"`
	AnyCase  bool     `json:"any_case"`
	Shift    bool     `json:"shift"`
	Seed     uint64   `json:"seed"`
}

// A mix is how often each fault is met, by weight.
type mix map[nastest.Fault]float64

// UnmarshalJSON reads an object with the names of faults.
func (m *mix) UnmarshalJSON(text []byte) error {
	var weights map[string]float64
	if err := json.Unmarshal(text, &weights); err != nil {
		return err
	}
	*m = nil
	for name, weight := range weights {
		f, err := faultOf(name)
		if err != nil {
			return err
		}
		if !(weight >= 0) {
			return fmt.Errorf("the weight of %s is negative", name)
		}
		if *m == nil {
			*m = mix{}
		}
		(*m)[f] = weight
	}
	return nil
}

// faultOf returns the fault of that name.
func faultOf(name string) (nastest.Fault, error) {
	f, ok := faults[name]
	if !ok {
		return 0, fmt.Errorf("there is no fault %q, but %s", name, strings.Join(slices.Sorted(maps.Keys(faults)), ", "))
	}
	return f, nil
}

// A duration is a text such as 1.5s.
type duration struct{ time.Duration }

// UnmarshalText reads the text.
func (d *duration) UnmarshalText(text []byte) (err error) {
	d.Duration, err = time.ParseDuration(string(text))
	if err == nil && d.Duration < 0 {
		err = fmt.Errorf("%s is negative", text)
	}
	return err
}

// A seed is what is to exist besides.
type seed struct {
	Keys []key `json:"keys"` // of all services
	NAS  struct {
		FileSystems  []string  `json:"file_systems"`
		AccessGroups []string  `json:"access_groups"`
		Networks     []network `json:"networks"`
	} `json:"nas"`
	OSS struct {
		Buckets []string `json:"buckets"`
	} `json:"oss"`
	EFS struct {
		FileSystems    []string  `json:"file_systems"`
		Subnets        []network `json:"subnets"`
		SecurityGroups []network `json:"security_groups"`
	} `json:"efs"`
	PrivateLink struct {
		Services       []string  `json:"services"`
		SecurityGroups []string  `json:"security_groups"`
		Networks       []network `json:"networks"`
		LoadBalancers  []struct {
			ID      string `json:"id"`
			Type    string `json:"type"`
			VSwitch string `json:"vswitch"`
		} `json:"load_balancers"`
	} `json:"privatelink"`
	KMS struct {
		Instances              []string `json:"instances"`
		UninitializedInstances []string `json:"uninitialized_instances"`
	} `json:"kms"`
}

type key struct {
	ID     string `json:"id"`
	Secret string `json:"secret"`
}

type network struct {
	Vpc           string `json:"vpc"`
	VSwitch       string `json:"vswitch"`
	Subnet        string `json:"subnet"`
	Zone          string `json:"zone"`
	SecurityGroup string `json:"security_group"`
}

// faults are those of the fakes by their names.
var faults = func() map[string]nastest.Fault {
	all := map[string]nastest.Fault{}
	for f := nastest.ResponseLost; f <= nastest.EmptyList; f++ {
		all[f.String()] = f
	}
	return all
}()

// ServeHTTP serves the page and the operations below it.
func (c *control) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'self' 'unsafe-inline'; frame-ancestors 'none'")
		_, _ = w.Write(page)
	})
	mux.HandleFunc("GET /health", func(w http.ResponseWriter, _ *http.Request) { say(w, 200, map[string]bool{"ok": true}) })
	mux.HandleFunc("GET /ready", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(c.ready)
	})
	mux.HandleFunc("GET /requests", func(w http.ResponseWriter, r *http.Request) {
		from, _ := strconv.Atoi(r.FormValue("from"))
		entries, next := c.j.since(from)
		say(w, 200, map[string]any{"requests": entries, "next": next})
	})
	mux.HandleFunc("GET /state", func(w http.ResponseWriter, _ *http.Request) { say(w, 200, map[string]any{"resources": c.state()}) })
	mux.HandleFunc("GET /operations", func(w http.ResponseWriter, _ *http.Request) {
		all := map[string][]string{}
		for _, s := range *c.services.Load() {
			all[s.name] = operations.Of(s.client).Names()
		}
		say(w, 200, all)
	})
	post(mux, "/reset", func(struct{}) error { c.reset(); return nil })
	post(mux, "/seed", func(all seed) error {
		return try(*c.services.Load(), func(s *service) {
			for _, k := range all.Keys {
				s.addKey(k.ID, k.Secret)
			}
			s.seed(all)
		})
	})
	post(mux, "/inject", func(in struct {
		Service   string   `json:"service"`
		Operation string   `json:"operation"`
		Faults    []string `json:"faults"`
	}) error {
		if len(in.Faults) == 0 {
			return fmt.Errorf("name a fault")
		}
		var chosen []nastest.Fault
		for _, name := range in.Faults {
			f, err := faultOf(name)
			if err != nil {
				return err
			}
			chosen = append(chosen, f)
		}
		return c.one(in.Service, func(s *service) { s.inject(in.Operation, chosen) })
	})
	post(mux, "/fail", func(in refusal) error {
		if in.Code == "" || in.Status != 0 && (in.Status < 400 || in.Status > 599) {
			return fmt.Errorf("a failure has a code, and a status from 400 to 599 if it has one")
		}
		return c.one(in.Service, func(s *service) { s.fail(in.Operation, in) })
	})
	post(mux, "/disturb", func(in disturbance) error {
		if !(in.Faults >= 0 && in.Faults <= 1 && in.TagsLost >= 0 && in.TagsLost <= 1) {
			return fmt.Errorf("faults and tags_lost are shares from 0 to 1")
		}
		services, err := c.named(in.Service)
		for _, s := range services {
			s.disturb(in)
		}
		return err
	})
	post(mux, "/throttle", func(in struct {
		Service   string  `json:"service"` // default: all
		PerSecond float64 `json:"per_second"`
	}) error {
		services, err := c.named(in.Service)
		if err == nil && in.PerSecond < 0 {
			return fmt.Errorf("per_second is negative")
		}
		for _, s := range services {
			s.rate.set(in.PerSecond)
		}
		return err
	})
	post(mux, "/accept", func(in struct {
		Endpoint string `json:"endpoint"`
	}) error {
		return c.one("privatelink", func(s *service) { s.accept(in.Endpoint) })
	})
	if !local(r) {
		say(w, http.StatusForbidden, map[string]string{"error": "the control side is for programs and pages on this machine"})
		return
	}
	mux.ServeHTTP(w, r)
}

// local reports whether a request was sent to this machine by its name, and not to a
// name of a web page that leads here.
func local(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = r.Host
	}
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// one does something to one service.
func (c *control) one(name string, do func(*service)) error {
	services, err := c.named(name)
	if err == nil && len(services) != 1 {
		return fmt.Errorf("name a service")
	}
	if err != nil {
		return err
	}
	return try(services, do)
}

// try does something to each service. What a fake panics over, such as an operation
// that it does not have, is the error.
func try(services []*service, do func(*service)) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	for _, s := range services {
		do(s)
	}
	return nil
}

// post serves an operation that takes JSON. A web page elsewhere cannot send that
// type without asking first, which is not answered.
func post[In any](mux *http.ServeMux, path string, do func(In) error) {
	mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
		if kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";"); kind != "application/json" {
			say(w, http.StatusUnsupportedMediaType, map[string]string{"error": "Content-Type has to be application/json"})
			return
		}
		var in In
		d := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20))
		d.DisallowUnknownFields()
		err := d.Decode(&in)
		if err == nil {
			err = do(in)
		}
		if err != nil {
			say(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
			return
		}
		say(w, http.StatusOK, map[string]bool{"ok": true})
	})
}

func say(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	_ = e.Encode(v)
}

// A resource is one that stands.
type resource struct {
	Service string         `json:"service"`
	Kind    string         `json:"kind"`
	ID      string         `json:"id"`
	State   string         `json:"state,omitempty"`
	Members map[string]any `json:"members"` // as the service shows it
}

// A list is an operation that lists resources.
type list struct {
	service, operation string
	path               string // to the items
	kind, id, state    string // the last two are members
	of                 string // the kind of which each has such a list
	params             map[string]string
}

var kinds = []list{
	{"nas", "DescribeFileSystems", "FileSystems.FileSystem", "file system", "FileSystemId", "Status", "", nil},
	{"nas", "ListAccessPoints", "AccessPoints", "access point", "AccessPointId", "Status", "file system", map[string]string{"MaxResults": "100"}},
	{"nas", "DescribeDirQuotas", "DirQuotaInfos", "directory quota", "Path", "Status", "file system", nil},
	{"nas", "DescribeAccessGroups", "AccessGroups.AccessGroup", "permission group", "AccessGroupName", "", "", map[string]string{"PageSize": "100"}},
	{"efs", "DescribeFileSystems", "FileSystems", "file system", "FileSystemId", "LifeCycleState", "", nil},
	{"efs", "DescribeMountTargets", "MountTargets", "mount target", "MountTargetId", "LifeCycleState", "file system", nil},
	{"efs", "DescribeAccessPoints", "AccessPoints", "access point", "AccessPointId", "LifeCycleState", "", nil},
	{"privatelink", "ListVpcEndpointServices", "Services", "service", "ServiceId", "ServiceStatus", "", map[string]string{"RegionId": region, "MaxResults": "50"}},
	{"privatelink", "ListVpcEndpoints", "Endpoints", "endpoint", "EndpointId", "EndpointStatus", "", map[string]string{"RegionId": region, "MaxResults": "50"}},
	{"kms", "ListKmsInstances", "KmsInstances.KmsInstance", "instance", "KmsInstanceId", "", "", map[string]string{"PageSize": "100"}},
	{"kms", "ListNetworkRules", "NetworkRules.NetworkRule", "network rule", "Name", "", "", map[string]string{"PageSize": "100"}},
	{"kms", "ListPolicies", "Policies.Policy", "policy", "Name", "", "", map[string]string{"PageSize": "100"}},
	{"kms", "ListApplicationAccessPoints", "ApplicationAccessPoints.ApplicationAccessPoint", "access point", "Name", "", "", map[string]string{"PageSize": "100"}},
	{"kms", "ListClientKeys", "ClientKeys", "client key", "ClientKeyId", "", "", nil},
}

// state returns what stands: the first page of each list.
func (c *control) state() []resource {
	all := []resource{}
	for _, s := range *c.services.Load() {
		if s.name == "oss" {
			all = append(all, buckets(s)...)
		}
		for _, l := range kinds {
			if l.service != s.name {
				continue
			}
			if l.of == "" {
				all = append(all, l.read(s, nil)...)
				continue
			}
			for _, r := range slices.Clone(all) {
				if r.Service == s.name && r.Kind == l.of {
					all = append(all, l.read(s, map[string]string{"FileSystemId": r.ID})...)
				}
			}
		}
	}
	return all
}

func (l list) read(s *service, more map[string]string) (found []resource) {
	params := map[string]string{}
	for _, some := range []map[string]string{l.params, more} {
		for name, value := range some {
			params[name] = value
		}
	}
	_, body := s.ask(l.operation, params)
	var tree any
	_ = json.Unmarshal(body, &tree)
	for name := range strings.SplitSeq(l.path, ".") {
		group, _ := tree.(map[string]any)
		tree = group[name]
	}
	items, _ := tree.([]any)
	for _, item := range items {
		if members, ok := item.(map[string]any); ok {
			r := resource{Service: s.name, Kind: l.kind, Members: members}
			r.ID, _ = members[l.id].(string)
			r.State, _ = members[l.state].(string)
			found = append(found, r)
		}
	}
	return found
}

// buckets returns the access points of OSS, whose answers are XML.
func buckets(s *service) (found []resource) {
	var result struct {
		Points []struct {
			Bucket string `xml:"Bucket"`
			Name   string `xml:"AccessPointName"`
			Status string `xml:"Status"`
			Alias  string `xml:"Alias"`
		} `xml:"AccessPoints>AccessPoint"`
	}
	_, body := s.ask("ListAccessPoints", map[string]string{"max-keys": "100"})
	_ = xml.Unmarshal(body, &result)
	for _, p := range result.Points {
		found = append(found, resource{"oss", "access point", p.Bucket + "/" + p.Name, p.Status, map[string]any{"Bucket": p.Bucket, "AccessPointName": p.Name, "Alias": p.Alias}})
	}
	return found
}
