package runner

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"plimsoll/dsl/plan"
	"plimsoll/runner/engine"
	"plimsoll/runner/metrics"
	"plimsoll/runner/result"
)

// quay is a fake that holds connections, as many as there are berths.
type quay struct {
	*fake
	berths int
	class  metrics.Class // of an attempt for which there is none
	calm   int           // of more connections than this, half end a second after they were opened; 0: none
	asked  []int
	census engine.Census
	opened time.Time
}

func (q *quay) Open(_ context.Context, o engine.Opening) error {
	q.asked = append(q.asked, q.census.Held+o.Count)
	now := q.recorder.Now()
	held := min(o.Count, q.berths-q.census.Held)
	q.census = engine.Census{Attempted: o.Count, Opened: held, Held: q.census.Held + held, Connect: new(metrics.Histogram)}
	q.census.Failed[q.class] = int64(o.Count - held)
	for i := range o.Count {
		class := metrics.OK
		if i >= held {
			class = q.class
		}
		q.shard.Begin(0, now)
		q.shard.End(metrics.Operation{Intended: now, Class: class, Latency: time.Millisecond, Service: -1, First: -1, Connect: time.Millisecond, TLS: -1})
	}
	q.census.Connect.AddN(0.001, int64(held))
	q.opened = time.Now()
	return nil
}

func (q *quay) Census() engine.Census {
	c := q.census
	if c.Connect == nil {
		c.Connect = new(metrics.Histogram)
	}
	if q.calm > 0 && c.Held > q.calm && time.Since(q.opened) > time.Second {
		c.Lost = c.Held / 2
		c.Held -= c.Lost
		c.Fates[metrics.Closed] = int64(c.Lost)
	}
	return c
}

func (q *quay) Release(context.Context, time.Duration) { q.census.Held = 0 }

// moored is an opener of quays.
func moored(q *quay) opener {
	return func(sc *plan.Scenario, o engine.Options, second time.Duration) (loaded, error) {
		l, err := opens(steadily(time.Millisecond))(sc, o, second)
		q.fake = l.load.(*fake)
		q.fake.expect = func() bool { return true }
		layout := metrics.Layout{Steps: []metrics.Step{{Flow: "connection", Name: "open", Kind: metrics.Opening}}, Second: second}
		q.recorder = metrics.NewRecorder(layout, 1, time.Now())
		q.shard = q.recorder.Shard(0)
		return loaded{q, q.recorder, layout}, err
	}
}

func levels(counts ...int) *plan.Levels {
	return &plan.Levels{
		Counts: counts, Success: 0.75, Timeout: time.Minute, Pause: 3 * time.Second, Hold: 5 * time.Second, Refine: 0.01, Safety: 0.8,
	}
}

func harbour(l *plan.Levels, change ...func(*plan.Plan)) *plan.Plan {
	service := &plan.Service{Name: "chat", Endpoint: "http://127.0.0.1:1", Simulate: &plan.Simulate{Tasks: 2, Connections: 113, Speed: 1}}
	sc := &plan.Scenario{Kind: plan.Capacity, Name: "sockets", Service: service, Load: plan.Load{Levels: l}, Ramp: -1, Grace: time.Second}
	p := &plan.Plan{Path: "plans/x", Services: []*plan.Service{service}, Scenarios: []*plan.Scenario{sc}, Seed: 1}
	for _, f := range change {
		f(p)
	}
	return p
}

// sail runs a plan against a quay, in virtual time.
func sail(t *testing.T, p *plan.Plan, q *quay, o Options) *result.Document {
	t.Helper()
	doc, err := newRun(p, o, moored(q)).do(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestCapacity(t *testing.T) {
	refused := "the service refused connections"
	tests := []struct {
		name    string
		quay    quay
		change  func(*plan.Plan)
		asked   []int
		want    result.Capacity
		verdict result.Verdict
	}{
		{
			"a limit", quay{berths: 226, class: metrics.Handshake}, nil, []int{100, 200, 500, 226, 228},
			result.Capacity{
				Max: 226, Safe: 180, Level: 226, Bound: result.BoundExact, Tasks: 2, PerTask: 113, Side: result.SideService,
				StoppedBy: refused + " (its limit of 113 per task × 2 tasks)",
			}, result.Pass,
		},
		{
			"nothing stops it", quay{berths: 1000}, nil, []int{100, 200, 500},
			result.Capacity{Max: 500, Safe: 400, Level: 500, Bound: result.BoundAtLeast, Tasks: 2, PerTask: 250}, result.Pass,
		},
		{
			"connections die while they are held", quay{berths: 1000, calm: 250}, nil, []int{100, 200, 500, 250, 252},
			result.Capacity{
				Max: 250, Safe: 200, Level: 250, Bound: result.BoundExact, Tasks: 2, PerTask: 125, Side: result.SideService,
				StoppedBy: "the service closed connections that were held (closed)",
			}, result.Pass,
		},
		{
			"this machine has too few descriptors", quay{berths: 300, class: metrics.Descriptors}, nil, []int{100, 200, 500},
			result.Capacity{
				Max: 200, Safe: 160, Level: 200, Bound: result.BoundAtLeast, Tasks: 2, PerTask: 100, Side: result.SideGenerator,
				StoppedBy: "this machine has too few descriptors: 200 connections could not be opened for lack of one", Remedy: []string{"more descriptors"},
			}, result.Inconclusive,
		},
		{
			"a level adds to the one before", quay{berths: 226, class: metrics.Refused},
			func(p *plan.Plan) { p.Scenarios[0].Load.Levels.Additive = true }, []int{100, 200, 500, 226, 228},
			result.Capacity{
				Max: 226, Safe: 180, Level: 226, Bound: result.BoundExact, Tasks: 2, PerTask: 113, Side: result.SideService,
				StoppedBy: refused + " (its limit of 113 per task × 2 tasks)",
			}, result.Pass,
		},
		{
			"another server", quay{berths: 226, class: metrics.Timeout},
			func(p *plan.Plan) { p.Services[0].Simulate = nil }, []int{100, 200, 500, 226, 228},
			result.Capacity{
				Max: 226, Safe: 180, Level: 226, Bound: result.BoundExact, Tasks: 1, Assumed: true, PerTask: 226, Side: result.SideService,
				StoppedBy: "openings timed out: the service let them wait",
			}, result.Pass,
		},
		{
			"nothing is held", quay{class: metrics.Refused}, nil, []int{100, 1},
			result.Capacity{Bound: result.BoundExact, Tasks: 0, Side: result.SideService, StoppedBy: refused}, result.Inconclusive,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := harbour(levels(100, 200, 500))
				if tt.change != nil {
					tt.change(p)
				}
				doc := sail(t, p, &tt.quay, Options{Remedy: func(_ int, resource string) []string { return []string{"more " + resource} }})
				got := *doc.Scenarios[0].Capacity
				tt.want.Safety, tt.want.Success = 0.8, 0.75
				if diff := cmp.Diff(tt.want, got, cmpopts.IgnoreFields(result.Capacity{}, "Levels")); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(tt.asked, tt.quay.asked); diff != "" {
					t.Errorf("levels (-want +got):\n%s", diff)
				}
				if doc.Verdict != tt.verdict {
					t.Errorf("%v, want %v: %v", doc.Verdict, tt.verdict, doc.Scenarios[0].Reasons)
				}
			})
		})
	}
}

// A level is a phase of its own, whose facts are those of its connections; its opening is another.
func TestCapacityPhases(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := levels(100, 500)
		l.Refine = 0
		doc := sail(t, harbour(l), &quay{berths: 226, class: metrics.Handshake}, Options{})
		s := &doc.Scenarios[0]
		var names []string
		for _, phase := range s.Phases {
			names = append(names, phase.Name)
		}
		if diff := cmp.Diff([]string{"100-opening", "100", "500-opening", "500"}, names); diff != "" {
			t.Error(diff)
		}
		facts := result.Facts{Scenario: s}
		got := map[string]float64{}
		for _, path := range []string{"phase.500.connections.attempted", "phase.500.connections.opened", "phase.500.connections.held", "phase.500.connect.count", "phase.500-opening.error_rate", "capacity.max"} {
			got[path] = facts.Value(path).Low
		}
		want := map[string]float64{
			"phase.500.connections.attempted": 500, "phase.500.connections.opened": 226, "phase.500.connections.held": 226,
			"phase.500.connect.count": 226, "phase.500-opening.error_rate": 0.548, "capacity.max": 100,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if took := s.Ended.Sub(s.Started).Round(time.Second); took != 13*time.Second {
			t.Errorf("two levels of 5 s with a pause of 3 s took %v", took)
		}
	})
}

// An SLA on opening marks a level as bad, one on what is done on the connections does not see refusals.
func TestCapacitySLAs(t *testing.T) {
	sla := func(name, assert string, own bool) plan.SLA {
		return plan.SLA{Name: name, Assert: plan.Expression{Source: assert}, Own: own}
	}
	synctest.Test(t, func(t *testing.T) {
		l := levels(100, 200)
		p := harbour(l, func(p *plan.Plan) {
			p.Services[0].SLAs = []plan.SLA{sla("quick", "connect.p95 < 1us", false), sla("honest", "error_rate < 1%", false)}
			p.Scenarios[0].SLAs = []plan.SLA{sla("enough", "capacity.max >= 150", true)}
		})
		doc := sail(t, p, &quay{berths: 226}, Options{})
		s := doc.Scenarios[0]
		if s.Capacity.Max != 0 || !strings.Contains(s.Capacity.StoppedBy, "quick") {
			t.Errorf("%d held, stopped by %s", s.Capacity.Max, s.Capacity.StoppedBy)
		}
		if s.Verdict != result.Fail || !strings.Contains(strings.Join(s.Reasons, " "), "enough") {
			t.Errorf("%v: %v", s.Verdict, s.Reasons)
		}
	})
}

func TestCapacityRequirement(t *testing.T) {
	tests := []struct {
		name     string
		quay     quay
		required float64
		want     result.Requirement
	}{
		{"met", quay{berths: 226, class: metrics.Refused}, 226, result.Requirement{Proven: 226, By: "sockets, level 226", Status: met}},
		{"not met", quay{berths: 226, class: metrics.Refused}, 10_000, result.Requirement{Proven: 226, By: "sockets, level 226", Status: notMet, Reason: "sockets found that it holds 226 at most"}},
		{"not asked for", quay{berths: 1000}, 600, result.Requirement{Proven: 500, By: "sockets, level 500", Status: notTested, Reason: "no phase held 600 with its SLAs; the most is 500"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := harbour(levels(100, 500), func(p *plan.Plan) {
					p.Services[0].Requirement = &plan.Requirement{PeakConnections: tt.required, Users: 5}
				})
				doc := sail(t, p, &tt.quay, Options{})
				tt.want.Service, tt.want.Measure, tt.want.Required = "chat", "peak_connections", tt.required
				users := result.Requirement{Service: "chat", Measure: "users", Required: 5, Status: notTested, Reason: "no phase held this load to its end with its SLAs"}
				if diff := cmp.Diff([]result.Requirement{users, tt.want}, doc.Requirements); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}

// Each level is told of at once, in order.
func TestCapacityProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []string
		sail(t, harbour(levels(100, 500)), &quay{berths: 226, class: metrics.Refused}, Options{Progress: func(p Progress) {
			switch {
			case p.Level != nil:
				told = append(told, levelName(float64(p.Level.Asked)))
			case p.Event != "":
				told = append(told, p.Event)
			}
		}})
		if diff := cmp.Diff([]string{"100", "500", "refining between 100 and 500 …", "226", "228"}, told); diff != "" {
			t.Error(diff)
		}
	})
}

func TestCapacityInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		doc, err := newRun(harbour(levels(100, 200)), Options{}, moored(&quay{berths: 1000})).do(ctx)
		if err != nil {
			t.Fatal(err)
		}
		s := doc.Scenarios[0]
		if s.Capacity.Max != 100 || s.Capacity.Bound != result.BoundAtLeast || s.Cut != "interrupted" || s.Verdict != result.Inconclusive {
			t.Errorf("max %d, %s, cut %q, %v", s.Capacity.Max, s.Capacity.Bound, s.Cut, s.Verdict)
		}
	})
}

// What a task holds follows from the healthy tasks that ECS has, not from what a plan or nobody says.
func TestCapacityCountsTheTasksOfECS(t *testing.T) {
	tests := []struct {
		name    string
		tasks   []result.FleetPoint
		want    int // tasks of the level that held the most
		perTask float64
	}{
		{"a constant number", []result.FleetPoint{{Desired: 4, Running: 4, Healthy: 4}}, 4, 125},
		{"one comes while the last level is held", []result.FleetPoint{{Desired: 4, Running: 4, Healthy: 4}, {At: 18, Desired: 5, Running: 5, Healthy: 5}}, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := harbour(levels(100, 200, 500), func(p *plan.Plan) { p.Services[0].Simulate = nil })
				h := &squadron{tasks: tt.tasks}
				doc := sail(t, onECS(p), &quay{berths: 1000}, Options{Fleet: h.follow})
				c := doc.Scenarios[0].Capacity
				if c.Tasks != tt.want || c.PerTask != tt.perTask || c.Assumed {
					t.Errorf("%+v", c)
				}
			})
		})
	}
}
