package machine

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestLimits(t *testing.T) {
	r := inspect(bare())
	// 80 % of 3 GiB less 64 MiB is 2509870694 bytes.
	want := []Limit{
		{ResourceDescriptors, 19_897, 19_897, 19_897},
		{ResourcePorts, 56_464, 56_464, 56_464},
		{ResourceMemory, 408_507, 111_411, 47_135},
		{ResourceConntrack, 262_000, 262_000, 262_000},
	}
	if diff := cmp.Diff(want, r.Limits()); diff != "" {
		t.Error(diff)
	}
	if n, by := r.Carries(HTTP2); n != 19_897 || by != ResourceDescriptors {
		t.Errorf("%d by %s", n, by)
	}
	r.Descriptors.Hard = 1 << 20
	if n, by := r.Carries(HTTP2); n != 47_135 || by != ResourceMemory {
		t.Errorf("%d by %s", n, by)
	}
	if n, by := r.Carries(Plain); n != 56_464 || by != ResourcePorts {
		t.Errorf("%d by %s", n, by)
	}
}

func TestNothingLeft(t *testing.T) {
	r := Report{
		OS: "linux", Descriptors: Descriptors{Soft: 64, Hard: 64, Open: 10}, Memory: Memory{Machine: giB, Limit: giB, Free: 1 << 20},
		Network: Network{Ports: 1, ConntrackMax: 5, ConntrackCount: 9},
	}
	want := []Limit{{Resource: ResourceDescriptors}, {ResourcePorts, 1, 1, 1}, {Resource: ResourceMemory}, {Resource: ResourceConntrack}}
	if diff := cmp.Diff(want, r.Limits()); diff != "" {
		t.Error(diff)
	}
}

func TestRates(t *testing.T) {
	for name, test := range map[string]struct {
		report Report
		want   Rates
	}{
		"ports rest a minute":     {Report{CPU: CPU{Usable: 2}, Network: Network{Ports: 28_232, TimeWait: TimeWaitLoopback}}, Rates{250_000, 470, ResourcePorts}},
		"ports are reused":        {Report{CPU: CPU{Usable: 2}, Network: Network{Ports: 28_232, TimeWait: TimeWaitOn}}, Rates{250_000, 20_000, ResourceCPU}},
		"a quarter of a CPU":      {Report{CPU: CPU{Usable: 0.25}, Network: Network{Ports: 28_232, TimeWait: TimeWaitOn}}, Rates{31_250, 2500, ResourceCPU}},
		"ports unknown":           {Report{CPU: CPU{Usable: 1}}, Rates{Requests: 125_000}},
		"nothing known of either": {Report{}, Rates{}},
	} {
		if diff := cmp.Diff(test.want, test.report.Rates()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestFits(t *testing.T) {
	known := inspect(bare())
	windows := Report{OS: "windows", CPU: CPU{Machine: 4, Usable: 4}}
	half := known
	half.Memory = Memory{}
	for name, test := range map[string]struct {
		report      Report
		n           int64
		fits, known bool
	}{
		"exactly":                          {known, 19_897, true, true},
		"one too many":                     {known, 19_898, false, true},
		"nothing is known":                 {windows, 1, true, false},
		"what is known allows it":          {half, 19_897, true, false},
		"what is known is enough for a no": {half, 19_898, false, true},
	} {
		if fits, ok := test.report.Fits(test.n, TLS); fits != test.fits || ok != test.known {
			t.Errorf("%s: %v, %v", name, fits, ok)
		}
	}
	if diff := cmp.Diff([]Resource{ResourceDescriptors, ResourcePorts, ResourceMemory}, windows.Unknown()); diff != "" {
		t.Error(diff)
	}
}

// reports draws machines of every kind.
func reports() *rapid.Generator[Report] {
	return rapid.Custom(func(t *rapid.T) Report {
		r := Report{OS: rapid.SampledFrom([]string{"linux", "darwin", "windows"}).Draw(t, "os")}
		if rapid.Bool().Draw(t, "task") {
			r.Task = &Task{LaunchType: rapid.SampledFrom([]string{"FARGATE", "EC2"}).Draw(t, "launch"), CPU: 0.5, Memory: giB}
		}
		r.CPU.Usable = rapid.Float64Range(0.1, 64).Draw(t, "cpus")
		r.Descriptors.Hard = rapid.Uint64Range(0, 1<<21).Draw(t, "descriptors")
		r.Memory.Limit = rapid.Uint64Range(0, 1<<38).Draw(t, "memory")
		r.Memory.Free = rapid.Uint64Range(0, r.Memory.Limit).Draw(t, "free")
		r.Network.Ports = rapid.IntRange(0, 64_512).Draw(t, "ports")
		r.Network.Loopback = rapid.IntRange(0, 3).Draw(t, "addresses")
		r.Network.ConntrackMax = rapid.Uint64Range(0, 1<<20).Draw(t, "conntrack")
		return r
	})
}

// TestAdviceFollowsLimits: something must be changed exactly if the connections do not fit, and every advice says how.
func TestAdviceFollowsLimits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := reports().Draw(t, "report")
		n := rapid.Int64Range(1, 2_000_000).Draw(t, "connections")
		p := rapid.SampledFrom(Protocols()).Draw(t, "protocol")
		must := map[Resource]bool{}
		for i, a := range r.Advice(n, p) {
			if a.Must {
				must[a.Resource] = true
				if i >= len(must) {
					t.Errorf("%s must be changed, and stands behind what need not", a.Resource)
				}
			}
			if len(a.Settings) == 0 || a.Why == "" {
				t.Errorf("empty advice: %+v", a)
			}
		}
		for _, l := range r.Limits() {
			if tooFew := l.Of(p) < n; tooFew != must[l.Resource] {
				t.Errorf("%+v for %d: must change: %v", l, n, must[l.Resource])
			}
		}
		fits, known := r.Fits(n, p)
		if known && fits != (len(must) == 0) {
			t.Errorf("fits %v, must change %v", fits, must)
		}
	})
}

// TestFewerFitToo: what fits with n fits with fewer, and a lighter protocol carries no less.
func TestFewerFitToo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := reports().Draw(t, "report")
		n := rapid.Int64Range(1, 2_000_000).Draw(t, "connections")
		last := int64(-1)
		for _, p := range []Protocol{HTTP2, TLS, Plain} {
			most, by := r.Carries(p)
			if most < last {
				t.Errorf("%s carries %d, a heavier protocol %d", p, most, last)
			}
			last = most
			if fits, _ := r.Fits(n, p); fits && by != "" && n > most {
				t.Errorf("%d fit, %d is the most", n, most)
			}
		}
	})
}

// TestMemoryIsEnough: the memory that is advised holds the connections.
func TestMemoryIsEnough(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(0, 5_000_000).Draw(t, "connections")
		p := rapid.SampledFrom(Protocols()).Draw(t, "protocol")
		free := uint64(neededMiB(n, p)) << 20
		r := Report{Memory: Memory{Machine: free, Limit: free, Free: free}}
		if most, _ := r.Carries(p); most < n {
			t.Errorf("%d MiB hold %d of %d", free>>20, most, n)
		}
	})
}
