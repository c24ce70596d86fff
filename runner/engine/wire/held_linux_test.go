package wire

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

// BenchmarkHeld is what a parked connection costs: memory as it stands, and after a forced collection has given back what
// is free; and the CPU, as a share of one core, that all of them take while nothing comes.
func BenchmarkHeld(b *testing.B) {
	tests := []struct {
		name         string
		chain, count int
	}{
		{"plain", 0, 19000},
		{"tls", 1, 4000},
		{"tls, chain of 4 KB", 3, 4000},
	}
	for _, test := range tests {
		b.Run(test.name, func(b *testing.B) {
			j := echoServer(b, -1, test.chain)
			j.Role, j.Count, j.Spread = "hold", test.count, true
			report := measure(b, -1, j)
			b.ReportMetric(report["resident"], "B/connection")
			b.ReportMetric(report["swept"], "B/connection-swept")
			b.ReportMetric(100*report["idle"], "%-of-a-core-idle")
			b.ReportMetric(report["goroutines"], "goroutines")
			b.ReportMetric(float64(j.Chain), "B-of-certificates")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// idleTime is how long connections are held to see what that costs: for so long that what the runtime still does after
// they were opened is not most of it.
const idleTime = 20 * time.Second

func hold(j job, report map[string]float64) error {
	few := j
	few.Count = 100
	// What is there whatever the number: pools, stacks, the certificate.
	warm, err := openAll(few)
	if err != nil {
		return err
	}
	debug.FreeOSMemory()
	before := resident()
	sockets, err := openAll(j)
	if err != nil {
		return err
	}
	poller := NewPoller()
	defer poller.Close()
	for _, s := range append(sockets, warm...) {
		if err := park(poller, s); err != nil {
			return err
		}
	}
	time.Sleep(100 * time.Millisecond)
	report["resident"] = (resident() - before) / float64(j.Count)
	began := cpuSeconds()
	time.Sleep(idleTime)
	report["idle"] = (cpuSeconds() - began) / idleTime.Seconds()
	report["goroutines"] = float64(runtime.NumGoroutine())
	debug.FreeOSMemory()
	report["swept"] = (resident() - before) / float64(j.Count)
	runtime.KeepAlive(append(sockets, warm...))
	return nil
}

// park watches a socket from which nothing more is to come.
func park(poller Poller, s *Socket) error {
	if _, ok, err := s.Poll(1000); ok || err != nil {
		return fmt.Errorf("a message out of nothing: %w", err)
	}
	poller.Watch(s.Conn(), func() { panic("called for nothing") })
	return nil
}
