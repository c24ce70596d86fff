package wire

import (
	"fmt"
	"runtime"
	"testing"
	"time"
)

// BenchmarkOpen is how many plain WebSockets a second of the client's CPU opens, and a second of time, while so many are
// held, from one source address and from many.
func BenchmarkOpen(b *testing.B) {
	for _, spread := range []bool{false, true} {
		for _, held := range []int{1000, 10000, 19000} {
			b.Run(fmt.Sprintf("spread=%t/held=%d", spread, held), func(b *testing.B) {
				j := echoServer(b, 1, 0)
				j.Role, j.Count, j.Spread = "open", held, spread
				report := measure(b, 0, j)
				b.ReportMetric(report["rate"], "opened/s")
				b.ReportMetric(report["efficiency"], "opened/cpu-s")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

// openMany measures the last half of those that it opens, or the last 5,000: enough for collections of garbage to count.
func openMany(j job, report map[string]float64) error {
	last := j
	last.Count = min(j.Count/2, 5000)
	j.Count -= last.Count
	held, err := openAll(j)
	if err != nil {
		return err
	}
	began, cpu := time.Now(), cpuSeconds()
	more, err := openAll(last)
	if err != nil {
		return err
	}
	report["rate"] = float64(last.Count) / time.Since(began).Seconds()
	report["efficiency"] = float64(last.Count) / (cpuSeconds() - cpu)
	runtime.KeepAlive(append(held, more...)) // what is collected is closed
	return nil
}
