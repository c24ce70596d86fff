//go:build unix

package engine

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"syscall"
	"testing"
	"time"

	"plimsoll/runner/pace"
)

// cpuTime is what this process has used so far.
func cpuTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkExchange is one user's static request with a status check. PLIMSOLL_BENCH_URL names a server in another process,
// whose CPU does not count.
func BenchmarkExchange(b *testing.B) {
	endpoint := os.Getenv("PLIMSOLL_BENCH_URL")
	if endpoint == "" {
		endpoint = plainServer(b)
	}
	e := launch(b, closed(get("", "status == 200")), endpoint)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	e.recorder.BeginPhase("steady", 0, 0)
	b.ReportAllocs()
	b.ResetTimer()
	cpu := cpuTime()
	_, err := e.Run(ctx, Phase{Start: e.now(), Shape: pace.Shape{{From: 50, To: 50, Length: time.Hour}}, Requests: int64(b.N)})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(cpuTime()-cpu)/float64(b.N), "cpu-ns/op")
	b.StopTimer()
	e.Close()
}

// BenchmarkArrivals is open load: by how much sessions start late, and by how much their median latency is over that of a single
// user of closed load.
func BenchmarkArrivals(b *testing.B) {
	endpoint := os.Getenv("PLIMSOLL_BENCH_URL")
	if endpoint == "" {
		endpoint = plainServer(b)
	}
	for _, rate := range []float64{1000, 10000} {
		b.Run(fmt.Sprintf("%g per second", rate), func(b *testing.B) {
			alone := launch(b, closed(get("", "status == 200")), endpoint)
			single := play(b, alone, Phase{Shape: steadily(1, time.Second)}).Latency.Quantile(0.5)
			for range b.N {
				e := launch(b, open(get("", "status == 200")), endpoint)
				start := e.now() + int64(10*time.Millisecond)
				e.recorder.BeginPhase("steady", start, start)
				if _, err := e.Run(context.Background(), Phase{Start: start, Shape: pace.Shape{{From: rate, To: rate, Length: 2 * time.Second}}}); err != nil {
					b.Fatal(err)
				}
				e.Drain(context.Background(), time.Second)
				e.Close()
				v := e.recorder.Total()
				b.ReportMetric(1e6*v.Lag.Quantile(0.5), "lag-p50-us")
				b.ReportMetric(1e6*v.Lag.Quantile(0.99), "lag-p99-us")
				b.ReportMetric(1e6*(v.Latency.Quantile(0.5)-single), "over-one-user-p50-us")
				b.ReportMetric(float64(v.Operations), "operations")
				b.ReportMetric(float64(v.Failed), "failed")
			}
		})
	}
}

// BenchmarkThinking is users in a long think, each with its kept connection: the resident memory of each.
func BenchmarkThinking(b *testing.B) {
	endpoint := os.Getenv("PLIMSOLL_BENCH_URL")
	if endpoint == "" {
		endpoint = plainServer(b)
	}
	const users = 8000
	for range b.N {
		before := resident()
		e := launch(b, closed(get("", "status == 200"), pause(time.Hour)), endpoint)
		e.recorder.BeginPhase("steady", 0, 0)
		if _, err := e.Run(context.Background(), Phase{Start: e.now(), Shape: pace.Shape{{From: 0, To: users, Length: 2 * time.Second}, {From: users, To: users, Length: 2 * time.Second}}}); err != nil {
			b.Fatal(err)
		}
		if v := e.recorder.Total(); v.Operations != users || v.Failed != 0 {
			b.Fatalf("%d operations, %d failed; %+v", v.Operations, v.Failed, e.Samples())
		}
		debug.FreeOSMemory()
		b.ReportMetric(float64(resident()-before)/users, "B/user")
		e.Close()
	}
}

// resident is this process's resident memory in bytes, 0 where the system does not tell.
func resident() int64 {
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	var size, pages int64
	if _, err := fmt.Sscan(string(statm), &size, &pages); err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}
