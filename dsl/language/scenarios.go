package language

import (
	"cmp"
	"slices"
)

// common are the attributes of every scenario; flow is what its flow is for.
func common(flow string) []Attribute {
	return []Attribute{
		{Name: "description", Type: Constant, Doc: "What it is to show.", Example: `description = "a normal day"`},
		forEach,
		{Name: "service", Type: Reference, Values: []string{"service"}, Required: true, Doc: "What is put under load.", Example: `service = service.chat`},
		{Name: "flow", Type: Reference, Values: []string{"flow"}, Doc: flow, Example: `flow = flow.ask`},
		{Name: "before", Type: Reference, Values: []string{"flow"}, Doc: "A flow run once before the load, outside the facts; what it saves can be read in every session.", Example: `before = flow.seed`},
		{Name: "after", Type: References, Values: slices.Concat(Scenarios(), []string{"flow"}), Doc: "Scenarios that must have run before, or a flow to run once at the end, also when the run was stopped.", Example: `after = [baseline.normal, flow.cleanup]`},
		{Name: "grace", Type: Duration, Default: `"30s"`, Doc: "What a leaving user has in hand may take this long, in wall time, before it is interrupted.", Example: `grace = "5s"`},
		{Name: "retry", Type: Duration, Default: `"1s"`, Doc: "How long a user waits after a failed session, jittered, in wall time.", Example: `retry = "5s"`},
	}
}

// ofUsers are the attributes of the scenarios whose load is users.
func ofUsers() []Attribute {
	return []Attribute{
		{Name: "pause", Type: Duration, Doc: "How long to wait before it, in plan time.", Example: `pause = "1m"`},
		{Name: "ramp", Type: Duration, Doc: "Users of a start or step join evenly over this, in plan time; without it the smaller of 10 s and 10 % of the phase.", Example: `ramp = "30s"`},
		{Name: "warm_up", Type: Duration, Default: `"0s"`, Doc: "Facts of each phase begin this much after the ramp, in plan time.", Example: `warm_up = "30s"`},
		{Name: "pace", Type: Duration, Doc: "Closed load: a user starts its sessions at this fixed interval, in wall time.", Example: `pace = "30s"`},
		{Name: "reconnect", Type: Bool, Default: "false", Doc: "Closed load: every session on new connections.", Example: `reconnect = true`},
		{Name: "connections", Type: Choice, Values: []string{"keep", "fresh"}, Default: `"keep"`, Doc: "Open load: an arrival takes an idle user's connections, or fresh ones.", Example: `connections = "fresh"`},
		{Name: "arrivals", Type: Choice, Values: []string{"even", "poisson"}, Default: `"even"`, Doc: "Open load: the schedule of the arrivals.", Example: `arrivals = "poisson"`},
		{Name: "max_users", Type: Count, Default: "10000", Min: 1, Max: 10_000_000, Unit: "sessions", Doc: "Open load: sessions in flight at most; beyond, an arrival waits.", Example: `max_users = 500`},
		{Name: "patience", Type: Duration, Default: `"5s"`, Doc: "Open load: an arrival that waited this long is dropped, and counts as failed.", Example: `patience = "1s"`},
	}
}

// level is what one way to say how much load there is says of it.
type level struct{ doc, example string }

// levels are the two ways to say how much load there is; fields is the shape of both, nil for one level.
func levels(users, rate level, fields func(Type) []Attribute) []Attribute {
	u := Attribute{Name: "users", Type: Count, Unit: "users", Doc: "Closed load: " + users.doc, Example: "users = " + users.example}
	r := Attribute{Name: "rate", Type: Rate, Unit: "sessions per second", Doc: "Open load, sessions started whatever the service does: " + rate.doc, Example: "rate = " + rate.example}
	if fields != nil {
		u.Type, u.Fields = Object, together(u, fields(Count))
		r.Type, r.Fields = Object, together(r, fields(Rate))
	}
	return []Attribute{u, r}
}

// together gives the fields of an object that must be given together the example of the whole.
func together(a Attribute, fields []Attribute) []Attribute {
	for i := range fields {
		fields[i].Example = cmp.Or(fields[i].Example, a.Example)
	}
	return fields
}

func stairs(level Type) []Attribute {
	return []Attribute{
		{Name: "from", Type: level, Required: true, Doc: "The first level."},
		{Name: "to", Type: level, Required: true, Doc: "The last level, held even where the steps do not reach it evenly."},
		{Name: "step", Type: level, Required: true, Doc: "How much each level adds."},
		{Name: "every", Type: Duration, Required: true, Min: 1, Doc: "How long each level is held, in plan time."},
	}
}

func surge(level Type) []Attribute {
	return []Attribute{
		{Name: "base", Type: level, Required: true, Doc: "The level before and after."},
		{Name: "peak", Type: level, Required: true, Doc: "The level of the peak."},
		{Name: "before", Type: Duration, Default: `"1m"`, Min: 1, Doc: "How long the base is held ahead of the rise, in plan time.", Example: `before = "2m"`},
		{Name: "rise", Type: Duration, Required: true, Doc: "How long it takes to the peak, in plan time."},
		{Name: "hold", Type: Duration, Required: true, Min: 1, Doc: "How long the peak is held, in plan time."},
		{Name: "settle", Type: Duration, Required: true, Min: 1, Doc: "How long the base is held afterwards, to recover, in plan time."},
	}
}

// scenarios are the load shapes.
func scenarios() []Block {
	inside := []string{"mix", "ready", "sla"}
	duration := Attribute{Name: "duration", Type: Duration, Min: 1, Doc: "How long it runs, in plan time.", Example: `duration = "5m"`}
	required := duration
	required.Required = true
	only := func(a ...Attribute) []Attribute {
		return slices.Concat(a, common("What every user does; for several flows, `mix` blocks."), ofUsers())
	}
	return []Block{{
		Name: "baseline", Label: "name", Blocks: inside,
		Doc:     "A steady load: exactly one of `users` and `rate`, and exactly one of `duration`, `requests` and `sessions`.",
		Example: "baseline \"normal\" {\n  service  = service.chat\n  flow     = flow.ask\n  users    = 100\n  duration = \"5m\"\n}",
		Attributes: only(append(levels(level{"how many users.", "100"}, level{"how many a second.", `"200/s"`}, nil), duration,
			Attribute{Name: "requests", Type: Count, Unit: "operations", Min: 1, Doc: "Ends after this many operations.", Example: `requests = 5000`},
			Attribute{Name: "sessions", Type: Count, Unit: "sessions", Min: 1, Doc: "Ends after this many sessions.", Example: `sessions = 100`})...),
	}, {
		Name: "stress", Label: "name", Blocks: inside,
		Doc:     "Raises the load step by step until the service's SLAs no longer hold: `limit.users` and `limit.rate` are the last good step. Finding a limit is no failure.",
		Example: "stress \"limit\" {\n  service = service.chat\n  flow    = flow.ask\n  users   = { from = 100, to = 1000, step = 100, every = \"1m\" }\n}",
		Attributes: only(append(levels(level{"the steps.", `{ from = 100, to = 1000, step = 100, every = "1m" }`},
			level{"the steps.", `{ from = "10/s", to = "100/s", step = "10/s", every = "1m" }`}, stairs),
			Attribute{Name: "confirm", Type: Bool, Default: "true", Doc: "A bad step is held once more before it ends the search.", Example: `confirm = false`},
			Attribute{Name: "stop_when", Type: Expression, Doc: "Marks a step as bad, besides the service's SLAs.", Example: `stop_when = "error_rate > 5%"`})...),
	}, {
		Name: "spike", Label: "name", Blocks: inside,
		Doc:     "A sudden peak, and what becomes of the service after it: `recovery.loaded` and `recovery.drained`.",
		Example: "spike \"launch\" {\n  service = service.chat\n  flow    = flow.ask\n  users   = { base = 50, peak = 500, rise = \"10s\", hold = \"10m\", settle = \"30m\" }\n}",
		Attributes: only(levels(level{"the peak.", `{ base = 50, peak = 500, rise = "10s", hold = "10m", settle = "30m" }`},
			level{"the peak.", `{ base = "5/s", peak = "50/s", rise = "10s", hold = "10m", settle = "30m" }`}, surge)...),
	}, {
		Name: "endurance", Label: "name", Blocks: inside,
		Doc:        "A steady load for long, to see what drifts: `drift.…`.",
		Example:    "endurance \"night\" {\n  service  = service.chat\n  flow     = flow.ask\n  users    = 200\n  duration = \"24h\"\n}",
		Attributes: only(append(levels(level{"how many users.", "200"}, level{"how many a second.", `"20/s"`}, nil), required)...),
	}, {
		Name: "mix", Label: "flow",
		Doc:     "One of several flows of a scenario, named by its label.",
		Example: "mix \"ask\" { weight = 3 }",
		Attributes: []Attribute{
			{Name: "weight", Type: Number, Default: "1", Doc: "Its share of the sessions started, in proportion to the other weights.", Example: `weight = 3`},
		},
	}, {
		Name: "ready", Single: true,
		Doc:     "Asks a path before the load until the answer is as expected; not in time, and the scenario is inconclusive.",
		Example: "ready {\n  path   = \"/health\"\n  expect = \"status == 200\"\n}",
		Attributes: []Attribute{
			{Name: "path", Type: Constant, Required: true, Doc: "What is asked, with GET.", Example: `path = "/health"`},
			{Name: "expect", Type: Expression, Default: `"status == 200"`, Doc: "What must hold of the answer.", Example: `expect = "json.status == 'up'"`},
			{Name: "timeout", Type: Duration, Default: `"5m"`, Min: 0.001, Doc: "For how long it is asked, in plan time.", Example: `timeout = "2m"`},
		},
	}}
}

// judging is the block of what must hold.
func judging() []Block {
	return []Block{{
		Name: "sla", Label: "name",
		Doc: "An expression over facts that must hold: in a scenario for it, in a service for all of its scenarios, at the top level for every scenario. " +
			"One that names a step, outside a scenario, applies where the flow has that step. " +
			"A scenario without any is held to two, shown as implicit: `error_rate < 1%`, and `throughput > 0/s` in every window of at most 10 s in which operations ended, " +
			"so that an outage shows that waiting users keep small. " +
			"In a stress the SLAs from outside mark a step as bad, in a capacity a level; they end the search and fail nothing. " +
			"In a spike they judge the base and the recovered time.",
		Example: "sla \"fast\" {\n  assert = \"latency.p95 < 800ms and error_rate < 1%\"\n  window = \"10s\"\n}",
		Attributes: []Attribute{
			{Name: "description", Type: Constant, Doc: "Why it matters.", Example: `description = "agreed with support"`},
			{Name: "assert", Type: Expression, Required: true, Doc: "What must hold; three-valued, so that missing data is inconclusive.", Example: `assert = "latency.p95 < 800ms"`},
			{Name: "window", Type: Duration, Min: 1, Doc: "It must hold in every window of this length, in whole seconds of plan time, not only over the whole.", Example: `window = "10s"`},
			{Name: "abort", Type: Any, Default: "false", Doc: "Whether breaking it ends its scenario (`true`), or all of them (`\"run\"`).", Example: `abort = true`},
			{Name: "phases", Type: Constants, Doc: "Judged only in these phases.", Example: `phases = ["peak"]`},
		},
	}}
}
