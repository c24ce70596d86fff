package wire

import (
	"bufio"
	"io"
	"net"
	"os"
	"testing"
)

func descriptors(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

// However connections end, nothing of them or of the poller stays; goroutines are counted at the end of all tests.
func TestNothingLeft(t *testing.T) {
	before := descriptors(t)
	t.Run("held", func(t *testing.T) {
		poller := NewPoller()
		defer poller.Close()
		for _, start := range []func(testing.TB, func(net.Conn)) *Target{serve, encryptedTarget} {
			target := start(t, func(conn net.Conn) {
				r := bufio.NewReader(conn)
				if _, err := request(r); err == nil {
					_, _ = io.WriteString(conn, accepting("key")+text("hello"))
					_, _ = io.Copy(io.Discard, r)
				}
			})
			for i := range 30 {
				s, err := dial(t, target).Upgrade(asking("key"), "key", nil)
				if err != nil {
					t.Fatal(err)
				}
				c, ready := s.Conn(), make(chan struct{})
				poller.Watch(c, func() { close(ready) })
				switch i % 3 {
				case 0:
					<-ready
				case 1:
					c.Interrupt()
					<-ready
				case 2:
					if !poller.Forget(c) {
						<-ready
					}
					c.Close()
				}
				// Closing takes the connection out of the poller's table, which else would keep it.
				c.Close()
				if c.parking.epoll != nil {
					t.Error("a closed connection is still registered")
				}
			}
		}
		for _, c := range poller.(*Epoll).conns {
			if c != nil {
				t.Error("the poller keeps a closed connection")
			}
		}
	})
	if after := descriptors(t); after != before {
		t.Errorf("%d descriptors, %d before", after, before)
	}
}
