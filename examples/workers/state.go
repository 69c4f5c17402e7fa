package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/riverqueue/river"
)

// schema is the table of the desired state and of what came of it. Times are Unix
// milliseconds.
//
// version grows with every change of what is desired. A job that finds it changed
// after its work runs again. due is when the row is looked at the next time, whatever
// has become of its job: no row is ever forgotten.
const schema = `
CREATE TABLE IF NOT EXISTS access_points (
	key      TEXT PRIMARY KEY,
	service  TEXT NOT NULL,
	parent   TEXT NOT NULL,              -- the file system, bucket or VPC it stands in
	wanted   TEXT NOT NULL,              -- present or absent
	request  TEXT NOT NULL,              -- JSON, of the SDK's request
	version  BIGINT NOT NULL,
	due      BIGINT NOT NULL,
	status   TEXT NOT NULL DEFAULT 'pending',
	resource TEXT NOT NULL DEFAULT '',   -- its ID
	error    TEXT NOT NULL DEFAULT '',   -- of the last try, if that failed
	worker   TEXT NOT NULL DEFAULT '',   -- the process that wrote the status
	at       BIGINT NOT NULL             -- when it did
);
CREATE INDEX IF NOT EXISTS access_points_due ON access_points (due);`

// The values of status.
const (
	pending = "pending" // nothing is known yet
	done    = "done"    // it is as desired
	waiting = "waiting" // the last try failed, and there will be another soon
	drifted = "drifted" // it stands, but not as asked, or more than once: somebody has to look
	stopped = "stopped" // it cannot be done as asked: somebody has to look
)

// An entry is one access point as somebody wants it.
type entry struct {
	Key     string          `json:"key"`
	Service string          `json:"service"`
	State   string          `json:"state"`   // present, which is the default, or absent
	Request json.RawMessage `json:"request"` // as the SDK's package has it; for absent, its parent is enough

	parent string
}

// check completes e, and returns an error if a job could not work with it.
func (e *entry) check() error {
	s, ok := services[e.Service]
	switch e.State = cmp.Or(e.State, "present"); {
	case e.Key == "":
		return errors.New("there is no key")
	case !ok:
		return fmt.Errorf("%s: there is no service %q", e.Key, e.Service)
	case e.State != "present" && e.State != "absent":
		return fmt.Errorf("%s: the state %q is neither present nor absent", e.Key, e.State)
	}
	var err error
	if e.parent, err = s.check(e.Key, e.Request, e.State == "present"); err != nil {
		return fmt.Errorf("%s: %w", e.Key, err)
	}
	var compact bytes.Buffer
	err = json.Compact(&compact, e.Request)
	e.Request = compact.Bytes()
	return err
}

// readCSV reads entries. The first line names the columns.
func readCSV(r io.Reader) (all []entry, _ error) {
	lines := csv.NewReader(r)
	names, err := lines.Read()
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"key", "service", "request", "state"} {
		if !slices.Contains(names, name) {
			return nil, fmt.Errorf("the first line names no column %s", name)
		}
	}
	for {
		fields, err := lines.Read()
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		value := func(name string) string { return fields[slices.Index(names, name)] }
		e := entry{Key: value("key"), Service: value("service"), State: value("state"), Request: json.RawMessage(value("request"))}
		if err := e.check(); err != nil {
			line, _ := lines.FieldPos(0)
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		all = append(all, e)
	}
}

// readJSON reads entries, one JSON object a line.
func readJSON(r io.Reader) (all []entry, _ error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		var e entry
		d := json.NewDecoder(bytes.NewReader(lines.Bytes()))
		d.DisallowUnknownFields()
		err := d.Decode(&e)
		if err == nil {
			err = e.check()
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		all = append(all, e)
	}
	return all, lines.Err()
}

// batch is how many rows a transaction changes: fewer take longer, more keep the
// workers waiting.
const batch = 1000

// unheeded is how long after its change a row is looked at again if its job is lost:
// one that was being cancelled when the row changed, for example.
const unheeded = time.Minute

// load writes the desired state of entries, and queues a job for each that changed. It
// returns how many did. Rows of other keys stay as they are.
func (db *database) load(ctx context.Context, entries []entry) (changed int, _ error) {
	queue, err := river.NewClient(db.driver, &river.Config{}) // which works on nothing
	if err != nil {
		return 0, err
	}
	// Two loads at once lock the rows in the same order.
	entries = slices.SortedFunc(slices.Values(entries), func(a, b entry) int { return strings.Compare(a.Key, b.Key) })
	for i := 1; i < len(entries); i++ {
		if entries[i].Key == entries[i-1].Key {
			return 0, fmt.Errorf("%s: the key is there twice", entries[i].Key)
		}
	}
	for some := range slices.Chunk(entries, batch) {
		err := db.transact(ctx, func(tx *sql.Tx) error {
			var jobs []river.InsertManyParams
			for _, e := range some {
				wrote, err := e.write(ctx, tx)
				if err != nil {
					return fmt.Errorf("%s: %w", e.Key, err)
				}
				if wrote {
					jobs = append(jobs, insert(e.Key, e.Service))
				}
			}
			if jobs == nil {
				return nil
			}
			_, err := queue.InsertManyTx(ctx, tx, jobs)
			changed += len(jobs)
			return err
		})
		if err != nil {
			return changed, err
		}
	}
	return changed, nil
}

// write writes e, and reports whether that changed anything. The parent of a key must
// not change as long as it may have an access point there: that one would be forgotten.
func (e *entry) write(ctx context.Context, tx *sql.Tx) (changed bool, _ error) {
	now := time.Now()
	n, err := affected(tx.ExecContext(ctx, `
		INSERT INTO access_points AS a (key, service, parent, wanted, request, version, due, at) VALUES ($1, $2, $3, $4, $5, 1, $6, $7)
		ON CONFLICT (key) DO UPDATE SET service = excluded.service, parent = excluded.parent, wanted = excluded.wanted,
			request = excluded.request, version = a.version + 1, due = excluded.due, status = 'pending', error = '', at = excluded.at
		WHERE (a.wanted <> excluded.wanted OR a.request <> excluded.request OR a.service <> excluded.service)
			AND (a.service = excluded.service AND a.parent = excluded.parent OR a.wanted = 'absent' AND a.status = 'done')`,
		e.Key, e.Service, e.parent, e.State, string(e.Request), now.Add(unheeded).UnixMilli(), now.UnixMilli()))
	if err != nil || n > 0 {
		return n > 0, err
	}
	var service, parent string
	if err := tx.QueryRowContext(ctx, `SELECT service, parent FROM access_points WHERE key = $1`, e.Key).Scan(&service, &parent); err != nil {
		return false, err
	}
	if service != e.Service || parent != e.parent {
		return false, fmt.Errorf("it is one of %s in %s: make it absent there before it is made elsewhere", service, parent)
	}
	return false, nil
}

// A row is what a job works on.
type row struct {
	entry
	version int64
}

// read returns the row of a key.
func (db *database) read(ctx context.Context, key string) (r row, _ error) {
	var request string
	err := db.QueryRowContext(ctx, `SELECT key, service, wanted, request, version FROM access_points WHERE key = $1`, key).
		Scan(&r.Key, &r.Service, &r.State, &request, &r.version)
	r.Request = json.RawMessage(request)
	return r, err
}

// An outcome is what came of a try.
type outcome struct {
	status   string
	resource string
	err      error
	worker   string
	next     time.Duration // until the row is looked at again; 0 for never
}

// report writes the outcome of r, and reports whether r is still what is desired. It
// locks the row until the end of the transaction.
func (r row) report(ctx context.Context, db interface {
	ExecContext(context.Context, string, ...any) (sql.Result, error)
}, o outcome) (current bool, _ error) {
	text := ""
	if o.err != nil {
		text = o.err.Error()
	}
	now := time.Now()
	due := int64(math.MaxInt64)
	if o.next > 0 {
		due = now.Add(o.next).UnixMilli()
	}
	n, err := affected(db.ExecContext(ctx, `
		UPDATE access_points SET status = $1, resource = $2, error = $3, worker = $4, due = $5, at = $6 WHERE key = $7 AND version = $8`,
		o.status, o.resource, text, o.worker, due, now.UnixMilli(), r.Key, r.version))
	return n > 0, err
}

func runLoad(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	f, url := flags("load", "FILE", stderr)
	if err := parse(f, args, 1); err != nil {
		return err
	}
	read := readJSON
	if strings.HasSuffix(f.Arg(0), ".csv") {
		read = readCSV
	}
	file, err := os.Open(f.Arg(0))
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	entries, err := read(file)
	if err != nil {
		return fmt.Errorf("%s: %w", f.Arg(0), err)
	}
	db, err := open(ctx, *url, "")
	if err != nil {
		return err
	}
	defer db.close()
	n, err := db.load(ctx, entries)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%d read, %d of them new or changed and queued\n", len(entries), n)
	return nil
}
