package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/examples/internal/screen"
	"github.com/accesspoint-go/accesspoint/internal/limit"
)

// options are the flags.
type options struct {
	address      string // without the port
	port         int
	host         string // under which clients find the services
	awsRegion    string
	id, secret   string
	readyAfter   time.Duration
	goneAfter    time.Duration
	latency      time.Duration
	clockOffset  time.Duration
	acceptByHand bool
	throttle     float64
	limiter      func(perSecond float64) limit.Limiter
	control      string
	verify       bool
	seedData     bool
}

func parse(args []string, stderr io.Writer) (*options, error) {
	var o options
	f := flag.NewFlagSet("emulator", flag.ContinueOnError)
	f.SetOutput(stderr)
	screen.Usage(f, "Serves five in-memory services over HTTP until it is told to stop, as with -listen 127.0.0.1:4700.")
	address := f.String("listen", "127.0.0.1:0", "`address` to serve on. With port 0 each service gets a free port. With another one "+
		"the five get consecutive ports from there on, nas, oss, efs, privatelink, kms, and the control side gets the next. Keep it on loopback: everybody knows the key")
	f.StringVar(&o.host, "host", "", "`name` under which clients find the services, if that is not the address of -listen. OSS takes a label in front of it for a bucket")
	f.StringVar(&o.awsRegion, "aws-region", defaultAWSRegion, "`region` of efs; the others are in "+region)
	key := f.String("key", defaultKey, "access key that all take, as `id:secret`; see -verify")
	f.DurationVar(&o.readyAfter, "ready-after", 2*time.Second, "how long what is created takes to be ready; in KMS, only connecting an instance takes time")
	f.DurationVar(&o.goneAfter, "gone-after", 0, "how long what is deleted takes to be gone; in KMS it is gone at once")
	f.DurationVar(&o.latency, "latency", 0, "how long each answer takes")
	f.DurationVar(&o.clockOffset, "clock-offset", 0, "how far the clocks of the services are ahead; behind, if negative")
	f.BoolVar(&o.acceptByHand, "accept-by-hand", false, "let endpoints of PrivateLink wait until their service accepts them")
	f.Float64Var(&o.throttle, "throttle", 200, "`calls` a second of each operation that a service takes; 0 is no limit")
	limiter := f.String("limiter", "bucket", "`kind`: how a service counts calls: bucket (bursts of up to 20), leaky (no bursts), "+
		"fixed:60s or sliding:60s (so many in any window of that length), or strict:60s (sliding, and refused calls count too)")
	f.StringVar(&o.control, "control", "127.0.0.1:0", "`address` of the control side, on loopback: a page, and the same as JSON; empty for none")
	f.BoolVar(&o.verify, "verify", true, "check signatures; -verify=false takes any key, and requests without one")
	f.BoolVar(&o.seedData, "seed-data", true, "start with a file system, a bucket and so on; their IDs are printed")
	f.SetOutput(io.Discard) // the flags would push an error out of sight
	err := f.Parse(args)
	f.SetOutput(stderr)
	if errors.Is(err, flag.ErrHelp) {
		f.Usage()
		return nil, err
	}
	if err != nil {
		fmt.Fprintf(stderr, "%v; -h lists the flags\n", err)
		return nil, err
	}
	if err := o.set(*address, *key, *limiter, f.Args()); err != nil {
		fmt.Fprintln(stderr, err)
		return nil, err
	}
	return &o, nil
}

// set checks the flags, and sets what takes more than one step.
func (o *options) set(address, key, limiter string, args []string) (err error) {
	var port string
	if o.address, port, err = net.SplitHostPort(address); err != nil {
		return fmt.Errorf("-listen: %w", err)
	}
	if o.host == "" {
		o.host = o.address
		if ip, err := netip.ParseAddr(o.host); o.host == "" || err == nil && ip.IsUnspecified() {
			o.host = "127.0.0.1" // where programs on this machine find them
		}
	}
	var named bool
	o.id, o.secret, named = strings.Cut(key, ":")
	o.port, err = strconv.Atoi(port)
	switch {
	case err != nil || o.port < 0 || o.port+5 > 65535:
		return fmt.Errorf("-listen: the port %q is not one from 0 to 65530", port)
	case strings.ContainsAny(o.host, ":/[] ") && !isIP(o.host):
		return fmt.Errorf("-host: %q is not the name of a host, without a port", o.host)
	case !named || o.id == "" || o.secret == "":
		return errors.New("-key: it has to be an ID and a secret, with a colon between them")
	case o.awsRegion == "":
		return errors.New("-aws-region: it is empty")
	case o.readyAfter < 0 || o.goneAfter < 0 || o.latency < 0 || !(o.throttle >= 0):
		return errors.New("-ready-after, -gone-after, -latency and -throttle must not be negative")
	case o.control != "" && !isLoopback(o.control):
		return fmt.Errorf("-control: %q is not an address on loopback with a port", o.control)
	case len(args) > 0:
		return fmt.Errorf("emulator takes no arguments, only flags: %q", args)
	}
	if host, named, _ := net.SplitHostPort(o.control); named == "0" && o.port != 0 {
		o.control = net.JoinHostPort(host, strconv.Itoa(o.port+5))
	}
	return o.limit(limiter)
}

func isLoopback(address string) bool {
	a, err := netip.ParseAddrPort(address)
	return err == nil && a.Addr().IsLoopback()
}

func isIP(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}

// limit sets how calls are counted.
func (o *options) limit(text string) error {
	kind, window, windowed := strings.Cut(text, ":")
	per := time.Second
	if windowed {
		var err error
		if per, err = time.ParseDuration(window); err != nil || per <= 0 {
			return fmt.Errorf("-limiter: %q is no length of a window", window)
		}
	}
	n := func(perSecond float64) int { return max(1, int(math.Min(math.Round(perSecond*per.Seconds()), 1e9))) }
	o.limiter = map[string]func(float64) limit.Limiter{
		"bucket":  func(perSecond float64) limit.Limiter { return limit.NewBucket(perSecond, 20) },
		"leaky":   func(perSecond float64) limit.Limiter { return limit.NewLeaky(perSecond) },
		"fixed":   func(perSecond float64) limit.Limiter { return limit.NewFixedWindow(n(perSecond), per, 0) },
		"sliding": func(perSecond float64) limit.Limiter { return limit.NewSlidingWindow(n(perSecond), per, false) },
		"strict":  func(perSecond float64) limit.Limiter { return limit.NewSlidingWindow(n(perSecond), per, true) },
	}[kind]
	if o.limiter == nil || windowed && (kind == "bucket" || kind == "leaky") {
		return fmt.Errorf("-limiter: %q is none of bucket, leaky, fixed:60s, sliding:60s and strict:60s", text)
	}
	return nil
}

// url returns the URL at which clients find l.
func (o *options) url(l net.Listener) string {
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return "http://" + net.JoinHostPort(o.host, port)
}

// buckets lets h see a bucket in a host's name only where there can be one: before
// the name of the server, or before that of the service's own hosts. Otherwise it
// would take emulator.default.svc for the bucket emulator.
func (o *options) buckets(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		_, parent, _ := strings.Cut(host, ".")
		if parent != o.host && parent != "localhost" && !strings.HasSuffix(host, ".aliyuncs.com") {
			r.Host = "localhost"
		}
		h.ServeHTTP(w, r)
	})
}
