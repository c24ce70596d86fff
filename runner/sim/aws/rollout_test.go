package aws

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func update(t *testing.T, m *model, request string) {
	t.Helper()
	if _, err := m.updateService(jsonCodec{[]byte(request)}.read); err != nil {
		t.Fatal(err)
	}
}

var rolloutCases = map[string]struct {
	change  func(*Fleet)
	options Options
	request string
	want    []string
	state   string
	events  []string // newest first
}{
	"replaced at twice the count": {
		request: `{"cluster":"beta","service":"web","forceNewDeployment":true}`,
		want: []string{
			"12:00:00 desired 1 running 1 serving 1",
			"12:00:25 desired 1 running 2 serving 1",
			"12:00:35 desired 1 running 1 serving 1", // the new one is healthy, the old one leaves
		},
		state:  rolloutCompleted,
		events: []string{"has reached a steady state.", "deployment completed."},
	},
	"replaced in place": {
		change: func(f *Fleet) {
			f.Services[0].DesiredCount = 2
			f.Services[0].DeploymentConfiguration = json.RawMessage(`{"maximumPercent":100,"minimumHealthyPercent":50}`)
		},
		request: `{"cluster":"beta","service":"web","forceNewDeployment":true}`,
		want: []string{
			"12:00:00 desired 2 running 1 serving 1",
			"12:00:25 desired 2 running 2 serving 1", "12:00:35 desired 2 running 1 serving 1",
			"12:01:00 desired 2 running 2 serving 1", "12:01:10 desired 2 running 2 serving 2",
		},
		state:  rolloutCompleted,
		events: []string{"has reached a steady state.", "deployment completed."},
	},
	"a change of the count is no deployment": {
		request: `{"cluster":"beta","service":"web","desiredCount":0}`,
		want:    []string{"12:00:00 desired 0 running 0 serving 0"},
		state:   rolloutCompleted,
		events:  []string{"has reached a steady state."},
	},
	"an image that cannot be pulled, with circuit breaker": {
		change: func(f *Fleet) {
			broken := *f.TaskDefinitions[0]
			broken.Revision = 4
			broken.ContainerDefinitions = []map[string]any{{"name": "app", "image": "example/web:broken"}}
			f.TaskDefinitions = append(f.TaskDefinitions, &broken)
			f.Services[0].TaskDefinition = "web:3"
			f.Services[0].DeploymentConfiguration = json.RawMessage(`{"deploymentCircuitBreaker":{"enable":true,"rollback":true}}`)
		},
		options: Options{Unpullable: []string{"example/web:broken"}},
		request: `{"cluster":"beta","service":"web","taskDefinition":"web:4"}`,
		want: []string{
			"12:00:00 desired 1 running 1 serving 1",
			"12:01:40 desired 1 running 2 serving 1", // three failures at 25 s, then a good one
			"12:01:50 desired 1 running 1 serving 1",
		},
		state:  rolloutCompleted,
		events: []string{"has reached a steady state.", "deployment completed.", "deployment failed: tasks failed to start."},
	},
}

func TestRollout(t *testing.T) {
	none := steps(map[time.Duration]float64{0: 0.1})
	for name, c := range rolloutCases {
		t.Run(name, func(t *testing.T) {
			m, _ := newTestModel(t, c.options, c.change, none)
			update(t, m, c.request)
			if d := cmp.Diff(c.want, timeline(m, 5*time.Minute)); d != "" {
				t.Error(d)
			}
			s := m.Services[0]
			if len(s.Deployments) != 1 || s.Deployments[0].RolloutState != c.state || !strings.HasSuffix(s.TaskDefinition, "web:3") {
				t.Errorf("%d deployments, the first %+v", len(s.Deployments), s.Deployments[0])
			}
			var events []string
			for _, e := range s.Events {
				events = append(events, strings.TrimSpace(e.Message[strings.LastIndexByte(e.Message, ')')+1:]))
			}
			if d := cmp.Diff(c.events, events); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestStoppedTasks(t *testing.T) {
	m, _ := newTestModel(t, Options{}, nil, steps(map[time.Duration]float64{0: 0.1}))
	update(t, m, `{"cluster":"beta","service":"web","desiredCount":0}`)
	stopped := m.Services[0].tasks[0]
	got := []any{stopped.LastStatus, stopped.StopCode, strings.HasPrefix(stopped.StoppedReason, "Scaling activity initiated by")}
	if d := cmp.Diff([]any{taskDeactivating, "ServiceSchedulerInitiated", true}, got); d != "" {
		t.Error(d)
	}
	m.advance(noon.Add(38 * time.Second))
	if stopped.LastStatus != taskStopped || !stopped.StoppedAt.Equal(noon.Add(38*time.Second)) {
		t.Errorf("task is %s since %s", stopped.LastStatus, stopped.StoppedAt)
	}
	update(t, m, `{"cluster":"beta","service":"web","desiredCount":1}`)
	m.advance(noon.Add(2 * time.Hour))
	update(t, m, `{"cluster":"beta","service":"web","desiredCount":0}`)
	m.advance(noon.Add(2*time.Hour + time.Minute))
	if n := len(m.Services[0].tasks); n != 1 {
		t.Errorf("%d tasks are remembered, want the one that stopped within the hour", n)
	}
}

func TestRefusingWorkload(t *testing.T) {
	m, err := newModel(Options{Start: noon}.withDefaults(), loadFleet(t), map[string]Workload{"beta/queue": refusing{}})
	if err != nil {
		t.Fatal(err)
	}
	if e := m.Services[1].Events[0].Message; !strings.Contains(e, "refuses 2 tasks: no room") {
		t.Errorf("event is %q", e)
	}
}

type refusing struct{}

func (refusing) SetTasks(string, int) error                         { return errors.New("no room") }
func (refusing) Load(string) (cpu, memory, requests float64, n int) { return 0, 0, 0, 0 }

func TestFargateSize(t *testing.T) {
	sizes := map[[2]string]bool{
		{"256", "512"}: true, {"256", "2048"}: true, {"256", "3072"}: false, {"512", "4096"}: true, {"1024", "2048"}: true,
		{"1024", "9216"}: false, {"2048", "5120"}: true, {"4096", "30720"}: true, {"8192", "20480"}: true, {"8192", "18432"}: false,
		{"16384", "122880"}: true, {"300", "512"}: false, {"256", "x"}: false,
	}
	for size, want := range sizes {
		if got := fargateSize(size[0], size[1]); got != want {
			t.Errorf("fargateSize(%s, %s) = %t", size[0], size[1], got)
		}
	}
}
