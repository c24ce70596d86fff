package dsl_test

import (
	"strings"
	"testing"

	"plimsoll/dsl"
)

// TestExplain holds the explanation of one topic of each sort.
func TestExplain(t *testing.T) {
	var b strings.Builder
	for _, topic := range []string{
		"spike", "stress.users", "stress.users.every", "simulate.service_time", "on_error", "http.check", "check", "latency.p95",
		"latency", "capacity", "capacity.levels", "capacity.tasks", "service.source", "stream.until", "event", "uuid()", "json", "csvfile", "think.between",
		"desired", "alarm", "ecs.scale_out.running", "ecs.cpu", "metric.db_cpu.max", "requirement.peak_users",
		"service.desired.alarm", "track.cpu", "desired.track.cpu.target", "desired.alarm.metric",
	} {
		text, err := dsl.Explain(topic)
		if err != nil {
			t.Errorf("%s: %v", topic, err)
		}
		b.WriteString("$ plimsoll explain " + topic + "\n\n" + text + "\n")
	}
	for _, topic := range []string{"strss.usrs", "service.desird", "", "latency.p42", "no such thing at all"} {
		text, err := dsl.Explain(topic)
		if err == nil {
			t.Errorf("%q is explained: %s", topic, text)
			continue
		}
		b.WriteString("$ plimsoll explain " + topic + "\n\n" + err.Error() + "\n\n")
	}
	compareFile(t, "testdata/explain.golden", b.String())
}

func TestEveryTopicIsExplained(t *testing.T) {
	for _, topic := range dsl.Topics() {
		if text, err := dsl.Explain(topic); err != nil || !strings.Contains(text, topic) && !strings.Contains(topic, "<") {
			t.Errorf("%s: %v\n%s", topic, err, text)
		}
	}
}

// TestReference fails when the language reference is stale; -update writes it anew.
func TestReference(t *testing.T) { compareFile(t, "README.md", string(dsl.Reference())) }
