//go:build !linux

package cli

import "os"

// reserve proves that so much can be written, where space cannot be set aside.
func reserve(f *os.File, bytes int64) error {
	zeros := make([]byte, 1<<20)
	for at := int64(0); at < bytes; at += int64(len(zeros)) {
		if _, err := f.WriteAt(zeros, at); err != nil {
			return err
		}
	}
	return f.Truncate(0)
}
