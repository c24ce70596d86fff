package sim

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestServiceTimeHasItsMeanAndShape(t *testing.T) {
	const draws = 400_000
	for _, sigma := range []float64{0.1, 0.5, 1} {
		service := ServiceTime{Mean: 20 * time.Millisecond, Sigma: sigma}
		random := rand.New(rand.NewPCG(1, 2))
		var sum, logs, squares float64
		for range draws {
			x := service.draw(random).Seconds()
			sum += x
			logs += math.Log(x)
			squares += math.Log(x) * math.Log(x)
		}
		mean, deviation := sum/draws, math.Sqrt(squares/draws-logs/draws*logs/draws)
		if math.Abs(mean/0.020-1) > 0.01 {
			t.Errorf("sigma %g: mean %g s, want 0.020", sigma, mean)
		}
		if math.Abs(deviation/sigma-1) > 0.01 {
			t.Errorf("sigma %g: shape %g", sigma, deviation)
		}
	}
}

func TestServiceTimeIsFixedWithoutSigma(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	if got := (ServiceTime{Mean: time.Second}).draw(random); got != time.Second {
		t.Errorf("drew %s", got)
	}
	if got := (ServiceTime{Sigma: 2}).draw(random); got != 0 {
		t.Errorf("drew %s without a mean", got)
	}
}

func TestServiceTimeStaysInBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		service := ServiceTime{
			Mean:  time.Duration(rapid.Int64Range(0, int64(maxDuration)).Draw(t, "mean")),
			Sigma: rapid.Float64Range(0, maxSigma).Draw(t, "sigma"),
		}
		got := service.draw(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)))
		if got < 0 || got > maxDuration {
			t.Fatalf("%+v drew %s", service, got)
		}
	})
}
