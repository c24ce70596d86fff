package dsl

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/zclconf/go-cty/cty"
	"plimsoll/dsl/fact"
	"plimsoll/dsl/language"
	"plimsoll/dsl/plan"
)

// desired reads how the ECS service should be set up.
func (b *block) desired(e *plan.ECS) *plan.Desired {
	d := &plan.Desired{
		CPU: int(b.count("cpu")), Memory: int(b.count("memory")), Nofile: int(b.count("nofile")),
		Platform: b.constant("platform"), CapacityProvider: b.constant("capacity_provider"), Range: b.head,
	}
	b.fargate(d)
	b.bounds(d)
	if o, ok := b.object("cooldown"); ok {
		d.Cooldown = &plan.Cooldown{Out: o.seconds("out"), In: o.seconds("in")}
	}
	if b.has("container_insights") {
		on := b.bool("container_insights")
		d.ContainerInsights = &on
	}
	b.tracks(d, e)
	for _, inner := range b.distinct("scheduled") {
		d.Scheduled = append(d.Scheduled, inner.scheduled(d.Tasks))
	}
	for _, inner := range b.distinct("alarm") {
		d.Alarms = append(d.Alarms, inner.alarm(e, d))
	}
	if inner := b.only("throttle"); inner != nil {
		d.Throttle = inner.throttle()
	}
	return d
}

// object reads an attribute whose fields are described; false where it is not given, or not whole.
func (b *block) object(name string) (*block, bool) {
	n, ok := b.at(name)
	if !ok {
		return nil, false
	}
	o, ok := n.fields(describe(b, name))
	return o, ok
}

// seconds reads a duration that AWS takes in whole seconds.
func (b *block) seconds(name string) time.Duration {
	d := b.duration(name)
	if d%time.Second != 0 {
		b.l.fail(b.rangeOf(name), name+" must be whole seconds", example(describe(b, name)))
	}
	return d
}

// bounds reads between which numbers of tasks the service is scaled.
func (b *block) bounds(d *plan.Desired) {
	o, ok := b.object("tasks")
	if !ok {
		return
	}
	t := &plan.TaskBounds{Min: int(o.count("min")), Max: int(o.count("max"))}
	switch {
	case !o.complete():
	case t.Min > t.Max:
		o.fail(fmt.Sprintf("min is %d, above max, %d", t.Min, t.Max), "The least comes first, as in tasks = { min = 1, max = 50 }.")
	default:
		d.Tasks = t
	}
}

// fargate checks the size of a task, unless it runs elsewhere.
func (b *block) fargate(d *plan.Desired) {
	elsewhere := d.CapacityProvider != "" && !strings.HasPrefix(d.CapacityProvider, "FARGATE")
	if elsewhere || d.CPU < 0 || d.Memory < 0 || plan.FargateValid(d.CPU, d.Memory) {
		return
	}
	name, size := "cpu", fmt.Sprintf("%d CPU units", d.CPU)
	if d.Memory != 0 {
		name, size = "memory", fmt.Sprintf("%d MiB", d.Memory)
		if d.CPU != 0 {
			size = fmt.Sprintf("%d CPU units with %d MiB", d.CPU, d.Memory)
		}
	}
	var near []string
	for _, s := range plan.FargateNearest(d.CPU, d.Memory) {
		near = append(near, written(s, d))
	}
	b.l.fail(b.rangeOf(name), "Fargate runs no task of "+size, "The nearest that it runs: "+language.Enumerate(near, "or")+".")
}

// written is a size as far as the plan gives one.
func written(s plan.Size, d *plan.Desired) string {
	switch {
	case d.Memory == 0:
		return fmt.Sprintf("cpu = %d", s.CPU)
	case d.CPU == 0:
		return fmt.Sprintf("memory = %d", s.Memory)
	}
	return fmt.Sprintf("cpu = %d with memory = %d", s.CPU, s.Memory)
}

// tracks reads the target-tracking policies. Of what is followed there is one each; of custom ones, one for each name.
func (b *block) tracks(d *plan.Desired, e *plan.ECS) {
	for _, inner := range b.all("track") {
		t := inner.track(e)
		if !slices.Contains(inner.schema.Labels, t.Kind) {
			inner.fail(fmt.Sprintf("a track cannot follow %q", t.Kind), suggestion(t.Kind, inner.schema.Labels))
			continue
		}
		i := slices.IndexFunc(d.Tracks, func(other plan.Track) bool { return other.Kind == t.Kind && other.Name == t.Name })
		switch {
		case i < 0:
			d.Tracks = append(d.Tracks, t)
		case t.Kind == plan.TrackCustom:
			inner.fail("a second track \"custom\" of the same name", "The first stands at "+place(d.Tracks[i].Range)+". Give each a name = \"…\".")
		default:
			inner.fail(fmt.Sprintf("a second track %q", t.Kind), "The first stands at "+place(d.Tracks[i].Range)+". What is followed has one target.")
		}
	}
}

func (b *block) track(e *plan.ECS) plan.Track {
	t := plan.Track{Kind: b.label, HighResolution: b.bool("high_resolution"), Name: b.constant("name"), Range: b.head}
	usage := t.Kind == plan.TrackCPU || t.Kind == plan.TrackMemory
	if t.HighResolution && !usage {
		b.l.fail(b.rangeOf("high_resolution"), fmt.Sprintf("%s is known by the minute only", t.Kind), "High resolution is there for cpu and memory: leave it out.")
	}
	inner := b.only("metric")
	switch {
	case t.Kind == plan.TrackCustom && inner == nil:
		b.fail("a custom track needs a metric", "Say what it follows: metric { name = \"QueueDepth\", namespace = \"Shop\" }.")
	case t.Kind == plan.TrackCustom:
		if inner.label != "" {
			inner.fail("the metric of a track takes no label", "Write metric { … }.")
		}
		m := inner.metric(e)
		t.Metric = &m
	case inner != nil:
		inner.fail(fmt.Sprintf("a track %q needs no metric", t.Kind), "Write track \"custom\" to follow one of your own.")
	}
	t.Target = b.target(t, usage)
	return t
}

// Between these targets scaling works: below, tasks idle; above, nothing is left for what comes while new ones start.
const leastTarget, mostTarget = 0.1, 0.9

// target reads what a track aims at.
func (b *block) target(t plan.Track, usage bool) float64 {
	n, ok := b.at("target")
	if !ok {
		return 0
	}
	percent := language.Attribute{Name: "target", Type: language.Percent, Min: 0.01, Max: 1, Example: `target = "65%"`}
	if usage {
		ratio, ok := n.percent(&percent)
		if ok && (ratio < leastTarget || ratio > mostTarget) {
			b.l.warn(n.rng, fmt.Sprintf("a target of %s is outside of 10%% to 90%%", fact.Ratio.Literal(ratio)), "Below, tasks idle; above, nothing is left for what comes while new tasks start.")
		}
		return ratio
	}
	if t.Metric != nil && t.Metric.Unit == "percent" {
		ratio, _ := n.percent(&percent)
		return math.Round(ratio*1e8) / 1e6
	}
	f, ok := n.number(&language.Attribute{Name: "target", Type: language.Number, Example: `target = 1000`})
	if ok && f == 0 {
		n.fail("target must be above zero", "For example: target = 1000.")
	}
	return f
}

// scheduled reads one scheduled action; tasks are the bounds that it changes, nil where the plan gives none.
func (b *block) scheduled(tasks *plan.TaskBounds) plan.Scheduled {
	s := plan.Scheduled{Label: b.label, Name: b.constant("name"), Schedule: b.schedule(), Timezone: b.formed("timezone", zoneForm, "time zone"), Range: b.head}
	s.Min, s.Max = b.optional("min"), b.optional("max")
	if s.Min == nil && s.Max == nil {
		b.fail("scheduled changes nothing", "Give min, max or both.")
		return s
	}
	least, most := s.Min, s.Max
	if tasks != nil && least == nil {
		least = &tasks.Min
	}
	if tasks != nil && most == nil {
		most = &tasks.Max
	}
	if least != nil && most != nil && *least > *most {
		b.fail(fmt.Sprintf("min would be %d, above max, %d", *least, *most), "What is left out stays as tasks says: give both.")
	}
	return s
}

// optional reads a whole number; nil where there is none.
func (b *block) optional(name string) *int {
	if !b.has(name) {
		return nil
	}
	n := int(b.count(name))
	return &n
}

// schedule reads when a scheduled action takes place.
func (b *block) schedule() string {
	text, ok := b.text("schedule")
	if !ok || rateForm.MatchString(text) || cronForm.MatchString(text) {
		return text
	}
	if _, err := time.Parse("at(2006-01-02T15:04:05)", text); err == nil && atForm.MatchString(text) {
		return text
	}
	b.l.fail(b.rangeOf("schedule"), fmt.Sprintf("schedule is none that AWS knows: %q", text),
		"Write at(2026-12-01T08:00:00), rate(12 hours), or cron(0 7 ? * MON-FRI *) with its six fields: minute, hour, day, month, weekday, year.")
	return text
}

func (b *block) throttle() *plan.Throttle {
	t := &plan.Throttle{
		WebACL: b.resource("web_acl", "wafv2"), Name: b.formed("name", nameForm, "name of a rule"), Rate: int(b.count("rate")), Window: b.duration("window"),
		Per: describe(b, "per").Values[b.choice("per")], Block: b.choice("action") == 1, Priority: int(b.count("priority")), Range: b.head,
	}
	if !slices.Contains([]time.Duration{60e9, 120e9, 300e9, 600e9}, t.Window) {
		b.l.fail(b.rangeOf("window"), fmt.Sprintf("window cannot be %s", length(t.Window)), "AWS WAF counts over \"60s\", \"120s\", \"300s\" or \"600s\".")
	}
	return t
}

// bare reports whether a value is known to be no text.
func (n node) bare() bool {
	v, _ := n.value().Unmark()
	return v.IsKnown() && !v.IsNull() && v.Type() != cty.String
}
