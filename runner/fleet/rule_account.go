package fleet

import (
	"fmt"
	"slices"
	"strings"

	"plimsoll/dsl/fact"
	"plimsoll/dsl/plan"
)

// estate is what belongs to no single service.
type estate struct {
	plan  *plan.Plan
	state *State
	costs []CostTable
}

// accountRules look at budgets, at who is told, and at what nobody planned.
func accountRules() []rule[*estate] {
	return []rule[*estate]{
		{"budget_missing", should, "No budget watches what the fleet costs.", needAccount(HiddenBudgets), noBudget},
		{"budget_caps_nothing", should, "All services at their maximum cost more than the budget, which alerts and stops nothing.", needPrice, weakBudget},
		{"budget_without_recipient", should, "A budget alerts nobody.", needAccount(HiddenBudgets), silentBudget},
		{"topic_unconfirmed", should, "A topic that alarms or budgets notify reaches nobody, or waits for confirmation.", needAccount(HiddenTopics), unconfirmed},
		{"unplanned_service", should, "The cluster holds a service that is neither in the plan nor exempt.", needAccount(HiddenUnplanned), unplanned},
	}
}

// needAccount asks for parts of the account.
func needAccount(parts ...string) need[*estate] {
	return func(a *estate) string {
		for _, part := range parts {
			if why := a.state.withheld("", part); why != "" {
				return why
			}
		}
		return ""
	}
}

// needPrice asks for something that has a price.
func needPrice(a *estate) string {
	if len(a.plan.Budgets) > 0 && !slices.ContainsFunc(a.costs, func(t CostTable) bool { return t.most() > 0 }) {
		return "no service could be priced"
	}
	return ""
}

// observed reports whether the plan has anything in AWS.
func (a *estate) observed() bool {
	return slices.ContainsFunc(a.plan.Services, func(s *plan.Service) bool { return s.ECS != nil })
}

func noBudget(a *estate) []remark {
	if !a.observed() || len(a.plan.Budgets) > 0 || slices.ContainsFunc(a.state.Budgets, func(b Budget) bool { return b.Document != nil }) {
		return nil
	}
	evidence := "the plan has no budget"
	for _, t := range a.costs {
		if most := t.most(); most > 0 {
			evidence += fmt.Sprintf("; at the maximum the fleet in %s costs %s a month", t.Region, fact.Money.Format(most))
		}
	}
	return says(evidence, `add budget "monthly" { limit, alert_at = ["50%", "80%"], notify }`)
}

func weakBudget(a *estate) []remark {
	var all []remark
	for _, b := range a.plan.Budgets {
		most := 0.0
		for _, t := range a.costs {
			if b.Account == "" || t.Account == "" || t.Account == b.Account {
				most += t.most()
			}
		}
		if most <= b.Limit {
			continue
		}
		all = append(all, remark{
			evidence:       fmt.Sprintf("budget %q of %s a month alerts and caps nothing: all services at their maximum cost %s", BudgetName(b), fact.Money.Format(b.Limit), fact.Money.Format(most)),
			recommendation: "lower the maxima of tasks, which do cap the cost, or raise the limit; in a run, guard { max_cost } ends the load",
		})
	}
	return all
}

func silentBudget(a *estate) []remark {
	var all []remark
	for _, b := range a.state.Budgets {
		planned := slices.ContainsFunc(a.plan.Budgets, func(p *plan.Budget) bool { return BudgetName(p) == b.Name && len(p.Notify) > 0 })
		if b.Document == nil || planned || len(b.Subscribers) > 0 && len(b.AlertAt) > 0 {
			continue
		}
		all = append(all, remark{
			evidence:       fmt.Sprintf("budget %q has %s and %s", Line(b.Name), plural(len(b.AlertAt), "alert"), plural(len(b.Subscribers), "recipient")),
			recommendation: "give it alert_at and notify",
		})
	}
	return all
}

func unconfirmed(a *estate) []remark {
	var all []remark
	for _, t := range a.state.Topics {
		m := remark{recommendation: "subscribe somebody to it: aws sns subscribe"}
		switch {
		case t.Missing:
			m.evidence = "topic " + Line(t.ARN) + " is not there, and is to be notified"
			m.recommendation = "make it, or mend its ARN in notify"
		case len(t.Unconfirmed) > 0:
			m.evidence = fmt.Sprintf("topic %s: %s did not confirm", Line(t.ARN), Line(strings.Join(t.Unconfirmed, ", ")))
			m.recommendation = "follow the link in the confirmation mail; until then no alert arrives"
		case len(t.Confirmed) == 0:
			m.evidence = "topic " + Line(t.ARN) + " has no subscription: its alerts reach nobody"
		default:
			continue
		}
		all = append(all, m)
	}
	return all
}

func unplanned(a *estate) []remark {
	var all []remark
	for _, name := range a.state.Unplanned {
		all = append(all, remark{
			evidence:       Line(name) + " is neither in the plan nor exempt",
			recommendation: "add it to the plan, or to fleet { exempt = { name = \"reason\" } }",
		})
	}
	return all
}
