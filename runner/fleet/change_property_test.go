package fleet_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
)

// drawnDesired is any set of desires.
func drawnDesired(t *rapid.T) plan.Desired {
	d := plan.Desired{
		CPU: rapid.SampledFrom([]int{0, 256, 512, 1024}).Draw(t, "cpu"), Memory: rapid.SampledFrom([]int{0, 512, 1024, 4096}).Draw(t, "memory"),
		Nofile:           rapid.SampledFrom([]int{0, 1024, 65536}).Draw(t, "nofile"),
		Platform:         rapid.SampledFrom([]string{"", "LATEST", "1.4.0"}).Draw(t, "platform"),
		CapacityProvider: rapid.SampledFrom([]string{"", "FARGATE", "FARGATE_SPOT"}).Draw(t, "provider"),
	}
	if rapid.Bool().Draw(t, "bounded") {
		least := rapid.IntRange(0, 8).Draw(t, "min")
		d.Tasks = &plan.TaskBounds{Min: least, Max: least + rapid.IntRange(0, 8).Draw(t, "more")}
	}
	if rapid.Bool().Draw(t, "cooled") {
		d.Cooldown = &plan.Cooldown{Out: drawnSeconds(t, "out"), In: drawnSeconds(t, "in")}
	}
	if rapid.Bool().Draw(t, "insights said") {
		on := rapid.Bool().Draw(t, "insights")
		d.ContainerInsights = &on
	}
	for _, kind := range rapid.SliceOfDistinct(rapid.SampledFrom([]string{plan.TrackCPU, plan.TrackMemory, plan.TrackRequests, plan.TrackConnections, plan.TrackCustom}), rapid.ID).Draw(t, "tracks") {
		d.Tracks = append(d.Tracks, drawnTrack(t, kind))
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "alarms") {
		d.Alarms = append(d.Alarms, drawnAlarm(t, fmt.Sprint("a", i)))
	}
	if rapid.Bool().Draw(t, "scheduled") {
		least := rapid.IntRange(0, 9).Draw(t, "scheduled min")
		d.Scheduled = []plan.Scheduled{{Label: "s", Schedule: "rate(1 hour)", Timezone: rapid.SampledFrom([]string{"", "UTC", "Europe/Berlin"}).Draw(t, "zone"), Min: &least}}
	}
	return d
}

func drawnSeconds(t *rapid.T, name string) time.Duration {
	return time.Duration(rapid.SampledFrom([]int{0, 60, 300, 600}).Draw(t, name)) * time.Second
}

func drawnTrack(t *rapid.T, kind string) plan.Track {
	track := plan.Track{Kind: kind, Target: float64(rapid.IntRange(1, 1000).Draw(t, "target")) / 1000}
	switch kind {
	case plan.TrackCustom:
		track.Metric = &plan.Metric{Namespace: "App", Name: "Depth", Statistic: rapid.SampledFrom([]string{"Average", "p99"}).Draw(t, "statistic"), Period: time.Minute}
	case plan.TrackCPU, plan.TrackMemory:
		track.HighResolution = rapid.Bool().Draw(t, "fine")
	}
	return track
}

func drawnAlarm(t *rapid.T, label string) plan.Alarm {
	return plan.Alarm{
		Label: label, Below: rapid.Bool().Draw(t, "below"), Threshold: float64(rapid.IntRange(0, 100).Draw(t, "threshold")) / 10, For: rapid.IntRange(1, 5).Draw(t, "for"),
		Missing: rapid.SampledFrom([]string{"missing", "ignore", "breaching", "notBreaching"}).Draw(t, "missing"), Notify: []string{topic},
		Metric: plan.Metric{
			Namespace: rapid.SampledFrom([]string{"AWS/ECS", "AWS/ApplicationELB"}).Draw(t, "namespace"), Name: "M", Period: time.Minute,
			Statistic: rapid.SampledFrom([]string{"Average", "Sum", "p95"}).Draw(t, "alarm statistic"),
		},
	}
}

// snapshot is all the documents of a state.
func snapshot(t *testing.T, s *fleet.State) string { return shownJSON(t, s) }

// From any state, what is desired is reached in one go: what was written is not written again, what grows comes before what
// shrinks, and neither the state nor an environment is touched. From there, the same is so of any other desire.
func TestChangesReachWhatIsDesired(t *testing.T) {
	start := snapshot(t, running(t))
	rapid.Check(t, func(r *rapid.T) {
		s := running(t)
		if snapshot(t, s) != start {
			r.Fatal("comparing has changed a state")
		}
		for range 2 {
			p := planned(drawnDesired(r))
			p.Services[0].ECS.Adopt = true
			before := snapshot(t, s)
			set := fleet.Changes(p, s, fleet.ChangeOptions{})
			if snapshot(t, s) != before {
				r.Fatal("comparing has changed the state")
			}
			checkSet(t, r, set)
			for _, c := range set.Changes {
				write(s, c)
			}
			if again := fleet.Changes(p, s, fleet.ChangeOptions{}); len(again.Changes) > 0 {
				r.Fatalf("changed again: %v\nafter: %v", said(again), said(set))
			}
		}
	})
}

func checkSet(t *testing.T, r *rapid.T, set *fleet.ChangeSet) {
	t.Helper()
	shrinks := false
	for _, c := range set.Changes {
		if shrinks && !c.Shrinks {
			r.Fatalf("%s grows after something has shrunk: %v", c.Ref.ID, said(set))
		}
		shrinks = c.Shrinks
		if len(c.Fields) == 0 || c.After == nil || c.After.Equal(c.Before) {
			r.Fatalf("%s changes nothing: %+v", c.Ref.ID, c)
		}
		if c.Ref.Kind == fleet.KindTaskDefinition && shownJSON(t, container(c.Before, 0)["environment"]) != shownJSON(t, container(c.After, 0)["environment"]) {
			r.Fatal("an environment is changed")
		}
	}
}
