package dsl

import (
	"fmt"
	"math"
	"time"

	"plimsoll/dsl/fact"
	"plimsoll/dsl/language"
	"plimsoll/dsl/plan"
)

// metric reads a metric of a service, or of a track.
func (b *block) metric(e *plan.ECS) plan.Metric {
	m, known := b.read("name", e)
	m.Label = b.label
	if b.has("unit") {
		m.Unit = describe(b, "unit").Values[b.choice("unit")]
	} else {
		m.Unit = known.Unit
	}
	return m
}

// read reads which metric is meant, by the attribute that names it, and how it is read. What is not given is as for the
// known metric of that name.
func (b *block) read(name string, e *plan.ECS) (plan.Metric, language.Metric) {
	m := plan.Metric{Name: b.constant(name), Namespace: b.constant("namespace"), Dimensions: b.pairs("dimensions"), Period: b.period(), Range: b.head}
	known, is := language.KnownMetric(m.Name)
	m.Statistic = known.Statistic
	if b.has("statistic") {
		m.Statistic = b.formed("statistic", statForm, "statistic")
	}
	if m.Namespace == "" {
		m.Namespace = known.Namespace
	}
	if m.Namespace == "" && !is && m.Name != "" {
		b.unknownMetric(name, m.Name)
	}
	if m.Dimensions == nil && (m.Namespace == language.NamespaceECS || m.Namespace == language.NamespaceInsights) {
		m.Dimensions = map[string]string{"ClusterName": e.ClusterName(), "ServiceName": e.ServiceName()}
	}
	return m, known
}

// unknownMetric reports a metric whose namespace is not given.
func (b *block) unknownMetric(name, metric string) {
	var valid []string
	for _, m := range language.Metrics() {
		valid = append(valid, m.Name)
	}
	remedy := "Without namespace only metrics of ECS and of the load balancer are known. For example: namespace = \"AWS/RDS\"."
	if best, ok := fact.Closest(metric, valid); ok {
		remedy = fmt.Sprintf("Did you mean %s? Another metric needs its namespace.", best)
	}
	b.l.fail(b.rangeOf(name), fmt.Sprintf("the namespace of %s is not known", metric), remedy)
}

// period reads over how long a value is.
func (b *block) period() time.Duration {
	p := b.duration("period")
	if p%time.Minute != 0 && p != 10*time.Second && p != 20*time.Second && p != 30*time.Second {
		b.l.fail(b.rangeOf("period"), fmt.Sprintf("period cannot be %s", length(p)), "CloudWatch has 10, 20 and 30 s, and multiples of 60 s.")
	}
	return p
}

// alarm reads one alarm of a service.
func (b *block) alarm(e *plan.ECS, d *plan.Desired) plan.Alarm {
	m, known := b.read("metric", e)
	m.Unit = known.Unit
	a := plan.Alarm{Label: b.label, Name: b.constant("name"), Metric: m, For: known.For, Missing: known.Missing, Notify: b.topics(e.Region), Range: b.head}
	if b.has("for") {
		a.For = int(b.count("for"))
	}
	if b.has("missing") {
		a.Missing = describe(b, "missing").Values[b.choice("missing")]
	}
	if side := b.exactlyOne("above", "below"); side != "" {
		a.Below = side == "below"
		a.Threshold = b.threshold(side, m.Unit)
	}
	b.watched(a)
	if on := d.ContainerInsights; m.Namespace == language.NamespaceInsights && m.Name != "" && (on == nil || !*on) {
		b.l.fail(b.rangeOf("metric"), fmt.Sprintf("%s needs Container Insights", m.Name), "Without it the alarm has no data: write container_insights = true into desired, which is billed.")
	}
	return a
}

// watched checks that CloudWatch looks back as far as an alarm asks: a day, or a week where periods are hours.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
func (b *block) watched(a plan.Alarm) {
	most := 24 * time.Hour
	if a.Metric.Period >= time.Hour {
		most = 7 * 24 * time.Hour
	}
	if span := time.Duration(a.For) * a.Metric.Period; span > most {
		b.fail(fmt.Sprintf("the alarm looks back %s, more than %s", length(span), length(most)), "CloudWatch evaluates no more: take fewer periods, or longer ones.")
	}
}

// threshold reads the value at which an alarm fires, in the metric's unit as CloudWatch has it.
func (b *block) threshold(name, unit string) float64 {
	n, _ := b.at(name)
	as := func(t language.Type, example string) *language.Attribute {
		return &language.Attribute{Name: name, Type: t, Example: name + " = " + example}
	}
	switch {
	case unit == "percent":
		f, _ := n.percent(as(language.Percent, `"85%"`))
		return math.Round(f*1e8) / 1e6 // 55, though 0.55 * 100 is a little more
	case unit == "seconds" && !n.bare():
		d, _ := n.duration(as(language.Duration, `"800ms"`))
		return d.Seconds()
	case unit == "bytes":
		f, _ := n.size(as(language.Size, `"10MB"`))
		return f
	}
	f, _ := n.number(as(language.Number, "10"))
	return f
}
