package cloud

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"
	waftypes "github.com/aws/aws-sdk-go-v2/service/wafv2/types"

	"plimsoll/runner/fleet"
)

// defaultWindow is that of a rate rule that names none, in seconds.
// https://docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatement.html
const defaultWindow = 300

// readThrottles reads the web ACLs of services whose plan has a throttle.
func (s *survey) readThrottles(ctx context.Context) {
	throttled := slices.DeleteFunc(s.there(), func(b *subject) bool { return b.plan.Desired == nil || b.plan.Desired.Throttle == nil })
	each(throttled, func(b *subject) {
		found, err := s.throttle(ctx, b)
		if err != nil {
			s.hide(fleet.HiddenThrottle, err, b)
			return
		}
		b.Throttle = found
	})
}

// throttle finds the rule in the web ACL that the plan names: by its ARN, or by its name among those that protect the load
// balancers of the service.
func (s *survey) throttle(ctx context.Context, b *subject) (*fleet.Throttle, error) {
	wanted := b.plan.Desired.Throttle
	protecting, err := s.protecting(ctx, b)
	if err != nil {
		return nil, err
	}
	isIt := func(w *waftypes.WebACL) bool {
		return aws.ToString(w.ARN) == wanted.WebACL || aws.ToString(w.Name) == wanted.WebACL
	}
	if i := slices.IndexFunc(protecting, isIt); i >= 0 {
		return throttleFrom(protecting[i], true, fleet.RuleName(b.plan, wanted)), nil
	}
	w, ok := parseACL(wanted.WebACL)
	if !ok {
		why := fmt.Sprintf("no load balancer of the service is protected by a web ACL %s: name it by its ARN if it is elsewhere", wanted.WebACL)
		return &fleet.Throttle{Missing: why}, nil
	}
	out, err := s.webACL(ctx, w)
	switch {
	case hasCode(err, "WAFNonexistentItemException"):
		return &fleet.Throttle{Missing: "there is no web ACL " + wanted.WebACL}, nil
	case err != nil:
		return nil, err
	}
	return throttleFrom(out.WebACL, false, fleet.RuleName(b.plan, wanted)), nil
}

// protecting are the web ACLs in front of a service. Network load balancers have none.
func (s *survey) protecting(ctx context.Context, b *subject) ([]*waftypes.WebACL, error) {
	var found []*waftypes.WebACL
	for _, balancer := range b.Balancers {
		if balancer.Type != "application" {
			continue
		}
		out, err := s.waf.GetWebACLForResource(ctx, &wafv2.GetWebACLForResourceInput{ResourceArn: aws.String(balancer.ARN)})
		if err != nil {
			return nil, err
		}
		if out.WebACL != nil {
			found = append(found, out.WebACL)
		}
	}
	return found, nil
}

// parseACL reads arn:aws:wafv2:<region>:<account>:<regional or global>/webacl/<name>/<id>.
func parseACL(arn string) (webACL, bool) {
	parts := strings.Split(arn, "/")
	if !strings.HasPrefix(arn, "arn:") || len(parts) != 4 || parts[1] != "webacl" {
		return webACL{}, false
	}
	w := webACL{name: parts[2], id: parts[3], scope: waftypes.ScopeRegional}
	if strings.HasSuffix(parts[0], ":global") {
		w.scope = waftypes.ScopeCloudfront
	}
	return w, true
}

func throttleFrom(w *waftypes.WebACL, attached bool, rule string) *fleet.Throttle {
	scope := waftypes.ScopeRegional
	if parsed, ok := parseACL(aws.ToString(w.ARN)); ok {
		scope = parsed.scope
	}
	made := &fleet.Throttle{
		WebACL: aws.ToString(w.Name) + "|" + string(scope) + "|" + aws.ToString(w.Id), Attached: attached, Rule: rule,
	}
	i := slices.IndexFunc(w.Rules, func(r waftypes.Rule) bool { return aws.ToString(r.Name) == rule })
	if i < 0 {
		return made
	}
	r := w.Rules[i]
	made.Document = documentOfThrottle(r)
	made.Block = r.Action != nil && r.Action.Block != nil
	if r.Statement == nil || r.Statement.RateBasedStatement == nil {
		return made
	}
	rated := r.Statement.RateBasedStatement
	made.Rate, made.Per = int(aws.ToInt64(rated.Limit)), strings.ToLower(string(rated.AggregateKeyType))
	made.Window = time.Duration(rated.EvaluationWindowSec) * time.Second
	if made.Window == 0 {
		made.Window = defaultWindow * time.Second
	}
	return made
}
