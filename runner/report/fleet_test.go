package report_test

import (
	"path/filepath"
	"strings"
	"testing"

	"plimsoll/runner/report"
	"plimsoll/runner/result"
)

func after(seconds float64) *float64 { return &seconds }

// scaled is a spike whose service scaled out and in again, on a fleet of which other services were seen less of.
func scaled() result.Scenario {
	s := spike()
	s.Service, s.Verdict, s.Reasons, s.Speed = "chat", result.Pass, nil, 20
	s.SLAs = append(s.SLAs, result.SLA{
		Name: "responsive", Assert: "latency.p95 < 800ms", Judged: 3, Worst: "latency.p95 = 56 ms", Phases: []string{"base", "settle"}, Recovered: true, Verdict: result.Pass,
	})
	for i := range s.Phases {
		s.Phases[i].Tasks = &result.TaskCount{Least: 1, Most: 1 + i}
	}
	gauge := func(label, unit string, mean, most float64) *result.Gauge {
		return &result.Gauge{Label: label, Unit: unit, Mean: mean, Max: most, Points: []result.Reading{{Seconds: 60, Value: mean}}}
	}
	s.Fleet = []result.Fleet{
		{
			Service: "chat", Cluster: "beta", Name: "beta-web", Region: "us-east-1", To: 2700, Stable: true,
			Tasks: result.Extent{First: 1, Last: 1, Min: 1, Max: 4, Mean: 2.5}, End: result.FleetState{Bounds: &result.Bounds{Min: 1, Max: 4}},
			Series: []result.FleetPoint{
				{At: 0, Desired: 1, Running: 1, Healthy: 1}, {At: 400, Desired: 2, Running: 2, Healthy: 1}, {At: 520, Desired: 4, Running: 4, Healthy: 4},
				{At: 1875, Desired: 1, Running: 1, Healthy: 1},
			},
			CPU: gauge("", "", 0.46, 1), Memory: gauge("", "", 0.25, 0.26), Received: gauge("", "", 1e4, 2e4), Sent: gauge("", "", 1e4, 2e4),
			Metrics: []result.Gauge{*gauge("db_cpu", "percent", 0.61, 0.97), *gauge("queue", "count", 12, 1400), *gauge("wait", "seconds", 0.02, 0.4), *gauge("disk", "bytes", 2e9, 3e9)},
			ScaleOut: &result.ScaleOut{
				Step: 180, Alarm: after(192), Activity: after(192), Desired: after(193), Running: after(220), Healthy: after(261), FirstAnswer: after(262), Watched: true,
			},
			ScaleIn: &result.ScaleIn{Drop: 910, Alarm: after(962), Activity: after(963), Desired: after(965), Running: after(966), Watched: true},
			Scaling: &result.Scaling{Activities: 3, Flaps: 1, AtMax: 1383},
			Cost:    &result.FleetCost{TaskHour: 0.0494, PerHour: 0.1235, Run: 0.0926},
		},
		{Service: "orders", Unobserved: "the AWS credentials have expired: renew them (aws sso login, or new keys)"},
		{
			Service: "mail", Cluster: "beta", Name: "beta-mail", To: 2700, Lost: "not seen any more from 60 s on: access was denied",
			Tasks: result.Extent{First: 2, Last: 2, Min: 2, Max: 2, Mean: 2}, Series: []result.FleetPoint{{Desired: 2, Running: 2}},
			ScaleOut: &result.ScaleOut{Step: 180, Alarm: after(190), Watched: true}, ScaleIn: &result.ScaleIn{Drop: 910},
		},
		{
			Service: "jobs", Cluster: "beta", Name: "beta-jobs", To: 2700, Tasks: result.Extent{First: 0, Last: 1, Max: 9},
			Series: []result.FleetPoint{
				{}, {At: 100, Running: 9}, {At: 200, Running: 8}, {At: 300, Running: 7}, {At: 400, Running: 6}, {At: 500, Running: 5}, {At: 600, Running: 4},
				{At: 700, Running: 0}, {At: 2000, Running: 1},
			},
			Scaling: &result.Scaling{CooldownsKept: true},
		},
	}
	return s
}

func TestFleetText(t *testing.T) {
	doc := document(result.Pass, scaled())
	doc.Requirements = []result.Requirement{
		{Service: "chat", Measure: "peak_users", Required: 500, Proven: 500, By: "launch, phase peak", Status: "met", Tasks: &result.TaskCount{Least: 1, Most: 4}},
		{Service: "chat", Measure: "users", Required: 50, Proven: 50, By: "launch, phase base", Status: "met", Tasks: &result.TaskCount{Least: 1, Most: 1}},
		{Service: "chat", Measure: "peak_rate", Required: 50, Proven: 12.5, By: "launch, phase peak", Status: "not tested", Reason: "no phase held 50 with its SLAs; the most is 12.5"},
		{Service: "queue", Measure: "users", Required: 100, Status: "not tested", Reason: "no phase held this load to its end with its SLAs"},
		{Service: "queue", Measure: "peak_users", Required: 200, Status: "not tested", Reason: "no phase held this load to its end with its SLAs"},
		{Service: "voice", Measure: "users", Unit: "calls", Required: 200, Status: "not tested", Reason: "no phase held this load to its end with its SLAs"},
	}
	var b strings.Builder
	if err := report.Text(&b, doc, report.Layout{}); err != nil {
		t.Fatal(err)
	}
	golden(t, filepath.Join("testdata", "fleet.golden"), b.String())
}
