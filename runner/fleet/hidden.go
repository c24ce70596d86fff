package fleet

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

// Hides reports whether something about a service, by its title, could not be read: what the state then says of it means
// nothing. The title "" is the account as a whole.
func (s *State) Hides(service, what string) bool {
	for _, h := range s.Hidden {
		if h.What == what && (h.Service == service || h.Service == "") {
			return true
		}
	}
	return false
}
