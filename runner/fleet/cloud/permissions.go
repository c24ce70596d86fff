package cloud

import "slices"

// Permissions are the actions that IAM must allow: those of reading (review, run, watch), and those that adjust and rollback
// need besides. Both are sorted. Those of s3 are for the state alone, where a plan keeps it in a bucket; pricing:GetProducts
// is for refreshing prices, logs:FilterLogEvents for following logs.
func Permissions() (review, adjust []string) {
	review = []string{
		"application-autoscaling:DescribeScalableTargets", "application-autoscaling:DescribeScalingActivities",
		"application-autoscaling:DescribeScalingPolicies", "application-autoscaling:DescribeScheduledActions",
		"budgets:ListTagsForResource", "budgets:ViewBudget",
		"cloudwatch:DescribeAlarms", "cloudwatch:GetDashboard", "cloudwatch:GetMetricData", "cloudwatch:ListTagsForResource",
		"ecs:DescribeClusters", "ecs:DescribeServiceRevisions", "ecs:DescribeServices", "ecs:DescribeTaskDefinition", "ecs:DescribeTasks",
		"ecs:ListClusters", "ecs:ListServices", "ecs:ListTasks",
		"elasticloadbalancing:DescribeLoadBalancerAttributes", "elasticloadbalancing:DescribeLoadBalancers",
		"elasticloadbalancing:DescribeTargetGroupAttributes", "elasticloadbalancing:DescribeTargetGroups", "elasticloadbalancing:DescribeTargetHealth",
		"logs:FilterLogEvents", "pricing:GetProducts", "s3:GetObject", "s3:ListBucket", "sns:ListSubscriptionsByTopic",
		"sts:GetCallerIdentity", "wafv2:GetWebACL", "wafv2:GetWebACLForResource",
	}
	adjust = []string{
		"application-autoscaling:DeleteScalingPolicy", "application-autoscaling:DeleteScheduledAction",
		"application-autoscaling:DeregisterScalableTarget", "application-autoscaling:PutScalingPolicy",
		"application-autoscaling:PutScheduledAction", "application-autoscaling:RegisterScalableTarget",
		"budgets:ModifyBudget", "budgets:TagResource", "budgets:UntagResource",
		"cloudwatch:DeleteAlarms", "cloudwatch:DeleteDashboards", "cloudwatch:PutDashboard", "cloudwatch:PutMetricAlarm",
		"cloudwatch:TagResource", "cloudwatch:UntagResource",
		"ecs:RegisterTaskDefinition", "ecs:TagResource", "ecs:UpdateClusterSettings", "ecs:UpdateService",
		"iam:CreateServiceLinkedRole", "iam:PassRole", "s3:DeleteObject", "s3:PutObject", "wafv2:UpdateWebACL",
	}
	slices.Sort(review)
	slices.Sort(adjust)
	return review, adjust
}
