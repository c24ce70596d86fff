package wire

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gobwas/ws"
	"golang.org/x/sys/unix"
)

// BenchmarkEcho compares the client's CPU for an echo over one of many held connections with that of loops written for
// the purpose, which do nothing else: medians of seven runs that take turns.
func BenchmarkEcho(b *testing.B) {
	j := echoServer(b, 1, 0)
	j.Count, j.Rounds = 500, 200
	ways := []string{"level-triggered", "edge-triggered", "poller"}
	costs := map[string][]float64{}
	for range 7 {
		for _, way := range ways {
			j.Role = way
			costs[way] = append(costs[way], measure(b, 0, j)["cpu"])
		}
	}
	median := map[string]float64{}
	for _, way := range ways {
		slices.Sort(costs[way])
		median[way] = costs[way][len(costs[way])/2] / float64(j.Count*j.Rounds)
		b.ReportMetric(1e9*median[way], way+"-cpu-ns/op")
	}
	b.ReportMetric(median["poller"]/min(median[ways[0]], median[ways[1]]), "times-the-better")
	b.ReportMetric(0, "ns/op")
}

// openAll opens sockets, sixteen at a time.
func openAll(j job) ([]*Socket, error) {
	target, err := j.target()
	if err != nil {
		return nil, err
	}
	all, errs := make([]*Socket, j.Count), make([]error, 16)
	var next atomic.Int64
	var running sync.WaitGroup
	for i := range errs {
		running.Go(func() {
			var x Exchange
			for n := int(next.Add(1)) - 1; n < j.Count && errs[i] == nil; n = int(next.Add(1)) - 1 {
				all[n], errs[i] = openOne(target, &x)
			}
		})
	}
	running.Wait()
	return all, errors.Join(errs...)
}

func openOne(target *Target, x *Exchange) (*Socket, error) {
	deadline := time.Now().Add(10 * time.Second)
	c, err := target.Dial(context.Background(), deadline, 0)
	if err != nil {
		return nil, err
	}
	key := NewKey()
	x.Request = append(AppendUpgrade(AppendRequest(x.Request[:0], "GET", "/", "chat"), key, nil), "\r\n"...)
	x.Deadline = deadline
	return c.Upgrade(x, key, nil)
}

var question32 = make([]byte, 32)

// echoer sends again whenever its echo has come.
type echoer struct {
	*Socket
	poller Poller
	left   int
	over   *sync.WaitGroup
	again  func()
}

func echoByPoller(j job, report map[string]float64) error {
	sockets, err := openAll(j)
	if err != nil {
		return err
	}
	poller := NewPoller()
	defer poller.Close()
	var over sync.WaitGroup
	all := make([]*echoer, j.Count)
	for i, s := range sockets {
		e := &echoer{Socket: s, poller: poller, left: j.Rounds, over: &over}
		e.again = e.goOn
		all[i] = e
		over.Add(1)
		poller.Watch(s.Conn(), e.again)
	}
	began := cpuSeconds()
	for _, e := range all {
		if _, err := e.Send(false, question32, time.Time{}); err != nil {
			return err
		}
	}
	over.Wait()
	report["cpu"] = cpuSeconds() - began
	return nil
}

func (e *echoer) goOn() {
	for {
		_, ok, err := e.Poll(1000)
		if err != nil {
			panic(err)
		}
		if !ok {
			break
		}
		if e.left--; e.left == 0 {
			e.over.Done()
			return
		}
		if _, err := e.Send(false, question32, time.Time{}); err != nil {
			panic(err)
		}
	}
	e.poller.Watch(e.Conn(), e.again)
}

// echoByLoop is the least that a client can do: one thread, whole frames, no masks of their own, no deadlines.
func echoByLoop(j job, report map[string]float64) error {
	sockets, err := openAll(j)
	if err != nil {
		return err
	}
	events := uint32(unix.EPOLLIN)
	if j.Role == "edge-triggered" {
		events |= unix.EPOLLET
	}
	epoll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return err
	}
	left, message := map[int32]int{}, appendFrame(nil, ws.OpText, question32)
	for _, s := range sockets {
		fd := detached(s)
		left[fd] = j.Rounds
		if err := unix.EpollCtl(epoll, unix.EPOLL_CTL_ADD, int(fd), &unix.EpollEvent{Events: events, Fd: fd}); err != nil {
			return err
		}
	}
	began := cpuSeconds()
	err = echoLoop(epoll, left, message)
	report["cpu"] = cpuSeconds() - began
	return err
}

// detached is a copy of the socket's descriptor that the runtime does not know; the socket is closed.
func detached(s *Socket) int32 {
	fd := -1
	_ = s.conn.link.rawConn().Control(func(own uintptr) { fd, _ = unix.Dup(int(own)) })
	s.Conn().link.Conn.Close()
	return int32(fd)
}

func echoLoop(epoll int, counts map[int32]int, message []byte) error {
	var highest int32
	for fd := range counts {
		highest = max(highest, fd)
	}
	left := make([]int, highest+1)
	for fd, n := range counts {
		left[fd] = n
		if _, err := unix.Write(int(fd), message); err != nil {
			return err
		}
	}
	events, buffer := make([]unix.EpollEvent, 256), make([]byte, narrowSize)
	for open := len(counts); open > 0; {
		n, err := unix.EpollWait(epoll, events, -1)
		if err != nil && err != unix.EINTR {
			return err
		}
		for _, event := range events[:max(n, 0)] {
			n, err := unix.Read(int(event.Fd), buffer)
			if err != nil || n != 2+len(question32) || buffer[0] != 0x81 {
				return fmt.Errorf("read %d bytes: %w", n, err)
			}
			if left[event.Fd]--; left[event.Fd] == 0 {
				open--
				continue
			}
			if _, err := unix.Write(int(event.Fd), message); err != nil {
				return err
			}
		}
	}
	return nil
}
