package machine

import (
	"math"
	"net/netip"
	"strconv"
	"strings"
)

// Network is what bounds connections beside descriptors and memory.
type Network struct {
	FirstPort int `json:"first_port,omitempty"` // of the range that outgoing connections take theirs from
	LastPort  int `json:"last_port,omitempty"`
	Ports     int `json:"ports,omitempty"` // in the range, without reserved ones: connections from one address to one address and port

	Interface string       `json:"interface,omitempty"` // that leads to other machines
	Outward   []netip.Addr `json:"outward,omitempty"`   // its addresses, from which other machines can be reached
	Loopback  int          `json:"loopback,omitempty"`  // addresses from which this machine itself can be reached

	TimeWait       TimeWait `json:"time_wait_reuse,omitempty"`
	AcceptQueue    uint64   `json:"accept_queue,omitempty"`  // somaxconn: connections that wait for a listener of this machine
	ConntrackMax   uint64   `json:"conntrack_max,omitempty"` // connections that the firewall follows; 0 if it follows none
	ConntrackCount uint64   `json:"conntrack_count,omitempty"`
}

// TimeWait says whether a port may be taken again before its last connection has been closed for 60 s.
// https://docs.kernel.org/networking/ip-sysctl.html, tcp_tw_reuse.
type TimeWait string

// The settings; "" is unknown.
const (
	TimeWaitOff      TimeWait = "off"
	TimeWaitOn       TimeWait = "on"
	TimeWaitLoopback TimeWait = "loopback" // only towards this machine itself: the default
)

// Addresses is how many source addresses connections to one address can be spread over, at least 1.
func (n Network) Addresses() int {
	v4 := 0
	for _, a := range n.Outward {
		if a.Is4() {
			v4++
		}
	}
	if len(n.Outward) > 0 {
		return max(v4, len(n.Outward)-v4)
	}
	return max(n.Loopback, 1)
}

func (i *inspection) network() {
	n := &i.report.Network
	i.ports(n)
	i.addresses(n)
	switch i.text(i.host.Proc, "sys/net/ipv4/tcp_tw_reuse") {
	case "0":
		n.TimeWait = TimeWaitOff
	case "1":
		n.TimeWait = TimeWaitOn
	case "2":
		n.TimeWait = TimeWaitLoopback
	}
	var ok bool
	if n.AcceptQueue, ok = i.number(i.host.Proc, "sys/net/core/somaxconn"); !ok {
		n.AcceptQueue = i.sysctl("kern.ipc.somaxconn")
	}
	n.ConntrackMax, _ = i.number(i.host.Proc, "sys/net/netfilter/nf_conntrack_max")
	n.ConntrackCount, _ = i.number(i.host.Proc, "sys/net/netfilter/nf_conntrack_count")
}

const rangeFile = "sys/net/ipv4/ip_local_port_range"

func (i *inspection) ports(n *Network) {
	text := i.text(i.host.Proc, rangeFile)
	if text == "" {
		n.setRange(i.sysctl("net.inet.ip.portrange.first"), i.sysctl("net.inet.ip.portrange.last"))
		return
	}
	words := strings.Fields(text)
	if len(words) == 2 {
		first, errFirst := strconv.ParseUint(words[0], 10, 16)
		last, errLast := strconv.ParseUint(words[1], 10, 16)
		if errFirst == nil && errLast == nil && n.setRange(first, last) {
			n.Ports -= reserved(i.text(i.host.Proc, "sys/net/ipv4/ip_local_reserved_ports"), n.FirstPort, n.LastPort)
			return
		}
	}
	i.unread(rangeFile, strconv.ErrSyntax)
}

func (n *Network) setRange(first, last uint64) bool {
	if first == 0 || last < first || last > 65535 {
		return false
	}
	n.FirstPort, n.LastPort, n.Ports = int(first), int(last), int(last-first+1)
	return true
}

// reserved counts the ports of a list like "8080,9000-9010" that lie between first and last.
func reserved(list string, first, last int) int {
	n := 0
	for part := range strings.SplitSeq(list, ",") {
		from, to, isRange := strings.Cut(part, "-")
		if !isRange {
			to = from
		}
		a, errA := strconv.ParseUint(from, 10, 16)
		b, errB := strconv.ParseUint(to, 10, 16)
		if errA == nil && errB == nil {
			n += max(0, min(int(b), last)-max(int(a), first)+1)
		}
	}
	return min(n, last-first+1)
}

// addresses counts what can be a source. Outward are those of the interface with the default route, or of all where the
// route is not known: an address of a bridge to containers, say, would get no answers.
func (i *inspection) addresses(n *Network) {
	if i.host.Links == nil {
		return
	}
	all, err := i.host.Links()
	if err != nil {
		i.unread("the network interfaces", err)
		return
	}
	n.Interface = i.defaultInterface()
	for _, link := range all {
		for _, prefix := range link.Addresses {
			switch {
			case link.Loopback:
				n.Loopback = max(n.Loopback, i.loopback(prefix))
			case prefix.Addr().IsGlobalUnicast() && (n.Interface == "" || n.Interface == link.Name):
				n.Outward = append(n.Outward, prefix.Addr())
			}
		}
	}
}

// loopback counts the local addresses of a prefix: Linux takes every address of 127.0.0.0/8 for its own, others the one.
func (i *inspection) loopback(p netip.Prefix) int {
	if i.host.OS != "linux" || !p.Addr().Is4() || p.Bits() > 30 {
		return 1
	}
	return 1<<(32-p.Bits()) - 2 // without the network's own and the broadcast address
}

// defaultInterface is the interface of the default route with the smallest metric, by /proc/net/route (IPv4).
func (i *inspection) defaultInterface() string {
	name, best := "", uint64(math.MaxUint64)
	for line := range strings.Lines(i.text(i.host.Proc, "self/net/route")) {
		w := strings.Fields(line)
		if len(w) < 8 || w[1] != "00000000" || w[7] != "00000000" {
			continue
		}
		if metric, err := strconv.ParseUint(w[6], 10, 32); err == nil && metric < best {
			name, best = w[0], metric
		}
	}
	return name
}
