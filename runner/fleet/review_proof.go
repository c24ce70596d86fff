package fleet

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"plimsoll/dsl/plan"
	"plimsoll/runner/result"
)

// Proof is what one task of a service was shown to carry.
type Proof struct {
	Measure string    `json:"measure"` // users, rate (sessions/s) or connections
	PerTask float64   `json:"per_task"`
	Tasks   int       `json:"tasks"`         // that carried it together
	Exact   bool      `json:"exact"`         // more broke it; false: it carried that much, and may carry more
	Size    plan.Size `json:"size"`          // of a task then; zero: not known
	CPU     float64   `json:"cpu,omitempty"` // mean of the tasks meanwhile, a ratio; 0: not known
	Memory  float64   `json:"memory,omitempty"`
	By      string    `json:"by"` // scenario and run
}

// Proofs is what results show of a task of the service, one proof a measure: of the newest result that has any, the exact
// one, else the most. The results may come in any order; those of a simulation prove nothing of a service that is real.
func Proofs(s *plan.Service, results []*result.Document) []Proof {
	var all []Proof
	for _, doc := range newestFirst(results) {
		if !speaksOf(doc, s) {
			continue
		}
		var of []Proof
		for i := range doc.Scenarios {
			if sc := &doc.Scenarios[i]; sc.Service == s.Title() {
				of = append(of, proofs(doc, sc)...)
			}
		}
		of = append(of, required(doc, s)...)
		for _, measure := range []string{measureUsers, measureRate, measureConnections} {
			if best := strongest(of, measure); best != nil && strongest(all, measure) == nil {
				all = append(all, *best)
			}
		}
	}
	return all
}

// newestFirst orders results by when they ended.
func newestFirst(results []*result.Document) []*result.Document {
	all := slices.Clone(results)
	slices.SortStableFunc(all, func(a, b *result.Document) int { return b.Ended.Compare(a.Ended) })
	return all
}

// strongest is the exact proof of a measure, else the highest lower bound; nil without any.
func strongest(all []Proof, measure string) *Proof {
	var best *Proof
	for i := range all {
		p := &all[i]
		if p.Measure != measure || p.PerTask <= 0 {
			continue
		}
		if best == nil || p.Exact && !best.Exact || p.Exact == best.Exact && p.PerTask > best.PerTask {
			best = p
		}
	}
	return best
}

// required are what the rows of a requirement show: the most that was held, and by how many tasks.
func required(doc *result.Document, s *plan.Service) []Proof {
	var all []Proof
	for _, row := range doc.Requirements {
		if row.Service == s.Title() && row.Proven > 0 && row.Tasks != nil && row.Tasks.Most > 0 {
			p := Proof{Measure: strings.TrimPrefix(row.Measure, "peak_"), PerTask: row.Proven / float64(row.Tasks.Most), Tasks: row.Tasks.Most}
			p = p.where(doc, row.By, s.Title())
			p.By = fmt.Sprintf("%s of run %s", row.By, doc.Run)
			all = append(all, p)
		}
	}
	return all
}

// where adds how the tasks were in the phase that a row of a requirement names.
func (p Proof) where(doc *result.Document, by, service string) Proof {
	for i := range doc.Scenarios {
		s := &doc.Scenarios[i]
		for j := range s.Phases {
			if s.Service == service && by == s.Name+", phase "+s.Phases[j].Name {
				return p.with(doc, s, &s.Phases[j])
			}
		}
	}
	return p
}

// proofs are what one scenario shows: what a capacity held, and each level that was held with its SLAs, the limit of a stress
// among them.
func proofs(doc *result.Document, s *result.Scenario) []Proof {
	var all []Proof
	if c := s.Capacity; c != nil && c.Tasks > 0 {
		p := Proof{Measure: measureConnections, PerTask: c.PerTask, Tasks: c.Tasks, Exact: c.Bound == result.BoundExact && !c.Assumed}
		all = append(all, p.with(doc, s, level(s, c.Level)))
	}
	for i := range s.Phases {
		if p := &s.Phases[i]; carried(s, p) && p.Tasks != nil && p.Tasks.Most > 0 {
			for _, proof := range provenBy(s, p) {
				all = append(all, proof.with(doc, s, p))
			}
		}
	}
	return all
}

// provenBy is what one phase shows of a task. It is exact at the limit of a stress whose tasks did not change.
func provenBy(s *result.Scenario, p *result.Phase) []Proof {
	tasks, m := p.Tasks.Most, &p.Measures
	exact := p.Tasks.Least == tasks && s.Limit != nil && s.Limit.Bound == result.BoundExact && s.Limit.Phase == p.Name
	all := []Proof{{Measure: measureConnections, PerTask: float64(m.Connections.Held), Tasks: tasks}}
	if s.Open {
		all = append(all, Proof{Measure: measureRate, PerTask: p.Asked, Tasks: tasks, Exact: exact})
	} else {
		all = append(all, Proof{Measure: measureUsers, PerTask: p.Asked, Tasks: tasks, Exact: exact})
	}
	if !s.Open && m.Seconds > 0 {
		all = append(all, Proof{Measure: measureRate, PerTask: float64(m.Sessions.Completed) / m.Seconds, Tasks: tasks})
	}
	for i := range all {
		all[i].PerTask /= float64(tasks)
	}
	return all
}

// with adds by whom it is shown, and how the tasks were in that phase of the scenario; nil: not known.
func (p Proof) with(doc *result.Document, s *result.Scenario, in *result.Phase) Proof {
	p.By = fmt.Sprintf("%s %q of run %s", s.Kind, s.Name, doc.Run)
	if f := s.ObservedFleet(s.Service); f != nil {
		p.Size = plan.Size{CPU: f.Start.CPU, Memory: f.Start.Memory}
		if in != nil {
			p.CPU, p.Memory = meanWithin(f.CPU, in), meanWithin(f.Memory, in)
		}
	}
	return p
}

// level is the phase in which a capacity held so many connections; nil: not known.
func level(s *result.Scenario, connections int) *result.Phase {
	i := slices.IndexFunc(s.Phases, func(p result.Phase) bool { return p.Name == strconv.Itoa(connections) })
	if i < 0 {
		return nil
	}
	return &s.Phases[i]
}

// carried reports whether a phase was held with its SLAs: of a stress each level is judged, of the others the whole.
func carried(s *result.Scenario, p *result.Phase) bool {
	if p.Passing || s.Capacity != nil {
		return false
	}
	if p.Good != nil {
		return *p.Good
	}
	return s.Verdict == result.Pass && s.Cut == "" && covered(s, p)
}

// covered reports whether the SLAs of a scenario judge a whole phase: those of a spike may leave out its peak, or judge only
// what came after the service had recovered.
func covered(s *result.Scenario, p *result.Phase) bool {
	return s.Kind != plan.Spike.String() || p.Name == "base" || slices.ContainsFunc(s.SLAs, func(sla result.SLA) bool {
		return sla.Judged > 0 && !sla.Whole && !sla.Recovered && (len(sla.Phases) == 0 || slices.Contains(sla.Phases, p.Name))
	})
}

// busyEnough is the CPU from which a load that was held says about how much a task carries; tasks with less were idle.
const busyEnough = 0.5

// idle reports whether the proof is of tasks that may carry far more: a lower bound that did not keep them busy, as far as is
// known. Nothing is to be sized by it.
func (p *Proof) idle() bool { return !p.Exact && p.CPU < busyEnough }

// meanWithin is the mean of a gauge within the measured part of a phase, weighted by time; 0: nothing is known.
func meanWithin(g *result.Gauge, in *result.Phase) float64 {
	if g == nil {
		return 0
	}
	sum, seconds := 0.0, 0.0
	for _, r := range g.Points {
		if within := min(in.End, r.At+r.Seconds) - max(in.Measured, r.At); within > 0 {
			sum, seconds = sum+r.Value*within, seconds+within
		}
	}
	if seconds == 0 {
		return 0
	}
	return sum / seconds
}

// amount is what a task carries, as people read it.
func (p *Proof) amount(unit string) string {
	text := count(p.PerTask) + " " + unit + " a task"
	if !p.Exact {
		text = "at least " + text
	}
	by := p.By + ", " + plural(p.Tasks, "task")
	if p.idle() && p.CPU > 0 {
		by += ", idle at CPU " + share(p.CPU)
	}
	return text + " (" + by + ")"
}
