package fleet

import "slices"

// What a Hidden can be about.
const (
	HiddenAccount        = "account"
	HiddenCluster        = "cluster settings"
	HiddenService        = "service"
	HiddenRevision       = "service revision" // resolution of its metrics
	HiddenTaskDefinition = "task definition"
	HiddenTasks          = "tasks"
	HiddenTarget         = "scalable target"
	HiddenPolicies       = "scaling policies"
	HiddenScheduled      = "scheduled actions"
	HiddenActivities     = "scaling activities"
	HiddenAlarms         = "alarms"
	HiddenAlarmTags      = "tags of alarms" // whether they bear our mark
	HiddenBalancers      = "load balancers"
	HiddenHealth         = "target health"
	HiddenThrottle       = "web ACL"
	HiddenBudgets        = "budgets"
	HiddenDashboards     = "dashboards"
	HiddenTopics         = "subscriptions of topics"
	HiddenUnplanned      = "services of the cluster"
	HiddenMetrics        = "metrics"
)

// Hides reports whether something about a service, by its title, could not be read, and why: what the state then says of it
// means nothing. The title "" is the account as a whole.
func (s *State) Hides(service, what string) (Hidden, bool) {
	i := slices.IndexFunc(s.Hidden, func(h Hidden) bool { return h.What == what && (h.Service == service || h.Service == "") })
	if i < 0 {
		return Hidden{}, false
	}
	return s.Hidden[i], true
}

// withheld tells why a part of a service, or of the account for "", could not be read; "" if it could.
func (s *State) withheld(title, part string) string {
	switch h, is := s.Hides(title, part); {
	case !is:
		return ""
	case h.Permission != "":
		return h.What + " could not be read: " + h.Permission + " is missing"
	default:
		return h.What + " could not be read: " + Line(h.Reason)
	}
}
