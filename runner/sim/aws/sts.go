package aws

import (
	"strings"
	"time"
)

// stsOperations is what the simulated STS can do.
// https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html
var stsOperations = map[string]operation{
	"GetCallerIdentity": on((*model).getCallerIdentity),
	"AssumeRole":        on((*model).assumeRole),
}

type callerIdentity struct {
	Account string `json:"Account"`
	Arn     string `json:"Arn"`
	UserID  string `json:"UserId"`
}

// getCallerIdentity tells the account of the role that was assumed, or the server's.
func (m *model) getCallerIdentity(*nothing) (callerIdentity, error) {
	account := m.caller
	byDefault(&account, m.options.Account)
	who := identity{account: m.caller}
	return callerIdentity{Account: account, Arn: who.arn(m.options.Account), UserID: "AIDASIMULATED"}, nil
}

type roleRequest struct {
	RoleArn         string `json:"RoleArn"`
	RoleSessionName string `json:"RoleSessionName"`
	DurationSeconds int    `json:"DurationSeconds"`
}

type roleAnswer struct {
	Credentials     roleCredentials `json:"Credentials"`
	AssumedRoleUser assumedRole     `json:"AssumedRoleUser"`
}

type roleCredentials struct {
	AccessKeyID     string `json:"AccessKeyId"`
	SecretAccessKey string `json:"SecretAccessKey"`
	SessionToken    string `json:"SessionToken"`
	Expiration      Time   `json:"Expiration"`
}

type assumedRole struct {
	Arn           string `json:"Arn"`
	AssumedRoleID string `json:"AssumedRoleId"`
}

const roleParts = 6 // of a role's ARN; the account is the fifth

// assumeRole hands out credentials that stand for the role's account. They last by the wall clock,
// because that is what a client goes by. Every role sees the same resources.
func (m *model) assumeRole(in *roleRequest) (roleAnswer, error) {
	parts := strings.SplitN(in.RoleArn, ":", roleParts)
	if len(parts) != roleParts || parts[2] != "iam" || !accountPattern.MatchString(parts[4]) || !strings.HasPrefix(parts[5], "role/") || in.RoleSessionName == "" {
		return roleAnswer{}, badRequest("%q is not the ARN of a role, or RoleSessionName is missing", in.RoleArn)
	}
	byDefault(&in.DurationSeconds, int(time.Hour/time.Second))
	return roleAnswer{
		Credentials: roleCredentials{
			AccessKeyID: rolePrefix + parts[4], SecretAccessKey: "simulated", SessionToken: m.hex(),
			Expiration: Time{time.Now().Add(time.Duration(min(in.DurationSeconds, 12*60*60)) * time.Second)},
		},
		AssumedRoleUser: assumedRole{
			Arn:           "arn:aws:sts::" + parts[4] + ":assumed-role/" + lastPart(parts[5]) + "/" + in.RoleSessionName,
			AssumedRoleID: "AROASIMULATED:" + in.RoleSessionName,
		},
	}, nil
}
