//go:build !windows

package cli

import (
	"errors"

	"golang.org/x/sys/unix"
)

// alive reports whether a process of this machine lives, also where it is another user's.
func alive(pid int) bool {
	err := unix.Kill(pid, 0)
	return err == nil || errors.Is(err, unix.EPERM)
}
