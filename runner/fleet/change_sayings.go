package fleet

import (
	"cmp"
	"strings"
)

// sayings are how people speak of the settings of each kind of resource, in the order in which Changes tells them.
var sayings = map[Kind][]saying{
	KindCluster: {{path: "settings." + insightsSetting + ".value", words: "Container Insights"}},
	KindTaskDefinition: {
		{path: "cpu", words: "cpu"},
		{path: "memory", words: "memory", unit: " MiB"},
		{path: containersKey + ".*.ulimits.nofile.softLimit", words: "open files of *"},
		{path: containersKey + ".*.ulimits.nofile.hardLimit", words: "hard limit of open files of *"},
	},
	KindService: {
		{path: "taskDefinition", words: "task definition"},
		{path: "platformVersion", words: "platform"},
		{path: strategy, words: "capacity provider", value: func(d Document) string { return Line(strings.Join(d.providers(), ", ")) }},
		{path: "monitoring.metricConfigurations", words: "metric resolution", value: resolutionWords},
		{path: "desiredCount", words: "desired tasks"},
	},
	KindScalableTarget: {
		{path: "MinCapacity", words: "minimum tasks"},
		{path: "MaxCapacity", words: "maximum tasks"},
		{path: "SuspendedState.*", words: "scaling", value: suspensionWords, aside: true},
	},
	KindScalingPolicy: {
		{path: "PolicyType", words: "policy type", aside: true},
		{path: tracking + "." + predefined + ".*", words: "metric", value: metricWords},
		{path: tracking + "." + customized + ".*", words: "metric", value: metricWords},
		{path: tracking + ".TargetValue", words: "target", value: targetWords},
		{path: tracking + ".ScaleOutCooldown", words: "cooldown out", unit: " s"},
		{path: tracking + ".ScaleInCooldown", words: "cooldown in", unit: " s"},
		{path: tracking + ".DisableScaleIn", words: "scale-in disabled", aside: true},
	},
	KindScheduledAction: {
		{path: "Schedule", words: "time"},
		{path: "Timezone", words: "time zone"},
		{path: "ScalableTargetAction.MinCapacity", words: "minimum tasks"},
		{path: "ScalableTargetAction.MaxCapacity", words: "maximum tasks"},
	},
	KindAlarm: {
		{path: "Namespace", words: "namespace", aside: true},
		{path: "MetricName", words: "metric"},
		{path: "Dimensions.*.Value", words: "dimension *", aside: true},
		{path: "Statistic", words: "statistic", value: statisticWords},
		{path: "ExtendedStatistic", words: "statistic", value: statisticWords},
		{path: "Period", words: "period", unit: " s"},
		{path: "ComparisonOperator", words: "comparison"},
		{path: "Threshold", words: "threshold", value: thresholdWords},
		{path: "EvaluationPeriods", words: "periods"},
		{path: "DatapointsToAlarm", words: "datapoints"},
		{path: "TreatMissingData", words: "missing data"},
		{path: "AlarmActions", words: "notify", value: func(d Document) string { return shown(d.list("AlarmActions"), "") }},
		{path: "ActionsEnabled", words: "actions enabled", aside: true},
		{path: "Tags." + Mark + ".Value", words: "mark", value: markedWords("Tags"), aside: true},
	},
	KindThrottle: {
		{path: "Statement." + rateRule + ".Limit", words: "rate", unit: " requests"},
		{path: "Statement." + rateRule + ".EvaluationWindowSec", words: "window", unit: " s"},
		{path: "Statement." + rateRule + ".AggregateKeyType", words: "per"},
		{path: "Action", words: "action"},
		{path: "Priority", words: "priority"},
	},
	KindDashboard: {{path: "DashboardBody", words: "widgets", value: func(d Document) string { return widgets(d.text("DashboardBody")) }}},
	KindBudget: {
		{path: "Budget.BudgetLimit.Amount", words: "limit", unit: " USD"},
		{path: "NotificationsWithSubscribers", words: "alerts", value: spentWords},
		{path: "ResourceTags." + Mark + ".Value", words: "mark", value: markedWords("ResourceTags"), aside: true},
	},
}

// suspensionWords say whether scaling is suspended.
func suspensionWords(target Document) string {
	all, suspended := []string{"DynamicScalingInSuspended", "DynamicScalingOutSuspended", "ScheduledScalingSuspended"}, 0
	for _, name := range all {
		if target.at("SuspendedState", name) == true {
			suspended++
		}
	}
	switch suspended {
	case 0:
		return "active"
	case len(all):
		return "suspended"
	}
	return "suspended in part"
}

func resolutionWords(service Document) string {
	for _, config := range objects(service.list("monitoring", "metricConfigurations")) {
		if same(config["resolutionSeconds"], fineSeconds) {
			return "20 s"
		}
	}
	return "60 s"
}

func metricWords(policy Document) string { return trackedBy(policy).words() }

func targetWords(policy Document) string {
	unit := ""
	if ratio(trackedBy(policy).kind) {
		unit = " %"
	}
	return shown(policy.at(tracking, "TargetValue"), unit)
}

func statisticWords(alarm Document) string {
	return Line(cmp.Or(alarm.text("Statistic"), alarm.text("ExtendedStatistic")))
}

// thresholdWords know what AWS measures in percent by its name alone: documents say no unit.
func thresholdWords(alarm Document) string {
	unit := ""
	if strings.HasSuffix(alarm.text("MetricName"), "Utilization") {
		unit = " %"
	}
	return shown(alarm["Threshold"], unit)
}

// markedWords show our tag.
func markedWords(under string) func(Document) string {
	return func(d Document) string {
		if marked(d, under) {
			return Mark
		}
		return ""
	}
}

// spentWords are the alerts on what was spent.
func spentWords(budget Document) string {
	var spent []any
	for _, n := range objects(budget.list("NotificationsWithSubscribers")) {
		if onSpent(objectOf(n["Notification"])) {
			spent = append(spent, map[string]any(n))
		}
	}
	return Line(alertWords(spent))
}
