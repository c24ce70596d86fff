package report

import (
	"fmt"
	"strings"

	"plimsoll/runner/result"
)

const (
	sparkWidth = 40
	mostTurns  = 6 // changes of the number of tasks that are spelled out
)

// fleet is how the ECS services of a scenario went: tasks over time, the stages of scaling, what they used and cost.
func (p *page) fleet(s *result.Scenario) {
	for i := range s.Fleet {
		f := &s.Fleet[i]
		p.gap()
		if f.Unobserved != "" {
			p.line(2, piece{bold, "ECS " + f.Service}, piece{unsure, "not observed"}, piece{dim, "(see the findings)"})
			continue
		}
		p.line(2, piece{bold, "ECS " + f.Service}, piece{dim, site(f)})
		if f.Lost != "" {
			p.item(4, piece{unsure, "!"}, piece{plain, f.Lost})
		}
		t := table{left: []bool{true, true}}
		add := func(name, text string) {
			if text != "" {
				t.add(piece{dim, name}, piece{plain, text})
			}
		}
		drawn := spark(f)
		if add("tasks", drawn); drawn == "" {
			add("tasks", turnsOf(f))
		} else {
			add("", turnsOf(f))
		}
		add("scaled out", outStages(f.ScaleOut))
		add("scaled in", inStages(f.ScaleIn))
		add("scaling", behaved(f))
		add("usage", usage(f))
		add("cost", charges(f.Cost))
		p.table(4, t)
	}
}

// site is where a service is: beta/beta-web in us-east-1.
func site(f *result.Fleet) string {
	if f.Name == "" {
		return ""
	}
	text := f.Cluster + "/" + f.Name
	if f.Region != "" {
		text += " in " + f.Region
	}
	return text
}

// spark draws the tasks that ran over the scenario, each cell by the most in its time.
func spark(f *result.Fleet) string {
	if f.Tasks.Max == 0 || f.To <= 0 || len(f.Series) < 2 {
		return ""
	}
	var b strings.Builder
	for cell := range sparkWidth {
		width := f.To / sparkWidth
		from := float64(cell) * width
		n := f.TasksBetween(from, from+width-1e-9).Most
		b.WriteString(bar(n, f.Tasks.Max))
	}
	return fmt.Sprintf("%s %d at most, in %s", b.String(), f.Tasks.Max, Seconds(f.To))
}

// bar is a cell of a spark: nothing, or a bar as high as n of most.
func bar(n, most int) string {
	if n <= 0 {
		return " "
	}
	return string(bars[min((n*len(bars)-1)/most, len(bars)-1)])
}

// turnsOf spells out how many tasks ran, from when on: 1, 2 from 6 min 43 s, 4 from 8 min 43 s.
func turnsOf(f *result.Fleet) string {
	all := []string{Count(f.Tasks.First)}
	running := f.Tasks.First
	for _, point := range f.Series {
		if point.Running != running {
			running = point.Running
			all = append(all, fmt.Sprintf("%s from %s", Count(running), Seconds(point.At)))
		}
	}
	if more := len(all) - mostTurns - 1; more > 0 {
		all = append(all[:mostTurns], fmt.Sprintf("and %s", plural(more+1, "change")))
	}
	text := strings.Join(all, ", ")
	if len(all) == 1 {
		text += " all along"
	}
	return text
}

// stageAt is a stage of scaling, and after how long it was seen.
type stageAt struct {
	name string
	at   *float64
}

// outStages tells how long after the load's step each stage of the scaling out came.
func outStages(o *result.ScaleOut) string {
	if o == nil || o.Desired == nil && o.Alarm == nil {
		return ""
	}
	return "after the load rose at " + Seconds(o.Step) + ": " + stages(o.Watched, stageAt{"alarm", o.Alarm}, stageAt{"activity", o.Activity},
		stageAt{"desired", o.Desired}, stageAt{"running", o.Running}, stageAt{"healthy", o.Healthy}, stageAt{"first answer", o.FirstAnswer})
}

func inStages(in *result.ScaleIn) string {
	if in == nil || in.Desired == nil && (in.Alarm == nil || !in.Watched) {
		return ""
	}
	return "after the peak ended at " + Seconds(in.Drop) + ": " + stages(in.Watched, stageAt{"alarm", in.Alarm}, stageAt{"activity", in.Activity},
		stageAt{"desired", in.Desired}, stageAt{"running", in.Running})
}

// stages lists them up to the first that did not come.
func stages(watched bool, each ...stageAt) string {
	var all []string
	for i, s := range each {
		switch {
		case s.at != nil:
			all = append(all, s.name+" +"+Seconds(*s.at))
		case watched && i > 0 && each[i-1].at != nil:
			all = append(all, s.name+" never")
		}
	}
	return strings.Join(all, ", ")
}

// behaved is what scaling did over the scenario.
func behaved(f *result.Fleet) string {
	s := f.Scaling
	if s == nil {
		return "none: nothing scales it"
	}
	all := []string{plural(s.Activities, "time")}
	if f.End.Bounds != nil {
		all[0] += fmt.Sprintf(", within %d to %d tasks", f.End.Bounds.Min, f.End.Bounds.Max)
	}
	if s.AtMax > 0 {
		all = append(all, "at the maximum for "+Seconds(s.AtMax))
	}
	if s.Flaps > 0 {
		all = append(all, plural(s.Flaps, "flap"))
	}
	if !s.CooldownsKept {
		all = append(all, "cooldown not kept")
	}
	return strings.Join(all, ", ")
}

// usage is what its tasks used of what they have, and the metrics of the plan.
func usage(f *result.Fleet) string {
	var all []string
	add := func(name string, g *result.Gauge) {
		if g != nil {
			all = append(all, fmt.Sprintf("%s %s (most %s)", name, gauge(g, g.Mean), gauge(g, g.Max)))
		}
	}
	add("CPU", f.CPU)
	add("memory", f.Memory)
	for i := range f.Metrics {
		add(f.Metrics[i].Label, &f.Metrics[i])
	}
	if f.Received != nil && f.Sent != nil {
		all = append(all, fmt.Sprintf("network %s in, %s out", size(f.Received.Total), size(f.Sent.Total)))
	}
	return strings.Join(all, ", ")
}

// gauge shows a value of a metric in its unit; those of our own are ratios.
func gauge(g *result.Gauge, v float64) string {
	switch {
	case g.Unit == "percent" || g.Unit == "" && g.Label == "":
		return Percent(v)
	case g.Unit == "seconds":
		return Seconds(v)
	case g.Unit == "bytes":
		return size(v)
	}
	return Count(v)
}

// charges are what its tasks cost.
func charges(c *result.FleetCost) string {
	if c == nil {
		return ""
	}
	return fmt.Sprintf("%s for this scenario, %s an hour in the mean, %s an hour and task", Money(c.Run), Money(c.PerHour), Money(c.TaskHour))
}
