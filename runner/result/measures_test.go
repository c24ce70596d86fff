package result

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
	"plimsoll/runner/metrics"
)

func TestMeasure(t *testing.T) {
	v := sampleView()
	got := Measure(&v, sampleLayout)
	stats := Stats{Count: 10, Min: 0.1, Mean: 0.55, Median: 0.5, P90: 0.9, P95: 0.9, P99: 0.9, P999: 0.9, Max: 1, StdDev: 0.287}
	errors := map[string]int64{
		"dns": 2, "refused": 3, "connect_timeout": 4, "tls": 5, "handshake": 6, "reset": 7, "closed": 8, "timeout": 9,
		"descriptors": 10, "ports": 11, "protocol": 12, "too_large": 13, "status": 14, "check": 15, "expression": 16,
	}
	step := Step{
		Operations: 10, Failed: 1, ErrorRate: 0.1, Throughput: 0.9, Errors: errors, Latency: stats, ServiceTime: stats,
		FirstByte: stats, Connect: stats, FailedLatency: stats, FirstMessage: stats, Gap: stats, Sent: 1, Received: 2,
	}
	want := Measures{
		Seconds: 10, Operations: 20, Failed: 5, ErrorRate: 0.25, Throughput: 1.5, Errors: errors, Latency: stats,
		ServiceTime: stats, FirstByte: stats, Connect: stats, TLS: stats, FailedLatency: stats, FirstMessage: stats, Gap: stats,
		Pong: stats, Sent: 100, Received: 200, Dropped: Dropped{Full: 1, Late: 2},
		Connections: Connections{
			Opened: v.Events[metrics.ConnectionOpened], Failed: v.Events[metrics.ConnectionFailed],
			Lost:     v.Events[metrics.ConnectionLost],
			Replaced: v.Events[metrics.ConnectionReplaced], Retried: v.Events[metrics.OperationRetried],
			Endings: Endings{Count: 10, Silence: Alike{10, 0.5, 0.1, 1}, Age: Alike{10, 0.5, 0.1, 1}},
		},
		Messages: Messages{3, 4, v.Events[metrics.MessageDropped]},
		Sessions: Sessions{Completed: 10, Failed: 2, Interrupted: 1, Total: stats, Active: stats},
		Steps:    map[string]Step{"ask.login": step, "ask v1%2E2.chat": step},
		Groups:   map[string]Stats{"checkout": stats}, Custom: map[string]Stats{"tokens": stats},
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateApprox(0.01, 0)); diff != "" {
		t.Error(diff)
	}
}

func TestMeasureOfNothing(t *testing.T) {
	v := metrics.View{}
	if diff := cmp.Diff(Measures{}, Measure(&v, metrics.Layout{Groups: []string{"a"}, Measures: []string{"b"}})); diff != "" {
		t.Error(diff)
	}
}

func TestSumIsFinite(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := new(metrics.Histogram)
		for _, v := range rapid.SliceOf(rapid.Float64()).Draw(t, "values") {
			h.Add(v)
		}
		h.Add(rapid.SampledFrom([]float64{0, math.Inf(1), math.Inf(-1), math.NaN(), math.MaxFloat64}).Draw(t, "odd"))
		s := Sum(h)
		for _, v := range []float64{s.Min, s.Mean, s.Median, s.P90, s.P95, s.P99, s.P999, s.Max, s.StdDev} {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				t.Fatalf("%+v", s)
			}
		}
	})
}

func TestLikeness(t *testing.T) {
	of := func(values ...float64) *metrics.Histogram {
		h := new(metrics.Histogram)
		for _, v := range values {
			h.Add(v)
		}
		return h
	}
	tests := []struct {
		name string
		h    *metrics.Histogram
		want Alike
	}{
		{"none", nil, Alike{}},
		{"one", of(60), Alike{1, 60, 60, 60}},
		{"within a second", of(9, 9.9, 10, 10.1, 11.9), Alike{3, 10, 9.9, 10.1}},
		{"within three hundredths", of(80, 98, 100, 102, 104), Alike{3, 100, 98, 102}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, likeness(test.h), cmpopts.EquateApprox(0.011, 0)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
