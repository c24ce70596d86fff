package fleet_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
	"plimsoll/runner/result"
)

func TestSizing(t *testing.T) {
	for _, c := range []struct {
		name       string
		change     func(*review)
		min, max   int
		target     float64
		arithmetic []string
	}{
		{"of users and connections", func(*review) {}, 2, 4, 0.4, []string{
			`min: ⌈100 users ÷ 100 a task × 1.2⌉ = 2, by stress "limit" of run r1`,
			`max: ⌈300 users ÷ 100 a task × 1.2⌉ = 4, by stress "limit" of run r1`,
			`min: ⌈1,000 connections ÷ 1,000 a task × 1.2⌉ = 2, by capacity "sockets" of run r1`,
			`max: ⌈3,000 connections ÷ 1,000 a task × 1.2⌉ = 4, by capacity "sockets" of run r1`,
			`target: at the limit the tasks used 65 % of their CPU, by stress "limit" of run r1`,
			"target: the requirement, if its peak comes at once, brings 200 users more within 6 min 26 s (with metrics of 60 s): 100 ÷ (100 + 200) = 33 %",
			"ahead of it, schedule min = 4: ⌈300 users ÷ 100 a task × 1.2⌉ = 4",
			"target: the requirement, if its peak comes at once, brings 2,000 connections more within 6 min 26 s (with metrics of 60 s): 1,000 ÷ (1,000 + 2,000) = 33 %",
			"ahead of it, schedule min = 4: ⌈3,000 connections ÷ 1,000 a task × 1.2⌉ = 4",
			"target: 40 %, and no lower: more tasks ahead of a peak cost less than keeping all of them idle",
		}},
		{"of a steady load, by a lower bound", func(r *review) {
			r.ofUsers(40, 40)
			r.run.Scenarios[0].Limit.Bound = result.BoundAtLeast
		}, 2, 2, 0.7, []string{
			`min: ⌈40 users ÷ 100 a task × 1.2⌉ = 1, by stress "limit" of run r1`,
			`max: ⌈40 users ÷ 100 a task × 1.2⌉ = 1, by stress "limit" of run r1`,
			"a task carries at least 100 users; it may carry more, and fewer tasks may do",
			"min: 2, so that one may be lost",
		}},
		{"of a slow spike", func(r *review) {
			r.ofUsers(1000, 1000)
			r.run.Scenarios[0].Fleet = nil
			r.plan.Scenarios = []*plan.Scenario{{Kind: plan.Spike, Name: "noon", Service: r.service, Load: plan.Load{Surge: &plan.Surge{Base: 600, Peak: 1000, Rise: 386 * time.Second}}}}
		}, 12, 12, 0.6, []string{
			`min: ⌈1,000 users ÷ 100 a task × 1.2⌉ = 12, by stress "limit" of run r1`,
			`max: ⌈1,000 users ÷ 100 a task × 1.2⌉ = 12, by stress "limit" of run r1`,
			`target: spike "noon" brings 400 users more within 6 min 26 s (with metrics of 60 s): 600 ÷ (600 + 400) = 60 %`,
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := faultless()
			c.change(r)
			got := r.report().Services[0].Sizing
			if d := cmp.Diff([]any{c.min, c.max, c.target}, []any{got.Min, got.Max, got.Target}); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(c.arithmetic, got.Arithmetic); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestNothingToSizeBy(t *testing.T) {
	for name, change := range map[string]func(*review){
		"no requirement": func(r *review) { r.service.Requirement = nil },
		"no result":      func(r *review) { r.options.Results = nil },
		"idle tasks": func(r *review) {
			r.run.Scenarios[0].Limit.Bound, r.run.Scenarios[0].Fleet[0].CPU.Points[1].Value = result.BoundAtLeast, 0.12
			r.ofUsers(100, 300)
		},
		"calls": func(r *review) { r.service.Requirement.Unit = "calls" },
		"no tasks known": func(r *review) {
			r.run.Scenarios[0].Phases[0].Tasks, r.run.Scenarios[0].Phases[1].Tasks, r.run.Scenarios[1].Capacity.Tasks = nil, nil, 0
		},
		"it failed": func(r *review) {
			bad := false
			r.run.Scenarios[0].Phases[0].Good, r.run.Scenarios[0].Phases[1].Good, r.run.Scenarios[1].Capacity = &bad, &bad, nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := faultless()
			change(r)
			if got := r.report().Services[0].Sizing; got != nil {
				t.Errorf("sized: %+v", got)
			}
		})
	}
}

// Enough tasks carry the peak, one of them lost or a fifth more of load; the bounds are in order, and the target is one that scales.
func TestSizingIsEnough(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := faultless()
		normal := rapid.IntRange(1, 100_000).Draw(t, "normal")
		peak := normal + rapid.IntRange(0, 100_000).Draw(t, "more")
		r.ofUsers(float64(normal), float64(peak))
		r.run.Scenarios[0].Phases[1].Asked = float64(rapid.IntRange(101, 10_000).Draw(t, "limit"))
		got := r.report().Services[0].Sizing
		perTask := r.run.Scenarios[0].Phases[1].Asked / 2
		if got.Min < 2 || got.Max < got.Min || got.Target < 0.4 || got.Target > 0.7 {
			t.Fatalf("%+v", got)
		}
		if float64(got.Max)*perTask < 1.2*float64(peak)*(1-1e-9) || float64(got.Min)*perTask < 1.2*float64(normal)*(1-1e-9) {
			t.Fatalf("%d to %d tasks of %v for %d to %d users", got.Min, got.Max, perTask, normal, peak)
		}
	})
}

// The cheapest size is one of Fargate's, holds what is needed, and no cheaper one does.
func TestCheapest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cpu, memory := rapid.Float64Range(0, 20_000).Draw(t, "cpu"), rapid.Float64Range(0, 130_000).Draw(t, "memory")
		rate := fleet.Rate{VCPU: rapid.Float64Range(0.001, 1).Draw(t, "vcpu price"), GB: rapid.Float64Range(0.001, 1).Draw(t, "gb price")}
		prices := fleet.Prices{Regions: map[string]fleet.Rate{"r": rate}}
		got, ok := fleet.Cheapest(cpu, memory, rate, false)
		if !ok {
			if cpu <= 16384 && memory <= 122880 {
				t.Fatalf("nothing holds %v and %v", cpu, memory)
			}
			return
		}
		cost, _ := prices.Task("r", got.CPU, got.Memory, false)
		if !plan.FargateValid(got.CPU, got.Memory) || float64(got.CPU) < cpu || float64(got.Memory) < memory {
			t.Fatalf("%+v for %v and %v", got, cpu, memory)
		}
		for _, size := range plan.FargateSizes() {
			if other, _ := prices.Task("r", size.CPU, size.Memory, false); other < cost && float64(size.CPU) >= cpu && float64(size.Memory) >= memory {
				t.Fatalf("%+v is cheaper than %+v", size, got)
			}
		}
	})
}

// The right size leaves headroom above what was used, and where it has less of all, it saves. Of a service that scales, CPU
// is never raised: tasks are added.
func TestRightSizeLeavesHeadroom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := faultless()
		scales := rapid.Bool().Draw(t, "scales")
		if !scales {
			r.ecs.Policies = nil
		}
		cpu, memory := rapid.Float64Range(0.01, 1).Draw(t, "cpu"), rapid.Float64Range(0.01, 1).Draw(t, "memory")
		r.used(cpu, memory)
		got := r.report().Services[0].RightSize
		to := plan.Size{CPU: 1024, Memory: 2048}
		if got != nil {
			to = got.To
		}
		if !scales && cpu*1024 > 0.7*float64(to.CPU)+1e-6 || scales && cpu*1024 > 0.7*float64(to.CPU)+1e-6 && to.CPU < 1024 {
			t.Fatalf("%+v for CPU of %v, scaled: %v", got, cpu, scales)
		}
		if memory*2048 > 0.8*float64(to.Memory)+1e-6 || !plan.FargateValid(to.CPU, to.Memory) {
			t.Fatalf("%+v for %v and %v", got, cpu, memory)
		}
		if cpu >= 0.9 && to.CPU < 1024 {
			t.Fatalf("tasks held up by their CPU get less of it: %+v", got)
		}
		if got != nil && got.To.CPU <= 1024 && got.To.Memory <= 2048 && *got.Saving <= 0 {
			t.Fatalf("%+v saves %v", got, *got.Saving)
		}
	})
}

func TestSuggested(t *testing.T) {
	r := faultless()
	r.options.Suggest = true
	r.used(0.3, 0.3)
	r.run.Run = "r1\n}"
	got := r.report().Services[0].Suggested
	var lines []string
	for _, l := range strings.Split(got, "\n") {
		if !strings.HasPrefix(strings.TrimSpace(l), "#") {
			lines = append(lines, l)
		}
	}
	want := `desired {
  cpu    = 512
  memory = 1024
  nofile = 65536
  tasks    = { min = 2, max = 4 }
  cooldown = { out = "0s", in = "600s" }
  track "cpu" { target = "40%" }
  track "memory" { target = "70%" }
}
`
	if d := cmp.Diff(want, strings.Join(lines, "\n")); d != "" {
		t.Error(d)
	}
	r.options.Suggest = false
	if got := r.report().Services[0].Suggested; got != "" {
		t.Errorf("suggested unasked: %s", got)
	}
}
