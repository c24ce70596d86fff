package dsl

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"plimsoll/dsl/language"
	"plimsoll/dsl/plan"
)

// ecs reads where the ECS service is found.
func (b *block) ecs() *plan.ECS {
	e := &plan.ECS{
		Cluster: b.resource("cluster", "ecs"), Service: b.resource("service", "ecs"), Region: b.region(), Account: b.account(),
		Profile: b.constant("profile"), Role: b.formed("role", roleForm, "ARN of a role"), Container: b.constant("container"),
		LoadBalancer: b.resource("load_balancer", "elasticloadbalancing"), TargetGroup: b.constant("target_group"),
		Adopt: b.bool("adopt"), Range: b.head,
	}
	if b.has("owner") {
		e.Owner = describe(b, "owner").Values[b.choice("owner")]
	}
	return e
}

// fleetOf reads what of a service is about AWS.
func (l *loader) fleetOf(b *block, s *plan.Service) {
	if inner := b.only("ecs"); inner != nil {
		s.ECS = inner.ecs()
	}
	for _, name := range []string{"desired", "guard", "metric"} {
		if inner := b.only(name); inner != nil && s.ECS == nil {
			inner.fail(fmt.Sprintf("%s without ecs", name), fmt.Sprintf("Say which ECS service stands behind %s: ecs { cluster = \"beta\", service = \"beta-web\" }.", s.Title()))
		}
	}
	if s.ECS == nil {
		return
	}
	if inner := b.only("desired"); inner != nil {
		s.Desired = inner.desired(s.ECS)
	}
	if inner := b.only("guard"); inner != nil {
		s.Guard = inner.guard()
	}
	for _, inner := range b.distinct("metric") {
		if inner.label == "" {
			inner.fail("a metric of a service needs a label", "Facts call it by that: metric \"db_cpu\" { … } is metric.db_cpu.")
		}
		s.Metrics = append(s.Metrics, inner.metric(s.ECS))
	}
}

// distinct returns the inner blocks of that name; of those with an equal label the first.
func (b *block) distinct(name string) []*block {
	var all []*block
	seen := map[string]hcl.Range{}
	for _, inner := range b.all(name) {
		if first, again := seen[inner.label]; again {
			inner.fail(fmt.Sprintf("a second %s %q in %s", name, inner.label, language.Article(b.schema.Name)), "The first stands at "+place(first)+".")
			continue
		}
		seen[inner.label] = inner.head
		all = append(all, inner)
	}
	return all
}

func (b *block) guard() *plan.Guard {
	if !b.has("max_tasks") && !b.has("max_cost") {
		b.fail("guard is empty", "Give max_tasks, max_cost or both.")
	}
	return &plan.Guard{MaxTasks: int(b.count("max_tasks")), MaxCost: b.number("max_cost"), Range: b.head}
}

// pairs reads an object of constant texts; nil where there is none.
func (b *block) pairs(name string) map[string]string {
	n, ok := b.at(name)
	if !ok {
		return nil
	}
	all := map[string]string{}
	members, _ := n.members()
	for _, m := range members {
		if text, ok := m.text(); ok {
			all[m.name] = text
		}
	}
	return all
}

// bindMirrors binds the services that others should be like, once all are read.
func (l *loader) bindMirrors(services []*block) {
	for _, b := range services {
		target, ok := b.reference("mirror")
		if !ok {
			continue
		}
		s, other := l.services[b], l.services[target]
		n, _ := b.at("mirror")
		switch {
		case s == other:
			n.fail("a service mirrors itself", "Name another one.")
		case s.ECS == nil || other.ECS == nil:
			n.fail(fmt.Sprintf("%s mirrors %s, and one of them has no ecs block", s.Title(), other.Title()), "Their ECS settings are compared: say which ECS service stands behind each.")
		default:
			s.Mirror = other
		}
	}
}

// account reads the blocks of the top level about AWS.
func (l *loader) account() {
	l.plan.Fleet = l.fleet()
	for _, b := range l.instances("budget") {
		l.plan.Budgets = append(l.plan.Budgets, b.budget())
	}
	for _, b := range l.instances("dashboard") {
		l.plan.Dashboards = append(l.plan.Dashboards, l.dashboard(b))
	}
}

// fleet reads the fleet block; nil without one.
func (l *loader) fleet() *plan.Fleet {
	b := l.top("fleet")
	if b == nil {
		return nil
	}
	f := &plan.Fleet{Clusters: b.resources("cluster", "ecs"), Region: b.region(), Exempt: b.pairs("exempt"), Simulate: string(b.file("simulate")), Range: b.head}
	if f.Simulate != "" && !json.Valid([]byte(f.Simulate)) {
		n, _ := b.at("simulate")
		n.fail("simulate holds no JSON", "It is what the describe calls of the AWS CLI print, put together: { \"clusters\": […], \"services\": […] }.")
	}
	for _, name := range slices.Sorted(maps.Keys(f.Exempt)) {
		if n, _ := b.at("exempt"); f.Exempt[name] == "" {
			n.fail(fmt.Sprintf("%s is exempt for no reason", name), "Say why: it is quoted wherever the fleet is signed off.")
		}
	}
	return f
}

func (l *loader) dashboard(b *block) *plan.Dashboard {
	d := &plan.Dashboard{Label: b.label, Name: b.constant("name"), Adopt: b.bool("adopt"), Range: b.head}
	for _, target := range b.references("services") {
		s := l.services[target]
		if s.ECS == nil {
			b.l.fail(b.rangeOf("services"), fmt.Sprintf("%s has no ecs block", s.Title()), "A dashboard shows ECS services.")
		}
		d.Services = append(d.Services, s)
	}
	return d
}

// budgetMost is how many alerts AWS takes of a budget, and who can be told of each.
// https://docs.aws.amazon.com/cost-management/latest/userguide/management-limits.html
const (
	budgetAlerts    = 5
	budgetAddresses = 10
)

func (b *block) budget() *plan.Budget {
	budget := &plan.Budget{
		Label: b.label, Name: b.constant("name"), Limit: b.number("limit"), AlertAt: b.percents("alert_at"), Account: b.account(),
		Adopt: b.bool("adopt"), Notify: b.recipients(), Range: b.head,
	}
	n, ok := b.at("alert_at")
	for i := range budget.AlertAt {
		if i > 0 && budget.AlertAt[i] <= budget.AlertAt[i-1] {
			n.fail("alert_at does not go up", "Write the shares in ascending order, each once.")
			break
		}
	}
	if ok && len(n.items()) == 0 {
		n.fail("alert_at is empty", example(describe(b, "alert_at")))
	}
	if len(budget.AlertAt) > budgetAlerts {
		n.fail(fmt.Sprintf("alert_at has %d shares, more than %d", len(budget.AlertAt), budgetAlerts), "AWS Budgets takes no more: leave some out.")
	}
	return budget
}

// recipients reads who a budget tells.
func (b *block) recipients() []string {
	n, ok := b.at("notify")
	if !ok {
		return b.planTopic("")
	}
	var all []string
	topics := 0
	for _, item := range n.items() {
		text, ok := item.text()
		switch {
		case !ok:
			continue
		case topicForm.MatchString(text):
			topics++
		case !mailForm.MatchString(text):
			item.fail(fmt.Sprintf("notify holds neither an e-mail address nor the ARN of a topic: %q", text), example(describe(b, "notify")))
		}
		all = append(all, text)
	}
	switch {
	case len(n.items()) == 0:
		n.fail("notify names nobody", example(describe(b, "notify")))
	case topics > 1:
		n.fail(fmt.Sprintf("notify names %d topics", topics), "AWS Budgets tells one: subscribe the others' readers to it.")
	case len(all)-topics > budgetAddresses:
		n.fail(fmt.Sprintf("notify names %d addresses, more than %d", len(all)-topics, budgetAddresses), "AWS Budgets takes no more: subscribe them to a topic, and name that.")
	}
	return all
}

// percents reads a list of percentages as ratios.
func (b *block) percents(name string) []float64 {
	n, ok := b.at(name)
	if !ok {
		return nil
	}
	var all []float64
	for _, item := range n.items() {
		if p, ok := item.percent(describe(b, name)); ok {
			all = append(all, p)
		}
	}
	return all
}
