package main

import (
	"bytes"
	"strings"
	"testing"
)

// TestDemo runs the demo, as small as it can be, on both databases.
func TestDemo(t *testing.T) {
	demo := func(t *testing.T, args ...string) {
		var out, errs bytes.Buffer
		status := run(t.Context(), append([]string{"demo", "-n", "60"}, args...), &out, &errs)
		t.Logf("%s%s", &out, &errs)
		if status != 0 || !strings.Contains(out.String(), "Each key has exactly one access point.\n") {
			t.Errorf("status %d", status)
		}
		if strings.Contains(out.String(), "\x1b") {
			t.Error("there are sequences for terminals in what is no terminal")
		}
	}
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		demo(t)
	})
	t.Run("PostgreSQL and Redis", func(t *testing.T) {
		t.Parallel()
		demo(t, "-database", startPostgres(t).url, "-redis", startRedis(t).url)
	})
}
