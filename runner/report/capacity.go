package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"plimsoll/dsl/fact"
	"plimsoll/runner/result"
)

// buffer is how many more tasks are recommended than the connections need.
const buffer = 1.2

// capacity is how many connections a service holds: the levels, the maximum, what stopped it, and how many tasks are needed.
func (p *page) capacity(doc *result.Document, s *result.Scenario) {
	c := s.Capacity
	if c == nil {
		return
	}
	p.gap()
	refining := false
	for i, l := range c.Levels {
		if l.Refined && !refining {
			refining = true
			low, high := between(c.Levels[:i])
			p.line(4, piece{dim, fmt.Sprintf("refining between %s and %s …", Count(low), Count(high))})
		}
		p.item(2, attained(l), piece{plain, levelText(l)})
	}
	p.gap()
	p.line(2, piece{bold, "Maximum reliable connections:"}, piece{plain, bound(c.Bound) + Count(c.Max)},
		piece{dim, fmt.Sprintf("   safe limit (%s):", Percent(c.Safety))}, piece{plain, Count(c.Safe)})
	p.item(2, piece{bold, "Stopped by:"}, piece{plain, stopper(c)})
	for _, remedy := range c.Remedy {
		p.item(4, piece{dim, "→"}, piece{plain, remedy})
	}
	p.tasks(doc, s)
}

// Level is one level of connections in a line, as it is told of while they are held.
func Level(l result.Level) string { return attained(l).text + " " + levelText(l) }

func attained(l result.Level) piece {
	if l.Good {
		return piece{good, "✓"}
	}
	return piece{bad, "✗"}
}

// levelText is what follows the mark: 500 connections, 226 held (45.2 %) in 46 s, 274 refused.
func levelText(l result.Level) string {
	share := "(" + fact.Ratio.Format(l.Success, math.Round(100*l.Success)/100) + ")" // what is asked for is most often whole
	return fmt.Sprintf("%6s connections %6s held %8s  in %-7s %s", Count(l.Asked), Count(l.Held), share, Seconds(l.Seconds), outcome(l))
}

// outcome is how long openings took and what failed; where connections failed, they come first.
func outcome(l result.Level) string {
	all := slices.Concat(failed(l), l.Reasons)
	if l.Connect.Count > 0 {
		all = append(all, "p95 connect "+Seconds(l.Connect.P95))
	}
	if l.Latency.Count > 0 {
		all = append(all, "p95 latency "+Seconds(l.Latency.P95))
	}
	return strings.Join(all, ", ")
}

// failed counts openings that failed, the most first, and losses: 274 refused, 3 lost.
func failed(l result.Level) []string {
	counts := map[string]int64{}
	for class, n := range l.Errors {
		counts[outcomeOf(class)] += n
	}
	names := sortedKeys(counts)
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(counts[b], counts[a]) })
	var all []string
	for _, name := range names {
		all = append(all, Count(counts[name])+" "+name)
	}
	if l.Lost > 0 {
		all = append(all, Count(l.Lost)+" lost")
	}
	return all
}

// outcomeOf is a class as people say what became of an opening.
func outcomeOf(class string) string {
	switch class {
	case "handshake", "refused", "status":
		return "refused"
	case "timeout", "connect_timeout":
		return "timed out"
	case "descriptors":
		return "without a descriptor"
	case "ports":
		return "without a port"
	}
	return strings.ReplaceAll(class, "_", " ")
}

// between are the last good level and the first bad one of those that the plan lists.
func between(levels []result.Level) (low, high int) {
	for _, l := range levels {
		if !l.Good {
			return low, l.Asked
		}
		low = l.Asked
	}
	return low, low
}

func stopper(c *result.Capacity) string {
	switch {
	case c.StoppedBy != "" && c.Side == result.SideGenerator:
		return "this side, not the service: " + c.StoppedBy
	case c.StoppedBy != "":
		return c.StoppedBy
	case len(c.Levels) == 0:
		return "no level was held to its end"
	}
	return "nothing: every level was held; ask for more to find the limit"
}

// tasks says how many tasks the required connections need, where it is known what one holds.
func (p *page) tasks(doc *result.Document, s *result.Scenario) {
	c := s.Capacity
	switch {
	case c.Max == 0:
		return
	case c.PerTask <= 0:
		p.item(2, piece{bold, "Per task:"}, piece{plain, "not known: the number of healthy tasks changed"})
		return
	}
	of := fmt.Sprintf("%s%s each, by %s", bound(c.Bound), Count(c.PerTask), plural(c.Tasks, "task"))
	if c.Assumed {
		of = fmt.Sprintf("%s%s each, the endpoint being taken for one task", bound(c.Bound), Count(c.PerTask))
	}
	target := required(doc, s.Service)
	if n, ok := c.TasksFor(target, buffer); ok && target > 0 {
		most := ""
		if c.Bound == result.BoundAtLeast {
			most = "at most "
		}
		p.item(2, piece{bold, fmt.Sprintf("Tasks for %s connections with a buffer of %v:", Count(target), buffer)},
			piece{plain, most + Count(n) + " (" + of + ")"})
		return
	}
	p.item(2, piece{bold, "Per task:"}, piece{plain, of})
}

// required is how many connections a service must hold; 0 if its requirement does not say.
func required(doc *result.Document, service string) float64 {
	most := 0.0
	for _, r := range doc.Requirements {
		if r.Service == service && (r.Measure == "connections" || r.Measure == "peak_connections") {
			most = max(most, r.Required)
		}
	}
	return most
}
