package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/efs/efstest"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
	"github.com/accesspoint-go/accesspoint/oss"
	"github.com/accesspoint-go/accesspoint/oss/osstest"
	"github.com/accesspoint-go/accesspoint/privatelink"
	"github.com/accesspoint-go/accesspoint/privatelink/privatelinktest"
)

// What the story of PrivateLink needs besides what exists from the start: a second
// zone, a load balancer in each, and a second security group.
const (
	otherZone          = "cn-hangzhou-k"
	otherVSwitch       = "vsw-bp1other6045ljdhabcd"
	otherSecurityGroup = "sg-bp1other655nh68xabcd"
	balancer           = "nlb-one"
	otherBalancer      = "nlb-two"
)

// A cloud is where the services are: their configurations.
type cloud struct {
	nas         nas.Config
	oss         oss.Config
	efs         efs.Config
	privatelink privatelink.Config
}

// inMemory returns services of this program's own, in which there is no file system if
// they are to be empty.
func inMemory(empty bool) *cloud {
	// PrivateLink is busy after each change, of which there are many.
	pl := privatelinktest.NewServer(privatelinktest.AcceptByHand(), privatelinktest.ReadyAfter(readyAfter/4), privatelinktest.GoneAfter(goneAfter/4))
	pl.AddNetwork(privatelinktest.VpcID, otherVSwitch, otherZone)
	pl.AddLoadBalancer(balancer, "nlb", privatelinktest.VSwitchID)
	pl.AddLoadBalancer(otherBalancer, "nlb", otherVSwitch)
	pl.AddSecurityGroup(otherSecurityGroup)
	volumes := nastest.NewServer(nastest.ReadyAfter(readyAfter), nastest.GoneAfter(goneAfter))
	if empty {
		volumes = nastest.NewServer(nastest.ReadyAfter(readyAfter), nastest.GoneAfter(goneAfter), nastest.Empty())
		volumes.AddNetwork(nastest.VpcID, nastest.VSwitchID)
	}
	fileSystems := []efstest.Option{efstest.ReadyAfter(readyAfter), efstest.GoneAfter(goneAfter)}
	if empty {
		fileSystems = append(fileSystems, efstest.Empty())
	}
	c := &cloud{
		nas:         volumes.Config(),
		oss:         osstest.NewServer(osstest.ReadyAfter(readyAfter), osstest.GoneAfter(goneAfter)).Config(),
		efs:         efstest.NewServer(fileSystems...).Config(),
		privatelink: pl.Config(),
	}
	c.settle()
	return c
}

// settle tells the clients that these services show every change at once.
func (c *cloud) settle() {
	c.nas.Settle, c.oss.Settle, c.efs.Settle, c.privatelink.Settle = settle, settle, settle, settle
}

// emulated returns the services of a running emulator, and prepares it.
func emulated(ctx context.Context, control string) (*cloud, error) {
	var at struct {
		NAS         string `json:"nas"`
		OSS         string `json:"oss"`
		EFS         string `json:"efs"`
		PrivateLink string `json:"privatelink"`
		ID          string `json:"access_key_id"`
		Secret      string `json:"access_key_secret"`
		Region      string `json:"region"`
		AWSRegion   string `json:"aws_region"`
	}
	if err := tell(ctx, http.MethodGet, control, "/ready", "", &at); err != nil {
		return nil, err
	}
	seed := fmt.Sprintf(`{"nas": {"networks": [{"vpc": %q, "vswitch": %q}]}, "privatelink": {
		"networks": [{"vpc": %q, "vswitch": %q, "zone": %q}], "security_groups": [%q],
		"load_balancers": [{"id": %q, "type": "nlb", "vswitch": %q}, {"id": %q, "type": "nlb", "vswitch": %q}]
	}}`, nastest.VpcID, nastest.VSwitchID, privatelinktest.VpcID, otherVSwitch, otherZone, otherSecurityGroup, balancer, privatelinktest.VSwitchID, otherBalancer, otherVSwitch)
	if err := tell(ctx, http.MethodPost, control, "/seed", seed, new(any)); err != nil {
		return nil, err
	}
	c := &cloud{
		nas:         nas.Config{Region: at.Region, Endpoint: at.NAS, Credentials: nas.StaticCredentials{AccessKeyID: at.ID, AccessKeySecret: at.Secret}},
		oss:         oss.Config{Region: at.Region, Endpoint: at.OSS, Credentials: oss.StaticCredentials{AccessKeyID: at.ID, AccessKeySecret: at.Secret}},
		efs:         efs.Config{Region: at.AWSRegion, Endpoint: at.EFS, Credentials: efs.StaticCredentials{AccessKeyID: at.ID, SecretAccessKey: at.Secret}},
		privatelink: privatelink.Config{Region: at.Region, Endpoint: at.PrivateLink, Credentials: privatelink.StaticCredentials{AccessKeyID: at.ID, AccessKeySecret: at.Secret}},
	}
	c.settle()
	return c, nil
}

// tell sends JSON to the control side of an emulator, and reads its answer.
func tell(ctx context.Context, method, control, path, body string, out any) error {
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(control, "/")+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err == nil {
		err = json.Unmarshal(text, out)
	}
	if err != nil || resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s%s is not the control side of an emulator: %s: %w", control, path, bytes.TrimSpace(text), cmp.Or(err, fmt.Errorf("status %s", resp.Status)))
	}
	return nil
}
