package fleet

import (
	"slices"
	"strings"
)

// service sets what the service itself carries. It follows its task definition, and shrinks where that one does.
func (d *desire) service() {
	e := edited("", d.seen.Document, Document{"cluster": d.seen.Cluster.Name, "service": d.seen.Name})
	if d.renewed {
		e.after.put(Registered, "taskDefinition")
		e.note("task definition", Line(lastPart(e.before.text("taskDefinition"))), "a new revision")
		e.shrinks = d.shrunk
	}
	d.platform(e)
	d.provider(e)
	d.resolution(e)
	if bounds := d.desired.Tasks; bounds != nil && d.seen.Desired < bounds.Min {
		e.set("desired tasks", "", bounds.Min, "desiredCount")
	}
	d.add(KindService, d.seen.Ref().ID, e)
}

// platform sets the version of the Fargate platform, which tasks on instances have not.
func (d *desire) platform(e *edit) {
	want := d.desired.Platform
	switch launch := d.seen.LaunchType; {
	case want == "":
	case launch == "EC2" || launch == "EXTERNAL":
		d.refuse("platform", "its tasks run on instances, and only Fargate has platform versions", "leave platform out")
	default:
		e.orDefault("platform", "", want, "LATEST", "platformVersion")
	}
}

// provider makes one capacity provider the only one. The launch type Fargate is the provider of that name.
func (d *desire) provider(e *edit) {
	want := d.desired.CapacityProvider
	names := e.after.providers()
	if len(names) == 0 && d.seen.LaunchType != "" {
		names = append(names, d.seen.LaunchType)
	}
	if want == "" || slices.Equal(names, []string{want}) {
		return
	}
	e.after.put([]any{map[string]any{"capacityProvider": want, "weight": 1, "base": 0}}, strategy)
	e.note("capacity provider", Line(strings.Join(names, ", ")), want)
}

// strategy is where the document of a service says which capacity providers its tasks run on.
const strategy = "capacityProviderStrategy"

// providers are the names of those capacity providers.
func (d Document) providers() []string {
	var names []string
	for _, item := range objects(d.list(strategy)) {
		names = append(names, item.text("capacityProvider"))
	}
	return names
}

// fineSeconds is the resolution that ECS measures utilization with if asked to.
const fineSeconds = 20

// resolution asks for the metrics that high-resolution tracks follow.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_MetricConfiguration.html
func (d *desire) resolution(e *edit) {
	var lacking []any
	have, all := d.fine(e)
	for _, t := range d.desired.Tracks {
		if name := utilizations[t.Kind]; t.HighResolution && name != "" && !slices.Contains(have, name) {
			lacking = append(lacking, name)
		}
	}
	if len(lacking) == 0 || d.unseen(HiddenRevision) {
		return
	}
	e.after.put(append(all, map[string]any{"metricNames": lacking, "resolutionSeconds": fineSeconds}), "monitoring", "metricConfigurations")
	e.note("metric resolution", "60 s", "20 s")
}

// fine lists the metrics that have high resolution, and every configuration.
func (d *desire) fine(e *edit) (names []string, all []any) {
	all = e.after.list("monitoring", "metricConfigurations")
	for _, c := range objects(all) {
		if !same(c["resolutionSeconds"], fineSeconds) {
			continue
		}
		for _, name := range c.list("metricNames") {
			names = append(names, shown(name, ""))
		}
	}
	return names, all
}
