package cloud

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"plimsoll/runner/fleet"
)

// Account is the account that a place's credentials belong to, as STS says; it is asked until it has answered once. Whether
// that is the account that the place names is for the caller to judge.
func (c *Cloud) Account(ctx context.Context, place fleet.Place) (string, error) {
	at, err := c.at(ctx, place)
	if err != nil {
		return "", err
	}
	found, err := at.whoami(ctx)
	if err != nil {
		return "", fmt.Errorf("ask whose credentials these are: %w", err)
	}
	return found, nil
}

// whoami asks STS until it has answered once.
func (c *clients) whoami(ctx context.Context) (string, error) {
	c.identity.Lock()
	defer c.identity.Unlock()
	if c.account != "" {
		return c.account, nil
	}
	out, err := c.sts.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return "", told(err)
	}
	if c.account = aws.ToString(out.Account); c.account == "" {
		return "", errors.New("the answer names no account: check the proxy and AWS_ENDPOINT_URL")
	}
	return c.account, nil
}
