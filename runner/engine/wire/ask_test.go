package wire

import (
	"bufio"
	"io"
	"net"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"plimsoll/runner/metrics"
)

// A server that ends its half after an answer, and goes on reading, sends nothing that a waiting client would wake of: the
// end must be found all the same, and not be taken for a timeout.
func TestAskAfterHalfClose(t *testing.T) {
	ended, over := make(chan struct{}), make(chan struct{})
	c := dial(t, serve(t, func(conn net.Conn) {
		_, _ = request(bufio.NewReader(conn))
		_, _ = io.WriteString(conn, small)
		_ = conn.(*net.TCPConn).CloseWrite()
		close(ended)
		<-over
	}))
	defer close(over)
	x := get()
	x.Deadline = time.Now().Add(patience)
	if diff := cmp.Diff(outcome{Status: 200, KeepAlive: true}, do(t, c, x)); diff != "" {
		t.Fatal(diff)
	}
	<-ended
	eventually(t, "the end", func() bool { return !c.Alive() })
	if got := do(t, c, x); got.Class != metrics.Closed {
		t.Errorf("%+v, want class closed", got)
	}
}

// What the socket has no room for is written the ordinary way.
func TestAskWithoutRoom(t *testing.T) {
	if !canPeek {
		t.Skip("this system cannot ask a socket")
	}
	read := make(chan int, 1)
	begin := make(chan struct{})
	c := dial(t, serve(t, func(conn net.Conn) {
		<-begin
		n, _ := io.Copy(io.Discard, io.LimitReader(conn, filled+askSize))
		read <- int(n)
		_, _ = io.WriteString(conn, small)
		_, _ = io.Copy(io.Discard, conn)
	}))
	c.link.by = time.Now().Add(patience)
	stuffed := make(chan error, 1)
	go func() {
		_, err := c.link.Conn.Write(make([]byte, filled))
		stuffed <- err
	}()
	time.AfterFunc(50*time.Millisecond, func() { close(begin) })
	if !c.link.leave(make([]byte, askSize)) {
		t.Fatal("the request was not left to the read")
	}
	buffer := make([]byte, 4096)
	n, err := c.link.Read(buffer)
	if err != nil || string(buffer[:n]) != small {
		t.Errorf("read %q, %v", buffer[:n], err)
	}
	if err := <-stuffed; err != nil {
		t.Error(err)
	}
	if n := <-read; n != filled+askSize {
		t.Errorf("the server read %d bytes, want %d", n, filled+askSize)
	}
	if c.link.sent != askSize {
		t.Errorf("%d bytes counted as sent, want %d", c.link.sent, askSize)
	}
}

// filled is more than the buffers of a loopback connection hold.
const filled = 16 << 20
