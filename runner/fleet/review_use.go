package fleet

import (
	"fmt"
	"strings"
	"time"

	"plimsoll/dsl/fact"
	"plimsoll/dsl/plan"
	"plimsoll/runner/result"
)

// Use is how much of its CPU and memory a task used at most, and by whom that is known.
type Use struct {
	CPU    float64   `json:"cpu"`    // highest mean of a period, a ratio of Size; 0: not known
	Memory float64   `json:"memory"` // the same
	Size   plan.Size `json:"size"`   // of the tasks that were measured
	By     string    `json:"by"`
	Tested bool      `json:"tested"` // under load that a run made; false: what CloudWatch remembers
}

// used is the highest use in the newest result that measured any, else in the history, which is taken to be of tasks as they
// are now.
func used(s *plan.Service, results []*result.Document, days []Day, now plan.Size) *Use {
	for _, doc := range results {
		if u := usedIn(doc, s); u != nil {
			return u
		}
	}
	u := Use{Size: now, By: fmt.Sprintf("the peaks of %s in CloudWatch", plural(len(days), "day"))}
	for _, d := range days {
		u.CPU, u.Memory = max(u.CPU, d.CPU), max(u.Memory, d.Memory)
	}
	if u.CPU == 0 && u.Memory == 0 {
		return nil
	}
	return &u
}

func usedIn(doc *result.Document, s *plan.Service) *Use {
	if !speaksOf(doc, s) {
		return nil
	}
	var most *Use
	for i := range doc.Scenarios {
		f := doc.Scenarios[i].ObservedFleet(s.Title())
		if f == nil || f.CPU == nil && f.Memory == nil || f.Start.CPU == 0 || f.Start.Memory == 0 {
			continue
		}
		if most == nil {
			most = &Use{Tested: true, By: "run " + doc.Run, Size: plan.Size{CPU: f.Start.CPU, Memory: f.Start.Memory}}
		}
		if f.Start.CPU != most.Size.CPU || f.Start.Memory != most.Size.Memory {
			continue
		}
		most.CPU, most.Memory = max(most.CPU, highestOf(f.CPU)), max(most.Memory, highestOf(f.Memory))
	}
	return most
}

func highestOf(g *result.Gauge) float64 {
	if g == nil {
		return 0
	}
	return g.Max
}

// highest is the highest that the history saw of a load, and on which day; false where it cannot tell: users are no metric,
// but for what the plan's metric that is called like the requirement's unit counts, and sessions are requests only by how
// many operations a session was seen to have, 0 for not known.
func highest(days []Day, s *plan.Service, l load, perSession float64) (most float64, on time.Time, ok bool) {
	for _, d := range days {
		v := -1.0
		switch {
		case l.measure == measureConnections:
			v = d.Connections
		case l.counted && l.measure == measureUsers:
			if seen, known := d.Custom[counter(l.unit)]; known {
				v = seen
			}
		case l.measure == measureRate && !l.counted && perSession > 0:
			v = d.Requests / perSession
		}
		if v >= 0 && (!ok || v > most) {
			most, on, ok = v, d.Date, true
		}
	}
	return most, on, ok
}

// counter is the label of the plan's metric that counts a unit: calls, or jobs_at_once.
func counter(unit string) string { return strings.ReplaceAll(unit, " ", "_") }

// OperationsPerSession is the most that a completed session had in the newest result that knows; 0: none does. The results
// may come in any order.
func OperationsPerSession(s *plan.Service, results []*result.Document) float64 {
	for _, doc := range newestFirst(results) {
		most := 0.0
		for i := range doc.Scenarios {
			total := &doc.Scenarios[i].Total
			if doc.Scenarios[i].Service == s.Title() && total.Sessions.Completed > 0 && speaksOf(doc, s) {
				most = max(most, float64(total.Operations)/float64(total.Sessions.Completed))
			}
		}
		if most > 0 {
			return most
		}
	}
	return 0
}

// count is a number as people read it.
func count(v float64) string { return fact.Count.Format(v) }

// lasting is a span of seconds as people read it.
func lasting(v float64) string { return fact.Time.Format(v) }

// share is a ratio as people read it.
func share(v float64, others ...float64) string { return fact.Ratio.Format(v, others...) }

// plural is so many of a thing.
func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
