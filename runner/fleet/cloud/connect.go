package cloud

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/budgets"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cloudwatchschemas "github.com/aws/aws-sdk-go-v2/service/cloudwatch/schemas"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/pricing"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"
	"github.com/aws/smithy-go/transport/http/protocol/awsquery"

	"plimsoll/runner/fleet"
)

const (
	answerTimeout     = 30 * time.Second // of one attempt at one call
	credentialTimeout = 10 * time.Second // of finding credentials, which may mean asking a program or another service
)

// connect makes the clients of a place. It asks AWS nothing.
func (c *Cloud) connect(ctx context.Context, place fleet.Place) (*clients, error) {
	cfg, err := c.config(ctx, place)
	if err != nil {
		return nil, fmt.Errorf("read the AWS configuration: %w", err)
	}
	if cfg.Region == "" {
		return nil, errors.New("no AWS region is known: set region in the ecs block, or AWS_REGION")
	}
	return c.clients(place, cfg), nil
}

// clients call politely, patiently, and by our name.
func (c *Cloud) clients(place fleet.Place, cfg aws.Config) *clients {
	cfg.Retryer = func() aws.Retryer { return newPatience() }
	cfg.APIOptions = append(cfg.APIOptions, agent(c.options.Version), newPoliteness().attach)
	return &clients{
		place: place, config: cfg,
		ecs: ecs.NewFromConfig(cfg), scaling: applicationautoscaling.NewFromConfig(cfg),
		metrics: cloudwatch.NewFromConfig(cfg, c.protocol), logs: cloudwatchlogs.NewFromConfig(cfg),
		elb: elasticloadbalancingv2.NewFromConfig(cfg), sns: sns.NewFromConfig(cfg),
		sts: sts.NewFromConfig(cfg), waf: wafv2.NewFromConfig(cfg), budgets: budgets.NewFromConfig(cfg),
		s3: s3.NewFromConfig(cfg, likeS3), pricing: pricing.NewFromConfig(cfg),
	}
}

func (c *Cloud) config(ctx context.Context, place fleet.Place) (aws.Config, error) {
	if place.Simulated {
		return c.simulated(place)
	}
	options := []func(*config.LoadOptions) error{config.WithHTTPClient(httpClient())}
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
	cfg.Credentials = bounded{cfg.Credentials}
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
		Region: region, BaseEndpoint: aws.String(s.URL), HTTPClient: httpClient(),
		Credentials: credentials.NewStaticCredentialsProvider("simulated", "simulated", ""),
	}, nil
}

// protocol lets emulators be spoken to that know CloudWatch's older protocol only.
func (c *Cloud) protocol(o *cloudwatch.Options) {
	if c.options.Query {
		o.Protocol = awsquery.New(cloudwatchschemas.GraniteServiceVersion20100801)
	}
}

// likeS3 spares what stands in for S3 at an endpoint of its own what it may not know: buckets as host names, which mostly
// do not resolve there, and checksums that nobody asked for.
func likeS3(o *s3.Options) {
	if o.BaseEndpoint == nil {
		return
	}
	o.UsePathStyle = true
	o.RequestChecksumCalculation = aws.RequestChecksumCalculationWhenRequired
	o.ResponseChecksumValidation = aws.ResponseChecksumValidationWhenRequired
}

// httpClient bounds how long an answer may take, and keeps as many connections open as calls go out at once.
func httpClient() *awshttp.BuildableClient {
	return awshttp.NewBuildableClient().WithTimeout(answerTimeout).WithTransportOptions(func(t *http.Transport) {
		t.MaxIdleConnsPerHost = atOnce
	})
}

// bounded gives up finding credentials instead of hanging.
type bounded struct{ aws.CredentialsProvider }

// Retrieve finds the credentials that calls are signed with.
func (b bounded) Retrieve(ctx context.Context) (aws.Credentials, error) {
	ctx, cancel := context.WithTimeout(ctx, credentialTimeout)
	defer cancel()
	found, err := b.CredentialsProvider.Retrieve(ctx)
	if err != nil {
		return found, &credentialsError{err}
	}
	return found, nil
}

// credentialsError is a failure before any call: nothing was found to sign with.
type credentialsError struct{ error }

func (e *credentialsError) Unwrap() error { return e.error }
