package cloud

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/budgets"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/pricing"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"

	"plimsoll/runner/fleet"
)

// connect makes the clients of a place.
func (c *Cloud) connect(ctx context.Context, place fleet.Place) (*clients, error) {
	cfg, err := c.config(ctx, place)
	if err != nil {
		return nil, fmt.Errorf("read the AWS configuration: %w", err)
	}
	return &clients{
		place: place, config: cfg,
		ecs: ecs.NewFromConfig(cfg), scaling: applicationautoscaling.NewFromConfig(cfg), metrics: cloudwatch.NewFromConfig(cfg),
		logs: cloudwatchlogs.NewFromConfig(cfg), elb: elasticloadbalancingv2.NewFromConfig(cfg), sns: sns.NewFromConfig(cfg),
		sts: sts.NewFromConfig(cfg), waf: wafv2.NewFromConfig(cfg), budgets: budgets.NewFromConfig(cfg),
		s3: s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = place.Simulated }), pricing: pricing.NewFromConfig(cfg),
	}, nil
}

func (c *Cloud) config(ctx context.Context, place fleet.Place) (aws.Config, error) {
	if place.Simulated {
		return c.simulated(place)
	}
	options := []func(*config.LoadOptions) error{}
	if place.Region != "" {
		options = append(options, config.WithRegion(place.Region))
	}
	if place.Profile != "" {
		options = append(options, config.WithSharedConfigProfile(place.Profile))
	}
	cfg, err := config.LoadDefaultConfig(ctx, options...)
	if err == nil && place.Role != "" {
		cfg.Credentials = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(sts.NewFromConfig(cfg), place.Role))
	}
	return cfg, err
}

func (c *Cloud) simulated(place fleet.Place) (aws.Config, error) {
	s := c.options.Simulation
	if s == nil {
		return aws.Config{}, errors.New("the plan's AWS is simulated, and no simulation runs")
	}
	region := place.Region
	if region == "" {
		region = s.Region
	}
	return aws.Config{
		Region: region, BaseEndpoint: aws.String(s.URL),
		Credentials: credentials.NewStaticCredentialsProvider("simulated", "simulated", ""),
	}, nil
}
