package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/accesspoint-go/accesspoint/examples/internal/screen"
)

// A service is one of the five.
type service struct {
	name  string
	start func(*options, *job) error // fills in create and remove
	needs []string                   // flags, for -live
	keys  []string                   // environment variables that may hold the key ID
}

var services = []service{
	{"nas", startNAS, []string{"region", "nas-file-system", "nas-vpc", "nas-vswitch"}, []string{"ALIBABA_CLOUD_ACCESS_KEY_ID"}},
	{"oss", startOSS, []string{"region", "oss-bucket"}, []string{"OSS_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_ID"}},
	{"efs", startEFS, []string{"aws-region", "efs-file-system"}, []string{"AWS_ACCESS_KEY_ID"}},
	{"privatelink", startPrivateLink, []string{"region", "pl-service", "pl-vpc", "pl-vswitch", "pl-zone", "pl-security-group"}, []string{"ALIBABA_CLOUD_ACCESS_KEY_ID"}},
	{"kms", startKMS, []string{"region", "kms-instance"}, []string{"ALIBABA_CLOUD_ACCESS_KEY_ID"}},
}

// options are the flags.
type options struct {
	live     bool
	services []service

	region, awsRegion                                    string
	nasFileSystem, nasVpc, nasVSwitch                    string
	ossBucket                                            string
	efsFileSystem                                        string
	plService, plVpc, plVSwitch, plZone, plSecurityGroup string
	kmsInstance                                          string
}

// parse returns the options. Its error is flag.ErrHelp if they ask for help;
// whatever is wrong is on stderr.
func parse(args []string, stderr io.Writer) (*options, error) {
	var o options
	f := flag.NewFlagSet("quickstart", flag.ContinueOnError)
	f.SetOutput(stderr)
	screen.Usage(f, "Creates an access point on each of five services and removes it again, in memory unless -live is given. The flags that name what exists are for -live.")
	yes := f.Bool("yes", false, "with -live: really create and remove")
	only := f.String("only", "", "`services` to use, separated by commas: nas, oss, efs, privatelink, kms")
	f.BoolVar(&o.live, "live", false, "use the real services, with the environment's keys")
	f.StringVar(&o.region, "region", "", "region of Alibaba Cloud")
	f.StringVar(&o.awsRegion, "aws-region", "", "region of AWS")
	f.StringVar(&o.nasFileSystem, "nas-file-system", "", "General-purpose NFS file system")
	f.StringVar(&o.nasVpc, "nas-vpc", "", "VPC of the NAS access point")
	f.StringVar(&o.nasVSwitch, "nas-vswitch", "", "vSwitch of the NAS access point")
	f.StringVar(&o.ossBucket, "oss-bucket", "", "OSS bucket")
	f.StringVar(&o.efsFileSystem, "efs-file-system", "", "EFS file system")
	f.StringVar(&o.plService, "pl-service", "", "PrivateLink endpoint service")
	f.StringVar(&o.plVpc, "pl-vpc", "", "VPC of the endpoint")
	f.StringVar(&o.plVSwitch, "pl-vswitch", "", "vSwitch of the endpoint")
	f.StringVar(&o.plZone, "pl-zone", "", "zone of the endpoint")
	f.StringVar(&o.plSecurityGroup, "pl-security-group", "", "security group of the endpoint")
	f.StringVar(&o.kmsInstance, "kms-instance", "", "KMS instance")
	if err := f.Parse(args); err != nil {
		return nil, err
	}

	var problems []string
	if f.NArg() > 0 {
		problems = append(problems, fmt.Sprintf("quickstart takes no arguments, only flags: %q", f.Args()))
	}
	o.services = slices.Clone(services)
	if *only != "" {
		names := strings.Split(*only, ",")
		o.services = slices.DeleteFunc(o.services, func(s service) bool { return !slices.Contains(names, s.name) })
		for _, name := range names {
			if !slices.ContainsFunc(services, func(s service) bool { return s.name == name }) {
				problems = append(problems, fmt.Sprintf("-only: there is no service %q", name))
			}
		}
	}
	for _, s := range o.services {
		missing := slices.DeleteFunc(slices.Clone(s.needs), func(name string) bool { return !o.live || f.Lookup(name).Value.String() != "" })
		if len(missing) > 0 {
			problems = append(problems, fmt.Sprintf("%s: -live needs -%s (or leave the service out with -only)", s.name, strings.Join(missing, ", -")))
		}
	}
	if o.live && !*yes && problems == nil {
		for _, s := range o.services {
			problems = append(problems, fmt.Sprintf("%s: would create with the key %s in region %s", s.name, s.key(), f.Lookup(s.needs[0]).Value))
		}
		problems = append(problems, "These are real resources and may cost money. Give -yes to create and remove them.")
	}
	if problems != nil {
		screen.New(stderr).Print(strings.Join(problems, "\n"))
		return nil, errors.New("flags")
	}
	return &o, nil
}

// key returns the ID of the key that the environment holds for s.
func (s service) key() string {
	id := ""
	for _, name := range s.keys {
		id = cmp.Or(id, os.Getenv(name))
	}
	return cmp.Or(id, "(none)")
}
