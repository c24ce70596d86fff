package language

import "slices"

// Preset is what the levels of a capacity may be named by, and what else is then as it says unless the plan says otherwise.
type Preset struct {
	Name                    string
	Levels                  []int
	Success, Timeout, Pause string // as a plan would write them
}

// Presets lists them; the first holds where a plan lists its levels itself.
func Presets() []Preset {
	return []Preset{
		{"progressive", []int{10, 25, 50, 100, 200, 500, 1000}, `"75%"`, `"90s"`, `"3s"`},
		{"aws", []int{10, 50, 100, 200, 500, 1000, 2000, 5000}, `"80%"`, `"60s"`, `"3s"`},
	}
}

// Protocols are what a held connection can speak, in the order of plan.Protocol.
func Protocols() []string { return []string{"websocket", "http", "stream"} }

// capacity is the scenario that holds connections.
func capacity() []Block {
	usual := Presets()[0]
	return []Block{{
		Name: "capacity", Label: "name", Blocks: []string{"ready", "sla"},
		Doc: "Finds how many connections are held at once, level by level, and what stops more: `capacity.max`, `capacity.safe`, `capacity.level`, `capacity.per_task`, and " +
			"`capacity.tasks(…)` for how many tasks a number of connections needs. Each level is a phase by its number, as in `phase['500'].connections.held`. " +
			"What stopped it is a text, shown in the result: no assertion compares it. Needs `path`, or a `flow` that each connection runs.",
		Example: "capacity \"sockets\" {\n  service = service.chat\n  path    = \"/ws\"\n  levels  = [100, 500, 1000]\n  sla \"launch\" { assert = \"capacity.tasks(10000, 1.2) <= 50\" }\n}",
		Attributes: slices.Concat([]Attribute{
			{Name: "levels", Type: Counts, Values: []string{"progressive", "aws"}, Default: `"progressive"`, Min: 1, Max: 10_000_000, Unit: "connections", Doc: "How many connections to hold, in ascending order. " +
				"`progressive` is 10, 25, 50, 100, 200, 500, 1000; `aws` is 10, 50, 100, 200, 500, 1000, 2000, 5000, with `success` 80 % and `timeout` 60 s by default. Numbers may be text, as `env` gives them.", Example: `levels = env("NUM_SESSIONS", "progressive")`},
			{Name: "success", Type: Percent, Default: usual.Success, Min: 0.01, Max: 1, Doc: "Share of a level's connections that must be held for it to be good.", Example: `success = "95%"`},
			{Name: "timeout", Type: Duration, Default: usual.Timeout, Min: 0.001, Doc: "How long opening a level may take, in wall time.", Example: `timeout = "30s"`},
			{Name: "pause", Type: Duration, Default: usual.Pause, Doc: "How long to wait between two levels, in wall time.", Example: `pause = "10s"`},
			{Name: "hold", Type: Duration, Default: `"5s"`, Doc: "How long a level must stay open once it has been opened, in wall time; a connection that ends meanwhile is lost.", Example: `hold = "1m"`},
			{Name: "fresh", Type: Bool, Default: "true", Doc: "Whether each level begins from none; else it adds to the one before.", Example: `fresh = false`},
			{Name: "refine", Type: Percent, Default: `"1%"`, Max: 1, Doc: "The last good level and the first bad one are bisected until they differ by this share at most; `0%` leaves them as they are.", Example: `refine = "0%"`},
			{Name: "safety", Type: Percent, Default: `"80%"`, Min: 0.01, Max: 1, Doc: "Share of the maximum that is recommended as safe.", Example: `safety = "70%"`},
			{Name: "rate", Type: Rate, Unit: "connections per second", Doc: "How fast connections are opened at most; without it, as fast as they can be.", Example: `rate = "500/s"`},
			{Name: "protocol", Type: Choice, Values: Protocols(), Default: `"websocket"`, Doc: "What a connection speaks: a WebSocket; HTTP, kept alive behind one exchange; or a stream of server-sent events.", Example: `protocol = "stream"`},
			{Name: "path", Type: Text, Doc: "Of the connection, relative to the service's endpoint.", Example: `path = "/ws"`},
			{Name: "headers", Type: Texts, Doc: "Headers of its opening.", Example: `headers = { Authorization = "Bearer {{ token }}" }`},
		}, common("What each connection does while it is held, in place of `path`; it has a step of the protocol.")),
		Meant: map[string]string{
			"users": "levels", "connections": "levels", "sessions": "levels", "num_sessions": "levels", "requests": "levels", "steps": "levels",
			"duration": "hold", "ramp": "rate", "every": "pause", "threshold": "success", "success_rate": "success", "safe": "safety", "url": "path",
		},
	}}
}
