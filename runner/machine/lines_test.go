package machine

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLines(t *testing.T) {
	small := inspect(bare())
	small.CPU = CPU{Machine: 2, Cgroup: 0.5, Usable: 0.5}
	small.Memory = Memory{Machine: 4 * giB, Cgroup: giB, Task: 512 << 20, Limit: 512 << 20, Free: 100 << 20}
	small.Descriptors = Descriptors{Soft: 1024, Hard: 4096}
	small.Network.Outward = nil
	small.Network.Loopback = 1
	small.Network.TimeWait = TimeWaitOff
	small.Network.ConntrackMax = 0
	reused := small
	reused.Network.TimeWait = TimeWaitOn
	for name, test := range map[string]struct {
		report Report
		want   []Line
	}{
		"bare metal": {inspect(bare()), []Line{
			{ResourceCPU, "2 CPUs", ""},
			{ResourceMemory, "3 GiB free", "of 4 GiB"},
			{ResourceDescriptors, "20,000", "3 open"},
			{ResourcePorts, "28,232 an address", "32768–60999, 10.0.0.7 and 1 more on eth0, loopback 16,777,214 addresses"},
			{ResourceTimeWait, "loopback only", "tcp_tw_reuse = 2: reused towards this machine, else a port rests 60 s"},
			{ResourceAcceptQueue, "4,096", "somaxconn, for simulated services"},
			{ResourceConntrack, "262,000 free", "of 262,144"},
		}},
		"confined": {small, []Line{
			{ResourceCPU, "0.5 CPUs", "limit of the control group, machine 2"},
			{ResourceMemory, "100 MiB free", "of 512 MiB, limit of the task, machine 4 GiB"},
			{ResourceDescriptors, "4,096", "soft limit 1,024, raised when a run starts"},
			{ResourcePorts, "28,232 an address", "32768–60999, loopback 1 address"},
			{ResourceTimeWait, "not reused", "tcp_tw_reuse = 0: a port rests 60 s after its connection"},
			{ResourceAcceptQueue, "4,096", "somaxconn, for simulated services"},
			{ResourceConntrack, "not in use", ""},
		}},
		"nothing known": {Report{OS: "windows"}, []Line{
			{Resource: ResourceCPU}, {Resource: ResourceMemory}, {Resource: ResourceDescriptors}, {Resource: ResourcePorts},
			{Resource: ResourceTimeWait}, {Resource: ResourceAcceptQueue}, {Resource: ResourceConntrack},
		}},
	} {
		if diff := cmp.Diff(test.want, test.report.Lines()); diff != "" {
			t.Errorf("%s: -want +got:\n%s", name, diff)
		}
	}
	if line := reused.Lines()[4]; line.Value != "reused" {
		t.Errorf("%+v", line)
	}
}
