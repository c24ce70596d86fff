package fleet

import (
	"fmt"
	"math"
	"strings"

	"plimsoll/dsl/fact"
	"plimsoll/dsl/plan"
	"plimsoll/runner/analysis"
)

// Sizing is how many tasks a service needs by what one was proven to carry, with the arithmetic.
type Sizing struct {
	Min        int      `json:"min"`
	Max        int      `json:"max"`
	Target     float64  `json:"target"` // of CPU, a ratio
	Proofs     []Proof  `json:"proofs"`
	Arithmetic []string `json:"arithmetic"`
}

// The bounds of a suggested CPU target, and the fewest tasks that are suggested: one may be lost.
const (
	lowestTarget  = 0.40
	highestTarget = 0.70
	fewestTasks   = 2
)

// size sizes the service; nil where nothing that is required was proven of a task that had something to do.
func (s *subject) size() *Sizing {
	z := &Sizing{}
	for _, l := range loads(s.service.Requirement) {
		if proof := strongest(s.proofs, l.measure); proof != nil && !proof.idle() && !l.counted {
			z.Proofs = append(z.Proofs, *proof)
			z.carry(l, proof)
		}
	}
	if len(z.Proofs) == 0 {
		return nil
	}
	z.bound()
	z.aim(s)
	return z
}

// carry has enough tasks for one load.
func (z *Sizing) carry(l load, proof *Proof) {
	if least, arithmetic, ok := analysis.Tasks(l.normal, proof.PerTask, l.unit); ok && l.normal > 0 {
		z.Min = max(z.Min, least)
		z.note("min: %s, by %s", arithmetic, proof.By)
	}
	if most, arithmetic, ok := analysis.Tasks(l.peak, proof.PerTask, l.unit); ok {
		z.Max = max(z.Max, most)
		z.note("max: %s, by %s", arithmetic, proof.By)
	}
	if !proof.Exact {
		z.note("a task carries at least %s; it may carry more, and fewer tasks may do", amountOf(proof.PerTask, l.unit))
	}
}

func (z *Sizing) note(format string, values ...any) {
	z.Arithmetic = append(z.Arithmetic, fmt.Sprintf(format, values...))
}

// bound keeps a task in reserve, and the bounds in order.
func (z *Sizing) bound() {
	if z.Min < fewestTasks {
		z.note("min: %d, so that one may be lost", fewestTasks)
		z.Min = fewestTasks
	}
	z.Max = max(z.Max, z.Min)
}

// aim lowers the target below the CPU at the limit, and so far that what arrives while scaling out has room.
func (z *Sizing) aim(s *subject) {
	full := z.limit()
	wanted := floor(full * min(z.ramp(s, full), highestTarget))
	z.Target = max(wanted, min(lowestTarget, floor(full*highestTarget)))
	if wanted < z.Target {
		z.note("target: %s, and no lower: more tasks ahead of a peak cost less than keeping all of them idle", share(z.Target))
	}
}

// limit is the least CPU, a ratio, that tasks used at a limit that was found.
func (z *Sizing) limit() float64 {
	full := 1.0
	for _, p := range z.Proofs {
		if p.Exact && p.CPU > 0 && p.CPU < full {
			full = p.CPU
			z.note("target: at the limit the tasks used %s of their CPU, by %s", share(p.CPU), p.By)
		}
	}
	return full
}

// ramp is the share of what tasks carry at which each surge of the load has room.
func (z *Sizing) ramp(s *subject, full float64) float64 {
	takes, by := s.scaleOut()
	at := 1.0
	for _, g := range surges(s.plan, s.service) {
		arrive := g.Arrivals(takes)
		if arrive <= 0 {
			continue
		}
		part := analysis.ShareFor(g.Base, arrive)
		z.note("target: %s brings %s %s more within %s (%s): %s ÷ (%s + %s) = %s",
			g.by, count(g.come(arrive)), g.unit, lasting(takes.Seconds()), by, count(g.Base), count(g.Base), count(g.come(arrive)), share(part))
		at = min(at, part)
		if n, arithmetic, ok := z.ahead(g, arrive); ok && n > z.Min && part*full < lowestTarget {
			z.note("ahead of it, schedule min = %d: %s", n, arithmetic)
		}
	}
	return at
}

// ahead is how many tasks carry the base of a surge and what arrives while scaling out.
func (z *Sizing) ahead(g surge, arrive float64) (int, string, bool) {
	proof := strongest(z.Proofs, g.measure)
	if proof == nil {
		return 0, "", false
	}
	return analysis.Tasks(g.Base+arrive, proof.PerTask, g.unit)
}

// floor is a ratio in whole percent.
func floor(ratio float64) float64 { return math.Floor(ratio*100+1e-9) / 100 }

// suggest is a desired block of HCL for the service to paste, "" where nothing can be suggested. Its arithmetic stands in comments.
func (s *subject) suggest() string {
	if s.service.ECS == nil || s.sizing == nil && s.right == nil {
		return ""
	}
	var b strings.Builder
	b.WriteString("desired {\n")
	size := plan.Size{CPU: s.wanted.CPU, Memory: s.wanted.Memory}
	if s.right != nil {
		size = s.right.To
		fmt.Fprintf(&b, "  # size: %s\n", Line(s.right.Reason))
	}
	if size.CPU > 0 && size.Memory > 0 {
		fmt.Fprintf(&b, "  cpu    = %d\n  memory = %d\n", size.CPU, size.Memory)
	}
	if s.connections() != nil {
		fmt.Fprintf(&b, "  nofile = %d\n", max(s.wanted.Nofile, usualNofile))
	}
	if s.sizing != nil {
		s.sizing.write(&b)
	}
	b.WriteString("}\n")
	return b.String()
}

// usualNofile is what a container that holds connections is given.
const usualNofile = 65536

func (z *Sizing) write(b *strings.Builder) {
	for _, text := range z.Arithmetic {
		fmt.Fprintf(b, "  # %s\n", Line(text))
	}
	fmt.Fprintf(b, "  tasks    = { min = %d, max = %d }\n  cooldown = { out = \"0s\", in = \"600s\" }\n", z.Min, z.Max)
	fmt.Fprintf(b, "  track \"cpu\" { target = %q }\n  track \"memory\" { target = \"70%%\" }\n", fact.Ratio.Literal(z.Target))
}
