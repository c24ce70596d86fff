package language

// desired are the blocks that say how an ECS service should be set up.
func desired() []Block {
	least := Attribute{Name: "min", Type: Count, Max: 5000, Unit: "tasks", Doc: "The fewest.", Example: `min = 1`}
	most := Attribute{Name: "max", Type: Count, Min: 1, Max: 5000, Unit: "tasks", Doc: "The most.", Example: `max = 50`}
	required := func(a Attribute) Attribute { a.Required = true; return a }
	return []Block{{
		Name: "desired", Single: true,
		Doc: "How the ECS service should be set up: `review` compares with it, and `adjust` brings it about. What is left out is not managed, and never deleted. " +
			"Image, environment, secrets, roles, network and load balancer are never touched.",
		Example: "desired {\n  cpu      = 1024\n  memory   = 2048\n  tasks    = { min = 1, max = 50 }\n  cooldown = { out = \"0s\", in = \"600s\" }\n" +
			"  track \"cpu\" { target = \"65%\" }\n  alarm \"high_cpu\" {\n    metric = \"CPUUtilization\"\n    above  = \"85%\"\n  }\n}",
		Attributes: []Attribute{
			{Name: "cpu", Type: Count, Min: 1, Max: 192 << 10, Unit: "CPU units, 1024 to a vCPU", Doc: "Of a task. On Fargate it must go with the memory.", Example: `cpu = 1024`},
			{Name: "memory", Type: Count, Min: 1, Max: 4 << 20, Unit: "MiB", Doc: "Of a task.", Example: `memory = 2048`},
			{Name: "nofile", Type: Count, Min: 1024, Max: 1 << 20, Unit: "open files", Doc: "Open files that the container may hold; each connection is one.", Example: `nofile = 65536`},
			{Name: "tasks", Type: Object, Fields: []Attribute{required(least), required(most)}, Doc: "Between which numbers of tasks it is scaled.", Example: `tasks = { min = 1, max = 50 }`},
			{Name: "cooldown", Type: Object, Fields: []Attribute{
				{Name: "out", Type: Duration, Required: true, Max: 86400, Doc: "After tasks were added, until more may be.", Example: `out = "0s"`},
				{Name: "in", Type: Duration, Required: true, Max: 86400, Doc: "After tasks were taken away, until more may be.", Example: `in = "600s"`},
			}, Doc: "How long scaling waits after scaling, in whole seconds. AWS's own are 300 s each. `0s` is no instant scaling: an alarm takes minutes by itself.", Example: `cooldown = { out = "0s", in = "600s" }`},
			{Name: "container_insights", Type: Bool, Doc: "Whether Container Insights is on for the cluster, which is billed, and counts tasks and network.", Example: `container_insights = true`},
			{Name: "platform", Type: Constant, Doc: "Version of the Fargate platform.", Example: `platform = "1.4.0"`},
			{Name: "capacity_provider", Type: Constant, Doc: "`FARGATE`, `FARGATE_SPOT` or another.", Example: `capacity_provider = "FARGATE_SPOT"`},
		},
		Blocks: []string{"track", "scheduled", "alarm", "throttle"},
	}, {
		Name: "track", Label: "what", Labels: []string{"cpu", "memory", "requests", "connections", "custom"},
		Meant: map[string]string{"value": "target", "at": "target"},
		Doc: "A target-tracking policy. The label is what it follows: `cpu`, `memory`, `requests` (per target of the load balancer and minute), " +
			"`connections` (active at the load balancer, per running task) or `custom`, with a `metric` block.",
		Example: "track \"cpu\" { target = \"65%\" }",
		Attributes: []Attribute{
			{Name: "target", Type: Any, Required: true, Doc: "What is aimed at: a percentage for `cpu` and `memory`, a number for the others.", Example: `target = "65%"`},
			{Name: "high_resolution", Type: Bool, Default: "false", Doc: "Follow metrics of 20 s in place of 60 s; of `cpu` and `memory` only.", Example: `high_resolution = true`},
			named("`<cluster>-<service>-<label>`, where it is to be made; one that follows the same metric keeps its own", `name = "web-cpu"`),
		},
		Blocks: []string{"metric"},
	}, {
		Name: "scheduled", Label: "name",
		Doc:     "A scheduled action: new bounds at a time. AWS lets no mark be put on it: one of its name is taken for ours.",
		Example: "scheduled \"launch\" {\n  schedule = \"at(2026-12-01T08:00:00)\"\n  timezone = \"Europe/Berlin\"\n  min      = 10\n}",
		Attributes: []Attribute{
			{Name: "schedule", Type: Constant, Required: true, Doc: "`at(yyyy-mm-ddThh:mm:ss)`, `rate(n minutes|hours|days)` or `cron(minute hour day month weekday year)`.", Example: `schedule = "cron(0 7 ? * MON-FRI *)"`},
			{Name: "timezone", Type: Constant, Default: `"UTC"`, Doc: "Of `at` and `cron`.", Example: `timezone = "Europe/Berlin"`},
			least, most, named("`<cluster>-<service>-<label>`", `name = "web-morning"`),
		},
	}, {
		Name: "throttle", Single: true,
		Doc:     "A rate rule of ours in a web ACL that is there already; no web ACL is made, and none is put before anything. AWS lets no mark be put on it: one of its name is taken for ours.",
		Example: "throttle {\n  web_acl = \"edge\"\n  rate    = 2000\n}",
		Attributes: []Attribute{
			{Name: "web_acl", Type: Constant, Required: true, Doc: "Name or ARN of the web ACL.", Example: `web_acl = "edge"`},
			{Name: "rate", Type: Count, Required: true, Min: 10, Max: 2_000_000_000, Unit: "requests", Doc: "What one address may send within the window.", Example: `rate = 2000`},
			{Name: "window", Type: Duration, Default: `"300s"`, Doc: "60, 120, 300 or 600 s.", Example: `window = "60s"`},
			{Name: "per", Type: Choice, Values: []string{"ip", "forwarded_ip"}, Default: `"ip"`, Doc: "What tells senders apart: the address of the connection, or that in X-Forwarded-For.", Example: `per = "forwarded_ip"`},
			{Name: "action", Type: Choice, Values: []string{"count", "block"}, Default: `"count"`, Doc: "What becomes of requests beyond it.", Example: `action = "block"`},
			{Name: "priority", Type: Count, Max: 2_000_000_000, Doc: "Of the rule, where it is to be made; without it, behind all others.", Example: `priority = 10`},
			named("`<cluster>-<service>-throttle`", `name = "web-rate"`),
		},
	}}
}
