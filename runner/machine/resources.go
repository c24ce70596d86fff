package machine

import "errors"

// errNoQuota is a quota that is none.
var errNoQuota = errors.New("no quota and period, two numbers above 0")

// cpu takes the smallest of what the machine has, the control groups allow and the task is given.
func (i *inspection) cpu() {
	c := &i.report.CPU
	c.Machine = float64(i.host.CPUs)
	c.Cgroup = i.quota()
	if t := i.report.Task; t != nil {
		c.Task = t.CPU
	}
	c.Usable = c.Machine
	for _, limit := range []float64{c.Cgroup, c.Task} {
		if limit > 0 {
			c.Usable = min(c.Usable, limit)
		}
	}
}

// memory does the same. On Fargate the limit of the task is of a group outside of what the container sees.
func (i *inspection) memory() {
	m := &i.report.Memory
	info := i.text(i.host.Proc, "meminfo")
	m.Machine, m.Free = field(info, "MemTotal:")<<10, field(info, "MemAvailable:")<<10
	if m.Machine == 0 {
		m.Machine = i.sysctl("hw.memsize")
		m.Free = m.Machine / 2
	}
	var left, used uint64
	m.Cgroup, left, used = i.confinement()
	m.Limit, m.Free = m.Machine, min(m.Free, m.Machine)
	m.confine(m.Cgroup, left)
	if t := i.report.Task; t != nil {
		m.Task = smaller(t.Memory, t.Container.Memory)
		m.confine(m.Task, m.Task-min(used, m.Task))
	}
}

// confine applies one more limit, of which something is left.
func (m *Memory) confine(limit, left uint64) {
	if limit == 0 {
		return
	}
	if m.Limit == 0 {
		m.Limit, m.Free = limit, left
	}
	m.Limit, m.Free = min(m.Limit, limit), min(m.Free, left)
}

// smaller is the smaller of two limits of which 0 is none.
func smaller(a, b uint64) uint64 {
	if a == 0 || b == 0 {
		return max(a, b)
	}
	return min(a, b)
}
