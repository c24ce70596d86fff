package fact

// scope says where an entry of the table can be asked for.
type scope uint8

const (
	ofScenario scope = 1 << iota // bare: over the measured time of the whole scenario
	ofPhase                      // behind phase.<phase>.
	ofStep                       // behind step.<flow>.<step>., in a scenario and in a phase
	everywhere = ofScenario | ofPhase | ofStep
	ofLoad     = ofScenario | ofPhase
)

// entry is a row of the vocabulary, from which its places and the values of its distribution follow.
type entry struct {
	path      string
	dimension Dimension
	spread    bool // a distribution: path.p95, path.mean, …
	windowed  bool // known per second, of the scenario and of each step
	where     scope
	kind      string // of the scenarios that have it; "" is all
	doc       string
	example   string
}

// entries is the vocabulary.
var entries = []entry{
	{"latency", Time, true, true, everywhere, "", "from the intended start of an operation to its end; successes, and timeouts at their elapsed time", "latency.p95 < 800ms"},
	{"service_time", Time, true, false, everywhere, "", "from the first byte written to the end of the operation", "service_time.p99 < 500ms"},
	{"first_byte", Time, true, false, everywhere, "", "from the first byte written to the first byte of the answer", "first_byte.p95 < 200ms"},
	{"connect", Time, true, false, everywhere, "", "to open a connection; for a WebSocket, its whole opening", "connect.p95 < 100ms"},
	{"tls", Time, true, false, ofLoad, "", "of TLS handshakes", "tls.p95 < 100ms"},
	{"failed.latency", Time, true, false, everywhere, "", "of operations that failed, timeouts left out", "failed.latency.max < 5s"},
	{"first_message", Time, true, false, everywhere, "", "from sending to the first message of the answer", "first_message.p95 < 1s"},
	{"gap", Time, true, false, everywhere, "", "between two neighbouring messages of an answer", "gap.p99 < 500ms"},
	{"pong", Time, true, false, ofLoad, "", "round trip of a WebSocket ping", "pong.p95 < 100ms"},
	{"session.total", Time, true, false, ofLoad, "", "of whole sessions, think time included", "session.total.p95 < 2m"},
	{"session.active", Time, true, false, ofLoad, "", "of whole sessions, think time left out", "session.active.p95 < 10s"},

	{"error_rate", Ratio, false, true, everywhere, "", "failed operations of all operations", "error_rate < 1%"},
	{"throughput", Rate, false, true, everywhere, "", "successful operations per second of measured time", "throughput >= 200/s"},
	{"operations", Count, false, true, everywhere, "", "operations: HTTP exchanges, WebSocket openings, receives and streams", "operations > 1000"},
	{"failed.count", Count, false, true, everywhere, "", "failed operations", "failed.count == 0"},
	{"errors.<class>", Count, false, false, everywhere, "", "operations that failed in this way first", "errors.timeout == 0"},
	{"sent", Bytes, false, false, everywhere, "", "bytes written to connections", "sent < 100MB"},
	{"received", Bytes, false, false, everywhere, "", "bytes read from connections", "received < 1GB"},

	{"users.asked", Count, false, false, ofLoad, "", "most virtual users that were asked for", "users.asked >= 100"},
	{"users.present", Count, false, false, ofLoad, "", "mean number of virtual users that were there", "users.present >= 95"},
	{"users.max", Count, false, false, ofLoad, "", "most virtual users at once", "users.max <= 500"},
	{"dropped.full", Count, false, true, ofLoad, "", "arrivals that waited longer than their patience; failed operations, too", "dropped.full == 0"},
	{"dropped.late", Count, false, true, ofLoad, "", "arrivals that the generator could not start in time", "dropped.late == 0"},
	{"connections.attempted", Count, false, false, ofLoad, "", "attempts to open a connection", "connections.attempted >= 500"},
	{"connections.opened", Count, false, false, ofLoad, "", "connections opened", "connections.opened < 1000"},
	{"connections.failed", Count, false, false, ofLoad, "", "connections that could not be opened", "connections.failed == 0"},
	{"connections.held", Count, false, false, ofLoad, "", "most connections at once", "connections.held >= 500"},
	{"connections.lost", Count, false, false, ofLoad, "", "connections that ended without being asked to", "connections.lost == 0"},
	{"connections.replaced", Count, false, false, ofLoad, "", "kept connections found closed before sending, and replaced", "connections.replaced < 10"},
	{"connections.retried", Count, false, false, ofLoad, "", "operations tried again because their connection died before the answer", "connections.retried == 0"},
	{"messages.sent", Count, false, false, ofLoad, "", "WebSocket messages sent", "messages.sent > 100"},
	{"messages.received", Count, false, false, ofLoad, "", "WebSocket messages received", "messages.received > 100"},
	{"messages.dropped", Count, false, false, ofLoad, "", "WebSocket messages dropped from a full inbox", "messages.dropped == 0"},
	{"sessions.completed", Count, false, false, ofLoad, "", "sessions that ran to their end", "sessions.completed >= 100"},
	{"sessions.failed", Count, false, false, ofLoad, "", "sessions ended by a failure", "sessions.failed == 0"},
	{"sessions.interrupted", Count, false, false, ofLoad, "", "sessions cut by a stop; neither error nor sample", "sessions.interrupted < 10"},
	{"group.<group>", Time, true, false, ofLoad, "", "of a group of steps as a whole", "group.checkout.p95 < 3s"},
	{"measure.<measure>", Count, true, false, ofLoad, "", "a measure step's samples, in the unit that the step gives", "measure.tokens.mean > 10"},

	{"limit.found", Bool, false, false, ofScenario, "stress", "whether a step of the load broke the service", "limit.found"},
	{"limit.users", Count, false, false, ofScenario, "stress", "load of the last good step: users, or sessions per second under open load; a lower bound where all held, an upper bound where the first broke", "limit.users >= 500"},
	{"limit.rate", Rate, false, false, ofScenario, "stress", "successful operations per second in the last good step", "limit.rate >= 200/s"},
	{"recovery.loaded", Time, false, false, ofScenario, "spike", "from the start of the rise until the SLAs hold again for good, in plan time; infinite if they never do", "recovery.loaded < 7m"},
	{"recovery.drained", Time, false, false, ofScenario, "spike", "from the end of the peak until the SLAs hold again, in plan time; infinite if they never do", "recovery.drained < 2m"},
	{"drift.latency_per_hour", Ratio, false, false, ofScenario, "endurance", "change of the median latency per hour, of its value at the start", "drift.latency_per_hour < 2%"},
	{"drift.error_rate_per_hour", Ratio, false, false, ofScenario, "endurance", "change of the error rate per hour", "drift.error_rate_per_hour < 0.1%"},
	{"drift.throughput_per_hour", Ratio, false, false, ofScenario, "endurance", "change of the throughput per hour, of its value at the start", "drift.throughput_per_hour > -2%"},
	{"drift.memory_per_hour", Ratio, false, false, ofScenario, "endurance", "change per hour of the memory utilization of the scenario's ECS service, of its limit", "drift.memory_per_hour < 0.5%"},
	{"capacity.max", Count, false, false, ofScenario, "capacity", "most connections held at once for the whole hold, in a level that met its success; a lower bound where the last level did", "capacity.max >= 10000"},
	{"capacity.safe", Count, false, false, ofScenario, "capacity", "the share of the maximum that safety recommends", "capacity.safe >= 8000"},
	{"capacity.level", Count, false, false, ofScenario, "capacity", "the level in which the maximum was held", "capacity.level >= 10000"},
	{"capacity.per_task", Count, false, false, ofScenario, "capacity", "the maximum divided by the healthy tasks, where their number did not change during the level", "capacity.per_task >= 500"},

	{"generator.cpu", Ratio, false, false, ofScenario, "", "the load generator's mean share of the CPUs that it may use", "generator.cpu < 80%"},
	{"generator.lag.p50", Time, false, false, ofScenario, "", "median time by which the generator woke late", "generator.lag.p50 < 1ms"},
	{"generator.lag.p99", Time, false, false, ofScenario, "", "99th percentile of the time by which the generator woke late", "generator.lag.p99 < 5ms"},
	{"generator.lag.max", Time, false, false, ofScenario, "", "longest time by which the generator woke late", "generator.lag.max < 100ms"},
	{"generator.descriptors", Count, false, false, ofScenario, "", "most file descriptors that the generator held at once", "generator.descriptors < 1000"},
	{"generator.memory", Bytes, false, false, ofScenario, "", "most memory that the generator held resident", "generator.memory < 1GB"},
}

// spread lists the values of a distribution.
var spread = []struct{ name, doc string }{
	{"p50", "median"}, {"p90", "90th percentile"}, {"p95", "95th percentile"}, {"p99", "99th percentile"}, {"p999", "99.9th percentile"},
	{"min", "least"}, {"mean", "mean"}, {"median", "median"}, {"max", "most"}, {"stddev", "standard deviation"}, {"count", "number of samples"},
}

// classes are the ways in which an operation fails, as errors.<class> writes them.
var classes = []string{
	"dns", "refused", "connect_timeout", "tls", "handshake", "reset", "closed", "timeout",
	"descriptors", "ports", "protocol", "too_large", "status", "check", "expression",
}

// places are the prefixes under which entries stand again.
var places = []struct {
	prefix string
	scope  scope
	doc    string
}{
	{"", ofScenario, ""},
	{"step.<flow>.<step>.", ofStep, " (of one step)"},
	{"phase.<phase>.", ofPhase, " (in one phase)"},
	{"phase.<phase>.step.<flow>.<step>.", ofStep, " (of one step in one phase)"},
}
