package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

// A serviceStatus is what access points are counted by.
type serviceStatus struct{ service, status string }

// counts returns how many access points of each service have each status.
func (db *database) counts(ctx context.Context) (map[serviceStatus]int, error) {
	rows, err := db.QueryContext(ctx, `SELECT service, status, count(*) FROM access_points GROUP BY service, status`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	all := map[serviceStatus]int{}
	for rows.Next() {
		var c serviceStatus
		var n int
		if err := rows.Scan(&c.service, &c.status, &n); err != nil {
			return nil, err
		}
		all[c] = n
	}
	return all, rows.Err()
}

// A depth is how many jobs of a queue are in a state, and how long the first of them
// has been due.
type depth struct {
	queue, state string
	jobs         float64
	age          time.Duration
}

// depths returns those of the states that have not ended.
func (db *database) depths(ctx context.Context) (all []depth, _ error) {
	rows, err := db.QueryContext(ctx, `
		SELECT queue, state, count(*), min(scheduled_at) FROM river_job
		WHERE state IN ('available', 'running', 'retryable', 'scheduled') GROUP BY queue, state`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var d depth
		var due any
		if err := rows.Scan(&d.queue, &d.state, &d.jobs, &due); err != nil {
			return nil, err
		}
		at, ok := due.(time.Time)
		if text, isText := due.(string); isText { // SQLite has no type for times
			at, err = time.Parse("2006-01-02 15:04:05", text)
			ok = err == nil
		}
		if ok {
			d.age = max(0, time.Since(at))
		}
		all = append(all, d)
	}
	return all, rows.Err()
}

func runStatus(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	f, url := flags("status", "", stderr)
	n := f.Int("n", 20, "how many of the access points that are not as desired to list")
	if err := parse(f, args, 0); err != nil {
		return err
	}
	db, err := open(ctx, *url, "")
	if err != nil {
		return err
	}
	defer db.close()
	counts, err := db.counts(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, strings.ToUpper(strings.Join([]string{"service", done, pending, waiting, drifted, stopped}, "\t")))
	for _, name := range serviceNames {
		line := name
		for _, status := range []string{done, pending, waiting, drifted, stopped} {
			line += "\t" + strconv.Itoa(counts[serviceStatus{name, status}])
		}
		fmt.Fprintln(w, line)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	rows, err := db.QueryContext(ctx, `
		SELECT key, service, wanted, status, at, error FROM access_points WHERE status IN ('waiting', 'drifted', 'stopped') ORDER BY at DESC LIMIT $1`, *n)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var key, service, wanted, status, text string
		var at int64
		if err := rows.Scan(&key, &service, &wanted, &status, &at, &text); err != nil {
			return err
		}
		fmt.Fprintf(stdout, "\n%s of %s, to be %s: %s %v ago\n  %s\n", key, service, wanted, status,
			time.Since(time.UnixMilli(at)).Round(time.Second), text)
	}
	return rows.Err()
}
