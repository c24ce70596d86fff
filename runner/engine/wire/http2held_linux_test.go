package wire

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

// BenchmarkHeldHTTP2 is what a connection costs that has carried a request in HTTP/2 and is parked: memory as it stands,
// and after a forced collection has given back what is free.
func BenchmarkHeldHTTP2(b *testing.B) {
	cert, key := certificate(b, "chat")
	for name, pair := range map[string][2]string{"plain": {}, "tls": {cert, key}} {
		b.Run(name, func(b *testing.B) {
			target := website(b, http.HandlerFunc(oracle), pair[0], pair[1], true)
			report := measure(b, -1, job{
				Role: "hold HTTP/2", Address: net.JoinHostPort(target.Host, target.Port), CA: pair[0], Count: 2000,
			})
			b.ReportMetric(report["resident"], "B/connection")
			b.ReportMetric(report["swept"], "B/connection-swept")
			b.ReportMetric(report["goroutines"], "goroutines")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func holdHTTP2(j job, report map[string]float64) error {
	target, err := j.target()
	if err != nil {
		return err
	}
	target.HTTP2 = true
	poller := NewPoller()
	defer poller.Close()
	open := func(count int) ([]*Conn, error) {
		conns := make([]*Conn, count)
		x := asks("GET", "/head")
		for i := range conns {
			x.Deadline = time.Now().Add(patience)
			if conns[i], err = target.Dial(context.Background(), x.Deadline, 0); err == nil {
				err = conns[i].Do(x)
			}
			if err != nil {
				return nil, err
			}
			if !conns[i].Alive() {
				return nil, fmt.Errorf("connection %d has died", i)
			}
			poller.Watch(conns[i], func() {})
		}
		return conns, nil
	}
	// What is there whatever the number: pools, stacks, the certificate.
	warm, err := open(100)
	if err != nil {
		return err
	}
	debug.FreeOSMemory()
	before := resident()
	conns, err := open(j.Count)
	if err != nil {
		return err
	}
	report["resident"] = (resident() - before) / float64(j.Count)
	report["goroutines"] = float64(runtime.NumGoroutine())
	debug.FreeOSMemory()
	report["swept"] = (resident() - before) / float64(j.Count)
	for _, c := range append(conns, warm...) {
		poller.Forget(c)
		c.Close()
	}
	return nil
}
