package fleet

import (
	"slices"
	"strings"

	"plimsoll/dsl/fact"
	"plimsoll/dsl/plan"
)

// alarms sets the alarms of the service. Those of target tracking are never touched.
func (d *desire) alarms() {
	if len(d.desired.Alarms) == 0 || d.unseen(HiddenAlarms) {
		return
	}
	for _, want := range d.desired.Alarms {
		what, name := "alarm "+want.Label, AlarmName(d.want, want)
		dims := d.seen.Dimensions(want.Metric)
		switch {
		case strings.HasPrefix(name, "TargetTracking-"):
			d.refuse(what, "names that begin with TargetTracking- are target tracking's own", "give it another name")
		case dims == nil && belongsToService(want.Metric.Namespace) && d.unseen(HiddenBalancers):
		case dims == nil && belongsToService(want.Metric.Namespace):
			d.refuse(what, "no load balancer that has this metric is in front of the service", "give its dimensions, or leave the alarm out")
		default:
			d.alarm(want, what, name, dims)
		}
	}
}

// belongsToService reports whether a metric's dimensions follow from the service.
func belongsToService(namespace string) bool {
	return slices.Contains([]string{namespaceECS, namespaceInsights, namespaceALB, namespaceNLB}, namespace)
}

func (d *desire) alarm(want plan.Alarm, what, name string, dims map[string]string) {
	var before Document
	ours := true
	if i := slices.IndexFunc(d.seen.Alarms, func(a Alarm) bool { return a.Name == name }); i >= 0 {
		before, ours = d.seen.Alarms[i].Document, d.seen.Alarms[i].Ours || marked(d.seen.Alarms[i].Document, "Tags")
	}
	e := edited(what, before, Document{"AlarmName": name, "ActionsEnabled": true})
	d.watch(e, want, dims)
	e.made(what, name)
	if len(e.fields) > 0 && !ours && !d.want.ECS.Adopt {
		if !d.unseen(HiddenAlarmTags) {
			d.foreign(what, "an alarm "+name)
		}
		return
	}
	e.adopt(ours, d.want.ECS.Adopt, markOf(d.plan), "Tags")
	d.add(KindAlarm, name, e)
}

// watch sets what an alarm watches, when it fires, and who is told.
func (d *desire) watch(e *edit, want plan.Alarm, dims map[string]string) {
	m, comparison, unit := want.Metric, "GreaterThanThreshold", ""
	if want.Below {
		comparison = "LessThanThreshold"
	}
	if m.Dimension() == fact.Ratio {
		unit = " %"
	}
	e.unset("Metrics", "ThresholdMetricId")
	e.identify("namespace", m.Namespace, "Namespace")
	e.set("metric", "", m.Name, "MetricName")
	if !sameDimensions(e.after.list("Dimensions"), dims) {
		e.identify("dimensions", dimensions(dims), "Dimensions")
	}
	e.statistic(m.Statistic)
	e.set("period", " s", seconds(m.Period), "Period")
	e.set("comparison", "", comparison, "ComparisonOperator")
	e.set("threshold", unit, want.Threshold, "Threshold")
	e.set("periods", "", want.For, "EvaluationPeriods")
	if e.after["DatapointsToAlarm"] != nil {
		e.set("datapoints", "", want.For, "DatapointsToAlarm")
	}
	e.orDefault("missing data", "", want.Missing, "missing", "TreatMissingData")
	e.notify(want.Notify)
}

// statistic sets a statistic, which has a place of its own where it is a percentile.
func (e *edit) statistic(name string) {
	at, other := "Statistic", "ExtendedStatistic"
	if !slices.Contains(statistics, name) {
		at, other = other, at
	}
	if was := e.after.text(other); was != "" {
		e.unset(other)
		e.after.put(name, at)
		e.note("statistic", Line(was), name)
		return
	}
	e.set("statistic", "", name, at)
}

// statistics are those that CloudWatch calls so; what is none of them is a percentile.
var statistics = []string{"Average", "Sum", "Minimum", "Maximum", "SampleCount"}

// notify sets the topics that are told. Other actions, as those that scale, stay.
func (e *edit) notify(topics []string) {
	if len(topics) == 0 {
		return
	}
	var told, others []string
	for _, action := range e.after.list("AlarmActions") {
		if arn, _ := action.(string); strings.Contains(arn, ":sns:") {
			told = append(told, arn)
		} else {
			others = append(others, arn)
		}
	}
	if slices.Equal(slices.Sorted(slices.Values(told)), slices.Sorted(slices.Values(topics))) {
		return
	}
	e.after.put(append(slices.Clone(topics), others...), "AlarmActions")
	e.note("notify", shown(told, ""), shown(topics, ""))
}

// adopt puts our tag on what is made or taken over. One that is there stays, of whichever plan.
func (e *edit) adopt(ours, adopt bool, mark, under string) {
	if e.before != nil && (ours || !adopt) || marked(e.after, under) {
		return
	}
	e.after.put(append(e.after.list(under), map[string]any{"Key": Mark, "Value": mark}), under)
	if e.before != nil {
		e.note("mark", "", Mark)
	}
}

// marked reports whether our tag is among those of a document.
func marked(d Document, under string) bool {
	return slices.ContainsFunc(objects(d.list(under)), func(tag Document) bool { return tag.text("Key") == Mark })
}

func sameDimensions(now []any, want map[string]string) bool {
	return same(dimensions(dimensionsOf(now)), dimensions(want))
}
