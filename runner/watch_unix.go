//go:build unix

package runner

import (
	"time"

	"golang.org/x/sys/unix"
)

// usage is the CPU time of all threads of this process, and its largest resident memory in the unit of the platform.
func usage() (cpu time.Duration, largest int64) {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		return 0, 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), u.Maxrss
}

// descriptorLimit is how many descriptors this process may hold, 0 if that is not known.
func descriptorLimit() uint64 {
	var l unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &l); err != nil {
		return 0
	}
	return uint64(l.Cur)
}
