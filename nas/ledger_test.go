package nas_test

import (
	"testing"

	"github.com/accesspoint-go/accesspoint/internal/ledger"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

// TestLedger holds Validate and the fake to the documented constraints.
func TestLedger(t *testing.T) {
	cfg := nastest.NewServer().Config()
	cfg.SkipValidation = true
	client, err := nas.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ledger.Test(t, "nastest/constraints.json", client)
}
