package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"plimsoll/dsl/diag"
	"plimsoll/runner/machine"
)

var update = flag.Bool("update", false, "write the golden files anew")

// task is a Fargate task that is too small for much.
func task() machine.Report {
	return machine.Report{
		OS: "linux",
		Task: &machine.Task{
			Cluster: "beta-cluster", ARN: "arn:aws:ecs:us-east-1:123456789012:task/beta-cluster/0f9d", Family: "plimsoll", Revision: "7",
			Service: "load", LaunchType: "FARGATE", Zone: "us-east-1a", Network: "awsvpc", CPU: 0.25, Memory: 512 << 20,
			Container: machine.Container{Name: "plimsoll"},
		},
		CPU:         machine.CPU{Machine: 2, Task: 0.25, Usable: 0.25},
		Memory:      machine.Memory{Machine: 4 << 30, Task: 512 << 20, Limit: 512 << 20, Free: 470 << 20},
		Descriptors: machine.Descriptors{Soft: 1024, Hard: 4096, Open: 12},
		Network: machine.Network{
			FirstPort: 32768, LastPort: 60999, Ports: 28_232, Interface: "eth1", Outward: []netip.Addr{netip.MustParseAddr("10.0.0.7")},
			Loopback: 1<<24 - 2, TimeWait: machine.TimeWaitLoopback, AcceptQueue: 4096,
		},
	}
}

// laptop is a machine of which little can be read.
func laptop() machine.Report {
	return machine.Report{
		OS: "windows", CPU: machine.CPU{Machine: 8, Usable: 8}, Network: machine.Network{Loopback: 1},
		Unread: []machine.Unread{{What: "ECS task metadata", Why: "no answer within 2s"}},
	}
}

func TestDoctorText(t *testing.T) {
	fine := task()
	fine.CPU = machine.CPU{Machine: 2, Usable: 2}
	fine.Memory = machine.Memory{Machine: 8 << 30, Limit: 8 << 30, Free: 7 << 30}
	fine.Descriptors = machine.Descriptors{Soft: 65_536, Hard: 65_536, Open: 12}
	fine.Task = nil
	for name, test := range map[string]struct {
		report      machine.Report
		connections int64
		protocol    machine.Protocol
		code        int
	}{
		"task":     {task(), 0, machine.TLS, exitGood},
		"too-many": {task(), 100_000, machine.HTTP2, exitBad},
		"fits":     {fine, 20_000, machine.TLS, exitGood},
		"unknown":  {laptop(), 10_000, machine.Plain, exitInconclusive},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			c := Command{Stdout: &out, Getenv: func(string) (string, bool) { return "", false }}
			e := &examination{connections: test.connections, protocol: protocol(test.protocol), output: asText}
			if code := codeOf(c.examine(test.report, e)); code != test.code {
				t.Errorf("exit code %d, want %d", code, test.code)
			}
			golden := filepath.Join("testdata", "doctor", name+".golden")
			if *update {
				if err := os.WriteFile(golden, out.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), out.String()); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestDoctorJSON(t *testing.T) {
	for name, test := range map[string]struct {
		report      machine.Report
		connections int64
		code        int
		fits        any // as a program sees it
		limits      int
	}{
		"not asked": {task(), 0, exitGood, nil, 3},
		"fits":      {task(), 3000, exitGood, true, 3},
		"too many":  {task(), 5000, exitBad, false, 3},
		"unknown":   {laptop(), 1, exitInconclusive, nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			c := Command{Stdout: &out}
			if code := codeOf(c.examine(test.report, &examination{connections: test.connections, protocol: "tls", output: asJSON})); code != test.code {
				t.Errorf("exit code %d, want %d", code, test.code)
			}
			var got struct {
				OS     string
				Limits []map[string]any
				Advice []map[string]any
				Asked  map[string]any
			}
			if err := json.Unmarshal(out.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			if got.OS != test.report.OS || got.Limits == nil || len(got.Limits) != test.limits || got.Advice == nil || got.Asked["fits"] != test.fits {
				t.Errorf("%s", out.Bytes())
			}
		})
	}
}

// TestDoctorColours: colours change nothing but the look.
func TestDoctorColours(t *testing.T) {
	r := task()
	a := answer{Report: r, Limits: r.Limits(), Rates: r.Rates(), Advice: r.Advice(0, machine.TLS)}
	plain, painted := chart{false, a}.text(), chart{true, a}.text()
	if !strings.Contains(painted, diag.Ink(true).Yellow("!")) {
		t.Errorf("no colour in %q", painted)
	}
	var b strings.Builder
	for i, piece := range strings.Split(painted, "\x1b[") {
		if i > 0 {
			_, piece, _ = strings.Cut(piece, "m")
		}
		b.WriteString(piece)
	}
	if diff := cmp.Diff(plain, b.String()); diff != "" {
		t.Error(diff)
	}
}

func codeOf(err error) int {
	var o *outcome
	if errors.As(err, &o) {
		return o.code
	}
	return exitGood
}
