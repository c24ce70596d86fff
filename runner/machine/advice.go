package machine

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Advice is one thing to change.
type Advice struct {
	Resource Resource  `json:"resource"`
	Must     bool      `json:"must"` // without it, the connections asked for do not fit
	Why      string    `json:"why"`
	Settings []Setting `json:"settings"` // ways to change it; one is enough unless Why says more
}

// Setting is one exact line, and where it goes.
type Setting struct {
	Where string `json:"where"` // sysctl, docker, task definition, …
	Line  string `json:"line"`
}

// Below these, a machine is worth changing whatever is asked of it.
const (
	usualDescriptors = 65_536 // as in the task definition of any service that holds connections
	usualPorts       = 28_232 // Linux' default, 32768–60999
	usualConntrack   = 65_536
	usualHeld        = 1_000 // connections over TLS in the memory left
	usualQueue       = 1_024
)

// The widest range of ports that needs no privilege, and how many ports it holds.
const (
	widestRange = "1024 65535"
	widestPorts = 65535 - 1024 + 1
)

// Advice says what to change so that n connections fit, and what is worth changing in any case; n is 0 where no number is
// asked for. What must be changed comes first.
func (r Report) Advice(n int64, p Protocol) []Advice {
	all := []Advice{}
	for _, one := range []func(int64, Protocol) *Advice{
		r.adviseDescriptors, r.advisePorts, r.adviseMemory, r.adviseConntrack, r.adviseCPU, r.adviseTimeWait, r.adviseQueue,
	} {
		if a := one(n, p); a != nil {
			all = append(all, *a)
		}
	}
	slices.SortStableFunc(all, func(a, b Advice) int { return cmp.Compare(rank(a), rank(b)) })
	return all
}

func rank(a Advice) int {
	if a.Must {
		return 0
	}
	return 1
}

// allows is the limit of one resource; false if it is not known.
func (r Report) allows(resource Resource, p Protocol) (int64, bool) {
	for _, l := range r.Limits() {
		if l.Resource == resource {
			return l.Of(p), true
		}
	}
	return math.MaxInt64, false
}

func (r Report) adviseDescriptors(n int64, p Protocol) *Advice {
	has, known := r.allows(ResourceDescriptors, p)
	if !known || has >= n && r.Descriptors.Hard >= usualDescriptors {
		return nil
	}
	want := roundUp(max(n+ownDescriptors+int64(r.Descriptors.Open), usualDescriptors), 1024)
	why := fmt.Sprintf("%s descriptors allow %s connections", Thousands(int64(r.Descriptors.Hard)), Thousands(has))
	if has >= n {
		why += fmt.Sprintf("; %s are usual where connections are held", Thousands(usualDescriptors))
	}
	return &Advice{ResourceDescriptors, has < n, why, r.descriptorSettings(want)}
}

// descriptorSettings never asks for less than there is: where the kernel's own ceiling is lower, that goes first.
func (r Report) descriptorSettings(want int64) []Setting {
	const kernelDefault = 1 << 20 // fs.nr_open
	switch {
	case r.Task != nil:
		return []Setting{{"task definition", fmt.Sprintf(`"ulimits": [{"name": "nofile", "softLimit": %d, "hardLimit": %[1]d}]`, want)}}
	case r.OS == "darwin":
		return []Setting{{"shell", fmt.Sprintf("sudo launchctl limit maxfiles %d %[1]d && ulimit -n %[1]d", want)}}
	}
	var all []Setting
	if want > kernelDefault {
		all = append(all, Setting{"first, sysctl", fmt.Sprintf("sysctl -w fs.nr_open=%d", want)})
	}
	return append(all,
		Setting{"shell, as root", fmt.Sprintf("ulimit -n %d", want)},
		Setting{"limits.conf", fmt.Sprintf("* - nofile %d", want)},
		Setting{"systemd", fmt.Sprintf("LimitNOFILE=%d", want)},
		Setting{"docker", fmt.Sprintf("docker run --ulimit nofile=%d:%[1]d", want)},
	)
}

func (r Report) advisePorts(n int64, p Protocol) *Advice {
	has, known := r.allows(ResourcePorts, p)
	if !known || has >= n && (r.Network.Ports >= usualPorts || r.OS == "darwin") {
		return nil
	}
	a := &Advice{Resource: ResourcePorts, Must: has < n}
	a.Why = fmt.Sprintf("%s ports × %s allow %s connections to one address and port of a service",
		Thousands(int64(r.Network.Ports)), plural(r.Network.Addresses(), "address"), Thousands(has))
	widest := int64(r.Network.Addresses()) * widestPorts
	if r.Network.Ports < widestPorts {
		a.Settings = append(a.Settings, r.rangeSetting())
	}
	if n > widest {
		if r.Network.Ports < widestPorts {
			a.Why += "; both changes are needed"
		}
		a.Settings = append(a.Settings, r.addressSetting(n))
	}
	return a
}

func (r Report) rangeSetting() Setting {
	if r.OS == "darwin" {
		return Setting{"shell", "sudo sysctl -w net.inet.ip.portrange.first=1024"}
	}
	return r.sysctlSetting("net.ipv4.ip_local_port_range", widestRange)
}

// addressSetting spreads n connections over more source addresses; a task has but one, so there are more tasks.
func (r Report) addressSetting(n int64) Setting {
	needed := (n + widestPorts - 1) / widestPorts
	if r.Task != nil {
		return Setting{"more tasks", fmt.Sprintf("%d tasks with %s connections each", needed, Thousands((n+needed-1)/needed))}
	}
	more := plural(int(needed)-r.Network.Addresses(), "more address")
	if r.OS != "linux" || r.Network.Interface == "" {
		return Setting{"network", more + " on the interface that leads to the service"}
	}
	return Setting{"shell, as root", fmt.Sprintf("ip address add ADDRESS/32 dev %s   # %s; connections are spread over them", r.Network.Interface, more)}
}

func (r Report) adviseMemory(n int64, p Protocol) *Advice {
	has, known := r.allows(ResourceMemory, p)
	enough, _ := r.allows(ResourceMemory, TLS)
	if !known || has >= n && enough >= usualHeld {
		return nil
	}
	used := r.Memory.Limit - min(r.Memory.Free, r.Memory.Limit)
	want := int(roundUp(max(neededMiB(n, p), neededMiB(usualHeld, TLS))+int64(used>>20), 512))
	return &Advice{
		ResourceMemory, has < n,
		fmt.Sprintf("%s free of %s hold %s connections of %s", Bytes(r.Memory.Free), Bytes(r.Memory.Limit), Thousands(has), kilobytes(p)),
		r.memorySettings(want),
	}
}

func (r Report) memorySettings(mib int) []Setting {
	switch {
	case r.Task != nil:
		return []Setting{r.Task.memorySetting(mib)}
	case r.Memory.Cgroup > 0 && r.Memory.Cgroup == r.Memory.Limit:
		return []Setting{
			{"docker", fmt.Sprintf("docker run --memory %dm", mib)},
			{"systemd", fmt.Sprintf("MemoryMax=%dM", mib)},
		}
	}
	return []Setting{{"machine", "one with at least " + Bytes(uint64(mib)<<20)}}
}

// memorySetting asks for more memory, and on Fargate for a size with at least the CPU that the task has, and one vCPU.
func (t *Task) memorySetting(mib int) Setting {
	switch {
	case t.LaunchType != "FARGATE" && t.CPU == 0: // which it may exceed as others leave it
		return Setting{"task definition", fmt.Sprintf(`"memory": "%d"`, mib)}
	case t.LaunchType != "FARGATE":
		return Setting{"task definition", fmt.Sprintf(`"cpu": "%.0f", "memory": "%d"`, max(t.CPU*1024, usualCPU), mib)}
	}
	for _, cpu := range FargateCPUs() {
		if float64(cpu) < max(t.CPU*1024, usualCPU) {
			continue
		}
		if _, memory, err := fargateSize(cpu, 0, mib); err == nil {
			return Setting{"task definition", fmt.Sprintf(`"cpu": "%d", "memory": "%d"`, cpu, memory)}
		}
	}
	return Setting{"more tasks", fmt.Sprintf("no Fargate task has %s; share the connections among several", Bytes(uint64(mib)<<20))}
}

// neededMiB is the memory for n connections, Plimsoll itself and the part to be left free.
func neededMiB(n int64, p Protocol) int64 {
	return int64(math.Ceil((float64(n)*float64(p.Bytes()) + ownBytes) / memoryShare / (1 << 20)))
}

func (r Report) adviseConntrack(n int64, p Protocol) *Advice {
	has, known := r.allows(ResourceConntrack, p)
	if !known || has >= max(n, usualConntrack) {
		return nil
	}
	want := roundUp(max(n, usualConntrack)+int64(r.Network.ConntrackCount), usualConntrack)
	return &Advice{
		ResourceConntrack, has < n,
		fmt.Sprintf("the firewall follows at most %s connections and has %s; what is beyond is dropped",
			Thousands(int64(r.Network.ConntrackMax)), Thousands(int64(r.Network.ConntrackCount))),
		[]Setting{{"sysctl, on the host", fmt.Sprintf("sysctl -w net.netfilter.nf_conntrack_max=%d", want)}},
	}
}

// roundUp is the next multiple.
func roundUp(n, unit int64) int64 { return (n + unit - 1) / unit * unit }
