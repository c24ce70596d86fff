//go:build !linux && !darwin

package machine

// rlimit is that of a system without such a limit, or whose limit is not known.
func rlimit() (soft, hard uint64, err error) { return 0, 0, nil }

func setRlimit(_, _ uint64) error { return nil }
