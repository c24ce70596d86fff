package cloud

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"
	waftypes "github.com/aws/aws-sdk-go-v2/service/wafv2/types"

	"plimsoll/runner/fleet"
)

// documentOfThrottle is one rule, as UpdateWebACL has it in Rules.
func documentOfThrottle(r waftypes.Rule) fleet.Document { return encode(r, asInGo) }

// A webACL is where a rule is.
type webACL struct {
	name, id string
	scope    waftypes.Scope
	rule     string
}

// parseRule reads name|scope|id/rule.
func parseRule(ref string) (webACL, error) {
	acl, rule, ok := strings.Cut(ref, "/")
	parts := strings.Split(acl, "|")
	if !ok || len(parts) != 3 {
		return webACL{}, fmt.Errorf("%q must be <web ACL's name>|<scope>|<id>/<rule>", ref)
	}
	return webACL{name: parts[0], scope: waftypes.Scope(parts[1]), id: parts[2], rule: rule}, nil
}

// region makes calls about CloudFront's web ACLs go where those live.
// https://docs.aws.amazon.com/waf/latest/developerguide/how-aws-waf-works-resources.html
func (w webACL) region(o *wafv2.Options) {
	if w.scope == waftypes.ScopeCloudfront {
		o.Region = "us-east-1"
	}
}

func (c *clients) webACL(ctx context.Context, w webACL) (*wafv2.GetWebACLOutput, error) {
	return c.waf.GetWebACL(ctx, &wafv2.GetWebACLInput{Name: &w.name, Id: &w.id, Scope: w.scope}, w.region)
}

func (w webACL) index(rules []waftypes.Rule) int {
	return slices.IndexFunc(rules, func(r waftypes.Rule) bool { return aws.ToString(r.Name) == w.rule })
}

func readThrottle(ctx context.Context, c *clients, id string) (fleet.Document, error) {
	w, err := parseRule(id)
	if err != nil {
		return nil, err
	}
	out, err := c.webACL(ctx, w)
	if hasCode(err, "WAFNonexistentItemException") {
		return nil, nil
	}
	if err != nil {
		return nil, told(err)
	}
	i := w.index(out.WebACL.Rules)
	if i < 0 {
		return nil, nil
	}
	return documentOfThrottle(out.WebACL.Rules[i]), nil
}

func writeThrottle(ctx context.Context, c *clients, id string, d fleet.Document) (string, error) {
	return "", c.changeRules(ctx, id, func(w webACL, rules []waftypes.Rule) ([]waftypes.Rule, error) {
		rule := waftypes.Rule{Priority: behind(rules)}
		i := w.index(rules)
		if i >= 0 {
			rule.Priority = rules[i].Priority
		}
		if err := decode(d, asInGo, &rule); err != nil {
			return nil, err
		}
		rule.Name = &w.rule
		switch {
		case i < 0:
			return append(rules, rule), nil
		case documentOfThrottle(rules[i]).Equal(documentOfThrottle(rule)):
			return nil, nil
		}
		rules[i] = rule
		return rules, nil
	})
}

// behind is a priority after those of all rules.
func behind(rules []waftypes.Rule) int32 {
	last := int32(-1)
	for _, r := range rules {
		last = max(last, r.Priority)
	}
	return last + 1
}

func removeThrottle(ctx context.Context, c *clients, id string) error {
	err := c.changeRules(ctx, id, func(w webACL, rules []waftypes.Rule) ([]waftypes.Rule, error) {
		if i := w.index(rules); i >= 0 {
			return slices.Delete(rules, i, i+1), nil
		}
		return nil, nil
	})
	if hasCode(err, "WAFNonexistentItemException") {
		return nil
	}
	return err
}

// lockAttempts is how often a web ACL is read again because somebody else has written it meanwhile.
const lockAttempts = 5

// changeRules writes a web ACL as it is but for its rules; nil rules need no writing.
func (c *clients) changeRules(ctx context.Context, id string, change func(webACL, []waftypes.Rule) ([]waftypes.Rule, error)) error {
	w, err := parseRule(id)
	if err != nil {
		return err
	}
	for range lockAttempts {
		out, err := c.webACL(ctx, w)
		if err != nil {
			return told(err)
		}
		rules, err := change(w, out.WebACL.Rules)
		if rules == nil || err != nil {
			return err
		}
		in := settingsOf[wafv2.UpdateWebACLInput](out.WebACL)
		in.Scope, in.LockToken, in.Rules = w.scope, out.LockToken, rules
		_, err = c.waf.UpdateWebACL(ctx, in, w.region)
		if !hasCode(err, "WAFOptimisticLockException") {
			return told(err)
		}
	}
	return errors.New("somebody else keeps writing the web ACL: try again when they have finished")
}
