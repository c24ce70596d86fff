package watch

import (
	"slices"
	"time"

	"plimsoll/dsl/plan"
	"plimsoll/runner/analysis"
	"plimsoll/runner/fleet"
)

// Trend is how one measure of a service has developed, by the peaks of its days.
type Trend struct {
	Service  string     `json:"service"`
	Measure  string     `json:"measure"` // requests, connections, tasks, cpu, memory
	Peaks    []Peak     `json:"peaks"`
	Highest  float64    `json:"highest"`
	Growth   *Growth    `json:"growth"`   // nil: too few days
	Capacity float64    `json:"capacity"` // what it must stay below; 0: not known
	By       string     `json:"by,omitempty"`
	Headroom *float64   `json:"headroom"` // share of the capacity above the highest peak; nil where that is not known
	RunsOut  *time.Time `json:"runs_out"` // when the trend meets the capacity; nil where it surely does not grow, or within ten years does not
}

// Peak is the highest value of one day.
type Peak struct {
	Date  time.Time `json:"date"`
	Value float64   `json:"value"`
}

// Growth is a change a day, with its 95 % interval.
type Growth struct {
	PerDay float64 `json:"per_day"`
	Low    float64 `json:"low"`
	High   float64 `json:"high"`
}

// horizon is how far ahead a date means anything.
const horizon = 10 * 365 * 24 * time.Hour

// measure is something that a day has a peak of, and what bounds it.
type measure struct {
	name string
	peak func(fleet.Day) float64 // negative: not known
	most func(s *plan.Service, p Proven, tasks float64) (float64, string)
}

// measures are those of a service, what was proven first.
var measures = []measure{
	{"requests", func(d fleet.Day) float64 { return d.Requests }, func(_ *plan.Service, p Proven, tasks float64) (float64, string) { return p.Rate * tasks, p.By }},
	{"connections", func(d fleet.Day) float64 { return d.Connections }, func(_ *plan.Service, p Proven, tasks float64) (float64, string) {
		return p.Connections * tasks, p.By
	}},
	{"tasks", func(d fleet.Day) float64 { return d.Tasks }, func(_ *plan.Service, _ Proven, tasks float64) (float64, string) { return tasks, "maximum of tasks" }},
	{"cpu", func(d fleet.Day) float64 { return d.CPU }, func(*plan.Service, Proven, float64) (float64, string) { return 1, "100 %" }},
	{"memory", func(d fleet.Day) float64 { return d.Memory }, func(*plan.Service, Proven, float64) (float64, string) { return 1, "100 %" }},
}

// Trends draws what CloudWatch remembers of each service of the plan. Most are the tasks that each may have, by title.
func Trends(p *plan.Plan, history fleet.History, most map[string]int, proven map[string]Proven) []Trend {
	var all []Trend
	for _, s := range p.Services {
		days := history[s.Title()]
		for _, m := range measures {
			if t, ok := m.trend(days); ok {
				t.Service = s.Title()
				t.Capacity, t.By = m.most(s, proven[t.Service], float64(most[t.Service]))
				t.foresee()
				all = append(all, t)
			}
		}
	}
	return all
}

// trend is false where no day knows the measure.
func (m measure) trend(days []fleet.Day) (Trend, bool) {
	t := Trend{Measure: m.name}
	var values []float64
	for _, d := range days {
		if v := m.peak(d); v >= 0 {
			t.Peaks = append(t.Peaks, Peak{d.Date, v})
			values = append(values, v)
		}
	}
	if len(values) == 0 {
		return t, false
	}
	t.Highest = slices.Max(values)
	if _, g, ok := analysis.Growth(values); ok {
		t.Growth = &Growth{g.Value, g.Low, g.High}
	}
	return t, true
}

// foresee tells when the trend meets the capacity: from the highest peak on, where it surely grows.
func (t *Trend) foresee() {
	if t.Capacity <= 0 {
		t.By = ""
		return
	}
	free := 1 - t.Highest/t.Capacity
	t.Headroom = &free
	last := t.Peaks[len(t.Peaks)-1].Date
	switch {
	case free <= 0:
		t.RunsOut = &last
	case t.Growth != nil && t.Growth.Low > 0:
		days := (t.Capacity - t.Highest) / t.Growth.PerDay
		if ahead := time.Duration(min(days*24, horizon.Hours()) * float64(time.Hour)); ahead < horizon {
			at := last.Add(ahead)
			t.RunsOut = &at
		}
	}
}
