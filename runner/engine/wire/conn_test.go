package wire

import (
	"bufio"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"plimsoll/runner/metrics"
)

// eventually waits for what another end of a socket has already set going.
func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !condition(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: not within %v", what, patience)
		}
	}
}

func TestAlive(t *testing.T) {
	for name, last := range map[string]string{
		"the server closes":         "",
		"the server speaks unasked": "HTTP/1.1 408 Request Timeout\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			end := make(chan struct{})
			c := dial(t, serve(t, func(conn net.Conn) {
				r := bufio.NewReader(conn)
				_, _ = request(r)
				_, _ = io.WriteString(conn, small)
				<-end
				if last != "" {
					_, _ = io.WriteString(conn, last)
					_, _ = io.Copy(io.Discard, r)
				}
			}))
			if !c.Alive() {
				t.Error("not alive when new")
			}
			if got := do(t, c, get()); !got.KeepAlive || !c.Alive() {
				t.Errorf("not alive after %+v", got)
			}
			close(end)
			eventually(t, name, func() bool { return !c.Alive() })
			if last != "" {
				return
			}
			if got := do(t, c, get()); got.Answered || got.Class != metrics.Closed && got.Class != metrics.Reset {
				t.Errorf("on a closed connection: %+v", got)
			}
		})
	}
}

// Where a socket cannot be asked, as a pipe cannot, a byte is read ahead.
func TestAliveOnPipe(t *testing.T) {
	near, far := net.Pipe()
	defer far.Close()
	c, x := through(t, near), get()
	if !c.Alive() {
		t.Error("not alive when new")
	}
	go func() {
		_, _ = request(bufio.NewReader(far))
		_, _ = io.WriteString(far, small)
	}()
	x.KeepBody = true
	if diff := cmp.Diff(outcome{Status: 200, Answer: "hello", KeepAlive: true}, do(t, c, x)); diff != "" {
		t.Error(diff)
	}
	if !c.Alive() {
		t.Error("not alive after an exchange")
	}
	far.Close()
	if c.Alive() {
		t.Error("alive after the server closed")
	}
}

// An armed deadline that is earlier than the one that holds must not be felt, a partly written request included.
func TestLazyDeadlines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		c := through(t, near)
		served := make(chan error, 1)
		go func() {
			defer far.Close()
			r := bufio.NewReader(far)
			for range 3 {
				time.Sleep(600 * time.Millisecond)
				if _, err := request(r); err != nil {
					served <- err
					return
				}
				time.Sleep(600 * time.Millisecond)
				_, _ = io.WriteString(far, small)
			}
			served <- nil
		}()
		x := get()
		for _, timeout := range []time.Duration{1300 * time.Millisecond, 2 * time.Second, 0} {
			x.Deadline = time.Time{}
			if timeout > 0 {
				x.Deadline = time.Now().Add(timeout)
			}
			if diff := cmp.Diff(outcome{Status: 200, KeepAlive: true}, do(t, c, x)); diff != "" {
				t.Errorf("within %v: %s", timeout, diff)
			}
		}
		if err := <-served; err != nil {
			t.Error(err)
		}
		x.Deadline = time.Now().Add(-time.Second)
		if got := do(t, c, x); got.Class != metrics.Timeout && got.Class != metrics.Closed {
			t.Errorf("after the deadline: %+v", got)
		}
		c.Close()
	})
}

func TestInterrupt(t *testing.T) {
	arrived := make(chan struct{})
	c := dial(t, serve(t, func(conn net.Conn) {
		_, _ = request(bufio.NewReader(conn))
		close(arrived)
		_, _ = io.Copy(io.Discard, conn)
	}))
	go func() {
		<-arrived
		c.Interrupt()
	}()
	if got := do(t, c, get()); got.Class != metrics.Closed || got.Answered {
		t.Errorf("%+v", got)
	}
}

func TestReset(t *testing.T) {
	c := dial(t, serve(t, func(conn net.Conn) {
		_, _ = request(bufio.NewReader(conn))
		_ = conn.(*net.TCPConn).SetLinger(0)
	}))
	if got := do(t, c, get()); got.Class != metrics.Reset || got.Answered {
		t.Errorf("%+v", got)
	}
}
