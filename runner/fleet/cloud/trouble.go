package cloud

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"

	"plimsoll/runner/fleet"
)

// trouble is an error of AWS, or on the way to it, as people read it: one line that says what to do.
type trouble struct {
	line       string
	permission string // that is missing: ecs:DescribeServices; "" where it is something else
	all        bool   // other calls with the same credentials would fare no better
	cause      error
}

func (t *trouble) Error() string { return t.line }

func (t *trouble) Unwrap() error { return t.cause }

// explain makes one clear line of whatever a call returned; nil of nil.
func explain(err error) *trouble {
	if err == nil {
		return nil
	}
	if known := (*trouble)(nil); errors.As(err, &known) {
		return known
	}
	t := describe(err)
	t.line, t.cause = fleet.Line(t.line), err
	return t
}

func describe(err error) *trouble {
	var missing *credentialsError
	var refused smithy.APIError
	switch {
	case errors.Is(err, context.Canceled):
		return &trouble{line: "interrupted", all: true}
	case errors.As(err, &missing):
		return unsigned(missing)
	case errors.As(err, &refused):
		return refusal(err, refused)
	case errors.As(err, new(*aws.MissingRegionError)):
		return &trouble{line: "no AWS region is known: set region in the ecs block, or AWS_REGION", all: true}
	}
	return unreachable(err)
}

// unsigned is what is wrong with credentials before AWS has seen any.
func unsigned(err *credentialsError) *trouble {
	text := err.Error()
	var refused smithy.APIError
	switch {
	case errors.As(err.error, &refused):
		t := refusal(err.error, refused)
		t.all = true
		return t
	case strings.Contains(text, "SSO") || strings.Contains(text, "sso"):
		return &trouble{line: "the AWS SSO session has ended: run aws sso login", all: true}
	case strings.Contains(text, "operation error STS"): // credentials were found, but not the role that they are to assume
		return unreachable(err.error)
	}
	return &trouble{line: "no AWS credentials were found: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run aws configure", all: true}
}

// refusal is what AWS said no to. The same goes by other names in each of its protocols.
func refusal(err error, refused smithy.APIError) *trouble {
	switch refused.ErrorCode() {
	case "ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired":
		return &trouble{line: "the AWS credentials have expired: renew them (aws sso login, or new keys)", all: true}
	case "UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId", "InvalidToken",
		"MissingAuthenticationToken", "MissingAuthenticationTokenException":
		return &trouble{line: "AWS does not know these credentials: check the profile, or AWS_ACCESS_KEY_ID", all: true}
	case "InvalidSignatureException", "SignatureDoesNotMatch", "RequestTimeTooSkewed":
		return missigned(refused)
	case "AccessDenied", "AccessDeniedException", "AuthorizationError", "AuthorizationErrorException", "UnauthorizedOperation", "NotAuthorized":
		permission := lacking(err, refused)
		return &trouble{line: "allow " + permission, permission: permission}
	}
	if throttled(err) {
		return &trouble{line: "AWS throttles " + permissionOf(err) + ", for a minute now: try again later, or raise the account's quota"}
	}
	return &trouble{line: refused.ErrorCode() + ": " + refused.ErrorMessage()}
}

// missigned tells a clock that is off from a wrong secret.
func missigned(refused smithy.APIError) *trouble {
	text := refused.ErrorCode() + " " + refused.ErrorMessage()
	for _, late := range []string{"RequestTimeTooSkewed", "ignature expired", "ignature not yet current"} {
		if strings.Contains(text, late) {
			return &trouble{line: "the clock of this machine is off, so AWS refuses what it signs: set the clock", all: true}
		}
	}
	return &trouble{line: "AWS refuses the signature: check AWS_SECRET_ACCESS_KEY", all: true}
}

// unreachable is a call that AWS did not answer.
func unreachable(err error) *trouble {
	var dns *net.DNSError
	var network net.Error
	var at *url.Error
	where := "AWS"
	if errors.As(err, &at) {
		if parsed, err := url.Parse(at.URL); err == nil {
			where = parsed.Host
		}
	}
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return &trouble{line: fmt.Sprintf("there is no %s: check the region and the network", dns.Name), all: true}
	case errors.As(err, &at) || errors.As(err, &network) || errors.Is(err, context.DeadlineExceeded):
		return &trouble{line: "cannot reach " + where + ": check the network, the proxy and AWS_ENDPOINT_URL", all: true}
	}
	return &trouble{line: err.Error()}
}

// prefixes are what IAM calls the services, by the SDK's names for them.
var prefixes = map[string]string{
	"ECS": "ecs", "Application Auto Scaling": "application-autoscaling", "CloudWatch": "cloudwatch", "CloudWatch Logs": "logs",
	"Elastic Load Balancing v2": "elasticloadbalancing", "SNS": "sns", "STS": "sts", "WAFV2": "wafv2", "Budgets": "budgets",
	"S3": "s3", "Pricing": "pricing",
}

// namedPermission is how AWS says which permission is missing, where it does.
var namedPermission = regexp.MustCompile(`not authorized to perform: ([a-z0-9-]{1,40}:[A-Za-z]{1,60})`)

// lacking is the permission that is missing: the one that AWS names, which may be another than that of the call
// (iam:PassRole), else that of the call.
func lacking(err error, refused smithy.APIError) string {
	if found := namedPermission.FindStringSubmatch(refused.ErrorMessage()); found != nil {
		return found[1]
	}
	return permissionOf(err)
}

// permissionOf is what IAM must allow for the call that failed.
func permissionOf(err error) string {
	var call *smithy.OperationError
	if !errors.As(err, &call) {
		return "the call"
	}
	prefix, ok := prefixes[call.ServiceID]
	if !ok {
		prefix = strings.ToLower(call.ServiceID)
	}
	return prefix + ":" + permissionName(prefix, call.OperationName)
}

// permissionName is an action as IAM calls it, where that differs.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsbudgetservice.html and …/list_amazons3.html
func permissionName(prefix, action string) string {
	switch {
	case prefix == "budgets" && strings.Contains(action, "Tag"):
		return action
	case strings.Contains(action, "Tag"): // so called everywhere
	case prefix == "budgets" && strings.HasPrefix(action, "Describe"):
		return "ViewBudget"
	case prefix == "budgets":
		return "ModifyBudget"
	case prefix == "s3" && action == "HeadObject":
		return "GetObject"
	case prefix == "s3" && action == "ListObjectsV2":
		return "ListBucket"
	}
	return action
}
