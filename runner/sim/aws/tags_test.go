package aws

import (
	"errors"
	"maps"
	"testing"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	scaling "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	scalingtypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/budgets"
	budgetstypes "github.com/aws/aws-sdk-go-v2/service/budgets/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cloudwatchtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/google/go-cmp/cmp"
)

// A tagger is one service's way to tags.
type tagger struct {
	arn     string
	add     func(arn, key, value string) error
	remove  func(arn, key string) error
	list    func(arn string) (map[string]string, error)
	nothing error // for an ARN that does not exist
}

func TestTags(t *testing.T) {
	server, config := serve(t, Options{})
	fleet, err := server.Fleet()
	if err != nil {
		t.Fatal(err)
	}
	taggers := map[string]tagger{
		"ecs":         ecsTagger(config, fleet.Services[0].ServiceArn),
		"cluster":     ecsTagger(config, fleet.Clusters[0].ClusterArn),
		"definition":  ecsTagger(config, fleet.TaskDefinitions[0].TaskDefinitionArn),
		"autoscaling": scalingTagger(config, fleet.ScalableTargets[0].ScalableTargetARN),
		"budget":      budgetTagger(config, "arn:aws:budgets::123456789012:budget/monthly"),
		"cloudwatch":  alarmTagger(config, fleet.MetricAlarms[0].AlarmArn),
	}
	for name, tags := range taggers {
		t.Run(name, func(t *testing.T) {
			before, err := tags.list(tags.arn)
			if err != nil {
				t.Fatal(err)
			}
			for _, err := range []error{tags.add(tags.arn, "a", "1"), tags.add(tags.arn, "b", "2"), tags.add(tags.arn, "a", "3"), tags.remove(tags.arn, "b")} {
				if err != nil {
					t.Fatal(err)
				}
			}
			want := map[string]string{"a": "3"}
			maps.Copy(want, before)
			if got, err := tags.list(tags.arn); err != nil || !maps.Equal(want, got) {
				t.Errorf("tags are %v, want %v, %v", got, want, err)
			}
			gone := tags.arn + "-gone"
			for _, err := range []error{tags.add(gone, "a", "1"), tags.remove(gone, "a")} {
				if err == nil || !errors.As(err, typed(tags.nothing)) {
					t.Errorf("got %v, want a %T", err, tags.nothing)
				}
			}
		})
	}
}

func ecsTagger(config awssdk.Config, arn string) tagger {
	client := ecs.NewFromConfig(config)
	return tagger{arn: arn, nothing: new(ecstypes.InvalidParameterException),
		add: func(arn, key, value string) error {
			_, err := client.TagResource(ctx, &ecs.TagResourceInput{ResourceArn: &arn, Tags: []ecstypes.Tag{{Key: &key, Value: &value}}})
			return err
		},
		remove: func(arn, key string) error {
			_, err := client.UntagResource(ctx, &ecs.UntagResourceInput{ResourceArn: &arn, TagKeys: []string{key}})
			return err
		},
		list: func(arn string) (map[string]string, error) {
			out, err := client.ListTagsForResource(ctx, &ecs.ListTagsForResourceInput{ResourceArn: &arn})
			if err != nil {
				return nil, err
			}
			tags := map[string]string{}
			for _, tag := range out.Tags {
				tags[*tag.Key] = *tag.Value
			}
			return tags, nil
		}}
}

func scalingTagger(config awssdk.Config, arn string) tagger {
	client := scaling.NewFromConfig(config)
	return tagger{arn: arn, nothing: new(scalingtypes.ResourceNotFoundException),
		add: func(arn, key, value string) error {
			_, err := client.TagResource(ctx, &scaling.TagResourceInput{ResourceARN: &arn, Tags: map[string]string{key: value}})
			return err
		},
		remove: func(arn, key string) error {
			_, err := client.UntagResource(ctx, &scaling.UntagResourceInput{ResourceARN: &arn, TagKeys: []string{key}})
			return err
		},
		list: func(arn string) (map[string]string, error) {
			out, err := client.ListTagsForResource(ctx, &scaling.ListTagsForResourceInput{ResourceARN: &arn})
			if err != nil {
				return nil, err
			}
			return out.Tags, nil
		}}
}

func alarmTagger(config awssdk.Config, arn string) tagger {
	client := cloudwatch.NewFromConfig(config)
	return tagger{arn: arn, nothing: new(cloudwatchtypes.ResourceNotFoundException),
		add: func(arn, key, value string) error {
			_, err := client.TagResource(ctx, &cloudwatch.TagResourceInput{ResourceARN: &arn, Tags: []cloudwatchtypes.Tag{{Key: &key, Value: &value}}})
			return err
		},
		remove: func(arn, key string) error {
			_, err := client.UntagResource(ctx, &cloudwatch.UntagResourceInput{ResourceARN: &arn, TagKeys: []string{key}})
			return err
		},
		list: func(arn string) (map[string]string, error) {
			out, err := client.ListTagsForResource(ctx, &cloudwatch.ListTagsForResourceInput{ResourceARN: &arn})
			if err != nil {
				return nil, err
			}
			tags := map[string]string{}
			for _, tag := range out.Tags {
				tags[*tag.Key] = *tag.Value
			}
			return tags, nil
		}}
}

func budgetTagger(config awssdk.Config, arn string) tagger {
	client := budgets.NewFromConfig(config)
	return tagger{arn: arn, nothing: new(budgetstypes.NotFoundException),
		add: func(arn, key, value string) error {
			_, err := client.TagResource(ctx, &budgets.TagResourceInput{ResourceARN: &arn, ResourceTags: []budgetstypes.ResourceTag{{Key: &key, Value: &value}}})
			return err
		},
		remove: func(arn, key string) error {
			_, err := client.UntagResource(ctx, &budgets.UntagResourceInput{ResourceARN: &arn, ResourceTagKeys: []string{key}})
			return err
		},
		list: func(arn string) (map[string]string, error) {
			out, err := client.ListTagsForResource(ctx, &budgets.ListTagsForResourceInput{ResourceARN: &arn})
			if err != nil {
				return nil, err
			}
			tags := map[string]string{}
			for _, tag := range out.ResourceTags {
				tags[*tag.Key] = *tag.Value
			}
			return tags, nil
		}}
}

func TestClusterSettings(t *testing.T) {
	_, config := serve(t, Options{})
	client := ecs.NewFromConfig(config)
	set := func(value string) (*ecs.UpdateClusterSettingsOutput, error) {
		return client.UpdateClusterSettings(ctx, &ecs.UpdateClusterSettingsInput{Cluster: awssdk.String("beta"), Settings: []ecstypes.ClusterSetting{
			{Name: ecstypes.ClusterSettingNameContainerInsights, Value: awssdk.String(value)},
		}})
	}
	out, err := set("enhanced")
	if err != nil {
		t.Fatal(err)
	}
	want := []ecstypes.ClusterSetting{{Name: ecstypes.ClusterSettingNameContainerInsights, Value: awssdk.String("enhanced")}}
	if d := cmp.Diff(want, out.Cluster.Settings, ignoreSDK...); d != "" {
		t.Error(d)
	}
	if _, err := set("a little"); !errors.As(err, new(*ecstypes.InvalidParameterException)) {
		t.Errorf("a bad value: %v", err)
	}
}
