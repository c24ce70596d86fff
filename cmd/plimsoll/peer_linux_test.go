package main

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"plimsoll/runner/result"
)

// The benchmarks here compare whole processes: Plimsoll pinned to one core beside nginx pinned to another. How to repeat
// them, and what they gave, stands in plans/bench/README.md.

const pairs = 7

// BenchmarkClosed is the client CPU of one keep-alive request, 50 users without think time, beside wrk's.
func BenchmarkClosed(b *testing.B) {
	url := startNginx(b)
	plimsoll := build(b)
	for b.Loop() {
		var ours, theirs, ratios []float64
		for range pairs {
			own := perRequest(b, plimsoll, "closed", url)
			peer := wrkPerRequest(b, url)
			ours, theirs, ratios = append(ours, own), append(theirs, peer), append(ratios, own/peer)
		}
		b.ReportMetric(median(ours), "µs/request")
		b.ReportMetric(median(theirs), "wrk-µs/request")
		b.ReportMetric(median(ratios), "ratio")
	}
}

// BenchmarkOpen is how late arrivals start, and how far the median latency lies above a single closed user's.
func BenchmarkOpen(b *testing.B) {
	url := startNginx(b)
	plimsoll := build(b)
	for _, rate := range []string{"1000/s", "10000/s"} {
		b.Run(rate, func(b *testing.B) {
			for b.Loop() {
				var p50, p99, extra []float64
				for range pairs {
					alone, _ := run(b, plimsoll, "closed", url, "users=1")
					open, _ := run(b, plimsoll, "open", url, "rate="+rate)
					p50 = append(p50, open.Generator.LagP50*1e3)
					p99 = append(p99, open.Generator.LagP99*1e3)
					extra = append(extra, (open.Total.Latency.Median-alone.Total.Latency.Median)*1e3)
				}
				b.ReportMetric(median(p50), "lag-p50-ms")
				b.ReportMetric(median(p99), "lag-p99-ms")
				b.ReportMetric(median(extra), "over-single-user-ms")
			}
		})
	}
}

// BenchmarkThink is the resident memory of a user who thinks, with the connection kept.
func BenchmarkThink(b *testing.B) {
	url := startNginx(b)
	plimsoll := build(b)
	const users = 10000
	for b.Loop() {
		_, one := run(b, plimsoll, "think", url, "users=1")
		_, many := run(b, plimsoll, "think", url, fmt.Sprint("users=", users))
		b.ReportMetric(float64(many.Maxrss-one.Maxrss)*1024/(users-1), "B/user")
	}
}

// perRequest runs a plan of plans/bench and returns its CPU in microseconds for each operation.
func perRequest(b *testing.B, plimsoll, plan, url string) float64 {
	scenario, usage := run(b, plimsoll, plan, url)
	return micros(usage) / float64(scenario.Total.Operations)
}

func run(b *testing.B, plimsoll, plan, url string, variables ...string) (result.Scenario, *syscall.Rusage) {
	b.Helper()
	out := filepath.Join(b.TempDir(), "plimsoll.json")
	args := []string{"-c", "0", plimsoll, "run", filepath.Join("..", "..", "plans", "bench", plan), "--out", out, "--var", "endpoint=" + url}
	for _, v := range variables {
		args = append(args, "--var", v)
	}
	cmd := exec.Command("taskset", args...)
	if output, err := cmd.CombinedOutput(); err != nil && cmd.ProcessState.ExitCode() != 4 {
		b.Fatalf("%v: %v\n%s", cmd.Args, err, output)
	}
	doc, err := result.Read(out)
	if err != nil {
		b.Fatal(err)
	}
	return doc.Scenarios[0], cmd.ProcessState.SysUsage().(*syscall.Rusage)
}

var wrkRequests = regexp.MustCompile(`(\d+) requests in`)

func wrkPerRequest(b *testing.B, url string) float64 {
	b.Helper()
	cmd := exec.Command("taskset", "-c", "0", "wrk", "-t", "1", "-c", "50", "-d", "10s", url)
	output, err := cmd.CombinedOutput()
	found := wrkRequests.FindSubmatch(output)
	if err != nil || found == nil {
		b.Fatalf("wrk: %v\n%s", err, output)
	}
	requests, err := strconv.ParseFloat(string(found[1]), 64)
	if err != nil {
		b.Fatal(err)
	}
	return micros(cmd.ProcessState.SysUsage().(*syscall.Rusage)) / requests
}

func micros(u *syscall.Rusage) float64 {
	return float64(u.Utime.Sec+u.Stime.Sec)*1e6 + float64(u.Utime.Usec+u.Stime.Usec)
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}

func build(b *testing.B) string {
	b.Helper()
	binary := filepath.Join(b.TempDir(), "plimsoll")
	if output, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		b.Fatalf("build: %v\n%s", err, output)
	}
	return binary
}

// startNginx serves a short page from one worker on the second core, and returns its address.
func startNginx(b *testing.B) string {
	b.Helper()
	for _, tool := range []string{"nginx", "wrk", "taskset"} {
		if _, err := exec.LookPath(tool); err != nil {
			b.Skipf("%s is needed: apt-get install nginx-light wrk util-linux", tool)
		}
	}
	folder, address := b.TempDir(), freeAddress(b)
	if err := os.WriteFile(filepath.Join(folder, "nginx.conf"), fmt.Appendf(nil, nginxConfiguration, folder, folder, address), 0o600); err != nil {
		b.Fatal(err)
	}
	var stderr bytes.Buffer
	cmd := exec.Command("taskset", "-c", "1", "nginx", "-e", "stderr", "-p", folder, "-c", filepath.Join(folder, "nginx.conf"))
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	})
	for range 100 {
		if conn, err := net.Dial("tcp", address); err == nil {
			conn.Close()
			return "http://" + address + "/"
		}
		time.Sleep(20 * time.Millisecond)
	}
	b.Fatalf("nginx does not listen:\n%s", stderr.String())
	return ""
}

const nginxConfiguration = `
daemon off;
master_process off;
worker_rlimit_nofile 20000;
pid %s/nginx.pid;
events { worker_connections 16000; }
http {
  access_log off;
  client_body_temp_path %s;
  keepalive_timeout 180s;
  keepalive_requests 100000000;
  server {
    listen %s backlog=16384;
    location / { return 200 "the mark on a ship's hull"; }
  }
}
`

func freeAddress(b *testing.B) string {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
