package language

// named is the attribute of what AWS keeps under a name of its own.
func named(fallback, example string) Attribute {
	return Attribute{Name: "name", Type: Constant, Doc: "Its name in AWS; without it " + fallback + ".", Example: example}
}

var (
	account = Attribute{Name: "account", Type: Constant, Doc: "The account, 12 digits, that the credentials must belong to, which is asked before any other call. Writing needs it.", Example: `account = "123456789012"`}
	region  = Attribute{Name: "region", Type: Constant, Doc: "Its region; without it that of the environment or the profile.", Example: `region = "us-east-1"`}
	adopt   = Attribute{Name: "adopt", Type: Bool, Default: "false", Doc: "Whether what bears the right name but not our mark may be overwritten.", Example: `adopt = true`}
	notify  = Attribute{Name: "notify", Type: Constants, Doc: "ARNs of the SNS topics that are told; without it `notify` of the plan.", Example: `notify = ["arn:aws:sns:us-east-1:123456789012:alerts"]`}
)

// fleet are the blocks that say where services run on AWS, and what is kept of the account around them.
func fleet() []Block {
	return []Block{{
		Name: "ecs", Single: true,
		Doc:     "The ECS service behind a service. Names may be ARNs.",
		Example: "ecs {\n  cluster = \"beta\"\n  service = \"beta-web\"\n  region  = \"us-east-1\"\n}",
		Attributes: []Attribute{
			{Name: "cluster", Type: Constant, Required: true, Doc: "Its cluster.", Example: `cluster = "beta"`},
			{Name: "service", Type: Constant, Required: true, Doc: "Its name in the cluster.", Example: `service = "beta-web"`},
			region, account,
			{Name: "profile", Type: Constant, Doc: "Of the shared AWS configuration.", Example: `profile = "staging"`},
			{Name: "role", Type: Constant, Doc: "ARN of a role to assume.", Example: `role = "arn:aws:iam::123456789012:role/plimsoll"`},
			{Name: "owner", Type: Choice, Values: []string{"terraform", "cloudformation", "script"}, Doc: "Who else writes it: `adjust` then refuses, and `--emit` prints what to change; `--out-of-band` overrides.", Example: `owner = "terraform"`},
			{Name: "container", Type: Constant, Doc: "The container that `nofile` is set in; without it the one behind the load balancer, or the only one.", Example: `container = "app"`},
			{Name: "load_balancer", Type: Constant, Doc: "Name or ARN; without it discovered from the service.", Example: `load_balancer = "front"`},
			{Name: "target_group", Type: Constant, Doc: "Name or ARN; without it discovered from the service.", Example: `target_group = "web"`},
			adopt,
		},
	}, {
		Name: "guard", Single: true,
		Doc:     "Ends the load before it costs too much, and says so.",
		Example: "guard {\n  max_tasks = 60\n  max_cost  = 20\n}",
		Attributes: []Attribute{
			{Name: "max_tasks", Type: Count, Min: 1, Max: 100_000, Unit: "tasks", Doc: "Running tasks of the service at most.", Example: `max_tasks = 60`},
			{Name: "max_cost", Type: Number, Min: 0.01, Unit: "USD", Doc: "What the service's tasks may cost since the run began.", Example: `max_cost = 20`},
		},
	}, {
		Name: "fleet", Single: true,
		Doc:     "What belongs to the plan's clusters, so that no service is forgotten.",
		Example: "fleet {\n  cluster = \"beta\"\n  exempt  = { \"beta-migrations\" = \"runs once a release\" }\n}",
		Attributes: []Attribute{
			{Name: "cluster", Type: Constants, Doc: "The clusters whose services are compared with the plan's: one, or a list.", Example: `cluster = ["staging", "prod"]`},
			region,
			{Name: "exempt", Type: Pairs, Doc: "ECS services that are out of scope, in any of the clusters, each with the reason.", Example: `exempt = { "beta-migrations" = "runs once a release" }`},
			{Name: "simulate", Type: File, Doc: "A JSON file of what a simulated AWS holds; it takes the place of AWS in every verb. Each key is as the describe command of the AWS CLI prints it: " +
				"`clusters`, `taskDefinitions`, `services`, `logGroups` (names), `ScalableTargets`, `ScalingPolicies`, `ScheduledActions`, `MetricAlarms`, `Metrics`, `Dashboards` (body by name), " +
				"`LoadBalancers`, `TargetGroups`, `Budgets`, `Topics`, `WebACLs`, `Buckets` (by name), `Tags` (by ARN), `PriceList`, and `Regions`, with what other regions hold by name. " +
				"Names may stand for ARNs, and ids, times and states may be left out.", Example: `simulate = "account.json"`},
		},
	}, {
		Name: "budget", Label: "name",
		Doc:     "A monthly budget of the account. It tells people; it stops nothing.",
		Example: "budget \"monthly\" {\n  limit    = 2500\n  alert_at = [\"20%\", \"40%\", \"80%\"]\n  notify   = [\"ops@example.com\"]\n}",
		Attributes: []Attribute{
			{Name: "limit", Type: Number, Required: true, Min: 0.01, Unit: "USD a month", Doc: "How much may be spent.", Example: `limit = 2500`},
			{Name: "alert_at", Type: Percents, Required: true, Min: 0.001, Max: 10, Doc: "Shares of the limit at which to tell, in ascending order; AWS takes five.", Example: `alert_at = ["20%", "40%", "80%"]`},
			{Name: "notify", Type: Constants, Doc: "Who is told: at most ten e-mail addresses and one ARN of an SNS topic; without it `notify` of the plan.", Example: `notify = ["ops@example.com"]`},
			{Name: "account", Type: Constant, Doc: "Its account, 12 digits; without it that of the plan's services, where they have but one.", Example: `account = "123456789012"`},
			named("the label", `name = "monthly-spending"`), adopt,
		},
	}, {
		Name: "dashboard", Label: "name",
		Doc:     "A CloudWatch dashboard of services: load, tasks, alarms and cost, side by side.",
		Example: "dashboard \"beta\" {}",
		Attributes: []Attribute{
			{Name: "services", Type: References, Values: []string{"service"}, Doc: "The services on it; without it all that have an `ecs` block.", Example: `services = [service.web, service.queue]`},
			named("the label", `name = "beta-fleet"`), adopt,
		},
	}}
}
