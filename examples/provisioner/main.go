// Provisioner gives every PersistentVolumeClaim of a Kubernetes cluster a directory of
// a NAS or EFS file system, behind an access point of its own. README.md says how to
// run it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/util/workqueue"
	"k8s.io/klog/v2"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/nas"
)

// provisionerName is what StorageClasses call this provisioner. A copy of this program
// takes a domain of its owner's.
const provisionerName = "accesspoint.example.com/volumes"

func main() {
	o, err := parse(os.Args[1:], os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return
	case err != nil:
		os.Exit(2)
	}
	if err := run(context.Background(), o); err != nil {
		fmt.Fprintln(os.Stderr, "provisioner:", err)
		os.Exit(1)
	}
}

// options are the flags.
type options struct {
	nasRegion, efsRegion string
	timeout              time.Duration
	workers              int
}

// parse returns the options. Its error is flag.ErrHelp if they ask for help; whatever
// is wrong is on stderr.
func parse(args []string, stderr io.Writer) (o options, err error) {
	f := flag.NewFlagSet("provisioner", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&o.nasRegion, "nas-region", "", "serve StorageClasses with service: nas, in this `region`")
	f.StringVar(&o.efsRegion, "efs-region", "", "serve StorageClasses with service: efs, in this `region`")
	f.DurationVar(&o.timeout, "timeout", 10*time.Second, "of one attempt; the next one goes on from there")
	f.IntVar(&o.workers, "workers", 100, "volumes to make at a time, and as many to delete")
	f.Usage = func() {
		fmt.Fprint(stderr, "Usage: provisioner [flags]\n"+
			"Makes PersistentVolumes from access points of NAS and EFS, in the cluster that\n"+
			"it runs in or in that of the kubeconfig. At least one region has to be given.\n")
		f.PrintDefaults()
	}
	if err := f.Parse(args); err != nil {
		return o, err
	}
	switch {
	case f.NArg() > 0:
		err = fmt.Errorf("there are no arguments, only flags: %q", f.Args())
	case o.nasRegion == "" && o.efsRegion == "":
		err = errors.New("give -nas-region, -efs-region or both")
	case o.timeout <= 0 || o.workers <= 0:
		err = errors.New("-timeout and -workers must be more than 0")
	}
	if err != nil {
		fmt.Fprintln(stderr, "provisioner:", err)
	}
	return o, err
}

// run works until the process ends. That may be at any moment: the next process finds
// what this one has begun.
func run(ctx context.Context, o options) error {
	log := slog.New(logr.ToSlogHandler(klog.Background()))
	p := &provisioner{}
	if o.nasRegion != "" {
		client, err := nas.New(nas.Config{Region: o.nasRegion, Credentials: nas.DefaultCredentials(), Logger: log, UserAgent: "provisioner"})
		if err != nil {
			return err
		}
		p.nas = client
	}
	if o.efsRegion != "" {
		client, err := efs.New(efs.Config{Region: o.efsRegion, Credentials: efs.DefaultCredentials(), Logger: log, UserAgent: "provisioner"})
		if err != nil {
			return err
		}
		p.efs = client
	}
	config, err := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(clientcmd.NewDefaultClientConfigLoadingRules(), nil).ClientConfig()
	if err != nil {
		return err
	}
	config.QPS, config.Burst = 100, 200 // the default of 5 a second would be the bottleneck
	kube, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	newController(ctx, kube, p, o).Run(ctx)
	return nil
}

// newController returns the controller that calls p.
func newController(ctx context.Context, kube kubernetes.Interface, p *provisioner, o options, more ...func(*controller.ProvisionController) error) *controller.ProvisionController {
	// An attempt that ends early has not failed: it is continued soon.
	pace := func() workqueue.TypedRateLimiter[string] {
		return workqueue.NewTypedItemExponentialFailureRateLimiter[string](time.Second, 5*time.Minute)
	}
	return controller.NewProvisionController(ctx, kube, provisionerName, p, append([]func(*controller.ProvisionController) error{
		controller.ProvisionTimeout(o.timeout),
		controller.DeletionTimeout(o.timeout),
		controller.Threadiness(o.workers),
		controller.RateLimiter(pace()),
		// A claim that is given up could leave an access point behind.
		controller.FailedProvisionThreshold(0),
		controller.FailedDeleteThreshold(0),
		// If the PersistentVolume cannot be stored, it is stored later. The default is to
		// delete the volume, while another replica may have stored it.
		controller.CreateProvisionedPVLimiter(pace()),
		// The access point goes even if the PersistentVolume is deleted before its claim.
		controller.AddFinalizer(true),
	}, more...)...)
}
