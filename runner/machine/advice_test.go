package machine

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// lines are the settings of all advice, in order.
func lines(r Report, n int64, p Protocol) []string {
	var all []string
	for _, a := range r.Advice(n, p) {
		for _, s := range a.Settings {
			all = append(all, s.Where+": "+s.Line)
		}
	}
	return all
}

func TestAdvice(t *testing.T) {
	fine := inspect(bare())
	fine.Descriptors.Soft, fine.Descriptors.Hard = 65_536, 65_536
	change := func(by func(*Report)) Report {
		r := fine
		by(&r)
		return r
	}
	fargate := func(r *Report) {
		r.Task = &Task{LaunchType: "FARGATE", Network: "awsvpc", CPU: 1, Memory: 2 * giB}
		r.Memory = Memory{Machine: 4 * giB, Task: 2 * giB, Limit: 2 * giB, Free: 2 * giB}
		r.Network.Outward = r.Network.Outward[:1]
	}
	for name, test := range map[string]struct {
		report   Report
		n        int64
		protocol Protocol
		want     []string
	}{
		"nothing to change": {fine, 0, TLS, nil},
		"everything fits":   {fine, 50_000, TLS, nil},
		"few descriptors": {inspect(bare()), 0, TLS, []string{
			"shell, as root: ulimit -n 65536", "limits.conf: * - nofile 65536", "systemd: LimitNOFILE=65536",
			"docker: docker run --ulimit nofile=65536:65536",
		}},
		"descriptors beyond the kernel's own limit": {change(func(r *Report) {
			r.Network.Ports, r.Network.Outward = 64_512, nil
			r.Network.ConntrackMax = 0
			r.Memory.Limit = 0
		}), 1_200_000, Plain, []string{
			"first, sysctl: sysctl -w fs.nr_open=1200128", "shell, as root: ulimit -n 1200128", "limits.conf: * - nofile 1200128",
			"systemd: LimitNOFILE=1200128", "docker: docker run --ulimit nofile=1200128:1200128",
		}},
		"more ports": {change(func(r *Report) { r.Network.Outward = r.Network.Outward[:1] }), 60_000, Plain, []string{
			`sysctl: sysctl -w net.ipv4.ip_local_port_range="1024 65535"`,
		}},
		"more ports and addresses": {change(func(r *Report) { r.Descriptors.Hard = 1 << 20 }), 200_000, Plain, []string{
			`sysctl: sysctl -w net.ipv4.ip_local_port_range="1024 65535"`,
			"shell, as root: ip address add ADDRESS/32 dev eth0   # 2 more addresses; connections are spread over them",
		}},
		"more addresses": {change(func(r *Report) { r.Descriptors.Hard, r.Network.Ports = 1<<20, 64_512 }), 130_000, Plain, []string{
			"shell, as root: ip address add ADDRESS/32 dev eth0   # 1 more address; connections are spread over them",
		}},
		"a narrow range of ports": {change(func(r *Report) { r.Network.Ports = 1000 }), 0, Plain, []string{
			`sysctl: sysctl -w net.ipv4.ip_local_port_range="1024 65535"`,
		}},
		"a machine with too little memory": {change(func(r *Report) { r.Memory = Memory{Machine: giB, Limit: giB, Free: giB / 2} }), 50_000, TLS, []string{
			"machine: one with at least 2 GiB",
		}},
		"a container with too little memory": {change(func(r *Report) { r.Memory = Memory{Machine: 4 * giB, Cgroup: giB, Limit: giB, Free: giB / 2} }), 50_000, TLS, []string{
			"docker: docker run --memory 2048m", "systemd: MemoryMax=2048M",
		}},
		"almost no memory": {change(func(r *Report) { r.Memory = Memory{Machine: giB, Limit: giB, Free: 100 << 20} }), 0, Plain, []string{
			"machine: one with at least 1.5 GiB",
		}},
		"conntrack": {change(func(r *Report) { r.Network.ConntrackMax, r.Network.ConntrackCount = 65_536, 60_000 }), 0, Plain, []string{
			"sysctl, on the host: sysctl -w net.netfilter.nf_conntrack_max=131072",
		}},
		"small things": {change(func(r *Report) {
			r.CPU.Usable = 0.5
			r.Network.TimeWait, r.Network.AcceptQueue = TimeWaitOff, 128
		}), 0, Plain, []string{
			"docker: docker run --cpus 1", "systemd: CPUQuota=100%", "sysctl: sysctl -w net.ipv4.tcp_tw_reuse=1", "sysctl: sysctl -w net.core.somaxconn=4096",
		}},
		"on Fargate": {change(func(r *Report) {
			fargate(r)
			r.Descriptors.Hard = 1024
			r.CPU.Usable, r.Network.TimeWait = 0.25, TimeWaitOff
		}), 100_000, TLS, []string{
			`task definition: "ulimits": [{"name": "nofile", "softLimit": 100352, "hardLimit": 100352}]`,
			`task definition: "systemControls": [{"namespace": "net.ipv4.ip_local_port_range", "value": "1024 65535"}]`,
			"more tasks: 2 tasks with 50,000 connections each",
			`task definition: "cpu": "1024", "memory": "3072"`,
			`task definition: "cpu": "1024", "memory": "3072"`,
			`task definition: "systemControls": [{"namespace": "net.ipv4.tcp_tw_reuse", "value": "1"}]`,
		}},
		"on EC2, in the network of the host": {change(func(r *Report) {
			fargate(r)
			r.Task.LaunchType, r.Task.Network, r.Network.TimeWait = "EC2", "host", TimeWaitOff
		}), 60_000, HTTP2, []string{
			`sysctl: sysctl -w net.ipv4.ip_local_port_range="1024 65535"`, `task definition: "cpu": "1024", "memory": "4096"`, "sysctl: sysctl -w net.ipv4.tcp_tw_reuse=1",
		}},
		"more than Fargate has": {change(func(r *Report) {
			fargate(r)
			r.Descriptors.Hard, r.Network.Ports, r.Network.Loopback, r.Network.Outward, r.Network.ConntrackMax = 1<<24, 64_512, 1000, nil, 0
		}), 3_000_000, HTTP2, []string{
			"more tasks: no Fargate task has 186 GiB; share the connections among several",
		}},
		"on macOS": {change(func(r *Report) { r.OS, r.Descriptors.Hard, r.Network.Ports = "darwin", 10_240, 16_384 }), 150_000, Plain, []string{
			"shell: sudo launchctl limit maxfiles 150528 150528 && ulimit -n 150528", "shell: sudo sysctl -w net.inet.ip.portrange.first=1024",
			"network: 1 more address on the interface that leads to the service",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, lines(test.report, test.n, test.protocol)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
