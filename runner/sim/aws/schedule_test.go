package aws

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestSchedule(t *testing.T) {
	tests := map[string]struct {
		text, zone string
		want       []string // what is due after noon of Monday, 2 November 2026, UTC
	}{
		"once":                {"at(2026-11-02T15:30:00)", "", []string{"Mon 2 Nov 15:30"}},
		"once, of a zone":     {"at(2026-11-02T15:30:00)", "Europe/Berlin", []string{"Mon 2 Nov 14:30"}},
		"once, gone by":       {"at(2026-11-02T11:00:00)", "", nil},
		"a rate":              {"rate(6 hours)", "", []string{"Mon 2 Nov 18:00", "Tue 3 Nov 00:00", "Tue 3 Nov 06:00"}},
		"every day":           {"cron(0 8 * * ? *)", "", []string{"Tue 3 Nov 08:00", "Wed 4 Nov 08:00", "Thu 5 Nov 08:00"}},
		"every day, of zone":  {"cron(0 14 * * ? *)", "America/New_York", []string{"Mon 2 Nov 19:00", "Tue 3 Nov 19:00", "Wed 4 Nov 19:00"}},
		"weekdays":            {"cron(30 18 ? * MON-FRI *)", "", []string{"Mon 2 Nov 18:30", "Tue 3 Nov 18:30", "Wed 4 Nov 18:30"}},
		"weekends by numbers": {"cron(0 0 ? * 1,7 *)", "", []string{"Sat 7 Nov 00:00", "Sun 8 Nov 00:00", "Sat 14 Nov 00:00"}},
		"steps":               {"cron(0/20 12 * * ? *)", "", []string{"Mon 2 Nov 12:20", "Mon 2 Nov 12:40", "Tue 3 Nov 12:00"}},
		"a month":             {"cron(0 0 1 DEC ? 2026)", "", []string{"Tue 1 Dec 00:00"}},
		"last Friday":         {"cron(0 0 ? * 6L *)", "", nil},
		"no such day":         {"cron(0 0 31 2 ? *)", "", nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			next, err := newSchedule(tt.text, tt.zone, noon)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for at := noon; len(got) < 3; {
				due, ok := next(at)
				if !ok {
					break
				}
				got = append(got, due.UTC().Format("Mon 2 Jan 15:04"))
				at = due
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestScheduleIsRefused(t *testing.T) {
	for _, text := range []string{"", "at(noon)", "rate(0 hours)", "rate(1 week)", "cron(0 8 * * ?)", "cron(60 8 * * ? *)", "cron(0 8 * * ? *", "every(1 day)", "cron(5-1 8 * * ? *)", "cron(0/0 8 * * ? *)"} {
		if _, err := newSchedule(text, "", noon); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
	if _, err := newSchedule("rate(1 day)", "Moon/Crater", noon); err == nil {
		t.Error("a zone that does not exist is taken")
	}
}

func FuzzSchedule(f *testing.F) {
	for _, text := range []string{"at(2026-11-02T15:30:00)", "rate(6 hours)", "cron(0/20 12 1-5 JAN,FEB ? *)", "cron(0 0 ? * 6#3 *)"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		next, err := newSchedule(text, "Europe/Berlin", noon)
		if err != nil {
			return
		}
		if due, ok := next(noon); ok && !due.After(noon) {
			t.Errorf("%q is due at %s, before it is asked for", text, due)
		}
	})
}

// A scheduled action sets the bounds when it is due, again and again, and no more once it is deleted.
func TestScheduledActionIsCarriedOut(t *testing.T) {
	four, most := 4, 6
	m, _ := newTestModel(t, Options{}, func(f *Fleet) {
		f.ScheduledActions = []*ScheduledAction{{
			ScheduledActionName: "morning", Scalable: Scalable{ResourceID: webResource}, Schedule: "rate(1 hour)",
			Bounds: &Capacity{MinCapacity: &four, MaxCapacity: &most},
		}}
	}, steps(map[time.Duration]float64{0: 0.3}))
	target := m.ScalableTargets[0]
	bounds := func() []int { return []int{target.MinCapacity, target.MaxCapacity, m.Services[0].DesiredCount} }
	m.advance(noon.Add(59 * time.Minute))
	if d := cmp.Diff([]int{1, 10, 1}, bounds()); d != "" {
		t.Error(d)
	}
	m.advance(noon.Add(time.Hour))
	if d := cmp.Diff([]int{4, 6, 4}, bounds()); d != "" {
		t.Error(d)
	}
	target.MinCapacity = 1
	m.advance(noon.Add(2 * time.Hour))
	if d := cmp.Diff([]int{4, 6, 4}, bounds()); d != "" {
		t.Error(d)
	}
	if _, err := m.deleteScheduledAction(&actionName{target.Scalable, "morning"}); err != nil {
		t.Fatal(err)
	}
	target.MinCapacity = 1
	m.advance(noon.Add(4 * time.Hour))
	if target.MinCapacity != 1 {
		t.Errorf("it is carried out after its end: minimum %d", target.MinCapacity)
	}
}
