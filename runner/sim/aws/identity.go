package aws

import (
	"errors"
	"net/http"
	"strings"
)

// An identity is what a signature says about the caller. The signature itself is not verified.
type identity struct {
	key     string // access key id
	region  string
	service string // as signatures call it: "monitoring" is CloudWatch
	account string // of the role that was assumed; empty for the server's own
}

// rolePrefix begins the access keys that AssumeRole hands out; the account follows.
const rolePrefix = "ASIASIM"

const (
	scopeParts   = 5 // key, date, region, service, "aws4_request"
	longestScope = 256
)

// identify reads the credential's scope from a request.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html
func identify(r *http.Request) (identity, error) {
	_, rest, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	scope, _, _ := strings.Cut(rest, ",")
	parts := strings.Split(scope, "/")
	if len(parts) != scopeParts || len(scope) > longestScope {
		return identity{}, &apiError{
			status: http.StatusForbidden, code: "MissingAuthenticationTokenException", query: "MissingAuthenticationToken",
			message: "Missing Authentication Token: sign the request (any key will do)",
		}
	}
	who := identity{key: parts[0], region: parts[2], service: parts[3]}
	if account, ok := strings.CutPrefix(who.key, rolePrefix); ok && accountPattern.MatchString(account) {
		who.account = account
	}
	return who, nil
}

// prefix is the AWS service's name in IAM.
func (i identity) prefix() string {
	if i.service == "monitoring" {
		return "cloudwatch"
	}
	return i.service
}

// arn names the caller.
func (i identity) arn(account string) string {
	if i.account != "" {
		return "arn:aws:sts::" + i.account + ":assumed-role/simulated/session"
	}
	return "arn:aws:iam::" + account + ":user/simulated"
}

// permission is what IAM asks for an action, where it is not named like the action.
func (in incoming) permission() string {
	name := in.action
	switch {
	case in.service == "budgets" && strings.Contains(in.action, "Tag"):
		// tagging has permissions of its own
	case in.service == "budgets" && in.writes():
		name = "ModifyBudget"
	case in.service == "budgets":
		name = "ViewBudget"
	case in.service == "s3" && in.action == "HeadObject":
		name = "GetObject"
	case in.service == "s3" && in.action == "ListObjectsV2":
		name = "ListBucket"
	}
	return in.prefix() + ":" + name
}

// refusal is an error before the action: in each protocol it goes by another name.
func (in incoming) refusal(code, message string) error {
	e := &apiError{status: http.StatusBadRequest, code: code, query: strings.TrimSuffix(code, "Exception"), message: message}
	switch {
	case in.service == "s3":
		e.code = e.query
		e.status = http.StatusForbidden
		if code == "ThrottlingException" {
			e.code, e.query, e.status = "SlowDown", "SlowDown", http.StatusServiceUnavailable
		}
		if code == "InvalidSignatureException" {
			e.code, e.query = "RequestTimeTooSkewed", "RequestTimeTooSkewed"
		}
	case code == "AccessDeniedException" && in.service == "sns":
		e.query = "AuthorizationError"
	case code == "InvalidSignatureException":
		e.query = "SignatureDoesNotMatch"
	}
	return e
}

// asAPIError makes an answer of any error; what is none yet is the server's fault.
func asAPIError(err error) *apiError {
	var e *apiError
	if errors.As(err, &e) {
		return e
	}
	return &apiError{status: http.StatusInternalServerError, code: "InternalFailure", message: err.Error()}
}
