package machine

import "math"

// Protocol is what a held connection speaks, which decides the memory it takes.
type Protocol string

// The protocols.
const (
	Plain Protocol = "plain" // HTTP/1.1, WebSocket and streams over TCP
	TLS   Protocol = "tls"   // the same over TLS
	HTTP2 Protocol = "http2" // over TLS
)

// Protocols are all of them, the lightest first.
func Protocols() []Protocol { return []Protocol{Plain, TLS, HTTP2} }

// What one held, idle connection takes, in bytes. The first three are resident memory of Plimsoll itself, the figures that
// its benchmark of held connections must not exceed (TLS: with a certificate chain of 4 KB, where one P-256
// certificate takes 12 KB; HTTP/2: golang.org/x/net keeps a goroutine and 36–45 KB of buffers). The last is the kernel's, which
// a container is charged for too: 4.0 KB of slab by /proc/slabinfo with 9,000 idle loopback connections on Linux 6.18
// (TCP 2.5 KB, inode 0.9, file, directory entry and epoll 0.6).
const (
	plainBytes  = 2 << 10
	tlsBytes    = 18 << 10
	http2Bytes  = 48 << 10
	kernelBytes = 4 << 10
)

// Bytes is the memory that one held, idle connection takes, the kernel's part included.
func (p Protocol) Bytes() int64 {
	switch p {
	case HTTP2:
		return http2Bytes + kernelBytes
	case TLS:
		return tlsBytes + kernelBytes
	}
	return plainBytes + kernelBytes
}

// What else the estimates rest on.
const (
	// ownBytes is Plimsoll without connections: the program, a plan of ordinary size and its histograms.
	ownBytes = 64 << 20
	// memoryShare is how much of the memory may be used: service and generator alike should stay below 80 %.
	memoryShare = 0.8
	// ownDescriptors are kept for result, journal, name resolution, epoll and the live page.
	ownDescriptors = 100
	// cpuPerRequest is seconds of CPU for one request over a kept HTTP/1.1 connection without TLS, small answer: 7.4 µs
	// measured for the loop alone, 50 connections to nginx, one core each; the rest is recording.
	cpuPerRequest = 8e-6
	// opensPerCPU is connections opened each second by one CPU, without TLS: the figure of the same benchmark.
	opensPerCPU = 10_000
	// timeWait is how many seconds a port is held after its connection was closed; 1 where it may be reused earlier.
	timeWait       = 60
	timeWaitReused = 1
)

// Resource is something that a machine has only so much of.
type Resource string

// The resources. The first four limit how many connections can be held.
const (
	ResourceDescriptors Resource = "descriptors"
	ResourcePorts       Resource = "ports"
	ResourceMemory      Resource = "memory"
	ResourceConntrack   Resource = "conntrack"
	ResourceCPU         Resource = "CPU"
	ResourceTimeWait    Resource = "TIME_WAIT"
	ResourceAcceptQueue Resource = "accept queue"
)

// Limit is how many connections one resource allows to be held at once, by protocol.
type Limit struct {
	Resource Resource `json:"resource"`
	Plain    int64    `json:"plain"`
	TLS      int64    `json:"tls"`
	HTTP2    int64    `json:"http2"`
}

// Of is the limit for one protocol.
func (l Limit) Of(p Protocol) int64 {
	switch p {
	case HTTP2:
		return l.HTTP2
	case TLS:
		return l.TLS
	}
	return l.Plain
}

// Limits are the estimates by resource, as far as they are known. That of ports is towards one address and port of a
// service on another machine (of this one, where there is no network).
func (r Report) Limits() []Limit {
	all := []Limit{}
	if d := r.Descriptors; d.Hard > 0 {
		all = append(all, flat(ResourceDescriptors, d.Hard-min(d.Hard, d.Open+ownDescriptors)))
	}
	if n := r.Network; n.Ports > 0 {
		all = append(all, flat(ResourcePorts, uint64(n.Ports)*uint64(n.Addresses())))
	}
	if r.Memory.Limit > 0 {
		room := max(0, float64(r.Memory.Free)*memoryShare-ownBytes)
		held := func(p Protocol) int64 { return int64(room / float64(p.Bytes())) }
		all = append(all, Limit{ResourceMemory, held(Plain), held(TLS), held(HTTP2)})
	}
	if n := r.Network; n.ConntrackMax > 0 {
		all = append(all, flat(ResourceConntrack, n.ConntrackMax-min(n.ConntrackMax, n.ConntrackCount)))
	}
	return all
}

// flat is a limit that is the same for every protocol.
func flat(resource Resource, n uint64) Limit {
	c := int64(min(n, math.MaxInt64))
	return Limit{resource, c, c, c}
}

// Carries is how many connections should be held at once at most, and what binds first. Without any known limit
// the resource is "".
func (r Report) Carries(p Protocol) (int64, Resource) {
	most, by := int64(math.MaxInt64), Resource("")
	for _, l := range r.Limits() {
		if n := l.Of(p); n < most {
			most, by = n, l.Resource
		}
	}
	if by == "" {
		return 0, ""
	}
	return most, by
}

// Unknown lists the resources that limit connections on every machine and could not be read on this one.
func (r Report) Unknown() []Resource {
	var all []Resource
	if r.Descriptors.Hard == 0 {
		all = append(all, ResourceDescriptors)
	}
	if r.Network.Ports == 0 {
		all = append(all, ResourcePorts)
	}
	if r.Memory.Limit == 0 {
		all = append(all, ResourceMemory)
	}
	return all
}

// Rates are estimates of what this machine can send, by CPU and ports alone; the zero value is "unknown".
type Rates struct {
	Requests int64    `json:"requests"`           // a second, over connections that are kept; CPU bounds them
	Fresh    int64    `json:"fresh"`              // connections a second, each closed after use, to one address and port
	FreshBy  Resource `json:"fresh_by,omitempty"` // what bounds those: ports or CPU
}

// Rates are about plain HTTP/1.1 with small answers.
func (r Report) Rates() Rates {
	opens := r.CPU.Usable * opensPerCPU
	rates := Rates{int64(math.Round(r.CPU.Usable / cpuPerRequest)), int64(opens), ResourceCPU}
	if r.Network.Ports == 0 || r.CPU.Usable == 0 {
		return Rates{Requests: rates.Requests}
	}
	hold := float64(timeWait)
	if r.Network.TimeWait == TimeWaitOn {
		hold = timeWaitReused
	}
	if byPorts := float64(r.Network.Ports) * float64(r.Network.Addresses()) / hold; byPorts < opens {
		rates.Fresh, rates.FreshBy = int64(byPorts), ResourcePorts
	}
	return rates
}

// Fits tells whether n connections can be held at once. One known limit below n says no; yes needs every limit to be known.
func (r Report) Fits(n int64, p Protocol) (fits, known bool) {
	if most, by := r.Carries(p); by != "" && most < n {
		return false, true
	}
	return true, len(r.Unknown()) == 0
}
