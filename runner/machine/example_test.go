package machine_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"testing/fstest"

	"plimsoll/runner/machine"
)

// A test or an example says what the machine is like; machine.Local is the one that the process runs on.
func ExampleInspect() {
	host := machine.Host{
		OS:   "linux",
		CPUs: 2,
		Proc: fstest.MapFS{
			"meminfo":                          {Data: []byte("MemTotal: 4194304 kB\nMemAvailable: 3145728 kB\n")},
			"sys/net/ipv4/ip_local_port_range": {Data: []byte("32768\t60999\n")},
		},
		Rlimit: func() (soft, hard uint64, err error) { return 1024, 20_000, nil },
	}
	report := machine.Inspect(context.Background(), host)
	fmt.Println(report.Short())

	fits, known := report.Fits(25_000, machine.TLS)
	fmt.Println(fits, known)
	for _, a := range report.Advice(25_000, machine.TLS) {
		fmt.Println(a.Why)
		fmt.Println(a.Settings[0].Line)
	}
	// Output:
	// this machine: 2 CPUs, 20,000 descriptors, 28,232 ports per address: about 19,900 connections (descriptors), 250,000 requests/s
	// false true
	// 20,000 descriptors allow 19,900 connections
	// ulimit -n 65536
}

func ExampleDefine() {
	definition, err := machine.Define(machine.Wanted{Connections: 20_000, Protocol: machine.TLS, Region: "us-east-1", Command: []string{"run", "plans/capacity"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(definition.CPU, definition.Memory)
	_ = json.NewEncoder(os.Stdout).Encode(definition.ContainerDefinitions[0].Ulimits)
	// Output:
	// 1024 2048
	// [{"name":"nofile","softLimit":65536,"hardLimit":65536}]
}
