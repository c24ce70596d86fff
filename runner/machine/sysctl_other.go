//go:build !darwin

package machine

import "io/fs"

// sysctl knows nothing: Linux shows its settings in /proc/sys.
func sysctl(string) (uint64, error) { return 0, fs.ErrNotExist }

// descriptorCeiling is 0: the hard limit is one that the kernel has accepted.
func descriptorCeiling() uint64 { return 0 }
