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
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync"
	"time"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/kms"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/oss"
	"github.com/accesspoint-go/accesspoint/privatelink"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	run(ctx, os.Stdout)
}

// run asks for all services at once: a metadata service that does not answer
// takes a second.
func run(ctx context.Context, w io.Writer) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
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
	reports := make([]string, len(services))
	var all sync.WaitGroup
	for i, s := range services {
		all.Go(func() { reports[i] = report(ctx, s.credentials) })
	}
	all.Wait()
	for i, s := range services {
		fmt.Fprintf(w, "%s: %s", s.name, reports[i])
	}
}

// report says which source of c serves.
func report(ctx context.Context, c nas.Credentials) string {
	chain := c.(interface {
		Source() string
		PassedOver() []string
	})
	var b strings.Builder
	id, _, token, expires, err := c.Retrieve(ctx)
	passedOver := chain.PassedOver()
	switch {
	case err != nil && len(passedOver) == 0:
		fmt.Fprintf(&b, "no answer: %v\n", err)
	case err != nil:
		b.WriteString("no source would serve\n")
	default:
		fmt.Fprintf(&b, "%s would serve, with the key %s", chain.Source(), masked(id))
		switch {
		case !expires.IsZero():
			fmt.Fprintf(&b, ", until %s", expires.UTC().Format(time.RFC3339))
		case token != "":
			b.WriteString(", which is temporary and does not say until when")
		default:
			b.WriteString(", which does not expire")
		}
		b.WriteString("\n")
	}
	for _, line := range passedOver {
		b.WriteString("    passed over: " + line + "\n")
	}
	return b.String()
}

// masked returns the ends of a key ID.
func masked(id string) string {
	if len(id) < 12 {
		return "****"
	}
	return id[:4] + "****" + id[len(id)-4:]
}
