package aws

import (
	"errors"
	"testing"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/aws/aws-sdk-go-v2/service/pricing"
	pricingtypes "github.com/aws/aws-sdk-go-v2/service/pricing/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"
	waftypes "github.com/aws/aws-sdk-go-v2/service/wafv2/types"
	"github.com/google/go-cmp/cmp"
)

func TestLoadBalancing(t *testing.T) {
	_, config := serve(t, Options{})
	client := elb.NewFromConfig(config)
	groups, err := client.DescribeTargetGroups(ctx, &elb.DescribeTargetGroupsInput{Names: []string{"web"}})
	if err != nil {
		t.Fatal(err)
	}
	group := groups.TargetGroups[0]
	balancers, err := client.DescribeLoadBalancers(ctx, &elb.DescribeLoadBalancersInput{LoadBalancerArns: group.LoadBalancerArns})
	if err != nil {
		t.Fatal(err)
	}
	balancer := balancers.LoadBalancers[0]
	attributes, err := client.DescribeLoadBalancerAttributes(ctx, &elb.DescribeLoadBalancerAttributesInput{LoadBalancerArn: balancer.LoadBalancerArn})
	if err != nil {
		t.Fatal(err)
	}
	health, err := client.DescribeTargetHealth(ctx, &elb.DescribeTargetHealthInput{TargetGroupArn: group.TargetGroupArn})
	if err != nil {
		t.Fatal(err)
	}
	delay, err := client.DescribeTargetGroupAttributes(ctx, &elb.DescribeTargetGroupAttributesInput{TargetGroupArn: group.TargetGroupArn})
	if err != nil {
		t.Fatal(err)
	}
	got := []any{
		*group.HealthCheckIntervalSeconds, group.TargetType, *balancer.LoadBalancerName, balancer.State.Code, balancer.CreatedTime.UTC(),
		*attributes.Attributes[1].Key, *attributes.Attributes[1].Value, *delay.Attributes[0].Value,
		len(health.TargetHealthDescriptions), health.TargetHealthDescriptions[0].TargetHealth.State, *health.TargetHealthDescriptions[0].Target.Port,
	}
	want := []any{
		int32(10), elbtypes.TargetTypeEnumIp, "front", elbtypes.LoadBalancerStateEnumActive, noon,
		"idle_timeout.timeout_seconds", "60", "300", 1, elbtypes.TargetHealthStateEnumHealthy, int32(8080),
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if _, err := client.DescribeLoadBalancers(ctx, &elb.DescribeLoadBalancersInput{Names: []string{"gone"}}); !errors.As(err, new(*elbtypes.LoadBalancerNotFoundException)) {
		t.Errorf("no such load balancer: %v", err)
	}
	if _, err := client.DescribeTargetHealth(ctx, &elb.DescribeTargetHealthInput{TargetGroupArn: awssdk.String("gone")}); !errors.As(err, new(*elbtypes.TargetGroupNotFoundException)) {
		t.Errorf("no such target group: %v", err)
	}
}

func TestLogs(t *testing.T) {
	_, config := serve(t, Options{})
	client := cloudwatchlogs.NewFromConfig(config)
	line := func(at int64, text string) logtypes.InputLogEvent {
		return logtypes.InputLogEvent{Timestamp: awssdk.Int64(at), Message: awssdk.String(text)}
	}
	put := func(group string, lines ...logtypes.InputLogEvent) error {
		_, err := client.PutLogEvents(ctx, &cloudwatchlogs.PutLogEventsInput{LogGroupName: awssdk.String(group), LogStreamName: awssdk.String("app/1"), LogEvents: lines})
		return err
	}
	if err := put("/ecs/web", line(2000, "ERROR two"), line(1000, "ERROR one"), line(3000, "fine")); err != nil {
		t.Fatal(err)
	}
	var got []string
	pages := cloudwatchlogs.NewFilterLogEventsPaginator(client, &cloudwatchlogs.FilterLogEventsInput{
		LogGroupName: awssdk.String("/ecs/web"), FilterPattern: awssdk.String(`"ERROR"`), StartTime: awssdk.Int64(500), Limit: awssdk.Int32(1),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Events {
			got = append(got, *e.Message)
		}
	}
	if d := cmp.Diff([]string{"ERROR one", "ERROR two"}, got); d != "" {
		t.Error(d)
	}
	if err := put("gone", line(1, "x")); !errors.As(err, new(*logtypes.ResourceNotFoundException)) {
		t.Errorf("no such group: %v", err)
	}
}

func TestSNS(t *testing.T) {
	_, config := serve(t, Options{Deny: []string{"sns:Publish"}})
	client := sns.NewFromConfig(config)
	topic := awssdk.String("arn:aws:sns:us-east-1:123456789012:alerts")
	subscribed, err := client.Subscribe(ctx, &sns.SubscribeInput{TopicArn: topic, Protocol: awssdk.String("email"), Endpoint: awssdk.String("dev@example.com")})
	if err != nil {
		t.Fatal(err)
	}
	list, err := client.ListSubscriptionsByTopic(ctx, &sns.ListSubscriptionsByTopicInput{TopicArn: topic})
	if err != nil {
		t.Fatal(err)
	}
	got := []string{*subscribed.SubscriptionArn}
	for _, s := range list.Subscriptions {
		got = append(got, *s.Endpoint)
	}
	want := []string{"pending confirmation", "ops@example.com", "arn:aws:sqs:us-east-1:123456789012:alerts", "dev@example.com"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if arn := *list.Subscriptions[2].SubscriptionArn; arn != pendingConfirmation {
		t.Errorf("the new subscription is %s", arn)
	}
	if _, err := client.ListSubscriptionsByTopic(ctx, &sns.ListSubscriptionsByTopicInput{TopicArn: awssdk.String("gone")}); !errors.As(err, new(*snstypes.NotFoundException)) {
		t.Errorf("no such topic: %v", err)
	}
	if _, err := client.Publish(ctx, &sns.PublishInput{TopicArn: topic, Message: awssdk.String("hello")}); !errors.As(err, new(*snstypes.AuthorizationErrorException)) {
		t.Errorf("denied: %v", err)
	}
}

func TestPublish(t *testing.T) {
	_, config := serve(t, Options{})
	client := sns.NewFromConfig(config)
	topic := awssdk.String("arn:aws:sns:us-east-1:123456789012:alerts")
	if out, err := client.Publish(ctx, &sns.PublishInput{TopicArn: topic, Message: awssdk.String("a < b & c")}); err != nil || *out.MessageId == "" {
		t.Errorf("published as %v, %v", out, err)
	}
	if _, err := client.Publish(ctx, &sns.PublishInput{TopicArn: topic, Message: awssdk.String("")}); !errors.As(err, new(*snstypes.InvalidParameterException)) {
		t.Errorf("nothing to publish: %v", err)
	}
}

func TestWAF(t *testing.T) {
	_, config := serve(t, Options{})
	client := wafv2.NewFromConfig(config)
	balancer := awssdk.String("arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/front/0123456789abcdef")
	of, err := client.GetWebACLForResource(ctx, &wafv2.GetWebACLForResourceInput{ResourceArn: balancer})
	if err != nil {
		t.Fatal(err)
	}
	got, err := client.GetWebACL(ctx, &wafv2.GetWebACLInput{Name: of.WebACL.Name, Id: of.WebACL.Id, Scope: waftypes.ScopeRegional})
	if err != nil {
		t.Fatal(err)
	}
	rules := got.WebACL.Rules
	rules[0].Statement.RateBasedStatement.Limit = awssdk.Int64(500)
	update := &wafv2.UpdateWebACLInput{
		Name: got.WebACL.Name, Id: got.WebACL.Id, Scope: waftypes.ScopeRegional, LockToken: got.LockToken,
		DefaultAction: got.WebACL.DefaultAction, VisibilityConfig: got.WebACL.VisibilityConfig, Rules: rules,
	}
	if _, err := client.UpdateWebACL(ctx, update); err != nil {
		t.Fatal(err)
	}
	if _, err := client.UpdateWebACL(ctx, update); !errors.As(err, new(*waftypes.WAFOptimisticLockException)) {
		t.Errorf("an old lock token: %v", err)
	}
	again, err := client.GetWebACL(ctx, &wafv2.GetWebACLInput{ARN: got.WebACL.ARN})
	if err != nil || *again.WebACL.Rules[0].Statement.RateBasedStatement.Limit != 500 {
		t.Errorf("read back %+v, %v", again, err)
	}
	if _, err := client.GetWebACL(ctx, &wafv2.GetWebACLInput{Name: awssdk.String("gone"), Id: awssdk.String("1"), Scope: waftypes.ScopeRegional}); !errors.As(err, new(*waftypes.WAFNonexistentItemException)) {
		t.Errorf("no such web ACL: %v", err)
	}
}

func TestPricing(t *testing.T) {
	_, config := serve(t, Options{})
	client := pricing.NewFromConfig(config)
	find := func(region string) int {
		out, err := client.GetProducts(ctx, &pricing.GetProductsInput{ServiceCode: awssdk.String("AmazonECS"), Filters: []pricingtypes.Filter{
			{Type: pricingtypes.FilterTypeTermMatch, Field: awssdk.String("regionCode"), Value: awssdk.String(region)},
		}})
		if err != nil {
			t.Fatal(err)
		}
		return len(out.PriceList)
	}
	if here, there := find("us-east-1"), find("eu-west-1"); here != 1 || there != 0 {
		t.Errorf("%d products here, %d there", here, there)
	}
}
