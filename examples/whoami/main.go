// Whoami prints which credentials this machine has for each of the five services,
// and why the places that come first have none:
//
//	go run ./examples/whoami
//
// It asks the sources that [nas.DefaultCredentials] and its like ask, and no
// service. It prints the ends of key IDs and no secrets.
package main

import (
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
	"time"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/examples/internal/screen"
	"github.com/accesspoint-go/accesspoint/kms"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/oss"
	"github.com/accesspoint-go/accesspoint/privatelink"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	context.AfterFunc(ctx, stop) // a second one ends the program
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// A report tells which source serves some services.
type report struct {
	services   []string
	verdict    string
	passedOver []string
}

// run returns the exit status. It asks for all services at once: a metadata
// service that does not answer takes a second.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	f := flag.NewFlagSet("whoami", flag.ContinueOnError)
	f.SetOutput(stderr)
	screen.Usage(f, "Prints which credentials this machine has for each service, and why the sources that come first have none. It asks no service, and prints no secrets.")
	switch err := f.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case f.NArg() > 0:
		screen.New(stderr).Print(fmt.Sprintf("whoami takes no arguments: %q", f.Args()))
		return 2
	}

	asking, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	services := []struct {
		name        string
		credentials nas.Credentials // of each package: the interface is the same
	}{
		{"nas", nas.DefaultCredentials()},
		{"oss", oss.DefaultCredentials()},
		{"efs", efs.DefaultCredentials()},
		{"privatelink", privatelink.DefaultCredentials()},
		{"kms", kms.DefaultCredentials()},
	}
	reports := make([]report, len(services))
	var all sync.WaitGroup
	for i, s := range services {
		all.Go(func() { reports[i] = ask(asking, s.name, s.credentials) })
	}
	all.Wait()
	if ctx.Err() != nil {
		screen.New(stderr).Print("Interrupted.")
		return 130
	}
	show(screen.New(stdout), reports)
	return 0
}

// ask finds out which source of c serves.
func ask(ctx context.Context, service string, c nas.Credentials) report {
	chain := c.(interface {
		Source() string
		PassedOver() []string
	})
	id, _, token, expires, err := c.Retrieve(ctx)
	r := report{services: []string{service}, passedOver: chain.PassedOver()}
	switch {
	case err != nil && len(r.passedOver) == 0:
		r.verdict = "no answer: " + err.Error()
	case err != nil:
		r.verdict = "no source would serve"
	case !expires.IsZero():
		r.verdict = fmt.Sprintf("%s would serve, with the key %s, until %s", chain.Source(), masked(id), expires.UTC().Format(time.RFC3339))
	case token != "":
		r.verdict = fmt.Sprintf("%s would serve, with the key %s, which is temporary and does not say until when", chain.Source(), masked(id))
	default:
		r.verdict = fmt.Sprintf("%s would serve, with the key %s, which does not expire", chain.Source(), masked(id))
	}
	return r
}

// show prints the reports: those that are the same as one, and a list of sources
// with which another list ends only once.
func show(s *screen.Screen, reports []report) {
	var distinct []report
	for _, r := range reports {
		same := func(d report) bool { return d.verdict == r.verdict && slices.Equal(d.passedOver, r.passedOver) }
		if i := slices.IndexFunc(distinct, same); i >= 0 {
			distinct[i].services = append(distinct[i].services, r.services...)
		} else {
			distinct = append(distinct, r)
		}
	}
	for i, r := range distinct {
		rest, as := r.passedOver, ""
		for _, d := range distinct[:i] {
			n := len(r.passedOver) - len(d.passedOver)
			if len(d.passedOver) > 1 && n >= 0 && slices.Equal(r.passedOver[n:], d.passedOver) {
				rest, as = r.passedOver[:n], d.services[0]
			}
		}
		head := strings.Join(r.services, ", ") + ": " + r.verdict
		if len(r.passedOver) > 0 {
			head += "; passed over:"
		}
		s.Print(head)
		for _, line := range rest {
			s.Print("  - " + shorter(line))
		}
		if as != "" {
			s.Print("  - all that " + as + " passes over")
		}
	}
}

// shorter returns a line without the variable in the name of its source, if the
// reason begins with it.
func shorter(line string) string {
	source, reason, _ := strings.Cut(line, ": ")
	kind, variable, ok := strings.Cut(source, " ")
	if ok && strings.HasPrefix(reason, variable+" ") {
		return kind + ": " + reason
	}
	return line
}

// masked returns the ends of a key ID.
func masked(id string) string {
	if len(id) < 12 {
		return "****"
	}
	return id[:4] + "****" + id[len(id)-4:]
}
