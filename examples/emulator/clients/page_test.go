package clients

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"testing"
	"time"
)

// TestPage tries the page of the control side in a browser.
func TestPage(t *testing.T) {
	if _, err := os.Stat("/usr/bin/chromium"); err != nil {
		missing(t, "Chromium", "apt-get install chromium")
	}
	if _, err := os.Stat("node_modules"); err != nil || len(programs("node")) == 0 {
		missing(t, "Playwright", "npm ci in examples/emulator/clients")
	}
	ready := start(t, "-accept-by-hand", "-ready-after", "0s")
	line, err := json.Marshal(ready)
	if err != nil {
		t.Fatal(err)
	}
	control, _ := ready["control"].(string)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	if out, err := exec.CommandContext(ctx, "node", "page.mjs", control, string(line)).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
