package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"
)

// A daemon is a PostgreSQL or a Redis of a test's own. It listens on a socket of the
// file system and on no port.
type daemon struct {
	testing.TB
	command func() *exec.Cmd
	ready   func() error
	cmd     *exec.Cmd
	url     string
	out     bytes.Buffer
}

// start starts it, and waits until it answers.
func (d *daemon) start() {
	d.Helper()
	d.cmd = d.command()
	d.out.Reset()
	d.cmd.Stdout, d.cmd.Stderr = &d.out, &d.out
	if err := d.cmd.Start(); err != nil {
		d.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = d.cmd.Wait(); close(ended) }()
	for d.ready() != nil {
		select {
		case <-ended:
			d.Fatalf("%s ended: %s", d.cmd.Path, &d.out)
		case <-time.After(50 * time.Millisecond):
		}
	}
	d.Cleanup(func() { _ = d.cmd.Process.Signal(syscall.SIGQUIT); <-ended })
}

// stop sends it a signal, and waits until it is gone.
func (d *daemon) stop(signal syscall.Signal) {
	d.Helper()
	if err := d.cmd.Process.Signal(signal); err != nil {
		d.Fatal(err)
	}
	for d.cmd.Process.Signal(syscall.Signal(0)) == nil {
		time.Sleep(20 * time.Millisecond)
	}
}

// missing skips a test whose server is not installed. It says so even where go test
// does not.
func missing(t testing.TB, what, install string) {
	t.Helper()
	text := fmt.Sprintf("%s: NOT TESTED, since %s is not installed: %s", t.Name(), what, install)
	fmt.Fprintln(os.Stderr, text)
	t.Skip(text)
}

// socketFolder returns a folder for a socket, whose path has at most 107 bytes and may
// be entered by all: t.TempDir is neither short nor open.
func socketFolder(t testing.TB) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "workers-*") //nolint:usetesting // see above
	if err == nil {
		err = os.Chmod(folder, 0o711)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	return folder
}

// startPostgres starts a PostgreSQL with an empty database.
func startPostgres(t testing.TB) *daemon {
	t.Helper()
	bins, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	if bins == nil {
		missing(t, "PostgreSQL", "apt-get install --no-install-recommends postgresql")
	}
	bin := bins[len(bins)-1]
	folder := socketFolder(t)
	attr := &syscall.SysProcAttr{}
	if os.Geteuid() == 0 { // which PostgreSQL refuses
		attr.Credential = postgresUser(t)
		if err := os.Chown(folder, int(attr.Credential.Uid), int(attr.Credential.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	run := func(name string, args ...string) *exec.Cmd {
		cmd := exec.Command(filepath.Join(bin, name), args...)
		cmd.Dir, cmd.SysProcAttr = folder, attr
		cmd.Env = []string{"HOME=" + folder, "LC_ALL=C", "PATH=" + os.Getenv("PATH")}
		return cmd
	}
	data := filepath.Join(folder, "data")
	if text, err := run("initdb", "-D", data, "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8").CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v: %s", err, text)
	}
	d := &daemon{TB: t, url: "postgres:///postgres?host=" + folder + "&user=postgres"}
	d.command = func() *exec.Cmd {
		return run("postgres", "-D", data, "-c", "listen_addresses=", "-c", "unix_socket_directories="+folder, "-c", "max_connections=200")
	}
	d.ready = func() error {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		c, err := pgx.Connect(ctx, d.url)
		if err == nil {
			err = c.Close(ctx)
		}
		return err
	}
	d.start()
	return d
}

// postgresUser returns one that is not root.
func postgresUser(t testing.TB) *syscall.Credential {
	t.Helper()
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err1 == nil && err2 == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		}
	}
	t.Fatal("there is no user but root to run PostgreSQL as")
	return nil
}

// startRedis starts a Redis that keeps nothing.
func startRedis(t testing.TB) *daemon {
	t.Helper()
	binary, err := exec.LookPath("redis-server")
	if err != nil {
		if binary, err = exec.LookPath("valkey-server"); err != nil {
			missing(t, "Redis", "apt-get install --no-install-recommends redis-server")
		}
	}
	folder := socketFolder(t)
	d := &daemon{TB: t, url: "unix://" + folder + "/socket"}
	d.command = func() *exec.Cmd {
		return exec.Command(binary, "--port", "0", "--unixsocket", folder+"/socket", "--save", "", "--appendonly", "no", "--dir", folder)
	}
	d.ready = func() error {
		o, err := redis.ParseURL(d.url)
		if err != nil {
			return err
		}
		client := redis.NewClient(o)
		defer func() { _ = client.Close() }()
		return client.Ping(context.Background()).Err()
	}
	d.start()
	return d
}
