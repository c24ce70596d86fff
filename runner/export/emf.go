// Package export hands what is measured to other systems while a run goes on. It writes where it is told to, and opens and
// reads nothing.
package export

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"plimsoll/runner/result"
)

// Namespace is where the metrics appear in CloudWatch.
const Namespace = "Plimsoll"

const (
	mostMetrics = 100 // of one object
	mostLetters = 255 // of a dimension's value, so many as every version of CloudWatch takes
)

// EMF writes metrics as log lines that CloudWatch Logs makes metrics of, one object a line: the embedded metric format
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
// It is not safe for concurrent use.
type EMF struct{ To io.Writer }

// Subject is what a measurement is about: a scenario or a service of a plan. Both are dimensions.
type Subject struct{ Plan, Scenario, Service string }

// second is the dimension beside the plan.
func (s Subject) second() (name, value string) {
	if s.Service != "" {
		return "Service", s.Service
	}
	return "Scenario", s.Scenario
}

// Moment is how a scenario stands.
type Moment struct {
	Phase      string
	Asked      float64 // users, connections, or sessions started per second
	Present    int     // users, connections, or sessions in flight
	Throughput float64 // successful operations per second
	P95        float64 // seconds; 0 without data
	ErrorRate  float64 // 0 to 1
}

// metric is one value with its unit, as CloudWatch calls it.
type metric struct {
	name, unit string
	value      float64
}

// Moment writes how a scenario stands.
func (e *EMF) Moment(at time.Time, of Subject, m Moment) error {
	all := []metric{
		{"Asked", "Count", m.Asked}, {"Present", "Count", float64(m.Present)}, {"Throughput", "Count/Second", m.Throughput},
		{"ErrorRate", "Percent", 100 * m.ErrorRate},
	}
	if m.P95 > 0 {
		all = append(all, metric{"LatencyP95", "Seconds", m.P95})
	}
	return e.write(at, of, map[string]any{"Phase": m.Phase}, all)
}

// Level writes what came of a level of connections.
func (e *EMF) Level(at time.Time, of Subject, l result.Level) error {
	good := 0.0
	if l.Good {
		good = 1
	}
	all := []metric{
		{"ConnectionsAsked", "Count", float64(l.Asked)}, {"ConnectionsAttempted", "Count", float64(l.Attempted)},
		{"ConnectionsOpened", "Count", float64(l.Opened)}, {"ConnectionsHeld", "Count", float64(l.Held)},
		{"ConnectionsLost", "Count", float64(l.Lost)}, {"ConnectionsSuccess", "Percent", 100 * l.Success},
		{"OpeningTime", "Seconds", l.Seconds}, {"LevelGood", "Count", good},
	}
	if l.Connect.Count > 0 {
		all = append(all, metric{"ConnectP50", "Seconds", l.Connect.Median}, metric{"ConnectP95", "Seconds", l.Connect.P95},
			metric{"ConnectP99", "Seconds", l.Connect.P99})
	}
	for class, n := range l.Errors {
		all = append(all, metric{"OpeningErrors_" + class, "Count", float64(n)})
	}
	slices.SortFunc(all, func(a, b metric) int { return strings.Compare(a.name, b.name) })
	return e.write(at, of, map[string]any{"Phase": fmt.Sprint(l.Asked), "Refined": l.Refined}, all)
}

// write adds the metrics to the properties of as many objects as they need.
func (e *EMF) write(at time.Time, of Subject, properties map[string]any, all []metric) error {
	for part := range slices.Chunk(all, mostMetrics) {
		line, err := json.Marshal(object(at, of, properties, part))
		if err == nil {
			_, err = e.To.Write(append(line, '\n'))
		}
		if err != nil {
			return fmt.Errorf("write metrics as a log line: %w", err)
		}
	}
	return nil
}

type definition struct {
	Name string
	Unit string
}

type directive struct {
	Namespace  string
	Dimensions [][]string
	Metrics    []definition
}

func object(at time.Time, of Subject, properties map[string]any, metrics []metric) map[string]any {
	second, value := of.second()
	d := directive{Namespace: Namespace, Dimensions: [][]string{{"Plan", second}}}
	all := map[string]any{"Plan": dimension(of.Plan), second: dimension(value)}
	for name, value := range properties {
		all[name] = value
	}
	for _, m := range metrics {
		if math.IsNaN(m.value) || math.IsInf(m.value, 0) {
			continue // JSON has no such number
		}
		d.Metrics = append(d.Metrics, definition{m.name, m.unit})
		all[m.name] = m.value
	}
	all["_aws"] = struct {
		Timestamp         int64
		CloudWatchMetrics []directive
	}{at.UnixMilli(), []directive{d}}
	return all
}

// dimension makes a text one that CloudWatch takes: printable ASCII, not empty, not too long, and not with a colon first.
func dimension(text string) string {
	clean := strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, text))
	clean = strings.TrimLeft(clean[:min(len(clean), mostLetters)], ":")
	if clean == "" {
		return "-"
	}
	return clean
}
