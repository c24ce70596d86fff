package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"plimsoll/runner/fleet/watch"
	"plimsoll/runner/result"
)

// Watch is how services stand, for people: a line for each, and below it what is wrong with it.
func Watch(t watch.Table, o Layout) []string {
	p := newPage(o)
	services := table{
		header: []string{"", "service", "state", "tasks", "cpu", "memory", "requests", "headroom", "cost", "alarms", "last activity"},
		left:   []bool{0: true, 1: true, 2: true, 10: true},
	}
	for _, s := range t.Services {
		services.add(mark(s.Verdict), piece{bold, s.Service}, piece{stateStyles[s.State], s.State}, piece{plain, tasks(s)},
			share(s.CPU), share(s.Memory), piece{plain, rate(s.Requests)}, headroom(s), cost(s.CostPerHour), alarms(s), activity(s, t.At))
	}
	p.table(0, services)
	p.troubles(t)
	p.gap()
	p.item(0, piece{dim, t.At.UTC().Format("2006-01-02 15:04:05 UTC")}, piece{dim, costs(t)})
	return p.lines
}

// costs is what the tasks of all services cost together, and of which that is not known.
func costs(t watch.Table) string {
	var sum float64
	var without []string
	for _, s := range t.Services {
		if s.CostPerHour == nil {
			without = append(without, s.Service)
		} else {
			sum += *s.CostPerHour
		}
	}
	switch {
	case len(without) == 0:
		return Money(sum) + " an hour"
	case len(without) == len(t.Services):
		return "cost unknown"
	}
	return Money(sum) + " an hour without " + strings.Join(without, ", ") + ", whose cost is unknown"
}

// Trends writes how the services' peaks have developed.
func Trends(w io.Writer, all []watch.Trend, o Layout) error {
	p := newPage(o)
	t := table{header: []string{"service", "measure", "days", "peaks", "highest", "a day", "of", "headroom", "runs out"}, left: []bool{true, true, false, true, false, false, false, false, true}}
	for _, tr := range all {
		t.add(piece{bold, tr.Service}, piece{plain, tr.Measure}, piece{plain, Count(len(tr.Peaks))}, piece{plain, sparkline(tr.Peaks)},
			piece{plain, measured(tr.Measure, tr.Highest)}, growth(tr), capacity(tr), free(tr.Headroom), runsOut(tr))
	}
	p.table(0, t)
	_, err := io.WriteString(w, p.String())
	if err != nil {
		return fmt.Errorf("write the trends: %w", err)
	}
	return nil
}

var stateStyles = map[string]style{
	watch.Unread: unsure, watch.Missing: bad, watch.Failing: bad, watch.Alarm: bad, watch.Full: bad,
	watch.Deploying: unsure, watch.Scaling: unsure, watch.Steady: good,
}

// troubles are what could not be read, the alarms that fire, and the SLAs that do not hold, or of which nothing is known.
func (p *page) troubles(t watch.Table) {
	for _, s := range t.Services {
		if s.Trouble != "" {
			p.item(0, piece{unsure, "!"}, piece{plain, s.Service + ": " + s.Trouble})
		}
		if len(s.Alarms) > 0 {
			p.item(0, piece{bad, "✗"}, piece{plain, s.Service + ": " + strings.Join(s.Alarms, ", ") + " in ALARM"})
		}
		for _, sla := range s.SLAs {
			if sla.Verdict != result.Pass {
				p.item(0, mark(sla.Verdict), piece{plain, s.Service + ": " + sla.Name + ": " + sla.Shown})
			}
		}
	}
}

// tasks are those that run, those asked for where they differ, and the bounds.
func tasks(s watch.Status) string {
	t := s.Tasks
	if s.State == watch.Unread || s.State == watch.Missing {
		return none
	}
	text := Count(t.Running)
	if t.Desired != t.Running {
		text += "→" + Count(t.Desired)
	}
	if t.Max > 0 {
		text += fmt.Sprintf(" of %d–%d", t.Min, t.Max)
	}
	return text
}

func share(v *float64) piece {
	if v == nil {
		return piece{dim, none}
	}
	return piece{plain, Percent(*v)}
}

func rate(v *float64) string {
	if v == nil {
		return ""
	}
	return PerSecond(*v)
}

func headroom(s watch.Status) piece {
	switch {
	case s.Headroom != nil:
		return free(&s.Headroom.Share)
	case s.UsersOnly:
		return piece{dim, "users only"}
	}
	return piece{dim, "unproven"}
}

// free is a share that is left; less than a fifth is little.
func free(v *float64) piece {
	switch {
	case v == nil:
		return piece{dim, none}
	case *v <= 0:
		return piece{bad, Percent(*v)}
	case *v < 0.2:
		return piece{unsure, Percent(*v)}
	}
	return piece{good, Percent(*v)}
}

// alarms are those in ALARM, of those that are set.
func alarms(s watch.Status) piece {
	switch {
	case s.AlarmsSet == nil:
		return piece{dim, none}
	case *s.AlarmsSet == 0:
		return piece{dim, "none"}
	}
	text := Count(len(s.Alarms)) + " of " + Count(*s.AlarmsSet)
	if len(s.Alarms) == 0 {
		return piece{plain, text}
	}
	return piece{bad, text}
}

func activity(s watch.Status, now time.Time) piece {
	if s.Activity == nil {
		return piece{dim, none}
	}
	return piece{plain, Seconds(max(now.Sub(s.Activity.At).Round(time.Second).Seconds(), 0)) + " ago: " + strings.TrimSuffix(s.Activity.Text, ".")}
}

func cost(v *float64) piece {
	if v == nil {
		return piece{dim, none}
	}
	return piece{plain, Money(*v) + "/h"}
}

// measured is a value in the unit of its measure.
func measured(measure string, v float64) string {
	switch measure {
	case "requests":
		return PerSecond(v)
	case "cpu", "memory":
		return Percent(v)
	}
	return Count(v)
}

func growth(t watch.Trend) piece {
	if t.Growth == nil {
		return piece{dim, "too few"}
	}
	text := measured(t.Measure, t.Growth.PerDay)
	if t.Growth.Low <= 0 && t.Growth.High >= 0 {
		return piece{dim, "steady"}
	}
	if t.Growth.PerDay > 0 {
		text = "+" + text
	}
	return piece{plain, text}
}

func capacity(t watch.Trend) piece {
	if t.Capacity <= 0 {
		return piece{dim, "unproven"}
	}
	return piece{plain, measured(t.Measure, t.Capacity)}
}

func runsOut(t watch.Trend) piece {
	switch {
	case t.RunsOut == nil:
		return piece{dim, none}
	case t.Headroom != nil && *t.Headroom <= 0:
		return piece{bad, "it has: " + t.RunsOut.Format(time.DateOnly)}
	}
	return piece{unsure, t.RunsOut.Format(time.DateOnly)}
}

// bars are the levels of a sparkline.
var bars = []rune("▁▂▃▄▅▆▇█")

// sparkline draws peaks, the last thirty of them.
func sparkline(peaks []watch.Peak) string {
	peaks = peaks[max(len(peaks)-30, 0):]
	most := 0.0
	for _, p := range peaks {
		most = max(most, p.Value)
	}
	var b strings.Builder
	for _, p := range peaks {
		level := 0
		if most > 0 {
			level = int(p.Value / most * float64(len(bars)-1))
		}
		b.WriteRune(bars[level])
	}
	return b.String()
}
