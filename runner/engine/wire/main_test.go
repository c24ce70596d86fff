package wire

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/textproto"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"plimsoll/runner/metrics"
)

func TestMain(m *testing.M) {
	if !isChild() {
		goleak.VerifyTestMain(m)
	}
}

// patience bounds what a test waits for that should come at once.
const patience = 5 * time.Second

// serve answers every connection to a loopback port with handle, and gives the target.
func serve(t testing.TB, handle func(net.Conn)) *Target {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	var mu sync.Mutex
	var open []net.Conn
	running.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open = append(open, conn)
			mu.Unlock()
			running.Go(func() {
				defer conn.Close()
				handle(conn)
			})
		}
	})
	t.Cleanup(func() {
		listener.Close()
		mu.Lock()
		for _, conn := range open {
			conn.Close()
		}
		mu.Unlock()
		running.Wait()
	})
	host, port, _ := net.SplitHostPort(listener.Addr().String())
	return &Target{Host: host, Port: port, Start: time.Now()}
}

// request reads a request without a body and gives its first line.
func request(r *bufio.Reader) (string, error) {
	text := textproto.NewReader(r)
	first, err := text.ReadLine()
	if err != nil {
		return "", err
	}
	_, err = text.ReadMIMEHeader()
	return first, err
}

// script answers the first request of a connection with the bytes, and then waits for the client to go, or closes.
func script(answer string, closes bool) func(net.Conn) {
	return func(conn net.Conn) {
		r := bufio.NewReader(conn)
		if _, err := request(r); err != nil {
			return
		}
		if _, err := io.WriteString(conn, answer); err != nil || closes {
			return
		}
		_, _ = io.Copy(io.Discard, r)
	}
}

func dial(t testing.TB, target *Target) *Conn {
	t.Helper()
	c, err := target.Dial(context.Background(), time.Now().Add(patience), 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func get() *Exchange {
	return &Exchange{Request: []byte("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), Deadline: time.Now().Add(patience)}
}

// classOf is the class that a failure carries; the test fails where an error is none.
func classOf(t testing.TB, err error) metrics.Class {
	t.Helper()
	var failure *Failure
	if err != nil && !errors.As(err, &failure) {
		t.Fatalf("%v is no *Failure", err)
	}
	return Classify(err)
}
