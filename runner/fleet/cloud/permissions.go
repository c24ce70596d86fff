package cloud

import "slices"

// Permissions are the actions that IAM must allow: those of reading (review, run, watch), and those that adjust and rollback
// add; both sorted. State in S3 is read and written with s3:GetObject, s3:ListBucket, s3:PutObject and s3:DeleteObject on
// its bucket, which are among them.
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
