package kms_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log"
	"time"

	"golang.org/x/time/rate"

	"github.com/accesspoint-go/accesspoint/kms"
	"github.com/accesspoint-go/accesspoint/kms/kmstest"
)

func Example() {
	// A program would write kms.New(kms.Config{Region: "cn-hangzhou"}).
	client := kmstest.NewServer().Client()

	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	_, err := client.CreateNetworkRule(ctx, kms.CreateNetworkRuleRequest{
		Name:            "office",
		Type:            kms.NetworkRulePrivate,
		SourcePrivateIP: []string{"192.168.0.0/24"},
	})
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.CreatePolicy(ctx, kms.CreatePolicyRequest{
		Name:               "read-secrets",
		KmsInstance:        kmstest.InstanceID,
		Permissions:        []kms.Permission{kms.PermissionSecretUser},
		Resources:          []string{"secret/*"},
		AccessControlRules: kms.AccessControlRules{NetworkRules: []string{"office"}},
	})
	if err != nil {
		log.Fatal(err)
	}
	ap, err := client.CreateApplicationAccessPoint(ctx, kms.CreateApplicationAccessPointRequest{
		Name:     "billing",
		Policies: []string{"read-secrets"},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(ap.ARN, ap.Policies)
	// Output: acs:kms:cn-hangzhou:119285303511:applicationaccesspoint/billing [read-secrets]
}

// ProvisionAccessPoint creates everything that an application needs. If a step fails,
// it deletes what the steps before created.
func ExampleClient_ProvisionAccessPoint() {
	srv := kmstest.NewServer()
	client := srv.Client()
	plan := kms.AccessPointPlan{
		NetworkRules: []kms.CreateNetworkRuleRequest{{Name: "office", Type: kms.NetworkRulePrivate, SourcePrivateIP: []string{"192.168.0.0/24"}}},
		Policies: []kms.CreatePolicyRequest{{
			Name:               "read-secrets",
			KmsInstance:        kmstest.InstanceID,
			Permissions:        []kms.Permission{kms.PermissionSecretUser},
			Resources:          []string{"secret/*"},
			AccessControlRules: kms.AccessControlRules{NetworkRules: []string{"office"}},
		}},
		AccessPoint: kms.CreateApplicationAccessPointRequest{Name: "billing"},
		ClientKey:   kms.CreateClientKeyRequest{Password: "a-passw0rd"},
	}

	ctx := context.Background()
	srv.Fail("CreateClientKey", kms.APIError{StatusCode: 400, Code: kms.CodeLimitExceeded})
	_, err := client.ProvisionAccessPoint(ctx, plan)
	_, gone := client.DescribeNetworkRule(ctx, kms.DescribeNetworkRuleRequest{Name: "office"})
	fmt.Println(errors.Is(err, kms.ErrQuotaExceeded), errors.Is(gone, kms.ErrNotFound))
	if left, ok := errors.AsType[*kms.LeftoverError](err); ok {
		fmt.Println("to be looked after:", left.Leftovers)
	}

	out, err := client.ProvisionAccessPoint(ctx, plan)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.AccessPoint.Name, out.AccessPoint.Policies, out.ClientKey.PrivateKeyData)
	// Output:
	// true true
	// billing [read-secrets] REDACTED
}

// The private key of a client key is in one response only. Its type, Secret, does not
// print it.
func ExampleClient_CreateClientKey() {
	client := kmstest.NewServer().Client()
	ctx := context.Background()
	if _, err := client.CreatePolicy(ctx, kms.CreatePolicyRequest{
		Name: "p", Permissions: []kms.Permission{kms.PermissionKeyUser}, Resources: []string{"key/*"},
	}); err != nil {
		log.Fatal(err)
	}
	if _, err := client.CreateApplicationAccessPoint(ctx, kms.CreateApplicationAccessPointRequest{Name: "billing", Policies: []string{"p"}}); err != nil {
		log.Fatal(err)
	}
	key, err := client.CreateClientKey(ctx, kms.CreateClientKeyRequest{
		AapName: "billing", Password: "a-passw0rd", NotBefore: "2026-01-01T00:00:00Z", NotAfter: "2027-01-01T00:00:00Z",
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(key.ClientKeyID, key.NotAfter, key.PrivateKeyData)
	pkcs12, err := base64.StdEncoding.DecodeString(key.PrivateKeyData.Value())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(pkcs12), "bytes to keep")
	// Output:
	// KAAP.00000000-0000-4000-8000-000000000001 2027-01-01T00:00:00Z REDACTED
	// 60 bytes to keep
}

func ExampleValidationError() {
	err := kms.CreatePolicyRequest{Name: "p", Resources: []string{"key/*", "alias/a"}}.Validate()
	if invalid, ok := errors.AsType[*kms.ValidationError](err); ok {
		for _, p := range invalid.Problems {
			fmt.Println(p.Field, p.Reason)
		}
	}
	// Output:
	// Permissions is required
	// Resources.2 must be key/ and an ID or *, or secret/ and a name or *
}

func ExampleAPIError() {
	client := kmstest.NewServer().Client()
	_, err := client.DescribeApplicationAccessPoint(context.Background(), kms.DescribeApplicationAccessPointRequest{Name: "none"})
	fmt.Println(errors.Is(err, kms.CodeResourceNotFound), errors.Is(err, kms.ErrNotFound))
	if refused, ok := errors.AsType[*kms.APIError](err); ok {
		fmt.Println(refused.Operation, refused.StatusCode, refused.Code)
	}
	// Output:
	// true true
	// DescribeApplicationAccessPoint 404 Forbidden.ResourceNotFound
}

// EnsureNetworkRule finds or creates the network rule with a name. A program that was
// restarted during the call calls again.
func ExampleClient_EnsureNetworkRule() {
	client := kmstest.NewServer().Client()
	ctx := context.Background()
	wanted := kms.CreateNetworkRuleRequest{Name: "office", Type: kms.NetworkRulePrivate, SourcePrivateIP: []string{"192.168.0.0/24"}}
	for range 2 {
		rule, err := client.EnsureNetworkRule(ctx, wanted)
		fmt.Println(rule.Name, rule.SourcePrivateIP, err)
	}

	wanted.SourcePrivateIP = []string{"192.168.7.0/24"}
	_, err := client.EnsureNetworkRule(ctx, wanted)
	if drift, ok := errors.AsType[*kms.DriftError](err); ok {
		fmt.Println(drift.Fields)
	}
	// Output:
	// office [192.168.0.0/24] <nil>
	// office [192.168.0.0/24] <nil>
	// [{SourcePrivateIp 192.168.7.0/24 192.168.0.0/24}]
}

// RepairPolicy changes what the service can change. Its error lists the rest.
func ExampleClient_RepairPolicy() {
	client := kmstest.NewServer().Client()
	ctx := context.Background()
	wanted := kms.CreatePolicyRequest{
		Name:        "read-secrets",
		KmsInstance: kmstest.InstanceID,
		Permissions: []kms.Permission{kms.PermissionSecretUser},
		Resources:   []string{"secret/*"},
	}
	if _, err := client.EnsurePolicy(ctx, wanted); err != nil {
		log.Fatal(err)
	}

	wanted.Resources = []string{"secret/billing"}
	wanted.KmsInstance = "shared"
	repair, err := client.RepairPolicy(ctx, wanted)
	fmt.Println("changed:", repair.Changed)
	fmt.Println("left:", repair.Left, errors.Is(err, kms.ErrDrift))
	// Output:
	// changed: [{Resources secret/billing secret/*}]
	// left: [{KmsInstance shared kst-hzz634e67d126u9p9abcd}] true
}

// A client key whose response was lost is of no use, because its private key is lost.
// Resume lists the candidates.
func ExampleOutcomeUnknownError() {
	srv := kmstest.NewServer()
	cfg := srv.Config()
	cfg.Settle = 10 * time.Millisecond // a test need not wait for the real service
	client, err := kms.New(cfg)
	if err != nil {
		log.Fatal(err)
	}

	ctx := context.Background()
	if _, err := client.CreatePolicy(ctx, kms.CreatePolicyRequest{
		Name: "p", Permissions: []kms.Permission{kms.PermissionKeyUser}, Resources: []string{"key/*"},
	}); err != nil {
		log.Fatal(err)
	}
	if _, err := client.CreateApplicationAccessPoint(ctx, kms.CreateApplicationAccessPointRequest{Name: "billing", Policies: []string{"p"}}); err != nil {
		log.Fatal(err)
	}
	srv.Inject("CreateClientKey", kmstest.ResponseLost)
	_, err = client.CreateClientKey(ctx, kms.CreateClientKeyRequest{AapName: "billing", Password: "a-passw0rd"})
	if lost, ok := errors.AsType[*kms.OutcomeUnknownError](err); ok {
		// lost.Resume can be kept, and resumed by another process.
		_, err := client.Resume(ctx, lost.Resume)
		if unknown, ok := errors.AsType[*kms.OutcomeUnknownError](err); ok {
			// Nothing tells whose they are. Delete none that another may use.
			fmt.Println(unknown.Candidates)
		}
	}
	// Output:
	// [KAAP.00000000-0000-4000-8000-000000000001]
}

func ExampleClient_ApplicationAccessPoints() {
	client := kmstest.NewServer().Client()
	ctx := context.Background()
	if _, err := client.CreatePolicy(ctx, kms.CreatePolicyRequest{
		Name: "p", Permissions: []kms.Permission{kms.PermissionKeyUser}, Resources: []string{"key/*"},
	}); err != nil {
		log.Fatal(err)
	}
	for i := range 25 {
		if _, err := client.CreateApplicationAccessPoint(ctx, kms.CreateApplicationAccessPointRequest{
			Name: fmt.Sprintf("app-%d", i), Policies: []string{"p"},
		}); err != nil {
			log.Fatal(err)
		}
	}
	n := 0
	for _, err := range client.ApplicationAccessPoints(ctx, kms.ListApplicationAccessPointsRequest{PageSize: 10}) {
		if err != nil {
			log.Fatal(err)
		}
		n++
	}
	fmt.Println(n)
	// Output: 25
}

// With derives a client with other settings for a single call. Both clients share
// connections and pacing.
func ExampleClient_With() {
	client := kmstest.NewServer().Client()
	careful, err := client.With(func(c *kms.Config) {
		c.MaxAttempts = 1
		c.Limiter = rate.NewLimiter(5, 1)
	})
	if err != nil {
		log.Fatal(err)
	}
	_, err = careful.DeletePolicy(context.Background(), kms.DeletePolicyRequest{Name: "none"})
	fmt.Println(errors.Is(err, kms.ErrNotFound))
	// Output: true
}

// An instance that was bought is connected, which takes the service minutes, and
// then reached from a second VPC.
func ExampleClient_ConnectKmsInstance() {
	ctx := context.Background()
	srv := kmstest.NewServer()
	srv.AddUninitializedInstance("kst-hzz65f176a0ogplgqabcd")
	client := srv.Client()
	for instance, err := range client.KmsInstances(ctx, kms.ListKmsInstancesRequest{}) {
		fmt.Println(instance.KmsInstanceID, err)
	}
	_, err := client.ConnectKmsInstance(ctx, kms.ConnectKmsInstanceRequest{
		KmsInstanceID: "kst-hzz65f176a0ogplgqabcd",
		VpcID:         kmstest.VpcID,
		VSwitchIDs:    []string{kmstest.VSwitchID},
		ZoneIDs:       []string{"cn-hangzhou-k", "cn-hangzhou-j"},
		KMProvider:    kms.KMProviderAliyun,
	})
	if errors.Is(err, kms.ErrOutcomeUnknown) {
		fmt.Println("look at its state before connecting it again")
	}
	instance, err := client.WaitKmsInstanceConnected(ctx, "kst-hzz65f176a0ogplgqabcd", kms.WaitOptions{})
	fmt.Println(instance.Status, err)
	_, err = client.UpdateKmsInstanceBindVpc(ctx, kms.UpdateKmsInstanceBindVpcRequest{
		KmsInstanceID: "kst-hzz65f176a0ogplgqabcd",
		BindVpcs:      []kms.BindVpc{{VpcID: "vpc-bp1go9qvmj78j4f4cabcd", VSwitchID: "vsw-bp16c5pvvcf0fp5b9abcd", RegionID: "cn-hangzhou"}},
	})
	fmt.Println(err)
	// Output:
	// kst-hzz634e67d126u9p9abcd <nil>
	// kst-hzz65f176a0ogplgqabcd <nil>
	// Connected <nil>
	// <nil>
}

// Wait polls for any condition, here for a policy that another program creates.
func ExampleWait() {
	client := kmstest.NewServer().Client()
	polls := 0
	policy, err := kms.Wait(context.Background(), kms.WaitOptions{Interval: 10 * time.Millisecond},
		func(ctx context.Context) (*kms.DescribePolicyResponse, error) {
			if polls++; polls == 3 {
				if _, err := client.CreatePolicy(ctx, kms.CreatePolicyRequest{
					Name: "p", Permissions: []kms.Permission{kms.PermissionKeyUser}, Resources: []string{"key/*"},
				}); err != nil {
					return nil, err
				}
			}
			return client.DescribePolicy(ctx, kms.DescribePolicyRequest{Name: "p"})
		},
		func(p *kms.DescribePolicyResponse) (state string, ok bool, err error) { return p.Name, true, nil })
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(polls, policy.Resources)
	// Output: 3 [key/*]
}
