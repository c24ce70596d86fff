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
					alone, _ := run(b, plimsoll, "closed", url, "users=1", "duration=3s")
					open, _ := run(b, plimsoll, "open", url, "rate="+rate, "duration=5s")
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
		var each []float64
		for range 3 {
			one := resident(b, plimsoll, url, 1)
			each = append(each, (resident(b, plimsoll, url, users)-one)/(users-1))
		}
		b.ReportMetric(median(each), "B/user")
	}
}

// perRequest runs a plan of plans/bench and returns its CPU in microseconds for each operation.
func perRequest(b *testing.B, plimsoll, plan, url string) float64 {
	scenario, usage := run(b, plimsoll, plan, url)
	return micros(usage) / float64(scenario.Total.Operations)
}

// inconclusive is how a run ends on a machine that is busy with other things; what it measured still counts here.
const inconclusive = 4

// command is a run of a plan of plans/bench, pinned to the first core, in a folder of its own.
func command(b *testing.B, plimsoll, plan, url string, variables ...string) *exec.Cmd {
	b.Helper()
	folder, err := filepath.Abs(filepath.Join("..", "..", "plans", "bench", plan))
	if err != nil {
		b.Fatal(err)
	}
	args := []string{"-c", "0", plimsoll, "run", folder, "--var", "endpoint=" + url}
	for _, v := range variables {
		args = append(args, "--var", v)
	}
	cmd := exec.Command("taskset", args...)
	cmd.Dir = b.TempDir()
	return cmd
}

func run(b *testing.B, plimsoll, plan, url string, variables ...string) (result.Scenario, *syscall.Rusage) {
	b.Helper()
	cmd := command(b, plimsoll, plan, url, variables...)
	if output, err := cmd.CombinedOutput(); err != nil && cmd.ProcessState.ExitCode() != inconclusive {
		b.Fatalf("%v: %v\n%s", cmd.Args, err, output)
	}
	doc, err := result.Read(filepath.Join(cmd.Dir, "plimsoll.json"))
	if err != nil {
		b.Fatal(err)
	}
	return doc.Scenarios[0], cmd.ProcessState.SysUsage().(*syscall.Rusage)
}

var residentKilobytes = regexp.MustCompile(`VmRSS:\s+(\d+) kB`)

// resident is the memory in bytes that a run holds while its users think, without its program's share of the start.
func resident(b *testing.B, plimsoll, url string, users int) float64 {
	b.Helper()
	cmd := command(b, plimsoll, "think", url, "users="+strconv.Itoa(users))
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	time.Sleep(20 * time.Second) // ten of joining, ten of thinking
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", cmd.Process.Pid))
	found := residentKilobytes.FindSubmatch(status)
	if err != nil || found == nil {
		b.Fatalf("resident memory: %v\n%s", err, status)
	}
	if err := cmd.Wait(); err != nil && cmd.ProcessState.ExitCode() != inconclusive {
		b.Fatal(err)
	}
	kilobytes, err := strconv.ParseFloat(string(found[1]), 64)
	if err != nil {
		b.Fatal(err)
	}
	return 1024 * kilobytes
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
	serveNginx(b, folder, fmt.Sprintf(nginxConfiguration, folder, folder, address), address, "taskset", "-c", "1")
	return "http://" + address + "/"
}

// serveNginx runs nginx, after the words of a prefix, until the end of the test, and returns when it listens.
func serveNginx(t testing.TB, folder, configuration, address string, prefix ...string) {
	t.Helper()
	file := filepath.Join(folder, "nginx.conf")
	if err := os.WriteFile(file, []byte(configuration), 0o600); err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	words := append(prefix, "nginx", "-e", "stderr", "-p", folder, "-c", file)
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	})
	for range 100 {
		if conn, err := net.Dial("tcp", address); err == nil {
			conn.Close()
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("nginx does not listen:\n%s", stderr.String())
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

func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
