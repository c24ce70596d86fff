package aws

// A Workload is what the tasks of an ECS service are busy with: a simulated service. Its methods are
// called one after another, with the simulated AWS locked: they must not call it, and must not take long.
type Workload interface {
	// SetTasks says how many tasks serve from now on: they run, and are healthy where a load balancer
	// stands before them. Start time and health checks have passed already.
	SetTasks(service string, n int) error
	// Load is asked every 20 s of plan time, and tells of the time since it was asked before: the
	// mean CPU and memory of the serving tasks as shares of what they have (0 to 1), requests a second
	// of wall time per serving task, and the connections held now by all of them.
	Load(service string) (cpu, memory, requestsPerTarget float64, connections int)
}
