package sim

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestServiceSurvivesJSON(t *testing.T) {
	want := Service{
		Name: "web", Tasks: 2, Slots: 3, ServiceTime: ServiceTime{Mean: 5 * time.Millisecond, Sigma: 0.5},
		Queue: 4, Connections: 5, StartTime: time.Minute, OnFull: OnFullReset, Errors: 0.1,
		Parts: 6, PartGap: time.Millisecond, TLS: true, Speed: 60,
	}
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got Service
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestPrepareFillsIn(t *testing.T) {
	got, err := prepare([]Service{{Name: "web", Tasks: 1, Slots: 1}})
	if err != nil {
		t.Fatal(err)
	}
	want := []Service{{Name: "web", Tasks: 1, Slots: 1, OnFull: OnFull503, Parts: 5, Speed: 1}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestStartNamesEveryMistake(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*Service)
		want   string
	}{
		{"no name", func(s *Service) { s.Name = "" }, "give it a name"},
		{"no tasks", func(s *Service) { s.Tasks = 0 }, "tasks must be 1 to 1000, not 0"},
		{"too many tasks", func(s *Service) { s.Tasks = 1001 }, "tasks must be 1 to 1000"},
		{"no slots", func(s *Service) { s.Slots = 0 }, "slots must be 1 to 100000, not 0"},
		{"service time", func(s *Service) { s.ServiceTime.Mean = -1 }, "service time must be 0 to 24h0m0s"},
		{"sigma", func(s *Service) { s.ServiceTime.Sigma = 4 }, "sigma must be 0 to 3, not 4"},
		{"queue", func(s *Service) { s.Queue = -1 }, "queue must not be negative"},
		{"connections", func(s *Service) { s.Connections = -1 }, "connections must not be negative"},
		{"start time", func(s *Service) { s.StartTime = 25 * time.Hour }, "start time must be 0 to 24h0m0s, not 25h0m0s"},
		{"on full", func(s *Service) { s.OnFull = "shrug" }, `when full it can do "503", "slow" or "reset", not "shrug"`},
		{"errors", func(s *Service) { s.Errors = 1.5 }, "errors must be a share of 0 to 1, not 1.5"},
		{"parts", func(s *Service) { s.Parts = -1 }, "parts must be 1 to 10000"},
		{"part gap", func(s *Service) { s.PartGap = -time.Second }, "part gap must be 0 to 24h0m0s"},
		{"speed", func(s *Service) { s.Speed = 0.5 }, "speed must be at least 1, not 0.5"},
	} {
		t.Run(test.name, func(t *testing.T) {
			bad := plain()
			test.change(&bad)
			worse := bad
			worse.Name, worse.Queue = "other", -7
			_, err := Start(context.Background(), 1, []Service{bad, worse})
			if err == nil {
				t.Fatal("started")
			}
			for _, want := range []string{test.want, "as -7 is"} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
		})
	}
}

func TestStartRefusesNothingAndTwins(t *testing.T) {
	for name, test := range map[string]struct {
		services []Service
		want     string
	}{
		"nothing": {nil, "nothing to simulate: name at least one service"},
		"twins":   {[]Service{plain(), plain()}, `simulated service "web" is described twice: give each a name of its own`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Start(context.Background(), 1, test.services)
			if err == nil || err.Error() != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}
