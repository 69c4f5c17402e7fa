package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	_ "modernc.org/sqlite"
)

// A database holds the desired state and River's queue, so that one transaction
// changes both. The statements of this program are the same for SQLite and PostgreSQL,
// except for those of rescue.
type database struct {
	*sql.DB
	driver riverdriver.Driver[*sql.Tx]
	exact  bool   // rescue never takes a process that lives for a dead one
	holder string // SQL for the ID of the process that has a job in hand
	// pause is the least time between two fetches of jobs by a process, of each queue.
	pause time.Duration
	// turns are taken by jobs that use the database: of thousands that want to, only so
	// many stand in line with River for a connection.
	turns chan struct{}
	// rescue makes the jobs of dead processes available again, and returns how many.
	// River itself would notice their death after an hour, since it has no heartbeat.
	rescue func(ctx context.Context) (int64, error)
	close  func()
}

// open opens a database for a process of that ID. One that takes no jobs has none.
func open(ctx context.Context, url, id string) (*database, error) {
	if strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://") {
		return openPostgres(ctx, url, id)
	}
	return openSQLite(ctx, url, id)
}

// openPostgres gives the process's connections its ID for a name: the server then
// knows which processes live.
func openPostgres(ctx context.Context, url, id string) (*database, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	if id != "" {
		cfg.ConnConfig.RuntimeParams["application_name"] = id
		// A machine that vanishes does not close its connections. The server then
		// takes 15 seconds to find out; without these, two hours.
		cfg.ConnConfig.RuntimeParams["tcp_keepalives_idle"] = "5"
		cfg.ConnConfig.RuntimeParams["tcp_keepalives_interval"] = "5"
		cfg.ConnConfig.RuntimeParams["tcp_keepalives_count"] = "2"
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, err
	}
	db := stdlib.OpenDBFromPool(pool)
	closeAll := func() { _ = db.Close(); pool.Close() }
	if err := db.PingContext(ctx); err != nil {
		closeAll()
		return nil, err
	}
	return &database{DB: db, driver: riverdatabasesql.NewWithPgxListener(db, pool), close: closeAll, holder: holderPostgres, pause: 20 * time.Millisecond, turns: make(chan struct{}, 8),
		rescue: func(ctx context.Context) (int64, error) { return affected(db.ExecContext(ctx, rescuePostgres)) }}, nil
}

const holderPostgres = "attempted_by[array_upper(attempted_by, 1)]"

// rescuePostgres does what River's own rescuer does. It keeps scheduled_at, so that
// the jobs keep their place in the queue. After the server has started, all processes
// get 10 seconds to come back. A job that has just been taken may be that of a process
// whose connection is not shown yet.
const rescuePostgres = `
UPDATE river_job SET state = 'available', errors = array_append(errors,
	jsonb_build_object('at', now(), 'attempt', attempt, 'error', 'worker died', 'trace', ''))
WHERE state = 'running' AND attempted_at < now() - interval '1 second'
	AND pg_postmaster_start_time() < now() - interval '10 seconds'
	AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datname = current_database()
		AND a.application_name = ` + holderPostgres + `)`

const holderSQLite = "json_extract(attempted_by, '$[#-1]')"

// openSQLite has the process hold a lock on a file of its own beside the database:
// the operating system gives it up when the process dies, and not before.
func openSQLite(ctx context.Context, path, id string) (*database, error) {
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_pragma=busy_timeout(30000)&_txlock=immediate")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // writers wait here, in order, and not in SQLite
	if err := db.PingContext(ctx); err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	// A fetch takes the lock for writing, even if there is nothing to be had.
	d := &database{DB: db, driver: riversqlite.New(db), exact: true, holder: holderSQLite, pause: 250 * time.Millisecond, turns: make(chan struct{}, 1), close: func() { _ = db.Close() }}
	if id == "" {
		return d, nil
	}
	folder := path + ".workers"
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	mine, err := lock(filepath.Join(folder, id))
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	d.close = func() { _ = db.Close(); _ = os.Remove(mine.Name()); _ = mine.Close() }
	d.rescue = func(ctx context.Context) (int64, error) { return rescueSQLite(ctx, db, folder, id) }
	return d, nil
}

// lock opens a file and locks it, if nobody else does.
func lock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("%s is locked: %w", path, err), f.Close())
	}
	return f, nil
}

func rescueSQLite(ctx context.Context, db *sql.DB, folder, id string) (rescued int64, _ error) {
	busy, err := texts(ctx, db, `SELECT DISTINCT `+holderSQLite+` FROM river_job WHERE state = 'running'`)
	for _, other := range busy {
		if other == id {
			continue
		}
		f, err := lock(filepath.Join(folder, filepath.Base(other)))
		if err != nil {
			continue // it lives, or another process is rescuing its jobs
		}
		n, err := affected(db.ExecContext(ctx, `
			UPDATE river_job SET state = 'available', errors = jsonb_insert(coalesce(errors, jsonb('[]')), '$[#]',
				jsonb_object('at', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'attempt', attempt, 'error', 'worker died', 'trace', ''))
			WHERE state = 'running' AND `+holderSQLite+` = $1`, other))
		rescued += n
		if err == nil {
			err = os.Remove(f.Name())
		}
		if err := errors.Join(err, f.Close()); err != nil {
			return rescued, err
		}
	}
	return rescued, err
}

// migrate creates River's tables and that of the desired state, or brings them up to
// date. It is a command of its own: a process that starts in a rolling update must not
// change what older ones still use.
func (db *database) migrate(ctx context.Context) error {
	m, err := rivermigrate.New(db.driver, nil)
	if err != nil {
		return err
	}
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, schema)
	return err
}

// turn waits for a turn, which ends with a call of done.
func (db *database) turn(ctx context.Context) (done func(), _ error) {
	select {
	case db.turns <- struct{}{}:
		return func() { <-db.turns }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// transact runs do in a transaction.
func (db *database) transact(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

func affected(r sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// texts returns the only column of a query.
func texts(ctx context.Context, db *sql.DB, query string, args ...any) (all []string, _ error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		all = append(all, text)
	}
	return all, rows.Err()
}
