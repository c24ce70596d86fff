package runner

import (
	"fmt"
	"math"
	"runtime"
	"strings"
	"time"

	"plimsoll/dsl/fact"
	"plimsoll/runner/metrics"
	"plimsoll/runner/result"
)

// busyCPU is the share of its CPUs from which on a generator that opens connections may be what holds them up.
const busyCPU = 0.9

// The resources of this machine that can bind, as Options.Remedy is asked for them.
const (
	descriptors = "descriptors"
	ports       = "ports"
	processors  = "CPU"
)

// cause is what kept a level from being good.
type cause struct {
	side   string
	text   string
	remedy []string
}

// cause finds what bound a level: the generator, where the level would have been good but for what this machine could not
// do; else the service.
func (c *capacity) cause(l *level, h *held) *cause {
	if len(l.Reasons) > 0 {
		if h.strain.weight > 0 {
			return c.generators(l, processors, "its SLAs did not hold, but the generator "+h.strain.text)
		}
		return &cause{side: result.SideService, text: "its SLAs did not hold: " + strings.Join(l.Reasons, "; ")}
	}
	failed := func(classes ...metrics.Class) (n int64) {
		for _, class := range classes {
			n += l.Errors[result.ClassName(class)]
		}
		return n
	}
	untried := int64(l.Asked-l.Held-l.Lost) - total(l.Errors)
	saves := func(n int64) bool { return n > 0 && float64(int64(l.Held)+n) >= c.plan.Success*float64(l.Asked) }
	short, taken := failed(metrics.Descriptors), failed(metrics.Ports)
	late := failed(metrics.Timeout, metrics.ConnectTimeout) + max(untried, 0)
	switch {
	case saves(short) || short > taken && saves(short+taken):
		return c.generators(l, descriptors, fmt.Sprintf("this machine has too few descriptors: %d connections could not be opened for lack of one", short))
	case saves(taken) || saves(short+taken):
		return c.generators(l, ports, fmt.Sprintf("this machine has no port left for %d connections", taken))
	case l.short && saves(max(untried, 0)):
		return &cause{
			side: result.SideGenerator, text: fmt.Sprintf("the plan's own rate: %s open at most %s connections within the timeout of %s", fact.Rate.Format(c.plan.Rate),
				fact.Count.Format(math.Floor(c.plan.Rate*c.plan.Timeout.Seconds())), fact.Time.Format(c.plan.Timeout.Seconds())),
			remedy: []string{"raise rate or timeout in the plan"},
		}
	case l.strained != "" && saves(short+taken+late):
		return c.generators(l, processors, "this machine's CPU: "+l.strained)
	}
	return &cause{side: result.SideService, text: c.services(l)}
}

func (c *capacity) generators(l *level, resource, text string) *cause {
	why := &cause{side: result.SideGenerator, text: text}
	if ask := c.stage.run.options.Remedy; ask != nil {
		why.remedy = ask(l.Asked, resource)
	}
	if len(why.remedy) == 0 {
		why.remedy = []string{map[string]string{
			descriptors: "raise the limit before the start: ulimit -n " + fmt.Sprint(max(65536, 2*l.Asked)),
			ports:       "widen the range: sysctl -w net.ipv4.ip_local_port_range=\"1024 65535\", or spread connections over several addresses: source in the service",
			processors:  "give plimsoll more CPUs, or open connections more slowly: rate in the plan",
		}[resource]}
	}
	return why
}

// services tells what the service did to the most connections of a level.
func (c *capacity) services(l *level) string {
	worst, class := int64(0), metrics.OK
	for k := metrics.OK + 1; int(k) < metrics.NumClasses; k++ {
		if n := l.Errors[result.ClassName(k)] + l.Losses[result.ClassName(k)]; n > worst {
			worst, class = n, k
		}
	}
	text := "openings failed: " + class.String()
	switch {
	case class == metrics.OK:
		return "connections were not opened in time"
	case l.Lost > l.Attempted-l.Opened:
		text = fmt.Sprintf("the service closed connections that were held (%s)", class)
	case class == metrics.Refused, class == metrics.Handshake, class == metrics.Status:
		text = "the service refused connections"
	case class == metrics.Timeout, class == metrics.ConnectTimeout:
		text = "openings timed out: the service let them wait"
	case class == metrics.Reset, class == metrics.Closed:
		text = fmt.Sprintf("the service ended connections while they were opened (%s)", class)
	}
	if said := c.said(class); said != "" {
		text += ": " + said
	}
	return text
}

// said is the message of one failure of a class.
func (c *capacity) said(class metrics.Class) string {
	for _, sample := range c.loaded.load.Samples() {
		if sample.Class == class {
			return sample.Message
		}
	}
	return ""
}

// configured names the limit of a simulated service, where it is what was found.
func (c *capacity) configured(most int) string {
	sim := c.sc.Service.Simulate
	if sim == nil || sim.Connections <= 0 || sim.Connections*sim.Tasks != most {
		return ""
	}
	return fmt.Sprintf(" (its limit of %d per task × %d tasks)", sim.Connections, sim.Tasks)
}

func total(counts map[string]int64) (sum int64) {
	for _, n := range counts {
		sum += n
	}
	return sum
}

// strained tells whether this process was short of CPU between two readings; "" if it was not.
func strained(before, after reading, took time.Duration) string {
	if n := after.throttled - before.throttled; n > 0 {
		return fmt.Sprintf("its cgroup throttled the generator %d times while connections were opened", n)
	}
	if took <= 0 {
		return ""
	}
	share := (after.cpu - before.cpu).Seconds() / took.Seconds() / float64(runtime.GOMAXPROCS(0))
	if share < busyCPU {
		return ""
	}
	return fmt.Sprintf("the generator used %s of it while connections were opened", fact.Ratio.Format(share))
}
