package analysis_test

import (
	"fmt"

	"plimsoll/runner/analysis"
	"plimsoll/runner/result"
)

func ExampleDrift() {
	var points []result.Point
	for i := range 60 { // ten minutes, in which latency rises from 0.1 s by 1 ms every 10 s
		at := float64(i * 10)
		points = append(points, result.Point{At: at, Seconds: 10, Operations: 100, Throughput: 10, P50: 0.1 + at/10_000})
	}
	d := analysis.Drift(points, nil, 0, 600, 1)
	fmt.Printf("%d blocks, latency %+.0f %% an hour\n", d.Blocks, d.PerHour["latency"].Value*100)
	// Output: 54 blocks, latency +340 % an hour
}

func ExampleResidence() {
	fmt.Printf("%.1f s\n", analysis.Residence(50, 11))
	// Output: 4.5 s
}
