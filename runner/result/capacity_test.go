package result

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"plimsoll/dsl/fact"
)

func TestCapacityFacts(t *testing.T) {
	levels := []Level{{Asked: 10, Held: 10}}
	exact := &Capacity{Max: 226, Safe: 180, Level: 300, Bound: BoundExact, Tasks: 2, PerTask: 113, Levels: levels}
	held := &Capacity{Max: 10, Safe: 8, Level: 10, Bound: BoundAtLeast, Levels: levels}
	tests := []struct {
		name     string
		capacity *Capacity
		path     string
		want     fact.Interval
	}{
		{"the limit was found", exact, "capacity.max", fact.Exactly(226)},
		{"what is safe", exact, "capacity.safe", fact.Exactly(180)},
		{"where it was held", exact, "capacity.level", fact.Exactly(300)},
		{"by task", exact, "capacity.per_task", fact.Exactly(113)},
		{"a text is no number", exact, "capacity.stopped_by", fact.Unknown()},
		{"all levels held", held, "capacity.max", fact.AtLeast(10)},
		{"nobody knows how many tasks there were", held, "capacity.per_task", fact.Unknown()},
		{"no connection was held", &Capacity{Bound: BoundExact, Levels: levels}, "capacity.max", fact.Exactly(0)},
		{"no level was held", &Capacity{Bound: BoundAtLeast}, "capacity.max", fact.Unknown()},
		{"no capacity", nil, "capacity.max", fact.Unknown()},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, Facts{Scenario: &Scenario{Capacity: tt.capacity}}.Value(tt.path)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTasksFor(t *testing.T) {
	c := &Capacity{PerTask: 113}
	if n, ok := c.TasksFor(10_000, 1.2); n != 107 || !ok {
		t.Errorf("%d tasks, %v; want 107", n, ok)
	}
	if n, ok := new(Capacity).TasksFor(10_000, 1.2); ok {
		t.Errorf("%d tasks of which nobody knows what one holds", n)
	}
}

func TestSafeShare(t *testing.T) {
	tests := []struct {
		maximum int
		safety  float64
		want    int
	}{{226, 0.8, 180}, {200, 0.8, 160}, {100, 0.29, 29}, {1, 0.8, 0}, {0, 0.8, 0}, {7, 1, 7}}
	for _, tt := range tests {
		if got := SafeShare(tt.maximum, tt.safety); got != tt.want {
			t.Errorf("%v of %d is %d, want %d", tt.safety, tt.maximum, got, tt.want)
		}
	}
}
