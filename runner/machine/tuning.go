package machine

import (
	"fmt"
	"strings"
)

// Advice about what limits no number of connections, but what a run measures.

func (r Report) adviseCPU(n int64, p Protocol) *Advice {
	if r.CPU.Usable >= 1 || r.CPU.Usable == 0 {
		return nil
	}
	a := &Advice{Resource: ResourceCPU, Why: cpus(r.CPU.Usable) + ": the kernel stops the process whenever its share is used up, and a verdict from such a time is inconclusive"}
	if r.Task == nil {
		a.Settings = []Setting{{"docker", "docker run --cpus 1"}, {"systemd", "CPUQuota=100%"}}
		return a
	}
	if more := r.adviseMemory(n, p); more != nil { // whose setting has both
		a.Settings = more.Settings
		return a
	}
	memory := FargateMemory(usualCPU)[0]
	a.Settings = []Setting{{"task definition", fmt.Sprintf(`"cpu": "%d", "memory": "%d"`, usualCPU, max(memory, int(r.Task.Memory>>20)))}}
	return a
}

func (r Report) adviseTimeWait(int64, Protocol) *Advice {
	if r.Network.TimeWait != TimeWaitOff {
		return nil
	}
	return &Advice{
		Resource: ResourceTimeWait,
		Why:      fmt.Sprintf("a port rests %d s after each connection: at most %s fresh connections a second", timeWait, Thousands(r.Rates().Fresh)),
		Settings: []Setting{r.sysctlSetting("net.ipv4.tcp_tw_reuse", "1")},
	}
}

func (r Report) adviseQueue(int64, Protocol) *Advice {
	if r.Network.AcceptQueue == 0 || r.Network.AcceptQueue >= usualQueue || r.OS == "darwin" {
		return nil
	}
	return &Advice{
		Resource: ResourceAcceptQueue,
		Why:      fmt.Sprintf("%d connections may wait to be accepted: simulated services on this machine would drop bursts", r.Network.AcceptQueue),
		Settings: []Setting{r.sysctlSetting("net.core.somaxconn", "4096")},
	}
}

// sysctlSetting sets a parameter of the network namespace: in the task definition, except in host mode, where ECS refuses it.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_SystemControl.html.
func (r Report) sysctlSetting(name, value string) Setting {
	if r.Task != nil && r.Task.Network != "host" {
		return Setting{"task definition", fmt.Sprintf(`"systemControls": [{"namespace": %q, "value": %q}]`, name, value)}
	}
	if strings.Contains(value, " ") {
		return Setting{"sysctl", fmt.Sprintf("sysctl -w %s=%q", name, value)}
	}
	return Setting{"sysctl", fmt.Sprintf("sysctl -w %s=%s", name, value)}
}

// kilobytes shows what one connection takes.
func kilobytes(p Protocol) string { return fmt.Sprintf("%d KB", p.Bytes()>>10) }

// plural counts things in English: 1 address, 2 addresses.
func plural(n int, noun string) string {
	switch {
	case n == 1:
		return "1 " + noun
	case strings.HasSuffix(noun, "s"):
		return Thousands(int64(n)) + " " + noun + "es"
	}
	return Thousands(int64(n)) + " " + noun + "s"
}
