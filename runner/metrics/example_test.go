package metrics_test

import (
	"fmt"
	"time"

	"plimsoll/runner/metrics"
)

func ExampleRecorder() {
	layout := metrics.Layout{Steps: []metrics.Step{{Flow: "ask", Name: "login"}}}
	recorder := metrics.NewRecorder(layout, 2, time.Now())
	recorder.BeginPhase("base", 0, int64(10*time.Second)) // ten seconds of ramp and warm-up

	shard := recorder.Shard(0)
	for ms := range int64(100) {
		intended := int64(12*time.Second) + ms
		shard.Begin(0, intended)
		shard.End(metrics.Operation{
			Step: 0, Intended: intended, Latency: time.Duration(100+ms) * time.Millisecond,
			Service: -1, First: -1, Connect: -1, TLS: -1,
		})
	}
	shard.Begin(0, int64(13*time.Second))

	window := recorder.Window(0, 2, 4) // the plan seconds 2 and 3 since the measured start
	fmt.Printf("%d operations, %d pending, p95 %.2f s\n", window.Operations, window.Pending, window.Latency.Quantile(0.95))
	// Output: 100 operations, 1 pending, p95 0.19 s
}
