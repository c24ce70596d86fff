package metrics

import (
	"sync/atomic"
	"testing"
	"time"
)

// everything is an operation with all its times, at 10,000/s.
func everything(n int64) Operation {
	return Operation{
		Step: get, Intended: n * 100_000, Latency: time.Duration(1_000_000 + n%1000*1000), Service: 900_000 + time.Duration(n%1000),
		First: 800_000, Connect: 200_000, TLS: 300_000, Sent: 100, Received: 1000,
	}
}

// What an exchange on a kept connection costs.
func BenchmarkBeginAndEnd(b *testing.B) {
	r := NewRecorder(layout(), 1, time.Now())
	r.BeginPhase("base", 0, 0)
	s := r.Shard(0)
	b.ReportAllocs()
	n := int64(0)
	for b.Loop() {
		n++
		o := everything(n)
		o.Connect, o.TLS = -1, -1
		run(s, o)
	}
}

// The same with a new connection each.
func BenchmarkBeginAndEndConnected(b *testing.B) {
	r := NewRecorder(layout(), 1, time.Now())
	r.BeginPhase("base", 0, 0)
	s := r.Shard(0)
	b.ReportAllocs()
	n := int64(0)
	for b.Loop() {
		n++
		run(s, everything(n))
	}
}

// A shard for each writer.
func BenchmarkBeginAndEndParallel(b *testing.B) {
	r := NewRecorder(layout(), 8, time.Now())
	r.BeginPhase("base", 0, 0)
	var writers atomic.Int64
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		s := r.Shard(int(writers.Add(1)))
		for n := int64(0); pb.Next(); n++ {
			run(s, everything(n))
		}
	})
}

// Reading ten seconds of 200 steps, as the judge does.
func BenchmarkWindow(b *testing.B) {
	r := crowd(200, 1, 12)
	b.ReportAllocs()
	for b.Loop() {
		r.Window(0, 0, 10)
	}
}
