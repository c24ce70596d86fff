package cloud

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cloudwatchtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"plimsoll/runner/fleet"
)

const (
	alarmsAtOnce = 100

	trackingPrefix = "TargetTracking-" // begins the names of the alarms that target tracking makes; then comes the service
	trackingSuffix = "-Alarm"          // and what then comes is its own
)

type rawAlarm = cloudwatchtypes.MetricAlarm

// alarmTags are tags by the names of alarms.
type alarmTags map[string][]cloudwatchtypes.Tag

// listAlarms reads all alarms of the place: what they watch is not among what they can be asked for by.
func (s *survey) listAlarms(ctx context.Context) []rawAlarm {
	alarms, err := s.alarms(ctx, &cloudwatch.DescribeAlarmsInput{})
	if err != nil {
		s.hide(fleet.HiddenAlarms, err, s.subjects...)
		return nil
	}
	return alarms
}

func (c *clients) alarms(ctx context.Context, in *cloudwatch.DescribeAlarmsInput) (found []rawAlarm, err error) {
	in.MaxRecords, in.AlarmTypes = aws.Int32(alarmsAtOnce), []cloudwatchtypes.AlarmType{cloudwatchtypes.AlarmTypeMetricAlarm}
	err = pages(ctx, cloudwatch.NewDescribeAlarmsPaginator(c.metrics, in), func(page *cloudwatch.DescribeAlarmsOutput) {
		found = append(found, page.MetricAlarms...)
	})
	return found, err
}

// assign gives each service the alarms that watch it.
func (s *survey) assign(alarms []rawAlarm, tags alarmTags) {
	watchers := s.watchers()
	for _, alarm := range alarms {
		for _, subject := range watchers.of(alarm) {
			subject.Alarms = append(subject.Alarms, alarmFrom(alarm, tags[aws.ToString(alarm.AlarmName)]))
		}
	}
	for _, subject := range s.subjects {
		sortAlarms(subject.Alarms)
	}
}

func sortAlarms(alarms []fleet.Alarm) {
	slices.SortFunc(alarms, func(a, b fleet.Alarm) int { return strings.Compare(a.Name, b.Name) })
}

// watchers find the services that an alarm watches, by a word for each way of telling.
type watchers map[string][]*subject

// watchers knows the services by the names that the plan gives their alarms, by those of their policies' alarms, and by the
// dimensions of the metrics that are theirs.
func (s *survey) watchers() watchers {
	known := watchers{}
	for _, subject := range s.there() {
		for _, word := range subject.words() {
			if !slices.Contains(known[word], subject) {
				known[word] = append(known[word], subject)
			}
		}
	}
	return known
}

func (b *subject) words() []string {
	words := []string{dimensionWord("ServiceName", b.names.cluster+"/"+b.names.service), nameWord(trackingPrefix + b.names.resource)}
	for _, name := range b.names.alarms {
		words = append(words, nameWord(name))
	}
	for _, policy := range b.Policies {
		for _, name := range policy.Alarms {
			words = append(words, nameWord(name))
		}
	}
	for _, balancer := range b.Balancers {
		words = append(words, dimensionWord("TargetGroup", balancer.TargetGroupDimension))
		if balancer.LoadBalancerDimension != "" {
			words = append(words, dimensionWord("LoadBalancer", balancer.LoadBalancerDimension))
		}
	}
	return words
}

func nameWord(name string) string             { return "name " + name }
func dimensionWord(name, value string) string { return name + " " + value }

// of are the services that an alarm watches: those that its name is of, else those that its metrics are of, by the
// narrowest of their dimensions.
func (w watchers) of(alarm rawAlarm) []*subject {
	name := aws.ToString(alarm.AlarmName)
	tracking, _, _ := strings.Cut(name, trackingSuffix)
	if named := w.by(nameWord(name), nameWord(tracking)); len(named) > 0 {
		return named
	}
	for _, kind := range []string{"ServiceName", "TargetGroup", "LoadBalancer"} {
		var words []string
		for _, dimensions := range dimensionSets(alarm) {
			if value := dimensions[kind]; value != "" {
				words = append(words, dimensionWord(kind, qualified(kind, value, dimensions)))
			}
		}
		if len(words) > 0 {
			return w.by(words...)
		}
	}
	return nil
}

// qualified puts the cluster in front of a service.
func qualified(kind, value string, dimensions map[string]string) string {
	if kind == "ServiceName" {
		return dimensions["ClusterName"] + "/" + value
	}
	return value
}

func (w watchers) by(words ...string) []*subject {
	var found []*subject
	for _, word := range words {
		for _, subject := range w[word] {
			if !slices.Contains(found, subject) {
				found = append(found, subject)
			}
		}
	}
	return found
}

// dimensionSets are the dimensions of every metric that an alarm watches.
func dimensionSets(alarm rawAlarm) []map[string]string {
	sets := []map[string]string{dimensionsOf(alarm.Dimensions)}
	for _, query := range alarm.Metrics {
		if query.MetricStat != nil && query.MetricStat.Metric != nil {
			sets = append(sets, dimensionsOf(query.MetricStat.Metric.Dimensions))
		}
	}
	return sets
}

func dimensionsOf(dimensions []cloudwatchtypes.Dimension) map[string]string {
	if len(dimensions) == 0 {
		return nil
	}
	made := make(map[string]string, len(dimensions))
	for _, d := range dimensions {
		made[aws.ToString(d.Name)] = aws.ToString(d.Value)
	}
	return made
}

// alarmTags reads the tags of the alarms that bear a name of the plan, by their names: CloudWatch tells them of one alarm in
// a call, and whether others bear our mark makes no difference.
func (s *survey) alarmTags(ctx context.Context, alarms []rawAlarm) alarmTags {
	owners := map[string][]*subject{}
	for _, subject := range s.subjects {
		for _, name := range subject.names.alarms {
			owners[name] = append(owners[name], subject)
		}
	}
	ours := slices.DeleteFunc(slices.Clone(alarms), func(a rawAlarm) bool { return owners[aws.ToString(a.AlarmName)] == nil })
	tags := alarmTags{}
	each(ours, func(a rawAlarm) {
		out, err := s.metrics.ListTagsForResource(ctx, &cloudwatch.ListTagsForResourceInput{ResourceARN: a.AlarmArn})
		if err != nil {
			s.hide(fleet.HiddenAlarmTags, err, owners[aws.ToString(a.AlarmName)]...)
			return
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		tags[aws.ToString(a.AlarmName)] = out.Tags
	})
	return tags
}

func alarmFrom(a rawAlarm, tags []cloudwatchtypes.Tag) fleet.Alarm {
	made := fleet.Alarm{
		Name: aws.ToString(a.AlarmName), ARN: aws.ToString(a.AlarmArn), Namespace: aws.ToString(a.Namespace), Metric: aws.ToString(a.MetricName),
		Dimensions: dimensionsOf(a.Dimensions), Statistic: string(a.Statistic) + aws.ToString(a.ExtendedStatistic),
		Period: seconds(a.Period), Threshold: aws.ToFloat64(a.Threshold), Comparison: string(a.ComparisonOperator),
		Periods: int(aws.ToInt32(a.EvaluationPeriods)), Datapoints: int(aws.ToInt32(a.DatapointsToAlarm)),
		Missing: aws.ToString(a.TreatMissingData), State: string(a.StateValue), Reason: fleet.Line(aws.ToString(a.StateReason)),
		ChangedAt: aws.ToTime(a.StateTransitionedTimestamp), ActionsEnabled: a.ActionsEnabled == nil || *a.ActionsEnabled,
		Actions: a.AlarmActions, Tracking: strings.HasPrefix(aws.ToString(a.AlarmName), trackingPrefix),
		Ours:     slices.ContainsFunc(tags, func(t cloudwatchtypes.Tag) bool { return aws.ToString(t.Key) == fleet.Mark }),
		Document: documentOfAlarm(a, tags),
	}
	if made.ChangedAt.IsZero() {
		made.ChangedAt = aws.ToTime(a.StateUpdatedTimestamp)
	}
	for _, query := range a.Metrics {
		if query.MetricStat != nil {
			made.Period = max(made.Period, seconds(query.MetricStat.Period))
		}
	}
	return made
}

func seconds(n *int32) time.Duration { return time.Duration(aws.ToInt32(n)) * time.Second }
