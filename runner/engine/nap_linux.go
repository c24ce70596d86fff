package engine

import (
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// fineNap sleeps in a read of a timerfd, whose deadline is a timer of Go's. An idle process is woken by the first, which the
// kernel keeps to some microseconds, while Go's idle timers oversleep by up to a millisecond; a busy one by the second,
// since its scheduler looks at timers before it looks for readable files.
type fineNap struct {
	fd    int
	file  *os.File
	alert atomic.Bool // wake was called
}

var _ napper = (*fineNap)(nil)

func newNap() (napper, error) {
	fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("open a timer (is the limit of open files too low?): %w", err)
	}
	return &fineNap{fd: fd, file: os.NewFile(uintptr(fd), "timer")}, nil
}

func (n *fineNap) sleep(d time.Duration) {
	n.arm(d)
	if n.alert.Swap(false) {
		return
	}
	if n.file.SetReadDeadline(time.Now().Add(d)) == nil {
		var expirations [8]byte
		// Whether it was the timer or the deadline is all the same.
		_, _ = n.file.Read(expirations[:])
	}
	n.alert.Store(false)
}

// wake may come between arming and reading, or before arming, which would undo it: hence alert.
func (n *fineNap) wake() {
	n.alert.Store(true)
	n.arm(1)
}

func (n *fineNap) arm(d time.Duration) {
	at := unix.ItimerSpec{Value: unix.NsecToTimespec(max(int64(d), 1))}
	// It fails only for arguments that are never given.
	_ = unix.TimerfdSettime(n.fd, 0, &at, nil)
}

func (n *fineNap) close() { _ = n.file.Close() }
