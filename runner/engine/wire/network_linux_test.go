package wire

import (
	"net"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"plimsoll/runner/metrics"
)

// deafen makes a server's socket drop whatever reaches it, acknowledging nothing, as a machine that has lost its power does.
func deafen(t *testing.T, conn net.Conn) {
	raw, err := conn.(*net.TCPConn).SyscallConn()
	if err != nil {
		t.Error(err)
		return
	}
	drop := []unix.SockFilter{{Code: unix.BPF_RET | unix.BPF_K}}
	_ = raw.Control(func(fd uintptr) {
		err = unix.SetsockoptSockFprog(int(fd), unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &unix.SockFprog{Len: 1, Filter: &drop[0]})
	})
	if err != nil {
		t.Error(err)
	}
}

// A peer that has vanished is noticed while the connection is parked, and while something is sent to it.
func TestVanished(t *testing.T) {
	for _, speaks := range []bool{false, true} {
		t.Run(map[bool]string{false: "silent", true: "speaking"}[speaks], func(t *testing.T) {
			t.Parallel()
			deaf, end := make(chan struct{}), make(chan struct{})
			defer close(end)
			target := serve(t, func(conn net.Conn) {
				deafen(t, conn)
				close(deaf)
				<-end
			})
			target.Vanished = time.Second // is rounded up
			s := &Socket{conn: dial(t, target)}
			<-deaf
			poller := NewPoller()
			defer poller.Close()
			if speaks {
				if _, err := s.Send(false, []byte("hello"), time.Time{}); err != nil {
					t.Fatal(err)
				}
			}
			called := make(chan struct{})
			poller.Watch(s.Conn(), func() { close(called) })
			select {
			case <-called:
			case <-time.After(2 * shortestVanished):
				t.Fatal("the peer has vanished, and nobody was told")
			}
			_, _, err := s.Poll(1000)
			if class := classOf(t, err); class != metrics.Timeout {
				t.Errorf("class %q: %v", class, err)
			}
			if _, _, again := s.Poll(1000); again != err {
				t.Errorf("after its end the socket says %v", again)
			}
		})
	}
}
