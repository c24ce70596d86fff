//go:build !windows

package cli

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// lock takes a file for this process, or says that another has it. Filesystems without locks are trusted.
func lock(f *os.File) error {
	err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	switch {
	case errors.Is(err, unix.EWOULDBLOCK):
		return errTaken
	case errors.Is(err, unix.ENOLCK), errors.Is(err, unix.EOPNOTSUPP), errors.Is(err, unix.ENOSYS):
		return nil
	}
	return err
}

// remove removes a locked file and gives its lock back, in that order: who takes the lock then sees that it is gone.
func remove(f *os.File) error { return errors.Join(os.Remove(f.Name()), f.Close()) }

// move renames a locked file, and gives its lock back.
func move(f *os.File, name string) error { return errors.Join(os.Rename(f.Name(), name), f.Close()) }
