package cloud

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
)

func TestExplain(t *testing.T) {
	call := func(service, operation string, err error) error {
		return fmt.Errorf("what was being done: %w", &smithy.OperationError{ServiceID: service, OperationName: operation, Err: err})
	}
	api := func(code, message string) error { return &smithy.GenericAPIError{Code: code, Message: message} }
	tests := map[string]struct {
		err              error
		line, permission string
		all              bool
	}{
		"denied":          {err: call("Application Auto Scaling", "DescribeScalingPolicies", api("AccessDeniedException", "User: …")), line: "allow application-autoscaling:DescribeScalingPolicies", permission: "application-autoscaling:DescribeScalingPolicies"},
		"denied by sns":   {err: call("SNS", "ListSubscriptionsByTopic", api("AuthorizationError", "…")), line: "allow sns:ListSubscriptionsByTopic", permission: "sns:ListSubscriptionsByTopic"},
		"denied budget":   {err: call("Budgets", "DescribeNotificationsForBudget", api("AccessDeniedException", "…")), line: "allow budgets:ViewBudget", permission: "budgets:ViewBudget"},
		"denied list":     {err: call("S3", "ListObjectsV2", api("AccessDenied", "…")), line: "allow s3:ListBucket", permission: "s3:ListBucket"},
		"another service": {err: call("Inspector", "Look", api("AccessDenied", "…")), line: "allow inspector:Look", permission: "inspector:Look"},
		"expired":         {err: call("STS", "GetCallerIdentity", api("ExpiredToken", "…")), line: "the AWS credentials have expired: renew them (aws sso login, or new keys)", all: true},
		"unknown key":     {err: call("STS", "GetCallerIdentity", api("InvalidClientTokenId", "…")), line: "AWS does not know these credentials: check the profile, or AWS_ACCESS_KEY_ID", all: true},
		"wrong secret":    {err: call("STS", "GetCallerIdentity", api("SignatureDoesNotMatch", "The request signature we calculated does not match")), line: "AWS refuses the signature: check AWS_SECRET_ACCESS_KEY", all: true},
		"clock":           {err: call("ECS", "DescribeServices", api("InvalidSignatureException", "Signature expired: 2026 is now earlier than 2027")), line: "the clock of this machine is off, so AWS refuses what it signs: set the clock", all: true},
		"clock of s3":     {err: call("S3", "GetObject", api("RequestTimeTooSkewed", "…")), line: "the clock of this machine is off, so AWS refuses what it signs: set the clock", all: true},
		"throttled":       {err: call("ECS", "DescribeTasks", api("ThrottlingException", "Rate exceeded")), line: "AWS throttles ecs:DescribeTasks, for a minute now: try again later, or raise the account's quota"},
		"no credentials":  {err: call("STS", "GetCallerIdentity", &credentialsError{errors.New("no EC2 IMDS role found")}), line: "no AWS credentials were found: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run aws configure", all: true},
		"sso":             {err: call("STS", "GetCallerIdentity", &credentialsError{errors.New("the SSO session has expired or is invalid")}), line: "the AWS SSO session has ended: run aws sso login", all: true},
		"role":            {err: call("ECS", "DescribeServices", &credentialsError{call("STS", "AssumeRole", api("AccessDenied", "…"))}), line: "allow sts:AssumeRole", permission: "sts:AssumeRole", all: true},
		"no region":       {err: call("ECS", "DescribeServices", &aws.MissingRegionError{}), line: "no AWS region is known: set region in the ecs block, or AWS_REGION", all: true},
		"unknown region":  {err: call("ECS", "DescribeServices", &url.Error{URL: "https://ecs.us-eest-1.amazonaws.com/", Err: &net.DNSError{Name: "ecs.us-eest-1.amazonaws.com", IsNotFound: true}}), line: "there is no ecs.us-eest-1.amazonaws.com: check the region and the network", all: true},
		"refused":         {err: call("ECS", "DescribeServices", &url.Error{URL: "https://ecs.eu-west-1.amazonaws.com/", Err: errors.New("connection refused")}), line: "cannot reach ecs.eu-west-1.amazonaws.com: check the network, the proxy and AWS_ENDPOINT_URL", all: true},
		"too slow":        {err: call("ECS", "DescribeServices", context.DeadlineExceeded), line: "cannot reach AWS: check the network, the proxy and AWS_ENDPOINT_URL", all: true},
		"interrupted":     {err: call("ECS", "DescribeServices", context.Canceled), line: "interrupted", all: true},
		"anything":        {err: call("ECS", "DescribeServices", api("ServerException", "sorry\x1b[2J\n\u202e try later")), line: "ServerException: sorry [2J try later"},
		"no call":         {err: errors.New("a decoder's"), line: "a decoder's"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := explain(test.err)
			if d := cmp.Diff([]any{test.line, test.permission, test.all}, []any{got.Error(), got.permission, got.all}); d != "" {
				t.Error(d)
			}
			if !errors.Is(got, got.cause) || explain(fmt.Errorf("again: %w", got)) != got {
				t.Error("an explained error is not what it was")
			}
		})
	}
	if explain(nil) != nil {
		t.Error("nothing went wrong")
	}
}
