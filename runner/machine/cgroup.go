package machine

import (
	"path"
	"slices"
	"strconv"
	"strings"
)

// A group is a control group: a folder below /sys/fs/cgroup. The two versions of the interface differ in the names of
// their files: https://docs.kernel.org/admin-guide/cgroup-v2.html and https://docs.kernel.org/admin-guide/cgroup-v1/.
type group struct {
	folder string
	v2     bool
}

// groups are those that confine the process by one controller, from its own up to the root. A container often sees its
// own group mounted as the root while /proc/self/cgroup gives the path outside, so folders may be absent.
func (i *inspection) groups(controller string) []group {
	var unified string
	for line := range strings.Lines(i.text(i.host.Proc, "self/cgroup")) {
		id, rest, _ := strings.Cut(strings.TrimSpace(line), ":")
		controllers, own, found := strings.Cut(rest, ":")
		if !found {
			continue
		}
		if slices.Contains(strings.Split(controllers, ","), controller) {
			all := upwards(controllers, own, false) // a folder like cpu,cpuacct, with links that not every container has
			if controllers != controller {
				all = append(all, upwards(controller, own, false)...)
			}
			return all
		}
		if id == "0" && controllers == "" {
			unified = own
		}
	}
	return upwards(".", unified, true)
}

// upwards lists a group and those around it.
func upwards(root, own string, v2 bool) []group {
	var all []group
	for p := path.Clean("/" + own); ; p = path.Dir(p) {
		all = append(all, group{path.Join(root, p), v2})
		if p == "/" {
			return all
		}
	}
}

// quota is the smallest CPU quota around the process, in CPUs; 0 if there is none.
func (i *inspection) quota() float64 {
	var smallest float64
	for _, g := range i.groups("cpu") {
		if q := i.groupQuota(g); q > 0 && (smallest == 0 || q < smallest) {
			smallest = q
		}
	}
	return smallest
}

// groupQuota is microseconds of CPU allowed a period over the length of the period. "max" (v2) and -1 (v1) are none.
func (i *inspection) groupQuota(g group) float64 {
	var quota, period string
	if g.v2 {
		quota, period, _ = strings.Cut(i.text(i.host.Cgroup, path.Join(g.folder, "cpu.max")), " ")
	} else {
		quota = i.text(i.host.Cgroup, path.Join(g.folder, "cpu.cfs_quota_us"))
		period = i.text(i.host.Cgroup, path.Join(g.folder, "cpu.cfs_period_us"))
	}
	if quota == "" || quota == "max" || quota == "-1" {
		return 0
	}
	q, errQuota := strconv.ParseUint(quota, 10, 32)
	p, errPeriod := strconv.ParseUint(period, 10, 32)
	if errQuota != nil || errPeriod != nil || q == 0 || p == 0 {
		i.unread(path.Join(g.folder, "cpu"), errNoQuota)
		return 0
	}
	return float64(q) / float64(p)
}

// noLimit is from where a limit of memory means that there is none: version 1 shows none as 2⁶³ less a page.
const noLimit = 1 << 60

// confinement is the smallest memory limit around the process, and the least that any of its groups has left, in bytes;
// both 0 if no group has a limit. Used is what its own group takes.
func (i *inspection) confinement() (limit, left, used uint64) {
	for _, g := range i.groups("memory") {
		u, known := i.groupUsage(g)
		if used == 0 {
			used = u
		}
		most, ok := i.groupLimit(g)
		if !ok || !known {
			continue
		}
		room := most - min(u, most)
		if limit == 0 {
			limit, left = most, room
		}
		limit, left = min(limit, most), min(left, room)
	}
	return limit, left, used
}

func (i *inspection) groupLimit(g group) (uint64, bool) {
	name := "memory.limit_in_bytes"
	if g.v2 {
		name = "memory.max"
		if i.text(i.host.Cgroup, path.Join(g.folder, name)) == "max" {
			return 0, false
		}
	}
	n, ok := i.number(i.host.Cgroup, path.Join(g.folder, name))
	return n, ok && n > 0 && n < noLimit
}

// groupUsage is what a group uses, without page cache that the kernel would drop first.
func (i *inspection) groupUsage(g group) (uint64, bool) {
	name, cache := "memory.usage_in_bytes", "total_inactive_file"
	if g.v2 {
		name, cache = "memory.current", "inactive_file"
	}
	used, ok := i.number(i.host.Cgroup, path.Join(g.folder, name))
	droppable := field(i.text(i.host.Cgroup, path.Join(g.folder, "memory.stat")), cache)
	return used - min(droppable, used), ok
}

// field is the number behind a name in lines of "name number", or 0.
func field(text, name string) uint64 {
	for line := range strings.Lines(text) {
		if words := strings.Fields(line); len(words) > 1 && words[0] == name {
			if n, err := strconv.ParseUint(words[1], 10, 64); err == nil {
				return n
			}
		}
	}
	return 0
}
