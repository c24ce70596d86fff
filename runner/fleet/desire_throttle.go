package fleet

import (
	"plimsoll/dsl/plan"
)

// rateRule is where a rate rule's own settings are.
const rateRule = "RateBasedStatement"

// throttle sets the rate rule of ours in a web ACL that is there. Rules have no tags: its name says whose it is.
func (d *desire) throttle() {
	want, seen := d.desired.Throttle, d.seen.Throttle
	switch {
	case want == nil || d.unseen(HiddenThrottle):
		return
	case seen == nil:
		d.refuse("throttle", "the web ACL was not looked at", "grant wafv2:GetWebACL and wafv2:GetWebACLForResource")
		return
	case seen.Missing != "":
		d.refuse("throttle", Line(seen.Missing), "name a web ACL that is there in throttle { web_acl }: Plimsoll makes none")
		return
	}
	name := RuleName(d.want, want)
	if seen.Document != nil && seen.Document.at("Statement", rateRule) == nil && !d.want.ECS.Adopt {
		d.foreign("throttle", "a rule "+name+" that limits no rate")
		return
	}
	e := edited("throttle", seen.Document, Document{"Name": name, "VisibilityConfig": map[string]any{
		"CloudWatchMetricsEnabled": true, "MetricName": name, "SampledRequestsEnabled": true,
	}})
	e.rate(want)
	e.made("throttle", name)
	d.add(KindThrottle, seen.WebACL+"/"+name, e)
}

// rate sets what the rule limits and what it then does.
// https://docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatement.html
func (e *edit) rate(want *plan.Throttle) {
	const defaultWindow = 300
	e.set("rate", " requests", want.Rate, "Statement", rateRule, "Limit")
	e.orDefault("window", " s", seconds(want.Window), defaultWindow, "Statement", rateRule, "EvaluationWindowSec")
	key := "IP"
	if want.Per == "forwarded_ip" {
		key = "FORWARDED_IP"
	}
	e.set("per", "", key, "Statement", rateRule, "AggregateKeyType")
	if statement := Document(e.after.at("Statement", rateRule).(map[string]any)); key == "IP" {
		delete(statement, "ForwardedIPConfig")
	} else if statement["ForwardedIPConfig"] == nil {
		statement.put(map[string]any{"HeaderName": "X-Forwarded-For", "FallbackBehavior": "NO_MATCH"}, "ForwardedIPConfig")
	}
	e.action(want.Block)
	if e.before == nil && want.Priority > 0 {
		e.set("priority", "", want.Priority, "Priority")
	}
}

// action sets whether the rule blocks or counts.
func (e *edit) action(block bool) {
	now, next := "", "Count"
	for _, name := range []string{"Allow", "Block", "Captcha", "Challenge", "Count"} {
		if e.after.at("Action", name) != nil {
			now = name
		}
	}
	if block {
		next = "Block"
	}
	if now != next {
		e.after.put(map[string]any{next: map[string]any{}}, "Action")
		e.note("action", now, next)
	}
}
