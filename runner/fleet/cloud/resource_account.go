package cloud

import (
	"context"
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
	c.account = aws.ToString(out.Account)
	return c.account, nil
}
