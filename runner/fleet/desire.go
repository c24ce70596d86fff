package fleet

import "plimsoll/dsl/plan"

// desire is what a plan desires of one service, on its way to the changes that bring it about.
type desire struct {
	*maker
	want    *plan.Service
	desired *plan.Desired // of want
	seen    *Service
	renewed bool // the task definition gets a new revision
	shrunk  bool // and that one is smaller
	changes []Change
	refused []Refusal
}

// compare finds what differs, kind by kind.
func (d *desire) compare() {
	d.cluster()
	d.taskDefinition()
	d.service()
	d.target()
	d.tracks()
	d.scheduled()
	d.alarms()
	d.throttle()
}

// add takes an edit in which something differs.
func (d *desire) add(kind Kind, id string, e *edit) {
	if len(e.fields) > 0 {
		d.changes = append(d.changes, e.change(d.want.Title(), Ref{d.seen.Place, kind, id}))
	}
}

func (e *edit) change(service string, ref Ref) Change {
	return Change{Service: service, Ref: ref, Before: e.before.Clone(), After: e.after, Fields: e.fields, Shrinks: e.shrinks}
}

// insightsSetting is the cluster's setting that turns Container Insights on.
const insightsSetting = "containerInsights"

// cluster turns Container Insights on or off. Enhanced is on, too.
func (d *desire) cluster() {
	want, seen := d.desired.ContainerInsights, &d.seen.Cluster
	if want == nil || d.unseen(HiddenCluster) || *want == seen.insights() {
		return
	}
	value := "disabled"
	if *want {
		value = "enabled"
	}
	e := edited("", seen.Document, Document{"cluster": seen.Name})
	settings := []any{}
	for _, s := range objects(e.after.list("settings")) {
		if s.text("name") != insightsSetting {
			settings = append(settings, map[string]any(s))
		}
	}
	e.after.put(append(settings, map[string]any{"name": insightsSetting, "value": value}), "settings")
	e.note("Container Insights", Line(seen.Insights), value)
	e.shrinks = !*want
	d.add(KindCluster, seen.Name, e)
}

func (c *Cluster) insights() bool { return c.Insights == "enabled" || c.Insights == "enhanced" }

// insights reports whether Container Insights will be on once the plan is as desired: any service of the cluster may ask.
func (d *desire) insights() bool {
	on := d.seen.Cluster.insights()
	for _, other := range d.plan.Services {
		if seen := d.maker.seen(other); seen != nil && d.chosen(other) && other.Desired != nil && other.Desired.ContainerInsights != nil &&
			seen.Place == d.seen.Place && seen.Cluster.Name == d.seen.Cluster.Name {
			on = *other.Desired.ContainerInsights
		}
	}
	return on
}
