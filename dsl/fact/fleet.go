package fact

// scaling are the events of a scaling, in the order in which they come.
var scaling = []struct{ name, doc string }{
	{"alarm", "the alarm of its policy fired"},
	{"activity", "Application Auto Scaling acted"},
	{"desired", "the desired count changed"},
	{"running", "the running count changed"},
	{"healthy", "a new task was healthy behind the load balancer"},
	{"first_answer", "the first successful operation that began once a new task was healthy had ended"},
}

// ofFleet is the vocabulary of ECS, of CloudWatch and of what is required. All of it is over the whole scenario.
func ofFleet() []entry {
	all := []entry{
		ecs("desired", Count, "tasks that ECS should run, at the end", ">= 1"),
		ecs("running", Count, "tasks that run, at the end", ">= 1"),
		ecs("pending", Count, "tasks that are being started, at the end", "== 0"),
		ecs("min", Count, "fewest tasks that scaling may leave, at the end", ">= 1"),
		ecs("max", Count, "most tasks that scaling may bring, at the end", "<= 50"),
		ecs("tasks.min", Count, "fewest tasks that ran", ">= 1"),
		ecs("tasks.mean", Count, "mean number of tasks that ran", "< 10"),
		ecs("tasks.max", Count, "most tasks that ran", "<= 50"),
		ecs("tasks.first", Count, "tasks that ran at the start", "== 1"),
		ecs("tasks.last", Count, "tasks that ran at the end", "== 1"),
		ecs("healthy.min", Count, "fewest tasks that were healthy behind the load balancer", ">= 1"),
		ecs("healthy.last", Count, "tasks that were healthy behind the load balancer at the end", ">= 1"),
		ecs("cpu.mean", Ratio, "mean CPU utilization of the service", "< 65%"),
		ecs("cpu.max", Ratio, "highest CPU utilization of a period", "< 90%"),
		ecs("memory.mean", Ratio, "mean memory utilization of the service", "< 70%"),
		ecs("memory.max", Ratio, "highest memory utilization of a period", "< 90%"),
		ecs("network.received", Bytes, "bytes that its tasks received; needs Container Insights", "< 10GB"),
		ecs("network.sent", Bytes, "bytes that its tasks sent; needs Container Insights", "< 10GB"),
		ecs("stable", Bool, "whether no deployment was under way, and none had failed, all along", ""),
		ecs("deployments", Count, "most deployments at once; 1 is none under way", "== 1"),
		ecs("alarms.firing", Count, "most alarms in ALARM at once, those of target tracking left out", "== 0"),
		ecs("revision", Count, "revision of the task definition, at the end", ">= 21"),
		ecs("stopped", Count, "tasks that stopped though neither scaling nor a deployment asked for it", "== 0"),
		ecs("scaling.activities", Count, "scaling activities", ">= 1"),
		ecs("scaling.flaps", Count, "scalings that one in the other direction undid within the cooldown", "== 0"),
		ecs("scaling.at_max", Time, "plan time with as many tasks as there may be", "== 0s"),
		ecs("scaling.cooldowns_kept", Bool, "whether scaling kept its cooldowns", ""),
		ecs("cost.per_hour", Money, "mean cost of its tasks by the hour", "< $5"),
		ecs("cost.run", Money, "what its tasks cost during the scenario, in plan time", "< $1"),
		ecs("cost.per_1000_users", Money, "cost by the hour for a thousand users at once, at the peak", "< $3"),
	}
	for _, s := range scaling {
		all = append(all, ecs("scale_out."+s.name, Time, "plan time from the load's step, which is the rise of a spike, the first step of a stress, or else the start, until "+s.doc+"; infinite if that never came", "< 7m"))
	}
	for _, s := range scaling[:4] { // no new task comes
		all = append(all, ecs("scale_in."+s.name, Time, "plan time from the end of the load's peak until, for tasks to be taken away, "+s.doc+"; infinite if that never came", "< 30m"))
	}
	return append(all, required()...)
}

func ecs(path string, d Dimension, doc, condition string) entry {
	path = "ecs.<service>." + path
	example := "ecs.self" + path[len("ecs.<service>"):]
	if condition != "" {
		example += " " + condition
	}
	return entry{path: path, dimension: d, where: ofScenario, doc: doc, example: example}
}

// required are the facts about metrics and requirements of the scenario's service.
func required() []entry {
	var all []entry
	add := func(path string, d Dimension, doc, example string) {
		all = append(all, entry{path: path, dimension: d, where: ofScenario, doc: doc, example: example})
	}
	for _, v := range []struct{ name, doc string }{{"min", "lowest"}, {"mean", "mean"}, {"max", "highest"}, {"last", "last"}} {
		add("metric.<metric>."+v.name, Count, v.doc+" value of a metric of CloudWatch that the service names, in its unit", "metric.db_cpu."+v.name+" < 80%")
	}
	for _, r := range []struct {
		name      string
		dimension Dimension
		doc       string
		condition string
	}{
		{"users", Count, "users at once on a normal day", ">= 100"},
		{"peak_users", Count, "users at once at the peak", ">= 500"},
		{"rate", Rate, "sessions started per second on a normal day", ">= 20/s"},
		{"peak_rate", Rate, "sessions started per second at the peak", ">= 200/s"},
		{"connections", Count, "connections held at once on a normal day", ">= 2000"},
		{"peak_connections", Count, "connections held at once at the peak", ">= 10000"},
		{"think", Time, "how long a user pauses between two actions", "<= 10s"},
	} {
		add("requirement."+r.name, r.dimension, "what the requirement of the scenario's service says: "+r.doc, "requirement."+r.name+" "+r.condition)
	}
	return all
}
