package cli

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// reserve sets disk space aside for a file without making it longer. Filesystems that cannot do it are trusted.
func reserve(f *os.File, bytes int64) error {
	err := unix.Fallocate(int(f.Fd()), unix.FALLOC_FL_KEEP_SIZE, 0, bytes)
	if errors.Is(err, unix.EOPNOTSUPP) || errors.Is(err, unix.ENOSYS) {
		return nil
	}
	return err
}
