package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/nas"
)

// A service is one of the five, as the queue uses it.
type service struct {
	// check returns what the access point of a request stands in, or why the request
	// cannot be sent. An access point that is not to be present needs no more.
	check func(key string, request []byte, present bool) (parent string, err error)
	// connect returns a client, which all jobs of the process share.
	connect func(*cloud) (client, error)
}

// A client is that of one service.
type client interface {
	// ensure finds or creates the access point of key and returns its ID.
	ensure(ctx context.Context, key string, request []byte) (id string, err error)
	// absent deletes it.
	absent(ctx context.Context, key string, request []byte) error
	// standing yields the key of every access point beside that of request.
	standing(ctx context.Context, request []byte) iter.Seq2[string, error]
}

var services = map[string]service{
	"nas":         {checkNAS, connectNAS},
	"oss":         {checkOSS, connectOSS},
	"efs":         {checkEFS, connectEFS},
	"privatelink": {checkPrivateLink, connectPrivateLink},
	"kms":         {checkKMS, connectKMS},
}

// serviceNames are in the order in which they are shown.
var serviceNames = []string{"nas", "oss", "efs", "privatelink", "kms"}

// decode reads a request of the SDK.
func decode[R any](request []byte) (in R, _ error) {
	d := json.NewDecoder(bytes.NewReader(request))
	d.DisallowUnknownFields()
	if err := d.Decode(&in); err != nil {
		return in, fmt.Errorf("request: %w", err)
	}
	return in, nil
}

// checked returns what check of a service returns.
func checked(parent string, in interface{ Validate() error }, present bool) (string, error) {
	if present {
		return parent, in.Validate()
	}
	if parent == "" {
		return "", errors.New("request: it names nothing that the access point could stand in")
	}
	return parent, nil
}

// A cloud is where the services are, and what the clients of this process share.
type cloud struct {
	endpoints
	credentials    nas.Credentials // of Alibaba Cloud
	awsCredentials efs.Credentials
	settle         time.Duration
	limiters       func(service string) limiter
	telemetry      *telemetry
	logger         *slog.Logger
	http           *http.Client
}

// endpoints are the first line of examples/emulator. For the real services, all but the
// regions is empty.
type endpoints struct {
	NAS         string `json:"nas"`
	OSS         string `json:"oss"`
	EFS         string `json:"efs"`
	PrivateLink string `json:"privatelink"`
	KMS         string `json:"kms"`
	ID          string `json:"access_key_id"`
	Secret      string `json:"access_key_secret"`
	Region      string `json:"region"`
	AWSRegion   string `json:"aws_region"`
	Control     string `json:"control"`
}

// reach asks the control side of an emulator where the services are. None of it may
// lead off this machine.
func reach(ctx context.Context, control string) (endpoints, error) {
	var e endpoints
	if err := loopback(control); err != nil {
		return e, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, control+"/ready", nil)
	if err != nil {
		return e, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return e, err
	}
	defer func() { _ = resp.Body.Close() }()
	if err := json.NewDecoder(resp.Body).Decode(&e); err != nil {
		return e, fmt.Errorf("%s is not the control side of an emulator: %w", control, err)
	}
	for _, u := range []string{e.NAS, e.OSS, e.EFS, e.PrivateLink, e.KMS} {
		if err := loopback(u); err != nil {
			return e, err
		}
	}
	return e, nil
}

// loopback returns an error if a URL leads off this machine.
func loopback(address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err != nil || !ip.IsLoopback() {
		return fmt.Errorf("%q is not an address on loopback, such as http://127.0.0.1:4700", address)
	}
	return nil
}
