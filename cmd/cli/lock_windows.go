package cli

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// lock takes a file for this process, or says that another has it. The locked byte lies where nothing is ever written, so
// that others may read the file.
func lock(f *os.File) error {
	err := windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY,
		0, 1, 0, &windows.Overlapped{OffsetHigh: 1 << 30})
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return errTaken
	}
	return err
}

// remove removes a locked file. An open one cannot be removed here.
func remove(f *os.File) error { return errors.Join(f.Close(), os.Remove(f.Name())) }

// move renames a locked file. An open one cannot be renamed here.
func move(f *os.File, name string) error { return errors.Join(f.Close(), os.Rename(f.Name(), name)) }
