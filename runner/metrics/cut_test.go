package metrics

import "testing"

// No point of a series that is merged again and again lies on both sides of a cut.
func TestPointsDoNotCrossACut(t *testing.T) {
	const seconds = 40_000
	r := newRecorder()
	cuts := []int64{5_000*s1 + s1/2, 12_345 * s1, 30_001 * s1}
	for i := range int64(seconds / 4) {
		for _, cut := range cuts {
			if at := 4 * i * s1; at >= cut && at < cut+4*s1 {
				r.Cut(cut)
			}
		}
		run(r.Shard(int(i)), op(get, 4*i*s1, OK, ms))
		if i%10 == 0 {
			r.Release(0, int(4*i)-30)
		}
	}
	points, operations := 0, int64(0)
	for p := range r.Series() {
		points++
		operations += p.Operations
		for _, cut := range cuts {
			second := cut / s1 * s1 // a cut within a second belongs behind it
			if cut%s1 > 0 {
				second += s1
			}
			if p.From < second && p.To > second {
				t.Errorf("a point from %d to %d s crosses %d", p.From/s1, p.To/s1, cut/s1)
			}
		}
	}
	if points > maxPoints+len(cuts) || operations != seconds/4 {
		t.Errorf("%d points of %d operations", points, operations)
	}
}
