package wire

import (
	"net"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"

	"golang.org/x/sys/unix"
)

// NewPoller is the best Poller that the system has: Epoll.
func NewPoller() Poller { return &Epoll{} }

// Epoll is a Poller that holds one descriptor and one goroutine for all connections. Connections that have no descriptor,
// or for which there is no room, it leaves to Watchers. The zero value is ready to use.
//
// A connection is registered once, edge-triggered, so that waiting again costs no system call. The goroutine waits in the
// runtime's own epoll for this one, and so holds no thread.
type Epoll struct {
	others  Watchers
	workers sync.WaitGroup
	work    chan func() // to workers that rest
	resting atomic.Int32

	mu     sync.Mutex
	file   *os.File // nil: nothing has been registered yet
	fd     int      // its descriptor
	conns  []*Conn  // registered, by descriptor
	done   chan struct{}
	closed bool
}

var _ Poller = (*Epoll)(nil)

const (
	arrivals = unix.EPOLLIN | unix.EPOLLRDHUP | unix.EPOLLET
	endings  = unix.EPOLLRDHUP | unix.EPOLLHUP | unix.EPOLLERR
	batch    = 16 // events taken at once, and workers that may rest
)

// parking is what Epoll keeps with a connection, guarded by its mutex.
type parking struct {
	epoll *Epoll // where the connection is registered, by its owner; nil: nowhere
	fd    int
	ready func() // nil: nobody waits
	came  bool   // something has, while nobody waited
	hung  bool   // the peer has ended the stream
}

// Watch registers the connection where it is not yet, and notes who waits.
func (e *Epoll) Watch(c *Conn, ready func()) {
	if c.parking.epoll != e && !e.register(c) {
		e.others.Watch(c, ready)
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	p := &c.parking
	p.ready = ready
	if p.came || c.link.unread {
		e.call(c)
	}
}

// Forget notes that nobody waits.
func (e *Epoll) Forget(c *Conn) bool {
	if c.parking.epoll != e {
		return e.others.Forget(c)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	waited := c.parking.ready != nil
	c.parking.ready = nil
	c.resume()
	return waited
}

// Close forgets every connection and waits for every goroutine.
func (e *Epoll) Close() {
	e.others.Close()
	e.mu.Lock()
	e.closed = true
	for _, c := range e.conns {
		if c != nil {
			c.parking.ready = nil
		}
	}
	file := e.file
	e.file = nil
	e.mu.Unlock()
	if file == nil {
		return
	}
	// Only to end the wait for it.
	_ = file.Close()
	<-e.done
	close(e.work)
	e.workers.Wait()
}

// register adds the connection; it reports whether that could be done.
func (e *Epoll) register(c *Conn) bool {
	raw := c.link.rawConn()
	if raw == nil {
		return false
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.open() {
		return false
	}
	added := false
	err := raw.Control(func(fd uintptr) { added = e.add(c, int(fd)) })
	return err == nil && added
}

// open makes the epoll, unless there is one.
func (e *Epoll) open() bool {
	if e.file != nil || e.closed {
		return !e.closed
	}
	fd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return false
	}
	// The runtime waits only for descriptors that say that they do not block.
	if err := unix.SetNonblock(fd, true); err != nil {
		_ = unix.Close(fd)
		return false
	}
	e.fd, e.file = fd, os.NewFile(uintptr(fd), "epoll")
	e.work, e.done = make(chan func()), make(chan struct{})
	raw, err := e.file.SyscallConn()
	if err != nil {
		return false
	}
	go e.wait(raw)
	return true
}

// add comes with the connection's first arrival where it is there already.
func (e *Epoll) add(c *Conn, fd int) bool {
	if len(e.conns) <= fd {
		e.conns = append(e.conns, make([]*Conn, fd+1-len(e.conns))...)
	}
	event := unix.EpollEvent{Events: arrivals, Fd: int32(fd)}
	if unix.EpollCtl(e.fd, unix.EPOLL_CTL_ADD, fd, &event) != nil {
		return false
	}
	e.conns[fd] = c
	c.parking.epoll, c.parking.fd = e, fd
	c.link.edges = true
	return true
}

// leave takes the connection out before it is closed, so that nothing of it remains where a child process still holds it.
func (p *parking) leave(c *Conn) {
	e := p.epoll
	if e == nil {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.closed {
		_ = unix.EpollCtl(e.fd, unix.EPOLL_CTL_DEL, p.fd, nil)
	}
	e.conns[p.fd] = nil
	c.link.edges, c.link.short = false, false
	*p = parking{}
}

// wait takes events until Close.
func (e *Epoll) wait(raw syscall.RawConn) {
	defer close(e.done)
	events := make([]unix.EpollEvent, batch)
	n := 0
	take := func(fd uintptr) bool {
		var err error
		n, err = unix.EpollWait(int(fd), events, 0)
		return n > 0 || err != nil && err != unix.EINTR
	}
	for raw.Read(take) == nil && n > 0 {
		e.tell(events[:n])
		// Those who were called go first: meanwhile more comes, so that fewer waits are needed, and fewer goroutines.
		runtime.Gosched()
	}
}

func (e *Epoll) tell(events []unix.EpollEvent) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for i := range events {
		c := e.conns[events[i].Fd]
		if c == nil {
			continue
		}
		p := &c.parking
		p.came = true
		p.hung = p.hung || events[i].Events&endings != 0
		if p.ready != nil {
			e.call(c)
		}
	}
}

// call hands the connection to who waits for it. The mutex is held.
func (e *Epoll) call(c *Conn) {
	ready := c.parking.ready
	c.parking.ready = nil
	if e.closed {
		return
	}
	c.resume()
	select {
	case e.work <- ready:
	default:
		e.workers.Go(func() { e.serve(ready) })
	}
}

// serve calls, and rests until there is more to call. A worker has the stack that calls need, which a new goroutine would
// first have to grow; that costs as much as the rest of a call.
func (e *Epoll) serve(ready func()) {
	for ready != nil {
		ready()
		if e.resting.Add(1) > batch {
			e.resting.Add(-1)
			return
		}
		ready = <-e.work
		e.resting.Add(-1)
	}
}

// resume tells the link what has happened since it was last read. Nobody else has the connection, and the mutex is held.
func (c *Conn) resume() {
	p, l := &c.parking, &c.link
	if p.came {
		p.came = false
		l.unread, l.short = true, false
	}
	l.hung = p.hung
}

// interrupt ends the stream both ways and leaves the descriptor, since the end of one that is closed is not told.
func (l *link) interrupt() {
	socket, ok := l.Conn.(*net.TCPConn)
	if !ok {
		l.Conn.Close()
		return
	}
	_ = socket.CloseRead()
	_ = socket.CloseWrite()
}
