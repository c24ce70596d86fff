package machine

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestShort(t *testing.T) {
	known := Report{
		CPU: CPU{Usable: 2}, Descriptors: Descriptors{Hard: 20_000, Open: 10}, Memory: Memory{Limit: 24 * giB, Free: 23 * giB},
		Network: Network{Ports: 28_232},
	}
	little := known
	little.Memory = Memory{Limit: giB, Free: 256 << 20}
	tiny := little
	tiny.Memory.Free = 100 << 20
	tiny.Task, tiny.CPU.Usable = &Task{}, 0.25
	for name, test := range map[string]struct {
		report Report
		want   string
	}{
		"descriptors bind": {known, "this machine: 2 CPUs, 20,000 descriptors, 28,232 ports per address: about 19,900 connections (descriptors), 250,000 requests/s"},
		"memory binds TLS": {little, "this machine: 2 CPUs, 20,000 descriptors, 28,232 ports per address: about 19,900 plain (descriptors) or 6,550 TLS connections (memory), 250,000 requests/s"},
		"memory binds":     {tiny, "this task: 0.25 CPUs, 20,000 descriptors, 28,232 ports per address: about 2,730 plain or 744 TLS connections (memory), 31,300 requests/s"},
		"little is known":  {Report{CPU: CPU{Usable: 1}}, "this machine: 1 CPU: about an unknown number of connections, 125,000 requests/s"},
	} {
		if diff := cmp.Diff(test.want, test.report.Short()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestNumbers(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", -28_232: "-28,232", 1_234_567: "1,234,567"} {
		if got := Thousands(n); got != want {
			t.Errorf("%d is %s", n, got)
		}
	}
	for n, want := range map[uint64]string{0: "0 MiB", 1 << 19: "0.5 MiB", 512 << 20: "512 MiB", 4 * giB: "4 GiB", 3_900_000_000: "3.6 GiB", 1 << 45: "32 TiB"} {
		if got := Bytes(n); got != want {
			t.Errorf("%d is %s", n, got)
		}
	}
}

func TestTitle(t *testing.T) {
	r := inspect(inTask(bare()))
	want := "This task: plimsoll:7, service load, cluster beta-cluster"
	if got := r.Title(); got != want {
		t.Error(got)
	}
	if got := r.Place(); got != "FARGATE, us-east-1a, awsvpc, container plimsoll, task 0f9d" {
		t.Error(got)
	}
	r.Task = nil
	if got := r.Title() + r.Place(); got != "This machine: linux" {
		t.Error(got)
	}
}
