package runner

import (
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
)

// read takes what Linux tells of this process (https://man7.org/linux/man-pages/man5/proc.5.html).
func read() reading {
	cpu, _ := usage()
	proc := os.DirFS("/proc/self")
	return reading{cpu: cpu, memory: resident(proc), descriptors: entries(proc, "fd"), throttled: throttlings(proc, os.DirFS("/sys/fs/cgroup"))}
}

// resident is the second number of statm, in pages.
func resident(proc fs.FS) int64 {
	text, err := fs.ReadFile(proc, "statm")
	fields := strings.Fields(string(text))
	if err != nil || len(fields) < 2 {
		return 0
	}
	pages, _ := strconv.ParseInt(fields[1], 10, 64)
	return pages * int64(os.Getpagesize())
}

func entries(proc fs.FS, folder string) int64 {
	all, _ := fs.ReadDir(proc, folder)
	return int64(len(all))
}

// throttlings reads nr_throttled of the process's cgroup: version 2 lists one line 0::/path, version 1 a line with cpu
// among its controllers; inside a container the group is often the root that is mounted there
// (https://docs.kernel.org/admin-guide/cgroup-v2.html).
func throttlings(proc, cgroups fs.FS) int64 {
	lines, _ := fs.ReadFile(proc, "cgroup")
	for line := range strings.Lines(string(lines)) {
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(parts) != 3 {
			continue
		}
		mount := "."
		if parts[1] != "" {
			if mount = controller(parts[1]); mount == "" {
				continue
			}
		}
		for _, group := range []string{strings.Trim(parts[2], "/"), "."} {
			if n, ok := stat(cgroups, path.Join(mount, group, "cpu.stat")); ok {
				return n
			}
		}
	}
	return 0
}

// controller is where version 1 mounts a line's controllers, "" without cpu.
func controller(names string) string {
	for name := range strings.SplitSeq(names, ",") {
		if name == "cpu" {
			return names
		}
	}
	return ""
}

func stat(cgroups fs.FS, file string) (int64, bool) {
	text, err := fs.ReadFile(cgroups, file)
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, "nr_throttled "); ok {
			n, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
			return n, err == nil
		}
	}
	return 0, false
}
