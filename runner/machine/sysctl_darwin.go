package machine

import (
	"errors"
	"io/fs"

	"golang.org/x/sys/unix"
)

// sysctl reads a number of 4 or 8 bytes.
func sysctl(name string) (uint64, error) {
	raw, err := unix.SysctlRaw(name)
	switch {
	case errors.Is(err, unix.ENOENT):
		return 0, fs.ErrNotExist
	case err != nil:
		return 0, err
	case len(raw) == 8:
		return unix.SysctlUint64(name)
	}
	small, err := unix.SysctlUint32(name)
	return uint64(small), err
}

// descriptorCeiling is what the kernel allows a process; its hard limit is often "unlimited".
func descriptorCeiling() uint64 {
	n, err := sysctl("kern.maxfilesperproc")
	if err != nil { // then the hard limit is tried as it is
		return 0
	}
	return n
}
