package aws

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A series is the history of one metric: points in order of time, of which each sums up what was
// measured from its time on.
type series struct {
	metric Metric
	points []point
}

type point struct {
	at                   time.Time
	count, sum, min, max float64
}

// mostPoints bounds a series: 15 days of minutes and more. mostSeries bounds what clients can add.
const (
	mostPoints = 24_000
	mostSeries = 50_000
)

// Metric names a metric of CloudWatch.
type Metric struct {
	Namespace  string      `json:"Namespace,omitempty"`
	MetricName string      `json:"MetricName,omitempty"`
	Dimensions []Dimension `json:"Dimensions,omitempty"`
}

// A Dimension is a name with a value.
type Dimension struct {
	Name  string `json:"Name"`
	Value string `json:"Value"`
}

// key is the same for the same metric, in whatever order its dimensions stand.
func (n Metric) key() string {
	dimensions := slices.Clone(n.Dimensions)
	slices.SortFunc(dimensions, func(a, b Dimension) int { return cmp.Compare(a.Name, b.Name) })
	var key strings.Builder
	fmt.Fprintf(&key, "%q %q", n.Namespace, n.MetricName)
	for _, d := range dimensions {
		fmt.Fprintf(&key, " %q=%q", d.Name, d.Value)
	}
	return key.String()
}

// single is a point of one value.
func single(at time.Time, value float64) point {
	return point{at: at, count: 1, sum: value, min: value, max: value}
}

// publish adds a point to a metric's history.
func (m *model) publish(metric Metric, p point) {
	key := metric.key()
	s, ok := m.series[key]
	if !ok {
		if len(m.series) >= mostSeries {
			return
		}
		s = &series{metric: metric}
		m.series[key] = s
	}
	s.add(p)
}

func (s *series) add(p point) {
	i, found := slices.BinarySearchFunc(s.points, p.at, func(p point, at time.Time) int { return p.at.Compare(at) })
	if found {
		old := &s.points[i]
		old.count, old.sum = old.count+p.count, old.sum+p.sum
		old.min, old.max = math.Min(old.min, p.min), math.Max(old.max, p.max)
		return
	}
	s.points = slices.Insert(s.points, i, p)
	s.points = keep(s.points, mostPoints)
}

// A stat is how the points of a period become one value.
type stat func([]point) float64

// statistic finds a statistic by name. Percentiles are those of the points, each standing for its mean.
func statistic(name string) (stat, bool) {
	switch name {
	case "Average":
		return func(points []point) float64 { t := total(points); return t.sum / t.count }, true
	case "Sum":
		return func(points []point) float64 { return total(points).sum }, true
	case "Minimum":
		return func(points []point) float64 { return total(points).min }, true
	case "Maximum":
		return func(points []point) float64 { return total(points).max }, true
	case "SampleCount":
		return func(points []point) float64 { return total(points).count }, true
	}
	percent, ok := strings.CutPrefix(name, "p")
	q, err := strconv.ParseFloat(percent, 64)
	if !ok || err != nil || !(q >= 0 && q <= 100) {
		return nil, false
	}
	return func(points []point) float64 { return percentile(points, q/100) }, true
}

func total(points []point) point {
	t := points[0]
	for _, p := range points[1:] {
		t.count, t.sum = t.count+p.count, t.sum+p.sum
		t.min, t.max = math.Min(t.min, p.min), math.Max(t.max, p.max)
	}
	return t
}

func percentile(points []point, q float64) float64 {
	means := make([]float64, len(points))
	for i, p := range points {
		means[i] = p.sum / p.count
	}
	slices.Sort(means)
	return means[int(math.Ceil(q*float64(len(means)-1)))]
}

// read sums a metric up in n periods from start on: NaN where there is no data.
func (s *series) read(start time.Time, period time.Duration, n int, of stat) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = math.NaN()
	}
	if s == nil {
		return values
	}
	at := func(p point, at time.Time) int { return p.at.Compare(at) }
	for i := range values {
		from, _ := slices.BinarySearchFunc(s.points, start.Add(time.Duration(i)*period), at)
		to, _ := slices.BinarySearchFunc(s.points, start.Add(time.Duration(i+1)*period), at)
		if from < to {
			values[i] = of(s.points[from:to])
		}
	}
	return values
}
