package main

import (
	"bufio"
	"bytes"
	"context"
	"debug/buildinfo"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/benchmark"
)

// bare is the program that the others are compared with, and its key.
const bare, bareKey = "bare", "nas/net/http"

// A program makes one create, of a service with a column.
type program struct{ name, service, column string }

// programsOf are ours, then those that stand for the official SDKs.
var programsOf = []program{
	{bare, "nas", "net/http"},
	{"nas", "nas", benchmark.Ours}, {"nas-darabonba", "nas", "darabonba"},
	{"oss", "oss", benchmark.Ours}, {"oss-sdk-v2", "oss", "oss-sdk-v2"},
	{"efs", "efs", benchmark.Ours}, {"efs-aws", "efs", "aws-sdk-v2"}, {"efs-aws-config", "efs", "aws-sdk-v2 with config"},
	{"privatelink", "privatelink", benchmark.Ours}, {"privatelink-v5", "privatelink", "privatelink-v5"},
	{"privatelink-old", "privatelink", "alibaba-cloud-sdk-go"},
	{"kms", "kms", benchmark.Ours}, {"kms-v3", "kms", "kms-v3"}, {"kms-old", "kms", "alibaba-cloud-sdk-go"},
}

// A weight is what a program weighs, and what it costs to start.
type weight struct {
	bytes                 int64
	modules               int     // linked, the standard library not counted
	build                 float64 // CPU seconds to compile what bare does not need
	wall, cpu             []float64
	initTime              []float64 // ms, of all init functions
	initBytes, initAllocs int
}

// programs builds the programs, and runs them. To compile one needs the standard
// library, so the clean cache of each is a copy of that of bare.
func programs(r *report) error {
	r.weights = map[string]*weight{}
	cache := filepath.Join(r.work, "cache")
	if _, err := r.build(bare, cache); err != nil {
		return err
	}
	for _, p := range programsOf {
		own := filepath.Join(r.work, "cache-"+p.name)
		if err := os.CopyFS(own, os.DirFS(cache)); err != nil {
			return err
		}
		w, err := r.build(p.name, own)
		if err != nil {
			return err
		}
		r.weights[p.service+"/"+p.column] = w
		if err := os.RemoveAll(own); err != nil {
			return err
		}
	}
	server, err := benchmark.StartServer()
	if err != nil {
		return err
	}
	defer server.Close()
	for range r.passes(30) {
		for _, p := range programsOf {
			if err := r.start(p, server.Addresses[p.service+"/create"]); err != nil {
				return err
			}
		}
	}
	for range r.passes(5) {
		for _, p := range programsOf {
			if err := r.inits(p, server.Addresses[p.service+"/create"]); err != nil {
				return err
			}
		}
	}
	return nil
}

// build compiles a program with a cache of its own.
func (r *report) build(name, cache string) (*weight, error) {
	out := filepath.Join(r.work, "program-"+name)
	cmd := exec.CommandContext(context.Background(), "go", "build", "-trimpath", "-ldflags=-s -w", "-o", out, "./program/"+name)
	cmd.Env = append(os.Environ(), "GOCACHE="+cache)
	if text, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", name, err, text)
	}
	file, err := os.Stat(out)
	if err != nil {
		return nil, err
	}
	info, err := buildinfo.ReadFile(out)
	if err != nil {
		return nil, err
	}
	return &weight{bytes: file.Size(), modules: len(info.Deps), build: used(cmd).Seconds()}, nil
}

// used is the time that a process used, and those that it waited for.
func used(cmd *exec.Cmd) time.Duration {
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}

// start runs a program once.
func (r *report) start(p program, address string) error {
	cmd := r.command(p, address)
	start := time.Now()
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", p.name, err, text)
	}
	w := r.weights[p.service+"/"+p.column]
	w.wall = append(w.wall, float64(time.Since(start).Microseconds())/1000)
	w.cpu = append(w.cpu, float64(used(cmd).Microseconds())/1000)
	return nil
}

func (r *report) command(p program, address string) *exec.Cmd {
	cmd := exec.CommandContext(context.Background(), filepath.Join(r.work, "program-"+p.name), address)
	cmd.Env = append(os.Environ(), "SECRET=secret")
	return cmd
}

// inits adds up what the runtime says of the init functions of a program.
func (r *report) inits(p program, address string) error {
	cmd := r.command(p, address)
	cmd.Env = append(cmd.Env, "GODEBUG=inittrace=1")
	var trace bytes.Buffer
	cmd.Stderr = &trace
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w\n%s", p.name, err, trace.Bytes())
	}
	w := r.weights[p.service+"/"+p.column]
	w.initBytes, w.initAllocs = 0, 0
	sum := 0.0
	for scanner := bufio.NewScanner(&trace); scanner.Scan(); {
		// init net/http @1.5 ms, 0.012 ms clock, 2488 bytes, 24 allocs
		_, rest, ok := strings.Cut(scanner.Text(), " ms, ")
		fields := strings.Fields(rest)
		if !ok || len(fields) < 7 {
			continue
		}
		ms, _ := strconv.ParseFloat(fields[0], 64)
		size, _ := strconv.Atoi(fields[3])
		allocs, _ := strconv.Atoi(fields[5])
		sum += ms
		w.initBytes += size
		w.initAllocs += allocs
	}
	w.initTime = append(w.initTime, sum)
	return nil
}
