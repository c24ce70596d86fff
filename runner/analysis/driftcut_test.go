package analysis

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A service whose latency falls when it gets more tasks, and does not drift between.
func TestAChangeOfTasksIsNoDrift(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	values := make([]float64, 200)
	cuts := []float64{700, 1300}
	for i := range values {
		at := float64(i) * 10
		values[i] = 0.3 + 0.002*random.NormFloat64()
		for _, cut := range cuts {
			if at >= cut {
				values[i] -= 0.1
			}
		}
	}
	points := series(values)
	whole, pieced := Drift(points, nil, 0, 2000, 1).PerHour["latency"], Drift(points, nil, 0, 2000, 1, cuts...).PerHour["latency"]
	if whole.High >= 0 {
		t.Errorf("without cuts it must look like drift, and is %+v", whole)
	}
	if pieced.Low > 0 || pieced.High < 0 || pieced.High-pieced.Low > 0.2 {
		t.Errorf("with cuts it is %+v", pieced)
	}
}

func TestPieces(t *testing.T) {
	tests := []struct {
		name string
		cuts []float64
		want []int
	}{
		{"none", nil, []int{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}},
		{"between blocks", []float64{160}, []int{0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1}},
		{"inside a block", []float64{155}, []int{0, 0, 0, 0, 0, -1, 1, 1, 1, 1, 1, 1}},
		{"a short piece", []float64{160, 180}, []int{0, 0, 0, 0, 0, 0, -1, -1, -1, -1, -1, -1}},
		{"before the first block", []float64{20}, []int{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, pieces(100, 10, 12, tt.cuts)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDriftWithTooManyCuts(t *testing.T) {
	var cuts []float64
	for at := 30.0; at < 600; at += 30 {
		cuts = append(cuts, at)
	}
	d := Drift(series(make([]float64, 60)), nil, 0, 600, 1, cuts...)
	if d.PerHour != nil || d.Reason != "too few of the 54 blocks have operations, and as many tasks for long enough" {
		t.Errorf("%+v", d)
	}
}
