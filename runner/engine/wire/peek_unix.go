//go:build unix

package wire

import (
	"os"

	"golang.org/x/sys/unix"
)

const canPeek = true

// peek reports whether a read of the socket would not have to wait. (Poll in place of a receive with MSG_PEEK, which
// allocates an address.)
func peek(fd uintptr) bool {
	ask := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
	for {
		n, err := unix.Poll(ask, 0)
		if err != unix.EINTR {
			return n != 0 || err != nil
		}
	}
}

// receive reads what has arrived on the socket, which does not block, or fails with errAgain.
func receive(fd uintptr, p []byte) (int, error) {
	for {
		n, err := unix.Read(int(fd), p)
		switch err {
		case nil:
			return n, nil
		case unix.EINTR:
		case unix.EAGAIN:
			return 0, errAgain
		default:
			return 0, os.NewSyscallError("read", err)
		}
	}
}

// transmit writes as much as the socket, which does not block, has room for.
func transmit(fd uintptr, p []byte) (int, error) {
	for {
		n, err := unix.Write(int(fd), p)
		switch err {
		case nil:
			return n, nil
		case unix.EINTR:
		case unix.EAGAIN:
			return 0, nil
		default:
			return 0, os.NewSyscallError("write", err)
		}
	}
}
