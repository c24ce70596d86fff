package runner

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"plimsoll/dsl/plan"
)

// ascend holds levels of a service, which says how many of those asked it holds, until there is no more to try.
func ascend(l *plan.Levels, service func(asked int) int) (asked []int, max rung) {
	var done []rung
	for {
		next, _, more := climb(l, done)
		if !more {
			return asked, most(done)
		}
		held := service(next)
		asked = append(asked, next)
		done = append(done, rung{asked: next, held: held, good: float64(held) >= l.Success*float64(next)})
	}
}

func limited(most int) func(int) int { return func(asked int) int { return min(asked, most) } }

// collapses holds up to a limit, and almost nothing where more is asked of it.
func collapses(most, left int) func(int) int {
	return func(asked int) int {
		if asked > most {
			return left
		}
		return asked
	}
}

func TestClimb(t *testing.T) {
	progressive := []int{10, 25, 50, 100, 200, 500, 1000}
	tests := []struct {
		name    string
		counts  []int
		success float64
		refine  float64
		service func(int) int
		asked   []int
		max     rung
	}{
		{"all held", []int{10, 100}, 1, 0.01, limited(500), []int{10, 100}, rung{asked: 100, held: 100, good: true}},
		{"a limit, all of it wanted", []int{10, 100, 200, 500}, 1, 0.01, limited(226), []int{10, 100, 200, 500, 226, 228}, rung{asked: 226, held: 226, good: true}},
		{"a limit, most of it wanted", progressive, 0.75, 0.01, limited(226), append(progressive[:6:6], 226, 228), rung{asked: 226, held: 226, good: true}},
		{"not refined", []int{200, 500}, 1, 0, limited(226), []int{200, 500}, rung{asked: 200, held: 200, good: true}},
		{"a good level was refused some", []int{282, 500}, 0.75, 0.01, limited(226), []int{282, 500}, rung{asked: 282, held: 226, good: true}},
		{"the last level was refused some", []int{282}, 0.75, 0.01, limited(226), []int{282}, rung{asked: 282, held: 226, good: true}},
		{"the first level breaks", []int{500}, 1, 0.01, limited(3), []int{500, 3, 4}, rung{asked: 3, held: 3, good: true}},
		{"nothing is held", []int{8}, 1, 0.01, limited(0), []int{8, 1}, rung{}},
		{"one connection", []int{1}, 1, 0.01, limited(0), []int{1}, rung{}},
		{"it collapses", []int{200, 500}, 1, 0.01, collapses(300, 50), []int{200, 500, 350, 275, 312, 293, 302, 297, 299, 300}, rung{asked: 300, held: 300, good: true}},
		{"it collapses to what it could hold", []int{200, 500}, 1, 0.01, collapses(300, 226), []int{200, 500, 226, 228, 364, 296, 330, 313, 304, 300, 302}, rung{asked: 300, held: 300, good: true}},
		{"a coarse limit", []int{200, 500}, 1, 0.5, collapses(300, 50), []int{200, 500, 350, 275}, rung{asked: 275, held: 275, good: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			asked, max := ascend(&plan.Levels{Counts: tt.counts, Success: tt.success, Refine: tt.refine}, tt.service)
			if diff := cmp.Diff(tt.asked, asked); diff != "" {
				t.Errorf("levels (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.max, max, cmp.AllowUnexported(rung{})); diff != "" {
				t.Errorf("most (-want +got):\n%s", diff)
			}
		})
	}
}

// What the generator could not hold says nothing about the service: the search ends.
func TestClimbEndsAtTheGenerator(t *testing.T) {
	l := &plan.Levels{Counts: []int{100, 200, 400}, Success: 1, Refine: 0.01}
	if asked, _, more := climb(l, []rung{{asked: 100, held: 100, good: true}, {asked: 200, held: 150, ours: true}}); more {
		t.Errorf("%d are asked for", asked)
	}
}

// Whatever a service with a hard limit is asked, the limit is found exactly, in few steps.
func TestClimbIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(1, 20_000).Draw(t, "limit")
		counts := rapid.SliceOfNDistinct(rapid.IntRange(1, 30_000), 1, 8, rapid.ID[int]).Draw(t, "counts")
		counts = sorted(append(counts, 40_000))
		l := &plan.Levels{Counts: counts, Success: rapid.Float64Range(0.6, 1).Draw(t, "success"), Refine: rapid.Float64Range(0.001, 0.1).Draw(t, "refine")}
		asked, max := ascend(l, limited(limit))
		if max.held != limit {
			t.Fatalf("found %d", max.held)
		}
		if len(asked) > len(counts)+3 {
			t.Fatalf("%d levels for %d of the plan: %v", len(asked), len(counts), asked)
		}
	})
}

// A service that collapses above its limit is found to within the share that is asked for.
func TestClimbConverges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(0, 20_000).Draw(t, "limit")
		left := rapid.IntRange(0, limit/2).Draw(t, "left")
		l := &plan.Levels{Counts: []int{10, 40_000}, Success: 1, Refine: rapid.Float64Range(0.001, 0.1).Draw(t, "refine")}
		asked, max := ascend(l, collapses(limit, left))
		if max.held > limit || float64(limit-max.held) > l.Refine*float64(limit)+1 {
			t.Fatalf("found %d", max.held)
		}
		if len(asked) > 25 {
			t.Fatalf("%d levels: %v", len(asked), asked)
		}
	})
}

func sorted(all []int) []int {
	slices.Sort(all)
	return slices.Compact(all)
}
