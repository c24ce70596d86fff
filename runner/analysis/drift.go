package analysis

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"plimsoll/dsl/fact"
	"plimsoll/runner/result"
)

const (
	mostBlocks   = 240
	leastBlocks  = 30
	leastSeconds = 10 // of plan time in a block
	settling     = 0.1
	hour         = 3600
)

// Drift judges how latency, throughput, the error rate and the memory of its tasks, of which there may be no readings,
// changed between the plan seconds from and to of an endurance.
// The first tenth is left out, the rest is cut into at most 240 equal blocks of at least 10 s, and a line is laid through
// them (Theil–Sen, 95 % interval by moving-block bootstrap, the same for the same seed). Latency and throughput change by
// shares of their value at the start, the error rate, which often starts at 0, by points, and memory, a ratio of its limit,
// by points of that. With fewer than 30 blocks there is a reason in place of a drift. Cuts are plan seconds at which the number of tasks changed: what it did to the level is
// no drift, so pieces between them each have a level of their own, and blocks with a cut inside are left out.
func Drift(points []result.Point, memory []result.Reading, from, to float64, seed uint64, cuts ...float64) *result.Drift {
	from += settling * (to - from)
	length := max(leastSeconds, (to-from)/mostBlocks)
	count := int((to-from)/length + 1e-9)
	d := &result.Drift{Blocks: max(count, 0)}
	if count < leastBlocks {
		d.Reason = fmt.Sprintf("%d blocks of %d s after the first tenth, and drift needs %d: hold the load for at least %s",
			d.Blocks, leastSeconds, leastBlocks, fact.Time.Format(math.Ceil(leastBlocks*leastSeconds/(1-settling))))
		return d
	}
	blocks, pieces := divide(points, memory, from, length, count, cuts), pieces(from, length, count, cuts)
	for i, m := range drifting {
		random := rand.New(rand.NewPCG(seed, uint64(i)))
		if interval, ok := perHour(blocks, pieces, length, m, random); ok {
			if d.PerHour == nil {
				d.PerHour = map[string]result.Interval{}
			}
			d.PerHour[m.name] = interval
		}
	}
	if d.PerHour == nil {
		d.Reason = fmt.Sprintf("too few of the %d blocks have operations", count)
		if len(cuts) > 0 {
			d.Reason += ", and as many tasks for long enough"
		}
	}
	return d
}

// block is what was measured in one.
type block struct {
	points []result.Point
	memory []float64
}

// drifter is something watched for drift. Its value of a block is false where the block holds no data.
type drifter struct {
	name     string
	relative bool
	value    func(block) (float64, bool)
}

var drifting = [...]drifter{
	{"latency", true, func(b block) (float64, bool) {
		var medians []float64
		for _, p := range b.points {
			if p.Operations > p.Failed {
				medians = append(medians, p.P50)
			}
		}
		return median(medians), len(medians) > 0
	}},
	{"throughput", true, func(b block) (float64, bool) {
		var rates []float64
		for _, p := range b.points {
			rates = append(rates, p.Throughput)
		}
		return median(rates), len(rates) > 0
	}},
	{"error_rate", false, func(b block) (float64, bool) {
		var failed, all int64
		for _, p := range b.points {
			failed, all = failed+p.Failed, all+p.Operations
		}
		return float64(failed) / float64(max(all, 1)), all > 0
	}},
	{"memory", false, func(b block) (float64, bool) { return median(b.memory), len(b.memory) > 0 }},
}

// divide hands each point and each reading to the block that holds its middle. A reading of before and after a cut is of neither.
func divide(points []result.Point, memory []result.Reading, from, length float64, count int, cuts []float64) []block {
	blocks := make([]block, count)
	at := func(middle float64) *block {
		if i := int(math.Floor((middle - from) / length)); i >= 0 && i < count {
			return &blocks[i]
		}
		return new(block)
	}
	for _, p := range points {
		b := at(p.At + p.Seconds/2)
		b.points = append(b.points, p)
	}
	for _, r := range memory {
		if slices.ContainsFunc(cuts, func(cut float64) bool { return cut > r.At && cut < r.At+r.Seconds }) {
			continue
		}
		b := at(r.At + r.Seconds/2)
		b.memory = append(b.memory, r.Value)
	}
	return blocks
}

// leastPiece is how many blocks with the same number of tasks tell of a slope.
const leastPiece = 5

// pieces numbers the stretches between cuts that the blocks lie in; a block with a cut inside, and one of a stretch too
// short to tell anything, is in none: −1.
func pieces(from, length float64, count int, cuts []float64) []int {
	all, sizes := make([]int, count), map[int]int{}
	for i := range all {
		begin := from + float64(i)*length
		for _, cut := range cuts {
			switch {
			case cut > begin && cut < begin+length:
				all[i] = -1
			case cut <= begin && all[i] >= 0:
				all[i]++
			}
		}
		sizes[all[i]]++
	}
	for i, piece := range all {
		if piece >= 0 && len(cuts) > 0 && sizes[piece] < leastPiece {
			all[i] = -1
		}
	}
	return all
}

// perHour is false where too few blocks have a value, or where a share of the start would be one of nothing.
func perHour(blocks []block, pieces []int, length float64, m drifter, random *rand.Rand) (result.Interval, bool) {
	var at, values []float64
	var of []int
	for i, b := range blocks {
		if v, ok := m.value(b); ok && pieces[i] >= 0 {
			at, values, of = append(at, float64(i)), append(values, v), append(of, pieces[i])
		}
	}
	if len(values) < leastBlocks {
		return result.Interval{}, false
	}
	line := piecewise(at, values, of, random)
	scale := hour / length
	if m.relative {
		if line.start <= 0 {
			return result.Interval{}, false
		}
		scale /= line.start
	}
	return result.Interval{Value: line.slope * scale, Low: line.low * scale, High: line.high * scale}, true
}
