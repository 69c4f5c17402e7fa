// Quickstart brings one access point to life on each of the five services, side
// by side, and removes it again:
//
//	go run ./examples/quickstart
//
// It talks to in-memory services and to nothing else, unless -live is given.
// Each service has a file of its own here, which is where to read how a program
// uses its package.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"text/tabwriter"
	"time"
)

// A job makes one access point.
type job struct {
	service string
	account string // the key and the region, for -live

	// create makes the access point and waits until it can be used. It reports
	// the states that it sees on the way. What it returns is filled in as far as
	// it came, also when it fails.
	create func(ctx context.Context, state func(string)) (made, error)
	// remove deletes what create made and waits until it is gone.
	remove func(ctx context.Context, m made) error

	requests atomic.Int64
	state    string
	made     made
	took     time.Duration
	err      error
}

// made is what create made.
type made struct {
	id      string // empty if nothing was made
	address string // an address or ARN
	state   string
}

func main() {
	ctx, _ := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run returns the exit status: 0 only if every service did its part.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		return 2
	}
	var jobs []*job
	var problems []error
	for _, newJob := range []func(*options) (*job, error){nasJob, ossJob, efsJob, privatelinkJob, kmsJob} {
		j, err := newJob(o)
		if err != nil {
			problems = append(problems, err)
		} else if j != nil {
			jobs = append(jobs, j)
		}
	}
	if problems != nil {
		fmt.Fprintln(stderr, errors.Join(problems...))
		return 2
	}
	if o.live && !o.yes {
		for _, j := range jobs {
			fmt.Fprintf(stderr, "%s: would create with %s\n", j.service, j.account)
		}
		fmt.Fprintln(stderr, "These are real resources and may cost money. Give -yes to create and remove them.")
		return 2
	}

	show := newProgress(stdout, jobs)
	each(jobs, func(j *job) {
		j.made, j.err = j.create(ctx, func(state string) { show.set(j, state) })
		if j.err != nil {
			show.done(j, "failed")
		} else {
			show.done(j, j.made.state)
		}
	})
	show.end()
	table(stdout, jobs)

	// What was made is removed even if the user has had enough of it.
	cleanup, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Minute)
	defer cancel()
	each(jobs, func(j *job) {
		if j.made.id == "" {
			return
		}
		if err := j.remove(cleanup, j.made); err != nil {
			j.err = errors.Join(j.err, fmt.Errorf("%s: %s is left behind: %w", j.service, j.made.id, err))
		}
	})
	failed := 0
	for _, j := range jobs {
		if j.err != nil {
			failed++
			fmt.Fprintln(stderr, j.err)
		}
	}
	fmt.Fprintf(stdout, "%d of %d created, used and removed.\n", len(jobs)-failed, len(jobs))
	if failed > 0 {
		return 1
	}
	return 0
}

// each runs f for all jobs at once.
func each(jobs []*job, f func(*job)) {
	var wg sync.WaitGroup
	for _, j := range jobs {
		wg.Go(func() { f(j) })
	}
	wg.Wait()
}

func table(w io.Writer, jobs []*job) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "SERVICE\tID\tSTATE\tTIME\tREQUESTS\tADDRESS OR ARN")
	for _, j := range jobs {
		fmt.Fprintf(t, "%s\t%s\t%s\t%.1fs\t%d\t%s\n", j.service, cmp.Or(j.made.id, "-"),
			cmp.Or(j.made.state, j.state), j.took.Seconds(), j.requests.Load(), cmp.Or(j.made.address, "-"))
	}
	_ = t.Flush()
}

// options are the flags.
type options struct {
	live, yes bool
	only      []string

	region, awsRegion                                    string
	nasFileSystem, nasVpc, nasVSwitch                    string
	ossBucket                                            string
	efsFileSystem                                        string
	plService, plVpc, plVSwitch, plZone, plSecurityGroup string
	kmsInstance                                          string
}

func parse(args []string, stderr io.Writer) (*options, error) {
	var o options
	var only string
	f := flag.NewFlagSet("quickstart", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.BoolVar(&o.live, "live", false, "talk to the real services, with the keys of the environment")
	f.BoolVar(&o.yes, "yes", false, "with -live: really create")
	f.StringVar(&only, "only", "", "the services to run, separated by commas (default all)")
	f.StringVar(&o.region, "region", "", "with -live: region of Alibaba Cloud")
	f.StringVar(&o.awsRegion, "aws-region", "", "with -live: region of AWS")
	f.StringVar(&o.nasFileSystem, "nas-file-system", "", "with -live: General-purpose NFS file system")
	f.StringVar(&o.nasVpc, "nas-vpc", "", "with -live: VPC of the NAS access point")
	f.StringVar(&o.nasVSwitch, "nas-vswitch", "", "with -live: vSwitch of the NAS access point")
	f.StringVar(&o.ossBucket, "oss-bucket", "", "with -live: bucket")
	f.StringVar(&o.efsFileSystem, "efs-file-system", "", "with -live: EFS file system")
	f.StringVar(&o.plService, "pl-service", "", "with -live: endpoint service")
	f.StringVar(&o.plVpc, "pl-vpc", "", "with -live: VPC of the endpoint")
	f.StringVar(&o.plVSwitch, "pl-vswitch", "", "with -live: vSwitch of the endpoint")
	f.StringVar(&o.plZone, "pl-zone", "", "with -live: zone of the endpoint")
	f.StringVar(&o.plSecurityGroup, "pl-security-group", "", "with -live: security group of the endpoint")
	f.StringVar(&o.kmsInstance, "kms-instance", "", "with -live: KMS instance")
	if err := f.Parse(args); err != nil {
		return nil, err
	}
	if f.NArg() > 0 {
		fmt.Fprintf(stderr, "quickstart takes no arguments, only flags: %q\n", f.Args())
		return nil, errors.New("arguments")
	}
	services := []string{"nas", "oss", "efs", "privatelink", "kms"}
	o.only = services
	if only != "" {
		o.only = strings.Split(only, ",")
	}
	for _, s := range o.only {
		if !slices.Contains(services, s) {
			fmt.Fprintf(stderr, "-only: no service %q among %s\n", s, strings.Join(services, ", "))
			return nil, errors.New("services")
		}
	}
	return &o, nil
}

// skips reports whether the service is not to run, and what it lacks to run
// live: flags come in pairs of a name and a value.
func (o *options) skips(service string, flags ...string) (bool, error) {
	if !slices.Contains(o.only, service) {
		return true, nil
	}
	if !o.live {
		return false, nil
	}
	var missing []string
	for i := 0; i < len(flags); i += 2 {
		if flags[i+1] == "" {
			missing = append(missing, flags[i])
		}
	}
	if missing != nil {
		return false, fmt.Errorf("%s: -live needs %s (or leave the service out with -only)", service, strings.Join(missing, ", "))
	}
	return false, nil
}

// poll is how often the in-memory services are looked at. Real ones are left to
// the packages' defaults.
func (o *options) poll() (interval, longest time.Duration) {
	if o.live {
		return 0, 0
	}
	return 100 * time.Millisecond, 300 * time.Millisecond
}

// account names the key that the first of the environment variables holds, for
// the question before anything is created.
func account(region string, variables ...string) string {
	id := "none"
	for _, v := range variables {
		if id = os.Getenv(v); id != "" {
			break
		}
	}
	return fmt.Sprintf("key %s in region %s", cmp.Or(id, "(none)"), region)
}

// uniqueName is a name for what is made here, short enough for every service.
func uniqueName() string { return fmt.Sprintf("qs-%x", time.Now().UnixMilli()) }
