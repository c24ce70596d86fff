package machine

import (
	"fmt"
	"strconv"
	"strings"
)

// Line is one resource in words. Value is "" where it is not known.
type Line struct {
	Resource Resource
	Value    string
	Detail   string
}

// Lines says in words how much of each resource there is.
func (r Report) Lines() []Line {
	return []Line{r.cpuLine(), r.memoryLine(), r.descriptorLine(), r.portLine(), r.timeWaitLine(), r.queueLine(), r.conntrackLine()}
}

func (r Report) cpuLine() Line {
	line := Line{Resource: ResourceCPU}
	if r.CPU.Usable == 0 {
		return line
	}
	line.Value = cpus(r.CPU.Usable)
	line.Detail = join(
		setBy(r.CPU.Task == r.CPU.Usable, r.CPU.Cgroup == r.CPU.Usable),
		part(r.CPU.Usable < r.CPU.Machine, "machine "+decimal(r.CPU.Machine)),
	)
	return line
}

func (r Report) memoryLine() Line {
	line := Line{Resource: ResourceMemory}
	m := r.Memory
	if m.Limit == 0 {
		return line
	}
	line.Value = Bytes(m.Free) + " free"
	line.Detail = join(
		"of "+Bytes(m.Limit),
		setBy(m.Task == m.Limit, m.Cgroup == m.Limit),
		part(m.Limit < m.Machine, "machine "+Bytes(m.Machine)),
	)
	return line
}

func (r Report) descriptorLine() Line {
	line := Line{Resource: ResourceDescriptors}
	d := r.Descriptors
	if d.Hard == 0 {
		return line
	}
	line.Value = Thousands(int64(min(d.Hard, noLimit)))
	line.Detail = join(
		part(d.Soft < d.Hard, "soft limit "+Thousands(int64(d.Soft))+", raised when a run starts"),
		part(d.Open > 0, fmt.Sprintf("%d open", d.Open)),
	)
	return line
}

func (r Report) portLine() Line {
	line := Line{Resource: ResourcePorts}
	n := r.Network
	if n.Ports == 0 {
		return line
	}
	line.Value = Thousands(int64(n.Ports)) + " an address"
	line.Detail = join(
		fmt.Sprintf("%d–%d", n.FirstPort, n.LastPort),
		outward(n),
		part(n.Loopback > 0, "loopback "+plural(n.Loopback, "address")),
	)
	return line
}

// outward names the first of the addresses that lead to other machines.
func outward(n Network) string {
	if len(n.Outward) == 0 {
		return ""
	}
	text := n.Outward[0].String()
	if more := n.Addresses() - 1; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text + part(n.Interface != "", " on "+n.Interface)
}

func (r Report) timeWaitLine() Line {
	line := Line{Resource: ResourceTimeWait}
	switch r.Network.TimeWait {
	case TimeWaitOff:
		line.Value, line.Detail = "not reused", "tcp_tw_reuse = 0: a port rests 60 s after its connection"
	case TimeWaitOn:
		line.Value, line.Detail = "reused", "tcp_tw_reuse = 1"
	case TimeWaitLoopback:
		line.Value, line.Detail = "loopback only", "tcp_tw_reuse = 2: reused towards this machine, else a port rests 60 s"
	}
	return line
}

func (r Report) queueLine() Line {
	line := Line{Resource: ResourceAcceptQueue}
	if r.Network.AcceptQueue > 0 {
		line.Value, line.Detail = Thousands(int64(min(r.Network.AcceptQueue, noLimit))), "somaxconn, for simulated services"
	}
	return line
}

// conntrackLine knows that what does not exist limits nothing, where the kernel shows its settings at all.
func (r Report) conntrackLine() Line {
	line := Line{Resource: ResourceConntrack}
	n := r.Network
	switch {
	case n.ConntrackMax > 0:
		free := n.ConntrackMax - min(n.ConntrackMax, n.ConntrackCount)
		line.Value, line.Detail = Thousands(int64(min(free, noLimit)))+" free", "of "+Thousands(int64(min(n.ConntrackMax, noLimit)))
	case r.OS == "linux":
		line.Value = "not in use"
	}
	return line
}

// Title says what kind of machine it is, and for a task which.
func (r Report) Title() string {
	t := r.Task
	if t == nil {
		return "This machine: " + r.OS
	}
	return "This task: " + join(
		t.Family+":"+t.Revision,
		part(t.Service != "", "service "+t.Service),
		"cluster "+lastPart(t.Cluster),
	)
}

// Place says where the task runs; "" outside of ECS.
func (r Report) Place() string {
	t := r.Task
	if t == nil {
		return ""
	}
	return join(
		t.LaunchType, t.Zone, t.Network,
		part(t.Container.Name != "", "container "+t.Container.Name),
		part(t.ARN != "", "task "+lastPart(t.ARN)),
	)
}

// setBy says whose limit is the smallest.
func setBy(task, group bool) string {
	switch {
	case task:
		return "limit of the task"
	case group:
		return "limit of the control group"
	}
	return ""
}

// lastPart is what stands behind the last slash of an ARN.
func lastPart(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }

func part(shown bool, text string) string {
	if shown {
		return text
	}
	return ""
}

// join joins what is not empty.
func join(parts ...string) string {
	var all []string
	for _, p := range parts {
		if p != "" {
			all = append(all, p)
		}
	}
	return strings.Join(all, ", ")
}

func decimal(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }
