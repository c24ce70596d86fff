package analysis

import (
	"fmt"
	"math"
	"math/rand/v2"

	"plimsoll/runner/result"
)

const (
	mostBlocks   = 240
	leastBlocks  = 30
	leastSeconds = 10 // of plan time in a block
	settling     = 0.1
	hour         = 3600
)

// Drift judges how latency, throughput and the error rate changed between the plan seconds from and to of an endurance.
// The first tenth is left out, the rest is cut into at most 240 equal blocks of at least 10 s, and a line is laid through
// them (Theil–Sen, 95 % interval by moving-block bootstrap, the same for the same seed). Latency and throughput change by
// shares of their value at the start, the error rate, which often starts at 0, by points. With fewer than 30 blocks there
// is a reason in place of a drift. Cuts are plan seconds at which the number of tasks changed: what it did to the level is
// no drift, so pieces between them each have a level of their own, and blocks with a cut inside are left out.
func Drift(points []result.Point, from, to float64, seed uint64, cuts ...float64) *result.Drift {
	from += settling * (to - from)
	length := max(leastSeconds, (to-from)/mostBlocks)
	count := int((to-from)/length + 1e-9)
	d := &result.Drift{Blocks: max(count, 0)}
	if count < leastBlocks {
		d.Reason = fmt.Sprintf("%d blocks of %d s after the first tenth, and drift needs %d: hold the load for at least %.0f s",
			d.Blocks, leastSeconds, leastBlocks, math.Ceil(leastBlocks*leastSeconds/(1-settling)))
		return d
	}
	blocks, pieces := divide(points, from, length, count), pieces(from, length, count, cuts)
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

// drifter is something watched for drift. Its value of a block is false where the block holds no data.
type drifter struct {
	name     string
	relative bool
	value    func([]result.Point) (float64, bool)
}

var drifting = [...]drifter{
	{"latency", true, func(block []result.Point) (float64, bool) {
		var medians []float64
		for _, p := range block {
			if p.Operations > p.Failed {
				medians = append(medians, p.P50)
			}
		}
		return median(medians), len(medians) > 0
	}},
	{"throughput", true, func(block []result.Point) (float64, bool) {
		var rates []float64
		for _, p := range block {
			rates = append(rates, p.Throughput)
		}
		return median(rates), len(rates) > 0
	}},
	{"error_rate", false, func(block []result.Point) (float64, bool) {
		var failed, all int64
		for _, p := range block {
			failed, all = failed+p.Failed, all+p.Operations
		}
		return float64(failed) / float64(max(all, 1)), all > 0
	}},
}

// divide hands each point to the block that holds its middle.
func divide(points []result.Point, from, length float64, count int) [][]result.Point {
	blocks := make([][]result.Point, count)
	for _, p := range points {
		if i := int(math.Floor((p.At + p.Seconds/2 - from) / length)); i >= 0 && i < count {
			blocks[i] = append(blocks[i], p)
		}
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
func perHour(blocks [][]result.Point, pieces []int, length float64, m drifter, random *rand.Rand) (result.Interval, bool) {
	var at, values []float64
	var of []int
	for i, block := range blocks {
		if v, ok := m.value(block); ok && pieces[i] >= 0 {
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
