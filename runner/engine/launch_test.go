package engine

import (
	"bytes"
	"net"
	"runtime"
	"testing"
	"time"

	"plimsoll/dsl/plan"
	"plimsoll/runner/metrics"
)

// plainServer answers every request with the same bytes and allocates nothing for it.
func plainServer(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go answerAll(conn)
		}
	}()
	return "http://" + l.Addr().String()
}

func answerAll(conn net.Conn) {
	defer conn.Close()
	answer := []byte("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: text/plain\r\n\r\nok")
	end := []byte("\r\n\r\n")
	buf := make([]byte, 4096)
	for {
		n, err := conn.Read(buf)
		if err != nil {
			return
		}
		for range bytes.Count(buf[:n], end) {
			if _, err := conn.Write(answer); err != nil {
				return
			}
		}
	}
}

// launch makes an engine for a real endpoint.
func launch(t testing.TB, sc *plan.Scenario, endpoint string) *Engine {
	t.Helper()
	p, err := Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	r := metrics.NewRecorder(p.Layout(), runtime.GOMAXPROCS(0), time.Now())
	e, err := New(p, Options{Seed: 1, Recorder: r, Endpoint: endpoint, UserAgent: "plimsoll/test"})
	if err != nil {
		t.Fatal(err)
	}
	return e
}
