package machine

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const giB = 1 << 30

func TestConfinement(t *testing.T) {
	const none = "9223372036854771712" // how version 1 shows no limit
	task := &Task{CPU: 0.25, Memory: 512 << 20}
	type found struct {
		CPU    CPU
		Memory Memory
		Unread int
	}
	machine := Memory{Machine: 4 * giB, Limit: 4 * giB, Free: 3 * giB}
	for name, test := range map[string]struct {
		own    string // of the process, as /proc/self/cgroup gives it
		cgroup map[string]string
		task   *Task
		want   found
	}{
		"bare metal": {"0::/", nil, nil, found{CPU{Machine: 2, Usable: 2}, machine, 0}},
		"v2 without limits": {"0::/", map[string]string{"cpu.max": "max 100000", "memory.max": "max", "memory.current": "1000"}, nil,
			found{CPU{Machine: 2, Usable: 2}, machine, 0}},
		"v2 nested, each limit in another group": {"0::/a/b/c", map[string]string{
			"a/cpu.max": "50000 100000", "a/b/cpu.max": "max 100000", "a/b/c/cpu.max": "300000 100000",
			"a/memory.max": "2147483648", "a/memory.current": "2146435072", "a/b/c/memory.max": "1073741824", "a/b/c/memory.current": "104857600",
			"a/b/c/memory.stat": "anon 1\ninactive_file 52428800\n",
		}, nil, found{CPU{2, 0.5, 0, 0.5}, Memory{4 * giB, giB, 0, giB, 1 << 20}, 0}},
		"v2 in a container that sees its group as the root": {"0::/", map[string]string{
			"cpu.max": "150000 100000", "memory.max": "1073741824", "memory.current": "73741824", "memory.stat": "inactive_file 0",
		}, nil, found{CPU{2, 1.5, 0, 1.5}, Memory{4 * giB, giB, 0, giB, 1_000_000_000}, 0}},
		"v1 nested": {"5:cpu,cpuacct:/x/y\n4:memory:/x", map[string]string{
			"cpu,cpuacct/x/cpu.cfs_quota_us": "25000", "cpu,cpuacct/x/cpu.cfs_period_us": "50000", "cpu,cpuacct/x/y/cpu.cfs_quota_us": "-1",
			"memory/memory.limit_in_bytes": none, "memory/memory.usage_in_bytes": "9", "memory/x/memory.limit_in_bytes": "536870912",
			"memory/x/memory.usage_in_bytes": "36870912", "memory/x/memory.stat": "inactive_file 1\ntotal_inactive_file 10000000",
		}, nil, found{CPU{2, 0.5, 0, 0.5}, Memory{4 * giB, 512 << 20, 0, 512 << 20, 510_000_000}, 0}},
		"v1 in a container, without links": {"5:cpu:/docker/1\n4:memory:/docker/1", map[string]string{
			"cpu/cpu.cfs_quota_us": "100000", "cpu/cpu.cfs_period_us": "100000",
			"memory/memory.limit_in_bytes": "1073741824", "memory/memory.usage_in_bytes": "0",
		}, nil, found{CPU{2, 1, 0, 1}, Memory{4 * giB, giB, 0, giB, giB}, 0}},
		"Fargate: a limit of the task, none of the group": {"5:cpu:/ecs/1/2\n4:memory:/ecs/1/2", map[string]string{
			"memory/memory.limit_in_bytes": none, "memory/memory.usage_in_bytes": "12582912",
		}, task, found{CPU{2, 0, 0.25, 0.25}, Memory{4 * giB, 0, 512 << 20, 512 << 20, 500 << 20}, 0}},
		"a task whose container is smaller": {"0::/", nil, &Task{Memory: giB, Container: Container{Memory: 256 << 20}},
			found{CPU{Machine: 2, Usable: 2}, Memory{4 * giB, 0, 256 << 20, 256 << 20, 256 << 20}, 0}},
		"more used than allowed": {"0::/", map[string]string{"memory.max": "1000", "memory.current": "2000"}, nil,
			found{CPU{Machine: 2, Usable: 2}, Memory{4 * giB, 1000, 0, 1000, 0}, 0}},
		"garbage": {"x\n0:\n::\n0::/../..//a/", map[string]string{"cpu.max": "-5 x", "memory.max": "lots", "memory.current": "1e9", "a/cpu.max": "1 0"}, nil,
			found{CPU{Machine: 2, Usable: 2}, machine, 4}},
	} {
		t.Run(name, func(t *testing.T) {
			h := bare()
			h.Proc, h.Cgroup = tree(with(bareProc, map[string]string{"self/cgroup": test.own})), tree(test.cgroup)
			i := &inspection{host: h, report: Report{Task: test.task}}
			i.cpu()
			i.memory()
			got := found{i.report.CPU, i.report.Memory, len(i.report.Unread)}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s%v", diff, i.report.Unread)
			}
		})
	}
}

func TestDescriptors(t *testing.T) {
	for name, test := range map[string]struct {
		soft, hard uint64
		err        error
		want       Descriptors
	}{
		"equal":                   {20_000, 20_000, nil, Descriptors{20_000, 20_000, 3}},
		"soft below hard":         {1024, 65_536, nil, Descriptors{1024, 65_536, 3}},
		"beyond the kernel's own": {1024, 1 << 63, nil, Descriptors{1024, 1 << 20, 3}},
		"unreadable":              {0, 0, errBroken, Descriptors{Open: 3}},
		"a system without":        {0, 0, nil, Descriptors{Open: 3}},
	} {
		t.Run(name, func(t *testing.T) {
			h := bare()
			h.Rlimit = func() (uint64, uint64, error) { return test.soft, test.hard, test.err }
			r := inspect(h)
			if diff := cmp.Diff(test.want, r.Descriptors); diff != "" {
				t.Error(diff)
			}
			if noted := len(r.Unread) > 0; noted != (test.err != nil) {
				t.Errorf("unread: %v", r.Unread)
			}
		})
	}
}

func TestRaise(t *testing.T) {
	type call struct{ Soft, Hard uint64 }
	for name, test := range map[string]struct {
		soft, hard, ceiling uint64
		getErr, setErr      error
		want                uint64
		set                 []call
		err                 error
	}{
		"to the hard limit":      {1024, 65_536, 0, nil, nil, 65_536, []call{{65_536, 65_536}}, nil},
		"to the kernel's own":    {256, 1 << 63, 10_240, nil, nil, 10_240, []call{{10_240, 1 << 63}}, nil},
		"nothing to raise":       {65_536, 65_536, 0, nil, nil, 65_536, nil, nil},
		"above the kernel's own": {4096, 8192, 2048, nil, nil, 4096, nil, nil},
		"no such limit":          {0, 0, 0, nil, nil, 0, nil, nil},
		"refused":                {1024, 4096, 0, nil, errBroken, 1024, []call{{4096, 4096}}, errBroken},
		"unreadable":             {0, 0, 0, errBroken, nil, 0, nil, errBroken},
	} {
		t.Run(name, func(t *testing.T) {
			var set []call
			got, err := raise(
				func() (uint64, uint64, error) { return test.soft, test.hard, test.getErr },
				func(soft, hard uint64) error { set = append(set, call{soft, hard}); return test.setErr },
				test.ceiling)
			if got != test.want || !errors.Is(err, test.err) || test.err == nil && err != nil {
				t.Errorf("got %d, %v", got, err)
			}
			if diff := cmp.Diff(test.set, set); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestRaiseHere raises the limit of the test itself, which does nothing where it is raised already.
func TestRaiseHere(t *testing.T) {
	got, err := RaiseDescriptors()
	if err != nil {
		t.Fatal(err)
	}
	soft, _, err := rlimit()
	if err != nil || got != soft {
		t.Errorf("%d in force, %d returned, %v", soft, got, err)
	}
}

// TestLocal looks at the real machine: nothing of it may be unreadable.
func TestLocal(t *testing.T) {
	r := Inspect(t.Context(), Local(func(string) (string, bool) { return "", false }))
	if r.OS == "" || r.CPU.Usable <= 0 || len(r.Unread) > 0 {
		t.Errorf("%+v", r)
	}
	if r.OS == "linux" && (r.Memory.Limit == 0 || r.Descriptors.Open == 0 || r.Network.Ports == 0 || len(r.Unknown()) > 0) {
		t.Errorf("unknown on Linux: %+v", r)
	}
	if !strings.HasPrefix(r.Short(), "this machine: ") {
		t.Error(r.Short())
	}
}

// TestSysctl is a kernel without /proc, as of macOS.
func TestSysctl(t *testing.T) {
	known := map[string]uint64{
		"hw.memsize": 8 * giB, "kern.maxfilesperproc": 61_440, "kern.ipc.somaxconn": 128,
		"net.inet.ip.portrange.first": 49_152, "net.inet.ip.portrange.last": 65_535,
	}
	h := Host{
		OS: "darwin", CPUs: 8,
		Rlimit: func() (uint64, uint64, error) { return 256, 1<<63 - 1, nil },
		Sysctl: func(name string) (uint64, error) {
			if n, ok := known[name]; ok {
				return n, nil
			}
			return 0, fs.ErrNotExist
		},
	}
	want := Report{
		OS: "darwin", CPU: CPU{Machine: 8, Usable: 8},
		Memory:      Memory{Machine: 8 * giB, Limit: 8 * giB, Free: 4 * giB},
		Descriptors: Descriptors{Soft: 256, Hard: 61_440},
		Network:     Network{FirstPort: 49_152, LastPort: 65_535, Ports: 16_384, AcceptQueue: 128},
	}
	if diff := cmp.Diff(want, inspect(h)); diff != "" {
		t.Error(diff)
	}
	h.Sysctl = func(string) (uint64, error) { return 0, errBroken }
	if r := inspect(h); len(r.Unread) == 0 || r.Network.Ports != 0 {
		t.Errorf("%+v", r)
	}
}

func FuzzInspect(f *testing.F) {
	f.Add("0::/a", "50000 100000", "max", "32768 60999", "1,5-9", "MemTotal: 1 kB", taskAnswer)
	f.Add("4:memory:/", "-1", "9223372036854771712", "0 0", "-", "", "{}")
	f.Add("0::"+strings.Repeat("/x", 50), "0 0", "18446744073709551615", "65535 1", "70000-1", "MemTotal: 99999999999999999999", `{"Limits":{"CPU":-1,"Memory":9.2e18}}`)
	f.Fuzz(func(t *testing.T, own, cpu, memory, ports, reserved, info, task string) {
		h := bare()
		h.Proc = tree(with(bareProc, map[string]string{
			"self/cgroup": own, "meminfo": info, rangeFile: ports, "sys/net/ipv4/ip_local_reserved_ports": reserved,
		}))
		h.Cgroup = tree(map[string]string{
			"cpu.max": cpu, "cpu/cpu.cfs_quota_us": cpu, "cpu/cpu.cfs_period_us": "100000", "memory.max": memory, "memory.current": "5",
			"memory/memory.limit_in_bytes": memory, "memory/memory.usage_in_bytes": memory,
		})
		h.Getenv, h.Client = variable("http://h/v4"), answers{"/v4": task, "/v4/task": task}
		r := inspect(h)
		if r.Memory.Free > r.Memory.Limit || r.CPU.Usable <= 0 || r.CPU.Usable > 2 || r.Network.Ports < 0 || r.Network.Ports > 65_535 {
			t.Errorf("%+v", r)
		}
		for _, l := range r.Limits() {
			if l.Plain < 0 || l.TLS > l.Plain || l.HTTP2 > l.TLS || l.HTTP2 < 0 {
				t.Errorf("%+v", l)
			}
		}
		if strings.ContainsAny(r.Short()+r.Title(), "\n\x1b") {
			t.Errorf("%q", r.Title())
		}
	})
}
