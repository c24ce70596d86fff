package cloud

import (
	"cmp"
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cloudwatchtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"plimsoll/runner/fleet"
)

// documentOfAlarm is an alarm with its tags, as PutMetricAlarm takes it. Dimensions are in the order of their names.
func documentOfAlarm(a cloudwatchtypes.MetricAlarm, tags []cloudwatchtypes.Tag) fleet.Document {
	in := settingsOf[cloudwatch.PutMetricAlarmInput](a)
	in.Tags = ownTags(tags, cloudWatchTag)
	in.Dimensions = slices.SortedFunc(slices.Values(in.Dimensions), func(a, b cloudwatchtypes.Dimension) int {
		return cmp.Compare(aws.ToString(a.Name), aws.ToString(b.Name))
	})
	return encode(in, asInGo)
}

func readAlarm(ctx context.Context, c *clients, id string) (fleet.Document, error) {
	a, tags, err := c.alarm(ctx, id)
	if a == nil || err != nil {
		return nil, err
	}
	return documentOfAlarm(*a, tags), nil
}

// alarm finds an alarm by name, with its tags; nil if there is none.
func (c *clients) alarm(ctx context.Context, name string) (*cloudwatchtypes.MetricAlarm, []cloudwatchtypes.Tag, error) {
	out, err := c.metrics.DescribeAlarms(ctx, &cloudwatch.DescribeAlarmsInput{
		AlarmNames: []string{name}, AlarmTypes: []cloudwatchtypes.AlarmType{cloudwatchtypes.AlarmTypeMetricAlarm},
	})
	if err != nil {
		return nil, nil, told(err)
	}
	if len(out.MetricAlarms) == 0 {
		return nil, nil, nil
	}
	tags, err := c.metrics.ListTagsForResource(ctx, &cloudwatch.ListTagsForResourceInput{ResourceARN: out.MetricAlarms[0].AlarmArn})
	if err != nil {
		return nil, nil, told(err)
	}
	return &out.MetricAlarms[0], tags.Tags, nil
}

// writeAlarm puts the alarm, and then the tags of one that was there: putting sets those of a new one only.
func writeAlarm(ctx context.Context, c *clients, id string, d fleet.Document) (string, error) {
	in := &cloudwatch.PutMetricAlarmInput{}
	if err := decode(d, asInGo, in); err != nil {
		return "", err
	}
	old, tags, err := c.alarm(ctx, id)
	if err != nil {
		return "", err
	}
	in.AlarmName = &id
	if old != nil {
		return "", c.changeAlarm(ctx, in, *old.AlarmArn, tags)
	}
	_, err = c.metrics.PutMetricAlarm(ctx, in)
	return "", told(err)
}

func (c *clients) changeAlarm(ctx context.Context, in *cloudwatch.PutMetricAlarmInput, arn string, old []cloudwatchtypes.Tag) error {
	change := tagChange(tagMap(old, cloudWatchTag), tagMap(in.Tags, cloudWatchTag))
	in.Tags = nil
	if _, err := c.metrics.PutMetricAlarm(ctx, in); err != nil {
		return told(err)
	}
	if len(change.set) > 0 {
		set := tagList(change.set, func(key, value *string) cloudwatchtypes.Tag { return cloudwatchtypes.Tag{Key: key, Value: value} })
		if _, err := c.metrics.TagResource(ctx, &cloudwatch.TagResourceInput{ResourceARN: &arn, Tags: set}); err != nil {
			return told(err)
		}
	}
	if len(change.gone) == 0 {
		return nil
	}
	_, err := c.metrics.UntagResource(ctx, &cloudwatch.UntagResourceInput{ResourceARN: &arn, TagKeys: change.gone})
	return told(err)
}

func cloudWatchTag(t cloudwatchtypes.Tag) (key, value string) {
	return aws.ToString(t.Key), aws.ToString(t.Value)
}

func removeAlarm(ctx context.Context, c *clients, id string) error {
	_, err := c.metrics.DeleteAlarms(ctx, &cloudwatch.DeleteAlarmsInput{AlarmNames: []string{id}})
	return told(unlessGone(err))
}
