package sim

import (
	"fmt"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// bell is a timerfd that the runtime polls like a socket: it rings within some 0.1 ms
// (https://man7.org/linux/man-pages/man2/timerfd_create.2.html).
type bell struct {
	file *os.File
	raw  syscall.RawConn
}

func newBell() (*bell, error) {
	fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("make a timer for the simulated services: %w", err)
	}
	file := os.NewFile(uintptr(fd), "timerfd")
	raw, err := file.SyscallConn()
	if err != nil {
		_ = file.Close()
		return nil, fmt.Errorf("use a timer for the simulated services: %w", err)
	}
	return &bell{file: file, raw: raw}, nil
}

// set has the bell ring once, after a positive time, in place of what it was set to before.
func (b *bell) set(after time.Duration) {
	spec := unix.ItimerSpec{Value: unix.NsecToTimespec(int64(after))}
	_ = b.raw.Control(func(fd uintptr) { // fails only once closed
		_ = unix.TimerfdSettime(int(fd), 0, &spec, nil)
	})
}

// wait returns true when the bell rings, false once it is closed.
func (b *bell) wait() bool {
	var rings [8]byte
	_, err := b.file.Read(rings[:])
	return err == nil
}

func (b *bell) close() { _ = b.file.Close() }
