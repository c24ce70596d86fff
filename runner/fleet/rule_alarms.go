package fleet

import (
	"fmt"
	"slices"
	"strings"
)

// alarmRules look at whether somebody is told.
func alarmRules() []rule[*subject] {
	return []rule[*subject]{
		{"alarms_missing", should, "No alarm watches the service, those of target tracking left out.", needECS(HiddenAlarms), noAlarms},
		{"alarm_firing", should, "An alarm of the service is in ALARM.", needECS(HiddenAlarms), firingAlarm},
		{"alarm_without_action", should, "An alarm tells nobody.", needECS(HiddenAlarms), silentAlarm},
		{"alarm_without_insights", should, "An alarm watches a metric that only Container Insights has, and that is off: it never fires.", needECS(HiddenAlarms, HiddenCluster), blindAlarm},
	}
}

func noAlarms(s *subject) []remark {
	if !s.there() || len(s.wanted.Alarms) > 0 {
		return nil
	}
	return says("no alarm watches it", `desire alarm "high_cpu" { metric = "CPUUtilization", above = "85%" }, and one for memory and for the number of tasks`)
}

// watching are the alarms of people's making.
func (s *subject) watching() []Alarm {
	if !s.there() {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(s.ecs.Alarms), func(a Alarm) bool { return a.Tracking })
}

func firingAlarm(s *subject) []remark {
	var all []remark
	for _, a := range s.watching() {
		if a.State != "ALARM" {
			continue
		}
		since := ""
		if !a.ChangedAt.IsZero() && s.at.After(a.ChangedAt) {
			since = " for " + lasting(s.at.Sub(a.ChangedAt).Seconds())
		}
		all = append(all, remark{
			evidence:       Line(fmt.Sprintf("%s is in ALARM%s: %s", a.Name, since, a.Reason)),
			recommendation: "see to what it is about, or mend its threshold: an alarm that always fires is not heard",
		})
	}
	return all
}

func silentAlarm(s *subject) []remark {
	var untold, off []string
	for _, a := range s.watching() {
		switch {
		case len(a.Actions) == 0 && !s.replaced(a):
			untold = append(untold, Line(a.Name))
		case !a.ActionsEnabled:
			off = append(off, Line(a.Name))
		}
	}
	var all []remark
	if len(untold) > 0 {
		all = says(strings.Join(untold, ", ")+": no topic is notified", "give it one: alarm { notify }, or plan { notify } for all")
	}
	if len(off) > 0 {
		all = append(all, says(strings.Join(off, ", ")+": its actions are switched off", "aws cloudwatch enable-alarm-actions"+flags(s.ecs.Place)+" --alarm-names "+words(off))...)
	}
	return all
}

// words are names as words of a shell.
func words(names []string) string {
	var all []string
	for _, name := range names {
		all = append(all, quoted(name))
	}
	return strings.Join(all, " ")
}

// replaced reports whether the plan desires the alarm, and with it what it tells.
func (s *subject) replaced(a Alarm) bool {
	for _, wanted := range s.desired().Alarms {
		if AlarmName(s.service, wanted) == a.Name {
			return true
		}
	}
	return false
}

func blindAlarm(s *subject) []remark {
	if s.wanted.Insights {
		return nil
	}
	var names []string
	for _, a := range s.watching() {
		if a.Namespace == namespaceInsights {
			names = append(names, Line(a.Name)+" ("+Line(a.Metric)+")")
		}
	}
	if len(names) == 0 {
		return nil
	}
	return says(strings.Join(names, ", ")+": Container Insights is off in cluster "+Line(s.ecs.Cluster.Name), "desire container_insights = true (CloudWatch bills for it), or watch another metric")
}
