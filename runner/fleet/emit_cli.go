package fleet

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// script is a change set as AWS CLI calls in a POSIX shell.
type script struct {
	set      *ChangeSet
	lines    []string
	revision int // of task definitions, so far
}

func (s *script) write() []byte {
	s.lines = append(s.lines, "#!/bin/sh")
	for _, l := range s.set.heading() {
		s.comment(l)
	}
	s.lines = append(s.lines, "set -eu")
	s.accounts()
	for i := range s.set.Changes {
		c := &s.set.Changes[i]
		s.lines = append(s.lines, "")
		s.comment(c.summary())
		s.change(c)
	}
	return []byte(strings.Join(s.lines, "\n") + "\n")
}

func (s *script) comment(text string) { s.lines = append(s.lines, "# "+text) }

// accounts stops the script where the credentials are somebody else's.
func (s *script) accounts() {
	var seen []Place
	for _, c := range s.set.Changes {
		p := c.Ref.Place
		if slices.Contains(seen, p) {
			continue
		}
		seen = append(seen, p)
		if p.Simulated {
			s.comment("The AWS of this plan is simulated: set AWS_ENDPOINT_URL to where it listens.")
		}
		if p.Role != "" {
			s.comment("Assume the role " + Line(p.Role) + " first.")
		}
		if p.Account != "" && !p.Simulated {
			s.lines = append(s.lines, fmt.Sprintf(`[ "$(aws sts get-caller-identity%s --query Account --output text)" = %s ] || { echo %s >&2; exit 1; }`,
				flags(p), quoted(p.Account), quoted("these are not the credentials of account "+Line(p.Account))))
		}
	}
}

func flags(p Place) string {
	text := ""
	if p.Region != "" {
		text += " --region " + quoted(p.Region)
	}
	if p.Profile != "" {
		text += " --profile " + quoted(p.Profile)
	}
	return text
}

// quoted is a text as one word of a POSIX shell.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// call is one AWS CLI call with all its input as JSON.
func (s *script) call(c *Change, command string, input any, more ...string) {
	words := append([]string{"aws " + command + flags(c.Ref.Place) + " --cli-input-json " + quoted(indented(input))}, more...)
	s.lines = append(s.lines, strings.Join(words, " "))
}

// Command is the command of the AWS CLI that takes a document of the kind with --cli-input-json, to make the resource or to
// write it again; "" for a rate rule, which is only written with its whole web ACL.
func (k Kind) Command() string {
	return map[Kind]string{
		KindCluster:         "ecs update-cluster-settings",
		KindTaskDefinition:  "ecs register-task-definition",
		KindService:         "ecs update-service",
		KindScalableTarget:  "application-autoscaling register-scalable-target",
		KindScalingPolicy:   "application-autoscaling put-scaling-policy",
		KindScheduledAction: "application-autoscaling put-scheduled-action",
		KindAlarm:           "cloudwatch put-metric-alarm",
		KindDashboard:       "cloudwatch put-dashboard",
		KindBudget:          "budgets create-budget",
	}[k]
}

func (s *script) change(c *Change) {
	switch kind := c.Ref.Kind; {
	case c.After == nil:
		s.remove(c)
	case kind == KindTaskDefinition:
		s.register(c)
	case kind == KindService:
		s.service(c)
	case kind == KindThrottle:
		s.throttle(c)
	case kind == KindBudget && c.Before != nil:
		s.budget(c)
	default:
		s.call(c, kind.Command(), c.After)
		if kind == KindAlarm && c.Before != nil && !same(c.Before["Tags"], c.After["Tags"]) {
			s.tagAlarm(c)
		}
	}
}

// register makes a revision from the one before, which is read when the script runs: so no environment stands in it.
func (s *script) register(c *Change) {
	s.revision++
	s.lines = append(s.lines,
		fmt.Sprintf("definition_%d=$(aws ecs describe-task-definition%s --task-definition %s --include TAGS --output json --query %s)",
			s.revision, flags(c.Ref.Place), quoted(c.Ref.ID), quoted(c.rewritten())),
		fmt.Sprintf(`revision_%d=$(aws ecs register-task-definition%s --cli-input-json "$definition_%d" --query taskDefinition.taskDefinitionArn --output text)`,
			s.revision, flags(c.Ref.Place), s.revision))
}

// rewritten is the JMESPath that makes the input of RegisterTaskDefinition from what DescribeTaskDefinition answers.
// https://jmespath.org/specification.html
func (c *Change) rewritten() string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(c.After)) {
		source := "taskDefinition." + name
		switch {
		case name == "tags":
			source = name
		case name == containersKey:
			for _, container := range c.resized() {
				patch := maps.Clone(container)
				delete(patch, "name")
				source += fmt.Sprintf("[].merge(@, name == %s && %s || %s)", literal(container["name"]), literal(patch), literal(Document{}))
			}
		case !same(c.After[name], c.Before[name]):
			source = literal(c.After[name])
		}
		parts = append(parts, name+": "+source)
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// literal is a value in JMESPath.
func literal(value any) string { return "`" + strings.ReplaceAll(compact(value), "`", "\\`") + "`" }

// service sends only what differs, as UpdateService leaves the rest alone, and waits until the deployment is over.
func (s *script) service(c *Change) {
	input := c.differing("cluster", "service")
	var more []string
	if input["taskDefinition"] == Registered {
		delete(input, "taskDefinition")
		more = append(more, fmt.Sprintf(`--task-definition "$revision_%d"`, s.revision))
	}
	if input["monitoring"] != nil {
		s.comment("Metrics every 20 s need an AWS CLI of June 2026 or newer.")
	}
	s.call(c, c.Ref.Kind.Command(), input, more...)
	s.lines = append(s.lines, fmt.Sprintf("aws ecs wait services-stable%s --cluster %s --services %s",
		flags(c.Ref.Place), quoted(c.After.text("cluster")), quoted(c.After.text("service"))))
}

// throttle says what to do by hand: UpdateWebACL takes the whole web ACL, which the change set does not have.
func (s *script) throttle(c *Change) {
	acl, rule, _ := strings.Cut(c.Ref.ID, "/")
	s.comment(Line("In the web ACL " + acl + ", put the rule " + rule + " (aws wafv2 get-web-acl, then update-web-acl with all its rules):"))
	for _, l := range strings.Split(indented(c.After), "\n") {
		s.comment(l)
	}
}

func (s *script) tagAlarm(c *Change) {
	s.lines = append(s.lines, fmt.Sprintf(
		"aws cloudwatch tag-resource%s --resource-arn \"$(aws cloudwatch describe-alarms%s --alarm-names %s --query 'MetricAlarms[0].AlarmArn' --output text)\" --tags %s",
		flags(c.Ref.Place), flags(c.Ref.Place), quoted(c.Ref.ID), quoted(compact(c.After["Tags"]))))
}

// budget changes a budget that is there: its notifications have calls of their own.
func (s *script) budget(c *Change) {
	const under = "NotificationsWithSubscribers"
	account, name := c.After["AccountId"], c.After.at("Budget", "BudgetName")
	if !same(c.Before["Budget"], c.After["Budget"]) {
		s.call(c, "budgets update-budget", Document{"AccountId": account, "NewBudget": c.After["Budget"]})
	}
	lacking := func(of, in Document) (all []Document) {
		for _, n := range objects(of.list(under)) {
			if !slices.ContainsFunc(objects(in.list(under)), func(other Document) bool { return same(map[string]any(n), map[string]any(other)) }) {
				all = append(all, n)
			}
		}
		return all
	}
	for _, n := range lacking(c.Before, c.After) {
		s.call(c, "budgets delete-notification", Document{"AccountId": account, "BudgetName": name, "Notification": n["Notification"]})
	}
	for _, n := range lacking(c.After, c.Before) {
		s.call(c, "budgets create-notification", Document{
			"AccountId": account, "BudgetName": name, "Notification": n["Notification"], "Subscribers": n["Subscribers"],
		})
	}
	if !same(c.Before["ResourceTags"], c.After["ResourceTags"]) {
		s.call(c, "budgets tag-resource", Document{
			"ResourceARN": fmt.Sprintf("arn:aws:budgets::%v:budget/%v", account, name), "ResourceTags": c.After["ResourceTags"],
		})
	}
}

// remove takes away what a rollback takes away.
func (s *script) remove(c *Change) {
	pick := func(names ...string) Document {
		made := Document{}
		for _, name := range names {
			made[name] = c.Before[name]
		}
		return made
	}
	switch c.Ref.Kind {
	case KindScalableTarget:
		s.call(c, "application-autoscaling deregister-scalable-target", pick("ServiceNamespace", "ResourceId", "ScalableDimension"))
	case KindScalingPolicy:
		s.call(c, "application-autoscaling delete-scaling-policy", pick("PolicyName", "ServiceNamespace", "ResourceId", "ScalableDimension"))
	case KindScheduledAction:
		s.call(c, "application-autoscaling delete-scheduled-action", pick("ScheduledActionName", "ServiceNamespace", "ResourceId", "ScalableDimension"))
	case KindAlarm:
		s.call(c, "cloudwatch delete-alarms", Document{"AlarmNames": []any{c.Ref.ID}})
	case KindDashboard:
		s.call(c, "cloudwatch delete-dashboards", Document{"DashboardNames": []any{c.Ref.ID}})
	case KindBudget:
		s.call(c, "budgets delete-budget", Document{"AccountId": c.Before["AccountId"], "BudgetName": c.Ref.ID})
	default:
		s.comment("Remove it by hand.")
	}
}
