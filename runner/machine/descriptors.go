package machine

import "fmt"

// RaiseDescriptors raises the number of descriptors that the process may have open, the soft limit, to the hard limit, and
// returns what is in force afterwards, also beside an error. It is called once at the start of a run. Where the limit does not
// exist (Windows), it returns 0 and no error.
func RaiseDescriptors() (uint64, error) {
	return raise(rlimit, setRlimit, descriptorCeiling())
}

// raise is RaiseDescriptors over given system calls. A ceiling above 0 is what the kernel allows whatever the hard limit says.
func raise(get func() (soft, hard uint64, err error), set func(soft, hard uint64) error, ceiling uint64) (uint64, error) {
	soft, hard, err := get()
	if err != nil {
		return 0, fmt.Errorf("read the limit of descriptors: %w", err)
	}
	want := hard
	if ceiling > 0 {
		want = min(want, ceiling)
	}
	if soft >= want {
		return soft, nil
	}
	if err := set(want, hard); err != nil {
		return soft, fmt.Errorf("raise the limit of descriptors from %d to %d: %w; set it before the start: ulimit -n %d", soft, want, err, want)
	}
	return want, nil
}
