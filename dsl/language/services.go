package language

// services are the blocks that describe what is under test.
func services() []Block {
	return []Block{{
		Name: "service", Label: "name",
		Doc: "Something under test, named in scenarios as `service.name`. It needs an endpoint, or `simulate`, for flows to run against it; " +
			"without either it is reviewed, adjusted and watched only.",
		Example: "service \"chat\" {\n  endpoint = \"https://staging.example.com\"\n  sla \"fast\" { assert = \"latency.p95 < 800ms\" }\n}",
		Attributes: []Attribute{
			forEach,
			{Name: "endpoint", Type: Constant, Doc: "Where it answers, if flows run on it: http, https, ws or wss, host, port, and a base path that is put before every path.", Example: `endpoint = "https://staging.example.com"`},
			{Name: "environment", Type: Constant, Doc: "Its own, in place of the plan's.", Example: `environment = "production"`},
			{Name: "headers", Type: Texts, Doc: "Headers of every request; a step's header of the same name replaces it.", Example: `headers = { Accept = "application/json" }`},
			{Name: "timeout", Type: Duration, Default: `"30s"`, Min: 0.001, Doc: "How long one operation may take, in wall time.", Example: `timeout = "5s"`},
			{Name: "connect_timeout", Type: Duration, Default: `"10s"`, Min: 0.001, Doc: "How long dialling may take, and how long the TLS handshake, in wall time.", Example: `connect_timeout = "2s"`},
			{Name: "dns", Type: Duration, Default: `"30s"`, Min: 1, Doc: "Names are resolved again at most this often; new connections rotate over all addresses.", Example: `dns = "10s"`},
			{Name: "max_age", Type: Duration, Default: `"60s"`, Doc: "How old a connection may become, ± 20 %, so that new tasks get load; `0s` is without bound.", Example: `max_age = "5m"`},
			{Name: "body_limit", Type: Size, Default: `"10MB"`, Min: 1, Doc: "How much of a body is read; a longer one fails as too large.", Example: `body_limit = "1MB"`},
			{Name: "http", Type: Count, Default: "1", Min: 1, Max: 2, Doc: "Which HTTP its exchanges speak: 1 (that is 1.1) or 2. A WebSocket opens with 1.1 in any case.", Example: `http = 2`},
			{Name: "source", Type: Constants, Doc: "Addresses of this machine that connections leave from, in turn, so that the ports of one are no wall: addresses and ranges, or `auto` for every one that reaches the service.", Example: `source = ["127.0.0.1", "127.0.0.4-127.0.0.8"]`},
			{Name: "allow_hosts", Type: Constants, Doc: "Other hosts that redirects may lead to.", Example: `allow_hosts = ["login.example.com"]`},
			{Name: "mirror", Type: Reference, Values: []string{"service"}, Doc: "The service that its ECS settings should be like, as those of staging should be like production's: `review` lists the differences.", Example: `mirror = service.prod`},
		},
		Blocks: []string{"auth", "tls", "requirement", "sla", "simulate", "ecs", "desired", "metric", "guard"},
		Later:  []string{"paths"},
	}, {
		Name: "auth", Single: true,
		Doc:     "What requests identify themselves with: `user` and `password`, or `bearer`. Inside a step it replaces the service's.",
		Example: "auth {\n  bearer = var.token\n}",
		Attributes: []Attribute{
			{Name: "user", Type: Text, Doc: "User of basic authentication.", Example: `user = "load"`},
			{Name: "password", Type: Text, Doc: "Password of basic authentication.", Example: `password = var.password`},
			{Name: "bearer", Type: Text, Doc: "Token of bearer authentication.", Example: `bearer = "{{ session }}"`},
		},
	}, {
		Name: "tls", Single: true,
		Doc:     "How the service is trusted, and the client known to it.",
		Example: "tls {\n  ca = \"ca.pem\"\n}",
		Attributes: []Attribute{
			{Name: "ca", Type: File, Doc: "Certificates to trust besides the system's: a PEM file, or PEM text.", Example: `ca = "ca.pem"`},
			{Name: "cert", Type: File, Doc: "The client's certificate: a PEM file, or PEM text.", Example: `cert = "client.pem"`},
			{Name: "key", Type: File, Doc: "The key of the client's certificate: a PEM file, or PEM text.", Example: `key = "client.key"`},
			{Name: "server_name", Type: Constant, Doc: "The name that the certificate must bear, in place of the endpoint's.", Example: `server_name = "chat.internal"`},
			{Name: "session_resumption", Type: Bool, Default: "false", Doc: "Resume TLS sessions, as a browser that comes back does; without it, every handshake is a full one.", Example: `session_resumption = true`},
			{Name: "insecure_skip_verify", Type: Bool, Default: "false", Doc: "Accept any certificate; the result carries a warning.", Example: `insecure_skip_verify = true`},
		},
	}}
}

// behind are the blocks that say what a service must carry, and what stands in its place.
func behind() []Block {
	return []Block{{
		Name: "requirement", Single: true,
		Doc:     "The load that the service must carry, and who agreed to it. A run shows what of it was proven.",
		Example: "requirement {\n  users      = 100\n  peak_users = 500\n  agreed_by  = \"product, 2026-11-02\"\n}",
		Attributes: []Attribute{
			{Name: "users", Type: Number, Unit: "users", Doc: "Users at once on a normal day.", Example: `users = 100`},
			{Name: "peak_users", Type: Number, Unit: "users", Doc: "Users at once at the peak.", Example: `peak_users = 500`},
			{Name: "rate", Type: Rate, Unit: "sessions per second", Doc: "Sessions started on a normal day.", Example: `rate = "20/s"`},
			{Name: "peak_rate", Type: Rate, Unit: "sessions per second", Doc: "Sessions started at the peak.", Example: `peak_rate = "200/s"`},
			{Name: "connections", Type: Number, Unit: "connections", Doc: "Connections held at once on a normal day.", Example: `connections = 2000`},
			{Name: "peak_connections", Type: Number, Unit: "connections", Doc: "Connections held at once at the peak.", Example: `peak_connections = 10000`},
			{Name: "think", Type: Duration, Doc: "How long a user pauses between two actions.", Example: `think = "10s"`},
			{Name: "source", Type: Constant, Doc: "Where the figures come from.", Example: `source = "marketing plan, page 4"`},
			{Name: "agreed_by", Type: Constant, Doc: "Who agreed to them.", Example: `agreed_by = "product, 2026-11-02"`},
			{Name: "agreed_on", Type: Date, Doc: "When they were agreed.", Example: `agreed_on = "2026-11-02"`},
			{Name: "review_after", Type: Date, Doc: "When they must be looked at again.", Example: `review_after = "2027-05-01"`},
			{Name: "peak_hours", Type: Constant, Doc: "When the peak is.", Example: `peak_hours = "Mon-Fri 18:00-21:00 UTC"`},
			{Name: "unit", Type: Constant, Default: `"users"`, Doc: "What `users` and `peak_users` count, where it is something else, as calls. Such a requirement is judged from metrics alone, and shown as unproven.", Example: `unit = "calls"`},
		},
	}, {
		Name: "simulate", Single: true,
		Doc: "Replaces the endpoint by a simulated service on loopback: tasks that each work on some requests at once, with a queue before them. " +
			"It answers `/`, `/health`, `/echo`, `/api/login`, `/api/me`, `/api/items?n=`, `/status/{code}`, `/redirect/{n}` and `/sse?text=`, and 404 to the rest; WebSockets open at `/ws`, a chat, and `/ws/echo`. " +
			"With an `ecs` block its AWS is simulated as well: it holds what the file says that `simulate` of `fleet` names, or else what `desired` says, made up, so that `review` finds no difference.",
		Example: "simulate {\n  tasks        = 2\n  slots        = 4\n  service_time = { mean = \"20ms\", sigma = 0.3 }\n  speed        = 30\n}",
		Attributes: []Attribute{
			{Name: "tasks", Type: Count, Default: "1", Min: 1, Max: 1000, Doc: "Tasks that run at the start.", Example: `tasks = 2`},
			{Name: "slots", Type: Count, Default: "10", Min: 1, Max: 100_000, Doc: "Requests that a task works on at once.", Example: `slots = 4`},
			{Name: "service_time", Type: Object, Default: `"10ms"`, Max: 86400, Fields: []Attribute{
				{Name: "mean", Type: Duration, Required: true, Max: 86400, Doc: "Its mean.", Example: `mean = "20ms"`},
				{Name: "sigma", Type: Number, Default: "0", Max: 3, Doc: "The shape of its lognormal distribution; 0 is always the mean.", Example: `sigma = 0.3`},
			}, Doc: "Wall time for which a request occupies its slot: a duration, or `{ mean, sigma }`.", Example: `service_time = { mean = "20ms", sigma = 0.3 }`},
			{Name: "queue", Type: Count, Default: "100", Max: 10_000_000, Doc: "Requests that may wait at a task.", Example: `queue = 50`},
			{Name: "connections", Type: Count, Default: "0", Max: 10_000_000, Doc: "WebSockets that a task holds at most; 0 is without bound.", Example: `connections = 500`},
			{Name: "start_time", Type: Duration, Default: `"60s"`, Max: 86400, Doc: "Plan time from asking for a task to its first answer.", Example: `start_time = "90s"`},
			{Name: "on_full", Type: Choice, Values: []string{"503", "slow", "reset"}, Default: `"503"`, Doc: "What more work meets: the answer 503, a queue without end, or a reset connection.", Example: `on_full = "slow"`},
			{Name: "errors", Type: Percent, Default: `"0%"`, Max: 1, Doc: "Share of requests that fail.", Example: `errors = "1%"`},
			{Name: "parts", Type: Count, Default: "5", Min: 1, Max: 10_000, Doc: "Parts in which a chat answer is streamed.", Example: `parts = 3`},
			{Name: "part_gap", Type: Duration, Default: `"20ms"`, Max: 86400, Doc: "Wall time between two parts.", Example: `part_gap = "5ms"`},
			{Name: "speed", Type: Number, Default: "1", Min: 1, Max: 10_000, Doc: "How much faster plan time passes than wall time: phases, windows and task start are divided by it; latency, timeouts, think time and rates are not.", Example: `speed = 60`},
		},
	}}
}

// forEach is the attribute of every block that may stand for several.
var forEach = Attribute{
	Name: "for_each", Type: Any,
	Doc:     "A map, object or set of texts: the block stands once for each element, as `service.web[\"eu\"]`, and reads it as `each.key` and `each.value`.",
	Example: `for_each = { eu = "eu-west-1", us = "us-east-1" }`,
}
