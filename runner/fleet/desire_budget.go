package fleet

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"plimsoll/dsl/plan"
)

// account is what a plan desires of the account as a whole, on its way to the changes that bring it about.
type account struct {
	*maker
	changes []Change
	refused []Refusal
}

// account compares what belongs to no service: dashboards and budgets.
func (m *maker) account() {
	a := &account{maker: m}
	a.dashboards()
	a.budgets()
	m.take(a.changes, a.refused)
}

func (a *account) refuse(what, why, remedy string) {
	a.refused = append(a.refused, Refusal{"", what, why, remedy})
}

// unseen reports whether something of the account could not be read, and refuses what cannot be compared for that.
func (a *account) unseen(what string) bool {
	r, is := a.hides("", what)
	if is {
		a.refused = append(a.refused, r)
	}
	return is
}

// add takes an edit of what is ours, is to be made, or may be taken over; else it refuses.
func (a *account) add(ref Ref, what string, e *edit, ours, adopt bool) {
	switch {
	case len(e.fields) == 0:
	case e.before == nil || ours || adopt:
		a.changes = append(a.changes, e.change("", ref))
	default:
		a.refuse(what, Line(ref.ID)+" is there already, and is not Plimsoll's", adopting(strings.Fields(what)[0]))
	}
}

func (a *account) budgets() {
	if len(a.plan.Budgets) == 0 || a.unseen(HiddenBudgets) {
		return
	}
	for _, want := range a.plan.Budgets {
		what, name := "budget "+want.Label, BudgetName(want)
		i := slices.IndexFunc(a.state.Budgets, func(b Budget) bool {
			return b.Name == name && (want.Account == "" || b.Account == "" || b.Account == want.Account)
		})
		if i < 0 {
			a.refuse(what, "its account was not looked at", "say which account: budget { account }")
			continue
		}
		a.budget(want, &a.state.Budgets[i], what, name)
	}
}

// mostNotifications is how many a budget has room for.
const mostNotifications = 5

// budget sets limit and alerts. Alerts of another kind, such as those on a forecast, stay.
func (a *account) budget(want *plan.Budget, seen *Budget, what, name string) {
	id := cmp.Or(want.Account, seen.Account, seen.Place.Account)
	if id == "" {
		a.refuse(what, "its account is not known", "say which account: budget { account }")
		return
	}
	e := edited(what, seen.Document, Document{"AccountId": id, "Budget": map[string]any{
		"BudgetName": name, "BudgetType": "COST", "TimeUnit": "MONTHLY",
	}})
	if now, known := number(e.after.at("Budget", "BudgetLimit", "Amount")); !known || now != want.Limit {
		e.note("limit", shown(e.after.at("Budget", "BudgetLimit", "Amount"), " USD"), shown(want.Limit, " USD"))
		e.after.put(map[string]any{"Amount": strconv.FormatFloat(want.Limit, 'f', -1, 64), "Unit": "USD"}, "Budget", "BudgetLimit")
	}
	if count := e.alerts(want); count > mostNotifications {
		a.refuse(what, fmt.Sprintf("it would have %d alerts with those on other things, and AWS takes %d", count, mostNotifications),
			"ask for fewer in alert_at, or delete others")
		return
	}
	e.made(what, name)
	ours := marked(seen.Document, "ResourceTags")
	e.adopt(ours, want.Adopt, markOf(a.plan), "ResourceTags")
	place := seen.Place
	place.Account = id
	a.add(Ref{place, KindBudget, name}, what, e, ours, want.Adopt)
}

// alerts sets the notifications on what was spent, and counts all.
func (e *edit) alerts(want *plan.Budget) int {
	const under = "NotificationsWithSubscribers"
	var spent, others []any
	for _, n := range objects(e.after.list(under)) {
		if onSpent(objectOf(n["Notification"])) {
			spent = append(spent, map[string]any(n))
		} else {
			others = append(others, map[string]any(n))
		}
	}
	var wanted []any
	for _, share := range want.AlertAt {
		wanted = append(wanted, map[string]any{
			"Notification": map[string]any{
				"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": percent(share), "ThresholdType": "PERCENTAGE",
			},
			"Subscribers": subscribers(want.Notify),
		})
	}
	before, after := alertWords(spent), alertWords(wanted)
	if before != after {
		e.after.put(append(wanted, others...), under)
		e.note("alerts", Line(before), Line(after))
	}
	return len(wanted) + len(others)
}

// onSpent reports whether a notification is on a share of the limit that was spent.
func onSpent(n Document) bool {
	return n.text("NotificationType") == "ACTUAL" && n.text("ComparisonOperator") == "GREATER_THAN" && n.text("ThresholdType") != "ABSOLUTE_VALUE"
}

// objectOf is a value that is an object; nil of any other.
func objectOf(value any) map[string]any {
	object, _ := value.(map[string]any)
	return object
}

// subscribers are who is told, sorted by address.
func subscribers(notify []string) []any {
	all := []any{}
	for _, address := range slices.Sorted(slices.Values(notify)) {
		kind := "EMAIL"
		if strings.HasPrefix(address, "arn:") {
			kind = "SNS"
		}
		all = append(all, map[string]any{"SubscriptionType": kind, "Address": address})
	}
	return all
}

// alertWords says at which shares whom a budget tells, in an order that does not depend on AWS's.
func alertWords(notifications []any) string {
	shares := map[string][]float64{}
	for _, n := range objects(notifications) {
		var told []string
		for _, s := range objects(n.list("Subscribers")) {
			told = append(told, s.text("Address"))
		}
		slices.Sort(told)
		whom := strings.Join(told, " and ")
		share, _ := number(n.at("Notification", "Threshold"))
		shares[whom] = append(shares[whom], share)
	}
	var words []string
	for _, whom := range slices.Sorted(maps.Keys(shares)) {
		slices.Sort(shares[whom])
		words = append(words, shown(shares[whom], " %")+" to "+whom)
	}
	return strings.Join(words, "; ")
}
